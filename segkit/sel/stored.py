"""A column of answers as a frame stores it, and the code of each value that it can hold: a table instead of a pass over rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from segkit.sel.respondents import REFUSED, UNANSWERED, distinct

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from segkit.sel.standard_answers import StandardReader

MOST_VALUES = 512
"""The longest table of values; a column that needs a longer one is read into codes first."""

_PIECE = 2**15
"""Numbers looked at together: they stay in the processor's cache."""


@dataclass(frozen=True, eq=False)
class Stored:
    """The answers of all respondents to one question.

    Attributes
    ----------
    values
        ``(n_respondents,)``: whole numbers as the frame holds them, not copied: categories' codes, or the numbers themselves.
    low
        The least of them.
    codes
        For each value from `low` on the code that it stands for, -1 where it is missing, -2 where it is no answer.
    given
        For each value from `low` on what was given.
    """

    values: NDArray[Any]
    low: int
    codes: NDArray[np.int64]
    given: list[Any]

    @classmethod
    def of(cls, column: pd.Series[Any], reader: StandardReader) -> Stored:
        """Read a column of any dtype."""
        if isinstance(column.dtype, pd.CategoricalDtype):
            return cls._placed(column.array.codes, list(column.array.categories), reader)
        if column.dtype.kind in "iu" and isinstance(column.dtype, np.dtype) and len(column):
            values = column.to_numpy()
            low, high = _least_and_greatest(values)
            if high - low < MOST_VALUES and high < 2**62:
                given = list(range(low, high + 1))
                signed = values if values.dtype != np.uint64 else values.astype(np.int64)
                return cls(signed, low, np.array(reader.codes(given), dtype=np.int64), given)
        places, given = distinct(column)
        return cls._placed(places, given, reader)

    @classmethod
    def _placed(cls, places: NDArray[Any], given: list[Any], reader: StandardReader) -> Stored:
        """Read places among what was given, -1 where a value is missing."""
        low = int(places.min()) if len(places) else 0
        # What few values there are need no look at how many of them occur.
        end = len(given) if len(given) < MOST_VALUES else int(places.max(initial=low)) + 1
        used = given[max(low, 0) : end]
        codes = np.array([UNANSWERED] * (low < 0) + reader.codes(used), dtype=np.int64)
        return cls(places, low, codes if len(codes) else np.array([REFUSED]), [None] * (low < 0) + used)

    def narrowed(self) -> Stored:
        """Return a column whose table is short enough to be combined with others; a fault is only one any more."""
        if len(self.codes) <= MOST_VALUES:
            return self
        codes = self.codes.astype(np.int8).take(self.values.astype(np.int64) - self.low)
        table = np.arange(REFUSED, int(self.codes.max(initial=0)) + 1, dtype=np.int64)
        return Stored(codes, REFUSED, table, [])

    def rows_of(self, wanted: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return the rows whose place in `codes` and `given` is wanted."""
        return np.flatnonzero(wanted.take(self.values.astype(np.int64) - self.low))

    def at(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the places in `codes` and `given` of some rows."""
        return self.values[rows].astype(np.int64) - self.low


def _least_and_greatest(values: NDArray[Any]) -> tuple[int, int]:
    """Return both in one pass through the memory, piece by piece."""
    pieces = [values[start : start + _PIECE] for start in range(0, len(values), _PIECE)]
    bounds = [(int(piece.min()), int(piece.max())) for piece in pieces]
    return min(low for low, _ in bounds), max(high for _, high in bounds)
