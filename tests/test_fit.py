"""The laws of fitting: targets met, and of all laws that meet them the one with the least divergence."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_rules import additive, automata, grids, large, table_of, vectors
from scipy import optimize

from segkit.sel.fit import TOLERANCE, fit
from segkit.sel.given_shares import GivenShares
from segkit.sel.law import Law
from segkit.sel.rule import Rule
from segkit.sel.standards import standard
from segkit.sel.target import Target

AMAI = standard("mx-amai", 2022).rule
PUBLISHED = {"A/B": 0.073, "C+": 0.12, "C": 0.153, "C-": 0.164, "D+": 0.149, "D": 0.254, "E": 0.087}
EVERY = vectors(AMAI)
SEGMENTS = np.array(list(PUBLISHED.values()))


def targets(rule: Rule = AMAI, **given: object) -> tuple[Target, ...]:
    """Return targets as a caller writes them."""
    return GivenShares(**given).targets(rule)


def raked(start: np.ndarray, margins: list[tuple[int, np.ndarray]], rounds: int = 3000) -> np.ndarray:
    """Fit by iterative proportional fitting over every vector of AMAI, nothing shared with the code under test."""
    p = start.copy()
    for _ in range(rounds):
        for column, wanted in margins:
            p *= (wanted / np.bincount(EVERY[:, column], p, len(wanted)))[EVERY[:, column]]
    return p / p.sum()


def test_segments_and_internet_are_met_and_equal_brute_force() -> None:
    """AMAI's published shares and 74 % with internet: met to 1e-9, and all 4,950 probabilities are those of raking to 1e-9."""
    fitted = fit(Law(AMAI), targets(segments=PUBLISHED, marginals={"internet": {"yes": 0.74}}))
    assert fitted.gap <= 1e-9
    assert np.abs(fitted.law.marginals[-1] - SEGMENTS).max() <= 1e-9
    assert abs(fitted.law.marginals[3][1] - 0.74) <= 1e-9
    reference = raked(np.full(4950, 1 / 4950), [(6, SEGMENTS), (3, np.array([0.26, 0.74]))])
    assert np.abs(fitted.law.probability(EVERY[:, :-1]) - reference).max() <= 1e-9
    assert np.abs(fitted.law.probability(EVERY[:, :-1]) / reference - 1).max() <= 1e-7


def test_a_tilt_is_the_law_of_least_divergence() -> None:
    """Moving internet from a fitted law equals a one-dimensional root found by scipy, and no nearby law is nearer."""
    base = fit(Law(AMAI), targets(segments=PUBLISHED)).law
    start = base.probability(EVERY[:, :-1])
    tilted = fit(base, targets(marginals={"internet": {"yes": 0.74}, "cars": {"2+": 0.2}})).law.probability(EVERY[:, :-1])
    features = np.column_stack([EVERY[:, 3] == 1, EVERY[:, 2] == 2]).astype(float)

    def gap(multipliers: np.ndarray) -> np.ndarray:
        weight = start * np.exp(features @ multipliers)
        return weight @ features / weight.sum() - [0.74, 0.2]

    root = optimize.root(gap, np.zeros(2), tol=1e-14)
    reference = start * np.exp(features @ root.x)
    assert np.abs(tilted - reference / reference.sum()).max() <= 1e-9
    rng = np.random.default_rng(3)
    for _ in range(50):
        other = tilted * np.exp(rng.normal(0, 0.05, 4950))
        weight = [(3, np.array([0.26, 0.74])), (2, np.array([*np.bincount(EVERY[:, 2], tilted)[:2], 0.2]))]
        other = raked(other, weight, 40)
        assert divergence(other, start) >= divergence(tilted, start) - 1e-12


def divergence(p: np.ndarray, q: np.ndarray) -> float:
    """Return the divergence of p from q."""
    return float((p * np.log(p / q)).sum())


def realised(rule: Rule, seed: int, kinds: set[str]) -> dict[str, object]:
    """Return targets that some law meets: a random law's own shares."""
    rng = np.random.default_rng(seed)
    law = rng.dirichlet(np.ones(len(vectors(rule))))
    last, names = len(rule.questions), rule.questions
    given: dict[str, object] = {}
    if "segments" in kinds:
        given["segments"] = dict(zip(rule.segments, table_of(rule, law, (last,)), strict=True))
    if "marginals" in kinds:
        shares = table_of(rule, law, (0,))
        given["marginals"] = {names[0]: dict(list(zip(rule.answers[0], shares, strict=True))[: max(1, len(shares) - 1)])}
    if "joint" in kinds and last > 1:
        table = table_of(rule, law, (0, last - 1))
        rows = [dict(zip(rule.answers[-1], row, strict=True)) for row in table]
        given["joint"] = {(names[0], names[-1]): dict(zip(rule.answers[0], rows, strict=True))}
    if "within" in kinds:
        table = table_of(rule, law, (last - 1, last))
        segment = int(table.sum(axis=0).argmax())
        shares = table[:, segment] / table[:, segment].sum()
        given["within"] = {rule.segments[segment]: {names[-1]: dict(zip(rule.answers[-1], shares, strict=True))}}
    return given


