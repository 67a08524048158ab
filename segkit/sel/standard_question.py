"""The questions of a published standard: their wording, their answers, the points of each, where each row comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from segkit import markup
from segkit.provenance import Provenance  # noqa: TC001 - msgspec reads the annotations
from segkit.sel import standard_frames

if TYPE_CHECKING:
    import pandas as pd

GREATEST_COUNT = 99
"""The greatest count that is taken for one, as in the vendor's own open question 4051, "0-99"."""

FIRST_ID = 111
"""The answer id of a question's first answer in the standard's tree, as vendors number theirs; no count reaches it."""


class StandardAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One answer of a standard's question.

    Attributes
    ----------
    answer
        Its key in the rule.
    text, eng_text
        Its published wording, ours in English.
    also
        Other labels of it: the classes that a standard puts into one.
    points
        None in a grid.
    """

    answer: str
    text: str
    eng_text: str
    provenance: Provenance
    also: tuple[str, ...] = ()
    points: Annotated[int, msgspec.Meta(ge=0)] | None = None


class StandardQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One question of a standard.

    Attributes
    ----------
    kind
        ``choice``, or ``count``: a whole number from 0, whose last answer is open ("2 or more").
    answers
        From the lowest class to the highest.
    provenance
        Of the wording; each answer has its own.
    most
        The greatest count that can be.
    """

    name: str
    kind: Literal["choice", "count"]
    text: str
    eng_text: str
    provenance: Provenance
    answers: tuple[StandardAnswer, ...]
    most: int = GREATEST_COUNT

    @property
    def note(self) -> str:
        """What a reader must know of the answers: that counts in the open class score alike."""
        if self.kind == "choice":
            return ""
        return f"counts from {len(self.answers) - 1} to {self.most} are one class, {self.answers[-1].answer}, and score alike"

    def __repr__(self) -> str:
        return f"<StandardQuestion {self.name}: {self.text!r}, {len(self.answers)} answers, {self.provenance}>"


class StandardQuestions(tuple[StandardQuestion, ...]):
    """The questions of a standard in the order in which it asks them.

    Examples
    --------
    >>> from segkit.sel.standards import standard
    >>> standard("mx-amai", 2022).questions.to_frame().groupby("question", sort=False).points.max().tolist()
    [85, 47, 43, 32, 61, 32]
    """

    __slots__ = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row an answer (`segkit.sel.standard_frames.ANSWERS`)."""
        return standard_frames.answers(
            (question.name, question.text, question.eng_text, question.kind, question.note, answer)
            for question in self
            for answer in question.answers
        )

    def __repr__(self) -> str:
        return f"<StandardQuestions: {', '.join(question.name for question in self)}>"

    def _repr_html_(self) -> str:
        rows = [
            (
                question.name,
                question.text,
                question.eng_text,
                markup.join((said(answer) for answer in question.answers), "; "),
                question.note,
                question.provenance,
            )
            for question in self
        ]
        head = ["name", "question", "in English", "answers (points)", "note", "wording"]
        return markup.table("Questions of the standard", head, rows).html


def said(answer: StandardAnswer) -> str:
    """Write an answer and its points."""
    return answer.text if answer.points is None else f"{answer.text} ({answer.points})"
