"""Fields made of patterns by hand, the law of scenario 5 in closed form, and what it means that two laws are the same."""

import random
from dataclasses import replace
from functools import cache
from math import exp, lgamma, log
from typing import Any

import numpy as np
from field_reference import Course, Wanted, run, run_in_time
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from segkit.quotas.field.admission import Field, Policy
from segkit.quotas.field.draws import Draws
from segkit.quotas.field.patterns import Patterns

ALPHA = 1e-6
"""How improbable an outcome must be for a test to fail; all seeds are fixed."""
BOYS, GIRLS, BOTH = 0.135027348, 0.126050989, 0.138921663
"""Shares of families with boys of 1-17 only, girls only, and both: domain notes, section 4."""


def made(
    patterns: dict[tuple[int, ...], float],
    places: list[int],
    goal: int | None,
    *,
    open_places: list[int] | None = None,
    sets: tuple[tuple[int, ...], ...] | None = None,
    policy: Policy = "per_qualification_set",
    unqualified: float = 0.0,
) -> Field:
    """Make a field of patterns (which quotas, as 0 and 1 -> share); what is missing to 1 matches no quota and may not enter."""
    n_quotas = len(places)
    shares = [*patterns.values(), max(1 - sum(patterns.values()), 0.0)]
    matched = np.array([*patterns, (0,) * n_quotas], dtype=bool).reshape(len(shares), n_quotas)
    qualified = np.array([True] * len(patterns) + [False])
    if unqualified:
        shares = [share * (1 - unqualified) for share in shares] + [unqualified]
        matched, qualified = np.vstack([matched, np.ones((1, n_quotas), bool)]), np.append(qualified, False)
    ids = tuple(f"q{place}" for place in range(n_quotas))
    wanted = Patterns(ids, matched, qualified, np.array(shares))
    every = (tuple(range(n_quotas)),) if n_quotas else ()
    now = np.array(places if open_places is None else open_places, dtype=np.int64)
    return Field(wanted, np.array(places, dtype=np.int64), now, goal, every if sets is None else sets, policy)


def scenario_5(boys: int = 400, girls: int = 600, goal: int | None = 1000, **rest: Any) -> Field:
    """Return the field of scenario 5."""
    return made({(1, 0): BOYS, (0, 1): GIRLS, (1, 1): BOTH}, [boys, girls], goal, **rest)


