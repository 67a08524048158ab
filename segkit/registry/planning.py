"""A plan for a registry: what is there is read, what is wanted is checked, and the difference is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segkit.errors import InvalidInput
from segkit.registry.diff import Owned, diff

if TYPE_CHECKING:
    import pandas as pd

    from segkit.registry.plan import Plan
    from segkit.registry.store import SegmentStore


def plan(store: SegmentStore, wanted: pd.DataFrame, *, prune: bool = False, owned: Owned = None) -> Plan:
    """Say what has to be done so that a registry becomes what a frame says; nothing is changed.

    Parameters
    ----------
    store
        The registry: a `CIOPulseStore`, an `InfinityStore`, an `InstaleapStore`.
    wanted
        One row a segment, with the key's column and those of the fields that are to be set. A missing cell leaves a value as
        it is, ``segkit.CLEAR`` takes it away where the registry can do without.
    prune
        Whether segments that are not in the frame are deleted.
    owned
        What may be touched: a function of key and values, or the keys that are owned; all where None. What is not there yet may
        be made though its key is not among them; Instaleap's customers are all there.

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
    return diff(
        there, store.normalise(wanted, there), store.schema, target=store.target, prune=prune, owned=owned, blind=store.blind
    )
