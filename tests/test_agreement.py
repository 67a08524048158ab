"""The laws of agreement: counts by hand, Cohen's kappa and Wilson's interval as statsmodels has them, labels that stay."""

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.proportion import proportion_confint

from segkit.errors import InvalidInput
from segkit.tables import table_frames
from segkit.tables.agreement import agreement

SCALE = pd.CategoricalDtype(["A", "B", "C"], ordered=True)
PAIRS = st.lists(st.tuples(*[st.sampled_from(["A", "B", "C", None])] * 2), max_size=40)


def framed(pairs: list[tuple[Any, Any]]) -> pd.DataFrame:
    """Return a frame of two columns of segments."""
    return pd.DataFrame(
        {
            "ours": pd.Categorical([pair[0] for pair in pairs], dtype=SCALE),
            "theirs": pd.Categorical([pair[1] for pair in pairs], dtype=SCALE),
        }
    )


@settings(deadline=None)
@given(PAIRS)
def test_counts_are_those_of_a_hand(pairs: list[tuple[Any, Any]]) -> None:
    """Each cell counts its respondents, empty segments stay, who lacks one is counted apart; kappa is statsmodels' own."""
    told = agreement(framed(pairs), "ours", "theirs")
    both = [pair for pair in pairs if None not in pair]
    assert (told.n, told.n_without) == (len(both), len(pairs) - len(both))
    assert list(told.table.index) == list(told.table.columns) == list(SCALE.categories)
    for ours in SCALE.categories:
        for theirs in SCALE.categories:
            assert told.table.loc[ours, theirs] == both.count((ours, theirs))
    if not both:
        assert math.isnan(told.share)
        assert "nobody has both" in repr(told)
        return
    same = sum(one == other for one, other in both)
    assert told.share == pytest.approx(same / len(both))
    assert told.interval == pytest.approx(proportion_confint(same, len(both), method="wilson"))
    if len({*both}) > 1 or same < len(both):
        with np.errstate(invalid="ignore", divide="ignore"):
            reference = cohens_kappa(told.table.to_numpy(), return_results=False)
        assert told.kappa == pytest.approx(reference, nan_ok=True)
    swapped = agreement(framed(pairs), "theirs", "ours")
    assert (swapped.table.T.to_numpy() == told.table.to_numpy()).all()
    assert (swapped.share, swapped.interval) == (told.share, told.interval)
    long = told.to_frame()
    assert long.dtypes.astype(str).to_dict() == {name: str(dtype) for name, dtype in table_frames.AGREEMENT.items()}
    assert long["n"].sum() == len(both)


def test_schemes_that_differ_agree_by_name() -> None:
    """Segments agree when they are called the same, whatever the order of the two scales."""
    frame = pd.DataFrame(
        {"ours": pd.Categorical(["A", "B", "D"], ["D", "B", "A"]), "theirs": pd.Categorical(["A", "C", "C"], ["A", "C"])}
    )
    told = agreement(frame, "ours", "theirs")
    assert told.table.to_numpy().tolist() == [[0, 1], [0, 1], [1, 0]]
    assert told.share == pytest.approx(1 / 3)
    assert told.kappa == pytest.approx((1 / 3 - 1 / 9) / (8 / 9))


def test_the_label_is_the_weaker_one() -> None:
    """The word of both columns stands in every view; where one does not say, none is claimed."""
    frame = framed([("A", "A"), ("B", "A")]).assign(ours_provenance="derived", theirs_provenance="documented")
    told = agreement(frame, "ours", "theirs")
    assert told.provenance == "derived"
    assert "derived" in repr(told)
    assert "derived" in told._repr_html_()
    assert "provenance not stated" in repr(agreement(frame.drop(columns="ours_provenance"), "ours", "theirs"))


def test_what_cannot_be_compared_is_refused() -> None:
    """A column that is missing, there twice, or without an order is an error that names it."""
    frame = framed([("A", "A")])
    for wrong, words in (
        (frame.drop(columns="theirs"), "0 columns 'theirs'"),
        (pd.concat([frame, frame[["theirs"]]], axis=1), "2 columns 'theirs'"),
        (frame.astype({"theirs": "str"}), "give a categorical"),
    ):
        with pytest.raises(InvalidInput, match=words):
            agreement(wrong, "ours", "theirs")


def test_hostile_names_are_text() -> None:
    """Names of segments and columns are escaped."""
    hostile = "<img src=x onerror=alert(1)>"
    frame = pd.DataFrame({hostile: pd.Categorical([hostile]), "b": pd.Categorical([hostile])})
    assert "<img" not in agreement(frame, hostile, "b")._repr_html_()
