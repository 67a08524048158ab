"""Replicates arrival by arrival, all of them a step at a time: where there are too many patterns for leaps.

Families are drawn by Walker's aliases and compared with the closed quotas as bits. Those that no replicate can admit any more,
and whose status cannot change, are left out and drawn at the next closing: NegBin(arrivals, p_not left out). A replicate that
admits next to nobody is left to the leaps, which do not mind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from segkit.quotas.field.admission import COMPLETE, NO_MATCHED_QUOTA, QUOTA_FULL, TERMINATED, UNOPENED
from segkit.quotas.field.gate import MOST_ARRIVALS, NOT_COMPLETED, ORDER, words_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from segkit.quotas.field.gate import Gate
    from segkit.quotas.field.replicates import Replicates

STEPS = 128
"""How many arrivals are drawn at once; who admits none of them is left to the leaps."""

_OPEN_FOR_EVER = 2**62
CODE = {status: np.uint8(place + 1) for place, status in enumerate(ORDER)}
"""Statuses as they are kept in few bits; 0 is no visit."""


class Aliases:
    """Walker's tables: a draw from any law for one uniform number and one comparison."""

    def __init__(self, probability: NDArray[np.float64]) -> None:
        scaled = (probability * (len(probability) / probability.sum())).tolist()
        self._keep = np.ones(len(scaled))
        self._other = np.arange(len(scaled))
        small = [place for place, value in enumerate(scaled) if value < 1]
        large = [place for place, value in enumerate(scaled) if value >= 1]
        while small and large:
            little, much = small.pop(), large[-1]
            self._keep[little], self._other[little] = scaled[little], much
            scaled[much] -= 1 - scaled[little]
            if scaled[much] < 1:
                small.append(large.pop())

    def draw(self, rng: np.random.Generator, shape: tuple[int, int]) -> NDArray[np.intp]:
        """Draw places of patterns."""
        spread = rng.random(shape) * len(self._keep)
        place = spread.astype(np.intp)
        return np.where(spread - place < self._keep[place], place, self._other[place])


class Coming(NamedTuple):
    """Who still comes: the places of the patterns, how they are drawn, and the shares of those left out, by status."""

    places: NDArray[np.intp]
    aliases: Aliases
    share: float
    left_out: NDArray[np.float64]

    @classmethod
    def of(cls, gate: Gate, lasting: NDArray[np.bool_]) -> Coming:
        """Leave out all patterns but `lasting`, which are left out for what they end with when a quota of theirs is full."""
        out = ~lasting
        status = np.where(gate.first_status == COMPLETE, QUOTA_FULL, gate.first_status)
        status[gate.matched.any(axis=1) & (status == NO_MATCHED_QUOTA)] = QUOTA_FULL
        shares = np.array([gate.probability[out & (status == code)].sum() for code in ORDER])
        places = np.flatnonzero(lasting)
        return cls(places, Aliases(gate.probability[places]), float(gate.probability[places].sum()), shares)


def arrive(
    state: Replicates,
    gate: Gate,
    families: np.random.Generator,
    chance: np.random.Generator,
    *,
    aligned: bool = False,
) -> None:
    """Bring replicates whose interviews take no time to their end, but for those that admit next to nobody.

    Parameters
    ----------
    families, chance
        Whence the families are drawn, and everything else.
    aligned
        Whether the n-th family of a replicate is the same whatever is closed: none is left out.
    """
    rows = np.flatnonzero(state.running)
    common, coming = None, None
    while len(rows):
        now = state.closed[rows].all(axis=0) & ~gate.left & (not aligned)
        if coming is None or (now != common).any():
            common, coming = now, Coming.of(gate, lasting(gate, now) | aligned)
        width = len(state.running) if aligned else len(rows)
        drawn = coming.places[coming.aliases.draw(families, (STEPS, width))]
        coins = families.random((STEPS, width)) if state.share is not None else None
        if aligned:
            drawn, coins = drawn[:, rows], None if coins is None else coins[:, rows]
        steps = _Steps(state, gate, rows, coming, chance)
        rows = rows[steps.take(drawn, coins)]


