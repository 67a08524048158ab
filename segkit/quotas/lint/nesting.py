"""What two nested quotas come to: from their counts, what is left of the outer one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segkit.quotas.lint.words import families, in_python, named, shown
from segkit.quotas.targets import whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from segkit.quotas.lint.pairs import Nest, Reach

_CONTRADICTION = "The counts contradict each other: correct one of them, or the codes of one of the quotas."
_NAMED = 6


def advice(pair: Nest, within: Sequence[Reach]) -> tuple[str, str]:
    """Return what to tell of two nested quotas, and what to do.

    Parameters
    ----------
    within
        All quotas that lie within the outer one: several of them may be its parts.
    """
    inner, outer, are_same = pair
    if are_same:
        message = f"{named(inner.quota)} wants the same families as {named(outer.quota)} ({outer.quota.path})"
        return message, "Make one quota of the two, or give them different codes."
    message = f"{named(inner.quota)} ({families(inner.mask)}) lies within {named(outer.quota)} ({outer.quota.path})"
    own, whole_count = whole(inner.quota.count), whole(outer.quota.count)
    if own is None or whole_count is None:
        return message, "Take the inner one's codes out of the outer one, and lower its count by the inner one's."
    parts = _parts(inner, within)
    together = sum(whole(part.quota.count) or 0 for part in parts)
    if own > whole_count:
        return f"{message}: {shown(own)} cannot be among its {shown(whole_count)}", _CONTRADICTION
    if together > whole_count:
        return f"{message}: {_listed(parts)} want {shown(together)} of its {shown(whole_count)}", _CONTRADICTION
    message = f"{message}: {shown(own)} of its {shown(whole_count)}"
    if together == whole_count:
        return message, f"Take {named(outer.quota)} out: its {shown(whole_count)} are those of {_listed(parts)}."
    return message, _rest(outer, parts, shown(whole_count - together))


def _rest(outer: Reach, parts: Sequence[Reach], count: str) -> str:
    """Say how the families of the outer quota that are in no part become a quota of their own."""
    told = f"{named(outer.quota)} ({outer.quota.path})"
    if any(len(part.children) > 1 or part.conditions != outer.conditions for part in (outer, *parts)):
        return f"Lower the count of {told} to {count}, and let its criteria keep the families of {_listed(parts)} out."
    left = outer.mask
    for part in parts:
        left &= ~part.mask
    if not left:
        return f"Take {told} out: {_listed(parts)} have all of its codes. They are {count} short of its count."
    return f"Make {told} a quota of the other {count}: {in_python(left)}."


def _parts(inner: Reach, within: Sequence[Reach]) -> list[Reach]:
    """Return the largest quotas within the outer one, where they are disjoint and `inner` is among them; else `inner` alone."""
    parts: list[Reach] = []
    for reach in sorted(within, key=lambda each: -each.mask.bit_count()):
        if any(reach.shares(part) and not reach.lies_within(part) for part in parts):
            return [inner]
        if not any(reach.shares(part) for part in parts):
            parts.append(reach)
    return sorted(parts, key=lambda part: part.quota.place) if inner in parts else [inner]


def _listed(parts: Iterable[Reach]) -> str:
    names = [f"{part.quota.name:.60}" for part in parts]
    return " + ".join(names[:_NAMED]) + (f" + {len(names) - _NAMED} more" if len(names) > _NAMED else "")
