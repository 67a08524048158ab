"""The laws of the respondent frame: found columns, checked answers, faults with their place, distinct profiles."""

import time
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import bodies
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit.errors import InvalidInput
from segkit.sel.answers import check_answer
from segkit.sel.question import Answer, Question
from segkit.sel.respondents import REFUSED, UNANSWERED, Respondents, check_respondents

AB = (Answer(111, "A", "Eh"), Answer(112, "B", "Bee"))
USQ1 = Question(3911, "singlepunch", description="USQ1", answers=AB)
USQ2 = Question(3912, "singlepunch", description="USQ2 ", answers=AB)
CARS = Question(4051, "input", description="MXQ3", placeholder="0-99")
PETS = Question(5, "multipunch", description="PETS", answers=AB)


def one(values: Any, question: Question = USQ1, **frame: Any) -> Respondents:
    """Check a frame of one column."""
    return check_respondents(pd.DataFrame({question.name: values}, **frame), [question])


def held(checked: Respondents) -> list[Any]:
    """Return the normalised answer of each row, None where there is none."""
    return [checked.answered(row)[0][1] if checked.answered(row) else None for row in range(checked.n)]


def codes(error: pytest.ExceptionInfo[InvalidInput]) -> list[str]:
    """Return the codes of the findings of an error, in order."""
    return [finding.code for finding in error.value.findings]


