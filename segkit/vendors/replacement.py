"""What became of customers whose segments were to be replaced: nobody is left out."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

from segkit import frames, markup
from segkit.errors import RateLimited, SegkitError, UnexpectedAnswer, Unreachable
from segkit.findings import Finding, Findings
from segkit.provenance import Provenance, weakest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from segkit.registry.customers import Entry, Sent, Wanted

Outcome = Literal["updated", "not_updated", "duplicate", "rejected", "in_doubt", "not_attempted"]
MEANING: Mapping[Sent, Provenance] = {"segments": "documented", "empty": "derived", "null": "synthetic"}
"""How well it is known what the vendor makes of what stands in the place of segments."""

_SHOWN = 20


class Answer(NamedTuple):
    """What the vendor said of a request: the ids that it updated, and the word that its answer bears."""

    updated: tuple[str, ...]
    provenance: Provenance


class Request(NamedTuple):
    """A request that was made or was to be made, and what came of it; None where it was never sent."""

    entries: Sequence[Entry]
    outcome: Answer | SegkitError | None


class Row(NamedTuple):
    """What became of a customer, in the order of the frame's columns."""

    document_id: str
    outcome: Outcome
    sent: Sent | None
    segments: int
    merged: int
    request: int | None
    error: str | None
    provenance: Provenance | None


@dataclass(frozen=True, slots=True)
class Replacement:
    """What became of customers whose segments were to be replaced.

    It is blind: the vendor shows nobody's segments, so what they were before, and are now, cannot be read back.

    Attributes
    ----------
    findings
        What was merged before sending, what is an assumption, and ids that the vendor named without being asked.
    errors
        What went wrong, a request each.
    """

    _rows: tuple[Row, ...] = field(repr=False)
    findings: Findings
    errors: tuple[SegkitError, ...]
    _about: Mapping[str, Any] = field(repr=False)

    @property
    def updated(self) -> tuple[str, ...]:
        """The ids that the vendor says it updated."""
        return self._with("updated")

    @property
    def not_updated(self) -> tuple[str, ...]:
        """The ids of requests that were answered, which the answer leaves out: not found, or not updated for another reason."""
        return self._with("not_updated")

    @property
    def duplicates(self) -> tuple[str, ...]:
        """The ids of entries that were not sent by themselves, because an earlier one has the same id."""
        return self._with("duplicate")

    def _with(self, outcome: Outcome) -> tuple[str, ...]:
        return tuple(row.document_id for row in self._rows if row.outcome == outcome)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows have each outcome."""
        found = Counter(row.outcome for row in self._rows)
        return {outcome: found[outcome] for outcome in get_args(Outcome) if found[outcome]}

    @property
    def provenance(self) -> Provenance | None:
        """The weakest word of a row that was answered, None where none was."""
        words = [row.provenance for row in self._rows if row.provenance]
        return weakest(*words) if words else None

    def to_frame(self) -> pd.DataFrame:
        """Return one row a customer, in the order given; a duplicate has a row of its own.

        Columns: document_id (str); outcome (category: updated, not_updated, duplicate, rejected, in_doubt, not_attempted); sent
        (category: segments, empty, null); segments (int64, how many were sent); merged (int64, rows or entries that repeated
        others); request (Int64, from 1); error (str); provenance.
        """
        frame = frames.from_rows(frames.REPLACEMENT, list(self._rows))
        findings = [asdict(finding) for finding in self.findings]
        frame.attrs["segkit"] = {**self._about, "blind": True, "provenance": self.provenance, "findings": findings}
        return frame

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        said = ", ".join(f"{n} {outcome.replace('_', ' ')}" for outcome, n in self.counts.items())
        return f"<Replacement, blind: {said}>"

    def _repr_html_(self) -> str:
        counts = markup.table("Segments replaced, blind: nothing can be read back", ["outcome", "rows"], self.counts.items())
        others = [row for row in self._rows if row.outcome not in {"updated", "duplicate"}]
        parts = [counts]
        if others:
            shown = [(row.document_id, row.outcome, row.error or "") for row in others[:_SHOWN]]
            parts.append(markup.table(f"{len(others)} not updated", ["document_id", "outcome", "error"], shown))
            parts += [markup.note(f"{len(others) - _SHOWN} more: see .to_frame()")] if len(others) > _SHOWN else []
        if self.findings:
            parts.append(markup.Markup(self.findings._repr_html_()))
        return markup.join(parts).html


def replacement(wanted: Wanted, requests: Sequence[Request], about: Mapping[str, Any]) -> Replacement:
    """Say what became of everybody.

    Parameters
    ----------
    requests
        All that were planned, in order; their entries are those of `wanted`.
    about
        What the frame's attributes say of where it came from.
    """
    of_customer = {row.document_id: row for number, request in enumerate(requests, 1) for row in _rows(number, request)}
    rows, seen = [], set[str]()
    for document_id in wanted.given:
        row = of_customer[document_id]
        if document_id in seen:
            row = Row(document_id, "duplicate", None, 0, 0, row.request, None, None)
        seen.add(document_id)
        rows.append(row)
    errors = tuple(request.outcome for request in requests if isinstance(request.outcome, SegkitError))
    return Replacement(tuple(rows), wanted.findings + _strangers(requests), errors, about)


def _rows(number: int, request: Request) -> Iterable[Row]:
    outcome = request.outcome
    updated = set(outcome.updated) if isinstance(outcome, Answer) else set[str]()
    for entry in request.entries:
        n, merged = len(entry.segments or ()), entry.merged
        if isinstance(outcome, Answer):
            word = weakest(outcome.provenance, MEANING[entry.sent])
            became: Outcome = "updated" if entry.document_id in updated else "not_updated"
            yield Row(entry.document_id, became, entry.sent, n, merged, number, None, word)
        else:
            error = str(outcome) if outcome else "not sent: the run ended before"
            yield Row(entry.document_id, _failed(outcome), entry.sent, n, merged, number if outcome else None, error, None)


def _failed(error: SegkitError | None) -> Outcome:
    """Say what a request without a usable answer means for its customers."""
    if error is None:
        return "not_attempted"
    if getattr(error, "in_doubt", False) or isinstance(error, UnexpectedAnswer):
        return "in_doubt"
    return "not_attempted" if isinstance(error, Unreachable | RateLimited) else "rejected"


def _strangers(requests: Sequence[Request]) -> Iterable[Finding]:
    """Yield what the vendor says it updated, and was not asked to."""
    for number, request in enumerate(requests, 1):
        asked = {entry.document_id for entry in request.entries}
        for stranger in request.outcome.updated if isinstance(request.outcome, Answer) else ():
            if stranger not in asked:
                message = f"the vendor names {stranger!r} as updated, which was not sent"
                yield Finding("unasked-customer", "warning", f"request {number}", message, "Ask the vendor what was changed.")
