"""What a frame means for an installation of Infinity, worked out with dicts; it shares no code with `segkit.registry`."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import Any, NamedTuple

CLEARED = "<clear>"
FIELDS = ("segment_name", "segment_ref", "segment_order", "criteria", "segment_group_name")
REF, ORDER, INTO = "segment_ref", "segment_order", "segment_group_name"
PARKED = "segkit-"

Segment = dict[str, Any]
Rows = list[dict[str, Any]]


class There(NamedTuple):
    """What is in use: segments by id as text, each with its group by what that goes by; groups by id; ids that are used up."""

    segments: dict[str, Segment]
    groups: dict[int, str]
    used_up: frozenset[str] = frozenset()


def called(groups: dict[int, str]) -> dict[int, str]:
    """Return what each group goes by: its name, or its id where another has the same name."""
    n_named = Counter(groups.values())
    return {0: "Default", **{number: name if n_named[name] == 1 else f"#{number}" for number, name in groups.items()}}


class Scope(NamedTuple):
    """What a plan may touch, as it is handed in, and as the model reads it; `groups` is whether groups that are there may be."""

    kind: str
    keys: frozenset[str] = frozenset()
    groups: bool = True

    def owned(self, there: There) -> Any:
        """Return the argument of `plan`."""
        listed = [*sorted(self.keys), *(f"group:{name}" for name in called(there.groups).values() if self.groups)]
        return {"all": None, "keys": listed}.get(self.kind, self.holds)

    def holds(self, key: str, values: Segment) -> bool:
        """Whether a segment or a group is owned."""
        if key.startswith("group:"):
            return self.groups
        return (values.get(ORDER) or 0) < 3 if self.kind == "first ones" else key in self.keys

    def owns(self, key: str, values: Segment, *, is_new: bool) -> bool:
        """Whether it may be touched."""
        return self.kind == "all" or (self.kind == "keys" and is_new) or self.holds(key, values)


class Outlook:
    """What a frame leads to.

    Attributes
    ----------
    there, end
        The segments of the plan by key, None where there is none; of a new one what is given.
    changed
        The fields that a row changes.
    made, gone, kept
        What the groups go by that are made, deleted, and looked at.
    blocked
        The keys of segments that are blocked; `bars` also counts groups and an empty frame.
    """

    def __init__(self, now: There, rows: Rows, scope: Scope, *, prune: bool, prune_groups: bool) -> None:
        self.now, self.scope, self.prune = now, scope, prune
        self.there: dict[str, Segment | None] = {}
        self.end: dict[str, Segment | None] = {}
        self.changed: dict[str, Segment] = {}
        self.blocked: set[str] = set()
        self._names = called(now.groups)
        by_ref = {values[REF]: key for key, values in now.segments.items() if values[REF]}
        keys = [self._key(row, by_ref) for row in rows]
        for key, row in zip(keys, rows, strict=True):
            self._want(key, row, is_twice=keys.count(key) > 1)
        for key, values in now.segments.items() if prune and rows else ():
            if key not in keys and scope.owns(key, values, is_new=False):
                self.there[key], self.end[key] = values, None
        self._collide()
        self._group(keys, prune=prune and bool(rows), prune_groups=prune_groups)
        self.bars = not rows or bool(self.blocked)

    def _key(self, row: dict[str, Any], by_ref: dict[str, str]) -> str:
        return str(row["segment_id"]) if "segment_id" in row else by_ref.get(row[REF], f"ref:{row[REF]}")

    def _want(self, key: str, row: dict[str, Any], *, is_twice: bool) -> None:
        before = self.now.segments.get(key)
        values, is_named = self._values(row)
        changed = {name: value for name, value in values.items() if before is None or before[name] != value}
        self.there[key], self.end[key] = before, {**(before or {}), **changed}
        if before is not None and not changed and is_named and not is_twice:
            return
        self.changed[key] = changed
        lacks = before is None and not {"segment_name", "criteria"} <= set(values)
        is_mine = self.scope.owns(key, before or changed, is_new=before is None)
        if is_twice or lacks or not is_named or key in self.now.used_up or not is_mine:
            self.blocked.add(key)
            self.end[key] = before

    def _values(self, row: dict[str, Any]) -> tuple[Segment, bool]:
        """Return the fields that a row gives, and whether it names its group in a way that can be understood."""
        cleared = {REF: None, ORDER: 0}
        values = {name: cleared.get(name) if row[name] == CLEARED else row[name] for name in FIELDS if name in row}
        if INTO not in values:
            return values, True
        name = values[INTO]
        by_id = {f"#{number}": goes_by for number, goes_by in self._names.items()}
        values[INTO] = by_id.get(name, name)
        is_twice = list(self.now.groups.values()).count(name) > 1
        return values, not is_twice and (values[INTO] in self._names.values() or not name.startswith("#"))

    def _collide(self) -> None:
        """Block who takes the reference of another that keeps it."""
        end = {**self.now.segments, **self.end}
        for key in set(self.changed) - self.blocked:
            ref = self.changed[key].get(REF)
            if ref and any(values and values.get(REF) == ref for other, values in end.items() if other != key):
                self.blocked.add(key)

    def _group(self, keys: list[str], *, prune: bool, prune_groups: bool) -> None:
        known = set(self._names.values())
        ends = {key: values for key, values in {**self.now.segments, **self.end}.items() if values is not None}
        wanted = {ends[key].get(INTO, "Default") for key in keys if key in ends}
        self.made = wanted - known
        used = {values.get(INTO, "Default") for values in ends.values()} | {"Default"}
        owned = {name for name in known if self.scope.owns(f"group:{name}", {INTO: name}, is_new=False)}
        self.gone = (known - used) & owned if prune and prune_groups else set()
        self.kept = (wanted if prune_groups else known) - self.made - {"Default"}
        if prune and prune_groups:
            self.kept |= (known & used & owned) - {"Default"}

    def keyed(self, now: There) -> dict[str, Segment]:
        """Return segments by the plan's keys: one whose id nobody knew goes by its reference; groups go by what they did then."""
        at_once = {goes_by: number for number, goes_by in called(now.groups).items()}
        then = self._called(now)
        found = {key: {**values, INTO: then[at_once[values[INTO]]]} for key, values in now.segments.items()}
        return {f"ref:{v[REF]}" if f"ref:{v[REF]}" in self.end else key: v for key, v in found.items()}

    def _called(self, now: There) -> dict[int, str]:
        """Return what each group goes by; one that went by its id when the plan was made goes by it until that is done."""
        return {
            number: f"#{number}" if self._names.get(number) == f"#{number}" else goes_by
            for number, goes_by in called(now.groups).items()
        }

    def is_in_places(self, segments: dict[str, Segment]) -> bool:
        """Whether the segments get their places by one call, behind their other changes: it names all, so all have numbers."""
        ends = {key: values for key, values in {**segments, **self.end}.items() if values is not None}
        movers = [key for key, changed in self.changed.items() if ORDER in changed and self.there[key] is not None]
        is_a_list = sorted(values.get(ORDER, 0) for values in ends.values()) == list(range(len(ends)))
        return len(movers) > 1 and is_a_list and not any(key.startswith("ref:") for key in ends)

    def is_on_its_way(self, key: str, now: Segment | None, *, in_places: bool) -> bool:
        """Whether a segment is as it was, as it is to be, or between the two."""
        before, end = self.there[key], self.end[key]
        states = [before, end]
        if before and end:
            if in_places and ORDER in self.changed.get(key, {}):
                states.append({**end, ORDER: before[ORDER]})
            if REF in self.changed.get(key, {}) and now and str(now[REF]).startswith(PARKED):
                states.append({**before, REF: now[REF]})
        return any(_is(now, state) for state in states)

    def moved(self, now: There) -> set[str]:
        """Return where the plan must say that something moved."""
        segments, places = self.keyed(now), set[str]()
        in_places = self.is_in_places(segments)
        for key, before in self.there.items():
            found = segments.get(key)
            if not self.is_on_its_way(key, found, in_places=in_places):
                whole = before is None or found is None
                places |= {key} if whole else {f"{key}, {name}" for name in FIELDS if before[name] != found[name]}  # type: ignore[index]
        groups = set(self._called(now).values()) - {"Default"}
        places |= {f"group:{name}" for name in self.kept - groups}
        taken = {changed[REF] for changed in self.changed.values() if changed.get(REF)}
        for key in set(segments) - set(self.end):
            found = segments[key]
            if self._is_newcomer(key, found) or found[REF] in taken or found[INTO] in self.gone:
                places.add(key)
        new = groups - self.kept - self.made - self.gone
        return places | {f"group:{name}" for name in new if self._is_newcomer(f"group:{name}", {INTO: name})}

    def _is_newcomer(self, key: str, values: Segment) -> bool:
        is_listed = self.scope.kind != "keys" or not key.startswith("group:")  # a list of keys knows no group that is to come
        return self.prune and is_listed and self.scope.owns(key, values, is_new=False)

    def fits(self, now: There, before: There) -> bool:
        """Whether a run may have come so far: all of the plan's on its way, all others as they were, and no twin of anything."""
        segments, others = self.keyed(now), self.keyed(before)
        in_places = self.is_in_places(others)
        untouched = {*segments, *others} - set(self.end)
        names, earlier = Counter(now.groups.values()), Counter(before.groups.values())
        return (
            len(segments) == len(now.segments)
            and all(segments.get(key) == others.get(key) for key in untouched)
            and all(self.is_on_its_way(key, segments.get(key), in_places=in_places) for key in self.end)
            and set(names - earlier) <= self.made
            and all(names[name] <= max(1, earlier[name]) for name in names)
            and {name for number, name in self._called(before).items() if number not in now.groups and number} <= self.gone
        )

    def is_whole(self, now: There, before: There) -> bool:
        """Whether all is done: each segment and each group once, and nothing else."""
        found = self.keyed(before)
        kept = {key: values for key, values in found.items() if key not in self.end}
        new = {"segment_ref": None, "segment_order": 0, "segment_group_name": "Default"}
        ends = {key: {**new, **(found.get(key) or {}), **values} for key, values in self.end.items() if values is not None}
        names = (set(self._called(before).values()) | self.made) - self.gone - {"Default"}
        return self.keyed(now) == kept | ends and set(self._called(now).values()) - {"Default"} == names


