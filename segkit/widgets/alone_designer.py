"""What the quota designer needs beside its view to go on without Python: which codes each cell of the grid stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from segkit.quotas import codes as table
from segkit.quotas.drafting import mask_of
from segkit.widgets.designer_view import NO_CHILDREN, UNFOLDING, codes_of_key, columns_of, named

if TYPE_CHECKING:
    from collections.abc import Iterable

    from segkit.quotas.drafting import Draft


def designer_alone(draft: Draft, unfolded: Iterable[int] = ()) -> dict[str, Any]:
    """Return the layers as masks in hexadecimal, a bit a condition code from 111 on, and every cell that the grid may have."""
    columns = [_columns(age) for age in range(table.OLDEST_YEAR + 1)]
    ages = [column["key"] for both in columns for column in [both["year"], *(both["months"] or [])]]
    keys = [NO_CHILDREN, *(f"{gender}-{age}" for gender in table.GENDERS for age in ages)]
    return {
        "genders": list(table.GENDERS),
        "none": NO_CHILDREN,
        "columns": columns,
        "cells": {key: [named(key), list(codes_of_key(key))] for key in keys},
        "masks": [f"{mask_of(quota):x}" for quota in draft.design.quotas],
        "entry": None if draft.design.qualification is None else f"{draft.entry:x}",
        "unfolded": sorted(unfolded),
    }


def _columns(age: int) -> dict[str, Any]:
    """Return the column of an age, and those of its months where they have codes of their own."""
    (year,) = columns_of(age, is_open=False)
    return {"year": year, "months": columns_of(age, is_open=True) if age in UNFOLDING else None}
