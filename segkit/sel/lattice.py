"""All answer vectors of a rule as the paths of a small layered graph, so that sums over them need only its edges.

A variable is a question, or last the segment. An edge is one answer, the last layer's is the segment. A state is one of the
rule's, with whatever earlier answers a table of several variables still needs; where such a table holds the segment, a state
also knows in which segment its paths will end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from segkit.errors import InvalidInput
from segkit.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from segkit.sel.rule import Rule

Scope = tuple[int, ...]
"""The variables of a table, ascending: places of questions, and the number of questions for the segment."""

MAX_EDGES = 4_000_000
"""Beyond this a lattice is refused: what its tables must keep in mind is near to the whole joint law."""


class Layer(NamedTuple):
    """The edges of one variable.

    Attributes
    ----------
    source, target
        For each edge its state before, and after.
    answer
        For each edge the code of the answer, of the segment in the last layer.
    cells
        For each scope that is decided here the place in its table, flattened, of each edge.
    """

    source: NDArray[np.int64]
    target: NDArray[np.int64]
    answer: NDArray[np.int64]
    n_sources: int
    n_targets: int
    cells: dict[Scope, NDArray[np.int64]]


class Lattice(NamedTuple):
    """The layers, and for each variable how many values it has."""

    layers: tuple[Layer, ...]
    sizes: tuple[int, ...]

    @classmethod
    def of(cls, rule: Rule, scopes: Iterable[Scope] = ()) -> Lattice:
        """Make the lattice of a rule on which each of the scopes' tables can be read edge by edge.

        Raises InvalidInput when it would have more than `MAX_EDGES` edges in a layer.
        """
        wanted = sorted(set(scopes))
        sizes = sizes_of(rule)
        return cls(_pruned(_layers(rule, sizes, wanted)), sizes)

    def n_cells(self, scope: Scope) -> int:
        """Return how many cells the table of a scope has."""
        return int(np.prod([self.sizes[variable] for variable in scope]))

    def layer_of(self, scope: Scope) -> int:
        """Return the layer in which a scope is decided."""
        return next(place for place, layer in enumerate(self.layers) if scope in layer.cells)


def sizes_of(rule: Rule) -> tuple[int, ...]:
    """Return how many values each variable has."""
    return (*map(len, rule.answers), len(rule.segments))


def _layers(rule: Rule, sizes: tuple[int, ...], scopes: list[Scope]) -> list[Layer]:
    """Go through the questions from the first; the states that lead nowhere are still there."""
    last = len(rule.questions)
    deciding = {scope: [v for v in scope if v != last][-1] if scope != (last,) else last for scope in scopes}
    until = {v: max((deciding[s] for s in scopes if v in s), default=v) for v in range(last)}
    tracked = any(last in scope and len(scope) > 1 for scope in scopes)
    state = np.zeros(sizes[last] if tracked else 1, dtype=np.int64)
    known = {last: np.arange(sizes[last])} if tracked else {}
    layers = []
    for question, step in enumerate(rule.step):
        n_sources, n_answers = len(state), sizes[question]
        _bound(n_sources * n_answers, question, rule)
        source = np.repeat(np.arange(n_sources), n_answers)
        answer = np.tile(np.arange(n_answers), n_sources)
        values = {variable: column[source] for variable, column in known.items()} | {question: answer}
        cells = {scope: _flat(scope, values, sizes) for scope in scopes if deciding[scope] == question}
        reached = step[state[source], answer]
        kept = {variable: column for variable, column in values.items() if variable == last or until[variable] > question}
        code = reached
        for variable, column in kept.items():
            code = code * sizes[variable] + column
        _, first, target = np.unique(code, return_index=True, return_inverse=True)
        layers.append(Layer(source, target, answer, n_sources, len(first), cells))
        state, known = reached[first], {variable: column[first] for variable, column in kept.items()}
    segment = rule.final[state]
    ends = np.flatnonzero(segment == known[last]) if tracked else np.arange(len(state))
    cells = {(last,): segment[ends]} if (last,) in scopes else {}
    layers.append(Layer(ends, np.zeros_like(ends), segment[ends], len(state), 1, cells))
    return layers


def _flat(scope: Scope, values: dict[int, NDArray[np.int64]], sizes: tuple[int, ...]) -> NDArray[np.int64]:
    cell = np.zeros(1, dtype=np.int64)
    for variable in scope:
        cell = cell * sizes[variable] + values[variable]
    return cell


def _bound(n_edges: int, question: int, rule: Rule) -> None:
    if n_edges > MAX_EDGES:
        name = rule.questions[question]
        message = f"the tables keep so many answers in mind that {name} has {n_edges} edges, more than {MAX_EDGES}"
        fix = "Give fewer joint tables, or tables of questions that stand near each other."
        raise InvalidInput("the law is too large", [Finding("law-too-large", "error", name, message, fix)])


def _pruned(layers: list[Layer]) -> tuple[Layer, ...]:
    """Leave out the edges and states from which no segment is reached."""
    kept: list[Layer] = []
    alive = np.ones(1, dtype=bool)
    for layer in reversed(layers):
        number = np.cumsum(alive) - 1
        edges = alive[layer.target]
        before = np.zeros(layer.n_sources, dtype=bool)
        before[layer.source[edges]] = True
        kept.append(
            Layer(
                (np.cumsum(before) - 1)[layer.source[edges]],
                number[layer.target[edges]],
                layer.answer[edges],
                int(before.sum()),
                int(alive.sum()),
                {scope: cell[edges] for scope, cell in layer.cells.items()},
            )
        )
        alive = before
    return tuple(reversed(kept))
