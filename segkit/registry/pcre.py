"""Perl regular expressions, as PHP's ``preg_match`` takes them, run by Python's `re`.

What the two read differently is rewritten; what cannot be rewritten is a fault, never another reading. Texts are bytes of
UTF-8 unless the modifier u is given, as in PHP. PHP gives up on an expression that goes back too often; Python does not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from segkit.registry.pcre_sets import (
    GREATEST_BYTE,
    GREATEST_CHARACTER,
    BrokenPattern,
    CharacterSet,
    PatternFault,
    code_at,
    literal,
    spaces,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_CLOSING = {"(": ")", "[": "]", "{": "}", "<": ">"}
_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "x": re.VERBOSE}
_KNOWN = {*_FLAGS, "A", "D", "S", "X", "u", " ", "\n", "\r"}
_PERL_ONLY = {"U", "J", "n", "e"}
_BROKEN = ("missing )", "unbalanced parenthesis", "nothing to repeat", "multiple repeat", "bad character range")
_MOST_REPEATS = 65535
_REPEAT = re.compile(r"\{(\d+)(?:,(\d*))?\}", re.ASCII)
_ODD_REPEAT = re.compile(r"\{[ \t]*\d*[ \t]*,?[ \t]*\d*[ \t]*\}", re.ASCII)
_NAMED = re.compile(r"\(\?(?:P?<|')(?P<name>[A-Za-z_]\w*)[>']", re.ASCII)
_PLAIN_GROUP = re.compile(r"\((?!\?|\*)|\(\?(?::|=|!|>|<=|<!|-?[is]+:|[is]-[is]:)|\(\?P=\w+\)", re.ASCII)
_SWITCH = re.compile(r"\(\?[is]+\)")
_BACK = re.compile(r"k(?:<(\w+)>|\{(\w+)\}|'(\w+)')", re.ASCII)
_LINE_START = r"(?:\A|(?<=\n)(?!\Z))"  # Perl's is not after the last line break of a text
_ALIKE = "dDwWsSbA"
_PLACES = "bBAZz"


def compiled(pattern: str) -> Callable[[bytes], bool]:
    """Return what tells whether a text matches a delimited expression such as ``/^foo/i``.

    Raises
    ------
    PatternFault
        When it means something that Python cannot do; a `BrokenPattern` when it has no delimiters, or is no expression.

    Examples
    --------
    >>> compiled("/^foo/i")(b"Food"), compiled("#[[:digit:]]+$#")(b"foo")
    (True, False)
    """
    body, modifiers = _taken_apart(pattern)
    if strange := sorted(set(modifiers) - _KNOWN):
        fault = PatternFault if strange[0] in _PERL_ONLY else BrokenPattern
        raise fault(f"the modifier {strange[0]} has no like in Python")
    is_text = "u" in modifiers
    source = body if is_text else body.encode(errors="surrogateescape").decode("latin-1")
    python = ("(?:{})" if "A" not in modifiers else r"\A(?:{})").format(_Rewriting(source, modifiers).whole())
    flags = re.RegexFlag(0)
    for modifier in _FLAGS.keys() & set(modifiers):
        flags |= _FLAGS[modifier]
    try:
        if is_text:
            return _of_text(re.compile(python, flags))
        of_bytes = re.compile(python.encode("latin-1"), flags)
    except (re.error, OverflowError, RecursionError) as error:
        fault = BrokenPattern if str(error).startswith(_BROKEN) else PatternFault
        raise fault(f"Python cannot run it: {error}") from None
    return lambda text: of_bytes.search(text) is not None


def _of_text(expression: re.Pattern[str]) -> Callable[[bytes], bool]:
    def matches(text: bytes) -> bool:
        try:
            return expression.search(text.decode()) is not None
        except UnicodeDecodeError:
            return False  # preg_match fails on what is no UTF-8

    return matches


def _taken_apart(pattern: str) -> tuple[str, str]:
    """Return what stands between the delimiters, and the modifiers after them."""
    text = pattern.lstrip(" \t\n\r\v\f")
    opening = text[:1]
    if not opening.isascii() or opening.isalnum() or opening in {"", "\\", "\0"}:
        raise BrokenPattern("it stands between no delimiters: write it as /.../, modifiers after the second slash")
    closing, depth, at = _CLOSING.get(opening, opening), 1, 1
    while at < len(text):
        if text[at] == "\\":
            at += 1
        elif text[at] == closing:
            depth -= 1
            if not depth:
                return text[1:at], text[at + 1 :]
        elif text[at] == opening:
            depth += 1
        at += 1
    raise BrokenPattern(f"its closing delimiter {closing} is missing")


class _Rewriting:
    """Goes through an expression once and writes it as Python reads it."""

    def __init__(self, text: str, modifiers: str) -> None:
        self._text, self._modifiers = text, modifiers
        self._greatest = GREATEST_CHARACTER if "u" in modifiers else GREATEST_BYTE
        self._out: list[str] = []
        self._at = 0

    def whole(self) -> str:
        readers = {"\\": self._escape, "[": self._set, "(": self._group, "{": self._brace, "$": self._dollar, "^": self._caret}
        if "x" in self._modifiers:
            readers["#"] = self._comment
        while self._at < len(self._text):
            char = self._text[self._at]
            if reader := readers.get(char):
                reader()
            else:
                self._put(char, self._at + 1)
        return "".join(self._out)

    def _put(self, python: str, end: int) -> None:
        self._out.append(python)
        self._at = end

    def _put_place(self, python: str, end: int) -> None:
        """Write what matches a place and no character, which Perl does not repeat."""
        self._put(python, end)
        rest = self._text[end:].lstrip() if "x" in self._modifiers else self._text[end:]
        if rest[:1] in {"*", "+", "?"} or _REPEAT.match(rest):
            raise PatternFault(f"{self._text[end - 1 : end]} is a place in the text, and cannot be repeated")

    def _comment(self) -> None:
        end = self._text.find("\n", self._at)
        self._at = len(self._text) if end < 0 else end

    def _dollar(self) -> None:
        self._put_place(r"\Z" if "D" in self._modifiers and "m" not in self._modifiers else "$", self._at + 1)

    def _caret(self) -> None:
        self._put_place(_LINE_START if "m" in self._modifiers else "^", self._at + 1)

    def _set(self) -> None:
        self._put(*CharacterSet(self._text, self._at, self._greatest).read())

    def _brace(self) -> None:
        if found := _REPEAT.match(self._text, self._at):
            if any(int(number) > _MOST_REPEATS for number in found.groups() if number):
                raise BrokenPattern(f"{found[0]} repeats more often than Perl does")
            self._put(found[0], found.end())
        elif found := _ODD_REPEAT.match(self._text, self._at):
            raise PatternFault(f"{found[0]} is a repeat to some versions of Perl's expressions and text to others")
        else:
            self._put(r"\{", self._at + 1)

    def _group(self) -> None:
        text, at = self._text, self._at
        if named := _NAMED.match(text, at):
            self._put(f"(?P<{named['name']}>", named.end())
        elif (found := _PLAIN_GROUP.match(text, at)) or (at == 0 and (found := _SWITCH.match(text))):
            self._put(found[0], found.end())
        elif text.startswith("(?#", at) and ")" in text[at:]:
            self._at = text.index(")", at) + 1
        else:
            raise PatternFault(f"{text[at : at + 4]} has no like in Python, or not in this place")

    def _escape(self) -> None:
        text, at = self._text, self._at + 1
        letter = text[at : at + 1]
        if not letter:
            raise BrokenPattern("it ends with a backslash")
        if (python := self._other_letter(letter)) is not None and not text.startswith("N{", at):
            (self._put_place if letter in _PLACES else self._put)(python, at + 1)
        elif letter == "Q":
            self._quote(at + 1)
        elif letter in "123456789":
            self._number(at)
        elif letter == "k" and (named := _BACK.match(text, at)):
            self._put(f"(?P={named[1] or named[2] or named[3]})", named.end())
        elif found := code_at(text, at, self._greatest):
            self._put(literal(found[0]), found[1])
        else:
            raise PatternFault(f"\\{letter} has no like in Python")

    def _other_letter(self, letter: str) -> str | None:
        """Return what an escape of one letter is in Python; None where it is none."""
        if letter in _ALIKE:
            return f"\\{letter}"
        if ranges := spaces(letter, self._greatest):
            return f"[{written(ranges)}]"
        lines = written(spaces("v", self._greatest) or ())
        others = {"B": r"(?!\b)", "E": "", "N": r"[^\n]", "R": rf"(?>\r\n|[{lines}])", "Z": r"(?=\n?\Z)", "z": r"\Z"}
        return others.get(letter)

    def _quote(self, begin: int) -> None:
        end = self._text.find(r"\E", begin)
        quoted = self._text[begin:] if end < 0 else self._text[begin:end]
        self._put("".join(literal(ord(char)) for char in quoted), len(self._text) if end < 0 else end + 2)

    def _number(self, at: int) -> None:
        if self._text[at + 1 : at + 2].isdigit():
            raise PatternFault(f"\\{self._text[at : at + 2]} is a group or a character: write the character as \\x..")
        self._put(f"\\{self._text[at]}", at + 1)
