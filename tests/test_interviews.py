"""The laws of what happens between being admitted and a complete, against closed forms."""

from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import pytest
from field_reference import Course
from made_fields import ALPHA, made, many, reference_in_time, same_law, scenario_5
from scipy import stats

from segkit.errors import InvalidInput
from segkit.quotas.codes import child_codes
from segkit.quotas.design import QuotaDesign
from segkit.quotas.field.admission import Field
from segkit.quotas.field.draws import METHODS, draw
from segkit.quotas.field.forecast import forecast
from segkit.quotas.field.interviews import Interviews

N, GOAL = 100_000, 50
ENTER = 0.3


def moments(values: Any, mean: float, variance: float) -> None:
    """Assert that mean and variance lie within five standard errors."""
    values = np.asarray(values, dtype=float)
    assert abs(values.mean() - mean) < 5 * np.sqrt(variance / len(values))
    spread = (values - values.mean()) ** 2
    assert abs(spread.mean() - variance) < 5 * spread.std() / np.sqrt(len(values))


@pytest.mark.parametrize("method", ["leap", "kernel"])
def test_a_known_incidence_makes_arrivals_negative_binomial(method: Any) -> None:
    """Of a field of one pattern: arrivals are the goal and NegBin(goal, p * ir); interviews are the goal and NegBin(goal, ir)."""
    n = N if method == "leap" else N // 20
    draws = draw(made({(): ENTER}, [], GOAL), n, 1, Interviews.of(0.4), method)
    complete = ENTER * 0.4
    moments(draws.arrivals, GOAL / complete, GOAL * (1 - complete) / complete**2)
    moments(draws.counts[:, 0] + draws.counts[:, 5], GOAL / 0.4, GOAL * 0.6 / 0.4**2)
    assert (draws.completes == GOAL).all()


@pytest.mark.parametrize("ir", [(0.6, 100), {"alpha": 60, "beta": 40}])
def test_an_uncertain_incidence_makes_them_beta_negative_binomial(ir: Any) -> None:
    """Those who are admitted and do not complete are BetaNegBin(goal, alpha, beta): mean and variance by its formulas."""
    a, b = 60, 40
    draws = draw(made({(): ENTER}, [], GOAL), N, 2, Interviews.of(ir))
    failed = draws.counts[:, 5]
    moments(failed, GOAL * b / (a - 1), GOAL * b * (GOAL + a - 1) * (a + b - 1) / ((a - 2) * (a - 1) ** 2))
    law = stats.betanbinom(GOAL, a, b)
    cells = [law.cdf(edge) for edge in (20, 25, 30, 35, 40, 50, 60)]
    seen = np.histogram(failed, [0, 21, 26, 31, 36, 41, 51, 61, 10**9])[0]
    assert stats.chisquare(seen, np.diff([0, *cells, 1]) * N).pvalue > ALPHA
    assert Interviews.of(ir).mean == pytest.approx(0.6)


@pytest.mark.parametrize("method", ["leap", "kernel"])
def test_a_closing_quota_delivers_a_poisson_number_over(method: Any) -> None:
    """Its mean is the rate of those admitted who match, times the conversion, times the length; those of others are not met."""
    field = made({(1, 0): 0.3, (0, 1): 0.2, (1, 1): 0.1}, [40, 900], 10_000)
    interviews = Interviews.of(arrivals_per_day=1440 * 4, interview_minutes=10, conversion=0.5)
    draws = draw(field, 20_000, 3, interviews, method)
    over = draws.fills[:, 0] - 40
    moments(over, 4 * 10 * 0.5 * 0.4, 4 * 10 * 0.5 * 0.4)
    cells = stats.poisson(8).pmf(np.arange(16))
    seen = np.bincount(np.minimum(over, 16), minlength=17)
    assert stats.chisquare(seen, [*cells * len(over), (1 - cells.sum()) * len(over)]).pvalue > ALPHA
    last = draws.fills[:, 1] - 900
    moments(last, 4 * 10 * 0.5 * 0.2, 4 * 10 * 0.5 * 0.2)
    assert (draws.over == over + last).all()


@pytest.mark.parametrize("method", ["leap", "kernel"])
def test_the_goal_delivers_a_poisson_number_over(method: Any) -> None:
    """All who are admitted and in an interview then complete; arrivals are all who come up to the goal, turned away or not."""
    field = made({(1, 0): 0.3, (0, 0): 0.2}, [900, 900], 60, policy="none")
    draws = draw(field, 20_000, 4, Interviews.of(arrivals_per_day=1440, interview_minutes=12), method)
    moments(draws.completes - 60, 12 * 0.5, 12 * 0.5)
    moments(draws.arrivals, 60 / 0.5 + 12, 60 * 0.5 / 0.5**2 + 12)
    moments(draws.time, 60 / 0.5 + 12, 60 / 0.5**2)
    assert (draws.completes - 60 == draws.over).all()
    assert draws.goal_reached.all()


