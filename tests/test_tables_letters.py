"""The laws of significance letters: the tests, the corrections, and which column gets whose letter."""

from __future__ import annotations

import gc
from fractions import Fraction
from itertools import combinations, product
from math import erfc, sqrt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportions_ztest

from segkit.tables.letters import Sums, adjust, letter, p_values
from segkit.tables.segment_table import segment_table

NOBODY = Sums(*np.zeros((3, 1)))
P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=12)
COUNTS = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
Told = set[tuple[str, str, str]]


def equal(hits: int, n: int) -> Sums:
    """Return the sums of `n` respondents with a weight of 1."""
    return Sums(*(np.array([float(value)]) for value in (n, n, hits)))


def tabulated(seed: int, n: int = 600, n_columns: int = 5) -> pd.DataFrame:
    """Return respondents in columns that differ, and in overlapping columns that go with the segment."""
    random = np.random.default_rng(seed)
    column = random.integers(0, n_columns, n)
    segment = np.minimum(random.poisson(0.6 + 0.25 * column), 3)
    frame = pd.DataFrame(
        {
            "segment": pd.Categorical.from_codes(segment, list("wxyz"), ordered=True),
            "column": pd.Categorical.from_codes(column, [f"c{place}" for place in range(n_columns)]),
            "weight": random.choice([0.25, 1.0, 1.5], n),
        }
    )
    for place in range(n_columns):
        frame[f"in {place}"] = random.random(n) < 0.3 + 0.15 * (segment == place % 4)
    return frame


def pairs(frame: pd.DataFrame) -> Told:
    """Return what the letters say: segment, column with the larger share, column with the smaller one."""
    names = dict(zip(frame["letter"], frame["banner"] + "/" + frame["column"], strict=True))
    return {
        (cell["segment"], f"{cell['banner']}/{cell['column']}", names[smaller])
        for cell in frame.to_dict("records")
        for smaller in cell["letters"].split()
    }


def test_letters_are_those_of_a_spreadsheet() -> None:
    """Each column has a letter of its own, in the order A to Z, AA to ZZ, AAA, as product() makes them."""
    wanted = ["".join(each) for size in (1, 2, 3) for each in product("ABCDEFGHIJKLMNOPQRSTUVWXYZ", repeat=size)]
    assert [letter(place) for place in range(len(wanted))] == wanted


@given(COUNTS, COUNTS)
def test_without_common_respondents_it_is_the_pooled_z_test(one: tuple[int, int], other: tuple[int, int]) -> None:
    """The p-value is that of statsmodels' proportions_ztest; where both shares are 0 or both 1 it is 1."""
    p = p_values(equal(*one), equal(*other), NOBODY).item()
    if one[0] + other[0] in {0, one[1] + other[1]}:
        assert p == 1
    else:
        assert p == pytest.approx(proportions_ztest([one[0], other[0]], [one[1], other[1]])[1], rel=1e-9, abs=1e-300)


def test_a_worked_example() -> None:
    """50 of 100 against 70 of 200: p = 0.4 and z = 0.15 / √(0.24 x 0.015) = 2.5; the 100 against all 300 is the same test."""
    wanted = erfc(2.5 / sqrt(2))
    assert p_values(equal(50, 100), equal(70, 200), NOBODY).item() == pytest.approx(wanted, rel=1e-12)
    assert p_values(equal(50, 100), equal(120, 300), equal(50, 100)).item() == pytest.approx(wanted, rel=1e-12)


