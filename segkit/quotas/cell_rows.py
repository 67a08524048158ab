"""The rows of a quota sheet as somebody wrote them: which cells, how many, for which quota, whether they may enter."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from segkit.errors import InvalidInput
from segkit.findings import Finding
from segkit.quotas import cell_fields
from segkit.quotas.cell_fields import DOUBTFUL, Unusable, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from fractions import Fraction

    import pandas as pd

    from segkit.quotas.cell_fields import Amount
    from segkit.quotas.cells import Cell

AMOUNTS: Mapping[Amount, str] = {
    "required_count": "completes of the quota, the same on each of its rows",
    "count": "completes of the row",
    "n": "the same",
    "share": "share of the row",
}
HEADER_ROWS = 1
COLUMNS = ("gender", "age", "age_from", "age_to", "unit", "codes", *AMOUNTS, "quota_id", "qualified")


@dataclass(frozen=True, slots=True)
class CellRow:
    """One row of a quota sheet.

    Attributes
    ----------
    number
        As in the sheet, whose row 1 is the header.
    quota_id
        None where the row has none.
    cells
        What it is about; None where it names no gender and no age, which is any family.
    amount
        Its number of completes or its share; None where it has none.
    qualified
        Whether its cells may enter; None where it does not say.
    """

    number: int
    quota_id: str | None
    cells: tuple[Cell, ...] | None
    amount: Fraction | None
    qualified: bool | None

    def finding(self, code: str, column: str, message: str, fix: str) -> Finding:
        """Return a finding about a field of the row."""
        return Finding(code, "error", f"row {self.number}, column {column}", message, fix)


@dataclass(frozen=True, slots=True)
class CellRows:
    """The rows of a quota sheet that can be used, and what is wrong with the others.

    Attributes
    ----------
    amount
        Which column of numbers is read.
    has_ids, has_qualified
        Whether it has these columns.
    notes
        What was read as what, where it may be meant otherwise.
    """

    rows: tuple[CellRow, ...]
    amount: Amount
    has_ids: bool
    has_qualified: bool
    findings: list[Finding] = field(default_factory=list)
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, frame: pd.DataFrame) -> CellRows:
        """Read the rows of a frame; rows in which all columns are empty are left out.

        Raises
        ------
        InvalidInput
            When a column is missing, there twice, or one too many.
        """
        if not hasattr(frame, "iloc") or not hasattr(frame, "columns"):
            raise InvalidInput(f"the sheet is {type(frame).__name__}: give a frame with one row a cell, or from_excel() a file")
        columns = _columns(frame)
        amount = _amount_of(columns)
        found: list[Finding] = []
        rows = []
        for place in range(len(frame)):
            told = {name: values[place] for name, values in columns.items()}
            if any(value is not None for value in told.values()):
                row = _row(place + 1 + HEADER_ROWS, told, amount, found)
                rows.extend([row] if row else [])
        return cls(tuple(rows), amount, "quota_id" in columns, "qualified" in columns, found, tuple(_notes(columns, amount)))


def _columns(frame: pd.DataFrame) -> dict[str, list[Any]]:
    """Return the known columns with plain values."""
    columns: dict[str, list[Any]] = {}
    for place, label in enumerate(frame.columns):
        name = re.sub(r"[\s_]+", "_", str(label).strip().lower())
        if name in columns:
            raise InvalidInput(f"column {name!r} is there twice; take one out")
        if name in COLUMNS:
            columns[name] = [plain(value) for value in frame.iloc[:, place].tolist()]
    if "gender" not in columns:
        raise InvalidInput(f"the sheet has no column 'gender': boy, girl, both or none; it has {list(frame.columns)}")
    if "age" not in columns and not {"age_from", "age_to"} <= set(columns):
        raise InvalidInput(f"the sheet has no column 'age', nor 'age_from' and 'age_to'; it has {list(frame.columns)}")
    return columns


def _amount_of(columns: Mapping[str, object]) -> Amount:
    """Return the column of numbers; n is one where there is no other, and otherwise often a base."""
    there = [name for name in AMOUNTS if name in columns]
    named = [name for name in there if name != "n"] or there
    if len(named) != 1:
        has = " and ".join(there) or "none of them"
        raise InvalidInput(
            f"give one of the columns {', '.join(f'{name} ({what})' for name, what in AMOUNTS.items())}; it has {has}"
        )
    return named[0]


def _notes(columns: Mapping[str, list[Any]], amount: Amount) -> Iterator[str]:
    genders = {value.strip().lower() for value in columns["gender"] if isinstance(value, str)}
    if letters := [f"{word.upper()} is read as {gender}" for word, gender in DOUBTFUL.items() if word in genders]:
        yield f"column gender: {', '.join(letters)}"
    if amount != "n" and any(value is not None for value in columns.get("n", ())):
        yield f"column n is not read: the numbers are those of column {amount}"


def _row(number: int, told: Mapping[str, Any], amount: Amount, found: list[Finding]) -> CellRow | None:
    """Read one row; what cannot be used goes to `found`, and then there is no row."""
    before = len(found)

    def read(reader: Callable[[Mapping[str, Any]], Any]) -> Any:  # noqa: ANN401 - what the reader gives
        try:
            return reader(told)
        except Unusable as why:
            code, column, message, fix = why.finding
            found.append(Finding(code, "error", f"row {number}, column {column}", message, fix))
            return None

    cells = read(cell_fields.cells)
    if len(found) == before:
        read(lambda given: cell_fields.agreed(given, cells))
    quota_id = None if told.get("quota_id") is None else str(told["quota_id"])
    how_many = read(cell_fields.share if amount == "share" else lambda given: cell_fields.count(given, amount))
    qualified = read(cell_fields.qualified)
    return CellRow(number, quota_id, cells, how_many, qualified) if len(found) == before else None
