"""Thin views for notebooks: each is given data or a callable, so each runs with no token."""

from segkit.widgets.quota_designer import QuotaDesigner
from segkit.widgets.respondent_simulator import RespondentSimulator
from segkit.widgets.segment_browser import SegmentBrowser
from segkit.widgets.tree_walker import TreeWalker

__all__ = ["QuotaDesigner", "RespondentSimulator", "SegmentBrowser", "TreeWalker"]
