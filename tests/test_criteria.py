"""Criteria of Infinity's segments: how they are handed in, and what is found in them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit import errors
from segkit.registry.criteria import Criterion, check_criteria, criteria_of, written
from segkit.registry.fields import EXCLUDED, KNOWN
from segkit.registry.operators import OPERATORS

TEXTS = st.text(max_size=8)
CRITERIA = st.lists(st.builds(Criterion, TEXTS, TEXTS, TEXTS), max_size=4).map(tuple)


@given(CRITERIA)
def test_criteria_are_the_same_in_every_form(criteria: tuple[Criterion, ...]) -> None:
    """As values, triples, mappings, a JSON array of either, and the JSON that a frame holds."""
    triples = [(each.field, each.op, each.value) for each in criteria]
    mappings = [dict(zip(("field", "op", "value"), each, strict=True)) for each in triples]
    for form in (criteria, list(criteria), triples, mappings, iter(triples), json.dumps(triples), json.dumps(mappings)):
        assert criteria_of(form) == criteria
    assert criteria_of(written(criteria)) == criteria


@pytest.mark.parametrize(
    ("given_as", "words"),
    [
        ("no JSON", "are no JSON"),
        ('{"field": "a", "op": "eq", "value": "b"}', "not several"),
        (Criterion("a", "eq", "b"), "not several"),
        (5, "not several"),
        (None, "not several"),
        ([("a", "eq")], r"criteria\[0\] is"),
        ([{"field": "a", "op": "eq"}], "has field, op"),
        ([{"field": "a", "op": "eq", "value": "b", "more": 1}], "has field, op, value, more"),
        ([("a", "eq", 1.5)], r"value of criteria\[0\] is 1.5"),
        ([("a", "eq", True)], "is True"),
        ([("a", "eq", None)], "is None"),
        ([("a", 1, "b")], r"op of criteria\[0\]"),
        (["abc"], "is 'abc'"),
    ],
)
def test_what_are_no_criteria_is_refused_with_the_forms(given_as: Any, words: str) -> None:
    """The place and the forms that are read are in the error."""
    with pytest.raises(errors.InvalidInput, match=words) as caught:
        criteria_of(given_as)
    assert "(field, op, value)" in str(caught.value) or "give text" in str(caught.value)


def test_a_whole_number_is_a_value() -> None:
    """It is written as its digits."""
    assert criteria_of([("callDuration", "gt", 60)]) == (Criterion("callDuration", "gt", "60"),)


EXCLUDED_BY_THE_PAGE = ("segment", "goal", "goalTitle", "goalValue", "goalCurrency")


@pytest.mark.parametrize("field", [*EXCLUDED_BY_THE_PAGE, "attribution", "attributionModel", "attribution_x"])
def test_segment_criteria_fields_excludes_these(field: str) -> None:
    """Section "Segment Criteria Fields": the fields that are not suitable are errors, with the page's reason."""
    (found,) = check_criteria(criteria_of([(field, "eq", "1")]))
    assert (found.code, found.severity, found.where) == ("excluded-field", "error", "criteria[0].field")
    assert EXCLUDED.get(field, "attribution fields") in found.message
    assert set(EXCLUDED) == set(EXCLUDED_BY_THE_PAGE)


def test_known_fields_and_own_names_are_let_in() -> None:
    """Fields of the trigger reports, custom variables and what is passed through are no finding."""
    for field in (*KNOWN, "c_colour", "pt_source"):
        assert not check_criteria(criteria_of([(field, "eq", "1")]))


@pytest.mark.parametrize(("field", "fix"), [("Href", "Did you mean href?"), ("campain", "Did you mean campaign?"), ("zzz", "c_")])
def test_an_unknown_field_is_a_warning(field: str, fix: str) -> None:
    """The list of fields is open: an unknown one is told, with what it may have meant, and may be sent."""
    findings = check_criteria(criteria_of([("act", "eq", "1"), (field, "eq", "1")]))
    assert [(f.code, f.severity, f.where) for f in findings] == [("unknown-field", "warning", "criteria[1].field")]
    assert fix in findings[0].fix
    assert findings.ok


@pytest.mark.parametrize("op", ["nends", "EQ", "", "=", "equals"])
def test_an_unknown_operator_is_an_error_that_names_all(op: str) -> None:
    """There is no nends, and the case of an operator matters."""
    (found,) = check_criteria(criteria_of([("act", op, "1")]))
    assert (found.code, found.severity) == ("unknown-operator", "error")
    assert all(code in found.fix for code in OPERATORS)


def test_no_criteria_and_no_field_are_errors() -> None:
    """A segment without criteria holds nothing, and a criterion looks at a field."""
    assert check_criteria(()).codes == {"no-criteria"}
    assert not check_criteria(()).ok
    assert check_criteria([Criterion("", "eq", "1")]).codes == {"no-field"}


@pytest.mark.parametrize("op", ["inc", "ninci", "begins", "nbeginsi", "endsi", "in", "nini"])
def test_an_empty_value_is_a_warning_where_php_is_of_two_minds(op: str) -> None:
    """An empty text is in every text, or in none, as the version goes; with eq it is plain."""
    assert check_criteria(criteria_of([("act", op, "")])).codes == {"empty-value"}
    assert not check_criteria(criteria_of([("act", "eq", "")]))


def test_a_criterion_is_told_in_words() -> None:
    """Field, words of the operator, value; an unknown operator stands as it is."""
    assert str(Criterion("href", "nbegins", "/action/do")) == "href does not begin with '/action/do'"
    assert str(Criterion("href", "nends", "/")) == "href nends '/'"


def test_a_criterion_that_cannot_be_evaluated_says_why() -> None:
    """Asked for its test, it raises the finding."""
    for criterion, code in ((Criterion("a", "nends", "b"), "unknown-operator"), (Criterion("a", "re", "b"), "bad-value")):
        with pytest.raises(errors.InvalidInput) as caught:
            criterion.test()
        assert caught.value.findings.codes == {code}
