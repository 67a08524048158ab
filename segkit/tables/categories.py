"""A column of the frame, found by its name, and its categories as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from segkit.errors import InvalidInput
from segkit.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray


def pick(frame: pd.DataFrame, name: str, role: str) -> pd.Series:
    """Return the one column of this name.

    Raises
    ------
    InvalidInput
        When there is none, or more than one.
    """
    n = sum(label == name for label in frame.columns)
    if n == 0:
        raise InvalidInput(f"{role}: the frame has no column {name!r:.60}; it has {list(frame.columns)!r:.300}")
    if n > 1:
        raise InvalidInput(f"{role}: the frame has {n} columns named {name!r}; rename them, so that one is meant")
    return frame[name]


def read_categories(frame: pd.DataFrame, name: str, role: str) -> tuple[list[str], NDArray[np.int64]]:
    """Return the categories of a column as text, in order, and ``(n_respondents,)`` their places, -1 where missing.

    Raises
    ------
    InvalidInput
        When the column is not there, is there twice, is no categorical, or has two categories that read the same.
    """
    column = pick(frame, name, role)
    if not isinstance(column.dtype, pd.CategoricalDtype):
        fix = f"frame[{name!r}] = pd.Categorical(frame[{name!r}], categories=[...], ordered=True)"
        raise InvalidInput(
            f"{role}: {name!r} is {column.dtype}; give a categorical, which knows all its values and their order: {fix}"
        )
    texts = [str(category) for category in column.cat.categories]
    if len(set(texts)) < len(texts):
        twice = next(text for text in texts if texts.count(text) > 1)
        raise InvalidInput(f"{role}: {name!r} has two categories that read {twice!r}; rename one of them")
    return texts, column.cat.codes.to_numpy().astype(np.int64)


def missing(frame: pd.DataFrame, name: str, absent: NDArray[np.bool_], code: str, message: str) -> Iterator[Finding]:
    """Report the respondents without a value once, with the first of their rows."""
    rows = np.flatnonzero(absent)
    if len(rows):
        more = f" and {len(rows) - 1:,} more rows" if len(rows) > 1 else ""
        where = f"row {frame.index[rows[0]]!r:.60}{more}, column {name!r:.60}"
        yield Finding(code, "warning", where, message, f"See them with frame[frame[{name!r:.60}].isna()].")
