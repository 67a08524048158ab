"""Two laws of families: children drawn independently given their number, and families that were counted."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

Child = tuple[int, ...]
"""A counted child: its own codes of 232 that are equally likely; one, or those of the months of a year."""


class Drawn(NamedTuple):
    """Families that were drawn.

    Attributes
    ----------
    sizes
        The number of children of each family; shape (n_families,).
    codes
        Their own codes of 232, family after family; shape (sum of `sizes`,).
    """

    sizes: NDArray[np.int64]
    codes: NDArray[np.int64]


@dataclass(frozen=True)
class Independent:
    """Children are independent given their number, and all of one law.

    Attributes
    ----------
    children
        The probability of 0, 1, 2, ... children.
    shares
        Own codes of 232 and the probability that a child has it.
    """

    children: tuple[float, ...]
    shares: tuple[tuple[int, float], ...]

    def sample(self, n: int, generator: np.random.Generator) -> Drawn:
        """Draw families."""
        codes, shares = zip(*self.shares, strict=True)
        sizes = generator.choice(len(self.children), size=n, p=self.children)
        return Drawn(sizes, generator.choice(np.array(codes, dtype=np.int64), size=int(sizes.sum()), p=shares))


@dataclass(frozen=True)
class Counted:
    """Families that were counted; the law is what was found.

    Attributes
    ----------
    families
        The children of a family, ascending, and the share of families that have just these; ascending.
    n
        How many families were counted.
    """

    families: tuple[tuple[tuple[Child, ...], Fraction], ...]
    n: int

    def children(self) -> tuple[float, ...]:
        """Return the share of families with 0, 1, 2, ... children."""
        shares = [Fraction(0)] * (1 + max(len(children) for children, _ in self.families))
        for children, share in self.families:
            shares[len(children)] += share
        return tuple(map(float, shares))

    def shares(self) -> dict[int, Fraction]:
        """Return the share of all children that have each own code, by code; nothing where there are no children."""
        found: dict[int, Fraction] = {}
        for children, share in self.families:
            for child in children:
                for code in child:
                    found[code] = found.get(code, Fraction(0)) + share / len(child)
        total = sum(found.values())
        return {code: found[code] / total for code in sorted(found)}

    def sample(self, n: int, generator: np.random.Generator) -> Drawn:
        """Draw families, with replacement."""
        weights = np.array([float(share) for _, share in self.families])
        picked = generator.choice(len(weights), size=n, p=weights / weights.sum())
        kinds = sorted({child for children, _ in self.families for child in children})
        place = {child: number for number, child in enumerate(kinds)}
        sizes, drawn = _gathered(([place[child] for child in children] for children, _ in self.families), picked)
        lengths, codes = _gathered(kinds, drawn)
        within = np.floor(generator.random(len(drawn)) * lengths).astype(np.int64)
        return Drawn(sizes, codes[np.cumsum(lengths) - lengths + within])


def _gathered(lists: Iterable[Iterable[int]], picked: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Join the lists that were picked: the length of each, and all of their members."""
    every = [list(members) for members in lists]
    lengths = np.array([len(members) for members in every], dtype=np.int64)
    members = np.fromiter(chain.from_iterable(every), dtype=np.int64)
    sizes = lengths[picked]
    starts = (np.cumsum(lengths) - lengths)[picked]
    return sizes, members[np.repeat(starts - (np.cumsum(sizes) - sizes), sizes) + np.arange(sizes.sum())]


Law = Independent | Counted
