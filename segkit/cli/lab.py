"""`segkit lab`: JupyterLab on the notebooks."""

from __future__ import annotations

import pathlib
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import typer

from segkit.places import PACKAGE, shipped

if TYPE_CHECKING:
    from collections.abc import Sequence


def run(folder: pathlib.Path | None, *, browser: bool, more: Sequence[str] = ()) -> int:
    """Open JupyterLab and return its exit status."""
    place = folder or _own()
    typer.echo(f"JupyterLab on {place}; end it with Ctrl-C.", err=True)
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={place}", *([] if browser else ["--no-browser"])]
    # The news, the look for updates and the extension manager would each ask the network.
    quiet = [
        "--LabApp.news_url=",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
    ]
    try:
        return subprocess.call([*command, *quiet, *more])  # noqa: S603 - our own Python, our own arguments
    except KeyboardInterrupt:
        return 0


def _own() -> pathlib.Path:
    """Return a checkout's notebooks; from an installed package a copy in this folder, which is yours to change."""
    notebooks = shipped("notebooks")
    if notebooks.parent != PACKAGE / "shipped":
        return notebooks
    copy = pathlib.Path("segkit-notebooks")
    if not copy.exists():
        shutil.copytree(notebooks, copy)
    return copy.resolve()
