"""The parameters of a request as PHP reads them: ``filter[]=a``, ``criteria[0][field]=b``, in the query and in the body."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from flask import Request

_NAME = re.compile(r"(?P<first>[^\[\]]+)(?P<keys>(?:\[[^\[\]]*\])*)")
_DEEPEST = 8
MOST_VARIABLES = 1000
"""PHP reads no more of a form than its max_input_vars, and leaves the rest out without a word."""


def parameters(request: Request) -> dict[str, Any]:
    """Return the parameters: those of the query, and over them those of the body.

    Raises
    ------
    ValueError
        When the body says that it is JSON, and is no JSON object.
    """
    found = of_pairs(parse_qsl(request.query_string.decode("latin-1"), keep_blank_values=True, errors="replace"))
    body = request.get_data(cache=False)
    if not body:
        return found
    if request.mimetype == "application/json":
        sent = json.loads(body)
        if not isinstance(sent, dict):
            raise ValueError("the body is no JSON object")
        return {**found, **sent}
    return {**found, **of_pairs(parse_qsl(body.decode("latin-1"), keep_blank_values=True, errors="replace"))}


def of_pairs(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Put pairs together: a name with brackets is an array, which is a dict with PHP's keys."""
    found: dict[str, Any] = {}
    for name, value in pairs[:MOST_VARIABLES]:
        parts = _NAME.fullmatch(name)
        keys = [parts["first"], *re.findall(r"\[([^\[\]]*)\]", parts["keys"])] if parts else [name]
        if len(keys) <= _DEEPEST:
            _put(found, keys, value)
    return found


def _put(array: dict[str, Any], keys: list[str], value: str) -> None:
    *above, last = keys
    for key in above:
        key = key or _following(array)  # noqa: PLW2901 - an empty key is the next number
        if not isinstance(array.get(key), dict):
            array[key] = {}
        array = array[key]
    array[last or _following(array)] = value


def _following(array: dict[str, Any]) -> str:
    """Return PHP's next number for an array."""
    return str(max((int(key) for key in array if key.isascii() and key.isdigit()), default=-1) + 1)


def elements(array: object) -> list[tuple[str, Any]] | None:
    """Return the keys and values of an array, in its order; None where it is none."""
    if isinstance(array, dict):
        return list(array.items())
    return [(str(place), each) for place, each in enumerate(array)] if isinstance(array, list) else None
