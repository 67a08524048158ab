"""Answers of one JSON object a line, read as they come in: nothing of what was read before is held.

Numbers come as texts or as numbers. What PHP may write for nothing, an empty text or null, is read as such.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from segkit import reading
from segkit.errors import UnexpectedAnswer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Row = TypeVar("Row")


def blocks(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Put chunks together to blocks of whole lines; what follows the last line break comes last."""
    rest: list[bytes] = []
    for chunk in chunks:
        end = chunk.rfind(b"\n") + 1
        if not end:
            rest.append(chunk)
            continue
        yield b"".join([*rest, chunk[:end]])
        rest = [chunk[end:]] if end < len(chunk) else []
    if last := b"".join(rest):
        yield last


def rows(chunks: Iterable[bytes], shape: type[Row]) -> Iterator[list[Row]]:
    """Read the objects of an answer, in lists of what came in together.

    Raises
    ------
    UnexpectedAnswer
        When a line is no such object; `path` names the line and the place within.
    """
    line, decoder = 1, msgspec.json.Decoder(shape, strict=False)
    for block in blocks(chunks):
        try:
            yield decoder.decode_lines(block)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            yield _one_by_one(block, shape, line)
        line += block.count(b"\n")


def _one_by_one(block: bytes, shape: type[Row], first_line: int) -> list[Row]:
    """Read the lines of a block each for itself, patiently."""
    return [_patient(line, shape, first_line + place) for place, line in enumerate(block.split(b"\n")) if line.strip()]


def _patient(line: bytes, shape: type[Row], number: int) -> Row:
    try:
        found = reading.strict(line, Any)
        return msgspec.convert(_plain(found) if isinstance(found, dict) else found, shape, strict=False)
    except UnexpectedAnswer as error:
        message, place = str(error.args[0]).removesuffix(f" (at {error.path})"), error.path
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at ")
        place = path.strip("`") or "$"
    raise UnexpectedAnswer(message, path=f"line {number}: {place}", body=line)


def _plain(found: dict[str, Any]) -> dict[str, Any]:
    """Leave out what says nothing, and write numbers among a criterion's texts as texts."""
    kept = {name: value for name, value in found.items() if value is not None and (value != "" or name.endswith(("Name", "Ref")))}
    criteria = found.get("criteria", ...)
    if criteria in ("", None):
        kept["criteria"] = []
    elif isinstance(criteria, list):
        kept["criteria"] = [_as_texts(each) for each in criteria]
    return kept


def _as_texts(criterion: object) -> object:
    if not isinstance(criterion, dict):
        return criterion
    return {name: str(value) if type(value) is int else value for name, value in criterion.items()}
