"""Rules about what the quotas add up to."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from segkit.quotas import codes as table
from segkit.quotas.lint.catalogue import Told, rule
from segkit.quotas.lint.words import shown
from segkit.quotas.targets import whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from segkit.quotas.lint.checked import Checked
    from segkit.quotas.targets import QuotaTarget

Key = tuple[int, ...]


def _groups(checked: Checked) -> dict[Key, list[QuotaTarget]]:
    """Return the quotas by the qualifications that they are on."""
    groups: defaultdict[Key, list[QuotaTarget]] = defaultdict(list)
    for quota in checked.targets.quotas:
        codes = {whole(criterion.get("qualification_code")) or 0 for criterion in quota.others}
        groups[tuple(sorted(codes | ({table.CHILD_AGE_GENDER} if quota.children else set())))].append(quota)
    return groups


def _sums(groups: Mapping[Key, list[QuotaTarget]]) -> dict[Key, int | None]:
    """Return what the quotas on the same qualifications add up to; None where one has no count."""
    return {key: _sum(quotas) for key, quotas in groups.items()}


def _sum(quotas: Iterable[QuotaTarget]) -> int | None:
    counts = [whole(quota.count) for quota in quotas]
    return None if None in counts else sum(count or 0 for count in counts)


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

    The vendor accepts it, but the survey ends when its completes are reached: not every quota can fill. Where quotas are nested,
    families are counted twice: then that is to be mended, and the goal may be right.
    """
    groups = _groups(checked)
    sums, goal = _sums(groups), checked.goal
    for key, total in sums.items():
        if goal is None or total is None or total <= goal:
            continue
        told = f"{shown(goal)} completes are required"
        if checked.targets.completes is None:
            told = f"the heading says {shown(goal)} completes"
        yield Told("$.quotas", f"{_on(key, sums)} add up to {shown(total)}, {told}", _lower(checked, groups[key], total, goal))


def _lower(checked: Checked, quotas: list[QuotaTarget], total: int, goal: int) -> str:
    """Say what to do about a sum that is too large: raise the goal only where no family is counted twice."""
    there = {quota.place for quota in quotas}
    inner = {
        pair.inner.quota.place
        for pairs in checked.nests
        for pair in pairs
        if {pair.inner.quota.place, pair.outer.quota.place} <= there
    }
    twice = _sum(quota for quota in quotas if quota.place in inner) or 0
    if twice:
        rest = " first" if total - twice > goal else ""
        return f"Mend the nested quotas{rest}: {shown(twice)} are counted twice, without them the sum is {shown(total - twice)}."
    if checked.targets.completes is not None:
        return f"Lower the counts, or raise completes_required to {shown(total)}."
    return f"Lower the counts, or write completes_required {shown(total)} if the heading is wrong."


@rule("info")
def sum_under_completes(checked: Checked) -> Iterator[Told]:
    """The quotas on linked qualifications add up to less than the completes that are required.

    The vendor accepts it (a soft launch is made so); the survey pauses when its quotas are full, before its goal.
    """
    sums = _joined(_sums(_groups(checked)))
    for key, total in sums.items():
        if checked.goal is not None and total is not None and total < checked.goal:
            message = f"{_on(key, sums)} add up to {shown(total)}, short of {shown(checked.goal)} completes"
            yield Told("$.quotas", message, "Raise the counts, or add a quota for the others.")
