"""The frames of the published standards: scores, an explained score, the answers of a standard, the editions."""

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
    **dict.fromkeys(("name", "country", "unit", "in_force_from", "in_force_to"), "str"),
    "in_force_provenance": frames.PROVENANCE,
    **dict.fromkeys(("questions", "segments"), "int64"),
    "most_points": "Int64",
    "provenance": frames.PROVENANCE,
    **dict.fromkeys(("confidence", "note", "source"), "str"),
}
"""`standards().to_frame()`: one row an edition.

`rule` is the edition whose table it shares; the dates in force are as exact as they are known, a year or a day, and with the note
they have a provenance of their own; `provenance` and `confidence` are of the table.
"""

ABSENT: Mapping[str, Any] = dict.fromkeys(("id", "editions", "code", "why", "fix"), "str")
"""`standards().absent()`: one row a standard, or some editions of one, that is known and not shipped, and why."""

SCORE: Mapping[str, Any] = {"points": "Int64", "segment": "category"}
"""`Standard.score()`: one row a respondent; points are missing for a grid; ``errors="keep"`` adds ``error`` (str)."""

EXPLANATION: Mapping[str, Any] = {
    **dict.fromkeys(("question", "text", "answer", "answer_text"), "str"),
    **dict.fromkeys(("points", "most_points"), "Int64"),
    **dict.fromkeys(("segment_one_lower", "segment_one_higher"), "str"),
    "provenance": frames.PROVENANCE,
}
"""`Standard.explain()`: one row a question, its points and the most it could bring (missing in a grid).

`segment_one_lower` and `segment_one_higher` are the segments if this answer alone were one class lower or higher, missing where
there is no such class; in a grid these are the cells beside this one.
"""


def answers(rows: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
    """Return `ANSWERS`; a row is what is said of the question, and the answer."""
    made = [
        (*asked, answer.answer, answer.text, answer.eng_text, "; ".join(answer.also), answer.points, answer.provenance)
        for *asked, answer in rows
    ]
    return frames.from_rows(ANSWERS, made)
