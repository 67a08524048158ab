"""Customers' segments as a user hands them in: one entry each, nothing lost, all that is wrong told at once."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit.errors import InvalidInput
from segkit.registry.customers import MOST_TOLD, Entry, wanted

A, B = ("a", "1"), ("b", "2")
IDS = st.sampled_from(["x", "y", "z", " x", "\N{GRINNING FACE}"])
PAIRS = st.tuples(st.sampled_from("ab"), st.sampled_from("12"))


def long(*rows: tuple[Any, Any, Any]) -> pd.DataFrame:
    """Return a long frame."""
    return pd.DataFrame(rows, columns=["document_id", "type", "value"])


def refused(customers: Any, **choices: Any) -> list[tuple[str, str]]:
    """Return code and place of what is refused."""
    with pytest.raises(InvalidInput) as caught:
        wanted(customers, **choices)
    return [(finding.code, finding.where) for finding in caught.value.findings]


# The three forms


@given(st.dictionaries(IDS, st.lists(PAIRS, unique=True, min_size=1), min_size=1))
def test_the_three_forms_say_the_same(customers: dict[str, list[tuple[str, str]]]) -> None:
    """A mapping, the entries that the vendor writes, and a long frame in any order of customers make the same entries."""
    expected = [Entry(document_id, tuple(pairs), 0) for document_id, pairs in customers.items()]
    objects = {key: [{"type": kind, "value": value} for kind, value in pairs] for key, pairs in customers.items()}
    entries = [{"document_id": key, "segments": segments} for key, segments in objects.items()]
    frame = long(*((key, *pair) for key, pairs in customers.items() for pair in pairs))
    for form in (customers, objects, entries, tuple(entries), frame):
        assert list(wanted(form).entries) == expected
    shuffled = wanted(frame.sample(frac=1, random_state=1)).entries
    assert {(entry.document_id, frozenset(entry.segments or ())) for entry in shuffled} == {
        (entry.document_id, frozenset(entry.segments or ())) for entry in expected
    }
    assert [entry.payload for entry in wanted(entries).entries] == entries


@given(st.lists(st.tuples(IDS, st.none() | st.lists(PAIRS)), min_size=1))
def test_no_segment_and_no_customer_is_lost(customers: list[tuple[str, list[tuple[str, str]] | None]]) -> None:
    """Merged, each customer has one entry with the set of all that was given; refused is exactly who was given two sets."""
    entries = [{"document_id": key, "segments": segments} for key, segments in customers]
    given_to: dict[str, list[frozenset[tuple[str, str]] | None]] = {}
    for key, segments in customers:
        given_to.setdefault(key, []).append(None if segments is None else frozenset(segments))
    merged = wanted(entries, "merge")
    assert merged.given == tuple(key for key, _ in customers)
    assert [entry.document_id for entry in merged.entries] == list(given_to)
    for entry in merged.entries:
        sets = given_to[entry.document_id]
        assert len(set(entry.segments or ())) == len(entry.segments or ())
        assert set(entry.segments or ()) == frozenset().union(*(each for each in sets if each))
        assert (entry.sent == "null") == (set(sets) == {None})
    conflicts = [key for key, sets in given_to.items() if len(set(sets)) > 1]
    if conflicts:
        assert [code for code, _ in refused(entries)] == ["conflicting-duplicate"] * len(conflicts)
    else:
        assert wanted(entries).entries == merged.entries


# Nothing, null, and repetitions


def test_a_customer_of_a_frame_who_is_to_have_none_has_neither_type_nor_value() -> None:
    """As None, NaN or NA; it is sent as an empty array."""
    for nothing in (None, float("nan"), pd.NA):
        assert wanted(long(("x", nothing, nothing), ("y", *A))).entries == (Entry("x", (), 0), Entry("y", (A,), 0))


def test_null_is_sent_only_where_it_is_given() -> None:
    """None in a mapping or an entry; that it clears is told to be an assumption."""
    found = wanted({"x": None, "y": []})
    assert [(entry.sent, entry.payload["segments"]) for entry in found.entries] == [("null", None), ("empty", [])]
    assert found.findings.codes == {"null-segments"}
    assert not wanted({"y": []}).findings


def test_what_is_repeated_is_sent_once_and_told() -> None:
    """Equal rows, and entries that say the same in another order."""
    frame = wanted(long(("x", *A), ("y", *A), ("x", *A), ("x", *B), ("z", None, None), ("z", None, None)))
    assert frame.entries == (Entry("x", (A, B), 1), Entry("y", (A,), 0), Entry("z", (), 1))
    assert frame.given == ("x", "y", "z")
    entries = wanted([{"document_id": "x", "segments": [A, B]}, {"document_id": "x", "segments": [B, A]}])
    assert (entries.entries, entries.given) == ((Entry("x", (A, B), 1),), ("x", "x"))
    assert frame.findings.codes == entries.findings.codes == {"merged"}


def test_several_values_of_one_type_are_told() -> None:
    """They are sent: the vendor does not say that a type has one value."""
    found = wanted({"x": [("a", "1"), ("a", "2")], "y": [A, B]})
    assert found.findings.codes == {"several-values"}
    assert found.findings[0].message == "1 customers have several values of one type, the first is 'x'"


def test_segments_beside_none_are_a_conflict() -> None:
    """A frame's row without a segment contradicts the others of its customer; merged, the segments stay."""
    frame = long(("x", *A), ("x", None, None))
    assert refused(frame) == [("conflicting-duplicate", "row 0")]
    assert wanted(frame, "merge").entries == (Entry("x", (A,), 1),)


