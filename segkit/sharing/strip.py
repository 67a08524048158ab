"""A notebook for version control: its words and code, and nothing that running it leaves behind."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Final

from segkit.sharing import parameters
from segkit.sharing.manifest import MANIFEST

if TYPE_CHECKING:
    from nbformat import NotebookNode

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


def only(metadata: NotebookNode, names: tuple[str, ...]) -> NotebookNode:
    """Return metadata of these names only."""
    return type(metadata)({name: value for name, value in metadata.items() if name in names})
