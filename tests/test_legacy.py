"""The laws of 218, 220, 221 and 230 becoming 232: as the documented server does, nothing lost in silence, no input changed."""

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit.errors import InvalidInput
from segkit.quotas.codes import SERVER_ORDER, child_codes
from segkit.quotas.legacy import LEGACY, is_legacy, upgrade_document
from segkit.reading import lenient

EXAMPLES = Path(__file__).parent.parent / "data/vendors/purespectrum_child_age_gender"
REQUEST: dict[str, Any] = lenient((EXAMPLES / "request_218.txt").read_text(), dict).data
REPLY: dict[str, Any] = json.loads((EXAMPLES / "response_218.json").read_text())
ALL = [str(code) for code in SERVER_ORDER]


def criterion(code: Any, *condition_codes: Any, **fields: Any) -> dict[str, Any]:
    """Write a legacy criterion by its codes."""
    return {"qualification_code": code, "condition_codes": list(condition_codes), **fields}


def ages(*spans: tuple[Any, ...]) -> dict[str, Any]:
    """Write 230 by its ranges: from, to, and units where there are any."""
    names = ("from", "to", "units")
    return {"qualification_code": 230, "range_sets": [dict(zip(names, span, strict=False)) for span in spans]}


def survey(*criteria: Any) -> dict[str, Any]:
    """Write a survey of one quota."""
    return {"survey_title": "t", "quotas": [{"buyer_quota_id": "q", "required_count": 5, "criteria": list(criteria)}], "x": [1]}


def upgraded(*criteria: Any) -> tuple[list[Any], list[tuple[str, ...]]]:
    """Upgrade the criteria of one quota: the new ones, and each finding's code, severity and place within the criteria."""
    document, findings, _ = upgrade_document(survey(*criteria))
    places: list[tuple[str, ...]] = [
        (found.code, found.severity, found.where.removeprefix("$.quotas[0].criteria")) for found in findings
    ]
    return document["quotas"][0]["criteria"], places


def written(codes: Any, unit: int = 311) -> dict[str, Any]:
    """Write the criterion of 232 that codes become, in the server's order."""
    order = [str(code) for code in (*SERVER_ORDER, 167) if code in set(codes)]
    return {"qualification_code": 232, "condition_codes": order, "child_age_unit": unit}


def test_the_documented_request_becomes_the_documented_reply() -> None:
    """Quotas and qualifications come out as the vendor's server returned them: values, keys and the order of codes."""
    document, findings, _ = upgrade_document(REQUEST)
    assert findings.ok
    assert document["qualifications"] == REPLY["qualifications"]
    for mine, theirs in zip(document["quotas"], REPLY["quotas"], strict=True):
        assert json.dumps(mine["criteria"]) == json.dumps(theirs["criteria"])
        assert {**theirs, **mine} == theirs
    assert [(found.code, found.where, found.message) for found in findings] == [
        (
            "legacy-upgraded",
            "$.qualifications[0]",
            "218 became 232, children 0-17 years; no children (documented: as the vendor's example shows)",
        ),
        ("legacy-upgraded", "$.quotas[0].criteria[0]", "218 became 232, no children (documented: as the vendor's example shows)"),
        (
            "legacy-upgraded",
            "$.quotas[1].criteria[0]",
            "218 became 232, children 0-17 years (documented: as the vendor's example shows)",
        ),
    ]


def test_all_else_stays_as_it_was() -> None:
    """Fields, their order and the other criteria stay; the 232 stands where the first legacy criterion stood."""
    document, _, _ = upgrade_document(REQUEST)
    assert list(document) == list(REQUEST)
    assert {**document, "quotas": 0, "qualifications": 0} == {**REQUEST, "quotas": 0, "qualifications": 0}
    income = {"qualification_code": 213, "range_sets": [{"from": 0, "to": 9, "units": 321}], "odd key": None}
    found, _ = upgraded(income, criterion(220, 111, note="kept"), {"qualification_code": 211}, criterion(218, "112"), income)
    boys = written({*child_codes("boy"), *range(168, 234, 2)})
    assert found == [income, {**boys, "note": "kept"}, {"qualification_code": 211}, income]
    assert list(found[1]) == ["qualification_code", "condition_codes", "child_age_unit", "note"]


