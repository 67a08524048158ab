"""A qualification tree: a parent, whose answers are the segments, and the questions that lead to one of them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pandas as pd

from segkit import markup
from segkit.findings import Findings
from segkit.provenance import weakest
from segkit.sel.question import not_found, places
from segkit.sel.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from segkit.provenance import Provenance
    from segkit.sel.question import Question


class Tree:
    """A parent and its questions in walking order, with what was found wrong in them.

    Attributes
    ----------
    parent
        The parent question; its answers are the segments.
    questions
        The usable questions, by question order number, ties and missing numbers in reply order.
    left_out
        Qualification ids of questions that cannot be used; `findings` says why.
    locale
        The locale that was asked for, None for a saved answer.
    findings
        What is wrong in this tree.
    """

    def __init__(
        self,
        parent: Question,
        questions: tuple[Question, ...],
        *,
        left_out: tuple[int, ...] = (),
        locale: str | None = None,
        findings: Findings | None = None,
    ) -> None:
        self.parent = parent
        self.questions = questions
        self.left_out = left_out
        self.locale = locale
        self.findings = findings or Findings()

    @property
    def parent_id(self) -> int:
        """The parent's qualification id."""
        return self.parent.qualification_id

    @property
    def by_id(self) -> Mapping[int, Question]:
        """The questions by qualification id."""
        return {question.qualification_id: question for question in self.questions}

    @property
    def provenance(self) -> Provenance:
        """The weakest word in the tree."""
        return weakest(*(question.weakest_provenance for question in (self.parent, *self.questions)))

    @property
    def segments(self) -> pd.CategoricalDtype:
        """The segments as an ordered categorical, in the parent's order, named by their texts."""
        return pd.CategoricalDtype(list(self.segment_names.values()), ordered=True)

    @property
    def segment_names(self) -> Mapping[int, str]:
        """Segment id to the name shown; segments of one text are told apart by their ids."""
        times = Counter(answer.label for answer in self.parent.answers)
        numbered = {answer.id: f"{answer.label} ({answer.id})" for answer in self.parent.answers}
        names = {a.id: a.label if times[a.label] == 1 else numbered[a.id] for a in self.parent.answers}
        # "A (1)" may be the text of a third segment: then only the ids tell all of them apart.
        return names if len(set(names.values())) == len(names) else numbered

    def find(self, question: int | str) -> Question:
        """Return a question by qualification id or by description.

        Raises
        ------
        KeyError
            When the tree has no such question, or several of that description.
        """
        place = places(self.questions).get(str(question).strip())
        if place is None:
            raise KeyError(f"tree {self.parent_id}: {not_found(self.questions, question)}")
        return self.questions[place]

    def walk(self) -> Walk:
        """Start a walk through the tree."""
        return Walk(self.parent, self.questions, locale=self.locale, left_out=self.left_out)

    def __repr__(self) -> str:
        name = (self.parent.description or "").strip()
        counts = f"{len(self.questions)} questions, {len(self.parent.answers)} segments"
        return f"<Tree {self.parent_id} {name!r}: {counts}, {self.provenance}>"

    def _repr_html_(self) -> str:
        rows = [
            (
                q.qualification_id,
                q.name,
                q.readable,
                markup.join((a.label for a in q.answers), "; ") if q.answers else f"a number, {q.placeholder}",
                q.weakest_provenance,
            )
            for q in self.questions
        ]
        segments = f"{'; '.join(self.segment_names.values())} ({self.parent.weakest_provenance})"
        caption = f"Tree {self.parent_id} {(self.parent.description or '').strip()}: leads to {segments}"
        found = markup.Markup(self.findings._repr_html_()) if self.findings else ""
        return markup.join([markup.table(caption, ["id", "name", "question", "answers", "provenance"], rows), found]).html
