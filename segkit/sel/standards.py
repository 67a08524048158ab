"""The published rules as data: one file a standard and edition in `editions`, each row with its provenance.

To add an edition, add its file: nothing else names it.
"""

from __future__ import annotations

import functools
from importlib import resources
from typing import TYPE_CHECKING, Literal

import msgspec
import numpy as np

from segkit.errors import InvalidInput
from segkit.findings import Finding
from segkit.provenance import Provenance  # noqa: TC001 - msgspec reads the annotations
from segkit.sel.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Mapping


class StandardAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One answer of a standard's question: its key in the rule, its published wording, ours in English, its points."""

    answer: str
    text: str
    eng_text: str
    points: int
    provenance: Provenance


class StandardQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One question of a standard.

    Attributes
    ----------
    kind
        ``choice``, or ``count``: a whole number from 0, whose last answer is open ("2 or more").
    """

    name: str
    kind: Literal["choice", "count"]
    text: str
    eng_text: str
    provenance: Provenance
    answers: tuple[StandardAnswer, ...]

    def answer(self, given: object) -> str:
        """Return the answer's key; a count above the open class is in it, and what is not known stays as it is."""
        if self.kind == "count" and isinstance(given, int | np.integer) and not isinstance(given, bool) and given >= 0:
            return self.answers[min(int(given), len(self.answers) - 1)].answer
        return str(given)


class Standard(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """A published rule in one edition.

    Attributes
    ----------
    aliases
        Later editions that are the same rule under another year.
    cutoffs_min
        The fewest points of each segment, in the standard's own order.
    """

    id: str
    edition: int
    aliases: tuple[int, ...]
    name: str
    country: str
    unit: str
    in_force: str
    provenance: Provenance
    source: tuple[str, ...]
    notes: tuple[str, ...]
    questions: tuple[StandardQuestion, ...]
    cutoffs_min: dict[str, int]

    @property
    def segments(self) -> tuple[str, ...]:
        """The segments in the standard's own order."""
        return tuple(self.cutoffs_min)

    @functools.cached_property
    def rule(self) -> Rule:
        """The standard as an automaton over the keys of its answers."""
        points = {question.name: {answer.answer: answer.points for answer in question.answers} for question in self.questions}
        return Rule.from_points(points, self.cutoffs_min)

    def segment(self, answers: Mapping[str, object]) -> str:
        """Return the segment of one respondent; `answers` holds keys, or whole numbers for counts.

        Raises
        ------
        InvalidInput
            When a question is not answered or not known, or an answer is not one of the question's.

        Examples
        --------
        >>> home = {"education": "upper-secondary", "bathrooms": 1, "cars": 7, "internet": "yes", "workers": 2, "bedrooms": 2}
        >>> standard("mx-amai", 2022).segment(home)
        'C+'
        """
        known = {question.name: question for question in self.questions}
        return self.rule.segment({name: known[name].answer(given) if name in known else given for name, given in answers.items()})

    def __repr__(self) -> str:
        return f"<Standard {self.id} {self.edition}: {len(self.questions)} questions, {len(self.cutoffs_min)} segments>"


@functools.cache
def standards() -> tuple[Standard, ...]:
    """Return every standard and edition that is shipped, by id and edition."""
    files = [file for file in resources.files("segkit.sel.editions").iterdir() if file.name.endswith(".json")]
    return tuple(
        sorted((msgspec.json.decode(file.read_bytes(), type=Standard) for file in files), key=lambda s: (s.id, s.edition))
    )


def standard(id: str, edition: int | None = None) -> Standard:  # noqa: A002 - a standard's id is what it is called everywhere
    """Return one standard; without an edition the newest.

    Raises
    ------
    InvalidInput
        When there is no such standard or edition.
    """
    found = [one for one in standards() if one.id == id and edition in {None, one.edition, *one.aliases}]
    if not found:
        known = ", ".join(f"{one.id} {year}" for one in standards() for year in (one.edition, *one.aliases))
        where = id if edition is None else f"{id} {edition}"
        raise InvalidInput(
            "no such standard", [Finding("unknown-standard", "error", where, "it is not shipped", f"Use one of: {known}.")]
        )
    return found[-1]
