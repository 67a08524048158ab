"""The laws of a forecast: what it says of a design, with what it stands on."""

import json
import subprocess
import sys
from functools import cache
from typing import Any

import numpy as np
import pytest
import surveys
from made_fields import made, scenario_5
from test_frames_markup import ATTRIBUTES, HOSTILE, TAGS, Seen

from segkit import frames
from segkit.errors import InvalidInput
from segkit.quotas.codes import NO_CHILDREN, child_codes
from segkit.quotas.design import QuotaDesign
from segkit.quotas.field.forecast import Forecast, forecast, of_field
from segkit.quotas.field.gate import OUTCOMES
from segkit.quotas.field.households import Households
from segkit.quotas.field.interviews import Interviews
from segkit.quotas.survey import read_surveys

CHILDREN = (0.60, 0.168, 0.152, 0.056, 0.024)
YEARS = Households(CHILDREN, ages=dict.fromkeys(range(1, 18), 1 / 17), source="the worked example")
BOYS, GIRLS = child_codes(gender="boy", ages=(1, 17)), child_codes(gender="girl", ages=(1, 17))
SOLD = QuotaDesign(1000, {*BOYS, *GIRLS}).with_quota("boys", BOYS, 400).with_quota("girls", GIRLS, 600)


@cache
def told() -> Forecast:
    """Return the forecast of scenario 5."""
    return forecast(SOLD, YEARS, replicates=20_000, seed=1)


def test_scenario_5_brings_about_797() -> None:
    """The printed document, read from the text of the seven scenarios, under the law of the worked example."""
    document = read_surveys(surveys.SCENARIOS)[4]
    assert forecast(document, YEARS).in_words.startswith("about 797 (95 %")  # the printed document states no goal
    found = forecast(document.design.replace(completes=1000), YEARS, replicates=20_000, seed=1)
    assert found.completes.mean == pytest.approx(797.1569, abs=5 * 9.999 / 20_000**0.5)
    assert found.completes.sd == pytest.approx(9.999, rel=0.03)
    assert found.completes.at_least(800) == pytest.approx(0.40729, abs=0.018)
    assert found.goal_probability == 0
    assert found.in_words.startswith("about 797 of 1000 (95 %: 778-81")
    assert list(found.fills) == [400, 600]
    assert found.starving == ()


def test_its_parts_agree() -> None:
    """Laws, draws, fills, outcomes and paths tell the same field."""
    found = told()
    draws, frame = found.draws, found.to_frame()
    assert draws["completes"].mean() == found.completes.mean
    assert draws["arrivals"].mean() == found.arrivals.mean == pytest.approx(found.outcomes.sum())
    assert list(found.outcomes.index) == list(OUTCOMES)
    assert draws["fill girls"].mean() == found.fills["girls"] == frame.set_index("quota_id").loc["girls", "fill"]
    last = found.paths.query("phase == phase.max()").set_index("quota_id")
    assert last["fill"].to_dict() == pytest.approx(found.fills.to_dict())
    assert last["completes"].unique() == pytest.approx([found.completes.mean])
    assert found.ends.to_dict() == {"goal": 0, "closed": 1, "stalled": 0}
    assert found.closes.loc["boys", "first_share"] > 0.99
    assert found.closes.loc["girls", "last_share"] > 0.99
    assert found.days is None
    assert found.over_delivery.values.max() == 0


def test_frames_keep_their_columns() -> None:
    """Also with no quotas and one replicate; each says its seed, policy and assumptions."""
    bare = forecast(QuotaDesign(5), replicates=1)
    for found in (told(), bare):
        for frame, table in ((found.to_frame(), frames.FORECAST), (found.paths, frames.FORECAST_PATHS)):
            assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == {name: str(each) for name, each in table.items()}
            assert frame.attrs["segkit"]["policy"] == "per_qualification_set"
        draws = found.draws[list(frames.FORECAST_DRAWS)]
        assert [str(dtype) for dtype in draws.dtypes] == [str(dtype) for dtype in frames.FORECAST_DRAWS.values()]
    assert bare.to_frame().empty
    assert bare.in_words == "about 5 of 5 (95 %: 5-5)"


def test_contained_quotas_starve() -> None:
    """400 parents hold 300 parents of boys 4-6: they fill with others first, and the 300 are cut off; none is reached by 167."""
    design = (
        QuotaDesign(1000)
        .with_quota("parents", child_codes(), 400)
        .with_quota("boys 4-6", child_codes(gender="boy", ages=(4, 6)), 300)
        .with_quota("none", {NO_CHILDREN}, 600)
    )
    found = forecast(design, seed=3)
    assert found.starving == ("boys 4-6",)
    assert found.goal_probability == 1
    unreachable = forecast(
        QuotaDesign(10, child_codes()).with_quota("none", {NO_CHILDREN}, 6).with_quota("kids", child_codes(), 4)
    )
    assert unreachable.starving == ("none",)
    assert unreachable.ends["stalled"] == 1


def test_a_quota_that_is_slower_than_the_goal_does_not_starve() -> None:
    """At 509 and 764 places the goal comes first: the girls' quota is short by a few, and open to the end."""
    found = of_field(scenario_5(509, 764), seed=2)
    assert found.fills["q1"] < 764
    assert found.starving == ()


def test_policies_change_who_needs_a_quota() -> None:
    """Families that match no quota are turned away with 35, unless the policy lets them in; the policy is printed."""
    design = QuotaDesign(200).with_quota("boys", BOYS, 60)
    strict, free = forecast(design, seed=4), forecast(design, seed=4, policy="none")
    assert strict.outcomes[35] > 0
    assert free.outcomes[35] == 0
    assert (strict.completes.mean, free.completes.mean) == (60, 200)
    assert "policy none" in free._repr_html_()
    assert ", none," not in repr(strict)


