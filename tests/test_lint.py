"""The linter as a whole: the seed's own documents by a committed table, and its laws on designs that are made."""

import copy
import csv
import json
import re
from collections import Counter, defaultdict
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import surveys
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import segkit
from segkit.errors import InvalidInput, UnexpectedAnswer
from segkit.quotas.codes import child_codes
from segkit.quotas.describing import describe_codes
from segkit.quotas.design import QuotaDesign
from segkit.quotas.lint.catalogue import RULES
from segkit.quotas.lint.check import lint
from segkit.quotas.survey import SurveyDocument, of_data, read_survey, read_surveys

Row = tuple[str, str, str, str]

EXPECTED = Path(__file__).parent / "expected_lint.csv"
FILES = ("create_survey_scenarios.txt", "create_survey_response.json", "request_218.txt", "response_218.json")

# quotas.md, section 2: what is wrong with each document of the seed, by the rule that tells of it.
DEFECTS = {
    "3": {"completes-missing"},
    "4": {"completes-missing", "stated-differs-from-codes", "under-ones-left-out"},
    "5": {"completes-missing", "stated-differs-from-codes", "under-ones-left-out"},
    "6": {"completes-missing", "stated-differs-from-codes", "overlapping-quotas", "json-repaired", "under-ones-left-out"},
    "7": {"completes-missing", "unreachable-quota", "nested-quotas", "sum-over-completes", "under-ones-left-out"},
    "8": {"sum-over-completes"},
    "9": {"sum-over-completes", "legacy-qualification"},
}


def expected() -> list[dict[str, str]]:
    """Read the committed table."""
    with EXPECTED.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def found() -> list[Row]:
    """Lint the ten documents of the seed, numbered in the order of its pages."""
    documents = [survey for name in FILES for survey in read_surveys(surveys.PRINTED / name)]
    return [(str(n), f.code, f.severity, f.where) for n, survey in enumerate(documents, 1) for f in lint(survey)]


def test_the_seed_has_exactly_the_findings_of_the_table() -> None:
    """Every finding for the ten documents of the seed is in the committed table, as often as there, and no other."""
    wanted = Counter((row["document"], row["rule"], row["severity"], row["path"]) for row in expected())
    got = Counter(found())
    assert got == wanted, f"not in the table: {sorted(got - wanted)}; only in the table: {sorted(wanted - got)}"


def test_the_table_has_every_defect_that_is_known() -> None:
    """Each defect of the seed's documents is in the table, with its reason; scenarios 1 and 2 are without fault."""
    rules = defaultdict(set)
    for row in expected():
        assert row["why"]
        rules[row["document"]].add(row["rule"])
    assert all(defects <= rules[document] for document, defects in DEFECTS.items())
    assert rules["1"] == rules["2"] == {"json-repaired"}
    assert {row["severity"] for row in expected() if row["document"] in "12"} == {"info"}


def test_whatever_holds_a_survey_can_be_linted(tmp_path: Path) -> None:
    """A path, text, bytes, dict, document and design of the same survey give the same findings."""
    document = surveys.DOCUMENTS["request_218"]
    text = json.dumps(document)
    path = tmp_path / "survey.json"
    path.write_text(text, encoding="utf-8")
    given = [path, str(path), text, text.encode(), document, read_survey(document), QuotaDesign.from_document(document)]
    assert len({lint(each) for each in given}) == 1
    assert segkit.lint(document) == lint(document)


def test_what_holds_no_one_survey_is_refused() -> None:
    """Several documents, none, or something else altogether are refused as `read_survey` refuses them."""
    with pytest.raises(InvalidInput, match="holds 7 survey documents"):
        lint(surveys.SCENARIOS)
    with pytest.raises(UnexpectedAnswer):
        lint("// nothing\n")
    with pytest.raises(InvalidInput, match="not from list"):
        lint([])  # type: ignore[arg-type]


