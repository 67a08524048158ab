"""The laws of benchmarks and of the index against them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit.errors import InvalidInput
from segkit.sel.population import Population
from segkit.sel.published import published
from segkit.sel.standards import standard
from segkit.tables.segment_table import SegmentTable, segment_table

FRAME = pd.DataFrame(
    {
        "segment": pd.Categorical(["a", "a", "b", "b", "b", "c", "c", "c", "c", "c"], ["a", "b", "c", "d"]),
        "other": pd.Categorical(["x"] * 4 + ["y"] * 6),
        "sex": pd.Categorical(["f"] * 5 + ["m"] * 5),
    }
)
SHARES = {"a": 0.1, "b": 0.3, "c": 0.6, "d": 0.0}
LEVELS = ["A/B", "C+", "C", "C-", "D+", "D", "E"]


def index(table: SegmentTable) -> np.ndarray:
    """Return the index of every cell, NaN where there is none."""
    return table.wide("benchmark_index").astype(float).to_numpy()


def test_the_index_is_a_hundred_times_share_over_benchmark() -> None:
    """In 20 % against 10 % the index is 200; a benchmark of 0 has none, which is a finding with segment and fix."""
    table = segment_table(FRAME, "segment", "sex", benchmark=SHARES)
    assert index(table) == pytest.approx(
        np.array([[200, 400, 0], [100, 200, 0], [250 / 3, 0, 500 / 3], [np.nan] * 3]), nan_ok=True, abs=1e-9
    )
    assert table.wide("benchmark_share")["", "Total"].tolist() == list(SHARES.values())
    (found,) = table.findings
    assert (found.code, found.severity, found.where) == ("no-benchmark-share", "warning", "rows 'segment', segment 'd'")
    assert found.message == "the benchmark share is 0, so there is no index"


def test_without_a_benchmark_there_is_no_index() -> None:
    """Share and index of the benchmark are missing, and no note or table of them is shown."""
    table = segment_table(FRAME, "segment")
    assert table.to_frame()[["benchmark_share", "benchmark_index"]].isna().all(axis=None)
    assert "index" not in table._repr_html_()


def test_segments_without_a_benchmark_share_are_told() -> None:
    """A benchmark may leave segments out: these have no index and a finding each; those without a segment have none."""
    table = segment_table(FRAME, "segment", benchmark={"a": 0.5}, missing_in_base=True)
    assert [finding.where for finding in table.findings] == [f"rows 'segment', segment {name!r}" for name in "bcd"]
    assert table.to_frame()["benchmark_index"].notna().tolist() == [True, False, False, False, False]


@pytest.mark.parametrize(
    "given_as",
    [
        SHARES,
        pd.Series(SHARES),
        pd.Series(SHARES).astype(np.float32).astype("Float64"),
        {"segment": SHARES},
        {"segment": pd.Series(SHARES)},
    ],
)
def test_shares_may_be_given_in_several_ways(given_as: Any) -> None:
    """A mapping, a Series, and either of them by the name of the rows, give the same index."""
    wanted = index(segment_table(FRAME, "segment", benchmark=SHARES))
    assert index(segment_table(FRAME, "segment", benchmark=given_as)) == pytest.approx(wanted, nan_ok=True, rel=1e-6)


def test_a_published_distribution_brings_its_name_and_its_word() -> None:
    """AMAI's figure is compared with as printed, divided by what it adds up to, and the note says whose it is."""
    frame = pd.DataFrame({"segment": pd.Categorical(LEVELS, LEVELS, ordered=True)})
    frame.attrs["segkit"] = {"provenance": "documented"}
    mexico = published("mx-amai", 2022)
    table = segment_table(frame, "segment", benchmark=mexico)
    percent = [7.3, 12.0, 15.3, 16.4, 14.9, 25.4, 8.7]
    assert sum(percent) == pytest.approx(100)
    assert index(table)[:, 0] == pytest.approx([100 / 7 / each * 100 for each in percent])
    assert "segment: index = 100 times the share over Mexico, households, ENIGH 2022 (documented)." in table.footnotes
    assert table.provenance == "documented"
    assert segment_table(frame, "segment", benchmark=published("mx-amai", 2022, "MX-2024")).provenance == "derived"


def test_the_shares_of_a_population_are_a_benchmark_with_their_word() -> None:
    """`Population.shares()` says what law it is of, and the table repeats it."""
    frame = pd.DataFrame({"segment": pd.Categorical(LEVELS, LEVELS, ordered=True)})
    frame.attrs["segkit"] = {"provenance": "documented"}
    population = Population.default(standard("mx-amai", 2022))
    table = segment_table(frame, "segment", benchmark=population.shares())
    assert table.provenance == population.provenance == "derived"
    assert population.in_words in "\n".join(table.footnotes)


