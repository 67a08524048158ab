"""Legacy surveys written as 232: as the documented server does, with everything else, and the comments, kept in place."""

import copy
import json
from itertools import product
from typing import Any

import pytest
import surveys
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import Client

import segkit
from segkit.errors import InvalidInput
from segkit.quotas.lint.check import lint
from segkit.quotas.survey import of_data, read_survey
from segkit.quotas.targets import LEGACY
from segkit.quotas.upgrading import upgrade
from segkit.sandbox.app import TOKEN, Sandbox
from segkit.sandbox.purespectrum_buyer import PREFIX

REQUEST, REPLY = surveys.DOCUMENTS["request_218"], surveys.DOCUMENTS["response_218"]


def without_unit(criteria: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return criteria with codes as text; the server writes those of a qualification as numbers."""
    return [{**each, "condition_codes": [str(code) for code in each["condition_codes"]]} for each in criteria]


def test_the_documented_request_becomes_the_documented_reply() -> None:
    """The 218 request gives the reply's quotas and qualifications: values, order of codes and of quotas."""
    document = upgrade(REQUEST).document
    assert without_unit(document["qualifications"]) == without_unit(REPLY["qualifications"])
    theirs = [{name: quota[name] for name in ("buyer_quota_id", "required_count", "criteria")} for quota in REPLY["quotas"]]
    assert document["quotas"] == theirs
    assert list(document) == list(REQUEST)
    assert {name: value for name, value in document.items() if name not in ("quotas", "qualifications")} == {
        name: value for name, value in REQUEST.items() if name not in ("quotas", "qualifications")
    }


def test_nothing_legacy_is_left_for_lint() -> None:
    """Lint of the result finds no legacy qualification; of what was found before, the sum alone is left."""
    upgraded = upgrade(REQUEST)
    assert lint(REQUEST).codes == {"legacy-qualification", "sum-over-completes"}
    assert lint(upgraded).codes == {"sum-over-completes"}
    assert {(finding.code, finding.severity) for finding in upgraded.findings} == {("legacy-upgraded", "info")}
    assert segkit.upgrade(REQUEST) == upgraded


@pytest.mark.parametrize("code", [220, 221, 230])
def test_what_no_example_of_the_vendor_shows_is_labelled_derived(code: int) -> None:
    """The printed 218 stays documented; gender, unit and age make the document derived, wherever it is shown."""
    added = {220: {"condition_codes": ["111"]}, 221: {"condition_codes": ["311"]}}
    criterion = {"qualification_code": code, **added.get(code, {"range_sets": [{"from": 4, "to": 6, "units": 311}]})}
    quota = {"required_count": 5, "criteria": [{"qualification_code": 218, "condition_codes": ["112"]}, criterion]}
    upgraded = upgrade({**REQUEST, "quotas": [quota]})
    assert (upgrade(REQUEST).provenance, upgraded.provenance) == ("documented", "derived")
    assert ", derived>" in repr(upgraded)
    assert ", derived&gt;" in upgraded._repr_html_()
    assert "(derived: " in str(upgraded.findings)
    assert upgrade(upgraded).provenance == "derived"
    assert upgrade({**REQUEST, "x_segkit_provenance": "synthetic", "quotas": [quota]}).provenance == "synthetic"


def test_the_input_is_not_changed() -> None:
    """Neither the dict nor the document that is handed in changes; a change of the result does not reach it."""
    given_dict = copy.deepcopy(REQUEST)
    survey = of_data(given_dict)
    upgrade(given_dict)
    upgraded = upgrade(survey)
    assert given_dict == survey.document == REQUEST
    assert survey == of_data(REQUEST)
    assert upgraded is not survey


def test_without_legacy_nothing_changes() -> None:
    """A survey without legacy qualifications comes back equal, its comments and heading too."""
    for survey in segkit.read_surveys(surveys.SCENARIOS):
        upgraded = upgrade(survey)
        assert upgraded == survey
        assert upgraded.findings == survey.findings


COMMENTED = """// 60 boys 4-6
{
  "qualifications": [
    {"qualification_code": 211, "condition_codes": ["111"]}, // men
    {"qualification_code": 218, // parents or not
     "condition_codes": ["111", // none
                         "112"]} // all
  ],
  "quotas": [
    { // first
      "required_count": 60,
      "criteria": [
        {"qualification_code": 211, "condition_codes": ["111"]}, // zero
        {"qualification_code": 218, "condition_codes": ["112"]}, // one
        {"qualification_code": 229, "condition_codes": ["113"]}, // two
        {"qualification_code": 220, "condition_codes": ["111"]}, // three
        {"qualification_code": 230, "range_sets": [{"from": 4, "to": 6, "units": 311}]}, // four
        {"qualification_code": 212, "condition_codes": ["118"]} // five
      ]
    }
    // the end
  ]
}
"""


def test_comments_go_with_what_they_stand_on() -> None:
    """Comments stay on their values, whose places have moved; those on a legacy code or criterion go to the new one."""
    upgraded = upgrade(read_survey(COMMENTED))
    at = {remark.text: remark.path for remark in upgraded.remarks}
    criteria = "$.quotas[0].criteria"
    assert at == {
        "men": "$.qualifications[0]",
        "parents or not": "$.qualifications[1].qualification_code",
        "none": "$.qualifications[1]",
        "all": "$.qualifications[1]",
        "first": "$.quotas[0]",
        "zero": f"{criteria}[0]",
        "one": f"{criteria}[1]",
        "two": f"{criteria}[2]",
        "three": f"{criteria}[1]",
        "four": f"{criteria}[1]",
        "five": f"{criteria}[3]",
        "the end": "$.quotas",
    }
    assert upgraded.heading == ("60 boys 4-6",)
    codes = [each["qualification_code"] for each in upgraded.document["quotas"][0]["criteria"]]
    assert codes == [211, 232, 229, 212]
    assert "stated-differs-from-codes" not in lint(upgraded).codes
    again = read_survey(upgraded.to_text())
    assert again.document == upgraded.document
    assert sorted(remark.text for remark in again.remarks) == sorted(at)


def test_comments_stay_where_nothing_could_be_carried() -> None:
    """Legacy criteria that no single 232 can say stay, and so do their comments; the findings are errors."""
    text = """{"quotas": [{"criteria": [
        {"qualification_code": 232, "condition_codes": ["139"]}, // zero
        {"qualification_code": 218, "condition_codes": ["112"]}, // one
        {"qualification_code": 211, "condition_codes": ["111"]} // two
    ]}]}"""
    survey = read_survey(text)
    upgraded = upgrade(survey)
    assert upgraded.document == survey.document
    assert upgraded.remarks == survey.remarks
    assert "legacy-not-carried" in upgraded.findings.errors.codes


def test_a_text_with_several_surveys_is_refused() -> None:
    """One survey is upgraded at a time."""
    with pytest.raises(InvalidInput, match="holds 7 survey documents"):
        upgrade(surveys.SCENARIOS)


CRITERIA = st.lists(
    st.fixed_dictionaries(
        {"qualification_code": st.sampled_from([*LEGACY, 211, 229, 232, "218", None])},
        optional={
            "condition_codes": st.lists(st.sampled_from(["111", 112, "139", 311, "x"]), max_size=3) | st.none(),
            "range_sets": st.lists(
                st.fixed_dictionaries({"from": st.integers(-1, 20), "to": st.integers(0, 250)}, optional={"units": st.just(311)}),
                max_size=2,
            ),
        },
    )
    | st.just("no object"),
    max_size=5,
)


@given(st.lists(st.fixed_dictionaries({}, optional={"criteria": CRITERIA}) | st.none(), max_size=3), CRITERIA)
def test_any_comments_are_kept_on_their_values(quotas: list[Any], qualifications: list[Any]) -> None:
    """Of any document: others of its criteria keep their comments, none is lost, each path leads to a value of the result."""
    document = {"qualifications": qualifications, "quotas": quotas}
    lists = [qualifications, *(quota["criteria"] for quota in quotas if quota and "criteria" in quota)]
    lines = json.dumps(document, indent=1).splitlines()
    marked = "\n".join(f"{line} // c{n}" for n, line in enumerate(lines))
    survey = read_survey(marked)
    before = copy.deepcopy(survey)
    upgraded = upgrade(survey)
    assert survey == before
    assert sorted(remark.text for remark in upgraded.remarks) == sorted(remark.text for remark in survey.remarks)
    old, new = ({remark.text: at(each.document, remark.path) for remark in each.remarks} for each in (survey, upgraded))
    kept = [criterion for criteria in lists for criterion in criteria if not is_legacy(criterion)]
    for text, value in old.items():
        if isinstance(value, dict) and value in kept:
            assert new[text] == value


@given(st.lists(CRITERIA, max_size=3), CRITERIA)
def test_lint_finds_legacy_only_where_the_upgrade_told_why(quotas: list[Any], qualifications: list[Any]) -> None:
    """Of any document: a list of criteria in which lint still finds legacy has its error, ``legacy-not-carried``."""
    document = {"qualifications": qualifications, "quotas": [{"criteria": criteria} for criteria in quotas]}
    upgraded = upgrade(document)
    left = {found.where.rpartition("[")[0] for found in lint(upgraded) if found.code == "legacy-qualification"}
    told = [found.where for found in upgraded.findings.errors if found.code == "legacy-not-carried"]
    assert all(any(where.startswith(f"{path}[") for where in told) for path in left)


def is_legacy(criterion: Any) -> bool:
    """Whether a criterion may be turned into 232."""
    return isinstance(criterion, dict) and str(criterion["qualification_code"]) in map(str, LEGACY)


def at(document: Any, path: str) -> Any:
    """Follow a path of names and places."""
    for part in path.removeprefix("$").replace("[", ".").replace("]", "").split(".")[1:]:
        document = document[int(part) if part.isdigit() else part]
    return document


# The same documents, converted by the double, which shares no code with the client

UNIT_CODES = {"years": 311, "months": 312}
ANSWERS: tuple[tuple[str, ...], ...] = ((), ("111",), ("112",), ("111", "112"))
QUESTIONS: tuple[tuple[str, ...], ...] = ((), ("311",), ("312",), ("311", "312"))
SPANS = [("years", *span) for span in ((0, 0), (0, 17), (1, 3), (4, 6), (16, 18))] + [
    ("months", *span)
    for span in (
        (0, 5),
        (1, 11),
        (3, 11),
        (12, 12),
        (11, 14),
        (24, 47),
        (30, 40),
        (36, 59),
        (40, 60),
        (48, 59),
        (50, 70),
        (1, 215),
    )
]
SEVERAL = [
    (("years", 0, 0), ("years", 4, 17)),
    (("months", 3, 11), ("months", 13, 20)),
    (("months", 30, 36), ("months", 35, 47)),
    (("years", 1, 1), ("months", 3, 5)),
    (("months", 12, 12), ("years", 4, 6)),
    (("years", 3, 3), ("months", 48, 59)),
]


def coded(code: int, condition_codes: tuple[str, ...]) -> list[dict[str, Any]]:
    """Write a criterion by its codes; none where there are none."""
    return [{"qualification_code": code, "condition_codes": list(condition_codes)}] if condition_codes else []


def ranged(spans: Any, *, is_told: bool) -> list[dict[str, Any]]:
    """Write 230 with its units or without."""
    ranges = [{"from": first, "to": last, **({"units": UNIT_CODES[unit]} if is_told else {})} for unit, first, last in spans]
    return [{"qualification_code": 230, "range_sets": ranges}]


AGES = [
    [],
    *(ranged(spans, is_told=True) for spans in (*((span,) for span in SPANS), *SEVERAL, ())),
    *(ranged([span], is_told=False) for span in SPANS),
]
GRID = [
    [*coded(218, answers), *coded(220, genders), *coded(221, question), *ages]
    for answers, genders, question, ages in product(ANSWERS, ANSWERS[:3], QUESTIONS, AGES)
][1:]
"""The criteria of a quota: 218, 220, 221 and 230 with one range, several or none, in every combination."""


SPAN = st.tuples(st.sampled_from([311, 312]), st.integers(0, 17), st.integers(0, 17)).map(
    lambda drawn: {"from": min(drawn[1:]) or 1, "to": max(drawn[1:]) or 1, "units": drawn[0]}
)
QUOTA = st.builds(
    lambda genders, question, spans, other: [
        *coded(218, ("112",)),
        *coded(220, genders),
        *other,
        *coded(221, question),
        *([{"qualification_code": 230, "range_sets": spans}] if spans else []),
    ],
    st.sampled_from(ANSWERS),
    st.sampled_from(QUESTIONS),
    st.lists(SPAN, max_size=3),
    st.lists(st.just({"qualification_code": 211, "condition_codes": ["111"]}), max_size=1),
) | st.sampled_from([coded(218, answers) for answers in ANSWERS[1:]])


@given(st.lists(QUOTA, max_size=4), st.sampled_from(ANSWERS))
def test_nothing_legacy_is_left_of_what_can_be_carried(quotas: list[Any], answers: tuple[str, ...]) -> None:
    """A legacy survey without a contradiction becomes one of 232 in which lint finds neither legacy nor unknown codes."""
    made = [{"buyer_quota_id": f"q{place}", "required_count": 5, "criteria": criteria} for place, criteria in enumerate(quotas)]
    survey = {**REQUEST, "qualifications": coded(218, answers), "quotas": made}
    upgraded = upgrade(survey)
    assert upgraded.findings.ok
    found = lint(upgraded).codes
    assert not found & {"legacy-qualification", "unknown-code", "duplicate-code", "wrongly-typed"}
    assert ("legacy-qualification" in lint(survey).codes) == bool(quotas or answers)
    assert len(upgraded.targets.criteria) == len(quotas) + bool(answers)
    assert upgrade(upgraded).document == upgraded.document


def in_quota(criteria: list[dict[str, Any]]) -> dict[str, Any]:
    """Write a survey that everybody may enter, with one quota."""
    quota = {"buyer_quota_id": "q", "required_count": 100, "criteria": criteria}
    return {**REQUEST, "qualifications": [], "quotas": [quota]}


@pytest.mark.parametrize(
    "documents",
    [
        [{**REQUEST, "qualifications": coded(218, answers), "quotas": []} for answers in ANSWERS[1:]],
        *([in_quota(criteria) for criteria in GRID[start::4]] for start in range(4)),
    ],
    ids=["at survey level", *(f"in quotas {part}" for part in range(4))],
)
def test_an_upgrade_is_the_conversion_of_the_double(documents: list[dict[str, Any]]) -> None:
    """Codes, their order and their unit are the double's; what it refuses is an error, and so is the newborn that it drops."""
    sandbox = Sandbox()
    for document in documents:
        reply = Client(sandbox.wsgi).post(f"{PREFIX}/surveys", json=document, headers={"access-token": TOKEN}).get_json()
        ours = upgrade(document)
        if "quotas" not in reply:
            assert not ours.findings.ok
        else:
            assert all("newborn" in found.message for found in ours.findings.errors)
            theirs = [reply["qualifications"], *(quota["criteria"] for quota in reply["quotas"])]
            assert [ours.document["qualifications"], *(quota["criteria"] for quota in ours.document["quotas"])] == theirs
    assert len(sandbox.surveys) >= len(documents) / 2
    sandbox.close()


@pytest.mark.parametrize(
    "criteria",
    [
        [*coded(220, ("111",)), *coded(220, ("112",))],
        [*coded(218, ("112",)), *coded(218, ("112",))],
        [*coded(218, ("112",)), *coded(232, ("139",))],
    ],
)
def test_what_an_upgrade_leaves_is_refused_by_the_double(criteria: list[dict[str, Any]]) -> None:
    """Two of 220 want a boy and a girl, who need not be one child: no single 232 says so, to the client or to the double."""
    sandbox, sent = Sandbox(), in_quota(criteria)
    answer = Client(sandbox.wsgi).post(f"{PREFIX}/surveys", json=sent, headers={"access-token": TOKEN})
    sandbox.close()
    ours = upgrade(sent)
    assert answer.status_code == 400
    assert ours.document == sent
    assert ours.findings.errors.codes == {"legacy-not-carried"}


def asked_months(criteria: list[dict[str, Any]]) -> set[int]:
    """Return the months of age that 230 asks for: each range in its unit, else in the one that 221 names, else in years."""
    named = [codes for each in criteria if each["qualification_code"] == 221 for codes in [each["condition_codes"]]]
    ranges = [each for criterion in criteria for each in criterion.get("range_sets", ())]
    in_months = [each.get("units", 312 if named == [["312"]] else 311) == 312 for each in ranges]
    spans = [(each["from"], each["to"], 1 if months else 12) for each, months in zip(ranges, in_months, strict=True)]
    return {month for first, last, size in spans for month in range(first * size, (last + 1) * size)}


def is_told_in_one_unit(months: set[int]) -> bool:
    """Whether months of age are whole years, or all below four years, where months have codes."""
    begun = {month // 12 for month in months}
    return max(months, default=0) < 48 or all(
        months.issuperset(range(12 * year or 1, 12 * year + 12)) for year in begun if year < 4
    )


@pytest.mark.parametrize("start", range(4))
def test_an_upgrade_mixes_no_units(start: int) -> None:
    """Lint finds mixed units only where the ranges of one quota ask for single months and for ages from four years on."""
    for criteria in GRID[start::4]:
        upgraded = upgrade(in_quota(criteria))
        if upgraded.findings.ok:
            found = "mixed-age-units" in lint(upgraded).codes
            assert found != is_told_in_one_unit(asked_months(criteria)), criteria
