"""The segments of a CIOPulse portal, as values and as a frame."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from segkit import frames, markup
from segkit.findings import Findings
from segkit.provenance import weakest

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from segkit.provenance import Provenance

WIDEST_TABLE = 200


@dataclass(frozen=True, slots=True)
class PortalSegment:
    """A segment of a portal.

    Attributes
    ----------
    system_id
        What identifies it: the id that the customer's support software has for a business unit or location.
    segment_code
        What the links to surveys pass on, in ``sgid``.
    segment_name
        What people read.
    active
        Whether feedback is still collected for it.
    provenance
        ``documented`` for what the vendor sent; what the sandbox says of its answer.
    """

    system_id: str
    segment_code: str
    segment_name: str
    active: bool
    provenance: Provenance = field(default="documented", compare=False)

    def to_frame(self) -> pd.DataFrame:
        """Return one row: system_id, segment_code, segment_name (str), active (bool), provenance."""
        return PortalSegments((self,)).to_frame()

    def _repr_html_(self) -> str:
        return PortalSegments((self,))._repr_html_()


@dataclass(frozen=True, slots=True)
class PortalSegments:
    """Segments of a portal, in the order in which it lists them.

    Attributes
    ----------
    findings
        What was mended to read them.
    """

    _segments: tuple[PortalSegment, ...] = field(repr=False)
    findings: Findings = field(default_factory=Findings)

    @property
    def provenance(self) -> Provenance:
        """The weakest word of a segment."""
        return weakest("documented", *(segment.provenance for segment in self))

    def __iter__(self) -> Iterator[PortalSegment]:
        return iter(self._segments)

    def __len__(self) -> int:
        return len(self._segments)

    def __getitem__(self, system_id: str) -> PortalSegment:
        for segment in self._segments:
            if segment.system_id == system_id:
                return segment
        raise KeyError(system_id)

    def __contains__(self, system_id: object) -> bool:
        return any(segment.system_id == system_id for segment in self._segments)

    def _rows(self) -> list[tuple[str, str, str, bool, Provenance]]:
        return [(s.system_id, s.segment_code, s.segment_name, s.active, s.provenance) for s in self._segments]

    def to_frame(self) -> pd.DataFrame:
        """Return one row a segment: system_id, segment_code, segment_name (str), active (bool), provenance."""
        return frames.from_rows(frames.PORTAL_SEGMENTS, self._rows())

    def __repr__(self) -> str:
        return f"<PortalSegments: {len(self)}, {self.provenance}>"

    def _repr_html_(self) -> str:
        shown = [(*row[:3], "yes" if row[3] else "no", row[4]) for row in self._rows()[:WIDEST_TABLE]]
        table = markup.table("Segments of a portal", list(frames.PORTAL_SEGMENTS), shown)
        more = len(self) - len(shown)
        return markup.join([table, markup.note(f"{more} more: see .to_frame()")] if more else [table]).html
