"""The law of a population's answers: a product of tables over the answers and the segment, summed exactly.

The sums run over the edges of a lattice, not over the answer vectors: a rule with thousands of millions of them takes the
same kind of work as one with a few.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from segkit.sel.lattice import Lattice, sizes_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from segkit.sel.lattice import Scope
    from segkit.sel.rule import Rule

    Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Law:
    """A law over the answer vectors of a rule.

    Attributes
    ----------
    factors
        By scope a table of logarithms, one axis a variable (`segkit.sel.lattice.Scope`): a vector's probability is
        proportional to the exponential of their sum, -inf where it cannot be. None at all: every vector is as probable.

    Examples
    --------
    >>> from segkit.sel.rule import Rule
    >>> law = Law(Rule.from_points({"cars": {"0": 0, "1": 22, "2+": 43}}, {"high": 40, "low": 0}))
    >>> law.table((1,)).round(3).tolist()
    [0.333, 0.667]
    """

    rule: Rule
    factors: Mapping[Scope, Floats] = field(default_factory=dict)

    def times(self, factors: Mapping[Scope, Floats]) -> Law:
        """Return the law that these factors make of it."""
        zero = np.zeros(())
        scopes = {**self.factors, **factors}
        return Law(self.rule, {scope: self.factors.get(scope, zero) + factors.get(scope, zero) for scope in scopes})

    def lattice(self, scopes: Iterable[Scope] = ()) -> Lattice:
        """Return the lattice of its own factors and of more scopes."""
        return Lattice.of(self.rule, {*self.factors, *scopes})

    def log_weights(self, lattice: Lattice) -> list[Floats]:
        """Return for each layer the logarithm of each edge's weight."""
        weights = []
        for layer in lattice.layers:
            weight = np.zeros(len(layer.source))
            for scope in self.factors.keys() & layer.cells.keys():
                weight += self.factors[scope].reshape(-1)[layer.cells[scope]]
            weights.append(weight)
        return weights

    def table(self, scope: Scope) -> Floats:
        """Return the exact probabilities of the values of a few variables together, one axis a variable."""
        lattice = self.lattice([scope])
        place = lattice.layer_of(scope)
        edges = Flow.through(lattice, self.log_weights(lattice)).edges(place)
        cells = summed(lattice.layers[place].cells[scope], edges, lattice.n_cells(scope))
        return cells.reshape([lattice.sizes[variable] for variable in scope])

    @cached_property
    def marginals(self) -> tuple[Floats, ...]:
        """The exact shares of the answers of each question, and last of the segments."""
        lattice = self.lattice()
        flow = Flow.through(lattice, self.log_weights(lattice))
        return tuple(
            summed(layer.answer, flow.edges(place), size)
            for place, (layer, size) in enumerate(zip(lattice.layers, lattice.sizes, strict=True))
        )

    @cached_property
    def log_total(self) -> float:
        """The logarithm of the sum over all answer vectors."""
        lattice = self.lattice()
        return Flow.through(lattice, self.log_weights(lattice)).log_total

    @property
    def n_vectors(self) -> int:
        """How many answer vectors there are."""
        return int(np.prod([float(size) for size in sizes_of(self.rule)[:-1]]))

    def probability(self, codes: NDArray[np.int64]) -> Floats:
        """Return the probability of each answer vector; `codes` has the shape ``(n_vectors, n_questions)``."""
        variables = np.column_stack([codes, self.rule.segment_indices(codes)])
        logs = np.full(len(codes), -self.log_total)
        for scope, table in self.factors.items():
            logs += table[tuple(variables[:, variable] for variable in scope)]
        return np.asarray(np.exp(logs))


def summed(places: NDArray[np.int64], values: Floats, size: int) -> Floats:
    """Return for each place below `size` the sum of its values."""
    return np.asarray(np.bincount(places, values, size), dtype=np.float64)


class Flow(NamedTuple):
    """The sums over all paths up to each state, and from each on, scaled so that none runs out of range.

    Attributes
    ----------
    before, after
        For each layer those of its sources; one more than layers.
    """

    lattice: Lattice
    weight: list[Floats]
    before: list[Floats]
    after: list[Floats]
    log_total: float

    @classmethod
    def through(cls, lattice: Lattice, log_weights: list[Floats]) -> Flow:
        """Sum forward and backward; without any possible path all sums are 0 and the total is -inf."""
        weight, log_total = [], 0.0
        for logs in log_weights:
            top = float(logs.max(initial=-np.inf))
            top = top if np.isfinite(top) else 0.0
            weight.append(np.exp(logs - top))
            log_total += top
        before, after = [np.ones(lattice.layers[0].n_sources)], [np.ones(1)]
        for layer, along in zip(lattice.layers, weight, strict=True):
            reached = summed(layer.target, before[-1][layer.source] * along, layer.n_targets)
            total = float(reached.sum())
            log_total += np.log(total) if total else -np.inf
            before.append(reached / (total or 1.0))
        for layer, along in zip(reversed(lattice.layers), reversed(weight), strict=True):
            reached = summed(layer.source, after[-1][layer.target] * along, layer.n_sources)
            after.append(reached / (float(reached.max(initial=0)) or 1.0))
        return cls(lattice, weight, before, after[::-1], log_total)

    def edges(self, place: int) -> Floats:
        """Return the probability of each edge of a layer."""
        layer = self.lattice.layers[place]
        through = self.before[place][layer.source] * self.weight[place] * self.after[place + 1][layer.target]
        return np.asarray(through / (through.sum() or 1.0))
