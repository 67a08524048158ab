"""JSON as vendors send it (strict), and as files and documentation print it (mended, with every repair reported).

A documentation page prints comments, elisions such as ``// ...`` and ``(...)``, and trailing commas. They are blanked in
place, so that every offset still points into the text that was handed in; then the rest is read strictly.
"""

from __future__ import annotations

import pathlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

from segkit.errors import UnexpectedAnswer
from segkit.findings import Finding, Findings

if TYPE_CHECKING:
    import os

T = TypeVar("T")

_TOKEN = re.compile(
    r"""(?P<string>"(?:[^"\\\n]|\\.)*")
      | (?P<comment>//[^\n]*|/\*.*?\*/)
      | (?P<elision>\(\.\.\.\)|…|\.\.\.)
      | (?P<space>[\u00a0\u200b\u2028\ufeff]+)""",
    re.VERBOSE | re.DOTALL,
)
_TRAILING = re.compile(r'"(?:[^"\\\n]|\\.)*"|(?P<comma>,)(?=\s*[\]}])')
_REPAIRS = {
    "comment": "a comment was left out",
    "elision": "an elision was left out: what it stands for is not here",
    "space": "a space that JSON does not allow was replaced",
    "comma": "a trailing comma was left out",
}


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment that a printed text carried: its offset in characters, its line (from 1), its text without the slashes."""

    offset: int
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """What a text said: the data, the bytes that were read strictly, the repairs as findings, the comments."""

    data: T
    raw: bytes
    findings: Findings
    comments: tuple[Comment, ...] = ()


def _place(text: str, offset: int) -> tuple[int, int]:
    """Return line and column, both from 1."""
    before = text[:offset]
    return before.count("\n") + 1, offset - before.rfind("\n")


def _blank(found: str) -> str:
    return re.sub(r"[^\n]", " ", found)


def mend(text: str) -> tuple[str, Findings, tuple[Comment, ...]]:
    """Blank what documentation adds to JSON, and say where.

    Returns
    -------
    The text of the same length, one ``json-repaired`` finding a repair, and the comments.
    """
    repairs: list[tuple[tuple[int, int], str]] = []
    comments: list[Comment] = []

    def blanked(match: re.Match[str]) -> str:
        kind = match.lastgroup
        if kind is None or kind == "string":
            return match[0]
        place = _place(text, match.start())
        repairs.append((place, _REPAIRS[kind]))
        if kind == "comment":
            comments.append(Comment(match.start(), place[0], match[0].strip("/* \t\r\n")))
        return _blank(match[0])

    mended = _TRAILING.sub(blanked, _TOKEN.sub(blanked, text))
    findings = Findings(
        Finding("json-repaired", "info", f"line {line}, column {column}", repair, "Send JSON as the standard has it.")
        for (line, column), repair in sorted(repairs)
    )
    return mended, findings, tuple(comments)


def strict(body: bytes, shape: type[T]) -> T:
    """Read a vendor's live answer.

    Raises
    ------
    UnexpectedAnswer
        When it is empty, HTML, cut off, not JSON, or of another shape; `path` names the place.
    """
    if not body.strip():
        raise UnexpectedAnswer("the answer is empty", body=body)
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at ")
        place = path.strip("`") or "$"
    except RecursionError:
        message, place = "the answer is nested too deep to be read", "$"
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        message, place = _malformed(body, str(error))
    raise UnexpectedAnswer(message, path=place, body=body)


def _malformed(body: bytes, complaint: str) -> tuple[str, str]:
    """Say what a body is that is not JSON, and where reading stopped."""
    offset = found[1] if (found := re.search(r"byte (\d+)", complaint)) else str(len(body))
    line = body[: int(offset)].count(b"\n") + 1
    place = f"byte {offset}, line {line}"
    if body.lstrip()[:1] == b"<":
        return "the answer is an HTML or XML page, not JSON", place
    if "truncated" in complaint:
        return "the answer ends before the JSON does", place
    return f"the answer is not JSON: {complaint}", place


def lenient(source: str | bytes, shape: type[T]) -> Reading[T]:
    """Read a saved or printed text: strictly if that works, else mended, every repair a finding.

    Raises
    ------
    UnexpectedAnswer
        When it cannot be read even so.
    """
    raw = source.encode(errors="surrogatepass") if isinstance(source, str) else source
    try:
        return Reading(strict(raw, shape), raw, Findings())
    except UnexpectedAnswer:
        mended, findings, comments = mend(raw.decode(errors="replace"))
        raw = mended.encode()
        if not findings:
            raise
    return Reading(strict(raw, shape), raw, findings, comments)


def content(source: str | bytes | os.PathLike[str]) -> str | bytes:
    """Return what a source holds: bytes and text as they are, a path's file as bytes.

    A string is a path when it is one line without brackets, braces or angle brackets.
    """
    if isinstance(source, bytes) or (isinstance(source, str) and (not source or re.search(r"[\[{<\n]", source))):
        return source
    return pathlib.Path(source).read_bytes()
