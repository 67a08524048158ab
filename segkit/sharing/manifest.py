"""The manifest at the end of a shared document: its versions, seeds, standards and sources, and what is synthetic.

It is read from the notebook alone, its code and its outputs: it is the same for one that was run elsewhere, and at every render.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Final, NamedTuple

import nbformat

import segkit
from segkit import markup
from segkit.errors import InvalidInput
from segkit.provenance import WORDS
from segkit.sharing import parameters
from segkit.sharing.calls import calls_of
from segkit.sharing.leaks import words_of
from segkit.sharing.mentions import data_of, seeds_of, standards_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbformat import NotebookNode

    from segkit.findings import Findings
    from segkit.sharing.calls import Call

MANIFEST: Final = "segkit-manifest"
"""The tag of the cell, and its id."""

DIGITS: Final = 12

NOTE: Final = (
    "Read by segkit from the notebook's code and outputs; [1] is the number beside the code. Documented is what a vendor or a "
    "publisher states, derived what follows from that, synthetic what segkit or its sandbox made up."
)


class Row(NamedTuple):
    """A line of the manifest; `where` names cells by their number, as they stand beside the code."""

    what: str
    told: str
    where: str = ""


def time_of_share() -> datetime:
    """Return the time that the document bears: SOURCE_DATE_EPOCH of the environment, else now.

    Raises
    ------
    InvalidInput
        When SOURCE_DATE_EPOCH is no number of seconds.
    """
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given is None:
        return datetime.now(UTC)
    try:
        return datetime.fromtimestamp(int(given), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise InvalidInput(f"SOURCE_DATE_EPOCH is {given!r:.40}: give seconds since 1970, or unset it") from error


def manifest(notebook: NotebookNode, findings: Findings) -> list[Row]:
    """Return what is to be known of a notebook.

    Parameters
    ----------
    findings
        Of the scan: what was masked or taken out is told.
    """
    calls = [call for cell in notebook.cells if cell.cell_type == "code" for call in calls_of(cell)]
    return [
        *_gathered("standard", ((told, call) for call in calls for told in standards_of(call))),
        *_gathered("data", ((told, call) for call in calls for told in data_of(call))),
        *_gathered("seed", ((told, call) for call in calls for told in seeds_of(call))),
        *(Row("parameter", line) for line in parameters.given(notebook).splitlines() if " = " in line),
        *_provenance(notebook),
        *(Row("left out", f"{finding.code}: {finding.message}", _as_read(notebook, finding.where)) for finding in findings),
        Row("made with", _versions(notebook)),
        Row("notebook", f"sources {_digest(notebook)} (SHA-256, its first {DIGITS} digits)"),
        Row("shared", f"{time_of_share():%Y-%m-%d %H:%M} UTC"),
    ]


def _gathered(what: str, told: Iterable[tuple[str, Call]]) -> Iterator[Row]:
    """Yield a row for each thing told, with all the cells that tell it."""
    places: dict[str, dict[str, None]] = {}
    for text, call in told:
        places.setdefault(text, {})[call.cell] = None
    for text, cells in places.items():
        yield Row(what, text, ", ".join(cells))


def _provenance(notebook: NotebookNode) -> Iterator[Row]:
    """Yield a row for each of the three words that outputs bear."""
    shown = {word: dict[str, None]() for word in WORDS}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            text = " ".join(map(_read, cell.outputs))
            for word in WORDS:
                if word in text:
                    shown[word][name_of(cell)] = None
    for word, cells in shown.items():
        if cells:
            yield Row("provenance", word, ", ".join(cells))


def _read(output: NotebookNode) -> str:
    data = output.get("data", {})
    meta = (data.get("application/vnd.plotly.v1+json", {}).get("layout") or {}).get("meta") or {}
    alt = meta.get("alt_text", "") if isinstance(meta, dict) else ""
    return " ".join([output.get("text", ""), words_of(data.get("text/html", "")), data.get("text/plain", ""), str(alt)])


def name_of(cell: NotebookNode) -> str:
    """Return by which number readers see a cell of code."""
    return f"[{cell.get('execution_count') or ' '}]"


def _as_read(notebook: NotebookNode, where: str) -> str:
    """Return the place of a finding by the number that readers see beside its code, without the form it was saved in."""
    cell = re.match(r"cell (\d+)\b", where)
    at = int(cell[1]) - 1 if cell else -1
    if cell is None or not 0 <= at < len(notebook.cells) or notebook.cells[at].get("execution_count") is None:
        return where
    return re.sub(r" \([\w.+-]+/[\w.+-]+\)", "", f"{name_of(notebook.cells[at])}{where[cell.end() :]}")


def _versions(notebook: NotebookNode) -> str:
    language = notebook.metadata.get("language_info", {}).get("version") or platform.python_version()
    ours = [f"{name} {version(name)}" for name in ("pandas", "plotly")]
    return ", ".join([f"segkit {segkit.__version__}", *ours, f"Python {language}"])


def _digest(notebook: NotebookNode) -> str:
    sources = "\n\0".join(cell.source for cell in notebook.cells if not parameters.tagged(cell, MANIFEST))
    return hashlib.sha256(sources.encode(errors="surrogatepass")).hexdigest()[:DIGITS]


def cell_of(rows: Iterable[Row]) -> NotebookNode:
    """Return the manifest as a cell of words."""
    table = markup.table("About this document", ["what", "as it was", "code"], rows)
    note = markup.note(NOTE)
    words = f"{table.html}\n\n{note.html}"
    cell: NotebookNode = nbformat.v4.new_markdown_cell(words, metadata={"tags": [MANIFEST]}, id=MANIFEST)
    return cell
