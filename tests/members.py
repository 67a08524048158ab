"""Respondents of the tree 3910, for the tests of many calls."""

from __future__ import annotations

import pandas as pd

QUESTIONS = ("USQ1", "USQ2", "USQ3", "USQ4")


def members(n: int, profiles: int = 625) -> pd.DataFrame:
    """Make n members ``m-0``, ``m-1``, ... whose answers go through so many of the 625 ways to answer."""
    answers = {name: [111 + row % profiles // 5**place % 5 for row in range(n)] for place, name in enumerate(QUESTIONS)}
    return pd.DataFrame({"member_id": [f"m-{row}" for row in range(n)], **answers}).astype({"member_id": "str"})


def expected_segment(row: pd.Series) -> int:
    """Return the segment that the double gives these answers, computed here from its documented scoring file."""
    points = sum(int(row[name]) - 111 for name in QUESTIONS)
    return 113 if points >= 11 else 112 if points >= 6 else 111
