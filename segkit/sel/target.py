"""Targets: the shares that a law of answers must have, as they were given, checked, and as linear constraints.

``{"yes": 0.74}`` is a target with one share; the answers that it does not name share the rest freely.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import fsum
from numbers import Real
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from segkit.errors import InvalidInput
from segkit.findings import Finding
from segkit.sel.lattice import sizes_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from segkit.provenance import Provenance
    from segkit.sel.lattice import Scope
    from segkit.sel.law import Floats
    from segkit.sel.rule import Rule

GIVEN = "given by the caller, no source stated"
SEGMENTS = "segments"
SUM_TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class Target:
    """Shares that belong together: they add up to 1, or what they leave is free.

    Attributes
    ----------
    scope
        Their variables (`segkit.sel.lattice.Scope`).
    shares
        One axis a variable; NaN where free. Of a target within a segment only that segment's column is not NaN, and its
        shares are of the segment.
    within
        The place of that segment.
    """

    name: str
    scope: Scope
    shares: Floats
    within: int | None = None
    source: str = GIVEN
    provenance: Provenance = "synthetic"
    rule: Rule = field(kw_only=True, repr=False)

    def cells(self) -> Iterator[tuple[tuple[int, ...], float]]:
        """Yield each given share with its place in the table."""
        for place in zip(*np.nonzero(~np.isnan(self.shares)), strict=True):
            yield tuple(map(int, place)), float(self.shares[place])

    def values(self, place: tuple[int, ...]) -> tuple[Any, ...]:
        """Return the answers or the segment of a place in the table."""
        named = (*self.rule.answers, self.rule.segments)
        return tuple(named[variable][code] for variable, code in zip(self.scope, place, strict=True))

    def of(self, table: Floats) -> Floats:
        """Return from a law's table of the same scope what the shares are compared with."""
        if self.within is None:
            return table
        total = float(table[:, self.within].sum())
        return np.asarray(table / (total or np.nan))

    def row(self, place: tuple[int, ...], share: float) -> tuple[Floats, float]:
        """Return the coefficients of the table's cells, and what they must add up to."""
        row = np.zeros(self.shares.shape)
        if self.within is not None:
            row[:, self.within] = -share
        row[place] += 1.0
        return row.reshape(-1), share if self.within is None else 0.0


class Constraints(NamedTuple):
    """Linear constraints on a law: by scope a row each over the cells of its table, and the values wanted."""

    rows: dict[Scope, Floats]
    wanted: Floats
    shapes: dict[Scope, tuple[int, ...]]

    @classmethod
    def of(cls, targets: Sequence[Target], rule: Rule, *, zeros: bool = False) -> Constraints:
        """Make those of all targets; shares of 0 are no constraints unless asked for, because they are taken out."""
        sizes = sizes_of(rule)
        given = [(t, place, share) for t in targets for place, share in t.cells() if share > 0 or zeros]
        shapes = {target.scope: tuple(sizes[variable] for variable in target.scope) for target, _, _ in given}
        rows = {scope: np.zeros((len(given), int(np.prod(shape)))) for scope, shape in shapes.items()}
        wanted = np.zeros(len(given))
        for number, (target, place, share) in enumerate(given):
            rows[target.scope][number], wanted[number] = target.row(place, share)
        return cls(rows, wanted, shapes)

    def tables(self, multipliers: Floats) -> dict[Scope, Floats]:
        """Return the factors that multipliers, one a constraint, make."""
        return {scope: (multipliers @ rows).reshape(self.shapes[scope]) for scope, rows in self.rows.items()}


def zeros_of(targets: Sequence[Target], rule: Rule) -> dict[Scope, Floats]:
    """Return the factors that take out every share of 0."""
    sizes = sizes_of(rule)
    factors: dict[Scope, Floats] = {}
    for target in targets:
        for place, share in target.cells():
            if share == 0:
                table = factors.setdefault(target.scope, np.zeros([sizes[variable] for variable in target.scope]))
                table[place] = -np.inf
    return factors


def checked(
    name: str, given: Mapping[Any, object], known: Sequence[Any], findings: list[Finding], *, whole: bool = True
) -> Floats:
    """Return shares in the order of `known`, NaN where none is given; what cannot be is added to the findings.

    Unless they are a `whole`, their sum is not looked at.
    """
    shares = np.full(len(known), np.nan)
    for key, value in given.items():
        if (place := position(key, known)) is None:
            fix = f"Use {', '.join(map(repr, known))}."
            findings.append(Finding("unknown-answer", "error", name, f"{key!r:.60} is not one of its values", fix))
        elif not np.isnan(shares[place]):
            findings.append(Finding("share-twice", "error", name, f"{known[place]!r} is given twice", "Give it once."))
        elif isinstance(value, bool | np.bool_) or not isinstance(value, Real) or not 0 <= float(value) <= 1 + SUM_TOLERANCE:
            fix = "Give a number from 0 to 1."
            findings.append(Finding("not-a-share", "error", f"{name}: {known[place]}", f"{value!r:.40} is no share", fix))
        else:
            shares[place] = min(float(value), 1.0)
    return completed(name, shares, findings) if whole else shares


def completed(name: str, shares: Floats, findings: list[Finding]) -> Floats:
    """Check the sum of shares; where they add up to 1, those that are not given are 0."""
    total, free = fsum(shares[~np.isnan(shares)]), np.isnan(shares)
    if total > 1 + SUM_TOLERANCE or (not free.any() and abs(total - 1) > SUM_TOLERANCE):
        message = f"the shares add up to {total:.10g}, not 1"
        findings.append(Finding("shares-not-one", "error", name, message, f"Divide each by {total:.10g}, or leave one out."))
    elif abs(total - 1) <= SUM_TOLERANCE:
        return np.where(free, 0.0, shares) / total
    return shares


def position(key: object, known: Sequence[Any]) -> int | None:
    """Return the place of an answer or segment: the key itself, or the one that reads the same."""
    for place, value in enumerate(known):
        if type(key) is type(value) and key == value:
            return place
    alike = [place for place, value in enumerate(known) if str(value) == str(key) and not isinstance(key, bool | float)]
    return alike[0] if len(alike) == 1 else None


def refuse(findings: list[Finding]) -> None:
    """Raise InvalidInput when there are findings."""
    if findings:
        raise InvalidInput("the targets cannot be used", findings)
