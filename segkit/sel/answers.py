"""What counts as an answer to a question: one law for walks, frames and widgets.

A value is `Given` (normalised: an answer id, a tuple of ids, a whole number), `None` where nothing was answered, or refused
with findings, in the vendor's own words where the vendor documents them.
"""

from __future__ import annotations

import numbers
import re
import unicodedata
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from segkit.findings import Finding, Findings

if TYPE_CHECKING:
    from segkit.sel.question import Answer, Question

Given = int | tuple[int, ...]

GREATEST = 2**53
"""The greatest whole number that every JSON reader keeps exact."""

_DIGITS = re.compile(r"[0-9]{1,15}")
_DIGITS_IN_TABLE = re.compile(r"([0-9]{1,15})(?:\.0+)?")  # pandas writes 111 as 111.0 where a column has holes
_LONGEST = 80


def is_unanswered(value: Any) -> bool:  # noqa: ANN401 - whatever a frame's cell may hold
    """Whether a value says that nothing was answered: None, NaN, NA or NaT, or an empty selection."""
    value = plain(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return len(value) == 0
    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))


def plain(value: Any) -> Any:  # noqa: ANN401 - whatever a frame's cell may hold
    """Return what numpy holds as Python holds it: a frame read from Parquet has arrays where lists were written."""
    is_span = getattr(getattr(value, "dtype", None), "kind", "") in {"m", "M"}  # a date or a span of time is no number
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) and not is_span else value


def shown(value: object) -> str:
    """Write a value for a message: as Python would, on one line that is not too long."""
    words = " ".join(repr(plain(value)).split())
    return words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"


def check_answer(question: Question, value: Any) -> tuple[Given | None, Findings]:  # noqa: ANN401 - whatever a user may hand in
    """Normalise a value as an answer to a question, or say why it is refused.

    A choice is an answer id, or an answer's text in the respondent's language or in English; a multi punch takes a list,
    tuple or set of them. An input takes a whole number within its bounds, also as text of ASCII digits or as a float
    without a fraction. Truth values are never numbers.

    Returns
    -------
    The answer id, the ids in the question's order, or the number; None where unanswered or refused; and the findings.
    """
    if is_unanswered(value):
        return None, Findings()
    value = plain(value)
    if question.kind == "input":
        return _number(question, value)
    many = list(value) if isinstance(value, (list, tuple, set, frozenset)) else [value]
    if question.kind == "singlepunch" and len(many) > 1:
        message = f"Only one answer is allowed for qualification {question.qualification_id}."
        return _refused(question, "only-one-answer", message, "Provide just one answer.")
    ids: list[int] = []
    for choice in many:
        found = _choices(question, choice)
        if len(found) != 1:
            return _not_one(question, choice, found)
        ids.append(found[0].id)
    if question.kind == "singlepunch":
        return ids[0], Findings()
    order = [answer.id for answer in question.answers]
    return tuple(sorted(set(ids), key=order.index)), Findings()


def _number(question: Question, value: Any) -> tuple[int | None, Findings]:  # noqa: ANN401 - whatever a user may hand in
    number = whole(value)
    low, high = question.bounds or (0, GREATEST)
    if number is None or not low <= number <= high:
        fix = f"Give a whole number from {low} to {high}." if question.bounds else "Give a whole number, 0 or more."
        return _refused(question, "open-ended-value", "Error on regex open ended", fix)
    return number, Findings()


def whole(value: Any) -> int | None:  # noqa: ANN401 - whatever a user may hand in
    """Return a value as a whole number, None when it is not one."""
    if isinstance(value, str):
        return int(value) if _DIGITS.fullmatch(value := value.strip()) else None
    if isinstance(value, (bool, np.timedelta64)) or not isinstance(value, (numbers.Real, Decimal)):
        return None
    try:
        number = int(value)  # type: ignore[arg-type] # the abstract Real names only __trunc__
    except (ValueError, OverflowError):  # NaN and the infinities
        return None
    return number if number == value else None


def _choices(question: Question, choice: Any) -> list[Answer]:  # noqa: ANN401 - whatever a user may hand in
    """Return the answers that a choice may mean.

    A whole number is an id, else the text of those digits; a text is a text, exact or in any case, else an id in digits. So a
    column of a table means the same whether its reader made numbers or texts of it, unless an id has the digits of a text.
    """
    written = _DIGITS_IN_TABLE.fullmatch(choice.strip()) if isinstance(choice, str) else None
    number = int(written[1]) if written else whole(choice) if not isinstance(choice, str) else None
    answer = question.find(number) if number is not None else None
    if answer and not isinstance(choice, str):
        return [answer]
    text = choice if isinstance(choice, str) else "" if number is None else str(number)
    for fold in (str.strip, folded):
        found = [a for a in question.answers if fold(text) in {fold(t) for t in (a.text, a.eng_text) if t}]
        if found:
            return found
    return [answer] if answer else []


def folded(text: str) -> str:
    """Return a text with its case and spaces set aside."""
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()


def _not_one(question: Question, choice: object, found: list[Answer]) -> tuple[None, Findings]:
    if found:
        ids = ", ".join(str(answer.id) for answer in found)
        message = f"{shown(choice)} is the text of several answers: {ids}"
        return _refused(question, "ambiguous-answer", message, "Give the answer id.")
    choices = "; ".join(f"{answer.id} {answer.label!r}" for answer in question.answers[:12])
    more = f"; and {len(question.answers) - 12} more" if len(question.answers) > 12 else ""  # noqa: PLR2004 - what fits a line
    message = f"{shown(choice)} is not an answer of {question.name}"
    return _refused(question, "unknown-answer", message, f"Choose from {choices}{more}.")


def _refused(question: Question, code: str, message: str, fix: str) -> tuple[None, Findings]:
    return None, Findings([Finding(code, "error", f"{question.name} ({question.qualification_id})", message, fix)])
