"""What a printed text has and JSON has not: comments, elisions, trailing commas, odd spaces; blanked in place, each reported.

Every offset still points into the text that was handed in.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from segkit.findings import Finding, Findings

_TOKEN = re.compile(
    r"""(?P<string>"(?:[^"\\\n]|\\.)*(?:"|\\?$))
      | (?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z))
      | (?P<elision>\(\.\.\.\)|…|\.\.\.)
      | (?P<space>[\u00a0\u200b\u2028\ufeff]+)""",
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
_TRAILING = re.compile(r'"(?:[^"\\\n]|\\.)*(?:"|\\?$)|(?P<comma>,)(?=\s*[\]}])', re.MULTILINE)
_SOLID = re.compile(r"\S")
_REPAIRS = {
    "comment": ("a comment was left out", "Nothing: a comment holds no data."),
    "elision": ("an elision was left out: what it stands for is not here", "Fetch the whole to have the rest."),
    "space": ("a space that JSON does not allow was replaced", "Nothing: copying from a page makes such spaces."),
    "comma": ("a trailing comma was left out", "Nothing: the reading is the same without it."),
}


class Repair(NamedTuple):
    """One thing that a printed text has and JSON has not.

    Attributes
    ----------
    kind
        ``comment``, ``elision``, ``space`` or ``comma``; a comment that stands for something left out is an elision.
    offset, line, column
        Where it begins: characters from 0, the other two from 1.
    text
        A comment's text without its slashes; what was blanked, of the others.
    """

    kind: str
    offset: int
    line: int
    column: int
    text: str

    @property
    def finding(self) -> Finding:
        """What a reader should know of it."""
        message, fix = _REPAIRS[self.kind]
        return Finding("json-repaired", "info", f"line {self.line}, column {self.column}", message, fix)


class Mended(NamedTuple):
    """A text of the same length whose repairs are blanked, and the repairs in the order of the text.

    An elision between two elements or members is blanked with one comma beside it; where none is beside it, it ends in one.
    """

    text: str
    repairs: tuple[Repair, ...]

    @property
    def findings(self) -> Findings:
        """One ``json-repaired`` a repair."""
        return Findings(repair.finding for repair in self.repairs)


def mend(text: str) -> Mended:
    """Blank what documentation adds to JSON, and say where."""
    repairs: list[Repair] = []
    elisions: list[tuple[int, int]] = []
    starts = line_starts(text)

    def blanked(match: re.Match[str]) -> str:
        kind = match.lastgroup
        if kind is None or kind == "string":
            return match[0]
        said = match[0].strip("/* \t\r\n")
        elided = kind == "comment" and said.startswith(("...", "…"))  # the guide writes "// ... other answers"
        if elided or kind == "elision":
            kind = "elision"
            elisions.append(match.span())
        repairs.append(Repair(kind, match.start(), *line_and_column(starts, match.start()), said))
        return _blank(match[0])

    mended = _TRAILING.sub(blanked, _joined(_TOKEN.sub(blanked, text), elisions))
    return Mended(mended, tuple(sorted(repairs, key=lambda repair: repair.offset)))


def _blank(found: str) -> str:
    return re.sub(r"[^\n]", " ", found)


def _joined(text: str, elisions: list[tuple[int, int]]) -> str:
    """Leave one comma where elisions between elements or members were blanked: ``[1, ..., 3]`` has two, ``[1 ... 3]`` none."""
    letters = list(text) if elisions else []
    before, seen = "", 0  # the last character that is no space, up to where it was looked for
    following = 0
    for start, end in elisions:
        at = start - 1
        while at >= seen and letters[at].isspace():
            at -= 1
        before = letters[at] if at >= seen else before
        seen = end
        if following < end:
            found = _SOLID.search(text, end)
            following = found.start() if found else len(text)
        after = text[following : following + 1]
        if after == "," and before in ("[", "{", ","):
            letters[following] = " "
            seen = following + 1
        elif before not in ("", "[", "{", ",", ":") and after not in ("", ",", "]", "}", ":"):
            letters[end - 1] = before = ","
    return "".join(letters) if elisions else text


def line_starts(text: str) -> list[int]:
    """Return the offset at which each line of a text begins."""
    return [0, *(found.end() for found in re.finditer("\n", text))]


def line_and_column(starts: list[int], offset: int) -> tuple[int, int]:
    """Return the line and the column of an offset, both counted from 1."""
    line = bisect_right(starts, offset)
    return line, offset - starts[line - 1] + 1
