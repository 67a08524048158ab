"""A frame of respondents to points and segments: what is missing or no answer is a finding with its row and column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from segkit import frames
from segkit.errors import InvalidInput
from segkit.findings import Finding
from segkit.provenance import together, weakest
from segkit.sel import scorer, standard_frames
from segkit.sel.answers import shown
from segkit.sel.question import not_found, places
from segkit.sel.respondents import fault_findings, find_columns, word_of
from segkit.sel.standard_answers import StandardReader, missing_of
from segkit.sel.stored import Stored
from segkit.sel.walk import Walk, said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from segkit.provenance import Provenance
    from segkit.sel.edition import Cell, Edition
    from segkit.sel.standard_answers import Missing
    from segkit.sel.tree import Tree

Errors = Literal["raise", "keep"]

MOST_FAULTS = 100
"""Wrong values of one column that are named one by one."""

MOST_COUNTS = 6
"""Counts of one column that are named in one finding."""


@dataclass(frozen=True)
class Answers:
    """The answers of respondents to a standard's questions: the frame, the label of each question's column, the columns read."""

    edition: Edition
    frame: pd.DataFrame
    labels: tuple[Any, ...]
    readers: tuple[StandardReader, ...]
    columns: tuple[Stored, ...]

    @classmethod
    def of(
        cls,
        edition: Edition,
        tree: Tree,
        given: object,
        columns: Mapping[str, str] | None = None,
        *,
        ids: bool = False,
        missing: Missing = (),
    ) -> Answers:
        """Find and read the columns of a frame, or of walks.

        Raises
        ------
        InvalidInput
            When a question has no column, or two, or `columns` names what is no question.
        """
        frame = as_frame(given)
        _check_targets(tree, columns)
        labels = tuple(find_columns(frame, tree.questions, columns))
        codes = missing_of(missing)
        readers = tuple(StandardReader(question, ids, codes) for question in edition.asked)
        read = tuple(Stored.of(frame[label], reader) for label, reader in zip(labels, readers, strict=True))
        return cls(edition, frame, labels, readers, read)

    def faults(self, rows: NDArray[np.int64]) -> tuple[list[Finding], NDArray[np.object_]]:
        """Return what is wrong in some rows, each wrong value once, and for each row all that is wrong with it in words."""
        findings: list[Finding] = []
        index = self.frame.index[rows]
        words: NDArray[np.object_] = np.full(len(rows), "", dtype=object)
        for label, reader, column in zip(self.labels, self.readers, self.columns, strict=True):
            at = column.at(rows)
            wrong, fault_of_row = np.unique(np.where(column.codes[at] < 0, at, -1), return_inverse=True)
            faults = [(reader.fault(column.given[place]), None) for place in wrong if place >= 0]
            fault_of_row = fault_of_row - (len(wrong) - len(faults))
            named = np.where(fault_of_row < MOST_FAULTS, fault_of_row, -1)
            findings += fault_findings(index, label, named, faults)
            findings += _more(label, len(faults) - MOST_FAULTS)
            told = np.array([*(fault.message for fault, _ in faults), ""], dtype=object)[fault_of_row]
            words = np.where((words != "") & (told != ""), words + "; " + told, words + told)
        return findings, words

    def implausible(self) -> Iterator[Finding]:
        """Yield the counts that hardly any home has, a finding a column: they score as the top class, and may be codes."""
        for label, reader, column in zip(self.labels, self.readers, self.columns, strict=True):
            doubtful = np.array([reader.is_implausible(value) for value in column.given], dtype=bool)
            rows = column.rows_of(doubtful) if doubtful.any() else np.zeros(0, dtype=np.int64)
            if len(rows):
                counts = list(dict.fromkeys(shown(column.given[place]) for place in np.unique(column.at(rows))))
                more = f" and {len(rows) - 1} more rows" if len(rows) > 1 else ""
                yield Finding(
                    "implausible-count",
                    "warning",
                    f"row {shown(self.frame.index[rows[0]])}{more}, column {shown(label)}",
                    f"{', '.join(counts[:MOST_COUNTS])}{', ...' if len(counts) > MOST_COUNTS else ''} score as the top class, "
                    f"{reader.question.answers[-1].answer}; surveys often write 98 or 99 for no answer",
                    "If these are such codes, name them, as in missing=(98, 99).",
                )

    def disputed(self, segments: NDArray[Any]) -> list[tuple[Cell, NDArray[np.int64]]]:
        """Return the disputed cells that were used, and the rows of each."""
        found = []
        for cell in (cell for cell in self.edition.grid if cell.disputed):
            rows = np.flatnonzero(segments == self.edition.segments.index(cell.segment))
            for column, key, known in zip(self.columns, cell.answers, self.edition.rule.positions, strict=True):
                rows = rows[column.codes[column.at(rows)] == known[key]]
            if len(rows):
                found.append((cell, rows))
        return found


def _more(label: object, n: int) -> list[Finding]:
    said_once = f"{n} more values that are no answer"
    return [Finding("unknown-answer", "error", f"column {shown(label)}", said_once, "Is this the right column?")] if n > 0 else []


def as_frame(given: object) -> pd.DataFrame:
    """Return respondents as a frame: a walk's answers by their texts, so that a vendor's tree serves as well as ours."""
    if isinstance(given, pd.DataFrame):
        return given
    several = list(given) if isinstance(given, Iterable) else [given]
    walks = [walk for walk in several if isinstance(walk, Walk)]
    if not walks or len(walks) < len(several):
        kind = type(given).__name__
        raise InvalidInput(f"the respondents are a {kind}: give a DataFrame with one row a respondent, a walk, or walks")
    rows = [{q.name: said(q, walk.answers.get(q.qualification_id)) for q in walk.questions} for walk in walks]
    return pd.DataFrame(rows, dtype=object)


def _check_targets(tree: Tree, columns: Mapping[str, str] | None) -> None:
    if not isinstance(columns, Mapping | None):
        raise InvalidInput(f'columns is {type(columns).__name__}: give a mapping, as in {{"Q12": "{tree.questions[0].name}"}}')
    known = places(tree.questions)
    for name, target in (columns or {}).items():
        if str(target).strip() not in known:
            raise InvalidInput(f"columns[{name!r}]: {not_found(tree.questions, target)}")


def score(answers: Answers, errors: Errors = "raise") -> pd.DataFrame:
    """Score respondents; `Standard.score` says what comes back."""
    if errors not in {"raise", "keep"}:
        raise InvalidInput(f'errors is {errors!r}: give "raise" or "keep"')
    edition, frame = answers.edition, answers.frame
    scored = scorer.score(edition.rule, answers.columns, edition.total_of_state)
    lost = scored.segments < 0
    rows = np.flatnonzero(lost)
    findings, words = answers.faults(rows)
    if findings and errors == "raise":
        told = f'{len(rows):,} of {len(frame):,} rows cannot be scored; errors="keep" leaves them without a segment and says why'
        raise InvalidInput(told, findings)
    used = answers.disputed(scored.segments)
    findings += [*answers.implausible(), *(_disputed(answers, cell, where) for cell, where in used)]
    segments = pd.CategoricalDtype(list(edition.segments), ordered=True)
    columns: dict[str, Any] = {
        "points": _points(scored.points, lost),
        "segment": pd.Categorical.from_codes(scored.segments, dtype=segments, validate=False),
    }
    # Ten million rows are better not copied once more.
    columns = {name: pd.Series(values, index=frame.index, copy=False) for name, values in columns.items()}
    table = {**standard_frames.SCORE, "segment": segments}
    if errors == "keep":
        table["error"] = "str"
        columns["error"] = np.full(len(frame), None, dtype=object)
        columns["error"][rows] = words
    made = frames.build(table, columns, frame.index)
    respondents = word_of(frame)
    parts = [cell.provenance for cell, _ in used]
    rule = weakest(edition.provenance, *parts)
    about = _about(edition, findings, together([rule, respondents]))
    made.attrs["segkit"] = {**about, "rule_provenance": rule, "respondents_provenance": respondents}
    return made


def _points(points: NDArray[np.int64] | None, lost: NDArray[np.bool_]) -> pd.api.extensions.ExtensionArray:
    if points is None:
        return pd.arrays.IntegerArray(np.zeros(len(lost), dtype=np.int64), np.ones(len(lost), dtype=bool))
    return pd.arrays.IntegerArray(points, lost)


def _disputed(answers: Answers, cell: Cell, rows: NDArray[np.int64]) -> Finding:
    more = f" and {len(rows) - 1} more rows" if len(rows) > 1 else ""
    where = f"row {shown(answers.frame.index[rows[0]])}{more}, columns {', '.join(map(shown, answers.labels))}"
    return disputed_finding(answers.edition, cell, where)


def disputed_finding(edition: Edition, cell: Cell, where: str) -> Finding:
    """Say that a cell is disputed."""
    asked = " with ".join(f"{q.name} {key!r}" for q, key in zip(edition.asked, cell.answers, strict=True))
    message = f"{asked} is {cell.segment} here, {' or '.join(cell.disputed)} elsewhere: {cell.reason}"
    return Finding("disputed-cell", "warning", where, message, "Say so beside the result.")


def _about(edition: Edition, findings: list[Finding], word: Provenance | None) -> dict[str, Any]:
    return {
        **edition.label,
        "provenance": word,
        "confidence": edition.confidence,
        "source": list(edition.source),
        "findings": [asdict(finding) for finding in findings],
    }
