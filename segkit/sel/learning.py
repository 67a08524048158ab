"""A rule from asked profiles: what a vendor answers for every set of answers, kept as an exact automaton.

Nothing is guessed. A profile that was not asked has no segment here, and numbers are taken alike only where the caller says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from segkit import frames, markup
from segkit.errors import InvalidInput
from segkit.findings import Finding, Findings
from segkit.provenance import WORDS, weakest
from segkit.sel.answers import shown
from segkit.sel.profiles import Profiles
from segkit.sel.respondents import check_respondents
from segkit.sel.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from segkit.provenance import Provenance
    from segkit.sel.tree import Tree

UNKNOWN = "unknown"
"""The segment of a profile that was not asked, in the rule of a part that was."""

MOST = 20_000
"""Profiles that are asked without a budget being named."""

HELD = 10_000_000
"""Profiles that a learned rule can hold; each takes two bytes."""

BEYOND = 200
"""Profiles with a number above its top that are asked, to see whether it is taken as the top is."""

_NOT_ASKED = -1


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
        How many of them had a number above its top; none of them was answered otherwise than the top.
    findings
        Rows without a segment, as the far side put it.
    """

    tree: Tree
    profiles: Profiles
    segment_of: NDArray[np.int16]
    asked: int
    beyond: int
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
            lines.append(f"assumed: {name} above {top} is taken as {top}; {self.beyond} such profiles were asked, none differs")
        if self.proven < self.profiles.n:
            lines.append(f"{self.profiles.n - self.proven:,} profiles are {UNKNOWN}: nothing is said of them")
        return tuple(lines)

    @cached_property
    def rule(self) -> Rule:
        """The smallest automaton that gives the same segments; `UNKNOWN` is its last one, where there are any."""
        table = self.segment_of.astype(np.int64)
        names = self.segments
        if self.proven < self.profiles.n:
            table = np.where(table == _NOT_ASKED, len(names), table)
            names = (*names, UNKNOWN)
        step: list[NDArray[np.int64]] = []
        for size in reversed(self.profiles.shape):
            rows, table = np.unique(table.reshape(-1, size), axis=0, return_inverse=True)
            step.insert(0, np.ascontiguousarray(rows, dtype=np.int64))
            table = table.reshape(-1)
        return Rule(self.profiles.names, self.profiles.choices, tuple(step), np.arange(len(names)), names)

    def score(self, frame: pd.DataFrame, columns: Mapping[str, str] | None = None) -> pd.DataFrame:
        """Return the segment of each respondent, as the far side gave it for the same answers.

        Parameters
        ----------
        frame, columns
            A respondent frame of the tree; values are answer ids or texts, numbers for inputs.

        Returns
        -------
        One row a respondent, with the frame's index: ``segment`` (ordered categorical, missing where there is an error) and
        ``error`` (why: what is refused, unanswered or not asked). ``attrs["segkit"]`` has the findings and the label.

        Raises
        ------
        InvalidInput
            When a question has no column, or two.
        """
        respondents = check_respondents(frame, self.tree.questions, columns)
        codes = self.profiles.codes(respondents)
        whole = (codes >= 0).all(axis=1)
        place = np.full(len(frame), _NOT_ASKED, dtype=np.int64)
        place[whole] = self.segment_of[np.ravel_multi_index(tuple(codes[whole].T), self.profiles.shape)]
        error = respondents.errors
        error[(place < 0) & np.array([words is None for words in error], dtype=bool)] = "this profile was not asked"
        place[np.array([words is not None for words in error], dtype=bool)] = _NOT_ASKED
        segment = pd.Categorical.from_codes(place, dtype=self.tree.segments)
        columns_of = {**frames.LEARNED, "segment": self.tree.segments}
        scored = frames.build(columns_of, {"segment": segment, "error": error}, frame.index)
        about = {
            "provenance": self.provenance,
            "assumptions": list(self.assumptions),
            "findings": respondents.findings.to_frame(),
        }
        scored.attrs["segkit"] = about
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


def learn_rule(
    ask: Callable[[pd.DataFrame], pd.DataFrame],
    tree: Tree,
    *,
    top: Mapping[str | int, int] | None = None,
    budget: int | None = None,
    seed: int = 0,
) -> LearnedRule:
    """Ask for every profile of a tree and keep the answers as an exact rule.

    Parameters
    ----------
    ask
        Takes a respondent frame and returns it, rows and index kept, with a column ``segment`` (names as in `tree.segments`) or
        ``segment_id``, missing where there is none, and perhaps ``segment_provenance`` and ``error``: as `calculate_many` does.
        ``functools.partial(client.calculate_many, tree=tree, journal="learned.sqlite")`` resumes where it broke off, and
        does not ask a vendor's production without ``allow_production=True``.
    top
        By question the number of an input from which on all are taken alike, ``{"MXQ3": 2}``. It is an assumption: profiles
        above are asked too, and one that differs is refused.
    budget
        The most profiles to ask; those left are unknown. Which are asked is drawn with `seed`, so that a part is a fair sample.
        With the same journal and seed a greater budget asks only for what is new.

    Raises
    ------
    InvalidInput
        When the tree cannot be asked whole, needs more than 20,000 profiles and no budget is given, what `ask` returns does
        not fit, or a number above its top is answered otherwise.

    Examples
    --------
    >>> from segkit.sel.question import Answer, Question
    >>> from segkit.sel.tree import Tree
    >>> cars = Question(4051, "input", description="cars", placeholder="0-9")
    >>> tree = Tree(Question(7, "singlepunch", answers=(Answer(1, "low"), Answer(2, "high"))), (cars,))
    >>> learn_rule(lambda frame: frame.assign(segment_id=(frame.cars > 1) + 1), tree, top={"cars": 2})
    <LearnedRule 7: 3 of 3 profiles proven, 203 asked, synthetic>
    """
    profiles = Profiles.of(tree, top)
    rng = np.random.default_rng(seed)
    numbers = _agenda(profiles, budget, rng)
    beyond, taken_as = profiles.beyond(BEYOND, rng)
    known = np.isin(taken_as, numbers)
    beyond, taken_as = beyond[known].reset_index(drop=True), taken_as[known]

    answered = _answers(ask, profiles.frame(numbers), tree)
    segment_of = np.full(profiles.n, _NOT_ASKED, dtype=np.int16)
    segment_of[numbers] = answered.places
    again = _answers(ask, beyond, tree)
    _refuse_differing(profiles, beyond, again.places, segment_of[taken_as], tree)
    word = weakest(answered.provenance, again.provenance)
    asked = len(numbers) + len(beyond)
    return LearnedRule(tree, profiles, segment_of, asked, len(beyond), Findings((*answered.findings, *again.findings)), word)


