"""PHP's loose comparison of texts, by which Infinity compares: two texts that both read as numbers are compared as numbers.

https://www.php.net/manual/en/language.types.numeric-strings.php; versions before 8 read no number before a trailing space.
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple

_SPACE = rb"[ \t\n\r\v\f]*"
_NUMBER = re.compile(
    _SPACE + rb"(?P<sign>[+-]?)(?P<whole>[0-9]+)?(?P<rest>(?(whole)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)" + _SPACE
)
_GREATEST = 2**63 - 1
_MOST_DIGITS = 19


class _Number(NamedTuple):
    """A text read as a number; `beyond` is the sign of a whole number that is too great for PHP, else 0."""

    value: int | float
    beyond: int = 0


def _number(text: bytes) -> _Number | None:
    found = _NUMBER.fullmatch(text)
    if not found:
        return None
    if found["rest"]:
        return _Number(float(text))
    digits, is_negative = found["whole"].lstrip(b"0"), found["sign"] == b"-"
    if len(digits) <= _MOST_DIGITS and int(digits or b"0") <= _GREATEST + is_negative:
        return _Number(-int(digits or b"0") if is_negative else int(digits or b"0"))
    return _Number(float(text), -1 if is_negative else 1)


def compare(one: bytes, other: bytes) -> int:
    """Return -1, 0 or 1 as PHP's ``<=>`` does for two strings.

    Examples
    --------
    >>> compare(b"10", b"1e1"), compare(b"10", b"9"), compare(b"10 euro", b"9")
    (0, 1, -1)
    """
    first, second = _number(one), _number(other)
    if first is None or second is None or (first.beyond and first.beyond == second.beyond):
        return (one > other) - (one < other)
    if isinstance(first.value, int) and isinstance(second.value, int):
        return (first.value > second.value) - (first.value < second.value)
    if first.beyond or second.beyond:
        return _beyond(first, second)
    left, right = float(first.value), float(second.value)
    if left == right and math.isinf(left):
        return (one > other) - (one < other)
    return (left > right) - (left < right)


def _beyond(first: _Number, second: _Number) -> int:
    """Compare where a whole number is too great: with another whole number its sign decides, else it is a float."""
    if isinstance(second.value, int):
        return first.beyond
    if isinstance(first.value, int):
        return -second.beyond
    return (first.value > second.value) - (first.value < second.value)
