"""The ES module of a widget, and what a notebook keeps of a widget for readers who have no kernel.

A widget's module is what all views are made of, and the view, in one text. A page without a kernel runs the same module; in the
place of Python stands the widget's other half, ``static/<name>_alone.js``, which does what needs no Python.
"""

from __future__ import annotations

import json
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


BESIDE: Final = {"respondent_simulator": ("binomial",)}
"""What an other half needs before it, by the widget's name."""

VIEW, HALF = "export default { render };", "export default {"
"""What the module of a view, and of an other half, gives; each ends with it."""


def alone(name: str) -> str:
    """Return the script that draws a widget where there is no Python, as ``segkitWidgets[name](saved, element)``.

    It is a classic script that asks for nothing: a page may hold it that lets only scripts run whose hashes it names. `saved` is
    what an output holds under `SAVED`. Any number of widgets may stand on one page, also of one kind.

    Raises
    ------
    ValueError
        When a module does not give what it has to: nothing would be drawn.
    """
    names = ("alone", *BESIDE.get(name, ()), f"{name}_alone")
    *runtime, half = ((STATIC / f"{part}.js").read_text(encoding="utf-8") for part in names)
    shown = _given(module(name), VIEW, "return { render };")
    parts = [
        *runtime,
        f"register({json.dumps(name)}, (() => {{\n{shown}}})(), (() => {{\n{_given(half, HALF, 'return {')}}})());",
    ]
    return "\n".join(["(() => {", '"use strict";', *parts, "})();", ""])


def _given(text: str, export: str, instead: str) -> str:
    """Return a module's text as the body of a function that returns what the module gives."""
    if text.count("export default") != 1 or text.count(export) != 1:
        raise ValueError(f"a widget's module has to give {export!r}, once")
    return text.replace(export, instead)


def style(name: str) -> str:
    """Return the style of a widget: what all of them have in common, and its own."""
    return "\n".join((STATIC / f"{part}.css").read_text(encoding="utf-8") for part in ("parts", name))
