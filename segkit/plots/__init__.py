"""Frames, designs and forecasts to plotly figures: each is returned, never shown."""

from segkit.plots.fills import fill_by_phase
from segkit.plots.flows import answer_flow
from segkit.plots.forecasts import arrivals_waterfall, compare_designs
from segkit.plots.populations import answer_marginals, what_if
from segkit.plots.quotas import quota_grid
from segkit.plots.segments import segment_bars

__all__ = [
    "answer_flow",
    "answer_marginals",
    "arrivals_waterfall",
    "compare_designs",
    "fill_by_phase",
    "quota_grid",
    "segment_bars",
    "what_if",
]
