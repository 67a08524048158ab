"""The law that meets given shares with least change: maximum entropy when it starts from the uniform law.

Newton's method on the dual, with exact first and second moments from the lattice. Shares of 0 are taken out first, so they
stay exactly 0; a law that must have more zeros than were given is reached in the limit, a digit every few steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from segkit.errors import InvalidInput
from segkit.findings import Finding
from segkit.sel import contradiction
from segkit.sel.law import Flow, Law
from segkit.sel.target import Constraints, zeros_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from segkit.sel.lattice import Lattice
    from segkit.sel.law import Floats
    from segkit.sel.target import Target

TOLERANCE = 1e-9
"""How far a fitted law may stay from a share that was given."""

_GOAL = 1e-14
_MOST_STEPS = 300
_PATIENCE = 15
_LONGEST = 25.0


class Fit(NamedTuple):
    """A fitted law, the steps that it took, and the largest gap between a given share and the law's."""

    law: Law
    iterations: int
    gap: float


def fit(base: Law, targets: Sequence[Target]) -> Fit:
    """Fit: of all laws that meet the targets, that with the smallest divergence from `base`.

    Raises
    ------
    InvalidInput
        When they cannot all be met: ``targets-clash`` names a smallest set that cannot and by how much,
        ``target-unattainable`` one that alone cannot. Or when the fit does not get there (``fit-not-converged``).
    """
    start = base.times(zeros_of(targets, base.rule))
    constraints = Constraints.of(targets, base.rule)
    lattice = start.lattice(constraints.rows)
    search = _Search(start, lattice, constraints)
    best = search.run() if np.isfinite(search.at.log_total) else search.at
    if not (best.gap <= TOLERANCE and np.isfinite(best.log_total)):
        raise InvalidInput("the targets cannot be met", _reasons(base, targets) or [_slow(best.gap)])
    law = start.times(constraints.tables(best.multipliers))
    gap = max([best.gap, *(_conditional_gap(law, target) for target in targets if target.within is not None)])
    if not gap <= TOLERANCE:
        emptied = [_emptied(target) for target in targets if target.within is not None]
        raise InvalidInput("the targets cannot be met", contradiction.unattainable(base, targets) or emptied)
    return Fit(law, search.steps, gap)


def _reasons(base: Law, targets: Sequence[Target]) -> list[Finding]:
    """Return why no law meets them; a target that its own segment cannot have first, for no other share would help it."""
    return contradiction.unattainable(base, targets) or contradiction.findings(base, targets)


def _conditional_gap(law: Law, target: Target) -> float:
    """Return the largest gap of a target within a segment; infinite where the law leaves nobody in the segment."""
    shares = target.of(law.table(target.scope))
    gap = max((abs(float(shares[place]) - share) for place, share in target.cells()), default=0.0)
    return gap if np.isfinite(gap) else np.inf


def _emptied(target: Target) -> Finding:
    message = "the other targets can be met only with hardly anybody in this segment"
    return Finding("segment-emptied", "error", target.name, message, "Give the segments' shares, or leave this target out.")


def _slow(gap: float) -> Finding:
    message = f"after {_MOST_STEPS} steps a share is still {gap:.2g} away, although the targets do not clash"
    return Finding("fit-not-converged", "error", "targets", message, "Leave out targets that nearly force a share to 0 or 1.")


class _Point(NamedTuple):
    """A place in the dual: the multipliers, what the law there gives, and the dual's value (smaller is better)."""

    multipliers: Floats
    flow: Flow
    missing: Floats
    value: float

    @property
    def log_total(self) -> float:
        return self.flow.log_total

    @property
    def gap(self) -> float:
        return float(np.abs(self.missing).max(initial=0.0))


