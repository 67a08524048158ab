"""The quota sheet: a design as a frame with one row a quota and cell, and a design read from such a frame.

A cell is one age of one gender, or "no children"; see `segkit.quotas.cells`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from segkit import frames
from segkit.errors import InvalidInput
from segkit.quotas.cell_fields import TOO_MANY
from segkit.quotas.cell_rows import CellRow, CellRows
from segkit.quotas.cells import EVERY_CODE, GRID, Cell, asked_by, cells_in, cells_of, codes_of_cell, mask_of
from segkit.quotas.codes import mask
from segkit.quotas.describing import describe_codes
from segkit.quotas.quota import Quota
from segkit.quotas.shares import counted
from segkit.quotas.workbook import read_excel, write_excel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import pandas as pd

    from segkit.findings import Finding
    from segkit.quotas.cell_fields import Amount
    from segkit.quotas.codes import Unit

    TellsQualified = Callable[[int], bool]
    ToldQuota = tuple[str, frozenset[int] | None, int | None, Unit]

__all__ = ["Told", "frame", "parse", "read_excel", "write_excel"]


@dataclass(frozen=True)
class Told:
    """What a quota sheet says.

    Attributes
    ----------
    quotas
        Id, codes, count and unit of each, as `Quota` takes them; codes are None where a quota names no cell.
    qualification
        The codes of the cells that may enter.
    qualification_unit
        ``months`` where these codes mean something else under years; otherwise None.
    says_who_enters
        Whether any row says of its cells whether they may enter.
    """

    quotas: list[ToldQuota]
    qualification: frozenset[int]
    qualification_unit: Unit | None = None
    says_who_enters: bool = True

    @property
    def parameters(self) -> dict[str, Any]:
        """What it says, as parameters of a design."""
        quotas = tuple(Quota(*quota) for quota in self.quotas)
        return {"qualification": self.qualification, "qualification_unit": self.qualification_unit, "quotas": quotas}


def frame(qualification: frozenset[int] | None, qualification_unit: Unit | None, quotas: Sequence[Quota]) -> pd.DataFrame:
    """Return the quota sheet of a design: one row a quota and cell, in the quotas' order, then the cells in no quota.

    The ages 0-17 of both genders and "no children" are always there. Where a quota or the qualification takes only some months
    of an age, or a quota's unit is months, there are rows of months too.

    Returns
    -------
    A frame of `segkit.frames.QUOTA_CELLS`:

    quota_id (str)
        Missing where a cell is in no quota.
    required_count (Int64)
        The quota's count, the same on each of its cells; 0 in no quota; missing where the quota does not say.
    gender (boy, girl, none), age (Int64), unit (years, months)
        The cell; age and unit are missing for "no children", all three for a quota that does not ask for children.
    codes (str)
        As a request writes them, such as ``139`` or ``111 113 115``.
    qualified (bool)
        Whether the qualification admits the whole cell, after the server's expansion.
    cell (str)
        In words, such as ``boy 4 years``.

    Raises
    ------
    InvalidInput
        When a code does not exist, a quota asks for no code at all, or its count is no number that a frame holds.
    """
    admitted = EVERY_CODE if qualification is None else mask(_known(qualification), qualification_unit or "years")

    def may_enter(bits: int) -> bool:
        return bits & ~admitted == 0

    rows = [row for quota in quotas for row in _quota_rows(quota, may_enter)]
    there = {row[2:5] for row in rows}
    loose = {cell.place: cell for cell in (*GRID, *cells_in(admitted))}
    rows += [
        (None, 0, *_about(cell), may_enter(cell.bits), cell.text) for _, cell in sorted(loose.items()) if tuple(cell) not in there
    ]
    return frames.from_rows(frames.QUOTA_CELLS, rows)


def _known(codes: frozenset[int]) -> frozenset[int]:
    cells_of(codes, "months")  # it refuses what no cell has
    return codes


def _quota_rows(quota: Quota, may_enter: TellsQualified) -> Iterator[tuple[Any, ...]]:
    if quota.count is not None and abs(quota.count) >= TOO_MANY:
        raise InvalidInput(f"quota {quota.id!r} has a count of more digits than a sheet holds; give it another")
    if quota.codes is None:
        yield quota.id, quota.count, None, None, None, None, may_enter(EVERY_CODE), quota.families
        return
    if not quota.codes:
        raise InvalidInput(
            f"quota {quota.id!r} has an empty list of codes, which no cell says; give it codes, or None for any family"
        )
    for cell in cells_of(quota.codes, quota.unit):
        yield quota.id, quota.count, *_about(cell), may_enter(cell.bits), cell.text


def _about(cell: Cell) -> tuple[Any, ...]:
    return *cell, " ".join(map(str, codes_of_cell(cell)))


def parse(frame: pd.DataFrame, completes: int | None) -> Told:
    """Read a quota sheet, one row a cell or a range of ages.

    Rows are counted as in a sheet whose row 1 is the header: the first row of the frame is row 2.

    Parameters
    ----------
    frame
        These columns, in any order and any case; others, such as cell, are not read:

        gender
            boy (or male), girl (or female), both (or children), none; plurals too. M and F are read and printed. Empty, with the
            age, for a quota that names no cell.
        age
            A whole number, or a range as text such as ``4-6``; or two columns, age_from and age_to. Empty for none.
        unit
            years (0-17), which is meant where it is missing, or months (1-47).
        codes
            The same once more, as a request writes it, such as ``139 141``; a row in which it says something else is a finding.
            May be empty or missing.
        required_count, count (or n) or share
            One of the three: the completes of the quota, the same on each of its rows; or those of the row, which are added, and
            printed where a column n has the same number on each row of a quota, or stands beside another;
            or the row's share of `completes`, which are added and turned into counts by largest remainder, and printed. All
            shares add up to 1, or to 100.
        quota_id
            Rows of one id are one quota; a row without one only says what may enter. Where there is no such column, each row
            with a number is a quota, called as its cells are in words.
        qualified
            Whether the cells may enter; where it is missing, those of quotas may.
    completes
        What shares are shares of.

    Raises
    ------
    InvalidInput
        With a finding for each row that cannot be used.
    """
    read = CellRows.of(frame)
    found = list(read.findings)
    groups = _grouped(read, found)
    found += [finding for rows in groups.values() for finding in _disagreements(rows, read.amount)]
    found += _contradictions(read.rows)
    if found:
        raise InvalidInput("the quota sheet cannot be used as it is", found)
    if not read.rows:
        raise InvalidInput("the quota sheet has no rows")
    for note in (*read.notes, *_added(groups, read.amount)):
        print(note)  # noqa: T201 - asked for
    counts = _counts(groups, read.amount, completes)
    quotas = [
        (name, codes, counts[name], unit) for name, (codes, unit) in ((name, _asked(rows)) for name, rows in groups.items())
    ]
    owned = {row.number for rows in groups.values() for row in rows}
    entering = [row for row in read.rows if (row.number in owned if row.qualified is None else row.qualified)]
    admitted = mask_of(cell for row in entering for cell in (GRID if row.cells is None else row.cells))
    codes, unit = asked_by(cells_in(admitted))
    says_who_enters = any(row.qualified is not None for row in read.rows)
    return Told(quotas, codes, unit if mask(codes, "years") != mask(codes, unit) else None, says_who_enters)


def _grouped(read: CellRows, found: list[Finding]) -> dict[str, list[CellRow]]:
    """Return the rows of each quota; a row that is of none and says nothing else goes to `found`."""
    groups: dict[str, list[CellRow]] = {}
    for row in read.rows:
        name = row.quota_id if read.has_ids else _name(row)
        if name is not None and (read.has_ids or name not in groups):
            groups.setdefault(name, []).append(row)
        elif name is not None:
            message = f"{name} are the row {groups[name][0].number} too"
            found.append(row.finding("duplicate-cells", "gender", message, "Join the rows, or give each a quota_id."))
        elif row.amount:
            fix = "Give it the quota_id of its quota, or 0." if read.has_ids else "Give a gender and an age."
            column = "quota_id" if read.has_ids else "gender"
            found.append(row.finding("row-of-no-quota", column, f"{row.amount} and no quota that asks for it", fix))
        elif row.cells is None:
            fix = "Give boy, girl, both or none and an age, or take the row out."
            found.append(row.finding("gender-missing", "gender", "it names no cell and no quota", fix))
        elif not read.has_ids and row.qualified is None:
            fix = "Give a number, 0 for a cell of which none is asked."
            found.append(row.finding(_missing(read.amount), read.amount, "it is empty", fix))
    return groups


def _name(row: CellRow) -> str | None:
    """Return what the quota of a row is called where the sheet has no ids; None where the row is no quota."""
    return None if row.amount is None or row.cells is None else describe_codes(*asked_by(row.cells))


def _disagreements(rows: list[CellRow], amount: Amount) -> Iterator[Finding]:
    """Say where the rows of one quota do not agree."""
    first = rows[0]
    for row in rows:
        if (row.cells is None) != (first.cells is None):
            message = f"row {first.number} of the same quota names {'no' if first.cells is None else 'a'} cell"
            yield row.finding("cells-differ", "gender", message, "Name the cells of a quota on all of its rows, or on none.")
        if amount == "required_count" and row.amount != first.amount:
            message = f"{_told(row.amount)}; in row {first.number} of the same quota {_told(first.amount)}"
            fix = "Give the quota's count on each of its rows; the column count is for counts that are added."
            yield row.finding("counts-differ", amount, message, fix)
        if (
            amount != "required_count"
            and row.amount is None
            and (amount == "share" or any(other.amount is not None for other in rows))
        ):
            yield row.finding(_missing(amount), amount, "it is empty", "Give a number, 0 for nothing.")


def _missing(amount: Amount) -> str:
    return f"{'count' if amount == 'n' else amount.replace('_', '-')}-missing"


def _added(groups: Mapping[str, list[CellRow]], amount: Amount) -> Iterator[str]:
    """Say where a column n may as well be the count of the whole quota."""
    for name, rows in groups.items() if amount == "n" else ():
        if len(rows) > 1 and rows[0].amount and len({row.amount for row in rows}) == 1:
            total = f"{len(rows)} rows of {rows[0].amount} are {len(rows) * rows[0].amount}"
            yield f"column n is added: {total} completes of {name}; call it required_count if each row has those of the quota"


def _told(amount: Fraction | None) -> str:
    return "it is empty" if amount is None else f"it is {amount}"


def _contradictions(rows: Sequence[CellRow]) -> Iterator[Finding]:
    """Say where two rows do not agree whether a cell may enter."""
    said: dict[Cell, CellRow] = {}
    for row in rows:
        if row.qualified is None:
            continue
        before = [said.setdefault(cell, row) for cell in row.cells or ()]
        other = next((number for number in before if number.qualified != row.qualified), None)
        if other is not None:
            message = f"{row.qualified}, and row {other.number} says {other.qualified} of the same cell"
            yield row.finding("qualified-differs", "qualified", message, "Say the same of a cell on all of its rows.")


def _counts(groups: Mapping[str, list[CellRow]], amount: Amount, completes: int | None) -> dict[str, int | None]:
    amounts = {name: [row.amount for row in rows if row.amount is not None] for name, rows in groups.items()}
    if amount == "share":
        shares = {name: sum(given, Fraction()) for name, given in amounts.items()}
        return dict(zip(shares, counted(shares, completes) if shares else [], strict=True))
    return {
        name: int(given[0] if amount == "required_count" else sum(given)) if given else None for name, given in amounts.items()
    }


def _asked(rows: list[CellRow]) -> tuple[frozenset[int] | None, Unit]:
    cells = [row.cells for row in rows if row.cells is not None]
    return asked_by(cell for part in cells for cell in part) if cells else (None, "years")
