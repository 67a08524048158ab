"""JSON objects as a file or a documentation page prints them: several in one text, each with its comments and their places.

A comment belongs to the value that it stands before, or after on the same line; the path of that value goes with it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from segkit import outline, reading
from segkit.characters import whole
from segkit.errors import UnexpectedAnswer
from segkit.findings import Finding
from segkit.paths import Owners, Place, Position, places, step

__all__ = ["MAX_DEPTH", "UNREAD", "Place", "Position", "Printed", "Remark", "Unread", "every", "objects", "places", "step"]

MAX_DEPTH = 150
"""How deep an object may nest; what the vendor prints is seven deep."""

UNREAD = "unreadable-document"
"""The code of the finding on an object that cannot be read."""

_BYTE = re.compile(r" \(byte \d+\)")
_LINE = re.compile(r"\bline (\d+)")


class Remark(NamedTuple):
    """A comment: the path of the value it belongs to, on which side of it, its text, its line in the whole text (from 1).

    ``end`` is the end of an object or array, after its last member.
    """

    path: str
    position: Position
    text: str
    line: int


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


class Unread(NamedTuple):
    """An object of a text that cannot be read: the error, whose path is the line of the whole text, and where it begins."""

    error: UnexpectedAnswer
    first_line: int

    @property
    def finding(self) -> Finding:
        """What a reader of the other objects should know of it."""
        where = self.error.path if _LINE.match(self.error.path) else f"line {self.first_line}"
        message = self.error.args[0].removesuffix(f" (at {self.error.path})")
        return Finding(UNREAD, "error", where, message, "Mend it and read the text again; the others are read.")


def every(text: str) -> list[Printed | Unread]:
    """Read every JSON object of a text, whatever else stands between them; one that cannot be read does not stop the others.

    Raises
    ------
    UnexpectedAnswer
        When there is none.
    """
    spans = outline.spans(text)
    if not spans:
        raise UnexpectedAnswer(
            "there is no JSON object in the text" if text.strip("\ufeff \t\r\n") else "the text is empty", body=text
        )
    starts = reading.line_starts(text)
    ends = [0, *(end for _, end in spans)]
    found: list[Printed | Unread] = []
    for before, (start, end) in zip(ends, spans, strict=False):
        line, column = reading.line_and_column(starts, start)
        try:
            found.append(_read(text[start:end], line, column, text[before:start]))
        except UnexpectedAnswer as error:
            found.append(Unread(error, line))
    return found


def objects(text: str) -> list[Printed]:
    """Read every JSON object of a text; all of them can be read.

    Raises
    ------
    UnexpectedAnswer
        When there is none, or one cannot be read; the message names its line.
    """
    read = []
    for each in every(text):
        if isinstance(each, Unread):
            raise each.error
        read.append(each)
    return read


def _read(source: str, first_line: int, first_column: int, before: str) -> Printed:
    mended, repairs = reading.mend(source)
    try:
        data = _data(mended)
    except UnexpectedAnswer as error:
        raise _refusal(error, source, first_line) from None
    remarks, findings = [], []
    twice = reading.repeated(mended)
    owners = Owners(mended if repairs or twice else "{}", {offset for each in twice for offset in each.offsets[:-1]})
    for repair in repairs:
        path, position = owners.of(repair.offset)
        line = first_line + repair.line - 1
        if source.startswith(("//", "/*"), repair.offset):
            remarks.append(Remark(path, position, whole(repair.text), line))
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


def _heading(before: str) -> tuple[str, ...]:
    """Return the lines that stand right before an object: the last block of lines that are not blank.

    Lines without a word, such as the bracket of a list, and fences of code say nothing.
    """
    block: list[str] = []
    for line in reversed(before.rstrip().split("\n")):
        said = whole(line).strip("/* \t\r\ufeff")
        if not line.strip():
            break
        if re.search(r"\w", said) and not said.startswith("```"):
            block.append(said)
    return tuple(reversed(block))
