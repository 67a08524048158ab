"""A walk through a tree, one answer at a time: where it stands, what was answered, what the vendor would refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from segkit import frames, markup
from segkit.errors import InvalidInput
from segkit.findings import Finding, Findings
from segkit.provenance import weakest
from segkit.sel import calculation
from segkit.sel.answers import check_answer
from segkit.sel.question import not_found, places

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from segkit.provenance import Provenance
    from segkit.sel.answers import Given
    from segkit.sel.question import Question


class Walk:
    """One respondent's way through the questions of a parent.

    A refused answer changes nothing and stays in `findings` until its question is answered or cleared.

    Examples
    --------
    >>> from segkit.sel.question import Answer, Question
    >>> cars = Question(4051, "input", description="MXQ3", placeholder="0-99")
    >>> walk = Walk(Question(7, answers=(Answer(111, "Few"), Answer(112, "Many"))), (cars,), locale="es_MX")
    >>> print(walk.answer(-1).findings)
    error open-ended-value at MXQ3 (4051): Error on regex open ended. Fix: Give a whole number from 0 to 99.
    >>> walk.answer(2)
    <Walk 7: 1 of 1 answered, past the last question, documented>
    >>> walk.payload(member_id="m-1")["segmentation_answers"][0]["answers"]
    [{'value': 2}]
    """

    def __init__(
        self, parent: Question, questions: tuple[Question, ...], *, locale: str | None = None, left_out: tuple[int, ...] = ()
    ) -> None:
        self.parent = parent
        self.questions = questions
        self.locale = locale
        self._left_out = left_out
        self._given: dict[int, Given] = {}
        self._refused: dict[int, tuple[Any, Findings]] = {}
        self._position = 0

    @property
    def current(self) -> Question | None:
        """The question that the walk stands at, None when it is past the last one."""
        return self.questions[self._position] if self._position < len(self.questions) else None

    @property
    def answers(self) -> Mapping[int, Given]:
        """What was answered, by qualification id in walking order: an answer id, ids, or a number."""
        return {q.qualification_id: self._given[q.qualification_id] for q in self.questions if q.qualification_id in self._given}

    @property
    def refused(self) -> Mapping[int, Any]:
        """What was refused last at each question, as it was given, until the question is answered or cleared."""
        kept = self._refused
        return {q.qualification_id: kept[q.qualification_id][0] for q in self.questions if q.qualification_id in kept}

    @property
    def remaining(self) -> tuple[Question, ...]:
        """The questions that have no answer yet."""
        return tuple(q for q in self.questions if q.qualification_id not in self._given)

    @property
    def complete(self) -> bool:
        """Whether every question is answered."""
        return bool(self.questions) and not self.remaining

    @property
    def findings(self) -> Findings:
        """What was refused last at each question, and what the tree lacks."""
        refused = Findings(finding for question in self.questions for finding in self.findings_at(question))
        if not self._left_out:
            return refused
        ids = ", ".join(map(str, self._left_out))
        where, message = f"tree {self.parent.qualification_id}", f"questions left out of the tree: {ids}"
        lost = Finding("questions-left-out", "warning", where, message, "The vendor may refuse what lacks them.")
        return Findings((*refused, lost))

    def answer(self, value: Any, question: int | str | None = None) -> Walk:  # noqa: ANN401 - whatever a user may hand in
        """Answer the current question, or the one named, and go on to the next one without an answer.

        Parameters
        ----------
        value
            An answer id or text, a list of them for a multi punch, a number for an input; None or NaN leaves it unanswered.
        question
            A qualification id or description; the current question when None.

        Returns
        -------
        The walk itself. A refused value changes no answer and is in `findings`.

        Raises
        ------
        InvalidInput
            When there is no such question, or several of that description, or the walk is past the last one.
        """
        at = self._place(question)
        asked = self.questions[at]
        given, refused = check_answer(asked, value)
        self._refused.pop(asked.qualification_id, None)
        if refused:
            self._refused[asked.qualification_id] = (value, refused)
            self._position = at
        elif given is None:
            self._given.pop(asked.qualification_id, None)
            self._position = at
        else:
            self._given[asked.qualification_id] = given
            self._position = self._next(at)
        return self

    def back(self) -> Walk:
        """Go to the question before this one; its answer stays until it is changed."""
        self._position = max(0, self._position - 1)
        return self

    def go_to(self, question: int | str) -> Walk:
        """Go to a question to answer or change it."""
        self._position = self._place(question)
        return self

    def clear(self, question: int | str) -> Walk:
        """Take an answer back and stand at its question."""
        return self.answer(None, question)

    def copy(self) -> Walk:
        """Return a walk at the same place with the same answers, independent of this one."""
        twin = Walk(self.parent, self.questions, locale=self.locale, left_out=self._left_out)
        twin._given, twin._refused, twin._position = dict(self._given), dict(self._refused), self._position
        return twin

    def _place(self, question: int | str | None) -> int:
        if question is None:
            if self.current is None:
                raise InvalidInput("the walk is past its last question: name the question to change, or go back()")
            return self._position
        place = places(self.questions).get(str(question).strip())
        if place is None:
            raise InvalidInput(not_found(self.questions, question))
        return place

    def _next(self, at: int) -> int:
        """Return the next unanswered question after this one, else the first unanswered, else past the end."""
        open_places = [place for place, q in enumerate(self.questions) if q.qualification_id not in self._given]
        return next((place for place in open_places if place > at), open_places[0] if open_places else len(self.questions))

    def payload(self, member_id: str, *, locale: str | None = None, partial: bool = False) -> dict[str, Any]:
        """Write the body of the calculate call, key for key as the vendor's example.

        Parameters
        ----------
        member_id
            The vendor's unique id of the member.
        locale
            Needed only where the tree was read from a saved answer.
        partial
            Write what is answered so far, instead of raising.

        Raises
        ------
        InvalidInput
            When questions are unanswered, or no locale or member id is known.
        """
        language = locale or self.locale
        if not partial:
            self._ready(member_id, language)
        parts = [(q, self._given[q.qualification_id]) for q in self.questions if q.qualification_id in self._given]
        return calculation.body(language or "", member_id, parts, self.parent.qualification_id)

    def _ready(self, member_id: str, locale: str | None) -> None:
        findings = [
            Finding("unanswered", "error", f"{q.name} ({q.qualification_id})", "this question has no answer", "Answer it.")
            for q in self.remaining
        ]
        if not self.questions:
            at = f"tree {self.parent.qualification_id}"
            findings.append(Finding("no-questions", "error", at, "there is no question to answer", "Fetch the tree anew."))
        if not locale or not locale.strip():
            findings.append(
                Finding("no-locale", "error", "locale", "a saved tree names no locale", 'Give locale="en_US" or the like.')
            )
        if not isinstance(member_id, str) or not member_id.strip():
            findings.append(
                Finding("no-member-id", "error", "member_id", "the member id is empty or no text", "Give the member's id.")
            )
        if findings:
            raise InvalidInput("the walk cannot be calculated yet", findings)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a question in walking order.

        Columns
        -------
        qualification_id : int64
        description, question_text : str, the text without the vendor's tokens
        answer : object, the id, the ids or the number; None where unanswered
        answer_text : str
        provenance : ordered categorical, the weaker word of the question and of what was answered
        """
        rows = [
            (q.qualification_id, q.name, q.readable, given, said(q, given), _word(q, given))
            for q in self.questions
            for given in [self._given.get(q.qualification_id)]
        ]
        frame = frames.from_rows(frames.WALK, rows)
        frame.attrs["segkit"] = {"provenance": self.provenance}
        return frame

    @property
    def provenance(self) -> Provenance:
        """The weakest word of the parent, the questions and the answers given."""
        words = [_word(question, self._given.get(question.qualification_id)) for question in self.questions]
        return weakest(self.parent.weakest_provenance, *words)

    def findings_at(self, question: Question) -> Findings:
        """Return what was refused last at one question."""
        return Findings(self._refused.get(question.qualification_id, (None, ()))[1])

    def __repr__(self) -> str:
        at = f"at {self.current.name}" if self.current else "past the last question"
        answered = f"{len(self._given)} of {len(self.questions)} answered"
        return f"<Walk {self.parent.qualification_id}: {answered}, {at}, {self.provenance}>"

    def _repr_html_(self) -> str:
        rows = []
        for question in self.questions:
            given = self._given.get(question.qualification_id)
            here = "▶ " if question is self.current else ""
            rows.append((here + question.name, question.readable, said(question, given) or "—", _word(question, given)))
        caption = f"Walk through {self.parent.qualification_id}: {len(self._given)} of {len(self.questions)} answered"
        found = markup.Markup(self.findings._repr_html_()) if self.findings else ""
        return markup.join([markup.table(caption, ["question", "text", "answer", "provenance"], rows), found]).html


def _word(question: Question, given: Given | None) -> Provenance:
    """Return the weaker word of a question and of what was answered to it."""
    chosen = given if isinstance(given, tuple) else (given,)
    return weakest(question.provenance, *(answer.provenance for answer in question.answers if answer.id in chosen))


def said(question: Question, given: Given | None) -> str | None:
    """Return an answer as a reader would see it: the labels of choices, the number of an input."""
    if given is None:
        return None
    if question.kind == "input":
        return str(given)
    chosen = given if isinstance(given, tuple) else (given,)
    return "; ".join(answer.label for answer in question.answers if answer.id in chosen)
