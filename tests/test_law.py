"""The laws of a drawn number."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit.errors import InvalidInput
from segkit.quotas.field.law import Law

VALUES = st.lists(st.integers(-1000, 1000), min_size=1, max_size=50)


@given(VALUES, st.floats(0, 1))
def test_a_quantile_is_a_draw_that_the_share_does_not_exceed(values: list[int], q: float) -> None:
    """At least the share q of the draws is at or below it, and of no smaller draw is that so."""
    law, array = Law(np.array(values)), np.array(values)
    found = law.quantile(q)
    assert found in values
    assert (array <= found).mean() >= q - 1e-12
    assert found == array.min() or (array < found).mean() < q + 1e-12


@given(VALUES)
def test_it_knows_its_moments(values: list[int]) -> None:
    """Mean, sd, share at or above a value, and an interval that holds its level; the order of the draws does not matter."""
    law = Law(np.array(values))
    assert law.mean == pytest.approx(np.mean(values))
    assert law.sd == pytest.approx(np.std(values, ddof=1) if len(values) > 1 else 0)
    assert law.mean_error == pytest.approx(law.sd / len(values) ** 0.5)
    assert law.at_least(values[0]) == pytest.approx(np.mean(np.array(values) >= values[0]))
    low, high = law.interval(0.9)
    assert np.mean((law.values >= low) & (law.values <= high)) >= 0.9 - 1e-9
    assert repr(law) == repr(Law(np.array(values[::-1])))


@pytest.mark.parametrize("level", [0, 1, 95, -0.5])
def test_a_level_is_a_share(level: float) -> None:
    """95 is not 0.95."""
    with pytest.raises(InvalidInput, match="level"):
        Law(np.array([1])).interval(level)
    with pytest.raises(InvalidInput, match="quantile"):
        Law(np.array([1])).quantile(level + 1.5 if level >= 0 else level)


def test_moments_that_the_law_lacks_are_infinite() -> None:
    """Draws of a law without a mean have one all the same, which tells nothing; the quantiles do. Nothing at all has its mean."""
    values = np.array([1, 5, 10**9])
    assert (Law(values, 0).mean, Law(values, 0).sd, Law(values, 1).sd) == (np.inf,) * 3
    assert Law(values, 1).mean == values.mean()
    assert Law(values, 0).about == "5 (median; the mean is not finite: read the quantiles)"
    assert Law(np.zeros(3), 0).mean == 0


@pytest.mark.parametrize("wrong", ["a", None, True, float("nan"), [0.5]])
def test_what_is_no_share_is_refused(wrong: Any) -> None:
    """Also what is no number; a value is a number."""
    for ask in (Law(np.array([1])).quantile, Law(np.array([1])).interval):
        with pytest.raises(InvalidInput, match="share between 0 and 1"):
            ask(wrong)
    if wrong is not True:
        with pytest.raises(InvalidInput, match="value is"):
            Law(np.array([1])).at_least(wrong)
