"""The laws of segment tables: what is counted, what is said of it, and what changes nothing."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from statsmodels.stats.proportion import multinomial_proportions_confint, proportion_confint

import segkit as sk
from segkit.errors import InvalidInput
from segkit.sel.population import Population
from segkit.sel.published import published
from segkit.sel.standards import standard
from segkit.tables import table_frames
from segkit.tables.segment_table import SegmentTable, segment_table

SEGMENTS = ["high", "middle", "low", "nobody"]
BANDS = ["young", "old", "unborn"]
FIGURES = ["weighted_n", "share", "low", "high", "base_weighted", "base_effective"]

RESPONDENTS = st.lists(
    st.tuples(
        st.sampled_from([*SEGMENTS[:3], None]),
        st.sampled_from([*BANDS[:2], None]),
        st.booleans(),
        st.booleans(),
        st.sampled_from([0, 1, 2, 3, 8]),
    ),
    max_size=40,
)


def framed(respondents: list[tuple[Any, ...]]) -> pd.DataFrame:
    """Return one row a respondent: segment, age band, two columns that overlap, weight."""
    segment, band, boys, girls, weight = zip(*respondents, strict=True) if respondents else ([], [], [], [], [])
    return pd.DataFrame(
        {
            "segment": pd.Categorical(segment, SEGMENTS, ordered=True),
            "band": pd.Categorical(band, BANDS),
            "boys": pd.array(boys, dtype="bool"),
            "girls": pd.array(girls, dtype="bool"),
            "weight": pd.array(weight, dtype="int64"),
        }
    )


def many(n: int = 900, seed: int = 5) -> pd.DataFrame:
    """Return respondents enough to be tested, the young richer than the old."""
    random = np.random.default_rng(seed)
    band = random.integers(0, 2, n)
    segment = np.where(random.random(n) < 0.25 + 0.2 * band, 0, random.integers(1, 3, n))
    return pd.DataFrame(
        {
            "segment": pd.Categorical.from_codes(segment, SEGMENTS, ordered=True),
            "band": pd.Categorical.from_codes(band, BANDS),
            "boys": random.random(n) < 0.6,
            "girls": random.random(n) < 0.3 + 0.4 * (segment == 0),
            "weight": random.choice([0.5, 1.0, 2.5], n),
        }
    )


COLUMNS: list[str | tuple[str, ...]] = ["band", "boys", "girls", ("band", "segment")]


def in_column(banner: str, column: str, row: Any) -> bool:
    """Say whether a respondent is in a column, by a reading of its own."""
    if banner == "band":
        return bool(row["band"] == column)
    if banner == "band > segment":
        return f"{row['band']} > {row['segment']}" == column
    return column == "Total" or bool(row[column])


@given(RESPONDENTS, st.booleans())
def test_every_figure_is_that_of_a_count_by_hand(respondents: list[tuple[Any, ...]], weigh: bool) -> None:  # noqa: FBT001
    """In each cell n, weights, bases, share and Kish's base are what adding up one by one in fractions gives."""
    frame = framed(respondents)
    table = segment_table(frame, "segment", COLUMNS, "weight" if weigh else None).to_frame()
    people = frame[frame["segment"].notna()].to_dict("records")
    for cell in table.to_dict("records"):
        base = [row for row in people if in_column(cell["banner"], cell["column"], row)]
        hits = [row for row in base if row["segment"] == cell["segment"]]
        weights = [Fraction(row["weight"] if weigh else 1) for row in base]
        counted = sum((Fraction(row["weight"] if weigh else 1) for row in hits), Fraction(0))
        assert (cell["n"], cell["base_n"]) == (len(hits), len(base))
        assert (cell["weighted_n"], cell["base_weighted"]) == (counted, sum(weights))
        if sum(weights):
            assert cell["share"] == pytest.approx(float(counted / sum(weights)), abs=1e-15)
            assert cell["base_effective"] == pytest.approx(float(sum(weights) ** 2 / sum(w * w for w in weights)))
        else:
            assert cell["base_effective"] == 0
            assert all(pd.isna(cell[name]) for name in ("share", "low", "high"))


