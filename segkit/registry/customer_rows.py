"""Customers' segments as they are handed in, row by row or entry by entry, each value checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from segkit.errors import InvalidInput
from segkit.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

Pair = tuple[str, str]
"""Type and value of a segment."""

COLUMNS = ("document_id", "type", "value")
_ENTRY = {"document_id", "segments"}
_SEGMENT = {"type", "value"}


class Given(NamedTuple):
    """One entry as it was given: where, the customer, the segments (None where null was given), and rows that repeat others."""

    where: str
    document_id: str
    segments: tuple[Pair, ...] | None
    repeated: int = 0


class _Row(NamedTuple):
    where: str
    cells: tuple[Any, Any, Any]
    missing: tuple[bool, bool, bool]


def of_frame(frame: pd.DataFrame) -> tuple[list[Given], list[Finding]]:
    """Read a long frame, one row a segment; a row with neither type nor value is a customer who is to have none."""
    lacking = [name for name in COLUMNS if list(frame.columns).count(name) != 1]
    if lacking:
        raise InvalidInput(f"the frame has not one column each of {', '.join(COLUMNS)}: look at {', '.join(lacking)}")
    findings: list[Finding] = []
    if others := [str(name) for name in frame.columns if name not in COLUMNS]:
        message = f"{', '.join(others)}: not sent"
        findings.append(Finding("column-not-sent", "info", "columns", message, "Nothing: only ids, types and values are sent."))
    found: dict[str, tuple[str, list[Pair | None]]] = {}
    for row in _rows(frame):
        errors = list(_check_row(row))
        findings += errors
        if not errors:
            document_id, kind, value = row.cells
            found.setdefault(document_id, (row.where, []))[1].append(None if row.missing[1] else (kind, value))
    return [one for document_id, (where, pairs) in found.items() for one in _of_rows(where, document_id, pairs)], findings


def faults(frame: pd.DataFrame) -> dict[str, list[Finding]]:
    """Return what is wrong with the rows of a long frame, by customer; by the row's place where that does not tell one."""
    found: dict[str, list[Finding]] = {}
    for row in _rows(frame):
        if errors := list(_check_row(row)):
            document_id = row.cells[0]
            found.setdefault(document_id if _is_usable(document_id) else row.where, []).extend(errors)
    return found


def _is_usable(document_id: object) -> bool:
    return isinstance(document_id, str) and not list(_check(document_id, ""))


def _rows(frame: pd.DataFrame) -> Iterator[_Row]:
    cells = zip(*(frame[name].tolist() for name in COLUMNS), strict=True)
    missing = zip(*(frame[name].isna().tolist() for name in COLUMNS), strict=True)
    for label, of_row, lacks in zip(frame.index.tolist(), cells, missing, strict=True):
        yield _Row(f"row {label}", of_row, lacks)


def _check_row(row: _Row) -> Iterator[Finding]:
    no_id, no_type, no_value = row.missing
    if no_id:
        yield Finding("no-id", "error", f"{row.where}, document_id", "there is no customer", "Give the id, or leave the row out.")
    else:
        yield from _check(row.cells[0], f"{row.where}, document_id")
    if no_type != no_value:
        empty, other = ("type", 2) if no_type else ("value", 1)
        fix = "Give both, as in membership = GOLD, or neither for a customer who is to have no segments."
        message = f"it is missing beside {row.cells[other]!r}"
        yield Finding("half-a-segment", "error", f"{row.where}, {empty}", message, fix)
    elif not no_type:
        yield from _check(row.cells[1], f"{row.where}, type")
        yield from _check(row.cells[2], f"{row.where}, value")


def _of_rows(where: str, document_id: str, pairs: list[Pair | None]) -> Iterator[Given]:
    """Yield what the rows of a customer say: all its segments, or none; both is a conflict of two entries."""
    segments = tuple(pair for pair in pairs if pair)
    if segments:
        yield Given(where, document_id, segments)
    if n_none := len(pairs) - len(segments):
        yield Given(where, document_id, (), n_none - 1)


def of_mapping(customers: Mapping[Any, Any]) -> tuple[list[Given], list[Finding]]:
    """Read a mapping of a customer's id to its segments."""
    return _of_pairs((f"customers[{document_id!r}]", document_id, segments) for document_id, segments in customers.items())


def of_entries(customers: Sequence[Any]) -> tuple[list[Given], list[Finding]]:
    """Read entries as the vendor writes them."""
    for place, entry in enumerate(customers):
        if not isinstance(entry, Mapping) or set(entry) != _ENTRY:
            raise InvalidInput(f"customers[{place}] is no entry: give an object of document_id and segments, and of nothing else")
    return _of_pairs((f"customers[{place}]", entry["document_id"], entry["segments"]) for place, entry in enumerate(customers))


def _of_pairs(customers: Iterator[tuple[str, Any, Any]]) -> tuple[list[Given], list[Finding]]:
    found, findings = [], []
    for where, document_id, segments in customers:
        pairs, errors = _pairs(where, segments)
        errors += _check(document_id, f"{where}, document_id")
        findings += errors
        if not errors:
            found.append(Given(where, document_id, pairs))
    return found, findings


def _pairs(where: str, segments: object) -> tuple[tuple[Pair, ...] | None, list[Finding]]:
    """Return pairs of type and value of a list of objects or pairs; None is null."""
    if segments is None:
        return None, []
    if not isinstance(segments, Sequence) or isinstance(segments, str | bytes):
        fix = "Give a list of (type, value), [] for none."
        return (), [Finding("no-segments", "error", where, f"{segments!r} is no list of segments", fix)]
    pairs: list[Pair] = []
    errors: list[Finding] = []
    for place, segment in enumerate(segments):
        pair = _pair(segment)
        if pair is None:
            message, fix = f"{segment!r} is no segment", 'Give (type, value), or {"type": ..., "value": ...}.'
            errors.append(Finding("no-segment", "error", f"{where}, segment {place}", message, fix))
            continue
        errors += [*_check(pair[0], f"{where}, segment {place}, type"), *_check(pair[1], f"{where}, segment {place}, value")]
        pairs.append(pair)
    return tuple(pairs), errors


def _pair(segment: object) -> Pair | None:
    if isinstance(segment, Mapping):
        return (segment["type"], segment["value"]) if set(segment) == _SEGMENT else None
    is_pair = isinstance(segment, tuple | list) and len(segment) == len(_SEGMENT)
    return (segment[0], segment[1]) if is_pair else None  # type: ignore[index] # a pair has both


def _check(value: object, where: str) -> Iterator[Finding]:
    """Yield what keeps a value from being sent."""
    if not isinstance(value, str):
        fix = "Give text: read the file with dtype=str, so that leading zeros stay and no number becomes 400.0."
        yield Finding("no-text", "error", where, f"{value!r} is {type(value).__name__}, no text", fix)
    elif not value.strip():
        yield Finding("no-value", "error", where, f"{value!r} is blank", "Give a value, or leave it out.")
    elif any("\ud800" <= char <= "\udfff" for char in value):
        yield Finding("no-text", "error", where, f"{value!r} holds half of a character", "Read it again, as UTF-8.")
