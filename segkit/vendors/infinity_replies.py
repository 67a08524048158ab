"""How Infinity's answers are read: one object a line, a bare text where something is the matter, nothing where it was done."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from segkit import reading
from segkit.credentials import redact
from segkit.errors import Rejected, UnexpectedAnswer
from segkit.registry import ndjson

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from segkit.errors import AnswerError
    from segkit.transport.call import Reply

Row = TypeVar("Row")

DELETED = 410
"""The status of what was deleted before."""


def vendor_words(body: bytes) -> tuple[int | None, str]:
    """Read the vendor's message from a failure, a bare JSON string; empty where the body is none."""
    try:
        return None, reading.strict(body, str)
    except UnexpectedAnswer:
        return None, ""


def refused(body: bytes) -> AnswerError | None:
    """Return the refusal that a body is which comes with a status of success; None where it is none."""
    _, message = vendor_words(body)
    return Rejected(message, vendor_message=message, body=body) if message else None


def rows(chunks: Iterable[bytes], shape: type[Row]) -> Iterator[list[Row]]:
    """Read an answer of lines while it comes in; a vendor may repeat the credential in it, so its texts are redacted.

    Raises
    ------
    UnexpectedAnswer
        When a line is no such object; `refused` says of its body whether it is the vendor's words.
    """
    yield from ndjson.rows(map(_without_credentials, ndjson.blocks(chunks)), shape)


def _without_credentials(block: bytes) -> bytes:
    text = block.decode(errors="surrogateescape")
    # A line break behind it: a text that ends in the middle of a credential would be redacted beyond its quotes.
    clean = redact(f"{text}\n")
    return block if clean == f"{text}\n" else clean[:-1].encode(errors="surrogateescape")


def all_rows(body: bytes, shape: type[Row], id_of: Callable[[Row], int]) -> list[Row]:
    """Read an answer of lines that is here.

    Raises
    ------
    UnexpectedAnswer
        When a line is no such object, or one comes twice.
    """
    found = [row for listed in rows([body], shape) for row in listed]
    seen: set[int] = set()
    for line, row in enumerate(found, 1):
        if id_of(row) in seen:
            raise UnexpectedAnswer(f"{id_of(row)} comes twice", path=f"object {line}", body=body)
        seen.add(id_of(row))
    return found


def one(body: bytes, shape: type[Row], wanted: int, id_of: Callable[[Row], int]) -> Row:
    """Read an answer about one thing.

    Raises
    ------
    UnexpectedAnswer
        When it is about none, several or another.
    """
    found = all_rows(body, shape, id_of)
    if [id_of(row) for row in found] != [wanted]:
        told = ", ".join(str(id_of(row)) for row in found) or "nothing"
        raise UnexpectedAnswer(f"asked for was {wanted}, the answer is about {told}", path="line 1", body=body)
    return found[0]


def done(reply: Reply, status: int) -> None:
    """Read an answer of which only the status is documented.

    Raises
    ------
    UnexpectedAnswer
        When it has another status of success: what was done is not known then.
    """
    if reply.status != status:
        said = vendor_words(reply.body)[1] or "nothing that can be read"
        message = f"the status is {reply.status}, documented is {status}; the vendor says {said!r}"
        raise UnexpectedAnswer(message, path="the status", body=reply.body)
