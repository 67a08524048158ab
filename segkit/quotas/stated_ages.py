"""What a text says of ages: "4-9", "under 5", "ages 4, 5 and 6", "3-11 months"; and where a number may be something else."""

from __future__ import annotations

import re
from typing import NamedTuple

from segkit.quotas import codes as table

_UNIT = r"(?:\s*(?P<{0}>months?\b|mos?\b|mths?\b|m\b|years?\b|yrs?\b|y/?o\b|y\b))"
_AGES = rf"""
    (?:(?P<from>\d{{1,2}}){_UNIT.format("unit_from")}?\s*(?:-|–|—|to(?![a-z])|until\b|through\b|thru\b)\s*
       (?P<to>\d{{1,2}})(?!\d){_UNIT.format("unit_to")}?
      |(?P<since>\d{{1,2}}){_UNIT.format("unit_since")}?\s*(?:\+{_UNIT.format("unit_after")}?|plus\b|(?:and|or|&)\s+(?:over|older|up|above)\b)
      |(?P<sign>>=|≥|<=|≤|<|>)\s*(?P<edge>\d{{1,2}})(?!\d){_UNIT.format("unit_edge")}?
      |(?:under|below|younger\s+than|less\s+than)\s+(?P<below>\d{{1,2}})(?!\d){_UNIT.format("unit_below")}?
      |(?P<one>\d{{1,2}})-?{_UNIT.format("unit_one")})
    (?:[\s/-]*olds?\b)?
"""
_AGE = r"(?:of\s+)?(?:ages?|aged)\b"
_LEAD = rf"(?:{_AGE}[\s-]*(?:(?:range|group)s?\b)?\s*:?\s*(?:from\s+|of\s+)?|of\s+|from\s+)"
_COMMA = r"\s*(?:,\s*(?:and\b|or\b|&)?|and\b|or\b|&)\s*"
_NUMBER = r"\d{1,2}(?!\d|\s*(?:-|–|—|to\b|\+))"
_LIST = rf"{_AGE}[\s:-]*(?P<list>{_NUMBER}(?:{_COMMA}{_NUMBER})+){_UNIT.format('unit_list')}?(?:[\s/-]*olds?\b)?"
_AFTER = re.compile(
    rf"""(?:['’]s?)?\s*
    (?:\(\s*(?P<bracketed>\d{{1,2}})\s*\)
      |[(:|,=–-]?\s*(?:{_LIST}|(?P<lead>{_LEAD})?{_AGES}|{_AGE}:?\s*(?P<alone>\d{{1,2}})\b)\)?)""",
    re.VERBOSE,
)
_BEFORE = re.compile(rf"(?<![\w.,$/+–-])(?:{_LIST}|(?P<lead>{_LEAD})?{_AGES})\s*\Z", re.VERBOSE)
_WHOLE = re.compile(rf"(?:{_LIST}|(?P<lead>{_LEAD})?{_AGES})\Z", re.VERBOSE)
MOST_CHILDREN = 5
"""A number up to this may say how many children a family has, where nothing says that it is an age."""

# After an age: another age, or a measure of something else.
_GOES_ON = re.compile(
    r"""[-–—/.]\d | \w | \s+[-–—]\s+\d{1,2}(?!\d) | \s*,?\s*but\b
      | \s*(?:,|;|&|\+|and\b|or\b)?\s*(?:[<>≤≥]|(?:over|under|above|below|older|younger)\b)
      | \s*(?:,|;|&|\+|and\b|or\b)\s*(?:ages?\s+)?\d{1,2}\s*(?:$|[-–—+,;.)&/]|(?:to|and|or|y|m|years?|yrs?|months?|mos?)\b)
      | \s*(?:[%$€£]|(?:percent|weeks?|wks?|days?|hours?|hrs?|min(?:ute)?s?|times|x|per|completes?|people|persons?|hh
               |points?|stars?|k|usd|grades?|st|nd|rd|th|in\s+(?:the\s+|a\s+)?(?:hh|house\w*|home|family)|or\s+(?:more|fewer|less))\b)""",
    re.VERBOSE,
)
_UNREAD = re.compile(
    r"""[^\w;.]*(?:(?:of|ages?|aged|range|between|over|above|older|under|below|more|than|up|to|at|least|most)\b[^\w;.]*)*
        \d{1,2}(?!\d|\s+(?:completes?|with|only|boys?|girls?|kids?|child(?:ren)?)\b)""",
    re.VERBOSE,
)


