"""A value of another kind than is documented, in plain words, and what to write instead."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from segkit.quotas.targets import whole

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORDS = {bool: "true or false", str: "text", list: "a list [...]", dict: "an object {...}"}
_VEILED = "basic_token"  # whose value no message shows
_SHOWN = 40
_LONG = 10**18
_NUMBER = re.compile(r"-?\d{1,18}(?:\.\d{1,18})?\Z", re.ASCII)
_LAST = re.compile(r"[\w ]*(?:\[\d+\])*\Z")


def in_words(value: object, kinds: Iterable[type], path: str) -> tuple[str, str]:
    """Say what stands in a field and what belongs there, and the fix.

    Parameters
    ----------
    kinds
        Of the JSON values that the vendor documents for it: int, float, str, bool, list, dict.

    Examples
    --------
    >>> in_words("100", {int}, "$.completes_required")
    ("completes_required is the text '100'; it should be a whole number", 'Write 100, without quotes.')
    """
    wanted = frozenset(kinds)
    name = _LAST.search(path)
    field = (name[0] if name else "") or "it"
    message = f"{field} is {_kind(value, is_shown=_VEILED not in path)}; it should be {_wanted(wanted)}"
    return message, _instead(value, wanted) if _VEILED not in path else f"Write {_wanted(wanted)}."


def _wanted(kinds: frozenset[type]) -> str:
    words = [_WORDS[kind] for kind in _WORDS if kind in kinds]
    if kinds & {int, float}:
        words.insert(0, "a number" if float in kinds else "a whole number")
    return " or ".join(words)


def _kind(value: object, *, is_shown: bool) -> str:
    """Name a JSON value: what kind it is, and the value itself where it is short and may be seen."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "an object"
    if not is_shown:
        return "text" if isinstance(value, str) else "a number"
    try:
        return f"the {'text' if isinstance(value, str) else 'number'} {value!r:.{_SHOWN}}"
    except ValueError:  # Python writes no number of thousands of digits
        return "a number of thousands of digits"


def _instead(value: object, kinds: frozenset[type]) -> str:
    """Say what to write: the same value in the right kind, where there is one."""
    told = None
    if isinstance(value, str):
        if kinds & {int, float} and (float in kinds or whole(value) is not None) and _NUMBER.match(value.strip()):
            told = f"{value.strip()}, without quotes"
        elif bool in kinds and value in ("true", "false"):
            told = f"{value}, without quotes"
    elif kinds == {bool} and value in (0, 1):
        told = "true" if value else "false"
    elif float not in kinds and int in kinds and isinstance(value, float) and value.is_integer() and abs(value) < _LONG:
        told = str(int(value))
    elif kinds == {str} and isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LONG:
        told = f'it in quotes: "{value}"'
    elif kinds == {list}:
        told = "it in brackets, as a list: [...]"
    return f"Write {told or _wanted(kinds)}." if value is not None else f"Write {_wanted(kinds)}, or leave it out."
