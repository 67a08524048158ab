"""The laws of patterns: which quotas of a design one family matches together, and how probable that is."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from itertools import combinations, product
from math import comb, prod
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2

from segkit import frames
from segkit.errors import InvalidInput
from segkit.quotas.codes import NO_CHILDREN, child_codes, expanded
from segkit.quotas.design import QuotaDesign
from segkit.quotas.field.households import Households
from segkit.quotas.field.pattern_law import N_SAMPLED
from segkit.quotas.field.unions import MAX_PATTERNS, MAX_SETS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from segkit.quotas.codes import Unit
    from segkit.quotas.field.patterns import Patterns

CHILDREN = [0.60, 0.168, 0.152, 0.056, 0.024]
BY_YEARS = Households(CHILDREN, ages=dict.fromkeys(range(1, 18), 1 / 17))
ALL_YEARS = child_codes(ages=(1, 17))
MATCH = {"211:111": 0.49, "211:112": 0.41, "229:113+112": 0.3}
EVENTS: dict[tuple[int, frozenset[str]], float] = {
    (211, frozenset({"111"})): 0.49,
    (211, frozenset({"112"})): 0.41,
    (229, frozenset({"112", "113"})): 0.3,
}


def cells() -> QuotaDesign:
    """Return the design with a quota for each gender and year, 1 to 17."""
    design = QuotaDesign(1000, frozenset(ALL_YEARS))
    for age in range(1, 18):
        for gender in ("boy", "girl"):
            design = design.with_quota(f"{gender} {age}", child_codes(gender, age), 30)
    return design


def law_of(patterns: Patterns) -> dict[tuple[frozenset[str], bool], float]:
    """Return the probability of each set of quotas and of being qualified."""
    named = [
        frozenset(name for name, is_matched in zip(patterns.quota_ids, row, strict=True) if is_matched)
        for row in patterns.matched
    ]
    keys = list(zip(named, patterns.qualified.tolist(), strict=True))
    assert len(set(keys)) == len(keys)
    return dict(zip(keys, patterns.probability.tolist(), strict=True))


def assert_same(found: Mapping[Any, float], wanted: Mapping[Any, float]) -> None:
    """Agree to 1e-12 in every probability; a pattern that cannot be has none."""
    assert found.keys() == {key for key, probability in wanted.items() if probability > 0}
    assert max(abs(found[key] - wanted[key]) for key in found) < 1e-12


MONTHS = {5: 0.2, 12: 0.1, 13: 0.15, 40: 0.25, 100: 0.3}
OWN = {5: (119, 120), 12: (133, 134), 13: (168, 169), 40: (218, 219), 100: (147, 148)}
"""A law of few ages: a month under one, a year code's own month, months inside a year, a year; typed from the vendor's page."""
POOL = [119, 120, 133, 134, 137, 138, 168, 169, 218, 219, 147, 148, 167, 300]

SETS = st.lists(st.sampled_from(POOL), min_size=1, max_size=6)
CHILD_CRITERION: st.SearchStrategy[dict[str, Any]] = st.builds(
    lambda codes, unit: {"qualification_code": 232, "condition_codes": list(map(str, codes)), **unit},
    SETS,
    st.sampled_from([{}, {"child_age_unit": 311}, {"child_age_unit": 312}]),
)
EVENT_CRITERION: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        {"qualification_code": 211, "condition_codes": ["111"]},
        {"qualification_code": "211", "condition_codes": [112]},
        {"qualification_code": 229, "condition_codes": ["112", "113"]},
    ]
)


def criteria(codes: object) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Draw other criteria; more of 232 only where there are codes already."""
    return st.lists(EVENT_CRITERION if codes is None else CHILD_CRITERION | EVENT_CRITERION, max_size=2)


