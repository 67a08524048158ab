"""The laws of the quota sheet as a frame."""

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit import frames
from segkit.errors import InvalidInput
from segkit.quotas import sheet
from segkit.quotas.cells import EVERY_CODE, GRID
from segkit.quotas.codes import CODES, Unit, child_codes, codes_of, mask
from segkit.quotas.design import QuotaDesign
from segkit.quotas.quota import Quota

AGES = [(gender, age) for gender in ("boy", "girl", None) for age in range(18)]
UNITS: st.SearchStrategy[Unit] = st.sampled_from(["years", "months"])
FAMILIES = st.one_of(
    st.frozensets(st.sampled_from(sorted(CODES)), min_size=1, max_size=30),
    st.lists(st.sampled_from(AGES), min_size=1).map(lambda told: frozenset(c for g, age in told for c in child_codes(g, age))),
)
IDS = st.text(min_size=1).filter(str.strip) | st.sampled_from(["=1+1", "NA", "nan", "None", "007", "b1", " b1"])


@st.composite
def designs(draw: st.DrawFn, qualification_units: st.SearchStrategy[Unit | None]) -> QuotaDesign:
    """Draw a design: quotas of any cells and units, also without codes or count, and a qualification or none."""
    ids = draw(st.lists(IDS, max_size=5, unique=True))
    counts = st.integers(0, 2000) | st.none()
    quotas = tuple(Quota(name, draw(FAMILIES | st.none()), draw(counts), draw(UNITS)) for name in ids)
    return QuotaDesign(1000, draw(st.none() | FAMILIES), quotas, qualification_unit=draw(qualification_units))


def _entry(codes: frozenset[int] | None, unit: Unit | None) -> int:
    return EVERY_CODE if codes is None else mask(codes, unit or "years")


def _families(quotas: tuple[Quota, ...]) -> list[tuple[str, int | None, int | None]]:
    return [(q.id, q.count, None if q.codes is None else mask(q.codes, q.unit)) for q in quotas]


@given(designs(st.sampled_from([None, "years"])))
def test_a_design_comes_back_from_its_frame(design: QuotaDesign) -> None:
    """What comes back has the same ids and counts in the same order, and asks for and admits the same families."""
    back = QuotaDesign.from_frame(design.to_frame(), completes=design.completes)
    assert _families(back.quotas) == _families(design.quotas)
    assert _entry(back.qualification, None) == _entry(design.qualification, design.qualification_unit)
    assert back.completes == design.completes


@given(designs(st.just("months")))
def test_a_qualification_in_months_is_told_with_its_unit(design: QuotaDesign) -> None:
    """Where codes would mean more under years, what the sheet tells says so."""
    told = sheet.parse(design.to_frame(), None)
    assert _entry(told.qualification, told.qualification_unit) == _entry(design.qualification, "months")
    assert (told.qualification_unit is None) == (mask(told.qualification, "years") == _entry(design.qualification, "months"))


@given(designs(UNITS))
def test_the_frame_is_the_contract(design: QuotaDesign) -> None:
    """All columns with their dtypes; every cell of the grid; a quota's rows in its order; 0 in no quota; whole cells admitted."""
    frame = design.to_frame()
    assert frame.dtypes.astype(str).to_dict() == frames.from_rows(frames.QUOTA_CELLS, []).dtypes.astype(str).to_dict()
    assert {cell.text for cell in GRID} <= set(frame["cell"])
    assert list(dict.fromkeys(frame["quota_id"].dropna())) == [quota.id for quota in design.quotas]
    loose = frame[frame["quota_id"].isna()]
    assert (loose["required_count"] == 0).all()
    assert not frame.duplicated(["quota_id", "gender", "age", "unit"]).any()
    admitted = _entry(design.qualification, design.qualification_unit)
    for row in frame.dropna(subset="gender").itertuples():
        bits = mask(map(int, row.codes.split()), "years" if pd.isna(row.unit) else row.unit)
        assert row.qualified == (bits & ~admitted == 0)


