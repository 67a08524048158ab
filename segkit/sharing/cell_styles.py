"""Styles of single cells, as pandas' Styler writes them: a ``<style>`` of ids, put into the cells that bear them.

`clean` leaves no ``<style>``, for its rules reach the whole page; what is put into a cell it judges as any inline style.
"""

from __future__ import annotations

import html
import re
from typing import Final

_SHEET: Final = re.compile(r"<style\b[^>]*>(.*?)</style\s*>", re.IGNORECASE | re.DOTALL)
_RULE: Final = re.compile(r"([^{}]*)\{([^{}]*)\}")
_ID: Final = re.compile(r"#([\w-]+)\Z")
_CELL: Final = re.compile(r'<t[dh]\b[^<>]*?\sid="([\w-]+)"[^<>]*')
_COLOUR: Final = re.compile(r"(?<![\w-])color\s*:", re.IGNORECASE)
INK: Final = "color: #1c1c1c; "
"""Letters on a ground of the notebook's own, which by night would be light on light."""


def _readable(style: str) -> str:
    """Give a cell with a ground but no colour of letters the page's by day; a bar leaves the rest of its cell to the page."""
    bare = "background" in style and "transparent" not in style and not _COLOUR.search(style)
    return f"{INK if bare else ''}{' '.join(style.split())}"


def styled(text: str) -> str:
    """Return HTML in which a table's cells have the styles that a rule for nothing but their ids gives them.

    Examples
    --------
    >>> styled('<style>#T_0 { font-weight: bold; }</style><td id="T_0">1</td>').rpartition("</style>")[2]
    '<td id="T_0" style="font-weight: bold;">1</td>'
    """
    styles: dict[str, str] = {}
    for sheet in _SHEET.findall(text):
        for selectors, style in _RULE.findall(sheet):
            for selector in selectors.split(","):
                if found := _ID.match(selector.strip()):
                    styles[found[1]] = f"{styles.get(found[1], '')} {style.strip().rstrip(';')};"

    def put(cell: re.Match[str]) -> str:
        style = styles.get(cell[1])
        known = style is None or " style=" in cell[0]
        return cell[0] if known else f'{cell[0]} style="{html.escape(_readable(style or ""))}"'

    return _CELL.sub(put, text) if styles else text
