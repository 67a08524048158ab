"""The Excel file of a table: sheet ``table`` as people read it, sheet ``cells`` one row a cell, sheet ``notes``."""

from __future__ import annotations

import io
import math
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from segkit.errors import InvalidInput

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence
    from types import ModuleType

WIDEST, MARGIN = 40, 3
LONGEST = 32_767

_UNWRITABLE = re.compile(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FORMULA_SIGNS = ("=", "+", "-", "@")


class Shown(NamedTuple):
    """A figure and Excel's format of it, such as ``0.0%``."""

    value: float
    number_format: str


def write(
    path: str | os.PathLike[str], tables: Sequence[Sequence[Sequence[Any]]], cells: pd.DataFrame, notes: Sequence[str]
) -> None:
    """Write the file; nothing is written when a value cannot stand in a sheet.

    Parameters
    ----------
    tables
        Of each its lines, of each its cells; the first line is a heading, and that of the first table stays in sight.
    """
    openpyxl = _openpyxl()
    book, bold = openpyxl.Workbook(), openpyxl.styles.Font(bold=True)
    sheet, long = book.active, book.create_sheet("cells")
    sheet.title = "table"
    _fill(sheet, tables, bold)
    body = zip(*(cells[name].tolist() for name in cells.columns), strict=True)
    _fill(long, [[list(cells.columns), *map(list, body)]], bold)
    long.auto_filter.ref = long.dimensions
    _fill(book.create_sheet("notes"), [[["note"], *([note] for note in notes)]], bold)
    sheet.freeze_panes, long.freeze_panes = "B2", "A2"
    written = io.BytesIO()
    book.save(written)
    Path(path).write_bytes(written.getvalue())


def _fill(sheet: Any, tables: Sequence[Sequence[Sequence[Any]]], bold: Any) -> None:  # noqa: ANN401 - openpyxl has no types
    """Write tables, an empty line between them; columns are as wide as what they hold."""
    widths: dict[str, int] = {}
    lines = [(line, not place) for table in tables for place, line in enumerate([*table, []])]
    for number, (line, is_heading) in enumerate(lines, start=1):
        for place, value in enumerate(line, start=1):
            cell = sheet.cell(number, place)
            _write(cell, value, f"sheet {sheet.title}, cell {cell.coordinate}")
            widths[cell.column_letter] = max(widths.get(cell.column_letter, 0), len(str(cell.value or "")))
            if is_heading:
                cell.font = bold
    for letter, width in widths.items():
        sheet.column_dimensions[letter].width = min(width, WIDEST) + MARGIN


def _write(cell: Any, value: Any, where: str) -> None:  # noqa: ANN401 - openpyxl has no types
    if isinstance(value, Shown):
        cell.number_format = value.number_format
        value = value.value
    if value is None or value is pd.NA or (isinstance(value, float) and not math.isfinite(value)) or value == "":
        return
    if isinstance(value, str) and (len(value) > LONGEST or _UNWRITABLE.search(value)):
        raise InvalidInput(f"{where}: {value!r:.40} has a character that a sheet cannot hold, or more than {LONGEST} of them")
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(_FORMULA_SIGNS)


def _openpyxl() -> ModuleType:
    try:
        import openpyxl  # noqa: PLC0415 - an extra, and only when a file is wanted
    except ImportError:
        raise InvalidInput('an Excel file needs openpyxl: pip install "segkit[excel]"') from None
    return openpyxl  # type: ignore[no-any-return] # no types