def test_the_sheet_of_a_small_design() -> None:
    """Quotas in their order, cells by age and the boy first, then what no quota asks for, admitted or not."""
    frame = QuotaDesign(10, frozenset({139, 140})).with_quota("b", [142, 139, 140], 5).with_quota("n", [167], None).to_frame()
    assert frame["cell"].head(5).tolist() == ["boy 4 years", "girl 4 years", "girl 5 years", "no children", "boy 0 years"]
    assert frame["codes"].head(5).tolist() == ["139", "140", "142", "167", "111 113 115 117 119 121 123 125 127 129 131"]
    assert frame["qualified"].head(5).tolist() == [True, True, False, False, False]
    assert frame["required_count"].head(5).tolist() == [5, 5, 5, pd.NA, 0]
    assert len(frame) == 37


def test_a_sheet_survives_csv() -> None:
    """A frame that was saved as text and read back, with floats and text where there were numbers, gives the same design."""
    design = QuotaDesign(10, frozenset(child_codes())).with_quota("b", child_codes("boy", (0, 3)), 5).with_quota("n", [167], 5)
    saved = design.to_frame().to_csv(index=False)
    for read in (pd.read_csv(io.StringIO(saved)), pd.read_csv(io.StringIO(saved), dtype=str)):
        assert _families(QuotaDesign.from_frame(read).quotas) == _families(design.quotas)


def _frame(**columns: Any) -> pd.DataFrame:
    return pd.DataFrame(columns)


def _quotas(frame: pd.DataFrame, completes: int | None = None) -> list[tuple[str, int | None]]:
    return [(name, count) for name, _, count, _ in sheet.parse(frame, completes).quotas]


@pytest.mark.parametrize(
    ("row", "codes"),
    [
        ({"gender": "Boys", "age": "4-6"}, {139, 141, 143}),
        ({"gender": " GIRL ", "age": 4.0}, {140}),
        ({"gender": "Male", "age": "4-6"}, {139, 141, 143}),
        ({"gender": "females", "age": 4}, {140}),
        ({"gender": "both", "age": np.int64(5)}, {141, 142}),
        ({"gender": "children", "age": "5 – 6"}, {141, 142, 143, 144}),
        ({"gender": "boy", "age": "0"}, set(range(111, 132, 2))),
        ({"gender": "boy", "age_from": 4.0, "age_to": "5"}, {139, 141}),
        ({"gender": "girl", "age": "10 to 12", "unit": "Month"}, {130, 132, 134}),
        ({"gender": "none", "age": None}, {167}),
        ({"gender": "No children", "age": np.nan}, {167}),
        ({"Gender": "boy", " Age From ": 4, "AGE_TO": 4}, {139}),
    ],
)
def test_a_cell_is_written_in_many_ways(row: dict[str, object], codes: set[int]) -> None:
    """Genders in any case and plural, ages as numbers, floats, texts, ranges or two columns, units in any case."""
    ((_, told, count, _),) = sheet.parse(_frame(**{name: [value] for name, value in row.items()}, count=[7]), None).quotas
    assert (told, count) == (codes, 7)


