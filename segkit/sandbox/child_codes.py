"""Qualification 232 as the double knows it: counted out month by month, apart from the client's own table."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

QUALIFICATION = 232
NO_CHILDREN = 167
YEARS, MONTHS = 311, 312
FIRST_YEAR_ALONE = 48
"""The month of age from which a year has one code, and no codes of months."""
OLDEST_MONTH = 215


def _count_out() -> dict[int, tuple[int, int]]:
    """Return for each child code the month of age that it begins at, and 0 for a boy or 1 for a girl."""
    months = [*range(1, 13), *range(24, 205, 12), None, *(month for month in range(13, 48) if month % 12)]
    table = {}
    code = 111
    for month in months:
        if month is None:  # 167 has no child
            code += 1
            continue
        for girl in (0, 1):
            table[code] = (month, girl)
            code += 1
    return table


CHILDREN = _count_out()
"""Code -> (month, girl); 167 is not in it."""

KNOWN = frozenset({*CHILDREN, NO_CHILDREN})
_CODE = {place: code for code, place in CHILDREN.items()}


def code_of(month: int, girl: int) -> int:
    """Return the code of a child: one a month below four years, one a year from then on; months 1 to 215."""
    return _CODE[month if month < FIRST_YEAR_ALONE else month - month % 12, girl]


def expanded(codes: Iterable[int]) -> set[int]:
    """Add to a year's code those of its months, as the printed replies do under the unit of years."""
    found = set()
    for code in codes:
        found.add(code)
        month, girl = CHILDREN.get(code, (1, 0))
        if month % 12 == 0:
            found |= {_CODE[later, girl] for later in range(month, month + 12) if (later, girl) in _CODE}
    return found


def by_age(codes: Iterable[int]) -> list[int]:
    """Sort as the printed quotas are: by age, boys first; 167 behind all, which is our choice."""
    return sorted(codes, key=lambda code: CHILDREN.get(code, (OLDEST_MONTH + 1, 0)))
