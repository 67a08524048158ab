"""A notebook looked through before it is shared: what must not leave is found, masked or taken out."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from segkit.credentials import ENVIRONMENT, Secret
from segkit.errors import InvalidInput
from segkit.findings import Finding, Findings
from segkit.sharing import secret_forms
from segkit.sharing.charts import MIME as PLOTLY
from segkit.sharing.leaks import leaks
from segkit.sharing.respondent_rows import MASK, Rows, telling
from segkit.sharing.texts import Place, changed
from segkit.widgets.module import SAVED

if TYPE_CHECKING:
    from collections.abc import Collection

    from nbformat import NotebookNode

ALLOWABLE: Final = ("absolute-path", "credential-like", "respondent-rows")
"""Codes of findings that may be allowed; a credential that is held here may not."""

SHORTEST_OF_ENVIRONMENT: Final = 8
"""A shorter value of some variable of the environment may be any word."""

_WORD: Final = re.compile(r"[\w.@+-]+")


class Scanned(NamedTuple):
    """A notebook as it may be shared.

    Attributes
    ----------
    notebook
        A copy: ids of people are masked, and what was to be redacted is.
    findings
        What was found; an error that was not redacted blocks the share.
    """

    notebook: NotebookNode
    findings: Findings


def held_here() -> list[Secret]:
    """Return what the environment holds as credentials: segkit's own, and whatever else has the name of one.

    They are looked for in texts for as long as somebody holds what this returns.
    """
    named = {
        name for name, value in os.environ.items() if secret_forms.is_secret_name(name) and len(value) >= SHORTEST_OF_ENVIRONMENT
    }
    found = (Secret.find(None, name) for name in sorted(named.union(ENVIRONMENT)))
    return [secret for secret in found if secret is not None]


def check_allowed(allow: Collection[str]) -> None:
    """Raise InvalidInput for a code that may not be allowed."""
    if isinstance(allow, str) or (strange := sorted(set(allow).difference(ALLOWABLE))):
        given = allow if isinstance(allow, str) else ", ".join(map(repr, strange))
        raise InvalidInput(f"allow is {given!r:.80}: give a list of any of {', '.join(ALLOWABLE)}")


def scan(notebook: NotebookNode, rows: Rows, *, redact: bool = False, allow: Collection[str] = ()) -> Scanned:
    """Look through a notebook.

    Parameters
    ----------
    rows
        What rows of people are, and how many may stay.
    redact
        Whether credentials and paths are replaced; what is found is then a warning.
    allow
        Codes of findings that are meant: `ALLOWABLE`.

    Raises
    ------
    InvalidInput
        When a code may not be allowed.
    """
    check_allowed(allow)
    secrets = held_here()
    masked = Scanned(notebook, Findings()) if "respondent-rows" in allow else _mask(notebook, rows, redact=redact)
    found: dict[Finding, None] = {}

    def clear(place: Place, text: str) -> str:
        parts, end = [], 0
        for leak in leaks(text, place):
            if leak.code in allow:
                continue
            where = place.at(text, leak.start)
            found[Finding(leak.code, "warning" if redact else "error", where, leak.message, "" if redact else leak.fix)] = None
            parts += [text[end : leak.start], leak.instead]
            end = leak.end
        return "".join([*parts, text[end:]]) if redact and parts else text

    cleared = changed(masked.notebook, clear)
    secrets.clear()
    return Scanned(cleared, masked.findings + found)


def _mask(notebook: NotebookNode, rows: Rows, *, redact: bool) -> Scanned:
    """Mask ids of people in outputs; in a source they are an error, for its cell would not run any more."""
    found: list[Finding] = []
    ids: set[str] = set()
    shown = set[tuple[int, str]]()

    def mask(place: Place, text: str) -> str:
        masked = rows.masked(text, place.form)
        if not masked.rows:
            return text
        ids.update(masked.ids)
        if place.part == "source" and not redact:
            fix = "Read them from a file that is not shared, share with redact=True, or allow respondent-rows."
            found.append(Finding("respondent-rows", "error", place.at(text, 0), f"{masked.rows} ids of people", fix))
            return text
        if (place.cell, place.part) not in shown:  # the same rows as HTML and as text are told once
            shown.add((place.cell, place.part))
            fix = "Allow respondent-rows to show them."
            found.append(Finding("respondent-rows", "info", place.at("", 0), f"{masked.rows} rows of people, ids masked", fix))
        return masked.text

    masked = changed(_without_states(notebook, rows), mask)
    for number, cell in enumerate(masked.cells, 1):
        for at, output in enumerate(cell.get("outputs", []), 1):
            of_data = _of_data(output, rows)
            ids |= of_data
            if of_data and (number, f"output {at}") not in shown:
                fix = "Allow respondent-rows to show them."
                where = Place(number, f"output {at}").at("", 0)
                found.append(Finding("respondent-rows", "info", where, f"{len(of_data)} ids of people, masked", fix))
    return Scanned(_everywhere(masked, set(telling(ids))), Findings(found))


def _of_data(output: NotebookNode, rows: Rows) -> frozenset[str]:
    """Mask ids of people in the forms of an output that are data; return them, and those that its chart is drawn by."""
    found = frozenset[str]()
    for form, held in list(output.get("data", {}).items()):
        if form == PLOTLY:
            found |= rows.of_chart(held)
        elif isinstance(held, dict | list) and form != SAVED:
            output.data[form], ids = rows.of_data(held)
            found |= ids
    return found


def _without_states(notebook: NotebookNode, rows: Rows) -> NotebookNode:
    """Take away the saved state of a widget that shows rows of people: its static copy stays, masked."""
    copied = changed(notebook, lambda _, text: text)
    for cell in copied.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            has_people = SAVED in data and (
                rows.masked(data.get("text/html", ""), "text/html").rows or rows.masked(json.dumps(data[SAVED]), "").rows
            )
            if has_people:
                del data[SAVED]
    return copied


def _everywhere(notebook: NotebookNode, ids: set[str]) -> NotebookNode:
    """Mask these ids in every output, also in a chart or a sentence."""

    def mask(place: Place, text: str) -> str:
        if not ids or not place.part.startswith("output"):
            return text
        return _WORD.sub(lambda word: MASK if word[0] in ids else word[0], text)

    return changed(notebook, mask)
