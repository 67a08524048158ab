"""What is looked up at Infinity around a call that changes something: what is free, what is new, what is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from segkit.errors import CallError, NotFound, Rejected, UnexpectedAnswer
from segkit.findings import Finding
from segkit.registry.segments import LIVE, Segment, SegmentGroup
from segkit.vendors.infinity_pages import every_segment
from segkit.vendors.infinity_replies import DELETED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from segkit.registry.drafts import Draft
    from segkit.vendors.infinity_calls import Calls
    from segkit.vendors.replies import RawAnswer

Row = TypeVar("Row", bound=Segment | SegmentGroup)


def made_once(send: Callable[[], RawAnswer[None]], look: Callable[[bool], Row | None]) -> Row:
    """Send a create once, and return what is there then; `look` is told whether it is in doubt that it was carried out."""
    doubt: CallError | None = None
    try:
        send().parse()
    except CallError as error:
        if not error.in_doubt:
            raise
        doubt = error
    try:
        found = look(doubt is not None)
    except CallError as error:
        if doubt is None:
            raise
        doubt.add_note(f"Whether it was created could not be looked up: {error}")
        raise doubt from None
    if found is None and doubt is not None:
        doubt.add_note("It was looked up then, and is not there: it was not sent again.")
        raise doubt
    if found is None:
        raise UnexpectedAnswer("it was created, and a look-up does not find it: look at the vendor before you create it again")
    return found


def of_id(calls: Calls, segment_id: int, draft: Draft, *, doubtful: bool) -> Segment | None:
    """Return the segment of an id; in doubt only where it is the one that was sent."""
    found = find(lambda: calls.segment(segment_id))
    return None if found is None or (doubtful and not draft.is_kept_as(found)) else found


def alike(calls: Calls, draft: Draft, *, thorough: bool = False) -> list[Segment]:
    """Return the segments that are kept as a draft says; by its reference, where it has one."""
    found = []
    if draft.ref:
        listed = calls.segments({"segment_ref": draft.ref}).parse().values()
        found = [segment for segment in listed if draft.is_kept_as(segment)]
    if found or (draft.ref and not thorough):
        return found
    # A filter may read a reference in another way than we do, and without one there is no filter to trust.
    return [segment for segment in every_segment(calls) if draft.is_kept_as(segment)]


def only(new: list[Row]) -> Row | None:
    """Return the one that is new, None where there is none.

    Raises
    ------
    UnexpectedAnswer
        When there are several.
    """
    if len(new) > 1:
        raise UnexpectedAnswer(f"several new ones are alike, and which of them was created cannot be told: {new}")
    return new[0] if new else None


def find(read: Callable[[], RawAnswer[Row]]) -> Row | None:
    """Return what is read, None where it is not there."""
    try:
        return read().parse()
    except NotFound:
        return None


def taken(calls: Calls, draft: Draft, there: Draft | None = None) -> Iterator[Finding]:
    """Yield where a draft clashes with what is kept; `there` is what it changes."""
    wanted = draft.segment_id
    if there is None and wanted is not None and find(lambda: calls.segment(wanted)) is not None:
        message = f"there is a segment {wanted} already"
        yield Finding("id-taken", "error", "segment_id", message, "Use another id, or none: the vendor gives the next one.")
    if draft.ref and draft.ref != (there.ref if there else None):
        listed = calls.segments({"segment_ref": draft.ref}).parse().values()
        others = [
            s.segment_id for s in listed if s.ref == draft.ref and s.status == LIVE and (there is None or s.segment_id != wanted)
        ]
        if others:
            message = f"segment {others[0]} has the reference {draft.ref!r}"
            yield Finding("ref-taken", "error", "ref", message, "References are unique in an installation: use another.")
    if draft.group_id and draft.group_id != (there.group_id if there else 0):
        group = find(lambda: calls.segment_group(draft.group_id))
        if group is None or group.status != LIVE:
            message = f"there is no group {draft.group_id} in use"
            yield Finding("no-such-group", "error", "group_id", message, "Create it first, or use 0.")


def gone(delete: Callable[[], RawAnswer[None]]) -> None:
    """Delete; what is not there when a delete is sent again was deleted by the first."""
    try:
        delete().parse()
    except (NotFound, Rejected) as error:
        if not (error.in_doubt and (isinstance(error, NotFound) or error.status == DELETED)):
            raise
