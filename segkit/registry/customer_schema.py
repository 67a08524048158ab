"""What is known of the segments of Instaleap's customers, for plans: what was sent, because nothing can be read back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from segkit.findings import Finding
from segkit.registry.cell_texts import pairs_as_lines, pairs_of_lines
from segkit.registry.cells import text, written
from segkit.registry.customer_rows import COLUMNS, faults, of_frame
from segkit.registry.customers import by_customer, conflicts, entries_of, told_of
from segkit.registry.preflight import Wanted
from segkit.registry.schema import CLEAR, Field, Schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from segkit.registry.customer_rows import Pair
    from segkit.registry.schema import Record

SEGMENTS = "segments"
SCHEMA = Schema(
    "segments of Instaleap's customers",
    Field(COLUMNS[0], text),
    (Field(SEGMENTS, text, as_text=pairs_as_lines, from_text=pairs_of_lines, is_of_lines=True),),
    long=COLUMNS[1:],
)


def segments_of(pairs: Iterable[Pair]) -> str:
    """Write a customer's segments as JSON, pairs of type and value in one order."""
    return written(sorted(map(list, pairs)))


def pairs_of(segments: str) -> list[tuple[str, str]]:
    """Read what `segments_of` wrote."""
    return [(kind, value) for kind, value in msgspec.json.decode(segments)]


def wanted_of(frame: pd.DataFrame, there: Mapping[str, Record]) -> Wanted:
    """Read a long frame: document_id, type, value, one row a segment; `CLEAR` in both for a customer who is to have none.

    Neither type nor value says the same, with a warning where it takes something away. A customer with a row that cannot be sent
    is barred as a whole.

    Raises
    ------
    InvalidInput
        When the frame has not one column of each.
    """
    blank = _blank(frame)
    frame = _without_clear(frame)
    given, findings = of_frame(frame)
    by_id, barred = by_customer(given), faults(frame)
    for document_id, finding in conflicts(by_id).items():
        barred.setdefault(document_id, []).append(finding)
    entries = entries_of({document_id: ones for document_id, ones in by_id.items() if document_id not in barred})
    rows = {entry.document_id: {SEGMENTS: segments_of(entry.segments or ())} for entry in entries}
    places = {document_id: ones[0].where for document_id, ones in by_id.items()}
    told = [each for each in findings if each.severity != "error"]
    wrong = [each for found in barred.values() for each in found]
    why = {key: "; ".join(each.message for each in found) for key, found in barred.items()}
    none = {SEGMENTS: segments_of(())}
    losing = [key for key, values in rows.items() if key in blank and values == none != there.get(key)]
    return Wanted(rows, places, why, (*told, *wrong, *told_of(entries), *map(_loses_all, losing)), len(rows) + len(why))


def _blank(frame: pd.DataFrame) -> set[object]:
    """Return the customers who have a row with neither type nor value."""
    if any(list(frame.columns).count(name) != 1 for name in COLUMNS):
        return set()
    return set(frame.loc[frame[COLUMNS[1]].isna() & frame[COLUMNS[2]].isna(), COLUMNS[0]])


def _loses_all(document_id: str) -> Finding:
    message = "its row has neither type nor value, so all its segments are taken away"
    fix = f"Write {CLEAR} in both if this is meant, or take the row out."
    return Finding("takes-all-away", "warning", document_id, message, fix)


def _without_clear(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with nothing where `CLEAR` stands for no segments."""
    names = [name for name in COLUMNS[1:] if list(frame.columns).count(name) == 1]
    return frame.assign(**{name: frame[name].mask(np.array(list(map(_is_clear, frame[name])), dtype=bool)) for name in names})


def _is_clear(cell: object) -> bool:
    return isinstance(cell, str) and cell.strip() == CLEAR
