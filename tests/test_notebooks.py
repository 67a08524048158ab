from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from segkit.credentials import ENVIRONMENT
from segkit.sharing import html, run

CANARY = "canary-6b1f2c-token"

NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))


def test_there_are_notebooks() -> None:
    """The tour and what follows it are there, so that the tests below test something."""
    shown = {
        "00_gallery",
        "01_five_minutes",
        "02_walk_a_tree",
        "03_child_codes_and_lint",
        "04_forecast_a_field",
        "05_design_child_quotas",
        "06_score_sel",
        "07_simulate_respondents",
        "08_segment_registries",
        "09_share_a_notebook",
    }
    assert shown <= {path.stem for path in NOTEBOOKS}


@pytest.mark.notebook
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_top_to_bottom_and_becomes_a_page(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every cell runs on the sandbox and shows something, nothing is left in error, and no credential of the machine is in it."""
    for name in ENVIRONMENT:
        monkeypatch.setenv(name, CANARY)
    done = run.run(path, cwd=tmp_path)
    cells = [cell for cell in done.cells if cell.cell_type == "code" and "parameters" not in cell.metadata.get("tags", [])]
    assert cells
    for cell in cells:
        assert cell.outputs, f"{path.name}: this cell shows nothing: {cell.source}"
        assert not [output for output in cell.outputs if output.output_type == "error" or output.get("name") == "stderr"]
    assert "widgets" not in done.metadata
    page = html.page(done)
    assert "synthetic" in page
    assert CANARY not in page + nbformat.writes(done)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_committed_notebook_is_valid_and_carries_no_state(path: Path) -> None:
    """What is committed passes nbformat's validation and holds no widget state and no path of a machine."""
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert "widgets" not in notebook.metadata
    assert not any(place in path.read_text() for place in ("/home/", "/Users/", "/tmp/"))  # noqa: S108 - a text that is looked for
