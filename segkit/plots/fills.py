"""How the quotas of a forecast fill and close, a panel a quota."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import plotly.graph_objects as go

from segkit import frames, markup
from segkit.errors import InvalidInput
from segkit.plots.figure import BAR, INK, Figure, check_kind
from segkit.plots.forecasts import FORECAST, GRID, TOP, cut, number, titled
from segkit.quotas.field.forecast import Forecast
from segkit.quotas.field.forecast_frames import band

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

PANELS, A_ROW, CUT = 24, 3, 24  # panels, panels a row, letters of a name; the frame has all
ROW, NAMED, BELOW = 250, 72, 40  # pixels of a row, of those the ones for names and for what is below the panel
GAP = 0.06  # a share of the width, between columns
BANDS = (("", "rgba(76,120,168,.28)", "95 %"), ("_80", "rgba(76,120,168,.5)", "80 %"))
INNER = (0.1, 0.9)

PATHS: Mapping[str, Any] = {
    **{name: dtype for name, dtype in frames.FORECAST_PATHS.items() if name != "provenance"},
    "fill_low_80": "float64",
    "fill_high_80": "float64",
    "places": "int64",
    "closing_arrivals": "Float64",
    "provenance": frames.PROVENANCE,
}
"""`fill_by_phase`: `segkit.frames.FORECAST_PATHS`, the narrower band, and the mean arrivals at which a quota closes, or NA."""


class _Filling(NamedTuple):
    """A quota: what it is filled by in the end, and when it closes.

    Attributes
    ----------
    share
        Of the replicates in which it closes, or is closed from the start.
    arrivals
        At its closing, where it closes: mean, and 95 % of the replicates.
    """

    name: str
    places: int
    fill: float
    low: float
    high: float
    starving: float | None
    share: float
    arrivals: tuple[float, float, float] | None

    @property
    def filled(self) -> str:
        wide = "" if self.low == self.high else f" ({self.low:.0f}-{self.high:.0f})"
        return f"{number(self.fill)} of {self.places}{wide}"

    @property
    def fate(self) -> str:
        if self.starving is not None:
            return f"starves in {self.starving:.1%}"
        if self.arrivals is None:
            return "closed from the start" if self.share else "stays open"
        often = "" if self.share == 1 else f", in {self.share:.1%}"
        return "closes at {:.0f} arrivals ({:.0f}-{:.0f})".format(*self.arrivals) + often


def fill_by_phase(forecast: Forecast, *, title: str | None = None, template: str | None = None) -> Figure:
    """Draw how each quota fills from closing to closing, a panel a quota: the mean, and 80 % and 95 % of the replicates.

    A dot is the end of a phase: there some quota closes, or the field ends. The diamond is where the quota itself closes, and the
    line through it 95 % of that.

    Parameters
    ----------
    template
        The name of a plotly template, such as ``plotly_dark``; the default reads on light and dark grounds.

    Returns
    -------
    A plotly figure, not shown. `frame` has one row a phase and quota (`PATHS`); `alt_text` says it in words.

    Raises
    ------
    InvalidInput
        When it is no forecast, or one of a design without quotas.
    """
    check_kind(forecast, Forecast, FORECAST)
    quotas = list(_fillings(forecast))
    if not quotas:
        raise InvalidInput("the design has no quotas, so none fills: forecast one that has")
    frame = _frame(forecast, quotas)
    heading = title or "How the quotas fill"
    subtitle = f"{forecast.in_words} completes; {len(forecast.drawn.paths)} replicates; {forecast.provenance}"
    more = f"; {len(quotas) - PANELS} more quotas are in the frame" if len(quotas) > PANELS else ""
    shown = quotas[:PANELS]
    words = " ".join(f"{quota.name}: {quota.filled}, {quota.fate}." for quota in quotas)
    return Figure.of(
        [trace for place, quota in enumerate(shown) for trace in _panel(quota, frame.iloc[place :: len(quotas)], place)],
        frame=frame,
        alt_text=f"Line charts, one a quota: share of its places filled, by arrivals. {heading}: {subtitle}. {words}",
        template=template,
        title={"text": titled(heading, subtitle + more), **TOP},
        annotations=[_name(quota, place) for place, quota in enumerate(shown)],
        **_layout(len(shown), float((frame["fill_high"] / frame["places"].clip(lower=1)).max())),
    )


def _fillings(forecast: Forecast) -> Iterator[_Filling]:
    drawn = forecast.drawn
    row: Any
    for place, row in enumerate(forecast.to_frame().itertuples()):
        phase = drawn.closed_in[:, place].astype(int)
        kept = phase[: len(drawn.paths)]
        at = drawn.paths[np.flatnonzero(kept > 0), kept[kept > 0] - 1, 1]
        low, high = band(at)
        arrivals = (float(at.mean()), float(low), float(high)) if len(at) else None
        starving = float(row.cut_off_share) if row.starving else None
        end = (row.places, row.fill, row.fill_low, row.fill_high, starving)
        yield _Filling(row.quota_id, *end, float((phase != 0).mean()), arrivals)


def _frame(forecast: Forecast, quotas: Sequence[_Filling]) -> pd.DataFrame:
    paths = forecast.paths
    n_phases = len(paths) // len(quotas)
    fills = forecast.drawn.paths[:, : n_phases - 1, 2:]
    start = np.zeros((1, len(quotas)))
    low, high = (np.vstack([start, np.quantile(fills, share, axis=0, method="inverted_cdf")]).ravel() for share in INNER)
    columns: dict[str, Any] = {name: paths[name] for name in frames.FORECAST_PATHS}
    columns |= {"fill_low_80": low, "fill_high_80": high, "places": [quota.places for quota in quotas] * n_phases}
    closings = [quota.arrivals[0] if quota.arrivals else None for quota in quotas]
    frame = frames.build(PATHS, {**columns, "closing_arrivals": closings * n_phases})
    frame.attrs.update(paths.attrs)
    return frame


def _panel(quota: _Filling, rows: pd.DataFrame, place: int) -> Iterator[go.Scatter]:
    """Draw the bands, the mean and the closing of a quota; the first panel names them in the legend."""
    axis = str(place + 1) if place else ""
    on: dict[str, Any] = {"xaxis": f"x{axis}", "yaxis": f"y{axis}", "showlegend": place == 0}
    x = rows["arrivals"].tolist()
    share = {name: (rows[name] / max(quota.places, 1)).tolist() for name in rows.columns if name.startswith("fill")}
    for which, colour, name in BANDS:
        around = [*share[f"fill_low{which}"], *reversed(share[f"fill_high{which}"])]
        look = {"fill": "toself", "fillcolor": colour, "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
        yield go.Scatter(x=[*x, *reversed(x)], y=around, name=f"{name} of replicates", **look, **on)
    yield go.Scatter(
        x=x,
        y=share["fill"],
        mode="lines+markers",
        line={"color": BAR, "width": 2},
        marker={"size": 6},
        name="mean, a dot where a phase ends",
        customdata=[_phase_in_words(row) for row in rows.itertuples()],
        hovertemplate="%{customdata}<extra></extra>",
        **on,
    )
    yield _diamond(quota, on)


def _diamond(quota: _Filling, on: Mapping[str, Any]) -> go.Scatter:
    mean, low, high = quota.arrivals or (0.0, 0.0, 0.0)
    around = {"array": [high - mean], "arrayminus": [mean - low], "visible": quota.arrivals is not None}
    return go.Scatter(
        x=[mean if quota.arrivals else None],
        y=[1],
        mode="markers",
        error_x={"type": "data", "symmetric": False, **around, "color": INK, "thickness": 2, "width": 5},
        marker={"symbol": "diamond", "size": 11, "color": BAR, "line": {"color": "#ffffff", "width": 1.5}},
        name="the quota closes",
        hovertemplate=f"{quota.fate}<extra></extra>",
        **on,
    )


def _phase_in_words(row: Any) -> str:  # noqa: ANN401 - a row of the frame
    when = "at the start" if row.phase == 0 else f"end of phase {row.phase}, after {row.arrivals:.0f} arrivals"
    return f"{when}: {row.fill:.1f} of {row.places} ({row.fill_low:.0f}-{row.fill_high:.0f})"


def _name(quota: _Filling, place: int) -> dict[str, Any]:
    """Write a quota's id, its fill and its closing over its panel."""
    axis = str(place + 1) if place else ""
    at = {"xref": f"x{axis} domain", "yref": f"y{axis} domain", "x": 0, "y": 1, "xanchor": "left", "yanchor": "bottom"}
    told = f"<b>{markup.text(cut(quota.name, CUT))}</b><br>{quota.filled}<br><span style='font-size:11px'>{quota.fate}</span>"
    return {**at, "text": told, "align": "left", "showarrow": False}


