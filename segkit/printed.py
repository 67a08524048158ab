"""JSON objects as a file or a documentation page prints them: several in one text, each with its comments and their places.

A comment belongs to the value that it stands before, or after on the same line; the path of that value goes with it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from segkit import outline, reading
from segkit.errors import UnexpectedAnswer
from segkit.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Collection

Position = Literal["before", "after", "end"]

MAX_DEPTH = 150
"""How deep an object may nest; what the vendor prints is seven deep."""

_TOKEN = re.compile(r'(?P<string>"(?:[^"\\]|\\.)*")|(?P<mark>[{}\[\]:,])|(?P<plain>[^\s{}\[\]:,"]+)')
_WORD = re.compile(r"\S+")
_HALF = re.compile("[\ud800-\udfff]")
_BYTE = re.compile(r" \(byte \d+\)")
_LINE = re.compile(r"\bline (\d+)")
_NAME = re.compile(r"[A-Za-z_]\w*\Z", re.ASCII)


class Remark(NamedTuple):
    """A comment: the path of the value it belongs to, on which side of it, its text, its line in the whole text (from 1).

    ``end`` is the end of an object or array, after its last member.
    """

    path: str
    position: Position
    text: str
    line: int


class Place(NamedTuple):
    """Where a value stands: characters from 0, from the key of a member to the end of its value."""

    path: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Printed:
    """One JSON object of a text.

    Attributes
    ----------
    data
        What it says, in the order in which it is written.
    heading
        The lines right before it, without the slashes of comments.
    remarks
        Its comments, in their order.
    repairs
        One ``json-repaired`` finding a repair, at the path that it belongs to; the message names the line of the whole text. A
        key that stands twice in one object is a ``duplicate-key`` finding.
    source
        Its text as it was handed in, and `first_line` and `first_column`, where in the whole text it begins.
    """

    data: dict[str, Any] = field(repr=False)
    heading: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = field(default=(), repr=False)
    repairs: tuple[Finding, ...] = field(default=(), repr=False)
    source: str = field(default="", repr=False)
    first_line: int = 1
    first_column: int = 1


def step(path: str, key: str | int) -> str:
    """Write the JSON path of a member or element.

    Examples
    --------
    >>> step(step("$", "quotas"), 0), step("$", "an odd key")
    ('$.quotas[0]', '$["an odd key"]')
    """
    if isinstance(key, int):
        return f"{path}[{key}]"
    return f"{path}.{key}" if _NAME.match(key) else reading.member(path, key)


def objects(text: str) -> list[Printed]:
    """Read every JSON object of a text, whatever else stands between them.

    Raises
    ------
    UnexpectedAnswer
        When there is none, or one cannot be read; the message names its line.
    """
    spans = outline.spans(text)
    if not spans:
        raise UnexpectedAnswer("there is no JSON object in the text", body=text)
    starts = reading.line_starts(text)
    ends = [0, *(end for _, end in spans)]
    return [
        _read(text[start:end], *reading.line_and_column(starts, start), text[before:start])
        for before, (start, end) in zip(ends, spans, strict=False)
    ]


def places(text: str) -> list[Place]:
    """Return where each value of a JSON text stands, in the order in which they begin; the text must be valid JSON."""
    scan = _Scan()
    for token in _TOKEN.finditer(text):
        scan.take(token)
    return sorted(scan.found, key=lambda place: (place.start, -place.end))


class _Scan:
    """Follows the tokens of valid JSON: for each open container its path, its start, and the key or number that comes next."""

    def __init__(self) -> None:
        self.found: list[Place] = []
        self._open: list[tuple[str, int]] = []
        self._next: list[int | str | None] = []
        self._key_start: int | None = None

    def take(self, token: re.Match[str]) -> None:
        mark = token["mark"]
        if mark in ("{", "["):
            path, start = self._here(token.start())
            self._open.append((path, start))
            self._next.append(0 if mark == "[" else None)
        elif mark in ("}", "]"):
            self._next.pop()
            self._end(*self._open.pop(), token.end())
        elif mark == ",":
            expected = self._next[-1]
            self._next[-1] = expected + 1 if isinstance(expected, int) else None
        elif mark is None and self._next and self._next[-1] is None:
            self._next[-1] = str(reading.strict(token[0].encode(errors="surrogatepass"), object))
            self._key_start = token.start()
        elif mark is None:
            self._end(*self._here(token.start()), token.end())

    def _here(self, start: int) -> tuple[str, int]:
        """Return the path of the value that begins, and where its member does."""
        begun, self._key_start = start if self._key_start is None else self._key_start, None
        if not self._open:
            return "$", begun
        expected = self._next[-1]
        return step(self._open[-1][0], 0 if expected is None else expected), begun

    def _end(self, path: str, start: int, end: int) -> None:
        self.found.append(Place(path, start, end))


def _read(source: str, first_line: int, first_column: int, before: str) -> Printed:
    mended, repairs = reading.mend(source)
    try:
        data = _data(mended)
    except UnexpectedAnswer as error:
        raise _refusal(error, source, first_line) from None
    remarks, findings = [], []
    twice = reading.repeated(mended)
    owners = _Owners(mended if repairs or twice else "{}", {offset for each in twice for offset in each.offsets[:-1]})
    for repair in repairs:
        path, position = owners.of(repair.offset)
        line = first_line + repair.line - 1
        if source.startswith(("//", "/*"), repair.offset):
            remarks.append(Remark(path, position, _said(repair.text), line))
        finding = repair.finding
        findings.append(Finding(finding.code, finding.severity, path, f"line {line}: {finding.message}", finding.fix))
    starts = reading.line_starts(source)
    for each in twice:
        spots = [reading.line_and_column(starts, offset) for offset in each.offsets]
        shifted = [(first_line + line - 1, column + (first_column - 1 if line == 1 else 0)) for line, column in spots]
        findings.append(each.finding(owners.begins(each.offsets[-1]), shifted))
    return Printed(data, _heading(before), tuple(remarks), tuple(findings), source, first_line, first_column)


def _refusal(error: UnexpectedAnswer, source: str, first_line: int) -> UnexpectedAnswer:
    """Say which object cannot be read, and the line of the whole text where reading stopped."""
    message = _BYTE.sub("", error.args[0].removesuffix(f" (at {error.path})"))
    found = _LINE.search(error.path)
    path = f"line {first_line + int(found[1]) - 1}" if found else error.path
    return UnexpectedAnswer(f"the object at line {first_line} cannot be read: {message}", path=path, body=source)


def _data(mended: str) -> dict[str, Any]:
    data = reading.strict(mended.encode(errors="surrogatepass"), dict[str, Any])
    level: list[Any] = [data]
    for _ in range(MAX_DEPTH):
        level = [
            member
            for value in level
            if isinstance(value, dict | list)
            for member in (value.values() if isinstance(value, dict) else value)
        ]
    if level:
        raise UnexpectedAnswer(f"it is nested too deep: more than {MAX_DEPTH} levels")
    return data


class _Owners:
    """Tells which value of a text a repair belongs to, without going over the text again for each.

    What stands within a value that its key's next telling replaces (`lost`, where the keys begin) belongs to the value taken.
    """

    def __init__(self, mended: str, lost: Collection[int] = ()) -> None:
        self._text = mended
        self._places = places(mended)
        self._starts = [place.start for place in self._places]
        self._within: list[int] = []  # for each place that of the value around it; the outermost has itself
        for n, place in enumerate(self._places):
            around = max(n - 1, 0)
            while self._places[around].end < place.end:
                around = self._within[around]
            self._within.append(around)
        self._lost: list[Place] = []  # the outermost ones
        for place in self._places if lost else ():
            if place.start in lost and (not self._lost or self._lost[-1].end <= place.start):
                self._lost.append(place)
        self._lines = reading.line_starts(mended)
        self._words = [(word.start(), word.end()) for word in _WORD.finditer(mended)]

    def begins(self, offset: int) -> str:
        """Return the path of the value that begins at an offset, or around it."""
        return self._places[bisect_right(self._starts, offset) - 1].path

    def of(self, offset: int) -> tuple[str, Position]:
        """Return the path of the value that a repair belongs to, and on which side of it the repair stands."""
        gone = bisect_right(self._lost, offset, key=lambda place: place.start) - 1
        if gone >= 0 and offset < self._lost[gone].end:
            return self._lost[gone].path, "before"
        begun = bisect_right(self._starts, offset) - 1
        inner, child = begun, None
        while self._places[inner].end <= offset:
            inner, child = self._within[inner], inner
        path = self._places[inner].path
        begins, ends = self._words[bisect_right(self._words, (offset, 0)) - 1]
        last = self._text[ends - 1]
        is_same_line = begins >= self._lines[bisect_right(self._lines, offset) - 1]
        if child is None and (is_same_line or last not in "[{"):
            # Between a key and its value, or right after an opening bracket: it is about what begins there.
            return path, "before"
        if child is not None and is_same_line:
            return self._places[child].path, "after"
        following = begun + 1
        if following < len(self._places) and self._places[following].start < self._places[inner].end:
            return self._places[following].path, "before"
        return path, "end"


def _said(text: str) -> str:
    """Write the sign for it in place of a byte that is no text."""
    return _HALF.sub("\ufffd", text)


def _heading(before: str) -> tuple[str, ...]:
    """Return the lines that stand right before an object: the last block of lines that are not blank.

    Lines without a word, such as the bracket of a list, and fences of code say nothing.
    """
    block: list[str] = []
    for line in reversed(before.rstrip().split("\n")):
        said = _said(line).strip("/* \t\r\ufeff")
        if not line.strip():
            break
        if re.search(r"\w", said) and not said.startswith("```"):
            block.append(said)
    return tuple(reversed(block))