def test_male_and_female_are_read_in_silence_and_letters_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Words mean one thing; M and F, which another language has for others, are read and printed; other letters are refused."""
    assert _quotas(_frame(gender=["male", "FEMALE", "Boys"], age=[4, 4, 5], count=[1, 2, 3]))[1] == ("girls 4 years", 2)
    assert capsys.readouterr().out == ""
    assert _quotas(_frame(gender=["M", " f "], age=[4, 5], count=[1, 2])) == [("boys 4 years", 1), ("girls 5 years", 2)]
    assert capsys.readouterr().out == "column gender: M is read as boy, F is read as girl\n"
    assert _quotas(_frame(gender=["f", "boy"], age=[4, 5], count=[1, 2])) == [("girls 4 years", 1), ("boys 5 years", 2)]
    assert capsys.readouterr().out == "column gender: F is read as girl\n"
    with pytest.raises(InvalidInput, match="row 3, column gender: 'w' is no gender"):
        sheet.parse(_frame(gender=["m", "w"], age=[4, 5], count=[1, 2]), None)


def test_n_is_the_count_of_the_row(capsys: pytest.CaptureFixture[str]) -> None:
    """A column n, in any case, is what a column count is: the same quotas, the same findings."""
    frame = _frame(gender=["boy", "girl", "boy"], age=[4, 4, 5], quota_id=["b", "g", "b"], count=[1, 2, 3])
    for name in ("n", "N", " n "):
        assert sheet.parse(frame.rename(columns={"count": name}), None) == sheet.parse(frame, None)
    assert _quotas(_frame(gender=["boy"], age=["4-6"], N=[7])) == [("boys 4-6 years", 7)]
    assert capsys.readouterr().out == ""
    with pytest.raises(InvalidInput, match="count-missing at row 4, column n: it is empty"):
        sheet.parse(frame.assign(count=[1, 2, None]).rename(columns={"count": "n"}), None)
    with pytest.raises(InvalidInput, match="unreadable-count at row 2, column n: 'x' is no whole number"):
        sheet.parse(_frame(gender=["boy"], age=[4], n=["x"]), None)


def test_what_n_means_is_told_where_it_may_mean_something_else(capsys: pytest.CaptureFixture[str]) -> None:
    """The same number on each row of a quota may be the quota's own; beside another column of numbers n is often a base."""
    frame = _frame(gender=["boy", "boy", "none"], age=[4, 5, None], quota_id=["b", "b", "c"], n=[5, 5, 1])
    assert _quotas(frame) == [("b", 10), ("c", 1)]
    told = "column n is added: 2 rows of 5 are 10 completes of b; call it required_count if each row has those of the quota\n"
    assert capsys.readouterr().out == told
    assert _quotas(frame.rename(columns={"n": "required_count"})) == [("b", 5), ("c", 1)]
    assert _quotas(frame.rename(columns={"n": "count"})) == [("b", 10), ("c", 1)]
    assert _quotas(frame.assign(n=[5, 6, 1])) == [("b", 11), ("c", 1)]
    assert _quotas(frame.assign(count=[1, 2, 3], n=None)) == [("b", 3), ("c", 3)]
    assert capsys.readouterr().out == ""
    assert _quotas(frame.assign(count=[1, 2, 3])) == [("b", 3), ("c", 3)]
    assert capsys.readouterr().out == "column n is not read: the numbers are those of column count\n"


def test_rows_of_one_id_are_one_quota() -> None:
    """Their cells are joined and their counts added, in the order of their first rows."""
    frame = _frame(gender=["boy", "girl", "boy"], age=[4, 4, 5], quota_id=["b", "g", "b"], count=[1, 2, pd.NA])
    with pytest.raises(InvalidInput, match="row 4, column count: it is empty"):
        sheet.parse(frame, None)
    frame.loc[2, "count"] = 3
    told = sheet.parse(frame, None)
    assert told.quotas == [("b", frozenset({139, 141}), 4, "years"), ("g", frozenset({140}), 2, "years")]
    assert told.qualification == {139, 140, 141}


def test_without_ids_each_row_with_a_number_is_a_quota() -> None:
    """It is called as its cells are in words, also where its number is 0; a row without one only says what may enter."""
    frame = _frame(gender=["boys", "none", "girls"], age=["4-6", None, "4-6"], count=[10, 0, None], qualified=[True, None, "yes"])
    assert _quotas(frame) == [("boys 4-6 years", 10), ("no children", 0)]
    assert sheet.parse(frame, None).qualification == {139, 140, 141, 142, 143, 144, 167}


def test_rows_without_an_id_only_say_what_may_enter() -> None:
    """Where qualified is not said, the cells of quotas may enter and the others may not."""
    frame = _frame(gender=["boy", "boy"], age=[4, 5], quota_id=["a", None], required_count=[10, 0])
    assert sheet.parse(frame, None).qualification == {139}
    assert sheet.parse(frame.assign(qualified=[False, True]), None).qualification == {141}


def test_shares_become_counts_of_completes(capsys: pytest.CaptureFixture[str]) -> None:
    """Shares of one id are added first; percent and parts of one give the same; what was done is printed."""
    frame = _frame(gender=["boy", "girl", "boy"], age=[4, 4, 5], quota_id=["b", "g", "b"], share=[0.1, 0.7, 0.2])
    assert _quotas(frame, 5) == [("b", 2), ("g", 3)]
    assert capsys.readouterr().out == "shares turned into counts by largest remainder, 5 in all: b 0.3 -> 2; g 0.7 -> 3\n"
    assert _quotas(frame.assign(share=["10%", "70 %", 20]), 5) == [("b", 2), ("g", 3)]
    with pytest.raises(InvalidInput, match=r"add up to 0\.9;"):
        sheet.parse(frame.assign(share=0.3), 5)


