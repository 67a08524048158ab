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
CHILDLESS = table.mask([table.NO_CHILDREN], "years")


def in_words(codes: Iterable[int], unit: Unit = "years") -> str:
    """Say which children codes mean, as `describe_codes`; where that is long, its beginning and how many codes they are."""
    known = table.CODES.keys() & set(codes)  # the others have a rule of their own
    words = describe_codes(known, unit)
    if len(words) <= WORDS_TOLD:
        return words
    return f"{words[:WORDS_TOLD].rpartition(', ')[0] or words[:WORDS_TOLD]}, ... ({len(known)} codes)"


def families(mask: int) -> str:
    """Say whom a mask means: in years where that is exact."""
    children = table.codes_of(mask & ~CHILDLESS)
    in_years = table.mask(children, "years") == mask & ~CHILDLESS
    told = [in_words(children, "years" if in_years else "months")] if children else []
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
