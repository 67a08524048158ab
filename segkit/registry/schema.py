"""What a registry keeps of a segment: its key, its fields, how each is read, cleaned and checked."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from segkit.registry.cell_texts import as_typed, plainly
from segkit.registry.cells import text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from segkit.findings import Finding
    from segkit.registry.cells import Value

CLEAR = "<clear>"
"""What a cell holds that takes a value away; a missing cell leaves the value as it is. It is text, so that CSV can hold it."""

Record = dict[str, Any]
"""The values of a segment, by field."""


def as_it_is(value: Value) -> Value:
    """Return a value that needs no cleaning."""
    return value


def unchecked(value: Value, where: str) -> Iterable[Finding]:  # noqa: ARG001 - of the form of a check
    """Find nothing."""
    return ()


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a segment.

    Attributes
    ----------
    name
        Its column.
    read
        Returns the value of a cell, and what is wrong with it.
    clean
        What the registry makes of a value: both sides of a comparison are cleaned.
    check
        Finds what the registry would refuse of a new value.
    required
        Whether a new segment must have it.
    unique
        Whether no two segments may have the same.
    is_name
        Whether people tell segments apart by it.
    clearable, cleared
        Whether `CLEAR` may stand there, and the value that it means.
    told
        What a reader of a plan should know of a change.
    as_text, from_text
        A value as a text for a hand to edit, and the cell that such a text stands for.
    is_of_lines
        Whether that text has a line for each part of the value.
    options
        The texts that it can be, where these are few.
    is_group
        Whether it says what a segment is put together with.
    """

    name: str
    read: Callable[[Any], tuple[Value, str]] = text
    clean: Callable[[Value], Value] = as_it_is
    check: Callable[[Value, str], Iterable[Finding]] = unchecked
    required: bool = False
    unique: bool = False
    is_name: bool = False
    clearable: bool = False
    cleared: Value = None
    told: str = ""
    as_text: Callable[[Value], str] = plainly
    from_text: Callable[[str], str] = as_typed
    is_of_lines: bool = False
    options: tuple[str, ...] = ()
    is_group: bool = False


@dataclass(frozen=True)
class Schema:
    """What a registry keeps.

    Attributes
    ----------
    registry
        What it is called in a plan.
    key
        The column that identifies a segment.
    fields
        What can be set, in the order in which it is shown.
    known
        Columns that a frame may have and that are not sent.
    protected
        The keys that are never changed or deleted, and why.
    lone
        How the keys begin of what is no segment, such as a group, and has one field; empty where there is nothing of the kind.
    long
        The columns into which a frame spreads the one field, a row a part; none where a segment is one row.
    within
        The field of a segment that names the group it is in; a group that anything is in is not deleted.
    """

    registry: str
    key: Field
    fields: tuple[Field, ...]
    known: frozenset[str] = frozenset({"provenance"})
    protected: Mapping[str, str] = field(default_factory=dict)
    lone: str = ""
    long: tuple[str, ...] = ()
    within: str = ""

    def __getitem__(self, name: str) -> Field:
        return self._by_name[name]

    @functools.cached_property
    def _by_name(self) -> dict[str, Field]:
        return {each.name: each for each in self.fields}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the fields."""
        return tuple(each.name for each in self.fields)

    def is_segment(self, key: str) -> bool:
        """Whether a key is that of a segment."""
        return not (self.lone and key.startswith(self.lone))

    def group_of(self, record: Mapping[str, Any]) -> str:
        """Return the key of the group that a segment is in; empty where there is nothing of the kind."""
        return f"{self.lone}{record[self.within]}" if self.within and record.get(self.within) is not None else ""

    def lacking(self, key: str, values: Mapping[str, Any]) -> list[str]:
        """Return the fields without which a new segment cannot be made."""
        return [each.name for each in self.fields if each.required and values.get(each.name) is None and self.is_segment(key)]

    def same(self, name: str, one: Value, other: Value) -> bool:
        """Whether two values of a field are the same to the registry."""
        clean = self[name].clean
        return one == other or clean(one) == clean(other)

    def differences(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
        """Return what of `after` differs from `before`; fields that `after` lacks do not."""
        return {name: after[name] for name in self.names if name in after and not self.same(name, before.get(name), after[name])}
