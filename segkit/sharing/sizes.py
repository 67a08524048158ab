"""What takes the space of a shared document, a row a part."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from segkit.sharing import alive, charts
from segkit.sharing.html import OWN, PLOTLY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbformat import NotebookNode

    from segkit.sharing.html import Page

_PICTURE: Final = re.compile(r'"data:image/[^"]*"')
_FORMS: Final = {"application/vnd.plotly.v1+json": "charts' data", "image/png": "pictures"}


class Part(NamedTuple):
    """One part: how many there are of it, and how many bytes they take."""

    part: str
    n: int
    bytes: int


def of_page(page: Page) -> list[Part]:
    """Return the parts of a page, the largest first; together they are the page."""
    figures = _sizes(re.findall(re.escape(charts.SCRIPT) + r"[^<]*", page.body))
    states = _sizes(re.findall(re.escape(alive.SCRIPT) + r"[^<]*", page.body))
    pictures = _sizes(_PICTURE.findall(page.body))
    drawn = {name: script for name, script in page.scripts.items() if name not in {PLOTLY, OWN}}
    known = [
        Part("plotly.js", int(PLOTLY in page.scripts), _bytes(page.scripts.get(PLOTLY, ""))),
        Part("charts' data", *figures),
        Part("widgets' scripts", *_sizes(drawn.values())),
        Part("widgets' states", *states),
        Part("pictures", *pictures),
        Part("styles and the page's own script", 1, _bytes(page.styles) + _bytes(page.scripts[OWN])),
    ]
    return _whole(known, _bytes(page.text))


def of_notebook(notebook: NotebookNode, written: str) -> list[Part]:
    """Return the parts of a notebook as it is written, the largest first; together they are the file."""
    outputs = [output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", [])]
    known = [Part(name, *_sizes(_written(data[form]) for data in outputs if form in data)) for form, name in _FORMS.items()]
    return _whole(known, _bytes(written))


def _written(held: Any) -> str:  # noqa: ANN401 - what JSON holds
    return held if isinstance(held, str) else charts.json_of(held)


def _whole(known: list[Part], size: int) -> list[Part]:
    rest = Part("words, code and tables", 1, size - sum(part.bytes for part in known))
    return sorted((part for part in [*known, rest] if part.n), key=lambda part: -part.bytes)


def _bytes(text: str) -> int:
    return len(text.encode(errors="surrogatepass"))


def _sizes(texts: Iterable[str]) -> tuple[int, int]:
    sizes = [_bytes(text) for text in texts]
    return len(sizes), sum(sizes)
