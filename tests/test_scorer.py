"""The laws of the engine: any rule, any way of storing the answers, any chunk, against one respondent at a time."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_rules import additive, automata, grids, large, vectors

from segkit.sel import scorer
from segkit.sel.rule import Rule
from segkit.sel.standard_answers import StandardReader
from segkit.sel.standard_question import StandardAnswer, StandardQuestion
from segkit.sel.stored import MOST_VALUES, Stored

RULES = st.one_of(additive(), grids(), automata())


@st.composite
def stored_answers(draw: st.DrawFn) -> tuple[Rule, list[Stored], np.ndarray]:
    """Make a rule, its columns stored in some way, and the codes that they stand for, negative where there is a fault."""
    rule = draw(RULES)
    n = draw(st.integers(0, 30))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    columns, codes = [], []
    for answers in rule.answers:
        n_values = draw(st.sampled_from([1, 3, 7, MOST_VALUES + 5]))
        dtype = draw(st.sampled_from([np.int8, np.uint8, np.int16, np.int32, np.uint32, np.int64]))
        low = draw(st.sampled_from([0, 5, -1, 100])) if n_values < 20 and np.dtype(dtype).kind == "i" else 0
        dtype = dtype if n_values < 20 else np.int32
        table = rng.integers(-2, len(answers), n_values)
        places = rng.integers(0, n_values, n)
        columns.append(Stored((places + low).astype(dtype), low, table, [None] * n_values))
        codes.append(table[places])
    return rule, columns, np.array(codes).T.reshape(n, len(rule.answers))


@given(stored_answers(), st.sampled_from([1, 7, 2**16]))
def test_any_rule_scores_stored_columns_as_one_by_one(made: tuple[Rule, list[Stored], np.ndarray], chunk: int) -> None:
    """Whatever the rule, the dtypes, the least values and the chunk: the automaton followed by hand has the same segment."""
    rule, columns, codes = made
    found = scorer.score(rule, columns, None, chunk)
    assert found.points is None
    for row, place in zip(codes, found.segments, strict=True):
        state = 0
        for step, code in zip(rule.step, row, strict=True):
            state = -1 if state < 0 or code < 0 else int(step[state, code])
        assert place == (scorer.NO_SEGMENT if state < 0 else rule.final[state])


@given(additive(), st.sampled_from([1, -7, 2**15, 2**40]))
def test_every_vector_of_a_rule_of_points_adds_up(rule: Rule, factor: int) -> None:
    """All vectors of a random rule have the segment of the plain walk through it, and the number of the state they end in."""
    every = vectors(rule)
    columns = [Stored(every[:, place], 0, np.arange(len(answers)), []) for place, answers in enumerate(rule.answers)]
    numbers = np.arange(len(rule.final)) * factor
    found = scorer.score(rule, columns, numbers)
    assert found.segments.tolist() == every[:, -1].tolist()
    state = np.zeros(len(every), dtype=np.int64)
    for step, column in zip(rule.step, every.T, strict=False):
        state = step[state, column]
    assert found.points is not None
    assert found.points.tolist() == numbers[state].tolist()


def test_a_rule_of_fifteen_questions_takes_several_stages() -> None:
    """Too many vectors for one table: the stages give what the rule's own tables give, faults included."""
    rule = large()
    codes = np.random.default_rng(0).integers(-1, [len(answers) for answers in rule.answers], (5000, 15)).clip(-1)
    codes[:4000] = codes[:4000].clip(0)
    columns = [
        Stored(column.astype(np.int8), -1, np.arange(-1, len(a)), []) for column, a in zip(codes.T, rule.answers, strict=True)
    ]
    found = scorer.score(rule, columns, None)
    assert found.segments[:4000].tolist() == rule.segment_indices(codes[:4000]).tolist()
    assert ((found.segments < 0) == (codes < 0).any(axis=1)).all()
    stages = list(scorer._stages(rule, columns))
    assert len(stages) > 1
    assert sum(len(stage.columns) for stage in stages) == 15


