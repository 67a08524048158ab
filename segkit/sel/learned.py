"""A rule that was learned: what a far side answered for each set of answers, and nothing of what it was not asked."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from segkit import frames, markup
from segkit.errors import InvalidInput
from segkit.findings import Finding, Findings
from segkit.provenance import together, weakest
from segkit.sel import law_frames
from segkit.sel.answers import shown
from segkit.sel.respondents import check_respondents, word_of
from segkit.sel.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from segkit.provenance import Provenance
    from segkit.sel.profiles import Profiles
    from segkit.sel.scores import Errors
    from segkit.sel.tree import Tree

UNKNOWN = "unknown"
"""The segment of a profile that was not asked, in the rule of a part that was."""

NOT_ASKED = -1
NOT_KNOWN = "this profile was not asked"


@dataclass(frozen=True, eq=False, repr=False)
class LearnedRule:
    """What a far side answered for the profiles of a tree.

    Attributes
    ----------
    tree, profiles
        What was asked, and everything that could be.
    segment_of
        ``(n_profiles,)``: the place of each profile's segment in `segments`, -1 where it was not asked or not answered.
    asked
        How many profiles were asked, those beyond a top too.
    beyond
        How many of them had a number above its top.
    compared
        How many of these were answered, as was the profile that they are taken as; none of them differs.
    findings
        Rows without a segment, as the far side put it.
    """

    tree: Tree
    profiles: Profiles
    segment_of: NDArray[np.int16]
    asked: int
    beyond: int
    compared: int
    findings: Findings
    answers_provenance: Provenance

    @property
    def segments(self) -> tuple[str, ...]:
        """The segments in the parent's order."""
        return tuple(self.tree.segment_names.values())

    @property
    def proven(self) -> int:
        """How many profiles have a segment that the far side gave."""
        return int((self.segment_of >= 0).sum())

    @property
    def exact(self) -> bool:
        """Whether every profile is proven, and no number is taken for another."""
        return self.proven == self.profiles.n and not self.profiles.tops

    @property
    def provenance(self) -> Provenance:
        """``derived`` from a vendor's answers, ``synthetic`` where those of a sandbox are."""
        return weakest("derived", self.answers_provenance)

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What it stands on, a line each."""
        lines = [f"{self.proven:,} of {self.profiles.n:,} profiles proven, {self.asked:,} asked"]
        for place, top in self.profiles.tops.items():
            name = self.profiles.questions[place].name
            lines.append(f"assumed: {name} above {top} is taken as {top}")
        if self.profiles.tops:
            told = f"{self.compared:,} answers could be compared with it" + (", none differs" if self.compared else "")
            lines.append(f"{self.beyond:,} profiles above a top were asked, {told}")
        if self.proven < self.profiles.n:
            lines.append(f"{self.profiles.n - self.proven:,} profiles are {UNKNOWN}: nothing is said of them")
        return tuple(lines)

    @cached_property
    def rule(self) -> Rule:
        """The smallest automaton that gives the same segments; `UNKNOWN` is its last one, where there are any."""
        table = self.segment_of.astype(np.int64)
        names = self.segments
        if self.proven < self.profiles.n:
            table = np.where(table == NOT_ASKED, len(names), table)
            names = (*names, UNKNOWN)
        step: list[NDArray[np.int64]] = []
        for size in reversed(self.profiles.shape):
            rows, table = np.unique(table.reshape(-1, size), axis=0, return_inverse=True)
            step.insert(0, np.ascontiguousarray(rows, dtype=np.int64))
            table = table.reshape(-1)
        return Rule(self.profiles.names, self.profiles.choices, tuple(step), np.arange(len(names)), names)

    def score(self, frame: pd.DataFrame, columns: Mapping[str, str] | None = None, *, errors: Errors = "raise") -> pd.DataFrame:
        """Return the segment of each respondent, as the far side gave it for the same answers.

        Parameters
        ----------
        frame, columns
            A respondent frame of the tree; values are answer ids or texts, numbers for inputs.
        errors
            ``keep`` leaves a row with a missing or wrong answer, or a profile that was not asked, without a segment and says why
            in a second column, ``error``.

        Returns
        -------
        One row a respondent with the frame's index: ``segment``, an ordered categorical. ``attrs["segkit"]`` has the label, what
        it stands on and the findings.

        Raises
        ------
        InvalidInput
            When it is no frame; when a question has no column, or two; when an answer is missing, no answer or not asked, with
            row and column.
        """
        if not isinstance(frame, pd.DataFrame):
            raise InvalidInput(f"frame is {type(frame).__name__}: give a DataFrame with one row a respondent")
        if errors not in {"raise", "keep"}:
            raise InvalidInput(f'errors is {errors!r}: give "raise" or "keep"')
        respondents = check_respondents(frame, self.tree.questions, columns)
        codes = self.profiles.codes(respondents)
        words = respondents.errors
        whole = np.array([word is None for word in words], dtype=bool)
        place = np.full(len(frame), NOT_ASKED, dtype=np.int64)
        place[whole] = self.segment_of[np.ravel_multi_index(tuple(codes[whole].T), self.profiles.shape)]
        unknown = np.flatnonzero(whole & (place == NOT_ASKED))
        words[unknown] = NOT_KNOWN
        findings = [*respondents.findings, *_unknown(frame.index, unknown)]
        if findings and errors == "raise":
            told = f'{int((place < 0).sum()):,} of {len(frame):,} rows have no segment; errors="keep" keeps them and says why'
            raise InvalidInput(told, findings)
        table = {**law_frames.LEARNED, "segment": self.tree.segments, **({"error": "str"} if errors == "keep" else {})}
        segment = pd.Categorical.from_codes(place, dtype=self.tree.segments)
        scored = frames.build(table, {"segment": segment, "error": words}, frame.index)
        theirs = word_of(frame)
        word = together([self.provenance, theirs])
        about = {
            "provenance": word,
            "rule_provenance": self.provenance,
            "respondents_provenance": theirs,
            "assumptions": list(self.assumptions),
        }
        scored.attrs["segkit"] = {**about, "findings": [asdict(finding) for finding in findings]}
        return scored

    def to_frame(self) -> pd.DataFrame:
        """Return one row a profile: a column a question, then ``segment``, missing where it is unknown."""
        frame = self.profiles.frame(np.arange(self.profiles.n))
        frame["segment"] = pd.Categorical.from_codes(self.segment_of, dtype=self.tree.segments)
        frame.attrs["segkit"] = {"provenance": self.provenance, "assumptions": list(self.assumptions)}
        return frame

    def __repr__(self) -> str:
        told = f"{self.proven:,} of {self.profiles.n:,} profiles proven"
        return f"<LearnedRule {self.tree.parent_id}: {told}, {self.asked:,} asked, {self.provenance}>"

    def _repr_html_(self) -> str:
        counts = pd.Series(self.segment_of).value_counts()
        rows = [(name, f"{counts.get(place, 0):,}") for place, name in enumerate(self.segments)]
        rows.append((UNKNOWN, f"{self.profiles.n - self.proven:,}"))
        caption = f"Rule learned of tree {self.tree.parent_id}, {self.provenance}"
        found = markup.Markup(self.findings._repr_html_()) if self.findings else ""
        notes = [markup.note(line) for line in self.assumptions]
        return markup.join([markup.table(caption, ["segment", "profiles"], rows), *notes, found]).html


def _unknown(index: pd.Index, rows: NDArray[np.int64]) -> Iterator[Finding]:
    if len(rows):
        more = f" and {len(rows) - 1} more rows" if len(rows) > 1 else ""
        fix = "Learn with a greater budget: with the same journal only what is new is asked."
        yield Finding("not-asked", "error", f"row {shown(index[rows[0]])}{more}", NOT_KNOWN, fix)
