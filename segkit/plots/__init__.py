"""Frames to plotly figures: each is returned, never shown."""

from segkit.plots.segments import segment_bars

__all__ = ["segment_bars"]
