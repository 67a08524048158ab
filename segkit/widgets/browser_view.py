"""What the segment browser's view shows: plain data, made from a table and the plan for its changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from segkit.registry import plan_page
from segkit.registry.looking import PAGE, group_columns, groups
from segkit.registry.plan_rows import SIGNS, in_order
from segkit.widgets.designer_view import findings_view

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from segkit.registry.applied import Applied
    from segkit.registry.editing import Editing
    from segkit.registry.looking import Look
    from segkit.registry.plan import Plan
    from segkit.registry.plan_rows import Change, Row
    from segkit.registry.proposal import Proposal
    from segkit.registry.schema import Field, Schema

DOUBLE = "://sandbox.invalid/"
"""The address of a double in the same process; no registry can have it."""
MOST_CHANGES = 60
"""Changes of a plan that are shown one by one."""
LONGEST_VALUE = 300
"""Characters of a value that are shown beside another."""


def provenance_of(target: str) -> str:
    """Return the word for what a registry holds: nobody labels a user's own segments, but those of a double are made up."""
    return "synthetic" if DOUBLE in target else ""


def table_view(editing: Editing, look: Look, rows: Sequence[str], planned: Mapping[str, Row]) -> dict[str, Any]:
    """Return the page of a table: its columns, its rows, what it can be narrowed to."""
    pages = max(1, -(-len(rows) // PAGE))
    page = min(look.page, pages - 1)
    counted = groups(editing)
    if look.group is not None:  # it may be gone by now, and still narrows
        counted.setdefault(look.group, 0)
    return {
        "columns": [_column(editing, each, look) for each in (editing.schema.key, *editing.schema.fields)],
        "rows": [row_view(editing, row, planned.get(row)) for row in rows[page * PAGE : (page + 1) * PAGE]],
        "groups": [{"value": name, "text": f"{name} ({n})"} for name, n in counted.items()],
        "has_groups": bool(group_columns(editing)),
        "group": look.group,
        "words": look.words,
        "changed": look.changed,
        "page": page,
        "pages": pages,
        "told": f"{len(rows):,} of {len(editing.rows):,} segments" + (f", page {page + 1} of {pages}" if pages > 1 else ""),
        "can_undo": bool(editing.past),
        "can_redo": bool(editing.future),
    }


def _column(editing: Editing, column: Field, look: Look) -> dict[str, Any]:
    sort = "none" if look.column != column.name else "descending" if look.down else "ascending"
    is_key = column.name == editing.schema.key.name
    about = {"is_key": is_key, "lines": column.is_of_lines, "options": list(column.options), "is_group": column.is_group}
    return {"name": column.name, "sort": sort, **about}


def row_view(editing: Editing, row: str, planned: Row | None) -> dict[str, Any]:
    """Return what is shown of a row, and what is planned for it."""
    is_new, is_removed = row in editing.edits.added, row in editing.edits.removed
    return {
        "row": row,
        "is_new": is_new,
        "is_removed": is_removed,
        "fixed": editing.schema.protected.get(row, ""),
        "action": planned.action if planned else "",
        "sign": SIGNS[planned.action] if planned else "",
        "why": planned.reason if planned and planned.action == "blocked" else "",
        "cells": [_cell(editing, row, column) for column in editing.columns],
    }


def _cell(editing: Editing, row: str, column: str) -> dict[str, Any]:
    text, was = editing.text(row, column), editing.was(row, column)
    return {"text": text, "was": None if text == was or row in editing.edits.added else _short(was)}


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}… ({len(text):,} characters)"


def plan_view(proposal: Proposal, schema: Schema) -> dict[str, Any]:
    """Return what is shown of a plan beside the table."""
    plan = proposal.plan
    lines = list(_lines(plan, schema)) if proposal.keys else []
    return {
        "title": plan_page.title(plan),
        "told": plan_page.told(plan) if proposal.keys else "no changes yet",
        "lines": lines[:MOST_CHANGES],
        "more": f"{len(lines) - MOST_CHANGES} more changes: see .plan." if len(lines) > MOST_CHANGES else "",
        "findings": findings_view(plan.findings) if proposal.keys else [],
        "checksum": plan.checksum,
        "can_apply": bool(proposal.keys) and proposal.can_apply,
    }


def _lines(plan: Plan, schema: Schema) -> Iterator[dict[str, str]]:
    """Yield a line a change; what is deleted is one line, by its name."""
    for row in plan.rows:
        changes = [] if row.action == "no-op" else list(row.changes())
        if row.action == "delete":
            names = ", ".join(repr(value) for name, value in (row.before or {}).items() if schema[name].is_name)
            changes = [changes[0]._replace(field=None, reason=" ".join(filter(None, ["with all that it has", names])))]
        for change in changes:
            yield {"action": change.action, "sign": SIGNS[change.action], "text": _line(change, schema)}


def _line(change: Change, schema: Schema) -> str:
    if change.field is None:
        return f"{change.key} ({change.reason})"
    before, after = (_readable(value, schema[change.field]) for value in (change.before, change.after))
    return f"{change.key} {change.field}: {before} → {after} ({change.reason})"


def _readable(value: str | None, column: Field) -> str:
    if value is None:
        return "(none)"
    return _short("; ".join(column.as_text(value).splitlines()) if column.is_of_lines else repr(value))


def confirm_view(proposal: Proposal) -> dict[str, Any]:
    """Return what has to be confirmed before anything is sent."""
    plan = proposal.plan
    counted = ", ".join(f"{n} {action}" for action, n in plan.counts.items() if n and action != "no-op")
    return {
        "text": f"To be sent to {plan.registry} at {plan.target}: {counted}. It cannot be undone from here.",
        "checksum": plan.checksum,
        "guards": [{"code": each.code, "text": each.message} for each in proposal.guards],
    }


def outcome_view(applied: Applied) -> dict[str, Any]:
    """Return what became of a plan: how many segments, and each that was not applied."""
    others = [row for row in applied.rows if row.outcome != "applied"]
    return {
        "ok": applied.ok,
        "told": f"Applied: {applied.in_words}",
        "lines": [f"{row.key} {row.action}: {row.outcome.replace('_', ' ')} ({row.reason})" for row in others],
        "stopped": str(applied.stopped) if applied.stopped else "",
    }


def python_of(editing: Editing, proposal: Proposal) -> str:
    """Return the Python that makes the same plan of ``store``, and carries it out; new rows whose keys are taken are left out."""
    frame = proposal.wanted
    key = editing.schema.key.name
    touched = frame[frame.index.isin(editing.touched)]
    edits, wanted = [], "store.export()"
    if len(touched):
        cells = touched.astype("object").where(touched.notna(), None)
        edits = ["edits = pd.DataFrame(", "    {", *(f"        {name!r}: {cells[name].tolist()!r}," for name in cells), "    },"]
        edits += ['    dtype="str",', ")"]
        wanted = "edits"
    if editing.edits.removed:
        gone = sorted(editing.touched.difference(editing.edits.added), key=in_order)
        edits += [f'kept = store.export()[{[key, *editing.schema.long]!r}].astype("str")']
        edits += [f"kept = kept[~kept[{key!r}].isin({gone!r})]"]
        wanted = "pd.concat([kept, edits]), prune=True" if len(touched) else "kept, prune=True"
    edits = [*(f"# {row} is left out: its key is that of another row" for row in proposal.taken), *edits]
    done = [f"plan = sk.plan(store, {wanted})", "sk.apply(plan, store)"]
    return "\n".join(["import pandas as pd", "", "import segkit as sk", "", *edits, *done])
