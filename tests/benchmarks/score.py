"""Scoring ten million respondents that stand in a frame, against what people write: Series.map a question, then pd.cut."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import pandas as pd
from row import at_least, at_most, best, interleaved

from segkit.sel.population import Population
from segkit.sel.standards import standard

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from row import Row

    from segkit.sel.standards import Standard

N = 10_000_000


def drawn(std: Standard, n: int = N) -> pd.DataFrame:
    """Draw respondents uniformly, a categorical a question."""
    return Population.fit(std).sample(n).drop(columns="segment")


def as_ids(std: Standard, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the same respondents as answer ids of the standard's tree, in int64."""
    return pd.DataFrame({q.name: frame[q.name].cat.codes.astype("int64") + q.answers[0].id for q in std.tree.questions})


def mapped_and_cut(std: Standard, frame: pd.DataFrame, points: Mapping[str, Mapping[object, int]]) -> pd.Series:
    """Score as people do."""
    total = sum(frame[name].map(row).astype("int64") for name, row in points.items())
    upward = sorted(std.cutoffs_min.items(), key=lambda cut: cut[1])
    return pd.cut(total, [fewest - 1 for _, fewest in upward] + [10**6], labels=[name for name, _ in upward])


def peak_over_result(std: Standard, frame: pd.DataFrame) -> float:
    """Return the most bytes that scoring takes over the bytes that it returns."""
    tracemalloc.start()
    made = std.score(frame)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / int(made.memory_usage(index=False).sum())


def measure() -> Iterator[Row]:
    """Measure categoricals, whole numbers, a rule of fifteen questions, a grid, and memory."""
    amai = standard("mx-amai", 2022)
    categories = drawn(amai)
    by_key = {q.name: {a.answer: a.points or 0 for a in q.answers} for q in amai.questions}
    theirs, ours = interleaved(lambda: mapped_and_cut(amai, categories, by_key), lambda: amai.score(categories), 5)
    yield at_least("10M respondents scored, AMAI, categoricals: Series.map and pd.cut over ours", theirs / ours, "x", 10.0)
    ids = as_ids(amai, categories)
    by_id = {
        asked.name: {answer.id: own.points or 0 for answer, own in zip(asked.answers, q.answers, strict=True)}
        for asked, q in zip(amai.tree.questions, amai.questions, strict=True)
    }
    theirs, ours = interleaved(lambda: mapped_and_cut(amai, ids, by_id), lambda: amai.score(ids, ids=True), 5)
    yield at_least("10M respondents scored, AMAI, whole numbers: Series.map and pd.cut over ours", theirs / ours, "x", 5.0)
    yield at_most("10M respondents scored, memory over that of the result", peak_over_result(amai, ids), "x", 1.3)
    brazil = standard("br-cceb", 2024)
    homes = drawn(brazil)
    by_item = {q.name: {a.answer: a.points or 0 for a in q.answers} for q in brazil.questions}
    theirs, ours = interleaved(lambda: mapped_and_cut(brazil, homes, by_item), lambda: brazil.score(homes), 2)
    yield at_least("10M respondents scored, CCEB, categoricals: Series.map and pd.cut over ours", theirs / ours, "x", 5.0)
    india = standard("in-nccs")
    counted = drawn(india)
    yield at_most("10M respondents looked up in the NCCS grid", best(lambda: india.score(counted), 3), "s", 1.0)
