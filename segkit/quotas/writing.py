"""A document as JSON: data that JSON can hold, and the text, with its comments where they stood."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from segkit.characters import whole
from segkit.errors import InvalidInput
from segkit.findings import Finding
from segkit.printed import MAX_DEPTH, step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from segkit.printed import Remark

INDENT = "  "
MAX_BITS = 4096
"""Of a whole number; Python does not write much longer ones as text."""


def plain(value: object, path: str = "$", depth: int = MAX_DEPTH) -> Any:  # noqa: ANN401 - whatever was handed in
    """Copy a value as JSON has it: mappings as dicts, tuples as lists, numpy's numbers as Python's.

    Half a character, which no UTF-8 holds, is written as U+FFFD, as it is read.

    Raises
    ------
    InvalidInput
        Where JSON has no such value, with its path: a key that is no text, a set, a date, NaN, a nest deeper than is read.
    """
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, str):
        return whole(value)
    if value is None or _is_number(value):
        return value
    if isinstance(value, Mapping) and depth and all(isinstance(key, str) for key in value):
        return {plain(key): plain(member, step(path, key), depth - 1) for key, member in value.items()}
    if isinstance(value, list | tuple) and depth:
        return [plain(member, step(path, place), depth - 1) for place, member in enumerate(value)]
    raise InvalidInput("the document is not JSON", [Finding("not-json", "error", path, _why(value))])


def _is_number(value: object) -> bool:
    return (isinstance(value, float) and math.isfinite(value)) or (isinstance(value, int) and value.bit_length() <= MAX_BITS)


def _why(value: object) -> str:
    if isinstance(value, Mapping):
        strange = [key for key in value if not isinstance(key, str)]
        return f"a key is no text but {strange[0]!r:.40}" if strange else f"it is nested too deep: more than {MAX_DEPTH} levels"
    if isinstance(value, list | tuple):
        return f"it is nested too deep: more than {MAX_DEPTH} levels"
    if isinstance(value, int):
        return f"a whole number has more than {MAX_BITS} bits"
    return f"JSON has no {value}" if isinstance(value, float) else f"JSON has no value for a {type(value).__name__}"


def written(document: Mapping[str, Any], remarks: Iterable[Remark] = (), heading: Iterable[str] = ()) -> str:
    """Write a document, two spaces a level, lists of plain values on one line; comments as lines and ends of lines."""
    lines = [_comment(line) for line in heading]
    return "\n".join([*lines, *_Page(remarks).lines(dict(document), "$", "", "")]) + "\n"


def _comment(text: str) -> str:
    """Write a comment that ends its line."""
    if "\n" not in text:
        return f"// {text}".rstrip()
    return f"/* {_closable(text)} */"


def _closable(text: str) -> str:
    return text.replace("*/", "* /")


class _Page:
    """The comments of a document by the value and side that they belong to."""

    def __init__(self, remarks: Iterable[Remark]) -> None:
        self._told: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        self._within: set[str] = set()
        for remark in remarks:
            self._told[remark.path, remark.position].append(remark.text)
            is_inside = remark.position == "end" or (remark.path, remark.position) == ("$", "before")
            inside = remark.path + "." * is_inside
            self._within.update(inside[:end] for end, char in enumerate(inside) if char in ".[")

    def lines(self, value: object, path: str, lead: str, margin: str) -> Iterator[str]:
        """Yield the lines of a value; `lead` stands before its first, `margin` before each."""
        if not isinstance(value, dict | list) or not self._is_long(value, path):
            yield f"{margin}{lead}{json.dumps(value, ensure_ascii=False)}"
            return
        is_object = isinstance(value, dict)
        # Above the document there is the heading: what is said of the document as a whole stands behind its bracket.
        yield f"{margin}{lead}{'{' if is_object else '['}{self._beside('$', 'before', '') if path == '$' else ''}"
        members: list[tuple[Any, Any]] = list(value.items() if isinstance(value, dict) else enumerate(value))
        for place, (key, member) in enumerate(members):
            below = step(path, key)
            yield from self._above(below, "before", margin + INDENT)
            lead = f"{json.dumps(key, ensure_ascii=False)}: " if is_object else ""
            *first, last = self.lines(member, below, lead, margin + INDENT)
            yield from first
            yield last + self._beside(below, "after", "," if place < len(members) - 1 else "")
        yield from self._above(path, "end", margin + INDENT)
        yield f"{margin}{'}' if is_object else ']'}"

    def _above(self, path: str, position: str, margin: str) -> Iterator[str]:
        yield from (margin + _comment(text) for text in self._told.get((path, position), []))

    def _beside(self, path: str, position: str, comma: str) -> str:
        """Write comments behind something; only the last may end the line, so the others may not hold an end of comment.

        The comma goes to the end of the first that has several lines: what is behind it would else stand on a line of its own.
        """
        texts = self._told.get((path, position), [])
        told = [comma]
        for text in map(_closable, texts[:-1]):
            if "\n" in text and told[0]:
                told = ["", *told[1:], f" /* {text} */{comma}"]
            else:
                told.append(f" /* {text} */".replace("\n", " "))
        return "".join([*told, *(f" {_comment(text)}" for text in texts[-1:])])

    def _is_long(self, value: dict[str, Any] | list[Any], path: str) -> bool:
        """Whether a container takes several lines: an object with members, a list of containers, whatever has comments in it."""
        if path in self._within:
            return True
        return bool(value) and (isinstance(value, dict) or any(isinstance(member, dict | list) for member in value))
