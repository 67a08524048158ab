"""The rows of a quota sheet as somebody wrote them: which cells, how many, for which quota, whether they may enter."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from segkit.errors import InvalidInput
from segkit.findings import Finding
from segkit.quotas.cells import NO_CHILD, Cell
from segkit.quotas.codes import GENDERS, OLDEST_MONTH, OLDEST_YEAR, Gender, Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Amount = Literal["required_count", "count", "share"]

AMOUNTS: Mapping[Amount, str] = {
    "required_count": "completes of the quota, the same on each of its rows",
    "count": "completes of the row",
    "share": "share of the row",
}
HEADER_ROWS = 1
COLUMNS = ("gender", "age", "age_from", "age_to", "unit", *AMOUNTS, "quota_id", "qualified")

_GENDERS: Mapping[str, tuple[Gender, ...]] = {
    **{f"{gender}{ending}": (gender,) for gender in GENDERS for ending in ("", "s")},
    **dict.fromkeys(("both", "child", "children"), GENDERS),
    **dict.fromkeys(("none", "no child", "no children"), ()),
}
_UNITS: Mapping[str, Unit] = {"year": "years", "years": "years", "month": "months", "months": "months"}
_TRUTHS: Mapping[object, bool] = {True: True, False: False, "true": True, "yes": True, "false": False, "no": False}
_BOUNDS: Mapping[Unit, tuple[int, int]] = {"years": (0, OLDEST_YEAR), "months": (1, OLDEST_MONTH)}
TOO_MANY = 2**63
_WRITTEN = re.compile(r"[+-]?\d{1,18}(?:\.\d{0,18})?", re.ASCII)
_RANGE = re.compile(r"(\d{1,3})(?:\s*(?:-|\N{EN DASH}|to)\s*(\d{1,3}))?", re.ASCII)


class Unusable(ValueError):
    """What a field holds cannot be used."""

    def __init__(self, code: str, column: str, message: str, fix: str) -> None:
        super().__init__(message)
        self.finding = (code, column, message, fix)


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
        Which of the three columns of numbers it has.
    has_ids, has_qualified
        Whether it has these columns.
    """

    rows: tuple[CellRow, ...]
    amount: Amount
    has_ids: bool
    has_qualified: bool
    findings: list[Finding] = field(default_factory=list)

    @classmethod
    def of(cls, frame: pd.DataFrame) -> CellRows:
        """Read the rows of a frame; rows in which all columns are empty are left out.

        Raises
        ------
        InvalidInput
            When a column is missing, there twice, or one too many.
        """
        columns = _columns(frame)
        amount = _amount_of(columns)
        found: list[Finding] = []
        rows = []
        for place in range(len(frame)):
            told = {name: values[place] for name, values in columns.items()}
            if any(value is not None for value in told.values()):
                row = _row(place + 1 + HEADER_ROWS, told, amount, found)
                rows.extend([row] if row else [])
        return cls(tuple(rows), amount, "quota_id" in columns, "qualified" in columns, found)


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
    there = [name for name in AMOUNTS if name in columns]
    if len(there) != 1:
        has = " and ".join(there) or "none of them"
        raise InvalidInput(
            f"give one of the columns {', '.join(f'{name} ({what})' for name, what in AMOUNTS.items())}; it has {has}"
        )
    return there[0]


