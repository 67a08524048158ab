"""Instaleap's bulk replacement of customers' segments (seed 004), as its page documents it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flask import Blueprint, Response, g, request

from segkit.errors import InvalidInput
from segkit.provenance import weakest
from segkit.sandbox import instaleap_request
from segkit.sandbox.exchange import LABEL, Vendor, authorization, reply
from segkit.sandbox.instaleap_request import failure, refuse

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from segkit.provenance import Provenance
    from segkit.sandbox.instaleap_request import Entry
    from segkit.sandbox.state import State
    from segkit.sandbox.switches import Switches

PREFIX = "/api/v3"
PLACEHOLDER = "some_token"
"""The token that the page's example prints."""

DOCUMENTED_CUSTOMERS = ("1232-2323", "aa-bb-1")
"""Those whom the page's examples find; they are here from the beginning."""

_TABLE = "CREATE TABLE IF NOT EXISTS instaleap_customers (document_id TEXT PRIMARY KEY, segments TEXT NOT NULL)"
_ADD = "INSERT OR IGNORE INTO instaleap_customers VALUES (?, '[]')"


class Customers:
    """The customers and their segments.

    Parameters
    ----------
    state
        Where they are kept.
    tokens
        The access tokens that are let in.
    """

    def __init__(self, state: State, tokens: Iterable[str], switches: Switches) -> None:
        self._state = state
        self._tokens = frozenset(tokens)
        self._switches = switches
        state.create("instaleap_customers", _TABLE)

    def vendor(self) -> Vendor:
        """Return what the app mounts."""
        routes = Blueprint("instaleap", __name__, url_prefix=PREFIX)
        routes.before_request(self._authenticate)
        routes.add_url_rule("/customers/segments", view_func=self.replace, methods=["POST"])
        return Vendor(routes, authorization, failure)

    def _authenticate(self) -> None:
        if authorization(request.headers) not in self._tokens:
            refuse("Missing or invalid access token.", status=401)

    # What the sandbox's owner does, and no caller of the vendor's

    def enrol(self, *document_ids: str) -> None:
        """Have customers in the database, so that their segments can be replaced; those who are there stay as they are.

        Raises
        ------
        InvalidInput
            When an id is no text.
        """
        strange = [each for each in document_ids if not isinstance(each, str) or not each]
        if strange:
            raise InvalidInput(f"a customer's document_id is {strange[0]!r}: give text")
        with self._state.transaction() as connection:
            connection.executemany(_ADD, [(each,) for each in document_ids])

    @property
    def segments(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """The segments that each customer has now, as pairs of type and value; no endpoint of the vendor's shows them."""
        with self._state.transaction() as connection:
            _add_documented(connection)
            rows = connection.execute("SELECT document_id, segments FROM instaleap_customers ORDER BY rowid").fetchall()
        return {document_id: tuple((each["type"], each["value"]) for each in json.loads(kept)) for document_id, kept in rows}

    # What the page documents

    def replace(self) -> Response:
        """Replace the segments of those customers that are known, and name them."""
        entries = instaleap_request.read(request.get_data(cache=False))
        g.subject = f"{len(entries)} entries"
        first: dict[str, Entry] = {}
        for entry in entries:
            first.setdefault(entry.document_id, entry)
        labels: dict[str, Provenance] = {}
        with self._state.transaction() as connection:
            _add_documented(connection)
            updated = [entry.document_id for entry in first.values() if self._kept(connection, entry, labels)]
        body = {"updatedCustomers": updated}
        word = weakest("documented", *labels.values())
        return reply(body if word == "documented" else {**body, LABEL: word}, word, "; ".join(labels))

    def _kept(self, connection: sqlite3.Connection, entry: Entry, labels: dict[str, Provenance]) -> bool:
        """Keep what an entry says of a known customer, and note what of it no page says."""
        segments = entry.segments
        if segments is None:
            labels["what null does to a customer's segments is our choice"] = "synthetic"
            if self._switches.instaleap_null == "keep":
                return _is_known(connection, entry.document_id)
        elif not segments:
            labels["that an empty array takes all segments away follows from a complete replacement"] = "derived"
        elif len(segments) > 1 and self._switches.instaleap_first == "segment":
            labels["that only the first segment of an entry is saved is one reading of the note"] = "synthetic"
            segments = segments[:1]
        sql = "UPDATE instaleap_customers SET segments = ? WHERE document_id = ?"
        return bool(connection.execute(sql, (json.dumps(segments or []), entry.document_id)).rowcount)


def _is_known(connection: sqlite3.Connection, document_id: str) -> bool:
    return bool(connection.execute("SELECT 1 FROM instaleap_customers WHERE document_id = ?", (document_id,)).fetchone())


def _add_documented(connection: sqlite3.Connection) -> None:
    connection.executemany(_ADD, [(each,) for each in DOCUMENTED_CUSTOMERS])