class Said(NamedTuple):
    """Ages as they are said: the first and the last month, both included, and whether they were said in months."""

    first: int
    last: int
    in_months: bool


class Found(NamedTuple):
    """What stands beside a word for children.

    Attributes
    ----------
    start, end
        Where it begins and ends in the text.
    ages
        None where there are none, or none that can be read.
    is_unread
        Whether a number stands there that was not read.
    is_number
        Whether it may be a number of children as well: nothing says that it is an age, and it is small.
    """

    start: int
    end: int
    ages: Said | None
    is_unread: bool = False
    is_number: bool = False


def after(text: str, at: int) -> Found:
    """Read the ages that follow at a place of a text."""
    found = _AFTER.match(text, at)
    if found is None:
        return Found(at, at, None, is_unread=bool(_UNREAD.match(text, at)))
    if _GOES_ON.match(text, found.end()):
        return Found(at, at, None, is_unread=True)
    ages = _ages(found)
    return Found(at, found.end(), ages, ages is None, _may_count(found))


def before(text: str) -> Found | None:
    """Read the ages at the end of a text; None where there are none.

    A range is one of ages where it is said so, or too large for a number of children: "4-9 boys", not "2-3 boys".
    """
    found = _BEFORE.search(text)
    if found is None:
        return None
    said = found.groupdict()
    is_range = said["to"] is not None and MOST_CHILDREN < int(said["to"]) <= table.OLDEST_YEAR
    ages = _ages(found) if is_range or _says_age(said) else None
    return Found(found.start(), found.end(), ages, ages is None, _may_count(found))


def whole(text: str) -> tuple[Said, bool] | None:
    """Read a text that says an age and nothing else, and whether it says that it is an age."""
    found = _WHOLE.match(text.strip().lower())
    ages = _ages(found) if found else None
    return (ages, _says_age(found.groupdict())) if found and ages else None


def _says_age(said: dict[str, str | None]) -> bool:
    """Whether a match has a word for ages, or a unit of them."""
    return bool(said["lead"] or said["list"]) or any(value for name, value in said.items() if name.startswith("unit"))


def _may_count(found: re.Match[str]) -> bool:
    said = found.groupdict()
    if _says_age(said) or said["below"] or said.get("alone"):
        return False
    return all(int(said.get(name) or 0) <= MOST_CHILDREN for name in ("to", "since", "edge", "bracketed"))


def _ages(found: re.Match[str]) -> Said | None:
    """Return the ages that a match says; those without a unit are years. None when they are reversed, or there are gaps."""
    said = found.groupdict()
    if said["list"]:
        return _listed(said["list"], said["unit_list"])
    if said["sign"] or said["below"]:
        return _beyond(said["sign"] or "<", said["edge"] or said["below"] or "", said["unit_edge"] or said["unit_below"])
    if one := said.get("alone") or said.get("bracketed") or said["one"]:
        return _span((one, said["unit_one"]), (one, said["unit_one"]))
    if said["since"]:
        return _span((said["since"], said["unit_since"] or said["unit_after"]), _OLDEST)
    from_unit, to_unit = said["unit_from"] or said["unit_to"], said["unit_to"] or said["unit_from"]
    return _span((said["from"] or "", from_unit), (said["to"] or "", to_unit))


def _listed(numbers: str, unit: str | None) -> Said | None:
    """Return the ages of a list that has no gaps."""
    ages = [int(number) for number in re.findall(r"\d+", numbers)]
    has_gaps = ages != list(range(ages[0], ages[-1] + 1))
    return None if has_gaps else _span((str(ages[0]), unit), (str(ages[-1]), unit))


_OLDEST = (str(table.OLDEST_YEAR), "years")


def _beyond(sign: str, edge: str, unit: str | None) -> Said | None:
    """Return the ages on one side of an edge."""
    if sign.startswith((">", "≥")):
        return _span((str(int(edge) + (sign == ">")), unit), _OLDEST)
    last = int(edge) - (sign == "<")
    return _span(("0", unit), (str(last), unit)) if last >= 0 else None


def _span(first: tuple[str, str | None], last: tuple[str, str | None]) -> Said | None:
    """Return the months from an age to another, each with its unit."""
    (low, low_unit), (high, high_unit) = first, last
    from_months, to_months = ((unit or "y").startswith("m") for unit in (low_unit, high_unit))
    begin = int(low) * (1 if from_months else table.MONTHS_A_YEAR)
    end = int(high) if to_months else int(high) * table.MONTHS_A_YEAR + table.MONTHS_A_YEAR - 1
    return Said(begin, end, from_months and to_months) if begin <= end else None
