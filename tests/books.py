"""Notebooks as they are saved, for tests of sharing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nbformat
import plotly.graph_objects as go

if TYPE_CHECKING:
    from pathlib import Path

FIGURE = go.Figure(go.Bar(x=["low", "high"], y=[1, 3]), {"title": {"text": "<b>Shares</b> by level"}})
PLOTLY = "application/vnd.plotly.v1+json"
VIEW = "application/vnd.jupyter.widget-view+json"


def out(data: dict[str, Any], **metadata: Any) -> nbformat.NotebookNode:
    """Make an output of these forms."""
    return nbformat.v4.new_output("display_data", data, metadata=metadata)


def printed(text: str, name: str = "stdout") -> nbformat.NotebookNode:
    """Make an output of printed text."""
    return nbformat.v4.new_output("stream", name=name, text=text)


def chart(figure: go.Figure = FIGURE) -> nbformat.NotebookNode:
    """Make the output that plotly makes in a kernel."""
    return out({PLOTLY: figure.to_plotly_json() | {"config": {"showSendToCloud": True}}})


def code(
    source: str, *outputs: nbformat.NotebookNode, count: int | None = 1, tags: tuple[str, ...] = ()
) -> nbformat.NotebookNode:
    """Make a cell of code that was run."""
    metadata = {"tags": list(tags)} if tags else {}
    return nbformat.v4.new_code_cell(source, execution_count=count, outputs=list(outputs), metadata=metadata)


def words(source: str = "# A walk") -> nbformat.NotebookNode:
    """Make a cell of words."""
    return nbformat.v4.new_markdown_cell(source)


def book(*cells: nbformat.NotebookNode, **metadata: Any) -> nbformat.NotebookNode:
    """Make a notebook of these cells."""
    return nbformat.v4.new_notebook(cells=list(cells), metadata=metadata)


def saved(folder: Path, *cells: nbformat.NotebookNode, name: str = "walk.ipynb", **metadata: Any) -> Path:
    """Write a notebook of these cells and return its path."""
    nbformat.write(book(*cells, **metadata), folder / name)
    return folder / name
