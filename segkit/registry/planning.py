"""A plan for a registry: what is there is read, what is wanted is checked, and the difference is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from segkit.errors import InvalidInput
from segkit.registry.diff import diff

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from segkit.registry.plan import Plan
    from segkit.registry.preflight import Wanted
    from segkit.registry.schema import Record
    from segkit.registry.scope import Owned
    from segkit.registry.store import SegmentStore


def plan(store: SegmentStore, wanted: pd.DataFrame, *, prune: bool = False, owned: Owned = None) -> Plan:
    """Say what has to be done so that a registry becomes what a frame says; nothing is changed.

    Parameters
    ----------
    store
        The registry: a `CIOPulseStore`, an `InfinityStore`, an `InstaleapStore`.
    wanted
        One row a segment, with the key's column and those of the fields that are to be set. A missing cell leaves a value as
        it is, ``segkit.CLEAR`` takes it away where the registry can do without. At Instaleap one row a customer's segment: a
        row with neither type nor value takes all of them away, and a finding warns of it where it does.
    prune
        Whether segments that are not in the frame are deleted.
    owned
        What may be touched: the keys that are owned (new ones may be made, but at Instaleap, which shows nobody who is
        there), or a function of key and values. It gets every field, None where there is no value, and is asked of
        Infinity's groups too: of these the key is ``group:NAME``, and only the name is given. All where None.

    Returns
    -------
    The plan: `to_frame()`, `counts`, `empty`, `findings`, `to_markdown()`. It is made also where it must not be applied;
    its findings say why.

    Raises
    ------
    InvalidInput
        When `wanted` is no frame, or has a column twice.
    CallError
        When what is there cannot be read.
    """
    if not hasattr(store, "normalise"):
        known = "CIOPulseStore(client), InfinityStore(client) or InstaleapStore(client)"
        raise InvalidInput(f"the store is {type(store).__name__}: give {known}")
    there = store.read()
    return plan_of(store, there, store.normalise(wanted, there), prune=prune, owned=owned)


def plan_of(
    store: SegmentStore, there: Mapping[str, Record], wanted: Wanted, *, prune: bool = False, owned: Owned = None
) -> Plan:
    """Return the plan for what was read of a registry, and what is wanted of it."""
    how: dict[str, Any] = {"prune": prune, "owned": owned, "blind": store.blind, "reads_back": store.reads_back}
    return diff(there, wanted, store.schema, target=store.target, **how)
