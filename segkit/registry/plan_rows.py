"""What would become of one segment: the row of a plan, and its changes field by field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from segkit.registry.cells import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segkit.registry.schema import Record

Action = Literal["create", "update", "delete", "no-op", "blocked"]

SIGNS: dict[Action, str] = {"create": "+", "update": "~", "delete": "−", "no-op": "=", "blocked": "✗"}  # noqa: RUF001 - a minus sign
"""The symbol of each action, so that colour is never the only sign."""

PENDING: frozenset[Action] = frozenset({"create", "update", "delete"})


class Change(NamedTuple):
    """What would become of one field; values as text, None where there is none."""

    key: str
    action: Action
    field: str | None
    before: str | None
    after: str | None
    reason: str


class Row(NamedTuple):
    """What would become of one segment.

    Attributes
    ----------
    key, action, reason
        Which segment, what, and why.
    before
        What is there, None where nothing is.
    after
        The fields that change, of a new segment all that are given; empty for a delete.
    told
        What is worth knowing of a field's change, by field.
    """

    key: str
    action: Action
    before: Record | None
    after: Record
    reason: str
    told: dict[str, str]

    @property
    def result(self) -> Record | None:
        """What is there afterwards, as far as it is known; None where nothing is."""
        if self.action == "delete":
            return None
        return {**(self.before or {}), **self.after} if self.action in PENDING else self.before

    def changes(self) -> Iterator[Change]:
        """Yield its changes, a field each; one without a field where nothing changes."""
        before = self.before or {}
        fields = list(before) if self.action == "delete" else list(self.after)
        for name in fields:
            reason = "; ".join(filter(None, (self.reason, self.told.get(name))))
            yield Change(self.key, self.action, name, shown(before.get(name)), shown(self.after.get(name)), reason)
        if not fields:
            yield Change(self.key, self.action, None, None, None, self.reason)


def in_order(key: str) -> tuple[object, ...]:
    """Return what keys are sorted by: numbers by their size, then texts."""
    is_number = key.isascii() and key.isdigit()
    return (0, int(key), key) if is_number else (1, 0, key)
