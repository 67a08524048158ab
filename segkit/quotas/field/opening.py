"""The field of a design: what a forecast and its bounds start from, at launch or in mid-field."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from segkit.errors import InvalidInput
from segkit.quotas.field.admission import Field, Policy, check_policy
from segkit.quotas.field.events import unused
from segkit.quotas.field.families import Independent
from segkit.quotas.field.households import Households
from segkit.quotas.field.pattern_law import patterns_of
from segkit.quotas.field.seeds import whole
from segkit.quotas.field.standing import Standing, overcounted, standings
from segkit.quotas.field.wanted import Wanted, design_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segkit.quotas.design import QuotaDesign
    from segkit.quotas.field.events import Given
    from segkit.quotas.field.patterns import Patterns
    from segkit.quotas.field.standing import State

POLICIES_IN_WORDS: dict[Policy, str] = {
    "per_qualification_set": "of each qualification that has quotas, an open quota must match",
    "any": "an open quota must match, whichever it is",
    "none": "no open quota need match",
}
COUNTED_EVERYWHERE = "assumed: a complete counts in every quota that its family matches (the vendor does not say)"
_CHANGING = ("click_balancing", "qlc")


def open_field(
    design: QuotaDesign,
    households: Households | None = None,
    *,
    policy: Policy = "per_qualification_set",
    match: Given | None = None,
    state: State | None = None,
    achieved: int | None = None,
    seed: int = 0,
) -> Field:
    """Open a design's field: its patterns under a law of families, its places, its goal.

    Parameters
    ----------
    households
        The law of families; None is segkit's own, `Households.default`.
    policy
        Which open quotas a family must match: ``per_qualification_set``, ``any`` or ``none``.
    match
        Shares of the criteria that are not about children; see `Households.patterns_of`.
    state
        For a restart in mid-field: a mapping or a frame by quota id with any of ``achieved``, ``remaining`` and
        ``currently_open``; see `segkit.quotas.field.standing.standings`.
    achieved
        The completes so far, in all; needed for a restart with a goal, because one complete counts in several quotas.
    seed
        Only for designs whose patterns are sampled.

    Raises
    ------
    InvalidInput
        When a quota has no count, quotas share an id, a criterion is not modelled, or the state cannot be.
    """
    design, law = design_of(design), Households.of(households)
    check_policy(policy)
    found = standings(design, state, achieved)
    notes = () if state is None else (restarted(design, found, achieved),)
    field = field_of(design, law, found, policy=policy, match=match, achieved=achieved, seed=seed, notes=notes)
    if too_many := list(overcounted(found, _asked(field.sets, policy, len(found)), achieved, policy)):
        raise InvalidInput("the field cannot be opened", too_many)
    return field


def field_of(
    design: QuotaDesign,
    law: Households,
    found: list[Standing],
    *,
    policy: Policy,
    match: Given | None,
    achieved: int | None,
    seed: int,
    notes: tuple[str, ...] = (),
) -> Field:
    """Open the field of a design whose quotas stand as was found, which is not looked at again; see `open_field`.

    Parameters
    ----------
    notes
        What is to be said beside the assumptions.
    """
    wanted = Wanted.of(design, match)
    patterns = patterns_of(wanted, law.law, whole(seed))
    return Field(
        patterns,
        np.array([standing.remaining for standing in found], dtype=np.int64),
        np.array([standing.open_places for standing in found], dtype=np.int64),
        None if design.completes is None else max(0, design.completes - (achieved or 0)),
        _sets(wanted),
        policy,
        (*_notes(design, law, policy, patterns, wanted), *_not_used(wanted, match), *notes),
    )


def _sets(wanted: Wanted) -> tuple[tuple[int, ...], ...]:
    """Return the places of the quotas of each qualification."""
    every = sorted({qualification for asked in wanted.asked for qualification in asked})
    return tuple(tuple(n for n, asked in enumerate(wanted.asked) if qualification in asked) for qualification in every)


def _asked(sets: tuple[tuple[int, ...], ...], policy: Policy, n_quotas: int) -> tuple[tuple[int, ...], ...]:
    """Return the sets of quotas of each of which a complete matches one."""
    every = (tuple(range(n_quotas)),) if n_quotas else ()
    of_policy: dict[Policy, tuple[tuple[int, ...], ...]] = {"per_qualification_set": sets, "any": every, "none": ()}
    return of_policy[policy]


def _notes(design: QuotaDesign, law: Households, policy: Policy, patterns: Patterns, wanted: Wanted) -> Iterator[str]:
    """Say what the field assumes."""
    yield f"households: {law.in_words}"
    yield f"policy {policy}: {POLICIES_IN_WORDS[policy]}"
    yield COUNTED_EVERYWHERE
    if isinstance(law.law, Independent) and wanted.sets:
        yield "assumed: the children of a family are independent given their number"
    for trait in wanted.traits:
        shares = ", ".join(f"{event.key} {share:.4g}" for event, share in zip(trait.events, trait.shares, strict=True))
        yield f"given: {shares}; assumed independent of the children and of other qualifications, and to exclude each other"
    if not patterns.exact:
        yield f"the patterns are too many to compute: {patterns.in_words}"
    for name in _CHANGING:
        if _is_on(design.others.get(name)):
            yield f"not modelled: {name}, which changes what a quota counts"


def _not_used(wanted: Wanted, match: Given | None) -> Iterator[str]:
    """Say which shares change nothing."""
    for key in unused(wanted.traits, match):
        yield f"not used: the share of {key}, which no criterion asks for"


def _is_on(setting: object) -> bool:
    return bool(setting.get("enable")) if isinstance(setting, dict) else bool(setting)


def restarted(design: QuotaDesign, found: list[Standing], achieved: int | None) -> str:
    """Say where a restart starts from."""
    told = ", ".join(f"{quota.id} {at.achieved}" for quota, at in zip(design.quotas, found, strict=True))
    return f"restart: completes so far {achieved if achieved is not None else 'not said'}; by quota {told}"