class Tags(HTMLParser):
    """The tags of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - HTMLParser's own
        self.seen.add(tag)


def test_hostile_words_are_text_in_html() -> None:
    """Ids, titles and codes of a document stay text in the table of findings."""
    hostile = '<script>alert("x")</script><img src=x onerror=y>'
    quota = {
        "buyer_quota_id": hostile,
        "quota_title": f"girls {hostile}",
        "required_count": hostile,
        "criteria": [{"qualification_code": 232, "child_age_unit": hostile, "condition_codes": [hostile, "139"]}],
    }
    document = {hostile: 1, "survey_localization": hostile, "live_url": hostile, "quotas": [quota, quota]}
    findings = lint(document)
    assert {"unknown-code", "duplicate-quota-id", "field-out-of-bounds", "wrongly-typed"} <= findings.codes
    tags = Tags()
    tags.feed(findings._repr_html_())
    assert not tags.seen & {"script", "img"}


CELLS = [(gender, age) for age in range(18) for gender in ("boy", "girl")]


def is_forgetful(cells: set[tuple[str, int]]) -> bool:
    """Whether the cells are a gender from 1 to 17 without those under one, which is told of wherever it stands."""
    return any(all((gender, age) in cells for age in range(1, 18)) and (gender, 0) not in cells for gender in ("boy", "girl"))


@st.composite
def clean_designs(draw: st.DrawFn) -> QuotaDesign:
    """Draw a design of disjoint quotas, named by what they want, that cover the qualification and add up."""
    shares = draw(st.lists(st.integers(0, 4), min_size=len(CELLS), max_size=len(CELLS)))
    counts = draw(st.lists(st.integers(1, 900), min_size=5, max_size=5))
    quotas = [{cell for cell, share in zip(CELLS, shares, strict=True) if share == n} for n in range(1, 5)]
    everybody = set().union(*quotas)
    assume(everybody)
    assume(not any(map(is_forgetful, [*quotas, everybody])))
    wanted: dict[frozenset[int], int] = {}
    for cells, count in zip(quotas, counts[1:], strict=True):
        if cells:
            wanted[frozenset(code for gender, age in cells for code in child_codes(gender, ages=age))] = count
    if draw(st.booleans()):
        wanted[frozenset({167})] = counts[0]
    design = QuotaDesign(
        completes=sum(wanted.values()),
        qualification=frozenset().union(*wanted),
        survey_title="Snacks",
        survey_localization="en_US",
        survey_category_code=231,
        expected_ir=50,
        expected_loi=10,
        live_url="https://example.com",
        field_time=5,
    )
    for codes, count in wanted.items():
        design = design.with_quota(describe_codes(codes), codes, count)
    return design


@given(clean_designs())
def test_a_clean_design_has_no_finding(design: QuotaDesign) -> None:
    """Disjoint quotas that cover the qualification, add up, and are called what they are: nothing at all is found."""
    assert not lint(design), lint(design)
    assert not lint(of_data(design.payload()))


def test_a_clean_design_in_months_has_no_finding() -> None:
    """The same of a design in months whose qualification says so."""
    young, old = child_codes(months=(3, 11)), child_codes(months=(12, 30))
    design = QuotaDesign(completes=100, qualification=frozenset(young + old), qualification_unit="months")
    design = design.with_quota("children 3-11 months", young, 60, "months").with_quota("children 12-30 months", old, 40, "months")
    assert not lint(design), lint(design)


def meant(code: int, unit: int) -> set[tuple[str, int]]:
    """Return the children that a code means, by gender and month of age; written anew from the vendor's arithmetic."""
    if code == 167:
        return {("none", 0)}
    starts = {111: 1, 168: 13, 190: 25, 212: 37}
    for start, month in starts.items():
        if start <= code < start + 22:
            return {("bg"[(code - start) % 2], month + (code - start) // 2)}
    if not 133 <= code <= 166:
        return set()
    gender, first = "bg"[(code - 133) % 2], 12 * (1 + (code - 133) // 2)
    return {(gender, first)} if unit == 312 and first < 48 else {(gender, month) for month in range(first, first + 12)}


def children(codes: list[int], unit: int) -> set[tuple[str, int]]:
    """Return the children that a criterion means."""
    return set().union(*(meant(code, unit) for code in codes))


def criterion(codes: list[int], unit: int) -> dict[str, Any]:
    """Write a criterion of 232."""
    return {"qualification_code": 232, "child_age_unit": unit, "condition_codes": [str(code) for code in codes]}


ASKED = st.tuples(
    st.lists(st.integers(109, 235), max_size=12)
    | st.sampled_from(
        [list(child_codes("boy", ages=(4, 9))), list(child_codes(ages=(0, 3))), [167], list(child_codes(months=(13, 23)))]
    ),
    st.sampled_from([311, 312]),
)


@settings(max_examples=300)
@given(st.lists(ASKED, max_size=4), ASKED)
def test_overlap_and_reach_by_single_children(asked: list[tuple[list[int], int]], entering: tuple[list[int], int]) -> None:
    """Two quotas overlap exactly when one child is in both; one is unreachable exactly when none of its children is admitted."""
    quotas = [{"buyer_quota_id": str(n), "required_count": 1, "criteria": [criterion(*each)]} for n, each in enumerate(asked)]
    findings = lint({"qualifications": [criterion(*entering)], "quotas": quotas})
    wanted = [children(*each) for each in asked]
    overlapping = {(one, two) for one, two in combinations(range(len(asked)), 2) if wanted[one] & wanted[two]}
    told = set()
    for finding in findings:
        if finding.code == "overlapping-quotas":
            one, two = (int(re.findall(r"\$\.quotas\[(\d+)\]", text)[0]) for text in (finding.message, finding.where))
            told.add((one, two))
    assert told == overlapping
    admitted = children(*entering)
    is_known = bool(admitted) or not entering[0]  # codes that do not exist are told of by themselves
    unreachable = {
        n for n, each in enumerate(wanted) if not each & admitted and (each or not asked[n][0]) and (is_known or not each)
    }
    at = {int(finding.where.split("[")[1].split("]")[0]) for finding in findings if finding.code == "unreachable-quota"}
    assert at == unreachable
    partly = {n for n, each in enumerate(wanted) if each & admitted and each - admitted}
    assert {f.where for f in findings if f.code == "partly-unreachable-quota"} == {f"$.quotas[{n}]" for n in partly}
    uncovered = admitted - set().union(*wanted) if any(wanted) else set()
    assert ("uncovered-codes" in findings.codes) == bool(uncovered)


@settings(max_examples=300)
@given(st.lists(ASKED, max_size=3), st.lists(st.integers(111, 233), min_size=1, max_size=20))
def test_a_qualification_without_a_unit_is_in_years(asked: list[tuple[list[int], int]], entering: list[int]) -> None:
    """Whatever units the quotas have, whom they reach is the same as with 311 written on the qualification."""
    quotas = [{"buyer_quota_id": str(n), "required_count": 1, "criteria": [criterion(*each)]} for n, each in enumerate(asked)]
    written, unwritten = criterion(entering, 311), criterion(entering, 311)
    del unwritten["child_age_unit"]
    reach = {"unreachable-quota", "partly-unreachable-quota", "uncovered-codes"}
    found = [
        [(f.code, f.severity, f.where, f.message) for f in lint({"qualifications": [each], "quotas": quotas}) if f.code in reach]
        for each in (written, unwritten)
    ]
    assert found[0] == found[1]


def test_months_of_an_admitted_year_are_reached() -> None:
    """A qualification of boys of one year admits the months 13-15, whatever the units: no quota of them is out of reach."""
    months = child_codes("boy", months=(13, 15))
    for unit in (None, "years"):
        design = QuotaDesign(100, child_codes("boy", ages=1), qualification_unit=unit).with_quota("q", months, 100, "months")
        assert not lint(design).codes & {"unreachable-quota", "partly-unreachable-quota"}
        assert lint(design).ok
    design = QuotaDesign(100, child_codes("boy", ages=1), qualification_unit="months")
    assert "unreachable-quota" in lint(design.with_quota("q", months, 100, "months")).codes


@given(st.lists(st.integers(0, 60), min_size=1, max_size=5), st.integers(0, 200), st.randoms(use_true_random=False))
def test_the_fix_of_nested_quotas_is_their_arithmetic(counts: list[int], outer: int, dice: Any) -> None:
    """Quotas of single ages within one of all boys: what is left is the outer count less theirs, for the codes of no other."""
    ages = dice.sample(range(18), len(counts))
    design = QuotaDesign(completes=outer, qualification=child_codes("boy")).with_quota("boys", child_codes("boy"), outer)
    for age, count in zip(ages, counts, strict=True):
        design = design.with_quota(f"boys {age}", child_codes("boy", ages=age), count)
    left = outer - sum(counts)
    rest = frozenset(child_codes("boy")).difference(*(child_codes("boy", ages=age) for age in ages))
    found = [finding for finding in lint(design) if finding.code == "nested-quotas"]
    assert len(found) == len(counts)
    for finding in found:
        if left < 0:
            assert finding.fix.startswith("The counts contradict each other")
        elif left == 0:
            assert finding.fix.startswith("Take quota boys out")
        else:
            told = re.search(r"a quota of the other (\d+): (.*)\.$", finding.fix)
            assert told
            assert int(told[1]) == left
            if told[2].endswith(" codes)"):  # too many ranges to be written
                assert told[2].endswith(f"({len(rest)} codes)")
                continue
            named = eval(f"[{told[2]}]", {"child_codes": child_codes})  # noqa: S307 - what lint writes is the law
            assert {code for each in named for code in (each if isinstance(each, tuple | list) else [each])} == rest


OF_ONE_CODE = {"unknown-code", "duplicate-code", "none-with-children", "json-repaired"}


def told(survey: SurveyDocument) -> list[tuple[str, ...]]:
    """Return the findings that are not about one code in its place."""
    return sorted((f.code, f.severity, f.where, f.message, f.fix) for f in lint(survey) if f.code not in OF_ONE_CODE)


@settings(max_examples=100)
@given(surveys.documents(), st.randoms(use_true_random=False), st.booleans())
def test_neither_order_nor_type_of_codes_matters(document: dict[str, Any], dice: Any, as_text: bool) -> None:  # noqa: FBT001
    """Findings are the same for codes in another order, as numbers or as text; those about one code are as many."""
    before = of_data(document)
    changed = copy.deepcopy(document)
    for holder in [changed.get("qualifications", []), *(quota.get("criteria", []) for quota in changed.get("quotas", []))]:
        for each in holder:
            codes = each.get("condition_codes")
            if isinstance(codes, list) and each.get("qualification_code") == 232:
                dice.shuffle(codes)
                each["condition_codes"] = [str(code) if as_text else int(code) for code in codes]
    after = of_data(changed)
    assert told(before) == told(after)
    counts = [Counter(f.code for f in lint(survey)) for survey in (before, after)]
    assert counts[0] == counts[1]


@given(
    st.lists(st.tuples(st.sets(st.sampled_from([211, 229, 232])), st.integers(0, 50)), max_size=6),
    st.integers(1, 150),
)
def test_sums_are_of_the_quotas_on_the_same_qualifications(given_quotas: list[tuple[set[int], int]], completes: int) -> None:
    """Over: quotas on exactly the same qualifications. Under: those that are linked by a qualification, all together."""
    quotas = [
        {"required_count": count, "criteria": [{"qualification_code": code, "condition_codes": ["139"]} for code in sorted(on)]}
        for on, count in given_quotas
    ]
    sums: Counter[frozenset[int]] = Counter()
    for on, count in given_quotas:
        sums[frozenset(on)] += count
    groups: list[tuple[set[int], int]] = []
    for on, count in given_quotas:
        linked = [group for group in groups if group[0] & on or group[0] == on]
        groups = [group for group in groups if group not in linked]
        groups.append((on.union(*(group[0] for group in linked)), count + sum(group[1] for group in linked)))
    findings = Counter(f.code for f in lint({"completes_required": completes, "quotas": quotas}))
    assert findings["sum-over-completes"] == sum(total > completes for total in sums.values())
    assert findings["sum-under-completes"] == sum(total < completes for _, total in groups)


def test_findings_stand_by_severity_and_then_by_rule() -> None:
    """Errors come first, then warnings, then infos; within them, the order of the catalogue."""
    order = list(RULES)
    for survey in read_surveys(surveys.SCENARIOS):
        places = [(("error", "warning", "info").index(f.severity), order.index(f.code)) for f in lint(survey)]
        assert places == sorted(places)
