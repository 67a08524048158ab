"""Replicates in leaps: as many completes at once as no quota can close before the last of them.

While a set of quotas is closed, the patterns of the next completes are independent: s of them, none of which but the last can
close a quota, are Multinomial(s, p_m / p_admitted). Where a rare quota is nearly full such leaps are short; then the leap goes on
to where the quota would close in the mean, and where that was too far the first closing is found by splitting the counts into
halves, which given their sum are multivariate hypergeometric. A phase ends with the complete that closes. The families that are
turned away meanwhile come in the time that the completes take, which is Gamma(completes). All of it is exact.

With interviews in progress a closing is felt one interview's length later. Up to such a time the number of completes is Poisson,
and the time of the one that closes a quota is a Beta part of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from segkit.quotas.field.gate import MOST_ARRIVALS
from segkit.quotas.field.replicates import FOREVER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from segkit.quotas.field.gate import Gate, Passing
    from segkit.quotas.field.replicates import Group, Replicates

_SAFE, _SAFE_COUNT, _HALF, _HALF_COUNT = 1e-4, 6e-8, 3e-6, 1.5e-7
"""Seconds of a safe leap and of a count in it, of a pattern's halves and of a row of them; measured, only their ratios matter."""

_MOST_AT_ONCE = 500_000_000  # of a hypergeometric of numpy
_RAREST = 1e-200  # a share may be 0 where next to none of those admitted completes


def leap(state: Replicates, gate: Gate, rng: np.random.Generator) -> None:
    """Bring all replicates to their end."""
    while state.busy.any():
        for group in state.groups():
            passing = gate.passing(group.felt)
            is_late = (group.felt != group.closed).any()
            nobody = not gate.anybody(group.closed[None])[0] if is_late else not passing.admitted
            if nobody and (running := state.running[group.rows]).any():
                state.end(group.rows, running)
            else:
                _phase(state, group, passing, rng)


def _phase(state: Replicates, group: Group, passing: Passing, rng: np.random.Generator) -> None:
    """Let replicates that are alike complete until a quota closes, the goal is reached, or a closing is felt."""
    rows, reached = group.rows, np.flatnonzero(passing.rates)
    late = np.asarray(group.is_over | (passing.member & group.closed).any(axis=1))
    rate, share = _rates(state, rows, passing, late)
    before = np.where(group.closed, FOREVER, state.left[rows])[:, reached]
    member = passing.member[:, reached].astype(float)
    if is_mixed := bool(late.any() and not late.all()):  # then late completes are counted as a quota without end
        member, before = np.column_stack([member, late]), np.column_stack([before, np.full(len(rows), FOREVER)])
    horizon = state.horizon(rows) if state.length else None
    bound = np.full(len(rows), FOREVER) if group.is_over else state.goal[rows]
    within = None if horizon is None else _within(rate, horizon, rng)
    bound = bound if within is None else np.minimum(bound, within)
    left, completes = before.copy(), np.zeros(len(rows), dtype=np.int64)
    todo = np.flatnonzero(bound)
    while len(todo):
        here = share if share.ndim == 1 else share[todo]
        taken, fills = _take(left[todo], (bound - completes)[todo], here, member, rng)
        left[todo] -= fills
        completes[todo] += taken
        todo = todo[(left[todo] > 0).all(axis=1) & (completes[todo] < bound[todo])]
    filled = before - left
    state.left[rows[:, None], reached] -= filled[:, : len(reached)]
    state.goal[rows] -= completes
    state.over[rows] += filled[:, -1] if is_mixed else completes * bool(late.all() and len(late))
    turns = (left <= 0).any(axis=1) | ((state.goal[rows] <= 0) & (not group.is_over))
    times = _times(completes, rate, horizon, within, turns, rng)
    state.is_cut[rows] |= turns & (rate * MOST_ARRIVALS < completes)
    state.counts[rows, 0] += completes
    state.counts[rows] += _turned_away(times, passing, rate, rng)
    state.move(rows, times)
    state.turn(rows[turns])


def _rates(
    state: Replicates, rows: NDArray[np.intp], passing: Passing, late: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return completes a unit of time, and the shares of the patterns of them, by row where rows differ."""
    of_all = np.ones(len(rows)) if state.share is None else state.share[rows]
    if state.conversion is None or not late.any():
        return passing.admitted * of_all, passing.share
    if late.all():
        return np.full(len(rows), passing.admitted * state.conversion), passing.share
    weights = passing.share * np.where(late, state.conversion, of_all[:, None])
    total = weights.sum(axis=1)
    return passing.admitted * total, weights / total[:, None]


def _within(rate: NDArray[np.float64], horizon: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw how many complete until the horizon, were it only for the time."""
    ends = np.isfinite(horizon)
    return np.where(ends, rng.poisson(rate * np.where(ends, horizon, 0)), FOREVER)


def _times(
    completes: NDArray[np.int64],
    rate: NDArray[np.float64],
    horizon: NDArray[np.float64] | None,
    within: NDArray[np.int64] | None,
    turns: NDArray[np.bool_],
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Draw the time up to the last of the completes, or to the horizon, given how many complete until there."""
    free = rng.standard_gamma(completes) / np.maximum(rate, np.maximum(completes, 1) / MOST_ARRIVALS)
    if horizon is None or within is None:
        return np.asarray(free)
    ends = np.isfinite(horizon)
    up_to = np.where(ends, horizon, 0.0)
    part = up_to * rng.beta(np.maximum(completes, 1), np.where(ends & turns, within - completes, 0) + 1)
    return np.where(ends, np.where(turns, part, up_to), free)


def _take(
    left: NDArray[np.int64],
    goal: NDArray[np.int64],
    share: NDArray[np.float64],
    member: NDArray[np.float64],
    rng: np.random.Generator,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Draw the next completes of each row: how many, and by quota; no quota closes before the last of them."""
    safe = np.minimum(left.min(axis=1, initial=_MOST_AT_ONCE), goal)
    mean = np.ceil((left / np.maximum(share @ member, _RAREST)).min(axis=1, initial=np.inf))
    is_far = np.minimum(mean, goal) > _further(len(safe), share.shape[-1]) * safe
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
    times: NDArray[np.float64], passing: Passing, rate: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Draw who came and did not complete meanwhile, by status in `ORDER`."""
    reasons = np.tile(passing.blocked, (len(times), 1))
    reasons[:, -1] += np.maximum(passing.admitted - rate, 0)
    some = np.flatnonzero(reasons.any(axis=0))
    away = np.zeros(reasons.shape, dtype=np.int64)
    away[:, some] = rng.poisson(reasons[:, some] * times[:, None])
    return away