def test_pandas_own_types_are_read() -> None:
    """Categoricals with values that are nowhere, pandas' NA, nullable and numpy numbers give what plain values give."""
    frame = _frame(
        gender=pd.Categorical(["boy", "none"], categories=["girl", "boy", "none", "other"]),
        age=pd.array([4, pd.NA], dtype="Int8"),
        unit=pd.Categorical([None, None], categories=["years"]),
        quota_id=pd.array(["a", "b"], dtype="string"),
        required_count=np.array([10.0, np.nan]),
        qualified=pd.array([True, pd.NA], dtype="boolean"),
    )
    assert _quotas(frame) == [("a", 10), ("b", None)]


def test_blank_rows_are_left_out_and_counted() -> None:
    """A blank row says nothing, and the rows below it keep their numbers."""
    frame = _frame(gender=["boy", None, "boy"], age=[4, " ", 99], count=[1, None, 2])
    with pytest.raises(InvalidInput) as caught:
        sheet.parse(frame, None)
    assert [finding.where for finding in caught.value.findings] == ["row 4, column age"]


FAULTS: list[tuple[str, str, dict[str, object]]] = [
    ("unknown-gender", "gender", {"gender": "boyz"}),
    ("unknown-gender", "gender", {"gender": 3}),
    ("gender-missing", "gender", {"gender": None}),
    ("gender-missing", "gender", {"gender": None, "age": None, "quota_id": None, "required_count": 0}),
    ("age-missing", "age", {"age": None}),
    ("age-out-of-range", "age", {"age": 18}),
    ("age-out-of-range", "age", {"age": 0, "unit": "months"}),
    ("age-reversed", "age", {"age": "6-4"}),
    ("unreadable-age", "age", {"age": "four"}),
    ("unreadable-age", "age", {"age": 4.5}),
    ("unreadable-age", "age", {"age": True}),
    ("unreadable-age", "age", {"age": pd.Timestamp("2026-06-04")}),
    ("unreadable-age", "age", {"age_from": 4, "age_to": 5}),
    ("unreadable-age", "age_from", {"age": None, "age_from": 4}),
    ("unreadable-age", "age_to", {"age": None, "age_from": 4, "age_to": "5-6"}),
    ("age-of-none", "age", {"gender": "none"}),
    ("unknown-unit", "unit", {"unit": "weeks"}),
    ("unreadable-codes", "codes", {"codes": "139-141"}),
    ("unreadable-codes", "codes", {"codes": "boys"}),
    ("unreadable-codes", "codes", {"codes": 139.5}),
    ("codes-differ", "codes", {"codes": 141}),
    ("codes-differ", "codes", {"codes": "139 140"}),
    ("codes-differ", "codes", {"codes": "139 300"}),
    ("codes-differ", "codes", {"codes": "167"}),
    ("codes-differ", "codes", {"gender": None, "age": None, "codes": "139"}),
    ("codes-differ", "codes", {"age": 1, "unit": "months", "codes": "133"}),
    ("unreadable-count", "required_count", {"required_count": -1}),
    ("unreadable-count", "required_count", {"required_count": "n/a"}),
    ("unreadable-count", "required_count", {"required_count": "1.000"}),
    ("unreadable-count", "required_count", {"required_count": 2.5}),
    ("unreadable-count", "required_count", {"required_count": "1e999999999"}),
    ("unreadable-count", "required_count", {"required_count": float("inf")}),
    ("unreadable-count", "required_count", {"required_count": 2**63}),
    ("unreadable-qualified", "qualified", {"qualified": "perhaps"}),
    ("unreadable-qualified", "qualified", {"qualified": 2}),
    ("row-of-no-quota", "quota_id", {"quota_id": None}),
    ("counts-differ", "required_count", {"quota_id": "first"}),
    ("counts-differ", "required_count", {"quota_id": "first", "required_count": None}),
    ("cells-differ", "gender", {"quota_id": "first", "required_count": 1, "gender": None, "age": None}),
    ("qualified-differs", "qualified", {"age": "3-5", "qualified": False}),
]