def test_a_column_of_the_table_is_a_benchmark() -> None:
    """Against the total the total has 100 everywhere; a category is named by itself or with its column."""
    table = segment_table(FRAME, "segment", "sex", benchmark="Total")
    assert index(table)[:, 0] == pytest.approx([100, 100, 100, np.nan], nan_ok=True)
    assert "segment: index = 100 times the share over the share in column Total." in table.footnotes
    for name in ("m", "sex: m"):
        assert index(segment_table(FRAME, "segment", "sex", benchmark=name))[2] == pytest.approx([50, 0, 100])
    assert not table.findings


def test_several_rows_have_a_benchmark_each() -> None:
    """Shares for several rows are given by their names; rows that are not named have no index."""
    table = segment_table(FRAME, ["segment", "other"], benchmark={"other": {"x": 0.8, "y": 0.2}})
    assert index(table)[:, 0] == pytest.approx([np.nan] * 4 + [50, 300], nan_ok=True)
    with pytest.raises(InvalidInput, match="the table has several rows; say whose shares these are"):
        segment_table(FRAME, ["segment", "other"], benchmark=SHARES)


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"benchmark": "sex: x"}, "benchmark: no column of the table named 'sex: x'; it has ['Total', 'sex: f'"),
        ({"benchmark": {"z": 0.5}}, "benchmark['z']: no segment of the table: ['a', 'b', 'c', 'd']"),
        ({"benchmark": {"a": 7.3}}, "benchmark['a']: 7.3 is no share from 0 to 1"),
        ({"benchmark": {"a": True}}, "True is no share"),
        ({"benchmark": {"a": float("nan")}}, "nan is no share"),
        ({"benchmark": {"a": None}}, "None is no share"),
        ({"benchmark": {"a": "0.5"}}, "'0.5' is no share"),
        ({"benchmark": {"a": 0.7, "b": 0.7}}, "the shares add up to 1.4"),
        ({"benchmark": pd.Series([0.1, 0.2], ["a", "a"])}, "benchmark['a']: the segment is there twice"),
        ({"benchmark": {"rows": SHARES}}, "benchmark: 'rows' is none of the rows ['segment']"),
        ({"benchmark": [0.1, 0.2]}, "not list"),
        ({"benchmark": SHARES, "benchmark_provenance": "official"}, "benchmark_provenance is 'official': give one of"),
        ({"benchmark_provenance": "documented"}, "beside shares by segment"),
        ({"benchmark": "Total", "benchmark_provenance": "documented"}, "beside shares by segment"),
    ],
)
def test_what_is_no_benchmark_is_refused(asked: dict[str, Any], named: str) -> None:
    """The error names the segment or the argument, and what to give."""
    with pytest.raises(InvalidInput) as refused:
        segment_table(**{"frame": FRAME, "rows": "segment", "columns": "sex", **asked})
    assert named in str(refused.value)


def test_a_name_that_several_columns_have_is_refused() -> None:
    """A category of two columns is named with its column."""
    frame = FRAME.assign(again=FRAME["sex"])
    with pytest.raises(InvalidInput, match="benchmark: several columns of the table named 'm'"):
        segment_table(frame, "segment", ["sex", "again"], benchmark="m")
    assert segment_table(frame, "segment", ["sex", "again"], benchmark="again: m")


def test_a_word_that_contradicts_the_shares_is_refused() -> None:
    """What the shares say of themselves cannot be said otherwise; the same word may be repeated."""
    frame = pd.DataFrame({"segment": pd.Categorical(LEVELS)})
    mexico = published("mx-amai", 2022)
    with pytest.raises(InvalidInput, match="the shares say 'documented' themselves"):
        segment_table(frame, "segment", benchmark=mexico, benchmark_provenance="synthetic")
    assert segment_table(frame, "segment", benchmark=mexico, benchmark_provenance="documented")


@given(st.lists(st.integers(1, 50), min_size=4, max_size=4))
def test_the_mean_index_weighted_by_the_benchmark_is_a_hundred(counts: list[int]) -> None:
    """The benchmark's shares times the indices add up to 100 where the benchmark has every segment."""
    frame = pd.DataFrame({"segment": pd.Categorical(np.repeat(list("abcd"), counts))})
    table = segment_table(frame, "segment", benchmark={"a": 0.1, "b": 0.2, "c": 0.3, "d": 0.4}).to_frame()
    assert (table["benchmark_share"] * table["benchmark_index"]).sum() == pytest.approx(100)
