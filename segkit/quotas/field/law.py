"""The law of one number of a forecast, as its replicates drew it."""

from __future__ import annotations

from math import isfinite, isnan
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from segkit.errors import InvalidInput
from segkit.quotas.probability import is_probability

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Law:
    """A number that differs from replicate to replicate.

    Parameters
    ----------
    values
        One a replicate; shape (n_replicates,).
    moments
        How many moments of the law are finite: with 0 the mean of the draws would only tell how many were drawn, with 1 their sd.
    """

    def __init__(self, values: NDArray[np.int64] | NDArray[np.float64], moments: int = 2) -> None:
        self._values: NDArray[Any] = np.sort(values)
        self._moments = moments if self._values.any() else 2

    @property
    def values(self) -> NDArray[Any]:
        """All draws, sorted; shape (n_replicates,)."""
        return self._values

    @property
    def mean(self) -> float:
        """The mean of the draws; infinite where that of the law is."""
        return float(self._values.mean()) if self._moments else float("inf")

    @property
    def sd(self) -> float:
        """The standard deviation of the draws, 0 where there is one; infinite where that of the law is, or its mean."""
        if self._moments < 2:  # noqa: PLR2004 - the second moment
            return float("inf")
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
        if not is_probability(q):
            raise InvalidInput(f"a quantile is asked for by a share between 0 and 1, not {q!r:.40}")
        return float(np.quantile(self._values, q, method="inverted_cdf"))

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the two quantiles that leave out equal shares below and above.

        Raises
        ------
        InvalidInput
            When `level` is not between 0 and 1.
        """
        if not is_probability(level) or level in {0, 1}:
            raise InvalidInput(f"level is {level!r:.40}: give a share between 0 and 1")
        return self.quantile((1 - level) / 2), self.quantile((1 + level) / 2)

    def at_least(self, value: float) -> float:
        """Return the share of draws that reach `value`.

        Raises
        ------
        InvalidInput
            When `value` is no number.
        """
        given: Any = value
        if not isinstance(given, Real) or isnan(given):
            raise InvalidInput(f"value is {value!r:.40}: give a number")
        return 1 - float(np.searchsorted(self._values, value, side="left")) / len(self._values)

    @property
    def about(self) -> str:
        """The mean, or the median where there is no finite mean."""
        if self._moments:
            return f"{self.mean:.0f}"
        return f"{self.quantile(0.5):.0f} (median; the mean is not finite: read the quantiles)"

    def __repr__(self) -> str:
        low, high = self.interval()
        return f"<Law: mean {self.mean:.6g}, sd {self.sd:.4g}, 95 %: {low:.6g}-{high:.6g}>"


def shown(number: float) -> str:
    """Return a mean or an sd as text."""
    return f"{number:.1f}" if isfinite(number) else "not finite"
