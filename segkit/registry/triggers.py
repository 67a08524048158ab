"""Which segment and group a trigger would fall into, told from an export of triggers before anything is changed.

Segments are tried in ascending order, and the first all of whose criteria are met has the trigger; one that meets none is in
segment 1 and group 0. That the first one wins is derived: documented are the order in which a segment is detected, and 1 and 0.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from segkit import frames
from segkit.errors import InvalidInput
from segkit.findings import Finding, Findings
from segkit.provenance import WORDS, weakest
from segkit.registry import segment_frames
from segkit.registry.criteria import NOT_EVALUATED, check_criteria
from segkit.registry.segment_rows import segments_of
from segkit.registry.segments import BUILT_IN, LIVE, Segment, Segments

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from segkit.provenance import Provenance

DEFAULT = 1
"""The segment of a trigger that meets no criteria; its group is 0."""


def evaluate_segments(
    segments: Segments | Iterable[Segment] | pd.DataFrame, triggers: pd.DataFrame, *, columns: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Tell which segment and which group each trigger would fall into.

    Parameters
    ----------
    segments
        As the vendor keeps them, or their frame, edited. What is built in or not active takes no part.
    triggers
        One row a trigger, one column a field of the trigger reports; missing values and empty texts are fields that are not set.
    columns
        Maps columns of the frame, as in ``{"Landing page": "href"}``.

    Returns
    -------
    One row a trigger, under its index: ``segment_id``, ``segment_name``, ``segment_group_id``, ``provenance``: derived, or
    synthetic where the triggers or a segment that takes part are. In ``attrs["segkit"]``, ``findings`` says where the outcome
    hangs on what no document says, and ``segments`` has the columns of those that take part, in the order of detection.

    Raises
    ------
    InvalidInput
        When a field that criteria look at has no column, or criteria cannot be evaluated.

    Examples
    --------
    >>> from segkit.registry.criteria import criteria_of
    >>> shop = Segment(segment_id=400, name="Shop", criteria=criteria_of([("href", "inc", "/shop")]), group_id=7)
    >>> evaluate_segments([shop], pd.DataFrame({"href": ["/shop/toys", "/about"]})).segment_id.tolist()
    [400, 1]
    """
    used = _evaluated(segments)
    tried = [segment for segment in used if segment.criteria]
    fields = _Fields(triggers, columns or {}, {each.field for segment in tried for each in segment.criteria})
    met = np.full(len(triggers), len(tried))
    for place, segment in enumerate(tried):
        meets = met == len(tried)
        for criterion in segment.criteria:
            if not meets.any():
                break
            meets &= fields.meeting(criterion.field, criterion.test())
        met[meets] = place
    table = [(s.segment_id, s.name, s.group_id) for s in tried] + [(DEFAULT, BUILT_IN[DEFAULT], 0)]
    ids, names, groups = (np.array(part, dtype=object)[met] for part in zip(*table, strict=True))
    word = weakest("derived", *(each.provenance for each in used), *_stated(triggers))
    told = {"segment_id": ids, "segment_name": names, "segment_group_id": groups, "provenance": [word] * len(met)}
    result = frames.build(segment_frames.TRIGGER_SEGMENTS, {name: list(part) for name, part in told.items()}, triggers.index)
    findings = [asdict(each) for each in _open_questions(used)]
    result.attrs["segkit"] = {"provenance": word, "segments": columns_of(used), "findings": findings}
    return result


def columns_of(segments: list[Segment]) -> dict[str, list[Any]]:
    """Return id, name and group of segments, a list each."""
    return {
        "segment_id": [each.segment_id for each in segments],
        "segment_name": [each.name for each in segments],
        "segment_group_id": [each.group_id for each in segments],
    }


