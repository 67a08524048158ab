"""A run notebook for readers of GitHub and nbviewer, which draw neither charts nor widgets: pictures, words, static copies."""

from __future__ import annotations

import base64
import copy
from typing import TYPE_CHECKING, Final

import nbformat

from segkit.sharing.cells import WIDGET, shown
from segkit.sharing.charts import CONFIG, MIME, in_words, words_of
from segkit.sharing.pictures import size_of
from segkit.sharing.strip import OF_CELL, OF_NOTEBOOK, only
from segkit.widgets.module import SAVED

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from segkit.sharing.charts import Pictures

WORDS: Final = "segkit-words"
"""Marks, in its metadata, an output that says a chart in words."""


def rendered(notebook: NotebookNode, pictures: Pictures) -> NotebookNode:
    """Return a copy in which each chart has its picture, with an alt text, and its words; done again it is the same.

    Widgets are their static copies: no live view is left, no state, and nothing that a run wrote down of itself. A chart stays
    live where JupyterLab opens the notebook.
    """
    copied: NotebookNode = copy.deepcopy(notebook)
    copied.metadata = only(copied.metadata, OF_NOTEBOOK)
    for cell in copied.cells:
        cell.metadata = only(cell.metadata, OF_CELL)
        if cell.cell_type == "code":
            outputs = [output for output in shown(cell.outputs) if not output.get("metadata", {}).get(WORDS)]
            cell.outputs = [made for output in outputs for made in _rendered(output, pictures)]
    return copied


def _rendered(output: NotebookNode, pictures: Pictures) -> list[NotebookNode]:
    data = output.get("data", {})
    for form in (WIDGET, SAVED):
        data.pop(form, None)
    if MIME not in data:
        return [output]
    figure = data[MIME]
    width, height = size_of(figure)
    picture = base64.b64encode(pictures.of(figure)).decode()
    forms = {MIME: {**figure, "config": CONFIG}, "image/png": picture, "text/plain": words_of(figure)}
    about = {"image/png": {"alt": words_of(figure), "width": width, "height": height}}
    told = {"text/html": in_words(figure).html, "text/plain": words_of(figure)}
    return [
        nbformat.v4.new_output("display_data", forms, metadata=about),
        nbformat.v4.new_output("display_data", told, metadata={WORDS: True}),
    ]
