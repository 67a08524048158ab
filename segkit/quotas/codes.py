"""Qualification 232, child age and gender: what each condition code means, and which codes mean a gender and an age.

Two parities: boys are odd in 111-165 and even in 168-232. Under ``years`` a year code stands for its whole year, under
``months`` for its first month; the months 1-11, 13-23, 25-35 and 37-47 have codes of their own, older months have none.
"""

from __future__ import annotations

from functools import reduce
from numbers import Integral
from operator import or_
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

from segkit import frames
from segkit.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import pandas as pd

    from segkit.provenance import Provenance

CHILD_AGE_GENDER = 232
FIRST, LAST = 111, 233
NO_CHILDREN = 167
YEARS, MONTHS = 311, 312
OLDEST_YEAR = 17
OLDEST_MONTH = 47
MONTHS_A_YEAR = 12

Gender = Literal["boy", "girl"]
Unit = Literal["years", "months"]

GENDERS: tuple[Gender, ...] = get_args(Gender)
UNIT_CODES: Mapping[Unit, int] = MappingProxyType({"years": YEARS, "months": MONTHS})
UNITS: Mapping[int, Unit] = MappingProxyType({YEARS: "years", MONTHS: "months"})
"""What ``child_age_unit`` means; where it is missing the server adds 311, years."""

_TARGETING = "PureSpectrum, Targeting Parents by Child Age Gender"
_EXAMPLES = "PureSpectrum, Children Quota Examples"
_NAMED = {*range(115, 131), 133, NO_CHILDREN}  # what the first page prints one by one; the second settles 134-166
_BETWEEN = "the server lists these 22 codes between age {} and age {}; that the boy is first follows from all other pairs"
_REASONS = (
    (range(111, 113), "two places before 113 in the sequence; the wording, such as under 2 months, is not public"),
    (range(113, 115), "two places before 115 (boy 3 months) in the sequence"),
    (range(131, 133), "two places after 129 (boy 10 months); the example is titled 3 months - 11 months"),
    *((range(168 + 22 * place, 190 + 22 * place), _BETWEEN.format(place + 1, place + 2)) for place in range(3)),
)


class ChildCode(NamedTuple):
    """What one condition code means.

    Attributes
    ----------
    code
        The condition code.
    gender
        ``boy`` or ``girl``; None for 167.
    age, unit
        The age as the code tells it, in years or in months; None for 167.
    first_month, last_month
        The months of age it covers under ``years``, both included; None for 167.
    month
        The one month it means under ``months``: 12, 24 and 36 for the years 1-3; None for older years and 167.
    text
        Such as ``boy 3 months``, ``girl 5 years``, ``no children``.
    provenance, reason, source
        Whether the vendor's text names it, why it follows where it does not, and which page.
    """

    code: int
    gender: Gender | None
    age: int | None
    unit: Unit | None
    first_month: int | None
    last_month: int | None
    month: int | None
    text: str
    provenance: Provenance
    reason: str
    source: str


def _numbered() -> Iterator[tuple[int, Gender, int, Unit]]:
    """Give each code its gender, age and unit, as the vendor numbers them."""
    spans: tuple[tuple[int, range, Unit], ...] = (
        (111, range(1, 12), "months"),
        (133, range(1, 18), "years"),
        (168, range(13, 24), "months"),
        (190, range(25, 36), "months"),
        (212, range(37, 48), "months"),
    )
    for start, ages, unit in spans:
        for place, (age, gender) in enumerate((age, gender) for age in ages for gender in GENDERS):
            yield start + place, gender, age, unit


def _meaning(code: int, gender: Gender, age: int, unit: Unit) -> ChildCode:
    first = age * MONTHS_A_YEAR if unit == "years" else age
    last = first + MONTHS_A_YEAR - 1 if unit == "years" else first
    text = f"{gender} {age} {unit if age > 1 else unit.removesuffix('s')}"
    return ChildCode(code, gender, age, unit, first, last, first if first <= OLDEST_MONTH else None, text, *_ground(code))


