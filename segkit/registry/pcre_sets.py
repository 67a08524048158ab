"""Characters and sets of characters in a Perl regular expression, as Python's `re` writes them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

GREATEST_BYTE = 0xFF
GREATEST_CHARACTER = 0x10FFFF

Ranges = tuple[tuple[int, int], ...]

_CONTROL: Mapping[str, int] = {"a": 7, "e": 27, "f": 12, "n": 10, "r": 13, "t": 9}
_CODE = re.compile(
    r"x\{(?P<hex>[0-9A-Fa-f]{1,8})\}|x(?P<short>[0-9A-Fa-f]{0,2})|o\{(?P<octal>[0-7]{1,11})\}"
    r"|(?P<zero>0[0-7]{0,2})|c(?P<control>[ -~])"
)
_NAMED = re.compile(r"\[([:.=])(\^?)(\w*)\1\]", re.ASCII)
_HORIZONTAL: Ranges = ((9, 9), (32, 32), (0xA0, 0xA0))
_WIDE_HORIZONTAL: Ranges = (
    (0x1680, 0x1680),
    (0x180E, 0x180E),
    (0x2000, 0x200A),
    (0x202F, 0x202F),
    (0x205F, 0x205F),
    (0x3000, 0x3000),
)
_VERTICAL: Ranges = ((10, 13), (0x85, 0x85))
_WIDE_VERTICAL: Ranges = ((0x2028, 0x2029),)
_UPPER, _LOWER, _DIGIT = (0x41, 0x5A), (0x61, 0x7A), (0x30, 0x39)
POSIX: Mapping[str, Ranges] = {
    "alnum": (_DIGIT, _UPPER, _LOWER),
    "alpha": (_UPPER, _LOWER),
    "ascii": ((0, 127),),
    "blank": ((9, 9), (32, 32)),
    "cntrl": ((0, 31), (127, 127)),
    "digit": (_DIGIT,),
    "graph": ((33, 126),),
    "lower": (_LOWER,),
    "print": ((32, 126),),
    "punct": ((33, 47), (58, 64), (91, 96), (123, 126)),
    "space": ((9, 13), (32, 32)),
    "upper": (_UPPER,),
    "word": (_DIGIT, _UPPER, (95, 95), _LOWER),
    "xdigit": (_DIGIT, (0x41, 0x46), (0x61, 0x66)),
}
"""The named sets, as in the C locale."""


class PatternFault(Exception):
    """Why a pattern cannot be run here; the vendor may well run it."""


class BrokenPattern(PatternFault):
    """Why a pattern is none at the vendor either."""


class Code(NamedTuple):
    """One character, by its code."""

    code: int


def literal(code: int) -> str:
    """Write a character so that it means itself anywhere in an expression."""
    char = chr(code)
    return char if char.isalpha() else rf"\U{code:08x}" if code > GREATEST_BYTE else rf"\x{code:02x}"


def written(ranges: Ranges) -> str:
    """Write ranges for the inside of a set."""
    return "".join(literal(low) if low == high else f"{literal(low)}-{literal(high)}" for low, high in ranges)


def complement(ranges: Ranges, greatest: int) -> Ranges:
    """Return the ranges of all other characters."""
    rest, begin = [], 0
    for low, high in sorted(ranges):
        if low > begin:
            rest.append((begin, low - 1))
        begin = max(begin, high + 1)
    return (*rest, (begin, greatest)) if begin <= greatest else tuple(rest)


def spaces(letter: str, greatest: int) -> Ranges | None:
    r"""Return the ranges of ``\h``, ``\v`` and their opposites; None for another letter."""
    narrow, wide = {"h": (_HORIZONTAL, _WIDE_HORIZONTAL), "v": (_VERTICAL, _WIDE_VERTICAL)}.get(letter.lower(), (None, ()))
    if narrow is None:
        return None
    ranges = narrow + wide if greatest > GREATEST_BYTE else narrow
    return ranges if letter.islower() else complement(ranges, greatest)


def code_at(text: str, at: int, greatest: int) -> tuple[int, int] | None:
    """Read the escape of one character after its backslash: its code and where it ends; None where it is another escape."""
    if text[at] in _CONTROL:
        return _CONTROL[text[at]], at + 1
    found = _CODE.match(text, at)
    if not found:
        return None if text[at].isascii() and text[at].isalnum() else (ord(text[at]), at + 1)
    if found["control"]:
        code = ord(found["control"].upper()) ^ 0x40
    elif found["octal"] or found["zero"]:
        code = int(found["octal"] or found["zero"], 8)
    else:
        code = int(found["hex"] or found["short"] or "0", 16)
    if code > greatest:
        raise BrokenPattern(f"\\{found[0]} is no character here; the modifier u allows more than a byte")
    return code, found.end()


class CharacterSet:
    """Reads a set in brackets, and writes it as Python does.

    Parameters
    ----------
    text, at
        An expression, and where the opening bracket stands.
    """

    def __init__(self, text: str, at: int, greatest: int) -> None:
        self._text, self._at, self._greatest = text, at + 1, greatest
        self._parts: list[str] = []

    def read(self) -> tuple[str, int]:
        """Return the set as Python writes it, and where it ends."""
        negated = self._text.startswith("^", self._at)
        self._at += negated
        is_first = True
        while is_first or not self._text.startswith("]", self._at):
            self._part()
            is_first = False
        return f"[{'^' if negated else ''}{''.join(self._parts)}]", self._at + 1

    def _part(self) -> None:
        low = self._item()
        rest = self._text[self._at : self._at + 2]
        if rest[:1] != "-" or rest == "-]":
            self._parts.append(literal(low.code) if isinstance(low, Code) else low)
            return
        self._at += 1
        high = self._item()
        if not (isinstance(low, Code) and isinstance(high, Code) and low.code <= high.code):
            raise BrokenPattern("a range in brackets goes from one character to a later one")
        self._parts.append(written(((low.code, high.code),)))

    def _item(self) -> Code | str:
        """Read one character, or a set within the set as Python writes it."""
        if self._at >= len(self._text):
            raise BrokenPattern("a set of characters has no closing bracket")
        char = self._text[self._at]
        if named := _NAMED.match(self._text, self._at):
            self._at = named.end()
            return self._named(named)
        self._at += 1
        return self._escaped() if char == "\\" else Code(ord(char))

    def _named(self, named: re.Match[str]) -> str:
        ranges = POSIX.get(named[3]) if named[1] == ":" else None
        if ranges is None:
            raise BrokenPattern(f"{named[0]} is a set that nobody knows")
        if self._greatest > GREATEST_BYTE:
            raise PatternFault(f"{named[0]} with the modifier u has no like in Python")
        return written(complement(ranges, self._greatest) if named[2] else ranges)

    def _escaped(self) -> Code | str:
        char = self._text[self._at : self._at + 1]
        if not char:
            raise BrokenPattern("a set of characters has no closing bracket")
        if char in "dDwWsS":
            self._at += 1
            return f"\\{char}"
        if ranges := spaces(char, self._greatest):
            self._at += 1
            return written(ranges)
        found = (8, self._at + 1) if char == "b" else code_at(self._text, self._at, self._greatest)
        if found is None:
            raise PatternFault(f"\\{char} in brackets has no like in Python")
        code, self._at = found
        return Code(code)