@given(RESPONDENTS)
def test_a_frame_has_every_column_and_every_cell(respondents: list[tuple[Any, ...]]) -> None:
    """Whatever is empty, the frame has its columns and dtypes, and a row for each segment and column, in their orders."""
    table = segment_table(framed(respondents), "segment", COLUMNS)
    frame = table.to_frame()
    assert frame.dtypes.astype(str).to_dict() == {name: str(dtype) for name, dtype in table_frames.SEGMENT_TABLE.items()}
    assert list(frame.columns) == list(table_frames.SEGMENT_TABLE)
    assert frame["segment"].tolist() == [name for name in SEGMENTS for _ in range(18)]
    assert frame["column"].iloc[:6].tolist() == ["Total", *BANDS, "boys", "girls"]
    assert frame["letter"].iloc[:18].tolist() == ["", *"ABCDEFGHIJKLMNOPQ"]
    assert (
        frame.groupby(["banner", "column"])["n"].sum().tolist() == frame.groupby(["banner", "column"])["base_n"].first().tolist()
    )
    shares = frame.groupby(["banner", "column"])["share"].sum(min_count=1).dropna()
    assert np.allclose(shares.astype(float), 1)


def test_a_table_without_segments_or_respondents_is_a_table() -> None:
    """No categories make no rows, no respondents make empty bases; frame, wide frame, page and repr are made all the same."""
    bare = pd.DataFrame({"segment": pd.Categorical([None, None], []), "band": pd.Categorical(["a", "b"])})
    for table, n_rows in ((segment_table(bare, "segment", "band"), 0), (segment_table(framed([]), "segment", COLUMNS), 4)):
        assert len(table.wide()) == n_rows
        assert len(table.to_frame()) == n_rows * len(table.banner.columns)
        assert table._repr_html_().count("<table") == 3
        assert "\n" not in repr(table)


@given(st.permutations(range(60)), st.sampled_from([0.25, 4.0, 1e-3, 1e6, 3.0]))
def test_order_and_scale_change_nothing(order: list[int], scale: float) -> None:
    """Rows in another order, and weights times a constant, leave shares, intervals, effective bases, letters and marks."""
    frame = many(60)
    criterion: dict[str, Any] = {"confidence": 0.6, "no_test_below": 5, "small_below": 20}
    whole = segment_table(frame, "segment", ["band", "boys", "girls"], "weight", **criterion).to_frame()
    moved = frame.iloc[order].assign(weight=lambda rows: rows["weight"] * scale)
    again = segment_table(moved, "segment", ["band", "boys", "girls"], "weight", **criterion).to_frame()
    again[["weighted_n", "base_weighted"]] /= scale
    assert (whole["letters"] != "").any()
    assert_frame_equal(again.drop(columns=FIGURES), whole.drop(columns=FIGURES))
    assert_frame_equal(again[FIGURES], whole[FIGURES], rtol=1e-12)


def test_weights_of_one_are_no_weights() -> None:
    """With equal weights the effective base is the number of respondents, and every figure is that of the unweighted table."""
    frame = many().assign(one=1.0)
    weighted, plain = (segment_table(frame, "segment", COLUMNS, weights).to_frame() for weights in ("one", None))
    assert_frame_equal(weighted, plain)
    assert (plain["base_effective"] == plain["base_n"]).all()
    assert (plain["weighted_n"] == plain["n"]).all()


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.999])
def test_intervals_are_those_of_statsmodels(confidence: float) -> None:
    """Wilson's and Goodman's ends are statsmodels' to 1e-12; weighted, they are those of the effective base."""
    frame = many()
    for weights in (None, "weight"):
        told = segment_table(frame, "segment", "band", weights, confidence=confidence).to_frame()
        told = told[told["base_n"] > 0].astype(dict.fromkeys(FIGURES, float))
        low, high = proportion_confint(told["share"] * told["base_effective"], told["base_effective"], 1 - confidence, "wilson")
        np.testing.assert_allclose(told[["low", "high"]], np.column_stack([low, high]), atol=1e-12)
    told = segment_table(frame, "segment", confidence=confidence, intervals="goodman").to_frame()
    ends = multinomial_proportions_confint(told["n"].to_numpy(), 1 - confidence, method="goodman")
    np.testing.assert_allclose(told[["low", "high"]].astype(float), ends, atol=1e-12)


