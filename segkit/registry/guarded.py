"""Texts that a spreadsheet would take for a formula, kept in CSV so that it does not, and nothing is lost on the way back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

MARK = "'"
_FORMULA = re.compile(rf"{MARK}*[=+\-@\t\r]")


def guarded(text: str) -> str:
    """Return a text with an apostrophe before it where a spreadsheet would take it for a formula.

    A text that has apostrophes before such a sign gets one more, so that `unguarded` gives every text back as it was.

    Examples
    --------
    >>> [guarded(text) for text in ("=1+1", "'=1", "Auckland", "'t Hof")]
    ["'=1+1", "''=1", 'Auckland', "'t Hof"]
    """
    return f"{MARK}{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """Return a text without the apostrophe that keeps it from being a formula.

    Examples
    --------
    >>> [unguarded(text) for text in ("'=1+1", "''=1", "=1+1", "'t Hof")]
    ['=1+1', "'=1", '=1+1', "'t Hof"]
    """
    return text[1:] if text.startswith(MARK) and _FORMULA.match(text) else text


def guarded_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with its texts guarded; missing cells stay missing."""
    return frame.map(lambda cell: guarded(cell) if isinstance(cell, str) else cell)


def unguarded_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with its texts as they were before they were guarded."""
    return frame.map(lambda cell: unguarded(cell) if isinstance(cell, str) else cell)
