"""Weights of respondents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from segkit.errors import InvalidInput
from segkit.findings import Finding
from segkit.tables.categories import pick

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TOLD = 10
"""Rows that an error names one by one."""
_LARGEST = float(np.finfo(np.float64).max)


def read_weights(frame: pd.DataFrame, weights: str | pd.Series | None) -> NDArray[np.float64]:
    """Return a weight a row of the frame; 1 where none are given.

    Parameters
    ----------
    weights
        The name of a column, or a Series with the frame's index, in any order when no label is there twice.

    Raises
    ------
    InvalidInput
        When the column is not there, the index is another, or a weight is missing, negative, infinite or no number; the
        findings name the rows.
    """
    if weights is None:
        return np.ones(len(frame))
    if isinstance(weights, str):
        return _checked(pick(frame, weights, "weights"), f"column {weights!r}")
    if not isinstance(weights, pd.Series):
        raise InvalidInput(f"weights: give the name of a column or a Series, not {type(weights).__name__}")
    if not weights.index.equals(frame.index):
        both_unique = weights.index.is_unique and frame.index.is_unique
        if not both_unique or set(weights.index) != set(frame.index):
            raise InvalidInput("weights: the Series has another index than the frame; give pd.Series(values, index=frame.index)")
        weights = weights.reindex(frame.index)
    return _checked(weights, "the Series")


def _checked(column: pd.Series, where: str) -> NDArray[np.float64]:
    if pd.api.types.is_bool_dtype(column.dtype):
        raise InvalidInput(f"weights: {where} is {column.dtype}, true or false; give numbers, or leave rows out of the frame")
    if not pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_complex_dtype(column.dtype):
        raise InvalidInput(f"weights: {where} is {column.dtype}, no numbers; give pd.to_numeric(...)")
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    wrong = np.flatnonzero(~(np.isfinite(values) & (values >= 0)))
    if len(wrong):
        more = f"; the first {_TOLD} are named" if len(wrong) > _TOLD else ""
        found = [_finding(column, row, values[row]) for row in wrong[:_TOLD]]
        raise InvalidInput(f"weights: {where} has {len(wrong)} rows without a usable weight{more}", found)
    if len(values) and values.max() > _LARGEST / len(values):
        raise InvalidInput(
            f"weights: {where} has weights up to {values.max():g}, whose sum is no number; divide them by their mean"
        )
    return values


def _finding(column: pd.Series, row: int, value: float) -> Finding:
    fault = "is missing" if np.isnan(value) else f"is {value:g}"
    fix = "Give a number of 0 or more, or leave the row out of the frame."
    return Finding(
        "not-a-weight", "error", f"row {column.index[row]!r:.60}, column {column.name!r:.60}", f"the weight {fault}", fix
    )
