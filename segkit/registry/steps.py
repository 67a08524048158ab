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
    waits = {key: set(_waits(row, held, unique)) | (set(needs(row)) & set(todo)) for key, row in todo.items()}
    awaited = {other for others in waits.values() for other in others}
    late = {key for key, row in todo.items() if row.action == "delete" and key not in awaited}
    made: Stages = []
    parked: dict[str, Record] = {}
    left = {key: set(others) for key, others in waits.items() if key not in late}
    while left:
        ready = sorted((key for key, others in left.items() if not others), key=in_order)
        if ready:
            made.append([_step(todo[key], parked.get(key), waits[key]) for key in ready])
        else:
            key = min(_on_a_round_trip(left), key=in_order)
            parked[key] = _parked(todo[key], unique)
            made.append([Step("park", (Move(key, todo[key].before, parked[key]),))])
        freed = set(ready) if ready else {key}
        left = {key: others - freed for key, others in left.items() if key not in ready}
    if late:
        made.append([_step(todo[key], None, waits[key]) for key in sorted(late, key=in_order)])
    return made


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


def _on_a_round_trip(left: dict[str, set[str]]) -> set[str]:
    """Return the keys that others wait for while they wait themselves, going along one chain until it comes back."""
    key = min(left, key=in_order)
    seen: list[str] = []
    while key not in seen:
        seen.append(key)
        key = min(left[key], key=in_order)
    return set(seen[seen.index(key) :])


def _parked(row: Row, unique: Sequence[str]) -> Record:
    """Return a segment with values that nobody has in place of those that it gives up; always the same for the same row."""
    before = row.before or {}
    given_up = [name for name in unique if name in row.after and before.get(name) is not None]
    said = f"{row.key}\n{sorted(before.items())}\n{sorted(row.after.items())}"
    mark = hashlib.sha256(said.encode(errors="surrogatepass")).hexdigest()[:16]
    return {**before, **dict.fromkeys(given_up, f"segkit-{mark}")}