def test_a_restart_forecasts_what_is_still_to_come() -> None:
    """After 500 completes, 340 boys' and 330 girls': the rest; places that are not open turn away with 24."""
    state = {"boys": {"achieved": 340, "currently_open": 30}, "girls": {"achieved": 330}}
    found = forecast(SOLD, YEARS, state=state, achieved=500, seed=5)
    assert found.field.goal == 500
    assert found.fills.to_dict() == {"boys": 30, "girls": 270}
    assert found.outcomes[24] > 0
    assert any("restart" in line for line in found.assumptions)


def test_time_and_over_delivery_need_a_rate() -> None:
    """Days are those in which the arrivals come; without a rate neither is there, and the forecast says so."""
    timed = forecast(SOLD, YEARS, replicates=500, arrivals_per_day=1440, interview_minutes=15, ir=(0.8, 100))
    assert timed.days is not None
    assert timed.days.mean == pytest.approx(timed.arrivals.mean / 1440, rel=0.01)
    assert timed.draws["days"].mean() == pytest.approx(timed.days.mean)
    assert timed.over_delivery.mean > 0
    assert (timed.fills >= [400, 600]).all()
    assert timed.outcomes[18] > 0
    words = " ".join(told().assumptions)
    assert "no time axis" in words
    assert "over-delivery not modelled" in words


def test_it_says_what_it_stands_on() -> None:
    """Law of families, policy, counting, seed, replicates, method, exact or not, in the HTML; what is synthetic is labelled."""
    page = told()._repr_html_()
    for part in (
        YEARS.in_words,
        "per_qualification_set",
        "seed 1",
        "20000 replicates",
        "counts in every quota",
        "in leaps",
        "2 quotas, exact",
    ):
        assert part in page
    assert "<strong>synthetic: </strong>" in page
    assert told().provenance == "synthetic"
    known = Households(CHILDREN, source="a census", provenance="documented")
    assert forecast(SOLD, known, replicates=10).provenance == "derived"
    assert "synthetic" not in repr(forecast(SOLD, known, replicates=10))
    assert repr(told()).count("\n") == 0


def test_no_hostile_text_becomes_an_element() -> None:
    """Ids of quotas are escaped, and the HTML is made of what JupyterLab keeps; tables have a caption and scoped heads."""
    page = forecast(QuotaDesign(10).with_quota(HOSTILE, BOYS, 5), replicates=10)._repr_html_()
    seen = Seen(page)
    assert set(seen.tags) <= TAGS
    assert seen.attributes <= ATTRIBUTES
    assert not seen.others
    assert page.count('scope="col"') + page.count('scope="row"') == seen.tags.count("th")


def test_a_seed_says_all() -> None:
    """The same seed gives the same draws; a Generator is used as it is, and the forecast says that there is no seed."""
    one, two = forecast(SOLD, replicates=50, seed=8), forecast(SOLD, replicates=50, seed=8)
    assert one.draws.equals(two.draws)
    handed = forecast(SOLD, replicates=50, seed=np.random.default_rng(8))
    assert handed.draws.equals(one.draws)
    assert "a generator" in handed.assumptions[-1]


def test_other_criteria_need_their_shares() -> None:
    """A criterion that is not about children is refused without a share, and halves who matches with one of a half."""
    gender = {"qualification_code": 211, "condition_codes": ["111"]}
    design = QuotaDesign(50).with_quota("men", None, 50, criteria=[gender])
    with pytest.raises(InvalidInput, match="criterion-not-modelled"):
        forecast(design)
    found = forecast(design, match={211: 0.5})
    assert found.arrivals.mean == pytest.approx(100, abs=1.5)


@pytest.mark.parametrize("wrong", [{"policy": "all"}, {"replicates": -1}, {"seed": -1}, {"ir": 2}, {"method": "guess"}])
def test_what_cannot_be_is_refused(wrong: Any) -> None:
    """With the name of the argument."""
    with pytest.raises(InvalidInput, match=next(iter(wrong))):
        forecast(SOLD, **wrong)


def test_a_field_without_a_goal() -> None:
    """Quotas alone end it; there is no probability of a goal. Where they cannot, it is refused."""
    found = of_field(scenario_5(goal=None), seed=3, interviews=Interviews())
    assert found.goal_probability is None
    assert found.in_words.startswith("about 797 (95 %")
    assert "no goal" in found._repr_html_()
    with pytest.raises(InvalidInput, match="never end"):
        of_field(made({(1,): 0.5, (0,): 0.5}, [5], None, policy="none"))


def test_a_forecast_loads_no_scipy() -> None:
    """Nor charts or widgets: a fresh process that forecasts has not imported them."""
    code = (
        "import sys, json, segkit; segkit.forecast(segkit.QuotaDesign(5), replicates=5);"
        "print(json.dumps([n for n in ('scipy', 'plotly', 'ipywidgets') if n in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert json.loads(done.stdout) == []


@pytest.mark.parametrize(("ir", "is_told"), [(None, True), (0.6, False)])
def test_an_incidence_of_the_survey_that_is_not_used_is_told(ir: float | None, is_told: bool) -> None:  # noqa: FBT001 - a case
    """What the survey expects is no forecast's input: it is said, with what to give."""
    told = forecast(QuotaDesign(5, expected_ir=60), replicates=5, ir=ir).assumptions
    assert any("give ir=0.6" in line for line in told) is is_told
