"""How answers lead to segments: a sankey whose flows add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from itertools import pairwise
from numbers import Real
from typing import TYPE_CHECKING, Any

import pandas as pd
import plotly.graph_objects as go

from segkit import markup
from segkit.errors import InvalidInput
from segkit.plots.figure import BAR, INK, Figure, column_of
from segkit.plots.forecasts import TOP, cut, titled
from segkit.plots.segments import provenance_of
from segkit.sel.answers import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from segkit.sel.tree import Tree

Node = tuple[str, str, int]

FLOWS: Mapping[str, Any] = {
    "from_question": "str",
    "from_answer": "str",
    "to_question": "str",
    "to_answer": "str",
    "n": "int64",
    "share": "float64",
}
"""`answer_flow`: one row a band: how many respondents gave both, and their share of all."""

SHOWN = 12
"""Answers of one question that have a node of their own."""

NOTHING = "no answer"

HIGH = 0.94  # of the figure; the names of questions stand above
LETTERS, SEGMENT_LETTERS = 90, 20  # of all names beside each other; the frame has all letters
PAD, INNER = 12, 1e-3  # plotly takes a node at 0 or 1 as one without a place


def answer_flow(
    frame: pd.DataFrame,
    questions: Sequence[str] | None = None,
    *,
    segment: str = "segment",
    tree: Tree | None = None,
    title: str | None = None,
    template: str | None = None,
) -> Figure:
    """Draw how respondents flow from answer to answer and into their segments.

    Parameters
    ----------
    frame
        One row a respondent: a column a question and the segment, as `calculate_many`, `Population.sample` and scores have them.
    questions
        The columns from left to right; by default the questions of `tree` that are there, else all columns before the segment.
    tree
        Names answer ids by their texts.
    template
        The name of a plotly template, such as ``plotly_dark``; the default reads on light and dark grounds.

    Returns
    -------
    A plotly figure, not shown. `frame` has one row a band (`FLOWS`); of every node what comes in goes out. Who gave no answer
    is a node; of a question with many answers the rare ones share one. `alt_text` says it in words.

    Raises
    ------
    InvalidInput
        When it is no frame, a column is missing or there twice, or none is left.
    """
    if not isinstance(frame, pd.DataFrame):
        raise InvalidInput(f"the frame is {type(frame).__name__}: give a DataFrame with one row a respondent")
    columns, segment = _columns(frame, questions, str(segment), tree), str(segment)
    columns.append(segment)
    if len(set(columns)) < len(columns):
        raise InvalidInput(f"a column is named twice in {columns}: name each question once, and the segment by itself")
    stages = [_stage(column_of(frame, column), column, tree) for column in columns]
    flows = pd.concat(
        [_bands(columns[at], one, columns[at + 1], other) for at, (one, other) in enumerate(pairwise(stages))], ignore_index=True
    ).astype(FLOWS)
    nodes = _nodes(columns, stages)
    word = provenance_of(frame, column_of(frame, segment))
    heading = title or "From answers to segments"
    subtitle = f"{len(frame):,} respondents; {word}"
    return Figure.of(
        [_sankey(columns, nodes, flows)],
        frame=flows,
        alt_text=f"Sankey diagram. {heading}: {subtitle}. {_told(columns, stages)}.",
        template=template,
        title={"text": titled(heading, subtitle), **TOP},
        annotations=[*_heads(columns), *_segments(columns, nodes)],
        height=max(380, 100 + 28 * max(len(stage.cat.categories) for stage in stages)),
        margin={"l": 10, "r": 190, "t": 90, "b": 20},
    )


def _columns(frame: pd.DataFrame, questions: Sequence[str] | None, segment: str, tree: Tree | None) -> list[str]:
    there = [str(column) for column in frame.columns]
    if questions is None:
        asked = [q.name for q in tree.questions] if tree else there[: there.index(segment)] if segment in there else []
        questions = [name for name in asked if name in there and name != "member_id"]
    if isinstance(questions, str) or not isinstance(questions, Iterable):
        raise InvalidInput(f"questions is {questions!r:.60}: give a list of columns")
    questions = [str(name) for name in questions]
    lacking = [name for name in (*questions, segment) if name not in there]
    if lacking or not questions:
        said = f"the frame has no column {', '.join(lacking)}" if lacking else "no question is left to draw"
        raise InvalidInput(f"{said}; its columns are {there}: give questions=[...]")
    return list(questions)


def _stage(column: pd.Series[Any], name: str, tree: Tree | None) -> pd.Series[Any]:
    """Return a column as an ordered categorical of words: answers by their texts, rare ones and missing ones together."""
    texts = _texts(name, tree)
    if isinstance(column.dtype, pd.CategoricalDtype):
        order = list(column.cat.categories)
    else:
        column = column.map(_answer)
        if not all(isinstance(value, Hashable) for value in column):
            raise InvalidInput(
                f"column {name!r:.60} holds what is no answer, such as a dictionary: give ids, texts or lists of them"
            )
        order = sorted(column.dropna().unique(), key=_rank)
    counts = column.value_counts().reindex(order, fill_value=0)
    if len(order) > SHOWN:
        kept = set(counts.nlargest(SHOWN - 1).index)
        rest = f"{len(order) - len(kept)} other answers"
    else:
        kept, rest = set(order), ""
    words = _apart({value: _words(value, texts) for value in order if value in kept}, {NOTHING, rest})
    names = list(words.values())
    words |= {value: rest for value in order if value not in kept}
    gone = column.isna()
    said = column.astype(object).map(words).where(~gone, NOTHING)
    categories = [*names, *([rest] if rest else []), *([NOTHING] if gone.any() else [])]
    return pd.Series(pd.Categorical(said, categories=categories, ordered=True), index=column.index)


def _answer(value: Any) -> Any:  # noqa: ANN401 - whatever a frame's cell may hold
    """Return several answers as a tuple in one order, so that the same answers are one node."""
    return tuple(sorted(value, key=_rank)) if isinstance(value, list | tuple | set | frozenset) else value


def _rank(value: object) -> tuple[str, Any]:
    return str(type(value)), value if isinstance(value, Real | str) else tuple(map(_rank, value)) if isinstance(
        value, tuple
    ) else str(value)


def _apart(words: Mapping[Any, str], reserved: set[str]) -> dict[Any, str]:
    """Tell answers apart by their ids where they read the same, or as a node that stands for something else."""
    times = Counter(words.values())
    found = {
        value: f"{word} ({plain(value)!r})" if times[word] > 1 or word in reserved else word for value, word in words.items()
    }
    if len(set(found.values())) < len(found):
        raise InvalidInput(f"answers read the same, even with their ids: {sorted(found.values())!r:.200}; rename them")
    return found


def _texts(name: str, tree: Tree | None) -> dict[Any, str]:
    if tree is None or name not in {question.name for question in tree.questions}:
        return {}
    return {answer.id: answer.label for answer in tree.find(name).answers}


def _words(value: Any, texts: Mapping[Any, str]) -> str:  # noqa: ANN401 - whatever a frame's cell may hold
    if isinstance(value, tuple):
        return "; ".join(texts.get(one, str(one)) for one in value)
    return texts.get(value, str(value))


def _bands(name: str, one: pd.Series[Any], other_name: str, other: pd.Series[Any]) -> pd.DataFrame:
    table = pd.crosstab(one.to_numpy(), other.to_numpy()) if len(one) else pd.DataFrame()
    rows = [
        (name, str(answer), other_name, str(to), int(table.loc[answer, to]), int(table.loc[answer, to]) / len(one))
        for answer in one.cat.categories
        for to in other.cat.categories
        if answer in table.index and to in table.columns and table.loc[answer, to]
    ]
    return pd.DataFrame(rows, columns=list(FLOWS))


def _nodes(columns: Sequence[str], stages: Sequence[pd.Series[Any]]) -> list[Node]:
    """Return question, answer and respondents of each node, in order; without those that nobody is at."""
    counts = {column: stage.value_counts(sort=False) for column, stage in zip(columns, stages, strict=True)}
    return [(column, str(name), int(n)) for column, of in counts.items() for name, n in of.items() if n]


def _sankey(columns: Sequence[str], nodes: Sequence[Node], flows: pd.DataFrame) -> go.Sankey:
    place = {(column, name): number for number, (column, name, _) in enumerate(nodes)}
    last, letters = columns[-1], LETTERS // len(columns)
    x, y = _positions(columns, nodes)
    return go.Sankey(
        arrangement="fixed",
        domain={"y": [0, HIGH]},
        node={
            "label": ["" if column == last else markup.text(f"{cut(name, letters)} ({n:,})") for column, name, n in nodes],
            "customdata": [markup.text(f"{column}: {name}") for column, name, _ in nodes],
            "color": [BAR if column == last else INK for column, _, _ in nodes],
            "x": x,
            "y": y,
            "pad": PAD,
            "thickness": 14,
            "line": {"width": 0},
            "hovertemplate": "%{customdata}: %{value:,}<extra></extra>",
        },
        link={
            "source": [place[node] for node in zip(flows["from_question"], flows["from_answer"], strict=True)],
            "target": [place[node] for node in zip(flows["to_question"], flows["to_answer"], strict=True)],
            "value": flows["n"].tolist(),
            "color": "rgba(127,127,127,.28)",
            "hovertemplate": "%{source.customdata} → %{target.customdata}: %{value:,}<extra></extra>",
        },
    )


def _positions(columns: Sequence[str], nodes: Sequence[Node]) -> tuple[list[float], list[float]]:
    """Place each node by its question from left to right and by its order from top to bottom; plotly would order by crossings."""
    of = Counter(column for column, _, _ in nodes)
    gap = 0.3 / max(of.values(), default=1)
    x, y, tops = [], [], dict.fromkeys(columns, 0.0)
    total = {column: sum(n for name, _, n in nodes if name == column) for column in columns}
    for column, _, n in nodes:
        height = n / total[column] * (1 - gap * (max(of.values()) - 1))
        x.append(min(max(columns.index(column) / (len(columns) - 1), INNER), 1 - INNER))
        y.append(min(max(tops[column] + height / 2, INNER), 1 - INNER))
        tops[column] += height + gap
    return x, y


def _heads(columns: Sequence[str]) -> list[dict[str, Any]]:
    """Write the question over each column of nodes."""
    last = len(columns) - 1
    at = {"xref": "paper", "yref": "paper", "y": HIGH + 0.01, "yanchor": "bottom", "showarrow": False}
    anchors = ["left", *["left"] * (last - 1), "right"]
    return [
        {**at, "x": place / last, "xanchor": anchor, "text": f"<b>{markup.text(cut(column, LETTERS // len(columns)))}</b>"}
        for place, (column, anchor) in enumerate(zip(columns, anchors, strict=True))
    ]


def _segments(columns: Sequence[str], nodes: Sequence[Node]) -> list[dict[str, Any]]:
    """Write the segments at the right of their nodes, where no other name stands."""
    at = {"xref": "paper", "yref": "paper", "x": 1, "xanchor": "left", "yanchor": "middle", "xshift": 9, "showarrow": False}
    _, middles = _positions(columns, nodes)
    return [
        {**at, "y": HIGH * (1 - middle), "text": markup.text(f"{cut(name, SEGMENT_LETTERS)} ({n:,})")}
        for (column, name, n), middle in zip(nodes, middles, strict=True)
        if column == columns[-1]
    ]


def _told(columns: Sequence[str], stages: Sequence[pd.Series[Any]]) -> str:
    parts = []
    for column, stage in zip(columns, stages, strict=True):
        counts = stage.value_counts(sort=False)
        parts.append(f"{column}: " + ", ".join(f"{name} {count:,}" for name, count in counts.items()))
    return "; ".join(parts)
