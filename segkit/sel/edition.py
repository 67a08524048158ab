"""The published rules as data: one file a standard and edition in `editions`, each row with its provenance.

To add an edition, add its file: nothing else names it. What can be done with one is in `segkit.sel.standards`.
"""

from __future__ import annotations

import functools
from importlib import resources
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

import msgspec
import numpy as np

from segkit.provenance import Provenance  # noqa: TC001 - msgspec reads the annotations
from segkit.sel.rule import Rule
from segkit.sel.standard_question import StandardQuestion, StandardQuestions

if TYPE_CHECKING:
    from numpy.typing import NDArray

Day = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}(-[0-9]{2}-[0-9]{2})?$")]
"""A date in force, as exact as it is known: a year, or a day (ISO 8601)."""

Confidence = Literal["A", "A-", "B+"]
"""How sure the table is.

A: two or more independent transcriptions of the whole rule agree, and an invariant or a re-run on microdata confirms it.
A-: the same, but for a row that is disputed or was settled by an invariant. B+: one whole transcription, its cut-offs read
twice, and an invariant.
"""


class InForce(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An edition under whose name the table is in force; its dates, where they are known, and where that comes from."""

    edition: int
    first: Day | None
    last: Day | None
    provenance: Provenance
    note: str


class StandardSegment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A segment and the fewest points that lead to it; None in a grid."""

    segment: str
    provenance: Provenance
    cutoff_min: int | None = None


class Cell(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A cell of a grid: the keys of its two answers, its segment, and what other sources say where they do not agree."""

    answers: tuple[str, str]
    segment: str
    provenance: Provenance
    disputed: tuple[str, ...] = ()
    reason: str = ""


class Edition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """A published rule in one edition.

    Attributes
    ----------
    locale
        The language of its wording, and its country.
    tree_id
        Of its tree; ours, for no vendor gave one.
    in_force
        The editions under whose name this table is in force, its own first.
    notes
        What to know of it: how it was read, what is disputed.
    levels
        Its segments, in its own order, from the highest.
    grid
        The cells of a grid; empty where points are added up.
    asked_as
        The edition that was asked for, where it is one of `aliases`: it has the table of `edition`.
    """

    id: str
    edition: int
    name: str
    country: str
    locale: str
    unit: str
    tree_id: int
    in_force: tuple[InForce, ...]
    provenance: Provenance
    confidence: Confidence
    source: tuple[str, ...]
    notes: tuple[str, ...]
    asked: tuple[StandardQuestion, ...] = msgspec.field(name="questions")
    levels: tuple[StandardSegment, ...] = msgspec.field(name="segments")
    grid: tuple[Cell, ...] = ()
    asked_as: int | None = None

    @functools.cached_property
    def questions(self) -> StandardQuestions:
        """The questions in the standard's order."""
        return StandardQuestions(self.asked)

    @property
    def in_words(self) -> str:
        """Its id, and the edition that was asked for with the one whose table that has."""
        return f"{self.id} {self.edition_in_words}"

    @property
    def edition_in_words(self) -> str:
        """The edition that was asked for, with the one whose table that has."""
        return str(self.edition) if self.asked_as is None else f"{self.asked_as} (table of {self.edition})"

    @property
    def label(self) -> dict[str, str | int]:
        """What results say of it: ``standard``, ``edition`` as it was asked for, ``table_edition``."""
        return {"standard": self.id, "edition": self.asked_as or self.edition, "table_edition": self.edition}

    @property
    def aliases(self) -> tuple[int, ...]:
        """The other editions that have the same table."""
        return tuple(one.edition for one in self.in_force if one.edition != self.edition)

    @property
    def segments(self) -> tuple[str, ...]:
        """The segments in the standard's own order."""
        return tuple(level.segment for level in self.levels)

    @property
    def cutoffs_min(self) -> dict[str, int]:
        """The fewest points of each segment; empty for a grid."""
        return {level.segment: level.cutoff_min for level in self.levels if level.cutoff_min is not None}

    @functools.cached_property
    def rule(self) -> Rule:
        """The standard as an automaton over the keys of its answers."""
        if self.grid:
            first, second = (question.name for question in self.asked)
            rows: dict[str, dict[str, str]] = {}
            for cell in self.grid:
                rows.setdefault(cell.answers[0], {})[cell.answers[1]] = cell.segment
            return Rule.from_grid((first, second), rows, self.segments)
        points = {question.name: {a.answer: a.points or 0 for a in question.answers} for question in self.asked}
        return Rule.from_points(points, self.cutoffs_min)

    @functools.cached_property
    def total_of_state(self) -> NDArray[np.int64] | None:
        """The points that each last state of `rule` stands for; None for a grid."""
        if self.grid:
            return None
        totals = np.zeros(1, dtype=np.int64)
        for question, step in zip(self.asked, self.rule.step, strict=True):
            reached = totals[:, None] + np.array([answer.points or 0 for answer in question.answers], dtype=np.int64)
            totals = np.zeros(int(step.max()) + 1, dtype=np.int64)
            totals[step] = reached
        return totals

    def cell(self, codes: tuple[int, ...]) -> Cell | None:
        """Return the cell of a grid that two answers lead to, None where points are added up."""
        keys = tuple(question.answers[code].answer for question, code in zip(self.asked, codes, strict=True))
        return next((cell for cell in self.grid if cell.answers == keys), None)

    def __repr__(self) -> str:
        also = f" (also {', '.join(map(str, self.aliases))})" if self.aliases and self.asked_as is None else ""
        size = f"{len(self.asked)} questions, {len(self.levels)} segments"
        return f"<{type(self).__name__} {self.in_words}{also}: {size}, {self.provenance}, confidence {self.confidence}>"


def table_of(id: str, edition: int) -> tuple[str, int]:  # noqa: A002 - as in `standard`
    """Return a standard and the edition whose table this edition has; itself where none is shipped.

    Examples
    --------
    >>> table_of("mx-amai", 2024)
    ('mx-amai', 2022)
    """
    return next(
        ((id, one.edition) for one in editions() if one.id == id and edition in {one.edition, *one.aliases}), (id, edition)
    )


Kind = TypeVar("Kind", bound=Edition)


def read_editions(kind: type[Kind]) -> tuple[Kind, ...]:
    """Read every edition that is shipped, by id and edition, each as a `kind`."""
    files = [file for file in resources.files("segkit.sel.editions").iterdir() if file.name.endswith(".json")]
    read = [msgspec.json.decode(file.read_bytes(), type=kind) for file in files]
    return tuple(sorted(read, key=lambda one: (one.id, one.edition)))


@functools.cache
def editions() -> tuple[Edition, ...]:
    """Return every edition that is shipped, as plain data."""
    return read_editions(Edition)
