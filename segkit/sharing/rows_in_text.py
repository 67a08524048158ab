"""Ids of people in a text that is no HTML: where they stand in tables, in JSON and Python's writing of it, and in lines.

Each function yields columns: the spans of the ids of one table, or of one list.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    Span = tuple[int, int]
    Place = tuple[str, int, int]

SIGNS: Final = (",", "\t", ";", "|", "┆", "│", "&")
"""What stands between the cells of CSV, Markdown, a drawn table and LaTeX."""

LONGEST_HEADING: Final = 10_000
"""A longer line is no heading."""

AROUND: Final = ' \t\r"*`|│\\'
_WORD: Final = re.compile(r"\S+")
_VALUE: Final = re.compile(r"\\{0,9}\"(?:[^\"\\\n]*)\\{0,9}\"|'[^'\n]*'|-?\d+")
_RULE: Final = re.compile(r"[\s\-=:|+┌┐└┘├┤┬┴┼─│╞╪═╡┆&\\]*(?:toprule|midrule|bottomrule)?\Z")


class Words:
    """The names of columns of ids, as they are looked for.

    Parameters
    ----------
    columns
        The names.
    """

    def __init__(self, columns: Collection[str]) -> None:
        written = "|".join("[ _.-]?".join(map(re.escape, re.split(r"[\s_.\-]", name))) for name in columns) or "(?!)"
        self.word = re.compile(rf"(?i)(?<![\w-])(?:{written})(?![\w-])")
        self.entry = re.compile(rf"(?i)\\{{0,9}}['\"](?:{written})\\{{0,9}}['\"]\s{{0,40}}:\s{{0,40}}(?P<id>{_VALUE.pattern})")
        self.told = re.compile(
            rf"(?i)(?<![\w-])(?:{written})\s{{0,9}}[=:]\s{{0,9}}(?P<id>['\"][^'\"\n]+['\"]|(?=[^\s,;)\]}}'\"<>&]{{0,99}}[\d@])[^\s,;()\[\]{{}}'\"<>&]+)"
        )
        self.list = re.compile(
            rf"(?i)(?:{written})\\{{0,9}}['\"]?\s{{0,40}}[:=]\s{{0,40}}(?:\[(?P<ids>[^\[\]{{}}]*)\]|\{{(?P<by>[^\[\]{{}}]*)\}})"
        )
        self.index = re.compile(
            rf"(?i)\[(?P<ids>[^\[\]]*)\][^\[\]'\"]{{0,60}}dtype='?\w*'?,\s{{0,40}}(?:length=\d+,\s)?name='(?:{written})'"
        )
        self.series = re.compile(rf"(?im)^Name: (?:{written}),")


def columns(text: str, words: Words, *, is_code: bool = False) -> Iterator[list[Span]]:
    """Yield the columns of ids of a text; in code, what an argument is given is no row."""
    yield [_inside(text, *found.span("id")) for found in words.entry.finditer(text)]
    if not is_code:
        yield [_inside(text, *found.span("id")) for found in words.told.finditer(text)]
    for found in words.list.finditer(text):
        yield _listed(text, *found.span("ids")) if found["ids"] is not None else _by_label(text, *found.span("by"))
    for found in words.index.finditer(text):
        yield _listed(text, *found.span("ids"))
    yield from _under_headings(text, words)


def _listed(text: str, start: int, end: int) -> list[Span]:
    return [_inside(text, *one.span()) for one in _VALUE.finditer(text, start, end)]


def _by_label(text: str, start: int, end: int) -> list[Span]:
    """Return the values of a dict that has a label for each."""
    return [_inside(text, *one.span("id")) for one in re.compile(rf":\s*(?P<id>{_VALUE.pattern})").finditer(text, start, end)]


def _inside(text: str, start: int, end: int) -> Span:
    """Return a span without the quotes."""
    while start < end and text[start] == "\\":
        start += 1
    if start >= end or text[start] not in "\"'":
        return start, end
    end -= 1
    while end > start and text[end - 1] == "\\":
        end -= 1
    return start + 1, end


def _under_headings(text: str, words: Words) -> Iterator[list[Span]]:
    """Yield the columns below a heading, beside a name in a table that lies on its side, and of a series above its name."""
    lines = [line.span() for line in re.finditer(r"(?m)^.*$", text)]
    ends: dict[object, int] = {}  # a table is gone through once, also where each of its lines reads like a heading
    for at, line in enumerate(lines):
        if line[1] - line[0] > LONGEST_HEADING:
            continue
        headings = [found.span() for found in words.word.finditer(text, *line)]
        signed = next((sign for sign in SIGNS if sign in text[slice(*line)]), None) if headings else None
        cells = _fields(text, line, signed) if signed else []
        for heading in headings:
            key: object = (signed, cells.index(heading)) if heading in cells else (heading[0] - line[0], heading[1] - line[0])
            if (signed and heading not in cells) or ends.get(key, -1) > at:
                continue
            below = _separated(text, lines, at, (signed, cells.index(heading), len(cells))) if signed else None
            spans, ends[key] = below or _aligned(text, lines, at, heading)
            yield spans
            if not signed and heading[0] == line[0] and at and text[slice(*lines[at - 1])].strip():
                yield _beside(text, heading[1], line[1])
        if words.series.match(text, *line):
            yield _above(text, lines, at)


def _fields(text: str, line: Span, sign: str) -> list[Span]:
    """Return the cells of a line without the space and the signs around them; between double quotes a sign is none."""
    blanked = re.sub(r'"[^"]*"', lambda quoted: "\0" * len(quoted[0]), text[slice(*line)])
    cells, start = [], line[0]
    for piece in blanked.split(sign):
        cell = text[start : start + len(piece)]
        begin = start + len(cell) - len(cell.lstrip(AROUND))
        cells.append((begin, max(begin, start + len(cell.rstrip(AROUND)))))
        start += len(piece) + 1
    return cells


def _separated(text: str, lines: list[Span], at: int, place: Place) -> tuple[list[Span], int]:
    """Return the cells below a heading, and the line where they end."""
    sign, column, count = place
    found: list[Span] = []
    for below in range(at + 1, len(lines)):
        if _RULE.match(text, *lines[below]):
            continue
        cells = _fields(text, lines[below], sign)
        if len(cells) != count:
            return found, below
        if cells[column][0] < cells[column][1]:
            found.append(cells[column])
    return found, len(lines)


def _aligned(text: str, lines: list[Span], at: int, heading: Span) -> tuple[list[Span], int]:
    """Return the words that end, or begin, where the heading does: columns are right-aligned, an index is left-aligned."""
    begin, end = heading[0] - lines[at][0], heading[1] - lines[at][0]
    line = text[slice(*lines[at])]
    is_padded = line != line.rstrip()  # as pandas pads a line that names an index alone
    is_alone = line.strip() == text[slice(*heading)]  # as it names the index of counted values; below it may be words
    found: list[Span] = []
    for below in range(at + 1, len(lines)):
        start, stop = lines[below]
        words = [one.span() for one in _WORD.finditer(text, start, stop)]
        if not words:
            continue
        here = next((word for word in words if word[1] - start == end), None)
        if here is None and (is_padded or is_alone):
            here = next((word for word in words if word[0] - start == begin), None)
            here = here if here and (is_padded or re.search(r"[\d@]", text[slice(*here)])) else None
        if here is None:
            return found, below
        found.append(here)
    return found, len(lines)


def _beside(text: str, start: int, end: int) -> list[Span]:
    """Return the words of a line where each may be an id, which a heading of columns is not."""
    words = [one.span() for one in _WORD.finditer(text, start, end) if one[0] != "..."]
    return words if all(re.search(r"[\d@]", text[slice(*word)]) for word in words) else []


def _above(text: str, lines: list[Span], at: int) -> list[Span]:
    """Return the last words of the lines above, in which pandas prints a series."""
    found: list[Span] = []
    for line in reversed(lines[:at]):
        words = [one.span() for one in _WORD.finditer(text, *line)]
        if not words:
            break
        found += words[-1:] if len(words) > 1 else []
    return found
