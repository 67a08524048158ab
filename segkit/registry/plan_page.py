"""How a plan is shown: as HTML in a notebook, as Markdown in a review, as a line in a terminal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from segkit import markup
from segkit.registry.plan_rows import PENDING, SIGNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from segkit.findings import Findings
    from segkit.registry.plan_rows import Action, Change

LONGEST_TABLE = 200
_COLOURS: dict[Action, str] = {
    "create": "#1a7f37",
    "update": "#9a6700",
    "delete": "#cf222e",
    "no-op": "#8c959f",
    "blocked": "#8250df",
}
_HEAD = ("key", "action", "field", "before", "after", "reason")


class Shown(Protocol):
    """What is shown of a plan."""

    @property
    def registry(self) -> str: ...  # noqa: D102
    @property
    def target(self) -> str: ...  # noqa: D102
    @property
    def changes(self) -> tuple[Change, ...]: ...  # noqa: D102
    @property
    def counts(self) -> dict[str, int]: ...  # noqa: D102
    @property
    def checksum(self) -> str: ...  # noqa: D102
    @property
    def blind(self) -> bool: ...  # noqa: D102
    @property
    def findings(self) -> Findings: ...  # noqa: D102


def title(plan: Shown) -> str:
    """Return what a plan is about."""
    return f"{'Blind replace' if plan.blind else 'Plan'} for {plan.registry} at {plan.target}"


def told(plan: Shown) -> str:
    """Return its counts in words."""
    counted = ", ".join(f"{n} {action}" for action, n in plan.counts.items() if n)
    blocked = " (will not be applied)" if plan.findings.errors else ""
    return f"{counted or 'nothing to do'}{blocked}"


def line(change: Change) -> str:
    """Return a change in one line."""
    values = "" if change.field is None else f" {change.field}: {_said(change.before)} → {_said(change.after)}"
    return f"{change.key}{values} ({change.reason})"


def _said(value: str | None) -> str:
    return "(none)" if value is None else repr(value)


def _first(plan: Shown, *, no_ops: bool = False) -> tuple[Sequence[Change], str]:
    """Return the changes that a table shows, and what is said of the others."""
    wanted = [change for change in plan.changes if no_ops or change.action in PENDING or change.action == "blocked"]
    more = len(wanted) - LONGEST_TABLE
    left = plan.counts["no-op"] if not no_ops else 0
    said = [f"{left} stay as they are." if left else "", f"{more} more changes: see .to_frame()." if more > 0 else ""]
    return wanted[:LONGEST_TABLE], " ".join(filter(None, said))


def html(plan: Shown) -> str:
    """Write a plan as HTML: each action with its symbol, its word and its colour."""
    shown, rest = _first(plan)
    rows = [(c.key, _badge(c.action), c.field, c.before, c.after, c.reason) for c in shown]
    parts: list[object] = [markup.table(f"{title(plan)}: {told(plan)}", _HEAD, rows)]
    parts.append(markup.note(" ".join(filter(None, (rest, f"Checksum {plan.checksum[:12]}.")))))
    if plan.findings:
        parts.append(markup.Markup(plan.findings._repr_html_()))
    return markup.join(parts).html


def _badge(action: Action) -> markup.Markup:
    return markup.element("span", f"{SIGNS[action]} {action}", f"border-left:.4em solid {_COLOURS[action]};padding-left:.4em")


def markdown(plan: Shown, *, no_ops: bool = False) -> str:
    """Write a plan as Markdown."""
    shown, rest = _first(plan, no_ops=no_ops)
    lines = [f"**{_escaped(title(plan))}**: {told(plan)}", ""]
    if shown:
        lines += [_table_line(_HEAD), _table_line(["---"] * len(_HEAD))]
        lines += [_table_line(_cells(change)) for change in shown]
        lines.append("")
    lines += [rest, ""] if rest else []
    lines += [f"- {_escaped(str(finding))}" for finding in plan.findings]
    lines += [""] if plan.findings else []
    return "\n".join([*lines, f"Checksum `{plan.checksum}`", ""])


def _cells(change: Change) -> Iterable[str]:
    yield _escaped(change.key)
    yield f"{SIGNS[change.action]} {change.action}"
    for value in change[2:]:
        yield _escaped(value or "")


def _table_line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(text: str) -> str:
    """Write text so that Markdown shows it as it is, in one line."""
    return re.sub(r"([\\`*_{}\[\]<>#|~])", r"\\\1", " ".join(text.split()))
