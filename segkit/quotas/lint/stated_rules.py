"""The rule that compares what headings, ids, titles and comments say with what the codes say."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import reduce
from itertools import product
from operator import or_
from typing import TYPE_CHECKING, NamedTuple

from segkit.quotas import codes as table
from segkit.quotas.lint.catalogue import Told, rule
from segkit.quotas.lint.wording import is_about
from segkit.quotas.lint.words import FULLY_TOLD, in_python, in_words, shown
from segkit.quotas.targets import listed, whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from segkit.quotas.lint.checked import Checked
    from segkit.quotas.stated import Stated
    from segkit.quotas.targets import ChildCriterion, QuotaTarget

_UNDER_ONES = table.mask(table.child_codes(ages=0), "years")
_OF: Mapping[str, int] = {gender: table.mask(table.child_codes(gender), "years") for gender in table.GENDERS}
_UNIT_WORD = re.compile(r"\b(year|month)s?\s+units?\b", re.IGNORECASE)
CLAUSES_TOLD = 6  # of a heading that together may say whom the survey admits

Bounds = tuple[int, int]
"""The codes that must be there, and those that may."""


class Saying(NamedTuple):
    """What is compared: who says it, the clauses that together say whom, and the criterion that they are about.

    `is_strict` where a clause without ages means all ages, and one of children both genders, as they do where they give a count.
    """

    who_says: str
    clauses: Sequence[Stated]
    criterion: ChildCriterion
    is_strict: bool


@rule("warning")
def stated_differs_from_codes(checked: Checked) -> Iterator[Told]:
    """A heading, a title, an id or a comment says other families than the codes, or another goal than completes_required.

    Read are genders and ages, with counts or without ("300 boys age 4-9", "girls < 5"), and "no children". A clause of a heading
    belongs to the quota of the same count, or to the only quota; without quotas the heading is about the survey's qualification.
    What may mean two things says nothing: "kids 2-3" may be how many, or their ages. "Only boys" is told of as well: codes are
    any-of, and no code says "no girl".
    """
    compared, number = set(), 0
    for saying in (*_heading(checked), *_entry(checked), *_beside(checked)):
        key = (saying.criterion.path, tuple((clause.who, clause.ages) for clause in saying.clauses))
        if key not in compared:  # a mistake is told once, whoever else says the same
            compared.add(key)
            for told in _compared(saying, briefly=number >= FULLY_TOLD):
                number += 1
                yield told
    yield from _only(checked)
    yield from _goal(checked)
    yield from _units(checked)


def _beside(checked: Checked) -> Iterator[Saying]:
    """Yield what stands in and beside a quota, or the qualification."""
    for criterion, said in (*checked.words.of_entry, *checked.words.of_quotas):
        yield from (Saying(who_says, [clause], criterion, is_strict=False) for who_says, clause in said)


def _heading(checked: Checked) -> Iterator[Saying]:
    """Yield each clause of the heading with the quota of its count, or the only one, without a count, with the only quota."""
    who_says, heading = checked.words.headed
    quotas = [quota for quota in checked.targets.quotas if len(quota.children) == 1]
    if len(heading) == len(quotas) == len(checked.targets.quotas) == 1 and heading[0].count is None:
        pairs = [(heading[0], quotas[0])]
    else:
        counts: defaultdict[int, list[QuotaTarget]] = defaultdict(list)
        for quota in quotas:
            counts[whole(quota.count) or 0].append(quota)
        clauses: defaultdict[int, list[Stated]] = defaultdict(list)
        for clause in heading:
            if clause.count and clause not in clauses[clause.count]:
                clauses[clause.count].append(clause)
        alike = [(said, counts[count]) for count, said in clauses.items() if len(said) == len(counts[count])]
        pairs = [pair for said, there in alike for pair in zip(said, there, strict=True)]  # else nobody can tell which is which
    for clause, quota in pairs:
        if is_about(clause, quota):
            yield Saying(who_says, [clause], quota.children[0], is_strict=clause.count is not None)


def _entry(checked: Checked) -> Iterator[Saying]:
    """Yield the heading with the survey's qualification, where no quota says who is wanted."""
    who_says, heading = checked.words.headed
    targets = checked.targets
    if len(targets.qualification) != 1 or any(quota.children for quota in targets.quotas) or targets.legacy:
        return
    asked = [each for each in listed(checked.survey.document.get("qualifications")) if isinstance(each, dict)]
    may_be_parents = len(asked) > 1 and any(not clause.who for clause in heading)
    if 0 < len(heading) <= CLAUSES_TOLD and not may_be_parents:
        yield Saying(who_says, heading, targets.qualification[0], is_strict=all(clause.count is not None for clause in heading))


