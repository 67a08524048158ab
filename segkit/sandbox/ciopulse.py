"""CIOPulse's Segments endpoint, version 5 (seed 001): a portal's segments, as its page documents them."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from flask import Blueprint, Response, g, request

from segkit.errors import InvalidInput
from segkit.sandbox import ciopulse_payload
from segkit.sandbox.ciopulse_refusal import failure, refuse, refuse_address, refuse_credentials
from segkit.sandbox.exchange import LABEL, Vendor, accept_rest, authorization, encode, raw_path, reply

if TYPE_CHECKING:
    from collections.abc import Iterable

    from segkit.provenance import Provenance
    from segkit.sandbox.state import State
    from segkit.sandbox.switches import Switches

PREFIX = "/api/v5"
PLACEHOLDER = "ABC123:SMzYECYJYLpNw8PrfX8EtPO2tcP0XaKJvZ4FW5VL"
"""Portal code and API key as the page's examples print them."""

_CLEAN = "&clean"
_TABLE = """
CREATE TABLE IF NOT EXISTS ciopulse_segments (
    place INTEGER PRIMARY KEY, system_id TEXT NOT NULL UNIQUE, segment_code TEXT NOT NULL UNIQUE, segment_name TEXT NOT NULL,
    active TEXT NOT NULL, responses INTEGER NOT NULL DEFAULT 0
)
"""
_KEEP = """
INSERT INTO ciopulse_segments (system_id, segment_code, segment_name, active)
VALUES (:system_id, :segment_code, :segment_name, :active)
ON CONFLICT (system_id) DO UPDATE
SET segment_code = excluded.segment_code, segment_name = excluded.segment_name, active = excluded.active
"""
_SHOWN = {"system_id": "Segment_System_ID", "segment_code": "Segment_Code", "segment_name": "Segment_Name", "active": "Active"}
_NO_BODY = "the status is documented; that there is no body is our choice"
_SINGLE = "that one segment comes in the form of the list is our choice"


