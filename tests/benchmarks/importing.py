"""How much longer `import segkit` takes than what an analyst imports anyway."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from row import at_most, interleaved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from row import Row


def measure() -> Iterator[Row]:
    """Compare whole processes."""

    def run(code: str) -> None:
        subprocess.run([sys.executable, "-c", code], check=True)

    floor, ours = interleaved(lambda: run("import pandas, httpx"), lambda: run("import pandas, httpx, segkit"), 5)
    yield at_most("import segkit, over import pandas, httpx", ours - floor, "s", 0.2)
    floor, used = interleaved(
        lambda: run("import pandas, httpx"), lambda: run("import pandas, httpx, segkit; segkit.PureSpectrum"), 5
    )
    yield at_most("the same, with the client in use", used - floor, "s", 0.5)