def _only(checked: Checked) -> Iterator[Told]:
    """Tell of "only boys", where the survey's codes are those of boys alone and so seem to say it."""
    for clause in checked.words.heading:
        if not clause.only or clause.who not in _OF:
            continue
        other = "girl" if clause.who == "boy" else "boy"
        for criterion in checked.targets.qualification:
            if criterion.mask and not criterion.mask & _OF[other]:
                message = f"the heading says {clause.words!r}: codes are any-of, so a family that has a {other} too is admitted"
                fix = f"Ask in the questionnaire whether there is a {other}, and screen out."
                yield Told(f"{criterion.path}.condition_codes", message, fix)
        return


def _goal(checked: Checked) -> Iterator[Told]:
    """Compare the goal that the heading states with completes_required."""
    said, written = checked.words.stated_goal, checked.targets.completes
    if said is not None and written is not None and said != written:
        message = f"the heading says {shown(said)} completes, completes_required is {shown(written)}"
        yield Told("$.completes_required", message, f"Write {shown(said)}, or correct the heading.")


def _compared(saying: Saying, *, briefly: bool) -> Iterator[Told]:
    """Compare what is said with the codes."""
    who_says, clauses, criterion, is_strict = saying
    choices = [_meant(clause, criterion.mask, is_strict=is_strict) for clause in clauses]
    if not criterion.mask or not all(choices):
        return
    masks = {criterion.mask}
    if criterion.unit_code is None:
        masks.add(table.mask(criterion.codes, "months"))  # nobody wrote that they are years
    together = [_joined(choice) for choice in product(*choices)]
    if any(not least & ~mask and not mask & ~most for least, most in together for mask in masks):
        return
    words = "; ".join(clause.words for clause in clauses)
    codes = in_words(criterion.codes, criterion.unit, briefly=briefly)
    fix = "Correct the codes or the words: the vendor goes by the codes."
    if is_strict or all(clause.ages or clause.who == "none" for clause in clauses):
        fix = f"If the words are right, the codes are {in_python(max(most for _, most in together))}; else correct the words."
    yield Told(f"{criterion.path}.condition_codes", f"{who_says} says {words!r:.80}, the codes are {codes}", fix)


def _joined(bounds: Iterable[Bounds]) -> Bounds:
    """Return what several clauses say together."""
    each = list(bounds)
    return reduce(or_, (least for least, _ in each)), reduce(or_, (most for _, most in each))


def _meant(clause: Stated, mask: int, *, is_strict: bool) -> list[Bounds]:
    """Return what a clause may mean; children under one, who are forgotten everywhere, have a rule of their own."""
    present = tuple(gender for gender in table.GENDERS if mask & _OF[gender])
    is_both = is_strict or not present or all(gender in clause.words for gender in table.GENDERS)
    meant = clause.masks(table.GENDERS if is_both else present)
    if clause.ages or clause.who == "none" or not meant:
        return [(each, each) for each in meant]
    (widest,) = clause.masks()
    return [(each & ~_UNDER_ONES if is_strict and clause.whole else 0, widest) for each in meant]


def _units(checked: Checked) -> Iterator[Told]:
    """Compare the words beside a child_age_unit with it."""
    units = {f"{criterion.path}.child_age_unit": criterion for criterion in checked.targets.criteria}
    for remark in checked.survey.remarks:
        criterion = units.get(remark.path)
        word = _UNIT_WORD.search(remark.text)
        if criterion and word and f"{word[1].lower()}s" != criterion.unit:
            message = f"the comment says {word[0]!r}, {criterion.unit_code!r:.40} is {criterion.unit}"
            yield Told(remark.path, message, "Write 311 for years, 312 for months.")
