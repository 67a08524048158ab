"""The course of a field without chance: families arrive in their exact shares, so that a forecast costs next to nothing.

Between two closings everything grows in proportion, so there are at most as many phases as quotas, and one. It has no variance,
and where two quotas close at about the same time its completes are above the mean; `forecast` has the law.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from segkit.quotas.field.admission import COMPLETE
from segkit.quotas.field.gate import endless

if TYPE_CHECKING:
    from segkit.quotas.field.admission import Field

End = Literal["goal", "closed", "stalled"]
"""What ended a field: its goal; every quota that somebody matches is full; or places are left that nobody can take."""

_SAME = 1e-9


class Phase(NamedTuple):
    """A field up to a closing: how much there is of everything by then, and the ids of the quotas that close."""

    completes: float
    arrivals: float
    fills: tuple[float, ...]
    closing: tuple[str, ...]


@dataclass(frozen=True)
class Fluid:
    """A field without chance.

    Attributes
    ----------
    completes, arrivals
        At its end.
    fills
        By quota id.
    phases
        In order; the last one is the end.
    ended
        By its goal, because its quotas are closed, or because nobody who comes can take the places that are left.
    """

    completes: float
    arrivals: float
    fills: dict[str, float]
    phases: tuple[Phase, ...]
    ended: End

    def __repr__(self) -> str:
        closings = ", ".join(" and ".join(phase.closing) for phase in self.phases if phase.closing)
        closed = f"; closes {closings}" if closings else ""
        return f"<Fluid: {self.completes:.1f} completes of {self.arrivals:.1f} arrivals{closed}; ended: {self.ended}>"


def estimate(field: Field, *, ir: float = 1.0) -> Fluid:
    """Follow a field without chance.

    Parameters
    ----------
    ir
        The share of admitted families that complete.

    Raises
    ------
    InvalidInput
        When the field has no goal and nothing else would ever end it.
    """
    ids, left = field.patterns.quota_ids, np.maximum(field.open_places, 0).astype(float)
    goal = np.inf if field.goal is None else float(field.goal)
    closed = left <= 0
    passing = (field.statuses(closed) == COMPLETE) & (field.patterns.probability > 0)
    probability, matched = field.patterns.probability[passing], field.patterns.matched[passing].astype(float)
    phases: list[Phase] = []
    completes = arrivals = 0.0
    while goal > 0 and len(probability):
        admitted = float(probability.sum())
        rates = probability @ matched / admitted
        ends = np.full(len(left), np.inf)
        np.divide(left, rates, out=ends, where=rates > 0)
        step = min(float(ends.min(initial=np.inf)), goal)
        if step == np.inf:
            raise endless()
        closing = ends <= step * (1 + _SAME)
        left = np.where(closing, 0.0, left - step * rates)
        goal = 0.0 if goal <= step * (1 + _SAME) else goal - step
        completes += step
        arrivals += step / (admitted * ir)
        closed = closed | closing
        fills = tuple((np.maximum(field.open_places, 0) - left).tolist())
        phases.append(Phase(completes, arrivals, fills, tuple(ids[place] for place in np.flatnonzero(closing))))
        passes = ~matched[:, closing].any(axis=1)
        probability, matched = probability[passes], matched[passes]
    fills = phases[-1].fills if phases else (0.0,) * len(ids)
    ended: End = "goal" if goal <= 0 else "closed" if len(ids) and closed.all() else "stalled"
    return Fluid(completes, arrivals, dict(zip(ids, fills, strict=True)), tuple(phases), ended)
