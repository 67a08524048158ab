"""The laws of the arrival-by-arrival way: the same as of leaps."""

import numpy as np
import pytest
from made_fields import ALPHA, assert_alike, made, many, same_law, scenario_5
from scipy import stats

from segkit.quotas.field.admission import Field
from segkit.quotas.field.draws import draw
from segkit.quotas.field.gate import Gate
from segkit.quotas.field.interviews import Interviews
from segkit.quotas.field.kernel import STEPS, Aliases
from segkit.quotas.field.patterns import Patterns


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "interviews",
    [Interviews(), Interviews.of((0.5, 40), arrivals_per_day=1440, interview_minutes=9)],
    ids=["admitted at once", "interviews in progress, an uncertain incidence"],
)
def test_both_ways_have_one_law(seed: int, interviews: Interviews) -> None:
    """Completes, arrivals, fills, statuses, the order of closings, what is delivered over and what is cut off."""
    field = many(5, 20, 90, seed)
    first, second = (draw(field, 4000, 40 + seed, interviews, method) for method in ("leap", "kernel"))
    assert_alike(first, second)
    assert_alike(first, draw(field, 4000, 50 + seed, interviews, "aligned"))


def test_more_quotas_than_bits_in_a_word() -> None:
    """Five quotas among 70, on both sides of the 64th, have the law of the five alone, either way."""
    few = many(5, 20, 90, 4)
    columns, wide = [0, 30, 63, 64, 69], np.full(70, 8)
    matched = np.zeros((20, 70), dtype=bool)
    matched[:, columns] = few.patterns.matched
    patterns = Patterns(tuple(map(str, range(70))), matched, few.patterns.qualified, few.patterns.probability)
    remaining, now = wide.copy(), wide.copy()
    remaining[columns], now[columns] = few.remaining, few.open_places
    field = Field(patterns, remaining, now, few.goal, (tuple(range(70)),))
    first, second = (draw(field, 3000, 60, method=method) for method in ("leap", "kernel"))
    assert_alike(first, second)
    assert same_law(first.arrivals, draw(few, 3000, 61).arrivals) > ALPHA


def test_aliases_draw_the_law_that_they_are_given() -> None:
    """Chi-square of a million draws, with one pattern and with shares from a millionth to a half."""
    shares = np.array([0.5, 0.3, 0.1, 0.05, 0.04, 0.0099, 0.000099, 0.000001])
    drawn = Aliases(shares).draw(np.random.default_rng(3), (1000, 1000))
    seen = np.bincount(drawn.ravel(), minlength=len(shares))
    expected = shares / shares.sum() * drawn.size
    assert stats.chisquare([*seen[:-2], seen[-2:].sum()], [*expected[:-2], expected[-2:].sum()]).pvalue > ALPHA
    assert (Aliases(np.ones(1)).draw(np.random.default_rng(3), (2, 3)) == 0).all()


def test_what_admits_next_to_nobody_is_left_to_leaps() -> None:
    """A last quota that one family in a million matches costs no million steps, and the arrivals are still counted."""
    rare = 1e-6
    field = made({(1, 0): 0.5, (0, 1): rare}, [200, 3], 203)
    draws = draw(field, 500, 2, method="kernel")
    assert (draws.completes == 203).all()
    expected = 3 / rare
    assert draws.arrivals.mean() == pytest.approx(expected, abs=5 * expected / np.sqrt(3 * 500))


def test_aligned_families_are_the_same_whatever_the_places() -> None:
    """Up to the first closing the same families come: with more places of one quota, no replicate changes before."""
    one = draw(scenario_5(40, 60, 100), 300, 7, method="aligned")
    other = draw(scenario_5(40, 90, 100), 300, 7, method="aligned")
    assert (one.paths[:, 0] == other.paths[:, 0])[one.closed_in[:, 0] == 1].all()
    assert np.corrcoef(one.arrivals, other.arrivals)[0, 1] > 0.3


def test_the_work_at_once_changes_nothing() -> None:
    """A field that ends within one batch of steps, and one that ends exactly with it."""
    everybody = made({(1,): 1.0}, [10 * STEPS], STEPS)
    draws = draw(everybody, 50, 1, method="kernel")
    assert (draws.completes == STEPS).all()
    assert (draws.arrivals == STEPS).all()
    assert Gate(everybody).eligible.sum() == 1
