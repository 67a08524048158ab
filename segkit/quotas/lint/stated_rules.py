"""The rule that compares what headings, ids, titles and comments say with what the codes say."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from segkit.quotas import codes as table
from segkit.quotas.lint.catalogue import Told, rule
from segkit.quotas.lint.words import in_words
from segkit.quotas.targets import whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from segkit.quotas.lint.checked import Checked
    from segkit.quotas.stated import Stated
    from segkit.quotas.targets import ChildCriterion, QuotaTarget

_UNDER_ONES = table.mask(table.child_codes(ages=0), "years")
_OF: Mapping[str, int] = {gender: table.mask(table.child_codes(gender), "years") for gender in table.GENDERS}
_UNIT_WORD = re.compile(r"\b(year|month)s?\s+units?\b", re.IGNORECASE)
FIX = "Correct the codes or the words: whoever reads the design goes by the words, the vendor by the codes."


@rule("warning")
def stated_differs_from_codes(checked: Checked) -> Iterator[Told]:
    """A heading, a title, an id or a comment says other families than the codes.

    Read are counts with genders and ages ("300 boys age 4-9"), ages alone in a comment on the codes ("4 to 6"), and "no
    children". A clause of a heading belongs to the quota of the same count. "Only boys" is told of as well: codes are any-of,
    and no code says "no girl".
    """
    yield from _heading(checked)
    yield from _only(checked)
    for criterion, said in checked.said:
        compared = set()
        for who_says, clause in said:
            if (clause.who, clause.ages) not in compared:
                compared.add((clause.who, clause.ages))
                yield from _compared(clause, criterion, who_says, is_whole=False)
    yield from _units(checked)


def _heading(checked: Checked) -> Iterator[Told]:
    """Compare each clause of the heading with the quota of its count."""
    counts: defaultdict[int, list[QuotaTarget]] = defaultdict(list)
    for quota in checked.targets.quotas:
        if len(quota.children) == 1:
            counts[whole(quota.count) or 0].append(quota)
    clauses: defaultdict[int, list[Stated]] = defaultdict(list)
    for clause in checked.heading:
        if clause.count and clause not in clauses[clause.count]:
            clauses[clause.count].append(clause)
    for count, said in clauses.items():
        if len(said) == len(counts[count]):  # else nobody can tell which is which
            for clause, quota in zip(said, counts[count], strict=True):
                yield from _compared(clause, quota.children[0], "the heading", is_whole=clause.whole)


def _only(checked: Checked) -> Iterator[Told]:
    """Tell of "only boys", where the survey's codes are those of boys alone and so seem to say it."""
    for clause in checked.heading:
        if not clause.only or clause.who not in _OF:
            continue
        other = "girl" if clause.who == "boy" else "boy"
        for criterion in checked.targets.qualification:
            if criterion.mask and not criterion.mask & _OF[other]:
                message = f"the heading says {clause.words!r}: codes are any-of, so a family that has a {other} too is admitted"
                fix = f"Ask in the questionnaire whether there is a {other}, and screen out."
                yield Told(f"{criterion.path}.condition_codes", message, fix)
        return


def _compared(clause: Stated, criterion: ChildCriterion, who_says: str, *, is_whole: bool) -> Iterator[Told]:
    """Compare a clause with the codes.

    Parameters
    ----------
    is_whole
        Whether a clause without ages means all ages, as it does in a heading that lists the quotas; children under one, who are
        forgotten everywhere, have a rule of their own.
    """
    present = tuple(gender for gender in table.GENDERS if criterion.mask & _OF[gender])
    both_named = all(gender in clause.words for gender in table.GENDERS)
    meant = clause.masks(table.GENDERS if both_named or not present else present)
    if not criterion.mask or not meant:
        return
    if clause.ages or clause.who == "none":
        differs = criterion.mask not in meant
    else:
        (widest,) = clause.masks()
        differs = bool(criterion.mask & ~widest) or (is_whole and any(mask & ~criterion.mask & ~_UNDER_ONES for mask in meant))
    if differs:
        message = f"{who_says} says {clause.words!r:.80}, the codes are {in_words(criterion.codes, criterion.unit)}"
        yield Told(f"{criterion.path}.condition_codes", message, FIX)


def _units(checked: Checked) -> Iterator[Told]:
    """Compare the words beside a child_age_unit with it."""
    units = {f"{criterion.path}.child_age_unit": criterion for criterion in checked.targets.criteria}
    for remark in checked.survey.remarks:
        criterion = units.get(remark.path)
        word = _UNIT_WORD.search(remark.text)
        if criterion and word and f"{word[1].lower()}s" != criterion.unit:
            message = f"the comment says {word[0]!r}, {criterion.unit_code!r:.40} is {criterion.unit}"
            yield Told(remark.path, message, "Write 311 for years, 312 for months.")
