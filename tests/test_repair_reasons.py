"""What a repair says is true: against every way to drop a quota and to raise counts of small designs, reckoned exactly."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from field_reference import COMPLETE, Wanted, status
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import segkit as sk
from segkit.quotas.codes import child_codes
from segkit.quotas.design import QuotaDesign
from segkit.quotas.field.admission import POLICIES, Policy
from segkit.quotas.field.changes import Change, split
from segkit.quotas.field.households import Households
from segkit.quotas.field.opening import open_field

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segkit.quotas.field.admission import Field

BOYS, GIRLS = frozenset(child_codes("boy")), frozenset(child_codes("girl"))
FAMILIES = Households(children=[0.3, 0.4, 0.3], ages=dict.fromkeys(range(4, 8), 1 / 4))
POOL = child_codes(ages=(4, 7))
REPLICATES = 400
MARGIN = 0.13
"""What 400 replicates may be off by: five standard errors at a half."""


def exactly(field: Field) -> float:
    """Return the probability of the goal, by all ways in which a field can go; an independent reference, family by family."""
    rows = zip(field.patterns.probability.tolist(), field.patterns.matched, field.patterns.qualified.tolist(), strict=True)
    patterns = [(share, frozenset(np.flatnonzero(row).tolist()), qualified) for share, row, qualified in rows if share]
    wanted = Wanted(
        patterns, field.remaining.tolist(), field.open_places.tolist(), field.goal, list(map(list, field.sets)), field.policy
    )

    @cache
    def reached(places: tuple[int, ...], goal: int) -> float:
        if not goal:
            return 1.0
        left = list(places)
        met = [status(wanted, quotas, qualified=q, places=left, remaining=left) for _, quotas, q in patterns]
        passing = [(share, quotas) for (share, quotas, _), code in zip(patterns, met, strict=True) if code == COMPLETE]
        total = sum(share for share, _ in passing)
        after = (tuple(n - (place in quotas) for place, n in enumerate(places)) for _, quotas in passing)
        ways = zip(passing, after, strict=True)
        return sum(share / total * reached(tuple(min(n, goal) for n in now), goal - 1) for (share, _), now in ways)

    return reached(tuple(field.open_places.tolist()), field.goal or 0)


def raised(design: QuotaDesign) -> Iterator[QuotaDesign]:
    """Yield the design with the counts of any of its quotas raised, by one, two and up to the goal."""
    goal = design.completes or 0
    for counts in product(*({q.count or 0, min((q.count or 0) + 1, goal), max(q.count or 0, goal)} for q in design.quotas)):
        yield design.replace(quotas=tuple(replace(q, count=n) for q, n in zip(design.quotas, counts, strict=True)))


@st.composite
def designs(draw: st.DrawFn) -> QuotaDesign:
    """Draw designs of up to three quotas, many of which cannot reach their goal."""
    goal = draw(st.integers(2, 5))
    entry = draw(st.sets(st.sampled_from(POOL), min_size=3)) if draw(st.booleans()) else set(POOL)
    design = QuotaDesign(goal, entry | ({167} if draw(st.booleans()) else set()))
    for place in range(draw(st.integers(1, 3))):
        codes = draw(st.sets(st.sampled_from(POOL), min_size=1, max_size=6)) | draw(st.sampled_from([set(), set(), {167}]))
        design = design.with_quota(f"q{place}", codes, draw(st.sampled_from([0, 1, 2, goal - 1, goal])))
    return design


def five_two_one() -> QuotaDesign:
    """Return a design that the field without chance calls hopeless without q2, although it reaches its goal half of the time."""
    design = QuotaDesign(4, {139, 141, 143, 144, 145})
    design = design.with_quota("q0", {139, 141, 143, 145}, 2).with_quota("q1", {140, 144, 145}, 2)
    return design.with_quota("q2", {139, 140, 141, 143, 144, 146}, 0)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example(five_two_one(), 0.3, "any")
@given(designs(), st.sampled_from([0.3, 0.5, 0.9]), st.sampled_from(POLICIES))
def test_what_a_repair_says_is_true(design: QuotaDesign, wanted: float, policy: Policy) -> None:
    """Each proposal's probability is that of its design, and no way that is said not to reach the goal does."""

    def chance(of: QuotaDesign) -> float:
        return exactly(open_field(of, FAMILIES, policy=policy))

    found = sk.repair(design, FAMILIES, goal_probability=wanted, policy=policy, replicates=REPLICATES)
    assert found.needed == ((found.original.goal_probability or 0) < wanted)
    assert found.original.goal_probability == pytest.approx(chance(design), abs=MARGIN)
    for each in found:
        assert each.design.quotas
        assert each.design != design
        assert each.probability == pytest.approx(chance(each.design), abs=MARGIN)
    told = " ".join(found.why)
    if found.needed and len(design.quotas) > 1 and (not found.best or "without any one of the quotas" in told):
        assert all(chance(design.without_quota(quota.id)) < wanted + MARGIN for quota in design.quotas)
    if found.needed and (not found.best or "raising the counts" in told):
        assert all(chance(each) < wanted + MARGIN for each in raised(design))
    if "with disjoint code sets" in told:
        apart = split(Change(design))
        assert apart is None or chance(apart.design) < wanted + MARGIN


