"""What the segment browser needs beside its view to go on without Python: the rows of the table, as text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from segkit.registry.looking import groups
from segkit.widgets.browser_view import row_view

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from segkit.registry.editing import Editing
    from segkit.registry.looking import Look
    from segkit.registry.plan_rows import Row

MOST_BYTES = 400_000
"""Of the rows that are saved, as JSON; further ones are left out, and their number is told."""


def browser_alone(editing: Editing, look: Look, rows: Sequence[str], planned: Mapping[str, Row]) -> dict[str, Any]:
    """Return the rows of the table in its order, changed ones before all others where there is no room for all, and the look."""
    saved, left = {}, MOST_BYTES
    for row in sorted(editing.rows, key=lambda row: row not in editing.touched):
        kept = _kept(editing, row, planned.get(row))
        left -= len(json.dumps(kept, ensure_ascii=False).encode("utf-8", "surrogatepass")) + 2
        if left < 0:
            break
        saved[row] = kept
    there = [row for row in editing.rows if row in saved]
    places = {row: place for place, row in enumerate(there)}
    return {
        "rows": [saved[row] for row in there],
        "left_out": len(editing.rows) - len(there),
        "groups": list(map(list, groups(editing).items())),
        "look": {
            "sort": [look.column, look.down],
            "words": look.words,
            "group": look.group,
            "changed": look.changed,
            "page": look.page,
            "found": [places[row] for row in rows if row in places],
        },
    }


def _kept(editing: Editing, row: str, planned: Row | None) -> dict[str, Any]:
    """Return a row without what is so of most rows."""
    shown = row_view(editing, row, planned)
    cells = shown.pop("cells")
    was = {place: cell["was"] for place, cell in enumerate(cells) if cell["was"] is not None}
    kept = {**shown, "was": was, "touched": row in editing.touched}
    return {"text": [cell["text"] for cell in cells], **{name: value for name, value in kept.items() if value or name == "row"}}
