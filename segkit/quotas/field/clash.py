"""Which quotas cannot be filled together: a set that cannot, although it can without any one of its quotas.

What makes a set smaller only makes it easier to fill, so that every subset of a fillable set is fillable. Up to `SEARCHED` quotas
the smallest such set is found, by sizes; beyond, quotas are left out one by one while the rest still cannot be filled.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from segkit.quotas.field.programme import best

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Fillable = Callable[[tuple[int, ...]], bool]

SEARCHED = 12


class Filling:
    """Whether quotas can be filled together, each to its last place, within the goal.

    Parameters
    ----------
    member
        Which quotas a pattern that is admitted matches; shape (n_patterns, n_quotas).
    places
        Of each quota; shape (n_quotas,).
    goal
        Completes that may come; None is any number.
    """

    def __init__(self, member: NDArray[np.bool_], places: NDArray[np.int64], goal: int | None) -> None:
        self._member = member
        self._places = places
        self._goal = goal

    def __call__(self, quotas: tuple[int, ...]) -> bool:
        """Say so of these quotas alone, as if the others had no limit; what cannot be decided in time counts as fillable."""
        places = self._places[list(quotas)]
        total = int(places.sum())
        if not total:
            return True
        goal = total if self._goal is None else self._goal
        seen = np.unique(self._member[:, list(quotas)], axis=0)
        seen = seen[seen.any(axis=1) & ~seen[:, places <= 0].any(axis=1)]
        sizes = seen.sum(axis=1)
        if not seen[:, places > 0].any(axis=0).all() or total > goal * int(sizes.max(initial=0)):
            return False
        if total <= goal and seen[sizes == 1][:, places > 0].any(axis=0).all():
            return True
        found = best(seen, sizes, places, goal, total)
        return found.value == total or not found.is_proven


def clash(n_quotas: int, fillable: Fillable) -> tuple[int, ...]:
    """Return the places of quotas that cannot be filled together although any but one of them can; none when all can."""
    everything = tuple(range(n_quotas))
    if fillable(everything):
        return ()
    irreducible = _filtered(everything, fillable)
    if n_quotas > SEARCHED:
        return irreducible
    return _smaller(everything, len(irreducible), fillable) or irreducible


def _filtered(quotas: tuple[int, ...], fillable: Fillable) -> tuple[int, ...]:
    """Leave out quotas while the rest cannot be filled; in halves first, so that many cost little."""
    size = len(quotas) // 2
    while size:
        start = 0
        while start < len(quotas):
            rest = quotas[:start] + quotas[start + size :]
            if fillable(rest):
                start += size
            else:
                quotas = rest
        size //= 2
    return quotas


def _smaller(quotas: tuple[int, ...], size: int, fillable: Fillable) -> tuple[int, ...] | None:
    """Search for a set of fewer quotas than `size`, the smallest first; subsets of fillable ones are passed over."""
    known: list[frozenset[int]] = []
    for n in range(1, size):
        for some in combinations(quotas, n):
            if any(known_set.issuperset(some) for known_set in known):
                continue
            if not fillable(some):
                return some
            known.append(_grown(some, quotas, fillable))
    return None


def _grown(some: tuple[int, ...], quotas: tuple[int, ...], fillable: Fillable) -> frozenset[int]:
    """Take in every quota with which it can still be filled."""
    for quota in quotas:
        if quota not in some and fillable(tuple(sorted((*some, quota)))):
            some = tuple(sorted((*some, quota)))
    return frozenset(some)
