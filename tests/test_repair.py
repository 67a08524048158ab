"""The laws of repair: what is proposed reaches the goal when it is forecast again, and says what it costs the original counts."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import surveys
from hypothesis import given
from hypothesis import strategies as st

import segkit as sk
from segkit import frames
from segkit.errors import InvalidInput
from segkit.quotas.codes import CODES, Unit, child_codes, codes_of, mask
from segkit.quotas.design import QuotaDesign
from segkit.quotas.field.admission import POLICIES, Policy
from segkit.quotas.field.changes import Change, intersecting, size, split, widened, without
from segkit.quotas.field.feasibility import feasibility
from segkit.quotas.field.forecast import forecast
from segkit.quotas.field.households import Households
from segkit.quotas.field.repair import Repairs, repair
from segkit.quotas.field.restart import Restart
from segkit.quotas.field.trial import Trial
from segkit.tables.intervals import wilson

if TYPE_CHECKING:
    import pandas as pd

SCENARIOS = [survey.design.replace(completes=1000) for survey in sk.read_surveys(surveys.SCENARIOS)]
FIVE, SEVEN = SCENARIOS[4], SCENARIOS[6]
FAMILIES = Households(children=[0.60, 0.168, 0.152, 0.056, 0.024], ages=dict.fromkeys(range(1, 18), 1 / 17))
BOYS_ONLY, GIRLS_ONLY, BOTH = 0.135027348, 0.126050989, 0.138921663


def trial(asked: QuotaDesign, policy: Policy = "per_qualification_set") -> Trial:
    """Make what candidates are forecast under."""
    return Trial(asked, FAMILIES, policy, None, 2000, 0, 0.9, Restart(asked))


def composition(asked: QuotaDesign, change: Change, policy: Policy = "per_qualification_set") -> pd.DataFrame:
    """Return who comes under a changed design, by the quotas as asked for."""
    own = trial(asked, policy)
    return own.forecast(own.variant(change)).composition


@pytest.fixture(scope="module")
def repairs() -> Repairs:
    """Repair scenario 5."""
    return repair(FIVE.replace(offer_price=2.5), FAMILIES)


def counts(design: QuotaDesign) -> list[int | None]:
    """Return the counts of a design."""
    return [quota.count for quota in design.quotas]


def test_scenario_5_with_509_and_764_reaches_its_goal() -> None:
    """The worked example: 1000 completes with probability 0.914, about 509 boys and 749 girls where 400 and 600 were sold."""
    boys, girls = FIVE.quotas
    wider = FIVE.replace(quotas=(replace(boys, count=509), replace(girls, count=764)))
    found = forecast(wider, FAMILIES, replicates=20_000, seed=3)
    assert found.goal_probability == pytest.approx(0.914, abs=4 * (0.914 * 0.086 / 20_000) ** 0.5)
    told = composition(FIVE, Change(wider))
    assert told["wanted"].tolist() == [400, 600]
    assert told["expected"].tolist() == pytest.approx([509, 749], abs=1.0)
    assert told["exceeded_by"].tolist() == pytest.approx([109, 149], abs=1.0)
    assert told["short_by"].tolist() == [0, 0]


def test_one_factor_for_all_quotas_is_among_the_proposals(repairs: Repairs) -> None:
    """The counts of scenario 5 raised by one factor: near 509 and 764, as the smallest of those tried that reach 0.9."""
    (both,) = [each for each in repairs if all(now > old for now, old in zip(counts(each.design), counts(FIVE), strict=True))]  # type: ignore[operator] # all say their counts
    boys, girls = counts(both.design)
    assert boys == pytest.approx(509, abs=4)
    assert girls == pytest.approx(764, abs=6)
    assert both.exceeded.keys() == {"b11111", "b11112"}
    assert f"b11111 400 -> {boys}, b11112 600 -> {girls}" in both.what


def test_what_reaches_the_goal_reaches_it_when_forecast_again(repairs: Repairs) -> None:
    """A forecast of a proposal with other random numbers is within the error of what the proposal says."""
    assert repairs.best is repairs[0]
    assert repairs.needed
    assert not repairs.why_not
    for each in repairs:
        again = forecast(each.design, FAMILIES, replicates=20_000, seed=99).goal_probability
        assert again == pytest.approx(each.probability, abs=4 * each.probability_error + 4 * (0.09 / 20_000) ** 0.5)
        assert each.reaches == (each.probability >= repairs.goal_probability)
        assert each.forecast.completes.mean <= feasibility(each.design, FAMILIES).max_completes


def test_proposals_come_best_first(repairs: Repairs) -> None:
    """What reaches the goal comes first, then what exceeds the original counts least."""
    keys = [(not each.reaches, round(sum(each.exceeded.values()))) for each in repairs]
    assert len(keys) >= 2
    assert keys == sorted(keys)


def test_a_repair_has_its_price(repairs: Repairs) -> None:
    """The cost is the offer price times the expected completes; without a price there is none."""
    assert repairs[0].cost == pytest.approx(2.5 * repairs[0].forecast.completes.mean)
    bare = replace(repairs[0], design=repairs[0].design.replace(offer_price=None))
    assert bare.cost is None
    assert "cost" in repairs[0].in_words
    assert "cost" not in bare.in_words


def test_disjoint_code_sets_are_not_split(repairs: Repairs) -> None:
    """Families cannot be split by codes: a repair of scenario 5 says so, and how many families match both quotas."""
    (said,) = [line for line in repairs.why if "cannot be split" in line]
    assert "already disjoint" in said
    assert "13.9%" in said
    assert split(Change(FIVE)) is None
    assert said in repairs._repr_html_()


@pytest.mark.parametrize("policy", POLICIES)
def test_families_are_counted_by_the_quotas_that_were_asked_for(policy: Policy) -> None:
    """With the boys' quota dropped, the boys in the composition are the families of the girls' quota that have boys as well."""
    told = composition(FIVE, without(Change(FIVE), "b11111"), policy)
    total = 1000 if policy == "none" else 600
    girls = 1000 * (GIRLS_ONLY + BOTH) / (BOYS_ONLY + GIRLS_ONLY + BOTH) if policy == "none" else 600
    share = (BOYS_ONLY + BOTH) / (BOYS_ONLY + GIRLS_ONLY + BOTH) if policy == "none" else BOTH / (GIRLS_ONLY + BOTH)
    assert min(600, girls) == pytest.approx(told["expected"][1], abs=1.5)
    if policy != "none":
        assert told["expected"][0] == pytest.approx(total * share, abs=4 * (total * share * (1 - share) / 2000) ** 0.5)


@pytest.mark.parametrize("policy", POLICIES)
def test_an_unchanged_design_is_delivered_as_forecast(policy: Policy) -> None:
    """Counting beside the field changes nothing: for the design itself the composition is the forecast's fills."""
    told = composition(SEVEN, Change(SEVEN), policy)
    fills = forecast(SEVEN, FAMILIES, seed=8, policy=policy).fills
    assert told["expected"].tolist() == pytest.approx(fills.tolist(), abs=2.0)


