"""Counts to try: those of some quotas raised by one factor, upward, and at last so far that none closes before the goal.

Completes are not monotone in the counts: a wider quota can lower them. So counts are scanned upward and each candidate is drawn;
nothing between two that were tried is concluded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

    from numpy.typing import NDArray

    from segkit.quotas.field.variant import Variant

    Counts = NDArray[np.int64]

COARSE, FINE = 1.05, 1.005
"""Factors between neighbouring candidates: over the whole range, and near the first that is not far off."""
TRIED = 20
"""Fine steps, which lead over two coarse ones."""


class Rung(NamedTuple):
    """Counts of all quotas of a design, shape (n_quotas,), and by which factor some of them are raised."""

    factor: float
    counts: Counts


@dataclass(frozen=True, eq=False)
class Ladder:
    """The counts of some quotas, raised step by step.

    Attributes
    ----------
    counts, limits
        Of all quotas of a design: as they are, and from where on they never close before the goal; shape (n_quotas,).
    chosen
        Which are raised; shape (n_quotas,).
    """

    counts: Counts
    limits: Counts
    chosen: NDArray[np.bool_]

    @classmethod
    def of(cls, variant: Variant, quota_ids: Iterable[str]) -> Self:
        """Raise these quotas of a variant; not those of which the vendor has opened fewer places than remain."""
        return cls(variant.counts, variant.limits, np.isin(variant.quota_ids, list(quota_ids)) & ~variant.held)

    @property
    def coarse(self) -> list[Rung]:
        """The whole range; the last has every chosen quota at its limit, those of 0 too."""
        found, factor = [], COARSE
        growing = self.chosen & (self.counts > 0)
        while (self._times(factor) < self.limits)[growing].any():
            found.append(Rung(factor, self._times(factor)))
            factor *= COARSE
        return self._distinct([*found, Rung(factor, np.where(self.chosen, self.limits, self.counts))])

    def fine(self, near: Rung) -> list[Rung]:
        """Small steps around one of the coarse ones: from the one before it to the one behind it."""
        factors = (near.factor / COARSE * FINE**step for step in range(TRIED + 1))
        return self._distinct([Rung(factor, self._times(factor)) for factor in factors])

    def _times(self, factor: float) -> Counts:
        raised = np.ceil(self.counts * factor - 1e-9).astype(np.int64)
        return np.where(self.chosen, np.minimum(raised, self.limits), self.counts)

    def _distinct(self, rungs: Iterable[Rung]) -> list[Rung]:
        """Leave out what was there before, and what raises nothing."""
        found: dict[tuple[int, ...], Rung] = {}
        for rung in rungs:
            if (rung.counts != self.counts).any():
                found.setdefault(tuple(rung.counts.tolist()), rung)
        return list(found.values())
