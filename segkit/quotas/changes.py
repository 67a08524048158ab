"""Changes that may mend a design, each a design and words for what is another; whether they do, only a forecast says."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from segkit.quotas.codes import mask
from segkit.quotas.describing import describe_codes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from segkit.quotas.design import QuotaDesign
    from segkit.quotas.quota import Quota


class Change(NamedTuple):
    """A design after some changes.

    Attributes
    ----------
    design
        The design.
    steps
        Each change in words.
    """

    design: QuotaDesign
    steps: tuple[str, ...] = ()

    def then(self, design: QuotaDesign, step: str) -> Change:
        """Return it after one more change."""
        return Change(design, (*self.steps, step))


def widened(change: Change) -> Change | None:
    """Take the codes that quotas want into the qualification; None where none is missing.

    A family that does not match the qualification is terminated (13) before any quota is looked at.
    """
    design = change.design
    if design.qualification is None:
        return None
    admitted = mask(design.qualification, design.qualification_unit or "years")
    missing = frozenset(code for quota in design.quotas for code in quota.codes or () if mask((code,), quota.unit) & ~admitted)
    if not missing:
        return None
    return change.then(
        design.replace(qualification=design.qualification | missing), f"the qualification also admits {describe_codes(missing)}"
    )


def intersecting(design: QuotaDesign) -> list[tuple[Quota, Quota]]:
    """Return the pairs of quotas, without other criteria, whose code sets intersect after the server's expansion."""
    pairs = combinations(_plain(design), 2)
    return [(one, other) for one, other in pairs if _mask(one) & _mask(other)]


def split(change: Change) -> Change | None:
    """Make the code sets disjoint; None where they are.

    A shared code stays in the quota with the fewest codes. The count of a quota that lay around others falls by theirs, unless it
    is below them; one that is left without codes or with a count of 0 is dropped.
    """
    design = change.design
    if not intersecting(design):
        return None
    new: dict[str, Quota | None] = {}
    taken, counts = 0, dict[str, int]()
    order = sorted(_plain(design), key=lambda quota: (_mask(quota).bit_count(), -(quota.count or 0)))
    for place, quota in enumerate(order):
        kept = frozenset(code for code in quota.codes or () if not mask((code,), quota.unit) & taken)
        inner = sum(counts[other.id] for other in order[:place] if _mask(other) | _mask(quota) == _mask(quota))
        left = (quota.count or 0) - inner
        counts[quota.id] = (left if left >= 0 else quota.count or 0) if kept else 0
        taken |= mask(kept, quota.unit)
        new[quota.id] = replace(quota, codes=kept, count=counts[quota.id]) if counts[quota.id] else None
    quotas = tuple(found for quota in design.quotas if (found := new.get(quota.id, quota)))
    told = "; ".join(_told(quota, new[quota.id]) for quota in design.quotas if quota.id in new and _changed(quota, new[quota.id]))
    return change.then(design.replace(quotas=quotas), f"no code in two quotas: {told}")


def without(change: Change, quota_ids: Iterable[str]) -> Iterator[Change]:
    """Yield the design without one quota, for each of these."""
    for quota_id in quota_ids:
        yield change.then(change.design.without_quota(quota_id), f"quota {quota_id} dropped")


def raised(change: Change, counts: Sequence[int]) -> Change:
    """Give the quotas other counts, in the order of the design."""
    pairs = list(zip(change.design.quotas, counts, strict=True))
    quotas = tuple(replace(quota, count=count) for quota, count in pairs)
    told = ", ".join(f"{quota.id} {quota.count} -> {count}" for quota, count in pairs if quota.count != count)
    return change.then(change.design.replace(quotas=quotas), f"counts raised: {told}")


def size(before: QuotaDesign, after: QuotaDesign) -> int:
    """Count what is another: quotas, and the qualification."""
    there = {quota.id: quota for quota in after.quotas}
    return sum(there.get(quota.id) != quota for quota in before.quotas) + (before.qualification != after.qualification)


def _plain(design: QuotaDesign) -> list[Quota]:
    return [quota for quota in design.quotas if quota.codes is not None and not quota.criteria]


def _mask(quota: Quota) -> int:
    return mask(quota.codes or (), quota.unit)


def _changed(old: Quota, new: Quota | None) -> bool:
    return new is None or (old.codes, old.count) != (new.codes, new.count)


def _told(old: Quota, new: Quota | None) -> str:
    if new is None:
        return f"{old.id} dropped, others hold its codes or its count"
    count = f", {old.count} -> {new.count}" if old.count != new.count else ""
    return f"{old.id} {new.families}{count}"
