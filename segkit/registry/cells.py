"""How a cell of a frame is read: the value that it holds, and what is wrong with it."""

from __future__ import annotations

from typing import Any

import msgspec
import pandas as pd

from segkit.errors import InvalidInput
from segkit.registry.bounds import whole
from segkit.registry.criteria import criteria_of

Value = str | int | bool | None

_FLAGS = {"y": True, "yes": True, "true": True, "1": True, "n": False, "no": False, "false": False, "0": False}
_AS_TEXT = "read the file with dtype=str, so that leading zeros stay and no number becomes 400.0"


def is_missing(cell: Any) -> bool:  # noqa: ANN401 - whatever a cell holds
    """Whether nothing stands in a cell: None, NaN, NA, or a text without a character, as files have it."""
    return (isinstance(cell, str) and not cell) or bool(pd.api.types.is_scalar(cell) and pd.isna(cell))


def text(cell: Any) -> tuple[Value, str]:  # noqa: ANN401 - whatever a cell holds
    """Read text; a number is none, because what it was before it was read as one is lost."""
    if not isinstance(cell, str):
        return None, f"{cell!r} is {type(cell).__name__}, no text: {_AS_TEXT}"
    if any("\ud800" <= char <= "\udfff" for char in cell):
        return None, f"{cell!r} holds half of a character: read the file as UTF-8"
    return (cell, "") if cell.strip() else (None, "it is blank: leave the cell missing, or take the row out")


def number(cell: Any) -> tuple[Value, str]:  # noqa: ANN401 - whatever a cell holds
    """Read a whole number, also of digits, or of a float without a fraction that pandas made of it."""
    is_whole_float = isinstance(cell, float) and cell.is_integer()
    found = int(cell) if is_whole_float else whole(cell)
    if isinstance(cell, str) and found is not None and cell.strip() != str(found):
        return None, f"{cell!r} is a number with zeros or spaces before it: write {found}"
    return found, "" if found is not None else f"{cell!r} is no whole number"


def flag(cell: Any) -> tuple[Value, str]:  # noqa: ANN401 - whatever a cell holds
    """Read a truth value: True, False, y, n, yes, no, true, false in any case, 1, 0."""
    found = _FLAGS.get(str(cell).strip().lower()) if isinstance(cell, str) or str(cell) in {"True", "False", "1", "0"} else None
    return found, "" if found is not None else f"{cell!r} is neither True nor False, y nor n, 1 nor 0"


def criteria(cell: Any) -> tuple[Value, str]:  # noqa: ANN401 - whatever a cell holds
    """Read criteria in any of their forms, as JSON text."""
    try:
        return written([[each.field, each.op, each.value] for each in criteria_of(cell)]), ""
    except InvalidInput as error:
        return None, str(error)


def written(value: Any) -> str:  # noqa: ANN401 - what JSON can say
    """Write a value as JSON text, always the same for the same value."""
    return msgspec.json.encode(value).decode()


def shown(value: Value) -> str | None:
    """Return a value as a plan shows it; None where there is none."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)