@given(COUNTS, COUNTS)
def test_a_column_inside_another_is_tested_against_the_rest(inner: tuple[int, int], rest: tuple[int, int]) -> None:
    """Part against whole is part against the others of the whole, whichever of the two is named first."""
    whole = (inner[0] + rest[0], inner[1] + rest[1])
    wanted = p_values(equal(*inner), equal(*rest), NOBODY).item()
    assert p_values(equal(*inner), equal(*whole), equal(*inner)).item() == pytest.approx(wanted, rel=1e-6, abs=1e-12)
    assert p_values(equal(*whole), equal(*inner), equal(*inner)).item() == pytest.approx(wanted, rel=1e-6, abs=1e-12)


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 4), st.booleans()), min_size=2, max_size=7))
def test_the_dependent_test_divides_by_the_true_variance(people: list[tuple[int, int, bool]]) -> None:
    """The formula's variance is that of the difference over all 2^n sets of answers, each respondent saying yes with share p.

    A respondent is in column 1, 2 or both (bits 1 and 2), has a weight and an answer; p is the footnote's mean.
    """
    first, second = ([w * bool(bits & bit) for bits, w, _ in people] for bit in (1, 2))
    assume(sum(first) and sum(second) and first != second)
    parts = [[(w, hit) for bits, w, hit in people if bits == which] for which in (1, 2, 3)]
    bases = [Fraction(sum(w for w, _ in part) ** 2, sum(w * w for w, _ in part) or 1) for part in parts]
    shares = [Fraction(sum(w * hit for w, hit in part), sum(w for w, _ in part) or 1) for part in parts]
    p = sum((e * share for e, share in zip(bases, shares, strict=True)), Fraction(0)) / sum(bases)
    step = [Fraction(a, sum(first)) - Fraction(b, sum(second)) for a, b in zip(first, second, strict=True)]
    variance = Fraction(0)
    for answers in product((0, 1), repeat=len(people)):
        chance = p ** sum(answers) * (1 - p) ** (len(people) - sum(answers))
        variance += chance * sum(d * answer for d, answer in zip(step, answers, strict=True)) ** 2
    variance -= (p * sum(step)) ** 2
    difference = sum((d * hit for d, (*_, hit) in zip(step, people, strict=True)), Fraction(0))
    sums = [
        Sums(
            *(
                np.array([float(sum(v))])
                for v in zip(*((w, w * w, w * hit) for bits, w, hit in people if bits & bit == bit), strict=True)
            )
        )
        if any(bits & bit == bit for bits, *_ in people)
        else NOBODY
        for bit in (1, 2, 3)
    ]
    wanted = erfc(abs(float(difference)) / sqrt(2 * float(variance))) if variance else 1.0
    assert p_values(*sums).item() == pytest.approx(wanted, rel=1e-9, abs=1e-12)


def test_the_dependent_test_errs_as_often_as_it_says() -> None:
    """Where there is no difference it finds one in 5 % of 4,000 samples; the test for separate columns would in next to none."""
    random = np.random.default_rng(11)
    bits = np.repeat([1, 2, 3], [60, 90, 250])
    weights = random.choice([0.5, 1.0, 2.0], 400)
    answers = random.random((4000, 400)) < 0.35

    def summed(mask: np.ndarray) -> Sums:
        w = weights * mask
        return Sums(np.full(4000, w.sum()), np.full(4000, (w * w).sum()), answers @ w)

    first, second, both = ((bits & bit) == bit for bit in (1, 2, 3))
    dependent = p_values(summed(first), summed(second), summed(both)) < 0.05
    separate = p_values(summed(first), summed(second), NOBODY) < 0.05
    assert dependent.mean() == pytest.approx(0.05, abs=4 * sqrt(0.05 * 0.95 / 4000))
    assert separate.mean() < 0.01


@pytest.fixture(autouse=True, scope="module")
def nothing_to_collect() -> None:
    """Put what other tests left out of the garbage collector's sight: statsmodels calls it for every correction by Holm."""
    gc.collect()
    gc.freeze()


@given(P_VALUES)
def test_corrections_are_those_of_statsmodels(values: list[float]) -> None:
    """Bonferroni's and Holm's p-values are those of multipletests; Holm's are never above Bonferroni's, nor below the plain."""
    plain = np.array(values)
    told = {name: adjust(plain, name) for name in ("none", "bonferroni", "holm")}
    for name in ("bonferroni", "holm"):
        np.testing.assert_allclose(told[name], multipletests(plain, method=name)[1], rtol=1e-12)
    assert (told["none"] == plain).all()
    assert (plain <= told["holm"]).all()
    assert (told["holm"] <= told["bonferroni"]).all()


def test_holm_by_hand() -> None:
    """Of 0.01, 0.02, 0.03, 0.6 the smallest counts 4 times, the next 3, 2 and 1 times, and none less than one before it."""
    assert adjust(np.array([0.03, 0.6, 0.01, 0.02]), "holm").tolist() == pytest.approx([0.06, 0.6, 0.04, 0.06])
    assert adjust(np.array([0.03, 0.6, 0.01, 0.02]), "bonferroni").tolist() == pytest.approx([0.12, 1, 0.04, 0.08])
    assert adjust(np.array([]), "holm").size == 0


