"""The laws of the panels in which quotas fill."""

import json
import re

import numpy as np
import pytest

from segkit import plots
from segkit.errors import InvalidInput
from segkit.plots.fills import PANELS, PATHS
from segkit.quotas.codes import NO_CHILDREN, child_codes
from segkit.quotas.design import QuotaDesign
from segkit.quotas.field.forecast import Forecast, forecast

BOYS, GIRLS = child_codes("boy"), child_codes("girl")
CHILDREN = frozenset(child_codes())
DESIGN = QuotaDesign(100, CHILDREN).with_quota("boys", BOYS, 40).with_quota("girls", GIRLS, 60)
EVEN = DESIGN.with_quota("boys", BOYS, 45).with_quota("girls", GIRLS, 45)


def _shown(told: Forecast, quota: int) -> tuple[object, ...]:
    """Return the 95 % band, the 80 % band, the mean and the diamond of a quota."""
    return tuple(plots.fill_by_phase(told).data[4 * quota : 4 * quota + 4])


@pytest.mark.parametrize("design", [DESIGN, EVEN])
def test_the_frame_is_that_of_the_paths_with_a_band_more(design: QuotaDesign) -> None:
    """Every phase and quota has its mean and 95 % as the forecast's paths say, and the 80 % of the draws lie within them."""
    told = forecast(design, seed=3)
    figure = plots.fill_by_phase(told)
    frame, paths = figure.frame, told.paths
    assert frame is not None
    assert frame.dtypes.astype(str).to_dict() == {name: str(dtype) for name, dtype in PATHS.items()}
    assert frame[list(paths.columns)].equals(paths)
    assert (frame["fill_low"] <= frame["fill_low_80"]).all()
    assert (frame["fill_low_80"] <= frame["fill_high_80"]).all()
    assert (frame["fill_high_80"] <= frame["fill_high"]).all()
    end = frame[frame["phase"] == frame["phase"].max()]
    fills = told.drawn.fills
    assert end["fill_low_80"].tolist() == np.quantile(fills, 0.1, axis=0, method="inverted_cdf").tolist()
    assert end["fill_high_80"].tolist() == np.quantile(fills, 0.9, axis=0, method="inverted_cdf").tolist()
    assert frame.attrs["segkit"]["assumptions"] == list(told.assumptions)


def test_a_panel_shows_shares_of_the_places() -> None:
    """The mean runs through the phases' arrivals and shares of places; the bands go around it and back."""
    told = forecast(DESIGN, seed=3)
    rows = told.paths[told.paths["quota_id"] == "girls"]
    wide, narrow, mean, _ = _shown(told, 1)
    assert list(mean.x) == rows["arrivals"].tolist()  # type: ignore[attr-defined]
    assert list(mean.y) == pytest.approx((rows["fill"] / 60).tolist())  # type: ignore[attr-defined]
    for band in (wide, narrow):
        assert list(band.x) == [*rows["arrivals"], *rows["arrivals"][::-1]]  # type: ignore[attr-defined]
    assert list(wide.y)[: len(rows)] == pytest.approx((rows["fill_low"] / 60).tolist())  # type: ignore[attr-defined]


def test_a_diamond_stands_where_the_quota_closes() -> None:
    """Reckoned replicate by replicate, the arrivals at a quota's closing have the diamond's mean, and its line 95 % of them."""
    told = forecast(EVEN, seed=4)
    for place in (0, 1):
        at = [
            path[phase - 1, 1] for path, phase in zip(told.drawn.paths, told.drawn.closed_in[:, place], strict=True) if phase > 0
        ]
        diamond = _shown(told, place)[3]
        assert diamond.x[0] == pytest.approx(np.mean(at))  # type: ignore[attr-defined]
        low, high = np.quantile(at, [0.025, 0.975], method="inverted_cdf")
        error = diamond.error_x  # type: ignore[attr-defined]
        assert (diamond.x[0] - error.arrayminus[0], diamond.x[0] + error.array[0]) == pytest.approx((low, high))  # type: ignore[attr-defined]


