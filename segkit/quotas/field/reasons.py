"""Why a kind of change does not mend a design, as far as it was tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from segkit.quotas.describing import describe_codes
from segkit.quotas.field import changes
from segkit.quotas.field.changes import Change
from segkit.quotas.field.gate import Gate
from segkit.quotas.field.restart import is_held
from segkit.quotas.field.search import FEW, MANY
from segkit.quotas.field.trial import is_large

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from segkit.quotas.field.admission import Field
    from segkit.quotas.field.changes import Kind
    from segkit.quotas.field.trial import Trial


def why(trial: Trial, field: Field, kinds: Collection[Kind]) -> Iterator[str]:
    """Say of each kind of change why it was not to be had.

    Parameters
    ----------
    field
        Of the design as it is.
    kinds
        Those that had a part in what reaches the goal.
    """
    design = trial.asked
    if never := _never(field):
        told = "any quota" if len(never) == len(design.quotas) else f"quota {', '.join(never)}"
        yield f"families of this law never match {told}, or may not enter"
    known = trial.restart.quotas or {}
    if held := [quota.id for quota in design.quotas if quota.id in known and is_held(known[quota.id])]:
        yield f"the vendor has opened fewer places of quota {', '.join(held)} than remain, and a higher count opens none"
    if design.quotas and "raised" not in kinds:
        yield "raising the counts, up to the goal itself, does not reach it"
    if len(design.quotas) > 1 and "dropped" not in kinds:
        n_dropped = FEW if is_large(field) else MANY
        some = "" if len(design.quotas) <= n_dropped else f" (the {n_dropped} that close first were tried)"
        yield f"without any one of the quotas{some} the goal is still not reached"
    overlapping = changes.intersecting(design)
    if len(design.quotas) > 1 and not overlapping:
        yield f"families cannot be split by codes: the code sets are already disjoint{_siblings(field)}"
    elif overlapping and "split" not in kinds:
        yield "with disjoint code sets the goal is still not reached"
    if changes.widened(Change(design)) is not None:
        if "widened" not in kinds:
            yield "with a wider qualification the goal is still not reached"
    elif design.qualification is not None:
        told = describe_codes(design.qualification, design.qualification_unit or "years")
        yield f"the qualification already admits whom the quotas want ({told})"


def _never(field: Field) -> list[str]:
    gate = Gate(field)
    families = gate.matched[gate.eligible].sum(axis=0)
    return [quota_id for quota_id, n in zip(field.patterns.quota_ids, families.tolist(), strict=True) if not n]


def _siblings(field: Field) -> str:
    """Name the two quotas that most families match together."""
    gate = Gate(field)
    matched = gate.matched[gate.eligible]
    both = (matched * gate.probability[gate.eligible][:, None]).T @ matched
    np.fill_diagonal(both, 0.0)
    if not both.size or not both.max():
        return ""
    one, other = (field.patterns.quota_ids[place] for place in np.unravel_index(both.argmax(), both.shape))
    return f"; a family with children of both uses a place of both, as {both.max():.1%} of all families do of {one} and {other}"
