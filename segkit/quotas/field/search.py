"""What is tried to mend a design: single changes, and a wider entry or disjoint codes together with one more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segkit.quotas.field import changes
from segkit.quotas.field.changes import Change
from segkit.quotas.field.looks import Looks
from segkit.quotas.field.raising import Ladder
from segkit.quotas.field.trial import is_large

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from segkit.quotas.field.forecast import Forecast
    from segkit.quotas.field.looks import Tried
    from segkit.quotas.field.trial import Trial
    from segkit.quotas.field.variant import Variant

MANY = 12
"""Quotas that are dropped, one at a time, at most: those that close first."""
ALONE = 4
"""Quotas that are raised alone, at most: those that close first."""
FEW = 2
"""Quotas that are dropped where a design has many patterns; then none is raised alone."""


def tried(original: Forecast, trial: Trial) -> Iterator[Tried]:
    """Yield what was looked at: counts raised, quotas dropped; both again where a wider entry or disjoint codes stay short."""
    looks = Looks(trial)
    frame = original.to_frame().sort_values("first_share", ascending=False, kind="stable")
    first = [str(quota_id) for quota_id in frame["quota_id"]]
    filled = dict(zip(first, frame["filled_share"].tolist(), strict=True))
    start = Change(trial.asked)
    yield from _one_more(trial.variant(start), first, filled, looks)
    wider = changes.widened(start)
    for base in (wider, changes.split(start), wider and changes.split(wider)):
        if base is None:
            continue
        variant = trial.variant(base)
        (told,) = looks.at([variant])
        yield told
        if not told.reaches:
            there = [quota_id for quota_id in first if quota_id in variant.quota_ids]
            yield from _one_more(variant, there, dict(zip(variant.quota_ids, told.filled, strict=True)), looks)


def _one_more(variant: Variant, first: Sequence[str], filled: dict[str, float], looks: Looks) -> Iterator[Tried]:
    """Yield a design with counts raised, of all quotas, of those that fill and of single ones, and without single quotas.

    The last quota is not dropped.

    Parameters
    ----------
    first
        The ids of its quotas, those that close first in front.
    filled
        The share of replicates in which each is filled.
    """
    n_alone, n_dropped = (0, FEW) if is_large(variant.field) else (1 if variant.change.steps else ALONE, MANY)
    filling = tuple(quota_id for quota_id in variant.quota_ids if filled[quota_id] > 1 / 2)
    single = [(quota_id,) for quota_id in first if filled[quota_id] > 0][:n_alone]
    ways = [each for each in dict.fromkeys([tuple(variant.quota_ids), filling, *single]) if each]
    yield from looks.raised(variant, [ladder for each in ways if (ladder := Ladder.of(variant, each)).chosen.any()])
    if len(variant.own) > 1:
        yield from looks.at([variant.without(quota_id) for quota_id in first[:n_dropped]])
