"""Significance letters: the letter of the column with the smaller share, beside the larger share."""

from __future__ import annotations

from string import ascii_uppercase
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.special import erfc

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from segkit.tables.bases import Counts, Overlap
    from segkit.tables.criterion import Correction, Criterion

    Floats = NDArray[np.float64]


_AT_ONCE = 1 << 20
"""Pairs of columns that are tested in one go, so that thousands of columns need little memory."""
_NOTHING = 1e-12
"""What is below this share of its whole is taken for rounding."""


def letter(place: int) -> str:
    """Return the letter of a column, counted from 0: A to Z, then AA to ZZ, then AAA.

    Examples
    --------
    >>> [letter(place) for place in (0, 25, 26, 701, 702)]
    ['A', 'Z', 'AA', 'ZZ', 'AAA']
    """
    rest, last = divmod(place, len(ascii_uppercase))
    return (letter(rest - 1) if rest else "") + ascii_uppercase[last]


class Sums(NamedTuple):
    """Of the respondents of a column, or of those in two columns: weights, squared weights, weights in the segment."""

    weight: Floats
    squares: Floats
    hits: Floats

    def without(self, other: Sums) -> Sums:
        """Return the sums over the respondents who are not in `other`."""
        rest = Sums(*(np.maximum(whole - part, 0) for whole, part in zip(self, other, strict=True)))
        return rest._replace(weight=np.where(rest.weight > _NOTHING * self.weight, rest.weight, 0))


def p_values(first: Sums, second: Sums, both: Sums) -> Floats:
    """Test whether two columns have the same share; columns may have respondents in common.

    With W the sum of weights and Q that of their squares, in columns 1 and 2 and in both (12)::

        z = (p1 - p2) / √( p (1 - p) (Q1/W1² + Q2/W2² - 2 Q12/(W1 W2)) )

    Q/W² is 1 over the effective base, and p(1-p) Q12/(W1 W2) the covariance of the two shares: who is in both columns has one
    answer. The hypothesis is that the share is p whichever of the columns a respondent is in; p is the mean of the shares of
    those in column 1 only, in both and in column 2 only, weighted by their effective bases. With nobody in both it is the
    two-proportion z test with pooled variance on the effective bases. With column 2 inside column 1 and equal weights it is
    the same test of column 2 against the others of column 1.

    Parameters
    ----------
    first, second, both
        Arrays that broadcast; weights of both columns above 0.

    Returns
    -------
    Two-sided p-values; 1 where the shares cannot differ.
    """
    p, spread = _pooled(first, second, both), _spread(first, second, both)
    variance = p * (1 - p) * spread
    difference = np.abs(first.hits / first.weight - second.hits / second.weight)
    z = np.divide(difference, np.sqrt(variance), out=np.zeros(variance.shape), where=variance > 0)
    return np.asarray(erfc(z / np.sqrt(2)), dtype=np.float64)


def _pooled(first: Sums, second: Sums, both: Sums) -> Floats:
    shape = np.broadcast(first.weight, second.weight, both.weight).shape
    counts, bases = np.zeros(shape), np.zeros(shape)
    for part in (both, first.without(both), second.without(both)):
        per_square = np.divide(part.weight, part.squares, out=np.zeros(shape), where=part.squares > 0)
        counts += per_square * np.minimum(part.hits, part.weight)
        bases += per_square * part.weight
    return np.divide(counts, bases, out=np.zeros(shape), where=bases > 0)


def _spread(first: Sums, second: Sums, both: Sums) -> Floats:
    """Return the variance of the difference over that of one answer, 0 where the columns are the same respondents."""
    apart = first.squares / first.weight**2 + second.squares / second.weight**2
    spread = apart - 2 * both.squares / (first.weight * second.weight)
    return np.where(spread > _NOTHING * apart, spread, 0)


def adjust(p: Floats, correction: Correction) -> Floats:
    """Return p-values corrected for how many they are: p m, or Holm's step-down; at most 1.

    References
    ----------
    Holm (1979), Scandinavian Journal of Statistics 6, 65-70.

    Examples
    --------
    >>> adjust(np.array([0.01, 0.04, 0.03, 0.005]), "holm").round(6).tolist()
    [0.03, 0.06, 0.06, 0.02]
    """
    if correction == "none":
        return p
    if correction == "bonferroni":
        return np.minimum(p * p.size, 1)
    order = np.argsort(p, kind="stable")
    steps = p[order] * np.arange(p.size, 0, -1)
    adjusted = np.empty(p.size)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1)
    return adjusted


def larger(counts: Counts, columns: NDArray[np.int64], overlap: Overlap | None, criterion: Criterion) -> list[list[list[int]]]:
    """Return for each segment and each of `columns` which of them have a significantly smaller share, as places in `columns`.

    Parameters
    ----------
    overlap
        What each two of the columns have in common; None where no respondent is in two.
    """
    marks = criterion.marks(counts.base_effective[columns])
    kept = np.flatnonzero([mark != "**" for mark in marks])
    found: list[list[list[int]]] = [[[] for _ in columns] for _ in counts.shares]
    for segment, shares in enumerate(counts.shares[:, columns[kept]]):
        p = _all_pairs(counts, segment, columns[kept], _of_segment(overlap, segment, kept))
        upper = np.triu_indices(len(kept), 1)
        significant = np.zeros(p.shape, dtype=bool)
        significant[upper] = adjust(p[upper], criterion.correction) < 1 - criterion.confidence
        significant |= significant.T
        for place, above in enumerate(significant & (shares[:, None] > shares)):
            found[segment][kept[place]] = kept[above].tolist()
    return found


def _of_segment(overlap: Overlap | None, segment: int, kept: NDArray[np.int64]) -> Sums | None:
    if overlap is None:
        return None
    pairs = np.ix_(kept, kept)
    return Sums(overlap.weight[pairs], overlap.squares[pairs], overlap.counts[segment].toarray()[pairs])


def _all_pairs(counts: Counts, segment: int, columns: NDArray[np.int64], both: Sums | None) -> Floats:
    """Return ``(n_columns, n_columns)`` p-values."""
    each = Sums(counts.base_relative[columns], counts.base_squares[columns], counts.relative[segment, columns])
    p = np.ones((len(columns), len(columns)))
    step = max(_AT_ONCE // max(len(columns), 1), 1)
    nobody = Sums(np.zeros(1), np.zeros(1), np.zeros(1))
    for start in range(0, len(columns), step):
        lines = slice(start, start + step)
        some = Sums(*(values[lines, None] for values in each))
        p[lines] = p_values(some, each, nobody if both is None else Sums(*(values[lines] for values in both)))
    return p
