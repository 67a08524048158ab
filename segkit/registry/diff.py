"""The difference between what a registry keeps and what is wanted of it, segment by segment."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from segkit.findings import Finding, Findings
from segkit.registry.collisions import collisions, same_names
from segkit.registry.plan import Plan
from segkit.registry.plan_rows import Row, in_order
from segkit.registry.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from segkit.registry.preflight import Wanted
    from segkit.registry.schema import Record, Schema
    from segkit.registry.scope import Owned

BLIND = "what is there cannot be read: it is replaced"
UNSEEN = "nothing was sent to it from here before: whatever is there is replaced"


def diff(
    there: Mapping[str, Record],
    wanted: Wanted,
    schema: Schema,
    *,
    target: str = "",
    prune: bool = False,
    owned: Owned = None,
    blind: bool = False,
    reads_back: bool = True,
) -> Plan:
    """Return the plan that makes of what is there what is wanted.

    Parameters
    ----------
    there
        All that the registry keeps, by key.
    wanted
        See `segkit.registry.preflight`.
    prune
        Whether what is there and not wanted is deleted.
    owned
        What may be touched; the rest stays whatever is wanted of it.
    blind, reads_back
        As of a `SegmentStore`: where nothing is read back, whom nobody sent anything from here is not new, and is replaced.
    """
    scope = Scope.of(owned, schema, reads_back=reads_back)
    mine = {key for key, record in there.items() if key not in schema.protected and scope.touches(key, record)}
    rows = {key: _row(key, there.get(key), values, schema, scope) for key, values in wanted.rows.items()}
    if blind:
        rows = {key: row._replace(action="update", reason=BLIND) if row.action == "create" else row for key, row in rows.items()}
    elif not reads_back:
        rows = {key: row._replace(reason=UNSEEN) if row.action == "create" else row for key, row in rows.items()}
    for key, why in wanted.barred.items():
        rows[key] = Row(key, "blocked", there.get(key), {}, why, {})
    if prune and wanted.n_given:
        for key in mine - set(rows):
            rows[key] = Row(key, "delete", dict(there[key]), {}, "not in the frame, and prune is on", {})
    rows.update(_left_in(there, rows, schema))
    findings = [*wanted.findings, *_check(rows, schema), *_in_vain(blind=blind, prune=prune)]
    rows, collided = collisions(there, rows, schema)
    findings += [*collided, *same_names(rows, schema)]
    kept = tuple(rows[key] for key in sorted(rows, key=in_order))
    # Sorted, so that the order of the frame's rows is not a part of the plan.
    checks = Findings(sorted(findings))
    n_there = sum(map(schema.is_segment, mine))
    return Plan(schema.registry, target, kept, checks, n_there, wanted.n_given, prune, blind, scope.word, scope.owns)


def _in_vain(*, blind: bool, prune: bool) -> Iterator[Finding]:
    if blind and prune:
        message = "what is there cannot be read, so that nothing is deleted for not being wanted"
        fix = "Keep what is sent, as InstaleapStore(client, sent=FILE) does, or name whom to clear in the frame."
        yield Finding("prune-in-vain", "warning", "plan", message, fix)


def _row(key: str, before: Record | None, values: Record, schema: Schema, scope: Scope) -> Row:
    """Say what becomes of one segment that is wanted."""
    after = {name: schema[name].clean(value) for name, value in values.items()}
    kept = None if before is None else dict(before)
    if kept is not None:
        after = schema.differences(kept, after)
        if not after:
            return Row(key, "no-op", kept, {}, "it is as wanted", {})
    told = _told(after, values, schema, is_new=kept is None)
    missing = schema.lacking(key, after) if kept is None else []
    if key in schema.protected:
        return Row(key, "blocked", kept, after, schema.protected[key], told)
    is_new_group = kept is None and not schema.is_segment(key)
    if not is_new_group and not scope.touches(key, after if kept is None else kept, is_new=kept is None):
        return Row(key, "blocked", kept, after, "it is outside of what is owned", told)
    if missing:
        return Row(key, "blocked", kept, after, f"a new one needs {', '.join(missing)}", told)
    return (
        Row(key, "create", None, after, "it is not there", told)
        if kept is None
        else Row(key, "update", kept, after, "it differs", told)
    )


def _left_in(there: Mapping[str, Record], rows: Mapping[str, Row], schema: Schema) -> dict[str, Row]:
    """Return the groups that cannot be deleted, because a segment that may not be touched stays in them."""
    inside: dict[str, list[str]] = defaultdict(list)
    for key, record in {**there, **{key: row.result for key, row in rows.items()}}.items():
        if record and schema.is_segment(key):
            inside[schema.group_of(record)].append(key)
    kept = {}
    for key, row in rows.items():
        if row.action == "delete" and key in inside:
            who = ", ".join(sorted(inside[key], key=in_order)[:5])
            kept[key] = row._replace(action="no-op", reason=f"it is not in the frame, and not deleted because {who} stays in it")
    return kept


def _told(changed: Record, values: Record, schema: Schema, *, is_new: bool) -> dict[str, str]:
    """Return what is worth knowing of fields that change."""
    told = {}
    for name in changed:
        # of a value of several parts only the order was changed, which says nothing
        is_other = changed[name] != values[name] and not schema[name].is_of_lines
        cleaned = f"cleaned, given was {values[name]!r}" if is_other else ""
        if said := "; ".join(filter(None, (cleaned, "" if is_new else schema[name].told))):
            told[name] = said
    return told


def _check(rows: dict[str, Row], schema: Schema) -> list[Finding]:
    """Check the values that would be sent; a row with an error is blocked."""
    found: list[Finding] = []
    for key, row in rows.items():
        if row.action not in {"create", "update"}:
            continue
        where = f"{key}, column "  # not the row: its number is no part of the plan
        mine = [each for name, value in row.after.items() for each in schema[name].check(value, f"{where}{name!r}")]
        if row.action == "create" and schema.is_segment(key):
            mine += schema.key.check(key, f"{where}{schema.key.name!r}")
        found += mine
        if errors := [each.message for each in mine if each.severity == "error"]:
            rows[key] = row._replace(action="blocked", reason="; ".join(errors))
    return found
