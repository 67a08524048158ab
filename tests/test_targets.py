"""The laws of targets: what a document asks of families is what is written, and what cannot be read is only left out."""

import copy
import json
from dataclasses import FrozenInstanceError
from typing import Any

import bodies
import numpy as np
import pytest
import surveys
from hypothesis import given
from hypothesis import strategies as st

from segkit.quotas import codes
from segkit.quotas.survey import read_surveys
from segkit.quotas.targets import ChildCriterion, Targets, listed, whole

SCENARIOS = [survey.document for survey in read_surveys(surveys.SCENARIOS)]


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (133, 133),
        ("133", 133),
        (" 133\n", 133),
        ("0133", 133),
        (-5, -5),
        ("-5", -5),
        (np.int64(7), 7),
        (0, 0),
        (10**30, 10**30),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, None),
        ("9" * 100_000, None),
        (True, None),
        (np.bool_(True), None),  # noqa: FBT003 - the value under test
        (1000.0, None),
        ("13.5", None),
        ("1e3", None),
        ("1_000", None),
        ("+1", None),
        ("--1", None),
        ("-", None),
        ("", None),
        ("٣", None),
        ("²", None),
        (None, None),
        ([133], None),
        ({}, None),
        (b"133", None),
    ],
)
def test_a_whole_number_is_one(value: Any, number: int | None) -> None:
    """Whole numbers are read, also as text; a truth value, a fraction, even a whole one, and other digits are none."""
    assert whole(value) == number
    assert whole(value) is None or type(whole(value)) is int


@pytest.mark.parametrize("value", [None, {}, "x", (1,), 7])
def test_what_is_no_list_is_empty(value: Any) -> None:
    """A list is itself; whatever else stands there is an empty one."""
    assert listed(value) == []
    assert listed([value]) == [value]


# Per scenario: codes that may enter, then of each quota its id, count and number of codes. Typed from the page.
SAID = [
    (57, [("b11111", 400, 56), ("b11112", 600, 1)]),
    (56, []),
    (18, [("b11111", 1000, 18)]),
    (17, [("b11111", 1000, 17)]),
    (34, [("b11111", 400, 17), ("b11112", 600, 17)]),
    (34, [("b11111", 200, 34), ("b11112", 300, 3), ("b11113", 500, 6)]),
    (34, [("b11111", 400, 34), ("b11112", 600, 1), ("b11113", 300, 3), ("b11114", 100, 3)]),
]


@pytest.mark.parametrize("number", range(7))
def test_what_the_scenarios_ask_for(number: int) -> None:
    """The codes of the qualification, and each quota's id, count and codes, are those on the page."""
    targets = Targets.of(SCENARIOS[number])
    n_codes, quotas = SAID[number]
    assert [len(criterion.codes) for criterion in targets.qualification] == [n_codes]
    assert [(quota.quota_id, quota.count, len(quota.children[0].codes)) for quota in targets.quotas] == quotas
    assert targets.completes == (1000 if number == 0 else None)
    assert targets.legacy == ()
    written = {criterion.path: criterion.unit_code for criterion in targets.criteria}
    assert set(written.values()) <= {None, 311}
    assert {criterion.unit for criterion in targets.criteria} == {"years"}


def test_the_server_s_order_of_expansion() -> None:
    """Under years a list of all years matches all 122 codes of children; the reply's own list matches the same."""
    request, reply = SCENARIOS[0], surveys.DOCUMENTS["create_survey_response"]
    asked, told = Targets.of(request).quotas[0].mask, Targets.of(reply).quotas[1].mask
    assert asked == told == codes.mask(codes.SERVER_ORDER, "months")


def test_legacy_criteria_are_noted() -> None:
    """Each legacy criterion is noted with its path and code, and is no criterion for children."""
    targets = Targets.of(surveys.DOCUMENTS["request_218"])
    where = ["$.qualifications[0]", "$.quotas[0].criteria[0]", "$.quotas[1].criteria[0]"]
    assert targets.legacy == tuple((path, 218) for path in where)
    assert (targets.qualification, targets.criteria) == ((), ())
    assert [quota.others[0]["qualification_code"] for quota in targets.quotas] == [218, 218]


