"""Intervals of a share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def normal_quantile(confidence: float) -> float:
    """Return the z of a two-sided interval, 1.96 at 0.95."""
    return float(ndtri(0.5 + confidence / 2))


def wilson(share: ArrayLike, base: ArrayLike, confidence: float = 0.95) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the ends of Wilson's score interval, ``(p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n)``.

    Parameters
    ----------
    share
        From 0 to 1, of any shape; NaN where there is none.
    base
        The number of respondents, or the effective base; it need not be whole. Where it is 0 both ends are NaN.

    References
    ----------
    Wilson (1927), JASA 22, 209-212; Newcombe (1998), Statistics in Medicine 17, 857-872, method 3.

    Examples
    --------
    >>> low, high = wilson(81 / 263, 263)
    >>> print(f"{low:.4f} to {high:.4f}")
    0.2553 to 0.3662
    """
    z = normal_quantile(confidence)
    p, n = np.broadcast_arrays(np.asarray(share, dtype=np.float64), np.asarray(base, dtype=np.float64))
    n = np.where(n > 0, n, np.nan)
    shrink = 1 + z**2 / n
    centre = (p + z**2 / (2 * n)) / shrink
    half = z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2)) / shrink
    # a share of 0 or 1 is an end itself; rounding must not put it outside
    low = np.where(p == 0, 0.0 * n, np.clip(centre - half, 0, p))
    high = np.where(p == 1, 1.0 + 0.0 * n, np.clip(centre + half, p, 1))
    return low, high


def goodman(share: ArrayLike, base: ArrayLike, confidence: float = 0.95) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the ends of Goodman's simultaneous intervals: all shares of a column lie in theirs with this confidence.

    They are Wilson's with the error divided among the `k` segments, so that z² is the quantile of χ² with 1 degree of freedom
    at ``1 - (1 - confidence) / k``.

    Parameters
    ----------
    share
        ``(n_segments, n_columns)`` from 0 to 1.
    base
        ``(n_columns,)``, as of `wilson`.

    References
    ----------
    Goodman (1965), Technometrics 7, 247-254.
    """
    return wilson(share, base, 1 - (1 - confidence) / max(len(np.asarray(share)), 1))
