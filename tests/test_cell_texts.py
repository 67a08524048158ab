"""The laws of values as lines: what lines say is what was meant, and what they cannot say stays JSON."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from segkit.registry.cell_texts import criteria_as_lines, criteria_of_lines, pairs_as_lines, pairs_of_lines, pairs_typed, plainly
from segkit.registry.cells import criteria, written
from segkit.registry.criteria import check_criteria, criteria_of
from segkit.registry.customer_schema import segments_of

ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.sampled_from(
    ["", " ", "a b", "a = b", "a\nb", "[", "é\u2028"]
)


@given(st.lists(st.tuples(ANY, ANY, ANY), max_size=4))
@example([("href", "begins", " /shop ")])
@example([("act", "eq", "")])
def test_criteria_survive_being_lines(given_criteria: list[tuple[str, str, str]]) -> None:
    """Whatever criteria are, the text that stands for them means exactly them."""
    value = criteria(given_criteria)[0]
    text = criteria_as_lines(value)
    assert criteria_of_lines(text) == (value if given_criteria else "[]" if text else written([]))


@given(st.lists(st.tuples(ANY, ANY), max_size=4))
def test_a_customers_segments_survive_being_lines(pairs: list[tuple[str, str]]) -> None:
    """Whatever types and values are, the text that stands for them means exactly them."""
    value = segments_of(pairs)
    assert [list(pair) for pair in pairs_typed(pairs_of_lines(pairs_as_lines(value)))] == json.loads(value)


def test_lines_are_what_a_hand_would_write() -> None:
    """A line a criterion, a line a segment; blank lines say nothing; nothing is an empty text."""
    assert criteria_as_lines('[["href","begins","/a b"],["act","eq",""]]') == "href begins /a b\nact eq "
    assert criteria_of_lines("\nhref begins /a b\n\nact eq\n") == '[["href","begins","/a b"],["act","eq",""]]'
    assert pairs_as_lines('[["city","Lima"],["membership","GOLD = 1"]]') == "city = Lima\nmembership = GOLD = 1"
    assert criteria_as_lines(None) == pairs_as_lines(None) == plainly(None) == ""


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("href  begins\t/a b ", [("href", "begins", "/a b ")]),
        ("\thref eq  x", [("href", "eq", " x")]),
        ("href", [("href", "", "")]),
        ("href begins /a\nact", [("href", "begins", "/a"), ("act", "", "")]),
    ],
)
def test_a_line_of_criteria_is_read_as_it_is_typed(typed: str, meant: list[tuple[str, str, str]]) -> None:
    """Spaces between field and operator may be several; after one more the value begins; a lone word has no operator."""
    assert criteria_of_lines(typed) == written([list(each) for each in meant])
    is_right = all(op for _, op, _ in meant)
    assert check_criteria(criteria_of(criteria_of_lines(typed))).ok is is_right


def test_what_begins_as_json_is_left_to_its_reader() -> None:
    """It stays as it was typed, and the reader of the cell says what is wrong with it."""
    assert criteria_of_lines('[["half') == '[["half'
    assert "JSON" in criteria('[["half')[1]


@pytest.mark.parametrize("typed", ["GOLD", "membership=GOLD", '[["a"]]', "[1]", "{}"])
def test_what_is_no_segment_has_no_value(typed: str) -> None:
    """Nothing is guessed and nothing is lost: it is a type without a value, which no frame may have."""
    assert pairs_typed(pairs_of_lines(typed)) == [(typed, None)]
    assert pairs_typed(f"city = Lima\n\n{typed}") == [("city", "Lima"), (typed, None)]
