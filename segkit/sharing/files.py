"""A notebook's file: read whole, written whole or not at all."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import nbformat
from nbformat.validator import iter_validate

from segkit.characters import whole
from segkit.errors import InvalidInput
from segkit.sharing import charts
from segkit.sharing.texts import changed

if TYPE_CHECKING:
    from pathlib import Path

    from nbformat import NotebookNode


def read(path: Path) -> NotebookNode:
    """Read a notebook; half of a character, which no file can hold, is replaced.

    Raises
    ------
    InvalidInput
        When there is no such file, or it is no notebook.
    """
    try:
        found: NotebookNode = nbformat.reads(path.read_text(encoding="utf-8-sig"), as_version=4)
    except FileNotFoundError:
        raise InvalidInput(f"there is no file {path}") from None
    except (
        nbformat.ValidationError,
        ValueError,  # no JSON, no UTF-8, a version that is not known
        RecursionError,
        OSError,
        AttributeError,
        KeyError,
        TypeError,
    ) as error:
        raise InvalidInput(f"{path.name} is no notebook: {str(error).splitlines()[0]:.120}") from None
    if wrong := _wrong(found):
        raise InvalidInput(
            f"{path.name} is no notebook: {wrong} is not as nbformat {found.nbformat}.{found.nbformat_minor} has it"
        )
    for cell in found.cells:
        for output in cell.get("outputs", []):
            _without_broken_forms(output)
    return changed(found, lambda _, text: whole(text))


def _wrong(notebook: NotebookNode) -> str:
    """Return the place of what is wrong in a notebook; an id that is none hinders nobody."""
    paths = (list(error.path) for error in iter_validate(notebook, relax_add_props=True))
    return next((" / ".join(map(str, path)) or "a cell or an output" for path in paths if path[-1:] != ["id"]), "")


def _without_broken_forms(output: NotebookNode) -> None:
    """Take away data where a text should be, and a figure that plotly could not draw; the other forms of an output stay."""
    for form, held in list(output.get("data", {}).items()):
        if not isinstance(held, str) and not form.endswith("json"):
            del output.data[form]
    figure = output.get("data", {}).get(charts.MIME, {})
    is_figure = (
        isinstance(figure, dict)
        and isinstance(figure.get("layout") or {}, dict)
        and isinstance(figure.get("data") or [], list)
        and all(isinstance(trace, dict) for trace in figure.get("data") or [])
    )
    if not is_figure:
        del output.data[charts.MIME]


def replace(path: Path, text: str) -> None:
    """Write a text into a file that is there whole or not at all; a link stays one, and its file is written.

    Raises
    ------
    InvalidInput
        When it cannot be written.
    """
    path = path.resolve()
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_text(text, encoding="utf-8", newline="\n")
        if path.exists():
            beside.chmod(path.stat().st_mode)
        beside.replace(path)
    except OSError as error:
        raise InvalidInput(f"{path} cannot be written: {error.strerror}") from None
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
