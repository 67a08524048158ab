"""Rules about the quotas of a survey: whom they reach, how they lie to each other, what they add up to."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from segkit.quotas import codes as table
from segkit.quotas.describing import NOBODY
from segkit.quotas.lint.catalogue import Told, in_words, met_together, rule, shown
from segkit.quotas.lint.pairs import reaches
from segkit.quotas.targets import whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from segkit.quotas.lint.catalogue import Checked
    from segkit.quotas.lint.pairs import Reach
    from segkit.quotas.targets import ChildCriterion, QuotaTarget

PAIRS_TOLD = 3  # of one quota, each in a finding of its own; the others follow together in one
CODES_LISTED = 4
_CHILDLESS = table.mask([table.NO_CHILDREN], "years")


def _words(mask: int) -> str:
    """Say whom a mask means: in years where that is exact."""
    children = table.codes_of(mask & ~_CHILDLESS)
    in_years = table.mask(children, "years") == mask & ~_CHILDLESS
    told = [in_words(children, "years" if in_years else "months")] if children else []
    return "; ".join([*told, *(["families without children"] if mask & _CHILDLESS else [])]) or NOBODY


def _named(quota: QuotaTarget) -> str:
    return f"quota {quota.name:.60}"


@rule("error")
def unreachable_quota(checked: Checked) -> Iterator[Told]:
    """No code of the quota is admitted by the survey's qualification, or no family can match the quota at all.

    The vendor tests the survey's qualifications before its quotas: a family outside them is terminated (status 13). What is left
    for the quota are families that also have a child whom the survey admits, and none where it wants families without children.
    """
    admitted = checked.admitted
    for quota in checked.targets.quotas:
        empty = next((criterion for criterion in quota.children if not criterion.mask), None)
        if empty:
            yield Told(empty.path, "its criterion has no condition code that anybody can match", "Give it codes.")
        elif quota.children and not met_together(criterion.mask for criterion in quota.children):
            message = "one criterion wants families without children, another children: nobody meets both"
            yield Told(quota.path, message, "Make two quotas of it.")
        elif admitted is not None:
            outside = next((criterion for criterion in quota.children if not criterion.mask & admitted), None)
            if outside:
                yield _unreachable(quota, outside, admitted)


def _unreachable(quota: QuotaTarget, criterion: ChildCriterion, admitted: int) -> Told:
    mixed = criterion.mask & ~_CHILDLESS and admitted & ~_CHILDLESS
    left = "only families that have both can fill it" if mixed else "nobody can fill it"
    message = f"the quota wants {_words(criterion.mask)}, the survey admits {_words(admitted)}: {left}"
    return Told(quota.path, message, f"Add {_listing(criterion.codes)} to the survey's qualification 232.")


@rule("warning")
def partly_unreachable_quota(checked: Checked) -> Iterator[Told]:
    """Some of the quota's codes are not admitted by the survey's qualification.

    Families that have only such children are terminated (status 13) before the quota is looked at.
    """
    admitted = checked.admitted
    if admitted is None:
        return
    for quota in checked.targets.quotas:
        for criterion in quota.children:
            out = criterion.mask & ~admitted
            if out and criterion.mask & admitted:
                fix = "Add the codes to the survey's qualification, or take them out of the quota."
                yield Told(quota.path, f"the quota wants {_words(out)}, whom the survey does not admit", fix)


@rule("warning")
def overlapping_quotas(checked: Checked) -> Iterator[Told]:
    """The code sets of two quotas intersect.

    One child is enough for both. A respondent who belongs to any closed quota is turned away, so the first of the two that
    closes keeps families from the other; how a complete in both is counted is not documented.
    """
    targets = reaches(checked.targets.quotas)
    fix = "Split them so that no code is in both, or accept that one family counts in both."
    for place, reach in enumerate(targets):
        others = [(other.quota, shared) for other in targets[:place] if (shared := reach.shares(other))]
        own = _named(reach.quota)
        for other, shared in others[:PAIRS_TOLD]:
            yield Told(reach.quota.path, f"{own} and {_named(other)} ({other.path}) both want {_words(shared)}", fix)
        if rest := [other.place for other, _ in others[PAIRS_TOLD:]]:
            yield Told(reach.quota.path, f"{own} shares codes with {len(rest)} more: {_places(rest)}", fix)


@rule("warning")
def nested_quotas(checked: Checked) -> Iterator[Told]:
    """Every family that is in one quota is in another as well.

    Whoever fills the inner quota fills the outer one too, and when the outer one closes, which families outside the inner one may
    bring about, the inner one gets nobody any more.
    """
    targets = reaches(checked.targets.quotas)
    for place, reach in enumerate(targets):
        around = [pair for other in targets[:place] if (pair := _nested(reach, other))]
        for inner, outer, are_same in around[:PAIRS_TOLD]:
            yield _told_nested(inner, outer, are_same=are_same)
        if rest := around[PAIRS_TOLD:]:
            places = _places([outer.place if inner is reach.quota else inner.place for inner, outer, _ in rest])
            fix = "Let no quota lie within another."
            yield Told(reach.quota.path, f"{_named(reach.quota)} is nested with {len(rest)} more: {places}", fix)


def _nested(one: Reach, other: Reach) -> tuple[QuotaTarget, QuotaTarget, bool] | None:
    """Return the inner quota, the outer one, and whether they are the same."""
    if not one.mask & other.mask:
        return None
    inside, around = one.lies_within(other), other.lies_within(one)
    if not inside and not around:
        return None
    return (one.quota, other.quota, around) if inside else (other.quota, one.quota, False)


def _told_nested(inner: QuotaTarget, outer: QuotaTarget, *, are_same: bool) -> Told:
    if are_same:
        message = f"{_named(inner)} wants the same families as {_named(outer)} ({outer.path})"
        return Told(inner.path, message, "Make one quota of the two, or give them different codes.")
    message = f"{_named(inner)} ({_words(inner.mask)}) lies within {_named(outer)} ({outer.path})"
    fix = "Take the inner one's codes out of the outer one, and lower its count by the inner one's."
    return Told(inner.path, message, fix)


def _places(places: Sequence[int]) -> str:
    """Name quotas by their places, neighbours in one: "$.quotas[3], $.quotas[10] to [188]"."""
    runs: list[list[int]] = []
    for place in sorted(places):
        if runs and runs[-1][1] == place - 1:
            runs[-1][1] = place
        else:
            runs.append([place, place])
    return ", ".join(f"$.quotas[{first}]" + (f" to [{last}]" if last > first else "") for first, last in runs)


@rule("error")
def duplicate_quota_id(checked: Checked) -> Iterator[Told]:
    """Two quotas have the same buyer_quota_id.

    The id stands in the path of a quota's calls, and in the parameter that names a complete's quotas: nobody can tell them apart.
    """
    first: dict[object, QuotaTarget] = {}
    for quota in checked.targets.quotas:
        if isinstance(quota.quota_id, str | int) and first.setdefault(quota.quota_id, quota) is not quota:
            message = f"{shown(quota.quota_id, 60)} is the id of {first[quota.quota_id].path} already"
            yield Told(f"{quota.path}.buyer_quota_id", message, "Give each quota an id of its own.")


@rule("warning")
def uncovered_codes(checked: Checked) -> Iterator[Told]:
    """The survey admits families that no quota wants.

    As soon as one quota asks for qualification 232, a respondent must match one that is open: others leave with status 35, after
    they were asked. They cost incidence, and sample that was paid for with questions.
    """
    if any(path.startswith("$.quotas") for path, _ in checked.targets.legacy):
        return  # what it will want is only known when it is turned into 232
    wanted = 0
    for quota in checked.targets.quotas:
        wanted |= quota.mask
    left = (checked.admitted or 0) & ~wanted
    if wanted and left:
        criterion = checked.targets.qualification[0]
        fix = "Give them a quota, or take them out of the qualification."
        if criterion.unit_code is None and not table.mask(criterion.codes, "months") & left:
            fix = "Give them a quota, or write child_age_unit 312 on the qualification: without it, its codes are whole years."
        yield Told(criterion.path, f"no quota wants {_words(left)}, whom the survey admits", fix)


Key = tuple[int, ...]


def _sums(checked: Checked) -> dict[Key, int | None]:
    """Return what the quotas on the same qualifications add up to; None where one has no count."""
    sums: defaultdict[Key, int] = defaultdict(int)
    unsure = set()
    for quota in checked.targets.quotas:
        codes = {whole(criterion.get("qualification_code")) or 0 for criterion in quota.others}
        key = tuple(sorted(codes | ({table.CHILD_AGE_GENDER} if quota.children else set())))
        count = whole(quota.count)
        sums[key] += count or 0
        if count is None:
            unsure.add(key)
    return {key: None if key in unsure else total for key, total in sums.items()}


def _joined(sums: Mapping[Key, int | None]) -> dict[Key, int | None]:
    """Add up the quotas whose qualifications are linked: "boys in the north" and "no children" are parts of one survey."""
    joined: dict[Key, int | None] = {}
    for key, total in sums.items():
        linked = [other for other in joined if set(other) & set(key)]
        totals = [total, *(joined.pop(other) for other in linked)]
        together = tuple(sorted({code for each in (key, *linked) for code in each}))
        joined[together] = None if None in totals else sum(each or 0 for each in totals)
    return joined


def _on(key: Key, sums: Mapping[Key, int | None]) -> str:
    return "the quotas" if len(sums) == 1 else f"the quotas on qualification {' and '.join(map(shown, key)) or 'nothing'}"


@rule("warning")
def sum_over_completes(checked: Checked) -> Iterator[Told]:
    """The quotas on the same qualifications add up to more than the completes that are required.

    The vendor accepts it, but the survey ends when its completes are reached: not every quota can fill. Where quotas overlap, one
    family may count in several.
    """
    sums = _sums(checked)
    for key, total in sums.items():
        if checked.goal is not None and total is not None and total > checked.goal:
            said = "required" if checked.targets.completes is not None else "said in the heading"
            message = f"{_on(key, sums)} add up to {shown(total)}, {shown(checked.goal)} completes are {said}"
            yield Told("$.quotas", message, "Lower the counts, or raise completes_required.")


@rule("info")
def sum_under_completes(checked: Checked) -> Iterator[Told]:
    """The quotas on linked qualifications add up to less than the completes that are required.

    The vendor accepts it (a soft launch is made so); the survey pauses when its quotas are full, before its goal.
    """
    sums = _joined(_sums(checked))
    for key, total in sums.items():
        if checked.goal is not None and total is not None and total < checked.goal:
            message = f"{_on(key, sums)} add up to {shown(total)}, short of {shown(checked.goal)} completes"
            yield Told("$.quotas", message, "Raise the counts, or add a quota for the others.")


@rule("error")
def count_not_positive(checked: Checked) -> Iterator[Told]:
    """A quota's required_count is missing, no whole number, or not above 0.

    Nobody is admitted to a quota of 0: whoever matches it is turned away from the survey (status 12), also when other quotas
    want them. The vendor takes a 0, so that is a warning.
    """
    for quota in checked.targets.quotas:
        where = f"{quota.path}.required_count"
        count = whole(quota.count)
        if quota.count is None:
            yield Told(quota.path, f"{_named(quota)} has no required_count", "Say how many completes it wants.")
        elif count is None or count < 0:
            yield Told(where, f"required_count is {shown(quota.count)}", "Give a whole number above 0.")
        elif count == 0:
            message = f"{_named(quota)} is closed from the start: whoever matches it is turned away"
            yield Told(where, message, "Give it a count, or leave these codes out of the survey's qualification.", "warning")


def _listing(codes: frozenset[int]) -> str:
    known = sorted(codes & table.CODES.keys())
    told = ", ".join(map(str, known[:CODES_LISTED]))
    return f"{told}, ... ({len(known)} codes)" if len(known) > CODES_LISTED else told
