"""The names of columns, as an analyst gives them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from segkit.errors import InvalidInput

Rows = str | Sequence[str]
Columns = str | Sequence[str | tuple[str, ...]]


def read_rows(rows: Rows) -> list[str]:
    """Return the columns of segments.

    Raises
    ------
    InvalidInput
        When there is none, one is no text, or one is there twice.
    """
    names = list(map(_name, [rows] if isinstance(rows, str) else _listed(rows, "rows")))
    if not names:
        raise InvalidInput("rows: give the name of a column of segments")
    if len(set(names)) < len(names):
        raise InvalidInput(f"rows: a column is named twice in {names!r:.200}; name each once")
    return names


def read_columns(columns: Columns | None) -> list[str | tuple[str, ...]]:
    """Return the columns of the banner; a tuple of names is nested.

    Raises
    ------
    InvalidInput
        When one is no text.
    """
    if columns is None:
        return []
    entries = [columns] if isinstance(columns, str) else _listed(columns, "columns")
    return [tuple(map(_name, entry)) if isinstance(entry, tuple) else _name(entry) for entry in entries]


def _listed(given: Iterable[object], role: str) -> list[object]:
    if not isinstance(given, Iterable) or isinstance(given, bytes):
        raise InvalidInput(f"{role}: give the name of a column, or a list of names, not {given!r:.60}")
    return list(given)


def _name(given: object) -> str:
    if not isinstance(given, str):
        raise InvalidInput(f"{given!r:.60} is no name of a column; a name is a text, and nested names are a tuple of texts")
    return given
