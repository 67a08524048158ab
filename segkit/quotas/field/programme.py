"""Integer programmes over patterns: which whole numbers of completes, by pattern, fit into the places of the quotas.

All of them are one: the sum of ``worth * x`` is made as large as it can be, where no quota gets more than its places and all
together no more than the goal. Of many thousands of patterns few are needed: the linear relaxation is solved by generating
columns (its duals price every pattern), and by the same duals a pattern that costs more than what is still to be gained is in no
better solution.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csc_array

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEW = 200
"""Patterns up to which the programme is solved as it is."""
SECONDS = 10.0
"""What one programme may take in whole numbers; beyond it the answer is not proven."""
MANY = 5_000
"""Patterns from which on interior points are quicker than the simplex method."""

_TOLERANCE = 1e-6
_AT_ONCE = 60


class Best(NamedTuple):
    """A solution.

    Attributes
    ----------
    value
        Its worth.
    x
        Completes by pattern; shape (n_patterns,).
    is_proven
        Whether nothing is better.
    """

    value: int
    x: NDArray[np.int64]
    is_proven: bool


class _Relaxed(NamedTuple):
    """The linear relaxation: its value, the columns that were generated, what each pattern would lose; shape (n_patterns,)."""

    value: float
    columns: NDArray[np.int64]
    loss: NDArray[np.float64]


def smallest(member: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the rows that hold no other row; of equal rows the first."""
    order = np.argsort(member.sum(axis=1), kind="stable")
    found = []
    while len(order):
        row = member[order[0]]
        found.append(order[0])
        order = order[~member[order][:, row].all(axis=1)]
    return np.array(found, dtype=np.int64)


def best(
    member: NDArray[np.bool_],
    worth: NDArray[np.int64],
    places: NDArray[np.int64],
    goal: int,
    enough: int | None = None,
) -> Best:
    """Find the completes by pattern that are worth most.

    Parameters
    ----------
    member
        Which quotas a pattern matches; shape (n_patterns, n_quotas).
    worth
        Of a complete, at least 0; shape (n_patterns,).
    places
        Of each quota; shape (n_quotas,).
    enough
        A value at which to stop; where it cannot be reached, any solution is returned.
    """
    usable = np.flatnonzero(~member[:, places <= 0].any(axis=1) & (worth > 0))
    x = np.zeros(len(member), dtype=np.int64)
    if goal <= 0 or not len(usable):
        return Best(0, x, is_proven=True)
    value, found, is_proven = _best(member[usable].astype(float), worth[usable].astype(float), places.astype(float), goal, enough)
    x[usable] = found
    return Best(value, x, is_proven)


def _best(
    member: NDArray[np.float64], worth: NDArray[np.float64], places: NDArray[np.float64], goal: int, enough: int | None
) -> Best:
    everything = np.arange(len(member))
    if len(member) <= FEW:
        return _whole(member, worth, places, goal, everything)
    relaxed = _relaxed(member, worth, places, goal)
    most = int(np.floor(relaxed.value + _TOLERANCE))
    if enough is not None and most < enough:
        return Best(0, np.zeros(len(member), dtype=np.int64), is_proven=True)
    wanted = most if enough is None else enough
    kept = everything[relaxed.loss <= relaxed.value - wanted + _TOLERANCE]
    some = Best(-1, np.zeros(len(member), dtype=np.int64), is_proven=False)
    for n_more in (0, FEW, 4 * FEW):
        columns = np.union1d(relaxed.columns, kept[:: max(1, len(kept) // n_more)] if n_more else kept[:0])
        some = max(some, _whole(member, worth, places, goal, columns, SECONDS / 5), key=lambda solution: solution.value)
        if some.value >= wanted:
            return some._replace(is_proven=True)
    kept = everything[relaxed.loss <= relaxed.value - (some.value + 1) + _TOLERANCE]
    last = _whole(member, worth, places, goal, np.union1d(kept, relaxed.columns))
    more = max(some, last, key=lambda solution: solution.value)
    return more._replace(is_proven=last.is_proven or more.value >= wanted)


def _whole(
    member: NDArray[np.float64],
    worth: NDArray[np.float64],
    places: NDArray[np.float64],
    goal: int,
    columns: NDArray[np.int64],
    seconds: float = SECONDS,
) -> Best:
    """Solve in whole numbers over some columns."""
    rows = _rows(member[columns])
    answer = milp(
        -worth[columns],
        integrality=np.ones(len(columns)),
        bounds=Bounds(0, np.inf),
        constraints=LinearConstraint(rows, -np.inf, np.append(places, goal)),
        options={"mip_rel_gap": 0.0, "time_limit": seconds},
    )
    x = np.zeros(len(member), dtype=np.int64)
    if answer.x is not None:
        x[columns] = np.rint(answer.x).astype(np.int64)
    return Best(round(float(worth @ x)), x, answer.status == 0)


def _rows(member: NDArray[np.float64]) -> csc_array:
    return csc_array(np.vstack([member.T, np.ones(len(member))]))


def _relaxed(member: NDArray[np.float64], worth: NDArray[np.float64], places: NDArray[np.float64], goal: int) -> _Relaxed:
    """Solve in broken numbers: patterns come in while one of them would gain."""
    columns = np.argsort(-worth / (1 + member.sum(axis=1)), kind="stable")[:_AT_ONCE]
    limits = np.append(places, goal)
    while True:
        answer = linprog(-worth[columns], A_ub=_rows(member[columns]), b_ub=limits, method="highs")
        prices = -answer.ineqlin.marginals
        loss = member @ prices[:-1] + prices[-1] - worth
        gaining = np.flatnonzero(loss < -_TOLERANCE)
        gaining = gaining[~np.isin(gaining, columns)]
        if not len(gaining):
            return _Relaxed(-answer.fun, columns, loss)
        columns = np.append(columns, gaining[np.argsort(loss[gaining], kind="stable")[:_AT_ONCE]])


def fewest_arrivals(
    member: NDArray[np.bool_], probability: NDArray[np.float64], places: NDArray[np.int64], completes: int
) -> float:
    """Bound the expected arrivals of any rule of admission that always brings this many completes, from below.

    Until a rule stops, a pattern arrives p times the expected arrivals T on average, so the mean completes x of the rule obey
    x <= p T; they fit into the places, and add up to `completes`. The smallest such T is a linear programme, here in shares
    u = x / (p T) and in 1 / T. No rule beats it, not even one that chooses among all who have arrived.

    Parameters
    ----------
    probability
        Of the patterns, among all arriving families; shape (n_patterns,).
    """
    usable = ~member[:, places <= 0].any(axis=1)
    member, probability = member[usable], probability[usable]
    if completes <= 0:
        return 0.0
    least = completes / float(probability.sum())
    expected = probability * least
    rows = np.hstack([member.T * expected, -places[:, None].astype(float)])
    total = np.append(-expected, float(completes))
    answer = linprog(
        np.append(np.zeros(len(member)), -1.0),
        A_ub=csc_array(np.vstack([rows, total])),
        b_ub=np.zeros(len(rows) + 1),
        bounds=[(0.0, 1.0)] * (len(member) + 1),
        method="highs-ipm" if len(member) > MANY else "highs",
    )
    speed = float(answer.x[-1]) if answer.x is not None else 0.0
    return least / speed if speed > _TOLERANCE else float("inf")
