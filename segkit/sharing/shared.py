"""What was shared: the file, its findings, its manifest, and what takes its space."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from segkit import frames, markup

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from segkit.findings import Findings
    from segkit.sharing.manifest import Row
    from segkit.sharing.sizes import Part

Form = Literal["html", "ipynb"]
MEGABYTE: Final = 1e6


@dataclass(frozen=True)
class Shared:
    """What was shared.

    Attributes
    ----------
    path
        The file.
    form
        ``html`` or ``ipynb``.
    findings
        What was masked or taken out, and what a reader may stumble over.
    manifest
        What the document says of itself at its end: versions, seeds, standards, sources, provenance.
    parts
        What takes its space.
    """

    path: Path
    form: Form
    findings: Findings
    manifest: tuple[Row, ...]
    parts: tuple[Part, ...]

    @property
    def bytes(self) -> int:
        """The size of the file."""
        return sum(part.bytes for part in self.parts)

    def to_frame(self) -> pd.DataFrame:
        """Return what takes the space: part, n, bytes, share (0 to 1); a row a part, the largest first."""
        return frames.from_rows(frames.SHARED, [(*part, part.bytes / self.bytes) for part in self.parts])

    def __repr__(self) -> str:
        told = f"; {self.findings!r}" if self.findings else ""
        return f"<Shared {self.path.name}: {self.bytes / MEGABYTE:.2f} MB{told}>"

    def _repr_html_(self) -> str:
        rows = [(part, n, f"{size:,}", f"{share:.0%}") for part, n, size, share in self.to_frame().itertuples(index=False)]
        caption = f"{self.path.name}, {self.bytes / MEGABYTE:.2f} MB: what takes the space"
        parts = [markup.table(caption, ["part", "n", "bytes", "share"], rows)]
        return markup.join([*parts, *([markup.Markup(self.findings._repr_html_())] if self.findings else [])]).html
