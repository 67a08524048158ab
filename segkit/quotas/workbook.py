"""The Excel file of a quota design: sheet ``quotas`` with one row a cell, sheet ``survey`` with its other fields.

Where the design says more than that, a third sheet, ``left out``, says what.
"""

from __future__ import annotations

import io
import re
import zlib
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

import pandas as pd

from segkit.errors import InvalidInput
from segkit.findings import Finding, Findings
from segkit.quotas.cell_fields import plain, shown
from segkit.quotas.targets import whole

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping, Sequence
    from types import ModuleType

QUOTAS, SURVEY, LEFT_OUT = "quotas", "survey", "left out"
FIELD, VALUE = "field", "value"
WIDEST, MARGIN = 40, 3
LONGEST = 32_767

_UNWRITABLE = re.compile(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DAMAGED = (
    *(BadZipFile, zlib.error, ParseError, OSError, EOFError),
    *(LookupError, ValueError, TypeError, AttributeError, RuntimeError),  # what openpyxl runs into
)
_FORMULA_SIGNS = ("=", "+", "-", "@")


class Workbook(NamedTuple):
    """What a quota workbook says: the frame of its cells, the survey's fields, and what it says was left out of it."""

    frame: pd.DataFrame
    fields: dict[str, Any]
    left_out: Findings


def write_excel(
    path: str | os.PathLike[str], frame: pd.DataFrame, told: Mapping[str, object], left_out: Findings | None = None
) -> None:
    """Write a quota sheet: sheet ``quotas`` holds the frame, sheet ``survey`` the columns ``field`` and ``value``.

    Texts are written as texts, never as formulas. Sheet ``left out`` holds the findings, where there are any.

    Raises
    ------
    InvalidInput
        When openpyxl is not installed, or a value cannot stand in a sheet.
    OSError
        When the file cannot be written.
    """
    openpyxl = _openpyxl()
    book, bold = openpyxl.Workbook(), openpyxl.styles.Font(bold=True)
    quotas = book.active
    quotas.title = QUOTAS
    _fill(quotas, list(frame.columns), zip(*(frame[name].tolist() for name in frame.columns), strict=True), bold)
    quotas.auto_filter.ref = quotas.dimensions
    _fill(book.create_sheet(SURVEY), [FIELD, VALUE], told.items(), bold)
    if left_out:
        _fill(book.create_sheet(LEFT_OUT), Finding.__match_args__, map(astuple, left_out), bold)
    written = io.BytesIO()
    book.save(written)
    Path(path).write_bytes(written.getvalue())


def _fill(sheet: Any, header: Sequence[str], rows: Iterable[Iterable[Any]], bold: Any) -> None:  # noqa: ANN401 - openpyxl has no types
    """Write a table: the header stays in sight, columns as wide as what they hold."""
    widths = [len(name) for name in header]
    for number, values in enumerate([header, *rows], start=1):
        for place, value in enumerate(map(plain, values)):
            _write(sheet.cell(number, place + 1), value, f"sheet {sheet.title}, row {number}, column {header[place]}")
            widths[place] = max(widths[place], len(str(value)))
    for cell, width in zip(sheet[1], widths, strict=True):
        cell.font = bold
        sheet.column_dimensions[cell.column_letter].width = min(width, WIDEST) + MARGIN
    sheet.freeze_panes = "A2"


def _write(cell: Any, value: object, where: str) -> None:  # noqa: ANN401 - openpyxl has no types
    if not isinstance(value, str | int | float | None):
        raise InvalidInput(f"{where}: {value!r:.40} is neither text nor a number, so it cannot stand in a sheet")
    if isinstance(value, str) and (len(value) > LONGEST or _UNWRITABLE.search(value)):
        raise InvalidInput(f"{where}: {value!r:.40} has a character that a sheet cannot hold, or more than {LONGEST} of them")
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(_FORMULA_SIGNS)


def read_excel(path: str | os.PathLike[str], fields: Sequence[str]) -> Workbook:
    """Read a quota sheet: the frame of sheet ``quotas``, what sheet ``survey`` says of `fields`, and sheet ``left out``.

    The last two may be missing.

    The header is row 1 of each sheet. Whole numbers are int and empty cells None; of a formula its result is read.

    Raises
    ------
    InvalidInput
        When openpyxl is not installed; when the file, a sheet or a column is not what it must be.
    OSError
        When the file is not there or cannot be read.
    """
    openpyxl = _openpyxl()
    content = Path(path).read_bytes()
    try:
        books = [openpyxl.load_workbook(io.BytesIO(content), data_only=wanted) for wanted in (True, False)]
    except _DAMAGED as why:
        raise InvalidInput(f"{path} cannot be read as an Excel file (.xlsx): {why!r:.200}") from why
    header, rows = _table(*_sheets(books, QUOTAS), path)
    if not header:
        raise InvalidInput(f"{path} has no sheet {QUOTAS!r} with a header in row 1; it has {books[0].sheetnames}")
    frame = pd.DataFrame([list(row) for row in rows], columns=list(header), dtype=object)
    told = _survey(*_table(*_sheets(books, SURVEY), path), fields, path)
    return Workbook(frame, told, _findings(*_table(*_sheets(books, LEFT_OUT), path)))


def _sheets(books: Sequence[Any], name: str) -> tuple[Any, Any]:
    """Return a sheet with its values and the same with its formulas; None twice where there is none."""
    values, formulas = ({sheet.title.strip().lower(): sheet for sheet in book.worksheets}.get(name) for book in books)
    return values, formulas


def _table(values: Any, formulas: Any, path: object) -> tuple[list[str], list[list[Any]]]:  # noqa: ANN401 - openpyxl has no types
    """Return the header and the rows of a sheet, columns without a heading left out."""
    if values is None:
        return [], []
    for row in formulas.iter_rows():
        for cell in row:
            if cell.data_type == "f" and values[cell.coordinate].value is None:
                message = f"{path}, sheet {values.title}, cell {cell.coordinate} is a formula whose result was not saved"
                raise InvalidInput(f"{message}; open the file in a spreadsheet and save it, or write the value")
    table = [[plain(value) for value in row] for row in values.iter_rows(values_only=True)]
    header = table[0] if table else []
    places = [place for place, name in enumerate(header) if name is not None]
    return [str(header[place]) for place in places], [[row[place] for place in places] for row in table[1:]]


def _survey(header: list[str], rows: list[list[Any]], fields: Sequence[str], path: object) -> dict[str, Any]:
    """Return the fields of sheet ``survey`` that have a value."""
    names = [name.strip().lower() for name in header]
    if not names and not rows:
        return {}
    where = f"{path}, sheet {SURVEY}"
    for column in (FIELD, VALUE):
        if column not in names:
            raise InvalidInput(f"{where} has no column {column!r}; row 1 has {header}")
    told: dict[str, Any] = {}
    for number, row in enumerate(rows, start=2):
        name, value = row[names.index(FIELD)], row[names.index(VALUE)]
        if name is None:
            continue
        if name not in fields or name in told:
            fault = "is there twice" if name in told else f"is no field of a survey; these are {', '.join(fields)}"
            raise InvalidInput(f"{where}, row {number}, column {FIELD}: {name!r} {fault}")
        given = value
        if name == "completes" and value is not None and (value := whole(given)) is None:
            raise InvalidInput(f"{where}, row {number}, column {VALUE}: completes is {shown(given)}, no whole number")
        told[name] = value
    return told


def _findings(header: list[str], rows: list[list[Any]]) -> Findings:
    """Return the findings of sheet ``left out``; none where it is not as it was written."""
    if tuple(header) != Finding.__match_args__:
        return Findings()
    return Findings(Finding(*("" if value is None else str(value) for value in row)) for row in rows)  # type: ignore[arg-type]


def _openpyxl() -> ModuleType:
    try:
        import openpyxl  # noqa: PLC0415 - an extra, and only when a file is wanted
    except ImportError:
        raise InvalidInput('an Excel file needs openpyxl: pip install "segkit[excel]"') from None
    return openpyxl  # type: ignore[no-any-return] # no types
