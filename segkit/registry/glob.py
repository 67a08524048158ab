"""Shell patterns as PHP's ``fnmatch`` takes them, on bytes: ``*`` is any text, also with slashes, ``?`` is one byte."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from segkit.registry.pcre_sets import GREATEST_BYTE, POSIX, PatternFault, complement, literal, written

if TYPE_CHECKING:
    from collections.abc import Callable

    from segkit.registry.pcre_sets import Ranges

LONGEST = 4095
"""So many bytes PHP compares at most; a longer text matches nothing."""

_NAMED = re.compile(r"\[([:.=])(\w*)\1\]", re.ASCII)


def compiled(pattern: str) -> Callable[[bytes], bool]:
    """Return what tells whether a whole text matches a pattern.

    Raises
    ------
    PatternFault
        When it holds a set that is not known.

    Examples
    --------
    >>> compiled("*/shop/*")(b"https://example.com/shop/toys"), compiled("[!a-c]?")(b"bx")
    (True, False)
    """
    text = pattern.encode(errors="surrogateescape").decode("latin-1")
    parts, at = [], 0
    while at < len(text):
        part, at = _part(text, at)
        parts.append(part)
    expression = re.compile("".join(parts).encode("latin-1"), re.DOTALL)
    return lambda value: len(value) <= LONGEST and expression.fullmatch(value) is not None


def _part(text: str, at: int) -> tuple[str, int]:
    char = text[at]
    if char in "*?":
        return {"*": ".*", "?": "."}[char], at + 1
    if char == "\\":
        return (literal(ord(text[at + 1])), at + 2) if at + 1 < len(text) else ("(?!)", at + 1)
    if char == "[" and (found := _set(text, at + 1)):
        return found
    return literal(ord(char)), at + 1


def _set(text: str, at: int) -> tuple[str, int] | None:
    """Read a set after its opening bracket; None where it does not close, and so is text."""
    is_negated = text[at : at + 1] in {"!", "^"}
    at = begin = at + is_negated
    ranges: Ranges = ()
    while at == begin or text[at : at + 1] != "]":
        if named := _NAMED.match(text, at):
            ranges, at = ranges + _named(named), named.end()
            continue
        if text.startswith(("[.", "[="), at):
            raise PatternFault(f"{text[at : at + 2]} begins a set that is not known here")
        low = _code(text, at)
        if low is None:
            return None
        at = high_at = low[1]
        high = _code(text, at + 1) if text[at : at + 1] == "-" and text[at + 1 : at + 2] != "]" else (low[0], high_at)
        if high is None:
            return None
        at = high[1]
        ranges += ((low[0], high[0]),) if low[0] <= high[0] else ()
    wanted = complement(ranges, GREATEST_BYTE) if is_negated else ranges
    return (f"[{written(wanted)}]" if wanted else "(?!)"), at + 1


def _named(named: re.Match[str]) -> Ranges:
    ranges = POSIX.get(named[2]) if named[1] == ":" and named[2] not in {"ascii", "word"} else None
    if ranges is None:
        raise PatternFault(f"{named[0]} is a set that is not known here")
    return ranges


def _code(text: str, at: int) -> tuple[int, int] | None:
    at += text[at : at + 1] == "\\"
    return (ord(text[at]), at + 1) if at < len(text) else None
