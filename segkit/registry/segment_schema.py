"""What an installation of Infinity keeps of its segments and their groups, for plans.

Groups are told by their names: a group that a segment is to be in and that is not there is made. A group whose name another one
has too, or that is not listed, is told by its id: ``#400``.
"""

from __future__ import annotations

import dataclasses
import functools
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from segkit.findings import Finding
from segkit.registry import bounds
from segkit.registry.cell_texts import criteria_as_lines, criteria_of_lines
from segkit.registry.cells import criteria, number, text, written
from segkit.registry.criteria import check_criteria, criteria_of
from segkit.registry.preflight import Given, Wanted, given_rows, keyed
from segkit.registry.schema import CLEAR, Field, Record, Schema
from segkit.registry.segment_update import GROUP_MOVE
from segkit.registry.segments import BUILT_IN, LIVE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import pandas as pd

    from segkit.registry.cells import Value
    from segkit.registry.segments import Segment, SegmentGroup

GROUP, REF = "group:", "ref:"
"""How the key of a group begins, and that of a new segment whose id the vendor will give."""
NAME = "segment_group_name"


def _stripped(value: Value) -> Value:
    return (value.strip() or None) if isinstance(value, str) else value


def _sorted(value: Value) -> Value:
    """Return criteria in one order: all must be met, whichever comes first."""
    return written(sorted([each.field, each.op, each.value] for each in criteria_of(value))) if isinstance(value, str) else value


def _check_key(value: Value, where: str) -> Iterator[Finding]:
    if str(value).isdigit():
        yield from bounds.check_id(int(str(value)), where)


def _check_name(value: Value, where: str) -> Iterator[Finding]:
    yield from bounds.check_text(str(value), where, required=True)


def _check_ref(value: Value, where: str) -> Iterator[Finding]:
    yield from bounds.check_text(str(value or ""), where)


def _check_group(value: Value, where: str) -> Iterator[Finding]:
    yield from bounds.check_text(str(value or ""), where, longest=None)


def _check_order(value: Value, where: str) -> Iterator[Finding]:
    yield from bounds.check_order(int(value or 0), where)


def _check_org(value: Value, where: str) -> Iterator[Finding]:
    if int(value or 0) < 0:
        yield Finding("id-out-of-bounds", "error", where, f"{value} is no id", "Use a number from 0.")


def _check_criteria(value: Value, where: str) -> Iterable[Finding]:
    return check_criteria(criteria_of(value), where)


SCHEMA = Schema(
    "segments of an Infinity installation",
    Field("segment_id", number, check=_check_key),
    (
        Field("segment_name", text, clean=_stripped, check=_check_name, required=True, is_name=True),
        Field("segment_ref", text, clean=_stripped, check=_check_ref, unique=True, clearable=True),
        Field("segment_order", number, check=_check_order, clearable=True, cleared=0),
        Field("org_id", number, check=_check_org),
        Field(
            "criteria",
            criteria,
            clean=_sorted,
            check=_check_criteria,
            required=True,
            as_text=criteria_as_lines,
            from_text=criteria_of_lines,
            is_of_lines=True,
        ),
        Field(NAME, text, clean=_stripped, check=_check_group, told=GROUP_MOVE, is_group=True),
    ),
    known=frozenset({"provenance", "segment_group_id", "segment_status"}),
    protected={str(place): f"segment {place} ({name}) is built in" for place, name in BUILT_IN.items()},
    lone=GROUP,
    within=NAME,
)
_OTHERS = (Field("segment_group_id", number), Field("segment_status", number))


class Kept(dict[str, Record]):
    """What is kept by key, and the installation that it was read of."""

    def __init__(self, records: Mapping[str, Record], installation: Installation) -> None:
        super().__init__(records)
        self.installation = installation


