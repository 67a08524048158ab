"""The laws of leaps: those of the field itself, whatever is leapt over."""

from functools import cache

import numpy as np
import pytest
from field_reference import Course
from made_fields import ALPHA, assert_same, both_sexes, made, reference, same_law, scenario_5
from numpy.typing import NDArray
from scipy import stats

from segkit.quotas.field.admission import Field
from segkit.quotas.field.draws import draw
from segkit.quotas.field.leap import _first


def test_the_closed_form_is_a_law() -> None:
    """It sums to 1, and has the mean, sd and share that the worked example states."""
    law = np.array(both_sexes(400, 600))
    completes = 1000 - np.arange(len(law))
    mean = float(law @ completes)
    assert law.sum() == pytest.approx(1, abs=1e-9)
    assert mean == pytest.approx(797.1569, abs=5e-5)
    assert np.sqrt(law @ (completes - mean) ** 2) == pytest.approx(9.999, abs=5e-4)
    assert law[completes >= 800].sum() == pytest.approx(0.40729, abs=5e-6)


def test_scenario_5_has_the_law_of_the_closed_form() -> None:
    """Chi-square of a million replicates, in all cells with 20 or more expected; mean, sd and P(>= 800) to match."""
    draws = draw(scenario_5(), 1_000_000, 5, method="leap")
    law = np.array(both_sexes(400, 600))
    seen = np.bincount(1000 - draws.completes, minlength=len(law))
    expected = law / law.sum() * len(draws.over)
    common = expected >= 20
    observed = [*seen[common], seen[~common].sum()]
    assert stats.chisquare(observed, [*expected[common], expected[~common].sum()]).pvalue > ALPHA
    assert draws.completes.mean() == pytest.approx(797.1569, abs=5 * 9.999 / 1000)
    assert draws.completes.std() == pytest.approx(9.999, abs=0.05)
    assert (draws.completes >= 800).mean() == pytest.approx(0.40729, abs=0.0025)
    assert (draws.fills == [400, 600]).all()


def test_wider_quotas_reach_the_goal_with_the_probability_of_the_closed_form() -> None:
    """509 and 764 places reach 1000 completes with probability 0.914: as often as they would bring as many without a goal."""
    exact = sum(both_sexes(509, 764)[: 509 + 764 - 1000 + 1])
    assert exact == pytest.approx(0.914, abs=5e-4)
    for method, n in (("leap", 100_000), ("kernel", 5_000), ("aligned", 2_000)):
        draws = draw(scenario_5(509, 764), n, 6, method=method)
        assert stats.binomtest(int(draws.goal_reached.sum()), n, exact).pvalue > ALPHA
        assert draws.completes.max() == 1000
        assert draws.fills.mean(axis=0) == pytest.approx([509, 748.6], abs=1)


@cache
def small_courses() -> list[Course]:
    """Return 20,000 fields of the reference at 40 and 60 places of 100."""
    return reference(scenario_5(40, 60, 100), 20_000, 3)


@cache
def courses_of(name: str) -> list[Course]:
    """Return 2,500 fields of the reference."""
    return reference(FIELDS[name], 2500, 18)


@pytest.mark.parametrize("method", ["leap", "kernel", "aligned"])
def test_scenario_5_in_small_has_the_law_of_the_reference(method: str) -> None:
    """Completes and arrivals, fills and statuses, at 40 and 60 places of 100; 20,000 replicates of each."""
    courses = small_courses()
    draws = draw(scenario_5(40, 60, 100), 20_000, 4, method=method)  # type: ignore[arg-type] # one of the names
    assert_same(draws, courses)
    arrivals = [course.arrivals for course in courses]
    assert stats.ks_2samp(draws.arrivals, arrivals).pvalue > ALPHA


FIELDS = {
    "a rare quota among large ones": made(
        {(1, 0, 0): 0.6, (0, 1, 0): 0.25, (1, 1, 1): 0.004, (0, 1, 1): 0.006}, [300, 90, 3], 320
    ),
    "rare alone": made({(1, 0): 0.02, (0, 1): 0.97}, [2, 400], 350, unqualified=0.3),
    "a policy of any": made({(1, 0): 0.2, (0, 0): 0.3, (1, 1): 0.2}, [25, 12], 40, policy="any"),
    "a policy of none": made({(1, 0): 0.2, (0, 0): 0.3, (1, 1): 0.2}, [25, 12], 60, policy="none"),
    "two sets": made({(1, 0): 0.2, (0, 1): 0.3, (1, 1): 0.4}, [25, 30], 60, sets=((0,), (1,))),
    "places not open": made({(1, 0): 0.2, (0, 1): 0.3, (1, 1): 0.4}, [25, 30], 60, open_places=[10, 30]),
    "not open from the start": made({(1, 0): 0.2, (0, 1): 0.3, (1, 1): 0.4}, [25, 30], 60, open_places=[0, 30]),
    "no goal": scenario_5(12, 9, None),
    "a quota of none": made({(1, 0): 0.2, (0, 1): 0.3, (1, 1): 0.4}, [0, 30], 60),
    "a quota that nobody matches": made({(1, 0): 0.2, (0, 0): 0.3}, [15, 30], 60),
    "contained quotas that stall": made({(1, 1, 0): 0.1, (1, 0, 1): 0.02, (1, 0, 0): 0.5}, [30, 20, 8], 60),
}


