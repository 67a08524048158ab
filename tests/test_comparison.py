"""The laws of designs beside each other."""

from typing import Any

import numpy as np
import pytest
from made_fields import ALPHA, same_law
from test_frames_markup import ATTRIBUTES, HOSTILE, TAGS, Seen

from segkit import frames
from segkit.errors import InvalidInput
from segkit.quotas.codes import child_codes
from segkit.quotas.comparison import compare
from segkit.quotas.design import QuotaDesign
from segkit.quotas.forecast import forecast

BOYS, GIRLS = child_codes(gender="boy", ages=(1, 17)), child_codes(gender="girl", ages=(1, 17))


def design(boys: int, girls: int, goal: int = 100, codes: Any = BOYS) -> QuotaDesign:
    """Return a design of boys and girls."""
    return QuotaDesign(goal, {*BOYS, *GIRLS}).with_quota("boys", codes, boys).with_quota("girls", GIRLS, girls)


def test_each_design_has_its_own_law() -> None:
    """Drawn with common families, completes and arrivals of each have the law of a forecast by itself."""
    designs = {"sold": design(40, 60), "wider": design(51, 77), "older": design(40, 60, codes=child_codes("boy", ages=(8, 17)))}
    together = compare(designs, replicates=4000, seed=3)
    assert together.common
    for name, each in designs.items():
        alone, found = forecast(each, replicates=4000, seed=4), together.forecasts[name]
        assert same_law(found.completes.values, alone.completes.values) > ALPHA
        assert same_law(found.arrivals.values, alone.arrivals.values) > ALPHA
        assert list(found.fills.index) == list(alone.fills.index)


def test_common_families_make_differences_exact() -> None:
    """A design differs from itself by nothing; the spread of a difference is well below that of designs drawn apart."""
    found = compare([design(40, 60), design(40, 60), design(44, 66)], replicates=2000, seed=1)
    same = found.differences.query("design == 'design 2'")
    assert (same[["difference", "difference_low", "difference_high", "mean_high", "more_share"]] == 0).all(axis=None)
    told = found.forecasts["design 1"].drawn.arrivals, found.forecasts["design 3"].drawn.arrivals
    apart = np.sqrt(np.var(told[0]) + np.var(told[1]))
    assert np.std(told[1] - told[0]) < 0.8 * apart


def test_the_same_families_come_under_other_quotas_too() -> None:
    """Designs with other codes and another qualification meet one stream: who is admitted by one alone makes the difference."""
    wide = QuotaDesign(60, child_codes()).with_quota("all", child_codes(), 60)
    narrow = QuotaDesign(60, child_codes(ages=(0, 12))).with_quota("all", child_codes(), 60)
    found = compare({"wide": wide, "narrow": narrow}, replicates=500, seed=2)
    arrivals = [told.drawn.arrivals for told in found.forecasts.values()]
    assert (arrivals[0] <= arrivals[1]).all()
    assert np.corrcoef(*arrivals)[0, 1] > 0.5


def test_frames_and_words() -> None:
    """One row a design; one a further design and quantity; the interval of the mean lies within the band of replicates."""
    found = compare({"sold": design(40, 60), HOSTILE: design(51, 77)}, replicates=500, seed=5)
    for frame, table in ((found.to_frame(), frames.COMPARISON), (found.differences, frames.DIFFERENCES)):
        assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == {name: str(each) for name, each in table.items()}
        assert "common random numbers" in frame.attrs["segkit"]["common"]
    assert found.to_frame()["design"].tolist() == ["sold", HOSTILE]
    more = found.differences.iloc[0]
    told = found.forecasts
    assert more["difference"] == pytest.approx(told[HOSTILE].completes.mean - told["sold"].completes.mean)
    assert more["difference_low"] <= more["mean_low"] <= more["difference"] <= more["mean_high"] <= more["difference_high"]
    page = found._repr_html_()
    seen = Seen(page)
    assert set(seen.tags) <= TAGS
    assert seen.attributes <= ATTRIBUTES
    assert not seen.others
    assert "synthetic" in page
    assert repr(found).count("\n") == 0


def test_large_fields_are_drawn_apart_and_say_so() -> None:
    """A million completes are leapt over; the differences are still there, with their reason."""
    found = compare([design(400_000, 600_000, 1_000_000), design(500_000, 600_000, 1_000_000)], replicates=200)
    assert not found.common
    assert "too many" in found.common_in_words
    assert found.differences["difference"].iloc[0] > 0


def test_uncertain_incidence_is_common_too() -> None:
    """In a replicate the same share completes under every design, so arrivals move together."""
    found = compare([design(40, 60), design(51, 77)], replicates=1000, ir=(0.5, 10), seed=6)
    one, other = (told.drawn.arrivals for told in found.forecasts.values())
    assert np.corrcoef(one, other)[0, 1] > 0.8


def test_nothing_to_compare_is_refused() -> None:
    """An empty list is no comparison; a single design is one, with no differences."""
    with pytest.raises(InvalidInput, match="no design"):
        compare([])
    assert compare([design(4, 6, 10)], replicates=10).differences.empty
