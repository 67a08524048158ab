"""Work on a cluster is tested in a process of its own; without dask it is refused with what to install."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from segkit import cluster
from segkit.errors import InvalidInput
from segkit.sel.population import Population
from segkit.sel.standards import standard


def test_on_a_real_cluster() -> None:
    """Every law of `on_cluster.py` holds on a cluster of two processes."""
    laws = Path(__file__).with_name("on_cluster.py")
    command = [sys.executable, "-m", "pytest", "-q", "--noconftest", "-p", "no:cacheprovider", str(laws)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed
    assert int(passed[1]) >= len(re.findall(r"^def test_", laws.read_text(), flags=re.MULTILINE))
    assert not re.search("skipped|failed|error", done.stdout)


@pytest.mark.parametrize("work", [cluster.sample, cluster.counts])
def test_without_dask(work: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra the error says what to install."""
    monkeypatch.setitem(sys.modules, "dask", None)
    with pytest.raises(InvalidInput, match=r"segkit\[cluster\]"):
        work(Population.default(standard("mx-amai", 2022)), 5)  # type: ignore[operator]