@st.composite
def designs(draw: st.DrawFn) -> QuotaDesign:
    """Draw a design with up to five quotas: units, 167, criteria that are ANDed, other qualifications."""
    qualification = draw(st.none() | SETS)
    own_unit = draw(st.sampled_from(["years", "months"])) if qualification is not None else None
    design = QuotaDesign(
        None,
        None if qualification is None else frozenset(qualification),
        qualification_unit=own_unit,  # type: ignore[arg-type] # drawn from the units
        criteria=tuple(draw(criteria(qualification))),
    )
    for place in range(draw(st.integers(0, 5))):
        codes = draw(st.none() | SETS)
        design = design.with_quota(f"q{place}", codes, 10, draw(st.sampled_from(["years", "months"])), draw(criteria(codes)))
    return design


def meets(criterion: Mapping[str, Any], family: set[int], events: set[tuple[int, frozenset[str]]]) -> bool:
    """Say whether a respondent meets a criterion, by sets."""
    qualification = int(criterion["qualification_code"])
    if qualification == 232:
        unit: Unit = "months" if criterion.get("child_age_unit") == 312 else "years"
        return bool(expanded(map(int, criterion["condition_codes"]), unit) & (family or {NO_CHILDREN}))
    return (qualification, frozenset(map(str, criterion["condition_codes"]))) in events


def outcomes() -> list[tuple[set[tuple[int, frozenset[str]]], float]]:
    """Return every way of meeting the other criteria: exclusive within 211, independent of 229."""
    first, second, other = EVENTS
    genders: list[tuple[set[Any], float]] = [({first}, 0.49), ({second}, 0.41), (set(), 0.1)]
    return [(one | two, p * q) for one, p in genders for two, q in [({other}, 0.3), (set(), 0.7)]]


def by_enumeration(design: QuotaDesign, children: list[float], boy: float) -> dict[Any, float]:
    """Go through every family, child by child, and every way of meeting the other criteria."""
    document = design.payload()
    codes = [(OWN[month][n], share * (boy, 1 - boy)[n]) for month, share in MONTHS.items() for n in (0, 1)]
    families: dict[frozenset[int], float] = defaultdict(float)
    for number, share in enumerate(children):
        for siblings in product(codes, repeat=number):
            families[frozenset(code for code, _ in siblings)] += share * prod(p for _, p in siblings)
    law: dict[Any, float] = defaultdict(float)
    for (family, share), (events, probability) in product(families.items(), outcomes()):
        matched = frozenset(
            quota["buyer_quota_id"]
            for quota in document.get("quotas", [])
            if all(meets(criterion, set(family), events) for criterion in quota.get("criteria", []))
        )
        qualified = all(meets(criterion, set(family), events) for criterion in document.get("qualifications", []))
        law[matched, qualified] += share * probability
    return law


@given(designs(), st.sampled_from([0.0, 0.4, 1.0]), st.sampled_from([[0.5, 0.2, 0.2, 0.1], [0, 1], [1], [0.25, 0, 0.75]]))
def test_they_are_those_of_every_family(design: QuotaDesign, boy: float, children: list[float]) -> None:
    """The probabilities equal those of enumerating every family, to 1e-12."""
    law = Households(children, boy=boy, months=MONTHS)
    assert_same(law_of(law.patterns_of(design, MATCH)), by_enumeration(design, children, boy))


@given(st.lists(st.frozensets(st.sampled_from(ALL_YEARS), min_size=1), min_size=1, max_size=6))
def test_they_are_those_of_the_subset_formula(sets: list[frozenset[int]]) -> None:
    """They equal F(T) = G(1 - pi(codes of the quotas not in T)) - P(0) after a Moebius transform over the subsets."""
    design = QuotaDesign(None, None)
    for place, codes in enumerate(sets):
        design = design.with_quota(f"q{place}", codes, 10)
    pi = {code: (0.512 if code % 2 else 0.488) / 17 for code in ALL_YEARS}
    n = len(sets)
    below = np.zeros(2**n)
    for subset in range(2**n):
        union = frozenset().union(*(codes for place, codes in enumerate(sets) if not subset >> place & 1))
        outside = 1 - sum(pi[code] for code in union)
        below[subset] = sum(share * outside**number for number, share in enumerate(CHILDREN) if number)
    for place in range(n):
        for subset in range(2**n):
            if subset >> place & 1:
                below[subset] -= below[subset ^ 1 << place]
    below[0] += CHILDREN[0]
    found = law_of(BY_YEARS.patterns_of(design))
    for subset in range(2**n):
        key = frozenset(f"q{place}" for place in range(n) if subset >> place & 1), True
        assert found.get(key, 0.0) == pytest.approx(below[subset], abs=1e-12)


