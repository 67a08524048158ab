"""The laws of a quota sheet laid onto a design: the sheet's cells and counts, and everything else as it was."""

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import surveys
from hypothesis import given, settings
from hypothesis import strategies as st

from segkit.errors import InvalidInput
from segkit.quotas.cells import EVERY_CODE
from segkit.quotas.codes import CODES, child_codes, mask
from segkit.quotas.design import QuotaDesign
from segkit.quotas.quota import Quota

UNITS = st.sampled_from(["years", "months"])
FAMILIES = st.frozensets(st.sampled_from(sorted(CODES)), min_size=1, max_size=30) | st.builds(
    lambda gender, age: frozenset(child_codes(gender, age)), st.sampled_from(["boy", "girl", None]), st.integers(0, 17)
)
WRITABLE = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=9).filter(str.strip)
OTHERS = st.dictionaries(st.sampled_from(surveys.ODD_KEYS), surveys.VALUES, max_size=2)
CRITERIA = st.lists(surveys.OTHER_CRITERIA, max_size=2)


@st.composite
def designs(draw: st.DrawFn) -> QuotaDesign:
    """Draw a design that a sheet can name: other criteria, unknown fields, made by hand or read from a document."""
    ids = draw(st.lists(WRITABLE | st.sampled_from(["=1+1", "007", " a", "quota 1"]), max_size=4, unique=True))
    counts = st.none() | st.integers(0, 2000)
    quotas = [Quota(name, draw(st.none() | FAMILIES), draw(counts), draw(UNITS), draw(CRITERIA), draw(OTHERS)) for name in ids]
    design = QuotaDesign(
        draw(st.none() | st.integers(0, 10**6)),
        draw(st.none() | FAMILIES),
        quotas,  # type: ignore[arg-type]
        survey_title=draw(st.none() | WRITABLE | st.sampled_from(["", " ", "5"])),
        expected_ir=draw(st.none() | st.integers(1, 100) | st.floats(1, 100)),
        qualification_unit=draw(st.none() | UNITS),
        criteria=draw(CRITERIA),
        others=draw(OTHERS),
    )
    return QuotaDesign.from_document(dict(reversed(design.payload().items()))) if draw(st.booleans()) else design


@settings(max_examples=60)  # each writes a workbook
@given(designs())
def test_a_sheet_that_nobody_edited_changes_nothing(tmp_path_factory: pytest.TempPathFactory, design: QuotaDesign) -> None:
    """Laid onto the design that it was written from, a sheet, as a file or as a frame, is that design, document and all."""
    path = tmp_path_factory.getbasetemp() / "overlay.xlsx"
    design.to_excel(path)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        for same in (QuotaDesign.from_excel(path, onto=design), QuotaDesign.from_frame(design.to_frame(), onto=design)):
            assert same == design
            assert json.dumps(same.payload()) == json.dumps(design.payload())
    assert printed.getvalue() == ""


@settings(max_examples=40)
@given(designs())
def test_what_no_sheet_holds_is_told(tmp_path_factory: pytest.TempPathFactory, design: QuotaDesign) -> None:
    """Without the design, ids, counts and families come back, and each part that does not was a finding with its path."""
    path = tmp_path_factory.getbasetemp() / "left_out.xlsx"
    found = design.to_excel(path)
    places = {"$.qualifications"} if design.criteria else set()
    for place, quota in enumerate(design.quotas):
        places |= {f"$.quotas[{place}].criteria"} if quota.criteria else set()
        places |= {f"$.quotas[{place}]"} if quota.others else set()
    assert {finding.where for finding in found if finding.where.startswith(("$.quota", "$.qual"))} == places
    assert len(found) == len(places) + len(design.others)
    assert found.codes <= {"not-in-sheet"}
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        back = QuotaDesign.from_excel(path)
    assert printed.getvalue().startswith("the sheet left out: " if found else "")
    assert bool(printed.getvalue()) == bool(found)
    told = [[(q.id, q.count, q.codes and mask(q.codes, q.unit)) for q in each.quotas] for each in (back, design)]
    assert told[0] == told[1]


READ: dict[str, Any] = {
    "x": {"y": 1},
    "quotas": [
        {
            "note": "n",
            "criteria": [
                {"qualification_code": 211, "condition_codes": ["111"]},
                {"odd": 1, "condition_codes": [141, 139], "qualification_code": 232, "child_age_unit": 311},
            ],
            "buyer_quota_id": "a",
            "required_count": 7,
        },
        {"buyer_quota_id": "b", "required_count": 8, "criteria": [{"qualification_code": 232, "condition_codes": ["167"]}]},
        {"buyer_quota_id": "c", "required_count": 9, "criteria": [{"qualification_code": 212, "condition_codes": ["1"]}]},
    ],
    "survey_title": "T",
    "completes_required": 24,
    "qualifications": [
        {"qualification_code": 211, "condition_codes": ["111"]},
        {"qualification_code": 232, "condition_codes": ["167", "139", "141", "140"]},
    ],
}


