"""Segment tables as dots with their intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from segkit import markup
from segkit.errors import InvalidInput
from segkit.plots.figure import BAR, INK, Figure
from segkit.plots.forecasts import GRID, TOP, titled
from segkit.plots.groups import Groups, at_the_right
from segkit.plots.panels import NO_SEGMENT, column_name, marked, panels_of, percent, word_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from segkit.tables.segment_table import SegmentTable


def segment_intervals(table: SegmentTable | pd.DataFrame, *, title: str | None = None, template: str | None = None) -> Figure:
    """Draw the share of each segment in each column with its interval, column beneath column, segment beneath segment.

    Parameters
    ----------
    table
        What `segment_table` returns for one column of segments, or its frame.
    template
        The name of a plotly template, such as ``plotly_dark``; the default reads on light and dark grounds.

    Returns
    -------
    A plotly figure, not shown. `frame` is the cells drawn, as `SegmentTable.to_frame()`; `alt_text` says it in words. Beside
    each stand share, respondents and the letters of the columns that it is significantly above; a benchmark is a diamond.

    Raises
    ------
    InvalidInput
        When it is no segment table, or one of several columns of segments.
    """
    panels = panels_of(table)
    if len(panels) > 1:
        raise InvalidInput(f"the table has several columns of segments: draw each by itself: {[panel.name for panel in panels]}")
    (panel,) = panels
    heading = title or "Segments, with intervals"
    data = panel.cells.assign(segment=panel.cells["segment"].fillna(NO_SEGMENT))
    groups = Groups.of(data["segment"])
    word = word_of(panels)
    said = f"bars are the intervals of the table; {'◇ benchmark; ' if data['benchmark_share'].notna().any() else ''}{word}"
    columns = zip(data["banner"], data["column"], data["letter"], strict=True)
    names = [column_name((banner, column)) + (f" ({letter})" if letter else "") for banner, column, letter in columns]
    labels = [_cell(row) for row in data.itertuples()]
    told = "; ".join(f"{segment}, {name}: {label}" for segment, name, label in zip(data["segment"], names, labels, strict=True))
    most = float(max([*data["high"].dropna(), *data["benchmark_share"].dropna(), 0.05]))
    return Figure.of(
        list(_dots(data, groups.at)),
        frame=panel.cells,
        alt_text=f"Dot chart with intervals. {heading}: {said}. {told}.",
        template=template,
        title={"text": titled(heading, said), **TOP},
        annotations=[*groups.annotations(), *at_the_right(labels, groups.at)],
        xaxis={"range": [0, 1.05 * most], "tickformat": ".0%", **GRID},
        yaxis=groups.axis(names),
        height=130 + groups.height,
        showlegend=False,
        margin={"l": 10, "r": 190, "t": 90, "b": 40},
    )


def _dots(data: pd.DataFrame, placed: list[int]) -> Iterator[go.Scatter]:
    share = data["share"].astype("float64")
    yield go.Scatter(
        x=share,
        y=placed,
        mode="markers",
        marker={"size": 9, "color": BAR},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": data["high"].astype("float64") - share,
            "arrayminus": share - data["low"].astype("float64"),
            "color": BAR,
            "thickness": 2,
            "width": 5,
        },
        customdata=[
            markup.text(f"{row.segment}, {column_name((row.banner, row.column))}: {_cell(row)}") for row in data.itertuples()
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )
    if data["benchmark_share"].notna().any():
        yield go.Scatter(
            x=data["benchmark_share"].astype("float64"),
            y=placed,
            mode="markers",
            marker={"size": 11, "color": INK, "symbol": "diamond-open", "line": {"width": 2}},
            hovertemplate="benchmark: %{x:.1%}<extra></extra>",
        )


def _cell(row: Any) -> str:  # noqa: ANN401 - a row of the frame
    letters = f" > {row.letters}" if row.letters else ""
    return f"{percent(row.share)} (n={row.n:,}{marked(row.mark)}){letters}"
