"""The laws of the Excel file of a quota design."""

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from segkit.errors import InvalidInput
from segkit.quotas.codes import child_codes
from segkit.quotas.design import QuotaDesign
from segkit.quotas.workbook import read_excel, write_excel

FIELDS = ("survey_title", "completes", "expected_ir")
DESIGN = (
    QuotaDesign(1000, frozenset(child_codes()), survey_title="=HYPERLINK(1)", expected_ir=12.5, live_url="http://a?b=[%%1%%]")
    .with_quota("@boys", child_codes("boy", (0, 3)), 400)
    .with_quota("-m", child_codes(months=(12, 13)), None, "months")
)
SHEET = pd.DataFrame({"gender": ["boy"], "age": [4], "count": [1]})
WRITABLE = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=30).filter(str.strip)
TRAPS = ["=1+1", "+x", "-y", "@z", "#N/A", " a ", "a\nb", "_x0041_", "x005F_", "007", "1e5", "TRUE", "2026-01-01", "NA", "'q"]


def _saved(tmp_path: Path, change: Callable[[openpyxl.Workbook], None]) -> Path:
    """Write a small sheet, change it as somebody would in a spreadsheet, and save it."""
    path = tmp_path / "sheet.xlsx"
    write_excel(path, SHEET, {"completes": 5})
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return path


def test_a_design_comes_back_from_its_file(tmp_path: Path) -> None:
    """Cells, counts, ids that look like formulas and the survey's fields are the same; None stays None."""
    DESIGN.to_excel(tmp_path / "design.xlsx")
    back = QuotaDesign.from_excel(tmp_path / "design.xlsx")
    assert back == DESIGN
    assert_frame_equal(back.to_frame(), DESIGN.to_frame())
    assert type(back.completes) is int


@given(st.lists(WRITABLE | st.sampled_from(TRAPS), min_size=1, max_size=5))
def test_every_text_comes_back_as_that_text(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    """Texts that look like formulas, errors, numbers, dates or escapes are texts in the file and when they are read."""
    path = tmp_path_factory.getbasetemp() / "texts.xlsx"
    write_excel(path, pd.DataFrame({"quota_id": texts, "gender": "boy"}), {"survey_title": texts[0]})
    frame, told, _ = read_excel(path, FIELDS)
    assert frame["quota_id"].tolist() == texts
    assert told == {"survey_title": texts[0]}
    cells = [cell for cell in openpyxl.load_workbook(path)["quotas"]["A"][1:] if str(cell.value)[0] in "=+-@"]
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in cells)


def test_the_sheet_can_be_read_by_people(tmp_path: Path) -> None:
    """Two sheets; the header stays in sight, is bold and can be filtered; no column is cut off or endless."""
    DESIGN.to_excel(tmp_path / "design.xlsx")
    book = openpyxl.load_workbook(tmp_path / "design.xlsx")
    assert book.sheetnames == ["quotas", "survey"]
    quotas = book["quotas"]
    assert [cell.value for cell in quotas[1]] == list(DESIGN.to_frame().columns)
    assert quotas.freeze_panes == "A2"
    assert all(cell.font.bold for cell in quotas[1])
    assert quotas.auto_filter.ref == quotas.dimensions
    assert all(6 <= quotas.column_dimensions[cell.column_letter].width <= 43 for cell in quotas[1][:-1])


def test_what_was_edited_is_read(tmp_path: Path) -> None:
    """Floats that are whole are int, blanks None, sheets in any case, columns without a heading not read, no survey no fields."""

    def edit(book: openpyxl.Workbook) -> None:
        del book["survey"]
        quotas = book["quotas"]
        quotas.title, quotas.title = "x", "Quotas"
        quotas["B2"], quotas["E1"], quotas["E2"], quotas["A4"], quotas["B4"] = 4.0, "note", " ", "girl", "5-6"
        quotas["F2"] = "a remark beside the table"

    frame, told, _ = read_excel(_saved(tmp_path, edit), FIELDS)
    assert told == {}
    assert frame.to_numpy().tolist() == [["boy", 4, 1, None], [None] * 4, ["girl", "5-6", None, None]]
    assert type(frame.loc[0, "age"]) is int


def test_numbers_of_the_survey_are_typed(tmp_path: Path) -> None:
    """Whole numbers are int, also completes that was typed as text; an empty value is None; blank rows are left out."""

    def edit(book: openpyxl.Workbook) -> None:
        book["survey"]["B2"] = "5"
        book["survey"].append([None, None])
        book["survey"].append(["expected_ir", 30.0])
        book["survey"].append(["survey_title", None])

    assert read_excel(_saved(tmp_path, edit), FIELDS)[1] == {"completes": 5, "expected_ir": 30, "survey_title": None}


