"""The only place that escapes text and writes HTML.

JupyterLab's sanitiser keeps inline styles and table semantics and drops ``<style>``, ``role`` and ``aria-*``: so tables
here carry a caption, scoped headers and inline styles, and colour is never the only sign.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from segkit.characters import whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CELL = "text-align:left;padding:.2em .6em;border-bottom:1px solid var(--jp-border-color2,#bbb);vertical-align:top"
TABLE = "border-collapse:collapse;color:var(--jp-content-font-color1,inherit);background:var(--jp-layout-color1,transparent)"
QUIET = "color:var(--jp-content-font-color2,inherit);font-size:.92em"


class Markup(NamedTuple):
    """Text that is HTML already; everything else is escaped where it is written."""

    html: str


def text(value: object) -> str:
    """Return `value` as HTML: escaped, unless it is `Markup`; None, NaN and NA are empty, half of a character is U+FFFD."""
    if isinstance(value, Markup):
        return value.html
    is_missing = pd.api.types.is_scalar(value) and pd.isna(value)  # type: ignore[call-overload] # any scalar may be asked
    return "" if is_missing else _escaped(str(value))


def _escaped(value: str) -> str:
    return whole(html.escape(value))


def element(tag: str, content: object, style: str = "", **attributes: str) -> Markup:
    """Wrap content in one element; attribute values are escaped."""
    pairs = {**({"style": style} if style else {}), **attributes}
    inside = "".join(f' {name}="{_escaped(value)}"' for name, value in pairs.items())
    return Markup(f"<{tag}{inside}>{text(content)}</{tag}>")


def join(parts: Iterable[object], separator: str = "") -> Markup:
    """Join parts, escaping those that are not `Markup`."""
    return Markup(separator.join(text(part) for part in parts))


def table(caption: object, headers: Sequence[str], rows: Iterable[Sequence[object]]) -> Markup:
    """Write a semantic table: caption, column headers, the first cell of a row as its header."""
    head = join(element("th", header, CELL, scope="col") for header in headers)
    body = join(
        element("tr", join([element("th", row[0], CELL, scope="row"), *(element("td", cell, CELL) for cell in row[1:])]))
        for row in rows
    )
    return element(
        "table",
        join(
            [
                element("caption", caption, "text-align:left;font-weight:600;padding:.2em .6em"),
                element("thead", element("tr", head)),
                element("tbody", body),
            ]
        ),
        TABLE,
    )


def note(content: object) -> Markup:
    """Write a quiet line below a table."""
    return element("p", content, QUIET)


def folded(summary: object, content: object, *, is_open: bool = False) -> Markup:
    """Write content that the reader unfolds."""
    inside = join([element("summary", summary), content])
    return Markup(f"<details open>{inside.html}</details>") if is_open else element("details", inside)


def preformatted(content: object) -> Markup:
    """Write text with its lines as they are; those that are too long are broken, so that none is cut."""
    return element("pre", content, "white-space:pre-wrap;overflow-wrap:anywhere")
