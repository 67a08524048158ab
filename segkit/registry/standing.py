"""How far a plan is carried out already, and whether it is still true: what is there against what its steps leave."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from segkit.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from segkit.registry.plan import Plan
    from segkit.registry.schema import Record, Schema
    from segkit.registry.steps import Step


class Standing(NamedTuple):
    """Where a plan stands.

    Attributes
    ----------
    done
        The places of the steps that need not be taken any more.
    moved
        What is neither as it was planned on, nor as a step of the plan leaves it.
    """

    done: frozenset[int]
    moved: tuple[Finding, ...]


def standing(plan: Plan, steps: Sequence[Step], now: Mapping[str, Record], schema: Schema) -> Standing:
    """Compare what is there now with the plan.

    Parameters
    ----------
    steps
        All steps of the plan, in order.
    """
    chains: dict[str, list[tuple[int, Record | None]]] = defaultdict(list)
    for row in plan.rows:
        chains[row.key].append((-1, row.before))
    for place, step in enumerate(steps):
        for move in step.moves:
            chains[move.key].append((place, move.after))
    reached: dict[str, int] = {}
    moved: list[Finding] = []
    for row in plan.rows:
        found = [place for place, state in chains[row.key] if is_as(now.get(row.key), state, schema)]
        if found:
            reached[row.key] = found[-1]
        else:
            moved += _moved(row.key, row.before, now.get(row.key), schema)
    moved += _newcomers(plan, now, schema)
    done = (place for place, step in enumerate(steps) if all(reached.get(move.key, place - 1) >= place for move in step.moves))
    return Standing(frozenset(done), tuple(moved))


def is_as(record: Record | None, state: Record | None, schema: Schema) -> bool:
    """Whether a segment is as a step leaves it, as far as that is known."""
    if record is None or state is None:
        return record is state
    return not schema.differences(record, state)


def _moved(key: str, planned: Record | None, now: Record | None, schema: Schema) -> Iterator[Finding]:
    """Yield what of a segment is not as it was planned on."""
    fix = "Make the plan anew, and look at it again."
    if planned is None:
        yield Finding("moved", "error", key, "it was not there when the plan was made, and now it is", fix)
    elif now is None:
        yield Finding("moved", "error", key, "it was there when the plan was made, and now it is not", fix)
    else:
        for name, value in schema.differences(planned, now).items():
            yield Finding("moved", "error", f"{key}, {name}", f"it was {planned.get(name)!r}, and now it is {value!r}", fix)


def _newcomers(plan: Plan, now: Mapping[str, Record], schema: Schema) -> Iterator[Finding]:
    """Yield what came to be since, where the plan would have dealt with it, or it has what the plan takes."""
    known = {row.key for row in plan.rows}
    takes = {
        (column.name, row.after[column.name]): row.key
        for row in plan.rows
        for column in schema.fields
        if column.unique and row.after.get(column.name) is not None and row.action in {"create", "update"}
    }
    goes = {row.key for row in plan.rows if row.action == "delete" and not schema.is_segment(row.key)}
    for key, record in now.items():
        if key in known or key in schema.protected:
            continue
        if schema.is_segment(key) and schema.group_of(record) in goes:
            message = f"it is in {record[schema.within]!r} now, which is to be deleted"
            yield Finding("moved", "error", key, message, "Make the plan anew.")
        if plan.prune and (plan.scope == "all" or (plan.owns is not None and plan.owns(key, record))):
            yield Finding("moved", "error", key, "it was not there when the plan was made", "Make the plan anew.")
        for column in schema.fields:
            taker = takes.get((column.name, record.get(column.name)))
            if taker is not None:
                message = f"it has the {column.name} {record[column.name]!r} now, which {taker} is to have"
                yield Finding("moved", "error", key, message, "Make the plan anew.")
