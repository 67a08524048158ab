"""JSON as vendors send it (strict), and as files and documentation print it (mended, with every repair reported).

A documentation page prints comments, elisions such as ``// ...`` and ``(...)``, and trailing commas: see `segkit.mending`. The
rest is read strictly.
"""

from __future__ import annotations

import codecs
import json
import os
import pathlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

import msgspec

from segkit.errors import UnexpectedAnswer
from segkit.findings import Finding, Findings
from segkit.mending import Mended, Repair, line_and_column, line_starts, mend

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")
LONGEST_KEY, MOST_LINES = 60, 5  # letters of a key and lines in a message

__all__ = ["Mended", "Reading", "Repair", "content", "lenient", "line_and_column", "line_starts", "member", "mend"]
__all__ += ["Decoded", "Repeated", "decoded", "not_utf_8", "repeated", "strict"]

_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_ODD = re.compile("[\udc80\udc82-\udc8c\udc8e\udc91-\udc9c\udc9e-\udcff]")  # bytes that are not UTF-8 and have a letter in cp1252
_FOREIGN = {
    "curly quotes stand where JSON has straight double quotes": "[\u201c\u201d\u201e]",
    "single quotes stand where JSON has double quotes": "['\u2018\u2019]",
    "True, False and None are Python's: JSON has true, false and null": r"(True|False|None)\b",
    "JSON has no such number: leave it out, or write null": r"-?(NaN|Infinity|inf)\b",
    "it was copied as HTML: &quot; stands where JSON has double quotes": "&(quot|#34);",
    "a key stands without the double quotes that JSON wants": r"[A-Za-z_]\w*\s*:",
}
_KEY = re.compile(r'"(?:[^"\\]|\\.)*"(?P<colon>\s*:)?|[{}]', re.DOTALL)
_STEP = re.compile(r"\.(?P<field>\w+)|\[(?P<place>[0-9]+)\]|\[(?P<key>\"(?:[^\"\\]|\\.)*\")\]")
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """What a text said: the data, the bytes that were read strictly, the repairs as findings."""

    data: T
    raw: bytes
    findings: Findings


class Repeated(NamedTuple):
    """A key that stands several times in one object: JSON readers take the last.

    Attributes
    ----------
    key
        As it reads.
    offsets
        Where each begins: characters from 0.
    """

    key: str
    offsets: tuple[int, ...]

    def finding(self, where: str, places: Sequence[tuple[int, int]]) -> Finding:
        """Say which value was taken; `places` are the lines and columns of the keys, from 1."""
        is_clear = len({line for line, _ in places}) == len(places)
        told = [f"line {line}" if is_clear else f"line {line}, column {column}" for line, column in places]
        often = "twice" if len(places) == 2 else f"{len(places)} times"  # noqa: PLR2004 - twice
        shown = json.dumps(self.key if len(self.key) <= LONGEST_KEY else f"{self.key[:LONGEST_KEY]}...", ensure_ascii=False)
        message = f"line {places[-1][0]}: {shown} is there {often} in one object: the value of {told[-1]} is taken"
        lost = f"{message}, that of {' and of '.join(told[:-1])} is left out"
        return Finding("duplicate-key", "warning", where, lost, "Take out the one that is not meant.")


def repeated(text: str) -> list[Repeated]:
    """Return the keys that stand several times in one object, in the order in which objects end; the text must be valid JSON."""
    found: list[Repeated] = []
    around: list[dict[str, list[int]]] = []
    for token in _KEY.finditer(text):
        if token[0] == "{":
            around.append({})
        elif token[0] == "}":
            found += [Repeated(key, tuple(offsets)) for key, offsets in around.pop().items() if len(offsets) > 1]
        elif token["colon"]:
            key = token[0][: token.start("colon") - token.start()]
            around[-1].setdefault(json.loads(key) if "\\" in key else key[1:-1], []).append(token.start())
    return found


def strict(body: bytes, shape: type[T], *, original: bytes | None = None) -> T:
    """Read a vendor's live answer; `original` is what an error keeps of a body that was decoded or mended.

    Half a character (an escaped half of a surrogate pair, left where a vendor cuts a text in an emoji) is read as U+FFFD.

    Raises
    ------
    UnexpectedAnswer
        When it is empty, HTML, cut off, not JSON, or of another shape; `path` names the place.
    """
    kept = body if original is None else original
    if not body.strip():
        raise UnexpectedAnswer("the answer is empty", body=kept)
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at ")
        place = _with_keys(path.strip("`") or "$", body, shape)
    except RecursionError:
        message, place = "the answer is nested too deep to be read", "$"
    except UnicodeDecodeError:
        message, place = _malformed(body, "it is not UTF-8", _first_not_utf8(body), kept)
    except msgspec.DecodeError as error:
        whole = _ESCAPE.sub(lambda escape: rb"\ufffd" if escape["half"] else escape[0], body)
        if whole != body:
            return strict(whole, shape, original=kept)
        found = re.search(r"\(byte (\d+)\)", str(error))
        message, place = _malformed(body, str(error), int(found[1]) if found else len(body), kept)
    raise UnexpectedAnswer(message, path=place, body=kept)


def member(where: str, key: str) -> str:
    """Write the JSON path of a member of an object."""
    return f"{where}[{json.dumps(key, ensure_ascii=False)}]"


def _with_keys(place: str, body: bytes, shape: type[T]) -> str:
    """Name the keys that msgspec writes as ``[...]``: each is the first that, alone in its object, fails in the same way."""
    named, *rest = place.split("[...]")
    for after in rest:
        key = _failing_key(named, place, body, shape)
        if key is None:
            return place
        named = member(named, key) + after
    return named


