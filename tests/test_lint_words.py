"""What findings say: who is meant, what to do, and what the words of a survey are compared with."""

import json
import random
import re
from collections.abc import Callable

import pytest
from made_surveys import (
    BOYS,
    BOYS_4_6,
    BOYS_7_9,
    FROM_ONE,
    GIRLS,
    MONTHS_13_15,
    NESTED,
    TWO,
    Document,
    children,
    codes,
    entering,
    other,
    put,
    quota,
    survey,
)

from segkit.quotas.codes import child_codes, mask
from segkit.quotas.describing import describe_codes
from segkit.quotas.design import QuotaDesign
from segkit.quotas.lint.check import lint
from segkit.quotas.lint.words import in_python, in_words
from segkit.quotas.survey import read_survey


def of_rule(code: str, document: Document | str) -> list[tuple[str, str]]:
    """Return what a rule finds."""
    return [(finding.where, finding.severity) for finding in lint(document) if finding.code == code]


WORDED: list[tuple[str, Callable[[], Document], str]] = [
    ("unreachable-quota", lambda: survey(qualifications=entering(BOYS)), "only families that have both can fill it"),
    (
        "unreachable-quota",
        lambda: survey(qualifications=entering(BOYS, GIRLS)),
        "quota q3 wants families without children, the survey admits children 0-17 years: nobody can fill it",
    ),
    (
        "required-field-missing",
        lambda: survey(live_url=..., field_time=..., expected_ir=...),
        "a create survey call needs expected_ir, live_url and field_time, which are missing",
    ),
    ("no-survey", lambda: {"survey": survey()}, "the survey stands inside"),
    (
        "missing-age-unit",
        lambda: survey(quota("q", 1000, children(codes(133), 312)), qualifications=entering(codes(133))),
        "133 admits the whole year here",
    ),
    (
        "uncovered-codes",
        lambda: survey(quota("q", 1000, children(MONTHS_13_15, 312)), qualifications=entering(codes(133))),
        "no quota wants boys 12, 16-23 months",
    ),
    (
        "under-ones-left-out",
        lambda: survey(quota("q", 1000, children(FROM_ONE))),
        "quota q has all children from 1 to 17 years and none under one",
    ),
    (
        "under-ones-left-out",
        lambda: survey(qualifications=entering(FROM_ONE)),
        "the survey's qualification has all children from 1 to 17 years",
    ),
    ("missing-age-unit", lambda: survey(quota("q", 1000, children(BOYS, None))), "quota q has no child_age_unit"),
    ("none-with-children", lambda: survey(quota("q", 1000, children([*BOYS, "167"]))), "quota q takes families without"),
    ("overlapping-quotas", lambda: NESTED, "quota q2 and quota q1 ($.quotas[0]) both want boys 4-6 years"),
    (
        "overlapping-quotas",
        lambda: survey(quota("a", 1, children(codes(133, 168), 312)), quota("b", 1, children(codes(133, 170), 312))),
        "both want boys 12 months",
    ),
    (
        "overlapping-quotas",
        lambda: survey(quota("a", 1, children(codes(167))), quota("b", 1, children(codes(167)))),
        "both want families without children",
    ),
    ("nested-quotas", lambda: NESTED, "quota q2 (boys 4-6 years) lies within quota q1 ($.quotas[0])"),
    (
        "duplicate-code",
        lambda: survey(quota("q", 1000, children(codes(139, 139)))),
        "139 (boy 4 years) stands at condition_codes[0]",
    ),
    (
        "stated-differs-from-codes",
        lambda: put(survey(), "quotas.0.buyer_quota_id", "girls"),
        "the id says 'girls', the codes are boys",
    ),
]


@pytest.mark.parametrize(("code", "make", "words"), WORDED)
def test_messages_say_who(code: str, make: Callable[[], Document], words: str) -> None:
    """Codes are told as families, also where they are months."""
    assert any(words in finding.message for finding in lint(make()) if finding.code == code), lint(make())


