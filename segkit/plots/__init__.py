"""Frames, designs and forecasts to plotly figures: each is returned, never shown."""

from segkit.plots.fills import fill_by_phase
from segkit.plots.forecasts import arrivals_waterfall, compare_designs
from segkit.plots.quotas import quota_grid
from segkit.plots.segments import segment_bars

__all__ = ["arrivals_waterfall", "compare_designs", "fill_by_phase", "quota_grid", "segment_bars"]
