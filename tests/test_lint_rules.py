"""Every rule of the linter finds nothing where there is nothing, and what it is there for where there is."""

import json
import re
from typing import NamedTuple

import pytest
from made_surveys import (
    BOYS,
    BOYS_4_6,
    BOYS_7_9,
    FROM_ONE,
    GIRLS,
    MONTHS,
    MONTHS_13_15,
    NESTED,
    TWO,
    Document,
    ages,
    children,
    codes,
    entering,
    other,
    put,
    quota,
    survey,
)
from test_forecast_rules import SILENT, SPEAKING

from segkit.errors import InvalidInput
from segkit.findings import Finding, Findings
from segkit.quotas.codes import child_codes
from segkit.quotas.lint import forecast_rules
from segkit.quotas.lint.catalogue import RULES, explain
from segkit.quotas.lint.check import ROOMS, lint
from segkit.quotas.survey import SurveyDocument


class Case(NamedTuple):
    """A document or text, and where the rule finds what: path and severity."""

    document: Document | str | SurveyDocument
    found: tuple[tuple[str, str], ...] = ()


def at(*paths: str, severity: str) -> tuple[tuple[str, str], ...]:
    """Expect a finding at each path."""
    return tuple((path, severity) for path in paths)


FIRST = "$.quotas[0].criteria[0]"
QUALIFICATION = "$.qualifications[0]"
FIRST_CODES = at(f"{FIRST}.condition_codes", severity="warning")
ENTRY_CODES = at(f"{QUALIFICATION}.condition_codes", severity="warning")
GOAL = at("$.completes_required", severity="warning")
ALL = codes(*child_codes())
UNREAD = Finding("unreadable-document", "error", "line 12", "the object at line 10 cannot be read", "Mend it.")
HEADED = "// 1000 completes with kids: 500 boys 500 girls\n"

