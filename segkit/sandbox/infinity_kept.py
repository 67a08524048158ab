"""What the double of Infinity keeps: segments and groups by installation, in the rows of its documents."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from segkit.sandbox.state import State

Row = dict[str, Any]

LIVE, GONE = 200, 410
PRIMARY_ORG = 2
"""The organisation of the segments that are printed."""
PRINTED_IGRP = 1
"""The installation of the groups that are printed; the printed segments are put there too."""

_CRITERIA = [{"field": "act", "op": "begins", "value": "12"}, {"field": "href", "op": "nbegins", "value": "/action/do"}]


def segment(segment_id: int, ref: str, name: str, order: int, criteria: list[dict[str, str]]) -> Row:
    """Return a segment in the order in which it is printed."""
    return {
        "segment": segment_id,
        "segmentRef": ref,
        "segmentName": name,
        "segmentOrder": order,
        "criteria": criteria,
        "segmentStatus": LIVE,
        "orgId": PRIMARY_ORG,
        "segmentGroupId": 0,
    }


def group(group_id: int, name: str, igrp: int, status: int = LIVE) -> Row:
    """Return a group in the order in which it is printed."""
    return {"segmentGroupId": group_id, "segmentGroupName": name, "igrp": igrp, "segmentGroupStatus": status}


PRINTED = [
    segment(400, "Ref Segment", "Test Segment 11", 0, _CRITERIA),
    segment(401, "Ref Segment 401", "Test Segment 12", 1, _CRITERIA),
]
PRINTED_GROUPS = [group(number, f"Segment Group Name {number}", PRINTED_IGRP) for number in (400, 401)]
BUILT_IN = [segment(0, "", "All", 0, []), segment(1, "", "Default", 0, [])]
KEYS = {"segments": "segment", "segmentGroups": "segmentGroupId"}
"""The collections, and the name of the id in each."""

_ROWS = """
CREATE TABLE IF NOT EXISTS infinity_rows (
    igrp INTEGER NOT NULL, collection TEXT NOT NULL, id INTEGER NOT NULL, row TEXT NOT NULL,
    PRIMARY KEY (igrp, collection, id)
)
"""
_OPENED = "CREATE TABLE IF NOT EXISTS infinity_installations (igrp INTEGER PRIMARY KEY)"


class Kept:
    """The tables; every method but the first is called within a transaction of the state."""

    def __init__(self, state: State) -> None:
        state.create("infinity_rows", _ROWS)
        state.create("infinity_installations", _OPENED)

    def open(self, connection: sqlite3.Connection, igrp: int) -> None:
        """Put what an installation starts with into one that nobody has asked about before."""
        if not connection.execute("INSERT OR IGNORE INTO infinity_installations VALUES (?)", (igrp,)).rowcount:
            return
        printed = igrp == PRINTED_IGRP
        self.keep(connection, igrp, "segments", BUILT_IN + (PRINTED if printed else []))
        self.keep(connection, igrp, "segmentGroups", [group(0, "Default", igrp), *(PRINTED_GROUPS if printed else [])])

    def rows(self, connection: sqlite3.Connection, igrp: int, collection: str) -> list[Row]:
        """Return the rows of a collection by id."""
        sql = "SELECT row FROM infinity_rows WHERE igrp = ? AND collection = ? ORDER BY id"
        return [json.loads(row) for (row,) in connection.execute(sql, (igrp, collection))]

    def find(self, connection: sqlite3.Connection, igrp: int, collection: str, row_id: int) -> Row | None:
        """Return one row, None where there is none."""
        sql = "SELECT row FROM infinity_rows WHERE igrp = ? AND collection = ? AND id = ?"
        found = connection.execute(sql, (igrp, collection, row_id)).fetchone()
        return json.loads(found[0]) if found else None

    def keep(self, connection: sqlite3.Connection, igrp: int, collection: str, rows: Iterable[Row]) -> None:
        """Keep rows, in the place of those of the same id."""
        kept = [(igrp, collection, row[KEYS[collection]], json.dumps(row)) for row in rows]
        connection.executemany("INSERT OR REPLACE INTO infinity_rows VALUES (?, ?, ?, ?)", kept)

    def drop(self, connection: sqlite3.Connection, igrp: int, collection: str, row_id: int) -> None:
        """Forget a row."""
        sql = "DELETE FROM infinity_rows WHERE igrp = ? AND collection = ? AND id = ?"
        connection.execute(sql, (igrp, collection, row_id))