def test_the_worked_example() -> None:
    """Scenario 5 with the ages 1 to 17 in years: boys only, girls only, both."""
    design = (
        QuotaDesign(1000, frozenset(ALL_YEARS))
        .with_quota("boys", child_codes("boy", (1, 17)), 400)
        .with_quota("girls", child_codes("girl", (1, 17)), 600)
    )
    found = law_of(BY_YEARS.patterns_of(design))
    assert found == pytest.approx(
        {
            (frozenset(), False): 0.6,
            (frozenset({"boys"}), True): 0.135027348,
            (frozenset({"girls"}), True): 0.126050989,
            (frozenset({"boys", "girls"}), True): 0.138921663,
        },
        abs=1e-9,
    )


def test_the_large_design_is_exact() -> None:
    """34 cells and families of up to four: every set of 1 to 4 cells, 52,955, and the families without children."""
    patterns = BY_YEARS.patterns_of(cells())
    assert patterns.exact
    assert patterns.n_sampled is None
    assert int(patterns.matched.any(axis=1).sum()) == 52_955 == sum(comb(34, size) for size in (1, 2, 3, 4))
    assert len(patterns.probability) == 52_956
    assert patterns.probability.sum() == pytest.approx(1, abs=1e-12)


def test_the_large_design_agrees_with_sampling() -> None:
    """Families that are drawn fall into its patterns as they should: chi-square on pooled cells, at 1e-6."""
    n = 200_000
    patterns = BY_YEARS.patterns_of(cells())
    families = BY_YEARS.draw(n, 20_240)
    places = {code: place for place, code in enumerate(code for age in range(1, 18) for code in child_codes(ages=age))}
    own = {month: year for year in (1, 2, 3) for code in child_codes(ages=year) for month in expanded([code], "years")}
    drawn: dict[frozenset[int], int] = defaultdict(int)
    for family in families:
        drawn[frozenset(places[_year_code(code, own)] for code in family)] += 1
    keys = [frozenset(np.flatnonzero(row).tolist()) for row in patterns.matched]
    observed = np.array([drawn.get(key, 0) for key in keys])
    assert observed.sum() == n
    expected = n * patterns.probability
    pool = np.where(expected >= 10, np.arange(len(expected)), len(expected) + np.arange(len(expected)) % 50)
    _, pooled = np.unique(pool, return_inverse=True)
    seen, due = np.bincount(pooled, observed), np.bincount(pooled, expected)
    assert float(((seen - due) ** 2 / due).sum()) < chi2.isf(1e-6, len(due) - 1)


def _year_code(code: int, own: Mapping[int, int]) -> int:
    """Return the year code that covers an own code."""
    if code not in own:
        return code
    return next(year for year in child_codes(ages=own[code]) if code in expanded([year], "years"))


@given(designs(), st.randoms(use_true_random=False))
def test_relabelling_permutes(design: QuotaDesign, dice: Any) -> None:
    """Quotas in another order have the same law."""
    quotas = list(design.quotas)
    dice.shuffle(quotas)
    law = Households([0.4, 0.3, 0.3], months=MONTHS)
    assert_same(law_of(law.patterns_of(design.replace(quotas=tuple(quotas)), MATCH)), law_of(law.patterns_of(design, MATCH)))


@given(st.frozensets(st.sampled_from(ALL_YEARS), min_size=2), st.data())
def test_splitting_refines(codes: frozenset[int], data: st.DataObject) -> None:
    """A code set split into two quotas: whoever matches one of them matched the quota, and nobody else did."""
    part = data.draw(st.frozensets(st.sampled_from(sorted(codes)), min_size=1))
    other = data.draw(st.frozensets(st.sampled_from(ALL_YEARS), min_size=1))
    start = QuotaDesign(None, None).with_quota("other", other, 5)
    whole = law_of(BY_YEARS.patterns_of(start.with_quota("whole", codes, 5)))
    merged: dict[Any, float] = defaultdict(float)
    split = start.with_quota("part", part, 5).with_quota("rest", codes - part, 5)
    for (matched, qualified), probability in law_of(BY_YEARS.patterns_of(split)).items():
        merged[matched & {"other"} | ({"whole"} if matched & {"part", "rest"} else set()), qualified] += probability
    assert_same(whole, merged)


