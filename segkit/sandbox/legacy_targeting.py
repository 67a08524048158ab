"""Children as they were targeted before 232: 218 with or without, 220 gender, 230 age, 221 the age's unit.

Only what becomes of 218 is printed; the rest is derived from the meaning of the old codes.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from segkit.sandbox.buyer_refusal import refuse
from segkit.sandbox.child_codes import CHILDREN, FIRST_YEAR_ALONE, MONTHS, NO_CHILDREN, OLDEST_MONTH, YEARS, code_of

if TYPE_CHECKING:
    from collections.abc import Sequence

HAS_CHILDREN, GENDER, UNIT, AGE = 218, 220, 221, 230
LEGACY = frozenset({HAS_CHILDREN, GENDER, UNIT, AGE})
_NONE, _SOME = 111, 112
_GENDERS = {111: 0, 112: 1}
_OLDEST = {YEARS: 17, MONTHS: OLDEST_MONTH}


def _codes(criteria: Sequence[dict[str, Any]], qualification: int, allowed: set[int], default: set[int]) -> set[int]:
    """Return the codes of a qualification; the default where it is not there."""
    for criterion in criteria:
        if criterion["qualification_code"] == qualification:
            sent = {int(code) for code in criterion.get("condition_codes", ())}
            if not sent or not sent <= allowed:
                refuse(f"Qualification {qualification} has the condition codes {sorted(allowed)}.")
            return sent
    return default


def _ages(ranges: object, unit: int) -> tuple[set[int], set[int]]:
    """Return the codes of the ranges of one criterion, and the units they are in."""
    if not isinstance(ranges, list) or not ranges:
        refuse("Qualification 230 needs range_sets.")
    codes, units = set(), set()
    for each in ranges:
        given = each if isinstance(each, dict) else {}
        first, last, units_of = given.get("from"), given.get("to"), given.get("units", unit)
        if type(units_of) is not int or units_of not in _OLDEST:
            refuse("The units of a range of 230 are 311 or 312.")
        if type(first) is not int or type(last) is not int or not 0 <= first <= last <= _OLDEST[units_of]:
            refuse(f"A range of 230 goes from an age to one not below it, within 0 to {_OLDEST[units_of]}.")
        units.add(units_of)
        if units_of == YEARS:
            codes |= {code for code, (month, _) in CHILDREN.items() if first <= month // 12 <= last}
        else:
            codes |= {code_of(month, girl) for month in range(max(first, 1), last + 1) for girl in (0, 1)}
    return codes, units


def converted(criteria: Sequence[dict[str, Any]]) -> tuple[set[int], int]:
    """Return the codes of 232, and their unit, for the legacy criteria of one quota or survey, one of each qualification.

    Criteria are met one by one, by different children if need be: a boy and a girl for two of 220. No list of codes says that,
    so two of one qualification, or one beside 232, are not intersected but refused.
    Gender or age leave families with children only. Ages in months keep the unit of months, so that 133 stays one month; but
    where they go beyond the codes of months, and the ages below are whole years, they are years.
    """
    given = [criterion["qualification_code"] for criterion in criteria]
    asked = set(given)
    if len(asked) < len(given):
        refuse("A legacy qualification stands twice among these criteria; no single 232 says that both must be met.")
    if asked == {UNIT}:
        refuse("A unit alone, 221, targets nobody.")
    has = _codes(criteria, HAS_CHILDREN, {_NONE, _SOME}, {_NONE, _SOME} if HAS_CHILDREN in asked else {_SOME})
    genders = {_GENDERS[code] for code in _codes(criteria, GENDER, set(_GENDERS), set(_GENDERS))}
    units = _codes(criteria, UNIT, set(_OLDEST), set(_OLDEST))
    codes, unit = set(CHILDREN) if _SOME in has else set(), YEARS
    for criterion in criteria:
        if criterion["qualification_code"] == AGE:
            within, used = _ages(criterion.get("range_sets"), min(units, default=YEARS))
            codes &= within
            unit = MONTHS if MONTHS in used else unit
    codes = {code for code in codes if CHILDREN[code][1] in genders}
    if unit == MONTHS and _go_by_years(codes):
        unit = YEARS
    if _NONE in has and not asked & {GENDER, AGE}:
        codes.add(NO_CHILDREN)
    if not codes:
        refuse("No family can match these criteria of 218, 220 and 230.")
    return codes, unit


def _go_by_years(codes: set[int]) -> bool:
    """Whether codes reach a year that months have no codes for, and no year below it is there in part."""
    asked = [CHILDREN[code] for code in codes]
    young = Counter((month // 12, girl) for month, girl in asked if month < FIRST_YEAR_ALONE)
    is_whole = all(count == (12 if age else 11) for (age, _), count in young.items())
    return young.total() < len(asked) and is_whole