def _agenda(profiles: Profiles, budget: int | None, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return the numbers of the profiles to ask, in order."""
    if budget is not None and (type(budget) is not int or budget < 1):
        raise InvalidInput(f"budget is the number of profiles to ask, 1 or more: {budget!r}")
    if profiles.n > HELD:
        fix = "Give top= for inputs, so that fewer profiles are left."
        finding = Finding("too-many-profiles", "error", "tree", f"{profiles.n:,} profiles, {profiles.shape} by question", fix)
        raise InvalidInput(f"a learned rule holds {HELD:,} profiles at most", [finding])
    if budget is None and profiles.n > MOST:
        fix = f"Give top= for inputs, budget={profiles.n} to ask them all, or a smaller budget for a part."
        finding = Finding("too-many-profiles", "error", "tree", f"{profiles.n:,} profiles, {profiles.shape} by question", fix)
        raise InvalidInput("the tree has too many profiles to ask without being told to", [finding])
    if budget is None or budget >= profiles.n:
        return np.arange(profiles.n)
    return np.sort(rng.permutation(profiles.n)[:budget])


@dataclass(frozen=True)
class _Answered:
    places: NDArray[np.int64]
    findings: Findings
    provenance: Provenance


def _answers(ask: Callable[[pd.DataFrame], pd.DataFrame], frame: pd.DataFrame, tree: Tree) -> _Answered:
    """Ask, and return the place of each row's segment, -1 where there is none."""
    if frame.empty:
        return _Answered(np.zeros(0, dtype=np.int64), Findings(), WORDS[0])
    told = ask(frame)
    if not isinstance(told, pd.DataFrame) or not told.index.equals(frame.index):
        raise InvalidInput("ask must return a frame with the rows and the index that it was given")
    names = tree.segment_names
    key, known = ("segment", list(names.values())) if "segment" in told else ("segment_id", list(names))
    if key not in told:
        raise InvalidInput(f"ask returned no column segment or segment_id, but {list(told.columns)}")
    place = {segment: number for number, segment in enumerate(known)}
    missing = told[key].isna().to_numpy()
    strange = sorted({shown(value) for value in told[key][~missing] if value not in place})
    if strange:
        fix = f"Its segments are {known}."
        raise InvalidInput(
            "ask returned segments that the tree has not", [Finding("unknown-segment", "error", key, "; ".join(strange), fix)]
        )
    places = np.array(
        [_NOT_ASKED if gone else place[value] for value, gone in zip(told[key], missing, strict=True)], dtype=np.int64
    )
    return _Answered(places, Findings(_unanswered(told, missing)), _word(told, missing))


def _unanswered(told: pd.DataFrame, missing: NDArray[np.bool_]) -> list[Finding]:
    """Report each reason once, with how many profiles it left without a segment."""
    if not missing.any():
        return []
    words: Any = told["error"] if "error" in told else pd.Series("no segment came back", index=told.index)
    counts = words[missing].fillna("no segment came back").value_counts()
    fix = "Ask again with the same journal: only these are asked."
    return [Finding("profile-unanswered", "warning", f"{times} profiles", str(reason), fix) for reason, times in counts.items()]


def _word(told: pd.DataFrame, missing: NDArray[np.bool_]) -> Provenance:
    if "segment_provenance" not in told:
        return "synthetic"
    found = {str(word) for word in told["segment_provenance"][~missing]}
    return next((word for word in reversed(WORDS) if word in found), "synthetic")


def _refuse_differing(
    profiles: Profiles, beyond: pd.DataFrame, got: NDArray[np.int64], taken_as: NDArray[np.int16], tree: Tree
) -> None:
    """Refuse a top above which a number is answered otherwise."""
    differing = np.flatnonzero((got >= 0) & (taken_as >= 0) & (got != taken_as))
    if not len(differing):
        return
    row = beyond.iloc[differing[0]]
    names = list(tree.segment_names.values())
    given = ", ".join(f"{name}={shown(row[name])}" for name in profiles.names)
    message = f"{len(differing)} of {len(beyond)} profiles above it differ: {given} is {names[got[differing[0]]]!r}, at the top "
    message += repr(names[taken_as[differing[0]]])
    raise InvalidInput(
        "numbers above the top are not taken as the top is",
        [Finding("top-differs", "error", "top", message, "Raise the top, or leave it out to ask every number.")],
    )
