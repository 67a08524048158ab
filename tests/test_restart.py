"""Repairs and comparisons in mid-field: what came so far is kept, what is left follows the counts of each design."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
import surveys

import segkit as sk
from segkit.errors import InvalidInput
from segkit.quotas.codes import child_codes
from segkit.quotas.field.households import Households
from segkit.quotas.field.restart import CARRIED, Restart
from segkit.quotas.field.standing import Standing

if TYPE_CHECKING:
    from segkit.quotas.design import QuotaDesign

FAMILIES = Households(children=[0.60, 0.168, 0.152, 0.056, 0.024], ages=dict.fromkeys(range(1, 18), 1 / 17))
FIVE = sk.read_surveys(surveys.SCENARIOS)[4].design.replace(completes=1000)
BOYS, GIRLS = (quota.id for quota in FIVE.quotas)
SO_FAR = {BOYS: {"achieved": 390}, GIRLS: {"achieved": 300}}
"""The boys' quota is nearly full, with 600 completes in all: families with both are in both."""


def raised(boys: int, girls: int) -> QuotaDesign:
    """Return scenario 5 with other counts."""
    return FIVE.replace(quotas=tuple(replace(q, count=n) for q, n in zip(FIVE.quotas, (boys, girls), strict=True)))


def told_of(design: QuotaDesign, state: dict[str, Any]) -> dict[str, Any]:
    """Return what a state tells of the quotas of a design."""
    return {quota.id: state[quota.id] for quota in design.quotas if quota.id in state}


def test_a_repair_in_mid_field_holds_in_mid_field() -> None:
    """What is proposed reaches the goal when it is forecast from the same state, and counts those so far as delivered."""
    found = sk.repair(FIVE, FAMILIES, state=SO_FAR, achieved=600)
    assert found.needed
    assert found.original.field.goal == 400
    assert found.best is not None
    for each in found:
        again = sk.forecast(
            each.design, FAMILIES, state=told_of(each.design, SO_FAR), achieved=600, replicates=20_000, seed=9
        ).goal_probability
        assert again == pytest.approx(each.probability, abs=4 * each.probability_error + 4 * (0.09 / 20_000) ** 0.5)
        assert (each.composition["expected"] >= [390, 300]).all()
        assert each.composition["wanted"].tolist() == [400, 600]
        assert "400 more completes with probability" in each.in_words
        assert CARRIED in each.forecast.assumptions
        assert any(line.startswith("restart: completes so far 600") for line in each.forecast.assumptions)


def test_a_full_quota_is_raised_by_its_count() -> None:
    """A quota without a place left is raised as well: 400 of 400 boys stand in the way of the girls that are missing."""
    full = {BOYS: {"achieved": 400, "remaining": 0, "currently_open": 0}, GIRLS: {"achieved": 300, "remaining": 300}}
    found = sk.repair(FIVE, FAMILIES, state=full, achieved=600)
    assert found.best is not None
    raised_boys = [each for each in found if each.reaches and f"{BOYS} 400 -> " in each.what]
    assert raised_boys
    for each in raised_boys:
        count = each.design.quotas[0].count or 0
        assert 400 < count <= 800
        assert 400 < each.composition["expected"][0] <= count


def test_at_the_start_there_is_nothing_to_carry() -> None:
    """A state in which nothing came yet gives the proposals of a launch."""
    launch = sk.repair(FIVE, FAMILIES, replicates=500)
    start = sk.repair(FIVE, FAMILIES, replicates=500, state={BOYS: {"achieved": 0, "remaining": 400}}, achieved=0)
    assert start.to_frame().equals(launch.to_frame())
    assert [each.design for each in start] == [each.design for each in launch]


def test_a_survey_that_is_full_needs_no_repair() -> None:
    """With all completes so far there is nothing to mend."""
    assert not sk.repair(FIVE.replace(completes=600), FAMILIES, state=SO_FAR, achieved=600).needed


def test_a_higher_count_opens_no_place_that_the_vendor_holds_back() -> None:
    """Of a quota with fewer open places than remain the count is not raised, and the reasons say so."""
    held = {BOYS: {"achieved": 100, "currently_open": 0}, GIRLS: {"achieved": 100}}
    found = sk.repair(FIVE, FAMILIES, state=held, achieved=150)
    assert found.needed
    assert all(quota.count == 400 for each in found for quota in each.design.quotas if quota.id == BOYS)
    (said,) = [line for line in found.why if "opened fewer places" in line]
    assert BOYS in said
    assert GIRLS not in said


@pytest.mark.parametrize(
    "state",
    [
        {BOYS: {"achieved": 390, "remaining": 10, "currently_open": 10}, GIRLS: {"achieved": 300, "remaining": 300}},
        pd.DataFrame({"buyer_quota_id": [BOYS, GIRLS], "remaining": [10, 300]}),
    ],
    ids=["all three", "a frame"],
)
def test_designs_are_compared_from_where_the_survey_stands(state: Any) -> None:
    """Each design brings what its own forecast from there brings; what remains follows its own counts."""
    more = raised(450, 600).with_quota("babies", child_codes(ages=0), 50)
    told = sk.compare({"as it is": FIVE, "more": more}, FAMILIES, state=state, achieved=600).forecasts
    for name, design in (("as it is", FIVE), ("more", more)):
        alone = sk.forecast(design, FAMILIES, state=SO_FAR, achieved=600, seed=5)
        assert told[name].field.open_places.tolist() == alone.field.open_places.tolist()
        error = (told[name].completes.mean_error ** 2 + alone.completes.mean_error**2) ** 0.5
        assert told[name].completes.mean == pytest.approx(alone.completes.mean, abs=5 * error)
    assert told["more"].field.open_places.tolist() == [60, 300, 50]
    assert told["more"].completes.mean > told["as it is"].completes.mean


def test_a_state_is_of_the_quotas_that_there_are() -> None:
    """What no design has is refused, and what a design lacks is left out for it."""
    dropped = FIVE.without_quota(BOYS)
    told = sk.compare([FIVE, dropped], FAMILIES, state=SO_FAR, achieved=600, replicates=200).forecasts
    assert told["design 2"].field.open_places.tolist() == [300]
    for refused in (
        lambda: sk.compare([FIVE, dropped], FAMILIES, state={"men": {"achieved": 3}}, achieved=3),
        lambda: sk.repair(FIVE, FAMILIES, state={"men": {"achieved": 3}}, achieved=3),
    ):
        with pytest.raises(InvalidInput) as told_off:
            refused()
        assert [finding.code for finding in told_off.value.findings] == ["unknown-quota"]
    with pytest.raises(InvalidInput):
        sk.repair(FIVE, FAMILIES, achieved=600)
    with pytest.raises(InvalidInput):
        sk.compare([FIVE], FAMILIES, state=SO_FAR)


def test_a_state_speaks_of_the_first_design_that_has_a_quota() -> None:
    """Remaining is of the counts of the first; places that are not open stay so, whatever the counts of the others."""
    state = {BOYS: {"remaining": 100, "currently_open": 20}, "babies": {"remaining": 30}}
    restart = Restart.of([FIVE, raised(500, 600).with_quota("babies", child_codes(ages=0), 50)], state, 600)
    assert restart.quotas == {BOYS: Standing(300, 100, 20), "babies": Standing(20, 30, 30)}
    assert restart.standings(raised(500, 600)) == [Standing(300, 200, 20), Standing(0, 600, 600)]
    assert restart.standings(raised(200, 600))[0] == Standing(300, 0, 0)
    assert Restart.of([FIVE], None, None).standings(FIVE) == [Standing(0, 400, 400), Standing(0, 600, 600)]
