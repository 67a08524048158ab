"""What the changes of a hand would do to a registry: the plan for them, and the rows of the table that it speaks of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from segkit.registry.guards import LIFTABLE
from segkit.registry.planning import plan_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import pandas as pd

    from segkit.findings import Finding
    from segkit.registry.diff import Owned
    from segkit.registry.editing import Editing
    from segkit.registry.plan import Plan
    from segkit.registry.plan_rows import Row
    from segkit.registry.store import SegmentStore


@dataclass(frozen=True)
class Proposal:
    """The plan for the changes of a table.

    Attributes
    ----------
    plan
        What would be done.
    keys
        By which key the plan speaks of each row of the table.
    wanted
        The frame that the plan is made of.
    """

    plan: Plan
    keys: Mapping[str, str]
    wanted: pd.DataFrame

    @classmethod
    def of(cls, store: SegmentStore, editing: Editing, owned: Owned = None) -> Proposal:
        """Make the plan; nothing is read and nothing is sent.

        Raises
        ------
        InvalidInput
            When what was typed is nothing that a plan can be made of.
        """
        frame = editing.wanted()
        wanted = store.normalise(frame, editing.there)
        made = plan_of(store, editing.there, wanted, prune=bool(editing.edits.removed), owned=owned)
        by_place = {place: key for key, place in wanted.places.items()}
        named = {row: editing.text(row, editing.schema.key.name).strip() for row in editing.touched}
        return cls(made, {row: by_place.get(f"row {row}", name or f"row {row}") for row, name in named.items()}, frame)

    def rows(self) -> dict[str, Row]:
        """Return what would become of each row of the table that was changed."""
        planned = {row.key: row for row in self.plan.rows}
        return {name: planned[key] for name, key in self.keys.items() if key in planned}

    @property
    def guards(self) -> list[Finding]:
        """What bars the plan and can be lifted by who means it."""
        return [each for each in self.plan.findings.errors if each.code in LIFTABLE]

    @property
    def can_apply(self) -> bool:
        """Whether something would be sent, once the guards are lifted."""
        return self.plan.pending and all(each.code in LIFTABLE for each in self.plan.findings.errors)

    def done(self, keys: Collection[str]) -> list[str]:
        """Return the rows of the table that a plan's keys are."""
        return [row for row, key in self.keys.items() if key in keys]
