"""Microdata of families: a frame with one row a child, read and counted in whole fractions."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from segkit.errors import InvalidInput
from segkit.findings import Finding
from segkit.quotas.ages import months_of
from segkit.quotas.cell_fields import WRITTEN, plain
from segkit.quotas.codes import MONTHS_A_YEAR, OLDEST_YEAR
from segkit.quotas.entry_link import AGES, child_code
from segkit.quotas.field.families import Counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from segkit.quotas.field.families import Child

ID = "family_id"
_YEARS = f"Give an age in years, 0 to {OLDEST_YEAR}, or the months, {AGES[0]} to {AGES[-1]}; leave grown-up children out."
_WEIGHT = "Give each family one weight of 0 or more, and one family a weight above 0."


class _Row(NamedTuple):
    where: str
    family: Any
    child: Child | None


class _Unusable(ValueError):
    """A field that cannot be used: code of the finding, column, message, fix."""


def count(families: pd.DataFrame, weights: str | pd.Series[Any] | None = None) -> Counted:
    """Count families in whole fractions.

    Parameters
    ----------
    families
        One row a child: ``family_id``; ``gender``, boy or girl, or male or female; ``age`` in years, or ``months``, or both. A
        family without children is one row with gender and age missing. A child of which only the year is known is of each of its
        months alike.
    weights
        The column with a family's weight, the same in each of its rows, or a Series of weights by family id.

    Raises
    ------
    InvalidInput
        With a finding for each row that cannot be used.
    """
    if weights is not None and not isinstance(weights, str) and not hasattr(weights, "items"):
        raise InvalidInput(f"weights is {type(weights).__name__}: give the name of a column, or a Series of weights by family id")
    columns = _columns(families, weights if isinstance(weights, str) else None)
    found: list[Finding] = []
    members: dict[Any, list[_Row]] = defaultdict(list)
    for row in _rows(families.index, columns, found):
        members[row.family].append(row)
    found += [finding for rows in members.values() for finding in _contradictions(rows)]
    shares = _weights(members, families, columns, weights, found)
    if found:
        raise InvalidInput(f"{len(found)} rows of families cannot be used", found)
    total = sum(shares.values())
    if not total:
        raise InvalidInput(f"the families weigh nothing together. {_WEIGHT}")
    counted: dict[tuple[Child, ...], Fraction] = defaultdict(Fraction)
    for family, rows in members.items():
        counted[tuple(sorted(row.child for row in rows if row.child))] += shares[family] / total
    return Counted(tuple(sorted((children, share) for children, share in counted.items() if share)), len(members))


def _columns(families: pd.DataFrame, weights: str | None) -> dict[str, list[Any]]:
    if not isinstance(families, pd.DataFrame):
        raise InvalidInput(f"families is {type(families).__name__}: give a frame with one row a child")
    needed = [ID, "gender", *([weights] if weights else [])]
    has_age = {"age", "months"} & set(families.columns)
    missing = [name for name in needed if name not in families.columns] + ([] if has_age else ["age (or months)"])
    if missing:
        raise InvalidInput(f"the frame of families lacks {', '.join(missing)}; it has {list(families.columns)}")
    return {name: [plain(value) for value in families[name].tolist()] for name in {*needed, *has_age}}


def _rows(index: pd.Index[Any], columns: Mapping[str, list[Any]], found: list[Finding]) -> list[_Row]:
    rows = []
    for place, label in enumerate(index):
        told = {name: values[place] for name, values in columns.items()}
        try:
            rows.append(_Row(f"row {label}", _family(told), _child(told)))
        except _Unusable as why:
            code, column, message, fix = why.args
            found.append(Finding(code, "error", f"row {label}, column {column}", message, fix))
    return rows


def _family(told: Mapping[str, Any]) -> Any:  # noqa: ANN401 - whatever names a family
    if told[ID] is None:
        raise _Unusable("family-missing", ID, "the row has no family", "Name the family that the child lives in.")
    return told[ID]


def _child(told: Mapping[str, Any]) -> Child | None:
    """Read the child of a row: its own codes that are equally likely; None for a family without children."""
    given, age, months = told["gender"], told.get("age"), told.get("months")
    if given is None and age is None and months is None:
        return None
    gender = WRITTEN.get(given.strip().lower()) if isinstance(given, str) else None
    if gender is None:
        raise _Unusable("unknown-gender", "gender", f"{given!r:.40} is no gender", "Give boy or girl; nothing for no children.")
    if age is not None and (not _is_whole(age) or not 0 <= age <= OLDEST_YEAR):
        raise _Unusable("age-out-of-range", "age", f"no code means an age of {age!r:.40} years", _YEARS)
    if months is not None and (not _is_whole(months) or months not in AGES):
        raise _Unusable("age-out-of-range", "months", f"no code means an age of {months!r:.40} months", _YEARS)
    if age is None and months is None:
        raise _Unusable("age-missing", "age" if "age" in told else "months", "there is a gender and no age", _YEARS)
    if age is not None and months is not None and months // MONTHS_A_YEAR != age:
        raise _Unusable("ages-differ", "months", f"{months} months are not {age} years", "Give one of them.")
    alike = months_of(age) if age is not None and months is None else (months,)
    return tuple(dict.fromkeys(child_code(gender, month) for month in alike if month is not None))


def _is_whole(given: object) -> bool:
    return isinstance(given, int) and not isinstance(given, bool)


def _contradictions(rows: list[_Row]) -> list[Finding]:
    if len(rows) == 1:
        return []
    message, fix = "a family without children has other rows", "Leave this row out, or say the child's gender and age."
    return [Finding("none-with-children", "error", row.where, message, fix) for row in rows if row.child is None]


def _weights(
    members: Mapping[Any, list[_Row]],
    families: pd.DataFrame,
    columns: Mapping[str, list[Any]],
    weights: str | pd.Series[Any] | None,
    found: list[Finding],
) -> dict[Any, Fraction]:
    """Return the weight of each family."""
    if weights is None:
        return dict.fromkeys(members, Fraction(1))
    if isinstance(weights, str):
        pairs = zip(columns[ID], columns[weights], families.index, strict=True)
        given = [(family, weight, f"row {label}, column {weights}") for family, weight, label in pairs if family in members]
    else:
        given = [(plain(family), plain(weight), f"weights[{family!r}]") for family, weight in weights.items()]
    shares: dict[Any, Fraction] = {}
    for family, written, where in given:
        weight = _weight(written)
        if weight is None:
            found.append(Finding("unreadable-weight", "error", where, f"{written!r:.40} is no weight", _WEIGHT))
        elif shares.setdefault(family, weight) != weight:
            found.append(Finding("weights-differ", "error", where, "the family has another weight elsewhere", _WEIGHT))
    missing = [family for family in members if family not in shares]
    if missing and not found:
        found += [Finding("weight-missing", "error", f"family {family!r}", "it has no weight", _WEIGHT) for family in missing]
    return {family: shares.get(family, Fraction(0)) for family in members}


def _weight(given: object) -> Fraction | None:
    """Return a number as it is written, so that weights such as 0.1 add up."""
    if isinstance(given, bool) or not isinstance(given, int | float):
        return None
    try:
        weight = Fraction(str(given))
    except ValueError:
        return None
    return weight if weight >= 0 else None