class _Search:
    def __init__(self, start: Law, lattice: Lattice, constraints: Constraints) -> None:
        self.lattice, self.constraints = lattice, constraints
        self.base = start.log_weights(lattice)
        self.steps = 0
        self.at = self.point(np.zeros(len(constraints.wanted)))

    def run(self) -> _Point:
        """Go downhill until the targets are met, or nothing gets better any more."""
        best, since = self.at, 0
        while best.gap > _GOAL and since < _PATIENCE and self.steps < _MOST_STEPS:
            following = self.stepped()
            if following is None:
                break
            self.steps += 1
            self.at = following
            since = 0 if following.gap < 0.95 * best.gap else since + 1
            best = min(best, following, key=lambda point: point.gap)
            if best.gap <= TOLERANCE / 1000 and since:
                break
        return best

    def stepped(self) -> _Point | None:
        """Take Newton's step, shortened until it helps."""
        covariance = self.covariance()
        spread = np.sqrt(np.maximum(np.diag(covariance), 0.0))
        scale = 1 / np.where(spread > 1e-150, spread, 1.0)  # noqa: PLR2004 - its square is still a number
        system = covariance * np.outer(scale, scale) + 1e-12 * np.eye(len(scale))
        direction = scale * np.linalg.solve(system, scale * self.at.missing)
        direction *= min(1.0, _LONGEST / float(np.abs(direction).max(initial=1.0)))
        slope = float(direction @ self.at.missing)
        for halving in range(40):
            length = 0.5**halving
            tried = self.point(self.at.multipliers + length * direction)
            if tried.value <= self.at.value - 1e-4 * length * slope or tried.gap < 0.5 * self.at.gap:
                return tried
        return None

    def point(self, multipliers: Floats) -> _Point:
        tables = {scope: table.reshape(-1) for scope, table in self.constraints.tables(multipliers).items()}
        logs = [
            weight + sum((tables[scope][cell] for scope, cell in layer.cells.items() if scope in tables), np.zeros(1))
            for weight, layer in zip(self.base, self.lattice.layers, strict=True)
        ]
        flow = Flow.through(self.lattice, logs)
        missing = self.constraints.wanted.copy()
        for place, layer in enumerate(self.lattice.layers):
            edges = flow.edges(place)
            for scope in layer.cells.keys() & tables.keys():
                missing -= self.constraints.rows[scope] @ np.bincount(layer.cells[scope], edges, len(tables[scope]))
        return _Point(multipliers, flow, missing, flow.log_total - float(multipliers @ self.constraints.wanted))

    def covariance(self) -> Floats:
        """Return the covariances of what the constraints count, exactly.

        Forward through the layers goes, for each constraint, the sum over the paths to a state of what it has counted.
        """
        from scipy import sparse  # noqa: PLC0415 - only a fit needs it

        flow, rows = self.at.flow, self.constraints.rows
        n = len(self.constraints.wanted)
        counted = np.zeros((n, self.lattice.layers[0].n_sources))
        moments, decided = np.zeros((n, n)), np.full(n, -1)
        for place, layer in enumerate(self.lattice.layers):
            weight, n_edges = flow.weight[place], len(layer.source)
            scopes = sorted(layer.cells.keys() & rows.keys())
            onward = flow.after[place + 1][layer.target]
            arriving = flow.before[place][layer.source] * weight
            share = 1 / (float(arriving @ onward) or 1.0)
            counted = counted[:, layer.source] * weight
            for scope in scopes:
                counted += rows[scope][:, layer.cells[scope]] * arriving
                decided[np.abs(rows[scope]).any(axis=1)] = place
            for scope in scopes:
                chosen = (np.ones(n_edges), (np.arange(n_edges), layer.cells[scope]))
                by_cell = sparse.csr_array(chosen, shape=(n_edges, rows[scope].shape[1]))
                moments += ((counted * (onward * share)) @ by_cell) @ rows[scope].T
            to_target = sparse.csr_array((np.ones(n_edges), (np.arange(n_edges), layer.target)), shape=(n_edges, layer.n_targets))
            total = float(np.bincount(layer.target, arriving, layer.n_targets).sum()) or 1.0
            counted = (counted @ to_target) / total
        together = decided[:, None] == decided[None, :]
        mean = self.constraints.wanted - self.at.missing
        return np.where(together, moments, moments + moments.T) - np.outer(mean, mean)
