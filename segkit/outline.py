"""Where the JSON objects of a text begin and end, whatever else stands between them."""

from __future__ import annotations

import re
from bisect import bisect_right

# Between objects a URL is no comment, an asterisk after a slash may open none, and {survey_id} is a place in a path.
_PROSE = re.compile(r'"[^"\n]*"|(?<!:)//[^\n]*|(?P<block>/\*)|\{\{[\w$ -]+\}\}|\{[\w$-]+\}|(?P<brace>\{)')
# A string that does not end reaches to the end of its line: no text is gone over twice.
_OUTLINE = re.compile(r'"(?:[^"\\\n]|\\.)*(?:"|\\?$)|//[^\n]*|/\*.*?(?:\*/|\Z)|(?P<brace>[{}])', re.DOTALL | re.MULTILINE)
_SCRAP = re.compile(
    r'(?P<string>"(?:[^"\\\n]|\\.)*(?:"|\\?$))|(?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z))|(?P<mark>[{}\[\]:,])|[^\s{}\[\]:,"/]+|/',
    re.DOTALL | re.MULTILINE,
)
_LINE = re.compile(r"\n\s*\S")
_LITERAL = re.compile(r"-?\d[\d.eE+-]*|true|false|null")
_WRITTEN = re.compile(rf'["{{}}\[\],]|(?:{_LITERAL.pattern})\s*(?:[,\]}}/]|\Z)')


def spans(text: str) -> list[tuple[int, int]]:
    """Return where each outermost object begins and ends.

    One that never closes ends before the next that can only be another: see `_Unclosed`; if there is none, with the text.
    """
    found, at, last_close = [], 0, text.rfind("*/")
    unclosed: _Unclosed | None = None
    while token := _PROSE.search(text, at):
        at, start = token.end(), token.start()
        if token["brace"]:
            end = unclosed.ends[start] if unclosed and start in unclosed.ends else _close(text, start)
            if end is None:
                unclosed = unclosed or _Unclosed(text, start)
                end = unclosed.before_next(start)
            at = end
            found.append((start, at))
        elif token["block"] and at <= last_close:
            at = text.index("*/", at) + 2
    return found


def _close(text: str, start: int) -> int | None:
    depth = 0
    for token in _OUTLINE.finditer(text, start):
        depth += {"{": 1, "}": -1}.get(token["brace"], 0)
        if not depth:
            return token.end()
    return None


class _Unclosed:
    """The braces of a text in which an object never closes, gone over once.

    Another object begins at a brace that begins its line, stands no further to the right than the one that is not closed, and is
    no part of it: JSON cannot have it there, or the members of what is not closed stand further to the right.

    Attributes
    ----------
    ends
        Where the object of each brace ends, by where it begins; None where it never does.
    """

    def __init__(self, text: str, start: int) -> None:
        self._text = text
        self._firsts: list[tuple[int, bool]] = []  # braces that begin a line; whether JSON cannot have them there
        self.ends: dict[int, int | None] = {}
        self._around: list[tuple[str, int]] = []
        before, end = ("", ""), start
        for token in _SCRAP.finditer(text, start):
            is_first, end = "\n" in text[end : token.start()], token.end()
            if token["comment"]:
                continue
            if token["mark"] == "{" and is_first:
                self._firsts.append((token.start(), _is_impossible(*before, self._around[-1][0] if self._around else "")))
            if token["mark"]:
                self._follow(token)
            before = before[1], token["mark"] or ('"' if token["string"] else token[0])

    def _follow(self, token: re.Match[str]) -> None:
        """Open or close a container; a closing brace closes the lists in its object that are still open."""
        mark, around = token["mark"], self._around
        if mark in ("{", "["):
            around.append((mark, token.start()))
            self.ends |= {token.start(): None} if mark == "{" else {}
        while around and mark == "}" and around[-1][0] == "[":
            around.pop()
        if around and mark == "}":
            self.ends[around.pop()[1]] = token.end()
        elif around and mark == "]" and around[-1][0] == "[":
            around.pop()

    def before_next(self, start: int) -> int:
        """Return where an object that never closes ends: before the lines that stand above the next."""
        width = self._column(start)
        line = _LINE.search(self._text, start)
        is_indented = line is not None and self._column(line.end() - 1) > width
        for place in range(bisect_right(self._firsts, (start, True)), len(self._firsts)):
            first, is_impossible = self._firsts[place]
            if self._column(first) <= width and (is_indented or is_impossible):
                return self._above(first, start)
        return len(self._text)

    def _column(self, offset: int) -> int:
        return offset - self._text.rfind("\n", 0, offset)

    def _above(self, first: int, start: int) -> int:
        """Return where the block of prose right above an object begins."""
        end = self._text.rfind("\n", 0, first) + 1
        has_words = False
        while (begin := self._text.rfind("\n", 0, max(end - 1, 0)) + 1) > start:
            line = self._text[begin:end].strip()
            if (has_words and not line) or _WRITTEN.match(line):
                break
            has_words, end = has_words or bool(line), begin
        return end


def _is_impossible(last_but_one: str, last: str, container: str) -> bool:
    """Whether a brace after two tokens cannot go on with what is open; a word and a colon, as in prose, are no key."""
    if last == ":":
        return last_but_one != '"'
    if last == "," and container == "[":
        return last_but_one not in ('"', "}", "]") and not _LITERAL.fullmatch(last_but_one)
    return last not in ("", "[")
