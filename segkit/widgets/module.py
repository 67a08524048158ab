"""The ES module of a widget: what all views are made of, and the view, in one text."""

from __future__ import annotations

import pathlib

STATIC = pathlib.Path(__file__).parent / "static"


def module(name: str) -> str:
    """Return the ES module of a widget; it imports nothing, for a widget has no address to import from."""
    return "\n".join((STATIC / f"{part}.js").read_text(encoding="utf-8") for part in ("parts", name))
