"""Forecasts as pictures: where arrivals go, and designs beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import plotly.graph_objects as go

from segkit import frames, markup
from segkit.plots.figure import BAR, INK, LOST, Figure, check_kind, hatching
from segkit.quotas.field.admission import COMPLETE, NO_MATCHED_QUOTA, QUOTA_FULL, TERMINATED, UNOPENED
from segkit.quotas.field.comparison import Comparison
from segkit.quotas.field.forecast import Forecast
from segkit.quotas.field.forecast_frames import band
from segkit.quotas.field.gate import NOT_COMPLETED, ORDER, OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FORECAST = "a Forecast, as forecast(design, households) returns it"

STEPS = (TERMINATED, QUOTA_FULL, UNOPENED, NO_MATCHED_QUOTA, NOT_COMPLETED, COMPLETE)
"""The vendor's order of operations: what turns a family away first stands first."""
ARRIVED = "arrivals"
CUT, LINE = 40, 44  # letters of a name, pixels of a line; the frame has all letters
SMALL_MEAN = 10  # below it, tenths are told
GRID: Mapping[str, Any] = {"gridcolor": "rgba(127,127,127,.25)", "zeroline": False}
SMALL: Mapping[str, Any] = {"font": {"size": 13}}
TOP: Mapping[str, Any] = {"yref": "container", "y": 1, "yanchor": "top", "pad": {"t": 28}}

VISITS: Mapping[str, Any] = {
    "status": "Int64",
    "meaning": "str",
    "visits": "float64",
    "visits_low": "float64",
    "visits_high": "float64",
    "share": "float64",
    "left": "float64",
    "provenance": frames.PROVENANCE,
}
"""`arrivals_waterfall`: mean visits that end with a status, a 95 % interval, their share of the arrivals, who is then left."""


def arrivals_waterfall(forecast: Forecast, *, title: str | None = None, template: str | None = None) -> Figure:
    """Draw what becomes of the families that come: who is turned away, in the vendor's order, and who completes.

    Parameters
    ----------
    template
        The name of a plotly template, such as ``plotly_dark``; the default reads on light and dark grounds.

    Returns
    -------
    A plotly figure, not shown. `frame` has the arrivals and then one row a status (`VISITS`); those who were admitted but did not
    complete are there where the forecast has an incidence. `alt_text` says it in words.

    Raises
    ------
    InvalidInput
        When it is no forecast.
    """
    check_kind(forecast, Forecast, FORECAST)
    data = _visits(forecast)
    heading = title or "From arrivals to completes"
    subtitle = f"means of {len(forecast.drawn.over)} replicates, with 95 % intervals; {forecast.provenance}"
    labels = [_visits_in_words(row) for row in data.itertuples()]
    names = [ARRIVED, *(f"{row.status} {row.meaning}" for row in data.iloc[1:].itertuples())]
    bars = "; ".join(f"{name}: {label}" for name, label in zip(names, labels, strict=True))
    return Figure.of(
        [_bars(data, names, labels)],
        frame=data,
        alt_text=f"Waterfall chart. {heading}: {subtitle}. {bars}.",
        template=template,
        title={"text": titled(heading, subtitle), **TOP},
        xaxis={"title": {"text": "families", **SMALL}, "rangemode": "tozero", "tickformat": "d", **GRID, "showgrid": False},
        yaxis={"autorange": "reversed", "type": "category", "automargin": True, "ticksuffix": "  "},
        height=130 + LINE * len(data),
        bargap=0.3,
        showlegend=False,
        margin={"l": 10, "r": 150, "t": 80, "b": 50},
    )


def _visits(forecast: Forecast) -> pd.DataFrame:
    counts, arrivals = forecast.drawn.counts, forecast.drawn.arrivals
    total = float(arrivals.mean())
    left, rows = total, [(None, ARRIVED, total, *map(float, band(arrivals)), 1.0, total, forecast.provenance)]
    for status in STEPS:
        visits = counts[:, ORDER.index(status)]
        mean = float(visits.mean())
        if status == NOT_COMPLETED and not mean:
            continue
        left = left if status == COMPLETE else left - mean
        told = (mean, *map(float, band(visits)), mean / total if total else 0.0, left)
        rows.append((status, OUTCOMES[status], *told, forecast.provenance))
    return frames.from_rows(VISITS, rows)


def _visits_in_words(row: Any) -> str:  # noqa: ANN401 - a row of the frame
    share = "" if row.meaning == ARRIVED else f"{row.share:.1%}, "
    return number(row.visits) + (f" ({share}{row.visits_low:.0f}-{row.visits_high:.0f})" if row.visits else "")


def _bars(data: pd.DataFrame, names: Sequence[str], labels: Sequence[str]) -> go.Bar:
    """Hang each loss where the ones before it ended; arrivals and completes stand on the ground."""
    is_loss = [row.meaning != ARRIVED and row.status != COMPLETE for row in data.itertuples()]
    return go.Bar(
        x=data["visits"],
        base=[row.left if lost else 0 for row, lost in zip(data.itertuples(), is_loss, strict=True)],
        y=[_wrapped(name) for name in names],
        orientation="h",
        marker={
            "color": [LOST if lost else BAR for lost in is_loss],
            "line": {"color": [INK if lost else BAR for lost in is_loss], "width": 1},
            "pattern": hatching(map(bool, is_loss), size=6, solidity=0.25),
        },
        text=labels,
        textposition="outside",
        textangle=0,
        cliponaxis=False,
        hovertemplate="%{y}: %{text}<extra></extra>",
    )


