"""Figures as pictures, drawn by plotly itself in the Chromium of this machine, which asks the network for nothing."""

from __future__ import annotations

import asyncio
import importlib
import io
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

from segkit.errors import InvalidInput
from segkit.findings import Finding
from segkit.sharing import chromium
from segkit.sharing.charts import title_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

WIDTH, HEIGHT = 760, 450
SHARP: Final = 2
"""Of the picture's pixels to the page's: letters stay sharp on any screen."""
PLAIN: Final = 1
"""The same in a notebook: JupyterLab shows a live chart's picture in its own pixels until somebody points at it."""

COLOURS: Final = 256
SEEN: Final = 4.0
"""By so much, of 255, the colours of a picture may be off on the whole before it is seen."""

WHERE: Final = "this installation"


def size_of(figure: Mapping[str, Any]) -> tuple[int, int]:
    """Return width and height of a figure on the page, in CSS pixels."""
    layout = figure.get("layout") or {}
    return int(layout.get("width") or WIDTH), int(layout.get("height") or HEIGHT)


def draw(figures: Sequence[Mapping[str, Any]], scale: int = SHARP) -> list[bytes]:
    """Draw figures as PNG, in their order, `scale` pixels for one of the page.

    Raises
    ------
    InvalidInput
        When kaleido or Chromium is missing, with the command that brings it, or a figure cannot be drawn.
    """
    if not figures:
        return []
    kaleido, program = _kaleido(), _program()
    with ThreadPoolExecutor(1) as beside:  # a notebook has a loop of its own that is running
        return beside.submit(asyncio.run, _drawn(kaleido, program, figures, scale)).result()


def _kaleido() -> Any:  # noqa: ANN401 - a module without types
    try:
        importlib.import_module("PIL.Image")
        return importlib.import_module("kaleido")
    except ModuleNotFoundError:
        fix = 'python -m pip install "segkit[png]"'
        missing = Finding("kaleido-missing", "error", WHERE, "kaleido and pillow, which draw charts, are not installed", fix)
        raise InvalidInput("charts cannot be drawn as pictures", [missing]) from None


def _program() -> Path:
    program = chromium.find()
    if program is None:
        fix = f"{chromium.install_hint()}, or set {chromium.VARIABLE} to where it is."
        missing = Finding("chromium-missing", "error", WHERE, "charts are drawn by Chromium or Chrome, and there is none", fix)
        raise InvalidInput("charts cannot be drawn as pictures", [missing])
    return program


def small(png: bytes) -> bytes:
    """Return a picture with a palette of its own, a fifth as large, where nobody sees the difference; else as it was drawn."""
    from PIL import Image, ImageChops, ImageStat  # noqa: PLC0415 - comes with kaleido's extra

    with Image.open(io.BytesIO(png)) as opened:
        drawn = opened.convert("RGBA")
    few = drawn.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    off = ImageStat.Stat(ImageChops.difference(drawn, few.convert("RGBA"))).rms
    if max(off) > SEEN:
        return png
    written = io.BytesIO()
    few.save(written, "PNG", optimize=True)
    return written.getvalue()


async def _drawn(kaleido: Any, program: Path, figures: Sequence[Mapping[str, Any]], scale: int) -> list[bytes]:  # noqa: ANN401 - a module
    made = []
    async with kaleido.Kaleido(path=program, mathjax=False) as browser:
        for figure in figures:
            width, height = size_of(figure)
            options = {"format": "png", "width": width, "height": height, "scale": scale}
            drawn = {"data": figure.get("data") or [], "layout": figure.get("layout") or {}}
            try:
                made.append(small(bytes(await browser.calc_fig(drawn, options))))
            except Exception as error:  # its own kinds of errors are not public
                raise InvalidInput(f"the chart {title_of(figure)!r:.80} cannot be drawn: {error}") from error
    return made
