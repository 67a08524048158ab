"""A plotly figure of a notebook's output, as a chart of the page: live, with plotly's own bundle, sending nothing away."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from segkit.markup import Markup, element, join

if TYPE_CHECKING:
    from collections.abc import Mapping

MIME: Final = "application/vnd.plotly.v1+json"
CONFIG: Final = {"responsive": True, "displaylogo": False, "showSendToCloud": False}
"""Whatever the figure's own config says: a shared page has no button that uploads its data."""

SCRIPT: Final = '<script type="application/json">'
"""How a chart's figure begins; nothing else on a page can begin so, for `clean` leaves no script."""


def _name(figure: Mapping[str, Any]) -> str:
    """Return the title of a figure as plain text."""
    title = figure.get("layout", {}).get("title", "")
    text = title.get("text", "") if isinstance(title, dict) else title
    return " ".join(re.sub(r"<[^>]*>", " ", str(text or "")).split())


def _json(figure: Mapping[str, Any]) -> str:
    """Write the figure so that it can stand in a script element: no ``<``, no NaN."""
    drawn = {
        "data": figure.get("data", []),
        "layout": figure.get("layout", {}),
        "frames": figure.get("frames", []),
        "config": CONFIG,
    }
    finite = json.loads(json.dumps(drawn), parse_constant=lambda _: None)
    return json.dumps(finite, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def chart(figure: Mapping[str, Any], place: str) -> Markup:
    """Write the place of a chart and its figure; the page's own script draws it.

    Parameters
    ----------
    figure
        What plotly put into the output.
    place
        What the chart is called where it has no title, such as ``Chart of cell 3``.
    """
    script = Markup(f"{SCRIPT}{_json(figure)}</script>")
    without = Markup("<noscript><p>This chart is drawn by a script, and scripts are off.</p></noscript>")
    return element("figure", join([script, without]), **{"class": "segkit-chart", "aria-label": _name(figure) or place})


def bundle() -> str:
    """Return plotly's own JavaScript, from the installed package."""
    from plotly.offline import get_plotlyjs  # noqa: PLC0415 - a page without a chart does not wait for plotly

    return str(get_plotlyjs())