@pytest.mark.parametrize(
    ("criteria", "codes", "unit"),
    [
        ([criterion(218, "111")], {167}, 311),
        ([criterion("218", 112)], SERVER_ORDER, 311),
        ([criterion(218, "111", "112")], {*SERVER_ORDER, 167}, 311),
        ([criterion(218, 112), criterion(220, 111), ages((4, 6, 311))], {139, 141, 143}, 311),
        ([criterion(218, 112), criterion(220, 111, 112), ages((4, 6, "311"))], range(139, 145), 311),
        ([criterion(218, 112), criterion(220, 112), ages((3, 11, 312))], range(116, 133, 2), 312),
        ([ages((0, 0, 311))], range(111, 133), 311),
        ([criterion(220, 111), ages((1, 1, 311))], {133, *range(168, 190, 2)}, 311),
        ([criterion(220, 111), ages((12, 23, 312))], {133, *range(168, 190, 2)}, 312),
        ([criterion(220, 111), ages((12, 12, 312))], {133}, 312),
        ([criterion(220, 112), ages((11, 14, 312))], {132, 134, 169, 171}, 312),
        ([criterion(220, 112), ages((13, 14, 312))], {169, 171}, 312),
        ([criterion(220, 111), ages((48, 59, 312))], {139}, 311),
        ([criterion(220, 111), ages((48, 50, 312), (51, 59, 312))], {139}, 311),
        ([criterion(220, 111), ages((36, 59, 312))], {137, *range(212, 234, 2), 139}, 311),
        ([criterion(220, 111), ages((37, 59, 312))], {*range(212, 234, 2), 139}, 312),
        ([criterion(220, 111), ages((1, 11, 312), (4, 4, 311))], {*range(111, 132, 2), 139}, 311),
        ([criterion(220, 111), ages((4, 4, 311), ("6", " 7 ", 311))], {139, 143, 145}, 311),
        ([criterion(221, 312), criterion(220, 111), ages((3, 4))], {115, 117}, 312),
        ([criterion(221, 311, 312), criterion(220, 111), ages((5, 5, 311), (3, 3, 312))], {141, 115}, 312),
    ],
)
def test_criteria_become_one_criterion_of_232(criteria: list[Any], codes: Any, unit: int) -> None:
    """The codes are those whose age lies in a range; the unit is that of the ranges, and years for whole years from 4 on."""
    assert upgraded(*criteria) == ([written(codes, unit)], [("legacy-upgraded", "info", "[0]")])


