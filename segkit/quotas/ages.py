"""The ages of children in months, as a law, and what it says of the codes of qualification 232."""

from __future__ import annotations

from math import fsum
from numbers import Real
from typing import TYPE_CHECKING, Any

from segkit.errors import InvalidInput
from segkit.findings import Finding
from segkit.quotas.codes import GENDERS, MONTHS_A_YEAR, OLDEST_YEAR
from segkit.quotas.entry_link import AGES, child_code
from segkit.quotas.probability import normalised

if TYPE_CHECKING:
    from collections.abc import Mapping

YEARS, MONTHS = range(OLDEST_YEAR + 1), AGES


def checked(given: Mapping[Any, Any], name: str, allowed: range) -> dict[int, float]:
    """Return the shares of ages, ascending, with a sum of 1.

    Raises
    ------
    InvalidInput
        When an age is none of those allowed, or a share cannot be used.
    """
    if not hasattr(given, "items"):
        raise InvalidInput(f"{name} is {given!r:.60}: give a mapping of {name}, {allowed[0]} to {allowed[-1]}, to their shares")
    shares = dict(given.items())
    found = [
        Finding(
            "age-out-of-range", "error", f"{name}[{age!r}]", "no code means it", f"Give {name} {allowed[0]} to {allowed[-1]}."
        )
        for age in shares
        if isinstance(age, bool) or not isinstance(age, Real) or age not in allowed
    ]
    if found:
        raise InvalidInput(f"{name} holds an age that no code means", found)
    ages = sorted(shares)
    return {int(age): share for age, share in zip(ages, normalised([shares[age] for age in ages], name), strict=True)}


def months_of(year: int) -> range:
    """Return the months of an age in years; those of age 0 are 1 to 11."""
    return range(max(1, year * MONTHS_A_YEAR), (year + 1) * MONTHS_A_YEAR)


def by_month(ages: Mapping[int, float] | None, months: Mapping[int, float] | None) -> dict[int, float]:
    """Return the share of each month of age; uniform within a year, and over all months where neither is given."""
    if months is not None:
        return dict(months)
    if ages is None:
        return dict.fromkeys(MONTHS, 1 / len(MONTHS))
    return {month: share / len(months_of(year)) for year, share in ages.items() for month in months_of(year)}


def own_codes(months: Mapping[int, float], boy: float) -> dict[int, float]:
    """Return the probability of each own code, ascending: a month code under 48 months, a year code from there on."""
    found: dict[int, float] = {}
    for month, share in months.items():
        for gender, of_gender in zip(GENDERS, (boy, 1 - boy), strict=True):
            code = child_code(gender, month)
            found[code] = found.get(code, 0.0) + share * of_gender
    total = fsum(found.values())
    return {code: found[code] / total for code in sorted(found)}
