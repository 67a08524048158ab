"""The laws of what counts as an answer: given, unanswered, or refused in the vendor's words."""

import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

import bodies
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from naming import named

from segkit.sel.answers import check_answer, is_unanswered, shown
from segkit.sel.question import Answer, Question

CARS = Question(4051, "input", description="MXQ3", placeholder="0-99")
YEARS = Question(
    3911,
    "singlepunch",
    description="USQ1",
    answers=(Answer(111, "0", "0"), Answer(112, "1 - 5", "1 - 5"), Answer(113, "Ja", "Yes"), Answer(114, "Nein", "No")),
)
PETS = Question(5, "multipunch", description="PETS", answers=YEARS.answers)

ANYTHING = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from(["0", "1 - 5", "yes", "NEIN", "111", 111, 112, 112.0, np.int8(5), Decimal(7), b"0", {}, {"id": 111}])
)
VALUES = ANYTHING | st.lists(ANYTHING, max_size=3) | st.lists(ANYTHING, max_size=3).map(tuple)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (0, 0),
        (99, 99),
        (" 5 ", 5),
        ("5\n", 5),
        ("007", 7),
        (5.0, 5),
        (-0.0, 0),
        (np.int8(5), 5),
        (np.uint64(5), 5),
        (np.float32(5), 5),
        (np.float64(99), 99),
        (np.longdouble(5), 5),
        (np.array(5), 5),
        (Decimal(5), 5),
        (Fraction(10, 2), 5),
    ],
    ids=named,
)
def test_whole_numbers_within_the_bounds_are_accepted(value: Any, number: int) -> None:
    """For "0-99" every way to write a whole number from 0 to 99 is that number, as a plain int."""
    given_answer, findings = check_answer(CARS, value)
    assert (given_answer, type(given_answer), len(findings)) == (number, int, 0)


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        1.5,
        True,
        False,
        np.True_,
        np.False_,
        "\N{ARABIC-INDIC DIGIT THREE}",
        "\N{SUPERSCRIPT TWO}",
        "5.0",
        "+5",
        "-0",
        "1_0",
        "five",
        "nan",
        -1,
        100,
        99.5,
        float("inf"),
        -float("inf"),
        10**400,
        Fraction(10**400, 3),
        Decimal("1.5"),
        Decimal("Infinity"),
        1j,
        b"5",
        [5],
        [5, 6],
        {5},
        {"value": 5},
        np.array([5]),
        np.timedelta64(5, "ns"),
        np.datetime64(5, "ns"),
        pd.Timestamp("2025-12-19"),
        pd.Timedelta(5),
        object(),
    ],
    ids=lambda value: f"{type(value).__name__} {named(value)}"[:40],
)
def test_what_is_no_whole_number_in_the_bounds_is_refused(value: Any) -> None:
    """For "0-99" everything else is refused, with the vendor's own message and the bounds as the fix."""
    given_answer, findings = check_answer(CARS, value)
    assert given_answer is None
    assert [(f.code, f.severity, f.where) for f in findings] == [("open-ended-value", "error", "MXQ3 (4051)")]
    assert findings[0].message == json.loads(bodies.printed("3_2_open_ended.json"))["msg"] == "Error on regex open ended"
    assert findings[0].fix == "Give a whole number from 0 to 99."


@pytest.mark.parametrize("question", [CARS, YEARS, PETS], ids=lambda question: question.kind)
@pytest.mark.parametrize(
    "value",
    [
        None,
        float("nan"),
        np.nan,
        np.float32("nan"),
        pd.NA,
        pd.NaT,
        np.datetime64("NaT"),
        Decimal("NaN"),
        [],
        (),
        set(),
        np.array([]),
    ],
    ids=named,
)
def test_what_is_missing_is_unanswered(question: Question, value: Any) -> None:
    """None, NaN, NA, NaT and an empty selection are neither an answer nor a fault."""
    assert is_unanswered(value)
    assert check_answer(question, value) == (None, nothing())


