"""What became of a plan, segment by segment: nothing is left out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from segkit import markup
from segkit.registry.plan_frames import of_outcomes

if TYPE_CHECKING:
    import pandas as pd

    from segkit.errors import SegkitError
    from segkit.registry.plan_rows import Action

Outcome = Literal["applied", "rejected", "in_doubt", "skipped", "not_attempted"]

LONGEST_TABLE = 200
_SIGNS: dict[Outcome, str] = {"applied": "✓", "rejected": "✗", "in_doubt": "?", "skipped": "=", "not_attempted": "·"}


class Became(NamedTuple):
    """What became of one segment that was to be changed."""

    key: str
    action: Action
    outcome: Outcome
    reason: str


@dataclass(frozen=True, eq=False)
class Applied:
    """What became of a plan.

    Attributes
    ----------
    checksum
        Of the plan.
    rows
        One a segment that was to be changed: ``applied``, ``rejected`` (the registry refused), ``in_doubt`` (no usable answer,
        and nothing can be read back), ``skipped`` (it is so already, or waits for one that failed), ``not_attempted``.
    stopped
        What ended the run before its end, None where it went through.
    calls
        How many calls changed something, or were to.
    """

    registry: str
    target: str
    checksum: str
    rows: tuple[Became, ...] = field(repr=False)
    stopped: SegkitError | None
    calls: int

    @property
    def ok(self) -> bool:
        """Whether all is as the plan wanted it."""
        return all(row.outcome == "applied" or (row.outcome == "skipped" and row.reason == SO_ALREADY) for row in self.rows)

    @property
    def counts(self) -> dict[str, int]:
        """How many segments met each outcome."""
        found = Counter(row.outcome for row in self.rows)
        return {outcome: found[outcome] for outcome in get_args(Outcome)}

    def to_frame(self) -> pd.DataFrame:
        """Return one row a segment that was to be changed: key (str), action, outcome (categories), reason (str)."""
        frame = of_outcomes(self.rows)
        about = {"registry": self.registry, "target": self.target, "checksum": self.checksum, "calls": self.calls}
        frame.attrs["segkit"] = {**about, "counts": self.counts, "stopped": str(self.stopped) if self.stopped else None}
        return frame

    @property
    def in_words(self) -> str:
        """How many segments met each outcome, in words."""
        counted = ", ".join(f"{n} {outcome.replace('_', ' ')}" for outcome, n in self.counts.items() if n)
        return f"{counted or 'nothing to do'}{', stopped' if self.stopped else ''}"

    def __str__(self) -> str:
        lines = [f"  {_SIGNS[row.outcome]} {row.key} {row.action}: {row.outcome} ({row.reason})" for row in self.rows]
        end = [f"stopped: {self.stopped}"] if self.stopped else []
        return "\n".join([f"Applied to {self.registry} at {self.target}: {self.in_words}", *lines, *end])

    def __repr__(self) -> str:
        return f"<Applied {self.in_words}, plan {self.checksum[:12]}>"

    def _repr_html_(self) -> str:
        rows = [(row.key, row.action, f"{_SIGNS[row.outcome]} {row.outcome}", row.reason) for row in self.rows[:LONGEST_TABLE]]
        parts: list[object] = [markup.table(f"Applied: {self.in_words}", ["key", "action", "outcome", "reason"], rows)]
        if len(self.rows) > LONGEST_TABLE:
            parts.append(markup.note(f"{len(self.rows) - LONGEST_TABLE} more: see .to_frame()."))
        if self.stopped:
            parts.append(markup.note(f"Stopped: {self.stopped}"))
        return markup.join(parts).html


SO_ALREADY = "it is so already"
"""The reason of a segment that needed nothing, because it is as the plan leaves it."""
