"""Child codes in words: the phrase with the fewest ranges of age, and of those the shortest.

Ages stand on lines of whole numbers: under ``years`` one line of the years 0-17 and one of the months between two birthdays
each; under ``months`` one line of the months 1-47 and one of the years 4-17. Along a line, a run is a stretch where the same
genders are wanted. Where both are, they are told together as children, or apart; a gender told apart goes on through the
neighbouring runs, so "boys 0-9 years; girls 5-17 years" overlap. The best choice is found run by run.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import chain, groupby
from typing import TYPE_CHECKING, Literal, NamedTuple

from segkit.errors import InvalidInput
from segkit.quotas.codes import (
    CODES,
    FIRST,
    GENDERS,
    MONTHS_A_YEAR,
    NO_CHILDREN,
    OLDEST_MONTH,
    OLDEST_YEAR,
    Unit,
    child_codes,
    code_of,
    mask,
)
from segkit.quotas.criteria import codes_given

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Subject = Literal["children", "boys", "girls"]

REMEMBERED, MOST_NAMED = 4096, 12  # texts; codes that nobody knows
NOBODY = "nobody"
_APART: tuple[Subject, Subject] = ("boys", "girls")
_SUBJECTS: tuple[Subject, ...] = ("children", *_APART)


class _Cell(NamedTuple):
    """One gender at one age: the codes that must be there, and those that are told with it."""

    needed: int
    told: int


class _Line(NamedTuple):
    """Ages that follow one another, from `first` on: the word for them, the cells of the boy and the girl at each, all codes."""

    unit: Unit
    first: int
    cells: tuple[tuple[_Cell, ...], ...]
    whole: int


class _Run(NamedTuple):
    """A stretch of a line where the same genders are wanted."""

    unit: Unit
    wanted: tuple[bool, ...]
    first: int
    last: int


class Range(NamedTuple):
    """A range of ages as it is told: of boys, girls or children, in years or months, both ends included."""

    subject: Subject
    unit: Unit
    first: int
    last: int

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


class _Telling(NamedTuple):
    """A way to tell the runs up to here; the less the better, from left to right."""

    n_ranges: int
    length: int
    together: int
    ranges: tuple[Range, ...]
    opened: tuple[int | None, ...]
    used: frozenset[tuple[str, ...]]


def _line(unit: Unit, ages: range, *, under: Unit) -> _Line:
    """Lay out ages; a year of age 0 needs all of its months, an older one brings its months under years."""
    cells = tuple(tuple(_cell(gender, age, unit, under) for gender in GENDERS) for age in ages)
    return _Line(unit, ages[0], cells, sum(cell.needed | cell.told for pair in cells for cell in pair))


def _cell(gender: Literal["boy", "girl"], age: int, unit: Unit, under: Unit) -> _Cell:
    if unit == "years" and age == 0:
        months = mask(child_codes(gender, 0), "months")
        return _Cell(months, months)
    code = (code_of(gender, age, unit),)
    return _Cell(mask(code, "months"), mask(code, under if unit == "years" else "months"))


_LINES: Mapping[Unit, tuple[_Line, ...]] = {
    "years": (
        _line("years", range(OLDEST_YEAR + 1), under="years"),
        *(
            _line("months", range(birthday + 1, birthday + MONTHS_A_YEAR), under="years")
            for birthday in range(0, OLDEST_MONTH, MONTHS_A_YEAR)
        ),
    ),
    "months": (
        _line("months", range(1, OLDEST_MONTH + 1), under="months"),
        _line("years", range(4, OLDEST_YEAR + 1), under="months"),
    ),
}


def describe_codes(codes: Iterable[int | str] | int | str, unit: Unit = "years") -> str:
    """Say which children codes mean, in the fewest ranges and then the fewest letters.

    Parameters
    ----------
    codes
        Codes of qualification 232, one or several, as numbers or as the vendor writes them, as text. Those that do not exist
        are named at the end.
    unit
        What the criterion's ``child_age_unit`` is: years (311, which the server adds where there is none) or months (312).

    Returns
    -------
    A phrase that says exactly `segkit.quotas.codes.expanded(codes, unit)`, no code more or less. 0 years are the months 1-11.
    Under ``months`` that is the codes themselves: 133-138 are the months 12, 24 and 36, and a run goes on over a birthday.
    Under ``years`` 133-138 are the whole years 1-3, as the server takes them, so that a run of months over a birthday is told
    with all of that year; a month is told alone where its year is not asked for.

    Raises
    ------
    InvalidInput
        When the unit is no unit, or a code no whole number.

    Examples
    --------
    >>> describe_codes([139, 141, 143, *range(116, 133, 2)])
    'boys 4-6 years; girls 3-11 months'
    >>> describe_codes(range(139, 157)), describe_codes("139"), describe_codes([167, 300])
    ('children 4-12 years', 'boys 4 years', 'no children; unknown code 300')
    >>> run = child_codes("boy", months=(11, 13))
    >>> describe_codes(run, "months"), describe_codes(run, "years")
    ('boys 11-13 months', 'boys 11 months, 1 year')
    """
    given = codes_given(codes)
    if given is None:
        raise InvalidInput("codes is None: give codes of qualification 232, one or several")
    return _described(given, unit)


@lru_cache(REMEMBERED)
def _described(codes: frozenset[int], unit: Unit) -> str:
    bits = mask(codes, unit)
    unknown = sorted(codes.difference(CODES))
    more = f" and {len(unknown) - MOST_NAMED} more" if len(unknown) > MOST_NAMED else ""
    listed = ", ".join(map(str, unknown[:MOST_NAMED])) + more
    named = f"unknown code{'s' if len(unknown) > 1 else ''} {listed}" if unknown else ""
    return "; ".join(filter(None, (describe_mask(bits, unit) if bits or not unknown else "", named)))


@lru_cache(REMEMBERED)
def describe_mask(bits: int, unit: Unit = "years") -> str:
    """Say the same of a mask, as `codes.mask` makes it under that unit."""
    parts = [_listed(ranges) for ranges in _by_subject(ranges_of(bits, unit))]
    if bits >> (NO_CHILDREN - FIRST) & 1:
        parts.append(CODES[NO_CHILDREN].text)
    return "; ".join(parts) or NOBODY


@lru_cache(REMEMBERED)
def ranges_of(bits: int, unit: Unit = "years") -> tuple[Range, ...]:
    """Return the ranges that `describe_mask` tells, without words; 167 is none."""
    return _fewest(_runs(bits, unit))


def _runs(bits: int, unit: Unit) -> Iterator[_Run]:
    """Cut the lines on which something is wanted into runs; an empty one ends each line."""
    for line in _LINES[unit]:
        if not bits & line.whole:
            continue
        wanted = [tuple(bits & cell.needed == cell.needed for cell in pair) for pair in line.cells]
        bits &= ~sum(cell.told for pair in line.cells for cell in pair if bits & cell.needed == cell.needed)
        start = line.first
        for genders, stretch in groupby(chain(wanted, [(False, False)])):
            size = len(list(stretch))
            yield _Run(line.unit, genders, start, start + size - 1)
            start += size


def _fewest(runs: Iterable[_Run]) -> tuple[Range, ...]:
    """Choose for each run whether its genders are told together: fewest ranges, shortest text, least together."""
    tellings = [_Telling(0, 0, 0, (), (None, None), frozenset())]
    for run in runs:
        ways = (False, True) if all(run.wanted) else (False,)
        best: dict[tuple[object, object], _Telling] = {}
        for going in (_going_on(telling, run, together=together) for telling in tellings for together in ways):
            key = going.opened, going.used
            best[key] = min(going, best.get(key, going))
        tellings = list(best.values())
    return min(tellings).ranges


def _going_on(before: _Telling, run: _Run, *, together: bool) -> _Telling:
    """Tell one run more: ranges of a gender go on, begin or end; children are told in a range of their own."""
    apart = [wanted and not together for wanted in run.wanted]
    ended = [
        Range(subject, run.unit, start, run.first - 1)
        for subject, start, goes_on in zip(_APART, before.opened, apart, strict=True)
        if start is not None and not goes_on
    ]
    if together:
        ended.append(Range("children", run.unit, run.first, run.last))
    opened = tuple(
        (run.first if start is None else start) if goes_on else None for start, goes_on in zip(before.opened, apart, strict=True)
    )
    if not ended:
        return before._replace(opened=opened)
    length, used = before.length, before.used
    for told in ended:
        length, used = _lengthened(length, used, told)
    return _Telling(before.n_ranges + len(ended), length, before.together + together, (*before.ranges, *ended), opened, used)


def _lengthened(length: int, used: frozenset[tuple[str, ...]], told: Range) -> tuple[int, frozenset[tuple[str, ...]]]:
    """Count the letters that a range adds: its numbers, its subject and its unit unless they stand there already."""
    subject, group, single = (told.subject,), (told.subject, told.unit), (told.subject, told.unit, "1")
    length += len(str(told))
    if subject not in used:
        length += len(told.subject) + 1
    if group not in used:
        length += len(told.unit) + 1 - (str(told) == "1")
        return length, used | {subject, group, *([single] if str(told) == "1" else [])}
    return length + (single in used), used - {single}


def _by_subject(ranges: tuple[Range, ...]) -> Iterator[list[Range]]:
    for subject in _SUBJECTS:
        own = [told for told in ranges if told.subject == subject]
        if own:
            yield own


def _listed(ranges: list[Range]) -> str:
    """Write the ranges of one subject, each unit once, the younger unit first."""
    units = sorted({told.unit for told in ranges}, key=lambda unit: min(_months(told) for told in ranges if told.unit == unit))
    told = []
    for unit in units:
        numbers = ", ".join(str(told) for told in sorted(ranges) if told.unit == unit)
        told.append(f"{numbers} {unit.removesuffix('s') if numbers == '1' else unit}")
    return f"{ranges[0].subject} {', '.join(told)}"


def _months(told: Range) -> int:
    return told.first * (MONTHS_A_YEAR if told.unit == "years" else 1)
