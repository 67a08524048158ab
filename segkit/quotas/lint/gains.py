"""What a quota costs: completes that would come more without it, or fewer with more places in it, with the same families."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from segkit.quotas.field.changes import Change
from segkit.quotas.field.fluid import estimate
from segkit.quotas.field.glance import glance, together
from segkit.quotas.field.restart import Restart
from segkit.quotas.field.variant import Variant
from segkit.quotas.lint.fielded import REPLICATES, SEED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from segkit.quotas.design import QuotaDesign
    from segkit.quotas.field.admission import Field

MOST_COMPLETES = 100_000
"""Completes of all designs together up to which they meet the same families; beyond, only where that is the quicker way."""

_SIGNIFICANT = 4.0  # standard errors: with up to 24 changes tried, chance explains less than one in a thousand
_WORTH_TELLING = 0.5  # completes


class Gains(NamedTuple):
    """By quota id, what is gained in the mean, beyond chance.

    Attributes
    ----------
    without
        Completes more without the quota.
    raised
        Completes less, below 0, with a tenth more places in it.
    """

    without: Mapping[str, float]
    raised: Mapping[str, float]


def gains(design: QuotaDesign, field: Field) -> Gains:
    """Draw a design without each of its quotas, and with more places in each, and tell what matters."""
    base = Variant.of(Change(design), field, Restart(design))
    without = {}
    if len(design.quotas) > 1 and (field.goal is not None or field.policy != "none"):
        without = {quota.id: base.without(quota.id).field for quota in design.quotas}
    each = zip(design.quotas, np.eye(len(design.quotas), dtype=bool), base.counts, strict=True)
    more = {quota.id: np.where(place, count + max(1, count // 10), base.counts) for quota, place, count in each if count}
    raised = {quota_id: base.with_counts(counts) for quota_id, counts in more.items()}
    first, *others = _completes([base.field, *without.values(), *raised.values()])
    differences = [_beyond_chance(other - first) for other in others]
    pairs = list(zip([*without, *raised], differences, strict=True))
    return Gains(
        {quota_id: gain for quota_id, gain in pairs[: len(without)] if gain > 0},
        {quota_id: gain for quota_id, gain in pairs[len(without) :] if gain < 0},
    )


def _completes(fields: Sequence[Field]) -> list[NDArray[np.int64]]:
    """Draw the completes of some fields, of the same families where that does not take too long."""
    rng = np.random.Generator(np.random.PCG64(SEED))
    way = together if estimate(fields[0]).completes * len(fields) <= MOST_COMPLETES else glance
    return [told.completes for told in way(fields, REPLICATES, rng)]


def _beyond_chance(difference: NDArray[np.int64]) -> float:
    """Return a mean difference; 0 where it is not worth telling, or chance explains it."""
    mean, error = float(difference.mean()), float(difference.std(ddof=1)) / len(difference) ** 0.5
    return mean if abs(mean) > max(_WORTH_TELLING, _SIGNIFICANT * error) else 0.0
