"""The published standards, and what can be done with one: score, explain, walk.

Their rules are data (`segkit.sel.edition`); what is known of a standard whose rule is not public is in `segkit.sel.absent`.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec
import pandas as pd

from segkit import frames, markup
from segkit.errors import InvalidInput
from segkit.findings import Finding
from segkit.sel import absent, scores, standard_frames
from segkit.sel.edition import Edition, read_editions
from segkit.sel.explanation import Explanation
from segkit.sel.standard_answers import StandardReader
from segkit.sel.standard_tree import tree_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from segkit.sel.standard_answers import Missing
    from segkit.sel.tree import Tree
    from segkit.sel.walk import Walk


class Standard(Edition, frozen=True, forbid_unknown_fields=True, dict=True):
    """A published rule in one edition, and what can be done with it.

    What counts as an answer: its key or its text in either language, in any case; for a choice its id in `tree`, which is no
    vendor's id; for a count a whole number, where counts above the last class are in it (`StandardQuestion.note` says from
    where). A number of a count is never taken for an id unless ``ids=True`` says that all are. Truth values are never answers.

    Examples
    --------
    >>> amai = standard("mx-amai", 2022)
    >>> home = {"education": "upper-secondary", "bathrooms": 1, "cars": 7, "internet": "Sí", "workers": 2, "bedrooms": "2"}
    >>> amai.segment(home)
    'C+'
    >>> amai.explain(home)
    <Explanation mx-amai 2022: 173 points, C+; 29 more to A/B, 6 fewer to C; documented>
    >>> amai.score(pd.DataFrame([home, {**home, "cars": 0}]))
       points segment
    0     173      C+
    1     130      C-
    """

    @functools.cached_property
    def tree(self) -> Tree:
        """The standard as a tree: its wording and answers under ids of our own, labelled synthetic."""
        return tree_of(self)

    def score(
        self,
        frame: pd.DataFrame | Walk | Iterable[Walk],
        columns: Mapping[str, str] | None = None,
        *,
        errors: scores.Errors = "raise",
        ids: bool = False,
        missing: Missing = (),
    ) -> pd.DataFrame:
        """Score respondents.

        Parameters
        ----------
        frame
            One row a respondent, a column a question named as in `questions` or by its id in `tree`; other columns are let be. Or
            walks, through `tree` or through a vendor's tree whose answers have the standard's texts.
        columns
            Maps columns, or the questions of a vendor's tree, to questions, as in ``{"Q12": "education"}``.
        errors
            ``keep`` leaves a row with a missing or wrong answer without a segment and says why in a third column, ``error``.
        ids
            Whether numbers are answer ids of `tree`, those of counts too, as `simulate_answers` and `learn_rule` write them.
        missing
            Codes, numbers or texts, that stand for no answer in any column, as in ``(98, 99)``. Without them a 99 in an open
            count is a count like any other.

        Returns
        -------
        One row a respondent with the frame's index: ``points`` (Int64, missing for a grid) and ``segment``, an ordered
        categorical in the standard's order. ``attrs["segkit"]`` has standard, edition as it was asked for, table_edition,
        provenance (missing where the frame does not state its respondents), rule_provenance, respondents_provenance, confidence,
        source and findings: a disputed cell that was used, counts from 20 on (``implausible-count``), and with ``keep``
        what is wrong.

        Raises
        ------
        InvalidInput
            When a question has no column, or two; when an answer is missing or a value is no answer, with row and column.
        """
        return scores.score(scores.Answers.of(self, self.tree, frame, columns, ids=ids, missing=missing), errors)

    def explain(
        self,
        row: Mapping[str, object] | pd.Series[Any] | pd.DataFrame | Walk,
        columns: Mapping[str, str] | None = None,
        *,
        missing: Missing = (),
    ) -> Explanation:
        """Explain the segment of one respondent: a mapping or a row of a frame, or a walk; `columns` and `missing` as of `score`.

        Raises
        ------
        InvalidInput
            As `score`; also when there is not exactly one respondent.
        """
        if isinstance(row, pd.Series) and not row.index.is_unique:
            twice = ", ".join(sorted({repr(name) for name in row.index[row.index.duplicated()]}))
            raise InvalidInput(f"the row has several values of {twice}: give one of each")
        if isinstance(row, Mapping | pd.Series):
            row = pd.DataFrame({name: pd.Series([value], dtype=object) for name, value in row.items()})
        return Explanation.of(scores.Answers.of(self, self.tree, row, columns, missing=missing))

    def segment(self, answers: Mapping[str, object]) -> str:
        """Return the segment of one respondent.

        Raises
        ------
        InvalidInput
            When a question is not answered or not known, or a value is not one of its answers.
        """
        known = [question.name for question in self.asked]
        said = f"the standard asks {', '.join(known)}"
        findings = [Finding("unknown-question", "error", str(name), said) for name in answers if name not in known]
        codes: list[int] = []
        for question in self.asked:
            reader, given = StandardReader(question), answers.get(question.name)
            codes += reader.codes([given])
            if codes[-1] < 0:
                fault = reader.fault(given)
                findings.append(Finding(fault.code, "error", question.name, fault.message, fault.fix))
        if findings:
            raise InvalidInput("the respondent cannot be scored", findings)
        return self.segments[int(self.rule.segment_indices([codes])[0])]

    def to_frame(self) -> pd.DataFrame:
        """Return one row an answer (`segkit.sel.standard_frames.ANSWERS`)."""
        made = self.questions.to_frame()
        made.attrs["segkit"] = {**self.label, "provenance": self.provenance}
        return made

    def _repr_html_(self) -> str:
        cuts = [(level.segment, level.cutoff_min, level.provenance) for level in self.levels]
        grid = [(*cell.answers, cell.segment, cell.provenance, cell.reason) for cell in self.grid]
        names = [question.name for question in self.asked]
        parts = [
            markup.table(f"{self.name}, edition {self.edition_in_words}", ["segment", "points from", "provenance"], cuts),
            markup.folded("questions", markup.Markup(self.questions._repr_html_())),
        ]
        if grid:
            parts.append(markup.folded("grid", markup.table("Grid", [*names, "segment", "provenance", "note"], grid)))
        notes = [f"{self.provenance}, confidence {self.confidence}", *self.notes, *self.source]
        return markup.join([*parts, *map(markup.note, notes)]).html


class Standards(tuple[Standard, ...]):
    """Every standard and edition that is shipped, by id and edition; printed as a table.

    Examples
    --------
    >>> standards().to_frame().query("id == 'mx-amai'").edition.tolist()
    [2018, 2022, 2024]
    """

    __slots__ = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row an edition (`segkit.sel.standard_frames.STANDARDS`)."""
        rows = [
            (
                *(one.id, force.edition, one.edition, one.name, one.country, one.unit, force.first, force.last, force.provenance),
                *(len(one.asked), len(one.levels), None if one.total_of_state is None else int(one.total_of_state.max())),
                *(one.provenance, one.confidence, force.note, one.source[0]),
            )
            for one in self
            for force in one.in_force
        ]
        return frames.from_rows(standard_frames.STANDARDS, rows)

    def absent(self) -> pd.DataFrame:
        """Return what is known and not shipped, with the reason and what to do instead (`segkit.sel.standard_frames.ABSENT`)."""
        return absent.to_frame()

    def __repr__(self) -> str:
        return f"<Standards: {', '.join(f'{one.id} {one.edition}' for one in self)}>"

    def __str__(self) -> str:
        brief = self.to_frame()[["id", "edition", "rule", "name", "in_force_from", "in_force_to", "provenance", "confidence"]]
        return brief.to_string(index=False, na_rep="")

    def _repr_html_(self) -> str:
        frame = self.to_frame()
        brief = frame[["id", "edition", "rule", "name", "in_force_from", "in_force_to", "segments", "provenance", "confidence"]]
        notes = frame[["id", "edition", "note", "source"]]
        tables = [
            markup.table(caption, [name.replace("_", " ") for name in shown.columns], shown.itertuples(index=False))
            for caption, shown in (("Standards", brief), ("Notes and sources", notes))
        ]
        return markup.join([tables[0], markup.folded("notes and sources", tables[1])]).html


