"""A run notebook as one HTML file that opens from the disk and asks the network for nothing.

Two walls keep what a notebook's outputs may hold from running: `clean` leaves nothing that runs, and the page's own
policy lets only the scripts run whose hashes it names, and nothing be fetched at all.
"""

from __future__ import annotations

import base64
import hashlib
import json
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import nbformat
from nbconvert.preprocessors import CoalesceStreamsPreprocessor
from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]  # nbconvert brings it

from segkit.characters import whole
from segkit.credentials import redact
from segkit.markup import Markup, element, join, text
from segkit.sharing import alive, charts
from segkit.sharing.cells import cell
from segkit.sharing.scan import held_here

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbformat import NotebookNode

    from segkit.sharing.charts import Pictures

PLOTLY, OWN = "plotly", "page"
DAY, NIGHT = "default", "github-dark"
POLICY: Final = (
    "default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; "
    "base-uri 'none'; form-action 'none'"
)
PAGE: Final = """\
<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
{styles}
</style>
</head>
<body>
<main>
{cells}
</main>
{scripts}
</body>
</html>
"""


def _own(name: str) -> str:
    return files("segkit.sharing").joinpath("static", name).read_text(encoding="utf-8")


def _styles(body: Markup) -> str:
    """Return the page's own style, that of code by day and by night, and those of the widgets that are there."""
    day, night = (HtmlFormatter(style=style).get_style_defs(".highlight") for style in (DAY, NIGHT))
    own = f"{day}\n@media screen and (prefers-color-scheme: dark) {{\n{night}\n}}\n{_own('page.css')}"
    return "\n".join(filter(None, [own, alive.styles(body)]))


def _inline(script: str) -> str:
    """Return a script as it can stand in the page: it does not end itself, and its lines end as the browser reads them."""
    return script.replace("\r\n", "\n").replace("\r", "\n").replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _hash(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def _scripts(body: Markup) -> dict[str, str]:
    """Return the scripts that the page runs: plotly's and the widgets' where there is any, and its own."""
    plotly = {PLOTLY: charts.bundle()} if charts.SCRIPT in body.html else {}
    return {name: _inline(script) for name, script in {**plotly, **alive.scripts(body), OWN: _own("page.js")}.items()}


def title_of(notebook: NotebookNode) -> str:
    """Return the notebook's own title: in its metadata, else its first heading."""
    if given := notebook.metadata.get("title"):
        return str(given)
    lines = (line for node in notebook.cells if node.cell_type == "markdown" for line in node.source.splitlines())
    return next((line.removeprefix("# ").strip() for line in lines if line.startswith("# ")), "")


def _without_credentials(body: Markup) -> Markup:
    """Take out what is held as a credential here, and what the environment holds as one."""
    held = held_here()
    clean = Markup(redact(body.html))
    held.clear()  # `redact` knows a credential for as long as somebody holds it
    return clean


def _copy(notebook: object) -> NotebookNode:
    """Return a copy without halves of characters, which a notebook's JSON can hold and a page cannot."""
    copied: NotebookNode = nbformat.from_dict(json.loads(whole(json.dumps(notebook, ensure_ascii=False))))
    return copied


class Page(NamedTuple):
    """A page, and the parts that it was put together of.

    Attributes
    ----------
    text
        The whole page.
    scripts
        By name: plotly's, the widgets', the page's own.
    """

    text: str
    body: str
    styles: str
    scripts: Mapping[str, str]


def page(notebook: NotebookNode | Path | str, title: str | None = None, *, pictures: Pictures | None = None) -> str:
    """Write a run notebook as one HTML page; parameters and what is returned as `put_together` has them."""
    return put_together(notebook, title, pictures=pictures).text


def put_together(notebook: NotebookNode | Path | str, title: str | None = None, *, pictures: Pictures | None = None) -> Page:
    """Put a run notebook together as one HTML page.

    Parameters
    ----------
    notebook
        The notebook, or the path of its file.
    title
        Of the page; else the notebook's own title, its first heading, its file's name.
    pictures
        The charts' pictures; None has charts live.

    Returns
    -------
    The page. It holds all it needs: charts are live, segkit's widgets are drawn by their own modules, another widget is shown by
    its output's own ``text/html``. Credentials that this process or its environment holds are taken out of code and outputs.
    """
    name = "Notebook"
    if isinstance(notebook, str | Path):
        name = Path(notebook).stem
        notebook = nbformat.read(notebook, as_version=4)
    tidy: NotebookNode = CoalesceStreamsPreprocessor().preprocess(_copy(notebook), {})[0]
    language = tidy.metadata.get("language_info", {})
    lexer = language.get("pygments_lexer") or language.get("name") or "ipython3"
    title = title or title_of(tidy) or name
    body = _without_credentials(join((cell(node, lexer, pictures) for node in tidy.cells), "\n"))
    if "<h1" not in body.html:
        body = join([element("h1", title), body], "\n")
    scripts, styles = _scripts(body), _styles(body)
    written = PAGE.format(
        language="en",
        policy=POLICY.format(hashes=" ".join(map(_hash, scripts.values()))),
        title=text(redact(title)),
        styles=styles,
        cells=body.html,
        scripts="\n".join(f"<script>{script}</script>" for script in scripts.values()),
    )
    return Page(written, body.html, styles, scripts)


def write(notebook: NotebookNode | Path | str, out: Path | str) -> Path:
    """Write a run notebook into one HTML file, and return its path."""
    path = Path(out)
    path.write_text(page(notebook), encoding="utf-8", newline="\n")
    return path