def _is(now: Segment | None, state: Segment | None) -> bool:
    if now is None or state is None:
        return now is state
    return all(now[name] == value for name, value in state.items())


def shuffled(rows: Rows, now: There, *, prune: bool) -> Rows:
    """Return rows with references that nobody else keeps, and with what a new one needs, so that most plans can be applied."""
    fit: Rows = []
    wanted = {str(row["segment_id"]) for row in rows if "segment_id" in row}
    staying = {v[REF] for key, v in now.segments.items() if key not in wanted and not prune}
    fresh = (f"n{n}" for n in itertools.count())
    taken = {row[REF] for row in rows if REF in row and "segment_id" not in row}
    for row in rows:
        is_new = "segment_id" not in row or str(row["segment_id"]) not in now.segments
        usable = dict(row)
        if str(row.get("segment_id")) in now.used_up:
            continue
        if "segment_id" in row and REF in row and row[REF] != CLEARED and row[REF] in staying | taken:
            usable[REF] = next(fresh)
        if "segment_id" not in row and row[REF] in {v[REF] for key, v in now.segments.items() if key in wanted}:
            usable[REF] = next(fresh)
        taken.add(usable.get(REF))
        new = {"segment_name": "New", "criteria": '[["href","inc","/new"]]'} if is_new else {}
        fit.append({**new, **usable})
    return fit
