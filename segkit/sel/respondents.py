"""The respondent frame, checked once: one row a respondent, one column a question, named by the question's description.

Each distinct value of a column is checked once, so that a million rows cost as much as their distinct answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from segkit.errors import InvalidInput
from segkit.findings import Finding, Findings
from segkit.sel.answers import Given, check_answer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from segkit.sel.question import Question

UNANSWERED = -1
REFUSED = -2


@dataclass(frozen=True, slots=True)
class Column:
    """The answers of all respondents to one question.

    Attributes
    ----------
    codes
        `(n_respondents,)`: the place of each answer in `given`, -1 where unanswered, -2 where refused.
    given
        The distinct answers, normalised.
    faults
        `(n_respondents,)`: the place of each row's fault in `messages`, -1 where it has none.
    """

    question: Question
    codes: NDArray[np.int64]
    given: tuple[Given, ...]
    faults: NDArray[np.int64]
    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Respondents:
    """Checked answers: one `Column` a question, and what was found, with row and column."""

    columns: tuple[Column, ...]
    findings: Findings
    n: int

    @property
    def errors(self) -> NDArray[np.object_]:
        """`(n_respondents,)`: what is wrong with a row in words, None where nothing is."""
        words: NDArray[np.object_] = np.full(self.n, None, dtype=object)
        for column in self.columns:
            for row in np.flatnonzero(column.faults >= 0):
                message = column.messages[column.faults[row]]
                words[row] = message if words[row] is None else f"{words[row]}; {message}"
        return words

    def profiles(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the distinct answer profiles and the profile of each row.

        Returns
        -------
        `(n_profiles,)` the first row of each profile, and `(n_respondents,)` the profile's place.
        """
        packed = np.zeros(self.n, dtype=np.int64)
        for column in self.columns:
            # Renumbered after each question, so the key never outgrows rows x answers.
            _, packed = np.unique(packed * (len(column.given) + 2) + column.codes - REFUSED, return_inverse=True)
        _, first, inverse = np.unique(packed, return_index=True, return_inverse=True)
        return first.astype(np.int64), inverse.astype(np.int64)

    def answered(self, row: int) -> list[tuple[Question, Given]]:
        """Return the answers of one row, in the questions' order."""
        return [(c.question, c.given[c.codes[row]]) for c in self.columns if c.codes[row] >= 0]


def check_respondents(
    frame: pd.DataFrame, questions: Sequence[Question], columns: Mapping[str, str] | None = None
) -> Respondents:
    """Check a respondent frame against the questions of a tree.

    Parameters
    ----------
    frame
        One row a respondent; a question's column bears its description or its qualification id. Values are answer ids or
        texts, numbers for input questions; missing values are unanswered.
    columns
        Maps columns of the frame to descriptions, as in ``{"Q12": "USQ1"}``.

    Raises
    ------
    InvalidInput
        When a question has no column, or two.
    """
    named = {str(name): str(target) for name, target in (columns or {}).items()}
    found = {question.qualification_id: _labels(frame, question, named) for question in questions}
    missing = [
        Finding(
            "missing-column" if not labels else "two-columns",
            "error",
            f"column {question.name}",
            f"question {question.qualification_id} has {'no column' if not labels else f'the columns {labels}'}",
            f'Name its column {question.name!r}, or give columns={{"your column": "{question.name}"}}.',
        )
        for question in questions
        if len(labels := found[question.qualification_id]) != 1
    ]
    missing += [
        Finding("missing-column", "error", f"columns[{name!r}]", f"the frame has no column {name!r}", "Check its spelling.")
        for name in named
        if name not in {str(label) for label in frame.columns}
    ]
    if missing:
        raise InvalidInput("the respondent frame does not fit the tree", missing)
    findings: list[Finding] = []
    checked = tuple(_column(frame, found[question.qualification_id][0], question, findings) for question in questions)
    return Respondents(checked, Findings(findings), len(frame))


def _labels(frame: pd.DataFrame, question: Question, named: Mapping[str, str]) -> list[Any]:
    """Return the columns that hold a question: those mapped to it, else those of its name or id."""
    wanted = {question.name, str(question.qualification_id)}
    mapped = [label for label in frame.columns if named.get(str(label)) in wanted]
    return mapped or [label for label in frame.columns if str(label).strip() in wanted]


def _column(frame: pd.DataFrame, label: Any, question: Question, findings: list[Finding]) -> Column:  # noqa: ANN401 - a column's label
    places, values = _distinct(frame[label])
    given: list[Given] = []
    code_of: list[int] = []
    fault_of: list[int] = []
    messages = [f"{question.name} is unanswered"]
    for value in values:
        answer, refused = check_answer(question, value)
        if answer is not None:
            if answer not in given:
                given.append(answer)
            code_of.append(given.index(answer))
            fault_of.append(-1)
        elif refused:
            code_of.append(REFUSED)
            fault_of.append(len(messages))
            messages.append(f"{question.name}: {_with_value(refused[0].message, value)}")
            findings.append(_refusal(frame, label, places == len(code_of) - 1, refused[0], value))
        else:
            code_of.append(UNANSWERED)
            fault_of.append(0)
    codes = np.array([*code_of, UNANSWERED], dtype=np.int64)[places]
    faults = np.array([*fault_of, 0], dtype=np.int64)[places]
    if (codes == UNANSWERED).any():
        unanswered = Finding("unanswered", "error", "", f"{question.name} is unanswered", "Answer it, or leave the row out.")
        findings.append(_refusal(frame, label, codes == UNANSWERED, unanswered, None))
    return Column(question, codes, tuple(given), faults, tuple(messages))


def _refusal(frame: pd.DataFrame, label: Any, rows: NDArray[np.bool_], fault: Finding, value: Any) -> Finding:  # noqa: ANN401 - labels and cells
    at = np.flatnonzero(rows)
    more = f" and {len(at) - 1} more rows" if len(at) > 1 else ""
    where = f"row {frame.index[at[0]]!r}{more}, column {label!r}"
    return Finding(fault.code, fault.severity, where, _with_value(fault.message, value), fault.fix)


def _with_value(message: str, value: Any) -> str:  # noqa: ANN401 - a cell
    """Name the value that was refused, where the vendor's words do not."""
    return message if value is None or repr(value) in message else f"{message} (got {value!r})"


def _distinct(column: pd.Series) -> tuple[NDArray[np.int64], list[Any]]:
    """Return each row's place among the distinct values, -1 where missing, and those values.

    In a column of objects 1, True and 1.0 stay apart (they are not the same answer), and lists count as tuples.
    """
    if column.dtype != object:
        places, values = pd.factorize(column)
        return places.astype(np.int64), list(values)
    seen: dict[tuple[type, Any], int] = {}
    found: list[Any] = []
    codes = np.empty(len(column), dtype=np.int64)
    for row, value in enumerate(column.to_numpy()):
        cell = tuple(value) if isinstance(value, list) else frozenset(value) if isinstance(value, set) else value
        key = (type(cell), repr(cell)) if isinstance(cell, float | tuple | frozenset) else (type(cell), cell)
        if key not in seen:
            seen[key] = len(found)
            found.append(cell)
        codes[row] = seen[key]
    return codes, found
