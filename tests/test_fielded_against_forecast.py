"""Surveys fielded in the sandbox, whose admission is its own code, against the law that a forecast gives them."""

import json
from collections import Counter
from functools import cache

import numpy as np
import pytest
from scipy import stats
from werkzeug.test import Client

from segkit.quotas.codes import NO_CHILDREN, child_codes
from segkit.quotas.design import QuotaDesign
from segkit.quotas.field.admission import COMPLETE
from segkit.quotas.field.forecast import Forecast, forecast
from segkit.sandbox.app import TOKEN, Sandbox
from segkit.sandbox.fielded import Fielded
from segkit.sandbox.purespectrum_buyer import PREFIX

FIELDS, VISITS = 250, 6000
NOT_BY_CHANCE = 1e-3
"""How improbable an outcome must be; the seeds are fixed."""
BOYS, GIRLS = child_codes(gender="boy", ages=(1, 17)), child_codes(gender="girl", ages=(1, 17))
SURVEY = {"survey_title": "t", "survey_category_code": 231, "survey_localization": "en_US", "expected_ir": 60}
DESIGNS = [
    QuotaDesign(100, child_codes()).with_quota("boys", BOYS, 40).with_quota("girls", GIRLS, 60),
    QuotaDesign(100).with_quota("boys", BOYS, 35).with_quota("girls", GIRLS, 40).with_quota("none", {NO_CHILDREN}, 30),
    QuotaDesign(80, child_codes())
    .with_quota("small", child_codes(ages=(0, 5)), 40)
    .with_quota("middle", child_codes(ages=(4, 11)), 45)
    .with_quota("large", child_codes(ages=(10, 17)), 30),
    QuotaDesign(60, child_codes())
    .with_quota("4-17", child_codes(ages=(4, 17)), 30)
    .with_quota("boys", BOYS, 25)
    .with_quota("twelve", GIRLS, 12),
    QuotaDesign(60, child_codes(ages=(4, 12)))
    .with_quota("boys", child_codes(gender="boy", ages=(4, 12)), 30)
    .with_quota("young girls", child_codes(gender="girl", ages=(4, 6)), 5)
    .with_quota("girls", child_codes(gender="girl", ages=(7, 12)), 30),
]
"""Five designs, each with completes that differ from field to field."""


@cache
def foretold(place: int) -> Forecast:
    """Return the forecast of a design under the sandbox's law of families."""
    return forecast(DESIGNS[place], replicates=20_000, seed=99)


def fielded(sandbox: Sandbox, design: QuotaDesign, seed: int, visits: int = VISITS, until: str = "goal") -> Fielded:
    """Create the survey of a design over the sandbox's own routes, and field it until it pauses, or nobody can complete."""
    body = {**SURVEY, "expected_loi": 10, "field_time": 10, "live_url": "https://example.invalid", **design.payload()}
    asked = Client(sandbox.wsgi).open(f"{PREFIX}/surveys", method="POST", data=json.dumps(body), headers={"access-token": TOKEN})
    return sandbox.field(int(asked.get_json()["ps_survey_id"]), visits, seed=seed, until=until)


def up_to_the_last_complete(came: Fielded) -> tuple[int, ...]:
    """Return the statuses up to the last complete: where a forecast's field ends, also one that does not pause by itself."""
    return came.statuses[: max(place for place, status in enumerate(came.statuses, 1) if status == COMPLETE)]


@cache
def surveys() -> list[Fielded]:
    """Return the surveys, design after design, over and over."""
    sandbox = Sandbox()
    return [fielded(sandbox, DESIGNS[survey % len(DESIGNS)], 1000 + survey) for survey in range(FIELDS)]


def places(name: str, off: float = 0.0) -> list[float]:
    """Return where a number of each survey lies in the forecast law, evenly within its own probability; `off` sds away."""
    dice, found = np.random.default_rng(7), []
    for survey, came in enumerate(surveys()):
        law = getattr(foretold(survey % len(DESIGNS)), name)
        seen = {"completes": came.completes, "arrivals": len(up_to_the_last_complete(came))}[name] + round(off * law.sd)
        above, at_least = law.at_least(seen + 1), law.at_least(seen)
        found.append(above + dice.random() * (at_least - above))
    return found


@pytest.mark.parametrize("name", ["completes", "arrivals"])
def test_fielded_surveys_lie_in_their_forecasts(name: str) -> None:
    """Where completes and arrivals lie in the forecast law is uniform, of every survey; a law half an sd off would be seen."""
    assert all(foretold(place).completes.sd > 1 for place in range(len(DESIGNS)))
    assert max(foretold(place).arrivals.values.max() for place in range(len(DESIGNS))) < VISITS
    assert stats.kstest(places(name), "uniform").pvalue > NOT_BY_CHANCE
    for off in (-0.5, 0.5):
        assert stats.kstest(places(name, off), "uniform").pvalue < NOT_BY_CHANCE


@pytest.mark.parametrize("place", range(len(DESIGNS)))
def test_fills_and_statuses_are_those_of_the_forecast(place: int) -> None:
    """Of each design the mean fills, and visits by status up to the last complete, lie within four standard errors."""
    told, came = foretold(place), surveys()[place :: len(DESIGNS)]
    for quota_id, mean in told.fills.items():
        spread = told.draws[f"fill {quota_id}"].std() / np.sqrt(len(came))
        assert abs(np.mean([each.fills[str(quota_id)].achieved for each in came]) - mean) <= 4 * spread + 1e-9
    counted = [Counter(up_to_the_last_complete(each)) for each in came]
    for column, (status, mean) in enumerate(told.outcomes.items()):
        spread = told.drawn.counts[:, column].std() / np.sqrt(len(came))
        assert abs(np.mean([each[int(str(status))] for each in counted]) - mean) <= 4 * spread + 1e-9


def test_surveys_fielded_on_lie_in_the_forecasts_from_where_they_stood() -> None:
    """Of surveys that stop in mid-field, the completes still to come are uniform in the law forecast from `Fielded.state`."""
    sandbox, dice, found = Sandbox(), np.random.default_rng(3), []
    for survey in range(60):
        design = DESIGNS[survey % len(DESIGNS)]
        half = fielded(sandbox, design, 5000 + survey, visits=90, until="visits")
        law = forecast(design, state=half.state, achieved=half.completes, replicates=1000, seed=survey).completes
        came = sandbox.field(half.survey_id, VISITS, seed=9000 + survey, until="goal")
        above, at_least = law.at_least(came.completes - half.completes + 1), law.at_least(came.completes - half.completes)
        found.append(above + dice.random() * (at_least - above))
    assert stats.kstest(found, "uniform").pvalue > NOT_BY_CHANCE
    sandbox.close()