def _failing_key(where: str, place: str, body: bytes, shape: type[T]) -> str | None:
    try:
        document = msgspec.json.decode(body)
        found = document
        for step in _STEP.finditer(where):
            key = step["field"] or (int(step["place"]) if step["place"] else json.loads(step["key"]))
            found = found[key]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, KeyError):
        return None  # what no type asks for is not read strictly, and may be broken
    for key, value in list(found.items()):
        found.clear()
        found[key] = value
        try:
            msgspec.json.decode(msgspec.json.encode(document), type=shape)
        except msgspec.ValidationError as error:
            if str(error).endswith(f" - at `{place}`"):
                return str(key)
    return None


def _first_not_utf8(body: bytes) -> int:
    try:
        body.decode()
    except UnicodeDecodeError as error:
        return error.start
    return len(body)


def _malformed(body: bytes, complaint: str, offset: int, original: bytes) -> tuple[str, str]:
    """Say what a body is that is not JSON, and where reading stopped: only the line where its bytes are not the original's."""
    line = body[:offset].count(b"\n") + 1
    is_same = len(body) == len(original)
    place = f"byte {offset}, line {line}" if is_same else f"line {line}"
    complaint = complaint if is_same else complaint.removesuffix(f" (byte {offset})")
    here = body[offset : offset + LONGEST_KEY].decode(errors="ignore")
    complaint += next((f": {words}" for words, sign in _FOREIGN.items() if re.match(sign, here)), "")
    if body.lstrip()[:1] == b"<":
        return "the answer is an HTML or XML page, not JSON", place
    if "truncated" in complaint:
        return "the answer ends before the JSON does", place
    return f"the answer is not JSON: {complaint}", place


def lenient(source: str | bytes, shape: type[T]) -> Reading[T]:
    """Read a saved or printed text: strictly if that works, else mended; every repair, and every key told twice, is a finding.

    Bytes are `decoded` first; `Reading.raw` is their text in UTF-8.

    Raises
    ------
    UnexpectedAnswer
        When it cannot be read even so.
    """
    given = source.encode(errors="surrogatepass") if isinstance(source, str) else source
    raw, odd = (given, ()) if isinstance(source, str) else _in_utf_8(given)
    text, findings = raw, Findings(not_utf_8(odd))
    try:
        data = strict(raw, shape, original=given)
    except UnexpectedAnswer:
        mended = mend(raw.decode(errors="surrogateescape"))
        if not mended.repairs:
            raise
        text, findings = mended.text.encode(errors="surrogateescape"), findings + mended.findings
        data = strict(text, shape, original=given)
    return Reading(data, text, findings + _told_twice(text.decode(errors="surrogateescape")))


def _in_utf_8(body: bytes) -> tuple[bytes, tuple[int, ...]]:
    text, odd = decoded(body)
    return text.encode(errors="surrogateescape"), odd


def not_utf_8(odd: Sequence[int]) -> list[Finding]:
    """Return one finding for the lines with bytes that were read as Windows-1252, none where there are none."""
    fix = "Save the file as UTF-8, if a letter is wrong."
    lines = ", ".join(map(str, odd[:MOST_LINES])) + ", ..." * (len(odd) > MOST_LINES)
    message = f"bytes that are not UTF-8 are read as Windows-1252, line {lines}"
    return [Finding("not-utf-8", "warning", f"line {line}", message, fix) for line in odd[:1]]


def _told_twice(text: str) -> list[Finding]:
    starts = line_starts(text)
    found = [(each, [line_and_column(starts, offset) for offset in each.offsets]) for each in repeated(text)]
    return [each.finding("line {}, column {}".format(*places[-1]), places) for each, places in found]


def content(source: str | bytes | os.PathLike[str]) -> str | bytes:
    """Return what a source holds: bytes and text as they are, a path's file as bytes.

    A string is a path when it is one line, not blank, without brackets, braces, angle brackets or double quotes; with square
    brackets alone where there is such a file.

    Raises
    ------
    OSError
        When there is no such file, it is a directory, or it cannot be read.
    """
    if isinstance(source, bytes) or (isinstance(source, str) and _is_text(source)):
        return source
    return pathlib.Path(source).read_bytes()


def _is_text(source: str) -> bool:
    if not source.strip() or re.search(r'[{<"\n\0]', source):
        return True
    return "[" in source and not os.path.isfile(source)  # noqa: PTH113 - a text may be no path at all, which pathlib refuses


class Decoded(NamedTuple):
    """Bytes as text: UTF-8, or what their byte order mark says; `odd` are the lines with bytes read as Windows-1252, from 1."""

    text: str
    odd: tuple[int, ...] = ()


def decoded(body: bytes) -> Decoded:
    """Read the text of a saved file; what is not UTF-8 in it is read as Windows-1252, byte by byte, where that has a letter.

    Raises
    ------
    UnexpectedAnswer
        When it is not what its byte order mark says.
    """
    for mark, encoding in _MARKS.items():
        if body.startswith(mark):
            try:
                return Decoded(body.decode(encoding))
            except UnicodeDecodeError as error:
                message = f"the text has the mark of {encoding.upper()} and is none"
                raise UnexpectedAnswer(message, path=f"byte {error.start}", body=body) from None
    text = body.removeprefix(codecs.BOM_UTF8).decode(errors="surrogateescape")
    starts = line_starts(text) if _ODD.search(text) else []
    odd = [line_and_column(starts, found.start())[0] for found in _ODD.finditer(text)]
    return Decoded(
        _ODD.sub(lambda found: bytes([ord(found[0]) - ord("\udc00")]).decode("cp1252"), text), tuple(dict.fromkeys(odd))
    )
