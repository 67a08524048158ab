"""The laws of designs beside each other."""

from typing import Any

import numpy as np
import pytest
from made_fields import ALPHA, same_law
from test_frames_markup import ATTRIBUTES, HOSTILE, TAGS, Seen

from segkit import frames
from segkit.errors import InvalidInput
from segkit.quotas.codes import child_codes
from segkit.quotas.design import QuotaDesign
from segkit.quotas.field.comparison import compare
from segkit.quotas.field.forecast import forecast

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
    assert "drawn once" in found.common_in_words
    assert found.differences["difference"].iloc[0] > 0


@pytest.mark.parametrize("boys", [40, 4000], ids=["family by family", "in leaps"])
@pytest.mark.parametrize("seed", [1, 10**12, np.random.default_rng(1)], ids=["one", "large", "a generator"])
def test_a_design_differs_from_itself_by_nothing(boys: int, seed: Any) -> None:
    """Whatever the seed and the size; a design between that differs is drawn by itself. A Generator moves on by one number."""
    one, other = design(boys, 15 * boys // 10, 25 * boys // 10), design(boys * 11 // 10, 15 * boys // 10, 25 * boys // 10)
    found = compare({"a": one, "b": other, "c": one}, replicates=50, seed=seed)
    assert found.common == (boys == 40)
    first, between, again = (told.drawn for told in found.forecasts.values())
    assert (first.counts == again.counts).all()
    assert (first.fills == again.fills).all()
    assert (first.counts != between.counts).any()
    if isinstance(seed, np.random.Generator):
        assert (compare([one], replicates=50, seed=seed).forecasts["design 1"].drawn.counts != first.counts).any()


def test_interviews_in_progress_are_common_too() -> None:
    """The same families are in an interview at the same time: with places that no field fills, nothing differs."""
    how: dict[str, Any] = {"arrivals_per_day": 2000, "interview_minutes": 20, "replicates": 200, "seed": 4}
    one, other = (told.drawn for told in compare([design(400, 600), design(500, 700)], **how).forecasts.values())
    assert (one.counts == other.counts).all()
    assert (one.time == other.time).all()
    assert one.over.mean() > 5
    near, far = (told.drawn for told in compare([design(40, 60), design(44, 66)], **how).forecasts.values())
    assert np.corrcoef(near.time, far.time)[0, 1] > 0.8
    long = compare([design(40, 60), design(44, 66)], arrivals_per_day=10**6, interview_minutes=60, replicates=20)
    assert not long.common


def test_a_difference_without_a_mean_has_none() -> None:
    """Where arrivals have no finite mean, their difference has a band and no mean; completes have both."""
    found = compare([design(40, 60), design(51, 77)], replicates=100, ir=(0.5, 2)).differences.set_index("quantity")
    assert np.isnan(found.loc["arrivals", ["difference", "mean_low", "mean_high"]].astype(float)).all()
    assert np.isfinite(found.loc["arrivals", ["difference_low", "difference_high"]].astype(float)).all()
    assert found.loc["completes", "difference"] > 0
    assert (found.loc["completes", ["mean_low", "mean_high"]].astype(float) > 0).all()


def test_uncertain_incidence_is_common_too() -> None:
    """In a replicate the same share completes under every design, so arrivals move together."""
    found = compare([design(40, 60), design(51, 77)], replicates=1000, ir=(0.5, 10), seed=6)
    one, other = (told.drawn.arrivals for told in found.forecasts.values())
    assert np.corrcoef(one, other)[0, 1] > 0.8


def test_nothing_to_compare_is_refused() -> None:
    """An empty list is no comparison; a single design is one, with no differences."""
    with pytest.raises(InvalidInput, match="no design"):
        compare([])
    for wrong in (design(4, 6, 10), None, "xy", 3):
        with pytest.raises(InvalidInput, match=f"designs is {type(wrong).__name__}: give two or more"):
            compare(wrong)  # type: ignore[arg-type] # nothing that holds designs
    with pytest.raises(InvalidInput, match="the design is str"):
        compare({"a": design(4, 6, 10), "b": "x"})  # type: ignore[dict-item] # no design
    assert compare([design(4, 6, 10)], replicates=10).differences.empty
