"""Many fields at once, by their completes alone: fields over the same patterns, whose replicates meet the same families.

A candidate differs from another in its places, or in whom it admits; so what is drawn for one is drawn for all, and differences
are the candidates' own. Families come in blocks. What a block would add to each quota is counted in bytes, eight to a word: only
replicates in which a quota closes look at the block step by step. Families that no replicate can admit any more are left out, as
only completes are counted. A replicate that admits nobody for some blocks is left to the leaps. All of it is exact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from segkit.quotas.field.draws import draw, quicker
from segkit.quotas.field.gate import Gate, words_of
from segkit.quotas.field.interviews import Interviews
from segkit.quotas.field.kernel import Aliases
from segkit.quotas.field.leap import leap
from segkit.quotas.field.replicates import FOREVER, Replicates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from segkit.quotas.field.admission import Field

STEPS = 127
"""Families in a block; more would not fit into a byte beside the bit that tells of a closing."""
AT_ONCE = 256
"""Replicates that are looked at together: what they need stays near the processor, and its memory is used again."""
IDLE = 3
"""Blocks without a complete, after which a replicate is left to the leaps."""
LOOKED_AT = 4
"""Blocks after which it is asked anew which fields still need the same families."""

_FEW = 0.15  # of the families that come: a field that may admit fewer goes on by itself
_WORTH = 0.8  # of the families that come, when fewer than these can still be admitted, the others are left out
_BYTES, _LIMIT = 8, STEPS + 1
_HIGH = np.uint64(0x8080808080808080)


class Glance(NamedTuple):
    """What replicates of a field brought: completes, shape (n,), and completes by quota, shape (n, n_quotas)."""

    completes: NDArray[np.int64]
    fills: NDArray[np.int64]


def glance(fields: Sequence[Field], replicates: int, rng: np.random.Generator) -> list[Glance]:
    """Draw each of some fields, which have the same patterns and goal.

    Where leaps are quicker for the first of them, each is drawn by itself; else all meet the same families.

    Raises
    ------
    InvalidInput
        When a field would never end.
    """
    first = fields[0]
    if quicker(first, replicates * len(fields), Interviews(), Gate(first)) == "leap":
        drawn = [draw(field, replicates, rng, method="leap") for field in fields]
        return [Glance(each.completes, each.fills) for each in drawn]
    return together(fields, replicates, rng)


def together(fields: Sequence[Field], replicates: int, rng: np.random.Generator) -> list[Glance]:
    """Draw some fields, which have the same patterns and goal, so that the n-th replicates of all meet the same families.

    A field that may admit few of them any more goes on with families of its own.
    """
    crowd = _Crowd(fields, replicates)
    waiting = [np.flatnonzero(crowd.left[:, -1] > 0)]
    while waiting:
        rows = waiting.pop()
        share, n_blocks = np.inf, 0
        while len(rows):
            if n_blocks % LOOKED_AT == 0:
                rows, *apart = crowd.parted(rows)
                waiting += apart
            lasting = crowd.lasting(rows)
            if (now := float(crowd.probability[lasting].sum())) < _WORTH * share:
                coming, share = lasting, now
                if not len(coming):
                    break
                aliases = Aliases(crowd.probability[coming])
            rows = crowd.take(rows, coming[aliases.draw(rng, (replicates, STEPS))])
            n_blocks += 1
    crowd.finish(rng)
    return crowd.told()


class _Crowd:
    """The replicates of all fields.

    A pattern that a field does not admit matches, there, a quota that is closed from the start: one more for each law of
    admission. The goal is one more quota, which everybody matches.
    """

    def __init__(self, fields: Sequence[Field], replicates: int) -> None:
        self._fields, self._replicates = fields, replicates
        laws = {(field.sets, field.policy): field for field in fields}
        self._gates = {law: Gate(field) for law, field in laws.items()}
        gates = list(self._gates.values())
        admitted = np.array([gate.eligible for gate in gates])
        some = admitted.any(axis=0)
        self.probability, matched = gates[0].probability[some], gates[0].matched[some]
        self.words = words_of(np.column_stack([matched, ~admitted[:, some].T]))
        self._counted = _packed(np.column_stack([matched, np.ones(len(matched), dtype=bool)]))
        law_of = [list(laws).index((field.sets, field.policy)) for field in fields]
        self._laws = np.repeat(law_of, replicates)
        places = np.array([np.maximum(field.open_places, 0) for field in fields], dtype=np.int64)
        goal = FOREVER if fields[0].goal is None else fields[0].goal
        self._places = np.column_stack([places, np.full(len(fields), goal)])
        self.left = np.repeat(self._places, replicates, axis=0)
        shut = np.arange(len(laws)) == self._laws[:, None]
        self.closed = words_of(np.column_stack([self.left[:, :-1] <= 0, shut]))
        self._n_more = len(laws)
        self._idle = np.zeros(len(self.left), dtype=np.int64)

    def lasting(self, rows: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return which patterns some of the replicates may still admit."""
        common = np.bitwise_and.reduce(self.closed[rows], axis=0)
        return np.flatnonzero(~(self.words & common).any(axis=1))

    def parted(self, rows: NDArray[np.intp]) -> list[NDArray[np.intp]]:
        """Part the replicates: first of fields that need most of the families that come, then of each that needs few of them."""
        fields, each = np.unique(rows // self._replicates, return_inverse=True)
        own = np.split(rows, np.searchsorted(each, np.arange(1, len(fields))))
        shares = np.array([self.probability[self.lasting(some)].sum() for some in own])
        needs_few = shares < _FEW * self.probability[self.lasting(rows)].sum()
        if needs_few.all():
            return own
        return [rows[~needs_few[each]], *(some for some, few in zip(own, needs_few.tolist(), strict=True) if few)]

    def take(self, rows: NDArray[np.intp], drawn: NDArray[np.intp]) -> NDArray[np.intp]:
        """Let replicates meet a block of families, shape (n_replicates, STEPS); return which go on."""
        words, counted = self.words.T[:, drawn], self._counted.T[:, drawn]
        on = []
        for start in range(0, len(rows), AT_ONCE):
            some = rows[start : start + AT_ONCE]
            before = self.left[some, -1]
            who = some % self._replicates
            self._block(some, words[:, who], counted[:, who])
            left = self.left[some, -1]
            self._idle[some] = np.where(left < before, 0, self._idle[some] + 1)
            on.append(some[(left > 0) & (self._idle[some] < IDLE)])
        return np.concatenate(on)

    def _block(self, rows: NDArray[np.intp], words: NDArray[np.uint64], counted: NDArray[np.uint64]) -> None:
        """Take a block in, shapes (n_words, n_rows, STEPS); where a quota closes, up to there, and then the rest."""
        since = np.full(len(rows), -1)
        while len(rows):
            passes = np.arange(STEPS) > since[:, None]
            for word, closed in zip(words, self.closed[rows].T, strict=True):
                passes &= (word & closed[:, None]) == 0
            added = counted * passes
            total = np.einsum("wns->wn", added)
            left = self.left[rows]
            near = _packed(np.where(left > 0, _LIMIT - np.minimum(left, _LIMIT), 0)).T
            closes = _is_full(total, near)
            self.left[rows[~closes]] -= self._unpacked(total[:, ~closes])
            at = np.flatnonzero(closes)
            so_far = added[:, at].cumsum(axis=2)
            first = _is_full(so_far, near[:, at, None]).argmax(axis=1)
            self.left[rows[at]] -= self._unpacked(so_far[:, np.arange(len(at)), first])
            self._close(rows[at])
            goes_on = self.left[rows[at], -1] > 0
            at, since = at[goes_on], first[goes_on]
            rows, words, counted = rows[at], words[:, at], counted[:, at]

    def _close(self, rows: NDArray[np.intp]) -> None:
        full = self.left[rows, :-1] <= 0
        self.closed[rows] |= words_of(np.column_stack([full, np.zeros((len(rows), self._n_more), dtype=bool)]))

    def _unpacked(self, counts: NDArray[np.uint64]) -> NDArray[np.uint8]:
        """Return the bytes of words, shape (n_words, n), as one column a quota."""
        return np.ascontiguousarray(counts.T).view(np.uint8)[:, : self.left.shape[1]]

    def finish(self, rng: np.random.Generator) -> None:
        """Bring those that admit next to nobody to their end."""
        for law, gate in enumerate(self._gates.values()):
            rows = np.flatnonzero((self.left[:, -1] > 0) & (self._laws == law))
            if not len(rows):
                continue
            state = Replicates(self._fields[0], len(rows), Interviews(), rng)
            state.left, state.goal = self.left[rows, :-1], self.left[rows, -1]
            state.closed = state.left <= 0
            state.running = gate.anybody(state.closed)
            leap(state, gate, rng)
            self.left[rows] = np.column_stack([state.left, state.goal])

    def told(self) -> list[Glance]:
        """Return what each field brought."""
        got = (np.repeat(self._places, self._replicates, axis=0) - self.left).reshape(len(self._fields), self._replicates, -1)
        return [Glance(each[:, -1], each[:, :-1]) for each in got]


def _is_full(counts: NDArray[np.uint64], near: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Whether a byte of any word, the first axis, reaches what sets its highest bit."""
    hit = (counts[0] + near[0]) & _HIGH
    for count, other in zip(counts[1:], near[1:], strict=True):
        hit |= (count + other) & _HIGH
    return np.asarray(hit != 0)


def _packed(counts: NDArray[np.generic]) -> NDArray[np.uint64]:
    """Write counts below 256, shape (n, n_counts), as bytes, eight to a word; shape (n, n_words)."""
    padded = np.zeros((len(counts), -(-counts.shape[1] // _BYTES) * _BYTES), dtype=np.uint8)
    padded[:, : counts.shape[1]] = counts
    return padded.view(np.uint64)
