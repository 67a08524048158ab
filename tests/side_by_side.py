"""Run all tests in two processes side by side: one has the browser, its JupyterLab and the notebooks, the other the rest.

Their output stands one after the other, as if one had waited for the other; exit 1 when either fails. ``python -m pytest`` runs
the same tests in one process.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
BESIDE = "browser or notebook"
PYTEST = [sys.executable, "-m", "pytest", "-o", "console_output_style=progress"]


def main() -> int:
    """Run both, and return 1 when either fails."""
    with tempfile.TemporaryFile() as told:
        beside = subprocess.Popen(
            [*PYTEST, "-p", "no:cacheprovider", "--durations=25", "-m", BESIDE], cwd=ROOT, stdout=told, stderr=told
        )
        try:
            here = subprocess.call([*PYTEST, "--durations=25", "-m", f"not ({BESIDE})"], cwd=ROOT)
            there = beside.wait()
        finally:
            beside.terminate()
            beside.wait()
        told.seek(0)
        sys.stdout.flush()
        sys.stdout.buffer.write(told.read())
        sys.stdout.flush()
    return int(bool(here or there))


if __name__ == "__main__":
    sys.exit(main())
