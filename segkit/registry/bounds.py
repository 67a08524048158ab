"""The bounds that Infinity documents for ids, names, references and orders."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from segkit.credentials import REDACTED
from segkit.findings import Finding
from segkit.registry.segments import BUILT_IN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FIRST_ID, LAST_ID = 2, 65535
LAST_ORDER = 65535
LONGEST = 100
"""Characters of a name or a reference; whether the vendor counts characters or bytes is not documented."""


def whole(value: Any) -> int | None:  # noqa: ANN401 - numbers of numpy, and digits
    """Return a whole number that is given as one or as digits; None where it is none, such as a float or a truth value."""
    if isinstance(value, str):
        return int(value) if value.strip().isascii() and value.strip().isdigit() else None
    try:
        return None if isinstance(value, bool) else operator.index(value)
    except TypeError:
        return None


def check_id(segment_id: int, where: str = "segment_id") -> Iterator[Finding]:
    """Yield what is wrong with the id of a segment that is to be made or changed."""
    if segment_id in BUILT_IN:
        message = f"segment {segment_id} ({BUILT_IN[segment_id]}) is built in: it is not made, changed, ordered or deleted"
        yield Finding("built-in", "error", where, message, f"Use an id from {FIRST_ID} to {LAST_ID}.")
    elif not FIRST_ID <= segment_id <= LAST_ID:
        message = f"{segment_id} is no id of a segment"
        yield Finding("id-out-of-bounds", "error", where, message, f"Use an id from {FIRST_ID} to {LAST_ID}.")


def check_order(order: int, where: str = "order") -> Iterator[Finding]:
    """Yield what is wrong with the order of a segment."""
    if not 0 <= order <= LAST_ORDER:
        yield Finding("order-out-of-bounds", "error", where, f"{order} is no order", f"Use 0 to {LAST_ORDER}.")


def check_text(text: str, where: str, *, longest: int | None = LONGEST, required: bool = False) -> Iterator[Finding]:
    """Yield what is wrong with a name or a reference."""
    if required and not text.strip():
        yield Finding("no-name", "error", where, "there is no name", "Give one.")
    if longest and len(text) > longest:
        message = f"{len(text)} characters are more than {longest}"
        yield Finding("too-long", "error", where, message, f"Shorten it to {longest}.")
    elif longest and len(text.encode(errors="replace")) > longest:
        message = (
            f"it has {len(text)} characters, but more than {longest} bytes; which of them the vendor counts is not documented"
        )
        yield Finding("long-in-bytes", "warning", where, message, "Shorten it if the vendor refuses it.")
    if text != text.strip():
        message = "it begins or ends with a space, which the vendor may drop"
        yield Finding("space-around", "warning", where, message, "Take the space away.")
    yield from check_writable(text, where)


def check_writable(text: str, where: str) -> Iterator[Finding]:
    """Yield why a text cannot be sent."""
    if any(ord(char) < ord(" ") or "\ud800" <= char <= "\udfff" for char in text):
        message = f"{text!r} holds a line break, another control character or half of a character"
        yield Finding("unwritable", "error", where, message, "Take it out.")
    if REDACTED in text:
        message = f"it holds {REDACTED}, which was put where an answer repeated a credential"
        yield Finding("redacted", "error", where, message, "Put the text back.")


def check_order_of(segment_ids: list[int], kept: Iterable[int] | None, where: str = "segment_ids") -> Iterator[Finding]:
    """Yield what is wrong with a list of ids whose places are to be their orders.

    Parameters
    ----------
    kept
        The ids of the segments that are in use; None where that is not known.
    """
    if not segment_ids:
        yield Finding(
            "nothing-to-order", "error", where, "the list is empty", "Name all segments, the first to be detected first."
        )
    known = None if kept is None else set(kept)
    seen: set[int] = set()
    for place, segment_id in enumerate(segment_ids):
        here = f"{where}[{place}]"
        yield from check_id(segment_id, here)
        if segment_id in seen:
            yield Finding("repeated-id", "error", here, f"segment {segment_id} is named before", "Name each once.")
        elif known is not None and segment_id >= FIRST_ID and segment_id not in known:
            yield Finding("no-such-segment", "error", here, f"there is no segment {segment_id}", "Take it out.")
        seen.add(segment_id)
    if known is not None and (left := sorted(known - seen - set(BUILT_IN))):
        message = (
            f"segments {', '.join(map(str, left))} are left out: they keep their order, and may share it with one that is named"
        )
        yield Finding("left-out", "warning", where, message, "Name all segments.")
