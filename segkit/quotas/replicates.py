"""Replicates of a field, all in the field at once: what each has left, and what its visits ended with so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from segkit.quotas.gate import ORDER, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from segkit.quotas.admission import Field
    from segkit.quotas.interviews import Interviews

FOREVER = 2**62
"""The goal of a field that has none."""

MOST_PATHS = 4_000_000
"""How many fills are kept by phase; where there would be more, those of the first replicates are."""


class Replicates:
    """Replicates of a field.

    Attributes
    ----------
    left
        Places that each quota has left; below 0 by what is delivered over. Shape (n, n_quotas).
    goal
        Completes that are missing; shape (n,).
    closed, running
        Which quotas are closed; which replicates are still in the field.
    counts
        Visits by status, in `ORDER`; shape (n, 6).
    share
        Of those admitted that complete; None where all do.
    phase, closed_in
        How often quotas closed so far, and in which of these phases each did: 0 is never, -1 closed from the start.
    over
        Completes of interviews that were in progress when a quota closed or the goal was reached.
    """

    def __init__(self, field: Field, n: int, interviews: Interviews, rng: np.random.Generator) -> None:
        n_quotas = len(field.open_places)
        self._places = np.maximum(field.open_places, 0).astype(np.int64)
        self.left = np.tile(self._places, (n, 1))
        self.goal = np.full(n, FOREVER if field.goal is None else field.goal, dtype=np.int64)
        self.has_goal = field.goal is not None
        self.closed = self.left <= 0
        self.running = self.goal > 0
        self.counts = np.zeros((n, len(ORDER)), dtype=np.int64)
        self.share = interviews.shares(rng, n)
        self.phase = np.zeros(n, dtype=np.int64)
        self.closed_in = np.where(self.closed, -1, 0).astype(np.int16)
        self.over = np.zeros(n, dtype=np.int64)
        n_paths = min(n, max(MOST_PATHS // ((n_quotas + 1) * (n_quotas + 2)), 1))
        self._paths = np.zeros((n_paths, n_quotas + 1, n_quotas + 2), dtype=np.int64)

    @property
    def fills(self) -> NDArray[np.int64]:
        """Completes by quota; shape (n, n_quotas)."""
        return self._places - self.left

    def groups(self) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.intp]]]:
        """Yield every set of closed quotas that running replicates have, and which replicates these are."""
        rows = np.flatnonzero(self.running)
        if not len(rows):
            return
        words = words_of(self.closed[rows])
        order = np.lexsort(words.T)
        is_new = (words[order][1:] != words[order][:-1]).any(axis=1)
        for members in np.split(rows[order], np.flatnonzero(is_new) + 1):
            yield self.closed[members[0]].copy(), members

    def turn(
        self, rows: NDArray[np.intp], member: NDArray[np.float64] | None = None, waiting: NDArray[np.int64] | None = None
    ) -> None:
        """Close the quotas whose places are gone, where some are or the goal is reached, and keep the path.

        Parameters
        ----------
        member, waiting
            The families in an interview: which quotas each kind matches, shape (n_kinds, n_quotas) or with the rows in front,
            and how many there are, shape (n_rows, n_kinds). Of these complete whoever matches a quota that closes, and all
            where the goal is reached.
        """
        if waiting is not None and member is not None:
            self._finish(rows, member, waiting)
        newly = (self.left[rows] <= 0) & ~self.closed[rows]
        self.phase[rows] += 1
        self.closed_in[rows] = np.where(newly, self.phase[rows, None], self.closed_in[rows])
        self.closed[rows] |= newly
        self.running[rows] = self.goal[rows] > 0
        kept = rows[rows < len(self._paths)]
        self._paths[kept, self.phase[kept] - 1] = self._now(kept)

    def _finish(self, rows: NDArray[np.intp], member: NDArray[np.float64], waiting: NDArray[np.int64]) -> None:
        """Let those complete whom a closing meets in an interview; they may close further quotas, which meet others."""
        left, goal, waiting = self.left[rows], self.goal[rows], waiting.copy()
        over = np.zeros(len(rows), dtype=np.int64)
        while True:
            newly = ((left <= 0) & ~self.closed[rows]).astype(float)
            met = (newly[:, None, :] @ np.swapaxes(member, -1, -2))[:, 0] > 0
            late = np.where(met | (goal <= 0)[:, None], waiting, 0)
            if not late.any():
                break
            waiting -= late
            left -= (late[:, None, :].astype(float) @ member)[:, 0].astype(np.int64)
            goal -= late.sum(axis=1)
            over += late.sum(axis=1)
        self.left[rows], self.goal[rows] = left, goal
        self.over[rows] += over
        self.counts[rows, 0] += over

    def _now(self, rows: NDArray[np.intp]) -> NDArray[np.int64]:
        totals = self.counts[rows, 0], self.counts[rows].sum(axis=1)
        return np.column_stack([*totals, self._places - self.left[rows]])

    def paths(self) -> NDArray[np.int64]:
        """Return completes, arrivals and fills at the end of each phase; shape (n_paths, n_quotas + 1, 2 + n_quotas).

        After its last phase a replicate stays where it is.
        """
        rows = np.arange(len(self._paths))
        over = np.arange(self._paths.shape[1]) >= self.phase[rows, None]
        return np.where(over[:, :, None], self._now(rows)[:, None, :], self._paths)
