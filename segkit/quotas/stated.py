"""What a title, an id, a heading or a comment says in words: "300 boys age 4-9", "NoChildren", "girls 3-11 months".

A reader of patterns, not of language: what it does not recognise says nothing, and where it sees a negation, a second age or
another measure, the clause says so little that nothing can differ from it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from segkit.quotas import codes as table
from segkit.quotas import stated_ages
from segkit.quotas.stated_ages import Said

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
   |(?P<children>{_BOYS}{_AND}{_GIRLS} | {_GIRLS}{_AND}{_BOYS})
   |(?P<kids>{_KIDS})
   |(?P<boy>{_BOYS})
   |(?P<girl>{_GIRLS})
    )(?!\w)""",
    re.VERBOSE,
)

_COUNT = re.compile(
    r"(?:\b(?P<label>[a-z]+)[\s.#:]*)?(?<![\w.,$/+–-])(?P<count>\d[\d,]*)\s+(?P<completes>completes?\s+)?(?:with\s+)?(?:only\s+)?\Z"
)
_GOAL = re.compile(
    r"(?<![\w.,$/+–-])(\d[\d,]*)\s+completes?\b(?!\s+(?:per|each|an?)\b)|\bcompletes?(?:\s+required)?\s*[:=]\s*(\d[\d,]*)",
    re.IGNORECASE,
)
_ONLY_BEFORE, _ONLY_AFTER = re.compile(r"\b(?:with\s+)?only\s+\Z"), re.compile(r"\s*\(?only\b")
# After one of these, a number counts no families.
_LABELS = re.compile(
    r"(?:cell|class|day|end|from|grade|group|no|number|part|phase|q|quota|round|scenario|study|survey|to|until|v|version|wave|week|year)\Z"
)
A_YEAR = table.MONTHS_A_YEAR
_FEWEST = 10  # "families with 2 kids" counts no completes, nor does "2024 kids"
_YEARS = range(2015, 2040)
_NEAR = 80  # characters before a word in which its count and ages stand

# Denied, or no word for families: "child age and gender" is what the qualification is called.
_DENIED = re.compile(r"['’]|-[a-z]|\s*[(:?=–-]+\s*(?:none|no|not|n|false|0)\b|\s+(?:ages?|genders?)\b(?!\W*\d)")
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
        wanted = frozenset({self.who} if self.who in table.GENDERS else genders)
        first, last, in_months = self.ages or Said(0, _OLDEST, in_months=False)
        firsts = {first, first - 1} if in_months and first % 12 == 1 and first > 1 else {first}
        lasts = {last, last - 1} if in_months and last % 12 == 0 else {last}
        found = (_mask(wanted, one, other) for one in firsts for other in lasts)
        return frozenset(mask for mask in found if mask)


_OLDEST = A_YEAR * table.OLDEST_YEAR + A_YEAR - 1
_SPANS = [(child.code, str(child.gender), child.first_month or 0, child.last_month or 0) for child in table.CHILDREN]
_WHOLE_YEARS = [(first, last) for _, _, first, last in _SPANS if first > table.OLDEST_MONTH]


@lru_cache(1024)
def _mask(genders: frozenset[str], first: int, last: int) -> int:
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
    alone = None if clauses else stated_ages.whole(spaced)
    return [Stated(text.strip(), None, "", alone[0])] if alone and alone[1] else clauses


def read_ages(text: str) -> Stated | None:
    """Read a text that says an age and nothing else, such as "4 to 6"."""
    found = stated_ages.whole(text)
    return Stated(text.strip(), None, "", found[0]) if found else None


def stated_goal(text: str) -> int | None:
    """Return how many completes a heading says that a survey needs; None where that is not sure.

    It is sure where it says "completes", or counts families with children and families without.

    Examples
    --------
    >>> stated_goal("1000 completes, 400 boys 600 girls"), stated_goal("400 kids, 600 without kids"), stated_goal("500 girls")
    (1000, 1000, None)
    """
    clauses = read(text)
    said = {int((before or after).replace(",", "")) for before, after in _GOAL.findall(text)}
    apart = said - {clause.count for clause in clauses}
    if len(apart) == 1:
        return apart.pop()
    counted = {clause.who == "none" for clause in clauses if clause.count}
    return stated_completes(clauses) if (said and not apart) or len(counted) > 1 else None


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
    after = stated_ages.after(text, found.end())
    start = max(start, found.start() - _NEAR)
    head = text[start : found.start()]
    before = stated_ages.before(head)
    head = head[: before.start] if before else head
    only, counted = _ONLY_BEFORE.search(head), _COUNT.search(head)
    count = _number(counted)
    ages = after.ages or (before.ages if before else None)
    is_partly_none = who == "none" and (after.is_unread or (ages is not None and ages[:2] != (0, _OLDEST)))
    is_number = who == "kids" and (after.is_number or (before is not None and before.is_number))  # "kids 2-3" are two or three
    is_denied = not after.ages and bool(_DENIED.match(text, after.end))
    if (before and after.ages) or is_partly_none or is_number or is_denied:
        who = "unsure"
    begin = [start + part for part in (before.start if before else None, only.start() if only else None) if part is not None]
    begin += [start + counted.start("count")] if counted and count else []
    words = " ".join(text[min(begin, default=found.start()) : after.end].split())
    is_only = bool(only or _ONLY_AFTER.match(text, after.end))
    is_whole = not (ages or after.is_unread or before)
    return Stated(words, count, "children" if who == "kids" else who, ages, is_whole, is_only), after.end


def _number(found: re.Match[str] | None) -> int | None:
    """Return a count of completes, None where the number is hardly one."""
    if found is None or _LABELS.match(found["label"] or ""):
        return None
    number = int(found["count"].replace(",", ""))
    return None if number < _FEWEST or (number in _YEARS and not found["completes"]) else number
