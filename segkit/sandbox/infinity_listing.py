"""How the double of Infinity lists: filters that must all hold, sorts one behind the other, limit and offset; one object a line.

The form of filters and sorts is documented, of operators ``eq`` is shown. Others are compared here as texts, numbers as numbers.
"""

from __future__ import annotations

import json
from operator import eq, ge, gt, le, lt, ne
from typing import TYPE_CHECKING, Any

from segkit.provenance import weakest
from segkit.sandbox.exchange import LABEL, reply
from segkit.sandbox.infinity_kept import BUILT_IN, GONE, PRINTED, PRINTED_GROUPS
from segkit.sandbox.infinity_refusal import refuse
from segkit.sandbox.php_request import elements

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Response

    from segkit.provenance import Provenance
    from segkit.sandbox.infinity_kept import Row

_PARTS = 4
_ORDERED: Mapping[str, Callable[[Any, Any], bool]] = {"eq": eq, "ne": ne, "gt": gt, "ge": ge, "lt": lt, "le": le}
_TEXTUAL: Mapping[str, Callable[[str, str], bool]] = {
    "eqi": lambda found, wanted: found.lower() == wanted.lower(),
    "inc": lambda found, wanted: wanted in found,
    "inci": lambda found, wanted: wanted.lower() in found.lower(),
    "begins": str.startswith,
    "beginsi": lambda found, wanted: found.lower().startswith(wanted.lower()),
    "in": lambda found, wanted: found in wanted.split(","),
    "ini": lambda found, wanted: found.lower() in wanted.lower().split(","),
}
_NEGATED = {"nei": "eqi", "ninc": "inc", "ninci": "inci", "nbegins": "begins", "nbeginsi": "beginsi", "nin": "in", "nini": "ini"}


def chosen(rows: list[Row], sent: Mapping[str, Any], properties: list[str]) -> list[Row]:
    """Return the rows that the parameters of a list ask for."""
    for each in _listed(sent, "filter"):
        rows = [row for row in rows if _holds(row, each, properties)]
    for each in reversed(_listed(sent, "sort")):
        name, _, direction = each.partition("-")
        if name not in properties or direction not in ("asc", "desc"):
            refuse(f"There is no sort {each!r}.")
        rows = sorted(rows, key=lambda row: _comparable(row[name]), reverse=direction == "desc")
    offset, limit = _number(sent, "offset", 0), _number(sent, "limit", len(rows))
    return rows[offset : offset + limit]


def _listed(sent: Mapping[str, Any], name: str) -> list[str]:
    given = sent.get(name, [])
    found = [(name, given)] if isinstance(given, str) else elements(given)
    if found is None or not all(isinstance(each, str) for _, each in found):
        refuse(f"{name} is an array of strings.")
    return [each for _, each in found]


def _number(sent: Mapping[str, Any], name: str, usual: int) -> int:
    given = str(sent.get(name, usual))
    if not (given.isascii() and given.isdigit()):
        refuse(f"{name} is an integer.")
    return int(given)


def _comparable(value: object) -> tuple[int, int | str]:
    return (0, value) if isinstance(value, int) else (1, str(value))


def _holds(row: Row, sent: str, properties: list[str]) -> bool:
    parts = sent.split("-", _PARTS - 1)
    if len(parts) < _PARTS or parts[0] not in properties or parts[2] != "value":
        refuse(f"There is no filter {sent!r}.")
    found, code, wanted = row[parts[0]], parts[1], parts[3]
    if code in _ORDERED:
        if isinstance(found, int):
            return _ORDERED[code](found, int(wanted)) if wanted.isascii() and wanted.isdigit() else code == "ne"
        return _ORDERED[code](str(found), wanted)
    test = _TEXTUAL.get(_NEGATED.get(code, code))
    if test is None:
        refuse(f"There is no operand {code!r}.")
    return test(str(found), wanted) is not (code in _NEGATED)


def word_of(row: Row) -> Provenance:
    """Return what a row rests on."""
    if row in PRINTED or row in PRINTED_GROUPS:
        return "documented"
    return "synthetic" if row.get("segmentStatus") == GONE else "derived"


def shown(rows: list[Row], *, is_list: bool) -> Response:
    """Answer with rows as PHP writes them: numbers as texts, slashes and all but ASCII escaped, one object a line."""
    words = [word_of(row) for row in rows]
    lines = [_line(row if word == "documented" else {**row, LABEL: word}) for row, word in zip(rows, words, strict=True)]
    notes = {
        "derived": "the form is printed, with other values",
        "synthetic": "that what is deleted stays with status 410 is told of groups alone; see the switch infinity_deleted",
    }
    word = weakest(*words) if words else "derived"
    note = notes.get(word, "") if words else "no page prints a list of none"
    if is_list and any(row in BUILT_IN for row in rows):
        note = f"{note}; whether a list holds the built-in segments is not documented"
    return reply("".join(lines).encode(), word, note)


def _line(row: Row) -> str:
    texts = {name: str(value) if isinstance(value, int) else value for name, value in row.items()}
    return json.dumps(texts, separators=(",", ":")).replace("/", "\\/") + "\n"
