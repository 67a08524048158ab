"""Which rows of a registry's table are looked at, and in which order: sorted, searched, a page at a time."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from segkit.errors import InvalidInput

if TYPE_CHECKING:
    from segkit.registry.editing import Editing

PAGE = 25
"""Rows that are shown at a time."""


@dataclass(frozen=True)
class Look:
    """What is looked at.

    Attributes
    ----------
    column, down
        What the rows are sorted by, and whether the greatest is first; None is the order of the keys, new rows first.
    words
        What is looked for: a row is shown when each word stands in one of its cells, case and accents aside.
    group
        The group whose segments are shown; None is all.
    changed
        Whether only rows that were changed are shown.
    page
        The page that is shown, from 0.
    """

    column: str | None = None
    down: bool = False
    words: str = ""
    group: str | None = None
    changed: bool = False
    page: int = 0

    def sorted_by(self, column: str) -> Look:
        """Sort by a column; by the one that is sorted by already, the other way round, then not at all."""
        if column != self.column:
            return replace(self, column=column, down=False, page=0)
        return replace(self, column=None if self.down else column, down=not self.down, page=0)

    def narrowed(self, **wanted: str | bool | None) -> Look:
        """Look for other words, in another group, or at changed rows only."""
        return replace(self, page=0, **wanted)  # type: ignore[arg-type] # the names are the callers'

    def turned(self, page: int) -> Look:
        """Turn to a page.

        Raises
        ------
        InvalidInput
            When it is no number.
        """
        if type(page) is not int or page < 0:
            raise InvalidInput(f"there is no page {page!r:.40}")
        return replace(self, page=page)

    def rows(self, editing: Editing) -> list[str]:
        """Return the rows that are found, sorted.

        Raises
        ------
        InvalidInput
            When there is no column that it is sorted by.
        """
        if self.column is not None and self.column not in editing.columns:
            raise InvalidInput(f"there is no column {self.column!r}; there are {', '.join(editing.columns)}")
        found = [row for row in editing.rows if self._shows(editing, row)]
        if self.column is None:
            return found
        column = self.column
        filled = [row for row in found if editing.text(row, column).strip()]
        ordered = sorted(filled, key=lambda row: _order(editing.text(row, column)), reverse=self.down)
        # whichever way it is sorted, what has no value comes last
        return [*ordered, *(row for row in found if not editing.text(row, column).strip())]

    def _shows(self, editing: Editing, row: str) -> bool:
        if self.changed and row not in editing.touched:
            return False
        if self.group is not None and all(editing.text(row, column) != self.group for column in group_columns(editing)):
            return False
        if not self.words.strip():
            return True
        cells = _folded("\n".join(editing.text(row, column) for column in editing.columns))
        return all(word in cells for word in _folded(self.words).split())


def group_columns(editing: Editing) -> list[str]:
    """Return the columns that say what a segment is put together with."""
    return [each.name for each in editing.schema.fields if each.is_group]


def groups(editing: Editing) -> dict[str, int]:
    """Return the groups of the table and how many segments each has, in the order of their names."""
    (column, *_) = [*group_columns(editing), ""]
    counted: dict[str, int] = {}
    if column:
        lone = [record[column] for key, record in editing.there.items() if not editing.schema.is_segment(key)]
        counted = dict.fromkeys(lone, 0)
        for row in editing.rows:
            name = editing.text(row, column)
            counted[name] = counted.get(name, 0) + (row not in editing.edits.removed)
    return {name: counted[name] for name in sorted(counted, key=_order) if name}


def _order(text: str) -> tuple[bool, float, str]:
    """Return what texts are sorted by: numbers by their size, then the others as they read."""
    is_number = text.isascii() and text.isdigit()
    return (not is_number, int(text) if is_number else 0, _folded(text))


def _folded(text: str) -> str:
    if text.isascii():
        return text.casefold()
    plain = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()
