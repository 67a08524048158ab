"""In which order a plan is carried out: what frees a value before what takes it, round trips through a value nobody has.

A step is one call. Steps of a stage do not wait for each other; a stage waits for the one before.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING, Literal, NamedTuple

from segkit.registry.plan_rows import PENDING, in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from segkit.registry.plan_rows import Row
    from segkit.registry.schema import Record

Kind = Literal["create", "update", "delete", "park", "order", "replace"]


class Move(NamedTuple):
    """What a step makes of one segment: the whole of it before, None where it is not there, and what is known of it after."""

    key: str
    before: Record | None
    after: Record | None


class Step(NamedTuple):
    """One call.

    Attributes
    ----------
    kind
        ``park`` gives a segment a value that nobody has, so that another can take its own; ``order`` gives several their
        places, ``replace`` several their values.
    moves
        One a segment.
    needs
        The keys without whose success it makes no sense.
    listed
        Of an order, the keys of all segments in their places.
    """

    kind: Kind
    moves: tuple[Move, ...]
    needs: frozenset[str] = frozenset()
    listed: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The segments that it touches."""
        return tuple(move.key for move in self.moves)


Stages = list[list[Step]]


def pending(rows: Iterable[Row]) -> list[Row]:
    """Return the rows for which something is to be done."""
    return [row for row in rows if row.action in PENDING]


def stages(rows: Sequence[Row], unique: Sequence[str], needs: Callable[[Row], Iterable[str]] = lambda _: ()) -> Stages:
    """Order the rows of a plan.

    Parameters
    ----------
    unique
        The fields of which no two segments may have the same value at any time.
    needs
        The keys that a row waits for besides.

    Returns
    -------
    Deletes that nobody waits for come last, so that as little as possible is gone if something is refused before.
    """
    todo = {row.key: row for row in pending(rows)}
    held = _holders(todo.values(), unique)
    waits = {key: {*_waits(row, held, unique), *(each for each in needs(row) if each in todo)} for key, row in todo.items()}
    awaited = {other for others in waits.values() for other in others}
    late = {key for key, row in todo.items() if row.action == "delete" and key not in awaited}
    queue = _Queue({key: set(others) for key, others in waits.items() if key not in late})
    parked: dict[str, Record] = {}
    made: Stages = []
    while queue:
        if ready := queue.take():
            made.append([_step(todo[key], parked.get(key), waits[key]) for key in ready])
        else:
            chosen = queue.break_round_trips()
            parked.update({key: _parked(todo[key], unique) for key in chosen})
            made.append([Step("park", (Move(key, todo[key].before, parked[key]),)) for key in chosen])
    if late:
        made.append([_step(todo[key], None, waits[key]) for key in sorted(late, key=in_order)])
    return made


class _Queue:
    """Who is left, and whom each waits for."""

    def __init__(self, waits: dict[str, set[str]]) -> None:
        self._waits = waits
        self._waiting: dict[str, list[str]] = defaultdict(list)
        for key in sorted(waits, key=in_order):
            for other in waits[key]:
                self._waiting[other].append(key)
        self._ready = [key for key, others in waits.items() if not others]

    def __bool__(self) -> bool:
        return bool(self._waits)

    def take(self) -> list[str]:
        """Return who waits for nobody, and let them go."""
        ready = sorted(self._ready, key=in_order)
        for key in ready:
            del self._waits[key]
        self._ready = []
        for key in ready:
            self._free(key)
        return ready

    def _free(self, key: str) -> None:
        """Let nobody wait for this one any more."""
        for other in self._waiting.pop(key, ()):
            if other in self._waits:
                self._waits[other].discard(key)
                if not self._waits[other]:
                    self._ready.append(other)

    def break_round_trips(self) -> list[str]:
        """Return one of each round trip, for which the others then do not wait."""
        chosen: list[str] = []
        seen: dict[str, str] = {}  # who was met, and on the way from whom
        for start in sorted(self._waits, key=in_order):
            key, way = start, list[str]()
            while key not in seen:
                seen[key] = start
                way.append(key)
                key = min(self._waits[key], key=in_order)
            if seen[key] == start:
                chosen.append(min(way[way.index(key) :], key=in_order))
        for key in chosen:
            self._free(key)
        return chosen


def _step(row: Row, before: Record | None, needs: set[str]) -> Step:
    kind: Kind = row.action  # type: ignore[assignment] # a pending action is one
    start = row.before if before is None else before
    after = None if row.action == "delete" else {**(start or {}), **row.after}
    return Step(kind, (Move(row.key, start, after),), frozenset(needs))


def _waits(row: Row, held: dict[tuple[str, object], set[str]], unique: Sequence[str]) -> Iterator[str]:
    """Yield who has now what a row takes."""
    for name in unique:
        value = row.after.get(name)
        if row.action != "delete" and value is not None:
            yield from held.get((name, value), set()) - {row.key}


def _holders(rows: Iterable[Row], unique: Sequence[str]) -> dict[tuple[str, object], set[str]]:
    held: dict[tuple[str, object], set[str]] = defaultdict(set)
    for row in rows:
        for name in unique:
            if row.before and row.before.get(name) is not None and (row.action == "delete" or name in row.after):
                held[name, row.before[name]].add(row.key)
    return held


def _parked(row: Row, unique: Sequence[str]) -> Record:
    """Return a segment with values that nobody has in place of those that it gives up; always the same for the same row."""
    before = row.before or {}
    given_up = [name for name in unique if name in row.after and before.get(name) is not None]
    said = f"{row.key}\n{sorted(before.items())}\n{sorted(row.after.items())}"
    mark = hashlib.sha256(said.encode(errors="surrogatepass")).hexdigest()[:16]
    return {**before, **dict.fromkeys(given_up, f"segkit-{mark}")}
