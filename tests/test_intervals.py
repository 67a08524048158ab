"""Published figures of the intervals, and Goodman's by the quantile of chi-square."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2

from segkit.tables.intervals import goodman, wilson

NEWCOMBE = {(81, 263): (0.2553, 0.3662), (15, 148): (0.0624, 0.1605), (0, 20): (0.0, 0.1611), (1, 29): (0.0061, 0.1718)}
"""Newcombe (1998), Two-sided confidence intervals for the single proportion, Statistics in Medicine 17, 857-872,
method 3: the score method without continuity correction, 95 %."""


@pytest.mark.parametrize(("case", "ends"), NEWCOMBE.items(), ids=map(str, NEWCOMBE))
def test_wilson_as_published(case: tuple[int, int], ends: tuple[float, float]) -> None:
    """Wilson's interval is Newcombe's to all digits that he prints."""
    times, base = case
    low, high = wilson(times / base, base)
    assert (round(float(low), 4), round(float(high), 4)) == ends


@given(st.lists(st.integers(0, 500), min_size=2, max_size=8).filter(any), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_goodman_by_chi_square(counts: list[int], confidence: float) -> None:
    """The ends solve Goodman's (1965, Technometrics 7, 247-254) quadratic: n (p - x)² = A x (1 - x), A of χ² with 1 degree."""
    n, k = sum(counts), len(counts)
    most = chi2.isf((1 - confidence) / k, 1)
    low, high = goodman(np.array(counts, dtype=float)[:, None] / n, np.array([float(n)]), confidence)
    for times, ends in zip(counts, np.hstack([low, high]), strict=True):
        root = np.sqrt(most * (most + 4 * times * (n - times) / n))
        expected = [(most + 2 * times - root) / (2 * (n + most)), (most + 2 * times + root) / (2 * (n + most))]
        assert ends == pytest.approx(expected, abs=1e-9)
