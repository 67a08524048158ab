"""The ES module of a widget, and what a notebook keeps of a widget for readers who have no kernel.

A widget's module is what all views are made of, and the view, in one text. A page without a kernel runs the same module; in the
place of Python stands the widget's other half, ``static/<name>_alone.js``, which does what needs no Python.
"""

from __future__ import annotations

import pathlib
import re
from typing import Final

STATIC = pathlib.Path(__file__).parent / "static"

COMMENT = re.compile(r"^ *//.*\n", re.MULTILINE)

SAVED: Final = "application/vnd.segkit.widget.v1+json"
"""The form of an output in which a widget's state is saved: ``{"widget": name, "view": {...}, "alone": {...}}``.

``view`` is all that its view shows; ``alone`` is what its other half needs beside that. No script is saved with it.
"""


def module(name: str) -> str:
    """Return the ES module of a widget; it imports nothing, for a widget has no address to import from.

    Its comments are left out: a notebook may be saved with the module of every widget that it shows.
    """
    text = "\n".join((STATIC / f"{part}.js").read_text(encoding="utf-8") for part in ("parts", name))
    return COMMENT.sub("", text)


def style(name: str) -> str:
    """Return the style of a widget: what all of them have in common, and its own."""
    return "\n".join((STATIC / f"{part}.css").read_text(encoding="utf-8") for part in ("parts", name))
