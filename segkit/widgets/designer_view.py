"""What the quota designer's view shows of a draft: plain data, made from the draft alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from segkit.findings import SIGNS
from segkit.quotas import codes as table
from segkit.quotas.coding import python_of
from segkit.quotas.describing import describe_mask
from segkit.quotas.drafting import mask_of, whole_year

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from segkit.findings import Findings
    from segkit.quotas.drafting import Draft

UNFOLDING = range(4)
"""The ages whose months have codes of their own."""

NO_CHILDREN = "none"


def codes_of_key(key: str) -> tuple[int, ...]:
    """Return the codes that the children of a cell carry themselves; the key names gender and age, or gender and month.

    Examples
    --------
    >>> codes_of_key("boy-5"), codes_of_key("girl-m13"), codes_of_key("none")
    ((141,), (169,), (167,))
    """
    if key == NO_CHILDREN:
        return (table.NO_CHILDREN,)
    gender, _, age = key.partition("-")
    if age.startswith("m"):
        return table.child_codes(gender, months=int(age[1:]))
    return table.codes_of(whole_year(gender, int(age)))


def design_view(draft: Draft, unfolded: Iterable[int] = ()) -> dict[str, Any]:
    """Return layers, grid and papers of a draft; `unfolded` are the ages whose months are shown."""
    columns = [column for age in range(table.OLDEST_YEAR + 1) for column in columns_of(age, is_open=age in set(unfolded))]
    layers = {number: mask_of(quota) for number, quota in enumerate(draft.design.quotas, 1)}
    entry = draft.entry
    grid = _Grid(draft.mask, layers, entry, [quota.id for quota in draft.design.quotas])
    current = "who may enter" if draft.layer is None else draft.layer
    return {
        "layers": _layers(draft, entry),
        "follows": draft.follows,
        "columns": columns,
        "heading": "age" if not set(unfolded) else "age; m = months",
        "caption": f"Painting on: {current}",
        "rows": [
            {"name": f"{gender}s", "cells": [grid.cell(f"{gender}-{column['key']}") for column in columns]}
            for gender in table.GENDERS
        ],
        "none": grid.cell(NO_CHILDREN),
        "completes": draft.design.completes,
        "can_undo": bool(draft.past),
        "can_redo": bool(draft.future),
        "json": json.dumps(draft.design.payload(), indent=1, ensure_ascii=False),
        "code": python_of(draft.design),
    }


def findings_view(findings: Findings) -> list[dict[str, str]]:
    """Return what the view shows of findings."""
    return [
        {"severity": f.severity, "sign": SIGNS[f.severity], "code": f.code, "where": f.where, "message": f.message, "fix": f.fix}
        for f in findings
    ]


def columns_of(age: int, *, is_open: bool) -> list[dict[str, Any]]:
    """Return the column of an age, or those of its months."""
    unfolds = {"unfolds": is_open} if age in UNFOLDING else {}
    if not is_open:
        return [{"age": age, "key": str(age), "label": str(age), **unfolds}]
    months = range(max(1, age * table.MONTHS_A_YEAR), (age + 1) * table.MONTHS_A_YEAR)
    return [
        {"age": age, "key": f"m{month}", "label": f"{month} m", **(unfolds if place == 0 else {})}
        for place, month in enumerate(months)
    ]


def _layers(draft: Draft, entry: int) -> list[dict[str, Any]]:
    """Return the layers, who may enter first."""
    unit = draft.design.qualification_unit or "years"
    everybody = draft.design.qualification is None
    first = {
        "id": None,
        "number": 0,
        "current": draft.layer is None,
        "count": None,
        "families": "anybody" if everybody else describe_mask(entry, unit),
    }
    quotas = [
        {"id": quota.id, "number": number, "current": draft.layer == quota.id, "count": quota.count, "families": quota.families}
        for number, quota in enumerate(draft.design.quotas, 1)
    ]
    return [first, *quotas]


class _Grid:
    """The cells of a grid: which layers hold them, and whether those who have such a child may enter."""

    def __init__(self, painted: int, layers: Mapping[int, int], entry: int, names: list[str]) -> None:
        self._painted, self._layers, self._entry, self._names = painted, layers, entry, names

    def cell(self, key: str) -> dict[str, Any]:
        mask = table.mask(codes_of_key(key), "months")
        marks = [number for number, layer in self._layers.items() if layer & mask]
        state = "all" if self._painted & mask == mask else "part" if self._painted & mask else "none"
        enters = bool(self._entry & mask)
        quotas = ", ".join(f"{number} {self._names[number - 1]}" for number in marks)
        about = [f"in quota {quotas}" if marks else "in no quota", "" if enters else "may not enter"]
        return {
            "key": key,
            "state": state,
            "marks": marks,
            "enters": enters,
            "label": "; ".join(filter(None, [named(key), *about])),
        }


def named(key: str) -> str:
    """Name a cell in words."""
    if key == NO_CHILDREN:
        return "no children"
    gender, _, age = key.partition("-")
    if age.startswith("m"):
        return f"{gender}s {age[1:]} months"
    return f"{gender}s {'under 1 year' if age == '0' else f'{age} years'}"
