"""The laws of the waterfall of arrivals, and of designs beneath each other."""

import json

import pandas as pd
import pytest

from segkit import plots
from segkit.plots.forecasts import STEPS, VISITS, cut, number
from segkit.quotas.codes import child_codes
from segkit.quotas.design import QuotaDesign
from segkit.quotas.field.comparison import compare
from segkit.quotas.field.forecast import forecast
from segkit.quotas.field.gate import OUTCOMES
from segkit.quotas.field.households import Households

BOYS, GIRLS = child_codes("boy"), child_codes("girl")
CHILDREN = frozenset(child_codes())
DESIGN = QuotaDesign(100, CHILDREN).with_quota("boys", BOYS, 40).with_quota("girls", GIRLS, 60)
WIDER = DESIGN.with_quota("boys", BOYS, 52).with_quota("girls", GIRLS, 80)
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.mark.parametrize("ir", [None, 0.6])
def test_the_waterfall_goes_from_the_arrivals_to_the_completes(ir: float | None) -> None:
    """Steps come in the vendor's order, each begins where the one before ended, and the last is what the forecast completes."""
    told = forecast(DESIGN, seed=2, ir=ir)
    figure = plots.arrivals_waterfall(told)
    frame = figure.frame
    assert frame is not None
    assert frame.dtypes.astype(str).to_dict() == {name: str(dtype) for name, dtype in VISITS.items()}
    assert frame["status"].dropna().tolist() == [step for step in STEPS if step != 18 or ir]
    assert frame["meaning"].tolist()[1:] == [OUTCOMES[status] for status in frame["status"].dropna()]
    assert frame["visits"].iloc[0] == pytest.approx(told.arrivals.mean)
    losses = frame.iloc[1:-1]
    before = frame["left"].shift().iloc[1:-1]
    assert (before - losses["visits"]).to_numpy() == pytest.approx(losses["left"].to_numpy())
    assert losses["left"].iloc[-1] == pytest.approx(told.completes.mean)
    assert frame["visits"].iloc[-1] == pytest.approx(told.completes.mean)
    assert frame["share"].iloc[1:].sum() == pytest.approx(1)
    for row in frame.iloc[1:].itertuples():
        assert row.visits == pytest.approx(told.outcomes[row.status])  # type: ignore[index]
    assert tuple(frame[["visits_low", "visits_high"]].iloc[-1]) == told.completes.interval()


def test_bars_hang_where_the_frame_says() -> None:
    """A loss hangs from what was left before it to what is left after; arrivals and completes stand on 0; losses are hatched."""
    figure = plots.arrivals_waterfall(forecast(DESIGN, seed=2))
    bars, frame = figure.data[0], figure.frame
    assert frame is not None
    ends = [base + length for base, length in zip(bars.base, bars.x, strict=True)]
    for place in range(1, len(frame) - 1):
        assert ends[place] == pytest.approx(frame["left"].iloc[place - 1])
        assert bars.base[place] == pytest.approx(frame["left"].iloc[place])
    assert (bars.base[0], bars.base[-1]) == (0, 0)
    assert list(bars.marker.pattern.shape) == ["", *"/" * (len(frame) - 2), ""]


def test_the_waterfall_is_told_in_words() -> None:
    """Every status has its words, mean, share and interval in the alt text; the subtitle says synthetic."""
    told = forecast(DESIGN, seed=2)
    figure = plots.arrivals_waterfall(told)
    for part in (
        "13 termination: outside the survey's qualification: ",
        "12 quota full: ",
        "24 quota not open: 0;",
        "21 complete: ",
    ):
        assert part in figure.alt_text
    low, high = told.completes.interval()
    share = told.completes.mean / told.arrivals.mean
    assert f"21 complete: {told.completes.mean:.0f} ({share:.1%}, {low:.0f}-{high:.0f})" in figure.alt_text
    assert "synthetic" in figure.layout.title.text


def test_a_field_that_nobody_enters_has_a_waterfall() -> None:
    """Without arrivals every share is 0 and nothing is divided by it."""
    over = forecast(QuotaDesign(5).with_quota("a", BOYS, 0), policy="any", replicates=20)
    frame = plots.arrivals_waterfall(over).frame
    assert frame is not None
    assert frame["visits"].eq(0).all()
    assert frame["share"].iloc[1:].eq(0).all()


