"""What changed designs are tried under, and the forecast of one that is proposed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from segkit import frames
from segkit.quotas.field.forecast import of_field
from segkit.quotas.field.restart import Restart
from segkit.quotas.field.variant import Variant

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from segkit.quotas.design import QuotaDesign
    from segkit.quotas.field.admission import Field, Policy
    from segkit.quotas.field.changes import Change
    from segkit.quotas.field.draws import Draws
    from segkit.quotas.field.events import Given
    from segkit.quotas.field.forecast import Forecast
    from segkit.quotas.field.households import Households

LARGE = 10_000
"""Patterns from which on a forecast takes a second: then fewer changes are tried."""


class Told(NamedTuple):
    """A forecast, and who it brings by the quotas as asked for (`segkit.frames.COMPOSITION`)."""

    forecast: Forecast
    composition: pd.DataFrame


@dataclass(frozen=True)
class Trial:
    """What changed designs are forecast under.

    Attributes
    ----------
    asked
        The design that they change.
    goal_probability
        How often they are to reach the goal.
    restart
        Where the survey stands.
    """

    asked: QuotaDesign
    households: Households
    policy: Policy
    match: Given | None
    replicates: int
    seed: int
    goal_probability: float
    restart: Restart

    def open(self, design: QuotaDesign) -> Field:
        """Open the field of a design, as the survey stands."""
        return self._opened(design, self.restart)

    def _opened(self, design: QuotaDesign, restart: Restart) -> Field:
        return restart.open_field(design, self.households, policy=self.policy, match=self.match, seed=self.seed)

    def variant(self, change: Change) -> Variant:
        """Open the field of a changed design beside what was asked for."""
        return Variant.of(change, self.open(change.design), self.restart).beside(self.asked, self._launched)

    def _launched(self, design: QuotaDesign) -> Field:
        """Open the field of a design as at its launch."""
        return self._opened(design, Restart(design))

    def forecast(self, variant: Variant) -> Told:
        """Forecast what is proposed, with random numbers that the search did not see."""
        told = of_field(variant.field, replicates=self.replicates, seed=self.seed + 1, provenance=self.households.provenance)
        own = replace(told, field=self.open(variant.change.design), drawn=_of(told.drawn, variant.own))
        return Told(own, self._composition(self.expected(variant, told.drawn.fills)))

    def reaches(self, told: Forecast) -> bool:
        """Whether a forecast reaches its goal as often as is wanted."""
        return (told.goal_probability or 0.0) >= self.goal_probability

    def expected(self, variant: Variant, fills: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the mean completes of families that each quota as asked for wanted, those so far included; shape (n_asked,)."""
        known = self.restart.quotas or {}
        so_far = np.array([known[quota.id].achieved if quota.id in known else 0 for quota in self.asked.quotas], dtype=float)
        return np.asarray(so_far + fills.mean(axis=0)[list(variant.asked)])

    def _composition(self, expected: NDArray[np.float64]) -> pd.DataFrame:
        wanted = np.array([quota.count or 0 for quota in self.asked.quotas], dtype=np.int64)
        told = {"quota_id": [quota.id for quota in self.asked.quotas], "wanted": wanted, "expected": expected}
        told |= {"exceeded_by": np.maximum(expected - wanted, 0.0), "short_by": np.maximum(wanted - expected, 0.0)}
        return frames.build(frames.COMPOSITION, told)


def is_large(of: Field) -> bool:
    """Whether a field has so many patterns that only the plainest changes are tried."""
    return len(of.patterns.probability) > LARGE


def _of(draws: Draws, columns: Sequence[int]) -> Draws:
    """Return draws as those of some quotas alone, where the others only counted."""
    own = list(columns)
    if draws.fills.shape[1] == len(own):
        return draws
    paths = draws.paths[:, : len(own) + 1][:, :, [0, 1, *(2 + column for column in own)]]
    kept = {name: getattr(draws, name)[:, own] for name in ("fills", "closed_in", "cut_off")}
    return replace(draws, paths=paths, **kept)
