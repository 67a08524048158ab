"""What counts as an answer to a standard's question: its key, its text in either language, its id in the tree, a count."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from segkit.errors import InvalidInput
from segkit.findings import Finding
from segkit.sel.answers import folded, is_unanswered, plain, shown, whole
from segkit.sel.respondents import REFUSED, UNANSWERED
from segkit.sel.standard_question import FIRST_ID

if TYPE_CHECKING:
    from collections.abc import Sequence

    from segkit.sel.standard_question import StandardQuestion

MOST_PLAUSIBLE = 19
"""The greatest count that is not asked about: surveys write 98, 99 and the like where nothing was answered."""

Missing = Iterable[int | str]
"""Codes that stand for no answer."""

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
    missing
        Numbers and texts, as `missing_of` returns them, that stand for no answer.
    """

    question: StandardQuestion
    ids: bool = False
    missing: frozenset[int | str] = frozenset()

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
        cells = [_alone(plain(value)) for value in values]
        return [UNANSWERED if self._stands_for_none(cell) else self._code(cell) for cell in cells]

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

    def _stands_for_none(self, cell: Any) -> bool:  # noqa: ANN401 - whatever a frame's cell may hold
        if not self.missing:
            return False
        number = _number(cell)
        return number in self.missing if number is not None else isinstance(cell, str) and folded(cell) in self.missing

    def is_implausible(self, value: Any) -> bool:  # noqa: ANN401 - whatever a frame's cell may hold
        """Whether a value is taken for a count, though hardly any home has so many."""
        if self.ids or self.question.kind != "count":
            return False
        number = _number(_alone(plain(value)))
        return number is not None and MOST_PLAUSIBLE < number <= self.question.most and number not in self.missing

    def fault(self, value: Any) -> Finding:  # noqa: ANN401 - whatever a frame's cell may hold
        """Say what is wrong with a value that has no code; where it stands is for the caller to say."""
        name = self.question.name
        if is_unanswered(value):
            return Finding("unanswered", "error", "", f"{name} is unanswered", "Answer it, or leave the row out.")
        if self._stands_for_none(_alone(plain(value))):
            told = f"{name} is unanswered: {shown(value)} is given as missing"
            return Finding("unanswered", "error", "", told, "Answer it, or leave the row out.")
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


def missing_of(missing: object) -> frozenset[int | str]:
    """Return codes that stand for no answer as they are compared: whole numbers, and texts without their case and spaces.

    Raises
    ------
    InvalidInput
        When it is no list of numbers and texts.
    """
    listed: list[Any] = list(missing) if isinstance(missing, Iterable) and not isinstance(missing, str | bytes) else [None]
    codes = [code if number is None else number for code in map(plain, listed) for number in [_number(code)]]
    if any(not isinstance(code, int | str) or isinstance(code, bool) for code in codes):
        raise InvalidInput(f"missing is {missing!r:.60}: give the codes that stand for no answer, as in missing=(98, 99)")
    return frozenset(folded(code) if isinstance(code, str) else code for code in codes)


def _unaccented(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))


def _alone(cell: Any) -> Any:  # noqa: ANN401 - whatever a frame's cell may hold
    """Return the one thing in a list, as a frame of vendor answers may hold them."""
    return plain(cell[0]) if isinstance(cell, list | tuple) and len(cell) == 1 else cell


def _number(cell: Any) -> int | None:  # noqa: ANN401 - whatever a frame's cell may hold
    written = _IN_TABLE.fullmatch(cell.strip()) if isinstance(cell, str) else None
    return int(written[1]) if written else None if isinstance(cell, str) else whole(cell)
