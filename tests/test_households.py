"""The law of families: what its parameters mean, how families are counted, and that it says where it is from."""

from __future__ import annotations

import copy
import pickle
from fractions import Fraction
from math import nan
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit import frames
from segkit.errors import InvalidInput
from segkit.quotas.codes import CHILDREN, CODES, NO_CHILDREN, child_codes
from segkit.quotas.design import QuotaDesign
from segkit.quotas.entry_link import child_code
from segkit.quotas.field.households import Households

SHARES = st.lists(st.integers(0, 20), min_size=1, max_size=6).filter(any).map(lambda parts: [part / sum(parts) for part in parts])


def test_the_default_says_that_it_is_invented() -> None:
    """Segkit's own law is printed whole, with where it is from."""
    law = Households.default()
    assert law.in_words == (
        "0, 1, 2, 3, 4 children: 60 %, 16.8 %, 15.2 %, 5.6 %, 2.4 %; boys 51.2 %; ages uniform over the months 1-215; "
        "segkit's own, invented so that a forecast can run; synthetic"
    )
    assert repr(law) == f"<Households: {law.in_words}>"
    assert "invented" in law._repr_html_()
    assert (law.provenance, law.boy, sum(law.children)) == ("synthetic", 0.512, 1)


def test_a_law_that_is_given_is_said_to_be_given() -> None:
    """Numbers of a caller are synthetic and given, unless he says where they are from."""
    assert Households([1]).in_words.endswith("given by the caller, no source stated; synthetic")
    assert Households([1], source="a panel").in_words.endswith("a panel; synthetic")
    assert Households([1], source="census", provenance="documented").in_words.endswith("census; documented")
    with pytest.raises(InvalidInput, match="needs its source"):
        Households([1], provenance="documented")
    with pytest.raises(InvalidInput, match="provenance is 'sure'"):
        Households([1], provenance="sure")  # type: ignore[arg-type] # not a word


def test_each_month_is_one_own_code() -> None:
    """Uniform months: each code under four years is one month of 215, an older one twelve; 122 codes in all."""
    shares = Households.default().code_shares()
    assert list(shares.index) == sorted(child.code for child in CHILDREN)
    assert shares.sum() == pytest.approx(1, abs=1e-15)
    for code in shares.index:
        months = 12 if (CODES[code].age or 0) >= 4 and CODES[code].unit == "years" else 1
        boy = 0.512 if CODES[code].gender == "boy" else 0.488
        assert shares[code] == pytest.approx(boy * months / 215, abs=1e-15)


def test_ages_in_years_are_uniform_within_a_year() -> None:
    """Age 0 is the months 1 to 11, age 1 the months 12 to 23; from four years on a year is one code."""
    shares = Households([0, 1], boy=1, ages={0: 0.22, 1: 0.48, 17: 0.3}).code_shares()
    wanted = {**dict.fromkeys(range(111, 133, 2), 0.02), 133: 0.04, **dict.fromkeys(range(168, 190, 2), 0.04), 165: 0.3}
    found = shares[shares > 0].to_dict()
    assert found == pytest.approx(wanted)


@given(SHARES, st.dictionaries(st.integers(1, 215), st.integers(1, 9), min_size=1), st.floats(0, 1))
def test_shares_of_months_are_added_by_code(children: list[float], parts: dict[int, int], boy: float) -> None:
    """The share of a code is that of its months and its gender, and shares add up to 1."""
    months = {month: part / sum(parts.values()) for month, part in parts.items()}
    law = Households(children, boy=boy, months=months)
    shares = law.code_shares()
    assert shares.sum() == pytest.approx(1, abs=1e-12)
    for code in shares.index:
        gender = CODES[code].gender
        assert gender is not None
        due = sum(share for month, share in months.items() if child_code(gender, month) == code)
        assert shares[code] == pytest.approx(due * (boy if gender == "boy" else 1 - boy), abs=1e-12)


