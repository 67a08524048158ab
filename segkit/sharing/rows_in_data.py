"""Ids of people in data: under a name in JSON, and in the figures that plotly draws."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    IsId = Callable[[object], bool]

_SHOWN: Final = re.compile(r"(?P<name>[^<>=%]{1,60}?)\s?[=:]\s?%\{(?P<array>\w+)(?:\[(?P<place>\d+)\])?[^}]*\}")
"""How plotly express writes on hovering: ``member_id=%{customdata[0]}``."""


def named(held: Any, is_id: IsId) -> list[str]:  # noqa: ANN401 - what JSON holds
    """Return the ids under names that tell of them, however deep they are."""
    return [one for name, value in _entries(held) if is_id(name) for one in _leaves(value)]


def without(held: Any, is_id: IsId, mask: str, *, below: bool = False) -> Any:  # noqa: ANN401 - what JSON holds
    """Return data with the mask in the place of each such id."""
    if isinstance(held, dict):
        kept = type(held)()
        kept.update({name: without(one, is_id, mask, below=below or is_id(name)) for name, one in held.items()})
        return kept
    if isinstance(held, list):
        return [without(one, is_id, mask, below=below) for one in held]
    return mask if below and _is_leaf(held) else held


def drawn(figure: Any, is_id: IsId) -> Iterator[list[str]]:  # noqa: ANN401 - what JSON holds
    """Yield the columns of ids of a figure: of an axis with their name, of what is shown on hovering, of a table."""
    layout = _dict(_dict(figure).get("layout"))
    for trace in map(_dict, _list(_dict(figure).get("data"))):
        for array in ("x", "y"):
            axis = _dict(layout.get(str(trace.get(f"{array}axis", array)).replace(array, f"{array}axis", 1)))
            title = axis.get("title")
            if is_id(_dict(title).get("text", title) if isinstance(title, dict) else title):
                yield list(_leaves(trace.get(array)))
        for found in _SHOWN.finditer(str(trace.get("hovertemplate") or "")):
            if is_id(found["name"]):
                rows = _list(trace.get("labels" if found["array"] == "label" else found["array"]))
                place = found["place"]
                yield list(_leaves(rows if place is None else [one for row in rows for one in _list(row)[int(place) :][:1]]))
        heads, cells = (_list(_dict(trace.get(part)).get("values")) for part in ("header", "cells"))
        for head, column in zip(heads, cells, strict=False):
            if is_id(re.sub(r"<[^<>]*>", "", str(head if not isinstance(head, list) else head[-1:]).strip("[]'"))):
                yield list(_leaves(column))


def _dict(held: Any) -> dict[str, Any]:  # noqa: ANN401 - what JSON holds
    return held if isinstance(held, dict) else {}


def _list(held: Any) -> list[Any]:  # noqa: ANN401 - what JSON holds
    return held if isinstance(held, list) else list(held) if isinstance(held, tuple) else []


def _is_leaf(held: Any) -> bool:  # noqa: ANN401 - what JSON holds
    return isinstance(held, str | int) and not isinstance(held, bool)


def _below(held: Any) -> Iterator[Any]:  # noqa: ANN401 - what JSON holds
    yield from held.values() if isinstance(held, dict) else _list(held)


def _entries(held: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - what JSON holds
    """Yield each name with what it names."""
    yield from _dict(held).items()
    for one in _below(held):
        yield from _entries(one)


def _leaves(held: Any) -> Iterator[str]:  # noqa: ANN401 - what JSON holds
    """Yield the texts and whole numbers."""
    if _is_leaf(held):
        yield str(held)
    for one in _below(held):
        yield from _leaves(one)
