"""Bases: how many respondents stand behind a share, unweighted, weighted and effective."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Sparse = Any  # scipy has no types


def effective_base(total: ArrayLike, squares: ArrayLike) -> NDArray[np.float64]:
    """Return ``(sum w)² / sum w²`` of two sums, 0 where nobody has a weight.

    It is the number of respondents with equal weights whose share would be as exact (Kish 1965, Survey Sampling).

    Parameters
    ----------
    total, squares
        Sum of the weights and of their squares, of one shape.

    Examples
    --------
    >>> weights = np.array([1.5, 0.8, 1.2, 1.1, 2.5])
    >>> print(round(float(effective_base(weights.sum(), (weights**2).sum())), 2))
    4.28
    """
    total, squares = np.asarray(total, dtype=np.float64), np.asarray(squares, dtype=np.float64)
    found = np.zeros(np.broadcast(total, squares).shape)
    np.divide(total**2, squares, out=found, where=squares > 0)
    return found


@dataclass(frozen=True, eq=False)
class Counts:
    """Respondents by segment and column.

    Attributes
    ----------
    n
        ``(n_segments, n_columns)`` respondents.
    weighted
        The same, weights added up.
    relative, squares
        The same of weights divided by the largest, and of their squares.
    """

    n: NDArray[np.int64]
    weighted: NDArray[np.float64]
    relative: NDArray[np.float64]
    squares: NDArray[np.float64]

    @cached_property
    def base_n(self) -> NDArray[np.int64]:
        """``(n_columns,)`` respondents in a column."""
        return np.asarray(self.n.sum(axis=0))

    @cached_property
    def base_weighted(self) -> NDArray[np.float64]:
        """``(n_columns,)`` weights in a column added up."""
        return np.asarray(self.weighted.sum(axis=0))

    @cached_property
    def base_relative(self) -> NDArray[np.float64]:
        """``(n_columns,)`` relative weights in a column added up."""
        return np.asarray(self.relative.sum(axis=0))

    @cached_property
    def base_squares(self) -> NDArray[np.float64]:
        """``(n_columns,)`` squares of the relative weights in a column added up."""
        return np.asarray(self.squares.sum(axis=0))

    @cached_property
    def base_effective(self) -> NDArray[np.float64]:
        """``(n_columns,)`` effective bases."""
        return effective_base(self.base_relative, self.base_squares)

    @cached_property
    def shares(self) -> NDArray[np.float64]:
        """``(n_segments, n_columns)`` from 0 to 1, NaN where the base is 0."""
        base = np.broadcast_to(self.base_relative, self.relative.shape)
        found = np.full(base.shape, np.nan)
        np.divide(self.relative, base, out=found, where=base > 0)
        return found


@dataclass(frozen=True, eq=False)
class Overlap:
    """What pairs of columns have in common.

    Attributes
    ----------
    weight, squares
        ``(n_columns, n_columns)``: relative weights of the respondents in both columns, and their squares, added up.
    counts
        For each segment the same of the weights of its respondents, sparse.
    """

    weight: NDArray[np.float64]
    squares: NDArray[np.float64]
    counts: tuple[Sparse, ...]


@dataclass(frozen=True, eq=False)
class Sample:
    """Respondents with a segment, a weight and the columns that they are in.

    Attributes
    ----------
    codes
        ``(n_respondents,)`` place of the segment; -1 is in no base.
    n_segments
        How many segments there are.
    members
        ``(n_respondents, n_columns)`` sparse, 1.0 where a respondent is in a column.
    weights
        ``(n_respondents,)`` finite, not negative.
    """

    codes: NDArray[np.int64]
    n_segments: int
    members: Sparse
    weights: NDArray[np.float64]

    @cached_property
    def relative(self) -> NDArray[np.float64]:
        """Weights divided by the largest, so that squares neither overflow nor vanish."""
        largest = self.weights.max(initial=0.0)
        return self.weights / largest if largest > 0 else self.weights

    def counts(self) -> Counts:
        """Count respondents and weights by segment and column."""
        rows = np.flatnonzero(self.codes >= 0)
        members = self.members[rows]
        codes = self.codes[rows]

        def added(values: NDArray[np.float64]) -> NDArray[np.float64]:
            places = (values, (np.arange(len(rows)), codes))
            segments = sparse.csr_array(places, shape=(len(rows), self.n_segments))
            return np.asarray((segments.T @ members).toarray(), dtype=np.float64)

        u = self.relative[rows]
        n = np.rint(added(np.ones(len(rows)))).astype(np.int64)
        return Counts(n, added(self.weights[rows]), added(u), added(u**2))

    def overlap(self, columns: NDArray[np.int64]) -> Overlap:
        """Add up what each two of `columns` have in common."""
        members = self.members[:, columns].tocsr()
        size = (len(columns), len(columns))
        weight, squares, counts = np.zeros(size), np.zeros(size), []
        for segment in range(self.n_segments):
            rows = np.flatnonzero(self.codes == segment)
            inside, u = members[rows], self.relative[rows][:, None]
            both = sparse.csr_array(inside.T @ inside.multiply(u))
            counts.append(both)
            weight += both.toarray()
            squares += (inside.T @ inside.multiply(u**2)).toarray()
        return Overlap(weight, squares, tuple(counts))