def _layout(n_panels: int, highest: float) -> dict[str, Any]:
    """Lay the panels out in rows; the lowest of each column bears the arrivals."""
    columns = min(A_ROW, n_panels)
    n_rows = -(-n_panels // columns)
    width = (1 - GAP * (columns - 1)) / columns
    height = ROW * n_rows
    axes: dict[str, Any] = {}
    for place in range(n_panels):
        axis, (row, column) = str(place + 1) if place else "", divmod(place, columns)
        is_lowest = place + columns >= n_panels
        left, top = column * (width + GAP), 1 - row / n_rows
        axes[f"xaxis{axis}"] = {
            "domain": [left, min(left + width, 1)],
            "anchor": f"y{axis}",
            "matches": "x" if place else None,
            "rangemode": "tozero",
            "tickformat": "d",
            "showticklabels": is_lowest,
            "title": {"text": "arrivals" if is_lowest else "", "font": {"size": 13}},
            **GRID,
        }
        axes[f"yaxis{axis}"] = {
            "domain": [max(top - (ROW - BELOW) / height, 0), top - NAMED / height],
            "anchor": f"x{axis}",
            "range": [0, 1.1 * max(highest, 1.0)],
            "tickformat": ".0%",
            "showticklabels": column == 0,
            **GRID,
        }
    legend = {"orientation": "h", "x": 0, "yref": "container", "y": 0, "yanchor": "bottom", "traceorder": "normal"}
    legend |= {"itemclick": False, "itemdoubleclick": False}
    return {**axes, "legend": legend, "height": 140 + height, "margin": {"l": 50, "r": 20, "t": 80, "b": 60}}