@pytest.mark.parametrize("correction", ["none", "bonferroni", "holm"])
@pytest.mark.parametrize("seed", range(4))
def test_letters_are_what_statsmodels_finds(seed: int, correction: Any) -> None:
    """In each row each pair of categories with bases of 30 or more is tested, corrected for the tests of that row."""
    frame = tabulated(seed)
    frame = frame[(frame["column"] != "c4") | (frame.index < 100)]  # c4 is too small to test
    told = segment_table(frame, "segment", "column", correction=correction)
    wanted: Told = set()
    for segment in "wxyz":
        cell = {
            name: (int((group == segment).sum()), len(group)) for name, group in frame.groupby("column", observed=True)["segment"]
        }
        tested = [pair for pair in combinations(cell, 2) if all(cell[name][1] >= 30 for name in pair)]
        p = [proportions_ztest(*zip(*(cell[name] for name in pair), strict=True))[1] for pair in tested]
        kept = np.array(p) < 0.05 if correction == "none" else multipletests(p, 0.05, correction)[0]
        for pair, is_significant in zip(tested, kept, strict=True):
            smaller, larger = sorted(pair, key=lambda name: cell[name][0] / cell[name][1])
            if is_significant:
                wanted.add((segment, f"column/{larger}", f"column/{smaller}"))
    assert len(tested) == 6
    assert pairs(told.to_frame()) == wanted
    assert wanted


@given(st.integers(0, 30), st.booleans(), st.sampled_from(["none", "bonferroni", "holm"]), st.floats(0.5, 0.99))
def test_a_letter_says_one_thing_once(seed: int, weigh: bool, correction: Any, confidence: float) -> None:  # noqa: FBT001
    """The letter stands beside the larger share, never both ways, never across blocks, never on the total."""
    frame = tabulated(seed, 250, 3)
    columns = ["column", "in 0", "in 1", "in 2"]
    made = segment_table(frame, "segment", columns, "weight" if weigh else None, correction=correction, confidence=confidence)
    share = {
        (cell["segment"], f"{cell['banner']}/{cell['column']}"): cell["share"] for cell in made.to_frame().to_dict("records")
    }
    told = pairs(made.to_frame())
    for segment, larger, smaller in told:
        assert share[segment, larger] > share[segment, smaller]
        assert (segment, smaller, larger) not in told
        assert larger.split("/")[0] == smaller.split("/")[0]
    assert not any(name == "/Total" for _, *names in told for name in names)


@given(st.integers(0, 30), st.permutations(range(5)))
def test_the_order_of_columns_changes_no_pair(seed: int, order: list[int]) -> None:
    """Columns in another order have other letters, which say the same of the same pairs; so for categories and for overlaps."""
    frame = tabulated(seed, 400)
    flags = [f"in {place}" for place in range(5)]
    moved = frame.assign(column=frame["column"].cat.reorder_categories([f"c{place}" for place in order]))
    first = segment_table(frame, "segment", ["column", *flags], "weight", correction="holm")
    again = segment_table(moved, "segment", [*(flags[place] for place in order), "column"], "weight", correction="holm")
    assert pairs(first.to_frame()) == pairs(again.to_frame())


@pytest.mark.parametrize("seed", range(5))
def test_stricter_tests_find_less(seed: int) -> None:
    """What Bonferroni finds Holm finds, what Holm finds no correction finds; what 99 % finds 95 % finds."""
    frame, columns = tabulated(seed), ["column", *(f"in {place}" for place in range(5))]
    plain, holm, bonferroni, sure = (
        pairs(segment_table(frame, "segment", columns, **criterion).to_frame())
        for criterion in ({}, {"correction": "holm"}, {"correction": "bonferroni"}, {"confidence": 0.99})
    )
    assert bonferroni <= holm <= plain
    assert sure < plain


@pytest.mark.parametrize("weights", [None, "weight"])
def test_columns_that_could_overlap_but_do_not_are_tested_as_separate_ones(weights: str | None) -> None:
    """True-or-false columns made of the categories of one column have its letters."""
    frame = tabulated(3)
    flags = frame.assign(**{f"c{place}": frame["column"] == f"c{place}" for place in range(5)})
    separate = segment_table(frame, "segment", "column", weights).wide("letters").to_numpy().tolist()
    assert (
        segment_table(flags, "segment", [f"c{place}" for place in range(5)], weights).wide("letters").to_numpy().tolist()
        == separate
    )
    assert any(cell for row in separate for cell in row)