KINDS = st.sets(st.sampled_from(["segments", "marginals", "joint", "within"]), min_size=1)


@settings(max_examples=120)
@given(automata(3) | additive() | grids(), KINDS, st.integers(0, 2**32))
def test_random_targets_of_random_rules_are_met_with_least_change(rule: Rule, kinds: set[str], seed: int) -> None:
    """What some law meets is met to 1e-9; the logarithm of the fitted law is a sum of its targets' cells, which no other has."""
    wanted = targets(rule, **realised(rule, seed, kinds))
    fitted = fit(Law(rule), wanted)
    assert fitted.gap <= TOLERANCE
    for target in wanted:
        shares = target.of(fitted.law.table(target.scope))
        assert all(shares[place] == pytest.approx(share, abs=1e-8) for place, share in target.cells())
    every = vectors(rule)
    p = fitted.law.probability(every[:, :-1])
    possible = p > 0
    columns = [np.ones(len(every))]
    for target in wanted:
        for place, share in target.cells():
            row = target.row(place, share)[0].reshape(target.shares.shape)
            columns.append(row[tuple(every[:, list(target.scope)].T)])
    design = np.column_stack(columns)[possible]
    logs = np.log(p[possible])
    residual = logs - design @ np.linalg.lstsq(design, logs, rcond=None)[0]
    assert np.abs(residual).max(initial=0) <= 1e-7


def test_nothing_given_changes_nothing() -> None:
    """Without targets the law is the one that it starts from, in no steps."""
    fitted = fit(Law(AMAI), ())
    assert (fitted.iterations, fitted.gap) == (0, 0.0)
    assert np.ptp(fitted.law.probability(EVERY[:, :-1])) == 0


def test_zeros_stay_zero() -> None:
    """A share of 0, and answers left over by shares that add up to 1, are exactly 0, also after a tilt."""
    law = fit(Law(AMAI), targets(segments=PUBLISHED, marginals={"cars": {"0": 0.6, "1": 0.4}, "bathrooms": {"0": 0}})).law
    assert (law.marginals[2][2], law.marginals[1][0]) == (0.0, 0.0)
    tilted = fit(law, targets(marginals={"internet": {"yes": 0.9}})).law
    assert (tilted.marginals[2][2], tilted.marginals[1][0]) == (0.0, 0.0)


def test_targets_that_force_zeros_nobody_gave_are_met() -> None:
    """91.3 % with postgraduate studies leaves E, 8.7 %, alone without: the law lies on the border and is reached."""
    fitted = fit(Law(AMAI), targets(segments=PUBLISHED, marginals={"education": {"postgraduate": 0.913}}))
    assert fitted.gap <= 1e-9
    assert fitted.law.table((0, 6))[:10, :6].sum() <= 1e-8


def test_targets_that_say_the_same_twice_are_met() -> None:
    """A joint table, both its margins and a share within each segment may be given together."""
    law = fit(Law(AMAI), targets(segments=PUBLISHED)).law
    cars, internet, joint = law.marginals[2], law.marginals[3], law.table((2, 3))
    by_level = law.table((3, 6)) / law.marginals[-1]
    given = targets(
        segments=PUBLISHED,
        marginals={"cars": dict(zip(AMAI.answers[2], cars, strict=True)), "internet": {"yes": internet[1]}},
        joint={("cars", "internet"): {a: {"no": row[0], "yes": row[1]} for a, row in zip(AMAI.answers[2], joint, strict=True)}},
        within={s: {"internet": {"yes": share}} for s, share in zip(AMAI.segments, by_level[1], strict=True)},
    )
    fitted = fit(Law(AMAI), given)
    assert fitted.gap <= 1e-9
    assert np.abs(fitted.law.probability(EVERY[:, :-1]) - law.probability(EVERY[:, :-1])).max() <= 1e-9


def test_a_share_within_a_segment_leaves_the_segment_free() -> None:
    """Only the shares of that segment are fixed; its size stays near what it was, and least change holds."""
    law = fit(Law(AMAI), targets(within={"E": {"internet": {"yes": 0.04}}})).law
    table = law.table((3, 6))
    assert table[1, 6] / table[:, 6].sum() == pytest.approx(0.04, abs=1e-9)


def test_six_segments_and_three_marginals_of_a_large_rule_take_under_a_second() -> None:
    """A rule of thousands of millions of vectors is fitted within a second (the bench holds it tightly)."""
    rule = large()
    shares = dict(zip(rule.segments, [0.036, 0.049, 0.151, 0.212, 0.281, 0.271], strict=True))
    marginals = {name: dict(zip("01234", [0.1, 0.2, 0.3, 0.2, 0.2], strict=True)) for name in ("item 0", "item 3", "item 7")}
    wanted = targets(rule, segments=shares, marginals=marginals)
    seconds = []
    for _ in range(3):
        started = time.process_time()
        fitted = fit(Law(rule), wanted)
        seconds.append(time.process_time() - started)
    assert fitted.gap <= 1e-9
    assert min(seconds) < 1
    np.testing.assert_allclose(fitted.law.marginals[-1], list(shares.values()), atol=1e-9)
