"""What is known of the segments of Instaleap's customers, for plans: what was sent, because nothing can be read back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from segkit.registry.cells import text, written
from segkit.registry.customer_rows import COLUMNS
from segkit.registry.customers import wanted
from segkit.registry.preflight import Wanted
from segkit.registry.schema import Field, Schema

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from segkit.registry.customer_rows import Pair

SEGMENTS = "segments"
SCHEMA = Schema(
    "segments of Instaleap's customers",
    Field(COLUMNS[0], text),
    (Field(SEGMENTS, text, clearable=False),),
    makes_new=False,
)
"""Customers are never made here: whom nothing was sent for has segments all the same, which a replacement takes away."""


def segments_of(pairs: Iterable[Pair]) -> str:
    """Write a customer's segments as JSON, pairs of type and value in one order."""
    return written(sorted(map(list, pairs)))


def pairs_of(segments: str) -> list[tuple[str, str]]:
    """Read what `segments_of` wrote."""
    return [(kind, value) for kind, value in msgspec.json.decode(segments)]


def wanted_of(frame: pd.DataFrame) -> Wanted:
    """Read a long frame: document_id, type, value, one row a segment; neither type nor value for a customer without any.

    Raises
    ------
    InvalidInput
        With the findings, when a value cannot be sent or a customer is given with and without segments.
    """
    if not len(frame) and set(COLUMNS) <= set(frame.columns):
        return Wanted({})
    asked = wanted(frame)
    rows = {entry.document_id: {SEGMENTS: segments_of(entry.segments or ())} for entry in asked.entries}
    return Wanted(rows, findings=tuple(asked.findings), n_given=len(rows))
