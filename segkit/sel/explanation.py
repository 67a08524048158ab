"""Why a respondent is in a segment: points a question, how far the next cuts are, what one answer more or less would do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from segkit import frames, markup
from segkit.errors import InvalidInput
from segkit.findings import Finding, Findings
from segkit.provenance import weakest
from segkit.sel import standard_frames
from segkit.sel.scores import disputed_finding

if TYPE_CHECKING:
    import pandas as pd

    from segkit.provenance import Provenance
    from segkit.sel.edition import Cell, Edition
    from segkit.sel.scores import Answers
    from segkit.sel.standard_question import StandardAnswer


class Distance(NamedTuple):
    """How many points more, or fewer, lead to which segment."""

    points: int
    segment: str


@dataclass(frozen=True, eq=False, repr=False)
class Explanation:
    """One respondent's segment, explained.

    Attributes
    ----------
    edition
        The standard.
    codes
        The place of each answer in its question.
    doubts
        Counts that hardly any home has.
    """

    edition: Edition
    codes: tuple[int, ...]
    doubts: tuple[Finding, ...] = ()

    @classmethod
    def of(cls, answers: Answers) -> Explanation:
        """Explain the only respondent of these answers.

        Raises
        ------
        InvalidInput
            When there is more than one respondent or none, an answer is missing, or a value is no answer.
        """
        if len(answers.frame) != 1:
            raise InvalidInput(f"there are {len(answers.frame)} respondents: give one row, as in frame.iloc[[0]]")
        row = np.zeros(1, dtype=np.int64)
        findings, _ = answers.faults(row)
        if findings:
            raise InvalidInput("the respondent cannot be scored", findings)
        codes = tuple(int(column.codes[column.at(row)[0]]) for column in answers.columns)
        return cls(answers.edition, codes, tuple(answers.implausible()))

    @property
    def segment(self) -> str:
        """The segment."""
        return self._segment(self.codes)

    @property
    def points(self) -> int | None:
        """The sum of the points; None for a grid."""
        return None if self.edition.grid else sum(answer.points or 0 for answer in self._answers)

    @property
    def up(self) -> Distance | None:
        """The points that are missing to the next segment above; None in the highest one and for a grid."""
        above = [cut for cut in self._cuts if self.points is not None and cut.points > self.points]
        return Distance(above[-1].points - (self.points or 0), above[-1].segment) if above else None

    @property
    def down(self) -> Distance | None:
        """The points that, lost, lead to the next segment below; None in the lowest one and for a grid."""
        reached = [place for place, cut in enumerate(self._cuts) if self.points is not None and cut.points <= self.points]
        if len(reached) <= 1:
            return None
        return Distance((self.points or 0) - self._cuts[reached[0]].points + 1, self._cuts[reached[1]].segment)

    @property
    def cell(self) -> Cell | None:
        """The cell of a grid, with what other sources say where they do not agree; None where points are added up."""
        return self.edition.cell(self.codes)

    @property
    def findings(self) -> Findings:
        """That the cell is disputed, or a count hardly can be, where it is so."""
        cell = self.cell
        return Findings([*self.doubts, *([disputed_finding(self.edition, cell, "the grid")] if cell and cell.disputed else [])])

    @property
    def provenance(self) -> Provenance:
        """The weakest word of the standard, the answers and the cell."""
        cell = self.cell
        words = [answer.provenance for answer in self._answers] + ([cell.provenance] if cell else [])
        return weakest(self.edition.provenance, *words)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a question (`segkit.sel.standard_frames.EXPLANATION`)."""
        rows = []
        for place, (question, answer) in enumerate(zip(self.edition.asked, self._answers, strict=True)):
            most = None if answer.points is None else max(other.points or 0 for other in question.answers)
            beside = (self._beside(place, -1), self._beside(place, 1))
            told = (question.name, question.text, answer.answer, answer.text, answer.points, most)
            rows.append((*told, *beside, weakest(answer.provenance, self.provenance)))
        made = frames.from_rows(standard_frames.EXPLANATION, rows)
        made.attrs["segkit"] = {**self.edition.label, "provenance": self.provenance}
        return made

    @property
    def _answers(self) -> list[StandardAnswer]:
        return [question.answers[code] for question, code in zip(self.edition.asked, self.codes, strict=True)]

    @property
    def _cuts(self) -> list[Distance]:
        return [Distance(fewest, segment) for segment, fewest in self.edition.cutoffs_min.items()]

    def _segment(self, codes: tuple[int, ...]) -> str:
        return self.edition.segments[int(self.edition.rule.segment_indices([codes])[0])]

    def _beside(self, place: int, by: int) -> str | None:
        code = self.codes[place] + by
        if not 0 <= code < len(self.edition.asked[place].answers):
            return None
        return self._segment((*self.codes[:place], code, *self.codes[place + 1 :]))

    @property
    def _in_words(self) -> str:
        if self.points is None:
            keys = (f"{q.name} {a.answer}" for q, a in zip(self.edition.asked, self._answers, strict=True))
            return f"{self.segment} at {', '.join(keys)}"
        ways = [f"{self.up.points} more to {self.up.segment}"] if self.up else []
        ways += [f"{self.down.points} fewer to {self.down.segment}"] if self.down else []
        return f"{self.points} points, {self.segment}; {', '.join(ways)}"

    def __repr__(self) -> str:
        words = {"disputed-cell": ", disputed", "implausible-count": ", with a count that may be a code"}
        disputed = "".join(word for code, word in words.items() if code in self.findings.codes)
        return f"<Explanation {self.edition.in_words}: {self._in_words}; {self.provenance}{disputed}>"

    def _repr_html_(self) -> str:
        frame = self.to_frame()
        shown = frame.drop(columns=["question"] if self.points is not None else ["question", "points", "most_points"])
        head = [name.replace("_", " ") for name in shown.columns]
        caption = f"{self.edition.name}, edition {self.edition.edition_in_words}: {self._in_words}"
        found = markup.Markup(self.findings._repr_html_()) if self.findings else ""
        label = markup.element("strong", f"{self.provenance}: ")
        source = markup.note(markup.join([label, self.edition.source[0]]))
        return markup.join([markup.table(caption, head, shown.itertuples(index=False)), found, source]).html
