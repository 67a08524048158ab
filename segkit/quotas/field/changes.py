"""Changes that may mend a design, each a design and words for what is another; whether they do, only a forecast says."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from itertools import combinations
from operator import or_
from typing import TYPE_CHECKING, Literal, NamedTuple

from segkit.quotas.codes import CODES, MONTHS_A_YEAR, Unit, code_of, codes_of, mask
from segkit.quotas.describing import describe_codes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from segkit.quotas.design import QuotaDesign
    from segkit.quotas.quota import Quota

Kind = Literal["raised", "dropped", "split", "widened"]


class Change(NamedTuple):
    """A design after some changes.

    Attributes
    ----------
    design
        The design.
    steps
        Each change in words.
    kinds
        Which kind each is.
    """

    design: QuotaDesign
    steps: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()

    def then(self, design: QuotaDesign, step: str, kind: Kind) -> Change:
        """Return it after one more change."""
        return Change(design, (*self.steps, step), (*self.kinds, kind))


def widened(change: Change) -> Change | None:
    """Take the codes that quotas want into the qualification, in its own unit; None where none is missing.

    A family that does not match the qualification is terminated (13) before any quota is looked at. Under years a month of the
    ages 1-3 has no code of its own: its whole year is taken in.
    """
    design = change.design
    if design.qualification is None:
        return None
    unit = design.qualification_unit or "years"
    wanted = reduce(or_, (_mask(quota) for quota in design.quotas), 0)
    missing = _in_unit(wanted & ~mask(design.qualification, unit), unit)
    if not missing:
        return None
    wider = design.replace(qualification=design.qualification | missing)
    return change.then(wider, f"the qualification also admits {describe_codes(missing, unit)}", "widened")


def _in_unit(bits: int, unit: Unit) -> frozenset[int]:
    """Return the codes of a mask, of months under months, of whole years under years."""
    codes = codes_of(bits)
    return frozenset(codes) if unit == "months" else frozenset(map(_whole_year, codes))


def _whole_year(code: int) -> int:
    """Return the code of the year that a month of the ages 1-3 is in; any other code as it is."""
    child = CODES[code]
    if child.gender is None or child.age is None or child.unit == "years" or child.age < MONTHS_A_YEAR:
        return code
    return code_of(child.gender, child.age // MONTHS_A_YEAR, "years")


def intersecting(design: QuotaDesign) -> list[tuple[Quota, Quota]]:
    """Return the pairs of quotas, without other criteria, whose code sets intersect after the server's expansion."""
    pairs = combinations(_plain(design), 2)
    return [(one, other) for one, other in pairs if _mask(one) & _mask(other)]


def split(change: Change) -> Change | None:
    """Make the code sets disjoint; None where they are.

    A shared code stays in the quota with the fewest codes, but never in one of 0, which keeps those that no other wants. The
    count of a quota that lay around others falls by theirs, unless it is below them; one that is left without codes, or without
    a count that it had, is dropped.
    """
    design = change.design
    if not intersecting(design):
        return None
    new: dict[str, Quota] = {}
    gone: dict[str, str] = {}
    taken, counts = 0, dict[str, int]()
    order = sorted(_plain(design), key=lambda quota: (not quota.count, _mask(quota).bit_count(), -(quota.count or 0)))
    for place, quota in enumerate(order):
        kept = frozenset(code for code in quota.codes or () if not mask((code,), quota.unit) & taken)
        inner = sum(counts[other.id] for other in order[:place] if _mask(other) | _mask(quota) == _mask(quota))
        left = (quota.count or 0) - inner
        counts[quota.id] = (left if left >= 0 else quota.count or 0) if kept else 0
        taken |= mask(kept, quota.unit)
        if not kept:
            gone[quota.id] = "others want its codes" if not quota.count else "others hold its codes"
        elif quota.count and not counts[quota.id]:
            gone[quota.id] = "the quotas within it hold its count"
        else:
            new[quota.id] = replace(quota, codes=kept, count=counts[quota.id])
    quotas = tuple(new.get(quota.id, quota) for quota in design.quotas if quota.id not in gone)
    told = "; ".join(step for quota in design.quotas if (step := _told(quota, new.get(quota.id, quota), gone.get(quota.id))))
    return change.then(design.replace(quotas=quotas), f"no code in two quotas: {told}", "split")


def without(change: Change, quota_id: str) -> Change:
    """Drop a quota."""
    return change.then(change.design.without_quota(quota_id), f"quota {quota_id} dropped", "dropped")


def raised(change: Change, counts: Sequence[int]) -> Change:
    """Give the quotas other counts, in the order of the design."""
    pairs = list(zip(change.design.quotas, counts, strict=True))
    quotas = tuple(replace(quota, count=count) for quota, count in pairs)
    told = ", ".join(f"{quota.id} {quota.count} -> {count}" for quota, count in pairs if quota.count != count)
    return change.then(change.design.replace(quotas=quotas), f"counts raised: {told}", "raised")


def size(before: QuotaDesign, after: QuotaDesign) -> int:
    """Count what is another: quotas, and the qualification."""
    there = {quota.id: quota for quota in after.quotas}
    return sum(there.get(quota.id) != quota for quota in before.quotas) + (before.qualification != after.qualification)


def _plain(design: QuotaDesign) -> list[Quota]:
    return [quota for quota in design.quotas if quota.codes is not None and not quota.criteria]


def _mask(quota: Quota) -> int:
    return mask(quota.codes or (), quota.unit)


def _told(old: Quota, new: Quota, gone: str | None) -> str:
    """Say what became of a quota; nothing where it is as it was."""
    if gone:
        wants = f"{old.id}, which wants none," if not old.count else old.id
        return f"{wants} dropped: {gone}"
    if (old.codes, old.count) == (new.codes, new.count):
        return ""
    count = f", {old.count} -> {new.count}" if old.count != new.count else ""
    return f"{old.id} {new.families}{count}"
