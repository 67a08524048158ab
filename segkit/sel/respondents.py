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
from segkit.provenance import WORDS
from segkit.sel.answers import Given, check_answer, plain, shown
from segkit.sel.question import places

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from segkit.provenance import Provenance
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


def word_of(frame: pd.DataFrame) -> Provenance | None:
    """Return where the respondents of a frame come from, None where it does not say: a score of invented ones is no fact."""
    about = frame.attrs.get("segkit") or {}
    words = {about.get("respondents_provenance"), *([about.get("provenance")] if "respondents_provenance" not in about else [])}
    known = [word for word in WORDS if word in words]
    return known[-1] if known else None


def check_respondents(
    frame: pd.DataFrame, questions: Sequence[Question], columns: Mapping[str, str] | None = None
) -> Respondents:
    """Check a respondent frame against the questions of a tree.

    Parameters
    ----------
    frame
        One row a respondent; a question's column bears its description or its qualification id (only the id, where
        several questions are described alike). Values are answer ids or texts, numbers for input questions; missing
        values are unanswered.
    columns
        Maps columns of the frame to descriptions, as in ``{"Q12": "USQ1"}``.

    Raises
    ------
    InvalidInput
        When a question has no column, or two.
    """
    labels = find_columns(frame, questions, columns)
    findings: list[Finding] = []
    checked = tuple(_column(frame, label, question, findings) for question, label in zip(questions, labels, strict=True))
    return Respondents(checked, Findings(findings), len(frame))


def find_columns(frame: pd.DataFrame, questions: Sequence[Question], columns: Mapping[str, str] | None) -> list[Any]:
    """Return for each question the label of its column; raise InvalidInput where one has none, or two."""
    named = {str(name): str(target) for name, target in (columns or {}).items()}
    found = _labels(frame, questions, named)
    missing = [
        _not_one(question, questions, labels) for question, labels in zip(questions, found, strict=True) if len(labels) != 1
    ]
    missing += [
        Finding("missing-column", "error", f"columns[{name!r}]", f"the frame has no column {name!r}", "Check its spelling.")
        for name in named
        if name not in {str(label) for label in frame.columns}
    ]
    if missing:
        raise InvalidInput("the respondent frame does not fit the tree", missing)
    return [labels[0] for labels in found]


def _labels(frame: pd.DataFrame, questions: Sequence[Question], named: Mapping[str, str]) -> list[list[Any]]:
    """Return for each question the columns that hold it: those mapped to it, else those of its name or id."""
    place_of = places(questions)
    mapped: list[list[Any]] = [[] for _ in questions]
    own: list[list[Any]] = [[] for _ in questions]
    for label in frame.columns:
        target = named.get(str(label))
        place = place_of.get(str(label).strip() if target is None else target.strip())
        if place is not None:
            (own if target is None else mapped)[place].append(label)
    return [theirs or ours for theirs, ours in zip(mapped, own, strict=True)]


def _not_one(question: Question, questions: Sequence[Question], labels: list[Any]) -> Finding:
    own = str(question.qualification_id)
    name = question.name if question.name in places(questions) else own
    code, said = ("two-columns", f"the columns {labels}") if labels else ("missing-column", "no column")
    fix = f'Name its column {name!r}, or give columns={{"your column": "{name}"}}.'
    if name != question.name:
        fix = f"Several questions are called {question.name!r}. {fix}"
    return Finding(code, "error", f"column {name}", f"question {own} has {said}", fix)


def _column(frame: pd.DataFrame, label: Any, question: Question, findings: list[Finding]) -> Column:  # noqa: ANN401 - a column's label
    distinct_of, values = distinct(frame[label])
    code_by_answer: dict[Given, int] = {}
    codes: list[int] = []
    fault_of: list[int] = []
    faults: list[tuple[Finding, Any]] = [
        (Finding("unanswered", "error", "", f"{question.name} is unanswered", "Answer it, or leave the row out."), None)
    ]
    for value in values:
        answer, refused = check_answer(question, value)
        if refused:
            codes.append(REFUSED)
            fault_of.append(len(faults))
            faults.append((refused[0], value))
        elif answer is None:
            codes.append(UNANSWERED)
            fault_of.append(0)
        else:
            codes.append(code_by_answer.setdefault(answer, len(code_by_answer)))
            fault_of.append(-1)
    # Missing cells have place -1, and so take the last entry.
    fault_of_row = np.array([*fault_of, 0], dtype=np.int64)[distinct_of]
    findings += fault_findings(frame.index, label, fault_of_row, faults)
    code_of_row = np.array([*codes, UNANSWERED], dtype=np.int64)[distinct_of]
    messages = tuple(
        _with_value(fault, value) if not place else f"{question.name}: {_with_value(fault, value)}"
        for place, (fault, value) in enumerate(faults)
    )
    return Column(question, code_of_row, tuple(code_by_answer), fault_of_row, messages)


def fault_findings(
    index: pd.Index,
    label: object,
    fault_of_row: NDArray[np.int64],
    faults: list[tuple[Finding, Any]],
) -> Iterator[Finding]:
    """Report each fault once, with the first of its rows."""
    for place, first, times in zip(*np.unique(fault_of_row, return_index=True, return_counts=True), strict=True):
        if place >= 0:
            fault, value = faults[place]
            more = f" and {times - 1} more rows" if times > 1 else ""
            where = f"row {shown(index[first])}{more}, column {shown(label)}"
            yield Finding(fault.code, fault.severity, where, _with_value(fault, value), fault.fix)


def _with_value(fault: Finding, value: object) -> str:
    """Name the value that was refused, where the vendor's words do not."""
    return fault.message if value is None or shown(value) in fault.message else f"{fault.message} (got {shown(value)})"


def distinct(column: pd.Series) -> tuple[NDArray[np.int64], list[Any]]:
    """Return each row's place among the distinct values, -1 where missing, and those values.

    In a column of objects 1, True and 1.0 stay apart: they are not the same answer.
    """
    if column.dtype != object:
        places, values = pd.factorize(column)
        return places.astype(np.int64), list(values)
    seen: dict[tuple[type, Any], int] = {}
    found: list[Any] = []
    codes = np.empty(len(column), dtype=np.int64)
    for row, value in enumerate(column.to_numpy()):
        cell = plain(value)
        key = (type(cell), cell if type(cell) in {str, int} else repr(cell))
        if key not in seen:
            seen[key] = len(found)
            found.append(cell)
        codes[row] = seen[key]
    return codes, found
