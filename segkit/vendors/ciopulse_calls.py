"""The calls of CIOPulse's Segments endpoint: what is sent, and how the replies are read."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, TypeVar

from segkit.errors import NotFound, UnexpectedAnswer
from segkit.transport.call import Call, Reply
from segkit.vendors import ciopulse_reply
from segkit.vendors.ciopulse_payload import CLEAN, SEGMENTS, path_of, payload
from segkit.vendors.replies import RawAnswer, documented
from segkit.vendors.upserted import Upserted

if TYPE_CHECKING:
    from collections.abc import Callable

    from segkit.registry.portal import PortalSegment, PortalSegments
    from segkit.transport.client import Connection

Parsed = TypeVar("Parsed")


class Calls:
    """The calls of `CIOPulse`, answered with `RawAnswer`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def segments(self) -> RawAnswer[PortalSegments]:
        """Fetch every segment; see `CIOPulse.segments`."""
        return _answer(self._connection.send(Call("GET", SEGMENTS, replayable=True)), ciopulse_reply.segments)

    def segment(self, system_id: str) -> RawAnswer[PortalSegment]:
        """Fetch a segment; see `CIOPulse.segment`."""
        reply = self._connection.send(Call("GET", path_of(system_id), replayable=True))
        return _answer(reply, lambda reply: ciopulse_reply.segment(reply, system_id))

    def upsert_segment(
        self,
        system_id: str,
        *,
        segment_name: str | None = None,
        segment_code: str | None = None,
        active: bool | str | None = None,
        clean: bool = False,
    ) -> RawAnswer[Upserted]:
        """Create or change a segment; see `CIOPulse.upsert_segment`."""
        path = path_of(system_id) + (CLEAN if clean else "")
        fields, body, findings = payload(segment_name, segment_code, active, clean=clean)
        reply = self._connection.send(Call("PUT", path, json=body, replayable=True))

        def read(reply: Reply) -> Upserted:
            done = ciopulse_reply.created(reply)
            return Upserted(system_id, done, fields, findings, ciopulse_reply.provenance(reply))

        return _answer(reply, read)

    def delete_segment(self, system_id: str) -> RawAnswer[None]:
        """Delete a segment; see `CIOPulse.delete_segment`."""
        try:
            reply = self._connection.send(Call("DELETE", path_of(system_id), replayable=True))
        except NotFound as error:
            if not error.in_doubt:
                raise
            # The try before, of which no answer came, has deleted it, or it was never there: either way it is gone.
            body, status = error.body.encode(), error.status or HTTPStatus.NOT_FOUND
            return RawAnswer(Reply(status, {}, body, error.method, error.url, error.attempts, in_doubt=True), lambda _: None)
        return _answer(reply, _deleted)


def _answer(reply: Reply, read: Callable[[Reply], Parsed]) -> RawAnswer[Parsed]:
    return RawAnswer(reply, documented(read, ciopulse_reply.refusal))


def _deleted(reply: Reply) -> None:
    ciopulse_reply.carried_out(reply)
    if reply.status != HTTPStatus.ACCEPTED:
        raise UnexpectedAnswer("the answer is not 202, deleted", body=reply.body)
