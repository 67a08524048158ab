"""Replicates arrival by arrival on an axis of time: where interviews take time and there are too many patterns for leaps.

Families come as a Poisson process and are taken in the order of their coming, which is that of their completes too. Those whose
status cannot change any more are left out, and drawn by the time that passed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from segkit.quotas.field.admission import COMPLETE, QUOTA_FULL, TERMINATED, UNOPENED
from segkit.quotas.field.gate import MOST_ARRIVALS, NOT_COMPLETED, words_of
from segkit.quotas.field.kernel import CODE, STEPS, Coming, any_of, lasting

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from segkit.quotas.field.gate import Gate
    from segkit.quotas.field.replicates import Replicates


def arrive(
    state: Replicates,
    gate: Gate,
    families: np.random.Generator,
    chance: np.random.Generator,
    *,
    aligned: bool = False,
) -> None:
    """Bring replicates to their end, but for those that admit next to nobody.

    Parameters
    ----------
    families, chance
        Whence the families and their times are drawn, and everything else.
    aligned
        Whether the n-th family of a replicate is the same whatever is closed, and comes at the same time: none is left out.
    """
    rows = np.flatnonzero(state.busy)
    while len(rows):
        now = state.felt(rows).all(axis=0) & ~gate.left & (not aligned)
        coming = Coming.of(gate, lasting(gate, now) | aligned)
        width = len(state.running) if aligned else len(rows)
        here = rows if aligned else slice(None)
        drawn = coming.places[coming.aliases.draw(families, (STEPS, width))][:, here]
        gaps = families.standard_exponential((STEPS, width))[:, here] / max(coming.share, 1 / MOST_ARRIVALS)
        coins = families.random((STEPS, width))[:, here]
        rows = rows[_Hours(state, gate, rows, coming, chance).take(drawn, np.cumsum(gaps, axis=0), coins)]


class _Hours:
    """The next arrivals of replicates, and when they come; times are since the last of the arrivals before."""

    def __init__(
        self, state: Replicates, gate: Gate, rows: NDArray[np.intp], coming: Coming, chance: np.random.Generator
    ) -> None:
        self._state, self._gate, self._rows, self._coming, self._chance = state, gate, rows, coming, chance
        n = len(rows)
        self._alive = np.ones(n, dtype=bool)
        self._now, self._since, self._next = np.zeros(n), np.zeros(n), np.zeros(n)
        self._before, self._met = state.counts[rows], np.zeros((STEPS, n), dtype=np.uint8)
        self._of_all = np.ones(n) if state.share is None else state.share[rows]
        self._of_late = self._of_all if state.conversion is None else np.full(n, state.conversion)
        self._left, self._goal, self._over = state.left[rows], state.goal[rows], state.over[rows]
        self._full = words_of(~gate.left[None]).T
        self._is_open, self._is_over = np.zeros_like(self._left, dtype=bool), np.zeros(n, dtype=bool)
        self._closed = np.zeros((gate.words.shape[1], n), dtype=np.uint64)
        self._felt = self._closed.copy()
        self._look(np.arange(n))

    def take(self, drawn: NDArray[np.intp], times: NDArray[np.float64], coins: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Take the families in; return which replicates still run and did admit some, or wait for a closing to be felt."""
        words, member = self._gate.words.T[:, drawn], self._gate.matched[drawn].view(np.int8)
        first = np.array([CODE[int(code)] for code in self._gate.first_status], dtype=np.uint8)[drawn]
        for step, now in enumerate(times):
            self._now = np.where(self._alive, now, self._now)
            if len(due := np.flatnonzero(self._alive & (now >= self._next))):
                self._feel(step, due)
            met = self._meet(words[:, step], first[step])
            late = self._is_over | any_of(words[:, step], self._closed)
            met[(met == CODE[COMPLETE]) & (coins[step] >= np.where(late, self._of_late, self._of_all))] = CODE[NOT_COMPLETED]
            met *= self._alive
            self._met[step] = met
            done = met == CODE[COMPLETE]
            self._left -= member[step] * done[:, None]
            self._goal -= done
            self._over += done & late
            ends = ((self._left <= 0) & self._is_open).any(axis=1) | ((self._goal <= 0) & ~self._is_over)
            if len(some := np.flatnonzero(ends & self._alive)):
                self._close(step + 1, some)
        self._settle(len(drawn), np.flatnonzero(self._alive))
        self._state.move(self._rows, self._now)
        waits = np.isfinite(self._state.horizon(self._rows))
        return np.asarray(self._alive & (waits | (self._met == CODE[COMPLETE]).any(axis=0)))

    def _meet(self, words: NDArray[np.uint64], first: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return what the next family of each replicate is met with."""
        hit = any_of(words, self._felt) & (first != CODE[TERMINATED])
        met = np.where(hit, CODE[QUOTA_FULL], first)
        if self._gate.left.any():
            met[hit & ~any_of(words, self._felt & self._full)] = CODE[UNOPENED]
        return met

    def _look(self, some: NDArray[np.intp]) -> None:
        """Look what is closed and what is felt in these replicates, and when that changes next."""
        rows, state, now = self._rows[some], self._state, self._now[some]
        waits = np.column_stack([state.wait[rows], state.rest[rows]])
        self._next[some] = np.where(waits > now[:, None], waits, np.inf).min(axis=1)
        self._is_open[some], self._is_over[some] = ~state.closed[rows], self._goal[some] <= 0
        self._closed[:, some] = words_of(state.closed[rows]).T
        self._felt[:, some] = words_of(state.closed[rows] & (state.wait[rows] <= now[:, None])).T

    def _feel(self, step: int, due: NDArray[np.intp]) -> None:
        """Let closings be felt; where the last interview has ended, the next family came after the field."""
        rows, state = self._rows[due], self._state
        has_ended = ~state.running[rows] & (state.rest[rows] <= self._now[due])
        over = due[has_ended]
        self._now[over] = state.rest[rows[has_ended]]
        self._alive[over] = False
        self._settle(step, over)
        self._look(due[~has_ended])

    def _settle(self, step: int, some: NDArray[np.intp]) -> None:
        """Write down what became of these replicates up to a step, those left out included."""
        rows, state = self._rows[some], self._state
        seen = self._met[:step, some]
        self._before[some] += self._chance.poisson(self._coming.left_out * (self._now - self._since)[some, None])
        self._since[some] = self._now[some]
        counts = np.column_stack([np.count_nonzero(seen == code, axis=0) for code in CODE.values()])
        state.counts[rows] = self._before[some] + counts
        state.left[rows], state.goal[rows], state.over[rows] = self._left[some], self._goal[some], self._over[some]

    def _close(self, step: int, some: NDArray[np.intp]) -> None:
        """Close what is full in these replicates, and the field where nobody can be admitted any more."""
        rows, state = self._rows[some], self._state
        self._settle(step, some)
        state.turn(rows, self._now[some])
        state.end(rows, state.running[rows] & ~self._gate.anybody(state.closed[rows]), self._now[some])
        self._look(some)
