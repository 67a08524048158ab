"""Rules about how quotas lie to each other."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from segkit.quotas.lint.catalogue import Told, rule
from segkit.quotas.lint.nesting import advice
from segkit.quotas.lint.words import families, named, places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segkit.quotas.lint.checked import Checked
    from segkit.quotas.lint.pairs import Reach

PAIRS_TOLD = 3  # of one quota, each in a finding of its own; the others follow together in one
PAIRS_TOLD_IN_ALL = 60  # of a survey: who has read that many knows


@rule("warning")
def overlapping_quotas(checked: Checked) -> Iterator[Told]:
    """The code sets of two quotas intersect.

    One child is enough for both. A respondent who belongs to any closed quota is turned away, so the first of the two that
    closes keeps families from the other; how a complete in both is counted is not documented.
    """
    split = "Split them so that no code is in both, or accept that one family counts in both."
    nested = {frozenset((pair.inner.quota.place, pair.outer.quota.place)) for pairs in checked.nests for pair in pairs}
    left = PAIRS_TOLD_IN_ALL
    for place, reach in enumerate(checked.reaches):
        others = [(other.quota, shared) for other in checked.reaches[:place] if (shared := reach.shares(other))]
        own = named(reach.quota)
        n_told = min(PAIRS_TOLD, left)
        left -= min(n_told, len(others))
        for other, shared in others[:n_told]:
            is_nested = frozenset((reach.quota.place, other.place)) in nested
            fix = "One lies within the other: nested-quotas says what to do." if is_nested else split
            yield Told(reach.quota.path, f"{own} and {named(other)} ({other.path}) both want {families(shared)}", fix)
        if rest := [other.place for other, _ in others[n_told:]]:
            yield Told(
                reach.quota.path, f"{own} shares codes with {len(rest)} {'more' if n_told else 'others'}: {places(rest)}", fix
            )


@rule("warning")
def nested_quotas(checked: Checked) -> Iterator[Told]:
    """Every family that is in one quota is in another as well.

    Whoever fills the inner quota fills the outer one too, and when the outer one closes, which families outside the inner one may
    bring about, the inner one gets nobody any more. The fix goes by the counts: what is left of the outer one is a quota of its
    own; where nothing is left, the outer one is in the way.
    """
    within: defaultdict[int, list[Reach]] = defaultdict(list)
    for pair in (pair for pairs in checked.nests for pair in pairs if not pair.are_same):
        within[pair.outer.quota.place].append(pair.inner)
    left = PAIRS_TOLD_IN_ALL
    for reach, pairs in zip(checked.reaches, checked.nests, strict=True):
        n_told = min(PAIRS_TOLD, left)
        left -= min(n_told, len(pairs))
        for pair in pairs[:n_told]:
            yield Told(pair.inner.quota.path, *advice(pair, within[pair.outer.quota.place]))
        if rest := pairs[n_told:]:
            named_places = places([pair.outer.quota.place if pair.inner is reach else pair.inner.quota.place for pair in rest])
            message = f"{named(reach.quota)} is nested with {len(rest)} {'more' if n_told else 'others'}: {named_places}"
            yield Told(reach.quota.path, message, "Let no quota lie within another.")
