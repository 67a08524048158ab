"""Questions and their answers.

The names of the fields on the wire stand here beside ours, because an answer is decoded straight into these types.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from typing import TYPE_CHECKING, Annotated, Literal, get_args

import msgspec

from segkit.provenance import Provenance, weakest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Id = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Order = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)]
Kind = Literal["singlepunch", "multipunch", "input"]

_TOKEN = re.compile(r"\s*%%\d+%%")
_BOUNDS = re.compile(r"\s*([0-9]{1,15})\s*-\s*([0-9]{1,15})\s*")


@functools.lru_cache(maxsize=64)
def _kind(question_type: str) -> Kind | None:
    word = re.sub(r"[\s_-]+", "", question_type).lower()
    return word if word in get_args(Kind) else None  # type: ignore[return-value] # mypy does not narrow a str to its Literal


class Answer(msgspec.Struct, frozen=True, gc=False):
    """One answer to choose: its id, its text in the respondent's language, the English text."""

    id: Id
    text: str | None = None
    eng_text: str | None = None
    provenance: Provenance = msgspec.field(name="x_segkit_provenance", default="documented")

    @property
    def label(self) -> str:
        """What to show: the text, else the English text, else the id."""
        return self.text or self.eng_text or str(self.id)


class Segmentation(msgspec.Struct, frozen=True, gc=False):
    """What an object says of the tree that it belongs to."""

    parent_qualification_id: Id | None = None


class Question(msgspec.Struct, frozen=True):
    """One question as the vendor sends it, its children within.

    `answers` are what to choose from; for an input `bounds` are the numbers allowed. `text` keeps the vendor's ``%%4209%%``
    tokens, `readable` is without them. `fault` says what could not be read, and is empty nearly always.
    """

    qualification_id: Id
    question_type: str | None = None
    order: Order | None = msgspec.field(name="question_order_number", default=None)
    description: str | None = msgspec.field(name="question_description", default=None)
    placeholder: str | None = msgspec.field(name="answer_placeholder", default=None)
    answers: tuple[Answer, ...] = ()
    segmentation: Segmentation | None = None
    text: str | None = msgspec.field(name="question_text", default=None)
    children: tuple[Question, ...] = ()
    provenance: Provenance = msgspec.field(name="x_segkit_provenance", default="documented")
    fault: str = msgspec.field(name="x_segkit_fault", default="")

    @property
    def name(self) -> str:
        """The column of this question in a respondent frame: its description, else its id."""
        return (self.description or "").strip() or str(self.qualification_id)

    @property
    def readable(self) -> str:
        """The text without the vendor's tokens; the name where nothing else is left."""
        return _TOKEN.sub("", self.text or "").strip() or self.name

    @property
    def kind(self) -> Kind | None:
        """How it is answered, None where that cannot be told; the documents write ``singlepunch`` and ``input``."""
        return _kind(self.question_type) if self.question_type else "singlepunch" if self.answers else None

    @property
    def bounds(self) -> tuple[int, int] | None:
        """Least and greatest number of an input, read from a placeholder such as ``0-99``; None where there are none."""
        found = _BOUNDS.fullmatch(self.placeholder or "")
        if not found or self.kind != "input":
            return None
        low, high = int(found[1]), int(found[2])
        return (low, high) if low <= high else None

    @property
    def weakest_provenance(self) -> Provenance:
        """The word that the question may bear together with its answers."""
        return weakest(self.provenance, *(answer.provenance for answer in self.answers))

    def __repr__(self) -> str:
        return (
            f"<Question {self.name} ({self.qualification_id}): {self.readable!r}, {len(self.answers)} answers, {self.provenance}>"
        )

    def find(self, answer_id: int) -> Answer | None:
        """Return the answer of that id, None where there is none."""
        return next((answer for answer in self.answers if answer.id == answer_id), None)


def places(questions: Sequence[Question]) -> Mapping[str, int]:
    """Return the place of each question by what it may be called: its id, and its name where no other question bears it."""
    times = Counter(question.name for question in questions)
    named = {question.name: place for place, question in enumerate(questions) if times[question.name] == 1}
    return named | {str(question.qualification_id): place for place, question in enumerate(questions)}


def not_found(questions: Sequence[Question], wanted: object) -> str:
    """Say in words why `places` has no such question."""
    names = ", ".join(f"{question.name} ({question.qualification_id})" for question in questions)
    if any(question.name == wanted for question in questions):
        return f"several questions are called {wanted!r}: give the qualification id; there are {names}"
    return f"there is no question {wanted!r}; there are {names or 'none'}"