@dataclass(frozen=True)
class Installation:
    """What was read of an installation.

    Attributes
    ----------
    segments, groups
        Those in use.
    deleted
        The ids of segments that were deleted, which are not to be had again.
    by_id
        The groups that go by their ids though nobody else has their names any more, because a plan was made when somebody had.
    """

    segments: tuple[Segment, ...]
    groups: tuple[SegmentGroup, ...]
    deleted: frozenset[int] = frozenset()
    by_id: frozenset[int] = frozenset()

    @classmethod
    def of(cls, segments: Iterable[Segment], groups: Iterable[SegmentGroup], by_id: frozenset[int] = frozenset()) -> Installation:
        """Keep what is in use."""
        listed = tuple(segments)
        live = tuple(each for each in listed if each.status == LIVE)
        gone = frozenset(each.segment_id for each in listed) - {each.segment_id for each in live}
        return cls(live, tuple(group for group in groups if group.status == LIVE), gone, by_id)

    @functools.cached_property
    def names(self) -> dict[int, str]:
        """What each group goes by: its name, or its id where that says more."""
        given = Counter(group.name.strip() for group in self.groups)
        named = {g.group_id: g.name.strip() for g in self.groups if given[g.name.strip()] == 1 and g.name.strip()}
        told = {number: name for number, name in named.items() if number not in self.by_id or f"#{number}" in given}
        return {0: "Default", **{g.group_id: f"#{g.group_id}" for g in self.groups}, **told}

    @functools.cached_property
    def ids(self) -> dict[str, int]:
        """The id of each group by what it goes by, and by its number."""
        return {**{f"#{number}": number for number in self.names}, **{name: number for number, name in self.names.items()}}

    @property
    def twice(self) -> dict[str, list[int]]:
        """The names that several groups have, and their ids."""
        held: dict[str, list[int]] = {}
        for group in self.groups:
            held.setdefault(group.name.strip(), []).append(group.group_id)
        return {name: ids for name, ids in held.items() if len(ids) > 1}

    @functools.cached_property
    def records(self) -> Mapping[str, Record]:
        """What is kept, by key; group 0 is always there, and no row of its own."""
        names = self.names
        kept: dict[str, Record] = {f"{GROUP}{names[g.group_id]}": {NAME: names[g.group_id]} for g in self.groups if g.group_id}
        for each in self.segments:
            kept[str(each.segment_id)] = {
                "segment_name": each.name,
                "segment_ref": each.ref or None,
                "segment_order": each.order,
                "org_id": each.org_id,
                "criteria": criteria(each.criteria)[0],
                NAME: names.get(each.group_id, f"#{each.group_id}"),
            }
        return kept

    def wanted_of(self, frame: pd.DataFrame, *, prune_groups: bool) -> Wanted:
        """Read what is wanted: a row without an id is the segment that has its reference, or a new one.

        The groups that the segments are to be in are wanted too; the others only where they are not pruned.
        """
        rows, findings = given_rows(frame, SCHEMA, _OTHERS)
        by_ref = {each.ref.strip(): str(each.segment_id) for each in self.segments if each.ref and each.ref.strip()}
        wanted = keyed((self._resolved(row) for row in rows), findings, SCHEMA, lambda row: _key_of(row, by_ref))
        there = self.records
        into = {values.get(NAME, there.get(key, {}).get(NAME)) for key, values in wanted.rows.items()}
        into |= {there[key][NAME] for key in wanted.barred if key in there}
        if not prune_groups:
            into |= {self.names[group.group_id] for group in self.groups}
        named = {str(name).strip() for name in into if name} - {self.names[0]}
        groups = {f"{GROUP}{name}": {NAME: name} for name in named if name != CLEAR}
        told = (*wanted.findings, *self._renames(wanted))
        return dataclasses.replace(wanted, rows={**wanted.rows, **groups}, findings=told, n_given=len(frame))

    def _renames(self, wanted: Wanted) -> Iterator[Finding]:
        """Yield where a group that is emptied into a new one may be meant to be renamed, which only the client does."""
        names, ids, into = self.names, self.ids, defaultdict[int, set[str]](set)
        for each in self.segments:
            goes_to = wanted.rows.get(str(each.segment_id), {}).get(NAME) or names.get(each.group_id, "")
            into[each.group_id].add(str(goes_to).strip())
        for group_id, goes in into.items():
            if group_id and group_id in names and len(goes) == 1 and (new := goes.pop()) not in ids:
                message = f"all segments of group {names[group_id]!r} move to {new!r}, which is made: a new group has no history"
                fix = f"If it is to be renamed, call update_segment_group({group_id}, {new!r}), and make the plan anew."
                yield Finding("rename-or-move", "info", f"{GROUP}{new}", message, fix)

    def _resolved(self, row: Given) -> Given:
        """Return a row with its group by what it goes by, and what bars it."""
        cells, faults = dict(row.cells), list(row.faults)
        group_id, status = cells.pop("segment_group_id", None), cells.pop("segment_status", None)
        faults += self._faults(row, group_id, status)
        if group_id is not None:
            named = self.names.get(group_id, f"#{group_id}")
            if str(cells.setdefault(NAME, named)).strip() != named:
                message = f"{NAME} is {cells[NAME]!r}, and segment_group_id {group_id} is {named!r}"
                faults.append(Finding("two-groups", "error", row.where, message, "Keep one of the two columns."))
        name = str(cells.get(NAME, "")).strip()
        if name in self.twice:
            ids = " or ".join(f"#{number}" for number in self.twice[name])
            message = f"several groups have the name {name!r}"
            faults.append(
                Finding("two-groups-of-one-name", "error", row.where, message, f"Write {ids} in the place of the name.")
            )
        elif name in self.ids:
            cells[NAME] = self.names[self.ids[name]]
        elif name.startswith("#") and name[1:].isdigit():
            faults.append(
                Finding("no-such-group", "error", row.where, f"there is no group {name[1:]}", "Give a name: it is made.")
            )
        return row._replace(cells=cells, faults=tuple(faults))

    def _faults(self, row: Given, group_id: Any, status: Any) -> Iterator[Finding]:  # noqa: ANN401 - numbers or None
        if status not in {None, LIVE}:
            message = f"its segment_status is {status}, and not {LIVE}"
            yield Finding("not-in-use", "error", row.where, message, "Take the row out; with prune=True it is deleted.")
        if isinstance(row.key, int) and row.key in self.deleted:
            message = f"segment {row.key} was deleted; whether its id can be had again is not documented"
            yield Finding("id-gone", "error", row.where, message, "Use another id, or none and a reference.")
        if group_id is not None and group_id not in self.names:
            yield Finding("no-such-group", "error", row.where, f"there is no group {group_id}", f"Give {NAME}: it is made.")


def _key_of(row: Given, by_ref: Mapping[str, str]) -> tuple[str | None, str]:
    if row.key is not None:
        return str(row.key), ""
    ref = row.cells.get("segment_ref")
    if not ref:
        return None, "there is neither an id nor a reference to find it by"
    return by_ref.get(ref.strip(), f"{REF}{ref.strip()}"), ""