def nothing() -> Any:
    """Return no findings."""
    return check_answer(CARS, None)[1]


@given(st.integers(0, 10**15 - 1), st.integers(0, 10**15 - 1), st.integers(-(10**15), 10**15))
def test_bounds_are_inclusive(low: int, high: int, value: int) -> None:
    """A placeholder "low-high" accepts exactly the whole numbers from low to high; reversed, it is no range."""
    question = Question(1, "input", placeholder=f" {low} - {high} ")
    if low > high:
        assert question.bounds is None
        return
    assert question.bounds == (low, high)
    for number in (value, low, high, low - 1, high + 1):
        assert (check_answer(question, number)[0] == number) == (low <= number <= high)


def test_an_input_without_bounds_takes_numbers_that_json_keeps() -> None:
    """Without a placeholder any whole number from 0 on is accepted that JSON readers keep exact."""
    question = Question(1, "input")
    assert [check_answer(question, value)[0] for value in (0, "12", 2**53)] == [0, 12, 2**53]
    for value in (-1, "-1", 2**53 + 1, 10**5000):
        given_answer, findings = check_answer(question, value)
        assert (given_answer, findings[0].fix) == (None, "Give a whole number, 0 or more.")


@pytest.mark.parametrize(
    ("value", "answer_id"),
    [
        (111, 111),
        (111.0, 111),
        (np.int64(112), 112),
        (Decimal(112), 112),
        ("112", 112),
        ("0", 111),
        ("1 - 5", 112),
        ("  1 -  5 ", 112),
        ("Yes", 113),
        ("yes", 113),
        ("JA", 113),
        ("nein", 114),
        ([114], 114),
        ((114,), 114),
        ({"No"}, 114),
        (np.array([112]), 112),
        (np.str_("No"), 114),
    ],
    ids=named,
)
def test_a_choice_is_an_id_or_a_text(value: Any, answer_id: int) -> None:
    """An answer is chosen by its id or by its text in either language, whatever the case and the blanks."""
    given_answer, findings = check_answer(YEARS, value)
    assert (given_answer, type(given_answer), len(findings)) == (answer_id, int, 0)
    assert check_answer(PETS, value)[0] == (answer_id,)


@pytest.mark.parametrize(
    "value",
    [
        7,
        115,
        -111,
        111.5,
        True,
        np.True_,
        "",
        "maybe",
        "1-5",
        b"0",
        {"id": 111},
        [[111]],
        [None],
        object(),
        10**400,
        float("inf"),
    ],
    ids=lambda value: f"{type(value).__name__} {named(value)}"[:30],
)
def test_what_is_no_answer_of_the_question_is_refused(value: Any) -> None:
    """An unknown id or text, a truth value, and whatever else is no answer is refused, and the choices are named."""
    for question in (YEARS, PETS):
        given_answer, findings = check_answer(question, value)
        assert given_answer is None
        assert [f.code for f in findings] == ["unknown-answer"]
        assert "not an answer of" in findings[0].message
        assert findings[0].fix == "Choose from 111 '0'; 112 '1 - 5'; 113 'Ja'; 114 'Nein'."


@pytest.mark.parametrize(
    "value", [[111, 112], (111, 112), {111, 112}, [111, 111], np.array([111, 112]), ["0", "no such"]], ids=named
)
def test_only_one_answer_to_a_single_punch(value: Any) -> None:
    """Several answers to a single punch are refused word for word as the vendor does."""
    given_answer, findings = check_answer(YEARS, value)
    assert given_answer is None
    assert [(f.code, f.where) for f in findings] == [("only-one-answer", "USQ1 (3911)")]
    documented = json.loads(bodies.printed("3_2_only_one_answer.json"))["msg"]
    assert findings[0].message == documented == "Only one answer is allowed for qualification 3911."


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        (111, (111,)),
        ([113, 111], (111, 113)),
        ([111, "0", 111.0], (111,)),
        ({"Yes", 112}, (112, 113)),
        (np.array([114, 111]), (111, 114)),
        (frozenset([112]), (112,)),
    ],
    ids=named,
)
def test_a_multi_punch_takes_several(value: Any, ids: tuple[int, ...]) -> None:
    """The answers of a multi punch are a set, written in the question's order."""
    assert check_answer(PETS, value) == (ids, nothing())


