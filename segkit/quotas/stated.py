"""What a title, an id, a heading or a comment says in words: "300 boys age 4-9", "NoChildren", "girls 3-11 months".

A reader of patterns, not of language: what it does not recognise says nothing, and where it sees a negation, a second age or
another measure, the clause says so little that nothing can differ from it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from segkit.quotas import codes as table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from segkit.quotas.codes import Gender

_BOYS, _GIRLS, _KIDS = r"(?:boys?|sons?)", r"(?:girls?|daughters?)", r"(?:kids?|child(?:ren)?)"
_AND = r"\s*(?:and|or|&|\+|/)\s*"
_NO = r"(?:no|non|not|zero|without|w/o|(?:do|does)(?:\s+not|n['’ ]?t)\s+have|ha(?:ve|s)\s+no)"
_WHO = re.compile(
    rf"""(?<![\w'’])(?:
    (?P<unsure>with{_AND}{_NO}\s+{_KIDS} | {_KIDS}{_AND}{_NO}\s+{_KIDS} | {_NO}\s+(?!any\s|{_KIDS})[a-z]+\s+{_KIDS}
       | {_NO}[\s-]+(?:any\s+)?(?:{_BOYS}|{_GIRLS})(?:{_AND}(?:{_BOYS}|{_GIRLS}))?)
   |(?P<none>child(?:less|[\s-]?free) | kids?[\s-]?free | {_NO}[\s-]*(?:any\s+)?{_KIDS})
   |(?P<children>{_BOYS}{_AND}{_GIRLS} | {_GIRLS}{_AND}{_BOYS} | {_KIDS})
   |(?P<boy>{_BOYS})
   |(?P<girl>{_GIRLS})
    )(?!\w)""",
    re.VERBOSE,
)

_UNIT = r"(?:\s*(?P<{0}>months?\b|mos?\b|mths?\b|m\b|years?\b|yrs?\b|y/?o\b|y\b))"
_AGES = rf"""
    (?:(?P<from>\d{{1,2}}){_UNIT.format("unit_from")}?\s*(?:-|–|—|to(?![a-z])|until\b|through\b|thru\b)\s*
       (?P<to>\d{{1,2}})(?!\d){_UNIT.format("unit_to")}?
      |(?P<since>\d{{1,2}}){_UNIT.format("unit_since")}?\s*(?:\+{_UNIT.format("unit_after")}?|plus\b|(?:and|or|&)\s+(?:over|older|up|above)\b)
      |(?:under|below|younger\s+than|less\s+than)\s+(?P<below>\d{{1,2}})(?!\d){_UNIT.format("unit_below")}?
      |(?P<one>\d{{1,2}})-?{_UNIT.format("unit_one")})
    (?:[\s/-]*olds?\b)?
"""
_LEAD = r"(?:(?:of\s+)?(?:ages?|aged)\b[\s-]*(?:(?:range|group)s?\b)?\s*:?\s*(?:from\s+|of\s+)?|of\s+|from\s+)"
_AFTER = re.compile(
    rf"(?:['’]s?)?\s*[(:|,=–-]?\s*(?:{_LEAD}?{_AGES}|(?:of\s+)?(?:ages?|aged)\b:?\s*(?P<alone>\d{{1,2}})\b)\)?", re.VERBOSE
)
_BEFORE = re.compile(rf"(?<![\w.,$/+–-])(?P<lead>{_LEAD})?{_AGES}\s*\Z", re.VERBOSE)
_ALONE = re.compile(rf"{_LEAD}?{_AGES}\Z", re.VERBOSE)
_COUNT = re.compile(
    r"(?:\b(?P<label>[a-z]+)[\s.#:]*)?(?<![\w.,$/+–-])(?P<count>\d[\d,]*)\s+(?P<completes>completes?\s+)?(?:with\s+)?(?:only\s+)?\Z"
)
_ONLY_BEFORE, _ONLY_AFTER = re.compile(r"\b(?:with\s+)?only\s+\Z"), re.compile(r"\s*\(?only\b")
# After one of these, a number counts no families.
_LABELS = re.compile(
    r"(?:cell|class|day|end|from|grade|group|no|number|part|phase|q|quota|round|scenario|study|survey|to|until|v|version|wave|week|year)\Z"
)
_FEWEST = 10  # "families with 2 kids" counts no completes, nor does "2024 kids"
_YEARS = range(2015, 2040)
_NEAR = 80  # characters before a word in which its count and ages stand

# After an age: another age, or a measure of something else.
_GOES_ON = re.compile(
    r"""[-–—/.]\d | \w | \s+[-–—]\s+\d{1,2}(?!\d)
      | \s*(?:,|;|&|\+|and\b|or\b)\s*(?:ages?\s+)?\d{1,2}\s*(?:$|[-–—+,;.)&/]|(?:to|and|or|y|m|years?|yrs?|months?|mos?)\b)
      | \s*(?:[%$€£]|(?:percent|weeks?|wks?|days?|hours?|hrs?|min(?:ute)?s?|times|x|per|completes?|people|persons?|hh
               |points?|stars?|k|usd|grades?|st|nd|rd|th|in\s+(?:the\s+|a\s+)?(?:hh|house\w*|home|family)|or\s+(?:more|fewer|less))\b)""",
    re.VERBOSE,
)
_AGE_UNREAD = re.compile(
    r"""[^\w;.]*(?:(?:of|ages?|aged|range|between|over|above|older|under|below|more|than|up|to|at|least|most)\b[^\w;.]*)*
        \d{1,2}(?!\d|\s+(?:completes?|with|only|boys?|girls?|kids?|child(?:ren)?)\b)""",
    re.VERBOSE,
)
_DENIED = re.compile(r"['’]|-[a-z]|\s*[(:?=–-]+\s*(?:none|no|not|n|false|0)\b")
_TURNED = re.compile(
    r"#|\bn(?:umber|o\.|r\.?)\s+of\b|\bhow\s+many\b"  # of children, not their ages
    r"|\b(?:excl\w*|except\w*|but\s+(?:not|no)|other\s+than|instead|todo|fixme|was|were|previously|formerly|changed?|removed?)\b"
)

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_GLUED = (
    (re.compile(r"(?<=\d)_(?=\d)"), "-"),
    (re.compile(r"_"), " "),
    (re.compile(rf"\b({_BOYS}|{_GIRLS}|{_KIDS}|ages?|aged|under)(?=\d)"), r"\1 "),
    (re.compile(rf"(?<=\d)(?=(?:{_BOYS}|{_GIRLS}|{_KIDS})\b)"), " "),
)


class Said(NamedTuple):
    """Ages as they are said: the first and the last month, both included, and whether they were said in months."""

    first: int
    last: int
    in_months: bool


@dataclass(frozen=True, slots=True)
class Stated:
    """What one clause says.

    Attributes
    ----------
    words
        The clause as written, in small letters.
    count
        How many, None where it does not say.
    who
        ``boy``, ``girl``, ``children`` (of either gender), ``none`` (no children), ``unsure`` for what was not understood, or
        ``""`` for ages alone.
    ages
        None where it says no age, or one that was not understood.
    whole
        Whether it says no age at all, so that all are meant.
    only
        Whether it says "only".
    """

    words: str
    count: int | None
    who: str
    ages: Said | None
    whole: bool = False
    only: bool = False

    @property
    def months(self) -> tuple[int, int] | None:
        """The first and last month of age, both included."""
        return self.ages[:2] if self.ages else None

    def masks(self, genders: Iterable[Gender] = table.GENDERS) -> frozenset[int]:
        """Return each set of codes that it may mean, as `codes.mask` writes them; `genders` are meant where it names none.

        "12-24 months" is said of 12-23 as well, "13-24 months" of the year from 12 to 23. None where no codes mean such ages.
        """
        if self.who == "none":
            return frozenset({table.mask([table.NO_CHILDREN], "years")})
        if self.who == "unsure":
            return frozenset()
        wanted = {self.who} if self.who in table.GENDERS else set(genders)
        first, last, in_months = self.ages or Said(0, _OLDEST, in_months=False)
        firsts = {first, first - 1} if in_months and first % 12 == 1 and first > 1 else {first}
        lasts = {last, last - 1} if in_months and last % 12 == 0 else {last}
        found = (_mask(wanted, one, other) for one in firsts for other in lasts)
        return frozenset(mask for mask in found if mask)


_OLDEST = 12 * table.OLDEST_YEAR + 11
_SPANS = [(child.code, str(child.gender), child.first_month or 0, child.last_month or 0) for child in table.CHILDREN]
_WHOLE_YEARS = [(first, last) for _, _, first, last in _SPANS if first > table.OLDEST_MONTH]


def _mask(genders: Iterable[str], first: int, last: int) -> int:
    """Return the codes of an age, in months; 0 where there are none, or one is of a year that is meant only in part."""
    cut = any(low <= edge < high for low, high in _WHOLE_YEARS for edge in (first - 1, last))
    if cut or last > _OLDEST:
        return 0
    return table.mask((code for code, gender, month, _ in _SPANS if gender in genders and first <= month <= last), "months")


def read(text: str) -> list[Stated]:
    """Read every clause of a text that says whom it is about.

    Examples
    --------
    >>> [(each.count, each.who, each.months) for each in read("200 boys, age-range 0-3; 500 girls; 600 without kids")]
    [(200, 'boy', (0, 47)), (500, 'girl', None), (600, 'none', None)]
    """
    spaced = _CAMEL.sub(" ", text).lower()
    for glued, apart in _GLUED:
        spaced = glued.sub(apart, spaced)
    is_sure = not _TURNED.search(spaced)
    clauses, end = [], 0
    for found in _WHO.finditer(spaced):
        clause, end = _clause(spaced, end, found)
        clauses.append(clause if is_sure else replace(clause, who="unsure"))
    return clauses


def read_ages(text: str) -> Stated | None:
    """Read a text that says an age and nothing else, such as "4 to 6"."""
    found = _ALONE.match(text.strip().lower())
    return Stated(text.strip(), None, "", _ages(found)) if found else None


def stated_completes(clauses: Sequence[Stated]) -> int | None:
    """Return the goal that a heading gives: families with children and families without, together.

    None where that is not sure: several numbers count only where the first is what the others are parts of.
    """
    different = {(clause.count, clause.who, clause.ages): clause for clause in clauses if clause.count is not None}
    counted = list(different.values())
    without = [clause.count or 0 for clause in counted if clause.who == "none"]
    children = [clause for clause in counted if clause.who != "none"]
    total, *parts = [clause.count or 0 for clause in children] or [0]
    is_whole = bool(children) and children[0].who == "children" and children[0].whole and sum(parts) <= total
    if not counted or len(without) > 1 or (parts and sum(parts) != total and not is_whole):
        return None
    return total + sum(without)


def _clause(text: str, start: int, found: re.Match[str]) -> tuple[Stated, int]:
    """Read the clause about whom was found: what stands before it from `start` on, and after it; and say where it ends."""
    who = found.lastgroup or ""
    end, after, is_unread = _ages_after(text, found.end())
    start = max(start, found.start() - _NEAR)
    head = text[start : found.start()]
    before = _BEFORE.search(head)
    head = head[: before.start()] if before else head
    only, counted = _ONLY_BEFORE.search(head), _COUNT.search(head)
    count = _number(counted)
    is_age = before and any(name == "lead" or name.startswith("unit") for name, said in before.groupdict().items() if said)
    ages = after or (_ages(before) if before and is_age else None)  # "2-3 kids" are two or three
    is_partly_none = who == "none" and (is_unread or (ages is not None and ages[:2] != (0, _OLDEST)))
    if (before and after) or is_partly_none or (not ages and _DENIED.match(text, end)):
        who = "unsure"
    begin = [start + part.start() for part in (before, only) if part]
    begin += [start + counted.start("count")] if counted and count else []
    words = " ".join(text[min(begin, default=found.start()) : end].split())
    is_only = bool(only or _ONLY_AFTER.match(text, end))
    return Stated(words, count, who, ages, not (ages or is_unread or before), is_only), end


def _ages_after(text: str, at: int) -> tuple[int, Said | None, bool]:
    """Return where the ages that follow end, what they are, and whether there are some that cannot be read."""
    found = _AFTER.match(text, at)
    if found is None:
        return at, None, bool(_AGE_UNREAD.match(text, at))
    if _GOES_ON.match(text, found.end()):
        return at, None, True
    ages = _ages(found)
    return found.end(), ages, ages is None


def _number(found: re.Match[str] | None) -> int | None:
    """Return a count of completes, None where the number is hardly one."""
    if found is None or _LABELS.match(found["label"] or ""):
        return None
    number = int(found["count"].replace(",", ""))
    return None if number < _FEWEST or (number in _YEARS and not found["completes"]) else number


def _ages(found: re.Match[str]) -> Said | None:
    """Return the ages that a match says; those without a unit are years. None when they are reversed."""
    said = found.groupdict()
    if said.get("alone"):
        return _span((said["alone"], None), (said["alone"], None))
    if said["since"]:
        return _span((said["since"], said["unit_since"] or said["unit_after"]), (str(table.OLDEST_YEAR), "years"))
    if said["below"]:
        below = _span((said["below"], said["unit_below"]), (said["below"], said["unit_below"]))
        return below and Said(0, below.first - 1, below.in_months)
    if said["one"]:
        return _span((said["one"], said["unit_one"]), (said["one"], said["unit_one"]))
    from_unit, to_unit = said["unit_from"] or said["unit_to"], said["unit_to"] or said["unit_from"]
    return _span((said["from"], from_unit), (said["to"], to_unit))


def _span(first: tuple[str, str | None], last: tuple[str, str | None]) -> Said | None:
    """Return the months from an age to another, each with its unit."""
    (low, low_unit), (high, high_unit) = first, last
    from_months, to_months = ((unit or "y").startswith("m") for unit in (low_unit, high_unit))
    begin = int(low) * (1 if from_months else table.MONTHS_A_YEAR)
    end = int(high) if to_months else int(high) * table.MONTHS_A_YEAR + table.MONTHS_A_YEAR - 1
    return Said(begin, end, from_months and to_months) if begin <= end else None