CASES: dict[str, list[Case]] = {
    "unknown-code": [
        Case(survey()),
        Case(put(survey(), "quotas.0.criteria.0.condition_codes.2", "300"), at(f"{FIRST}.condition_codes[2]", severity="error")),
        Case(
            put(survey(), "qualifications.0.condition_codes.5", "x"), at(f"{QUALIFICATION}.condition_codes[5]", severity="error")
        ),
        Case(
            put(survey(), "quotas.0.criteria.0.condition_codes", BOYS + codes(*range(300, 390))),
            at(*(f"{FIRST}.condition_codes[{len(BOYS) + n}]" for n in range(5)), f"{FIRST}.condition_codes", severity="error"),
        ),
    ],
    "duplicate-code": [
        Case(survey()),
        Case(survey(quota("q", 1000, children([*BOYS, "133"]))), at(f"{FIRST}.condition_codes[{len(BOYS)}]", severity="warning")),
        Case(survey(quota("q", 1000, children([*BOYS, 133]))), at(f"{FIRST}.condition_codes[{len(BOYS)}]", severity="warning")),  # type: ignore[list-item]
    ],
    "legacy-qualification": [
        Case(survey(quota("q", 1000, children(BOYS), other(211, 111)))),
        Case(survey(quota("q", 1000, other(218, 111))), at(FIRST, severity="error")),
        Case(survey(quota("q", 1000, other(220, 111), ages(20, 30))), at(FIRST, severity="error")),
        Case(survey(qualifications=[other(218, 112)]), at(QUALIFICATION, severity="error")),
    ],
    "none-with-children": [
        Case(survey()),
        Case(survey(quota("q", 1000, children([*BOYS, "167"]))), at(f"{FIRST}.condition_codes[{len(BOYS)}]", severity="warning")),
        Case(survey(quota("q", 1000, children(codes(300, 167))))),
    ],
    "missing-age-unit": [
        Case(survey()),
        Case(survey(quota("q", 1000, children(BOYS, None))), at(FIRST, severity="info")),
        Case(
            survey(quota("q", 1000, children(codes(133, 168), 312)), qualifications=entering(codes(133, 168))),
            at(QUALIFICATION, severity="info"),
        ),
        Case(survey(quota("q", 1000, children(MONTHS, 312)), qualifications=entering(MONTHS))),
    ],
    "mixed-age-units": [
        Case(survey()),
        Case(survey(quota("q", 1000, children(MONTHS, 312)), qualifications=entering(MONTHS))),
        Case(survey(quota("q", 1000, children(MONTHS))), at(f"{FIRST}.condition_codes", severity="warning")),
        Case(survey(quota("q", 1000, children(codes(168, 139)))), at(f"{FIRST}.condition_codes", severity="warning")),
        Case(survey(quota("q", 1000, children(codes(133, 139), 312))), at(f"{FIRST}.condition_codes", severity="warning")),
        Case(
            survey(quota("q1", 500, children(codes(133))), quota("q2", 500, children(codes(133, 168), 312))),
            at("$.quotas[1].criteria[0].condition_codes", severity="warning"),
        ),
    ],
    "under-ones-left-out": [
        Case(survey()),
        Case(survey(quota("q", 1000, children(FROM_ONE[2:])))),
        Case(survey(quota("q", 1000, children(FROM_ONE))), at(f"{FIRST}.condition_codes", severity="warning")),
        Case(survey(qualifications=entering(FROM_ONE)), at(f"{QUALIFICATION}.condition_codes", severity="warning")),
        Case(survey(quota("children 1-17", 1000, children(FROM_ONE)))),
    ],
    "wrongly-typed": [
        Case(survey(new_field=[])),
        Case(survey(expected_ir="60"), at("$.expected_ir", severity="error")),
        Case(put(survey(), "quotas.0.required_count", "300"), at("$.quotas[0].required_count", severity="error")),
        Case(put(survey(), "quotas.0.criteria.0.qualification_code", ...), at(FIRST, severity="error")),
    ],
    "json-repaired": [
        Case('{"completes_required": 100}'),
        Case('{"completes_required": 100, // goal\n"quotas": [],}', at("$.completes_required", "$.quotas", severity="info")),
    ],
    "no-survey": [
        Case(survey()),
        Case({"quotas": []}),
        Case('{"completes_required": 10}'),
        Case("{\n// ...\n}"),
        Case({}, at("$", severity="error")),
        Case({"new_field": 1}, at("$", severity="error")),
        Case({"apiStatus": "success", "survey": survey()}, at("$.survey", severity="error")),
        Case(quota("q", 1000, children(BOYS)), at("$", severity="error")),
        Case(children(BOYS), at("$", severity="error")),
    ],
    "unreadable-document": [
        Case(survey()),
        Case('{"completes_required": 100, // goal\n"quotas": []}'),
        Case(SurveyDocument(survey(), findings=Findings([UNREAD])), at("line 12", severity="error")),
    ],
    "duplicate-key": [
        Case(survey()),
        Case('{"completes_required": 100, "quotas": [], "qualifications": [{"a": 1}, {"a": 1}]}'),
        Case(
            '{"completes_required": 100, "completes_required": 90, "quotas": []}', at("$.completes_required", severity="warning")
        ),
    ],
    "not-utf-8": [
        Case(survey()),
        Case('{"survey_title": "caf\u00e9", "quotas": []}'.encode()),
        Case('{"survey_title": "caf\u00e9", "quotas": []}'.encode("cp1252"), at("line 1", severity="warning")),
    ],
    "required-field-missing": [
        Case(survey()),
        Case({"qualifications": [], "quotas": []}),
        Case({"completes_required": 1000, "quotas": []}),
        Case(survey(completes_required=...)),
        Case(survey(survey_title=..., survey_titel="x")),
        Case(survey(ps_survey_id=7, live_url=...)),
        Case('{"survey_title": "Snacks", // ...\n"completes_required": 1000}'),
        Case('{"survey_title": "Snacks", "completes_required": 1000, ...}'),
        Case('{"survey_title": "Snacks", "quotas": [\n// ...\n]}', at("$", severity="warning")),
        Case(survey(live_url=...), at("$", severity="warning")),
        Case(survey(live_url=None), at("$", severity="warning")),
        Case({"survey_title": "Snacks", "completes_required": 1000}, at("$", severity="warning")),
    ],
    "completes-missing": [
        Case(survey()),
        Case(survey(completes_required=...), at("$", severity="warning")),
        Case(survey(completes_required=None), at("$.completes_required", severity="warning")),
        Case('{\n// ...\n"quotas": []}'),
        Case('// 1000 with kids\n{"quotas": []}', at("$", severity="warning")),
    ],
    "qlc-without-quotas": [
        Case(survey(qlc={"enable": True})),
        Case(put(survey(qlc={"enable": False}), "quotas", [])),
        Case(put(survey(qlc={"enable": True}), "quotas", []), at("$.qlc.enable", severity="error")),
    ],
    "misspelt-field": [
        Case(survey(my_own_field=1, survey_title="x")),
        Case(survey(survey_titel="x")),
        Case(survey(survey_titel="x", survey_title=...), at("$.survey_titel", severity="info")),
        Case(survey(Survey_Title="x", survey_title=...), at("$.Survey_Title", severity="info")),
        Case(survey(liveUrl="x", live_url=...), at("$.liveUrl", severity="info")),
    ],
    "field-out-of-bounds": [
        Case(survey(expected_ir=1, expected_loi=120, incl_excl=0, live_url="http://www.mybuyer.com/s?i223=[%%223%%]")),
        Case(survey(expected_ir=0), at("$.expected_ir", severity="warning")),
        Case(survey(expected_loi=121), at("$.expected_loi", severity="warning")),
        Case(survey(completes_required=0), at("$.completes_required", severity="error")),
        Case(survey(survey_localization="en-us"), at("$.survey_localization", severity="warning")),
        Case(survey(live_url="www.mybuyer.com"), at("$.live_url", severity="warning")),
        Case(survey(incl_excl=2), at("$.incl_excl", severity="error")),
        Case(survey(subscriber_emails=["a@b.c", "me"]), at("$.subscriber_emails", severity="warning")),
        Case(survey(quota("q", 1000, children(BOYS, 313))), at(f"{FIRST}.child_age_unit", severity="error")),
        Case(survey(quota("q", 1000, ages(20, 20)))),
        Case(survey(quota("q", 1000, ages(40, 20))), at(f"{FIRST}.range_sets[0]", severity="warning")),
        Case(survey(quota("q", 1000, ages(20, 40, 111))), at(f"{FIRST}.range_sets[0].units", severity="warning")),
    ],
    "unreachable-quota": [
        Case(survey()),
        Case(survey(qualifications=...)),
        Case(survey(quota("q", 1000, children(MONTHS_13_15, 312)), qualifications=entering(codes(133)))),
        Case(
            survey(quota("q", 1000, children(MONTHS_13_15, 312)), qualifications=entering(codes(133), unit=312)),
            at("$.quotas[0]", severity="error"),
        ),
        Case(survey(qualifications=entering(BOYS, GIRLS)), at("$.quotas[2]", severity="error")),
        Case(survey(qualifications=entering(BOYS)), at("$.quotas[1]", "$.quotas[2]", severity="error")),
        Case(survey(quota("q", 1000, children([]))), at(FIRST, severity="error")),
        Case(survey(quota("q", 1000, children(codes(300))))),  # unknown-code tells of it
        Case(survey(qualifications=entering(codes(300)))),
        Case(survey(quota("q", 1000, children(BOYS), children(codes(167)))), at("$.quotas[0]", severity="error")),
        Case(survey(quota("q", 1000, children(BOYS)), qualifications=[children(BOYS), children(GIRLS)])),
        Case(
            survey(qualifications=[children([*BOYS, *GIRLS, "167"]), children([*BOYS, *GIRLS])]),
            at("$.quotas[2]", severity="error"),
        ),
    ],
    "partly-unreachable-quota": [
        Case(survey()),
        Case(survey(qualifications=...)),
        Case(survey(quota("q", 1000, children(codes(133, *range(168, 190, 2)), 312)), qualifications=entering(codes(133)))),
        Case(
            survey(quota("q", 1000, children(codes(133, 168), 312)), qualifications=entering(codes(133), unit=312)),
            at("$.quotas[0]", severity="warning"),
        ),
        Case(survey(qualifications=entering(BOYS, GIRLS[5:], ["167"])), at("$.quotas[1]", severity="warning")),
        Case(survey(qualifications=entering(BOYS)), ()),
    ],
    "overlapping-quotas": [
        Case(survey()),
        Case(NESTED, at("$.quotas[1]", severity="warning")),
        Case(put(NESTED, "quotas.1.criteria", [children(BOYS_4_6), other(211, 111)]), at("$.quotas[1]", severity="warning")),
        Case(put(NESTED, "quotas.1.criteria.0.condition_codes", GIRLS)),
        Case(
            survey(quota("q1", 500, children(BOYS), other(211, 111)), quota("q2", 500, children(BOYS), other(211, 112))),
        ),
        Case(survey(quota("q1", 500, children(BOYS), ages(18, 34)), quota("q2", 500, children(BOYS), ages(35, 54)))),
        *(
            Case(survey(quota("q1", 500, children(BOYS), one), quota("q2", 500, children(BOYS), two)), found)
            for one, two, found in (
                (ages(0, 50, 321), ages(50, 100, 321), at("$.quotas[1]", severity="warning")),
                (ages(0, 49, 321), ages(50, 100, 321), ()),
                (ages(20, 30), ages(250, 260, 312), at("$.quotas[1]", severity="warning")),
                (ages(20, 30), ages(20, 30, 312), ()),
                (ages(20, 30), ages(40, 50, 321), at("$.quotas[1]", severity="warning")),
                (ages(20, 30), {"qualification_code": 212, "range_sets": ["40-50"]}, at("$.quotas[1]", severity="warning")),
            )
        ),
        Case(
            survey(quota("q1", 500, children(BOYS), ages(18, 35)), quota("q2", 500, children(BOYS), ages(35, 54))),
            at("$.quotas[1]", severity="warning"),
        ),
    ],
    "nested-quotas": [
        Case(survey()),
        Case(NESTED, at("$.quotas[1]", severity="warning")),
        Case(put(NESTED, "quotas.1.criteria", [children(BOYS_4_6), other(211, 111)]), at("$.quotas[1]", severity="warning")),
        Case(put(NESTED, "quotas.0.criteria", [children(BOYS), other(211, 111)])),
        Case(survey(quota("q1", 500, children(BOYS)), quota("q2", 500, children(BOYS))), at("$.quotas[1]", severity="warning")),
        Case(
            survey(quota("q1", 500, children(BOYS), children(GIRLS)), quota("q2", 500, children(BOYS))),
            at("$.quotas[0]", severity="warning"),
        ),
    ],
    "duplicate-quota-id": [
        Case(survey()),
        Case(put(survey(), "quotas.2.buyer_quota_id", "q1"), at("$.quotas[2].buyer_quota_id", severity="error")),
    ],
    "uncovered-codes": [
        Case(survey()),
        Case(survey(quota("q", 1000, other(211, 111)))),
        Case(survey(quota("q", 1000, children(BOYS))), at(QUALIFICATION, severity="warning")),
        Case(survey(quota("q", 1000, children(BOYS)), quota("old", 1, other(218, 111)))),
        Case(survey(quota("q", 1000, children(codes(134), 312)), qualifications=entering(codes(134), unit=312))),
        Case(  # without a unit the qualification is in years: girls of 12-23 months may enter
            survey(quota("q", 1000, children(codes(134), 312)), qualifications=entering(codes(134))),
            at(QUALIFICATION, severity="warning"),
        ),
    ],
    "sum-over-completes": [
        Case(survey()),
        Case(survey(completes_required=999), at("$.quotas", severity="warning")),
        Case(HEADED + '{"quotas": [{"required_count": 1001, "criteria": []}]}', at("$.quotas", severity="warning")),
        Case(survey(quota("q1", 1000, children(BOYS)), quota("q2", 1000, other(211, 111)))),
        Case(survey(quota("q1", 1001, children(BOYS)), quota("q2", 1000, other(211, 111))), at("$.quotas", severity="warning")),
    ],
    "sum-under-completes": [
        Case(survey()),
        Case(survey(completes_required=1001), at("$.quotas", severity="info")),
        Case(put(survey(completes_required=1001), "quotas.0.required_count", None)),
        Case(survey(quota("q1", 400, children(BOYS), other(211, 111)), quota("q2", 600, children(codes(167))))),
        Case(survey(quota("q1", 400, children(BOYS)), quota("q2", 1000, other(211, 111))), at("$.quotas", severity="info")),
    ],
    "count-not-positive": [
        Case(survey()),
        Case(put(survey(), "quotas.0.required_count", ...), at("$.quotas[0]", severity="error")),
        Case(put(survey(), "quotas.0.required_count", -5), at("$.quotas[0].required_count", severity="error")),
        Case(put(survey(), "quotas.0.required_count", "-5"), at(severity="error")),  # wrongly-typed tells of it
        Case(put(survey(), "quotas.0.required_count", 0), at("$.quotas[0].required_count", severity="warning")),
    ],
    "stated-differs-from-codes": [
        Case(survey()),
        Case(put(survey(), "quotas.0.buyer_quota_id", "boys")),
        Case(put(survey(), "quotas.0.buyer_quota_id", "girls"), at(f"{FIRST}.condition_codes", severity="warning")),
        Case(survey(quota("kids 4-6", 1000, children(BOYS_4_6)))),
        Case(survey(quota("boys and girls 4-6", 1000, children(BOYS_4_6))), at(f"{FIRST}.condition_codes", severity="warning")),
        Case(put(survey(), "quotas.0.quota_title", "Boys 4-9"), at(f"{FIRST}.condition_codes", severity="warning")),
        *(  # words of a quota of boys 4-6: the same, and other ages
            Case(survey(quota(words, 1000, children(BOYS_4_6))), found)
            for same, others in (
                (("4-6 boys", "Age 4-6", "Boys < 7 and > 3", "ages 4, 5 and 6", "boys ages 4, 5 and 6"), ()),
                (("4-9 boys", "Age 4-9", "Boys (7)", "Boys < 5", "ages 5, 6 and 7", "boys aged 5, 6"), FIRST_CODES),
                (("Kids 1+", "Kids 2-3", "2-3 kids", "Kids (2)", "boys 4, 5", "Boys (1000)"), ()),
            )
            for words in same
            for found in (others,)
        ),
        Case(survey(quota("Boys (7)", 7, children(BOYS_4_6)), completes_required=7)),  # seven boys
        Case(survey(quota("Age 13-17", 1000, children(BOYS_4_6), ages(13, 17)))),  # of the parents
        *(  # a heading, and a survey without quotas
            Case(f"// {heading}\n" + json.dumps(survey(quotas=[], qualifications=entering(asked))), found)
            for heading, asked, found in (
                ("1000 completes with kids", ALL, ()),
                ("1000 completes with kids", FROM_ONE, ()),  # under-ones-left-out tells of it
                ("1000 completes with kids", BOYS, ENTRY_CODES),
                ("1000 completes with kids", [*ALL, "167"], ENTRY_CODES),
                ("400 with kids, 600 without kids", [*ALL, "167"], ()),
                ("400 with kids, 600 without kids", ALL, ENTRY_CODES),
                ("boys 4-6", BOYS_4_6, ()),
                ("boys 4-9", BOYS_4_6, ENTRY_CODES),
                ("boys 4-6; boys 7-9", [*BOYS_4_6, *BOYS_7_9], ()),
                ("A study of kids", BOYS_4_6, ()),
                ("Kids 2-3", BOYS_4_6, ()),
                ("boys 13-15 months", MONTHS_13_15, ()),
                ("boys 12 months", codes(133), ()),
            )
        ),
        *(  # a heading, and one quota
            Case(f"// {heading}\n" + json.dumps(survey(quota("q", 1000, children(BOYS_4_6)))), found)
            for heading, found in (
                ("boys 4-6", ()),
                ("boys 4-9", FIRST_CODES),
                ("ages 4-9", FIRST_CODES),
                ("girls", FIRST_CODES),
                ("boys", ()),
                ("1000 boys", FIRST_CODES),
                ("boys 4-9; girls 4-9", ()),
                ("300 boys", ()),  # another count: another part of the survey
            )
        ),
        Case(survey(quotas=[], survey_title="Boys 4-9", qualifications=entering(BOYS_4_6)), ENTRY_CODES),
        Case(survey(quotas=[], survey_title="Boys and their toys", qualifications=entering(GIRLS))),
        Case('{"qualifications": [{"qualification_code": 232, "condition_codes": ["139"] // boys 4-9\n}]}', ENTRY_CODES),
        Case('{"qualifications": [\n// child age and gender\n{"qualification_code": 232, "condition_codes": ["139", "167"]}]}'),
        *(  # a goal
            Case(f"// {heading}\n" + json.dumps(survey(completes_required=900)), found)
            for heading, found in (
                ("900 completes", ()),
                ("1000 completes", GOAL),
                ("450 with kids, 550 without kids", GOAL),
                ("500 girls", ()),
            )
        ),
    ],
}


