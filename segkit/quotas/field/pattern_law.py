"""The exact probability of every pattern: which quotas of a design a family of a law can match together."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from segkit.quotas.codes import CODES, FIRST, NO_CHILDREN
from segkit.quotas.field import unions
from segkit.quotas.field.families import Independent
from segkit.quotas.field.patterns import Patterns
from segkit.quotas.field.unions import MAX_PATTERNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from segkit.quotas.field.families import Child, Counted, Law
    from segkit.quotas.field.wanted import Need, Wanted

    Rows = tuple[NDArray[np.bool_], NDArray[np.float64]]

N_SAMPLED = 200_000
"""Families that are sampled beyond the limits of what is exact."""

_MOST_CELLS = 40_000_000


def patterns_of(wanted: Wanted, law: Law, seed: int | np.random.Generator = 0) -> Patterns:
    """Compute the patterns of a design under a law of families, the most probable first.

    Exact for families that were counted, and up to `MAX_SETS` and `MAX_PATTERNS` of `quotas.field.unions`; beyond, `N_SAMPLED`
    families are sampled.

    Parameters
    ----------
    seed
        Only for sampling.
    """
    rows = _exact(wanted, law)
    n_sampled = None
    if rows is None:
        n_sampled = N_SAMPLED
        rows = _sampled(wanted, law, n_sampled, np.random.default_rng(seed))
    matched, probability = rows
    order = (-probability).argsort(kind="stable")
    quotas, qualified = np.ascontiguousarray(matched[order, :-1]), matched[order, -1]
    return Patterns(wanted.quota_ids, quotas, qualified, probability[order], n_sampled is None, n_sampled)


def _exact(wanted: Wanted, law: Law) -> Rows | None:
    """Return the needs that families meet together and how probable that is; None beyond the limits."""
    children = _independent(wanted, law) if isinstance(law, Independent) else _counted(wanted, law)
    if children is None:
        return None
    rows = children
    for place in range(len(wanted.traits)):
        both = _both(rows, _events(wanted, place))
        if both is None:
            return None
        rows = both
    return rows


def _both(first: Rows, second: Rows) -> Rows | None:
    """Combine two independent laws of which needs are met: a need is met when both meet it."""
    if len(first[1]) * len(second[1]) * first[0].shape[1] > _MOST_CELLS:
        return None
    met = (first[0][:, None, :] & second[0][None, :, :]).reshape(-1, first[0].shape[1])
    rows = _collapse(met, np.outer(first[1], second[1]).ravel())
    return rows if len(rows[1]) <= MAX_PATTERNS else None


def _events(wanted: Wanted, place: int) -> Rows:
    """Return which needs each event of a trait meets, and the share of respondents; the last row is none of the events."""
    trait = wanted.traits[place]
    met = np.ones((len(trait.events) + 1, len(wanted.needs)), dtype=bool)
    for column, need in enumerate(wanted.needs):
        for event in (event for where, event in need.events if where == place):
            met[:, column] &= np.arange(len(met)) == event
    shares = np.array([*trait.shares, max(0.0, 1 - sum(trait.shares))])
    return met[shares > 0], shares[shares > 0]


def _collapse(rows: NDArray[np.bool_], weights: NDArray[np.float64]) -> Rows:
    """Add up the weights of equal rows."""
    packed = np.ascontiguousarray(np.packbits(rows, axis=1))
    keys = packed.view(np.dtype((np.void, packed.shape[1]))).ravel()
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    return rows[first], np.bincount(inverse, weights).astype(np.float64)


def _independent(wanted: Wanted, law: Independent) -> Rows | None:
    reached = unions.reached(wanted.sets, law)
    if reached is None:
        return None
    bits, weights = reached
    met = np.stack([bits & need.children == need.children for need in wanted.needs], axis=1)
    return _collapse(met, weights)


def _counted(wanted: Wanted, law: Counted) -> Rows:
    """Count in whole fractions; rounded once, at the end."""
    member = dict(zip(CODES, unions.membership(wanted.sets, CODES), strict=True))
    found: dict[int, Fraction] = {}
    for children, share in law.families:
        for bits, part in _unions(children, member).items():
            met = _met(bits, wanted.needs)
            found[met] = found.get(met, Fraction(0)) + share * part
    rows = [[bool(met >> place & 1) for place in range(len(wanted.needs))] for met in found]
    return np.array(rows, dtype=bool), np.array([float(share) for share in found.values()])


def _unions(children: tuple[Child, ...], member: Mapping[int, int]) -> dict[int, Fraction]:
    """Return the sets that a family matches; several where the month of a child is not known."""
    found = {0 if children else member[NO_CHILDREN]: Fraction(1)}
    for child in children:
        more: dict[int, Fraction] = {}
        for code, times in Counter(member[code] for code in child).items():
            for bits, share in found.items():
                more[bits | code] = more.get(bits | code, Fraction(0)) + share * Fraction(times, len(child))
        found = more
    return found


def _met(bits: int, needs: Iterable[Need]) -> int:
    return sum(1 << place for place, need in enumerate(needs) if bits & need.children == need.children)


def _sampled(wanted: Wanted, law: Law, n: int, generator: np.random.Generator) -> Rows:
    """Count patterns in families that are drawn."""
    sizes, codes = law.sample(n, generator)
    within = np.array([[bool(mask >> place & 1) for mask in wanted.sets] for place in range(len(CODES))], dtype=bool)
    member = np.tile(within[NO_CHILDREN - FIRST], (n, 1))
    parents = sizes > 0
    if parents.any():
        starts = (np.cumsum(sizes) - sizes)[parents]
        member[parents] = np.logical_or.reduceat(within[codes - FIRST], starts, axis=0)
    met = np.ones((n, len(wanted.needs)), dtype=bool)
    for column, need in enumerate(wanted.needs):
        for place in (place for place in range(len(wanted.sets)) if need.children >> place & 1):
            met[:, column] &= member[:, place]
    for place in range(len(wanted.traits)):
        rows, shares = _events(wanted, place)
        met &= rows[generator.choice(len(shares), size=n, p=shares / shares.sum())]
    return _collapse(met, np.full(n, 1 / n))
