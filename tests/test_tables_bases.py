"""The laws of bases, weights and intervals."""

from __future__ import annotations

from fractions import Fraction
from math import sqrt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from segkit.errors import InvalidInput
from segkit.tables.bases import effective_base
from segkit.tables.intervals import goodman, normal_quantile, wilson
from segkit.tables.segment_table import segment_table
from segkit.tables.weights import read_weights

WEIGHTS = st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=30)
BASES = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
FRAME = pd.DataFrame({"w": [1.0, 2.0, 0.5], "segment": pd.Categorical(["a", "b", "a"])}, index=["x", "y", "z"])


def base_of(weights: list[float]) -> float:
    """Return the effective base of some weights."""
    array = np.array(weights)
    return float(effective_base(array.sum(), (array**2).sum()))


@given(WEIGHTS)
def test_the_effective_base_lies_between_one_and_the_respondents(weights: list[float]) -> None:
    """It is 1 at least, n at most, and n / (1 + the squared coefficient of variation), which is Kish's design effect."""
    base = base_of(weights)
    assert 1 - 1e-12 <= base <= len(weights) * (1 + 1e-12)
    variation = np.var(weights) / np.mean(weights) ** 2
    assert base == pytest.approx(len(weights) / (1 + variation), rel=1e-9)


@given(st.lists(st.integers(0, 20), min_size=1, max_size=20).filter(any), st.integers(1, 9))
def test_the_effective_base_is_exact_and_free_of_scale(weights: list[int], scale: int) -> None:
    """It is the quotient of whole numbers; a constant factor changes nothing, nor does a respondent of weight 0."""
    wanted = float(Fraction(sum(weights) ** 2, sum(w * w for w in weights)))
    assert base_of([float(w) for w in weights]) == wanted
    assert base_of([float(scale * w) for w in weights]) == pytest.approx(wanted, rel=1e-15)
    assert base_of([*map(float, weights), 0.0]) == wanted


@given(st.integers(1, 1000), st.integers(0, 1000), st.integers(2, 9))
def test_two_groups_of_weights_in_closed_form(n: int, others: int, ratio: int) -> None:
    """With n of weight 1 and m of weight r the effective base is (n + m r)² / (n + m r²)."""
    weights = [1.0] * n + [float(ratio)] * others
    assert base_of(weights) == pytest.approx((n + others * ratio) ** 2 / (n + others * ratio**2), rel=1e-12)


def test_nobody_has_an_effective_base_of_none() -> None:
    """Where there is no weight the base is 0, not a division by 0."""
    assert effective_base([0.0, 4.0], [0.0, 8.0]).tolist() == [0.0, 2.0]


@pytest.mark.parametrize("scale", [1e-300, 1e-160, 1e160, 1e300])
def test_extreme_weights_neither_overflow_nor_vanish(scale: float) -> None:
    """Weights near the ends of what a number can be have the shares and effective bases of those of everyday size."""
    plain, extreme = (segment_table(FRAME, "segment", weights=FRAME["w"] * factor).to_frame() for factor in (1.0, scale))
    for name in ("share", "low", "high", "base_effective"):
        np.testing.assert_allclose(extreme[name].astype(float), plain[name].astype(float), rtol=1e-12)


def test_weights_are_matched_by_the_index() -> None:
    """A Series of weights goes by its labels, in any order; as a column of the frame it goes by its rows."""
    wanted = [1.0, 2.0, 0.5]
    assert read_weights(FRAME, "w").tolist() == wanted
    assert read_weights(FRAME, FRAME["w"].iloc[[2, 0, 1]]).tolist() == wanted
    assert read_weights(FRAME, FRAME["w"].astype("Float64")).tolist() == wanted
    assert read_weights(FRAME, pd.Series([1, 2, 3], FRAME.index)).tolist() == [1, 2, 3]
    assert read_weights(FRAME, None).tolist() == [1, 1, 1]
    twice = FRAME.set_axis([0, 0, 1])
    assert read_weights(twice, twice["w"]).tolist() == wanted