FAMILIES = st.lists(
    st.tuples(
        st.lists(st.tuples(st.sampled_from(["boy", "girl"]), st.sampled_from([5, 12, 13, 40, 100])), max_size=3),
        st.integers(0, 9),
    ),
    min_size=1,
    max_size=12,
).filter(lambda families: any(weight for _, weight in families))


NOBODY: tuple[Any, Any] = (None, None)


@given(FAMILIES, designs())
def test_microdata_are_counted(families: list[tuple[list[tuple[str, int]], int]], design: QuotaDesign) -> None:
    """The law of counted families is the share of their weights, rounded once; no events are drawn in."""
    design = design.replace(criteria=(), quotas=tuple(_only_children(quota) for quota in design.quotas))
    rows: list[tuple[object, ...]] = [
        (f"f{place}", gender, months, weight)
        for place, (children, weight) in enumerate(families)
        for gender, months in [*children, *([] if children else [NOBODY])]
    ]
    frame = pd.DataFrame(rows, columns=["family_id", "gender", "months", "weight"])
    law: dict[Any, Fraction] = defaultdict(Fraction)
    total = sum(weight for _, weight in families)
    document = design.payload()
    for children, weight in families:
        family = {OWN[months][gender == "girl"] for gender, months in children}
        matched = frozenset(
            quota["buyer_quota_id"]
            for quota in document.get("quotas", [])
            if all(meets(criterion, family, set()) for criterion in quota.get("criteria", []))
        )
        qualified = all(meets(criterion, family, set()) for criterion in document.get("qualifications", []))
        law[matched, qualified] += Fraction(weight, total)
    found = law_of(Households.from_frame(frame, "weight").patterns_of(design))
    assert found == {key: float(share) for key, share in law.items() if share}


def _only_children(quota: Any) -> Any:
    from dataclasses import replace

    return replace(quota, criteria=tuple(c for c in quota.criteria if c["qualification_code"] == 232))


def test_a_year_whose_month_is_not_known_is_each_of_its_months() -> None:
    """A counted child of 1 year matches a quota of 13 months with 1/12; a quota of the year surely."""
    law = Households.from_frame(pd.DataFrame({"family_id": [1], "gender": ["boy"], "age": [1]}))
    design = QuotaDesign().with_quota("13 months", [168], 5, "months").with_quota("1 year", [133], 5)
    assert law_of(law.patterns_of(design)) == {
        (frozenset({"1 year"}), True): 11 / 12,
        (frozenset({"1 year", "13 months"}), True): 1 / 12,
    }


def match_shares(patterns: Patterns) -> np.ndarray[Any, Any]:
    """Return the share of families that match each quota."""
    return np.asarray(patterns.probability @ patterns.matched)


def assert_sampled(patterns: Patterns, wanted: Any) -> None:
    """Agree in each quota's share within six standard deviations, and say that it was sampled."""
    assert not patterns.exact
    assert patterns.n_sampled == N_SAMPLED
    assert f"{N_SAMPLED} sampled families" in patterns.in_words
    assert (np.abs(match_shares(patterns) - wanted) < 6 * np.sqrt(wanted / N_SAMPLED)).all()


def test_too_many_patterns_are_sampled() -> None:
    """Families of up to six reach more than the stated limit of sets of 34 cells."""
    children = [0.4, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]
    law = Households(children, ages=dict.fromkeys(range(1, 18), 1 / 17))
    assert sum(comb(34, size) for size in range(7)) > MAX_PATTERNS
    once = np.array([0.512, 0.488] * 17) / 17
    wanted = 1 - sum(share * (1 - once) ** number for number, share in enumerate(children))
    patterns = law.patterns_of(cells(), seed=7)
    assert_sampled(patterns, wanted)
    assert law.patterns_of(cells(), seed=7).matched.tolist() == patterns.matched.tolist()


