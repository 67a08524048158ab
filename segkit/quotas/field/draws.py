"""Draws of a field: which method brings the replicates to their end, and what they are when they are there."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, log
from typing import TYPE_CHECKING, Literal

import numpy as np

from segkit.errors import InvalidInput
from segkit.quotas.field import kernel, timeline
from segkit.quotas.field.fluid import estimate
from segkit.quotas.field.gate import Gate
from segkit.quotas.field.interviews import Interviews
from segkit.quotas.field.leap import leap
from segkit.quotas.field.replicates import Replicates
from segkit.quotas.field.seeds import generator

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from segkit.quotas.field.admission import Field

Method = Literal["leap", "kernel", "aligned"]
METHODS = {
    "leap": "drawn in leaps of completes, without approximation",
    "kernel": "drawn arrival by arrival, without approximation",
    "aligned": "drawn arrival by arrival, without approximation, from the families that the other designs meet too",
}
"""How replicates are drawn. All have the same law; ``aligned`` draws for a seed the same families, whatever the places."""

MOST_REPLICATES = 10_000_000
"""How often a field is drawn, at most."""
_MOST_LEAPING, _MOST_ARRIVING = 4_000_000, 8192
_GROUP, _BINOMIAL, _PATTERN, _STEP, _ARRIVAL, _FURTHER = 2e-4, 6e-8, 1e-7, 5e-5, 2e-8, 0.05
"""Seconds a group of replicates and leap, a count in it, a pattern a group, a step of the kernel, an arrival in it; and from
which rate on a leap goes further than is safe. Measured; only their ratios matter."""


@dataclass(frozen=True, eq=False)
class Draws:
    """Replicates at their end.

    Attributes
    ----------
    counts
        Visits by status, in `gate.ORDER`; shape (n, 6).
    fills
        Completes by quota; shape (n, n_quotas).
    over
        Completes of interviews in progress; shape (n,).
    time
        In the field, up to the complete that ends it, in mean arrivals; shape (n,).
    is_cut
        Where arrivals were cut, because they are beyond `gate.MOST_ARRIVALS`; shape (n,).
    goal_reached
        Shape (n,).
    closed_in
        In which phase a quota closed: 0 is never, -1 closed from the start; shape (n, n_quotas).
    phases
        The number of phases; shape (n,).
    cut_off
        Whether a quota had open places that nobody could take any more; shape (n, n_quotas).
    paths
        Completes, arrivals and fills at the end of each phase; shape (n_paths, n_quotas + 1, 2 + n_quotas).
    method
        How they were drawn.
    """

    counts: NDArray[np.int64]
    fills: NDArray[np.int64]
    over: NDArray[np.int64]
    time: NDArray[np.float64]
    is_cut: NDArray[np.bool_]
    goal_reached: NDArray[np.bool_]
    closed_in: NDArray[np.int16]
    phases: NDArray[np.int64]
    cut_off: NDArray[np.bool_]
    paths: NDArray[np.int64]
    method: Method

    @property
    def completes(self) -> NDArray[np.int64]:
        """Completes; shape (n,)."""
        return self.counts[:, 0]

    @property
    def arrivals(self) -> NDArray[np.int64]:
        """Families that came, up to the complete that ends the field; shape (n,)."""
        return np.asarray(self.counts.sum(axis=1))


def draw(
    field: Field,
    replicates: int = 2000,
    seed: int | np.random.Generator = 0,
    interviews: Interviews | None = None,
    method: Method | None = None,
) -> Draws:
    """Draw replicates of a field.

    Parameters
    ----------
    seed
        Of a PCG64, or a Generator, which moves on by the draws.
    method
        See `METHODS`; None is the quicker one by an estimate of the work.

    Raises
    ------
    InvalidInput
        When the number of replicates, the seed or the method cannot be one, or the field would never end.
    """
    check_replicates(replicates)
    if method is not None and method not in tuple(METHODS):
        raise InvalidInput(f"method is {method!r}: give {', '.join(map(repr, METHODS))}, or None for the quicker")
    gate, interviews = Gate(field), interviews or Interviews()
    chosen = method or quicker(field, int(replicates), interviews, gate)
    rng = generator(seed)
    size = (gate.matched.shape[1] + 2) ** 2 + len(gate.probability)
    at_once = max(_MOST_LEAPING // size, 1) * 4 if chosen == "leap" else _MOST_ARRIVING
    sizes = [min(at_once, int(replicates) - start) for start in range(0, int(replicates), at_once)]
    parts = [_batch(field, gate, n, rng, interviews, chosen) for n in sizes]
    names = ("counts", "fills", "over", "time", "is_cut", "goal_reached", "closed_in", "phases", "cut_off", "paths")
    joined = {name: np.concatenate([part[name] for part in parts]) for name in names}
    return Draws(**joined, method=chosen)


def check_replicates(replicates: object) -> None:
    """Refuse what is no number of replicates.

    Raises
    ------
    InvalidInput
        When it is no whole number from 1 to `MOST_REPLICATES`.
    """
    if isinstance(replicates, bool) or not isinstance(replicates, int | np.integer) or not 1 <= replicates <= MOST_REPLICATES:
        raise InvalidInput(f"replicates is {replicates!r:.40}: give a whole number from 1 to {MOST_REPLICATES}")


def quicker(field: Field, replicates: int, interviews: Interviews, gate: Gate) -> Method:
    """Return the method that an estimate of the work finds quicker; it follows the field without chance."""
    n_quotas = gate.matched.shape[1]
    closed = field.open_places <= 0
    step = _STEP + replicates * _ARRIVAL * (1 + n_quotas / 8)
    leaps, one_by_one, before = 0.0, 0.0, (0.0, 0.0)
    for place, phase in enumerate(estimate(field, ir=interviews.mean).phases):
        passing = gate.passing(closed)
        rate = min(max(passing.rates.min(where=~closed & (passing.rates > 0), initial=0.5), _FURTHER), 0.99)
        n_leaps = 2 + log(2 + phase.completes - before[0]) / -log(1 - rate)
        groups = min(replicates, comb(n_quotas, place))
        work = n_leaps * (groups * _GROUP + replicates * _BINOMIAL * len(passing.share)) + groups * len(gate.words) * _PATTERN
        work *= 2 if interviews.length else 1  # up to a closing, and until it is felt
        leaps += work
        n_steps = (phase.arrivals - before[1]) * (1 - passing.blocked[1])
        one_by_one += min(n_steps * step, work + kernel.STEPS * step)
        closed = closed | np.isin(field.patterns.quota_ids, phase.closing)
        before = phase.completes, phase.arrivals
    return "leap" if leaps <= one_by_one + interviews.length * step else "kernel"


def _batch(
    field: Field, gate: Gate, n: int, rng: np.random.Generator, interviews: Interviews, method: Method
) -> dict[str, NDArray[np.generic]]:
    """Draw replicates that fit into memory at once; the families have a stream of their own."""
    families, chance = (np.random.Generator(np.random.PCG64(int(seed))) for seed in rng.integers(2**63, size=2))
    state = Replicates(field, n, interviews, chance)
    state.running &= gate.anybody(state.closed)
    if method != "leap":
        way = timeline if interviews.length else kernel
        way.arrive(state, gate, families, chance, aligned=method == "aligned")
    leap(state, gate, chance)
    arrivals = state.counts.sum(axis=1)
    return {
        "counts": state.counts,
        "fills": state.fills,
        "over": state.over,
        "time": state.time if interviews.length else chance.standard_gamma(arrivals),
        "is_cut": state.is_cut,
        "goal_reached": (state.goal <= 0) & state.has_goal,
        "closed_in": state.closed_in,
        "phases": state.phase,
        "cut_off": _cut_off(state, gate),
        "paths": state.paths(),
    }


def _cut_off(state: Replicates, gate: Gate) -> NDArray[np.bool_]:
    """Return which open quotas nobody can fill any more: all who match one match a closed one too, or are not admitted."""
    kinds, inverse = np.unique(state.closed, axis=0, return_inverse=True)
    reached = np.array([gate.passing(closed).rates > 0 for closed in kinds])
    return np.asarray(~state.closed & ~reached[inverse.reshape(-1)])