@pytest.mark.parametrize(("code", "column", "change"), FAULTS)
def test_every_row_that_cannot_be_used_is_a_finding(code: str, column: str, change: dict[str, object]) -> None:
    """The finding has a stable code, the row as in the sheet, the column, and a fix; a row beside it is not blamed."""
    good = {"gender": "boy", "age": 4, "age_from": None, "age_to": None, "unit": None, "quota_id": "first", "required_count": 1}
    rows = [{**good, "qualified": True}, {**good, "qualified": True, "quota_id": "second", "required_count": 9, **change}]
    with pytest.raises(InvalidInput) as caught:
        sheet.parse(pd.DataFrame(rows, dtype=object), None)
    ((found),) = caught.value.findings
    assert (found.code, found.severity, found.where) == (code, "error", f"row 3, column {column}")
    assert found.message
    assert found.fix


@given(designs(st.just("years")))
def test_codes_that_say_the_same_are_no_finding(design: QuotaDesign) -> None:
    """The column that a sheet writes agrees with its cells, also with commas, as numbers, and expanded as the server does."""
    frame = design.to_frame()
    expected = _families(QuotaDesign.from_frame(frame).quotas)
    commas = frame.assign(codes=frame["codes"].str.replace(" ", ", "))
    numbers = frame.assign(codes=[int(c) if isinstance(c, str) and c.isdigit() else c for c in frame["codes"].astype(object)])
    expanded = frame.assign(codes=[_expanded(*row) for row in frame[["codes", "unit"]].itertuples(index=False)])
    for same in (commas, numbers, expanded, frame.assign(codes=None), frame.drop(columns="codes")):
        assert _families(QuotaDesign.from_frame(same).quotas) == expected


def _expanded(codes: object, unit: object) -> str | None:
    if not isinstance(codes, str):
        return None
    bits = mask(map(int, codes.split()), "months" if unit == "months" else "years")
    return " ".join(map(str, codes_of(bits)))


def test_codes_that_say_something_else_name_the_row_and_both() -> None:
    """Who edits the age of a row and not its codes, or its codes alone, is told what each of them says."""
    frame = QuotaDesign().with_quota("b", child_codes("boy", (0, 4)), 5).to_frame()
    frame.loc[4, "age"] = 5
    frame.loc[0, "codes"] = "111 113"
    with pytest.raises(InvalidInput) as caught:
        QuotaDesign.from_frame(frame.head(5))
    ages = "111 113 115 117 119 121 123 125 127 129 131"
    assert [(found.code, found.where, found.message) for found in caught.value.findings] == [
        ("codes-differ", f"row {row}, column codes", f"gender, age and unit say {cells}; codes say {codes}")
        for row, cells, codes in [
            (2, f"boys 0 years ({ages})", "boys 1-2 months (111 113)"),
            (6, "boys 5 years (141)", "boys 4 years (139)"),
        ]
    ]


@pytest.mark.parametrize(
    ("given", "message", "fix"),
    [
        ("forty", "'forty' is no whole number of completes", "in digits alone; leave the field empty"),
        ("400 completes", "'400 completes' is no whole number", "in digits alone"),
        ("1,000", "'1,000' is no whole number", "Write 1000 if that is meant"),
        ("1.000", "'1.000' is no whole number", "Write 1000 if that is meant"),
        ("12 000", "'12 000' is no whole number", "Write 12000 if that is meant"),
        (2.5, "2.5 is no whole number", "Give a whole number, 0 or more."),
        (pd.Timestamp("2026-06-04"), "Timestamp('2026-06-04 00:00:00') is no", "Give a whole number"),
        ("nobody knows how many of them there will be", "'nobody knows how many of them there...' is no", "in digits alone"),
    ],
)
def test_a_count_that_is_none_is_shown_whole_with_its_fix(given: object, message: str, fix: str) -> None:
    """What is written is quoted, cut with dots where it is long; the fix says what to write; 5.0, as a CSV has it, is a count."""
    with pytest.raises(InvalidInput) as caught:
        sheet.parse(_frame(gender=["boy"], age=[4], count=[given]), None)
    ((found),) = caught.value.findings
    assert found.where == "row 2, column count"
    assert found.message.startswith(message)
    assert fix in found.fix
    assert _quotas(_frame(gender=["boy"], age=[4], count=["5.0"])) == [("boys 4 years", 5)]


