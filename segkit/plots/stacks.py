"""Segment tables as stacked bars of 100 %."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import plotly.graph_objects as go

from segkit import markup
from segkit.plots.figure import INK, Figure
from segkit.plots.forecasts import GRID, SMALL, TOP, cut, titled
from segkit.plots.panels import NO_SEGMENT, column_name, marked, panels_of, percent, word_of
from segkit.plots.shades import shades

if TYPE_CHECKING:
    from collections.abc import Mapping

    from segkit.plots.panels import Panel, Tables

BENCHMARK = "benchmark"
LETTER = 0.0135  # of the width, for one letter
LINE, HEAD = 30, 64  # pixels of a bar, and of the space over a panel


def segment_stack(tables: Tables, *, title: str | None = None, template: str | None = None) -> Figure:
    """Draw each column of a segment table as one bar of 100 %, its segments in order from left to right.

    Parameters
    ----------
    tables
        What `segment_table` returns, or its frame. Several columns of segments, or a mapping of names to tables (of locales),
        are panels beneath each other, each with a legend of its own: segments of two schemes are never one colour.
    template
        The name of a plotly template, such as ``plotly_dark``; the default reads on light and dark grounds.

    Returns
    -------
    A plotly figure, not shown. `frame` is the cells drawn, as `SegmentTable.to_frame()`; `alt_text` says it in words. Shades
    go from dark to light in the segments' order, so that they stay apart in greyscale; a benchmark is a hatched bar. Bases stand
    beside the bars, with the marks of small ones.

    Raises
    ------
    InvalidInput
        When it is no segment table.
    """
    panels = panels_of(tables)
    heading = title or "Segments"
    word = word_of(panels)
    traces: list[Any] = []
    layout: dict[str, Any] = {}
    heights = [len(panel.columns) + (panel.benchmark is not None) for panel in panels]
    total = sum(heights) * LINE + len(panels) * HEAD
    top = 1.0
    for number, (panel, rows) in enumerate(zip(panels, heights, strict=True), start=1):
        key = "" if number == 1 else str(number)
        high = top - HEAD / total * (len(panels) > 1)
        low = high - (rows * LINE + HEAD * (len(panels) == 1)) / total
        traces += _stacked(panel, key)
        layout |= _stack_axes(panel, key, (max(low, 0.0), high), named=len(panels) > 1)
        top = low
    told = "; ".join(_stack_in_words(panel, named=len(panels) > 1) for panel in panels)
    return Figure.of(
        traces,
        frame=pd.concat([panel.cells for panel in panels], ignore_index=True),
        alt_text=f"Stacked bar chart. {heading}: {word}. {told}.",
        template=template,
        title={"text": titled(heading, word), **TOP},
        annotations=layout.pop("annotations", [])
        if len(panels) == 1
        else [_panel_head(layout, n, p) for n, p in enumerate(panels)],
        height=130 + total,
        barmode="stack",
        bargap=0.22,
        margin={"l": 10, "r": 150, "t": 90 if len(panels) == 1 else 50, "b": 40},
        **{name: part for name, part in layout.items() if name != "annotations"},
    )


def _stacked(panel: Panel, key: str) -> list[go.Bar]:
    benchmark = panel.benchmark
    names = _row_names(panel)
    bars = []
    for segment, (fill, ink) in zip(panel.segments, shades(len(panel.segments)), strict=True):
        of = panel.cells[panel.cells["segment"].fillna(NO_SEGMENT) == segment]
        shares = of["share"].astype("float64").fillna(0.0).tolist()
        if benchmark is not None:
            shares.append(float(benchmark.iloc[panel.segments.index(segment)]))
        bars.append(
            go.Bar(
                x=shares,
                y=list(range(len(names))),
                name=markup.text(cut(segment, 24)),
                orientation="h",
                legend=f"legend{key}",
                xaxis=f"x{key}",
                yaxis=f"y{key}",
                marker={
                    "color": fill,
                    "line": {"color": INK, "width": 0.6},
                    "pattern": {"shape": ["/" if name == BENCHMARK else "" for name in names], "fgcolor": INK, "solidity": 0.15},
                },
                text=[_inside(segment, share) for share in shares],
                textposition="inside",
                insidetextanchor="middle",
                textangle=0,
                insidetextfont={"color": ink},
                constraintext="none",
                customdata=[f"{markup.text(name)}, {markup.text(segment)}" for name in names],
                hovertemplate="%{customdata}: %{x:.1%}<extra></extra>",
            )
        )
    return bars


def _inside(segment: str, share: float) -> str:
    """Return what there is room for within a part: name and share, the share, or nothing."""
    percent_only = f"{share:.0%}"
    whole = f"{cut(segment, 24)} {percent_only}"
    return next((markup.text(text) for text in (whole, percent_only) if len(text) * LETTER <= share), "")


def _row_names(panel: Panel) -> list[str]:
    bases = [panel.of(*column).iloc[0] for column in panel.columns]
    names = [
        f"{column_name(column)} (n={base.base_n:,}{marked(base.mark)})" for column, base in zip(panel.columns, bases, strict=True)
    ]
    return [*names, *([BENCHMARK] if panel.benchmark is not None else [])]


def _stack_axes(panel: Panel, key: str, domain: tuple[float, float], *, named: bool) -> dict[str, Any]:
    names = _row_names(panel)
    ticks = {"tickvals": list(range(len(names))), "ticktext": [markup.text(cut(name)) for name in names], "ticklabelstandoff": 6}
    return {
        f"xaxis{key}": {"range": [0, 1], "tickformat": ".0%", "anchor": f"y{key}", **GRID},
        f"yaxis{key}": {
            "domain": list(domain),
            "range": [len(names) - 0.5, -0.5],
            "anchor": f"x{key}",
            "automargin": True,
            "showgrid": False,
            "zeroline": False,
            **ticks,
        },
        f"legend{key}": {"y": domain[1], "yanchor": "top", "x": 1.01, "xanchor": "left", "traceorder": "normal", **SMALL},
        **({} if named else {"annotations": []}),
    }


def _panel_head(layout: Mapping[str, Any], number: int, panel: Panel) -> dict[str, Any]:
    domain = layout[f"yaxis{'' if not number else number + 1}"]["domain"]
    at = {"xref": "paper", "yref": "paper", "x": 0, "xanchor": "left", "y": domain[1], "yanchor": "bottom", "showarrow": False}
    return {**at, "text": f"<b>{markup.text(cut(panel.name))}</b>"}


def _stack_in_words(panel: Panel, *, named: bool) -> str:
    parts = []
    for name, column in zip(_row_names(panel), panel.columns, strict=False):
        shares = ", ".join(
            f"{segment} {percent(share)}" for segment, share in zip(panel.segments, panel.of(*column)["share"], strict=True)
        )
        parts.append(f"{name}: {shares}")
    if (benchmark := panel.benchmark) is not None:
        shares = ", ".join(f"{segment} {percent(share)}" for segment, share in zip(panel.segments, benchmark, strict=True))
        parts.append(f"{BENCHMARK}: {shares}")
    return (f"{panel.name}. " if named else "") + "; ".join(parts)