def test_a_sheet_is_edited_as_in_a_spreadsheet(tmp_path: Path) -> None:
    """Another count, another age, a quota more, a quota less, who may enter and a field: these change, and nothing else."""
    path = tmp_path / "quotas.xlsx"
    design = QuotaDesign.from_document(READ)
    found = design.to_excel(path)
    assert [(finding.where, finding.message) for finding in found] == [
        ("$.qualifications", "the survey asks for qualification 211 too"),
        ("$.x", "a field that the sheet has no row for"),
        ("$.quotas[0].criteria", "quota 'a' asks for qualification 211 too"),
        ("$.quotas[0]", "quota 'a' has note, odd"),
        ("$.quotas[2].criteria", "quota 'c' asks for qualification 212 too"),
    ]
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["quotas", "survey", "left out"]
    quotas = book["quotas"]
    names = [cell.value for cell in quotas[1]]
    for row in quotas.iter_rows(min_row=2):
        cells = dict(zip(names, row, strict=True))
        if cells["quota_id"].value == "a":
            cells["required_count"].value = 5
        if (cells["quota_id"].value, cells["age"].value) == ("a", 5):
            cells["age"].value, cells["codes"].value = 6, None
        if (cells["gender"].value, cells["age"].value) == ("boy", 6):
            cells["qualified"].value = True
        if cells["gender"].value == "girl" and cells["age"].value == 5:
            cells["quota_id"].value, cells["required_count"].value, cells["qualified"].value = "new", 3, True
        if cells["quota_id"].value == "b":
            gone = row[0].row
    quotas.delete_rows(gone)
    for field, value in book["survey"].iter_rows(min_row=2):
        value.value = {"survey_title": None, "completes": 20, "expected_ir": 30}.get(field.value)
    book.save(path)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        back = QuotaDesign.from_excel(path, onto=design)
    assert printed.getvalue() == "taken out, as the sheet has no row of it: quota 'b'\n"
    first, _, third = READ["quotas"]
    expected = {
        **READ,
        "quotas": [
            {**first, "criteria": [first["criteria"][0], {**first["criteria"][1], "condition_codes": ["139", "143"]}],
             "required_count": 5},
            third,
            {"buyer_quota_id": "new", "required_count": 3,
             "criteria": [{"qualification_code": 232, "child_age_unit": 311, "condition_codes": ["142"]}]},
        ],
        "completes_required": 20,
        "qualifications": [READ["qualifications"][0],
                           {"qualification_code": 232, "condition_codes": ["139", "140", "142", "143"]}],
        "expected_ir": 30,
    }  # fmt: skip
    assert json.dumps(back.payload()) == json.dumps(expected)


def test_a_frame_that_says_less_changes_less() -> None:
    """Without a column qualified the qualification stays; empty counts stay; completes and fields may be given beside it."""
    design = QuotaDesign.from_document(READ)
    frame = design.to_frame().drop(columns=["qualified", "codes"])
    frame["required_count"] = frame["required_count"].where(frame["quota_id"] != "a")
    assert QuotaDesign.from_frame(frame, onto=design) == design
    changed = QuotaDesign.from_frame(frame, onto=design, completes=5, survey_title="U")
    assert changed == design.replace(completes=5, survey_title="U")


def test_shares_are_shares_of_the_completes_of_the_design(capsys: pytest.CaptureFixture[str]) -> None:
    """Where no number of completes is given, that of the design counts; without one it is refused as without a design."""
    frame = QuotaDesign.from_document(READ).to_frame().dropna(subset="quota_id").drop(columns="required_count")
    frame["share"] = [0.25, 0.25, 0.25, 0.25]
    back = QuotaDesign.from_frame(frame, onto=QuotaDesign.from_document(READ))
    assert [quota.count for quota in back.quotas] == [12, 6, 6]
    assert "24 in all" in capsys.readouterr().out
    with pytest.raises(InvalidInput, match=r"onto is {'x': .*: give a design, such as read_survey"):
        QuotaDesign.from_frame(frame, onto=READ)  # type: ignore[arg-type] # a document
    with pytest.raises(InvalidInput, match="completes is None"):
        QuotaDesign.from_frame(frame, onto=QuotaDesign())


def test_codes_that_ask_for_the_same_are_not_rewritten() -> None:
    """A year and a month within it are one cell; laid onto the design they stay as they are written, and so does the unit."""
    design = QuotaDesign(5, frozenset({133, 168}), qualification_unit="years").with_quota("a", [133, 168], 5)
    design = design.with_quota("m", [141], 5, "months")
    assert QuotaDesign.from_frame(design.to_frame(), onto=design) == design
    assert QuotaDesign.from_frame(design.to_frame()).quotas[0].codes == {133}
    assert mask(QuotaDesign.from_frame(QuotaDesign(5).to_frame()).qualification or (), "years") == EVERY_CODE
    assert QuotaDesign.from_frame(QuotaDesign(5).to_frame(), onto=QuotaDesign(5)).qualification is None


def test_ids_that_no_row_can_name_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two quotas of one id, and a blank one, are errors in the findings; a sheet is laid onto neither of two; one id is fine."""
    twice = QuotaDesign(5, quotas=(Quota("a", frozenset({139}), 1), Quota("a", frozenset({140}), 1), Quota(" ", None, 1)))
    found = twice.to_excel(tmp_path / "twice.xlsx")
    assert [(each.where, each.severity) for each in found] == [
        ("$.quotas[1].buyer_quota_id", "error"),
        ("$.quotas[2].buyer_quota_id", "error"),
    ]
    one = QuotaDesign(5).with_quota("a", [139], 1)
    with pytest.raises(InvalidInput, match="several quotas have the id 'a': no sheet tells them apart"):
        QuotaDesign.from_frame(one.to_frame(), onto=twice)
    assert len(one.to_excel(tmp_path / "one.xlsx")) == 0
    assert openpyxl.load_workbook(tmp_path / "one.xlsx").sheetnames == ["quotas", "survey"]
    QuotaDesign.from_excel(tmp_path / "one.xlsx")
    assert capsys.readouterr().out == ""
