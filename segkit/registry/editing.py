"""A registry as a table that a hand edits: what was typed, added and removed, and what is wanted by that."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pandas as pd

from segkit.errors import InvalidInput
from segkit.registry.cell_texts import pairs_typed, plainly
from segkit.registry.plan_rows import in_order
from segkit.registry.schema import CLEAR

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from segkit.registry.schema import Record, Schema

Typed = Mapping[str, Mapping[str, str]]
"""The texts that were typed, by row and column."""


@dataclass(frozen=True)
class Edits:
    """What was changed and is not sent.

    Attributes
    ----------
    typed
        The texts that differ from what is there, by row and column.
    added
        The names of new rows, the newest first.
    removed
        The keys of the rows that are to be deleted.
    """

    typed: Typed = field(default_factory=dict)
    added: tuple[str, ...] = ()
    removed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Editing:
    """A registry's table under a hand; each change returns another one.

    A row goes by its key; a new one by a name of ours, until the registry has it.

    Attributes
    ----------
    schema, there
        What the registry keeps, as it was read.
    edits
        What was changed since.
    past, future
        The edits before, and those that were undone.
    """

    schema: Schema
    there: Mapping[str, Record]
    edits: Edits = Edits()
    past: tuple[Edits, ...] = ()
    future: tuple[Edits, ...] = ()

    @functools.cached_property
    def rows(self) -> list[str]:
        """The rows: new ones, then those that are there, in the order of their keys."""
        return [*self.edits.added, *sorted(filter(self.schema.is_segment, self.there), key=in_order)]

    @property
    def columns(self) -> tuple[str, ...]:
        """The key's column, and the fields'."""
        return (self.schema.key.name, *self.schema.names)

    @functools.cached_property
    def touched(self) -> frozenset[str]:
        """The rows that are not as they were."""
        return frozenset({*self.edits.typed, *self.edits.added, *self.edits.removed})

    def was(self, row: str, column: str) -> str:
        """Return what is there, as text."""
        if column == self.schema.key.name:
            return "" if row in self.edits.added else row
        return self.schema[column].as_text(self.there.get(row, {}).get(column))

    def text(self, row: str, column: str) -> str:
        """Return what stands in the table."""
        typed = self.edits.typed.get(row, {}).get(column)
        return self.was(row, column) if typed is None else typed

    def typed(self, row: str, column: str, text: str) -> Editing:
        """Type a text into a cell.

        Raises
        ------
        InvalidInput
            When there is no such cell, or it cannot be changed.
        """
        self._check(row)
        if column not in self.columns:
            raise InvalidInput(f"there is no column {column!r}; there are {', '.join(self.columns)}")
        if column == self.schema.key.name and row not in self.edits.added:
            raise InvalidInput(f"{row}: {column} is what the registry knows it by; add a row and remove this one")
        cells = {name: text for name, text in self.edits.typed.get(row, {}).items() if name != column}
        if text != self.was(row, column):
            cells[column] = text
        typed = {name: texts for name, texts in self.edits.typed.items() if name != row}
        return self._step(replace(self.edits, typed={**typed, **({row: cells} if cells else {})}))

    def add(self) -> Editing:
        """Add an empty row."""
        name = _free_name({*self.there, *self.edits.added})
        return self._step(replace(self.edits, added=(name, *self.edits.added)))

    def remove(self, row: str) -> Editing:
        """Remove a row: one that is there is to be deleted, a new one is gone.

        Raises
        ------
        InvalidInput
            When there is no such row, or it is built in.
        """
        self._check(row)
        typed = {name: texts for name, texts in self.edits.typed.items() if name != row}
        added = tuple(name for name in self.edits.added if name != row)
        removed = self.edits.removed | ({row} if row in self.there else set())
        return self._step(Edits(typed, added, removed))

    def restore(self, row: str) -> Editing:
        """Take a row back as it was.

        Raises
        ------
        InvalidInput
            When there is no such row.
        """
        self._check(row)
        typed = {name: texts for name, texts in self.edits.typed.items() if name != row}
        return self._step(replace(self.edits, typed=typed, removed=self.edits.removed - {row}))

    def undo(self) -> Editing:
        """Go one change back."""
        if not self.past:
            return self
        return replace(self, edits=self.past[-1], past=self.past[:-1], future=(self.edits, *self.future))

    def redo(self) -> Editing:
        """Make the change again that was undone last."""
        if not self.future:
            return self
        return replace(self, edits=self.future[0], past=(*self.past, self.edits), future=self.future[1:])

    def reread(self, there: Mapping[str, Record], done: Iterable[str] = ()) -> Editing:
        """Lay the changes onto what is there now, but those of rows that are `done`; none can be undone beyond that."""
        gone = set(done)
        now = Editing(self.schema, there)
        mine = [row for row in self.edits.added if row not in gone]
        taken = {*there, *self.edits.added}
        # a segment that came to be may be called as a new row was
        names = {row: _free_name(taken) if row in there else row for row in mine}
        kept: dict[str, dict[str, str]] = {}
        for row, cells in self.edits.typed.items():
            if row in names:
                kept[names[row]] = dict(cells)
            elif row not in gone and row in there:
                kept[row] = {name: text for name, text in cells.items() if text != now.was(row, name)}
        removed = frozenset(row for row in self.edits.removed if row in there)
        typed = {row: cells for row, cells in kept.items() if cells}
        return replace(now, edits=Edits(typed, tuple(names.values()), removed))

    def wanted(self, but: Iterable[str] = ()) -> pd.DataFrame:
        """Return the frame that is wanted: text, indexed by row; a missing cell leaves a value as it is.

        It has the rows that were changed, `but` those that are named; where rows are removed, or none is changed, all that are
        to stay.
        """
        every = self.edits.removed or not self.touched.difference(but)
        out = {*self.edits.removed, *self.schema.protected, *but}
        rows = [row for row in self.rows if row not in out]
        lines = [(row, line) for row in rows if every or row in self.touched for line in self._lines(row)]
        index = pd.Index([row for row, _ in lines], dtype="object", name="row")
        names = self.schema.long or tuple(name for name in self.schema.names if any(name in line for _, line in lines))
        return pd.DataFrame([line for _, line in lines], index=index, columns=[self.schema.key.name, *names], dtype="str")

    def key(self, row: str) -> str:
        """Return the key of a row; of a new one what was typed, or nothing."""
        return self.text(row, self.schema.key.name).strip() if row in self.edits.added else row

    def _lines(self, row: str) -> list[dict[str, str | None]]:
        """Return what a row is in the frame."""
        key = self.schema.key.name
        name: dict[str, str | None] = {key: text} if (text := self.key(row)) else {}
        if not self.schema.long:
            cells = {c: self._cell(row, c) for c in self.edits.typed.get(row, {}) if c != key}
            return [{**name, **{c: text for c, text in cells.items() if text is not None}}]
        (column,) = self.schema.fields
        typed = self.edits.typed.get(row, {}).get(column.name)
        kept = plainly(self.there.get(row, {}).get(column.name)) if typed is None else column.from_text(typed)
        pairs = pairs_typed(kept)
        none = name if typed is None else {**name, **dict.fromkeys(self.schema.long, CLEAR)}
        return [{**name, **dict(zip(self.schema.long, pair, strict=True))} for pair in pairs] or [none]

    def _cell(self, row: str, column: str) -> str | None:
        """Return the cell of what was typed; where a value was and is emptied, what clears it; None where none was nor is."""
        text = self.edits.typed[row][column]
        if not text.strip():
            return CLEAR if self.was(row, column) else None
        return self.schema[column].from_text(text)

    def _check(self, row: str) -> None:
        if row in self.schema.protected:
            raise InvalidInput(self.schema.protected[row])
        if row not in self.edits.added and (row not in self.there or not self.schema.is_segment(row)):
            raise InvalidInput(f"there is no row {row!r}")

    def _step(self, edits: Edits) -> Editing:
        return self if edits == self.edits else replace(self, edits=edits, past=(*self.past, self.edits), future=())


def _free_name(taken: Collection[str]) -> str:
    """Return a name for a new row that no other has."""
    return next(name for number in itertools.count(1) if (name := f"new {number}") not in taken)
