"""Infinity's segments and segment groups, Config API version 2 (seed 002), as its page documents them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from flask import Blueprint, Response, g, request

from segkit.sandbox import infinity_request
from segkit.sandbox.exchange import Vendor, authorization, reply
from segkit.sandbox.infinity_kept import GONE, KEYS, LIVE, Kept, group
from segkit.sandbox.infinity_kept import segment as new_segment
from segkit.sandbox.infinity_listing import chosen, shown
from segkit.sandbox.infinity_refusal import failure, refuse, refuse_access, refuse_built_in, refuse_credentials

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from segkit.sandbox.infinity_kept import Row
    from segkit.sandbox.state import State
    from segkit.sandbox.switches import Switches

PREFIX = "/config/v2"
PLACEHOLDER = "YOUR_USERNAME:YOUR_PASSWORD"
"""A user and a password of ours: the page prints none."""

_SEGMENTS, _GROUPS = "segments", "segmentGroups"
_STATUS = {_SEGMENTS: "segmentStatus", _GROUPS: "segmentGroupStatus"}
_PROPERTIES = {
    _SEGMENTS: ["segment", "segmentRef", "segmentName", "segmentOrder", "segmentStatus", "orgId", "segmentGroupId"],
    _GROUPS: ["segmentGroupId", "segmentGroupName", "igrp", "segmentGroupStatus"],
}
_BUILT_IN = {_SEGMENTS: (0, 1), _GROUPS: (0,)}


class Installations:
    """The installations (IGRPs) and what each of them keeps; an id means something within one alone.

    Parameters
    ----------
    state
        Where they are kept.
    tokens
        The pairs of user and password that are let in, with a colon between.
    """

    def __init__(self, state: State, tokens: Iterable[str], switches: Switches) -> None:
        self._state = state
        self._kept = Kept(state)
        self._tokens = frozenset(tokens)
        self._switches = switches

    def vendor(self) -> Vendor:
        """Return what the app mounts."""
        routes = Blueprint("infinity", __name__, url_prefix=PREFIX)
        routes.before_request(self._authenticate)
        for rule, method, view in (
            ("", "GET", self.listed),
            ("", "POST", self.create),
            ("/order", "PUT", self.order),
            ("/<one>", "GET", self.read),
            ("/<one>", "POST", self.update),
            ("/<one>", "DELETE", self.delete),
        ):
            for collection in (_SEGMENTS,) if view == self.order else (_SEGMENTS, _GROUPS):
                path, name = f"/igrps/<igrp>/{collection}{rule}", f"{view.__name__}_{collection}"
                routes.add_url_rule(path, name, view, defaults={"collection": collection}, methods=[method], strict_slashes=False)
        return Vendor(routes, authorization, failure)

    def _authenticate(self) -> None:
        if authorization(request.headers) not in self._tokens:
            refuse_credentials()
        if self._switches.infinity_access == "denied":
            refuse_access()

    def rows(self, igrp: int = 1, collection: str = _SEGMENTS) -> list[Row]:
        """Return the ``segments`` or ``segmentGroups`` that an installation keeps, built-in and deleted ones too."""
        with self._state.transaction() as connection:
            self._kept.open(connection, igrp)
            return self._kept.rows(connection, igrp, collection)

    # What the page documents; `collection` says of what

    def listed(self, igrp: str, collection: str) -> Response:
        """Answer with what filters, sorts, limit and offset choose."""
        with self._state.transaction() as connection:
            rows = self._kept.rows(connection, self._opened(connection, igrp), collection)
        if self._switches.infinity_built_in == "hidden":
            rows = [row for row in rows if row[KEYS[collection]] not in _BUILT_IN[collection]]
        sent = infinity_request.parameters(request)
        return shown(chosen(rows, sent, _PROPERTIES[collection]), is_list=True)

    def read(self, igrp: str, one: str, collection: str) -> Response:
        """Answer with one."""
        with self._state.transaction() as connection:
            return shown([self._found(connection, self._opened(connection, igrp), collection, one)], is_list=False)

    def create(self, igrp: str, collection: str) -> Response:
        """Make one; twice the same without an id makes two."""
        sent = infinity_request.parameters(request)
        with self._state.transaction() as connection:
            number = self._opened(connection, igrp)
            rows = self._kept.rows(connection, number, collection)
            following = max([1, *(row[KEYS[collection]] for row in rows)]) + 1
            if collection == _GROUPS:
                row = group(following, infinity_request.group_name(sent), number)
            else:
                row = self._new(sent, rows, following)
                self._check(connection, number, row)
            self._kept.keep(connection, number, collection, [row])
        g.subject = str(row[KEYS[collection]])
        return _done(201)

    def update(self, igrp: str, one: str, collection: str) -> Response:
        """Change one; what is left out is documented for some of its properties."""
        sent = infinity_request.parameters(request)
        with self._state.transaction() as connection:
            number = self._opened(connection, igrp)
            before = self._in_use(connection, number, collection, one)
            if collection == _GROUPS:
                row = {
                    **before,
                    "segmentGroupName": infinity_request.text(sent.get("segmentGroupName"), "segmentGroupName", None),
                }
            else:
                row = infinity_request.segment(sent, before, self._switches.infinity_partial)
                self._check(connection, number, row)
            self._kept.keep(connection, number, collection, [row])
        return _done(204)

    def order(self, igrp: str, collection: str) -> Response:
        """Give segments the places that they have in a list."""
        sent = infinity_request.parameters(request)
        with self._state.transaction() as connection:
            number = self._opened(connection, igrp)
            rows = self._kept.rows(connection, number, collection)
            wanted = infinity_request.order(sent, rows)
            placed = [{**row, "segmentOrder": wanted[row["segment"]]} for row in rows if row["segment"] in wanted]
            self._kept.keep(connection, number, collection, placed)
        return _done(204)

    def delete(self, igrp: str, one: str, collection: str) -> Response:
        """Delete one; a group only when it is empty."""
        with self._state.transaction() as connection:
            number = self._opened(connection, igrp)
            row = self._in_use(connection, number, collection, one)
            row_id = row[KEYS[collection]]
            if collection == _GROUPS and any(
                segment["segmentGroupId"] == row_id and segment["segmentStatus"] == LIVE
                for segment in self._kept.rows(connection, number, _SEGMENTS)
            ):
                refuse("The segment group contains segments.", status=409)
            if self._switches.infinity_deleted == "listed":
                self._kept.keep(connection, number, collection, [{**row, _STATUS[collection]: GONE}])
            else:
                self._kept.drop(connection, number, collection, row_id)
        return _done(204)

    def _opened(self, connection: sqlite3.Connection, igrp: str) -> int:
        number = infinity_request.number(igrp, "The IGRP specifier", 1)
        self._kept.open(connection, number)
        return number

    def _found(self, connection: sqlite3.Connection, igrp: int, collection: str, one: str) -> Row:
        g.subject = one
        row_id = infinity_request.number(one, "The specifier", 0)
        return self._kept.find(connection, igrp, collection, row_id) or _not_there(one)

    def _in_use(self, connection: sqlite3.Connection, igrp: int, collection: str, one: str) -> Row:
        """Return a row that may be changed."""
        row = self._found(connection, igrp, collection, one)
        if row[KEYS[collection]] in _BUILT_IN[collection]:
            refuse_built_in(f"{one} is built in.")
        if row[_STATUS[collection]] == GONE:
            refuse(f"{one} is deleted.", status=410)
        return row

    def _new(self, sent: dict[str, Any], rows: list[Row], following: int) -> Row:
        greatest = infinity_request.GREATEST
        if "segment" in sent:
            following = infinity_request.number(sent["segment"], "segment", 2, greatest)
            if any(row["segment"] == following for row in rows):
                refuse(f"Segment {following} exists.", status=409)
        elif following > greatest:
            refuse("There is no segment ID left.", status=409)
        return infinity_request.segment(sent, new_segment(following, "", "", 0, []), self._switches.infinity_partial)

    def _check(self, connection: sqlite3.Connection, igrp: int, row: Row) -> None:
        """Hold a segment against the others: its reference is its own, and its group is there."""
        others = [each for each in self._kept.rows(connection, igrp, _SEGMENTS) if each["segment"] != row["segment"]]
        taken = {each["segmentRef"] for each in others if each["segmentStatus"] == LIVE}
        if row["segmentRef"] and row["segmentRef"] in taken:
            refuse(f"The segmentRef {row['segmentRef']!r} is taken.", status=409)
        into = self._kept.find(connection, igrp, _GROUPS, row["segmentGroupId"])
        if into is None or into["segmentGroupStatus"] != LIVE:
            refuse(f"There is no segment group {row['segmentGroupId']}.")


def _not_there(one: str) -> NoReturn:
    refuse(f"There is no {one}.", status=404)


def _done(status: int) -> Response:
    """Answer with a documented status and no body."""
    response = reply(b"", "documented", status=status)
    del response.headers["Content-Type"]
    return response
