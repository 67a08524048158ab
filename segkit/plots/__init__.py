"""Frames, designs and forecasts to plotly figures: each is returned, never shown."""

from segkit.plots.customers import customers_per_segment
from segkit.plots.fills import fill_by_phase
from segkit.plots.flows import answer_flow
from segkit.plots.forecasts import arrivals_waterfall, compare_designs
from segkit.plots.intervals import segment_intervals
from segkit.plots.populations import answer_marginals, what_if
from segkit.plots.quotas import quota_grid
from segkit.plots.registry import triggers_per_segment
from segkit.plots.segments import segment_bars
from segkit.plots.stacks import segment_stack

__all__ = [
    "answer_flow",
    "answer_marginals",
    "arrivals_waterfall",
    "compare_designs",
    "customers_per_segment",
    "fill_by_phase",
    "quota_grid",
    "segment_bars",
    "segment_intervals",
    "segment_stack",
    "triggers_per_segment",
    "what_if",
]