def test_scenario_7_is_mended_by_a_wider_entry() -> None:
    """Families without children are let in, and what that leaves short of the quotas within is named."""
    found = repair(SEVEN, FAMILIES)
    best = found[0]
    assert best.what == "the qualification also admits no children"
    assert best.design.qualification is not None
    assert 167 in best.design.qualification
    assert best.reaches
    assert best.exceeded == {}
    assert best.short.keys() == {"b11113", "b11114"}
    assert any("never match quota b11112" in line for line in found.why)
    assert any("no code in two quotas: b11111 dropped" in each.what for each in found)


def test_nothing_mends_a_law_without_families() -> None:
    """Where no family can match any quota, nothing is proposed and the reason is said."""
    found = repair(FIVE, Households(children=[1.0]))
    assert len(found) == 0
    assert found.best is None
    assert "families of this law never match any quota" in found.why_not
    assert repr(found) == "<Repairs: nothing reaches the goal>"
    assert found.why_not in found._repr_html_()
    frame = found.to_frame()
    assert frame.empty
    assert list(frame.columns) == list(frames.REPAIRS)


def test_what_reaches_its_goal_needs_no_repair() -> None:
    """A design that reaches its goal gets no proposals."""
    found = repair(FIVE.replace(completes=500), FAMILIES)
    assert (found.needed, len(found), found.why_not) == (False, 0, "")
    assert repr(found) == "<Repairs: nothing to mend: the goal is reached with probability 1.000>"