def test_all_rows_are_told_of_at_once() -> None:
    """One error holds what is wrong with each row and with each column of it."""
    with pytest.raises(InvalidInput) as caught:
        sheet.parse(_frame(gender=["boyz", "girl", "none"], age=[4, "x", 3], count=["many", 1, 1]), None)
    assert [finding.where for finding in caught.value.findings] == [
        "row 2, column gender",
        "row 2, column count",
        "row 3, column age",
        "row 4, column age",
    ]


@pytest.mark.parametrize(
    ("frame", "named"),
    [
        (lambda: _frame(age=[4], count=[1]), "no column 'gender'"),
        (lambda: _frame(gender=["boy"], age_from=[4], count=[1]), "no column 'age', nor 'age_from' and 'age_to'"),
        (lambda: _frame(gender=["boy"], age=[4]), "it has none of them"),
        (lambda: _frame(gender=["boy"], age=[4], count=[1], share=[1]), "it has count and share"),
        (lambda: _frame(gender=["boy"], Gender=["boy"], age=[4], count=[1]), "'gender' is there twice"),
        (lambda: _frame(gender=[], age=[], count=[]), "no rows"),
        (
            lambda: _frame(gender=["boy", "boys"], age=[4, "4"], count=[1, 2]),
            "row 3, column gender: boys 4 years are the row 2 too",
        ),
        (lambda: _frame(gender=["boy"], age=[4], count=[None]), "row 2, column count: it is empty"),
        (lambda: _frame(gender=["boy"], age=[4], quota_id=["a"], share=[None]), "row 2, column share: it is empty"),
        (lambda: _frame(gender=["boy"], age=[4], share=["-0.5"]), "row 2, column share: '-0.5' is no share"),
        (lambda: _frame(gender=[None], age=[None], count=[5]), "row 2, column gender: 5 and no quota"),
    ],
)
def test_a_sheet_that_is_none_is_refused(frame: Callable[[], pd.DataFrame], named: str) -> None:
    """A column that is missing, there twice or one too many is an error that names it."""
    with pytest.raises(InvalidInput, match=named):
        sheet.parse(frame(), 10)


@pytest.mark.parametrize(
    ("design", "named"),
    [
        (QuotaDesign(quotas=(Quota("a", frozenset({300}), 1),)), "code 300"),
        (QuotaDesign(qualification=frozenset({110})), "code 110"),
        (QuotaDesign(quotas=(Quota("a", frozenset(), 1),)), "'a' has an empty list of codes"),
        (QuotaDesign(quotas=(Quota("a", frozenset({141}), 2**63),)), "'a' has a count of more digits"),
    ],
)
def test_what_no_cell_can_say_is_refused(design: QuotaDesign, named: str) -> None:
    """Codes that do not exist, and a list of none, have no row in a sheet: an error, not a changed design."""
    with pytest.raises(InvalidInput, match=named):
        design.to_frame()


def test_a_quota_of_other_criteria_names_no_cell() -> None:
    """It is one row without a cell and comes back without codes; where nothing else is said, anybody may enter."""
    frame = QuotaDesign(5, None, (Quota("x", None, 5),)).to_frame()
    assert frame.loc[0, ["quota_id", "cell"]].tolist() == ["x", "any family"]
    assert frame.loc[0, ["gender", "age", "unit", "codes"]].isna().all()
    told = sheet.parse(frame.drop(columns="qualified").head(1), None)
    assert told.quotas == [("x", None, 5, "years")]
    assert mask(told.qualification, "years") == EVERY_CODE


@pytest.mark.parametrize("frame", [5, None, "quotas.xlsx", [{"gender": "boy"}], {"gender": ["boy"]}])
def test_what_is_no_frame_is_refused(frame: Any) -> None:
    """Numbers, names of files, lists and mappings are refused with what to give."""
    with pytest.raises(InvalidInput, match="give a frame with one row a cell"):
        QuotaDesign.from_frame(frame)
