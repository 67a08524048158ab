"""Where the segments of a frame come from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from segkit.provenance import WORDS, together

if TYPE_CHECKING:
    from collections.abc import Mapping

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


class RuleOfSegments(NamedTuple):
    """The standard and table that a frame says of its segments, and whether they were scored by it or only drawn for it."""

    table: tuple[str, int]
    is_scored: bool


def rule_of(frame: pd.DataFrame, name: object) -> RuleOfSegments | None:
    """Return the rule of the column ``segment`` of a frame of scores, or of drawn respondents; None where nothing is said.

    Of drawn respondents it is a hint: a column of their own score may have taken the place of the one that was drawn.
    """
    table = _table(frame.attrs) if name == "segment" else None
    return None if table is None else RuleOfSegments(table, "rule_provenance" in frame.attrs["segkit"])


def rule_of_shares(shares: pd.Series[Any]) -> tuple[str, int] | None:
    """Return the standard and table that a Series of shares says it is of."""
    return _table(shares.attrs)


def _table(attrs: Mapping[Any, Any]) -> tuple[str, int] | None:
    about = attrs.get("segkit") or {}
    name, edition = about.get("standard"), about.get("table_edition")
    return (name, edition) if isinstance(name, str) and isinstance(edition, int) else None


def of_column(frame: pd.DataFrame, name: str) -> list[Provenance | None]:
    """Return the words that the frame has for the values of a column, row by row; none where there is no such column."""
    if WORD.format(name) not in frame.columns:
        return []
    said = frame.loc[frame[name].notna(), WORD.format(name)].unique()
    return [None if pd.isna(word) or word not in WORDS else word for word in said]