def code_of_month(gender: str, month: int) -> int | None:
    """Return the code that covers a month of age, by the table's arithmetic."""
    girl = gender == "girl"
    if not 1 <= month <= 215:
        return None
    if month >= 48 or month % 12 == 0:
        return 133 + 2 * (month // 12 - 1) + girl
    return {0: 111, 1: 168, 2: 190, 3: 212}[month // 12] + 2 * (month % 12 - 1) + girl


SPAN = st.tuples(st.integers(0, 220), st.integers(0, 40), st.sampled_from([311, 312])).map(
    lambda drawn: (drawn[0] // (12 if drawn[2] == 311 else 1), (drawn[0] + drawn[1]) // (12 if drawn[2] == 311 else 1), drawn[2])
)


@given(st.sets(st.sampled_from(["boy", "girl"]), min_size=1), st.lists(SPAN, min_size=1, max_size=4))
def test_gender_and_age_match_a_count_over_all_months(genders: set[str], spans: list[tuple[int, int, int]]) -> None:
    """Asked month by month, the same codes come out; what is missing or wider than asked is told."""
    asked = {
        month for month in range(260) for first, last, units in spans if first <= (month // 12 if units == 311 else month) <= last
    }
    codes = {code for gender in genders for month in asked if (code := code_of_month(gender, month))}
    items = [{"boy": 111, "girl": 112}[gender] for gender in genders]
    found, told = upgraded(criterion(218, "112"), criterion(220, *items), ages(*spans))
    kinds = {code for code, _, _ in told}
    if not codes:
        assert found == survey(criterion(218, "112"), criterion(220, *items), ages(*spans))["quotas"][0]["criteria"]
        assert kinds == {"legacy-not-carried"}
        return
    begun = {month // 12 for month in asked - {0} if month < 48}
    are_years = bool(asked & set(range(48, 216))) and all(set(range(12 * year or 1, 12 * year + 12)) <= asked for year in begun)
    in_months = any(units == 312 for _, _, units in spans) and not are_years
    assert found == [written(codes, 312 if in_months else 311)]
    older = {month // 12 for month in asked if 48 <= month <= 215}
    partly = any(not set(range(12 * year, 12 * year + 12)) <= asked for year in older)
    newborn = any(first == 0 and units == 312 for first, _, units in spans)
    adult = any(last > (17 if units == 311 else 215) for _, last, units in spans)
    assert ("legacy-widened" in kinds) == partly
    assert ("legacy-not-carried" in kinds) == (newborn or adult)


@pytest.mark.parametrize(
    ("criteria", "codes", "found"),
    [
        ([criterion(218, 999, "112")], SERVER_ORDER, [("legacy-not-carried", "error", "[0].condition_codes[0]")]),
        ([criterion(220, 111), ages((48, 50, 312))], {139}, [("legacy-widened", "warning", "[1].range_sets")]),
        ([criterion(220, 111), ages((16, 99, 311))], {163, 165}, [("legacy-not-carried", "error", "[1].range_sets[0]")]),
        ([criterion(220, 111), ages((5, 5))], {141}, [("legacy-unit-assumed", "warning", "[1].range_sets[0]")]),
        ([criterion(220, 111), ages((5, 5, 311), (7, 6, 311))], {141}, [("legacy-not-carried", "error", "[1].range_sets[1]")]),
        ([criterion(220, 111), ages((5, 5, 311), (5, 6, 321))], {141}, [("legacy-not-carried", "error", "[1].range_sets[1]")]),
        ([criterion(220, 111), criterion(221, 111), ages((5, 5, 311))], {141}, [("legacy-not-carried", "warning", "[1]")]),
        ([criterion(218, 112), criterion(221, 311)], SERVER_ORDER, [("legacy-not-carried", "warning", "[1]")]),
        (
            [criterion(218, "111"), criterion(220, 111), ages((1, 1, 311))],
            {167},
            [("legacy-contradiction", "error", "[0].condition_codes")],
        ),
        (
            [criterion(218, 111, 112), ages((5, 5, 311))],
            {141, 142},
            [("legacy-contradiction", "warning", "[0].condition_codes")],
        ),
    ],
)
def test_what_is_carried_in_part_is_told(criteria: list[Any], codes: Any, found: list[Any]) -> None:
    """What can be read is upgraded; each part that cannot, or comes out wider, is found where it stands."""
    assert upgraded(*criteria) == ([written(codes)], [*found, ("legacy-upgraded", "info", "[0]")])


@pytest.mark.parametrize(
    ("criteria", "found"),
    [
        ([criterion(218)], ["[0].condition_codes"]),
        ([criterion(218, "113")], ["[0].condition_codes[0]"]),
        ([{"qualification_code": 218, "condition_codes": "112"}], ["[0].condition_codes"]),
        ([criterion(218, 112), criterion(220, 111.0)], ["[1].condition_codes[0]"]),
        ([criterion(218, 112), {"qualification_code": 230}], ["[1].range_sets"]),
        ([criterion(218, 112), ages((0, 0, 312))], ["[1].range_sets[0]"]),
        ([criterion(218, 112), ages((18, 99, 311))], ["[1].range_sets[0]"]),
        ([criterion(218, 112), ages((4.5, 6, 311))], ["[1].range_sets[0]"]),
        ([criterion(218, 112), ages((-1, 6, 311))], ["[1].range_sets[0]"]),
        ([criterion(218, 112), criterion(221, 999), ages((5, 5))], ["[1]", "[2].range_sets[0]"]),
        ([criterion(221, 311)], ["[0]"]),
        ([criterion(232, 139), criterion(218, 112)], ["[1]"]),
        ([criterion(220, 111), criterion(220, 112)], ["[0]", "[1]"]),
    ],
)
def test_what_cannot_be_carried_stays_with_all_beside_it(criteria: list[Any], found: list[str]) -> None:
    """All criteria of a quota must be met: when one cannot be read, none is dropped, so that no target grows in silence."""
    left, told = upgraded(*criteria)
    assert left == criteria
    assert [where for _, _, where in told] == found
    assert "error" in {severity for _, severity, _ in told}


def test_a_range_from_birth_on_is_carried_without_the_newborn() -> None:
    """0 months has no code: what comes after it is carried in months, and the rest is told."""
    found, told = upgraded(criterion(220, 111), ages((0, 1, 312)))
    assert found == [written({111}, 312)]
    assert told == [("legacy-not-carried", "error", "[1].range_sets[0]"), ("legacy-upgraded", "info", "[0]")]


@pytest.mark.parametrize(("unit_codes", "codes", "unit"), [((311, 312), {141}, 311), (("312",), {119}, 312), ((), {141}, 311)])
def test_a_range_without_a_unit_takes_that_of_221(unit_codes: tuple[Any, ...], codes: set[int], unit: int) -> None:
    """Where 221 names one unit it is taken; where it names both, or is not there, years are, and that is told."""
    question = [criterion(221, *unit_codes)] if unit_codes else []
    found, told = upgraded(criterion(220, 111), *question, ages((5, 5)))
    assert found == [written(codes, unit)]
    assert [code for code, _, _ in told] == ["legacy-unit-assumed"] * (unit_codes != ("312",)) + ["legacy-upgraded"]


@pytest.mark.parametrize(
    ("named", "spans", "codes", "unit", "places"),
    [
        (312, [(4, 6, 311)], {139, 141, 143}, 311, [0]),
        ("311", [(3, 3, "312")], {115}, 312, [0]),
        (312, [(3, 3, 312), (5, 5, 311), (7, 7), (9, 9, 311)], {115, 123, 141, 149}, 312, [1, 3]),
        (312, [(3, 3, 312), (7, 7)], {115, 123}, 312, []),
        (999, [(3, 3, 312)], {115}, 312, []),
    ],
)
def test_a_unit_of_221_that_a_range_does_not_have_is_a_contradiction(
    named: Any, spans: Any, codes: Any, unit: int, places: list[int]
) -> None:
    """The range's own unit is taken, as only that is documented; each range that 221 contradicts is told, with the way out."""
    document, findings, _ = upgrade_document(survey(criterion(220, 111), criterion(221, named), ages(*spans)))
    assert document["quotas"][0]["criteria"] == [written(codes, unit)]
    told = [found for found in findings if found.code == "legacy-contradiction"]
    assert [(found.severity, found.where) for found in told] == [
        ("warning", f"$.quotas[0].criteria[2].range_sets[{place}].units") for place in places
    ]
    for found in told:
        taken, other = ("years", "312, months") if "the range is in years" in found.message else ("months", "311, years")
        assert f"{taken} are taken" in found.message
        assert found.fix.startswith(f"Take 221 out if {taken} are meant; else give the range units {other}")


@pytest.mark.parametrize(
    ("qualifications", "criteria", "word"),
    [
        ([criterion(218, 111, 112)], [criterion(218, 112)], "documented"),
        ([], [criterion(218, 111)], "documented"),
        ([], [criterion(218, 111, 112)], "derived"),
        ([], [criterion(218, 112), criterion(220, 111, 112)], "derived"),
        ([criterion(218, 112)], [ages((0, 17, 311))], "derived"),
        ([criterion(220, 111)], [criterion(218, 111)], "derived"),
        ([], [criterion(218, 112), criterion(221, 311)], "derived"),
        ([], [criterion(218, 112), criterion(232, 139)], "documented"),
        ([], [criterion(211, 111)], "documented"),
    ],
)
def test_only_the_conversion_that_the_vendor_shows_is_documented(qualifications: Any, criteria: Any, word: str) -> None:
    """218 alone is documented, as far as the vendor's reply shows it; all else is derived, and each finding says which."""
    _, findings, told = upgrade_document({**survey(*criteria), "qualifications": qualifications})
    assert told == word
    words = [found.message.rpartition("(")[2].partition(":")[0] for found in findings if found.code == "legacy-upgraded"]
    assert ("derived" in words) == (word == "derived")
    assert set(words) <= {"documented", "derived"}


def test_survey_level_has_no_unit_and_ascends() -> None:
    """A qualification comes out as the documented reply writes it; gender and age there are read, and told as misplaced."""
    given = {"qualifications": [criterion(218, 112), criterion(220, 112), ages((3, 5, 311))]}
    document, findings, _ = upgrade_document(given)
    codes = [138, 140, 142, *range(213, 234, 2)]
    assert document == {"qualifications": [{"qualification_code": 232, "condition_codes": [str(code) for code in codes]}]}
    assert [(found.code, found.where) for found in findings if found.severity != "info"] == [
        ("legacy-misplaced", "$.qualifications[1]"),
        ("legacy-misplaced", "$.qualifications[2]"),
    ]


def test_single_months_keep_their_unit_at_survey_level() -> None:
    """Where years would add months, the unit is written also there: left out, the server would take years."""
    document, _, _ = upgrade_document({"qualifications": [criterion(220, 111), ages((12, 13, 312))]})
    assert document["qualifications"] == [{"qualification_code": 232, "condition_codes": ["133", "168"], "child_age_unit": 312}]


def test_fields_that_do_not_fit_are_told() -> None:
    """Two values for one field, a unit that does not fit, codes that 230 does not have: left out, each told by its path."""
    both = [
        criterion(218, 112, **{"odd key": 1}, child_age_unit=312),
        criterion(220, 111, **{"odd key": 2}, range_sets=[1]),
        {**ages((5, 5, 311)), "condition_codes": ["1"]},
    ]
    found, told = upgraded(*both)
    assert found == [{**written({141}), "odd key": 1}]
    assert [where for code, _, where in told if code == "legacy-not-carried"] == [
        "[0].child_age_unit",
        '[1]["odd key"]',
        "[1].range_sets",
        "[2].condition_codes",
    ]


def nodes(part: Any) -> Iterator[tuple[Any, Any]]:
    """List every place in a document that can be changed."""
    for key, inner in list(part.items() if isinstance(part, dict) else enumerate(part)):
        yield part, key
        if isinstance(inner, dict | list):
            yield from nodes(inner)


SCRAPS: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    float("nan"),
    10**4000,
    "",
    "112",
    "9" * 5000,
    "\ud83d",
    [],
    {},
    [[]],
    [None],
    {"from": 0},
]
SCRAPS += [218, 220, 221, 230, 232, "218", 311, 312, ["112"], [111, 112], criterion(218, 112), ages((0, 99))]
RICH = [
    REQUEST,
    survey(criterion(218, 112), criterion(220, 111), ages((4, 6, 311)), criterion(221, 311)),
    survey(criterion(232, 139), ages((4, 60, 312))),
]


def mutated(seed: int) -> dict[str, Any]:
    """Return a survey with one to four of its parts replaced, taken out or doubled."""
    rng = random.Random(seed)  # noqa: S311 - no secret is drawn
    document = copy.deepcopy(rng.choice(RICH))
    for _ in range(rng.randint(1, 4)):
        part, key = rng.choice(list(nodes(document)))
        change = rng.randrange(4)
        if change == 0:
            del part[key]
        elif change == 1 and isinstance(part, list):
            part.insert(key, copy.deepcopy(part[key]))
        else:
            part[key] = copy.deepcopy(rng.choice(SCRAPS))
        if not document:
            break
    return document


@pytest.mark.parametrize("start", range(0, 4000, 1000))
def test_no_document_makes_it_fail(start: int) -> None:
    """Whatever stands where: the input is unchanged, the rest kept, and what is still legacy afterwards has its finding."""
    for seed in range(start, start + 1000):
        document = mutated(seed)
        before = copy.deepcopy(document)
        after, findings, _ = upgrade_document(document)
        assert repr(document) == repr(before)
        assert list(after) == list(document)
        if is_legacy(after):
            assert "legacy-not-carried" in findings.errors.codes
        assert is_legacy(document) or repr(after) == repr(document)
        again, more, _ = upgrade_document(after)
        assert repr(again) == repr(after)
        assert "legacy-upgraded" not in more.codes
        assert all(found.fix and found.where.startswith("$") for found in findings)


def test_a_document_nested_deep_is_not_followed() -> None:
    """What is not a criterion is not looked into, however deep."""
    deep: list[Any] = []
    for _ in range(5000):
        deep = [deep]
    document, findings, _ = upgrade_document({**survey(criterion(218, 112)), "x": deep})
    assert document["x"] is deep
    assert findings.ok


@pytest.mark.parametrize("code", LEGACY)
def test_a_legacy_code_is_seen_anywhere(code: int) -> None:
    """A legacy code counts as a number or a text, in qualifications and criteria, and 232 does not."""
    assert is_legacy(survey({"qualification_code": code}))
    assert is_legacy({"qualifications": [None, {"qualification_code": str(code)}]})
    assert not is_legacy(survey(criterion(232, 111), {"qualification_code": [code]}))
    assert not is_legacy({"quotas": {"criteria": code}, "qualification_code": code})


def test_a_document_is_a_mapping() -> None:
    """Anything else is refused."""
    with pytest.raises(InvalidInput, match="not list"):
        upgrade_document([REQUEST])  # type: ignore[arg-type]
