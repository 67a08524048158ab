"""The frames of Infinity's segments, their criteria and groups, and of the segments of triggers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from segkit.frames import PROVENANCE

if TYPE_CHECKING:
    from collections.abc import Mapping

INFINITY_SEGMENTS: Mapping[str, Any] = {
    "segment_id": "int64",
    "segment_name": "str",
    "segment_ref": "str",
    "segment_order": "int64",
    "org_id": "Int64",
    "criteria": "str",
    "segment_status": "int64",
    "segment_group_id": "int64",
    "provenance": PROVENANCE,
}
"""`Segments.to_frame()` of Infinity: one row a segment; `criteria` is a JSON array, a reference that is not there is missing."""

INFINITY_CRITERIA: Mapping[str, Any] = {
    **dict.fromkeys(("segment_id", "place"), "int64"),
    **dict.fromkeys(("field", "op", "value", "reads"), "str"),
    "provenance": PROVENANCE,
}
"""`Segments.criteria()`: one row a criterion; `place` counts from 1 within the segment, all of whose criteria must be met."""

INFINITY_GROUPS: Mapping[str, Any] = {
    "segment_group_id": "int64",
    "segment_group_name": "str",
    "igrp": "Int64",
    "segment_group_status": "int64",
    "provenance": PROVENANCE,
}
"""`SegmentGroups.to_frame()`: one row a group of segments."""

INFINITY_CHANGES: Mapping[str, Any] = {"segment_id": "int64", **dict.fromkeys(("field", "before", "after"), "str")}
"""`SegmentUpdate.to_frame()`: one row a field that changed, fields named as in `INFINITY_SEGMENTS`."""

TRIGGER_SEGMENTS: Mapping[str, Any] = {
    "segment_id": "int64",
    "segment_name": "str",
    "segment_group_id": "int64",
    "provenance": PROVENANCE,
}
"""`evaluate_segments(segments, triggers)`: one row a trigger, under its index."""
