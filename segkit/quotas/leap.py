"""Replicates in leaps: as many completes at once as no quota can close before the last of them.

While a set of quotas is closed, the patterns of the next completes are independent: s of them, none of which but the last can
close a quota, are Multinomial(s, p_m / p_admitted). Where a rare quota is nearly full such leaps are short; then the leap goes on
to where the quota would close in the mean, and where that was too far the first closing is found by splitting the counts into
halves, which given their sum are multivariate hypergeometric. A phase ends with the complete that closes. The families that are
turned away meanwhile are NegBin(completes, p_admitted), their reasons one more multinomial. All of it is exact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from segkit.quotas.gate import MOST_ARRIVALS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from segkit.quotas.gate import Gate, Passing
    from segkit.quotas.replicates import Replicates

_SAFE, _SAFE_COUNT, _HALF, _HALF_COUNT = 1e-4, 6e-8, 3e-6, 1.5e-7
"""Seconds of a safe leap and of a count in it, of a pattern's halves and of a row of them; measured, only their ratios matter."""

_MOST_AT_ONCE = 500_000_000  # of a hypergeometric of numpy


def leap(state: Replicates, gate: Gate, rng: np.random.Generator, in_progress: float = 0.0) -> None:
    """Bring all replicates to their end."""
    while state.running.any():
        for closed, rows in state.groups():
            passing = gate.passing(closed)
            if passing.admitted:
                _phase(state, rows, passing, rng, in_progress)
            else:
                state.running[rows] = False


def _phase(state: Replicates, rows: NDArray[np.intp], passing: Passing, rng: np.random.Generator, in_progress: float) -> None:
    """Let replicates with the same closed quotas complete until one more closes, or the goal is reached."""
    reached = np.flatnonzero(passing.rates)
    left, goal = state.left[rows][:, reached], state.goal[rows]
    member = passing.member[:, reached].astype(float)
    completes = np.zeros(len(rows), dtype=np.int64)
    todo = np.arange(len(rows))
    while len(todo):
        taken, fills = _take(left[todo], goal[todo], passing.share, member, rng)
        left[todo] -= fills
        goal[todo] -= taken
        completes[todo] += taken
        todo = todo[(left[todo] > 0).all(axis=1) & (goal[todo] > 0)]
    state.left[rows[:, None], reached] = left
    state.goal[rows] = goal
    state.counts[rows, 0] += completes
    state.counts[rows] += _turned_away(completes, passing, None if state.share is None else state.share[rows], rng)
    waiting = (
        rng.poisson(in_progress * passing.admitted * passing.share, (len(rows), len(passing.share))) if in_progress else None
    )
    state.turn(rows, passing.member.astype(float), waiting)


def _take(
    left: NDArray[np.int64],
    goal: NDArray[np.int64],
    share: NDArray[np.float64],
    member: NDArray[np.float64],
    rng: np.random.Generator,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Draw the next completes of each row: how many, and by quota; no quota closes before the last of them."""
    safe = np.minimum(left.min(axis=1, initial=_MOST_AT_ONCE), goal)
    mean = np.ceil((left / (share @ member)).min(axis=1, initial=np.inf))
    is_far = np.minimum(mean, goal) > _further(len(safe), len(share)) * safe
    steps = np.where(is_far, np.minimum(np.minimum(mean, goal), _MOST_AT_ONCE), safe).astype(np.int64)
    counts = rng.multinomial(steps, share)
    fills = (counts @ member).astype(np.int64)
    beyond = np.flatnonzero(is_far & (fills >= left).any(axis=1))
    if len(beyond):
        steps[beyond], fills[beyond] = _first(left[beyond], counts[beyond], steps[beyond], member, rng)
    return steps, fills


def _further(n_rows: int, n_patterns: int) -> float:
    """Return how many safe leaps cost as much as one that is split."""
    split = n_patterns * (_HALF + n_rows * _HALF_COUNT)
    return 4 + 4 * split / (_SAFE + n_rows * n_patterns * _SAFE_COUNT)


def _first(
    left: NDArray[np.int64],
    counts: NDArray[np.int64],
    length: NDArray[np.int64],
    member: NDArray[np.float64],
    rng: np.random.Generator,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find the first complete that closes a quota among `length` of which the counts by pattern are known."""
    taken, fills = np.zeros_like(length), np.zeros_like(left)
    while (length > 1).any():
        half = length // 2
        part = _split(counts, length, half, rng)
        filled = (part @ member).astype(np.int64)
        closes = np.asarray((fills + filled >= left).any(axis=1))
        counts = np.where(closes[:, None], part, counts - part)
        fills += np.where(closes[:, None], 0, filled)
        taken += np.where(closes, 0, half)
        length = np.where(closes, half, length - half)
    return taken + 1, fills + (counts @ member).astype(np.int64)


def _split(
    counts: NDArray[np.int64], length: NDArray[np.int64], half: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Draw the counts of the first `half` of a sequence of `length` with these counts."""
    part = np.zeros_like(counts)
    rest, wanted = length.copy(), half.copy()
    for place in range(counts.shape[1] - 1):
        here = counts[:, place]
        rest -= here
        part[:, place] = rng.hypergeometric(here, rest, wanted)
        wanted -= part[:, place]
    part[:, -1] = wanted
    return part


def _turned_away(
    completes: NDArray[np.int64], passing: Passing, share: NDArray[np.float64] | None, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Draw who came and did not complete meanwhile, by status in `ORDER`."""
    complete = passing.admitted * (np.ones(1) if share is None else share)
    reasons = np.tile(passing.blocked, (len(complete), 1))
    reasons[:, -1] += passing.admitted - complete
    total = reasons.sum(axis=1)
    away = np.zeros((len(completes), reasons.shape[1]), dtype=np.int64)
    if not total.any():
        return away
    some = np.flatnonzero(reasons.any(axis=0))
    n_away = rng.negative_binomial(completes, np.maximum(complete / (complete + total), completes / MOST_ARRIVALS))
    away[:, some] = rng.multinomial(n_away, reasons[:, some] / total[:, None])
    return away
