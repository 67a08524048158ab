"""A criterion of 218, 220, 221 or 230 where it stands in a document, and what is the matter with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from segkit.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HAS_CHILDREN, GENDER, AGE_UNIT, AGE = 218, 220, 221, 230
NOT_CARRIED = "legacy-not-carried"


@dataclass(frozen=True, slots=True)
class LegacyCriterion:
    """A legacy criterion, its JSON path, and where its findings go."""

    where: str
    code: int
    written: Mapping[str, Any]
    findings: list[Finding]

    def tell(self, message: str, fix: str, *, code: str = NOT_CARRIED, severity: Severity = "error", at: str = "") -> None:
        """Add a finding; `at` is the rest of the path."""
        self.findings.append(Finding(code, severity, self.where + at, message, fix))

    def listed(self, name: str) -> Sequence[Any]:
        """Return a list that it holds; none where there is none, or something else."""
        found = self.written.get(name)
        return found if isinstance(found, list | tuple) else ()
