"""The cells of a quota sheet: one age of one gender, in years or in months, and "no children"."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from segkit.errors import InvalidInput
from segkit.quotas.codes import (
    CODES,
    GENDERS,
    MONTHS_A_YEAR,
    NO_CHILDREN,
    OLDEST_MONTH,
    OLDEST_YEAR,
    Gender,
    Unit,
    child_codes,
    code_of,
    codes_of,
    expanded,
    mask,
)

if TYPE_CHECKING:
    from collections.abc import Iterable


class Cell(NamedTuple):
    """One age of one gender; "no children" has gender ``none`` and neither age nor unit.

    Age 0 in years is all eleven month codes of the gender. In months, 12, 24 and 36 are the year codes of 1, 2 and 3.
    """

    gender: Gender | Literal["none"]
    age: int | None
    unit: Unit | None

    @property
    def text(self) -> str:
        """The cell in words, such as ``boy 4 years``."""
        if self.age is None or self.unit is None:
            return CODES[NO_CHILDREN].text
        return f"{self.gender} {self.age} {self.unit.removesuffix('s') if self.age == 1 else self.unit}"

    @property
    def bits(self) -> int:
        """The mask of the codes that the cell matches after the server's expansion."""
        return _bits(self)

    @property
    def place(self) -> tuple[int, bool, str]:
        """Where the cell stands in a sheet: by age, a year before its months, the boy first, "no children" last."""
        if self.age is None:
            return (OLDEST_YEAR + 1) * MONTHS_A_YEAR, False, self.gender
        return self.age * (MONTHS_A_YEAR if self.unit == "years" else 1), self.unit == "months", self.gender


NO_CHILD = Cell("none", None, None)
CHILD_YEARS: tuple[Cell, ...] = tuple(Cell(gender, age, "years") for age in range(OLDEST_YEAR + 1) for gender in GENDERS)
CHILD_MONTHS: tuple[Cell, ...] = tuple(Cell(gender, age, "months") for age in range(1, OLDEST_MONTH + 1) for gender in GENDERS)
GRID: tuple[Cell, ...] = (*CHILD_YEARS, NO_CHILD)
"""What is in every sheet: the ages 0-17 of both genders, and "no children"."""
EVERY_CODE: int = mask(CODES, "months")


def codes_of_cell(cell: Cell) -> tuple[int, ...]:
    """Return the codes of a cell as a request writes them, ascending.

    Raises
    ------
    InvalidInput
        When no code means it.

    Examples
    --------
    >>> codes_of_cell(Cell("boy", 4, "years")), codes_of_cell(Cell("girl", 12, "months")), codes_of_cell(NO_CHILD)
    ((139,), (134,), (167,))
    """
    if cell.gender == "none":
        return (NO_CHILDREN,)
    if cell.age == 0 and cell.unit == "years":
        return child_codes(cell.gender, 0)
    return (code_of(cell.gender, cell.age, cell.unit),)  # type: ignore[arg-type] # code_of says what is wrong


@cache
def _bits(cell: Cell) -> int:
    return mask(codes_of_cell(cell), cell.unit or "years")


def cells_of(codes: Iterable[int], unit: Unit) -> tuple[Cell, ...]:
    """Return the cells of codes, in the order of a sheet.

    Under years an age is one cell and swallows its months; age 0 is one when all of its months are there, else it is told in
    months. Under months each code is a month; the codes of the ages 4-17 are told in years.

    Raises
    ------
    InvalidInput
        When a code does not exist, or the unit is no unit.

    Examples
    --------
    >>> [cell.text for cell in cells_of([133, 168, 111, 167], "years")]
    ['boy 1 month', 'boy 1 year', 'no children']
    >>> [cell.text for cell in cells_of([133, 168, 141], "months")]
    ['boy 12 months', 'boy 13 months', 'boy 5 years']
    """
    wanted = frozenset(codes)
    if unknown := sorted(wanted.difference(CODES)):
        raise InvalidInput(f"no cell has the code {', '.join(map(str, unknown))}: codes of 232 are 111-233; take it out")
    whole = [cell for cell in GRID if unit == "years" and wanted.issuperset(codes_of_cell(cell))]
    swallowed = expanded((code for cell in whole for code in codes_of_cell(cell)), unit)
    return _ordered([*whole, *map(_alone, wanted - swallowed)])


def cells_in(bits: int) -> tuple[Cell, ...]:
    """Return the cells of a mask, in the order of a sheet: the years that are whole, and the months of the others."""
    whole = [cell for cell in GRID if bits & cell.bits == cell.bits]
    for cell in whole:
        bits &= ~cell.bits
    return _ordered([*whole, *map(_alone, codes_of(bits))])


def asked_by(cells: Iterable[Cell]) -> tuple[frozenset[int], Unit]:
    """Return the codes that ask for cells, and what they are: months where years would ask for more, or all are months.

    Examples
    --------
    >>> asked_by([Cell("boy", 12, "months"), Cell("boy", 5, "years")]), asked_by([Cell("boy", 1, "years")])
    ((frozenset({133, 141}), 'months'), (frozenset({133}), 'years'))
    """
    wanted = frozenset(cells)
    plain = frozenset(code for cell in wanted for code in codes_of_cell(cell))
    bits = mask_of(wanted)
    units = {cell.unit for cell in wanted} - {None}
    if mask(plain, "years") != bits:
        return frozenset(codes_of(bits)), "months"
    return plain, "months" if units == {"months"} else "years"


def mask_of(cells: Iterable[Cell]) -> int:
    """Return the mask of all codes that cells match after the server's expansion."""
    bits = 0
    for cell in cells:
        bits |= cell.bits
    return bits


def _alone(code: int) -> Cell:
    """Return the cell of one code that no year swallows."""
    meaning = CODES[code]
    if meaning.gender is None:
        return NO_CHILD
    return Cell(meaning.gender, meaning.age, "years") if meaning.month is None else Cell(meaning.gender, meaning.month, "months")


def _ordered(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    return tuple(sorted(cells, key=lambda cell: cell.place))
