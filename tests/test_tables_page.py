"""The laws of what is shown of a segment table: its page, its words, its Excel file."""

from __future__ import annotations

import html
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_frames_markup import ATTRIBUTES, HOSTILE, TAGS, Seen

from segkit.errors import InvalidInput
from segkit.tables.segment_table import SegmentTable, segment_table

if TYPE_CHECKING:
    from pathlib import Path

TRAPS = ["=1+1", "+x", "-y", "@z", "#N/A", " a ", "a\nb", "007", "1e5", "TRUE", "2026-01-01", '=HYPERLINK("http://a")', HOSTILE]
NAMES = st.lists(
    st.sampled_from(TRAPS) | st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1),
    min_size=6,
    max_size=6,
    unique=True,
)


def named(names: list[str], *, n: int = 40, **asked: Any) -> SegmentTable:
    """Return a weighted table whose segments, columns, weights and benchmark bear these names."""
    rows, banner, flag, weight, segment, other = names
    frame = pd.DataFrame(
        {
            rows: pd.Categorical([segment, other] * n, [segment, other, "nobody"]),
            banner: pd.Categorical([other] * 30 + [segment] * (2 * n - 30)),
            flag: [True, False] * n,
            weight: [1.0, 2.5] * n,
        }
    )
    frame.loc[frame.index[3], [rows, banner]] = None
    frame.attrs["segkit"] = {"provenance": "synthetic"}
    return segment_table(frame, rows, [banner, flag], weight, benchmark={segment: 0.25, other: 0.75}, **asked)


def cells(path: Path) -> dict[str, list[list[Any]]]:
    """Return the values of every sheet."""
    book = openpyxl.load_workbook(path)
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}


PLAIN = ["segment", "age", "boys", "weight", "rich", "poor"]


@given(NAMES)
def test_no_name_becomes_an_element(names: list[str]) -> None:
    """Whatever columns and segments are called, the page has only what JupyterLab keeps, and every text reads as it was."""
    page = named(names)._repr_html_()
    seen = Seen(page)
    assert set(seen.tags) <= TAGS
    assert seen.attributes <= ATTRIBUTES
    assert not seen.others
    assert page.count("<") == page.count(">")
    rows, banner, flag, _, segment, other = (name.replace("\r", "\n") for name in names)
    for text in (f"{banner}: {segment} (", f"{banner}: {other} (", f"{flag} (", segment, other, rows):
        assert any(text in cell for cell in seen.cells)


def test_every_table_is_a_table_to_a_screen_reader() -> None:
    """Each of them has a caption, and each of its headers says what it heads; the marks stand in the headings."""
    page = named(PLAIN)._repr_html_()
    seen = Seen(page)
    assert seen.tags.count("caption") == seen.tags.count("table") == 4
    assert page.count('scope="col"') + page.count('scope="row"') == seen.tags.count("th")
    assert seen.cells[:5] == ["segment", "Total *", "age: poor (A) **", "age: rich (B) *", "boys (C) *"]
    assert [cell for cell in seen.cells if cell.startswith("base")] == ["base (respondents)", "base, weighted", "base, effective"]


def test_the_page_shows_the_figures_rounded() -> None:
    """Shares, letters, index, intervals and respondents stand where the frame has them; where there is no base stands a dash."""
    frame = pd.DataFrame(
        {
            "segment": pd.Categorical(["a"] * 60 + ["b"] * 140 + ["a"] * 140 + ["b"] * 60),
            "sex": pd.Categorical(["f"] * 200 + ["m"] * 200, ["f", "m", "x"]),
        }
    )
    page = segment_table(frame, "segment", "sex", benchmark={"a": 0.4})._repr_html_()
    seen = [cell for table in re.findall("<table.*?</table>", page) for cell in Seen(table).cells]
    wanted = [
        *["segment", "Total", "sex: f (A)", "sex: m (B)", "sex: x (C) **"],
        *["base (respondents)", "400", "200", "200", "0"],
        *["a", "50.0%", "30.0%", "70.0% A", "–"],
        *["b", "50.0%", "70.0% B", "30.0%", "–"],
        *["segment", "Total", "sex: f (A)", "sex: m (B)", "sex: x (C) **"],
        *["a", "125", "75", "175", "–"],
        *["b", "–", "–", "–", "–"],
        *["segment", "Total", "sex: f (A)", "sex: m (B)", "sex: x (C) **"],
        *["a", "45.1% to 54.9%", "24.1% to 36.7%", "63.3% to 75.9%", "–"],
        *["b", "45.1% to 54.9%", "63.3% to 75.9%", "24.1% to 36.7%", "–"],
        *["segment", "Total", "sex: f (A)", "sex: m (B)", "sex: x (C) **"],
        *["a", "200", "60", "140", "0"],
        *["b", "200", "140", "60", "0"],
    ]
    assert seen == wanted