def test_counts_of_0_are_raised() -> None:
    """Two quotas of 0: with 10 places each the goal of 10 is always reached, and that is proposed."""
    found = sk.repair(QuotaDesign(10, BOYS | GIRLS).with_quota("boys", BOYS, 0).with_quota("girls", GIRLS, 0))
    both = [each for each in found if [quota.count for quota in each.design.quotas] == [10, 10]]
    assert [each.probability for each in both] == [1.0]
    assert found.best is not None
    assert not any("raising the counts" in line for line in found.why)


def test_one_count_of_0_is_raised_alone() -> None:
    """Half of the families are turned away by a quota of 0: more places for it, and nothing else, is proposed."""
    design = QuotaDesign(20, BOYS | GIRLS).with_quota("boys", BOYS, 10).with_quota("girls", GIRLS, 0)
    counts = [tuple(quota.count for quota in each.design.quotas) for each in sk.repair(design) if each.reaches]
    assert (10, 20) in counts


def test_what_was_not_tried_is_not_denied() -> None:
    """A quota that is dropped is forecast, whatever the field without chance says of it."""
    found = sk.repair(five_two_one(), FAMILIES, goal_probability=0.3, policy="any")
    assert "quota q2 dropped" in [each.what for each in found]


def test_the_shortest_words_stay_for_equal_designs() -> None:
    """A change and the same change of a split design are one proposal, told as the first."""
    design = QuotaDesign(200, BOYS | GIRLS).with_quota("kids", BOYS | GIRLS, 200)
    found = sk.repair(design.with_quota("a", BOYS | GIRLS, 0), replicates=300)
    assert [each.what for each in found if each.design == design] == ["quota a dropped"]
    assert len({each.design for each in found}) == len(found)


def test_no_proposal_is_without_quotas() -> None:
    """Where quotas of 0 lie within one that is wanted, those are dropped and not all."""
    design = QuotaDesign(200, BOYS | GIRLS).with_quota("kids", BOYS | GIRLS, 200)
    for each in sk.repair(design.with_quota("a", BOYS, 0).with_quota("b", GIRLS, 0), replicates=300):
        assert each.design.quotas
        assert each.design.quotas[0].count == 200


def test_a_sampled_law_is_said_to_be_the_same() -> None:
    """Proposals have other random numbers than the search; sampled families stay, and that is said."""
    exact = sk.repair(QuotaDesign(10, BOYS | GIRLS).with_quota("boys", BOYS, 5), replicates=100)
    assert not any("the same sampled families" in line for line in exact.assumptions)
    patterns = replace(exact.original.field.patterns, exact=False, n_sampled=1000)
    sampled = replace(exact, original=replace(exact.original, field=replace(exact.original.field, patterns=patterns)))
    assert any("the same sampled families" in line for line in sampled.assumptions)
