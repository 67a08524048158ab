"""How sure a table has to be: the level of its tests and intervals, and the bases below which it warns."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from segkit.errors import InvalidInput
from segkit.tables.intervals import goodman, wilson

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Correction = Literal["none", "bonferroni", "holm"]
Intervals = Literal["wilson", "goodman"]
CORRECTIONS: tuple[Correction, ...] = get_args(Correction)
_METHODS = {"wilson": wilson, "goodman": goodman}
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Criterion:
    """What is tested, and what counts as significant.

    Attributes
    ----------
    confidence
        Of the intervals; a difference is significant when its p-value is below 1 less this.
    correction
        Of the p-values of one row and one block of columns.
    intervals
        ``wilson`` for each share by itself, ``goodman`` for all shares of a column at once.
    no_test_below, small_below
        Effective bases: below the first a column is not tested and marked ``**``, below the second it is marked ``*``.

    Raises
    ------
    InvalidInput
        When one of them cannot be.
    """

    confidence: float = 0.95
    correction: Correction = "none"
    intervals: Intervals = "wilson"
    no_test_below: float = 30
    small_below: float = 100

    def __post_init__(self) -> None:
        if not (_is_number(self.confidence) and 0 < self.confidence < 1):
            raise InvalidInput(f"confidence is {self.confidence!r:.40}: give a number between 0 and 1, such as 0.95")
        if self.correction not in CORRECTIONS:
            raise InvalidInput(f"correction is {self.correction!r:.40}: give one of {list(CORRECTIONS)}")
        if self.intervals not in list(_METHODS):
            raise InvalidInput(f"intervals is {self.intervals!r:.40}: give one of {list(_METHODS)}")
        bases = (self.no_test_below, self.small_below)
        if not (all(map(_is_number, bases)) and 0 <= self.no_test_below <= self.small_below < np.inf):
            told = f"no_test_below is {self.no_test_below!r:.40} and small_below {self.small_below!r:.40}"
            raise InvalidInput(f"{told}: give two bases of 0 or more, the first not above the second")

    def interval(self, shares: Floats, effective: Floats) -> tuple[Floats, Floats]:
        """Return the ends of the intervals of ``(n_segments, n_columns)`` shares on ``(n_columns,)`` effective bases."""
        return _METHODS[self.intervals](shares, effective, self.confidence)

    def marks(self, effective: Floats) -> list[str]:
        """Return ``**``, ``*`` or nothing for each effective base."""
        # an effective base is a quotient of sums: 30 equal weights may come to 29.999999999999996
        bases = effective * (1 + _ROUNDING)
        return ["**" if base < self.no_test_below or base <= 0 else "*" * (base < self.small_below) for base in bases.tolist()]


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)