def test_too_many_sets_are_sampled() -> None:
    """A quota for each month under four years and gender is more code sets than a word has bits."""
    design = QuotaDesign()
    for code in child_codes(months=(1, 47)):
        design = design.with_quota(str(code), [code], 5, "months")
    assert len(design.quotas) > MAX_SETS
    boys = np.array([int(quota.id) % 2 == (int(quota.id) < 167) for quota in design.quotas])
    once = np.where(boys, 0.512, 0.488) / 215
    wanted = 1 - sum(share * (1 - once) ** number for number, share in enumerate(CHILDREN))
    assert_sampled(Households.default().patterns_of(design), wanted)


def test_too_many_combinations_are_sampled() -> None:
    """34 cells, each again in 30 regions: the children alone would be exact."""
    design = cells()
    match = {}
    for region in range(30):
        criterion = {"qualification_code": 225, "condition_codes": [str(111 + region)]}
        design = design.with_quota(f"region {region}", None, 9, criteria=[criterion])
        match[f"225:{111 + region}"] = 1 / 30
    once = np.array([0.512, 0.488] * 17) / 17
    wanted = 1 - sum(share * (1 - once) ** number for number, share in enumerate(CHILDREN))
    assert_sampled(BY_YEARS.patterns_of(design, match), np.concatenate([wanted, np.full(30, 1 / 30)]))


def asking(*criteria: Mapping[str, Any]) -> QuotaDesign:
    """Return a design with a quota for each criterion."""
    design = QuotaDesign()
    for place, criterion in enumerate(criteria):
        design = design.with_quota(f"q{place}", None, 5, criteria=[criterion])
    return design


def other(qualification: int, *codes: object, **more: object) -> dict[str, object]:
    """Return a criterion."""
    return {"qualification_code": qualification, "condition_codes": list(codes), **more}


def test_one_event_needs_no_codes_in_its_key() -> None:
    """The bare qualification is enough where one event only has it; the codes may be told in any order."""
    design = asking(other(229, "113", "112"))
    for match in ({"229": 0.25}, {"229:113+112": 0.25}, {"229:112+113": 0.25}, {229: 0.25}):
        assert match_shares(BY_YEARS.patterns_of(design, match)) == pytest.approx([0.25])


def test_ranges_are_events_too() -> None:
    """Ranges that do not meet exclude each other; the key writes them from-to, another unit than years in brackets."""
    young = {"qualification_code": 212, "range_sets": [{"from": 18, "to": 34, "units": 311}]}
    old = {"qualification_code": 212, "range_sets": [{"from": 35, "to": 99}]}
    rich = {"qualification_code": 213, "range_sets": [{"from": 1, "to": 9, "units": 321}]}
    found = law_of(BY_YEARS.patterns_of(asking(young, old, rich), {"212:18-34": 0.5, "212: 35-99": 0.5, "213:1-9(321)": 0.1}))
    assert found == pytest.approx(
        {
            (frozenset({"q0"}), True): 0.45,
            (frozenset({"q1"}), True): 0.45,
            (frozenset({"q0", "q2"}), True): 0.05,
            (frozenset({"q1", "q2"}), True): 0.05,
        }
    )