def test_missing_segments_are_told_and_never_lost() -> None:
    """Who has no segment is out of the base, or in it in a row of its own; either way a finding names the row."""
    frame = framed([("high", "old", True, False, 1), (None, None, False, False, 1), (None, "young", True, True, 1)])
    frame.index = pd.Index(["r1", "r2", "r3"])
    out, inside = (segment_table(frame, "segment", "band", missing_in_base=wanted) for wanted in (False, True))
    assert [finding.where for finding in out.findings] == [
        "row 'r2' and 1 more rows, column 'segment'",
        "row 'r2', column 'band'",
    ]
    assert out.findings.codes == inside.findings.codes == {"missing-segment", "missing-column-value"}
    assert out.wide("base_n").iloc[0].tolist() == [1, 0, 1, 0]
    assert inside.wide("base_n").iloc[0].tolist() == [3, 1, 1, 0]
    assert inside.wide("n").iloc[-1].tolist() == [2, 1, 0, 0]
    assert inside.to_frame()["segment"].isna().sum() == 4
    assert "(no segment)" in inside._repr_html_()
    assert "2 respondents without a segment are not in the base" in out.footnotes[0]
    assert "2 respondents without a segment are in the base" in inside.footnotes[0]
    assert out.to_frame().attrs["segkit"]["findings"][0]["code"] == "missing-segment"


def test_several_rows_stand_below_each_other() -> None:
    """A table of two columns of segments has the cells of the two tables, one after the other."""
    frame = many().assign(other=lambda rows: rows["band"])
    both = segment_table(frame, ["segment", "other"], "band").to_frame()
    parts = [segment_table(frame, rows, "band").to_frame() for rows in ("segment", "other")]
    assert_frame_equal(both, pd.concat(parts, ignore_index=True))
    wide = segment_table(frame, ["segment", "other"], "band").wide("n")
    assert wide.index.tolist() == [("segment", name) for name in SEGMENTS] + [("other", name) for name in BANDS]
    assert wide.columns.tolist() == [("", "Total"), *(("band", name) for name in BANDS)]


def test_wide_is_the_frame_in_another_shape() -> None:
    """Every figure of every cell stands where its segment and column meet; what is no figure is refused with those that are."""
    table = segment_table(many(), "segment", COLUMNS, "weight", total=False)
    long = table.to_frame()
    for value in ("n", "share", "letters", "mark", "base_effective", "provenance"):
        wide = table.wide(value)
        for cell in long.to_dict("records"):
            found = wide.loc[(cell["rows"], cell["segment"]), (cell["banner"], cell["column"])]
            assert found is cell[value] or found == cell[value] or (pd.isna(found) and pd.isna(cell[value]))
    with pytest.raises(InvalidInput, match="no figure 'segment'; give one of"):
        table.wide("segment")


def test_marks_are_of_the_effective_base() -> None:
    """29 are too few to test, 30 and 99 few, 100 enough; unequal weights make fewer of them; the thresholds can be moved."""
    frame = pd.DataFrame({"segment": pd.Categorical(["a"] * 258), "of": np.repeat(["29", "30", "99", "100"], [29, 30, 99, 100])})
    frame["of"] = pd.Categorical(frame["of"], ["29", "30", "99", "100"])
    for weights in (None, pd.Series(0.1, frame.index), pd.Series(1 / 3, frame.index)):
        assert segment_table(frame, "segment", "of", weights).to_frame()["mark"].tolist() == ["", "**", "*", "*", ""]
    assert segment_table(frame, "segment", "of", no_test_below=0, small_below=0).to_frame()["mark"].tolist() == [""] * 5
    uneven = pd.Series(np.where(np.arange(258) % 2, 3.0, 1.0), frame.index)
    assert segment_table(frame, "segment", "of", uneven).to_frame()["mark"].tolist() == ["", "**", "**", "*", "*"]


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"rows": "sgment"}, "rows: the frame has no column 'sgment'; it has"),
        ({"rows": []}, "rows: give the name"),
        ({"rows": 7}, "rows: give the name of a column, or a list of names, not 7"),
        ({"rows": [7]}, "7 is no name of a column"),
        ({"rows": ["segment", "segment"]}, "rows: a column is named twice"),
        ({"rows": "weight"}, "rows: 'weight' is float64; give a categorical"),
        ({"columns": "weight"}, "columns: 'weight' is float64, neither categorical nor boolean"),
        ({"columns": ["band", "band"]}, "two columns of the table would read 'band: young'"),
        ({"columns": [("band", "boys")]}, "columns: 'boys' is bool; give a categorical"),
        ({"columns": [()]}, "an empty tuple nests nothing"),
        ({"columns": [], "total": False}, "the table has no column"),
        ({"confidence": 95}, "confidence is 95: give a number between 0 and 1"),
        ({"confidence": True}, "confidence is True"),
        ({"correction": "tukey"}, "correction is 'tukey': give one of"),
        ({"intervals": "wald"}, "intervals is 'wald': give one of"),
        ({"no_test_below": 200}, "no_test_below is 200 and small_below 100"),
        ({"small_below": float("nan")}, "small_below nan"),
        ({"frame": [1]}, "give a DataFrame with one row a respondent, not list"),
    ],
)
def test_what_cannot_be_tabulated_is_refused_with_its_place(asked: dict[str, Any], named: str) -> None:
    """Each error names the argument and what to give instead."""
    with pytest.raises(InvalidInput) as refused:
        segment_table(**{"frame": many(), "rows": "segment", "columns": "band", **asked})
    assert named in str(refused.value)