@pytest.mark.parametrize(
    ("edit", "named"),
    [
        (lambda book: setattr(book["quotas"], "title", "cells"), r"sheet.xlsx has no sheet 'quotas'.*\['cells', 'survey'\]"),
        (lambda book: book["quotas"].delete_rows(1, 9), "no sheet 'quotas' with a header in row 1"),
        (lambda book: book["survey"].delete_cols(2), "sheet survey has no column 'value'"),
        (lambda book: book["survey"].append(["complets", 5]), "sheet survey, row 3, column field: 'complets' is no field"),
        (lambda book: book["survey"].append(["completes", 6]), "row 3, column field: 'completes' is there twice"),
        (
            lambda book: setattr(book["survey"]["B2"], "value", "many"),
            "sheet survey, row 2, column value: completes is 'many', no whole",
        ),
        (lambda book: setattr(book["quotas"]["C2"], "value", "=1+1"), "sheet quotas, cell C2 is a formula whose result"),
    ],
)
def test_what_is_not_as_it_must_be_is_named(tmp_path: Path, edit: Callable[[openpyxl.Workbook], None], named: str) -> None:
    """The error names the sheet and the column or the cell."""
    with pytest.raises(InvalidInput, match=named):
        read_excel(_saved(tmp_path, edit), FIELDS)


def test_a_row_that_cannot_be_used_is_named_as_in_the_sheet(tmp_path: Path) -> None:
    """The row of a finding is the row of the spreadsheet."""
    path = _saved(tmp_path, lambda book: book["quotas"].append(["boy", 99, 1]))
    with pytest.raises(InvalidInput, match="row 3, column age: no code means 99 years"):
        QuotaDesign.from_excel(path)


def test_a_file_that_is_none_is_an_error_that_names_it(tmp_path: Path) -> None:
    """No file, a text, and a zip of something else each give an error with the path."""
    with pytest.raises(FileNotFoundError, match=r"none\.xlsx"):
        read_excel(tmp_path / "none.xlsx", FIELDS)
    (tmp_path / "text.xlsx").write_text("gender,age\n")
    with ZipFile(tmp_path / "other.xlsx", "w") as other:
        other.writestr("a.txt", "a")
    for name in ("text.xlsx", "other.xlsx"):
        with pytest.raises(InvalidInput, match=rf"{name} cannot be read as an Excel file"):
            read_excel(tmp_path / name, FIELDS)


@given(st.data())
def test_a_damaged_file_is_refused_or_read(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Whatever happened to the bytes of a part, the file is read or refused with its name, never a surprise."""
    whole = io.BytesIO()
    path = tmp_path_factory.getbasetemp() / "damaged.xlsx"
    write_excel(path, SHEET, {"completes": 5})
    with ZipFile(path) as there, ZipFile(whole, "w") as damaged:
        victim = data.draw(st.sampled_from(there.namelist()))
        for name in there.namelist():
            content = there.read(name)
            if name == victim:
                start = data.draw(st.integers(0, len(content)))
                content = (
                    content[:start] + data.draw(st.binary(max_size=4)) + content[data.draw(st.integers(start, len(content))) :]
                )
            damaged.writestr(name, content)
    path.write_bytes(whole.getvalue())
    refused = ""
    try:
        read_excel(path, FIELDS)
    except InvalidInput as why:
        refused = str(why)
    assert not refused or "damaged.xlsx" in refused


@pytest.mark.parametrize("text", ["a\rb", "a\x00", "\ufffe", "x" * 32_768, "\ud800"])
def test_what_no_sheet_can_hold_is_refused_before_a_file_is_touched(tmp_path: Path, text: str) -> None:
    """A text that would not come back is an error that names sheet, row and column; the file that was there stays."""
    path = tmp_path / "sheet.xlsx"
    path.write_text("before")
    with pytest.raises(InvalidInput, match="sheet quotas, row 2, column quota_id"):
        write_excel(path, pd.DataFrame({"quota_id": [text]}), {})
    with pytest.raises(InvalidInput, match="sheet survey, row 2, column value"):
        write_excel(path, SHEET, {"survey_title": text})
    with pytest.raises(InvalidInput, match="neither text nor a number"):
        write_excel(path, SHEET, {"survey_title": [1]})
    assert path.read_text() == "before"


def test_without_openpyxl_the_error_says_what_to_install(tmp_path: Path) -> None:
    """Where openpyxl cannot be imported a frame is made all the same, and a file is an error with the command."""
    program = f"""
import sys
sys.modules["openpyxl"] = None
from segkit.errors import InvalidInput
from segkit.quotas.design import QuotaDesign
assert len(QuotaDesign().to_frame()) == 37
for act in (QuotaDesign().to_excel, QuotaDesign.from_excel):
    try:
        act({str(tmp_path / "sheet.xlsx")!r})
    except InvalidInput as why:
        print(why)
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines() == ['an Excel file needs openpyxl: pip install "segkit[excel]"'] * 2
    assert not list(tmp_path.iterdir())