@functools.cache
def standards() -> Standards:
    """Return every standard and edition that is shipped, by id and edition."""
    return Standards(read_editions(Standard))


def standard(id: str, edition: int | None = None) -> Standard:  # noqa: A002 - a standard's id is what it is called everywhere
    """Return one standard; without an edition the newest.

    An edition that has the table of another is told from it: its results name both, as in "2021 (table of 2015)".

    Raises
    ------
    InvalidInput
        When there is no such standard or edition; the finding says why it is not shipped where that is known, by id or country
        (`Standards.absent` lists them), and what to do instead.
    """
    found = [one for one in standards() if one.id == id and edition in {None, one.edition, *one.aliases}]
    if not found:
        country = str(id).strip().casefold()
        theirs = [one for one in standards() if one.country.casefold() == country] or standards()
        known = ", ".join(f"{one.id} {year}" for one in theirs for year in (one.edition, *one.aliases))
        where = str(id) if edition is None else f"{id} {edition}"
        unknown = Finding("unknown-standard", "error", where, "it is not shipped", f"Use one of: {known}.")
        raise InvalidInput("no such standard", [absent.why_absent(id, edition, where) or unknown])
    one = found[-1]
    return one if edition is None or edition == one.edition else _asked_as(standards().index(one), int(edition))


@functools.cache
def _asked_as(place: int, edition: int) -> Standard:
    return msgspec.structs.replace(standards()[place], asked_as=edition)
