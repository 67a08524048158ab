"""Segment distributions."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pandas as pd
import plotly.graph_objects as go

from segkit import markup
from segkit.errors import InvalidInput
from segkit.plots.figure import BAR, Figure, column_of
from segkit.tables.sources import NOT_STATED, of_segments

if TYPE_CHECKING:
    from collections.abc import Sequence


def segment_bars(
    frame: pd.DataFrame, segment: str = "segment", *, title: str | None = None, template: str | None = None
) -> Figure:
    """Draw how many respondents are in each segment, in the vendor's order; segments that nobody is in stay.

    Parameters
    ----------
    frame
        One row a respondent, as `calculate_many` returns it: the segments an ordered categorical.
    segment
        The column of segments.
    template
        The name of a plotly template, such as ``plotly_dark``; the default reads on light and dark grounds.

    Returns
    -------
    A plotly figure, not shown. `frame` holds segment, n, share (0 to 1 of those with a segment); `alt_text` says it in words.

    Raises
    ------
    InvalidInput
        When it is no frame, there is no such column or two of them, or it is no categorical.
    """
    data, without = _counted(frame, segment)
    base = int(data["n"].sum())
    word = provenance_of(frame, column_of(frame, segment))
    labels = [f"{share:.0%} (n={n})" for n, share in zip(data["n"], data["share"], strict=True)]
    heading = title or "Respondents by segment"
    return Figure.of(
        [_bars(data, labels)],
        frame=data,
        alt_text=_alt_text(heading, data["segment"].tolist(), labels, base, without, word),
        template=template,
        title={"text": f"{markup.text(heading)}<br><sub>{_base(base, without)}; {word}</sub>"},
        xaxis={"tickformat": ".0%", "range": [0, 1.18 * max([*data["share"], 0.05])], "gridcolor": "rgba(127,127,127,.25)"},
        yaxis={"autorange": "reversed", "type": "category", "automargin": True, "ticksuffix": "  "},
        height=140 + 34 * len(data),
        bargap=0.25,
        margin={"l": 10, "r": 30, "t": 70, "b": 40},
    )


def _counted(frame: pd.DataFrame, segment: str) -> tuple[pd.DataFrame, int]:
    """Return segment, n and share of those with a segment, in the segments' order, and how many have none."""
    column = column_of(frame, segment)
    if not isinstance(column.dtype, pd.CategoricalDtype):
        raise InvalidInput(f"column {segment!r} is {column.dtype}: give a categorical, which knows the order of the segments")
    counts = column.value_counts(sort=False, dropna=True).reindex(column.cat.categories, fill_value=0)
    base = int(counts.sum())
    shares = counts.to_numpy() / max(base, 1)
    return pd.DataFrame({"segment": counts.index.astype("str"), "n": counts.to_numpy(), "share": shares}), len(column) - base


def _bars(data: pd.DataFrame, labels: Sequence[str]) -> go.Bar:
    return go.Bar(
        x=data["share"],
        y=[markup.text(name) for name in data["segment"]],
        orientation="h",
        marker={"color": BAR},
        text=labels,
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: %{text}<extra></extra>",
    )


def _base(base: int, without: int) -> str:
    return f"base: {base} respondents" + (f", {without} more without a segment" if without else "")


def _alt_text(heading: str, names: Sequence[str], labels: Sequence[str], base: int, without: int, word: str) -> str:
    bars = "; ".join(f"{name} {label}" for name, label in zip(names, labels, strict=True))
    return f"Bar chart. {heading}, {_base(base, without)}. {bars}. Source of the segments: {word}."


def provenance_of(frame: pd.DataFrame, column: pd.Series) -> str:
    """Return the weakest word of the segments counted and of those only named, or that the frame does not say."""
    return of_segments(frame, cast("str", column.name)) or NOT_STATED