def in_detection_order(segments: Segments | Iterable[Segment] | pd.DataFrame) -> list[Segment]:
    """Return the segments that take part: neither built in nor out of use.

    Raises
    ------
    InvalidInput
        When one is no segment, or is there twice.
    """
    segments = segments_of(segments) if isinstance(segments, pd.DataFrame) else segments
    if not isinstance(segments, Iterable):
        raise InvalidInput(f"segments are {type(segments).__name__}: give the Segments of a client, or their frame")
    listed = list(segments.values()) if isinstance(segments, Segments) else list(segments)
    if strange := [type(each).__name__ for each in listed if not isinstance(each, Segment)]:
        raise InvalidInput(f"segments hold {strange[0]}: give the Segments of a client, or their frame")
    used = [each for each in Segments(listed).values() if each.segment_id not in BUILT_IN and each.status == LIVE]
    return sorted(used, key=lambda segment: (segment.order, segment.segment_id))


def _stated(triggers: pd.DataFrame) -> list[Provenance]:
    """Return where the triggers come from, if their frame says so."""
    about = triggers.attrs.get("segkit") if isinstance(triggers, pd.DataFrame) else None
    word = about.get("provenance") if isinstance(about, dict) else None
    return [word] if word in WORDS else []


def _evaluated(segments: Segments | Iterable[Segment] | pd.DataFrame) -> list[Segment]:
    """Return the segments that take part; raise InvalidInput where criteria cannot be evaluated."""
    used = in_detection_order(segments)
    found = Findings(
        each
        for segment in used
        for each in check_criteria(segment.criteria, f"segment {segment.segment_id}")
        if each.code in NOT_EVALUATED
    )
    if found:
        raise InvalidInput("criteria cannot be evaluated", found)
    return used


def _open_questions(used: list[Segment]) -> Iterator[Finding]:
    """Say where no document tells what becomes of a trigger."""
    for segment in used:
        if not segment.criteria:
            message = "it has no criteria: no trigger falls into it here"
            yield Finding("no-criteria", "warning", f"segment {segment.segment_id}", message, "Give it criteria.")
    for first, later in pairwise(used):
        if first.order == later.order:
            message = f"it has order {later.order} as segment {first.segment_id} has, and the lower id is taken first here"
            yield Finding("same-order", "warning", f"segment {later.segment_id}", message, "Give each an order of its own.")


class _Fields:
    """The columns of an export, each as codes of its distinct values, so that no value is looked at twice."""

    def __init__(self, triggers: pd.DataFrame, columns: Mapping[str, str], wanted: set[str]) -> None:
        if not isinstance(triggers, pd.DataFrame):
            raise InvalidInput(f"triggers are {type(triggers).__name__}: give a frame, one row a trigger")
        named = [columns.get(name, name) for name in triggers.columns]
        if twice := sorted(field for field in wanted if named.count(field) > 1):
            raise InvalidInput(f"the triggers have several columns for {twice[0]!r}: keep one")
        if lost := sorted(wanted - set(named)):
            fix = "Export them too, map them with columns={...}, or add an empty column for a field that is never set."
            found = [Finding("no-column", "error", f"column {field!r}", "criteria look at it", fix) for field in lost]
            raise InvalidInput("the triggers lack columns that criteria look at", found)
        self._coded = {field: _coded(triggers.iloc[:, named.index(field)], field) for field in wanted}

    def meeting(self, field: str, test: Callable[[bytes], bool]) -> NDArray[np.bool_]:
        """Return for each trigger whether its field meets a test."""
        codes, values = self._coded[field]
        return np.array([test(value) for value in values], dtype=bool)[codes]


def _coded(column: pd.Series[Any], field: str) -> tuple[NDArray[np.intp], list[bytes]]:
    """Return for each row the place of its value, and the distinct values; the last is that of a field not set."""
    try:
        codes, values = pd.factorize(column)
    except TypeError:
        raise InvalidInput(f"column {field!r} holds lists or mappings: give text or numbers, as the export has them") from None
    return codes, [*(_written(value, field) for value in values), b""]


def _written(value: Any, field: str) -> bytes:  # noqa: ANN401 - whatever a column holds
    if isinstance(value, str):
        return value.encode(errors="surrogatepass")
    if isinstance(value, float | np.floating) and math.isfinite(value):
        # A whole number is a float where values are missing beside it.
        return (str(int(value)) if value == int(value) else str(value)).encode()
    if isinstance(value, int | np.integer) and not isinstance(value, bool):
        return str(value).encode()
    raise InvalidInput(f"column {field!r} holds {value!r}: give text or numbers, as the export has them")
