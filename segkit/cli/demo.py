"""`segkit demo`: the main job on the embedded sandbox, from the vendor's answer to a page that can be shared."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from typing import TYPE_CHECKING

import pandas as pd
import typer

import segkit as sk
from segkit.errors import InvalidInput
from segkit.places import shipped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from segkit.sel.qualifications import Qualifications
    from segkit.sel.walk import Walk

TOUR = "01_five_minutes.ipynb"
ANSWERS = {"USQ1": "0", "USQ2": "Spanish Only", "USQ3": "Much closer to Hispanic/Latino Culture", "USQ4": "Spanish media only"}


def run(out: Path, *, notebook: bool) -> None:
    """Show the job step by step; write the page."""
    if notebook:
        _check(out)
    started = time.monotonic()

    def say(line: str) -> None:
        typer.echo(f"[{time.monotonic() - started:4.1f} s] {line}", err=True)

    say("the vendor's documented answer, as printed in its documentation")
    documented = sk.read_qualifications(shipped("data") / "vendors" / "purespectrum_segmentation" / "2_1_success.txt")
    _print(documented)
    typer.echo(documented.findings)
    say("the embedded sandbox: no account, no network")
    ps = sk.PureSpectrum.sandbox()
    trees = ps.qualifications("en_US", [3910])
    _print(trees)
    say("a respondent walks through tree 3910")
    walk = _walked(trees)
    typer.echo(walk.to_frame().to_string(max_colwidth=44))
    say("the segment")
    typer.echo(ps.calculate("en_US", "demo-member", walk))
    if notebook:
        _page(out, say)
    say("next: make lab (or: segkit lab) opens JupyterLab on the notebooks")


def _check(out: Path) -> None:
    """Refuse a page that could not be written, before the work is done."""
    if out.suffix.lower() not in {".html", ".htm"}:
        raise InvalidInput(f"{out} is no name of a page: give --out a name that ends in .html")
    if out.is_dir():
        raise InvalidInput(f"{out} is a folder: give --out the name of a file")
    if not out.absolute().parent.is_dir():
        raise InvalidInput(f"{out} cannot be written: there is no folder {out.absolute().parent}")
    if not os.access(out if out.exists() else out.absolute().parent, os.W_OK):
        raise InvalidInput(f"{out} cannot be written: its folder, or the file, is not writable")


def _print(trees: Qualifications) -> None:
    typer.echo(trees)
    columns = ["qualification_id", "description", "question_text", "answer_id", "answer_text", "provenance"]
    with pd.option_context("display.width", 200):
        typer.echo(trees.to_frame()[columns].to_string(max_colwidth=44))


def _walked(trees: Qualifications) -> Walk:
    walk = trees[3910].walk()
    for question, answer in ANSWERS.items():
        walk.answer(answer, question)
    return walk


def _page(out: Path, say: Callable[[str], None]) -> None:
    """Run the tour in a folder of its own and share it as one page."""
    say("the tour notebook, run headlessly and shared: segkit share NOTEBOOK does so with yours")
    with tempfile.TemporaryDirectory() as folder:
        tour = shutil.copy(shipped("notebooks") / TOUR, folder)
        shared = sk.share(tour, out, execute=True)
    say(f"{out} written, {shared.bytes / 1e6:.1f} MB: it opens from disk with the network off")
