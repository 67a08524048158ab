"""What a reader of a notebook may stumble over; nothing of it blocks a share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segkit.findings import Finding
from segkit.sharing.cells import without_twin

if TYPE_CHECKING:
    from nbformat import NotebookNode


def stumbling(notebook: NotebookNode) -> list[Finding]:
    """Tell of cells that were not run, or in another order than they stand in, and of errors that are shown."""
    code = [(at, cell) for at, cell in enumerate(notebook.cells, 1) if cell.cell_type == "code" and cell.source.strip()]
    counts = [cell.execution_count for _, cell in code]
    found = []
    if code and None in counts:
        at = code[counts.index(None)][0]
        what = "no cell was run" if not any(counts) else "not every cell was run"
        found.append(Finding("not-run", "warning", f"cell {at}", what, "Run the notebook, or share it with execute=True."))
    elif counts != list(range(1, len(counts) + 1)):
        found.append(
            Finding("run-out-of-order", "info", "notebook", "cells were not run once from top to bottom", "Run them all.")
        )
    for at, cell in code:
        if any(output.output_type == "error" for output in cell.outputs):
            found.append(
                Finding("shows-an-error", "warning", f"cell {at}", "its output is an error", "Mend it, and run it again.")
            )
        if without_twin(cell.outputs):
            what = "a widget that is not segkit's: readers see a line in its place"
            found.append(Finding("widget-left-out", "info", f"cell {at}", what, "Show what matters of it as a table or a chart."))
    return found