def test_one_wrong_choice_refuses_all_of_them() -> None:
    """A multi punch with an unknown answer among others is refused whole, and names the unknown one."""
    given_answer, findings = check_answer(PETS, [111, 999, 112])
    assert (given_answer, findings[0].message) == (None, "999 is not an answer of PETS")


def test_exact_texts_go_before_texts_in_another_case_and_ids() -> None:
    """A text that fits one answer exactly is that answer; one that fits several is refused with their ids."""
    answers = (Answer(111, "ja", "Yes"), Answer(112, "Ja", "Yes"), Answer(113, "111", "x"))
    question = Question(7, "singlepunch", answers=answers)
    assert [check_answer(question, value)[0] for value in ("ja", "Ja", "111", 111)] == [111, 112, 113, 111]
    for value in ("JA", "Yes"):
        given_answer, findings = check_answer(question, value)
        assert given_answer is None
        assert [(f.code, f.message) for f in findings] == [
            ("ambiguous-answer", f"{value!r} is the text of several answers: 111, 112")
        ]


def test_a_long_list_of_choices_is_cut_short() -> None:
    """The fix names twelve choices and says how many more there are."""
    question = Question(7, "singlepunch", answers=tuple(Answer(n) for n in range(111, 126)))
    fix = check_answer(question, "x")[1][0].fix
    assert "122 '122'; and 3 more." in fix
    assert "123" not in fix


def test_a_value_is_shown_on_one_short_line() -> None:
    """A refused value never makes a message of many lines, and numpy's numbers read as plain ones."""
    assert shown(np.float64(1.5)) == "1.5"
    assert shown(pd.Series([1, 2])).count("\n") == 0
    assert len(shown("x" * 500)) == 80
    assert shown("x" * 500).endswith("…")


@given(st.sampled_from([CARS, YEARS, PETS, Question(1), Question(2, "input")]), VALUES)
def test_a_value_is_given_unanswered_or_refused(question: Question, value: Any) -> None:
    """Any value has exactly one outcome and never raises; a given answer is valid, and checking it again changes nothing."""
    given_answer, findings = check_answer(question, value)
    if is_unanswered(value):
        assert (given_answer, len(findings)) == (None, 0)
    else:
        assert (given_answer is None) == (len(findings) == 1)
    if given_answer is not None:
        assert check_answer(question, given_answer) == (given_answer, nothing())
        known = {answer.id for answer in question.answers}
        chosen = given_answer if isinstance(given_answer, tuple) else (given_answer,)
        assert question.kind == "input" or set(chosen) <= known


@pytest.mark.parametrize(
    ("written", "answer_id"), [("0", 111), (0, 111), (0.0, 111), ("111", 111), (111, 111), ("111.0", 111), (111.0, 111)]
)
def test_a_column_means_the_same_whether_it_was_read_as_numbers_or_as_text(written: Any, answer_id: int) -> None:
    """Digits are an id or the text of an answer in either form, as a table's reader may have made them."""
    given_id, findings = check_answer(YEARS, written)
    assert (given_id, len(findings)) == (answer_id, 0)


def test_where_an_id_has_the_digits_of_a_text_the_form_decides() -> None:
    """A number is first an id, a text is first a text."""
    counts = Question(9, "singlepunch", description="N", answers=(Answer(1, "0"), Answer(2, "1")))
    assert check_answer(counts, 1)[0] == 1
    assert check_answer(counts, "1")[0] == 2
