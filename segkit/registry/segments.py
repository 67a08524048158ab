"""Infinity's segments and their groups, as they are kept, and their frames."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
import numpy as np
import pandas as pd

from segkit import frames, markup
from segkit.errors import InvalidInput
from segkit.findings import Findings
from segkit.provenance import LABEL, WORDS, Provenance, weakest
from segkit.registry import segment_frames
from segkit.registry.criteria import Criterion, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

LIVE = 200
"""The status of what is in use; 410 is deleted."""

BUILT_IN = {0: "All", 1: "Default"}
"""The segments that are always there: 1 holds each trigger that meets no criteria."""

LONGEST_TABLE = 200
"""Rows of a table in a notebook."""

_RANK = {word: rank for rank, word in enumerate(WORDS)}


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """A segment of Infinity.

    Attributes
    ----------
    segment_id, name, ref
        Its id, its name, and your own reference, None where there is none.
    order
        The place in which it is detected, ascending.
    criteria
        All must be met.
    status
        200 is active, 410 deleted.
    org_id, group_id
        The organisation and the group that it belongs to; group 0 is the default.
    findings
        Of one that was created: what was found in it, and was no reason not to send it.
    """

    segment_id: int = msgspec.field(name="segment")
    name: str = msgspec.field(name="segmentName")
    criteria: tuple[Criterion, ...]
    ref: str | None = msgspec.field(name="segmentRef", default=None)
    order: int = msgspec.field(name="segmentOrder", default=0)
    status: int = msgspec.field(name="segmentStatus", default=LIVE)
    org_id: int | None = msgspec.field(name="orgId", default=None)
    group_id: int = msgspec.field(name="segmentGroupId", default=0)
    provenance: Provenance = msgspec.field(name=LABEL, default="documented")
    findings: Findings = msgspec.field(name="x_segkit_findings", default=Findings())

    @property
    def rule(self) -> str:
        """Its criteria in words."""
        return " and ".join(map(str, self.criteria))

    def to_frame(self) -> pd.DataFrame:
        """Return one row, as of `Segments.to_frame`."""
        return Segments([self]).to_frame()

    def _repr_html_(self) -> str:
        return Segments([self])._repr_html_()

    def __repr__(self) -> str:
        return f"<Segment {self.segment_id} {self.name!r}, order {self.order}, {len(self.criteria)} criteria, {self.provenance}>"


class SegmentGroup(msgspec.Struct, frozen=True, kw_only=True):
    """A group of segments: its id, its name, the installation it is in, and its status (200 is active, 410 deleted)."""

    group_id: int = msgspec.field(name="segmentGroupId")
    name: str = msgspec.field(name="segmentGroupName")
    igrp: int | None = None
    status: int = msgspec.field(name="segmentGroupStatus", default=LIVE)
    provenance: Provenance = msgspec.field(name=LABEL, default="documented")

    def to_frame(self) -> pd.DataFrame:
        """Return one row, as of `SegmentGroups.to_frame`."""
        return SegmentGroups([self]).to_frame()

    def _repr_html_(self) -> str:
        return SegmentGroups([self])._repr_html_()

    def __repr__(self) -> str:
        return f"<SegmentGroup {self.group_id} {self.name!r}, {self.provenance}>"


Kept = TypeVar("Kept", bound=Segment | SegmentGroup)


class _ById(Mapping[int, Kept]):
    """What an installation keeps, by id, in the order of the answer."""

    noun = ""

    def __init__(self, rows: Iterable[Kept], findings: Findings | None = None) -> None:
        self._rows: dict[int, Kept] = {}  # shown by a traceback of what comes now
        listed = list(rows)
        self._rows = {_id(row): row for row in listed}
        self.findings = findings or Findings()
        if len(self._rows) < len(listed):
            twice = sorted({_id(row) for row in listed if sum(_id(other) == _id(row) for other in listed) > 1})
            raise InvalidInput(f"{self.noun} {twice} are there more than once: keep one of each")

    def __getitem__(self, wanted: int) -> Kept:
        try:
            return self._rows[wanted]
        except KeyError:
            raise KeyError(f"there is no {self.noun} {wanted!r} among these {len(self)}") from None

    def __iter__(self) -> Iterator[int]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def _first(self) -> list[Kept]:
        """The rows that a table shows."""
        return list(islice(self._rows.values(), LONGEST_TABLE))

    @property
    def _rest(self) -> object:
        """What a table says of the others."""
        more = f"The first {LONGEST_TABLE} of {len(self)}; to_frame() has all."
        return markup.note(more) if len(self) > LONGEST_TABLE else ""

    @property
    def provenance(self) -> Provenance | None:
        """The weakest word of its rows, None where there are none."""
        words = [row.provenance for row in self._rows.values()]
        return weakest(*words) if words else None

    def __repr__(self) -> str:
        word = f", {self.provenance}" if self else ""
        return f"<{type(self).__name__}: {len(self)}{word}>"


def _id(row: Segment | SegmentGroup) -> int:
    return row.segment_id if isinstance(row, Segment) else row.group_id


class Segments(_ById[Segment]):
    """Segments by id, in the order of the answer; `findings` say what the vendor's answer leaves open."""

    noun = "segment"

    def to_frame(self) -> pd.DataFrame:
        """Return one row a segment.

        Columns
        -------
        segment_id, segment_order, segment_status, segment_group_id : int64
        segment_name, segment_ref : str
        org_id : Int64
        criteria : str, a JSON array of field, op and value
        provenance : ordered categorical
        """
        return framed(list(self.values()))

    def criteria(self) -> pd.DataFrame:
        """Return one row a criterion.

        Columns
        -------
        segment_id, place : int64, the place counts from 1
        field, op, value : str
        reads : str, the criterion in words
        provenance : ordered categorical, of its segment
        """
        rows = [
            (segment.segment_id, place, each.field, each.op, each.value, str(each), segment.provenance)
            for segment in self.values()
            for place, each in enumerate(segment.criteria, 1)
        ]
        return frames.from_rows(segment_frames.INFINITY_CRITERIA, rows)

    def _repr_html_(self) -> str:
        cells = [(s.segment_id, s.name, s.ref, s.order, s.rule, s.status, s.group_id, s.provenance) for s in self._first]
        head = ["segment", "name", "reference", "order", "criteria, all met", "status", "group", "provenance"]
        found = markup.Markup(self.findings._repr_html_()) if self.findings else ""
        return markup.join([markup.table("Segments", head, cells), self._rest, found]).html


