"""What counts as an answer to a standard's question: its key, its text in either language, its id in the tree, a count."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from segkit.findings import Finding
from segkit.sel.answers import folded, is_unanswered, plain, shown, whole
from segkit.sel.respondents import REFUSED, UNANSWERED
from segkit.sel.standard_question import FIRST_ID

if TYPE_CHECKING:
    from collections.abc import Sequence

    from segkit.sel.standard_question import StandardQuestion

_IN_TABLE = re.compile(r"([0-9]{1,15})(?:\.0+)?")  # pandas writes 2 as 2.0 where a column has holes


@dataclass(frozen=True)
class StandardReader:
    """Reads the values of a column as answers to one question.

    A code is an answer's place in the question, -1 where nothing was answered, -2 where a value is no answer.

    Attributes
    ----------
    ids
        Whether the numbers of a count are ids of the standard's tree. They are counts otherwise: a number means the same in
        whatever part of a frame it is read.
    """

    question: StandardQuestion
    ids: bool = False

    @cached_property
    def labels(self) -> dict[str, int]:
        """Every label of every answer, its case and spaces set aside, and the answer's code."""
        return {
            folded(label): code
            for code, answer in enumerate(self.question.answers)
            for label in (answer.answer, answer.text, answer.eng_text, *answer.also)
        }

    @cached_property
    def unaccented(self) -> dict[str, int]:
        """The labels without their accents, as exports often write them, where that leaves one answer."""
        codes: dict[str, set[int]] = {}
        for label, code in self.labels.items():
            codes.setdefault(_unaccented(label), set()).add(code)
        return {label: min(found) for label, found in codes.items() if len(found) == 1}

    def codes(self, values: Sequence[Any]) -> list[int]:
        """Return the code of each value; no value depends on another one."""
        return [self._code(_alone(plain(value))) for value in values]

    @property
    def _reads_ids(self) -> bool:
        return self.ids or self.question.kind == "choice"

    def _code(self, cell: Any) -> int:  # noqa: ANN401 - whatever a frame's cell may hold
        number, n_answers = _number(cell), len(self.question.answers)
        if number is not None and self.ids:
            return number - FIRST_ID if FIRST_ID <= number < FIRST_ID + n_answers else REFUSED
        if isinstance(cell, str) and folded(cell) in self.labels:
            return self.labels[folded(cell)]
        if isinstance(cell, str) and _unaccented(folded(cell)) in self.unaccented:
            return self.unaccented[_unaccented(folded(cell))]
        if number is None:
            return UNANSWERED if is_unanswered(cell) else REFUSED
        if self._reads_ids:
            return number - FIRST_ID if FIRST_ID <= number < FIRST_ID + n_answers else REFUSED
        return min(number, n_answers - 1) if 0 <= number <= self.question.most else REFUSED

    def fault(self, value: Any) -> Finding:  # noqa: ANN401 - whatever a frame's cell may hold
        """Say what is wrong with a value that has no code; where it stands is for the caller to say."""
        name = self.question.name
        if is_unanswered(value):
            return Finding("unanswered", "error", "", f"{name} is unanswered", "Answer it, or leave the row out.")
        return Finding("unknown-answer", "error", "", f"{shown(value)} is not an answer of {name}", self.fix)

    @property
    def fix(self) -> str:
        """What can be given."""
        last = FIRST_ID + len(self.question.answers) - 1
        if self.ids:
            return f"Give an id from {FIRST_ID} to {last}, or leave ids=True out."
        if self.question.kind == "count":
            return f"Give a whole number from 0 to {self.question.most}; ids of the standard's tree need ids=True."
        choices = "; ".join(f"{answer.answer} {answer.text!r}" for answer in self.question.answers)
        return f"Give a key or a text ({choices}), or an id from {FIRST_ID} to {last}."


def _unaccented(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))


def _alone(cell: Any) -> Any:  # noqa: ANN401 - whatever a frame's cell may hold
    """Return the one thing in a list, as a frame of vendor answers may hold them."""
    return plain(cell[0]) if isinstance(cell, list | tuple) and len(cell) == 1 else cell


def _number(cell: Any) -> int | None:  # noqa: ANN401 - whatever a frame's cell may hold
    written = _IN_TABLE.fullmatch(cell.strip()) if isinstance(cell, str) else None
    return int(written[1]) if written else None if isinstance(cell, str) else whole(cell)
