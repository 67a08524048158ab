"""A design as it is shown: one line, and a table of its quotas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segkit import markup
from segkit.quotas.describing import describe_codes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from segkit.quotas.codes import Unit
    from segkit.quotas.quota import Quota

COUNTS_A_LINE = 8


def line(completes: int | None, quotas: Sequence[Quota]) -> str:
    """Return a design in one line."""
    counts = " + ".join("?" if quota.count is None else str(quota.count) for quota in quotas[:COUNTS_A_LINE])
    more = " + ..." if len(quotas) > COUNTS_A_LINE else ""
    return f"<QuotaDesign: {_completes(completes)}, {f'{len(quotas)} quotas of {counts}{more}' if quotas else 'no quotas'}>"


def table(completes: int | None, qualification: frozenset[int] | None, unit: Unit | None, quotas: Sequence[Quota]) -> str:
    """Return a design as HTML: a row a quota, and who may enter."""
    entry = "anybody" if qualification is None else describe_codes(qualification, unit or "years")
    rows = [(quota.id, quota.count, quota.families, quota.unit, len(quota.criteria) or "") for quota in quotas]
    header = ["quota", "completes", "families with any of", "unit", "other criteria"]
    shown = markup.table(f"Quota design: {_completes(completes)}", header, rows)
    return markup.join([shown, markup.note(f"May enter: {entry}.")]).html


def _completes(completes: int | None) -> str:
    return "completes not said" if completes is None else f"{completes} completes"