def plain(value: Any) -> Any:  # noqa: ANN401 - whatever a frame or a sheet holds
    """Return a value as Python has it: None for what is missing or blank, whole floats as int."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, str):
        return value if value.strip() else None
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return None
    return int(value) if isinstance(value, float) and value.is_integer() else value


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

    cells = read(_cells)
    quota_id = None if told.get("quota_id") is None else str(told["quota_id"])
    how_many = read(_share if amount == "share" else lambda given: _count(given, amount))
    qualified = read(_qualified)
    return CellRow(number, quota_id, cells, how_many, qualified) if len(found) == before else None


def _cells(told: Mapping[str, Any]) -> tuple[Cell, ...] | None:
    ages = [name for name in ("age", "age_from", "age_to") if told.get(name) is not None]
    given = told["gender"]
    if given is None:
        if ages:
            raise Unusable("gender-missing", "gender", "there is an age and no gender", "Give boy, girl, both or none.")
        return None
    genders = _GENDERS.get(" ".join(given.lower().split())) if isinstance(given, str) else None
    if genders is None:
        raise Unusable("unknown-gender", "gender", f"{given!r:.40} is no gender", "Give boy, girl, both or none.")
    if not genders:
        if ages:
            raise Unusable("age-of-none", ages[0], "families without children have no age", "Leave the age empty.")
        return (NO_CHILD,)
    unit = _unit(told)
    first, last = _span(told, ages, unit)
    return tuple(Cell(gender, age, unit) for age in range(first, last + 1) for gender in genders)


def _unit(told: Mapping[str, Any]) -> Unit:
    given = told.get("unit")
    unit = "years" if given is None else _UNITS.get(given.strip().lower()) if isinstance(given, str) else None
    if unit is None:
        raise Unusable("unknown-unit", "unit", f"{given!r:.40} is no unit", "Give years or months.")
    return unit


def _span(told: Mapping[str, Any], ages: list[str], unit: Unit) -> tuple[int, int]:
    """Return the first and the last age of a row."""
    lowest, highest = _BOUNDS[unit]
    fix = f"Give an age in {unit}, {lowest} to {highest}, or a range such as 4-6."
    if not ages:
        raise Unusable("age-missing", "age" if "age" in told else "age_from", "there is a gender and no age", fix)
    if ages not in (["age"], ["age_from", "age_to"]):
        raise Unusable("unreadable-age", ages[0], f"what is given is {' and '.join(ages)}", "Give age, or age_from and age_to.")
    pairs = [_ages(told[name], name, fix) for name in ages]
    first, last = pairs[0][0], pairs[-1][1]
    if first > last:
        raise Unusable("age-reversed", ages[0], f"from {first} to {last} is reversed", fix)
    if first < lowest or last > highest:
        raise Unusable("age-out-of-range", ages[0], f"no code means {first if first == last else f'{first}-{last}'} {unit}", fix)
    return first, last


def _ages(given: object, column: str, fix: str) -> tuple[int, int]:
    if isinstance(given, date):
        fix = f"A spreadsheet makes dates of ages such as 4-6: format the column as text, or use age_from and age_to. {fix}"
        raise Unusable("unreadable-age", column, f"{given:%Y-%m-%d} is a date", fix)
    if isinstance(given, int) and not isinstance(given, bool):
        return given, given
    read = _RANGE.fullmatch(given.strip().removesuffix(".0")) if isinstance(given, str) else None
    if read is None or (read[2] and column != "age"):
        raise Unusable("unreadable-age", column, f"{given!r:.40} is no age", fix)
    return int(read[1]), int(read[2] or read[1])


def _count(told: Mapping[str, Any], column: Amount) -> Fraction | None:
    given = told[column]
    number = _number(given)
    if given is not None and (number is None or number.denominator != 1 or number < 0):
        raise Unusable("unreadable-count", column, f"{given!r:.40} is no number of completes", "Give a whole number, 0 or more.")
    return number


def _share(told: Mapping[str, Any]) -> Fraction | None:
    given = told["share"]
    number = _number(given.strip().removesuffix("%") if isinstance(given, str) else given)
    if given is not None and (number is None or number < 0):
        raise Unusable(
            "unreadable-share", "share", f"{given!r:.40} is no share", "Give a number such as 0.25; all add up to 1, or 100."
        )
    return number


def _number(given: Any) -> Fraction | None:  # noqa: ANN401 - whatever a field holds
    """Return a number as it is written, so that shares such as 0.1 add up."""
    if isinstance(given, str):
        return Fraction(given.strip()) if _WRITTEN.fullmatch(given.strip()) else None
    if isinstance(given, bool) or not isinstance(given, int | float) or not abs(given) < TOO_MANY:
        return None
    return Fraction(str(given))


def _qualified(told: Mapping[str, Any]) -> bool | None:
    given = told.get("qualified")
    if given is None:
        return None
    truth = _TRUTHS.get(given.strip().lower() if isinstance(given, str) else given) if isinstance(given, int | str) else None
    if truth is None:
        raise Unusable("unreadable-qualified", "qualified", f"{given!r:.40} is neither true nor false", "Give TRUE or FALSE.")
    return truth
