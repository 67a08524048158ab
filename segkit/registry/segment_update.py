"""What a change of a segment did."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from segkit import frames, markup
from segkit.findings import Finding, Findings
from segkit.registry import segment_frames
from segkit.registry.drafts import Draft
from segkit.registry.segments import framed

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from segkit.registry.segments import Segment

GROUP_MOVE = "If a segment is moved from one group to another, this only affects new data."
"""As documented; historical triggers and metrics still belong to the original group."""


@dataclass(frozen=True, slots=True)
class SegmentUpdate:
    """A segment before and after a change.

    Attributes
    ----------
    before, after
        As the vendor kept it, and as it keeps it now.
    findings
        What follows from the change, and where the vendor keeps something else than what was sent.
    """

    before: Segment
    after: Segment
    findings: Findings = field(default_factory=Findings)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a field that changed: segment_id (int64), field, before, after (str)."""
        rows = framed([self.before, self.after]).drop(columns=["segment_id", "provenance"])
        texts = [["" if value is None or value != value else str(value) for value in row] for row in rows.itertuples(index=False)]  # noqa: PLR0124 - NaN
        changed = [(name, *pair) for name, *pair in zip(rows.columns, *texts, strict=True) if pair[0] != pair[1]]
        return frames.from_rows(segment_frames.INFINITY_CHANGES, [(self.after.segment_id, *row) for row in changed])

    def __repr__(self) -> str:
        changed = ", ".join(self.to_frame().field) or "nothing changed"
        return f"<SegmentUpdate {self.after.segment_id}: {changed}, {len(self.findings)} findings>"

    def _repr_html_(self) -> str:
        table = markup.table("What changed", ["segment", "field", "before", "after"], self.to_frame().to_numpy().tolist())
        return markup.join([table, markup.Markup(self.findings._repr_html_()) if self.findings else ""]).html


def check_update(before: Segment, sent: Draft, after: Segment) -> Iterator[Finding]:
    """Yield what follows from a change, and where the vendor keeps something else than what was sent."""
    where = f"segment {before.segment_id}"
    if sent.group_id != before.group_id:
        message = f"it moved from group {before.group_id} to {sent.group_id}. {GROUP_MOVE}"
        fix = "Historical triggers and metrics still belong to the original group: read reports over the move with this in mind."
        yield Finding("group-move", "info", where, message, fix)
    kept = Draft.of_segment(after)
    for name in ("name", "ref", "order", "org_id", "group_id", "criteria"):
        wanted, found = getattr(sent, name), getattr(kept, name)
        if (wanted or None) != (found or None) and not (name == "org_id" and wanted is None):
            message = f"the vendor keeps {name} as {found!r}, sent was {wanted!r}"
            yield Finding("not-as-sent", "warning", where, message, "Look at it: it may have been changed by somebody else.")
