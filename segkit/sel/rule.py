"""A scoring rule as a small automaton over the questions: each answer moves a state, the last state is a segment.

A rule of points has the partial sums as states, a two-way grid its rows. The states are few where the answer vectors are
many, so a whole population can be carried through the same tables that score one respondent.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from segkit.errors import InvalidInput
from segkit.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Self

    from numpy.typing import ArrayLike, NDArray

Answer = Hashable


@dataclass(frozen=True, eq=False)
class Rule:
    """Answers to segment.

    Attributes
    ----------
    questions, answers
        Names in reading order, and for each question its answers; an answer's code is its position here.
    step
        For each question ``(n_states, n_answers)``: the state that an answer leads to; the first starts in state 0.
    final
        For each state after the last question the position of its segment.
    segments
        In the standard's order.

    >>> rule = Rule.from_points({"cars": {"0": 0, "1": 22, "2+": 43}}, {"high": 40, "low": 0})
    >>> rule.segment({"cars": "2+"})
    'high'
    """

    questions: tuple[str, ...]
    answers: tuple[tuple[Answer, ...], ...]
    step: tuple[NDArray[np.int64], ...]
    final: NDArray[np.int64]
    segments: tuple[str, ...]

    def __post_init__(self) -> None:
        for table in (*self.step, self.final):
            table.flags.writeable = False

    @classmethod
    def from_points(cls, points: Mapping[str, Mapping[Any, int]], cutoffs_min: Mapping[str, int]) -> Self:
        """Make a rule that adds up points; a segment begins at its cut-off, and its order is that of `cutoffs_min`.

        Raises InvalidInput when a question has no answers, two segments share a cut-off, or a sum lies below all of them.
        """
        findings = [_error("no-answers", name, "the question has no answers") for name, row in points.items() if not row]
        if len(set(cutoffs_min.values())) < len(cutoffs_min) or not cutoffs_min:
            findings.append(_error("shared-cutoff", "cutoffs_min", "each segment needs a cut-off of its own"))
        _refuse(findings)
        sums = np.zeros(1, dtype=np.int64)
        step = []
        for row in points.values():
            reached = sums[:, None] + np.array(list(row.values()), dtype=np.int64)
            sums, following = np.unique(reached, return_inverse=True)
            step.append(following.reshape(reached.shape).astype(np.int64))
        cutoffs = np.array(list(cutoffs_min.values()), dtype=np.int64)
        upward = np.argsort(cutoffs)
        place = np.searchsorted(cutoffs[upward], sums, side="right") - 1
        if place[0] < 0:
            _refuse([_error("score-without-segment", f"sum {sums[0]}", f"the lowest cut-off is {cutoffs.min()}")])
        return cls(tuple(points), tuple(map(tuple, points.values())), tuple(step), upward[place], tuple(cutoffs_min))

    @classmethod
    def from_grid(cls, questions: tuple[str, str], grid: Mapping[Any, Mapping[Any, str]], segments: Sequence[str]) -> Self:
        """Make a rule that looks two answers up in a grid: row by the first question, column by the second.

        Raises InvalidInput when a row lacks a column or has another one, or a cell holds no known segment.
        """
        columns = tuple(next(iter(grid.values()), {}))
        place = {segment: position for position, segment in enumerate(segments)}
        findings = [] if columns else [_error("no-answers", questions[1], "the grid is empty")]
        for row, cells in grid.items():
            where = f"{questions[0]}={row!r}"
            if set(cells) != set(columns):
                findings.append(_error("ragged-grid", where, f"its columns are {list(cells)}, not {list(columns)}"))
            if strange := set(cells.values()) - set(place):
                findings.append(_error("unknown-segment", where, f"{sorted(strange)} not among {list(segments)}"))
        _refuse(findings)
        first = np.arange(len(grid), dtype=np.int64)[None, :]
        second = np.array([[place[cells[column]] for column in columns] for cells in grid.values()], dtype=np.int64)
        return cls(questions, (tuple(grid), columns), (first, second), np.arange(len(place)), tuple(segments))

    @cached_property
    def positions(self) -> tuple[dict[Answer, int], ...]:
        """For each question the code of each answer."""
        return tuple({answer: code for code, answer in enumerate(answers)} for answers in self.answers)

    def segment_indices(self, codes: ArrayLike) -> NDArray[np.int64]:
        """Return the position of each respondent's segment; `codes` has the shape ``(n_respondents, n_questions)``.

        Raises InvalidInput when the shape is another one, or a code is not the position of an answer.
        """
        table = np.asarray(codes)
        if table.ndim != 2 or table.shape[1] != len(self.questions) or table.dtype.kind not in "iu":  # noqa: PLR2004 - rows and columns
            _refuse([_error("codes-shape", "codes", f"{table.dtype} of shape {table.shape}, not whole numbers by question")])
        _refuse(list(self._strange_codes(table)))
        state = np.zeros(len(table), dtype=np.int64)
        for step, column in zip(self.step, table.T, strict=True):
            state = step[state, column]
        return self.final[state]

    def _strange_codes(self, table: NDArray[Any]) -> Iterator[Finding]:
        for question, answers, column in zip(self.questions, self.answers, table.T, strict=True):
            strange = np.flatnonzero((column < 0) | (column >= len(answers)))
            if len(strange):
                message = f"{column[strange[0]]} is not the position of one of its {len(answers)} answers"
                yield _error("unknown-answer", f"row {strange[0]}, {question}", message)

    def segment(self, answers: Mapping[str, Any]) -> str:
        """Return the segment of one respondent.

        Raises InvalidInput when a question is not answered or not known, or an answer is not one of the question's.
        """
        state = 0
        try:
            for question, position, step in zip(self.questions, self.positions, self.step, strict=True):
                state = step[state, position[answers[question]]]
        except (KeyError, TypeError):
            _refuse(list(self._strange_answers(answers)))
            raise
        if len(answers) > len(self.questions):
            _refuse(list(self._strange_answers(answers)))
        return self.segments[int(self.final[state])]

    def _strange_answers(self, answers: Mapping[str, Any]) -> Iterator[Finding]:
        for question in answers:
            if question not in self.questions:
                yield _error("unknown-question", question, f"the rule asks {list(self.questions)}")
        for question, known in zip(self.questions, self.answers, strict=True):
            fix = f"Give one of {list(known)}."
            if question not in answers:
                yield _error("missing-answer", question, "the question is not answered", fix)
            elif answers[question] not in known:
                yield _error("unknown-answer", question, f"{answers[question]!r} is not an answer of it", fix)


def _error(code: str, where: str, message: str, fix: str = "") -> Finding:
    return Finding(code, "error", where, message, fix)


def _refuse(findings: list[Finding]) -> None:
    if findings:
        raise InvalidInput("the scoring rule cannot be used", findings)
