"""Where the segments of a frame come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from segkit.provenance import WORDS, together

if TYPE_CHECKING:
    from segkit.provenance import Provenance

NOT_STATED = "provenance not stated"
WORD = "{}_provenance"
"""The column that holds the words of another, as `calculate_many` calls it."""


def of_segments(frame: pd.DataFrame, name: str) -> Provenance | None:
    """Return the weakest word of the segments counted and of those only named; None where the frame does not say.

    Words stand in the column ``<name>_provenance`` and in ``frame.attrs["segkit"]``, as segkit's own frames have them. Rows that
    were drawn from a population are synthetic, however good the law that they were drawn from: nobody gave these answers.
    """
    about = frame.attrs.get("segkit") or {}
    told = {key: word for key, word in about.items() if key in {"provenance", "segments_provenance"} and word in WORDS}
    words: list[Provenance | None] = [told["segments_provenance"]] if "segments_provenance" in told else []
    words += of_column(frame, name) if WORD.format(name) in frame.columns else [told.get("provenance")]
    if about.get("respondents_provenance") in WORDS:
        words.append(about["respondents_provenance"])
    if "population" in about:
        words.append("synthetic")
    return together(words)


def of_column(frame: pd.DataFrame, name: str) -> list[Provenance | None]:
    """Return the words that the frame has for the values of a column, row by row; none where there is no such column."""
    if WORD.format(name) not in frame.columns:
        return []
    said = frame.loc[frame[name].notna(), WORD.format(name)].unique()
    return [None if pd.isna(word) or word not in WORDS else word for word in said]
