"""An installation of Infinity as a registry that plans are made for: its segments, and the groups that they are in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from segkit.registry.plan_rows import in_order
from segkit.registry.schema_frames import framed
from segkit.registry.segment_schema import GROUP, NAME, REF, SCHEMA, Installation, Kept
from segkit.registry.segments import BUILT_IN
from segkit.registry.steps import Move, Step, pending, stages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from segkit.registry.plan_rows import Row
    from segkit.registry.preflight import Wanted
    from segkit.registry.schema import Record, Schema
    from segkit.registry.steps import Stages
    from segkit.vendors.infinity import Infinity

ORDER = "segment_order"
LONGEST_ORDER = 900
"""PHP may read no more than 1000 fields of a form."""

_ARGUMENTS = {"segment_name": "name", "segment_ref": "ref", ORDER: "order", "org_id": "org_id", "criteria": "criteria"}


class InfinityStore:
    """The segments of an installation, for `segkit.plan` and `segkit.apply`.

    A frame has segment_id or, for segments whose id the vendor is to give, segment_ref; and any of segment_name, segment_order,
    org_id, criteria, and segment_group_name (or segment_group_id, as `Segments.to_frame` has it). A group that is named and not
    there is made. Segments 0 and 1 and group 0 are never touched. A group is renamed by `Infinity.update_segment_group` alone:
    where all of its segments are to be in a new one, a plan makes that and moves them, and a finding says so.

    Parameters
    ----------
    client
        Of the installation.
    prune_groups
        Whether a plan with ``prune=True`` also deletes the groups that no wanted segment is in.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import Infinity, InfinityStore, apply, plan
    >>> store = InfinityStore(Infinity.sandbox())
    >>> wanted = pd.DataFrame({"segment_id": [400, 401], "segment_order": [1, 0], "segment_group_name": ["Shops", None]})
    >>> planned = plan(store, wanted)
    >>> {action: n for action, n in planned.counts.items() if n}
    {'create': 1, 'update': 2, 'no-op': 2}
    >>> apply(planned, store, progress=False).ok, plan(store, wanted).empty
    (True, True)
    """

    blind, reads_back = False, True

    def __init__(self, client: Infinity, *, prune_groups: bool = False) -> None:
        self._client = client
        self._prune_groups = prune_groups
        self._read = Installation((), ())
        self._ids: dict[str, int] = {}

    @property
    def schema(self) -> Schema:
        """What an installation keeps."""
        return SCHEMA

    @property
    def target(self) -> str:
        """The installation's address."""
        return f"{self._client.base_url}/igrps/{self._client.igrp}"

    def read(self, rows: Sequence[Row] = ()) -> dict[str, Record]:
        """Return the segments and groups in use, by key."""
        segments, groups = self._client.segments().values(), self._client.segment_groups().values()
        self._read = Installation.of(segments, groups, _by_id(rows))
        self._ids = self._read.ids
        # What had no id when the plan was made is found by its reference.
        wanted = {row.key.removeprefix(REF): row.key for row in rows if row.key.startswith(REF)}
        by_ref = {key: str(record.get("segment_ref") or "").strip() for key, record in self._read.records.items()}
        return Kept({wanted.get(by_ref[key], key): record for key, record in self._read.records.items()}, self._read)

    def normalise(self, frame: pd.DataFrame, there: Mapping[str, Record]) -> Wanted:
        """Read and check what is wanted."""
        read = there.installation if isinstance(there, Kept) else self._read  # it may have been read again since, by others
        return read.wanted_of(frame, prune_groups=self._prune_groups)

    def order(self, rows: Sequence[Row], there: Mapping[str, Record]) -> Stages:
        """Order the calls: groups are made first and deleted last, references freed before they are taken.

        Where the segments are to have the places 0, 1, 2 and so on, one call at the end gives all of them their places.
        """
        listed = _in_places(rows, there)
        placed = [row for row in rows if row.action == "update" and ORDER in row.after] if listed else []
        keys = {row.key for row in placed}
        others = [_without_order(row) if row.key in keys else row for row in rows]
        todo = [row for row in others if row.action != "no-op"]
        numbered = [row for row in todo if not row.key.startswith(REF)]
        made = _with_unnumbered(stages(numbered, ["segment_ref"], lambda row: _needs(row, rows)), todo)
        if placed:
            created = frozenset(row.key for row in rows if row.action == "create" and not row.key.startswith(GROUP))
            made.append([Step("order", tuple(map(_placed, placed)), created, listed)])
        return made

    def carry_out(self, step: Step) -> Mapping[str, str]:
        """Make one call, with the look-ups that it needs."""
        if step.kind == "order":
            self._client.order_segments(map(int, step.listed))
            return {}
        (move,) = step.moves
        if move.key.startswith(GROUP):
            self._group(move.key.removeprefix(GROUP), is_wanted=move.after is not None)
        elif move.after is None:
            self._client.delete_segment(int(move.key))
        elif move.before is None:
            values = self._arguments(move.after, {})
            segment_id = None if move.key.startswith(REF) else int(move.key)
            self._client.create_segment(segment_id=segment_id, check=False, **values)
        else:
            self._client.update_segment(self._id_of(move.key), check=False, **self._arguments(move.after, move.before))
        return {}

    def _group(self, name: str, *, is_wanted: bool) -> None:
        if is_wanted:
            self._ids[name] = self._client.create_segment_group(name).group_id
        else:
            self._client.delete_segment_group(self._ids[name])

    def _id_of(self, key: str) -> int:
        if not key.startswith(REF):
            return int(key)
        (found,) = (each for each in self._read.segments if (each.ref or "").strip() == key.removeprefix(REF))
        return found.segment_id

    def _arguments(self, after: Record, before: Record) -> dict[str, Any]:
        """Return the fields that change, as the client names them."""
        changed = {name: value for name, value in after.items() if value != before.get(name)}
        values = {argument: changed[name] for name, argument in _ARGUMENTS.items() if name in changed}
        if "ref" in values:
            values["ref"] = values["ref"] or ("" if before else None)
        if NAME in changed:
            values["group_id"] = self._ids[changed[NAME]]
        return values

    def note(self, step: Step, refused: Mapping[str, str]) -> None:
        """Do nothing: the installation can be read."""

    def export(self) -> pd.DataFrame:
        """Return the segments as a frame that can be wanted: segment_id and the fields; the built-in ones are left out."""
        kept = {key: record for key, record in self.read().items() if key.isdigit() and key not in SCHEMA.protected}
        return framed(SCHEMA, kept, key="Int64")

    def __repr__(self) -> str:
        return f"<InfinityStore of {self._client!r}, installation {self._client.igrp}>"