def many(n_quotas: int, n_patterns: int, goal: int, seed: int) -> Field:
    """Make a field of random patterns, each of one to three quotas."""
    generator = np.random.default_rng(seed)
    matched = np.zeros((n_patterns, n_quotas), dtype=bool)
    for row in matched:
        row[generator.integers(0, n_quotas, generator.integers(1, 4))] = True
    probability = generator.dirichlet(np.ones(n_patterns))
    rates = probability @ matched
    places = np.ceil(goal * rates / rates.sum() * generator.uniform(0.6, 1.4, n_quotas)).astype(np.int64)
    qualified = generator.random(n_patterns) < 0.8
    ids = tuple(f"q{place}" for place in range(n_quotas))
    patterns = Patterns(ids, matched, qualified, probability)
    open_places = np.where(generator.random(n_quotas) < 0.3, places // 2, places)
    return Field(patterns, places, open_places, goal, (tuple(range(n_quotas)),))


@cache
def both_sexes(boys: int, girls: int) -> tuple[float, ...]:
    """Return P(X = x), x = 0, 1, ...: X families with both are admitted before a quota closes; completes are boys + girls - X."""
    total = BOYS + GIRLS + BOTH
    pb, pg, px = (log(share / total) for share in (BOYS, GIRLS, BOTH))

    def first(r1: int, r2: int, p1: float, p2: float, x: int) -> float:
        """Quota 1 closes first, at its r1-th complete, which x of r1 families share with quota 2."""
        ways = lgamma(r1 + 1) - lgamma(x + 1) - lgamma(r1 - x + 1) + (r1 - x) * p1 + x * px
        return sum(exp(ways + lgamma(r1 + g) - lgamma(g + 1) - lgamma(r1) + g * p2) for g in range(r2 - x))

    def at_once(x: int) -> float:
        n1, n2 = boys - x, girls - x
        ways = lgamma(n1 + n2 + x) - lgamma(n1 + 1) - lgamma(n2 + 1) - lgamma(x)
        return exp(ways + n1 * pb + n2 * pg + x * px)

    return tuple(
        first(boys, girls, pb, pg, x) + first(girls, boys, pg, pb, x) + (at_once(x) if x else 0.0)
        for x in range(min(boys, girls) + 1)
    )


def _wanted(field: Field, ir: float) -> Wanted:
    rows = zip(field.patterns.probability.tolist(), field.patterns.matched, field.patterns.qualified.tolist(), strict=True)
    patterns = [(share, frozenset(np.flatnonzero(row).tolist()), qualified) for share, row, qualified in rows]
    remaining, now = field.remaining.tolist(), field.open_places.tolist()
    return Wanted(patterns, remaining, now, field.goal, [list(one) for one in field.sets], field.policy, ir)


def reference(field: Field, n: int, seed: int, ir: float = 1.0) -> list[Course]:
    """Run a field family by family."""
    wanted, dice = _wanted(field, ir), random.Random(seed)  # noqa: S311 - a simulation
    return [run(wanted, dice) for _ in range(n)]


def reference_in_time(
    field: Field, n: int, seed: int, *, length: float, ir: float = 1.0, conversion: float | None = None
) -> list[Course]:
    """Run a field family by family on an axis of time."""
    wanted, dice = _wanted(field, ir), random.Random(seed)  # noqa: S311 - a simulation
    return [run_in_time(wanted, dice, length, conversion) for _ in range(n)]


def same_law(first: Any, second: Any) -> float:
    """Return the p value of the chi-square test that two samples of whole numbers have one law, in about 30 cells."""
    first, second = np.asarray(first), np.asarray(second)
    pooled = np.concatenate([first, second])
    edges = np.unique(np.quantile(pooled, np.linspace(0, 1, 31)[1:-1], method="inverted_cdf"))
    cells = [np.bincount(np.searchsorted(edges, sample), minlength=len(edges) + 1) for sample in (first, second)]
    table = np.array(cells)[:, np.sum(cells, axis=0) > 0]
    rare = table.sum(axis=0) < 20
    if rare.any():
        table = np.column_stack([table[:, ~rare], table[:, rare].sum(axis=1)])
    return 1.0 if table.shape[1] == 1 else float(stats.chi2_contingency(table).pvalue)


def assert_same(draws: Draws, courses: list[Course]) -> None:
    """Assert that completes, arrivals, fills and visits by status have the law of the reference."""
    assert same_law(draws.completes, [course.completes for course in courses]) > ALPHA
    assert same_law(draws.arrivals, [course.arrivals for course in courses]) > ALPHA
    for place in range(draws.fills.shape[1]):
        assert same_law(draws.fills[:, place], [course.fills[place] for course in courses]) > ALPHA
    for place, code in enumerate((21, 13, 12, 24, 35, 18)):
        assert same_law(draws.counts[:, place], [course.visits[code] for course in courses]) > ALPHA


def assert_alike(first: Draws, second: Draws) -> None:
    """Assert that two ways have the same law in all that they draw."""
    for name in ("completes", "arrivals", "over", "phases"):
        assert same_law(getattr(first, name), getattr(second, name)) > ALPHA, name
    assert stats.ks_2samp(first.time, second.time).pvalue > ALPHA
    for name in ("fills", "counts", "closed_in"):
        for one, other in zip(getattr(first, name).T, getattr(second, name).T, strict=True):
            assert same_law(one, other) > ALPHA, name
    assert abs(first.cut_off.mean(axis=0) - second.cut_off.mean(axis=0)).max(initial=0) < 0.05


def with_patterns(field: Field, matched: NDArray[Any], qualified: NDArray[Any], probability: NDArray[Any]) -> Field:
    """Return a field with other patterns."""
    return replace(field, patterns=Patterns(field.patterns.quota_ids, matched, qualified, probability))


@st.composite
def fields(draw: st.DrawFn, most_places: int = 30) -> Field:
    """Draw small fields: any policy, quotas that are full, not open, or matched by nobody, patterns that match none."""
    n_quotas = draw(st.integers(0, 4))
    n_patterns = draw(st.integers(1, 8))
    rows = st.lists(st.booleans(), min_size=n_quotas, max_size=n_quotas)
    matched = np.array([draw(rows) for _ in range(n_patterns)], dtype=bool).reshape(n_patterns, n_quotas)
    qualified = np.array([draw(st.booleans()) for _ in range(n_patterns)])
    weights = np.array([draw(st.sampled_from([0, 1, 1, 3, 10])) for _ in range(n_patterns)], dtype=float)
    probability = weights / weights.sum() if weights.any() else np.full(n_patterns, 1 / n_patterns)
    remaining = np.array([draw(st.integers(0, most_places)) for _ in range(n_quotas)], dtype=np.int64)
    kept_back = np.array([draw(st.sampled_from([0, 0, 3])) for _ in range(n_quotas)], dtype=np.int64)
    sets = draw(st.sampled_from([(), (tuple(range(n_quotas)),), tuple((place,) for place in range(min(n_quotas, 2)))]))
    sets = tuple(one for one in sets if one)
    ids = tuple(f"q{place}" for place in range(n_quotas))
    policy: Policy = draw(st.sampled_from(["per_qualification_set", "any", "none"]))
    goal = draw(st.sampled_from([0, 1, 5, 40]))
    patterns = Patterns(ids, matched, qualified, probability)
    return Field(patterns, remaining, np.maximum(remaining - kept_back, 0), goal, sets, policy)