BOYS_AND = quota("boys", 500, children(BOYS))
FIXES: list[tuple[str, Document, str]] = [
    (
        "nested-quotas",
        survey(BOYS_AND, quota("b46", 300, children(BOYS_4_6))),
        'a quota of the other 200: [*child_codes("boy", ages=(0, 3)), *child_codes("boy", ages=(7, 17))].',
    ),
    (
        "nested-quotas",
        survey(BOYS_AND, quota("b46", 300, children(BOYS_4_6)), quota("b79", 150, children(BOYS_7_9))),
        'a quota of the other 50: [*child_codes("boy", ages=(0, 3)), *child_codes("boy", ages=(10, 17))].',
    ),
    ("nested-quotas", survey(BOYS_AND, quota("b46", 500, children(BOYS_4_6))), "Take quota boys out: its 500 are those of b46."),
    (
        "nested-quotas",
        survey(quota("b46", 300, children(BOYS_4_6)), quota("b79", 200, children(BOYS_7_9)), BOYS_AND),
        "Take quota boys out: its 500 are those of b46 + b79.",
    ),
    ("nested-quotas", survey(BOYS_AND, quota("b46", 501, children(BOYS_4_6))), "The counts contradict each other: "),
    (
        "nested-quotas",
        survey(BOYS_AND, quota("b46", 300, children(BOYS_4_6)), quota("b79", 201, children(BOYS_7_9))),
        "The counts contradict each other: ",
    ),
    (
        "nested-quotas",
        survey(
            quota("b49", 500, children([*BOYS_4_6, *BOYS_7_9])),
            quota("b46", 300, children(BOYS_4_6)),
            quota("b79", 150, children(BOYS_7_9)),
        ),
        "Take quota b49 ($.quotas[0]) out: b46 + b79 have all of its codes. They are 50 short of its count.",
    ),
    (
        "nested-quotas",
        survey(BOYS_AND, quota("north", 300, children(BOYS), other(229, 111))),
        "Lower the count of quota boys ($.quotas[0]) to 200, and let its criteria keep the families of north out.",
    ),
    (
        "nested-quotas",
        survey(BOYS_AND, quota("b46", None, children(BOYS_4_6))),
        "Take the inner one's codes out of the outer one",
    ),
    ("nested-quotas", survey(BOYS_AND, quota("again", 300, children(BOYS))), "Make one quota of the two"),
    ("overlapping-quotas", NESTED, "One lies within the other: nested-quotas says what to do."),
    (
        "overlapping-quotas",
        survey(quota("b46", 300, children([*BOYS_4_6, "145"])), quota("b79", 200, children(BOYS_7_9))),
        "Split them so that no code is in both",
    ),
    ("missing-age-unit", survey(quota("q", 1000, children(BOYS, None))), "Write 311 for years, 312 for months."),
    ("missing-age-unit", survey(quota("q", 1000, children(MONTHS_13_15, None))), "Write 312: its codes are single months."),
    ("completes-missing", survey(completes_required=...), "Say how many completes the survey needs."),
    (
        "sum-over-completes",
        survey(quota("boys", 1000, children(BOYS)), quota("b46", 300, children(BOYS_4_6))),
        "Mend the nested quotas: 300 are counted twice, without them the sum is 1000.",
    ),
    (
        "sum-over-completes",
        survey(quota("boys", 1200, children(BOYS)), quota("b46", 300, children(BOYS_4_6))),
        "Mend the nested quotas first: 300 are counted twice, without them the sum is 1200.",
    ),
    (
        "sum-over-completes",
        survey(quota("boys", 1000, children(BOYS)), quota("girls", 300, children(GIRLS))),
        "Lower the counts, or raise completes_required to 1300.",
    ),
    (
        "under-ones-left-out",
        survey(quota("q", 1000, children(FROM_ONE))),
        "If they were meant, add 111, 112, ..., 132: child_codes(ages=0).",
    ),
    (
        "partly-unreachable-quota",
        survey(quota("q", 1000, children(BOYS)), qualifications=entering(BOYS_4_6)),
        '[*child_codes("boy", ages=(0, 3)), *child_codes("boy", ages=(7, 17))] to the survey\'s qualification',
    ),
    (
        "uncovered-codes",
        survey(quota("q", 1000, children(BOYS)), qualifications=entering(BOYS, GIRLS)),
        'Give them a quota, or take them out of the qualification: child_codes("girl").',
    ),
    (
        "unreachable-quota",
        survey(quota("q", 1000, children(BOYS_4_6)), qualifications=entering(GIRLS)),
        "Add 139, 141, 143 to the survey's qualification 232.",
    ),
    (
        "unreachable-quota",
        survey(quota("q", 1000, children(BOYS)), qualifications=entering(GIRLS)),
        'Add child_codes("boy") to the survey\'s qualification 232.',
    ),
]


@pytest.mark.parametrize(("code", "document", "words"), FIXES)
def test_fixes_say_what_to_do(code: str, document: Document, words: str) -> None:
    """A fix goes by the numbers of the document, and names codes as they are written or made."""
    fixes = [finding.fix for finding in lint(document) if finding.code == code]
    assert fixes
    assert any(words in fix for fix in fixes), fixes