def test_two_things_of_one_name_are_refused() -> None:
    """Two columns of the frame, two categories or two columns of the table that read the same are never mixed up."""
    frame = many()
    with pytest.raises(InvalidInput, match="2 columns named 'band'"):
        segment_table(pd.concat([frame, frame["band"]], axis=1), "segment", "band")
    with pytest.raises(InvalidInput, match="two categories that read '1'"):
        segment_table(pd.DataFrame({"s": pd.Categorical([1, "1"])}), "s")
    with pytest.raises(InvalidInput, match="two columns of the table would read 'Total'"):
        segment_table(frame.rename(columns={"boys": "Total"}), "segment", "Total")


def test_the_public_face_has_the_table() -> None:
    """`sk.segment_table` makes a `sk.SegmentTable` that says in one line what it holds and where it is from."""
    table = sk.segment_table(many(), "segment", ["band", "boys", "girls"], "weight")
    assert sk.SegmentTable is SegmentTable is type(table)
    words = "segment by band, boys, girls: 4 segments, 6 columns, 900 respondents; provenance not stated"
    assert repr(table) == f"<SegmentTable {words}>"


def test_a_sample_of_a_population_is_called_synthetic() -> None:
    """Drawn respondents gave no answers: table, frame and page say so, whatever law and benchmark they are held against."""
    amai = standard("mx-amai", 2022)
    sample = Population.default(amai).sample(2000, seed=3)
    table = segment_table(sample, "segment", benchmark=published("mx-amai", 2022))
    assert table.provenance == "synthetic"
    assert set(table.to_frame()["provenance"]) == {"synthetic"}
    assert table.to_frame().attrs["segkit"]["provenance"] == "synthetic"
    assert "<strong>Provenance: synthetic.</strong>" in table._repr_html_()
    index = table.to_frame()["benchmark_index"].astype(float)
    assert np.abs(index - 100).max() < 25


@pytest.mark.parametrize(
    ("about", "column", "benchmark", "word"),
    [
        ({}, None, None, None),
        ({"provenance": "derived"}, None, None, "derived"),
        ({"provenance": "derived"}, None, "synthetic", "synthetic"),
        ({"provenance": "synthetic"}, None, None, "synthetic"),
        ({}, None, "synthetic", "synthetic"),
        ({}, None, "documented", None),
        ({"provenance": "documented", "segments_provenance": "derived"}, None, None, "derived"),
        ({"provenance": "synthetic"}, ["documented", "derived"], None, "derived"),
        ({"provenance": "documented"}, ["documented", None], None, None),
        ({"provenance": "documented", "population": "a law"}, None, None, "synthetic"),
        ({"provenance": "my own"}, None, None, None),
    ],
)
def test_a_table_bears_the_weakest_word_of_its_inputs(
    about: dict[str, str], column: list[str | None] | None, benchmark: Any, word: str | None
) -> None:
    """Words by row come before that of the frame; one part that does not say leaves only synthetic sayable."""
    frame = pd.DataFrame({"segment": pd.Categorical(["a", "b"])})
    if column:
        frame["segment_provenance"] = column
    frame.attrs["segkit"] = about
    shares = {"a": 0.5, "b": 0.5} if benchmark else None
    table = segment_table(frame, "segment", benchmark=shares, benchmark_provenance=benchmark)
    assert table.provenance == word
    assert table.to_frame()["provenance"].astype(object).fillna("none").unique().tolist() == [word or "none"]
    assert f"Provenance: {word or 'provenance not stated'}." in table._repr_html_()


def test_words_of_columns_and_weights_count_too() -> None:
    """A banner or weights that the frame calls synthetic make the table synthetic."""
    frame = many(50)
    frame.attrs["segkit"] = {"provenance": "documented"}
    assert segment_table(frame, "segment", ["band"], "weight").provenance == "documented"
    for name in ("band", "weight"):
        assert (
            segment_table(frame.assign(**{f"{name}_provenance": "synthetic"}), "segment", ["band"], "weight").provenance
            == "synthetic"
        )
