"""What has to be done so that a registry becomes what is wanted: told, counted and checksummed, before anything is sent."""

from __future__ import annotations

import functools
import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, get_args

from segkit.registry import guards, plan_page
from segkit.registry.cells import written
from segkit.registry.plan_frames import framed
from segkit.registry.plan_rows import PENDING, SIGNS, Action

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from segkit.findings import Findings
    from segkit.registry.plan_rows import Change, Row

FORMAT = 1


@dataclass(frozen=True, eq=False)
class Plan:
    """What has to be done; nothing is sent by making, showing or keeping one.

    Attributes
    ----------
    registry, target
        Whose segments, and at which address they were read.
    rows
        What would become of each segment, sorted by key: those that are wanted, and those that a prune would delete.
    n_there
        How many segments were there that the plan may change.
    n_wanted
        How many rows were wanted.
    prune
        Whether segments that are not wanted are deleted.
    blind
        Whether nothing can be read back, so that what is there is what was sent from here, or nothing.
    scope
        ``all``; ``keys`` where only those that are owned may be touched; ``predicate`` where a function says which.
    """

    registry: str
    target: str
    rows: tuple[Row, ...] = field(repr=False)
    checks: Findings = field(repr=False)
    n_there: int
    n_wanted: int
    prune: bool = False
    blind: bool = False
    scope: str = "all"
    owns: Callable[[str, dict[str, Any]], bool] | None = field(default=None, repr=False)

    @functools.cached_property
    def changes(self) -> tuple[Change, ...]:
        """One a segment and field, sorted; a segment that stays as it is has one without a field."""
        return tuple(change for row in self.rows for change in row.changes())

    @property
    def counts(self) -> dict[str, int]:
        """How many segments each action meets."""
        found = Counter(row.action for row in self.rows)
        return {action: found[action] for action in get_args(Action)}

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do, and nothing that is blocked."""
        return all(row.action == "no-op" for row in self.rows)

    @property
    def pending(self) -> bool:
        """Whether something would be sent."""
        return any(row.action in PENDING for row in self.rows)

    @property
    def findings(self) -> Findings:
        """What was found in the frame, and what keeps the plan from being applied (errors)."""
        return self.checks + guards.check(self)

    @functools.cached_property
    def checksum(self) -> str:
        """64 hexadecimal digits that are the same for the same plan, in whatever order its rows were read."""
        return hashlib.sha256(written(self.content()).encode()).hexdigest()

    def content(self) -> dict[str, Any]:
        """Return all that the plan is as what JSON can say, but its checksum."""
        about = {name: getattr(self, name) for name in ("registry", "target", "n_there", "n_wanted", "prune", "blind", "scope")}
        checks = [[getattr(each, name) for name in ("code", "severity", "where", "message", "fix")] for each in self.checks]
        return {"format": FORMAT, **about, "checks": checks, "rows": [row._asdict() for row in self.rows]}

    def to_frame(self) -> pd.DataFrame:
        """Return one row a change.

        Columns
        -------
        key, field, before, after, reason : str, the field missing where nothing changes
        action : category of create, update, delete, no-op, blocked
        """
        frame = framed(self.changes)
        about = {"registry": self.registry, "target": self.target, "checksum": self.checksum, "blind": self.blind}
        frame.attrs["segkit"] = {**about, "counts": self.counts}
        return frame

    def to_markdown(self, *, no_ops: bool = False) -> str:
        """Write the plan as Markdown, for a review; `no_ops` also shows what stays as it is."""
        return plan_page.markdown(self, no_ops=no_ops)

    def __str__(self) -> str:
        lines = [f"  {SIGNS[c.action]} {plan_page.line(c)}" for c in self.changes if c.action != "no-op"]
        return "\n".join([f"{plan_page.title(self)}: {plan_page.told(self)}", *lines])

    def __repr__(self) -> str:
        return f"<Plan {plan_page.told(self)}, {self.checksum[:12]}>"

    def _repr_html_(self) -> str:
        return plan_page.html(self)