@pytest.mark.parametrize(
    ("given_to_it", "told"),
    [
        ({"children": [0.5, 0.4]}, "children sums to 0.9"),
        ({"children": []}, "children sums to 0"),
        ({"children": [1.5, -0.5]}, r"children\[0\]"),
        ({"children": [0.5, "0.5"]}, r"children\[1\]"),
        ({"children": [True]}, "no probability"),
        ({"children": [nan]}, "no probability"),
        ({"children": "1"}, "give the probabilities of 0, 1, 2"),
        ({"children": 1.0}, "give the probabilities of 0, 1, 2"),
        ({"children": [1], "boy": 51.2}, "boy is 51.2"),
        ({"children": [1], "ages": {18: 1.0}}, r"ages\[18\]"),
        ({"children": {0.4, 0.6}}, "in this order"),
        ({"children": frozenset({1.0})}, "in this order"),
        ({"children": {"0": 0.5, "1": 0.5}}, r"children\['0'\]: it is no number of children"),
        ({"children": {-1: 0.5, 1: 0.5}}, "no number of children"),
        ({"children": {10**9: 1.0}}, "Give 0 to 99"),
        ({"children": [1 / 101] * 101}, "holds 101 probabilities: give those of 0 to 99"),
        ({"children": {True: 1.0}}, "no number of children"),
        ({"children": {}}, "children sums to 0"),
        ({"children": [1], "source": None}, "source is None: give a text"),
        ({"children": [1], "source": 3}, "source is 3"),
        ({"children": [1], "source": ["a"], "provenance": "documented"}, "source is"),
        ({"children": [1], "provenance": ["documented"], "source": "a"}, "provenance is"),
        ({"children": [1], "ages": {"4": 1.0}}, "no code means it"),
        ({"children": [1], "ages": {4: 0.5}}, "ages sums to 0.5"),
        ({"children": [1], "ages": [0.5, 0.5]}, "give a mapping"),
        ({"children": [1], "months": {0: 1.0}}, r"months\[0\]"),
        ({"children": [1], "months": {216: 1.0}}, "Give months 1 to 215"),
        ({"children": [1], "months": {5: 1.0}, "ages": {5: 1.0}}, "give one of them"),
    ],
)
def test_what_is_no_law_is_refused(given_to_it: dict[str, Any], told: str) -> None:
    """A number that is no probability, or a sum that is not 1, is named."""
    with pytest.raises(InvalidInput, match=told):
        Households(**given_to_it)


def test_numbers_of_children_may_be_named() -> None:
    """A mapping, or a Series such as `value_counts` makes, is read by its numbers, not by its order; what it leaves out is 0."""
    assert Households({0: 0.5, 1: 0.5}).children == (0.5, 0.5)
    assert Households({3: 0.25, 0: 0.75}) == Households([0.75, 0, 0, 0.25])
    counted = pd.Series([2, 0, 0, 2, 2, 0, 0, 0]).value_counts(normalize=True)
    assert Households(counted).children == (0.625, 0, 0.375)
    assert Households(share for share in (0.5, 0.5)).children == (0.5, 0.5)  # type: ignore[arg-type] # in order


@pytest.mark.parametrize("n", [-1, 2.5, "3", None, True])
def test_families_are_drawn_by_number(n: Any) -> None:
    """0 or more of them."""
    with pytest.raises(InvalidInput, match="n is"):
        Households([1]).draw(n)
    assert Households([1]).draw(np.int64(2)) == [[], []]


def test_a_sum_near_one_is_made_one() -> None:
    """Rounding of the caller is mended within 1e-9."""
    assert sum(Households([0.6, 0.4 + 5e-10]).children) == pytest.approx(1, abs=1e-15)


def test_it_is_a_value() -> None:
    """Equal parameters make equal laws, also through copies and pickles; a changed one another."""
    law = Households([0.5, 0.5], ages={4: 1.0}, source="here")
    for same in (Households((0.5, 0.5), ages={4: 1}, source="here"), copy.deepcopy(law), pickle.loads(pickle.dumps(law))):  # noqa: S301 - our own
        assert same == law
        assert hash(same) == hash(law)
    assert law != Households([0.5, 0.5], ages={5: 1.0}, source="here")
    assert Households.default() == Households.default()
    with pytest.raises(AttributeError):
        law.boy = 0.5  # type: ignore[misc] # frozen


def test_columns_of_a_frame_are_laws_too() -> None:
    """Arrays and Series say the same as lists and dicts."""
    halves: Any = np.array([0.5, 0.5])
    ages: Any = pd.Series([0.25, 0.75], index=[4, 5])
    assert Households(halves, ages=ages) == Households([0.5, 0.5], ages={4: 0.25, 5: 0.75})


