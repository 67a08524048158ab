"""What became of a segment that was set: created or updated, and to what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from segkit import frames, markup

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from segkit.findings import Findings
    from segkit.provenance import Provenance


@dataclass(frozen=True, slots=True)
class Upserted:
    """What a segment was set to.

    Attributes
    ----------
    system_id
        Its id.
    created
        Whether it was created, else updated; None when it is not known: it was sent again, and a try before may have created it.
    sent
        The fields that were set, as they were sent.
    findings
        What is worth knowing of them.
    provenance
        ``documented`` for what the vendor answered; what the sandbox says of its answer.
    """

    system_id: str
    created: bool | None
    sent: Mapping[str, str]
    findings: Findings
    provenance: Provenance = "documented"

    def to_frame(self) -> pd.DataFrame:
        """Return one row: system_id (str), created (boolean), provenance."""
        return frames.from_rows(frames.UPSERTED, [(self.system_id, self.created, self.provenance)])

    def __repr__(self) -> str:
        done = {True: "created", False: "updated", None: "created or updated"}[self.created]
        found = f", {len(self.findings)} findings" if self.findings else ""
        return f"<Upserted: {self.system_id!r} {done}{found}, {self.provenance}>"

    def _repr_html_(self) -> str:
        set_to = markup.table(repr(self).strip("<>"), ["field", "sent"], self.sent.items())
        return markup.join([set_to, markup.Markup(self.findings._repr_html_())] if self.findings else [set_to]).html
