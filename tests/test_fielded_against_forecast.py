"""Surveys fielded in the sandbox, whose admission is its own code, against the law that a forecast gives them."""

import json
from functools import cache

import numpy as np
from made_fields import ALPHA
from scipy import stats
from werkzeug.test import Client

from segkit.quotas.codes import NO_CHILDREN, child_codes
from segkit.quotas.design import QuotaDesign
from segkit.quotas.forecast import Forecast, forecast
from segkit.sandbox.app import TOKEN, Sandbox
from segkit.sandbox.fielded import Fielded
from segkit.sandbox.purespectrum_buyer import PREFIX

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


def fielded(sandbox: Sandbox, design: QuotaDesign, seed: int) -> Fielded:
    """Create the survey of a design over the sandbox's own routes, and field it until it pauses."""
    body = {**SURVEY, "expected_loi": 10, "field_time": 10, "live_url": "https://example.invalid", **design.payload()}
    asked = Client(sandbox.wsgi).open(f"{PREFIX}/surveys", method="POST", data=json.dumps(body), headers={"access-token": TOKEN})
    return sandbox.field(int(asked.get_json()["ps_survey_id"]), 6000, seed=seed, until="goal")


def test_fifty_fielded_surveys_lie_in_their_forecasts() -> None:
    """Where their completes lie in the forecast law is uniform; so too their visits, of those that pause by themselves."""
    assert all(foretold(place).completes.sd > 1 for place in range(len(DESIGNS)))
    sandbox, dice = Sandbox(), np.random.default_rng(7)
    places: dict[str, list[float]] = {"completes": [], "arrivals": []}
    for survey in range(50):
        told = foretold(survey % len(DESIGNS))
        came = fielded(sandbox, DESIGNS[survey % len(DESIGNS)], 1000 + survey)
        seen = {"completes": came.completes, "arrivals": came.visits if came.visits < 6000 else None}
        for name, value in seen.items():
            if value is not None:
                law = getattr(told, name)
                above, at_least = law.at_least(value + 1), law.at_least(value)
                places[name].append(above + dice.random() * (at_least - above))
    assert len(places["arrivals"]) >= 30
    for found in places.values():
        assert stats.kstest(found, "uniform").pvalue > ALPHA


def test_fills_and_statuses_are_those_of_the_forecast() -> None:
    """Over the fifty, fills and visits by status lie within five standard errors of the forecast means."""
    sandbox = Sandbox()
    for place, design in enumerate(DESIGNS):
        told = foretold(place)
        came = [fielded(sandbox, design, 2000 + 10 * place + seed) for seed in range(10)]
        for quota_id, mean in told.fills.items():
            spread = told.draws[f"fill {quota_id}"].std() / np.sqrt(len(came))
            assert abs(np.mean([each.fills[str(quota_id)].achieved for each in came]) - mean) <= 5 * spread + 1e-9
        if told.ends["stalled"]:
            continue
        for status, mean in told.outcomes.items():
            seen = [each.outcomes.get(int(str(status)), 0) for each in came]
            assert abs(np.mean(seen) - mean) <= 5 * max(np.std(seen), 1) / np.sqrt(len(came))
