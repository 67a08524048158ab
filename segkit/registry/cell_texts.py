"""Values of several parts as lines that a hand can edit, and what such lines mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from segkit.errors import InvalidInput
from segkit.registry.cells import shown, written
from segkit.registry.criteria import criteria_of

if TYPE_CHECKING:
    from segkit.registry.cells import Value

BETWEEN = " = "


def plainly(value: Value) -> str:
    """Return a value as text; nothing is an empty one."""
    return shown(value) or ""


def as_typed(text: str) -> str:
    """Return a text that means what it says."""
    return text


def criteria_as_lines(value: Value) -> str:
    r"""Return criteria, a line each: field, operator, value. What lines cannot say stays JSON.

    Examples
    --------
    >>> criteria_as_lines('[["href","begins","/shop"],["act","eq","call me"]]')
    'href begins /shop\nact eq call me'
    """
    text = plainly(value)
    if not text:
        return ""
    lines = "\n".join(f"{each.field} {each.op} {each.value}" for each in criteria_of(text))
    return lines if criteria_of_lines(lines) == text else text


def criteria_of_lines(text: str) -> str:
    r"""Return what such lines mean, as JSON; a text that is none stays as it is, for its reader to complain of.

    Examples
    --------
    >>> criteria_of_lines("href begins /shop")
    '[["href","begins","/shop"]]'
    """
    lines = [line.split(" ", 2) for line in text.splitlines() if line.strip()]
    if text.lstrip().startswith("[") or any(len(line) < 2 or not all(line[:2]) for line in lines):  # noqa: PLR2004 - a value may be empty
        return text
    return written([[*line, ""][:3] for line in lines])


def pairs_as_lines(value: Value) -> str:
    """Return a customer's segments, a line each: type, value. What lines cannot say stays JSON.

    Examples
    --------
    >>> pairs_as_lines('[["membership","GOLD"]]')
    'membership = GOLD'
    """
    text = plainly(value)
    if not text:
        return ""
    lines = "\n".join(BETWEEN.join(pair) for pair in msgspec.json.decode(text))
    return lines if pairs_of_lines(lines) == text else text


def pairs_of_lines(text: str) -> str:
    """Return what such lines mean, as JSON; a text that is none stays as it is.

    Examples
    --------
    >>> pairs_of_lines("membership = GOLD")
    '[["membership","GOLD"]]'
    """
    lines = [line.split(BETWEEN, 1) for line in text.splitlines() if line.strip()]
    if text.lstrip().startswith("[") or any(len(line) < 2 for line in lines):  # noqa: PLR2004 - a pair
        return text
    return written(sorted(lines))


def pairs_typed(text: str, where: str) -> list[tuple[str, str]]:
    """Return the pairs of JSON that was typed, or that lines meant.

    Raises
    ------
    InvalidInput
        When it is neither.
    """
    try:
        return msgspec.json.decode(text or "[]", type=list[tuple[str, str]])
    except msgspec.DecodeError:
        example = f"membership{BETWEEN}GOLD"
        raise InvalidInput(f"{where}: {text!r} is no list of segments: write a line each, as in {example!r}") from None
