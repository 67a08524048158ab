"""The answer profiles of a tree: every set of answers that a respondent could give, counted and numbered."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from segkit.errors import InvalidInput
from segkit.findings import Finding
from segkit.sel.question import not_found, places

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from numpy.typing import NDArray

    from segkit.sel.answers import Given
    from segkit.sel.question import Question
    from segkit.sel.respondents import Respondents
    from segkit.sel.tree import Tree

MOST_CHOICES = 4096
"""Sets of answers that one question may have; a multi punch of 13 answers has more."""

NOT_THERE = -1


@dataclass(frozen=True, eq=False)
class Profiles:
    """Questions in walking order, and for each what may be given.

    Attributes
    ----------
    choices
        For each question its possible answers: ids, tuples of ids for a multi punch, numbers for an input.
    tops
        By place of the question the number from which on all numbers are taken as that one.
    """

    questions: tuple[Question, ...]
    choices: tuple[tuple[Given, ...], ...]
    tops: Mapping[int, int]

    @classmethod
    def of(cls, tree: Tree, top: Mapping[str | int, int] | None = None) -> Self:
        """Return the profiles of a tree.

        Parameters
        ----------
        top
            By question the number of an input from which on all are taken alike, as "2 or more" of a standard.

        Raises
        ------
        InvalidInput
            When the tree has no questions, an input has no bounds and no top, a question has too many sets of answers, or
            `top` names no input or a number out of its bounds.
        """
        if not tree.questions or tree.left_out:
            said = f"questions left out of it: {', '.join(map(str, tree.left_out))}" if tree.left_out else "it has no questions"
            raise InvalidInput(
                "the tree cannot be asked whole",
                [Finding("tree-not-whole", "error", f"tree {tree.parent_id}", said, "See tree.findings; fetch it anew.")],
            )
        tops, findings = _tops(tree.questions, top or {})
        choices = []
        for place, question in enumerate(tree.questions):
            given, finding = _choices(question, tops.get(place))
            choices.append(given)
            findings += [] if finding is None else [finding]
        if findings:
            raise InvalidInput("the profiles of the tree cannot be told", findings)
        return cls(tree.questions, tuple(choices), tops)

    @property
    def shape(self) -> tuple[int, ...]:
        """How many possible answers each question has."""
        return tuple(map(len, self.choices))

    @property
    def n(self) -> int:
        """How many profiles there are."""
        return math.prod(self.shape)

    @property
    def names(self) -> tuple[str, ...]:
        """The column of each question in a respondent frame: its name, or its id where several are named alike."""
        known = places(self.questions)
        return tuple(q.name if q.name in known else str(q.qualification_id) for q in self.questions)

    def frame(self, numbers: NDArray[np.int64]) -> pd.DataFrame:
        """Return a respondent frame of the profiles of these numbers, one row each."""
        codes = np.unravel_index(numbers, self.shape)
        columns = zip(self.names, self.choices, codes, strict=True)
        return pd.DataFrame(
            {name: _cells(given)[place] for name, given, place in columns}, index=pd.Index(numbers, name="profile")
        )

    def beyond(self, n: int, rng: np.random.Generator) -> tuple[pd.DataFrame, NDArray[np.int64]]:
        """Draw profiles in which a number is greater than its top.

        Returns
        -------
        A respondent frame of at most `n` rows, and the number of the profile that each is taken as.
        """
        above = {
            place: (self.questions[place].bounds or (0, top + 10))[1]
            for place, top in self.tops.items()
            if (self.questions[place].bounds or (0, top + 10))[1] > top
        }
        if not above:
            return self.frame(np.zeros(0, dtype=np.int64)), np.zeros(0, dtype=np.int64)
        codes = np.stack([rng.integers(0, size, n) for size in self.shape])
        frame = pd.DataFrame({name: _cells(given)[row] for name, given, row in zip(self.names, self.choices, codes, strict=True)})
        which = rng.integers(0, len(above), n)
        for turn, (place, most) in enumerate(above.items()):
            chosen = which == turn
            frame.loc[chosen, self.names[place]] = rng.integers(self.tops[place] + 1, most + 1, int(chosen.sum()))
            codes[place, chosen] = len(self.choices[place]) - 1
        return frame, np.ravel_multi_index(tuple(codes), self.shape).astype(np.int64)

    def codes(self, respondents: Respondents) -> NDArray[np.int64]:
        """Return `(n_respondents, n_questions)`: the place of each answer in `choices`, -1 where there is none."""
        table = np.full((respondents.n, len(self.questions)), NOT_THERE, dtype=np.int64)
        for place, (column, choices) in enumerate(zip(respondents.columns, self.choices, strict=True)):
            known = {given: code for code, given in enumerate(choices)}
            top = self.tops.get(place)
            taken = [min(given, top) if top is not None and isinstance(given, int) else given for given in column.given]
            codes = np.array([*(known.get(given, NOT_THERE) for given in taken), NOT_THERE], dtype=np.int64)
            table[:, place] = codes[np.where(column.codes < 0, len(taken), column.codes)]
        return table


def _tops(questions: tuple[Question, ...], top: Mapping[str | int, int]) -> tuple[dict[int, int], list[Finding]]:
    known = places(questions)
    found: dict[int, int] = {}
    findings = []
    for name, number in top.items():
        place = known.get(str(name).strip())
        where = f"top[{name!r}]"
        if place is None:
            findings.append(Finding("unknown-question", "error", where, not_found(questions, name), "Name one of these."))
            continue
        question = questions[place]
        low, high = question.bounds or (0, None)
        if question.kind != "input":
            message = f"{question.name} asks for no number"
            findings.append(Finding("no-input", "error", where, message, "Give tops of inputs only."))
        elif type(number) is not int or number < low or (high is not None and number > high):
            fix = f"Give a whole number from {low}{'' if high is None else f' to {high}'}."
            findings.append(Finding("top-out-of-bounds", "error", where, f"{number!r} is no number that it takes", fix))
        else:
            found[place] = number
    return found, findings


def _choices(question: Question, top: int | None) -> tuple[tuple[Given, ...], Finding | None]:
    where = f"{question.name} ({question.qualification_id})"
    if question.kind == "input":
        if top is None and question.bounds is None:
            fix = f"Give top={{{question.name!r}: ...}}: the number from which on all are taken alike."
            return (), Finding("no-bounds", "error", where, "it takes any number", fix)
        low, high = question.bounds or (0, 0)
        return tuple(range(low, (high if top is None else top) + 1)), None
    ids = [answer.id for answer in question.answers]
    if question.kind == "singlepunch":
        return tuple(ids), None
    if 2 ** len(ids) - 1 > MOST_CHOICES:
        message = f"{len(ids)} answers to tick make {2 ** len(ids) - 1:,} sets, more than {MOST_CHOICES:,}"
        return (), Finding("too-many-sets", "error", where, message, "Such a question is not asked whole.")
    sets = (chosen for size in range(1, len(ids) + 1) for chosen in itertools.combinations(ids, size))
    return tuple(sets), None


def _cells(given: tuple[Given, ...]) -> NDArray[Any]:
    """Return possible answers as an array to pick cells from; sets of ids stay whole."""
    if all(isinstance(one, int) for one in given):
        return np.array(given, dtype=np.int64)
    cells = np.empty(len(given), dtype=object)
    cells[:] = given
    return cells