def test_overlapping_columns_are_tested_as_the_formula_says() -> None:
    """A table's letters for columns that share respondents are those of p_values on sums taken by hand."""
    frame = tabulated(8)
    told = pairs(segment_table(frame, "segment", ["in 0", "in 1"], "weight", total=False, confidence=0.9).to_frame())
    w, one, other = frame["weight"], frame["in 0"], frame["in 1"]
    wanted: Told = set()
    for segment in "wxyz":
        hit = frame["segment"] == segment
        sums = [Sums(*(np.array([v[mask].sum()]) for v in (w, w**2, w * hit))) for mask in (one, other, one & other)]
        shares = [float((part.hits / part.weight).item()) for part in sums[:2]]
        if p_values(*sums).item() < 0.1:
            wanted.add((segment, "/in 0", "/in 1") if shares[0] > shares[1] else (segment, "/in 1", "/in 0"))
    assert told == wanted
    assert told


def test_a_column_does_not_differ_from_itself() -> None:
    """Two columns of the same respondents get no letter; two of nearly the same neither fail nor warn."""
    frame = tabulated(2).assign(same=lambda rows: rows["in 0"])
    assert not pairs(segment_table(frame, "segment", ["in 0", "same"], "weight").to_frame())
    frame.loc[frame.index[:3], "same"] = True
    assert segment_table(frame, "segment", ["in 0", "same"], "weight").to_frame()["letters"].eq("").all()


def test_small_columns_are_not_tested_and_not_counted() -> None:
    """A column below the threshold gets and gives no letter, and Bonferroni's number of tests is that of the others."""
    frame = tabulated(1)
    small = frame[(frame["column"] != "c0") | (frame.groupby("column", observed=True).cumcount() < 29)]
    without = frame[frame["column"] != "c0"].assign(column=lambda rows: rows["column"].cat.remove_unused_categories())
    told = [pairs(segment_table(each, "segment", "column", correction="bonferroni").to_frame()) for each in (small, without)]
    assert told[0] == told[1] != set()


def test_nested_columns_are_tested_within_their_outer_category() -> None:
    """Old against young among women is that test on the women alone; women are not tested against men there."""
    random = np.random.default_rng(4)
    frame = tabulated(4, 800, 3).assign(sex=pd.Categorical(random.choice(["f", "m"], 800)))
    nested = pairs(segment_table(frame, "segment", [("sex", "column")], correction="holm").to_frame())
    wanted = set()
    for sex in "fm":
        alone = pairs(segment_table(frame[frame["sex"] == sex], "segment", "column", correction="holm").to_frame())
        wanted |= {(row, *(name.replace("column/", f"sex > column/{sex} > ") for name in both)) for row, *both in alone}
    assert nested == wanted
    assert wanted


@pytest.mark.parametrize("confidence", [0.9, 0.95])
@pytest.mark.parametrize("correction", ["none", "bonferroni", "holm"])
def test_the_footnotes_say_what_was_done(confidence: float, correction: Any) -> None:
    """Level, correction, formulas, thresholds and what is tested against what stand below the table."""
    table = segment_table(
        tabulated(0),
        "segment",
        ["column", "in 0", "in 1"],
        "weight",
        confidence=confidence,
        correction=correction,
        no_test_below=20,
    )
    notes = "\n".join(table.footnotes)
    for words in (
        f"z test at {100 * confidence:g} %",
        {"none": "no correction", "bonferroni": "Bonferroni's correction", "holm": "Holm's correction"}[correction],
        f"Wilson, {100 * confidence:g} %",
        "the columns within column, true-or-false columns; the total is not tested",
        "√(p (1 - p) (1/e1 + 1/e2))",
        "√(p (1 - p) (1/e1 + 1/e2 - 2 Q12/(W1 W2)))",
        "** effective base below 20: not tested",
        "* effective base below 100",
        "effective base = (sum of w)² / sum of w²",
        "Weighted by weight",
    ):
        assert words in notes
    assert all(line in table._repr_html_() for line in table.footnotes if "'" not in line)
    assert "No columns to test" in "\n".join(segment_table(tabulated(0), "segment").footnotes)