def _ground(code: int) -> tuple[Provenance, str, str]:
    """Say where the meaning of a code comes from."""
    reason = next((why for codes, why in _REASONS if code in codes), "")
    source = _TARGETING if code in _NAMED or code < min(_NAMED) or code in range(131, 133) else _EXAMPLES
    return ("derived" if reason else "documented"), reason, source


_NONE = ChildCode(NO_CHILDREN, None, None, None, None, None, None, "no children", *_ground(NO_CHILDREN))

CODES: Mapping[int, ChildCode] = MappingProxyType(
    {meaning.code: meaning for meaning in sorted([_NONE, *(_meaning(*numbered) for numbered in _numbered())])}
)
"""Every code of qualification 232, 111 to 233, in ascending order."""

CHILDREN: tuple[ChildCode, ...] = tuple(meaning for meaning in CODES.values() if meaning.gender)
_BY_YEAR = tuple(child for child in CHILDREN if child.code < NO_CHILDREN)  # 111-166: the months under one and the years

SERVER_ORDER: tuple[int, ...] = tuple(
    meaning.code for meaning in sorted(CHILDREN, key=lambda child: (child.first_month, child.gender))
)
"""The 122 codes of children as the vendor's server lists them in a quota: by age in months, the boy first."""

_CODE_OF: Mapping[tuple[str, int, str], int] = {
    **{(child.gender or "", child.age or 0, child.unit or ""): child.code for child in CHILDREN},
    **{(child.gender or "", child.month, "months"): child.code for child in CHILDREN if child.month},
}


def code_of(gender: Gender, age: int, unit: Unit) -> int:
    """Return the code of a gender and an age in years (1-17) or months (1-47; 12, 24 and 36 are the year codes).

    Raises
    ------
    InvalidInput
        When no code means it. Age 0 in years has no code of its own: it is the months 1-11.

    Examples
    --------
    >>> code_of("boy", 5, "years"), code_of("girl", 13, "months"), code_of("boy", 12, "months")
    (141, 169, 133)
    """
    try:
        return _CODE_OF[gender, age, unit]
    except (KeyError, TypeError):
        raise InvalidInput(f"no code means {gender!r}, {age!r}, {unit!r}; there are years 1-17 and months 1-47") from None


def child_codes(
    gender: str | None = None, ages: int | tuple[int, int] | None = None, months: int | tuple[int, int] | None = None
) -> tuple[int, ...]:
    """Return the codes of a gender and an age, ascending.

    Parameters
    ----------
    gender
        ``boy`` or ``girl`` (``boys``, ``girls``, any case); None for both.
    ages
        Years, one or from and to, 0-17. Age 0 is the month codes 111-132, an older year its year code alone.
    months
        Months, one or from and to, 1-47, instead of ages. 12, 24 and 36 are the year codes of the ages 1, 2 and 3.
        Neither means all children, 111-166, as the vendor's examples write them.

    Raises
    ------
    InvalidInput
        When both are given, or one is out of range, reversed or not a whole number.

    Examples
    --------
    >>> child_codes("boy", ages=(4, 6)), child_codes("girl", months=(10, 13))
    ((139, 141, 143), (130, 132, 134, 169))
    """
    if ages is not None and months is not None:
        raise InvalidInput("ages and months were both given; give one of them, and join two results for a mixture")
    genders = GENDERS if gender is None else (_one_gender(gender),)
    if months is not None:
        first, last = _span(months, "months", 1, OLDEST_MONTH)
        found = (child.code for child in CHILDREN if child.gender in genders and child.month in range(first, last + 1))
        return tuple(sorted(found))
    first, last = _span((0, OLDEST_YEAR) if ages is None else ages, "ages", 0, OLDEST_YEAR)
    wanted = range(first * MONTHS_A_YEAR, (last + 1) * MONTHS_A_YEAR)
    return tuple(child.code for child in _BY_YEAR if child.gender in genders and child.first_month in wanted)


def _one_gender(given: object) -> Gender:
    words = {f"{gender}{ending}": gender for gender in GENDERS for ending in ("", "s")}
    word = words.get(given.strip().lower()) if isinstance(given, str) else None
    if word is None:
        raise InvalidInput(f'gender is {given!r}; give "boy", "girl" or None for both')
    return word


