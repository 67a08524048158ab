"""Populations as pictures: the shares of answers, and what a change of the answers does to the segments."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd
import plotly.graph_objects as go

from segkit import frames, markup
from segkit.errors import InvalidInput
from segkit.plots.figure import BAR, INK, Figure, column_of
from segkit.plots.forecasts import GRID, LINE, SMALL, TOP, cut, titled
from segkit.plots.groups import Groups, at_the_right
from segkit.provenance import WORDS, together
from segkit.sel.law_frames import IMPLIED
from segkit.tables.sources import NOT_STATED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from segkit.provenance import Provenance

WHAT_IF: Mapping[str, Any] = {
    "segment": "str",
    "before": "float64",
    "after": "float64",
    "difference": "float64",
    "provenance": frames.PROVENANCE,
}
"""`what_if`: one row a segment; shares from 0 to 1, and their difference."""

WAYS = ("before", "after")
_COLUMNS = ("question", "answer", "text", "share")


def what_if(
    before: pd.Series[float],
    after: pd.Series[float],
    *,
    names: tuple[str, str] = ("before", "after"),
    title: str | None = None,
    template: str | None = None,
) -> Figure:
    """Draw the shares of segments before and after a change, each segment on a line of its own.

    Parameters
    ----------
    before, after
        Shares from 0 to 1 by segment, as `Population.shares()` gives them; the same segments in the same order.
    names
        What the two are called.
    template
        The name of a plotly template, such as ``plotly_dark``; the default reads on light and dark grounds.

    Returns
    -------
    A plotly figure, not shown. `frame` has the shares and their difference (`WHAT_IF`); `alt_text` says it in words. The two
    are told apart by the shape of their marks too.

    Raises
    ------
    InvalidInput
        When the two are no Series of numbers or do not have the same segments, each once; when `names` are not two texts.
    """
    _refuse_wrong(before, after, names)
    if list(before.index) != list(after.index):
        raise InvalidInput(f"the segments differ: {list(before.index)} before, {list(after.index)} after; compare one scheme")
    for name, shares in zip(names, (before, after), strict=True):
        if lost := [str(segment) for segment, share in shares.items() if not math.isfinite(share)]:
            raise InvalidInput(f"{name}: {', '.join(lost)} has no share; leave it out of both, or count more respondents")
    word = together([_word(before), _word(after)])
    rows = [
        (str(segment), float(was), float(now), float(now) - float(was), word)
        for segment, was, now in zip(before.index, before, after, strict=True)
    ]
    data = frames.from_rows(WHAT_IF, rows)
    heading = title or "Segment shares, and what if"
    labels = [f"{was:.1%} → {now:.1%} ({100 * gain:+.1f} pp)" for _, was, now, gain, _ in rows]
    told = "; ".join(f"{segment}: {label}" for segment, label in zip(data["segment"], labels, strict=True))
    subtitle = f"○ {names[0]}, ● {names[1]}; {word or NOT_STATED}"
    most = max([*data["before"], *data["after"], 0.05])
    return Figure.of(
        [_lines(data), *(_marks(data, column, name) for column, name in zip(("before", "after"), names, strict=True))],
        frame=data,
        alt_text=f"Dot chart. {heading}: {names[0]} and {names[1]}; {word or NOT_STATED}. {told}.",
        template=template,
        title={"text": titled(heading, subtitle), **TOP},
        xaxis={"title": {"text": "share", **SMALL}, "range": [0, 1.1 * most], "tickformat": ".0%", **GRID},
        yaxis=_axis([markup.text(cut(segment)) for segment in data["segment"]]),
        annotations=at_the_right(labels, range(len(labels))),
        height=150 + LINE * len(data),
        showlegend=False,
        margin={"l": 10, "r": 190, "t": 90, "b": 50},
    )


def _refuse_wrong(before: object, after: object, names: object) -> None:
    for name, shares in (("before", before), ("after", after)):
        if not isinstance(shares, pd.Series):
            raise InvalidInput(f"{name} is {type(shares).__name__}: give a Series of shares, as Population.shares() returns it")
        if not pd.api.types.is_numeric_dtype(shares.dtype):
            raise InvalidInput(f"{name} is {shares.dtype}: give shares from 0 to 1")
        if not shares.index.is_unique:
            raise InvalidInput(f"{name} has a segment twice: {list(shares.index)}; give each once")
    if not isinstance(names, tuple | list) or len(names) != len(WAYS) or not all(isinstance(name, str) for name in names):
        raise InvalidInput(f"names is {names!r:.60}: give two texts, such as {WAYS}")


def _lines(data: pd.DataFrame) -> go.Scatter:
    return go.Scatter(
        x=[x for row in data.itertuples() for x in (row.before, row.after, None)],
        y=[y for place in range(len(data)) for y in (place, place, None)],
        mode="lines",
        line={"color": INK, "width": 2},
        hoverinfo="skip",
    )


def _marks(data: pd.DataFrame, column: str, name: str) -> go.Scatter:
    symbol = "circle-open" if column == "before" else "circle"
    return go.Scatter(
        x=data[column],
        y=list(range(len(data))),
        mode="markers",
        marker={"size": 12, "color": BAR, "symbol": symbol, "line": {"color": BAR, "width": 2}},
        customdata=[f"{markup.text(segment)}, {markup.text(name)}" for segment in data["segment"]],
        hovertemplate="%{customdata}: %{x:.1%}<extra></extra>",
    )


def answer_marginals(marginals: pd.DataFrame, *, title: str | None = None, template: str | None = None) -> Figure:
    """Draw the share of each answer, question beneath question.

    Parameters
    ----------
    marginals
        One row an answer: ``question``, ``answer``, ``text``, ``share``, as `Population.marginals()` gives them; where
        there is a column ``given``, it says which shares were given.
    template
        The name of a plotly template, such as ``plotly_dark``; the default reads on light and dark grounds.

    Returns
    -------
    A plotly figure, not shown. `frame` is what was handed in; `alt_text` says it in words. Shares that were not given follow
    from the law: they are not census marginals, and the figure says so where the frame does.

    Raises
    ------
    InvalidInput
        When a column is missing.
    """
    for name in _COLUMNS:
        column_of(marginals, name, "one row an answer, as Population.marginals() returns it")
    data = marginals.reset_index(drop=True)
    heading = title or "Shares of answers"
    word = _word_of(marginals) or NOT_STATED
    said = IMPLIED if _is_implied(marginals) else ""
    subtitle = "; ".join(part for part in (word, said) if part)
    groups = Groups.of(data["question"])
    told = "; ".join(f"{row.question} {row.text} {row.share:.1%}" for row in data.itertuples())
    return Figure.of(
        [_shares(data, groups.at)],
        frame=marginals,
        alt_text=f"Bar chart. {heading}: {subtitle}. {told}.",
        template=template,
        title={"text": titled(heading, subtitle), **TOP},
        xaxis={"range": [0, 1.12 * max([*data["share"], 0.05])], "tickformat": ".0%", **GRID},
        yaxis=groups.axis(data["text"].tolist()),
        annotations=groups.annotations(),
        height=120 + groups.height,
        bargap=0.25,
        showlegend=False,
        margin={"l": 10, "r": 30, "t": 90, "b": 40},
    )


def _is_implied(marginals: pd.DataFrame) -> bool:
    """Whether a share follows from the law alone: its own column says so, also once it was written to a file and read again."""
    if "given" in marginals:
        return bool((marginals["given"].astype(str) != "True").any())
    return any("census" in line for line in (marginals.attrs.get("segkit") or {}).get("assumptions", ()))


def _shares(data: pd.DataFrame, ys: list[int]) -> go.Bar:
    return go.Bar(
        x=data["share"],
        y=ys,
        orientation="h",
        marker={"color": BAR},
        text=[f"{share:.1%}" for share in data["share"]],
        textposition="outside",
        cliponaxis=False,
        customdata=[markup.text(f"{row.question}: {row.text}") for row in data.itertuples()],
        hovertemplate="%{customdata} %{x:.2%}<extra></extra>",
    )


def _axis(texts: list[str]) -> dict[str, Any]:
    ticks = {"tickvals": list(range(len(texts))), "ticktext": texts, "ticklabelstandoff": 6}
    return {"range": [len(texts) - 0.5, -0.5], **ticks, "automargin": True, "showgrid": False, "zeroline": False}


def _word(made: pd.Series[Any] | pd.DataFrame) -> Provenance | None:
    word = (made.attrs.get("segkit") or {}).get("provenance")
    return word if word in WORDS else None


def _word_of(marginals: pd.DataFrame) -> Provenance | None:
    """Return the weakest word of the answers and of the whole; the whole need not repeat what its answers say."""
    word = _word(marginals)
    if "provenance" not in marginals:
        return word
    return together([*(one if one in WORDS else None for one in marginals["provenance"]), *([word] if word else [])])