def test_who_completes_late_may_close_another_quota() -> None:
    """A family in both quotas takes a place of the other: that closes too, and those who wait for it complete as well."""
    field = made({(1, 1): 0.5, (0, 1): 0.5}, [30, 62], 10_000)
    interviews = Interviews.of(arrivals_per_day=1440 * 10, interview_minutes=6)
    for method in METHODS:
        draws = draw(field, 5000, 5, interviews, method)
        late = (draws.closed_in == [1, 2]).all(axis=1)
        assert 0.5 < late.mean() < 0.8
        assert (draws.paths[late, 0, 2] == 30).all()
        assert (draws.fills[late, 0] - 30).mean() == pytest.approx(30, abs=0.5)
        assert (draws.fills >= [30, 62])[late].all()
        assert (draws.completes == draws.fills[:, 1]).all()
        assert (draws.paths[:, -1, 0] == draws.completes).all()


FIELDS: dict[str, tuple[Field, dict[str, float]]] = {
    "one quota that is not filled": (made({(0,): 0.0, (1,): 0.5}, [900], 60), {"length": 60}),
    "scenario 5 in small": (scenario_5(40, 60, 100), {"length": 2000 * 20 / 1440}),
    "places enough for the goal": (scenario_5(60, 90, 100), {"length": 2000 * 20 / 1440}),
    "half complete": (scenario_5(40, 60, 100), {"length": 30, "ir": 0.5}),
    "fewer complete late": (scenario_5(60, 90, 100), {"length": 120, "ir": 0.9, "conversion": 0.4}),
    "more complete late": (scenario_5(40, 60, None), {"length": 200, "ir": 0.5, "conversion": 0.8}),
    "longer than the field": (scenario_5(10, 12, 20), {"length": 300}),
    "many quotas, next to no interview": (many(5, 20, 90, 0), {"length": 0.5}),
    "many quotas": (many(5, 20, 90, 2), {"length": 120, "conversion": 0.6}),
    "no policy": (made({(1, 0): 0.2, (0, 0): 0.3, (1, 1): 0.2}, [25, 12], 60, policy="none"), {"length": 40}),
}


@cache
def hours(name: str) -> list[Course]:
    """Return 1,500 fields of the reference, which follows an axis of time."""
    field, how = FIELDS[name]
    return reference_in_time(field, 1500, 31, **how)  # type: ignore[arg-type] # numbers all


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", FIELDS)
def test_a_field_in_time_has_the_law_of_the_reference(name: str, method: Any) -> None:
    """Completes, what is delivered over, arrivals, time, fills and statuses, however much is in progress."""
    field, how = FIELDS[name]
    draws = draw(field, 5000, 32, Interviews(how.get("ir", 1.0), None, how["length"], how.get("conversion")), method)
    courses = hours(name)
    assert same_law(draws.completes, [course.completes for course in courses]) > ALPHA
    assert same_law(draws.over, [course.over for course in courses]) > ALPHA
    assert same_law(draws.arrivals, [course.arrivals for course in courses]) > ALPHA
    assert stats.ks_2samp(draws.time, [course.time for course in courses]).pvalue > ALPHA
    for place in range(draws.fills.shape[1]):
        assert same_law(draws.fills[:, place], [course.fills[place] for course in courses]) > ALPHA
    turned_away = [course.visits[12] + course.visits[24] for course in courses]  # 24 or 12 is told of the places kept back
    assert same_law(draws.counts[:, 2] + draws.counts[:, 3], turned_away) > ALPHA
    for place, code in ((0, 21), (1, 13), (4, 35), (5, 18)):
        assert same_law(draws.counts[:, place], [course.visits[code] for course in courses]) > ALPHA


@pytest.mark.parametrize("method", ["leap", "kernel"])
@pytest.mark.parametrize(
    ("field", "how"),
    [
        (made({(1,): 0.5}, [900], 60), {"arrivals_per_day": 1440, "interview_minutes": 60}),
        (scenario_5(40, 60, 100), {"arrivals_per_day": 2000, "interview_minutes": 20}),
    ],
)
def test_means_in_time_are_those_of_the_reference(field: Field, how: dict[str, float], method: Any) -> None:
    """Arrivals, days and statuses in the mean, to four standard errors: with an hour's interviews 180 come, not 150."""
    draws = draw(field, 20_000, 6, Interviews.of(**how), method)
    courses = reference_in_time(field, 4000, 7, length=how["arrivals_per_day"] / 1440 * how["interview_minutes"])
    pairs = {
        "completes": (draws.completes, [course.completes for course in courses]),
        "arrivals": (draws.arrivals, [course.arrivals for course in courses]),
        "time": (draws.time, [course.time for course in courses]),
        "terminated": (draws.counts[:, 1], [course.visits[13] for course in courses]),
        "quota full": (draws.counts[:, 2], [course.visits[12] for course in courses]),
    }
    for name, (mine, theirs) in pairs.items():
        error = np.sqrt(np.var(mine) / len(mine) + np.var(theirs) / len(theirs))
        assert abs(np.mean(mine) - np.mean(theirs)) <= 4 * error, name


