"""The fields of a row of a quota sheet, each read as it was written; what cannot be used says why and how to mend it."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from segkit.quotas.cells import NO_CHILD, Cell, codes_of_cell, mask_of
from segkit.quotas.codes import CODES, GENDERS, OLDEST_MONTH, OLDEST_YEAR, Gender, Unit, mask
from segkit.quotas.describing import describe_codes
from segkit.quotas.targets import whole

if TYPE_CHECKING:
    from collections.abc import Mapping

Amount = Literal["required_count", "count", "n", "share"]

_WORDS: tuple[tuple[str, Gender], ...] = (("boy", "boy"), ("girl", "girl"), ("male", "boy"), ("female", "girl"))
WRITTEN: Mapping[str, Gender] = {f"{word}{ending}": gender for word, gender in _WORDS for ending in ("", "s")}
"""How a gender is written; the vendor's words are boys and girls."""

DOUBTFUL: Mapping[str, Gender] = {"m": "boy", "f": "girl"}
"""Letters that are read, and told of: in another language m may be a girl."""

_GENDERS: Mapping[str, tuple[Gender, ...]] = {
    **{word: (gender,) for word, gender in {**WRITTEN, **DOUBTFUL}.items()},
    **dict.fromkeys(("both", "child", "children"), GENDERS),
    **dict.fromkeys(("none", "no child", "no children"), ()),
}
_UNITS: Mapping[str, Unit] = {"year": "years", "years": "years", "month": "months", "months": "months"}
_TRUTHS: Mapping[object, bool] = {True: True, False: False, "true": True, "yes": True, "false": False, "no": False}
_BOUNDS: Mapping[Unit, tuple[int, int]] = {"years": (0, OLDEST_YEAR), "months": (1, OLDEST_MONTH)}
TOO_MANY = 2**63
LONGEST_SHOWN, MOST_CODES = 40, 12  # letters of a value and codes in a message
_WRITTEN = re.compile(r"[+-]?\d{1,18}(?:\.\d{0,18})?", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}(?:[.,' \u00a0\u202f\N{RIGHT SINGLE QUOTATION MARK}]\d{3})+", re.ASCII)
_RANGE = re.compile(r"(\d{1,3})(?:\s*(?:-|\N{EN DASH}|to)\s*(\d{1,3}))?", re.ASCII)


class Unusable(ValueError):
    """What a field holds cannot be used."""

    def __init__(self, code: str, column: str, message: str, fix: str) -> None:
        super().__init__(message)
        self.finding = (code, column, message, fix)


def plain(value: Any) -> Any:  # noqa: ANN401 - whatever a frame or a sheet holds
    """Return a value as Python has it: None for what is missing or blank, whole floats as int."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, str):
        return value if value.strip() else None
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return None
    return int(value) if isinstance(value, float) and value.is_integer() else value


def shown(value: object) -> str:
    """Write a value in a message, cut where it is long."""
    written = repr(value)
    return written if len(written) <= LONGEST_SHOWN else f"{written[: LONGEST_SHOWN - 4]}...{written[-1]}"


def cells(told: Mapping[str, Any]) -> tuple[Cell, ...] | None:
    """Return the cells that gender, age and unit name; None where there is no gender and no age."""
    ages = [name for name in ("age", "age_from", "age_to") if told.get(name) is not None]
    given = told["gender"]
    if given is None:
        if ages:
            raise Unusable("gender-missing", "gender", "there is an age and no gender", "Give boy, girl, both or none.")
        return None
    genders = _GENDERS.get(" ".join(given.lower().split())) if isinstance(given, str) else None
    if genders is None:
        raise Unusable("unknown-gender", "gender", f"{shown(given)} is no gender", "Give boy, girl, both or none.")
    if not genders:
        if ages:
            raise Unusable("age-of-none", ages[0], "families without children have no age", "Leave the age empty.")
        return (NO_CHILD,)
    unit = _unit(told)
    first, last = _span(told, ages, unit)
    return tuple(Cell(gender, age, unit) for age in range(first, last + 1) for gender in genders)


def agreed(told: Mapping[str, Any], asked: tuple[Cell, ...] | None) -> None:
    """Refuse a row whose column ``codes`` says other children than gender, age and unit do; empty codes say nothing."""
    given = told.get("codes")
    if given is None:
        return
    numbers = [whole(part.removesuffix(".0")) for part in re.split(r"[\s,;]+", str(given).strip())]
    if None in numbers:
        fix = "Write codes as a request does, such as 139 141, or leave the field empty."
        raise Unusable("unreadable-codes", "codes", f"{shown(given)} is no list of codes", fix)
    codes = frozenset(number for number in numbers if number is not None)
    unit = (asked[0].unit if asked else None) or "years"
    if asked is None or codes - CODES.keys() or mask(codes, unit) != mask_of(asked):
        theirs = "nothing" if asked is None else _in_words(frozenset(c for cell in asked for c in codes_of_cell(cell)), unit)
        message = f"gender, age and unit say {theirs}; codes say {_in_words(codes, unit)}"
        raise Unusable("codes-differ", "codes", message, "Mend the one that is wrong; codes may be left empty.")


def _in_words(codes: frozenset[int], unit: Unit) -> str:
    known, unknown = codes & CODES.keys(), codes - CODES.keys()
    told = [describe_codes(known, unit)] if known else []
    told += [f"{', '.join(map(str, sorted(unknown)))}, which no child has"] if unknown else []
    numbers = " ".join(map(str, sorted(known)))
    return f"{' and '.join(told)}{f' ({numbers})' if 0 < len(known) <= MOST_CODES else ''}"


def _unit(told: Mapping[str, Any]) -> Unit:
    given = told.get("unit")
    unit = "years" if given is None else _UNITS.get(given.strip().lower()) if isinstance(given, str) else None
    if unit is None:
        raise Unusable("unknown-unit", "unit", f"{shown(given)} is no unit", "Give years or months.")
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
        raise Unusable("unreadable-age", column, f"{shown(given)} is no age", fix)
    return int(read[1]), int(read[2] or read[1])


def count(told: Mapping[str, Any], column: Amount) -> Fraction | None:
    """Return the completes of a row; text such as ``1.000`` may be one or a thousand, so it is refused."""
    given = told[column]
    number = _number(given)
    is_doubtful = isinstance(given, str) and _GROUPED.fullmatch(given.strip())
    if given is not None and (number is None or number.denominator != 1 or number < 0 or is_doubtful):
        fix = "Give a whole number, 0 or more."
        if is_doubtful:
            fix = f"Write {re.sub('[^0-9]', '', given)} if that is meant: digits alone, without separators."
        elif isinstance(given, str) and number is None:
            fix = "Give a whole number, 0 or more, in digits alone; leave the field empty where no count is known."
        raise Unusable("unreadable-count", column, f"{shown(given)} is no whole number of completes", fix)
    return number


def share(told: Mapping[str, Any]) -> Fraction | None:
    """Return the share of a row, as it is written: of 1, or in percent."""
    given = told["share"]
    number = _number(given.strip().removesuffix("%") if isinstance(given, str) else given)
    if given is not None and (number is None or number < 0):
        raise Unusable(
            "unreadable-share", "share", f"{shown(given)} is no share", "Give a number such as 0.25; all add up to 1, or 100."
        )
    return number


def _number(given: Any) -> Fraction | None:  # noqa: ANN401 - whatever a field holds
    """Return a number as it is written, so that shares such as 0.1 add up."""
    if isinstance(given, str):
        return Fraction(given.strip()) if _WRITTEN.fullmatch(given.strip()) else None
    if isinstance(given, bool) or not isinstance(given, int | float) or not abs(given) < TOO_MANY:
        return None
    return Fraction(str(given))


def qualified(told: Mapping[str, Any]) -> bool | None:
    """Return whether the cells of a row may enter."""
    given = told.get("qualified")
    if given is None:
        return None
    truth = _TRUTHS.get(given.strip().lower() if isinstance(given, str) else given) if isinstance(given, int | str) else None
    if truth is None:
        raise Unusable("unreadable-qualified", "qualified", f"{shown(given)} is neither true nor false", "Give TRUE or FALSE.")
    return truth