@pytest.mark.parametrize("probability", [0.0, 1.5, -1, "0.9", True, None, float("nan")])
def test_what_cannot_be_asked_is_refused(probability: Any) -> None:
    """A goal is reached with a probability above 0 and up to 1; a design without a goal has nothing to reach."""
    with pytest.raises(InvalidInput, match="give a share above 0"):
        repair(FIVE, FAMILIES, goal_probability=probability)
    with pytest.raises(InvalidInput, match="how many completes"):
        repair(FIVE.replace(completes=None), FAMILIES)


def test_a_repair_is_the_same_again(repairs: Repairs) -> None:
    """The same seed finds the same proposals; the frame says what they say."""
    again = repair(FIVE.replace(offer_price=2.5), FAMILIES)
    assert again.to_frame().equals(repairs.to_frame())
    frame = repairs.to_frame()
    assert frame["change"].tolist() == [each.what for each in repairs]
    assert frame["exceeded_by"].tolist() == [sum(each.exceeded.values()) for each in repairs]
    assert FAMILIES.in_words in frame.attrs["segkit"]["assumptions"][0]
    assert FAMILIES.in_words in repairs[0]._repr_html_()


def test_a_wider_quota_can_lower_the_completes() -> None:
    """Completes are not monotone: a tenth more for boys of 1-8 costs completes; a repair still finds what mends it."""
    design = QuotaDesign(completes=850, qualification=child_codes(ages=(1, 17)))
    design = design.with_quota("1-5", child_codes(ages=(1, 5)), 300).with_quota("boys 1-8", child_codes("boy", (1, 8)), 200)
    design = design.with_quota("boys", child_codes("boy", (1, 17)), 400)
    wider = design.with_quota("boys 1-8", child_codes("boy", (1, 8)), 220)
    assert forecast(wider, FAMILIES).completes.mean < forecast(design, FAMILIES).completes.mean - 5
    found = repair(design, FAMILIES)
    assert found.best is not None
    assert found.best.probability >= 0.9


GENDERS = st.sampled_from([None, "boy", "girl"])
AGES = st.tuples(st.integers(0, 17), st.integers(0, 17)).map(lambda pair: (min(pair), max(pair)))
SPANS = st.builds(child_codes, GENDERS, AGES)
SETS = st.lists(st.tuples(SPANS | st.just((167,)), st.integers(0, 50)), min_size=1, max_size=5)


def design_of(sets: list[tuple[tuple[int, ...], int]], qualification: tuple[int, ...] | None) -> QuotaDesign:
    """Make a design of code sets and counts."""
    design = QuotaDesign(completes=10, qualification=qualification)
    for place, (codes, count) in enumerate(sets):
        design = design.with_quota(f"q{place}", codes, count)
    return design


@given(SETS)
def test_split_quotas_share_no_code(sets: list[tuple[tuple[int, ...], int]]) -> None:
    """After a split no two code sets intersect, none got more codes or a higher count, and every code is still wanted.

    A quota of 0 takes no code that another wants, and some quota is always left.
    """
    design = design_of(sets, None)
    change = split(Change(design))
    if change is None:
        assert not intersecting(design)
        return
    before = {quota.id: quota for quota in design.quotas}
    after = change.design.quotas
    assert after
    assert not any(mask(one.codes or (), one.unit) & mask(other.codes or (), other.unit) for one, other in combinations(after, 2))
    wanted = mask([code for quota in design.quotas if quota.count for code in quota.codes or ()], "years")
    for quota in after:
        assert quota.codes
        assert quota.codes <= (before[quota.id].codes or frozenset())
        assert (quota.count or 0) <= (before[quota.id].count or 0)
        assert bool(quota.count) == bool(before[quota.id].count)
        assert quota.count or not mask(quota.codes, quota.unit) & wanted
    assert 0 < size(design, change.design) <= len(sets)