@pytest.mark.parametrize("method", ["leap", "kernel", "aligned"])
@pytest.mark.parametrize("name", FIELDS)
def test_any_field_has_the_law_of_the_reference(name: str, method: str) -> None:
    """Completes, arrivals, fills and every status."""
    draws = draw(FIELDS[name], 3000, 17, method=method)  # type: ignore[arg-type] # one of the names
    assert_same(draws, courses_of(name))


@pytest.mark.parametrize("method", ["leap", "kernel"])
def test_those_who_do_not_complete_leave_their_places(method: str) -> None:
    """With an incidence of 0.6 the law is that of the reference, where each admitted family fails by itself."""
    from segkit.quotas.field.interviews import Interviews

    field = scenario_5(20, 30, 50)
    draws = draw(field, 4000, 8, Interviews.of(0.6), method)  # type: ignore[arg-type] # one of the names
    assert_same(draws, reference(field, 4000, 9, ir=0.6))


def test_a_rare_quota_closes_when_its_last_family_comes() -> None:
    """Of 3 places that one complete in a hundred takes, the last is taken by a complete that is NegBin(3, 0.01), leapt over."""
    draws = draw(made({(1,): 0.01, (0,): 0.99}, [3], 5000, policy="none"), 20_000, 12, method="leap")
    law = stats.nbinom(3, 0.01, loc=3)
    edges = law.ppf(np.linspace(0, 1, 31)[1:-1])
    seen = np.bincount(np.searchsorted(edges, draws.paths[:, 0, 0]), minlength=30)
    assert stats.chisquare(seen, np.diff([0, *law.cdf(edges), 1]) * len(draws.over)).pvalue > ALPHA
    assert (draws.paths[:, 0, 2] == 3).all()


def _hits(left: list[int], rows: NDArray[np.int64]) -> list[int]:
    """Return the first complete that closes a quota in each sequence."""
    return [int((np.cumsum(row, axis=0) >= left).any(axis=1).argmax()) + 1 for row in rows]


def test_the_first_closing_is_found_by_halves() -> None:
    """Of sequences that close a quota somewhere, the place and the counts there have the law of looking one by one."""
    generator = np.random.default_rng(21)
    share, member = np.array([0.7, 0.2, 0.1]), np.array([[1, 0], [1, 1], [0, 1]])
    left, length, n = [60, 9], 70, 20_000
    sequences = generator.choice(3, size=(n, length), p=share)
    counts = np.stack([(sequences == kind).sum(axis=1) for kind in range(3)], axis=1)
    closes = (counts @ member >= left).any(axis=1)
    hits = _hits(left, member[sequences[closes]])
    one_by_one = np.array([member[row[:hit]].sum(axis=0) for row, hit in zip(sequences[closes], hits, strict=True)])
    lengths = np.full(int(closes.sum()), length)
    taken, fills = _first(np.tile(left, (len(lengths), 1)), counts[closes], lengths, member.astype(float), generator)
    assert same_law(taken, hits) > ALPHA
    assert same_law(fills[:, 0], one_by_one[:, 0]) > ALPHA
    assert same_law(fills[:, 1], one_by_one[:, 1]) > ALPHA
    assert ((fills >= left).any(axis=1) & (fills <= left).all(axis=1)).all()


def test_a_field_restarted_is_the_field_continued() -> None:
    """From the state of a reference after 30 completes, completes and arrivals in all have the law of the whole field."""
    whole, begun = scenario_5(40, 60, 100), scenario_5(40, 60, 30)
    completes, arrivals = [], []
    for seed, course in enumerate(reference(begun, 1000, 31)):
        left = np.array([40, 60]) - course.fills
        rest = Field(whole.patterns, left, left, 100 - course.completes, whole.sets, whole.policy)
        draws = draw(rest, 1, seed, method="leap")
        completes.append(course.completes + int(draws.completes[0]))
        arrivals.append(course.arrivals + int(draws.arrivals[0]))
    direct = draw(whole, 20_000, 32)
    assert same_law(completes, direct.completes) > ALPHA
    assert same_law(arrivals, direct.arrivals) > ALPHA
