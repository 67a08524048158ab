"""Print the sizes of the house beside the numbers it holds itself to; exit 1 when one is not held: ``make measure``."""

from __future__ import annotations

import ast
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def tracked(*patterns: str) -> list[Path]:
    """Return the files that git knows."""
    listed = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S607 - git of the PATH
    return [ROOT / name for name in listed.split("\n") if name and (ROOT / name).is_file()]


def lines(path: Path) -> int:
    """Return how many lines a file has."""
    return path.read_text().count("\n")


def functions(paths: list[Path]) -> list[tuple[int, str]]:
    """Return the length and the place of every function."""
    return [
        ((node.end_lineno or node.lineno) - node.lineno + 1, f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
        for path in paths
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def main() -> int:
    """Print one line a number."""
    house, tests, scripts = tracked("segkit/*.py"), tracked("tests/*.py"), tracked("segkit/*.js")
    spans = sorted(functions(house))
    modules = [path for path in house if path.name != "__init__.py"]
    rows = [
        ("median file of the house, lines", statistics.median(map(lines, modules)), 120),
        ("longest file of the house, lines", max(map(lines, [*house, *scripts])), 300),
        ("longest test file, lines", max(map(lines, tests)), 500),
        ("median function, lines", statistics.median(span for span, _ in spans), 10),
        ("longest function, lines", spans[-1][0], 60),
        ("depth of folders below segkit", max(len(path.relative_to(ROOT / "segkit").parts) - 1 for path in house), 2),
    ]
    for name, value, bound in rows:
        print(f"{name:<36} {value:>6g}  bound {bound:<4} {'ok' if value <= bound else 'NOT HELD'}")
    share = sum(map(lines, tests)) / sum(map(lines, house))
    print(f"{'lines of tests a line of the house':<36} {share:>6.2f}  aim 1 to 2")
    print(f"longest: {spans[-1][1]}")
    return int(any(value > bound for _, value, bound in rows))


if __name__ == "__main__":
    sys.exit(main())
