"""How CIOPulse's replies are read: segments, also with the comma that the page prints, and refusals."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from segkit import reading
from segkit.credentials import redact
from segkit.errors import Rejected, UnexpectedAnswer
from segkit.findings import Findings
from segkit.provenance import WORDS, Provenance
from segkit.registry.portal import PortalSegment, PortalSegments

if TYPE_CHECKING:
    from segkit.transport.call import Reply

T = TypeVar("T")

_FLAGS = {"Y": True, "y": True, "N": False, "n": False}


class _Fields(msgspec.Struct):
    system_id: str = msgspec.field(name="Segment_System_ID")
    code: str = msgspec.field(name="Segment_Code")
    name: str = msgspec.field(name="Segment_Name")
    active: str = msgspec.field(name="Active")


class _Entry(msgspec.Struct):
    segment: _Fields


class _Listed(msgspec.Struct):
    segments: list[_Entry]


class _Failure(msgspec.Struct):
    message: Any = None
    status: Any = None


def vendor_words(body: bytes) -> tuple[int | None, str]:
    """Read the vendor's code and message from a failure; None and empty where the body has not its shape."""
    try:
        failure = reading.strict(body, _Failure)
    except UnexpectedAnswer:
        failure = _Failure()
    code = failure.status if isinstance(failure.status, int) else None
    return code, str(failure.message) if failure.message else ""


def refusal(reply: Reply) -> Rejected | None:
    """Return the refusal that a body is that came with a status of success, None where it is none."""
    code, message = vendor_words(reply.body)
    if code is None or code < HTTPStatus.BAD_REQUEST:
        return None
    return Rejected(message or "the vendor gave no reason", vendor_code=code, vendor_message=message, body=reply.body)


def carried_out(reply: Reply) -> None:
    """Read an answer of which only its status is documented."""
    if refusal(reply):
        raise UnexpectedAnswer("the answer says failure", body=reply.body)


def created(reply: Reply) -> bool | None:
    """Say whether a segment was created, else updated; None where a try before may have created it."""
    carried_out(reply)
    if reply.status not in {HTTPStatus.OK, HTTPStatus.CREATED}:
        raise UnexpectedAnswer("the answer is neither 200, updated, nor 201, created", body=reply.body)
    if reply.status == HTTPStatus.OK and reply.in_doubt:
        return None
    return reply.status == HTTPStatus.CREATED


def segments(reply: Reply) -> PortalSegments:
    """Read the list of segments."""
    body, findings = _without_trailing_commas(reply.body)
    listed = reading.strict(body, _Listed, original=reply.body).segments
    read = tuple(_segment(each.segment, f"$.segments[{place}].segment", reply) for place, each in enumerate(listed))
    return PortalSegments(read, findings)


def segment(reply: Reply, asked: str) -> PortalSegment:
    """Read a single segment, in the envelope of the list, in that of an entry of the list, or in none."""
    body, _ = _without_trailing_commas(reply.body)
    whole = reading.strict(body, dict[str, Any], original=reply.body)
    if "segments" in whole:
        listed = reading.strict(body, _Listed, original=reply.body).segments
        if len(listed) != 1:
            message = f"the reply has {len(listed)} segments, asked for was one"
            raise UnexpectedAnswer(message, path="$.segments", body=reply.body)
        where, found = "$.segments[0].segment", listed[0].segment
    elif "segment" in whole:
        where, found = "$.segment", reading.strict(body, _Entry, original=reply.body).segment
    else:
        where, found = "$", reading.strict(body, _Fields, original=reply.body)
    if found.system_id != asked:
        message = f"the reply is segment {found.system_id!r}, asked for was {asked!r}"
        raise UnexpectedAnswer(message, path=f"{where}.Segment_System_ID", body=reply.body)
    return _segment(found, where, reply)


def _segment(fields: _Fields, where: str, reply: Reply) -> PortalSegment:
    """Make a segment of what was read; a vendor may repeat the credential in it, so its texts are redacted."""
    if fields.active not in _FLAGS:
        raise UnexpectedAnswer(f"{fields.active!r} is neither Y nor N", path=f"{where}.Active", body=reply.body)
    system_id, code, name = map(redact, (fields.system_id, fields.code, fields.name))
    return PortalSegment(system_id, code, name, _FLAGS[fields.active], provenance(reply))


def _without_trailing_commas(body: bytes) -> tuple[bytes, Findings]:
    """Take out the commas behind a last member, which the page prints, if they are all that is wrong with a body."""
    try:
        reading.strict(body, Any)
    except UnexpectedAnswer:
        mended = reading.mend(body.decode(errors="surrogateescape"))
        if mended.repairs and all(repair.kind == "comma" for repair in mended.repairs):
            return mended.text.encode(errors="surrogateescape"), mended.findings
    return body, Findings()


def provenance(reply: Reply) -> Provenance:
    """Return what the sandbox says of its answer; what a vendor answers is documented."""
    return next((word for word in WORDS if word == reply.headers.get("x-segkit-provenance")), "documented")
