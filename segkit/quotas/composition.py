"""What a changed design would deliver, counted by the quotas that were asked for: who is sold what, beside who comes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from segkit import frames
from segkit.quotas.patterns import Patterns

if TYPE_CHECKING:
    import pandas as pd

    from segkit.quotas.admission import Field
    from segkit.quotas.design import QuotaDesign
    from segkit.quotas.trial import Trial


def composition(asked: QuotaDesign, given: QuotaDesign, trial: Trial) -> pd.DataFrame:
    """Return one row a quota that was asked for (`segkit.frames.COMPOSITION`), under the forecast of the design that is given.

    A quota that was dropped or changed is counted as it was asked for: how many completes are of families that it wanted.
    """
    fills = trial.forecast(_watched(asked, given, trial)).fills.to_numpy()[len(given.quotas) :]
    wanted = [quota.count or 0 for quota in asked.quotas]
    told = {"quota_id": [quota.id for quota in asked.quotas], "wanted": wanted, "expected": fills}
    told |= {"exceeded_by": np.maximum(fills - wanted, 0.0), "short_by": np.maximum(wanted - fills, 0.0)}
    return frames.build(frames.COMPOSITION, told)


def _watched(asked: QuotaDesign, given: QuotaDesign, trial: Trial) -> Field:
    """Open the field of one design with the quotas of another beside it, which count and never close or admit."""
    field = trial.open(given)
    n_given = len(given.quotas)
    names = [f"{place}" for place in range(n_given + len(asked.quotas))]
    quotas = [
        replace(quota, id=name, written=None, others={}, count=quota.count or 0)
        for name, quota in zip(names, (*given.quotas, *asked.quotas), strict=True)
    ]
    joint = trial.open(given.replace(quotas=tuple(quotas)))
    never = np.full(len(asked.quotas), np.iinfo(np.int64).max // 4)
    sets = field.sets
    if trial.policy == "any":
        sets = (tuple(range(n_given)),) if n_given else ()
    patterns = Patterns(tuple(names), joint.patterns.matched, joint.patterns.qualified, joint.patterns.probability)
    return replace(
        joint,
        patterns=patterns,
        remaining=np.append(field.remaining, never),
        open_places=np.append(field.open_places, never),
        sets=sets,
        policy="none" if trial.policy == "none" else "per_qualification_set",
    )
