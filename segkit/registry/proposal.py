"""What the changes of a hand would do to a registry: the plan for them, and the rows of the table that it speaks of."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from segkit.findings import Finding
from segkit.registry.guards import LIFTABLE
from segkit.registry.planning import plan_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import pandas as pd

    from segkit.registry.editing import Editing
    from segkit.registry.plan import Plan
    from segkit.registry.plan_rows import Row
    from segkit.registry.preflight import Wanted
    from segkit.registry.scope import Owned
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
    taken
        The new rows with the key of another row: they bar the plan, and are not in the frame, which would change the other.
    """

    plan: Plan
    keys: Mapping[str, str]
    wanted: pd.DataFrame
    taken: tuple[str, ...] = ()

    @classmethod
    def of(cls, store: SegmentStore, editing: Editing, owned: Owned = None) -> Proposal:
        """Make the plan; nothing is read and nothing is sent.

        Raises
        ------
        InvalidInput
            When nothing can be made of the frame at all.
        """
        frame = editing.wanted()
        wanted = store.normalise(frame, editing.there)
        keys = _keys(editing, wanted)
        taken = _taken(editing, keys)
        if taken:
            frame = editing.wanted(taken)
            wanted = _barred(store.normalise(frame, editing.there), taken, keys)
        made = plan_of(store, editing.there, wanted, prune=bool(editing.edits.removed), owned=owned)
        return cls(made, keys, frame, tuple(taken))

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


def so_already(store: SegmentStore, editing: Editing) -> list[str]:
    """Return the new rows that are in the registry by now, as they were typed."""
    wanted = store.normalise(editing.wanted(), editing.there)
    keys = _keys(editing, wanted)
    found = []
    for row in editing.edits.added:
        there, values = editing.there.get(keys[row]), wanted.rows.get(keys[row])
        if there is not None and values and not editing.schema.differences(there, values):
            found.append(row)
    return found


def _keys(editing: Editing, wanted: Wanted) -> dict[str, str]:
    """Return the key of each row that was changed; one without any goes by its place."""
    by_place = {place: key for key, place in wanted.places.items()}
    return {row: by_place.get(f"row {row}") or editing.key(row) or f"row {row}" for row in editing.touched}


def _taken(editing: Editing, keys: Mapping[str, str]) -> dict[str, str]:
    """Return the new rows that have the key of another row, and why they cannot be."""
    held = Counter(keys.values())
    told = {}
    for row in editing.edits.added:
        if keys[row] in editing.there:
            told[row] = f"{keys[row]} is there already: change its row, and remove this one"
        elif held[keys[row]] > 1:
            told[row] = f"several new rows are {keys[row]}: keep one"
    return told


def _barred(wanted: Wanted, taken: Mapping[str, str], keys: Mapping[str, str]) -> Wanted:
    """Bar the keys that new rows have of others."""
    why = {keys[row]: said for row, said in taken.items()}
    fix = "Give each its own."
    findings = [Finding("key-taken", "error", f"row {row}", said, fix) for row, said in taken.items()]
    rows = {key: values for key, values in wanted.rows.items() if key not in why}
    return replace(wanted, rows=rows, barred={**wanted.barred, **why}, findings=(*wanted.findings, *findings))