ALONE = [code for code, rule in RULES.items() if rule.look.__module__ != forecast_rules.__name__]
"""The rules that need no households; the others have their cases in test_forecast_rules.py."""


def of_rule(code: str, document: Document | str | SurveyDocument) -> list[tuple[str, str]]:
    """Return what a rule finds."""
    return [(finding.where, finding.severity) for finding in lint(document) if finding.code == code]


@pytest.mark.parametrize("code", ALONE)
def test_each_rule_is_silent_and_speaks(code: str) -> None:
    """Each rule has a document in which it finds nothing and one in which it finds what it is there for, at these paths."""
    cases = CASES[code]
    for place, case in enumerate(cases):
        assert sorted(of_rule(code, case.document)) == sorted(case.found), (place, lint(case.document))


def test_every_rule_has_its_cases() -> None:
    """The tables have each rule and no other, with a document in which it is silent and one in which it speaks.

    A rule that is registered without them fails here; those that need households are in test_forecast_rules.py.
    """
    assert CASES.keys() == set(ALONE)
    assert CASES.keys() | SPEAKING.keys() == RULES.keys()
    assert SILENT.keys() == SPEAKING.keys()
    for code, cases in CASES.items():
        assert {bool(case.found) for case in cases} == {True, False}, code
    assert {rule.look.__module__ for rule in RULES.values()} == {room.__name__ for room in ROOMS}