def _span(given: Any, name: str, lowest: int, highest: int) -> tuple[int, int]:  # noqa: ANN401 - whatever a caller gives
    """Read one number or a pair as an inclusive range."""
    pair = given if isinstance(given, tuple | list) else (given, given)
    fix = f"give a whole number or a pair (from, to) within {lowest}-{highest}"
    if len(pair) != 2 or not all(isinstance(number, Integral) and not isinstance(number, bool) for number in pair):  # noqa: PLR2004 - a pair
        raise InvalidInput(f"{name} is {given!r}; {fix}")
    first, last = map(int, pair)
    if first > last:
        raise InvalidInput(f"{name} is {given!r}, from {first} to {last}: reversed; {fix}")
    if first < lowest or last > highest:
        raise InvalidInput(f"{name} is {given!r}, which no code covers; {fix}")
    return first, last


def _swallowed(year: ChildCode) -> frozenset[int]:
    """Return a code and, for the years 1-3, the codes of that year's months."""
    if year.unit != "years" or year.first_month is None or year.last_month is None:
        return frozenset({year.code})
    months = range(year.first_month, year.last_month + 1)
    return frozenset(child.code for child in CHILDREN if child.gender == year.gender and child.month in months) | {year.code}


EXPANSION: Mapping[int, frozenset[int]] = MappingProxyType(
    {NO_CHILDREN: frozenset({NO_CHILDREN}), **{child.code: _swallowed(child) for child in CHILDREN}}
)
"""What the server makes of each code under ``years``; derived: its reply adds the months to a list of all years."""


def _bits(codes: Iterable[int]) -> int:
    return sum(1 << (code - FIRST) for code in codes)


_MASKS: Mapping[str, Mapping[int, int]] = {
    "years": {code: _bits(meant) for code, meant in EXPANSION.items()},
    "months": {code: _bits((code,)) for code in CODES},
}


def _masks(unit: str) -> Mapping[int, int]:
    try:
        return _MASKS[unit]
    except (KeyError, TypeError):
        raise InvalidInput(f'unit is {unit!r}; give "years" or "months"') from None


def expanded(codes: Iterable[int], unit: Unit) -> frozenset[int]:
    """Return what the server makes of codes: under years the codes of the ages 1-3 bring those of their months.

    Codes that do not exist stay as they are.

    Raises
    ------
    InvalidInput
        When the unit is no unit.

    Examples
    --------
    >>> sorted(expanded([133, 300], "years"))
    [133, 168, 170, 172, 174, 176, 178, 180, 182, 184, 186, 188, 300]
    """
    given = frozenset(codes)
    _masks(unit)
    return given.union(*(EXPANSION.get(code, ()) for code in given)) if unit == "years" else given


def mask(codes: Iterable[int], unit: Unit) -> int:
    """Return the same as `expanded` in one number, with bit ``code - 111`` for each code; unknown codes are left out.

    Raises
    ------
    InvalidInput
        When the unit is no unit.
    """
    masks = _masks(unit)
    return reduce(or_, (masks.get(code, 0) for code in codes), 0)


def codes_of(bits: int) -> tuple[int, ...]:
    """Return the codes of a mask, ascending."""
    return tuple(code for code in CODES if bits >> (code - FIRST) & 1)


def known_child_codes() -> pd.DataFrame:
    """List every code of qualification 232.

    Returns
    -------
    One row a code: code (int64), gender, age (Int64, in its unit), unit, first_month, last_month (Int64: the months of age it
    covers under years), text, provenance, reason, source. Gender, age, unit and months are missing for 167, no children.

    Examples
    --------
    >>> known_child_codes().query("age == 5 and unit == 'years'").text.tolist()
    ['boy 5 years', 'girl 5 years']
    """
    rows = [tuple(getattr(meaning, column) for column in frames.CHILD_CODES) for meaning in CODES.values()]
    return frames.from_rows(frames.CHILD_CODES, rows)
