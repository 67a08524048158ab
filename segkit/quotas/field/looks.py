"""Which changed designs come near their goal: all are glanced at, those that are not far off with more replicates."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from segkit.quotas.field.glance import glance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from segkit.quotas.design import QuotaDesign
    from segkit.quotas.field.admission import Field
    from segkit.quotas.field.glance import Glance
    from segkit.quotas.field.raising import Ladder, Rung
    from segkit.quotas.field.trial import Trial
    from segkit.quotas.field.variant import Variant

GLIMPSED, GLANCED, SEARCHED = 16, 64, 600
"""Replicates of candidates: over a whole range; of those in small steps, and single changes; of those from which one is taken."""
FAR, NEAR = 3.0, 1.0
"""Standard errors below the wanted probability: where a candidate is given up, and where one is left to those that follow it."""
GROUP = 3
"""Candidates of a range that are searched at once for the first that reaches the goal."""


class Tried(NamedTuple):
    """A changed design that was looked at.

    Attributes
    ----------
    variant
        The changed design.
    reaches
        Whether it reached the goal as often as is wanted, as far as `SEARCHED` replicates tell.
    completes, error
        Its mean completes, and their standard error.
    expected
        As of `Trial.expected`.
    filled
        The share of replicates in which each of its own quotas was filled; shape (n_own,).
    others
        What comes next on the same way, should this not do.
    """

    variant: Variant
    reaches: bool
    completes: float
    error: float
    expected: NDArray[np.float64]
    filled: NDArray[np.float64]
    others: tuple[Variant, ...] = ()

    @property
    def design(self) -> QuotaDesign:
        """The changed design."""
        return self.variant.change.design


class Looks:
    """Looks at the changed designs of a trial."""

    def __init__(self, trial: Trial) -> None:
        self._trial = trial
        self._n = 0

    def at(self, variants: Sequence[Variant]) -> list[Tried]:
        """Look at variants that have their patterns in common."""
        found = self._glance([each.field for each in variants], GLANCED)
        near = [place for place, told in enumerate(found) if self._is_near(told, variants[place].field)]
        for place, told in zip(near, self._glance([variants[place].field for place in near], SEARCHED), strict=True):
            found[place] = told
        return [self._tried(each, found[place], is_searched=place in near) for place, each in enumerate(variants)]

    def raised(self, variant: Variant, ladders: Sequence[Ladder]) -> list[Tried]:
        """Raise counts in some ways, each as little as was found to reach the goal; what never does is left out."""
        rough = self._near(variant, [ladder.coarse for ladder in ladders], GLIMPSED, FAR)
        fine = [ladder.fine(rungs[0]) if rungs else [] for ladder, rungs in zip(ladders, rough, strict=True)]
        near = [
            [*small, *(rung for rung in rungs if not tried or rung.factor > tried[-1].factor)]
            for small, tried, rungs in zip(self._near(variant, fine, GLANCED, NEAR), fine, rough, strict=True)
        ]
        found = []
        while any(near):
            groups = [rungs[:GROUP] for rungs in near]
            near = [rungs[GROUP:] for rungs in near]
            for place, (group, drawn) in enumerate(zip(groups, self._drawn(variant, groups, SEARCHED), strict=True)):
                reached = [rung for rung, told in zip(group, drawn, strict=True) if self._reaches(told, variant.field)]
                if reached:
                    first = next(told for rung, told in zip(group, drawn, strict=True) if rung is reached[0])
                    others = [variant.raised(rung.counts) for rung in (*reached[1:], *near[place][:1])]
                    tried = self._tried(variant.raised(reached[0].counts), first, is_searched=True)
                    found.append(tried._replace(others=tuple(others)))
                    near[place] = []
        return found

    def _near(self, variant: Variant, ranges: Sequence[Sequence[Rung]], replicates: int, far: float) -> list[list[Rung]]:
        """Return of each range what is not far off."""
        return [
            [rung for rung, told in zip(rungs, drawn, strict=True) if self._is_near(told, variant.field, far)]
            for rungs, drawn in zip(ranges, self._drawn(variant, ranges, replicates), strict=True)
        ]

    def _drawn(self, variant: Variant, ranges: Sequence[Sequence[Rung]], replicates: int) -> list[list[Glance]]:
        """Glance at all of some ranges at once."""
        drawn = iter(self._glance([variant.with_counts(rung.counts) for rungs in ranges for rung in rungs], replicates))
        return [[next(drawn) for _ in rungs] for rungs in ranges]

    def _glance(self, fields: Sequence[Field], replicates: int) -> list[Glance]:
        """Draw some fields, with random numbers that no look had before."""
        self._n += 1
        rng = np.random.Generator(np.random.PCG64([self._trial.seed, self._n]))
        return glance(fields, min(self._trial.replicates, replicates), rng) if fields else []

    def _share(self, told: Glance, of: Field) -> float:
        return float((told.completes >= (of.goal or 0)).mean())

    def _reaches(self, told: Glance, of: Field) -> bool:
        return self._share(told, of) >= self._trial.goal_probability

    def _is_near(self, told: Glance, of: Field, far: float = FAR) -> bool:
        wanted = self._trial.goal_probability
        return self._share(told, of) >= wanted - far * sqrt(wanted * (1 - wanted) / len(told.completes))

    def _tried(self, variant: Variant, told: Glance, *, is_searched: bool) -> Tried:
        n = len(told.completes)
        error = float(told.completes.std(ddof=1)) / sqrt(n) if n > 1 else 0.0
        reaches = is_searched and self._reaches(told, variant.field)
        own = list(variant.own)
        filled = (told.fills[:, own] >= variant.field.open_places[own]).mean(axis=0)
        return Tried(variant, reaches, float(told.completes.mean()), error, self._trial.expected(variant, told.fills), filled)