def test_the_goal_is_not_raised_where_families_are_counted_twice() -> None:
    """A surplus of nested quotas is no reason for a larger goal; one of quotas side by side may be."""
    for code, document, words in FIXES:
        if code == "sum-over-completes":
            (fix,) = (finding.fix for finding in lint(document) if finding.code == code)
            assert ("raise completes_required" in fix) == words.startswith("Lower")


def test_the_fix_of_missing_completes_is_the_line_to_write() -> None:
    """Where the heading says the goal, the fix is the field as it is written in JSON."""
    fixes = [f.fix for f in lint('// 1000 with kids\n{"quotas": []}') if f.code == "completes-missing"]
    assert fixes == ['Write "completes_required": 1000.']


def test_what_is_no_survey_has_no_other_finding() -> None:
    """One mistake is told once: nothing is missing in what is no survey; an empty design is one that is not begun."""
    for document in ({}, {"survey": survey()}, quota("q", 1, children(BOYS)), {"new_field": 1}):
        assert lint(document).codes == {"no-survey"}
    (wrapped,) = lint({"survey": survey()})
    assert wrapped.fix == "Give its inner object, $.survey."
    assert lint(QuotaDesign()).codes == {"completes-missing"}


def test_many_overlaps_are_told_together() -> None:
    """A quota that overlaps with more than three has three findings of its own and one for the others."""
    found = lint(survey(*(quota(f"q{n}", 1, children([*BOYS_4_6, str(111 + n)])) for n in range(15))))
    last = [f for f in found if f.code == "overlapping-quotas" and f.where == "$.quotas[14]"]
    assert len(last) == 4
    assert last[-1].message == "quota q14 shares codes with 11 more: $.quotas[3] to [13]"


def places_of(text: str) -> set[int]:
    """Return the places that a message names, those of a run from first to last included."""
    runs = re.findall(r"\$\.quotas\[(\d+)\](?: to \[(\d+)\])?", text)
    return {place for first, last in runs for place in range(int(first), int(last or first) + 1)}


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (put(survey(), "quotas.0.required_count", "many"), "wrongly-typed"),
        (put(survey(), "quotas.0.required_count", 5.5), "wrongly-typed"),
        (put(survey(), "quotas.0.criteria.0.condition_codes.3", None), "wrongly-typed"),
        (put(survey(), "quotas.0.criteria.0.condition_codes", "139"), "wrongly-typed"),
        (put(survey(), "quotas.0.criteria.0.child_age_unit", "313"), "wrongly-typed"),
        (put(survey(), "quotas.0.criteria.0.condition_codes", ["300"]), "unknown-code"),
        (put(survey(), "qualifications.0.condition_codes", ["300"]), "unknown-code"),
        (survey(completes_required="x"), "wrongly-typed"),
        (survey(survey_titel="x", survey_title=...), None),
    ],
)
def test_a_mistake_is_one_error(document: Document, code: str | None) -> None:
    """What is of the wrong kind, or does not exist, is told by the rule that is there for it; no other calls it an error too."""
    assert [finding.code for finding in lint(document).errors] == ([code] if code else [])


@pytest.mark.parametrize("code", ["overlapping-quotas", "nested-quotas"])
def test_no_pair_is_lost_where_there_are_many(code: str) -> None:
    """However many quotas overlap or are nested, each pair is named once; the first pairs in words, the others by place."""
    dice = random.Random(1)  # noqa: S311 - test data
    sets = [frozenset(dice.sample(range(139, 160), dice.randint(1, 12))) for _ in range(80)]
    found = [
        f for f in lint(survey(*(quota(f"q{n}", 1, children(codes(*each))) for n, each in enumerate(sets)))) if f.code == code
    ]
    are_told = {"overlapping-quotas": lambda one, two: one & two, "nested-quotas": lambda one, two: one <= two or two <= one}[
        code
    ]
    wanted = {(one, two) for two in range(80) for one in range(two) if are_told(sets[one], sets[two])}
    named = [(min(n, m), max(n, m)) for f in found for m in places_of(f.where) for n in places_of(f.message)]
    assert sorted(named) == sorted(wanted)
    assert len(found) < 160 + len(sets)


def test_scattered_codes_are_told_one_by_one() -> None:
    """Ranges that a reader takes in are told as ranges; codes here and there as the youngest of them and their number."""
    assert in_words([139, 141, 143]) == describe_codes([139, 141, 143])
    assert in_words(range(111, 167)) == "children 0-17 years"
    scattered = [*range(139, 166, 4), *range(112, 131, 4)]
    assert in_words(scattered) == "girl 1 month, girl 3 months, girl 5 months, girl 7 months, ... (12 codes)"
    assert in_words([139, 141, 300], briefly=True) == "boy 4 years, boy 5 years"