COLUMNS = {
    "ids": [111, 112, 111],
    "Int64": pd.array([111, 112, 111], dtype="Int64"),
    "int8": np.array([111, 112, 111], dtype=np.int8),
    "floats": [111.0, 112.0, 111.0],
    "texts": ["A", "B", "A"],
    "English": ["eh", "bee", "EH"],
    "id texts": ["111", " 112", "111"],
    "categories": pd.Categorical(["A", "B", "A"]),
    "number categories": pd.Categorical([111, 112, 111], categories=[112, 999, 111]),
    "objects": pd.array(["A", 112, 111.0], dtype=object),
    "decimals": pd.array([Decimal(111), Decimal(112), "A"], dtype=object),
    "lists": pd.Series([[111], [112], ["A"]]),
    "arrays": pd.Series([np.array([111]), np.array(["B"]), np.array([111])]),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_codes_and_texts_are_read_in_every_dtype(name: str) -> None:
    """Answer ids and texts mean the same in integer, float, str, categorical and object columns."""
    checked = one(COLUMNS[name])
    assert held(checked) == [111, 112, 111]
    assert checked.findings.ok
    assert checked.errors.tolist() == [None] * 3
    assert set(map(type, checked.columns[0].given)) == {int}


GAPS = {
    "float": [111, np.nan],
    "Int64": pd.array([111, None], dtype="Int64"),
    "str": pd.array(["A", None], dtype="str"),
    "category": pd.Categorical(["A", None]),
    "object": pd.array([111, pd.NA], dtype=object),
    "objects with NaN": pd.array(["A", np.nan], dtype=object),
    "empty list": pd.Series([[111], []]),
    "empty array": pd.Series([np.array([111]), np.array([])]),
}


@pytest.mark.parametrize("name", GAPS)
def test_missing_values_are_unanswered_in_every_dtype(name: str) -> None:
    """A missing cell is unanswered, and its row says so."""
    checked = one(GAPS[name])
    assert held(checked) == [111, None]
    assert checked.columns[0].codes.tolist() == [0, UNANSWERED]
    assert checked.errors.tolist() == [None, "USQ1 is unanswered"]
    assert [(f.code, f.where) for f in checked.findings] == [("unanswered", "row 1, column 'USQ1'")]


def test_one_true_and_one_point_nought_stay_apart() -> None:
    """In one object column 1 and 1.0 are numbers, True is none, and "1" is a text of digits."""
    checked = one(pd.array([1, True, 1.0, np.True_, "1", np.int64(1), Decimal(1), None, 1.5, "True"], dtype=object), CARS)
    assert held(checked) == [1, None, 1, None, 1, 1, 1, None, None, None]
    assert checked.columns[0].given == (1,)
    assert checked.columns[0].codes.tolist() == [0, REFUSED, 0, REFUSED, 0, 0, 0, UNANSWERED, REFUSED, REFUSED]


def test_a_text_is_told_from_what_is_written_alike() -> None:
    """The text "True" may be an answer; the truth value True beside it in the column is none."""
    question = Question(7, "singlepunch", answers=(Answer(111, "True"), Answer(112, "[1]")))
    assert held(one(pd.array([True, "True", [1], "[1]"], dtype=object), question)) == [None, 111, None, 112]


@pytest.mark.parametrize("values", [[True, False], pd.array([True, None], dtype="boolean"), pd.array([True, 1.5], dtype=object)])
def test_a_column_of_truth_values_is_no_answer(values: Any) -> None:
    """Truth values are refused in every dtype, never read as 1 and 0."""
    assert "open-ended-value" in one(values, CARS).findings.codes
    assert held(one(values, CARS)) == [None, None]


def test_cells_that_are_nothing_known_are_refused() -> None:
    """Dictionaries, sets and nested lists in a cell are refused as any other value, never an error of ours."""
    cells = pd.Series([{"id": 111}, {111, 112}, [[111]], b"A", object, pd.Timestamp("2025-12-19")])
    checked = one(cells)
    assert held(checked) == [None] * 6
    assert [f.code for f in checked.findings].count("only-one-answer") == 1
    assert checked.findings.codes == {"unknown-answer", "only-one-answer"}


def test_a_multi_punch_column_holds_sets_of_answers() -> None:
    """Lists, tuples, sets and arrays of one multi punch are one answer, whatever their order."""
    cells = pd.Series([[112, "A"], ("A", "B"), {111, 112}, np.array([112, 111]), "B", []])
    checked = one(cells, PETS)
    assert held(checked) == [(111, 112)] * 4 + [(112,), None]
    assert checked.columns[0].given == ((111, 112), (112,))


def test_findings_name_the_row_label_and_the_column() -> None:
    """Each refused value is found once, with the label of its first row, how many more there are, and its column."""
    frame = pd.DataFrame({"Q 1": ["A", "x", "x", "y", None, None]}, index=["r1", "r2", "r3", "r4", "r5", "r6"])
    checked = check_respondents(frame, [USQ1], {"Q 1": "USQ1"})
    assert [(f.code, f.where) for f in checked.findings] == [
        ("unanswered", "row 'r5' and 1 more rows, column 'Q 1'"),
        ("unknown-answer", "row 'r2' and 1 more rows, column 'Q 1'"),
        ("unknown-answer", "row 'r4', column 'Q 1'"),
    ]
    assert checked.errors.tolist() == [
        None,
        *["USQ1: 'x' is not an answer of USQ1"] * 2,
        "USQ1: 'y' is not an answer of USQ1",
        *["USQ1 is unanswered"] * 2,
    ]


def test_numbers_are_named_as_they_are_written() -> None:
    """Labels and values of numpy are written as plain numbers, and the vendor's words have the value beside them."""
    frame = pd.DataFrame({"MXQ3": [5.0, 1.5]}, index=np.array([10, 20]))
    finding = check_respondents(frame, [CARS]).findings[0]
    assert (finding.where, finding.message) == ("row 20, column 'MXQ3'", "Error on regex open ended (got 1.5)")


def test_a_row_says_all_that_is_wrong_with_it() -> None:
    """The error of a row joins the faults of its columns, in the order of the questions."""
    frame = pd.DataFrame({"USQ1": ["x", "A"], "MXQ3": [None, 5], "USQ2": ["A", "A"]})
    checked = check_respondents(frame, [USQ1, USQ2, CARS])
    assert checked.errors.tolist() == ["USQ1: 'x' is not an answer of USQ1; MXQ3 is unanswered", None]
    assert checked.answered(1) == [(USQ1, 111), (USQ2, 111), (CARS, 5)]
    assert checked.answered(0) == [(USQ2, 111)]


@pytest.mark.parametrize(
    ("labels", "columns"),
    [
        (["USQ1", "USQ2"], None),
        (["3911", "USQ2"], None),
        ([3911, 3912], None),
        ([" USQ1 ", "USQ2"], None),
        (["Q12", "USQ2"], {"Q12": "USQ1"}),
        (["Q12", "Q13"], {"Q12": "3911", "Q13": "USQ2"}),
        ([12, 13], {12: "USQ1", "13": "USQ2"}),
        (["USQ2", "USQ1"], {"USQ2": "USQ1", "USQ1": "USQ2"}),
    ],
)
def test_a_column_is_named_by_description_id_or_map(labels: list[Any], columns: Any) -> None:
    """A question's column bears its description or its id, or is mapped to one of them; other columns are let be."""
    frame = pd.DataFrame([["A", "B", "else"]], columns=[*labels, "member_id"])
    checked = check_respondents(frame, [USQ1, USQ2], columns)
    assert [column.given for column in checked.columns] == [(111,), (112,)]


def test_a_mapped_column_goes_before_one_of_the_name() -> None:
    """Where a column is mapped to a question, a column that happens to bear its name is let be."""
    frame = pd.DataFrame({"USQ1": ["no such"], "Q12": ["B"]})
    assert held(check_respondents(frame, [USQ1], {"Q12": "USQ1"})) == [112]


def test_a_column_that_is_mapped_away_serves_no_other_question() -> None:
    """A column mapped to another question is not taken for its own name as well."""
    with pytest.raises(InvalidInput, match="question 3911 has no column") as error:
        check_respondents(pd.DataFrame({"USQ1": ["A"]}), [USQ1, USQ2], {"USQ1": "USQ2"})
    assert codes(error) == ["missing-column"]


@pytest.mark.parametrize(
    ("labels", "columns", "found"),
    [
        (["USQ2"], None, ["missing-column"]),
        ([], None, ["missing-column", "missing-column"]),
        (["USQ1", "3911", "USQ2"], None, ["two-columns"]),
        (["USQ1", "USQ1", "USQ2"], None, ["two-columns"]),
        (["a", "b", "USQ2"], {"a": "USQ1", "b": "3911"}, ["two-columns"]),
        (["USQ1", "USQ2"], {"Q12": "USQ1"}, ["missing-column"]),
    ],
)
def test_a_frame_that_does_not_fit_says_why(labels: list[str], columns: Any, found: list[str]) -> None:
    """A question without a column, one with two, and a mapped column that is not there are invalid input, all at once."""
    frame = pd.DataFrame([["A"] * len(labels)], columns=labels)
    with pytest.raises(InvalidInput) as error:
        check_respondents(frame, [USQ1, USQ2], columns)
    assert codes(error) == found


def test_questions_described_alike_need_columns_by_id() -> None:
    """A column named by a description that two questions bear serves neither; columns named by their ids serve each."""
    twins = bodies.walk(*(bodies.question(own, question_description="USQ1") for own in (7, 8))).questions
    with pytest.raises(InvalidInput, match=r"Several questions are called 'USQ1'\. Name its column '7'") as error:
        check_respondents(pd.DataFrame({"USQ1": ["A"]}), twins)
    assert codes(error) == ["missing-column", "missing-column"]
    checked = check_respondents(pd.DataFrame({"x": ["A"], "8": ["B"]}), twins, {"x": "7"})
    assert [column.given for column in checked.columns] == [(111,), (112,)]


def test_no_rows_are_no_fault() -> None:
    """A frame without rows is checked, has no findings and no profiles."""
    checked = check_respondents(pd.DataFrame({"USQ1": [], "MXQ3": []}), [USQ1, CARS])
    assert (checked.n, len(checked.findings), checked.errors.tolist()) == (0, 0, [])
    assert [part.tolist() for part in checked.profiles()] == [[], []]


def test_the_frame_is_not_changed() -> None:
    """Checking reads the frame and writes nothing in it."""
    frame = pd.DataFrame({"USQ1": pd.Series([["A"], "B", None]), "MXQ3": ["5", 6.0, True]}, index=[3, 1, 3])
    before = frame.copy(deep=True)
    check_respondents(frame, [USQ1, CARS])
    pd.testing.assert_frame_equal(frame, before)


CELL = st.sampled_from(
    [111, 112, 111.0, "A", "b", "111", None, np.nan, "x", True, [111], (111,), [111, 112], {"a": 1}, 5, "5", 5.0]
)


@given(st.lists(st.tuples(CELL, CELL, CELL), max_size=12))
def test_profiles_are_the_groups_of_equal_answers(rows: list[Sequence[Any]]) -> None:
    """Two rows share a profile exactly when their outcomes are the same; the first row of each profile is its example."""
    questions = [USQ1, PETS, CARS]
    frame = pd.DataFrame({q.name: pd.Series([row[n] for row in rows], dtype=object) for n, q in enumerate(questions)})
    checked = check_respondents(frame, questions)
    outcomes = []
    for row in rows:
        each = [check_answer(q, value) for q, value in zip(questions, row, strict=True)]
        outcomes.append(tuple("refused" if findings else answer for answer, findings in each))
    groups: dict[Any, int] = {}
    for place, outcome in enumerate(outcomes):
        groups.setdefault(outcome, place)
    first, profile_of = checked.profiles()
    assert sorted(first) == sorted(groups.values())
    assert [int(first[profile]) for profile in profile_of] == [groups[outcome] for outcome in outcomes]
    for place, outcome in enumerate(outcomes):
        given_answers = [answer for answer in outcome if answer not in (None, "refused")]
        assert [answer for _, answer in checked.answered(place)] == given_answers
        assert (checked.errors[place] is None) == (len(given_answers) == len(questions))


def test_many_rows_cost_as_much_as_their_distinct_answers() -> None:
    """100,000 rows of 400 profiles are checked and grouped in a few seconds at most, text columns too."""
    rng = np.random.default_rng(0)
    profile = rng.integers(0, 400, size=100_000)
    frame = pd.DataFrame(
        {"USQ1": np.array(["A", "B"])[profile % 2], "USQ2": (111 + profile // 2 % 2).astype(object), "MXQ3": profile // 4}
    )
    started = time.process_time()
    checked = check_respondents(frame, [USQ1, USQ2, CARS])
    first, profile_of = checked.profiles()
    assert time.process_time() - started < 5
    assert (len(first), len(profile_of), len(checked.findings)) == (400, 100_000, 0)
    assert (profile[first][profile_of] == profile).all()


def test_a_column_of_nothing_but_faults_is_not_slow() -> None:
    """100,000 distinct wrong answers, a wrongly mapped column, are each found without a pass over all rows for each."""
    frame = pd.DataFrame({"USQ1": [f"free text {n}" for n in range(100_000)], "MXQ3": [str(n) for n in range(100_000)]})
    started = time.process_time()
    checked = check_respondents(frame, [USQ1, Question(4051, "input", description="MXQ3")])
    assert time.process_time() - started < 30
    assert len(checked.findings) == 100_000
    assert len(checked.columns[1].given) == 100_000
