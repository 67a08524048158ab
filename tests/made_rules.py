"""Random scoring rules, a rule of the size of the largest standard, and brute force over every answer vector."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import strategies as st

from segkit.sel.rule import Rule

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from segkit.sel.lattice import Scope
    from segkit.sel.law import Law


@st.composite
def automata(draw: st.DrawFn, most_questions: int = 4) -> Rule:
    """Make any automaton: states and answers few, every step and every segment at random."""
    n_questions = draw(st.integers(1, most_questions))
    n_segments = draw(st.integers(1, 3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    answers = rng.integers(1, 5, n_questions)
    states = [1, *rng.integers(1, 5, n_questions)]
    step = [rng.integers(0, after, (before, n)) for before, after, n in zip(states, states[1:], answers, strict=False)]
    final = rng.integers(0, n_segments, states[-1])
    names = tuple(f"Q{number}" for number in range(n_questions))
    return Rule(names, tuple(tuple(range(n)) for n in answers), tuple(step), final, tuple("ABC"[:n_segments]))


@st.composite
def additive(draw: st.DrawFn) -> Rule:
    """Make a rule of points with two cut-offs."""
    rows = draw(st.lists(st.lists(st.integers(0, 9), min_size=2, max_size=4), min_size=2, max_size=4))
    points = {f"Q{n}": {str(place): value for place, value in enumerate(row)} for n, row in enumerate(rows)}
    middle = draw(st.integers(1, 12))
    return Rule.from_points(points, {"high": middle + draw(st.integers(1, 8)), "middle": middle, "low": 0})


@st.composite
def grids(draw: st.DrawFn) -> Rule:
    """Make a rule that is a two-way grid."""
    n_rows, n_columns = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    cells = draw(st.lists(st.sampled_from("ABC"), min_size=n_rows * n_columns, max_size=n_rows * n_columns))
    grid = {row: {column: cells[row * n_columns + column] for column in range(n_columns)} for row in range(n_rows)}
    return Rule.from_grid(("schooling", "durables"), grid, "ABC")


def large() -> Rule:
    """Make a synthetic rule of 15 questions and 4,882,812,500 answer vectors, its points as widely spread as a CCEB's."""
    points = [[0, 3, 7, 10, 14], [0, 3, 7, 10, 13], [0, 3, 5, 8, 11], [0, 3, 6, 8, 11], [0, 3, 6, 6, 6], [0, 2, 3, 5, 5]]
    points += [[0, 2, 4, 6, 6], [0, 2, 4, 6, 6], [0, 1, 3, 4, 6], [0, 2, 4, 4, 4], [0, 1, 3, 3, 3], [0, 2, 2, 2, 2]]
    points += [[0, 1, 2, 4, 7], [0, 4], [0, 2]]
    named = {f"item {n}": {str(place): value for place, value in enumerate(row)} for n, row in enumerate(points)}
    return Rule.from_points(named, {"A": 45, "B1": 38, "B2": 29, "C1": 23, "C2": 17, "DE": 0})


def vectors(rule: Rule) -> NDArray[np.int64]:
    """Return every answer vector and, in a last column, its segment."""
    codes = np.array(list(itertools.product(*(range(len(answers)) for answers in rule.answers))), dtype=np.int64)
    return np.column_stack([codes, rule.segment_indices(codes)])


def brute(law: Law) -> NDArray[np.float64]:
    """Return the probability of each of `vectors` by multiplying out the factors and dividing by the plain sum."""
    every = vectors(law.rule)
    weight = np.ones(len(every))
    for scope, table in law.factors.items():
        weight = weight * np.array([np.exp(table[tuple(vector[list(scope)])]) for vector in every])
    return weight / weight.sum()


def table_of(rule: Rule, probability: NDArray[np.float64], scope: Scope) -> NDArray[np.float64]:
    """Return the table of a scope by adding up the vectors one by one."""
    sizes = [*map(len, rule.answers), len(rule.segments)]
    table = np.zeros([sizes[variable] for variable in scope])
    np.add.at(table, tuple(vectors(rule)[:, list(scope)].T), probability)
    return table
