"""Rules about the condition codes and the unit of one criterion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segkit.quotas import codes as table
from segkit.quotas.lint.catalogue import Told, rule
from segkit.quotas.lint.words import FULLY_TOLD, in_words, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segkit.quotas.lint.checked import Checked
    from segkit.quotas.stated import Stated
    from segkit.quotas.targets import ChildCriterion

CODES_TOLD = 5  # of one criterion, each in a finding of its own

_UNDER_ONE = {gender: frozenset(table.child_codes(gender, ages=0)) for gender in table.GENDERS}
_FROM_ONE = {gender: frozenset(table.child_codes(gender, ages=(1, table.OLDEST_YEAR))) for gender in table.GENDERS}
_YEAR_OF_MONTH = {month: child.code for child in table.CHILDREN for month in table.EXPANSION[child.code] - {child.code}}
_NO_MONTH = frozenset(child.code for child in table.CHILDREN if child.month is None)
_EITHER = frozenset(child.code for child in table.CHILDREN if child.unit == "years" and child.month is not None)


def _children_of(checked: Checked) -> Iterator[ChildCriterion]:
    """Yield the quotas' criteria that ask for children."""
    for quota in checked.targets.quotas:
        yield from (criterion for criterion in quota.children if criterion.codes & table.CODES.keys() - {table.NO_CHILDREN})


@rule("error")
def unknown_code(checked: Checked) -> Iterator[Told]:
    """A condition code is none of qualification 232.

    Its codes are 111 to 233. What the vendor does with another is not documented; nobody can match it.
    """
    fix = 'Codes are 111-233: child_codes("boy", ages=(4, 6)) returns those of an age and gender.'
    for criterion in checked.targets.criteria:
        strange = [place for place, number in enumerate(criterion.numbers) if number not in table.CODES]
        strange = [place for place in strange if criterion.code_path(place) not in checked.wrong]
        for place in strange[:CODES_TOLD]:
            message = f"{shown(criterion.written[place])} is no condition code of qualification 232"
            yield Told(criterion.code_path(place), message, fix)
        if len(strange) > CODES_TOLD:
            message = f"{len(strange) - CODES_TOLD} more are no condition codes of qualification 232"
            yield Told(f"{criterion.path}.condition_codes", message, fix)


@rule("warning")
def duplicate_code(checked: Checked) -> Iterator[Told]:
    """A condition code stands twice in one criterion.

    It changes nothing, but was hardly meant: often one of the two should have been another.
    """
    fix = "Take one of them out, or put the code in that was meant."
    for criterion in checked.targets.criteria:
        first: dict[int, int] = {}
        again = [
            (place, number)
            for place, number in enumerate(criterion.numbers)
            if number is not None and first.setdefault(number, place) != place
        ]
        for place, number in again[:CODES_TOLD]:
            meaning = f" ({table.CODES[number].text})" if number in table.CODES else ""
            message = f"{shown(number)}{meaning} stands at condition_codes[{first[number]}] already"
            yield Told(criterion.code_path(place), message, fix)
        if len(again) > CODES_TOLD:
            message = f"{len(again) - CODES_TOLD} more codes stand there already"
            yield Told(f"{criterion.path}.condition_codes", message, fix)


@rule("error")
def legacy_qualification(checked: Checked) -> Iterator[Told]:
    """A criterion asks for legacy qualification 218, 220, 221 or 230.

    The vendor turns requests with them into qualification 232 through Q2 2025 only; after that they are no longer supported. What
    it answers since then is not documented. `upgrade()` does the same on this side.
    """
    for path, code in checked.targets.legacy:
        message = f"qualification {code} is legacy: it is turned into 232 through Q2 2025, and no longer supported after that"
        yield Told(path, message, "Write it as qualification 232: upgrade() does.")


@rule("warning")
def none_with_children(checked: Checked) -> Iterator[Told]:
    """One criterion of a quota holds 167 (no children) beside codes of children.

    Codes of a criterion are any-of, so the quota fills with families of either kind, in whatever mixture they come. In a survey's
    qualification both are right: there it only means that everybody may enter.
    """
    mixed = [criterion for criterion in _children_of(checked) if table.NO_CHILDREN in criterion.codes]
    for number, criterion in enumerate(mixed):
        place = criterion.numbers.index(table.NO_CHILDREN)
        children = in_words(criterion.codes - {table.NO_CHILDREN}, criterion.unit, briefly=number >= FULLY_TOLD)
        message = f"{checked.whose(criterion)} takes families without children as well as {children}"
        yield Told(criterion.code_path(place), message, "Give those without children a quota of their own, of 167.")


