"""Replicates of a field, all in the field at once: what each has left, and what its visits ended with so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from segkit.quotas.field.gate import ORDER, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from segkit.quotas.field.admission import Field
    from segkit.quotas.field.interviews import Interviews

FOREVER = 2**62
"""The goal of a field that has none."""

MOST_PATHS = 4_000_000
"""How many fills are kept by phase; where there would be more, those of the first replicates are."""


class Group(NamedTuple):
    """Replicates that are alike: what who completes next found closed when it came, what is closed now, and whether all is."""

    felt: NDArray[np.bool_]
    closed: NDArray[np.bool_]
    is_over: bool
    rows: NDArray[np.intp]


class Replicates:
    """Replicates of a field.

    A family completes an interview's length after it came, so a closing is felt that much later by those who complete: the time
    here is that of completes, in mean arrivals, from one interview's length after the start on. So all families are counted in
    the order in which they came, and a field that closes goes on for one more interview's length. Where interviews take no time
    all of that is at once.

    Attributes
    ----------
    left
        Places that each quota has left; below 0 by what is delivered over. Shape (n, n_quotas).
    goal
        Completes that are missing; shape (n,).
    closed, running
        Which quotas are closed; which replicates are still in the field.
    wait, rest
        Time until a closing is felt, shape (n, n_quotas), and until the last interview ends, shape (n,); 0 or less where nothing
        is waited for.
    counts
        Visits by status, in `ORDER`; shape (n, 6).
    share
        Of those admitted that complete; None where all do.
    time
        So far; shape (n,). At the end it is the time in the field.
    phase, closed_in
        How often quotas closed so far, and in which of these phases each did: 0 is never, -1 closed from the start.
    over
        Completes of families that would not have been admitted any more when they completed.
    is_cut
        Where arrivals were cut, because there would be too many for whole numbers; shape (n,).
    """

    def __init__(self, field: Field, n: int, interviews: Interviews, rng: np.random.Generator) -> None:
        n_quotas = len(field.open_places)
        self._places = np.maximum(field.open_places, 0).astype(np.int64)
        self.left = np.tile(self._places, (n, 1))
        self.goal = np.full(n, FOREVER if field.goal is None else field.goal, dtype=np.int64)
        self.has_goal = field.goal is not None
        self.closed = self.left <= 0
        self.running = self.goal > 0
        self.length, self.conversion = interviews.length, interviews.conversion
        self.wait, self.rest, self.time = np.zeros((n, n_quotas)), np.zeros(n), np.zeros(n)
        self.counts = np.zeros((n, len(ORDER)), dtype=np.int64)
        self.share = interviews.shares(rng, n)
        self.phase = np.zeros(n, dtype=np.int64)
        self.closed_in = np.where(self.closed, -1, 0).astype(np.int16)
        self.over = np.zeros(n, dtype=np.int64)
        self.is_cut = np.zeros(n, dtype=bool)
        n_paths = min(n, max(MOST_PATHS // ((n_quotas + 1) * (n_quotas + 2)), 1))
        self._paths = np.zeros((n_paths, n_quotas + 1, n_quotas + 2), dtype=np.int64)

    @property
    def fills(self) -> NDArray[np.int64]:
        """Completes by quota; shape (n, n_quotas)."""
        return self._places - self.left

    @property
    def busy(self) -> NDArray[np.bool_]:
        """Which replicates are in the field, or have interviews in progress; shape (n,)."""
        return np.asarray(self.running | (self.rest > 0))

    def felt(self, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Return which closed quotas those found closed who complete next; shape (n_rows, n_quotas)."""
        return np.asarray(self.closed[rows] & (self.wait[rows] <= 0))

    def groups(self) -> Iterator[Group]:
        """Yield the replicates that are not at their end, by what is closed."""
        rows = np.flatnonzero(self.busy)
        if not len(rows):
            return
        closed, is_over = self.closed[rows], self.goal[rows] <= 0
        felt = self.felt(rows) if self.length else closed
        words = words_of(np.column_stack([felt, closed, is_over]) if self.length else closed)
        order = np.lexsort(words.T)
        is_new = (words[order][1:] != words[order][:-1]).any(axis=1)
        for members in np.split(order, np.flatnonzero(is_new) + 1):
            one = members[0]
            yield Group(felt[one].copy(), closed[one].copy(), bool(is_over[one]), rows[members])

    def horizon(self, rows: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return the time until the next closing is felt, or the last interview ends; infinite where there is none."""
        waits = np.column_stack([self.wait[rows], self.rest[rows]])
        return np.asarray(np.where(waits > 0, waits, np.inf).min(axis=1))

    def move(self, rows: NDArray[np.intp], times: NDArray[np.float64]) -> None:
        """Let time pass."""
        self.time[rows] += times
        if self.length:
            self.wait[rows] -= times[:, None]
            self.rest[rows] -= times

    def turn(self, rows: NDArray[np.intp], now: NDArray[np.float64] | float = 0.0) -> None:
        """Close the quotas whose places are gone, where some are or the goal is reached, and keep the path.

        Parameters
        ----------
        now
            The time since `move`.
        """
        newly = (self.left[rows] <= 0) & ~self.closed[rows]
        self.phase[rows] += 1
        self.closed_in[rows] = np.where(newly, self.phase[rows, None], self.closed_in[rows])
        self.closed[rows] |= newly
        if self.length:
            felt_at = np.broadcast_to(now + self.length, rows.shape)
            self.wait[rows] = np.where(newly, felt_at[:, None], self.wait[rows])
        self.end(rows, (self.goal[rows] <= 0) & self.running[rows], now)
        kept = rows[rows < len(self._paths)]
        self._paths[kept, self.phase[kept] - 1] = self._now(kept)

    def end(self, rows: NDArray[np.intp], ends: NDArray[np.bool_], now: NDArray[np.float64] | float = 0.0) -> None:
        """Close the field of those of the rows that end; who is in an interview still ends it."""
        self.running[rows] &= ~ends
        self.rest[rows] = np.where(ends, now + self.length, self.rest[rows])

    def _now(self, rows: NDArray[np.intp]) -> NDArray[np.int64]:
        totals = self.counts[rows, 0], self.counts[rows].sum(axis=1)
        return np.column_stack([*totals, self._places - self.left[rows]])

    def paths(self) -> NDArray[np.int64]:
        """Return completes, arrivals and fills at the end of each phase; shape (n_paths, n_quotas + 1, 2 + n_quotas).

        The last phase of a replicate ends with its last interview; there it stays.
        """
        rows = np.arange(len(self._paths))
        over = np.arange(self._paths.shape[1]) >= self.phase[rows, None] - 1
        return np.where(over[:, :, None], self._now(rows)[:, None, :], self._paths)