@pytest.mark.parametrize(
    ("law", "words"),
    [
        (Households([1], ages={4: 0.5, 5: 0.5}), "ages uniform over the years 4-5"),
        (Households([1], ages={4: 0.5, 6: 0.5}), "ages in years 4: 50 %, 6: 50 %"),
        (Households([1], months={7: 1.0}), "ages uniform over the months 7-7"),
        (Households([1], months={n: (1 + n % 2) / 150 for n in range(1, 101)}), "ages by the shares of 100 months within 1-100"),
    ],
)
def test_the_ages_are_told_in_words(law: Households, words: str) -> None:
    """The line is short whatever the ages are."""
    assert words in law.in_words
    assert "\n" not in law.in_words


def test_families_are_drawn_by_the_law() -> None:
    """Numbers of children and codes come as the law says, within six standard deviations; the same for a seed."""
    law, n = Households.default(), 100_000
    families = law.draw(n, 11)
    sizes = np.bincount([len(family) for family in families], minlength=5) / n
    assert np.abs(sizes - law.children).max() < 6 * np.sqrt(0.25 / n)
    codes = np.array([code for family in families for code in family])
    shares = law.code_shares()
    found = pd.Series(codes).value_counts(normalize=True).reindex(shares.index, fill_value=0)
    assert (np.abs(found - shares) < 6 * np.sqrt(shares / len(codes))).all()
    assert law.draw(50, 3) == law.draw(50, np.random.default_rng(3))
    assert law.draw(0) == []


def test_a_frame_holds_every_code() -> None:
    """One row a code, its share and where the law is from; the law in words goes with it."""
    frame = Households.default().to_frame()
    assert list(frame.columns) == list(frames.HOUSEHOLDS)
    assert len(frame) == 122
    assert set(frame.provenance) == {"synthetic"}
    assert frame.attrs["households"] == Households.default().in_words


FAMILIES = pd.DataFrame(
    {
        "family_id": ["a", "a", "b", "c", "d", "d"],
        "gender": ["boy", "Girls", None, "girl", "boy", "boy"],
        "age": [5, None, None, 4, 17, 0],
        "months": [None, 13, None, 50, None, None],
        "weight": [1.5, 1.5, 2, 0.5, 1, 1],
    }
)


def test_families_are_counted() -> None:
    """Children by number, gender and own code, in whole fractions of the weights."""
    law = Households.from_frame(FAMILIES, "weight", source="a panel", provenance="documented")
    assert law.counted is not None
    assert law.children == pytest.approx((0.4, 0.1, 0.5), abs=0)
    assert law.boy == float(Fraction(7, 11))
    shares = law.code_shares()
    assert shares[141] == shares[169] == float(Fraction(3, 11))
    assert shares[140] == float(Fraction(1, 11))
    assert shares[165] == float(Fraction(2, 11))
    assert shares[111] == shares[131] == float(Fraction(2, 121))
    assert "ages and siblings as counted in 4 families; a panel; documented" in law.in_words


def test_weights_may_be_a_series_by_family() -> None:
    """A Series by family id says the same as a column; without weights each family counts once."""
    series = pd.Series({"a": 1.5, "b": 2, "c": 0.5, "d": 1, "elsewhere": 9})
    assert Households.from_frame(FAMILIES, series) == Households.from_frame(FAMILIES, "weight")
    assert Households.from_frame(FAMILIES).children == (0.25, 0.25, 0.5)
    as_in_surveys = FAMILIES.assign(gender=FAMILIES["gender"].replace({"boy": "Male", "girl": "female", "Girls": "females"}))
    assert Households.from_frame(as_in_surveys) == Households.from_frame(FAMILIES)


def test_weights_add_up_as_they_are_written() -> None:
    """Ten families of weight 0.1 weigh 1, so that a half is a half."""
    frame = pd.DataFrame({"family_id": range(11), "gender": [None] * 10 + ["boy"], "age": [None] * 10 + [4]})
    weights = pd.Series([0.1] * 10 + [1.0])
    assert Households.from_frame(frame, weights).children == (0.5, 0.5)


def test_counted_families_keep_their_siblings() -> None:
    """Children of counted families are not independent: who has a boy of 5 has a girl of 5 too."""
    frame = pd.DataFrame({"family_id": [1, 1, 2], "gender": ["boy", "girl", "boy"], "age": [5, 5, 9]})
    law = Households.from_frame(frame)
    design = QuotaDesign().with_quota("boys 5", [141], 5).with_quota("girls 5", [142], 5)
    assert law.patterns(design).set_index("quotas").probability.to_dict() == {"boys 5 + girls 5": 0.5, "(none)": 0.5}


