"""Where a plan would put two segments in one place: one value that must be unique, one name after cleaning, lost zeros."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from segkit.findings import Finding
from segkit.registry.plan_rows import in_order

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from segkit.registry.plan_rows import Row
    from segkit.registry.schema import Field, Record, Schema


def collisions(there: Mapping[str, Record], rows: dict[str, Row], schema: Schema) -> tuple[dict[str, Row], list[Finding]]:
    """Block the rows that would take what another has at the end, and say why."""
    end = {**there, **{key: row.result for key, row in rows.items()}}
    barred: dict[str, list[Finding]] = defaultdict(list)
    for column in schema.fields:
        if column.unique or column.is_name:
            for key, finding in _shared(column, end, rows):
                barred[key].append(finding)
    for key, finding in (*_lost_zeros(there, rows), *_misread(there, rows)):
        barred[key].append(finding)
    blocked = {
        key: rows[key]._replace(action="blocked", reason="; ".join(each.message for each in found))
        for key, found in barred.items()
    }
    return {**rows, **blocked}, [each for found in barred.values() for each in found]


def _shared(column: Field, end: Mapping[str, Record | None], rows: Mapping[str, Row]) -> Iterator[tuple[str, Finding]]:
    """Yield what would have the same value of a field as another."""
    held = defaultdict(list)
    for key, record in end.items():
        value = column.clean(record.get(column.name)) if record else None
        if value is not None:
            held[value].append(key)
    for value, keys in held.items():
        takers = [key for key in keys if _takes(rows.get(key), column.name)] if len(keys) > 1 else []
        if column.is_name and not column.unique and not any(column.name in _cleaned(rows[key]) for key in takers):
            continue  # two that were given the same name are a warning, `same_names`
        for key in takers:
            others = ", ".join(sorted((each for each in keys if each != key), key=in_order)[:5])
            after = " after cleaning" if column.is_name and not column.unique else ""
            message = f"{column.name} {value!r} is that of {others} too{after}"
            code = "name-collides" if after else "value-taken"
            yield key, Finding(code, "error", f"{key}, {column.name}", message, "Give each its own.")


def _takes(row: Row | None, name: str) -> bool:
    return row is not None and row.action in {"create", "update"} and name in row.after


def _cleaned(row: Row) -> set[str]:
    """Return the fields that were cleaned."""
    return {name for name, said in row.told.items() if said.startswith("cleaned")}


def same_names(rows: Mapping[str, Row], schema: Schema) -> Iterator[Finding]:
    """Yield the names that several are given."""
    for column in schema.fields:
        held = defaultdict(list)
        for key, row in rows.items():
            if _takes(row, column.name) and column.is_name and not column.unique:
                held[row.after[column.name]].append(key)
        for value, keys in held.items():
            if len(keys) > 1:
                named = ", ".join(sorted(keys, key=in_order)[:5])
                message = f"{len(keys)} segments are given the {column.name} {value!r}: {named}"
                yield Finding(
                    "same-name", "warning", f"{min(keys, key=in_order)}, {column.name}", message, "Make sure it is meant."
                )


def _lost_zeros(there: Mapping[str, Record], rows: Mapping[str, Row]) -> Iterator[tuple[str, Finding]]:
    """Yield new keys that differ from others only in zeros before them, which a spreadsheet drops."""
    known = defaultdict(set)
    for key in {*there, *rows}:
        known[key.lstrip("0")].add(key)
    for key, row in rows.items():
        others = known[key.lstrip("0")] - {key}
        if row.action == "create" and others and key.lstrip("0")[:1].isdigit():
            message = f"there is {min(others)!r} beside {key!r}: zeros before it may have been lost"
            yield key, Finding("zeros-lost", "error", key, message, "Read the file with dtype=str, and write ids in one way.")


def _misread(there: Mapping[str, Record], rows: Mapping[str, Row]) -> Iterator[tuple[str, Finding]]:
    """Yield new keys that are others with spaces around them, or read as decimal numbers."""
    known = {*there, *rows}
    for key, row in rows.items():
        meant = re.sub(r"^([0-9]+)\.0+$", r"\1", key.strip())
        if row.action == "create" and meant != key and meant in known:
            message = f"there is {meant!r} beside {key!r}: one of them was read or written in another way"
            yield key, Finding("key-misread", "error", key, message, f"Write {meant!r}, or read the file with dtype=str.")
