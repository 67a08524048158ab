"""Frames to plotly figures: each is returned, never shown."""
