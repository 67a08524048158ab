"""Values of several parts as lines that a hand can edit, and what such lines mean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from segkit.registry.cells import shown, written
from segkit.registry.criteria import criteria_of

if TYPE_CHECKING:
    from segkit.registry.cells import Value

BETWEEN = " = "
_CRITERION = re.compile(r"\s*(\S+)(?:\s+(\S+)(?:\s(.*))?)?", re.DOTALL)
"""A field, an operator, and after one space the value, as it is."""


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
    r"""Return what such lines mean, as JSON; what is JSON stays as it is. A line of one word is a criterion without operator.

    Examples
    --------
    >>> criteria_of_lines("href begins /shop")
    '[["href","begins","/shop"]]'
    """
    if text.lstrip().startswith("["):
        return text
    found = [_CRITERION.fullmatch(line) for line in text.splitlines() if line.strip()]
    return written([[part or "" for part in each.groups()] for each in found if each])


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


def pairs_typed(text: str) -> list[tuple[str, str | None]]:
    r"""Return the pairs of such JSON; of what is none, its lines, one that is no pair without a value.

    Examples
    --------
    >>> pairs_typed('[["membership","GOLD"]]'), pairs_typed("city = Lima\nGOLD")
    ([('membership', 'GOLD')], [('city', 'Lima'), ('GOLD', None)])
    """
    try:
        return [(kind, value) for kind, value in msgspec.json.decode(text or "[]", type=list[tuple[str, str]])]
    except msgspec.DecodeError:
        cut = [line.partition(BETWEEN) for line in text.splitlines() if line.strip()]
        return [(kind, value if between else None) for kind, between, value in cut]
