from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

import segkit as sk
from segkit.credentials import ENVIRONMENT
from segkit.findings import Findings
from segkit.sharing import charts as charts_of
from segkit.sharing import html, parameters, run
from segkit.sharing.calls import calls_of
from segkit.sharing.manifest import MANIFEST, manifest
from segkit.sharing.notebook import WORDS
from segkit.sharing.respondent_rows import Rows
from segkit.sharing.scan import scan

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


def test_the_gallery_has_every_widget_and_every_chart() -> None:
    """Each name of segkit.widgets and segkit.plots is called in it."""
    gallery = nbformat.read(NOTEBOOKS[0].parent / "00_gallery.ipynb", as_version=4)
    called = {call.name for cell in gallery.cells if cell.cell_type == "code" for call in calls_of(cell)}
    assert {f"sk.plots.{name}" for name in sk.plots.__all__} <= called
    assert {f"sk.widgets.{name}" for name in sk.widgets.__all__} <= called


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_committed_notebook_is_rendered_for_its_readers(path: Path) -> None:
    """As `make render` leaves it: run from top to bottom, a picture and words for each chart, a manifest of these sources."""
    notebook = nbformat.read(path, as_version=4)
    counts = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    charts = [output for output in outputs if charts_of.MIME in output.get("data", {})]
    words = [output for output in outputs if WORDS in output.get("metadata", {})]
    assert len(words) == len(charts)
    assert all(chart.data["image/png"] and chart.metadata["image/png"]["alt"] for chart in charts)
    assert parameters.tagged(notebook.cells[-1], MANIFEST)
    rows = {row.what: row.told for row in manifest(notebook, Findings())}
    assert rows["notebook"] in notebook.cells[-1].source, "the sources have changed: make render"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_committed_notebook_holds_nothing_that_must_not_leave(path: Path) -> None:
    """The scan of a share finds no error in it; every respondent in it is invented."""
    assert scan(nbformat.read(path, as_version=4), Rows(), allow=["respondent-rows"]).findings.ok


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_committed_notebook_is_valid_and_carries_no_state(path: Path) -> None:
    """What is committed passes nbformat's validation and holds no widget state and no path of a machine."""
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert "widgets" not in notebook.metadata
    assert not any(place in path.read_text() for place in ("/home/", "/Users/", "/tmp/"))  # noqa: S108 - a text that is looked for
