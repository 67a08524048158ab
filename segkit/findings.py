"""What every check returns: a Finding has a stable code, a severity, a place, a message and a fix.

Checks return all that they find and never raise; only actions raise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from segkit import frames, markup

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pandas as pd

Severity = Literal["error", "warning", "info"]

SIGNS: dict[Severity, str] = {"error": "✗ error", "warning": "! warning", "info": "i info"}


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that a check found.

    Attributes
    ----------
    code
        Stable words, such as ``only-one-answer``.
    severity
        ``error``, ``warning`` or ``info``.
    where
        A JSON path, a line of a text, or a row and column.
    message
        What is the matter, in the vendor's own words where it has them.
    fix
        What to do about it.
    """

    code: str
    severity: Severity
    where: str
    message: str
    fix: str = ""

    def __str__(self) -> str:
        stop = "" if self.message.endswith((".", "!", "?")) else "."
        fix = f"{stop} Fix: {self.fix}" if self.fix else ""
        return f"{self.severity} {self.code} at {self.where}: {self.message}{fix}"


class Findings:
    """All that a check found, in the order it was found; equal when the findings are.

    Examples
    --------
    >>> found = Findings([Finding("only-one-answer", "error", "USQ1", "Only one answer is allowed.", "Keep one.")])
    >>> found.ok, found.codes
    (False, {'only-one-answer'})
    """

    def __init__(self, findings: Iterable[Finding] = ()) -> None:
        self._findings = tuple(findings)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._findings)

    def __len__(self) -> int:
        return len(self._findings)

    def __getitem__(self, place: int) -> Finding:
        return self._findings[place]

    def __add__(self, other: Iterable[Finding]) -> Findings:
        return Findings((*self, *other))

    def __eq__(self, other: object) -> bool:
        return self._findings == other._findings if isinstance(other, Findings) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._findings)

    @property
    def codes(self) -> set[str]:
        """The codes found."""
        return {finding.code for finding in self}

    @property
    def errors(self) -> Findings:
        """Those of severity ``error``."""
        return Findings(finding for finding in self if finding.severity == "error")

    @property
    def ok(self) -> bool:
        """Whether no finding is an error."""
        return not self.errors

    def to_frame(self) -> pd.DataFrame:
        """Return one row a finding: code, severity, where, message, fix (all str)."""
        return frames.from_rows(frames.FINDINGS, [(f.code, f.severity, f.where, f.message, f.fix) for f in self])

    def __str__(self) -> str:
        return "\n".join(map(str, self)) if self else "nothing found"

    def __repr__(self) -> str:
        counts = [f"{n} {word}" for word in SIGNS if (n := sum(f.severity == word for f in self))]
        return f"<Findings: {', '.join(counts) or 'none'}>"

    def _repr_html_(self) -> str:
        if not self:
            return markup.note("✓ Nothing found.").html
        rows = [(SIGNS[f.severity], f.code, f.where, f.message, f.fix) for f in self]
        return markup.table("Findings", ["severity", "code", "where", "message", "fix"], rows).html