@pytest.mark.parametrize("each", ["child_codes", "codes"])
def test_codes_to_copy_are_those_that_are_meant(each: str) -> None:
    """What a fix writes makes exactly the codes of its mask, under years where that is exact, else under months."""
    dice = random.Random(each)  # noqa: S311 - test data
    for _ in range(100):
        first = dice.randint(0, 17)
        wanted = mask(child_codes(dice.choice(["boy", "girl", None]), ages=(first, dice.randint(first, 17))), "years")
        wanted |= mask([167], "years") * dice.randint(0, 1)
        if each == "codes":
            wanted = mask(dice.sample(range(111, 234), 3), "months")
        made = eval(f"[{in_python(wanted)}]", {"child_codes": child_codes})  # noqa: S307 - what lint writes is the law
        flat = {code for part in made for code in (part if isinstance(part, tuple | list) else [part])}
        assert wanted in {mask(flat, "years"), mask(flat, "months")}


def test_comments_are_compared_with_what_they_stand_on() -> None:
    """A comment on a quota, a criterion or its codes is compared; one on a single code or another criterion is not."""
    text = """{"completes_required": 1000, "quotas": [
        { // %s
          "buyer_quota_id": "q1", "required_count": 1000, "criteria": [
            {"qualification_code": 211, "condition_codes": ["111"]}, // %s
            {"qualification_code": 232, "child_age_unit": 311, // %s
             "condition_codes": ["139", // %s
                                 "141", "143"] // %s
            }]}]}"""
    said = ["kids", "girls 4-6", "Years Unit", "boy 4 years", "4 to 6"]
    assert not of_rule("stated-differs-from-codes", text % tuple(said))
    for place, word, where in (
        (0, "girls", "condition_codes"),
        (2, "Months Unit", "child_age_unit"),
        (4, "4 to 9", "condition_codes"),
    ):
        changed = [word if n == place else each for n, each in enumerate(said)]
        assert of_rule("stated-differs-from-codes", text % tuple(changed)) == [(f"$.quotas[0].criteria[1].{where}", "warning")]


def test_a_mistake_in_words_is_told_once() -> None:
    """Where heading, title and id say the same, and the codes another thing, that is one finding, with the codes meant."""
    document = survey(quota("boys 4-9", 1000, children(BOYS_4_6)) | {"quota_title": "Boys aged 4 to 9"})
    found = [f for f in lint("// boys 4-9\n" + json.dumps(document)) if f.code == "stated-differs-from-codes"]
    assert [f.message for f in found] == ["the heading says 'boys 4-9', the codes are boys 4-6 years"]
    assert found[0].fix == 'If the words are right, the codes are child_codes("boy", ages=(4, 9)); else correct the words.'


def test_a_heading_without_quotas_is_about_the_qualification() -> None:
    """The finding quotes all clauses of the heading, and where the goal differs, both numbers."""
    text = "// 400 boys, 500 girls age 4; 900 completes\n" + json.dumps(survey(quotas=[], qualifications=entering(BOYS)))
    found = [(f.message, f.fix) for f in lint(text) if f.code == "stated-differs-from-codes"]
    assert found == [
        (
            "the heading says '400 boys; 500 girls age 4', the codes are boys 0-17 years",
            'If the words are right, the codes are [*child_codes("girl", ages=4), *child_codes("boy")]; else correct the words.',
        ),
        ("the heading says 900 completes, completes_required is 1000", "Write 900, or correct the heading."),
    ]


def test_the_heading_is_compared_by_count() -> None:
    """A clause of a heading belongs to the quota of its count; where two counts are equal, nobody can tell which is which."""
    body = str(TWO).replace("'", '"').replace("None", "null")
    assert not of_rule("stated-differs-from-codes", f"// 500 boys 500 girls\n{body}")
    assert len(of_rule("stated-differs-from-codes", f"// 500 girls 500 boys\n{body}")) == 2
    assert not of_rule("stated-differs-from-codes", f"// 500 girls\n{body}")
    assert not of_rule("stated-differs-from-codes", f"// 500 girls, 500 children, 500 without kids\n{body}")
    only = of_rule("stated-differs-from-codes", "// only boys\n" + str(NESTED).replace("'", '"'))
    assert only == [("$.qualifications[0].condition_codes", "warning")]
    assert not of_rule("stated-differs-from-codes", f"// 500 only boys; 500 only girls\n{body}")
    assert read_survey(f"// 500 boys\n{body}").heading == ("500 boys",)
