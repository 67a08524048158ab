"""Whether a changed design reaches its goal, and how far counts must be raised until it does.

Completes are not monotone in the counts: a wider quota can lower them. So counts are scanned upward and each candidate is
forecast; nothing between two that were tried is concluded.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import dropwhile
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from segkit.quotas import changes, fluid
from segkit.quotas.forecast import of_field
from segkit.quotas.opening import open_field

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from segkit.quotas.admission import Field, Policy
    from segkit.quotas.changes import Change
    from segkit.quotas.design import QuotaDesign
    from segkit.quotas.events import Given
    from segkit.quotas.forecast import Forecast
    from segkit.quotas.households import Households

COARSE, FINE = 1.05, 1.005
"""Factors between neighbouring candidates: where the field without chance is far from the goal, and near it."""
TRIED = 40
"""Candidates that are forecast one by one, before the steps are coarse again."""
SEARCHED = 1000
"""Replicates of a candidate; the one that is chosen is forecast anew, with other random numbers."""

LARGE = 10_000
"""Patterns from which on a forecast takes a second: then fewer candidates are tried, in coarser steps."""

GLANCED = 200
"""Replicates after which a candidate is given up that is far from reaching the goal often enough."""

_NEAR, _FURTHER = 0.995, 0.97


@dataclass(frozen=True)
class Trial:
    """What candidates are forecast under; `goal_probability` is what they are to reach."""

    households: Households
    policy: Policy
    match: Given | None
    replicates: int
    seed: int
    goal_probability: float

    def open(self, design: QuotaDesign) -> Field:
        """Open the field of a design."""
        return open_field(design, self.households, policy=self.policy, match=self.match, seed=self.seed)

    def forecast(self, field: Field) -> Forecast:
        """Forecast what is proposed, with random numbers that the search did not see."""
        return of_field(field, replicates=self.replicates, seed=self.seed + 1, provenance=self.households.provenance)

    def reaches(self, told: Forecast) -> bool:
        """Whether a forecast reaches its goal as often as is wanted."""
        return (told.goal_probability or 0.0) >= self.goal_probability

    def may_reach(self, field: Field) -> bool:
        """Whether the field without chance, whose completes are rarely below the mean, comes near its goal."""
        near = _NEAR if self.goal_probability >= 1 / 2 else _FURTHER
        return fluid.estimate(field).completes >= near * (field.goal or 0)

    def raised(self, change: Change, quota_ids: Iterable[str]) -> tuple[Change, Forecast] | None:
        """Raise the counts of some quotas by one factor, the smallest that was found to reach the goal; None where none does."""
        field = self.open(change.design)
        chosen = np.isin(field.patterns.quota_ids, list(quota_ids))
        for counts in _distinct(self._candidates(field, chosen)):
            wider = replace(field, remaining=counts, open_places=counts)
            if self._looks_good(wider) and self.reaches(told := self.forecast(wider)):
                return changes.raised(change, counts.tolist()), told
        return None

    def _looks_good(self, field: Field) -> bool:
        """Forecast with few replicates, and with more where it is not far off."""
        error = sqrt(self.goal_probability * (1 - self.goal_probability) / GLANCED)
        few = of_field(field, replicates=min(self.replicates, GLANCED), seed=self.seed)
        if (few.goal_probability or 0.0) < self.goal_probability - 3 * error:
            return False
        return self.reaches(of_field(field, replicates=min(self.replicates, SEARCHED), seed=self.seed))

    def _candidates(self, field: Field, chosen: NDArray[np.bool_]) -> Iterator[NDArray[np.int64]]:
        """Yield counts to try, upward from where the field without chance comes near its goal."""
        last = 1.0
        for factor in _factors(COARSE, field, chosen):
            if self.may_reach(_widened(field, chosen, factor)):
                break
            last = factor
        step = COARSE**0.5 if is_large(field) else FINE
        fine = (_widened(field, chosen, last * step**place) for place in range(TRIED))
        yield from (wider.remaining for wider in dropwhile(lambda wider: not self.may_reach(wider), fine))
        for factor in _factors(COARSE, field, chosen):
            if factor > last * step**TRIED:
                yield _widened(field, chosen, factor).remaining


def is_large(field: Field) -> bool:
    """Whether a field has so many patterns that only the plainest candidates are tried."""
    return len(field.patterns.probability) > LARGE


def _factors(step: float, field: Field, chosen: NDArray[np.bool_]) -> Iterator[float]:
    """Yield factors upward, up to the first with which no chosen quota can close before the goal."""
    goal, factor = field.goal or 0, 1.0
    counts = field.remaining[chosen & (field.remaining > 0)]
    while len(counts):
        yield factor
        if (counts * factor >= goal).all():
            return
        factor *= step


def _widened(field: Field, chosen: NDArray[np.bool_], factor: float) -> Field:
    """Raise the places of the chosen quotas, not beyond the goal, from where on they never close before it."""
    enough = np.maximum(field.remaining, field.goal or 0)
    raised = np.minimum(np.ceil(field.remaining * factor - 1e-9).astype(np.int64), enough)
    counts = np.where(chosen, raised, field.remaining)
    return replace(field, remaining=counts, open_places=counts)


def _distinct(candidates: Iterable[NDArray[np.int64]]) -> Iterator[NDArray[np.int64]]:
    seen = set()
    for counts in candidates:
        if (key := tuple(counts.tolist())) not in seen:
            seen.add(key)
            yield counts
