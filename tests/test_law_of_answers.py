"""The laws of exact sums: whatever the rule and the factors, they are what adding up every answer vector gives."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_rules import additive, automata, brute, grids, large, table_of, vectors

from segkit.errors import InvalidInput
from segkit.sel import lattice
from segkit.sel.lattice import Lattice
from segkit.sel.law import Law
from segkit.sel.rule import Rule
from segkit.sel.standards import standard

RULES = automata() | additive() | grids()


def scopes_of(rule: Rule, most: int = 3) -> list[tuple[int, ...]]:
    """Return every set of up to three variables, the segment among them."""
    variables = range(len(rule.questions) + 1)
    return [scope for size in range(1, most + 1) for scope in itertools.combinations(variables, size)]


@st.composite
def laws(draw: st.DrawFn) -> Law:
    """Make a law with factors over any few variables, some of their cells impossible."""
    rule = draw(RULES)
    chosen = draw(st.lists(st.sampled_from(scopes_of(rule)), max_size=3, unique=True))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    sizes = [*map(len, rule.answers), len(rule.segments)]
    factors = {}
    for scope in chosen:
        table = rng.normal(0, 2, [sizes[variable] for variable in scope])
        factors[scope] = np.where(rng.random(table.shape) < 0.15, -np.inf, table)
    law = Law(rule, factors)
    return law if np.isfinite(law.log_total) else Law(rule)


@settings(max_examples=150)
@given(laws(), st.data())
def test_every_table_is_what_brute_force_adds_up(law: Law, data: st.DataObject) -> None:
    """Tables of one to three variables, and the shares of answers and segments, equal plain sums over all vectors."""
    probability = brute(law)
    scope = data.draw(st.sampled_from(scopes_of(law.rule)))
    np.testing.assert_allclose(law.table(scope), table_of(law.rule, probability, scope), rtol=0, atol=1e-12)
    for variable, shares in enumerate(law.marginals):
        np.testing.assert_allclose(shares, table_of(law.rule, probability, (variable,)), rtol=0, atol=1e-12)


@settings(max_examples=60)
@given(laws())
def test_probabilities_are_those_of_brute_force(law: Law) -> None:
    """The probability of each vector is its product of factors over the sum of all, and they add up to 1."""
    found = law.probability(vectors(law.rule)[:, :-1])
    np.testing.assert_allclose(found, brute(law), rtol=1e-9, atol=1e-14)
    assert found.sum() == pytest.approx(1, abs=1e-12)


@given(RULES)
def test_a_law_without_factors_is_uniform(rule: Rule) -> None:
    """Every vector has the same probability, and a segment's share is its part of the vectors."""
    law = Law(rule)
    assert law.n_vectors == len(vectors(rule))
    counts = np.bincount(vectors(rule)[:, -1], minlength=len(rule.segments))
    np.testing.assert_allclose(law.marginals[-1], counts / law.n_vectors, rtol=0, atol=1e-13)


def test_amai_under_the_uniform_law() -> None:
    """The shares are the published numbers of vectors by level over 4,950."""
    law = Law(standard("mx-amai", 2022).rule)
    assert (law.marginals[-1] * 4950).round(9).tolist() == [380, 751, 973, 1036, 771, 906, 133]


def test_thousands_of_millions_of_vectors_are_a_few_thousand_edges() -> None:
    """The work depends on the states: a rule of 15 questions is summed exactly, and by convolution it is the same."""
    rule = large()
    law = Law(rule)
    assert law.n_vectors == 4 * 5**13
    assert sum(len(layer.source) for layer in Lattice.of(rule).layers) < 6000
    points = np.ones(1)
    for row in POINTS:
        points = np.convolve(points, np.bincount(row) / len(row))
    by_class = [part.sum() for part in np.split(points, [17, 23, 29, 38, 45])][::-1]
    np.testing.assert_allclose(law.marginals[-1], by_class, rtol=0, atol=1e-12)


POINTS = [[0, 3, 7, 10, 14], [0, 3, 7, 10, 13], [0, 3, 5, 8, 11], [0, 3, 6, 8, 11], [0, 3, 6, 6, 6], [0, 2, 3, 5, 5]]
POINTS += [[0, 2, 4, 6, 6], [0, 2, 4, 6, 6], [0, 1, 3, 4, 6], [0, 2, 4, 4, 4], [0, 1, 3, 3, 3], [0, 2, 2, 2, 2]]
POINTS += [[0, 1, 2, 4, 7], [0, 4], [0, 2]]


def test_weights_far_out_of_range_are_summed() -> None:
    """Factors of a thousand natural logarithms neither overflow nor vanish."""
    rule = standard("mx-amai", 2022).rule
    law = Law(rule, {(3,): np.array([-1000.0, 1000.0]), (1,): np.array([2000.0, 1999.0, -3000.0])})
    np.testing.assert_allclose(law.marginals[3], [0, 1], atol=1e-15)
    np.testing.assert_allclose(law.marginals[1], [1 / (1 + np.exp(-1)), 1 / (1 + np.e), 0], atol=1e-12)
    assert law.log_total == pytest.approx(3000 + np.log(11 * 3 * 5 * 5) + np.log1p(np.exp(-1)), rel=1e-12)


def test_a_law_that_keeps_too_much_in_mind_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables that need more than so many edges are a finding that names the question."""
    monkeypatch.setattr(lattice, "MAX_EDGES", 1000)
    with pytest.raises(InvalidInput, match="law-too-large at bedrooms"):
        Lattice.of(standard("mx-amai", 2022).rule, [(0, 5)])


@given(RULES, st.data())
def test_every_edge_lies_on_a_path(rule: Rule, data: st.DataObject) -> None:
    """No state of a lattice is a dead end, and none is unreached."""
    made = Lattice.of(rule, data.draw(st.lists(st.sampled_from(scopes_of(rule)), max_size=2)))
    for layer, following in itertools.pairwise(made.layers):
        assert layer.n_targets == following.n_sources
        assert set(layer.target) == set(following.source) == set(range(following.n_sources))
