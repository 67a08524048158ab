from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import nbformat
import pytest

from segkit.errors import NotebookFailed
from segkit.sharing.run import run

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.process


def book(folder: Path, *cells: str) -> Path:
    """Write a notebook of these cells of code after one of words."""
    nodes = [nbformat.v4.new_markdown_cell("words"), *map(nbformat.v4.new_code_cell, cells)]
    nbformat.write(nbformat.v4.new_notebook(cells=nodes), folder / "walk.ipynb")
    return folder / "walk.ipynb"


def test_a_notebook_runs_here_and_keeps_its_outputs(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """It runs in this Python and its own folder, in silence, saves no widget state, and leaves the file it came from alone."""
    path = book(tmp_path, "import ipywidgets, pathlib, sys\nprint(sys.executable, pathlib.Path.cwd())", "ipywidgets.IntSlider()")
    before = path.read_bytes()
    ran = run(path, tmp_path / "out.ipynb")
    assert ran.cells[1].outputs[0].text.split() == [sys.executable, str(tmp_path)]
    assert capfd.readouterr() == ("", "")
    assert "widgets" not in ran.metadata
    assert path.read_bytes() == before
    assert nbformat.read(tmp_path / "out.ipynb", as_version=4).cells == ran.cells


def test_what_a_widget_captures_stops_no_run(tmp_path: Path) -> None:
    """A cell prints into an ipywidgets Output, as interact does at once: the notebook runs, and no state is saved with it."""
    into_one = "import ipywidgets\nout = ipywidgets.Output()\nwith out:\n    print(1)\nout"
    ran = run(book(tmp_path, into_one, "ipywidgets.interact(lambda x: print(x), x=(0, 9))", "print('then')"))
    assert ran.cells[-1].outputs[0].text == "then\n"
    assert "widgets" not in ran.metadata


def test_a_failing_cell_says_which_and_why(tmp_path: Path) -> None:
    """A cell that raises is named with its code and the error's words, and nothing is written."""
    path = book(tmp_path, "total = 0", "print('printed')\n1 / total")
    with pytest.raises(NotebookFailed) as failure:
        run(path, tmp_path / "out.ipynb")
    assert (failure.value.cell, failure.value.reason) == (3, "ZeroDivisionError: division by zero")
    assert failure.value.source == "print('printed')\n1 / total"
    assert "walk.ipynb, cell 3: ZeroDivisionError" in str(failure.value)
    assert not (tmp_path / "out.ipynb").exists()


def test_a_cell_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    """The time that a cell may take is kept, and the error says so."""
    with pytest.raises(NotebookFailed, match="did not end within 1 seconds"):
        run(book(tmp_path, "import time\ntime.sleep(60)"), timeout=1)


def test_a_kernel_that_dies_is_said(tmp_path: Path) -> None:
    """A cell that ends its kernel is a failure of that cell."""
    with pytest.raises(NotebookFailed, match="cell 2: its kernel died"):
        run(book(tmp_path, "import os\nos._exit(1)"), timeout=20)