def _wrapped(name: str) -> str:
    """Break a status and its words into two lines where they have two parts."""
    first, colon, rest = markup.text(name).partition(": ")
    return f"{first}{colon}<br>{rest}" if colon else first.replace(" (", "<br>(", 1)


def compare_designs(comparison: Comparison, *, title: str | None = None, template: str | None = None) -> Figure:
    """Draw the completes of designs beneath each other: mean and 95 % interval, the goal, and how often it is reached.

    Parameters
    ----------
    template
        The name of a plotly template, such as ``plotly_dark``; the default reads on light and dark grounds.

    Returns
    -------
    A plotly figure, not shown. `frame` is `Comparison.to_frame()`, one row a design; `alt_text` says it in words.

    Raises
    ------
    InvalidInput
        When it is no comparison.
    """
    check_kind(comparison, Comparison, "a Comparison, as compare({name: design, ...}, households) returns it")
    data = comparison.to_frame()
    heading = title or "Completes by design"
    goal = "" if data["wanted"].isna().all() else "the upright line is the goal; "
    subtitle = f"means and 95 % of the replicates; {goal}{comparison.provenance}"
    labels = [_design_in_words(row) for row in data.itertuples()]
    told = "; ".join(f"{name}: {label}" for name, label in zip(data["design"], labels, strict=True))
    span = [data["completes_low"].min(), data["completes_high"].max(), *data["wanted"].dropna()]
    room = max(0.06 * (max(span) - min(span)), 1.0)
    return Figure.of(
        [_goals(data), _intervals(data, labels)],
        frame=data,
        alt_text=f"Dot chart with intervals. {heading}: {subtitle}. {told}. {comparison.common_in_words}.",
        template=template,
        title={"text": titled(heading, subtitle), **TOP},
        xaxis={"title": {"text": "completes", **SMALL}, "range": [min(span) - room, max(span) + room], "tickformat": "d", **GRID},
        yaxis=_designs_axis(data),
        annotations=[*_beside(labels), *_named_goal(data)],
        height=160 + LINE * len(data),
        showlegend=False,
        margin={"l": 10, "r": 250, "t": 100, "b": 50},
    )


def _design_in_words(row: Any) -> str:  # noqa: ANN401 - a row of the frame
    told = f"{row.completes:.1f} ({row.completes_low:.0f}-{row.completes_high:.0f})"
    return told if pd.isna(row.wanted) else f"{told}, P({row.wanted}) {row.goal_probability:.1%}"


def _intervals(data: pd.DataFrame, labels: Sequence[str]) -> go.Scatter:
    error = {"array": data["completes_high"] - data["completes"], "arrayminus": data["completes"] - data["completes_low"]}
    return go.Scatter(
        x=data["completes"],
        y=list(range(len(data))),
        mode="markers",
        marker={"size": 11, "color": BAR},
        error_x={"type": "data", "symmetric": False, **error, "color": BAR, "thickness": 3, "width": 7},
        customdata=[f"{markup.text(name)}: {label}" for name, label in zip(data["design"], labels, strict=True)],
        hovertemplate="%{customdata}<extra></extra>",
    )


def _goals(data: pd.DataFrame) -> go.Scatter:
    """Draw each design's goal as a line through its row, so that one goal of all is one line."""
    rows = [(place, int(wanted)) for place, wanted in enumerate(data["wanted"]) if not pd.isna(wanted)]
    return go.Scatter(
        x=[x for _, wanted in rows for x in (wanted, wanted, None)],
        y=[y for place, _ in rows for y in (place - 0.5, place + 0.5, None)],
        mode="lines",
        line={"color": INK, "width": 2},
        hoverinfo="skip",
    )


def _designs_axis(data: pd.DataFrame) -> dict[str, Any]:
    names = [markup.text(cut(name)) for name in data["design"]]
    ticks = {"tickvals": list(range(len(data))), "ticktext": names, "ticksuffix": "  "}
    return {"range": [len(data) - 0.5, -0.5], **ticks, "automargin": True, "showgrid": False, "zeroline": False}


def _beside(labels: Sequence[str]) -> list[dict[str, Any]]:
    """Write the numbers of each design at the right of its row."""
    at = {"xref": "paper", "x": 1, "xanchor": "left", "xshift": 12, "showarrow": False}
    return [{**at, "y": place, "yref": "y", "text": label} for place, label in enumerate(labels)]


def _named_goal(data: pd.DataFrame) -> list[dict[str, Any]]:
    """Write the goal over its line, where the designs have one goal."""
    wanted = set(data["wanted"].dropna().tolist())
    at = {"yref": "paper", "y": 1, "yanchor": "bottom", "showarrow": False}
    return [{**at, "x": goal, "text": f"goal {goal}"} for goal in wanted] if len(wanted) == 1 else []


def titled(heading: str, subtitle: str) -> str:
    """Write a title over a smaller line, both escaped."""
    return f"{markup.text(heading)}<br><sub>{markup.text(subtitle)}</sub>"


def cut(name: str, most: int = CUT) -> str:
    """Return a name on one line, shortened where it is too long to stand beside a chart."""
    flat = " ".join(name.split())
    return flat if len(flat) <= most else f"{flat[: most - 1]}\N{HORIZONTAL ELLIPSIS}"


def number(value: float) -> str:
    """Write a mean: whole, but small ones to the tenth."""
    return f"{value:.1f}" if 0 < value < SMALL_MEAN and round(value, 1) % 1 else f"{value:.0f}"
