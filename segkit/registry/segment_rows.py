"""A frame of segments, as `Segments.to_frame` writes it and somebody has edited it, read back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from segkit.errors import InvalidInput
from segkit.findings import Finding
from segkit.provenance import WORDS
from segkit.registry.bounds import whole
from segkit.registry.criteria import criteria_of
from segkit.registry.segments import LIVE, Segment, Segments

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_ATTRIBUTES: Mapping[str, str] = {
    "segment_id": "segment_id",
    "segment_name": "name",
    "segment_ref": "ref",
    "segment_order": "order",
    "org_id": "org_id",
    "criteria": "criteria",
    "segment_status": "status",
    "segment_group_id": "group_id",
    "provenance": "provenance",
}
_REQUIRED = ("segment_id", "segment_name", "criteria")


def segments_of(frame: pd.DataFrame) -> Segments:
    """Read a frame of segments.

    Parameters
    ----------
    frame
        The columns of `Segments.to_frame`; all but id, name and criteria may be left out or missing, and are then those of a
        new segment: order 0, group 0, active, synthetic. Criteria may be anything that `criteria_of` reads. Other columns are
        left alone.

    Raises
    ------
    InvalidInput
        With a finding for each cell that cannot be read, or when an id is there twice.

    Examples
    --------
    >>> frame = pd.DataFrame({"segment_id": [400], "segment_name": ["Shop"], "criteria": ['[["href", "inc", "/shop"]]']})
    >>> segments_of(frame)[400]
    <Segment 400 'Shop', order 0, 1 criteria, synthetic>
    """
    if lost := [name for name in _REQUIRED if name not in frame.columns]:
        raise InvalidInput(f"a frame of segments lacks {', '.join(lost)}: its columns are those of Segments.to_frame()")
    findings: list[Finding] = []
    rows = []
    names = [name for name in _ATTRIBUTES if name in frame.columns]
    for index, cells in zip(frame.index, zip(*(frame[name] for name in names), strict=True), strict=True):
        values = {}
        for name, cell in zip(names, cells, strict=True):
            value, fault = _read(name, cell)
            values[_ATTRIBUTES[name]] = value
            if fault:
                findings.append(Finding("unreadable-cell", "error", f"row {index}, column {name!r}", fault, "Mend the cell."))
        rows.append({name: value for name, value in values.items() if value is not None})
    if findings:
        raise InvalidInput("the frame of segments cannot be read", findings)
    return Segments(Segment(**{"status": LIVE, "provenance": "synthetic", **row}) for row in rows)


def _read(name: str, cell: Any) -> tuple[Any, str]:  # noqa: ANN401 - whatever a cell holds
    """Return what a cell says, and what is wrong with it."""
    is_missing = pd.api.types.is_scalar(cell) and pd.isna(cell)
    if is_missing:
        return None, "nothing stands here" if name in _REQUIRED else ""
    return _READERS.get(name, _number)(cell)


def _criteria(cell: Any) -> tuple[Any, str]:  # noqa: ANN401 - whatever a cell holds
    try:
        return criteria_of(cell), ""
    except InvalidInput as error:
        return None, str(error)


def _text(cell: Any) -> tuple[Any, str]:  # noqa: ANN401 - whatever a cell holds
    return (cell, "") if isinstance(cell, str) else (None, f"{cell!r} is no text")


def _word(cell: Any) -> tuple[Any, str]:  # noqa: ANN401 - whatever a cell holds
    return (cell, "") if cell in WORDS else (None, f"{cell!r} is none of {', '.join(WORDS)}")


def _number(cell: Any) -> tuple[Any, str]:  # noqa: ANN401 - whatever a cell holds
    number = int(cell) if isinstance(cell, float) and cell.is_integer() else whole(cell)
    return number, "" if number is not None else f"{cell!r} is no whole number"


_READERS: Mapping[str, Callable[[Any], tuple[Any, str]]] = {
    "criteria": _criteria,
    "provenance": _word,
    "segment_name": _text,
    "segment_ref": _text,
}