def test_a_split_of_quotas_of_0_leaves_what_is_wanted() -> None:
    """Quotas of 0 within one of 200 are dropped, and said to want none; the 200 keep their codes and their count."""
    boys, girls = child_codes("boy"), child_codes("girl")
    design = QuotaDesign(200, (*boys, *girls)).with_quota("kids", {*boys, *girls}, 200)
    design = design.with_quota("a", boys, 0).with_quota("b", girls, 0)
    change = split(Change(design))
    assert change is not None
    assert change.design.quotas == design.quotas[:1]
    none = "which wants none, dropped: others want its codes"
    assert change.steps == (f"no code in two quotas: a, {none}; b, {none}",)


@given(SETS, SPANS, st.sampled_from(["years", "months"]), st.sampled_from(["years", "months"]))
def test_a_widened_qualification_admits_whom_the_quotas_want(
    sets: list[tuple[tuple[int, ...], int]], entry: tuple[int, ...], unit: Unit, entry_unit: Unit
) -> None:
    """After widening no quota wants a child that may not enter; None where nothing was missing.

    Let in is what was missing, under years by whole years, and nothing else.
    """
    design = QuotaDesign(10, entry, qualification_unit=entry_unit)
    for place, (codes, count) in enumerate(sets):
        design = design.with_quota(f"q{place}", codes, count, unit=unit)
    change = widened(Change(design))
    wanted = mask([code for codes, _ in sets for code in codes if code != 167], unit) | mask(
        [code for codes, _ in sets for code in codes if code == 167], "years"
    )
    missing = wanted & ~mask(entry, entry_unit)
    if change is None:
        assert not missing
        return
    assert missing
    admitted = change.design.qualification
    assert admitted is not None
    assert admitted > frozenset(entry)
    for code in admitted - frozenset(entry):
        assert mask((code,), entry_unit) & missing
    assert not wanted & ~mask(admitted, entry_unit)
    for code in codes_of(mask(admitted, entry_unit) & ~mask(entry, entry_unit) & ~wanted):
        assert entry_unit == "years"
        assert CODES[code].age in {*range(12, 48), 1, 2, 3}


def test_the_months_of_a_year_are_taken_into_a_qualification_in_months() -> None:
    """Code 133 is one month under months, a year under years: where a quota wants the year the other eleven are taken in."""
    design = QuotaDesign(100, {133}, qualification_unit="months").with_quota("one", {133}, 50, unit="years")
    change = widened(Change(design))
    assert change is not None
    assert change.design.qualification == {133, *range(168, 190, 2)}
    assert change.design != design
    assert change.steps == ("the qualification also admits boys 13-23 months",)
    assert widened(change) is None
    years = widened(Change(QuotaDesign(100, {139}, qualification_unit="years").with_quota("m", {168}, 50, unit="months")))
    assert years is not None
    assert years.design.qualification == {133, 139}


def test_anybody_may_enter_without_a_qualification() -> None:
    """A survey without qualification 232 has nothing to widen."""
    assert widened(Change(FIVE.replace(qualification=None))) is None


def test_the_error_is_that_of_a_share(repairs: Repairs) -> None:
    """The Monte-Carlo error is half of Wilson's interval of one standard error, which is never empty."""
    each = repairs[0]
    reached = each.forecast.drawn.completes >= 1000
    assert each.probability == reached.mean()
    low, high = wilson(reached.mean(), len(reached), 2 * NormalDist().cdf(1) - 1)
    assert 2 * each.probability_error == pytest.approx(float(high - low), rel=1e-9)
    assert each.probability_error == pytest.approx(float(np.std(reached)) / len(reached) ** 0.5, rel=0.01)


def test_one_replicate_is_no_certainty() -> None:
    """A goal that the only replicate reaches has a probability of 1 within a quarter of it."""
    (first, *_) = repair(FIVE, FAMILIES, replicates=1)
    assert first.probability == 1
    assert first.probability_error == pytest.approx(0.25)
    assert "± 0.250" in first.in_words
