"""The frames of plans: their changes, and what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from segkit import frames

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ACTION = pd.CategoricalDtype(["create", "update", "delete", "no-op", "blocked"])
OUTCOME = pd.CategoricalDtype(["applied", "rejected", "in_doubt", "skipped", "not_attempted"])

PLAN: Mapping[str, Any] = {"key": "str", "action": ACTION, "field": "str", "before": "str", "after": "str", "reason": "str"}
"""`Plan.to_frame()`: one row a segment and field that changes, and one a segment that does not, its field missing."""

APPLIED: Mapping[str, Any] = {"key": "str", "action": ACTION, "outcome": OUTCOME, "reason": "str"}
"""`Applied.to_frame()`: one row a segment that was to be changed."""


def framed(rows: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
    """Return `PLAN` of changes."""
    return frames.from_rows(PLAN, list(rows))


def of_outcomes(rows: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
    """Return `APPLIED` of outcomes."""
    return frames.from_rows(APPLIED, list(rows))