YES = StandardQuestion(
    "internet",
    "choice",
    "¿Internet?",
    "Internet?",
    "documented",
    (StandardAnswer("no", "No", "No", "documented"), StandardAnswer("yes", "Sí", "Yes", "documented", ("Claro",))),
)
CARS = StandardQuestion(
    "cars",
    "count",
    "¿Autos?",
    "Cars?",
    "documented",
    tuple(StandardAnswer(key, text, text, "documented") for key, text in [("0", "0"), ("1", "1"), ("2+", "2 o más")]),
)
COLUMNS: list[tuple[StandardQuestion, Any, list[int]]] = [
    (YES, pd.Series(["no", "YES", " sí ", "claro", "Yes"]), [0, 1, 1, 1, 1]),
    (YES, pd.Series([111, 112, 113, 110, 1]), [0, 1, -2, -2, -2]),
    (YES, pd.Series([111.0, np.nan, 112.5, np.inf]), [0, -1, -2, -2]),
    (YES, pd.Series(["111", "112.0", "x", None, ""]), [0, 1, -2, -1, -2]),
    (YES, pd.Series([True, False]), [-2, -2]),
    (YES, pd.Series([[112], ("no",), ["no", "yes"], [], None], dtype=object), [1, 0, -2, -1, -1]),
    (YES, pd.Series(pd.Categorical(["yes", None, "no"], categories=["yes", "maybe", "no"])), [1, -1, 0]),
    (YES, pd.Series(pd.Categorical([112, 111])), [1, 0]),
    (YES, pd.Series([111, None], dtype="Int64"), [0, -1]),
    (CARS, pd.Series([0, 1, 2, 40, 99, 100, -1]), [0, 1, 2, 2, 2, -2, -2]),
    (CARS, pd.Series([0, 255], dtype="uint8"), [0, -2]),
    (CARS, pd.Series([2**63, 1], dtype="uint64"), [-2, 1]),
    (CARS, pd.Series([3, 1], dtype="uint64"), [2, 1]),
    (CARS, pd.Series([-(2**63), 2**63 - 1, 1]), [-2, -2, 1]),
    (CARS, pd.Series([0.0, 3.0, np.nan, 1.5]), [0, 2, -1, -2]),
    (CARS, pd.Series(["0", "3", "2+", "2 o más", " 1 ", "many", "2.0"]), [0, 2, 2, 2, 1, -2, 2]),
    (CARS, pd.Series([111, 112, 113]), [-2, -2, -2]),
    (CARS, pd.Series(["111", "2+", "112"]), [-2, 2, -2]),
    (CARS, pd.Series([0, 111]), [0, -2]),
    (CARS, pd.Series([True, 1, 2.0, None], dtype=object), [-2, 1, 2, -1]),
    (CARS, pd.Series(pd.Categorical([5, 0, None])), [2, 0, -1]),
    (CARS, pd.Series([], dtype="int64"), []),
    (CARS, pd.Series([], dtype=object), []),
    (CARS, pd.Series(pd.Categorical([], categories=[1])), []),
    (CARS, pd.Series([None, None], dtype=object), [-1, -1]),
    (CARS, pd.Series(np.arange(2000) - 500), [-2] * 500 + [0, 1] + [2] * 98 + [-2] * 1400),
    (YES, pd.Series([f"free text {n}" for n in range(600)] + ["yes", None]), [-2] * 600 + [1, -1]),
]


@pytest.mark.parametrize(("question", "column", "codes"), COLUMNS, ids=lambda part: str(getattr(part, "dtype", "")))
def test_a_column_means_the_same_in_every_dtype(question: StandardQuestion, column: pd.Series, codes: list[int]) -> None:
    """Keys, texts, ids and counts are read in every dtype; what is missing is -1, what is no answer -2."""
    stored = Stored.of(column, StandardReader(question))
    rows = np.arange(len(column))
    assert stored.codes[stored.at(rows)].tolist() == codes if codes else len(stored.values) == 0
    narrow = stored.narrowed()
    assert len(narrow.codes) <= MOST_VALUES
    if codes:
        assert narrow.codes[narrow.at(rows)].tolist() == codes
    shown = [stored.given[place] for place in stored.at(rows)] if codes else []
    assert all(pd.isna(value) for value, code in zip(shown, codes, strict=True) if code == -1 and not isinstance(value, list))


@given(st.lists(st.integers(-5, 130), min_size=1, max_size=20))
def test_numbers_of_a_count_are_counts_or_ids_as_it_is_told(numbers: list[int]) -> None:
    """Each number is the count that it says, or none, whatever stands beside it; with ids=True each is an id, or none."""
    assert StandardReader(CARS).codes(numbers) == [min(n, 2) if 0 <= n <= 99 else -2 for n in numbers]
    assert StandardReader(CARS, ids=True).codes(numbers) == [n - 111 if 111 <= n <= 113 else -2 for n in numbers]
