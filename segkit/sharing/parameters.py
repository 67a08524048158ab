"""Parameters of a notebook, by papermill's conventions: a cell tagged ``parameters`` has defaults, one after it the values."""

from __future__ import annotations

import ast
import copy
import keyword
import math
from typing import TYPE_CHECKING, Any, Final

import nbformat

from segkit.errors import InvalidInput
from segkit.findings import Finding, Findings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from types import UnionType

    from nbformat import NotebookNode

DEFAULTS: Final = "parameters"
INJECTED: Final = "injected-parameters"


def tagged(cell: NotebookNode, tag: str) -> bool:
    """Say whether a cell has a tag."""
    return tag in cell.metadata.get("tags", [])


def given(notebook: NotebookNode) -> str:
    """Return the source of the cell in which parameters were injected, empty where none were."""
    return next((str(cell.source) for cell in notebook.cells if tagged(cell, INJECTED)), "")


def without(notebook: NotebookNode) -> NotebookNode:
    """Return a copy without injected parameters."""
    copied: NotebookNode = copy.deepcopy(notebook)
    copied.cells = [cell for cell in copied.cells if not tagged(cell, INJECTED)]
    return copied


def inject(notebook: NotebookNode, parameters: Mapping[str, object]) -> tuple[NotebookNode, Findings]:
    """Return a copy with these parameters in a cell of their own, after the one with the defaults, else at the top.

    Parameters
    ----------
    parameters
        Names and plain values: texts, numbers, booleans, None, lists and dicts of them.

    Returns
    -------
    The copy, and a warning ``unknown-parameter`` for each name that the defaults do not have; where there are none,
    ``overridden-parameter`` for each name that a cell below the values assigns.

    Raises
    ------
    InvalidInput
        When a name is no name of a variable, or a value cannot be written in a cell.
    """
    source = "\n".join(["# Parameters", *(f"{_name(name)} = {_written(value, name)}" for name, value in parameters.items())])
    cell = nbformat.v4.new_code_cell(source, metadata={"tags": [INJECTED]}, id=INJECTED)
    copied = without(notebook)
    place = next((at for at, other in enumerate(copied.cells, 1) if tagged(other, DEFAULTS)), 0)
    known = _assigned(copied.cells[place - 1].source) if place else None
    if copied.nbformat_minor < 5:  # noqa: PLR2004 - from 4.5 on cells have ids
        del cell["id"]
    copied.cells.insert(place, cell)
    if not place:
        return copied, Findings(_overridden(copied.cells[1:], parameters))
    return copied, Findings(_unknown(name, place) for name in parameters if known is not None and name not in known)


def _unknown(name: str, place: int) -> Finding:
    fix = "Correct the name, or give it a default in the cell tagged parameters."
    return Finding("unknown-parameter", "warning", f"cell {place}, source", f"the notebook has no parameter {name}", fix)


def _overridden(cells: Iterable[NotebookNode], names: Iterable[str]) -> Iterator[Finding]:
    """Tell of values at the top of a notebook that one of its own cells takes the place of."""
    fix = "Tag this cell parameters, in JupyterLab's property inspector: values then come after it."
    assigned = [
        (at, _assigned(cell.source, ast.Assign | ast.AnnAssign) or ())
        for at, cell in enumerate(cells, 1)
        if cell.cell_type == "code"
    ]
    for name in names:
        at = next((at for at, found in assigned if name in found), None)
        if at is not None:
            message = f"{name} is assigned here, so the value that was given has no effect"
            yield Finding("overridden-parameter", "warning", f"cell {at}, source", message, fix)


def _assigned(source: str, of: type | UnionType = ast.stmt) -> set[str] | None:
    """Return the names that statements of a kind give values to in a cell, None where it cannot be read."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return None
    nodes = (node for statement in tree.body if isinstance(statement, of) for node in ast.walk(statement))
    return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def _name(name: object) -> str:
    if not isinstance(name, str) or not name.isidentifier() or keyword.iskeyword(name):
        raise InvalidInput(f"{name!r:.60} is no name of a parameter: give the name of a variable")
    return name


def _written(value: object, name: str) -> str:
    """Write a value as Python reads it."""
    if value is None or isinstance(value, bool | int | str):
        return repr(value)
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else f"float({str(value)!r})"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_written(one, name) for one in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_written(key, name)}: {_written(one, name)}' for key, one in value.items())}}}"
    raise InvalidInput(
        f"parameter {name} is {type(value).__name__}: give texts, numbers, booleans, None, or lists and dicts of them"
    )


def typed(text: str) -> Any:  # noqa: ANN401 - what the text is of
    """Return what a text of the command line says, as papermill reads it: True, False, None, a number, else a text."""
    plain = {"True": True, "False": False, "None": None}
    if text in plain:
        return plain[text]
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
