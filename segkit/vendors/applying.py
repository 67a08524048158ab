"""A plan, carried out: read again, refused where it is not true any more, each call taken down, everybody accounted for."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Literal, get_args

from segkit.errors import InvalidInput
from segkit.findings import Findings
from segkit.registry.guards import LIFTABLE
from segkit.registry.standing import standing
from segkit.transport.journal import Journal
from segkit.vendors.applying_run import Run

if TYPE_CHECKING:
    import os
    from collections.abc import Collection

    from segkit.registry.applied import Applied
    from segkit.registry.plan import Plan
    from segkit.registry.store import SegmentStore

OnError = Literal["continue", "stop"]
MOST_TOLD = 50


def apply(
    plan: Plan,
    store: SegmentStore,
    *,
    journal: str | os.PathLike[str] | None = None,
    workers: int = 4,
    on_error: OnError = "continue",
    allow: Collection[str] = (),
    progress: bool = True,
) -> Applied:
    """Carry out a plan that is safe and still true.

    The registry is read again first. What a run that was killed has done is found there, so that the same plan can be applied
    again, and goes on where it was; the journal also tells what was done by which call.

    Parameters
    ----------
    journal
        An sqlite file that takes down the plan and every call, made where it is not there.
    workers
        How many calls are under way at a time, 1 to 8.
    on_error
        ``continue`` with what does not depend on a row that is refused, or ``stop``. A credential that is not accepted, and a
        registry that cannot be reached, end the run in any case.
    allow
        The guards to lift: ``too-many-deletes``, ``too-many-updates``.
    progress
        Whether to show how far it is.

    Returns
    -------
    What became of each row; look at `ok`.

    Raises
    ------
    InvalidInput
        With the findings, when the plan is blocked, is for another registry, or is stale: then they say what moved. Nothing
        is sent.
    CallError
        When the registry cannot be read.
    """
    _check(plan, store, allow, on_error)
    now = store.read(plan.rows)
    stages = store.order(plan.rows, now)
    steps = [step for stage in stages for step in stage]
    found = standing(plan, steps, now, store.schema)
    if found.moved:
        more = f" ({len(found.moved)} moves, the first {MOST_TOLD} of them here)" if len(found.moved) > MOST_TOLD else ""
        raise InvalidInput(f"the plan is stale, and nothing was sent{more}: what is there has moved", found.moved[:MOST_TOLD])
    with Journal(journal) as kept, contextlib.closing(Run(plan, store, steps, kept)) as run:
        run.skip(found.done)
        run.carry_out(stages, workers=workers, stop=on_error == "stop", progress=progress)
        return run.applied()


def _check(plan: Plan, store: SegmentStore, allow: Collection[str], on_error: object) -> None:
    if isinstance(allow, str) or (unknown := sorted(set(allow) - set(LIFTABLE))):
        given: Any = allow if isinstance(allow, str) else unknown
        raise InvalidInput(f"allow is {given!r}: give a list of {' or '.join(map(repr, LIFTABLE))}")
    if on_error not in get_args(OnError):
        raise InvalidInput(f"on_error is {on_error!r}: give 'continue' or 'stop'")
    if (plan.registry, plan.target) != (store.schema.registry, store.target):
        there = f"{store.schema.registry} at {store.target}"
        raise InvalidInput(f"the plan is for {plan.registry} at {plan.target}, and not for {there}: make one for it")
    barring = Findings(each for each in plan.findings.errors if each.code not in allow)
    if barring:
        raise InvalidInput("the plan is blocked, and nothing was sent", barring)