def test_a_clean_survey_has_no_finding() -> None:
    """Three disjoint quotas that cover the qualification and add up: nothing at all."""
    assert not lint(survey())
    assert not lint(TWO)


@pytest.mark.parametrize("code", RULES)
def test_rules_explain_themselves(code: str) -> None:
    """A rule's code is words and dashes; its text is a sentence, then why it matters and what to do, in plain lines."""
    assert re.fullmatch(r"[a-z]+(-[a-z0-9]+)+", code)
    first, blank, *rest = RULES[code].explanation.splitlines()
    assert first.endswith(".")
    assert not blank
    assert "".join(rest).endswith(".")
    assert explain(code).startswith(f"{code} ({RULES[code].severity})\n\n{first}")


def test_an_unknown_rule_is_refused_with_the_names_of_all() -> None:
    """Asking for a rule that is not there names those that are."""
    with pytest.raises(InvalidInput, match=r"no rule 'overlap'.*overlapping-quotas"):
        explain("overlap")


@pytest.mark.parametrize("code", ALONE)
def test_messages_are_short_lines_with_a_fix(code: str) -> None:
    """Message and fix are one line each, begin and end as the others do, and stay short whatever the codes."""
    for case in CASES[code]:
        for finding in lint(case.document):
            assert finding.fix.endswith(".")
            assert not finding.message.endswith(".")
            assert "\n" not in finding.message + finding.fix
            assert len(finding.message) < 250


def test_the_support_of_legacy_ends_in_q2_2025() -> None:
    """The error on a legacy qualification quotes the end of its support."""
    (finding,) = [f for f in lint(survey(quota("q", 1000, other(218, 111)))) if f.code == "legacy-qualification"]
    assert "through Q2 2025" in finding.message