@pytest.mark.parametrize(
    ("criteria", "match", "told"),
    [
        ([other(211, "111")], None, 'match={"211:111": 0.5}'),
        ([other(211, "111"), other(211, "112")], {"211": 0.5}, "211:112"),
        ([other(229, "111", "112"), other(229, "112")], {"229:111+112": 0.5, "229:112": 0.2}, "overlap without being the same"),
        ([other(211, "111"), other(211, "112")], {"211:111": 0.6, "211:112": 0.6}, "add up to 1.2"),
        ([other(229), other(211, "111")], {"211": 0.5}, "nobody can be told"),
        ([{"condition_codes": ["111"]}], None, "nobody can be told"),
        ([{"qualification_code": 212, "range_sets": ["18-34"]}], {"212": 0.5}, "nobody can be told"),
        ([other(212, "1", range_sets=[{"from": 1, "to": 2}]), other(212, "2")], {"212:1+1-2": 0.1, "212:2": 0.1}, "overlap"),
    ],
)
def test_what_is_not_modelled_is_refused(criteria: list[Any], match: Any, told: str) -> None:
    """A criterion whose share is not known is named by path, with the key to give."""
    with pytest.raises(InvalidInput) as caught:
        BY_YEARS.patterns_of(asking(*criteria), match)
    assert caught.value.findings.codes == {"criterion-not-modelled"}
    assert all(finding.where.startswith("$.quotas[") for finding in caught.value.findings)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    "match", [{"boys": 0.5}, {"211:111": 1.5}, {"211:111": True}, {"211:111": float("nan")}, {211: "x"}, 0.5]
)
def test_a_match_that_cannot_be_read_is_refused(match: Any) -> None:
    """A key without a qualification, and a share that is none, are errors."""
    with pytest.raises(InvalidInput, match="match"):
        BY_YEARS.patterns_of(asking(other(211, "111")), match)


def test_a_match_is_told_once() -> None:
    """Two shares for one event contradict each other."""
    with pytest.raises(InvalidInput, match="twice"):
        BY_YEARS.patterns_of(asking(other(229, "1", "2")), {"229:1+2": 0.1, "229:2+1": 0.2})


def test_legacy_criteria_are_upgraded_first() -> None:
    """A legacy criterion is not guessed at."""
    with pytest.raises(InvalidInput, match=r"upgrade\(\)") as caught:
        BY_YEARS.patterns_of(asking(other(218, "112")))
    assert caught.value.findings.codes == {"legacy-qualification"}


def test_ids_are_told_apart() -> None:
    """Two quotas with one id cannot be told apart in a pattern."""
    quota = QuotaDesign().with_quota("boys", [133], 5).quotas[0]
    with pytest.raises(InvalidInput, match="share the id 'boys'"):
        BY_YEARS.patterns_of(QuotaDesign(quotas=(quota, quota)))


def test_the_frame_names_the_quotas() -> None:
    """One row a pattern, the most probable first; the law of families goes with it."""
    design = QuotaDesign(1000, frozenset(ALL_YEARS)).with_quota("b1", [133], 5).with_quota("b2", [133, 135], 5)
    frame = BY_YEARS.patterns(design)
    assert dict(frame.dtypes) == {name: pd.Series([], dtype=dtype).dtype for name, dtype in frames.PATTERNS.items()}
    assert set(frame.quotas) == {"(none)", "b1 + b2", "b2"}
    assert frame.probability.is_monotonic_decreasing
    assert frame.attrs["households"] == BY_YEARS.in_words


def test_they_are_shown_short() -> None:
    """A repr is one line; the table holds the most probable."""
    patterns = BY_YEARS.patterns_of(cells())
    assert repr(patterns) == "<Patterns: 52956 patterns of 34 quotas, exact>"
    assert patterns._repr_html_().count("<tr>") == 21
    assert "20 most probable" in patterns._repr_html_()


def test_a_design_without_quotas_has_one_pattern_or_two() -> None:
    """Without quotas families are qualified or not."""
    assert law_of(BY_YEARS.patterns_of(QuotaDesign())) == pytest.approx({(frozenset(), True): 1.0})
    found = law_of(BY_YEARS.patterns_of(QuotaDesign(qualification=frozenset({NO_CHILDREN}))))
    assert found == pytest.approx({(frozenset(), True): 0.6, (frozenset(), False): 0.4})


def test_pairs_of_codes() -> None:
    """Both of two cells are matched with P = 1 - G(1-a) - G(1-b) + G(1-a-b)."""
    patterns = BY_YEARS.patterns_of(cells())

    def none_of(share: float) -> float:
        return sum(p * (1 - share) ** number for number, p in enumerate(CHILDREN))

    for first, second in combinations(range(0, 34, 11), 2):
        a, b = ((0.512, 0.488)[place % 2] / 17 for place in (first, second))
        both = float(patterns.probability[patterns.matched[:, first] & patterns.matched[:, second]].sum())
        assert both == pytest.approx(1 - none_of(a) - none_of(b) + none_of(a + b), abs=1e-12)
