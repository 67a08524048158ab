"""A plotly figure of an output as a chart of the page: live, with plotly's own bundle, or as a picture; never sent away."""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from segkit.markup import Markup, element, folded, join, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nbformat import NotebookNode

MIME: Final = "application/vnd.plotly.v1+json"
CONFIG: Final = {"responsive": True, "displaylogo": False, "showSendToCloud": False}
"""Whatever the figure's own config says: a shared page has no button that uploads its data."""

SCRIPT: Final = '<script type="application/json" data-of="chart">'
"""How a chart's figure begins; nothing else on a page can begin so, for `clean` leaves no script."""


def title_of(figure: Mapping[str, Any]) -> str:
    """Return the title of a figure as plain text, empty where it has none."""
    title = (figure.get("layout") or {}).get("title", "")
    given = title.get("text", "") if isinstance(title, dict) else title
    return " ".join(re.sub(r"<[^>]*>", " ", str(given or "")).split())


def words_of(figure: Mapping[str, Any]) -> str:
    """Return a figure in words: its own alt text, else its title and what is drawn."""
    meta = (figure.get("layout") or {}).get("meta")
    if isinstance(meta, dict) and meta.get("alt_text"):
        return str(meta["alt_text"])
    kinds = Counter(str(trace.get("type", "scatter")) for trace in figure.get("data") or [])
    drawn = ", ".join(f"{n} {kind} trace{'s' * (n > 1)}" for kind, n in kinds.items())
    return f"Chart. {title_of(figure) or 'It has no title'}. Drawn are {drawn or 'no traces'}; its data is not told in words."


def json_of(held: object) -> str:
    """Write data so that it can stand in a script element: no ``<``, no NaN."""
    finite = json.loads(json.dumps(held), parse_constant=lambda _: None)
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
    drawn = {name: figure.get(name) or [] for name in ("data", "frames")}
    drawing = {**drawn, "layout": figure.get("layout") or {}, "config": CONFIG}
    script = Markup(f"{SCRIPT}{json_of(drawing)}</script>")
    without = Markup("<noscript><p>This chart is drawn by a script, and scripts are off.</p></noscript>")
    live = element("figure", join([script, without]), **{"class": "segkit-chart", "aria-label": title_of(figure) or place})
    return join([live, in_words(figure)])


def in_words(figure: Mapping[str, Any]) -> Markup:
    """Write a figure in words, folded, for whoever cannot see it."""
    return folded("The chart in words", element("p", words_of(figure)))


def picture(figure: Mapping[str, Any], png: bytes, width: int) -> Markup:
    """Write a figure as a picture of that width in CSS pixels, with its words."""
    data = base64.b64encode(png).decode()
    image = Markup(f'<img src="data:image/png;base64,{data}" alt="{text(words_of(figure))}" width="{width}">')
    return join([element("figure", image, **{"class": "segkit-picture"}), in_words(figure)])


class Pictures:
    """The pictures of figures, by what is drawn.

    Parameters
    ----------
    figures, drawn
        The figures, and their pictures as PNG.
    """

    def __init__(self, figures: Iterable[Mapping[str, Any]], drawn: Iterable[bytes]) -> None:
        self._held = dict(zip(map(json_of, figures), drawn, strict=True))

    def of(self, figure: Mapping[str, Any]) -> bytes:
        """Return the picture of a figure."""
        return self._held[json_of(figure)]


def figures_of(notebook: NotebookNode) -> list[Mapping[str, Any]]:
    """Return the figures of a notebook's outputs, each once."""
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", []))
    figures = [output.data[MIME] for output in outputs if MIME in output.get("data", {})]
    return list({json_of(figure): figure for figure in figures}.values())


def bundle() -> str:
    """Return plotly's own JavaScript, from the installed package."""
    from plotly.offline import get_plotlyjs  # noqa: PLC0415 - a page without a chart does not wait for plotly

    return str(get_plotlyjs())
