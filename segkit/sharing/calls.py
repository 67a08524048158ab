"""The calls in a cell of code: which function, with which arguments, as they are written."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from IPython.core.inputtransformer2 import TransformerManager

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbformat import NotebookNode


_TIMED: Final = re.compile(r"(?m)^([ \t]*)%%?(?:time|timeit|capture|prun)\b[ \t]*(?:-\S+[ \t]+(?:\d+[ \t]+)?)*")
"""Magics before code that is run as it stands."""


class Call(NamedTuple):
    """A call as it is written.

    Attributes
    ----------
    name
        The dotted name, such as ``sk.PureSpectrum.sandbox``; of what another call returned only the last part.
    arguments, keywords
        The expressions.
    cell
        The number of the cell, as readers see it.
    """

    name: str
    arguments: tuple[ast.expr, ...]
    keywords: Mapping[str, ast.expr]
    cell: str

    @property
    def last(self) -> str:
        """The function's own name."""
        return self.name.rpartition(".")[2]

    @property
    def owner(self) -> str:
        """The name before it."""
        return self.name.rpartition(".")[0].rpartition(".")[2]

    def given(self, keyword: str, place: int | None = None) -> ast.expr | None:
        """Return the argument of a keyword, else the one at a place."""
        if keyword in self.keywords:
            return self.keywords[keyword]
        return self.arguments[place] if place is not None and place < len(self.arguments) else None


def calls_of(cell: NotebookNode) -> list[Call]:
    """Return the calls of a cell from its beginning; a cell that is no Python has none."""
    number = f"[{cell.get('execution_count') or ' '}]"
    try:
        tree = ast.parse(TransformerManager().transform_cell(_TIMED.sub(r"\1", cell.source)))
    except (SyntaxError, ValueError):
        return []
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    nodes.sort(key=lambda node: (node.lineno, node.col_offset, node.end_col_offset or 0))
    return [
        Call(_dotted(node.func), tuple(node.args), {one.arg: one.value for one in node.keywords if one.arg}, number)
        for node in nodes
    ]


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = _dotted(node.value)
        return f"{before}.{node.attr}" if before else node.attr
    return ""


def written(node: ast.expr) -> str:
    """Return an expression as it is written, in one line."""
    return ast.unparse(node)


def literal(node: ast.expr | None) -> object:
    """Return the value of a plain constant, None for anything else."""
    return node.value if isinstance(node, ast.Constant) else None
