"""A notebook for version control: its words and code, and nothing that running it leaves behind."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Final

import nbformat

from segkit.sharing import parameters
from segkit.sharing.files import read, replace
from segkit.sharing.manifest import MANIFEST
from segkit.sharing.respondent_rows import Rows
from segkit.sharing.scan import scan

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from nbformat import NotebookNode

    from segkit.findings import Findings

OF_NOTEBOOK: Final = ("kernelspec", "language_info", "title", "authors")
OF_LANGUAGE: Final = ("name",)
OF_CELL: Final = ("tags", "slideshow", "name", "jupyter", "editable", "deletable", "raw_mimetype", "format")
"""Metadata that somebody wrote; what else is there, a run or an editor left behind."""


def strip(notebook: NotebookNode) -> NotebookNode:
    """Return a copy without outputs, counts, states, injected parameters and manifest; done again it is the same."""
    copied: NotebookNode = copy.deepcopy(parameters.without(notebook))
    copied.cells = [cell for cell in copied.cells if not parameters.tagged(cell, MANIFEST)]
    copied.metadata = only(copied.metadata, OF_NOTEBOOK)
    if "language_info" in copied.metadata:
        copied.metadata.language_info = only(copied.metadata.language_info, OF_LANGUAGE)
    for cell in copied.cells:
        cell.metadata = only(cell.metadata, OF_CELL)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return copied


def strip_file(path: Path, allow: Collection[str] = ()) -> tuple[bool, Findings]:
    """Strip a notebook's file where it lies; return whether it changed, and what its words and code hold that must not leave.

    Raises
    ------
    InvalidInput
        When it is no notebook.
    """
    given = read(path)
    stripped = strip(given)
    before, after = path.read_text(encoding="utf-8"), nbformat.writes(stripped) + "\n"
    if before != after:
        replace(path, after)
    return before != after, scan(stripped, Rows(), allow=allow).findings


def only(metadata: NotebookNode, names: tuple[str, ...]) -> NotebookNode:
    """Return metadata of these names only."""
    return type(metadata)({name: value for name, value in metadata.items() if name in names})
