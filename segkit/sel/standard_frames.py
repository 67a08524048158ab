"""The frames of the published standards: one row an answer, one row an edition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from segkit import frames

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

ANSWERS: Mapping[str, Any] = {
    **dict.fromkeys(("question", "text", "eng_text", "kind", "note", "answer", "answer_text", "answer_eng_text", "also"), "str"),
    "points": "Int64",
    "provenance": frames.PROVENANCE,
}
"""`Standard.questions.to_frame()`: one row an answer; `also` are other labels of it; points are missing in a grid."""

STANDARDS: Mapping[str, Any] = {
    "id": "str",
    "edition": "int64",
    "rule": "int64",
    **dict.fromkeys(("name", "country", "unit", "first", "last"), "str"),
    **dict.fromkeys(("questions", "segments"), "int64"),
    "most_points": "Int64",
    "confidence": "str",
    "provenance": frames.PROVENANCE,
    **dict.fromkeys(("note", "source"), "str"),
}
"""`standards().to_frame()`: one row an edition.

`rule` is the edition whose table it shares; `first` and `last` are the dates in force, as exact as they are known; `provenance`
and `note` are of that, `confidence` is of the table.
"""


def answers(rows: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
    """Return `ANSWERS`; a row is what is said of the question, and the answer."""
    made = [
        (*asked, answer.answer, answer.text, answer.eng_text, "; ".join(answer.also), answer.points, answer.provenance)
        for *asked, answer in rows
    ]
    return frames.from_rows(ANSWERS, made)
