"""Codes and values in the words of messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segkit.quotas import codes as table
from segkit.quotas.coding import codes_in_python
from segkit.quotas.describing import NOBODY, describe_codes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from segkit.quotas.codes import Unit
    from segkit.quotas.targets import QuotaTarget

WORDS_TOLD = 120  # characters of a description in a message
CALLS_TOLD = 160  # characters of codes in a fix
CODES_LISTED = 4
FULLY_TOLD = 20  # findings of a rule whose codes are told as ranges; those of the others briefly
STRETCHES_TOLD = 8  # of ages; to find the shortest words for more takes long, and they are cut anyway
CHILDLESS = table.mask([table.NO_CHILDREN], "years")
_BY_AGE = [
    [table.mask([code], "months") for code in table.SERVER_ORDER if table.CODES[code].gender == gender]
    for gender in table.GENDERS
]


def in_words(codes: Iterable[int], unit: Unit = "years", *, briefly: bool = False) -> str:
    """Say which children codes mean, as `describe_codes`; where that is long, its beginning and how many codes they are.

    Codes that are scattered over the ages, which nobody reads as ranges, are told one by one, the youngest of them; so are all
    `briefly`, which takes no time.
    """
    known = table.CODES.keys() & set(codes)  # the others have a rule of their own
    if briefly or _stretches(table.mask(known, unit)) > STRETCHES_TOLD:
        youngest = [table.CODES[code].text for code in table.SERVER_ORDER if code in known]
        more = f", ... ({len(known)} codes)" if len(youngest) > CODES_LISTED else ""
        return f"{', '.join(youngest[:CODES_LISTED])}{more}"
    words = describe_codes(known, unit)
    if len(words) <= WORDS_TOLD:
        return words
    return f"{words[:WORDS_TOLD].rpartition(', ')[0] or words[:WORDS_TOLD]}, ... ({len(known)} codes)"


def _stretches(mask: int) -> int:
    """Count the stretches of ages, of boys and of girls, that codes fill: as many as they have ranges, or nearly."""
    return sum(1 for bits in _BY_AGE for before, bit in zip((0, *bits), bits, strict=False) if mask & bit and not mask & before)


def families(mask: int, *, briefly: bool = False) -> str:
    """Say whom a mask means: in years where that is exact."""
    children = table.codes_of(mask & ~CHILDLESS)
    in_years = table.mask(children, "years") == mask & ~CHILDLESS
    told = [in_words(children, "years" if in_years else "months", briefly=briefly)] if children else []
    return "; ".join([*told, *(["families without children"] if mask & CHILDLESS else [])]) or NOBODY


def in_python(mask: int) -> str:
    """Write the codes of a mask so that they can be copied: few as they are, more as a call of `child_codes`.

    Examples
    --------
    >>> from segkit.quotas.codes import child_codes, mask
    >>> in_python(mask(child_codes("boy", ages=(0, 3)), "years")), in_python(mask([139, 167], "years"))
    ('child_codes("boy", ages=(0, 3))', '139, 167')
    """
    codes = {code for code in table.codes_of(mask) if not table.mask([code], "years") & ~mask}
    codes -= {month for code in codes for month in table.EXPANSION[code] - {code}}
    unit: Unit = "years" if table.mask(codes, "years") == mask else "months"
    codes = codes if unit == "years" else set(table.codes_of(mask))
    listed = ", ".join(map(str, sorted(codes)))
    if len(codes) <= CODES_LISTED:
        return listed
    call = codes_in_python(codes, unit).replace("sk.", "")
    return call if len(call) <= CALLS_TOLD else f"{', '.join(listed.split(', ')[:CODES_LISTED])}, ... ({len(codes)} codes)"


def shown(value: object, width: int = 40) -> str:
    """Write a value of a document in a message, cut where it is long."""
    try:
        return f"{value!r:.{width}}"
    except ValueError:  # Python writes no number of thousands of digits
        return "a number of thousands of digits"


def named(quota: QuotaTarget) -> str:
    """Name a quota."""
    return f"quota {quota.name:.60}"


def places(numbers: Sequence[int]) -> str:
    """Name quotas by their places, neighbours in one.

    Examples
    --------
    >>> places([3, 10, 11, 12])
    '$.quotas[3], $.quotas[10] to [12]'
    """
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(f"$.quotas[{first}]" + (f" to [{last}]" if last > first else "") for first, last in runs)
