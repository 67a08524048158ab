"""The cells of a run notebook as HTML: the notebook's words, its code folded, and what came out.

Of the forms in which an output was saved the first that a page without a kernel can show is taken. A widget of segkit is drawn
by its own module from the state that was saved with it; of any other its output's own ``text/html`` stands in its place.
"""

from __future__ import annotations

import base64
import re
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from nbconvert.filters import Highlight2HTML, ansi2html
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from segkit.markup import Markup, element, join, text
from segkit.sharing import alive
from segkit.sharing.cell_styles import styled
from segkit.sharing.charts import MIME as PLOTLY
from segkit.sharing.charts import chart, picture
from segkit.sharing.clean import clean
from segkit.sharing.pictures import size_of
from segkit.widgets.module import SAVED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from nbformat import NotebookNode

    from segkit.sharing.charts import Pictures

WIDGET: Final = "application/vnd.jupyter.widget-view+json"
PICTURES: Final = ("image/png", "image/jpeg", "image/gif", "image/webp")
PEEK: Final = 100
"""So many characters of folded code are shown."""
_TASK: Final = re.compile(r'<input class="task-list-item-checkbox"[^>]*>')
"""The box of a task in a list: `clean` lets no input pass, and what is done must stay told from what is not."""


def _box(kind: str, content: object) -> Markup:
    return element("div", content, **{"class": kind})


def _wide(content: object, kind: str = "wide") -> Markup:
    """Write what may be wider than the page, and then scrolls alone."""
    return _box(f"scrolls {kind}", content)


def _html(given: str) -> Markup:
    """Write HTML that `clean` lets pass; a header that says nothing, as pandas has one in each corner, is no header."""
    return Markup(re.sub(r"<th([^>]*)>\s*</th>", r"<td\1></td>", clean(styled(given)).html))


class _Attached(dict[str, Any]):
    """What is attached to a cell; where it is not there, nbconvert would give up, and here a picture is missing."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> dict[str, str]:
        return {"image/png": ""}


def markdown(source: str, attachments: dict[str, Any] | None = None) -> Markup:
    """Write Markdown; HTML inside it keeps what `clean` lets pass."""
    renderer = IPythonRenderer(escape=False, attachments=_Attached({name: of for name, of in (attachments or {}).items() if of}))
    return clean(_TASK.sub(lambda box: "☑ " if "checked" in box[0] else "☐ ", MarkdownWithMath(renderer=renderer).render(source)))


def code(source: str, number: int | None, lexer: str) -> Markup:
    """Write code, folded behind its first line."""
    first = next((line for line in source.splitlines() if line.strip() and not line.startswith("#")), source.strip())
    peek = element("code", first[:PEEK], **{"class": "peek"})
    label = f"Code [{number}]" if number else "Code"
    summary = element("summary", join([element("span", label), peek], " "))
    return element("details", join([summary, _wide(Markup(Highlight2HTML(pygments_lexer=lexer)(source)))]), **{"class": "code"})


def _terminal(lines: str, kind: str) -> Markup:
    return _wide(element("pre", Markup(ansi2html(lines))), kind)


def _picture(data: str, mime: str, alt: str) -> Markup:
    return Markup(f'<img src="data:{mime};base64,{text("".join(data.split()))}" alt="{text(alt)}">')


def _vector(data: str, alt: str) -> Markup:
    """Write an SVG as an image, in which no script of it runs."""
    return _picture(base64.b64encode(data.encode()).decode(), "image/svg+xml", alt)


def _widget_without_twin(_: object) -> Markup:
    return element("p", "A widget stands here in the notebook; open it in JupyterLab to use it.", **{"class": "quiet"})


def bundle(data: dict[str, Any], place: str, pictures: Pictures | None = None) -> Markup:
    """Write the best form of an output that this page can show.

    Parameters
    ----------
    pictures
        The charts' pictures, where charts are not to be live.
    """
    forms: dict[str, Callable[[Any], Markup]] = {
        PLOTLY: lambda figure: (
            picture(figure, pictures.of(figure), size_of(figure)[0]) if pictures else chart(figure, f"Chart of {place}")
        ),
        SAVED: lambda saved: alive.widget(saved, _html(data.get("text/html", ""))),
        "text/html": lambda given: _wide(_html(given)),
        "text/markdown": lambda source: _wide(markdown(source)),
        "image/svg+xml": lambda svg: _vector(svg, f"Picture of {place}"),
        **{mime: partial(_picture, mime=mime, alt=f"Picture of {place}") for mime in PICTURES},
        WIDGET: _widget_without_twin,
        "text/latex": lambda source: _terminal(source, "plain"),
        "text/plain": lambda plain: _terminal(plain, "plain"),
    }
    return next((write(data[mime]) for mime, write in forms.items() if mime in data), Markup(""))


def output(node: NotebookNode, place: str, pictures: Pictures | None = None) -> Markup:
    """Write one output of a cell, an error included."""
    match node.output_type:
        case "stream":
            return _terminal(node.text, node.name)
        case "error":
            return _terminal("\n".join(node.traceback) or f"{node.ename}: {node.evalue}", "error")
        case _:
            return bundle(node.data, place, pictures)


def shown(outputs: Iterable[NotebookNode]) -> list[NotebookNode]:
    """Return the outputs without the live views of widgets whose static copy follows."""
    listed = list(outputs)
    after = [*listed[1:], None][: len(listed)]
    return [one for one, then in zip(listed, after, strict=True) if not (_is_live(one) and _is_copy(then))]


def without_twin(outputs: Iterable[NotebookNode]) -> bool:
    """Say whether any of these outputs is a widget of which a page has nothing to show."""
    return any(_is_live(node) and not {SAVED, "text/html"} & set(node.data) for node in shown(outputs))


def _is_live(node: NotebookNode) -> bool:
    return WIDGET in node.get("data", {})


def _is_copy(node: NotebookNode | None) -> bool:
    data = node.get("data", {}) if node else {}
    return SAVED in data or alive.TWIN in data.get("text/html", "")


def cell(node: NotebookNode, lexer: str, pictures: Pictures | None = None) -> Markup:
    """Write one cell; raw cells are for other formats and are left out."""
    if node.cell_type == "markdown":
        return _box("words", markdown(node.source, node.get("attachments")))
    if node.cell_type != "code" or not node.source.strip():
        return Markup("")
    number = node.execution_count
    place = f"cell {number}" if number else "a cell"
    outputs = join(output(one, place, pictures) for one in shown(node.outputs))
    return join([code(node.source, number, lexer), _box("outputs", outputs) if outputs.html else ""])