def test_designs_stand_beneath_each_other() -> None:
    """Each design has its mean, 95 % and goal where its frame says, and its numbers in words beside it."""
    told = compare({"narrow": DESIGN, "wide": WIDER}, replicates=500)
    figure = plots.compare_designs(told)
    goals, dots = figure.data
    frame = told.to_frame()
    assert figure.frame is not None
    assert figure.frame.equals(frame)
    assert list(dots.x) == frame["completes"].tolist()
    assert [x - less for x, less in zip(dots.x, dots.error_x.arrayminus, strict=True)] == frame["completes_low"].tolist()
    assert [x + more for x, more in zip(dots.x, dots.error_x.array, strict=True)] == frame["completes_high"].tolist()
    assert [x for x in goals.x if x] == [100] * 4
    assert list(figure.layout.yaxis.ticktext) == ["narrow", "wide"]
    beside = [note.text for note in figure.layout.annotations]
    assert beside[2] == "goal 100"
    for place, name in enumerate(("narrow", "wide")):
        low, high = told.forecasts[name].completes.interval()
        probability = told.forecasts[name].goal_probability
        assert beside[place] == f"{frame['completes'][place]:.1f} ({low:.0f}-{high:.0f}), P(100) {probability:.1%}"
        assert f"{name}: {beside[place]}" in figure.alt_text
    low, high = figure.layout.xaxis.range
    assert low < frame["completes_low"].min()
    assert high > 100
    assert told.common_in_words in figure.alt_text
    assert "synthetic" in figure.layout.title.text


def test_goals_that_differ_are_told_by_row() -> None:
    """Designs of several goals have each its own line; one without a goal has neither a line nor a probability."""
    told = compare({"a": DESIGN, "b": WIDER.replace(completes=80), "c": DESIGN.replace(completes=None)}, replicates=100)
    figure = plots.compare_designs(told)
    assert [x for x in figure.data[0].x if x] == [100, 100, 80, 80]
    beside = [note.text for note in figure.layout.annotations]
    assert len(beside) == 3
    assert ["P(" in text for text in beside] == [True, True, False]
    without = plots.compare_designs(compare([DESIGN.replace(completes=None)], replicates=100))
    assert "goal" not in without.layout.title.text
    assert len(without.data[0].x) == 0


def test_a_law_with_a_source_is_no_longer_synthetic() -> None:
    """Under a documented law of families the figures say derived."""
    law = Households([0.5, 0.3, 0.2], source="census, table 3", provenance="documented")
    told = forecast(DESIGN, law, replicates=50)
    drawn = [plots.fill_by_phase(told), plots.arrivals_waterfall(told)]
    drawn.append(plots.compare_designs(compare([DESIGN], law, replicates=50)))
    for figure in drawn:
        assert "derived" in figure.layout.title.text
        assert "synthetic" not in figure.layout.title.text + figure.alt_text


def test_hostile_names_are_escaped_in_the_figures() -> None:
    """Titles and names of designs like markup are text wherever they stand; long names are cut beside the chart."""
    compared = compare({HOSTILE: DESIGN, "long " * 30: DESIGN}, replicates=20)
    for figure in (
        plots.arrivals_waterfall(forecast(DESIGN, replicates=20), title=HOSTILE),
        plots.compare_designs(compared, title=HOSTILE),
    ):
        drawn = figure.to_plotly_json()
        del drawn["layout"]["meta"]
        assert "<img" not in json.dumps(drawn, default=lambda values: pd.Series(values).tolist())
        assert "<img" not in figure._repr_html_()
    assert len(plots.compare_designs(compared).layout.yaxis.ticktext[1]) == 40


def test_names_and_means_are_written_short() -> None:
    """A name is cut on one line; a mean is whole, with its tenth below ten."""
    assert (cut("a\nb"), cut("abcdef", 4)) == ("a b", "abc…")
    assert [number(value) for value in (0.0, 0.26, 2.0, 9.96, 10.4, 796.8)] == ["0", "0.3", "2", "10", "10", "797"]


def test_a_template_is_taken() -> None:
    """A named template gives the figures their look."""
    told = forecast(DESIGN, replicates=20)
    assert plots.arrivals_waterfall(told, template="plotly_dark").layout.template.layout.font.color
    assert plots.compare_designs(compare([DESIGN], replicates=20), template="plotly_dark").layout.template.layout.font.color
