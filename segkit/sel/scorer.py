"""One engine for rules of points and for grids: the rule's automaton, several questions at a step.

The columns are read as the frame stores them. As many questions as fit are put into one table from the state before them to the
state after; the last table leads straight to segment and points. Of a small rule that is one table of all its answer vectors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from segkit.sel.rule import Rule
    from segkit.sel.stored import Stored

CHUNK = 2**16
"""Rows scored at once: enough to spare calls, few enough to stay in the processor's cache."""

MOST_PLACES = 2**15
"""The longest table of a stage, where the questions allow it: its places fit 16 bits."""

NO_SEGMENT = -1

_SEGMENT_BITS = 16


class Stage(NamedTuple):
    """Some questions in a row.

    Attributes
    ----------
    following
        ``(n_states + 1, n_values of the first, of the second, ...)``, flat: the state after. The last state is that of a
        respondent with a fault, and keeps it.
    """

    columns: tuple[Stored, ...]
    following: NDArray[np.int64]

    def places(self, start: int, end: int, state: NDArray[np.int64] | None) -> NDArray[np.int64]:
        """Return for each of some rows its place in `following`."""
        # Sixteen bits may overflow on the way: they wrap, and the place that comes out is the right one.
        dtype = np.dtype(np.int16 if len(self.following) <= MOST_PLACES else np.int64)
        key = np.zeros(end - start, dtype=dtype) if state is None else state.astype(dtype)
        low = 0
        for place, column in enumerate(self.columns):
            n_values = len(column.codes)
            if place or state is not None:
                np.multiply(key, np.array(n_values).astype(dtype), out=key)
            # Cast first: adding numbers of another width takes twice as long.
            np.add(key, column.values[start:end].astype(dtype, copy=False), out=key)
            low = low * n_values + column.low
        np.subtract(key, _wrapped(low, key.dtype), out=key)
        return key.astype(np.intp, copy=False)


class Scored(NamedTuple):
    """For each respondent the place of the segment, -1 where an answer is missing or wrong, and the points, if there are any."""

    segments: NDArray[np.signedinteger[Any]]
    points: NDArray[np.int64] | None


def score(rule: Rule, columns: Sequence[Stored], total_of_state: NDArray[np.int64] | None, chunk: int = CHUNK) -> Scored:
    """Score respondents.

    Parameters
    ----------
    columns
        One a question of the rule, in its order.
    total_of_state
        The points that each last state stands for, None where there are none.
    """
    *before, last = _stages(rule, [column.narrowed() for column in columns])
    small: type[np.signedinteger[Any]] = np.int8 if len(rule.segments) < 2**7 else np.int16
    segment_of = np.append(rule.final, NO_SEGMENT)[last.following].astype(small)
    points_of = None if total_of_state is None else np.append(total_of_state, 0)[last.following]
    packed = segment_of if points_of is None else _packed(points_of, segment_of)
    n = len(columns[0].values)
    segments = np.empty(n, dtype=small)
    points = None if points_of is None else np.empty(n, dtype=np.int64)
    for start in range(0, n, chunk):
        end = min(start + chunk, n)
        state = None
        for stage in before:
            state = stage.following.take(stage.places(start, end, state))
        # The places are in range by construction: "clip" only spares the check and its copy.
        found = packed.take(last.places(start, end, state), mode="clip")
        np.copyto(segments[start:end], found, casting="unsafe")
        if points is not None:
            np.right_shift(found, _SEGMENT_BITS, out=points[start:end])
    return Scored(segments, points)


def _stages(rule: Rule, columns: Sequence[Stored]) -> Iterator[Stage]:
    taken: list[Stored] = []
    table = np.zeros((1, 1), dtype=np.int64)
    n_after = [*map(len, rule.step[1:]), len(rule.final)]
    for column, step, lost in zip(columns, rule.step, n_after, strict=True):
        if taken and table.size * len(column.codes) > MOST_PLACES:
            yield Stage(tuple(taken), table.reshape(-1))
            # Every state before this question, and after them the state of a fault.
            taken, table = [], np.arange(len(step) + 1, dtype=np.int64)[:, None]
        table = _with_faults(step, column.codes, lost)[table].reshape(len(table), -1)
        taken.append(column)
    yield Stage(tuple(taken), table.reshape(-1))


def _with_faults(step: NDArray[np.int64], codes: NDArray[Any], lost: int) -> NDArray[np.int64]:
    """Return for each state and value the state after; a fault leads to the state `lost`, and the last state there too."""
    widened = np.full((len(step) + 1, step.shape[1] + 1), lost, dtype=np.int64)
    widened[:-1, :-1] = step
    return widened[:, np.where(codes < 0, step.shape[1], codes)]


def _packed(points: NDArray[np.int64], segments: NDArray[Any]) -> NDArray[Any]:
    """Put segments into the low bits and points above them, so that one look into a table finds both."""
    words: NDArray[np.int64] = points << _SEGMENT_BITS | segments.astype(np.int64) & (2**_SEGMENT_BITS - 1)
    return words if np.abs(points).max(initial=0) >= 2 ** (31 - _SEGMENT_BITS) else words.astype(np.int32)


def _wrapped(number: int, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return a number as a whole number of few bits holds it."""
    half = 2 ** (8 * dtype.itemsize - 1)
    return np.array((number + half) % (2 * half) - half, dtype=dtype)