class Portal:
    """A portal and its segments.

    Parameters
    ----------
    state
        Where they are kept.
    tokens
        The pairs of portal code and API key that are let in, with a colon between.
    """

    def __init__(self, state: State, tokens: Iterable[str], switches: Switches) -> None:
        self._state = state
        self._tokens = frozenset(tokens)
        self._switches = switches
        state.create("ciopulse_segments", _TABLE)

    def vendor(self) -> Vendor:
        """Return what the app mounts."""
        routes = Blueprint("ciopulse", __name__, url_prefix=PREFIX)
        routes.record_once(accept_rest)
        routes.before_request(self._authenticate)
        one = "/segments/<rest:system_id>"
        for rule, method, view in (
            ("/segments", "GET", self.list),
            (one, "GET", self.read),
            (one, "PUT", self.put),
            (one, "DELETE", self.delete),
        ):
            routes.add_url_rule(rule, view.__name__, view, methods=[method], merge_slashes=False)
        return Vendor(routes, authorization, failure)

    def _authenticate(self) -> None:
        if authorization(request.headers) not in self._tokens:
            refuse_credentials()
        if self._switches.ciopulse_address == "unlisted":
            refuse_address()

    # What the sandbox's owner does, and no caller of the vendor's

    @property
    def segments(self) -> tuple[dict[str, Any], ...]:
        """The segments that are kept, oldest first: system_id, segment_code, segment_name, active, responses."""
        with self._state.transaction() as connection:
            return tuple(_rows(connection))

    def add_responses(self, *system_ids: str) -> None:
        """Have a survey response completed for segments, so that they are not deleted any more.

        Raises
        ------
        InvalidInput
            When there is no such segment.
        """
        sql = "UPDATE ciopulse_segments SET responses = responses + 1 WHERE system_id = ?"
        with self._state.transaction() as connection:
            for system_id in system_ids:
                if not connection.execute(sql, (system_id,)).rowcount:
                    raise InvalidInput(f"there is no segment {system_id!r}: put it first")

    # What the page documents

    def list(self) -> Response:
        """Answer with every segment."""
        with self._state.transaction() as connection:
            entries = [_entry(row) for row in _rows(connection)]
        if self._switches.ciopulse_list == "valid":
            return self._listed(entries, "derived", "as it is printed, but for the comma behind the last segment")
        return self._listed(entries, "documented" if entries else "derived", "" if entries else "no page prints a list of none")

    def read(self, **_rule: str) -> Response:
        """Answer with one segment."""
        system_id, _ = _asked(request.environ)
        with self._state.transaction() as connection:
            entry = _entry(_found(connection, system_id))
        if self._switches.ciopulse_single == "segments":
            return self._listed([entry], "derived", _SINGLE)
        shown = entry if self._switches.ciopulse_single == "segment" else entry["segment"]
        return reply({**shown, LABEL: "synthetic"}, "synthetic", "the envelope of a single segment is not documented")

    def _listed(self, entries: Iterable[dict[str, Any]], word: Provenance, note: str) -> Response:
        """Write segments line by line, as the page does."""
        lines = b",\n".join(encode(entry) for entry in entries)
        last = b",\n" if lines and self._switches.ciopulse_list == "printed" else b""
        label = b"" if word == "documented" else b',"%b":"%b"' % (LABEL.encode(), word.encode())
        return reply(b'{"segments":\n[' + lines + last + b"]" + label + b"}", word, note)

    def put(self, **_rule: str) -> Response:
        """Make a segment, or change the fields of it that were sent."""
        system_id, clean = _asked(request.environ)
        sent = ciopulse_payload.read(request.get_data(cache=False))
        with self._state.transaction() as connection:
            before = _find(connection, system_id)
            fields = {**before, **sent} if before else {"system_id": system_id, **ciopulse_payload.new(sent)}
            if "segment_name" in sent:
                invalid = self._switches.ciopulse_invalid
                fields["segment_name"] = ciopulse_payload.cleaned(sent["segment_name"], invalid, clean=clean)
            try:
                connection.execute(_KEEP, fields)
            except sqlite3.IntegrityError:
                refuse(422)
        if fields["segment_name"] != sent.get("segment_name", fields["segment_name"]):
            return _done(200 if before else 201, f"{_NO_BODY}; which characters are replaced is told by examples only")
        return _done(200 if before else 201, _NO_BODY)

    def delete(self, **_rule: str) -> Response:
        """Delete a segment that has no responses."""
        system_id, _ = _asked(request.environ)
        with self._state.transaction() as connection:
            if _found(connection, system_id)["responses"]:
                refuse(self._switches.ciopulse_delete_refused, "The Segment has Responses.", documented=False)
            connection.execute("DELETE FROM ciopulse_segments WHERE system_id = ?", (system_id,))
        return _done(202, _NO_BODY)


def _asked(environ: dict[str, Any]) -> tuple[str, bool]:
    """Return the system id of a path, and whether `clean` was asked for: literally behind it, or in a query."""
    sent = raw_path(environ).partition("/segments/")[2]
    bare = sent.removesuffix(_CLEAN) if request.method == "PUT" else sent
    g.subject = unquote(bare, errors="replace")
    return g.subject, bare != sent or "clean" in request.args


def _rows(connection: sqlite3.Connection, where: str = "", values: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    names = (*_SHOWN, "responses")
    sql = f"SELECT {', '.join(names)} FROM ciopulse_segments {where} ORDER BY place"  # noqa: S608 - our own names and words
    return [dict(zip(names, row, strict=True)) for row in connection.execute(sql, values)]


def _find(connection: sqlite3.Connection, system_id: str) -> dict[str, Any] | None:
    return next(iter(_rows(connection, "WHERE system_id = ?", (system_id,))), None)


def _found(connection: sqlite3.Connection, system_id: str) -> dict[str, Any]:
    return _find(connection, system_id) or refuse(404)


def _entry(row: dict[str, Any]) -> dict[str, Any]:
    return {"segment": {shown: row[name].upper() if name == "active" else row[name] for name, shown in _SHOWN.items()}}


def _done(status: int, note: str) -> Response:
    response = reply(b"", "derived", note, status=status)
    del response.headers["Content-Type"]
    return response
