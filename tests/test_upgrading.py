"""Legacy surveys written as 232: as the documented server does, with everything else, and the comments, kept in place."""

import copy
import json
from typing import Any

import pytest
import surveys
from hypothesis import given
from hypothesis import strategies as st

import segkit
from segkit.errors import InvalidInput
from segkit.quotas.lint.check import lint
from segkit.quotas.survey import of_data, read_survey
from segkit.quotas.targets import LEGACY
from segkit.quotas.upgrading import upgrade

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


def is_legacy(criterion: Any) -> bool:
    """Whether a criterion may be turned into 232."""
    return isinstance(criterion, dict) and str(criterion["qualification_code"]) in map(str, LEGACY)


def at(document: Any, path: str) -> Any:
    """Follow a path of names and places."""
    for part in path.removeprefix("$").replace("[", ".").replace("]", "").split(".")[1:]:
        document = document[int(part) if part.isdigit() else part]
    return document
