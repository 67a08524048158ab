"""The frames of a forecast, made of its draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from segkit import frames
from segkit.quotas.field.gate import ORDER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from segkit.provenance import Provenance
    from segkit.quotas.field.admission import Field
    from segkit.quotas.field.draws import Draws

LOW, HIGH = 0.025, 0.975
"""What every band and interval leaves out."""
STARVING = 0.5
"""The share of replicates from which on a quota that is cut off starves."""

_COLUMNS = ("terminated", "quota_full", "unopened", "no_matched_quota", "not_completed")


def endings(draws: Draws) -> NDArray[np.str_]:
    """Return what ended each replicate: ``goal``, ``closed`` (all quotas), or ``stalled`` (places left, nobody for them)."""
    is_closed = (draws.closed_in != 0).all(axis=1) & (draws.closed_in.shape[1] > 0)
    return np.where(draws.goal_reached, "goal", np.where(is_closed, "closed", "stalled"))


def quotas(field: Field, draws: Draws, provenance: Provenance) -> pd.DataFrame:
    """Return one row a quota (`segkit.frames.FORECAST`)."""
    places = np.maximum(field.open_places, 0)
    low, high = band(draws.fills)
    cut_off = draws.cut_off.mean(axis=0)
    is_last = (draws.closed_in == draws.phases[:, None]) & (draws.closed_in > 0) & ~draws.goal_reached[:, None]
    columns = {
        "quota_id": list(field.patterns.quota_ids),
        "places": places,
        "fill": draws.fills.mean(axis=0),
        "fill_low": low,
        "fill_high": high,
        "filled_share": (draws.fills >= places).mean(axis=0),
        "first_share": (draws.closed_in == 1).mean(axis=0),
        "last_share": is_last.mean(axis=0),
        "cut_off_share": cut_off,
        "starving": cut_off > STARVING,
        "provenance": [provenance] * len(places),
    }
    return frames.build(frames.FORECAST, columns)


def replicates(field: Field, draws: Draws, days: NDArray[np.float64] | None) -> pd.DataFrame:
    """Return one row a replicate (`segkit.frames.FORECAST_DRAWS`), with a column a quota."""
    columns: dict[str, Any] = {
        "completes": draws.completes,
        "arrivals": draws.arrivals,
        "over_delivered": draws.over,
        "goal_reached": draws.goal_reached,
        "ended": endings(draws),
        "phases": draws.phases,
        "days": pd.array([pd.NA] * len(draws.over), dtype="Float64") if days is None else days,
        **{name: draws.counts[:, 1 + place] for place, name in enumerate(_COLUMNS)},
    }
    frame = frames.build(frames.FORECAST_DRAWS, columns)
    names = [f"fill {quota_id}" for quota_id in field.patterns.quota_ids]
    return pd.concat([frame, pd.DataFrame(draws.fills, columns=pd.Index(names, dtype="str"))], axis=1)


def paths(field: Field, draws: Draws, provenance: Provenance) -> pd.DataFrame:
    """Return one row a phase and quota (`segkit.frames.FORECAST_PATHS`), of the replicates whose paths were kept."""
    quota_ids = field.patterns.quota_ids
    kept, phases = draws.paths, draws.phases[: len(draws.paths)]
    n_phases, n_quotas = int(phases.max(initial=0)), len(quota_ids)
    kept = np.concatenate([np.zeros((len(kept), 1, kept.shape[2]), dtype=np.int64), kept], axis=1)[:, : n_phases + 1]
    at = np.arange(n_phases + 1)
    closed_in = draws.closed_in[: len(kept)]
    is_closed = (closed_in[:, None, :] != 0) & (closed_in[:, None, :] <= at[:, None])
    low, high = band(kept[:, :, 2:])
    columns = {
        "phase": np.repeat(at, n_quotas),
        "quota_id": list(quota_ids) * len(at),
        "completes": np.repeat(kept[:, :, 0].mean(axis=0), n_quotas),
        "arrivals": np.repeat(kept[:, :, 1].mean(axis=0), n_quotas),
        "fill": kept[:, :, 2:].mean(axis=0).ravel(),
        "fill_low": low.ravel(),
        "fill_high": high.ravel(),
        "closed_share": is_closed.mean(axis=0).ravel(),
        "running_share": np.repeat((phases[:, None] >= at).mean(axis=0), n_quotas),
        "provenance": [provenance] * (len(at) * n_quotas),
    }
    return frames.build(frames.FORECAST_PATHS, columns)


def outcomes(draws: Draws) -> pd.Series[float]:
    """Return the mean number of visits by status."""
    return pd.Series(draws.counts.mean(axis=0), pd.Index(ORDER, dtype="int64", name="status"), name="visits")


def band(values: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the quantiles over the first axis that leave out `LOW` below and as much above."""
    if not values.size:
        return np.zeros(values.shape[1:]), np.zeros(values.shape[1:])
    low, high = np.quantile(values, [LOW, HIGH], axis=0, method="inverted_cdf")
    return np.asarray(low, dtype=float), np.asarray(high, dtype=float)