def lasting(gate: Gate, full: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which patterns may still be admitted, or end with another status later, once these quotas are full."""
    is_settled = (gate.words & words_of(full[None])[0]).any(axis=1) | (gate.first_status == TERMINATED)
    return np.asarray(~is_settled & (gate.eligible | gate.matched.any(axis=1)))


def any_of(words: NDArray[np.uint64], closed: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Whether sets share a quota; both have shape (n_words, n)."""
    hit = words[0] & closed[0]
    for word, other in zip(words[1:], closed[1:], strict=True):
        hit |= word & other
    return np.asarray(hit != 0)


class _Steps:
    """The next arrivals of running replicates."""

    def __init__(
        self,
        state: Replicates,
        gate: Gate,
        rows: NDArray[np.intp],
        coming: Coming,
        chance: np.random.Generator,
    ) -> None:
        self._state, self._gate, self._rows, self._coming, self._chance = state, gate, rows, coming, chance
        n = len(rows)
        self._left = np.where(state.closed[rows], _OPEN_FOR_EVER, state.left[rows])
        self._goal = state.goal[rows]
        self._closed = np.ascontiguousarray(words_of(state.closed[rows]).T)
        self._full = words_of(~gate.left[None]).T
        self._alive = np.ones(n, dtype=bool)
        self._before = state.counts[rows]
        self._since = np.zeros(n, dtype=np.int64)
        self._seen = np.zeros((n, len(ORDER) + 1), dtype=np.int64)
        self._first_seen = np.arange(n) * self._seen.shape[1]

    def take(self, drawn: NDArray[np.intp], coins: NDArray[np.float64] | None) -> NDArray[np.bool_]:
        """Take the families in; return which replicates still run, and did admit some."""
        gate, state = self._gate, self._state
        words = gate.words.T[:, drawn]
        first = np.array([CODE[int(code)] for code in gate.first_status], dtype=np.uint8)[drawn]
        can_meet = first != CODE[TERMINATED]
        for step in range(len(drawn)):
            met = np.where(any_of(words[:, step], self._closed) & can_meet[step], CODE[QUOTA_FULL], first[step])
            if gate.left.any():
                met[(met == CODE[QUOTA_FULL]) & ~any_of(words[:, step], self._closed & self._full)] = CODE[UNOPENED]
            if coins is not None and state.share is not None:
                met[(met == CODE[COMPLETE]) & (coins[step] >= state.share[self._rows])] = CODE[NOT_COMPLETED]
            met *= self._alive
            self._seen.reshape(-1)[self._first_seen + met] += 1
            done = met == CODE[COMPLETE]
            at = np.flatnonzero(done)
            left = self._left[at] - gate.matched[drawn[step, at]]
            self._left[at] = left
            self._goal[at] -= 1
            full = ~left.all(axis=1) | (self._goal[at] <= 0)
            if full.any():
                self._close(step + 1, at[full])
        self._settle(len(drawn), np.flatnonzero(self._alive))
        return np.asarray(self._alive & (self._seen[:, CODE[COMPLETE]] > 0))

    def _settle(self, step: int, some: NDArray[np.intp]) -> None:
        """Write down what became of these replicates up to a step, those left out included."""
        rows, state = self._rows[some], self._state
        if self._coming.left_out.any():
            n_here = step - self._since[some]
            share = np.maximum(self._coming.share, n_here / MOST_ARRIVALS)
            state.is_cut[rows] |= share > self._coming.share
            n_out = np.where(n_here, self._chance.negative_binomial(np.maximum(n_here, 1), share), 0)
            columns = np.flatnonzero(self._coming.left_out)
            shares = self._coming.left_out[columns] / self._coming.left_out.sum()
            self._before[some[:, None], columns] += self._chance.multinomial(n_out, shares)
        self._since[some] = step
        state.counts[rows] = self._before[some] + self._seen[some, 1:]
        state.left[rows] = np.where(state.closed[rows], state.left[rows], self._left[some])
        state.goal[rows] = self._goal[some]

    def _close(self, step: int, some: NDArray[np.intp]) -> None:
        """Close what is full in these replicates, and go on with those in which somebody can be admitted."""
        if not len(some):
            return
        rows, state = self._rows[some], self._state
        self._settle(step, some)
        state.turn(rows)
        state.running[rows] &= self._gate.anybody(state.closed[rows])
        self._alive[some] = state.running[rows]
        self._closed[:, some] = words_of(state.closed[rows]).T
        self._left[some] = np.where(state.closed[rows], _OPEN_FOR_EVER, state.left[rows])
        self._goal[some] = np.where(state.running[rows], state.goal[rows], _OPEN_FOR_EVER)
