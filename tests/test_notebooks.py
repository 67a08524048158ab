from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from segkit.sharing import html, run

NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))


def test_there_are_notebooks() -> None:
    """The tour and the widget's notebook are there, so that the tests below test something."""
    assert {"01_five_minutes", "02_walk_a_tree"} <= {path.stem for path in NOTEBOOKS}


@pytest.mark.notebook
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_top_to_bottom_and_becomes_a_page(path: Path, tmp_path: Path) -> None:
    """Every cell runs with no account and no network, every expression shows something, and nothing is left in error."""
    done = run.run(path, cwd=tmp_path)
    cells = [cell for cell in done.cells if cell.cell_type == "code"]
    assert cells
    for cell in cells:
        assert cell.outputs, f"{path.name}: this cell shows nothing: {cell.source}"
        assert not [output for output in cell.outputs if output.output_type == "error" or output.get("name") == "stderr"]
    assert "widgets" not in done.metadata
    page = html.page(done)
    assert "synthetic" in page
    assert "YOUR_SUPPLIER_TOKEN" not in page


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_committed_notebook_is_valid_and_carries_no_state(path: Path) -> None:
    """What is committed passes nbformat's validation and holds no widget state and no path of a machine."""
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert "widgets" not in notebook.metadata
    assert not any(place in path.read_text() for place in ("/home/", "/Users/", "/tmp/"))  # noqa: S108 - a text that is looked for