def _by_id(rows: Sequence[Row]) -> frozenset[int]:
    """Return the groups that a plan tells by their ids; it may delete the one whose name was theirs too."""
    named = (values[NAME] for row in rows for values in (row.before or {}, row.after) if values.get(NAME))
    return frozenset(int(name[1:]) for name in named if re.fullmatch("#[0-9]{1,9}", name))


def _needs(row: Row, rows: Sequence[Row]) -> Iterator[str]:
    """Yield whom a row waits for: a segment for its group, a group that is deleted for the segments that leave it."""
    if not row.key.startswith(GROUP):
        if row.after.get(NAME) is not None:
            yield f"{GROUP}{row.after[NAME]}"
    elif row.action == "delete":
        left = row.key.removeprefix(GROUP)
        for other in pending(rows):
            if not other.key.startswith(GROUP) and (other.before or {}).get(NAME) == left:
                yield other.key


def _with_unnumbered(made: Stages, rows: Sequence[Row]) -> Stages:
    """Add what the vendor numbers behind what has a number of its own, which the vendor might give away; deletes stay last."""
    numbered = frozenset(row.key for row in rows if row.action == "create" and row.key.isdigit())
    new = frozenset(row.key for row in rows if row.action == "create")
    needs: dict[str | None, frozenset[str]] = {}
    steps = []
    for row in rows:
        if row.key.startswith(REF):
            group = row.after.get(NAME)
            if group not in needs:
                needs[group] = numbered | (new & {f"{GROUP}{group}"})
            steps.append(Step("create", (Move(row.key, None, row.after),), needs[group]))
    last = [made.pop()] if made and all(step.kind == "delete" for step in made[-1]) else []
    return [*made, *([steps] if steps else []), *last]


def _in_places(rows: Sequence[Row], there: Mapping[str, Record]) -> tuple[str, ...]:
    """Return the segments in their places, where one call can give them these; else nothing."""
    moved = [row for row in rows if row.action == "update" and ORDER in row.after]
    end = {**there, **{row.key: row.result for row in rows}}
    ends = {key: record for key, record in end.items() if record and not key.startswith(GROUP) and key not in map(str, BUILT_IN)}
    if len(moved) < 2 or len(ends) > LONGEST_ORDER or any(key.startswith(REF) for key in ends):  # noqa: PLR2004 - one is an update
        return ()
    listed = sorted(ends, key=lambda key: (ends[key].get(ORDER, 0), in_order(key)))
    return tuple(listed) if [ends[key].get(ORDER, 0) for key in listed] == list(range(len(listed))) else ()


def _without_order(row: Row) -> Row:
    after = {name: value for name, value in row.after.items() if name != ORDER}
    return row._replace(after=after, action=row.action if after else "no-op")


def _placed(row: Row) -> Move:
    before = {**(row.before or {}), **_without_order(row).after}
    return Move(row.key, before, {**before, ORDER: row.after[ORDER]})
