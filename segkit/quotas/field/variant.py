"""A changed design as a field of its own, in which quotas that were asked for and are no more still count who comes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from segkit.quotas.field import changes
from segkit.quotas.field.patterns import Patterns
from segkit.quotas.field.restart import is_held

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from segkit.quotas.design import QuotaDesign
    from segkit.quotas.field.admission import Field
    from segkit.quotas.field.changes import Change
    from segkit.quotas.field.restart import Restart
    from segkit.quotas.quota import Quota

NEVER = int(np.iinfo(np.int64).max) // 4
"""The places of a quota that only counts: it never closes."""


@dataclass(frozen=True, eq=False)
class Variant:
    """A changed design in the field.

    Attributes
    ----------
    change
        The design, and what is another.
    field
        Its quotas and others that only count: these never close, and admit nobody.
    own, asked
        The columns of the design's quotas, and of those that were asked for.
    counts, achieved, held
        Of its own quotas: required; completes so far; whether the vendor has opened fewer places than remain. Shape (n_own,).
    """

    change: Change
    field: Field
    own: tuple[int, ...]
    asked: tuple[int, ...]
    counts: NDArray[np.int64]
    achieved: NDArray[np.int64]
    held: NDArray[np.bool_]

    @classmethod
    def of(cls, change: Change, field: Field, restart: Restart) -> Self:
        """Put a changed design into its field, in which it is what was asked for."""
        quotas = change.design.quotas
        standing = restart.standings(change.design)
        own = tuple(range(len(quotas)))
        return cls(
            change,
            replace(field, sets=(own,) if own else (), policy="per_qualification_set") if field.policy == "any" else field,
            own,
            own,
            np.array([quota.count or 0 for quota in quotas], dtype=np.int64),
            np.array([each.achieved for each in standing], dtype=np.int64),
            np.array([is_held(each) for each in standing], dtype=bool),
        )

    def beside(self, asked: QuotaDesign, launched: Callable[[QuotaDesign], Field]) -> Self:
        """Put a design that was asked for beside it; its quotas that are no more only count.

        Parameters
        ----------
        launched
            Opens the field of any design as at its launch.
        """
        wants = [_wants(quota) for quota in self.change.design.quotas]
        counting = [quota for quota in asked.quotas if _wants(quota) not in wants]
        columns = {want: place for place, want in enumerate([*wants, *map(_wants, counting)])}
        field = _beside(self.field, launched(_joined(self.change.design, counting))) if counting else self.field
        return replace(self, field=field, asked=tuple(columns[_wants(quota)] for quota in asked.quotas))

    @property
    def quota_ids(self) -> list[str]:
        """The ids of its own quotas."""
        return [quota.id for quota in self.change.design.quotas]

    @property
    def limits(self) -> NDArray[np.int64]:
        """Counts from which on its own quotas never close before the goal; shape (n_own,)."""
        return np.maximum(self.counts, self.achieved + (self.field.goal or 0))

    def with_counts(self, counts: NDArray[np.int64]) -> Field:
        """Return the field with other counts of its own quotas."""
        remaining, now = self.field.remaining.copy(), self.field.open_places.copy()
        own = list(self.own)
        remaining[own] = np.maximum(counts - self.achieved, 0)
        now[own] = np.where(self.held, np.minimum(now[own], remaining[own]), remaining[own])
        return replace(self.field, remaining=remaining, open_places=now)

    def raised(self, counts: NDArray[np.int64]) -> Variant:
        """Give its own quotas other counts."""
        return replace(self, change=changes.raised(self.change, counts.tolist()), field=self.with_counts(counts), counts=counts)

    def without(self, quota_id: str) -> Variant:
        """Drop a quota: from now on it only counts."""
        place = self.quota_ids.index(quota_id)
        column = self.own[place]
        remaining, now = self.field.remaining.copy(), self.field.open_places.copy()
        remaining[column] = now[column] = NEVER
        sets = (tuple(each for each in one if each != column) for one in self.field.sets)
        return replace(
            self,
            change=changes.without(self.change, quota_id),
            field=replace(self.field, remaining=remaining, open_places=now, sets=tuple(one for one in sets if one)),
            own=tuple(each for each in self.own if each != column),
            counts=np.delete(self.counts, place),
            achieved=np.delete(self.achieved, place),
            held=np.delete(self.held, place),
        )


def _wants(quota: Quota) -> Quota:
    """Return a quota that is equal to another where both want the same families under the same id."""
    return replace(quota, count=None, others={}, written=None)


def _joined(design: QuotaDesign, counting: Sequence[Quota]) -> QuotaDesign:
    """Return a design with further quotas, all under ids of their own."""
    quotas = (replace(quota, id=str(place), count=quota.count or 0) for place, quota in enumerate((*design.quotas, *counting)))
    return design.replace(quotas=tuple(quotas))


def _beside(field: Field, joint: Field) -> Field:
    """Return a field with the quotas of another, of which it has the first, as quotas that only count."""
    more = np.full(len(joint.remaining) - len(field.remaining), NEVER)
    ids = (*field.patterns.quota_ids, *joint.patterns.quota_ids[len(field.remaining) :])
    of = joint.patterns
    patterns = Patterns(ids, of.matched, of.qualified, of.probability, of.exact, of.n_sampled)
    return replace(
        field, patterns=patterns, remaining=np.append(field.remaining, more), open_places=np.append(field.open_places, more)
    )
