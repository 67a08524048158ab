"""The columns and dtypes of every public frame, in one table, and how a frame is built from columns.

A frame always has all of its columns with their dtypes, also when it has no rows.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from segkit.provenance import WORDS

PROVENANCE = pd.CategoricalDtype(list(WORDS), ordered=True)

_QUESTION: Mapping[str, Any] = {
    "parent_id": "int64",
    "qualification_id": "int64",
    "description": "str",
    "question_type": "str",
    "order": "Int64",
    "question_text": "str",
}
_BOUNDS: Mapping[str, Any] = {"minimum": "Int64", "maximum": "Int64", "provenance": PROVENANCE}

ANSWERS: Mapping[str, Any] = {**_QUESTION, "answer_id": "Int64", "answer_text": "str", "answer_eng_text": "str", **_BOUNDS}
"""`Qualifications.to_frame()`: one row an answer; an input question has one row with no answer and its bounds."""

QUESTIONS: Mapping[str, Any] = {**_QUESTION, "n_answers": "int64", **_BOUNDS}
"""`Qualifications.questions()`: one row a question, the parent (whose answers are the segments) first."""

FINDINGS: Mapping[str, Any] = {"code": "str", "severity": "str", "where": "str", "message": "str", "fix": "str"}
"""`Findings.to_frame()`: one row a finding."""

WALK: Mapping[str, Any] = {
    "qualification_id": "int64",
    "description": "str",
    "question_text": "str",
    "answer": "object",
    "answer_text": "str",
    "provenance": PROVENANCE,
}
"""`Walk.to_frame()`: one row a question in walking order; `answer` is the id, the ids or the number, None where unanswered."""

CALCULATIONS: Mapping[str, Any] = {
    "segment": "category",
    "segment_id": "Int64",
    "asked_as": "str",
    "saved_at_vendor": "boolean",
    "segment_provenance": PROVENANCE,
    "error": "str",
}
"""What `calculate_many` adds to a respondent frame; `segment` is an ordered categorical over the parent's answers."""

KNOWN: Mapping[str, Any] = {
    "qualification_id": "int64",
    "role": "str",
    "parent_id": "Int64",
    "description": "str",
    "question_type": "str",
    "locale": "str",
    "known_answers": "str",
    "source": "str",
    "provenance": PROVENANCE,
}
"""`known_qualifications()`: one row an id that the vendor's public text names."""

SEGMENT_ANSWER: Mapping[str, Any] = {
    "member_id": "str",
    "qualification_id": "int64",
    "segment_id": "int64",
    "segment_text": "str",
    "locale": "str",
    "provenance": PROVENANCE,
}
"""`SegmentAnswer.to_frame()`: one row."""


def build(table: Mapping[str, Any], columns: Mapping[str, Any], index: pd.Index | None = None) -> pd.DataFrame:
    """Build a frame with exactly the columns and dtypes of `table`.

    Raises
    ------
    KeyError
        When `columns` lacks a column of the table.
    """
    return pd.DataFrame({name: pd.Series(columns[name], dtype=dtype, index=index) for name, dtype in table.items()}, copy=False)


def from_rows(table: Mapping[str, Any], rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    """Build a frame of `table` from rows in the order of its columns; no rows make an empty frame of the same dtypes."""
    columns = zip(*rows, strict=True) if rows else ([] for _ in table)
    return build(table, dict(zip(table, map(list, columns), strict=True)))


def whole_numbers(values: list[int | None]) -> pd.api.extensions.ExtensionArray:
    """Make an Int64 column of numbers that may be missing, without a pass through floats."""
    mask = np.fromiter((value is None for value in values), dtype=bool, count=len(values))
    return pd.arrays.IntegerArray(np.array([0 if value is None else value for value in values], dtype=np.int64), mask)
