"""The columns and dtypes of every public frame, in one table, and how a frame is built from columns.

A frame always has all of its columns with their dtypes, also when it has no rows.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from segkit.characters import whole
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

SHARED: Mapping[str, Any] = {"part": "str", "n": "int64", "bytes": "int64", "share": "float64"}
"""`Shared.to_frame()`: one row a part of a shared document, the largest first; `share` is of the whole file."""

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

CHILD_CODES: Mapping[str, Any] = {
    "code": "int64",
    "gender": "str",
    "age": "Int64",
    "unit": "str",
    "first_month": "Int64",
    "last_month": "Int64",
    "text": "str",
    "provenance": PROVENANCE,
    "reason": "str",
    "source": "str",
}
"""`known_child_codes()`: one row a code of qualification 232; `age` is in its `unit`, first and last month as under years."""

ENTRY_LINK: Mapping[str, Any] = {
    "child": "int64",
    "gender": "str",
    "months": "int64",
    "code": "int64",
    "text": "str",
    "provenance": PROVENANCE,
}
"""`EntryLink.to_frame()`: one row a child, counted from 1."""

QUOTA_CELLS: Mapping[str, Any] = {
    "quota_id": "str",
    "required_count": "Int64",
    "gender": pd.CategoricalDtype(["boy", "girl", "none"]),
    "age": "Int64",
    "unit": pd.CategoricalDtype(["years", "months"]),
    "codes": "str",
    "qualified": "bool",
    "cell": "str",
}
"""`QuotaDesign.to_frame()`: one row a quota and cell, then the cells in no quota; `age` is in its `unit`."""

HOUSEHOLDS: Mapping[str, Any] = {
    "code": "int64",
    "gender": "str",
    "text": "str",
    "share": "float64",
    "provenance": PROVENANCE,
    "source": "str",
}
"""`Households.to_frame()`: one row an own code of 232 and the share of children that have it."""

PATTERNS: Mapping[str, Any] = {"quotas": "str", "qualified": "bool", "probability": "float64"}
"""`Households.patterns(design)`: one row a set of quotas that families match together, the most probable first."""

FORECAST: Mapping[str, Any] = {
    "quota_id": "str",
    "places": "int64",
    **dict.fromkeys(("fill", "fill_low", "fill_high", "filled_share", "first_share", "last_share", "cut_off_share"), "float64"),
    "starving": "bool",
    "provenance": PROVENANCE,
}
"""`Forecast.to_frame()`: one row a quota; fills are completes, low and high leave out 2.5 % each; shares are of replicates."""

FORECAST_DRAWS: Mapping[str, Any] = {
    "completes": "int64",
    "arrivals": "int64",
    "over_delivered": "int64",
    "goal_reached": "bool",
    "ended": pd.CategoricalDtype(["goal", "closed", "stalled"]),
    "phases": "int64",
    "days": "Float64",
    "terminated": "int64",
    "quota_full": "int64",
    "unopened": "int64",
    "no_matched_quota": "int64",
    "not_completed": "int64",
}
"""`Forecast.draws`: one row a replicate; a column ``fill <quota id>`` a quota follows."""

FORECAST_PATHS: Mapping[str, Any] = {
    "phase": "int64",
    "quota_id": "str",
    **dict.fromkeys(("completes", "arrivals", "fill", "fill_low", "fill_high", "closed_share", "running_share"), "float64"),
    "provenance": PROVENANCE,
}
"""`Forecast.paths`: one row a phase and quota; a phase ends when quotas close or the goal is reached, phase 0 is the start."""

COMPARISON: Mapping[str, Any] = {
    "design": "str",
    "wanted": "Int64",
    "completes": "float64",
    "completes_low": "float64",
    "completes_high": "float64",
    "goal_probability": "Float64",
    "arrivals": "float64",
    "arrivals_low": "float64",
    "arrivals_high": "float64",
    "provenance": PROVENANCE,
}
"""`Comparison.to_frame()`: one row a design; low and high leave out 2.5 % of the replicates each."""

DIFFERENCES: Mapping[str, Any] = {
    "design": "str",
    "against": "str",
    "quantity": pd.CategoricalDtype(["completes", "arrivals"]),
    "difference": "float64",
    "difference_low": "float64",
    "difference_high": "float64",
    "mean_low": "float64",
    "mean_high": "float64",
    "more_share": "float64",
    "provenance": PROVENANCE,
}
"""`Comparison.differences`: one row a design and quantity, less the design `against`, replicate by replicate.