class SegmentGroups(_ById[SegmentGroup]):
    """Groups of segments by id, in the order of the answer."""

    noun = "segment group"

    def to_frame(self) -> pd.DataFrame:
        """Return one row a group.

        Columns
        -------
        segment_group_id, segment_group_status : int64
        segment_group_name : str
        igrp : Int64
        provenance : ordered categorical
        """
        rows = [(g.group_id, g.name, g.igrp, g.status, g.provenance) for g in self.values()]
        return frames.from_rows(segment_frames.INFINITY_GROUPS, rows)

    def _repr_html_(self) -> str:
        cells = [(g.group_id, g.name, g.status, g.provenance) for g in self._first]
        table = markup.table("Segment groups", ["group", "name", "status", "provenance"], cells)
        return markup.join([table, self._rest]).html


def framed(segments: Sequence[Segment]) -> pd.DataFrame:
    """Build the frame of segments, column by column; an id may be there more than once."""
    columns: dict[str, Any] = {
        "segment_name": [s.name for s in segments],
        "segment_ref": [s.ref for s in segments],
        "org_id": frames.whole_numbers([s.org_id for s in segments]),
        "criteria": [written(s.criteria) for s in segments],
        "provenance": pd.Categorical.from_codes([_RANK[s.provenance] for s in segments], dtype=frames.PROVENANCE),
    }
    for name, numbers in {
        "segment_id": [s.segment_id for s in segments],
        "segment_order": [s.order for s in segments],
        "segment_status": [s.status for s in segments],
        "segment_group_id": [s.group_id for s in segments],
    }.items():
        columns[name] = np.array(numbers, dtype=np.int64)
    return frames.build(segment_frames.INFINITY_SEGMENTS, columns)