# What is refused


@pytest.mark.parametrize("nobody", [{}, [], long()])
def test_there_is_at_least_one_customer(nobody: Any) -> None:
    """As the vendor's table has it."""
    with pytest.raises(InvalidInput, match="at least one"):
        wanted(nobody)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ((400.0, *A), [("no-text", "row 0, document_id")]),
        ((400, *A), [("no-text", "row 0, document_id")]),
        ((None, *A), [("no-id", "row 0, document_id")]),
        ((" ", *A), [("no-value", "row 0, document_id")]),
        (("x", None, "1"), [("half-a-segment", "row 0, type")]),
        (("x", "a", None), [("half-a-segment", "row 0, value")]),
        (("x", 1, 2), [("no-text", "row 0, type"), ("no-text", "row 0, value")]),
        (("x", "", "\ud800"), [("no-value", "row 0, type"), ("no-text", "row 0, value")]),
        ((None, None, None), [("no-id", "row 0, document_id")]),
    ],
)
def test_a_row_that_cannot_be_sent_is_refused_with_its_place(row: tuple[Any, Any, Any], expected: list[tuple[str, str]]) -> None:
    """Numbers that were ids, halves of segments, blanks: each of them at once."""
    frame = pd.DataFrame([row], columns=["document_id", "type", "value"], dtype=object)
    assert refused(frame) == expected


@pytest.mark.parametrize(
    ("segments", "expected"),
    [
        ("a", ("no-segments", "customers['x']")),
        ({"type": "a", "value": "1"}, ("no-segments", "customers['x']")),
        ([["a"]], ("no-segment", "customers['x'], segment 0")),
        ([A, "ab"], ("no-segment", "customers['x'], segment 1")),
        ([{"type": "a"}], ("no-segment", "customers['x'], segment 0")),
        ([{"type": "a", "value": "1", "x": 1}], ("no-segment", "customers['x'], segment 0")),
        ([("a", 1)], ("no-text", "customers['x'], segment 0, value")),
    ],
)
def test_what_is_no_segment_is_refused_with_its_place(segments: Any, expected: tuple[str, str]) -> None:
    """A text, an object in the place of a list, more or fewer than type and value."""
    assert refused({"x": segments, "y": [A]}) == [expected]


@pytest.mark.parametrize("entry", [7, {"document_id": "x"}, {"document_id": "x", "segments": [], "more": 1}])
def test_what_is_no_entry_is_refused(entry: Any) -> None:
    """An entry has its two fields and no others, so that nothing is left out silently."""
    with pytest.raises(InvalidInput, match=r"customers\[1\] is no entry"):
        wanted([{"document_id": "x", "segments": []}, entry])


def test_a_frame_has_each_column_once() -> None:
    """What is missing is named; what else there is is told, because it is not sent."""
    with pytest.raises(InvalidInput, match="look at value"):
        wanted(long(("x", *A)).drop(columns="value"))
    with pytest.raises(InvalidInput, match="look at type"):
        wanted(pd.concat([long(("x", *A)), long(("x", *A))[["type"]]], axis=1))
    found = wanted(long(("x", *A)).assign(name="Ann"))
    assert [(f.code, f.severity, f.message) for f in found.findings] == [("column-not-sent", "info", "name: not sent")]


@pytest.mark.parametrize("customers", ["x", b"x", 7, None, {"x"}])
def test_another_form_is_refused(customers: Any) -> None:
    """The three forms are named."""
    with pytest.raises(InvalidInput, match="give a long frame"):
        wanted(customers)


def test_duplicates_are_refused_or_merged() -> None:
    """There is no third."""
    with pytest.raises(InvalidInput, match="give 'refuse' or 'merge'"):
        wanted({"x": []}, "first")  # type: ignore[arg-type]


def test_a_long_list_of_findings_is_cut_and_counted() -> None:
    """The error names how many there are."""
    with pytest.raises(InvalidInput, match=r"\(70 findings, the first 50 of them here\)") as caught:
        wanted(long(*[(number, *A) for number in range(70)]))
    assert len(caught.value.findings) == MOST_TOLD