`difference_low` and `difference_high` leave out 2.5 % of the replicates each; the mean difference is within `mean_low` and
`mean_high` with a confidence of 95 %; `more_share` is the share of replicates in which the design has more.
"""

FEASIBILITY: Mapping[str, Any] = {
    "quota_id": "str",
    "places": "int64",
    "fill": "int64",
    "most": "int64",
    "gain": "int64",
    "in_clash": "bool",
}
"""`Feasibility.to_frame()`: one row a quota: places, fill in a solution, the most it could get, what one more place gains."""

COMPOSITION: Mapping[str, Any] = {
    "quota_id": "str",
    "wanted": "int64",
    "expected": "float64",
    "exceeded_by": "float64",
    "short_by": "float64",
}
"""`Proposal.composition`: one row a quota as it was asked for: its count, and its expected completes under the changed design,
those so far included."""

REPAIRS: Mapping[str, Any] = {
    "change": "str",
    "reaches": "bool",
    "goal_probability": "float64",
    "goal_probability_error": "float64",
    "completes": "float64",
    "exceeded": "str",
    "exceeded_by": "float64",
    "short_by": "float64",
    "cost": "Float64",
    "provenance": PROVENANCE,
}
"""`Repairs.to_frame()`: one row a proposal, the best first; `exceeded_by` and `short_by` add up over the original targets."""

SEGMENT_ANSWER: Mapping[str, Any] = {
    "member_id": "str",
    "qualification_id": "int64",
    "segment_id": "int64",
    "segment_text": "str",
    "locale": "str",
    "provenance": PROVENANCE,
}
"""`SegmentAnswer.to_frame()`: one row."""


PORTAL_SEGMENTS: Mapping[str, Any] = {
    "system_id": "str",
    "segment_code": "str",
    "segment_name": "str",
    "active": "bool",
    "provenance": PROVENANCE,
}
"""`PortalSegments.to_frame()`: one row a segment of a CIOPulse portal."""

UPSERTED: Mapping[str, Any] = {"system_id": "str", "created": "boolean", "provenance": PROVENANCE}
"""`Upserted.to_frame()`: one row; `created` is missing where it is not known."""

REPLACEMENT: Mapping[str, Any] = {
    "document_id": "str",
    "outcome": pd.CategoricalDtype(["updated", "not_updated", "duplicate", "rejected", "in_doubt", "not_attempted"]),
    "sent": pd.CategoricalDtype(["segments", "empty", "null"]),
    "segments": "int64",
    "merged": "int64",
    "request": "Int64",
    "error": "str",
    "provenance": PROVENANCE,
}
"""`Replacement.to_frame()`: one row a customer; `segments` were sent in place of all, `merged` equal ones were left out."""


def build(table: Mapping[str, Any], columns: Mapping[str, Any], index: pd.Index | None = None) -> pd.DataFrame:
    """Build a frame with exactly the columns and dtypes of `table`.

    Raises
    ------
    KeyError
        When `columns` lacks a column of the table.
    """
    return pd.DataFrame({name: _column(columns[name], dtype, index) for name, dtype in table.items()}, copy=False)


def _column(values: Any, dtype: Any, index: pd.Index | None) -> Any:  # noqa: ANN401 - a Series of whatever pandas takes
    try:
        return pd.Series(values, dtype=dtype, index=index)
    except UnicodeEncodeError:
        # Half a character, which pandas cannot hold where pyarrow keeps its text: it is shown as it is read.
        shown = [whole(value) if isinstance(value, str) else value for value in values]
        return pd.Series(shown, dtype=dtype, index=index)


def from_rows(table: Mapping[str, Any], rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    """Build a frame of `table` from rows in the order of its columns; no rows make an empty frame of the same dtypes."""
    columns = zip(*rows, strict=True) if rows else ([] for _ in table)
    return build(table, dict(zip(table, map(list, columns), strict=True)))


def whole_numbers(values: list[int | None]) -> pd.api.extensions.ExtensionArray:
    """Make an Int64 column of numbers that may be missing, without a pass through floats."""
    mask = np.fromiter((value is None for value in values), dtype=bool, count=len(values))
    return pd.arrays.IntegerArray(np.array([0 if value is None else value for value in values], dtype=np.int64), mask)
