"""The whole frame that is wanted, read and checked before anything is sent: one set of values a key, and what bars a row."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from segkit.errors import InvalidInput
from segkit.findings import Finding
from segkit.registry.cells import is_missing
from segkit.registry.schema import CLEAR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from segkit.registry.schema import Field, Record, Schema


class Given(NamedTuple):
    """A row of the frame: where it stands, what its key column holds (None where nothing does), its values, what is wrong."""

    where: str
    key: Any
    cells: Record
    faults: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """What is wanted of a registry.

    Attributes
    ----------
    rows
        Values by key; a field that is not there is left alone.
    places
        Where in the frame each key stands.
    barred
        Why a key cannot be carried out, by key; a row without a usable key goes by its place.
    findings
        All that was found, what bars a row too.
    n_given
        How many rows the frame has.
    """

    rows: dict[str, Record]
    places: dict[str, str] = field(default_factory=dict)
    barred: dict[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    n_given: int = 0


def given_rows(frame: pd.DataFrame, schema: Schema, others: Iterable[Field] = ()) -> tuple[list[Given], list[Finding]]:
    """Read a frame.

    Parameters
    ----------
    others
        Columns that are read beside the schema's; what becomes of them is the caller's.

    Raises
    ------
    InvalidInput
        When it is no frame, or has a column twice.
    """
    if not isinstance(frame, pd.DataFrame):
        raise InvalidInput(f"what is wanted is {type(frame).__name__}: give a DataFrame, one row a segment")
    names = [str(name) for name in frame.columns]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise InvalidInput(f"the frame has {', '.join(twice)} twice: keep one column of each name")
    columns = [each for each in (schema.key, *schema.fields, *others) if each.name in names]
    lists = {each.name: frame[each.name].tolist() for each in columns}
    rows = []
    for place, index in enumerate(frame.index):
        where = f"row {index}"
        rows.append(_given(where, {each: lists[each.name][place] for each in columns}, schema))
    return rows, list(_columns(names, schema, {each.name for each in columns}))


def _given(where: str, cells: dict[Field, Any], schema: Schema) -> Given:
    values, faults = {}, []
    for column, cell in cells.items():
        place = f"{where}, column {column.name!r}"
        if is_missing(cell):
            continue
        if isinstance(cell, str) and cell.strip() == CLEAR:
            if column.clearable:
                values[column.name] = column.cleared
            else:
                fix = "Give a value, or leave the cell missing to keep what is there."
                faults.append(Finding("cannot-be-cleared", "error", place, f"{column.name} cannot be taken away", fix))
            continue
        value, fault = column.read(cell)
        if fault:
            faults.append(Finding("unreadable-cell", "error", place, fault, "Mend the cell."))
        else:
            values[column.name] = value
    key = values.pop(schema.key.name, None)
    return Given(where, key, values, tuple(faults))


def _columns(names: list[str], schema: Schema, read: set[str]) -> Iterator[Finding]:
    for name in names:
        if name not in read and name not in schema.known:
            alike = difflib.get_close_matches(name, (schema.key.name, *schema.names), n=1)
            fix = f"Did you mean {alike[0]}?" if alike else "Nothing, if it is yours; else rename it."
            yield Finding(
                "unknown-column", "warning", f"column {name!r}", "it is no field of this registry, and is not sent", fix
            )


def keyed(
    rows: Iterable[Given], findings: Iterable[Finding], schema: Schema, key_of: Callable[[Given], tuple[str | None, str]]
) -> Wanted:
    """Put rows under their keys.

    Parameters
    ----------
    key_of
        Returns the key of a row, and what is wrong with it; a row without a key is barred.
    """
    wanted: dict[str, Record] = {}
    places: dict[str, str] = {}
    barred: dict[str, str] = {}
    found, n_given = list(findings), 0
    for row in rows:
        n_given += 1
        faults = list(row.faults)
        key, fault = key_of(row)
        if key is None:
            fix = f"Give {schema.key.name}, or take the row out."
            faults.append(Finding("no-key", "error", f"{row.where}, column {schema.key.name!r}", fault, fix))
        elif key in wanted or key in barred:
            message = f"{key!r} stands in {places.get(key, 'a row')} too"
            faults.append(Finding("repeated-key", "error", f"{row.where}, column {schema.key.name!r}", message, "Keep one."))
        name = row.where if key is None else key
        if faults:
            wanted.pop(name, None)
            barred[name] = "; ".join(dict.fromkeys([*filter(None, [barred.get(name)]), *(each.message for each in faults)]))
            found += faults
        else:
            wanted[name] = row.cells
        places.setdefault(name, row.where)
    return Wanted(wanted, places, barred, tuple(found), n_given)
