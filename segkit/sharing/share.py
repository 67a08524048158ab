"""A notebook shared: one file in which a reader sees everything, can explore it, and finds nothing that must not leave."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import nbformat

from segkit.errors import InvalidInput, NotShared
from segkit.findings import Findings
from segkit.sharing import html, parameters, pictures, sizes
from segkit.sharing import run as runner
from segkit.sharing.charts import Pictures, figures_of
from segkit.sharing.files import read, replace
from segkit.sharing.manifest import MANIFEST, cell_of, manifest
from segkit.sharing.notebook import rendered
from segkit.sharing.respondent_rows import ID_COLUMNS, MOST_ROWS, Rows
from segkit.sharing.scan import check_allowed, scan
from segkit.sharing.shared import Shared
from segkit.sharing.stumbling import stumbling

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from nbformat import NotebookNode

    from segkit.sharing.scan import Scanned
    from segkit.sharing.shared import Form
    from segkit.sharing.sizes import Part

FORMS: Final[Mapping[str, Form]] = {".html": "html", ".htm": "html", ".ipynb": "ipynb"}


def share(  # noqa: PLR0913 - its options
    notebook: Path | str,
    out: Path | str | None = None,
    *,
    execute: bool = False,
    parameters: Mapping[str, object] | None = None,
    charts: Literal["interactive", "static"] = "interactive",
    redact: bool = False,
    allow: Collection[str] = (),
    id_columns: Collection[str] = ID_COLUMNS,
    most_rows: int = MOST_ROWS,
    title: str | None = None,
    timeout: float = 300,
) -> Shared:
    """Write a notebook for its readers: one HTML file that opens from disk with the network off, or a notebook for GitHub.

    Parameters
    ----------
    notebook
        The notebook's file, run; or not yet, with `execute`.
    out
        The file to be written, which may be the notebook itself. ``.html``, the default: charts and segkit's widgets are live.
        ``.ipynb``: each chart has its picture and its words, widgets are static copies.
    execute, parameters, timeout
        Whether it is run first; values for its cell tagged ``parameters``, as papermill gives them; seconds for a cell.
    charts
        ``static`` has pictures in the HTML too, which need kaleido (``segkit[png]``) and Chromium, as those of ``.ipynb`` do.
    redact
        Whether credentials, absolute paths and ids of people in code are replaced; else they block the share.
    allow
        Codes of what is meant: ``credential-like``, ``absolute-path``, ``respondent-rows``. A credential held here never is.
    id_columns, most_rows
        Columns that hold ids of people; in tables with more rows they are masked.
    title
        Of the HTML; else the notebook's own, else its first heading.

    Returns
    -------
    What was written, its findings, and what takes its space. The document ends with a manifest of what it was made from; with
    SOURCE_DATE_EPOCH set, sharing the same notebook again writes the same bytes.

    Raises
    ------
    NotShared
        When something must not leave: `findings` name each cell and fix. Nothing is written.
    NotebookFailed, InvalidInput
        When a cell fails; when an argument cannot be used, or the file is no notebook.
    """
    source = Path(notebook)
    form, path = _target(source, out, charts)
    check_allowed(allow)
    rows = _rows(id_columns, most_rows)
    told, given = _made(read(source), source, execute=execute, values=parameters, timeout=timeout)
    if title and form == "html":
        given.metadata["title"] = title
    scanned = _let_go(scan(given, rows, redact=redact, allow=allow), source)
    listed = manifest(scanned.notebook, scanned.findings)
    scanned.notebook.cells.append(cell_of(listed))
    parts = _written(scanned.notebook, form, path, charts=charts, title=_title(scanned.notebook, source))
    return Shared(path, form, told + scanned.findings, tuple(listed), tuple(parts))


def _target(source: Path, out: Path | str | None, charts: str) -> tuple[Form, Path]:
    path = source.with_suffix(".html") if out is None else Path(out)
    form = FORMS.get(path.suffix.lower())
    if form is None:
        raise InvalidInput(f"out is {path.name!r:.80}: give a name that ends in .html or .ipynb")
    if charts not in {"interactive", "static"}:
        raise InvalidInput(f"charts is {charts!r:.40}: give interactive or static")
    if not path.absolute().parent.is_dir():
        raise InvalidInput(f"{path} cannot be written: there is no folder {path.absolute().parent}")
    return form, path


def _rows(columns: Collection[str], most: int) -> Rows:
    if isinstance(columns, str) or not all(isinstance(name, str) and name.strip() for name in columns):
        raise InvalidInput(f"id_columns is {columns!r:.60}: give a list of names of columns")
    if isinstance(most, bool) or not isinstance(most, int) or most < 0:
        raise InvalidInput(f"most_rows is {most!r:.40}: give a whole number from 0")
    return Rows(columns, most)


def _made(
    notebook: NotebookNode, source: Path, *, execute: bool, values: Mapping[str, object] | None, timeout: float
) -> tuple[Findings, NotebookNode]:
    """Return the notebook to be shared, run where that was asked for, and what a reader may stumble over."""
    notebook.cells = [cell for cell in notebook.cells if not parameters.tagged(cell, MANIFEST)]
    told = Findings()
    if values:
        notebook, told = parameters.inject(notebook, values)
    if execute or values:
        notebook = runner.execute(notebook, source.name, cwd=source.absolute().parent, timeout=timeout)
    return told + stumbling(notebook), notebook


def _let_go(scanned: Scanned, source: Path) -> Scanned:
    """Return what was scanned, unless something in it must not leave."""
    if blocking := scanned.findings.errors:
        raise NotShared(f"{source.name} is not shared: {len(blocking)} found that must not leave", blocking)
    return scanned


def _title(notebook: NotebookNode, source: Path) -> str:
    return html.title_of(notebook) or source.stem


def _written(notebook: NotebookNode, form: Form, path: Path, *, charts: str, title: str) -> list[Part]:
    """Write the file, whole or not at all; return what takes its space."""
    drawn = charts == "static" or form == "ipynb"
    figures = figures_of(notebook) if drawn else []
    held = Pictures(figures, pictures.draw(figures, pictures.SHARP if form == "html" else pictures.PLAIN)) if drawn else None
    if form == "html" or held is None:
        page = html.put_together(notebook, title, pictures=held)
        replace(path, page.text)
        return sizes.of_page(page)
    made = rendered(notebook, held)
    text = nbformat.writes(made) + "\n"
    replace(path, text)
    return sizes.of_notebook(made, text)
