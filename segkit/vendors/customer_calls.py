"""The call of Instaleap's customer segments: what is sent, how the reply is read, and many requests of one replacement."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from segkit import reading
from segkit.credentials import redact
from segkit.errors import Forbidden, InvalidInput, SegkitError, Unauthorized, UnexpectedAnswer, Unreachable
from segkit.provenance import WORDS
from segkit.registry.customers import Customers, Duplicates, wanted
from segkit.transport.bulk import ask_all
from segkit.transport.call import Call
from segkit.transport.progress import Progress
from segkit.vendors.replacement import Answer, Replacement, Request, replacement
from segkit.vendors.replies import RawAnswer, documented
from segkit.vendors.written import written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from segkit.registry.customers import Entry
    from segkit.transport.call import Reply
    from segkit.transport.client import Connection

PATH = "/customers/segments"
IN_VAIN = 3
"""So many requests in a row for each worker, that reach nobody, end a run."""


class _Updated(msgspec.Struct):
    customers: list[str] = msgspec.field(name="updatedCustomers")


class _Error(msgspec.Struct):
    code: Any = None
    message: Any = None


class _Failure(msgspec.Struct):
    error: _Error


class _Piece(NamedTuple):
    """A request that is ready to be sent."""

    place: int
    body: msgspec.Raw


def vendor_words(body: bytes) -> tuple[None, str]:
    """Read code and message of a failure in the form of the companion page; this endpoint's own is not documented."""
    try:
        error = reading.strict(body, _Failure).error
    except UnexpectedAnswer:
        return None, ""
    return None, ": ".join(str(said) for said in (error.code, error.message) if said)


class Calls:
    """The calls of `Instaleap`, answered with `RawAnswer`."""

    def __init__(self, connection: Connection, about: Mapping[str, Any]) -> None:
        self._connection = connection
        self._about = about

    def replace_segments(self, customers: Customers, *, duplicates: Duplicates = "refuse") -> RawAnswer[Replacement]:
        """Replace the segments of customers in one request, whatever their number; see `Instaleap.replace_segments`."""
        asked = wanted(customers, duplicates)
        reply = self._connection.send(_call(_body(asked.entries)))

        def read(reply: Reply) -> Replacement:
            return replacement(asked, [Request(asked.entries, _answer(reply))], {**self._about, "requests": 1})

        return RawAnswer(reply, documented(read, _not_a_refusal))

    def replace_all(
        self, customers: Customers, duplicates: Duplicates, *, size: int, workers: int, progress: bool
    ) -> Replacement:
        """Replace them in as many requests as are needed; see `Instaleap.replace_segments`."""
        asked = wanted(customers, duplicates)
        parts = [asked.entries[begin : begin + size] for begin in range(0, len(asked.entries), size)]
        pieces = [_Piece(place, _body(part)) for place, part in enumerate(parts)]
        line = Progress("replace_segments", len(pieces), shown=progress and len(pieces) > 1)
        outcomes = self._outcomes(pieces, workers, line)
        requests = [Request(part, outcomes.get(place)) for place, part in enumerate(parts)]
        line.end(f"replace_segments: {len(outcomes)} of {len(parts)} requests sent")
        _raise_where_not_let_in(requests)
        return replacement(asked, requests, {**self._about, "requests": len(parts)})

    def _outcomes(self, pieces: Sequence[_Piece], workers: int, line: Progress) -> dict[int, Answer | SegkitError]:
        """Send what is to be sent; stop where the credential is not accepted or nobody can be reached."""
        let_in = True

        def ask(piece: _Piece) -> Answer:
            nonlocal let_in
            try:
                return documented(_answer, _not_a_refusal)(self._connection.send(_call(piece.body)))
            except (Unauthorized, Forbidden):
                let_in = False
                raise

        outcomes: dict[int, Answer | SegkitError] = {}

        def keep(came_in: Sequence[tuple[_Piece, Answer | SegkitError]]) -> None:
            outcomes.update({piece.place: outcome for piece, outcome in came_in})

        pending, in_vain = (piece for piece in pieces if let_in), 0
        with contextlib.closing(ask_all(pending, ask, workers=workers, unheard=keep)) as calls:
            for came_in in calls:
                keep(came_in)
                line.step(len(came_in))
                for _, outcome in came_in:
                    in_vain = in_vain + 1 if isinstance(outcome, Unreachable) else 0
                if in_vain >= IN_VAIN * workers:
                    break
        return outcomes


def _body(entries: Sequence[Entry]) -> msgspec.Raw:
    return written({"customers": [entry.payload for entry in entries]}, "the customers' segments")


def _call(body: msgspec.Raw) -> Call:
    # To replace the same segments by the same again changes nothing.
    return Call("POST", PATH, json=body, replayable=True)


def _answer(reply: Reply) -> Answer:
    """Read the ids that were updated; a vendor may repeat the credential in them, so they are redacted."""
    updated = reading.strict(reply.body, _Updated).customers
    word = next((word for word in WORDS if word == reply.headers.get("x-segkit-provenance")), WORDS[0])
    return Answer(tuple(map(redact, updated)), word)


def _not_a_refusal(_: Reply) -> None:
    """Say that no refusal with a status of success is documented."""


def _raise_where_not_let_in(requests: Sequence[Request]) -> None:
    """Raise that the credential is not accepted, where that is all that came of the run."""
    outcomes = [request.outcome for request in requests if request.outcome is not None]
    refused = [outcome for outcome in outcomes if isinstance(outcome, Unauthorized | Forbidden)]
    if refused and len(refused) == len(outcomes):
        raise refused[0]


def check_size(size: object) -> None:
    """Refuse a number of customers that no request can have."""
    if type(size) is not int or size < 1:
        raise InvalidInput(f"customers_per_request is {size!r}: give a whole number from 1")
