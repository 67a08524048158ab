"""The laws of the banner: which columns a table has, and who is in which."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from segkit.errors import InvalidInput
from segkit.tables.banner import read_banner
from segkit.tables.segment_table import segment_table

FRAME = pd.DataFrame(
    {
        "segment": pd.Categorical(["a", "b", "a", "b"]),
        "sex": pd.Categorical(["f", "m", None, "m"], ["m", "f"]),
        "age": pd.Categorical([30, 20, 20, None], [20, 30, 40]),
        "boys": [True, True, False, False],
        "girls": pd.array([True, None, False, True], dtype="boolean"),
        "yes": pd.Categorical([True, False, True, True]),
    },
    index=pd.Index(["r1", "r2", "r2", "r4"]),
)


def members(*entries: Any, total: bool = True) -> dict[str, list[int]]:
    """Return who is in which column, by heading."""
    banner = read_banner(FRAME, entries, total=total)
    return dict(zip([column.heading for column in banner.columns], banner.members.toarray().T.tolist(), strict=True))


def test_categories_stand_in_their_order() -> None:
    """The total first, then a column a category in the order of the categorical, also of those that nobody is in."""
    assert members("sex", "age") == {
        "Total": [1, 1, 1, 1],
        "sex: m (A)": [0, 1, 0, 1],
        "sex: f (B)": [1, 0, 0, 0],
        "age: 20 (C)": [0, 1, 1, 0],
        "age: 30 (D)": [1, 0, 0, 0],
        "age: 40 (E)": [0, 0, 0, 0],
    }


def test_booleans_are_a_column_each() -> None:
    """Those with True are in it; a categorical of True and False has a column for both."""
    assert members("boys", "girls", "yes", total=False) == {
        "boys (A)": [1, 1, 0, 0],
        "girls (B)": [1, 0, 0, 1],
        "yes: False (C)": [0, 1, 0, 0],
        "yes: True (D)": [1, 0, 1, 1],
    }


def test_nested_columns_are_every_combination() -> None:
    """The outermost category turns slowest; who lacks one of the values is in none; one name alone nests nothing."""
    assert members(("sex", "age"), total=False) == {
        "sex > age: m > 20 (A)": [0, 1, 0, 0],
        "sex > age: m > 30 (B)": [0, 0, 0, 0],
        "sex > age: m > 40 (C)": [0, 0, 0, 0],
        "sex > age: f > 20 (D)": [0, 0, 0, 0],
        "sex > age: f > 30 (E)": [1, 0, 0, 0],
        "sex > age: f > 40 (F)": [0, 0, 0, 0],
    }
    assert members(("sex",)) == members("sex")
    assert sum(map(sum, members(("sex", "age", "yes"), total=False).values())) == 2


def test_blocks_are_what_is_tested_against_each_other() -> None:
    """Categories of one column, the innermost within each outer category, and all booleans wherever they stand."""
    banner = read_banner(FRAME, ["boys", "sex", "girls", ("sex", "age")], total=True)
    blocks = [(block.name, block.places.tolist(), block.may_overlap, block.shared) for block in banner.blocks]
    assert blocks == [
        ("true-or-false columns", [1, 4], True, 1),
        ("sex", [2, 3], False, 0),
        ("age within sex", [5, 6, 7], False, 0),
        ("age within sex", [8, 9, 10], False, 0),
    ]


def test_missing_values_are_findings_with_row_and_column() -> None:
    """Each column of the frame says once who is missing there: the first row, how many more, and what becomes of them."""
    banner = read_banner(FRAME, ["sex", "girls", ("sex", "age")], total=True)
    assert [(found.code, found.severity, found.where, found.message) for found in banner.findings] == [
        ("missing-column-value", "warning", "row 'r2', column 'sex'", "no value: in no column of 'sex'"),
        ("missing-column-value", "warning", "row 'r2', column 'girls'", "no value: in no column of 'girls'"),
        ("missing-column-value", "warning", "row 'r2', column 'sex'", "no value: in no column of 'sex > age'"),
        ("missing-column-value", "warning", "row 'r4', column 'age'", "no value: in no column of 'sex > age'"),
    ]
    table = segment_table(FRAME, "segment", ["sex", "girls"])
    assert [found.where for found in table.findings] == ["row 'r2', column 'sex'", "row 'r2', column 'girls'"]
    assert "row 'r2', column 'sex': no value: in no column of 'sex'." in table.footnotes


def test_a_table_by_its_own_segments_is_the_identity() -> None:
    """Rows and columns may be the same column: every segment has all of its own."""
    assert segment_table(FRAME, "segment", "segment", total=False).wide().to_numpy().tolist() == [[1, 0], [0, 1]]


@pytest.mark.parametrize(
    ("columns", "named"),
    [
        ("height", "columns: the frame has no column 'height'"),
        (["sex", ["boys"]], "['boys'] is no name of a column"),
        ([("sex", 3)], "3 is no name of a column"),
        (b"sex", "columns: give the name of a column, or a list of names, not b'sex'"),
        ([("sex", "sex"), ("sex", "sex")], "two columns of the table would read 'sex > sex: m > m'"),
    ],
)
def test_what_is_no_column_is_refused(columns: Any, named: str) -> None:
    """The error names what was given."""
    with pytest.raises(InvalidInput) as refused:
        segment_table(FRAME, "segment", columns)
    assert named in str(refused.value)