def test_what_becomes_of_a_quota_is_said_over_its_panel() -> None:
    """A quota closes, closes in some replicates, stays open, starves, or was closed from the start: each is said by its panel."""
    design = QuotaDesign(60, CHILDREN).with_quota("boys", BOYS, 40).with_quota("girls", GIRLS, 60)
    design = design.with_quota("nobody", {NO_CHILDREN}, 5).with_quota("none of them", child_codes("boy", ages=(17, 17)), 0)
    figure = plots.fill_by_phase(forecast(design, seed=1))
    boys, girls, nobody, none = (note.text for note in figure.layout.annotations)
    assert re.search(r"<b>boys</b><br>[\d.]+ of 40 .*closes at \d+ arrivals \(\d+-\d+\), in [\d.]+%", boys)
    assert re.search(r"<b>girls</b>.*stays open", girls)
    assert re.search(r"<b>nobody</b><br>0 of 5<.*starves in 100.0%", nobody)
    assert re.search(r"<b>none of them</b><br>0 of 0<.*closed from the start", none)
    assert figure.data[4 * 3 + 3].x == (None,)
    closes_always = plots.fill_by_phase(forecast(DESIGN.replace(completes=1000), seed=1)).layout.annotations[0].text
    assert re.search(r"40 of 40<.*closes at \d+ arrivals \(\d+-\d+\)</span>$", closes_always)


def test_the_words_say_everything_that_the_panels_show() -> None:
    """The alt text has the completes, the word synthetic, and each quota's fill and closing; so has the title."""
    told = forecast(DESIGN, seed=3)
    figure = plots.fill_by_phase(told, title="Autumn wave")
    assert "synthetic" in figure.layout.title.text
    for part in ("Autumn wave", told.in_words, "synthetic", "boys: 40 of 40, closes at ", "girls: 60 of 60, closes at "):
        assert part in figure.alt_text
    assert "Autumn wave" in figure.layout.title.text


def test_many_quotas_keep_the_panels_readable() -> None:
    """Panels end at a number that is said, long ids are cut, only the lowest of a column name the arrivals; the frame has all."""
    design = QuotaDesign(50, CHILDREN)
    for number in range(PANELS + 2):
        design = design.with_quota(f"{number} {'long ' * 20}", child_codes(ages=(number % 17, number % 17)), 5)
    figure = plots.fill_by_phase(forecast(design, replicates=50))
    assert len(figure.layout.annotations) == PANELS
    assert "2 more quotas are in the frame" in figure.layout.title.text
    assert all(len(note.text.partition("</b>")[0]) < 40 for note in figure.layout.annotations)
    axes = [axis for name, axis in figure.layout.to_plotly_json().items() if name.startswith("xaxis")]
    assert sum(axis["title"]["text"] == "arrivals" for axis in axes) == 3
    assert figure.frame is not None
    assert figure.frame["quota_id"].nunique() == PANELS + 2


def test_panels_do_not_lie_on_each_other() -> None:
    """Whatever their number, the domains of the panels are within the plot and apart, and names have room above each."""
    design = QuotaDesign(20, CHILDREN)
    for number in range(8):
        design = design.with_quota(str(number), child_codes(ages=(number, number)), 5)
        layout = plots.fill_by_phase(forecast(design, replicates=20)).layout.to_plotly_json()
        boxes = []
        for name, axis in layout.items():
            if name.startswith("xaxis"):
                x, y = axis["domain"], layout[f"y{name[1:]}"]["domain"]
                assert 0 <= x[0] < x[1] <= 1
                assert 0 <= y[0] < y[1] < 1
                boxes.append((x, y))
        assert len(boxes) == number + 1
        for place, (x, y) in enumerate(boxes):
            assert all(x[1] < a[0] or a[1] < x[0] or y[1] < b[0] or b[1] < y[0] for a, b in boxes[place + 1 :])


def test_hostile_ids_are_escaped_in_the_figure() -> None:
    """An id and a title like markup are text wherever they stand."""
    hostile = "<img src=x onerror=alert(1)>"
    figure = plots.fill_by_phase(forecast(QuotaDesign(5).with_quota(hostile, BOYS, 5), replicates=20), title=hostile)
    drawn = figure.to_plotly_json()
    del drawn["layout"]["meta"]
    assert "<img" not in json.dumps(drawn, default=str)
    assert "<img" not in figure._repr_html_()


def test_a_forecast_without_quotas_has_nothing_to_fill() -> None:
    """Without quotas there is no panel: an error says so. A field that is over before it begins is drawn all the same."""
    with pytest.raises(InvalidInput, match="no quotas"):
        plots.fill_by_phase(forecast(QuotaDesign(5), replicates=20))
    over = forecast(QuotaDesign(5).with_quota("a", BOYS, 0), policy="any", replicates=20)
    assert "closed from the start" in plots.fill_by_phase(over).alt_text


def test_a_template_is_taken() -> None:
    """A named template gives the figure its look."""
    assert plots.fill_by_phase(forecast(DESIGN, replicates=20), template="plotly_dark").layout.template.layout.font.color
