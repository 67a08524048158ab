"""The law of one number of a forecast, as its replicates drew it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from segkit.errors import InvalidInput

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Law:
    """A number that differs from replicate to replicate.

    Parameters
    ----------
    values
        One a replicate; shape (n_replicates,).
    """

    def __init__(self, values: NDArray[np.int64] | NDArray[np.float64]) -> None:
        self._values: NDArray[Any] = np.sort(values)

    @property
    def values(self) -> NDArray[Any]:
        """All draws, sorted; shape (n_replicates,)."""
        return self._values

    @property
    def mean(self) -> float:
        """The mean of the draws."""
        return float(self._values.mean())

    @property
    def sd(self) -> float:
        """The standard deviation of the draws; 0 where there is one."""
        return float(self._values.std(ddof=1)) if len(self._values) > 1 else 0.0

    @property
    def mean_error(self) -> float:
        """The standard error of `mean`: how far more replicates may still move it."""
        return self.sd / float(np.sqrt(len(self._values)))

    def quantile(self, q: float) -> float:
        """Return the smallest draw that at least the share `q` of the draws does not exceed.

        Raises
        ------
        InvalidInput
            When `q` is not between 0 and 1.
        """
        if not 0 <= q <= 1:
            raise InvalidInput(f"a quantile is asked for by a share between 0 and 1, not {q!r}")
        return float(np.quantile(self._values, q, method="inverted_cdf"))

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the two quantiles that leave out equal shares below and above.

        Raises
        ------
        InvalidInput
            When `level` is not between 0 and 1.
        """
        if not 0 < level < 1:
            raise InvalidInput(f"level is {level!r}: give a share between 0 and 1")
        return self.quantile((1 - level) / 2), self.quantile((1 + level) / 2)

    def at_least(self, value: float) -> float:
        """Return the share of draws that reach `value`."""
        return 1 - float(np.searchsorted(self._values, value, side="left")) / len(self._values)

    def __repr__(self) -> str:
        low, high = self.interval()
        return f"<Law: mean {self.mean:.6g}, sd {self.sd:.4g}, 95 %: {low:.6g}-{high:.6g}>"
