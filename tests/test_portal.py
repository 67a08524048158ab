"""The segments of a portal as values, and what is known of the characters in their names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit import frames
from segkit.registry.portal import WIDEST_TABLE, PortalSegment, PortalSegments
from segkit.registry.portal_names import check_code, check_name, check_text, cleaned
from segkit.sandbox.ciopulse_payload import cleaned as cleaned_by_the_double

ONE = PortalSegment("SEG1", "A", "<b>", active=True)
TWO = PortalSegment("SEG2", "B", "b", active=False, provenance="synthetic")


def test_segments_are_a_collection() -> None:
    """In the vendor's order, found by their ids, with the weakest of their labels."""
    both = PortalSegments((TWO, ONE))
    assert (list(both), len(both), both["SEG1"], "SEG2" in both, "x" in both) == ([TWO, ONE], 2, ONE, True, False)
    assert (both.provenance, PortalSegments((ONE,)).provenance, PortalSegments(()).provenance) == (
        "synthetic",
        "documented",
        "documented",
    )
    assert repr(both) == "<PortalSegments: 2, synthetic>"
    with pytest.raises(KeyError, match="x"):
        both["x"]


def test_the_frame_has_its_columns_and_dtypes() -> None:
    """Also when there is no segment."""
    for segments in ((), (ONE, TWO)):
        frame = PortalSegments(segments).to_frame()
        assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == {
            name: str(dtype) for name, dtype in frames.PORTAL_SEGMENTS.items()
        }
        assert len(frame) == len(segments)
    assert ONE.to_frame().iloc[0].tolist() == ["SEG1", "A", "<b>", True, "documented"]


def test_html_is_escaped_and_bounded() -> None:
    """A long list shows its beginning, and how many more there are."""
    assert "&lt;b&gt;" in ONE._repr_html_()
    many = PortalSegments(tuple(PortalSegment(f"SEG{n}", f"C{n}", "x", active=True) for n in range(WIDEST_TABLE + 7)))
    assert "7 more" in many._repr_html_()
    assert many._repr_html_().count("<tr") == WIDEST_TABLE + 1


def test_a_label_is_no_part_of_a_value() -> None:
    """A segment of the sandbox equals the vendor's own."""
    assert PortalSegment("SEG2", "B", "b", active=False) == TWO


@given(st.text(st.sampled_from("a—–:- \N{GRINNING FACE}")))
def test_cleaning_is_the_double_s(name: str) -> None:
    """Ours and the double's, which share no code, clean alike; twice is as once; a name that is clean has no finding."""
    assert cleaned(name) == cleaned_by_the_double(name, "—–:", clean=True)
    assert cleaned(cleaned(name)) == cleaned(name)
    assert len(cleaned(name)) == len(name)
    for clean, code in ((True, "name-cleaned"), (False, "invalid-character")):
        assert check_name(name, clean=clean).codes == ({code} if cleaned(name) != name else set())


@pytest.mark.parametrize(("code", "found"), [("AUS", 0), ("a-b_9", 0), ("a b", 1), ("ü", 1), ("", 1), ("a\n", 1)])
def test_an_unusual_code_is_a_warning(code: str, found: int) -> None:
    """Letters, digits, - and _ are what the vendor's other codes are made of."""
    assert [finding.severity for finding in check_code(code)] == ["warning"] * found


def test_a_text_that_cannot_be_sent_is_an_error() -> None:
    """Nothing, no text, what needs a backslash, half a character; whatever else is sent."""
    found = {value: [f.code for f in check_text(value, "x")] for value in ("", None, 7, 'a"', "a\x7f", "\ud800", "ü")}
    assert found == {
        "": ["no-value"],
        None: ["no-value"],
        7: ["no-value"],
        'a"': ["needs-backslash"],
        "a\x7f": [],
        "\ud800": ["no-text"],
        "ü": [],
    }
