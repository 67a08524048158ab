"""The laws of simulated answers: every row is one that the walk takes, shares are those that were given, rows only grow."""

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_trees import made_tree
from scipy.stats import chisquare

import segkit as sk
from segkit.errors import InvalidInput
from segkit.sel.question import Question
from segkit.sel.simulated import simulate_answers
from segkit.sel.tree import Tree

N = 20_000
ALPHA = 1e-6


@pytest.mark.parametrize(("locale", "parent_id"), [("en_US", 3910), ("en_IN", 4209), ("es_MX", 990001)])
def test_every_row_is_a_walk(locale: str, parent_id: int) -> None:
    """The walk takes every answer of every row, and the vendor gives every row a segment; all of it is labelled."""
    ps = sk.PureSpectrum.sandbox()
    tree = ps.qualifications(locale, [parent_id])[parent_id]
    frame = simulate_answers(tree, 200, seed=1)
    for row in frame.itertuples(index=False):
        walk = tree.walk()
        for value in row:
            walk.answer(value)
        assert walk.complete
        assert not walk.findings
    assert frame.attrs["segkit"]["provenance"] == "synthetic"
    assert "member_id" not in frame
    told = ps.calculate_many(frame, tree=tree, progress=False)
    assert told.segment.notna().all()
    assert not told.saved_at_vendor.any()


def test_shares_are_those_given() -> None:
    """Named answers have their share, the others the rest evenly; questions that are not named are uniform (chi-square)."""
    tree = made_tree([4, 3, 10], kinds=["singlepunch", "singlepunch", "input"])
    frame = simulate_answers(tree, N, {"Q1": {111: 0.7, "answer 3": 0}})
    expected = {
        "Q1": {111: 0.7, 112: 0.15, 113: 0.15},
        "Q2": dict.fromkeys((111, 112, 113), 1 / 3),
        "Q3": dict.fromkeys(range(10), 0.1),
    }
    for name, law in expected.items():
        counts = frame[name].value_counts().reindex(list(law), fill_value=0)
        assert counts.sum() == N
        assert chisquare(counts, [share * N for share in law.values()]).pvalue > ALPHA
    together = pd.crosstab(frame.Q1, frame.Q2)
    independent = together.sum(axis=1).to_numpy()[:, None] * together.sum().to_numpy() / N
    assert chisquare(together.to_numpy().ravel(), independent.ravel(), ddof=4).pvalue > ALPHA


def test_a_multi_punch() -> None:
    """Every set has a tick; shares say who ticks each answer, and who would tick none ticks one."""
    tree = made_tree([3], kinds=["multipunch"])
    frame = simulate_answers(tree, N, {"Q1": {111: 0.9, 112: 0.5, 113: 0}})
    assert all(isinstance(ticked, tuple) and ticked for ticked in frame.Q1)
    none = 0.1 * 0.5
    share = {111: 0.9 + none * 0.9 / 1.4, 112: 0.5 + none * 0.5 / 1.4, 113: 0.0}
    for answer, law in share.items():
        got = sum(answer in ticked for ticked in frame.Q1) / N
        assert abs(got - law) <= 5 * math.sqrt(law * (1 - law) / N)
    nobody = simulate_answers(tree, 300, {"Q1": {111: 0, 112: 0, 113: 0}})
    assert {ticked for ticked in nobody.Q1} == {(111,), (112,), (113,)}  # noqa: C416 - a set of tuples


def test_the_same_seed_the_same_rows() -> None:
    """More respondents only add rows; another seed is another list; nobody is an empty frame of the same columns."""
    tree = made_tree([4, 3, 5], kinds=["singlepunch", "multipunch", "input"])
    few, many = simulate_answers(tree, 50, seed=7), simulate_answers(tree, 500, seed=7)
    pd.testing.assert_frame_equal(few, many.head(50))
    assert not few.equals(simulate_answers(tree, 50, seed=8))
    assert list(simulate_answers(tree, 0).columns) == list(few.columns)


WRONG: dict[str, tuple[Any, str]] = {
    "question": ({"Q9": {111: 1}}, "Q9"),
    "answer": ({"Q1": {999: 1}}, "not an answer"),
    "twice": ({"Q1": {111: 0.5, "answer 0": 0.5}}, "twice"),
    "share": ({"Q1": {111: 1.5}}, "share"),
    "a word": ({"Q1": {111: "half"}}, "share"),
    "a truth": ({"Q1": {111: True}}, "share"),
    "not a number": ({"Q1": {111: math.nan}}, "share"),
    "sum": ({"Q1": {111: 0.8, 112: 0.8}}, "add up to 1.6"),
    "rest": ({"Q1": {111: 0.2, 112: 0.2}}, "add up to 0.4"),
    "a question twice": ({"Q1": {111: 1.0}, str(made_tree([2]).questions[0].qualification_id): {112: 1.0}}, "named twice"),
    "a number for a law": ({"Q1": 0.5}, "no law"),
    "nothing for a law": ({"Q1": None}, "no law"),
}


@pytest.mark.parametrize(("answers", "words"), WRONG.values(), ids=WRONG)
def test_wrong_laws(answers: Any, words: str) -> None:
    """A law that cannot be is refused, with its question."""
    with pytest.raises(InvalidInput) as caught:
        simulate_answers(made_tree([2]), 5, answers)
    assert any(words in finding.message or words in finding.where for finding in caught.value.findings)


@pytest.mark.parametrize("share", [np.float64(0.5), np.float32(0.5), Fraction(1, 2)], ids=str)
def test_any_real_number_is_a_share(share: Any) -> None:
    """Shares and sizes that numpy or the standard library computed are as good as those typed by hand."""
    tree = made_tree([2])
    expected = simulate_answers(tree, 200, {"Q1": {111: 0.5}})
    pd.testing.assert_frame_equal(simulate_answers(tree, np.int64(200), {"Q1": {111: share}}), expected)
    assert set(simulate_answers(tree, 50, {"Q1": {111: np.int64(1)}}).Q1) == {111}
    pd.testing.assert_frame_equal(simulate_answers(tree, 200, {"Q1": {111: 0.5}}, seed=np.int64(0)), expected)


@pytest.mark.parametrize("seed", [None, -1, 0.5, True, "x", [1]], ids=str)
def test_rows_that_nobody_could_draw_again(seed: Any) -> None:
    """A seed is a whole number of 0 or more; without one the rows could not be drawn again, and are refused."""
    with pytest.raises(InvalidInput, match="seed is"):
        simulate_answers(made_tree([2]), 5, seed=seed)


def test_answers_that_are_no_mapping() -> None:
    """A list of laws does not say whose they are."""
    with pytest.raises(InvalidInput, match="answers is list"):
        simulate_answers(made_tree([2]), 5, [1])  # type: ignore[arg-type]


def test_a_number_without_bounds() -> None:
    """A free number needs shares; with them it is drawn; n is a whole number."""
    tree = Tree(made_tree([2]).parent, (Question(5, "input", description="free"),))
    with pytest.raises(InvalidInput) as caught:
        simulate_answers(tree, 5)
    assert "any number" in caught.value.findings.to_frame().message[0]
    assert set(simulate_answers(tree, 100, {"free": {7: 0.5, 1000: 0.5}}).free) == {7, 1000}
    with pytest.raises(InvalidInput, match="number of respondents"):
        simulate_answers(tree, -1)
    with pytest.raises(InvalidInput, match="at most 10,000,000,000 respondents"):
        simulate_answers(made_tree([2]), 10**30)