def children_of(criteria: Any, path: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the criteria of 232 of a list, found by the test itself."""
    return [(f"{path}[{n}]", each) for n, each in enumerate(criteria) if str(each.get("qualification_code")) == "232"]


def matched(criterion: dict[str, Any]) -> set[int]:
    """Return the codes that exist and that a criterion matches, by the test's own reading."""
    unit = "months" if criterion.get("child_age_unit") == 312 else "years"
    return set(codes.expanded(map(int, criterion["condition_codes"]), unit)) & set(codes.CODES)


@given(surveys.documents())
def test_targets_are_those_of_a_walk(document: dict[str, Any]) -> None:
    """Paths, codes, units and masks are those that a plain walk finds; nothing of the document is changed."""
    before = json.dumps(document)
    targets = Targets.of(document)
    asked = children_of(document.get("qualifications", []), "$.qualifications")
    every = list(asked)
    for place, quota in enumerate(document.get("quotas", [])):
        path = f"$.quotas[{place}]"
        own = children_of(quota.get("criteria", []), f"{path}.criteria")
        every += own
        found = targets.quotas[place]
        assert (found.path, found.place, found.quota_id) == (path, place, quota.get("buyer_quota_id"))
        assert found.name == (quota.get("buyer_quota_id") or f"number {place + 1}")
        assert set(codes.codes_of(found.mask)) == set().union(*(matched(each) for _, each in own))
        assert len(found.children) + len(found.others) == len(quota.get("criteria", []))
    assert len(targets.quotas) == len(document.get("quotas", []))
    assert [criterion.path for criterion in targets.criteria] == [path for path, _ in every]
    for criterion, (path, written) in zip(targets.criteria, every, strict=True):
        assert list(criterion.written) == written["condition_codes"]
        assert criterion.unit_code == written.get("child_age_unit")
        assert set(codes.codes_of(criterion.mask)) == matched(written)
        for n in range(len(criterion.written)):
            assert bodies.at(document, criterion.code_path(n)) == criterion.written[n]
        assert bodies.at(document, path) is written
    assert json.dumps(document) == before


@given(surveys.documents())
def test_numbers_and_text_ask_for_the_same(document: dict[str, Any]) -> None:
    """Codes as text and as numbers are the same codes."""
    as_text = json.loads(json.dumps(document), object_hook=lambda found: retyped(found, str))
    as_numbers = json.loads(json.dumps(document), object_hook=lambda found: retyped(found, int))
    masks = [[criterion.mask for criterion in Targets.of(each).criteria] for each in (document, as_text, as_numbers)]
    assert masks[0] == masks[1] == masks[2]


def retyped(found: dict[str, Any], kind: Any) -> dict[str, Any]:
    """Write the codes of a criterion of 232 as text or as numbers."""
    return (
        {**found, "condition_codes": list(map(kind, found["condition_codes"]))}
        if found.get("qualification_code") == 232
        else found
    )


WRONG = [None, True, 7, 1.5, "x", "232", "", [], {}, [None], [[]], [{}], [7], [True], [{"a": []}], {"0": 1}, 10**400, "9" * 400]


@given(surveys.documents(), st.data())
def test_nothing_breaks_the_reading(document: dict[str, Any], data: st.DataObject) -> None:
    """Whatever stands in a document's places, its targets are read, and what cannot be read is left out of the numbers."""
    broken = copy.deepcopy(document)
    for name in ("quotas", "qualifications", "completes_required"):
        if data.draw(st.integers(0, 3)) == 3:
            broken[name] = data.draw(st.sampled_from(WRONG))
    for quota in filter(lambda quota: isinstance(quota, dict), listed(broken.get("quotas"))):
        for name in ("criteria", "required_count", "buyer_quota_id"):
            if data.draw(st.integers(0, 3)) == 3:
                quota[name] = data.draw(st.sampled_from(WRONG))
        for criterion in filter(lambda criterion: isinstance(criterion, dict), listed(quota.get("criteria"))):
            name = data.draw(st.sampled_from(["qualification_code", "condition_codes", "child_age_unit"]))
            criterion[name] = data.draw(st.sampled_from(WRONG))
    targets = Targets.of(broken)
    assert repr(targets)
    for criterion in targets.criteria:
        assert len(criterion.numbers) == len(criterion.written)
        assert set(codes.codes_of(criterion.mask)) <= set(codes.CODES)
    assert all(isinstance(quota.name, str) and quota.name for quota in targets.quotas)


def test_two_criteria_of_232() -> None:
    """A quota's mask joins its criteria of 232; at survey level each is kept apart, because a family must match each."""
    first = {"qualification_code": 232, "condition_codes": [139, 140]}
    second = {"qualification_code": "232", "condition_codes": ["140", "141"]}
    targets = Targets.of({"qualifications": [first, second], "quotas": [{"criteria": [first, second]}]})
    assert codes.codes_of(targets.quotas[0].mask) == (139, 140, 141)
    assert [codes.codes_of(criterion.mask) for criterion in targets.qualification] == [(139, 140), (140, 141)]


def test_targets_cannot_be_changed() -> None:
    """Targets and their parts are frozen and equal by value."""
    targets = Targets.of(SCENARIOS[4])
    assert targets == Targets.of(copy.deepcopy(SCENARIOS[4])) != Targets.of(SCENARIOS[5])
    for part, name in ((targets, "completes"), (targets.quotas[0], "count"), (targets.criteria[0], "mask")):
        with pytest.raises(FrozenInstanceError):
            setattr(part, name, 1)
    assert ChildCriterion.of({}, "$").mask == 0