@pytest.mark.parametrize(
    ("weights", "named"),
    [
        ("wt", "weights: the frame has no column 'wt'"),
        ("segment", "column 'segment' is category, no numbers"),
        ([1, 2, 3], "weights: give the name of a column or a Series, not list"),
        (pd.Series([1.0, 2.0, 3.0]), "another index than the frame"),
        (pd.Series([1.0, 2.0], ["x", "y"]), "another index than the frame"),
        (pd.Series(["1", "2", "3"], FRAME.index), "is str, no numbers"),
        (pd.Series([1j, 2, 3], FRAME.index), "is complex128, no numbers"),
        (pd.Series([1e308, 1e308, 1], FRAME.index), "whose sum is no number"),
    ],
)
def test_weights_of_another_kind_are_refused(weights: Any, named: str) -> None:
    """The error says what is wrong with the weights and what to give."""
    with pytest.raises(InvalidInput) as refused:
        segment_table(FRAME, "segment", weights=weights)
    assert named in str(refused.value)


def test_each_weight_that_cannot_be_used_is_named_with_its_row() -> None:
    """Missing, negative and infinite weights are findings with row and column; of many the first ten are named."""
    wrong = FRAME.assign(w=[np.nan, -1.0, np.inf])
    with pytest.raises(InvalidInput, match="column 'w' has 3 rows without a usable weight") as refused:
        segment_table(wrong, "segment", weights="w")
    assert [finding.where for finding in refused.value.findings] == [f"row {row!r}, column 'w'" for row in "xyz"]
    assert [finding.message for finding in refused.value.findings] == [
        "the weight is missing",
        "the weight is -1",
        "the weight is inf",
    ]
    assert refused.value.findings.codes == {"not-a-weight"}
    many = pd.DataFrame({"w": pd.array([None] * 40, dtype="Float64"), "segment": pd.Categorical(["a"] * 40)})
    with pytest.raises(InvalidInput, match="40 rows without a usable weight; the first 10 are named") as refused:
        segment_table(many, "segment", weights="w")
    assert len(refused.value.findings) == 10


@given(BASES, st.floats(0.5, 0.999))
def test_wilson_is_that_of_statsmodels(counted: tuple[int, int], confidence: float) -> None:
    """The ends are statsmodels' within rounding, hold the share between them, and stay from 0 to 1."""
    hits, n = counted
    low, high = (end.item() for end in wilson(hits / n, n, confidence))
    assert (low, high) == pytest.approx(proportion_confint(hits, n, 1 - confidence, "wilson"), abs=1e-12)
    assert 0 <= low <= hits / n <= high <= 1
    assert (low == 0) == (hits == 0)
    assert (high == 1) == (hits == n)


@given(st.integers(1, 10_000), st.floats(0.5, 0.999))
def test_wilson_in_closed_form(n: int, confidence: float) -> None:
    """Nobody of n: 0 to z²/(n + z²); everybody: its mirror; half of them: 1/2 plus and minus z / 2√(n + z²)."""
    z = normal_quantile(confidence)
    low, high = wilson([0, 1, 0.5], n, confidence)
    half = z / (2 * sqrt(n + z**2))
    assert low.tolist() == pytest.approx([0, n / (n + z**2), 0.5 - half], abs=1e-12)
    assert high.tolist() == pytest.approx([z**2 / (n + z**2), 1, 0.5 + half], abs=1e-12)


@given(BASES)
def test_wilson_solves_the_score_equation(counted: tuple[int, int]) -> None:
    """An end that is neither 0 nor 1 is the share at which the z test of what was found gives exactly z."""
    hits, n = counted
    for end in (each.item() for each in wilson(hits / n, n)):
        if 0 < end < 1:
            assert abs(hits / n - end) / sqrt(end * (1 - end) / n) == pytest.approx(normal_quantile(0.95), rel=1e-6)


def test_no_base_has_no_interval() -> None:
    """Where nobody is in the base both ends are missing, without a warning."""
    ends = wilson([np.nan, 0.5], [0, 4])
    assert all(np.isnan(end[0]) for end in ends)
    assert all(np.isfinite(end[1]) for end in ends)


def test_goodman_of_one_segment_is_wilson_and_of_more_is_wider() -> None:
    """The error is divided by the number of segments, so one segment has Wilson's interval and five have wider ones."""
    one = np.array([[0.3]])
    assert [end.item() for end in goodman(one, [50])] == [end.item() for end in wilson(0.3, 50)]
    shares = np.array([[0.1], [0.2], [0.3], [0.15], [0.25]])
    (low, high), (inner_low, inner_high) = goodman(shares, [50]), wilson(shares, [50])
    assert (low < inner_low).all()
    assert (high > inner_high).all()
    wanted = wilson(shares, [50], 0.99)
    np.testing.assert_allclose([low, high], wanted, rtol=1e-12)