def test_the_share_that_completes_is_that_of_ir_unless_it_is_said() -> None:
    """Half of those admitted complete: half of those in an interview do; and nothing is delivered over without a rate."""
    rate = {"arrivals_per_day": 1440, "interview_minutes": 10}
    assert Interviews.of(0.5, **rate).in_progress == pytest.approx(5)
    assert Interviews.of((0.5, 20), **rate).in_progress == pytest.approx(5)
    assert Interviews.of(0.5, **rate, conversion=0.9).in_progress == pytest.approx(9)
    assert Interviews.of(0.5, arrivals_per_day=1440).in_progress == 0
    assert any("over-delivery not modelled" in line for line in Interviews.of(0.5, arrivals_per_day=1440).words)
    assert any("Beta(10, 10)" in line for line in Interviews.of((0.5, 20)).words)


def test_any_number_is_a_number() -> None:
    """Also of numpy, and a fraction; a list of two is read as a tuple."""
    made = Interviews.of(np.float32(0.5), arrivals_per_day=np.int64(1440), interview_minutes=Fraction(5))
    assert (made.alpha, made.length) == (0.5, 5)
    assert Interviews.of([np.float64(0.5), np.int32(10)]) == Interviews.of((0.5, 10))  # type: ignore[arg-type] # a list


@pytest.mark.parametrize(("alpha", "moments", "words"), [(1, 0, "no finite mean"), (1.5, 1, "no finite sd"), (2.5, 2, "")])
def test_heavy_tails_are_said(alpha: float, moments: int, words: str) -> None:
    """1 / Beta(alpha, .) has as many moments as are below alpha: so have arrivals."""
    design = QuotaDesign(20, child_codes())
    told = forecast(design, replicates=200, ir={"alpha": alpha, "beta": 1}, arrivals_per_day=100)
    assert told.interviews.moments == moments
    assert words in " ".join(told.assumptions)
    assert np.isfinite([told.arrivals.mean, told.arrivals.sd]).sum() == moments
    assert told.days is not None
    assert np.isfinite(told.days.sd) == (moments == 2)
    assert ("not finite" in repr(told)) == (moments == 0)
    assert told._repr_html_().count("not finite") == 2 * (2 - moments)
    assert (told.ends.sum(), told.completes.mean) == (1, 20)


def test_arrivals_that_are_cut_are_said() -> None:
    """Where next to nobody completes, arrivals are beyond whole numbers: how many replicates were cut stands in the forecast."""
    design = QuotaDesign(5, child_codes())
    told = forecast(design, replicates=100, ir={"alpha": 0.01, "beta": 0.01}, seed=2)
    assert 10 < told.drawn.is_cut.sum() < 90
    assert f"arrivals of {told.drawn.is_cut.sum()} replicates are beyond 1e+17" in " ".join(told.assumptions)
    assert not any("beyond" in line for line in forecast(design, replicates=100).assumptions)


def test_places_that_were_not_open_are_said() -> None:
    """With interviews in progress, which of 24 and 12 a visit ends with is told by the start."""
    design, state = QuotaDesign(50).with_quota("kids", child_codes(), 30), {"kids": {"currently_open": 10}}
    told = forecast(design, state=state, arrivals_per_day=1440, interview_minutes=30, replicates=50)
    assert any("status 24" in line for line in told.assumptions)
    assert not any("status 24" in line for line in forecast(design, state=state, replicates=50).assumptions)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"ir": 60}, "60 % is 0.6"),
        ({"ir": 0}, "ir is 0"),
        ({"ir": True}, "ir is True"),
        ({"ir": 1e-20}, "from 1e-06 to 1"),
        ({"ir": {"alpha": 1e-9, "beta": 1}}, "from 1e-06"),
        ({"ir": [0.5]}, "ir is"),
        ({"ir": (0.6, 0)}, "ir is"),
        ({"ir": (3, 4)}, "ir is"),
        ({"ir": {"alpha": 3}}, "ir is"),
        ({"ir": {"alpha": 3, "beta": -1}}, "ir is"),
        ({"ir": "0.6"}, "ir is '0.6'"),
        ({"arrivals_per_day": 0}, "arrivals_per_day is 0"),
        ({"interview_minutes": float("inf")}, "interview_minutes is inf"),
        ({"arrivals_per_day": 1e30}, "arrivals_per_day is 1e.30: give a number above 0, up to 1000000000"),
        ({"arrivals_per_day": "1000"}, "arrivals_per_day is '1000'"),
        ({"arrivals_per_day": 1e9, "interview_minutes": 1e6}, "families come while an interview lasts"),
        ({"conversion": 1.5}, "conversion is 1.5"),
    ],
)
def test_what_cannot_be_is_refused(wrong: Any, says: str) -> None:
    """With the name of the argument, and what to give."""
    with pytest.raises(InvalidInput, match=says):
        Interviews.of(wrong.pop("ir", None), **wrong)
