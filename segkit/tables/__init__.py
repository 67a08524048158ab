"""Segment tables as a report shows them: bases, shares, intervals, significance letters, an index against a benchmark."""
