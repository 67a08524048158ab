"""Where each value of a JSON text stands, and to which value belongs what stands between them."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Literal, NamedTuple

from segkit import reading

if TYPE_CHECKING:
    from collections.abc import Collection

Position = Literal["before", "after", "end"]

_TOKEN = re.compile(r'(?P<string>"(?:[^"\\]|\\.)*")|(?P<mark>[{}\[\]:,])|(?P<plain>[^\s{}\[\]:,"]+)')
_WORD = re.compile(r"\S+")
_NAME = re.compile(r"[A-Za-z_]\w*\Z", re.ASCII)


class Place(NamedTuple):
    """Where a value stands: characters from 0, from the key of a member to the end of its value."""

    path: str
    start: int
    end: int


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


class Owners:
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
