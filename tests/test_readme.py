"""What README.md shows runs as it stands there, on the sandbox."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from books import chart, code, saved
from IPython.core.interactiveshell import InteractiveShell

import segkit

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
VENDORS = ROOT / "data" / "vendors"


def test_every_python_block_runs_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Copied into one session, block after block, with the files and the frame that it names, nothing fails."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(InteractiveShell, "_instance", InteractiveShell.instance())
    shutil.copy(VENDORS / "purespectrum_segmentation" / "2_1_success.txt", "saved_answer.json")
    shutil.copy(VENDORS / "purespectrum_child_age_gender" / "create_survey_scenarios.txt", "copied_from_the_page.txt")
    saved(tmp_path, code("n = 1", tags=("parameters",)), code("n", chart(), count=2), name="notebook.ipynb")
    answers = {"member_id": ["m-1", "m-2"], "USQ1": [111, 112], "USQ2": [111, 111], "USQ3": [111, 111], "USQ4": [111, 111]}
    names: dict[str, Any] = {"frame": pd.DataFrame(answers)}
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len(blocks) >= 3
    for block in blocks:
        exec(compile(block, "README.md", "exec"), names)  # noqa: S102 - the README is what is tested
    assert names["survey"].survey_id
    assert names["forecast"].provenance == "synthetic"


def test_every_public_name_that_it_shows_exists() -> None:
    """Each `sk.name` of README.md is on the public face."""
    assert set(re.findall(r"\bsk\.(\w+)", README)) <= set(segkit.__all__)


def test_every_notebook_is_named() -> None:
    """README.md leads to each notebook that is there, and to no other."""
    assert set(re.findall(r"notebooks/(\w+)\.ipynb", README)) == {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")}