@settings(max_examples=25)
@given(NAMES)
def test_every_figure_and_every_name_comes_back_from_the_file(tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> None:
    """Sheet cells is the frame to 16 digits; texts that look like formulas, numbers or dates are texts; there is no formula."""
    path = tmp_path_factory.getbasetemp() / "table.xlsx"
    table = named(names)
    table.to_excel(path)
    header, *body = cells(path)["cells"]
    frame = table.to_frame()
    assert header == list(frame.columns)
    for line, row in zip(body, frame.itertuples(index=False), strict=True):
        wanted = [None if pd.isna(value) or value == "" else value for value in row]
        assert line == [pytest.approx(value, rel=1e-15) if isinstance(value, float) else value for value in wanted]
    for sheet in openpyxl.load_workbook(path):
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            assert cell.data_type in {"s", "n"}
            assert cell.data_type == ("s" if isinstance(cell.value, str) else "n")
            assert cell.quotePrefix == str(cell.value).startswith(("=", "+", "-", "@")) or cell.data_type == "n"


def test_the_sheet_can_be_read_by_people(tmp_path: Path) -> None:
    """Sheet table has the heading, the bases, then shares as percentages with their letters and index beside them."""
    path = tmp_path / "table.xlsx"
    table = named(PLAIN, n=500, confidence=0.5)
    table.to_excel(path)
    told = cells(path)
    assert list(told) == ["table", "cells", "notes"]
    header, n, weighted, effective, rich, poor, nobody, empty, label = told["table"]
    columns = [
        f"{name}{mark}"
        for name, mark in zip(["Total", "age: poor (A)", "age: rich (B)", "boys (C)"], ["", " **", "", ""], strict=True)
    ]
    assert header == ["segment", *(cell for name in columns for cell in (name, "letters", "index"))]
    assert [line[0] for line in (n, weighted, effective, rich, poor, nobody)] == [
        *["base (respondents)", "base, weighted", "base, effective"],
        *["rich", "poor", "nobody"],
    ]
    wide = {value: table.wide(value) for value in ("base_n", "base_effective", "share", "benchmark_index", "letters")}
    assert n[1::3] == wide["base_n"].iloc[0].tolist()
    assert effective[1::3] == pytest.approx(wide["base_effective"].iloc[0].tolist())
    assert rich[1::3] == pytest.approx(wide["share"].iloc[0].tolist())
    assert rich[3::3] == pytest.approx(wide["benchmark_index"].iloc[0].tolist())
    assert [cell or "" for cell in rich[2::3]] == wide["letters"].iloc[0].tolist()
    assert not any(empty)
    assert label[0] == "Provenance: synthetic."
    assert told["notes"] == [["note"], ["Provenance: synthetic."], *([note] for note in table.footnotes)]
    sheet = openpyxl.load_workbook(path)["table"]
    assert [sheet.cell(line, 2).number_format for line in (2, 3, 5)] == ["#,##0", "#,##0.0", "0.0%"]
    assert all(cell.font.bold for cell in sheet[1])
    assert not sheet["B2"].font.bold
    assert sheet.freeze_panes == "B2"


def test_the_tables_of_several_rows_stand_below_each_other(tmp_path: Path) -> None:
    """Each has its own heading, in bold, after an empty line; the label is below the last."""
    frame = pd.DataFrame({"a": pd.Categorical(["x", "y"]), "b": pd.Categorical(["u", "u"])})
    segment_table(frame, ["a", "b"]).to_excel(tmp_path / "table.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "table.xlsx")["table"]
    first = [row[0].value for row in sheet.iter_rows()]
    assert first == [
        "a",
        "base (respondents)",
        "x",
        "y",
        None,
        "b",
        "base (respondents)",
        "u",
        None,
        "Provenance: provenance not stated.",
    ]
    assert [bool(row[0].font.bold) for row in sheet.iter_rows()][:8] == [True, False, False, False, False, True, False, False]


@pytest.mark.parametrize("text", ["a\rb", "a\x00", "\ufffe", "\ud800", "x" * 32_768])
def test_what_no_sheet_can_hold_is_refused_before_a_file_is_touched(tmp_path: Path, text: str) -> None:
    """The error names sheet and cell; the file that was there stays."""
    path = tmp_path / "table.xlsx"
    path.write_text("before")
    table = segment_table(pd.DataFrame({"segment": pd.Categorical(["a"], [text, "a"])}), "segment")
    with pytest.raises(InvalidInput, match="sheet table, cell A3: "):
        table.to_excel(path)
    assert path.read_text() == "before"


def test_without_openpyxl_the_error_says_what_to_install(tmp_path: Path) -> None:
    """Where openpyxl cannot be imported a table is made all the same, and its file is an error with the command."""
    program = f"""
import sys
sys.modules["openpyxl"] = None
import pandas as pd
import segkit as sk
table = sk.segment_table(pd.DataFrame({{"segment": pd.Categorical(["a"])}}), rows="segment")
assert len(table.to_frame()) == 1
try:
    table.to_excel({str(tmp_path / "table.xlsx")!r})
except sk.errors.InvalidInput as why:
    print(why)
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines() == ['an Excel file needs openpyxl: pip install "segkit[excel]"']
    assert not list(tmp_path.iterdir())


@given(NAMES)
def test_a_repr_is_one_line_with_its_label(names: list[str]) -> None:
    """Whatever the names hold, the repr is one line that ends with where the segments are from."""
    told = repr(named(names))
    assert len(told.splitlines()) == 1
    assert re.fullmatch(r"<SegmentTable .*: 3 segments, 4 columns, 80 respondents; synthetic>", told)


def test_a_footnote_is_escaped() -> None:
    """The names that stand in notes are text there too."""
    page = named([HOSTILE, *PLAIN[1:3], HOSTILE + "w", *PLAIN[4:]])._repr_html_()
    assert html.escape(f"Weighted by {HOSTILE}w") in page
    assert "<script" not in page
