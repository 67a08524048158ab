"""Why no law can meet its targets: a smallest set of them that clashes, and by how much.

A law of answers is a flow through the lattice, and a target is linear in it: whether a law exists is a linear programme.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from segkit.findings import Finding
from segkit.sel.target import SEGMENTS, Constraints, Target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from segkit.sel.lattice import Layer
    from segkit.sel.law import Floats, Law

_NOTHING = 1e-8


def findings(base: Law, targets: Sequence[Target]) -> list[Finding]:
    """Return a finding a target of a smallest set that cannot be met together; none when all can."""
    programme = _Programme(base, targets)
    clash = list(range(len(targets)))
    if programme.distance(clash, clash).total <= _NOTHING:
        return []
    for number in list(clash):
        rest = [other for other in clash if other != number]
        if rest and programme.distance(rest, rest).total > _NOTHING:
            clash = rest
    return [_told(programme, clash, number) for number in clash]


def unattainable(base: Law, targets: Sequence[Target]) -> list[Finding]:
    """Return a finding a target within a segment that nobody in the segment can meet, whatever else is given.

    Alone such a target is met by leaving the segment empty: so each is tried with half of all respondents in its segment.
    """
    found = []
    for target in targets:
        if target.within is None or not 0 < base.marginals[-1][target.within] < 1 - _NOTHING:
            continue
        half = np.full(len(base.rule.segments), np.nan)
        half[target.within] = 0.5
        somebody = Target(SEGMENTS, (len(base.rule.questions),), half, rule=base.rule)
        programme = _Programme(base, [target, somebody])
        if programme.distance([0, 1], [0]).total > _NOTHING:
            found.append(_told(programme, [0, 1], 0, by_rule=True))
    return found


def _told(programme: _Programme, clash: list[int], number: int, *, by_rule: bool = False) -> Finding:
    target = programme.targets[number]
    others = [programme.targets[other].name for other in clash if other != number]
    nearest = programme.distance(clash, [number])
    place, share = max(nearest.cells, key=lambda cell: abs(cell[1] - float(target.shares[cell[0]])))
    wanted = float(target.shares[place])
    value = " x ".join(str(v) for v in target.values(place)[: None if target.within is None else -1])
    where = f"{target.name}: {value}"
    can = f"the nearest to {wanted:.6g} that can be is {share:.6g}: it is {abs(wanted - share):.3g} too {_much(wanted, share)}"
    if by_rule or not others:
        return Finding("target-unattainable", "error", where, can, "Give a share that the rule allows.")
    message = f"it clashes with {' and '.join(others)}: beside {'it' if len(others) == 1 else 'them'} {can}"
    return Finding("targets-clash", "error", where, message, f"Move it to {share:.6g}, or leave {target.name} or another out.")


def _much(wanted: float, share: float) -> str:
    return "much" if wanted > share else "little"


class _Nearest(NamedTuple):
    """How much the shares must move in all, and where those of one target come to lie."""

    total: float
    cells: list[tuple[tuple[int, ...], float]]


class _Programme:
    """Flows through the lattice of a law's possible vectors."""

    def __init__(self, base: Law, targets: Sequence[Target]) -> None:
        from scipy import sparse  # noqa: PLC0415 - only a clash needs it

        self.targets = targets
        self.constraints = [Constraints.of([target], base.rule, zeros=True) for target in targets]
        lattice = base.lattice(target.scope for target in targets)
        sizes = [len(layer.source) for layer in lattice.layers]
        self.first = np.concatenate([[0], np.cumsum(sizes)])
        self.n_edges = int(self.first[-1])
        self.possible = np.concatenate(base.log_weights(lattice)) > -np.inf
        blocks: list[list[object]] = [[None] * len(sizes) for _ in range(len(sizes))]
        for place, layer in enumerate(lattice.layers):
            one, edges = np.ones(sizes[place]), np.arange(sizes[place])
            if place:
                blocks[place][place] = sparse.csr_array((one, (layer.source, edges)), shape=(layer.n_sources, sizes[place]))
            else:
                blocks[0][0] = sparse.csr_array((one, (np.zeros_like(edges), edges)), shape=(1, sizes[0]))
            if place + 1 < len(sizes):
                blocks[place + 1][place] = sparse.csr_array((-one, (layer.target, edges)), shape=(layer.n_targets, sizes[place]))
        self.conservation = sparse.csr_array(sparse.block_array(blocks))
        self.counts = [self._counts(lattice.layers, target) for target in targets]

    def _counts(self, layers: Sequence[Layer], target: Target) -> Any:  # noqa: ANN401 - a sparse array, which has no types
        """Return for a target's table which edges are in each cell."""
        from scipy import sparse  # noqa: PLC0415 - only a clash needs it

        place = next(n for n, layer in enumerate(layers) if target.scope in layer.cells)
        cells = layers[place].cells[target.scope]
        edges = self.first[place] + np.arange(len(cells))
        return sparse.csr_array((np.ones(len(cells)), (cells, edges)), shape=(target.shares.size, self.n_edges))

    def distance(self, together: Sequence[int], soft: Sequence[int]) -> _Nearest:
        """Return the least that the shares of the soft targets must move so that all of these can be met."""
        from scipy import optimize, sparse  # noqa: PLC0415 - only a clash needs it

        rows, wanted, moves = [self.conservation], [self._total()], []
        for number in together:
            constraint, scope = self.constraints[number], self.targets[number].scope
            rows.append(sparse.csr_array(constraint.rows[scope]) @ self.counts[number])
            wanted.append(constraint.wanted)
            moves.append(np.full(len(constraint.wanted), number in soft))
        movable = np.concatenate([np.zeros(len(wanted[0]), dtype=bool), *moves])
        slack = sparse.csr_array(sparse.eye_array(len(movable)))[:, np.flatnonzero(movable)]
        matrix = sparse.hstack([sparse.vstack(rows), slack, -slack], format="csr")
        n_moves = 2 * int(movable.sum())
        upper = np.concatenate([np.where(self.possible, 1.0, 0.0), np.full(n_moves, np.inf)])
        cost = np.concatenate([np.zeros(self.n_edges), np.ones(n_moves)])
        bounds = np.column_stack([np.zeros_like(upper), upper])
        solved = optimize.linprog(cost, A_eq=matrix, b_eq=np.concatenate(wanted), bounds=bounds, method="highs")
        if solved.x is None:
            return _Nearest(np.inf, self._cells(soft[0], None))
        return _Nearest(float(solved.fun), self._cells(soft[0], solved.x[: self.n_edges]))

    def _total(self) -> Floats:
        return np.concatenate([[1.0], np.zeros(self.conservation.shape[0] - 1)])

    def _cells(self, number: int, flow: Floats | None) -> list[tuple[tuple[int, ...], float]]:
        target = self.targets[number]
        table = np.zeros(target.shares.shape) if flow is None else (self.counts[number] @ flow).reshape(target.shares.shape)
        shares = target.of(table)
        return [(place, float(np.nan_to_num(shares[place]))) for place, _ in target.cells()]