def test_counted_families_are_drawn() -> None:
    """Draws are families of the frame, in their shares; an unknown month is each month of the year."""
    law = Households.from_frame(FAMILIES, "weight")
    families = law.draw(20_000, 5)
    assert {len(family) for family in families} == {0, 1, 2}
    ones = [family for family in families if len(family) == 2]
    months = {code for family in ones for code in family} - {141, 169, 165}
    assert months == set(range(111, 133, 2))
    assert all({141, 169} == set(family) or 165 in family for family in ones)
    assert abs(len(ones) / 20_000 - 0.5) < 6 * np.sqrt(0.25 / 20_000)


def test_families_without_children_alone() -> None:
    """A frame of families without any child is a law too: nobody has a code, all match 167."""
    law = Households.from_frame(pd.DataFrame({"family_id": [1, 2], "gender": [None, None], "age": [None, None]}))
    assert law.children == (1.0,)
    assert law.code_shares().empty
    assert law.draw(2) == [[], []]
    design = QuotaDesign().with_quota("none", [NO_CHILDREN], 5).with_quota("any", child_codes(), 5)
    assert law.patterns(design).quotas.tolist() == ["none"]


@pytest.mark.parametrize(
    ("changes", "code", "where"),
    [
        ({"gender": "other"}, "unknown-gender", "row 0, column gender"),
        ({"gender": None}, "unknown-gender", "row 0, column gender"),
        ({"gender": 1}, "unknown-gender", "row 0, column gender"),
        ({"age": 18}, "age-out-of-range", "row 0, column age"),
        ({"age": 4.5}, "age-out-of-range", "row 0, column age"),
        ({"age": "5"}, "age-out-of-range", "row 0, column age"),
        ({"age": None}, "age-missing", "row 0, column age"),
        ({"months": 0, "age": None}, "age-out-of-range", "row 0, column months"),
        ({"months": 71, "age": 4}, "ages-differ", "row 0, column months"),
        ({"family_id": None}, "family-missing", "row 0, column family_id"),
        ({"gender": None, "age": None}, "none-with-children", "row 0"),
        ({"weight": 9}, "weights-differ", "row 1, column weight"),
        ({"weight": -1}, "unreadable-weight", "row 0, column weight"),
        ({"weight": None}, "unreadable-weight", "row 0, column weight"),
        ({"weight": float("inf")}, "unreadable-weight", "row 0, column weight"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(changes: dict[str, Any], code: str, where: str) -> None:
    """Each row that cannot be used is a finding with its place."""
    frame = FAMILIES.astype(object)
    for name, value in changes.items():
        frame.loc[0, name] = value
    with pytest.raises(InvalidInput) as caught:
        Households.from_frame(frame, "weight")
    assert (code, where) in [(finding.code, finding.where) for finding in caught.value.findings]


def test_a_family_without_a_weight_is_named() -> None:
    """A Series of weights has to know every family, and once."""
    with pytest.raises(InvalidInput) as caught:
        Households.from_frame(FAMILIES, pd.Series({"a": 1, "b": 1, "c": 1}))
    assert [(finding.code, finding.where) for finding in caught.value.findings] == [("weight-missing", "family 'd'")]
    with pytest.raises(InvalidInput, match="weigh nothing"):
        Households.from_frame(FAMILIES, pd.Series(0, index=list("abcd")))


def test_a_frame_that_lacks_columns_is_refused() -> None:
    """The message names what is missing, and what is there."""
    with pytest.raises(InvalidInput, match=r"lacks family_id, age \(or months\); it has \['gender'\]"):
        Households.from_frame(pd.DataFrame({"gender": ["boy"]}))
    with pytest.raises(InvalidInput, match="lacks w"):
        Households.from_frame(FAMILIES, "w")
    with pytest.raises(InvalidInput, match="weights is list: give the name of a column"):
        Households.from_frame(FAMILIES, [1, 2])  # type: ignore[arg-type] # no names
    with pytest.raises(InvalidInput, match="give a frame"):
        Households.from_frame([["boy", 5]])  # type: ignore[arg-type] # no frame
    with pytest.raises(InvalidInput, match="weigh nothing"):
        Households.from_frame(FAMILIES.head(0))
