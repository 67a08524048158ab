"""The code sets that families match together: unions of what their children match, as bits, and how probable each is.

Own codes with equal membership in the code sets are one atom. What j children match is what j - 1 children match, united with
an atom: a convolution over unions, mixed over the number of children.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from segkit.quotas.codes import FIRST, NO_CHILDREN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from segkit.quotas.field.families import Independent

    Bits = tuple[NDArray[np.int64], NDArray[np.float64]]

MAX_SETS = 62
"""Distinct code sets up to which probabilities are exact: the bits of one machine word."""
MAX_PATTERNS = 300_000
"""Unions that families can reach up to which probabilities are exact."""

_AT_ONCE = 4_000_000


def reached(sets: Sequence[int], law: Independent) -> Bits | None:
    """Return every union that a family reaches, bit n for set n, and its probability; None beyond the limits.

    Parameters
    ----------
    sets
        Code sets as `segkit.quotas.codes.mask` writes them.
    """
    if len(sets) > MAX_SETS:
        return None
    return _mixed(law.children, membership(sets, [NO_CHILDREN])[0], _atoms(sets, law))


def membership(sets: Sequence[int], codes: Iterable[int]) -> list[int]:
    """Return the code sets that hold each code, as bits."""
    return [sum(1 << place for place, mask in enumerate(sets) if mask >> (code - FIRST) & 1) for code in codes]


def _atoms(sets: Sequence[int], law: Independent) -> Bits:
    codes, shares = zip(*law.shares, strict=True)
    bits, weights = _merged(np.array(membership(sets, codes), dtype=np.int64), np.array(shares))
    return bits[weights > 0], weights[weights > 0]


def _merged(bits: NDArray[np.int64], weights: NDArray[np.float64]) -> Bits:
    distinct, inverse = np.unique(bits, return_inverse=True)
    return distinct, np.bincount(inverse, weights).astype(np.float64)


def _mixed(children: Sequence[float], childless: int, atoms: Bits) -> Bits | None:
    """Return every union of atoms that a family reaches, with its probability; None when there are too many."""
    last = max(number for number, share in enumerate(children) if share > 0)
    parts = [(np.array([childless], dtype=np.int64), np.array([children[0]]))] if children[0] else []
    now = (np.zeros(1, dtype=np.int64), np.ones(1))
    for share in children[1 : last + 1]:
        more = _one_more(now, atoms)
        if more is None:
            return None
        now = more
        if share > 0:
            parts.append((now[0], now[1] * share))
    return _merged(np.concatenate([bits for bits, _ in parts]), np.concatenate([weights for _, weights in parts]))


def _one_more(now: Bits, atoms: Bits) -> Bits | None:
    """Return the unions after one more child."""
    bits, weights = np.zeros(0, dtype=np.int64), np.zeros(0)
    step = max(1, _AT_ONCE // len(now[0]))
    for start in range(0, len(atoms[0]), step):
        some = slice(start, start + step)
        unions = (now[0][:, None] | atoms[0][None, some]).ravel()
        more = np.outer(now[1], atoms[1][some]).ravel()
        bits, weights = _merged(np.concatenate([bits, unions]), np.concatenate([weights, more]))
        if len(bits) > MAX_PATTERNS:
            return None
    return bits, weights