@rule("info")
def missing_age_unit(checked: Checked) -> Iterator[Told]:
    """A criterion for children has no child_age_unit.

    The vendor's server adds 311 (years) to those of quotas, as its replies show; under it 133 is any boy of one year, not one of
    twelve months. A survey's qualification needs none, unless the quotas are in months and it holds a code that means both: it is
    read in years.
    """
    for criterion in _children_of(checked):
        if criterion.unit_code is None:
            message = f"{checked.whose(criterion)} has no child_age_unit: the server adds 311, years"
            in_months = _months_under_years(criterion)  # mixed-age-units tells of them
            fix = "Write 312: its codes are single months." if in_months else "Write 311 for years, 312 for months."
            yield Told(criterion.path, message, fix)
    for criterion in checked.targets.qualification:
        both = sorted(criterion.codes & _EITHER)
        if criterion.unit_code is None and both and checked.in_months:
            message = f"the qualification has no child_age_unit, the quotas are in months: {both[0]} admits the whole year here"
            yield Told(criterion.path, message, "Write 312 for single months, 311 for years.")


@rule("warning")
def mixed_age_units(checked: Checked) -> Iterator[Told]:
    """Codes of single months and codes of years stand together in a way that one unit cannot mean.

    Under years (311) the ages 1 to 17 have one code each and age 0 is all of 111-132; under months (312) a code is one month, and
    ages from four on have none. The codes 133-138 under both units in the quotas of one survey mean two things.
    """
    number = 0
    for criterion in checked.targets.criteria:
        if criterion.unit_code is not None or criterion not in checked.targets.qualification:
            for told in _strange_to_unit(criterion, briefly=number >= FULLY_TOLD):
                number += 1
                yield told
    under: dict[int, ChildCriterion] = {}
    for criterion in _children_of(checked):
        for code in sorted(criterion.codes & _EITHER):
            other = under.setdefault(code, criterion)
            if other.unit != criterion.unit:
                there, here = f"in {other.unit} at {other.path}", f"in {criterion.unit} here"
                message = f"{code} stands {there}, and {here}: it means another age"
                yield Told(f"{criterion.path}.condition_codes", message, "Use one unit in the quotas, or other codes.")
                break


def _strange_to_unit(criterion: ChildCriterion, *, briefly: bool) -> Iterator[Told]:
    """Tell of the codes of a criterion that are of the other unit."""
    in_years = criterion.unit == "years"
    strange = _months_under_years(criterion) if in_years else sorted(criterion.codes & _NO_MONTH)
    if not strange:
        return
    children = criterion.codes & table.CODES.keys() - {table.NO_CHILDREN}
    unit = "no unit is written, which means years" if criterion.unit_code is None else f"the unit is {criterion.unit}"
    told = in_words(strange, "months" if in_years else "years", briefly=briefly)
    message = f"{unit}, but these are {'single months' if in_years else 'whole years'}: {told}"
    other = "312, months" if in_years else "311, years"
    fix = f"Write {other}." if children == set(strange) else f"Give them a quota of their own, under {other}."
    yield Told(f"{criterion.path}.condition_codes", message, fix)


def _months_under_years(criterion: ChildCriterion) -> list[int]:
    """Return the codes of months whose year is not asked for whole."""
    asked = criterion.codes
    strange = {month for month, year in _YEAR_OF_MONTH.items() if month in asked and year not in asked}
    for under_one in _UNDER_ONE.values():
        if asked & under_one and not under_one <= asked:
            strange |= asked & under_one
    return sorted(strange)


@rule("warning")
def under_ones_left_out(checked: Checked) -> Iterator[Told]:
    """A criterion has every age from 1 to 17 of a gender, and no child under one.

    The codes of the year ages begin at 133, those of the months 1-11 at 111: a list that was meant to be all children begins
    there. The vendor's own examples leave them out. Where words say "1-17", nothing is told.
    """
    meant = {criterion.path for criterion, said in checked.words.of_quotas if any(_from_one(clause) for _, clause in said)}
    if any(_from_one(clause) for clause in checked.words.heading):
        return
    for criterion in checked.targets.criteria:
        if criterion.path in meant:
            continue
        out = [g for g in table.GENDERS if _FROM_ONE[g] <= criterion.codes and not _UNDER_ONE[g] & criterion.codes]
        if out:
            whom, call = (
                (f"{out[0]}s", f'child_codes("{out[0]}", ages=0)') if len(out) == 1 else ("children", "child_codes(ages=0)")
            )
            first, second, *_, last = table.child_codes(out[0] if len(out) == 1 else None, ages=0)
            message = f"{checked.whose(criterion)} has all {whom} from 1 to 17 years and none under one"
            fix = f"If they were meant, add {first}, {second}, ..., {last}: {call}."
            yield Told(f"{criterion.path}.condition_codes", message, fix)


def _from_one(clause: Stated) -> bool:
    """Whether words say that children under one are not meant."""
    return clause.months == (table.MONTHS_A_YEAR, (table.OLDEST_YEAR + 1) * table.MONTHS_A_YEAR - 1)
