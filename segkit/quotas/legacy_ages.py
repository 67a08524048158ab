"""The ages of legacy 230: ranges in the unit that each brings, that 221 names, or that is assumed.

230 has ranges of years (units 311) or months (312); 221 asks for the unit, and 311 and 312 are all that can be read of it: its
own codes are not public.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple, get_args

from segkit.quotas.codes import MONTHS_A_YEAR, OLDEST_MONTH, UNIT_CODES, UNITS, Unit
from segkit.quotas.entry_link import AGES
from segkit.quotas.legacy_criterion import AGE, AGE_UNIT
from segkit.quotas.targets import whole

if TYPE_CHECKING:
    from segkit.quotas.legacy_criterion import LegacyCriterion

_ANY = frozenset[Unit](get_args(Unit))


class Ages(NamedTuple):
    """The months of age that legacy criteria want, and the unit that 232 has to tell them in."""

    months: frozenset[int]
    unit: Unit


NO_AGES = Ages(frozenset(), "years")
ALL_AGES = Ages(frozenset(AGES), "years")


def ages_of(criteria: Mapping[int, LegacyCriterion]) -> Ages:
    """Read 230 and 221 together; no months where one of them cannot be read, all where there is no 230."""
    named = _named_units(criteria)
    place = criteria.get(AGE)
    ages = _ages(place, named) if place else ALL_AGES
    return ages if named or _is_spare(criteria) else NO_AGES


def _named_units(criteria: Mapping[int, LegacyCriterion]) -> frozenset[Unit]:
    """Return the units that 221 allows: any where there is none or it names both, none where it cannot be read."""
    place = criteria.get(AGE_UNIT)
    if place is None:
        return _ANY
    units = [UNITS.get(whole(code) or 0) for code in place.listed("condition_codes")]
    named = frozenset(unit for unit in units if unit)
    if not units or None in units:
        named = frozenset()
    if not named or AGE not in criteria:
        why = "there is no age to it" if named else "the codes of 221 are not public; only 311 or 312 can be read"
        is_spare = bool(named) or _is_spare(criteria)
        after = "; it is not needed here and was left out" if is_spare else ""
        place.tell(why + after, "Give each range of 230 its units.", severity="warning" if is_spare else "error")
    return named


def _is_spare(criteria: Mapping[int, LegacyCriterion]) -> bool:
    """Say whether every range of 230 brings its own unit, so that 221 adds nothing."""
    ranges = criteria[AGE].listed("range_sets") if AGE in criteria else ()
    return bool(ranges) and all(isinstance(one, Mapping) and one.get("units") is not None for one in ranges)


def _ages(place: LegacyCriterion, named: frozenset[Unit]) -> Ages:
    """Return the months of age in any range, and tell of the years from 4 on that are wanted in part: they have one code."""
    ranges = place.listed("range_sets")
    if not ranges:
        place.tell("230 has no list of ranges", 'Give range_sets: [{"from": 4, "to": 6, "units": 311}].', at=".range_sets")
        return NO_AGES
    spans = [span for index, one in enumerate(ranges) if (span := _span(place, one, f".range_sets[{index}]", named))]
    months = frozenset(month for span, _ in spans for month in span)
    touched = {month // MONTHS_A_YEAR for month in months if month > OLDEST_MONTH}
    partly = sorted(age for age in touched if not months.issuperset(_year(age)))
    if partly:
        message = f"there is one code for a whole year from 4 on: all of age {', '.join(map(str, partly))} is included"
        fix = "Give whole years, or accept the wider target."
        place.tell(message, fix, code="legacy-widened", severity="warning", at=".range_sets")
    in_months = any(unit == "months" for _, unit in spans)
    return Ages(months, "months" if in_months and not _are_years(months) else "years")


def _are_years(months: frozenset[int]) -> bool:
    """Say whether ages reach those from 4 on, which months have no codes for, and the younger ones are whole years."""
    young = frozenset(month for month in months if month <= OLDEST_MONTH)
    return young < months and all(young.issuperset(_year(month // MONTHS_A_YEAR)) for month in young)


def _year(age: int) -> range:
    """Return the months of a year of age that there are codes for."""
    return range(max(age * MONTHS_A_YEAR, AGES[0]), (age + 1) * MONTHS_A_YEAR)


def _tell_contradiction(place: LegacyCriterion, own: Unit, at: str) -> None:
    """Tell of a range in another unit than 221 names; only ranges are documented to bring the unit of a quota."""
    other: Unit = "years" if own == "months" else "months"
    message = f"the range is in {own}, but 221 says {other}; {own} are taken, for the unit of a quota is that of its ranges"
    fix = f"Take 221 out if {own} are meant; else give the range units {UNIT_CODES[other]}, {other}."
    place.tell(message, fix, code="legacy-contradiction", severity="warning", at=f"{at}.units")


def _span(place: LegacyCriterion, one: object, at: str, named: frozenset[Unit]) -> tuple[range, Unit] | None:
    """Return the months of one range that codes of 232 cover, and its unit; None where it is no range."""
    first, last = (whole(one.get(end)) if isinstance(one, Mapping) else None for end in ("from", "to"))
    given = one.get("units") if isinstance(one, Mapping) else None
    own = UNITS.get(whole(given) or 0)
    if first is None or last is None or not 0 <= first <= last or (own is None and given is not None):
        place.tell("it is no range of ages", "Give whole numbers, from not above to, and units 311 or 312.", at=at)
        return None
    unit = own or (next(iter(named)) if len(named) == 1 else None)
    if own and named and own not in named:
        _tell_contradiction(place, own, at)
    if unit is None:
        fix = "Give the range units: 311 for years, 312 for months."
        place.tell("it has no units; years are assumed", fix, code="legacy-unit-assumed", severity="warning", at=at)
    if unit == "months" and first == 0:
        place.tell("0 months, newborn, has no code of 232", "Begin at 1 month.", at=at)
    factor, rest = (1, 0) if unit == "months" else (MONTHS_A_YEAR, MONTHS_A_YEAR - 1)
    if last * factor > AGES[-1]:
        place.tell("18 years and more have no code of 232", "End at 17 years, or 215 months.", at=at)
    return range(max(first * factor, AGES[0]), min(last * factor + rest, AGES[-1]) + 1), unit or "years"
