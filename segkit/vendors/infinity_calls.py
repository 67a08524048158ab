"""The calls of Infinity's Config API, each by itself as the page documents it."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from segkit.findings import Findings
from segkit.registry.bounds import check_text
from segkit.registry.segments import Segment, SegmentGroup, SegmentGroups, Segments
from segkit.transport.call import Call
from segkit.vendors import infinity_replies, infinity_wire
from segkit.vendors.replies import RawAnswer, documented

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from segkit.registry.drafts import Draft
    from segkit.transport.call import Reply
    from segkit.transport.client import Connection
    from segkit.vendors.infinity_wire import Encoding, Sort, Where

_CREATED, _NO_CONTENT = 201, 204


class Calls:
    """The calls of `Infinity`, answered with `RawAnswer`; nothing is looked up before or after.

    Attributes
    ----------
    connection, igrp, encoding
        Whom they ask, about which installation, and how a body is written.
    """

    def __init__(self, connection: Connection, igrp: int, encoding: Encoding) -> None:
        self.connection, self.igrp, self.encoding = connection, igrp, encoding

    def segments(
        self, where: Where | None = None, sort: Sort | None = None, *, limit: int | None = None, offset: int | None = None
    ) -> RawAnswer[Segments]:
        """List segments in one answer; how many the vendor sends where there is no `limit` is not documented."""
        known = infinity_wire.SEGMENTS
        params = [*infinity_wire.filters(where, known), *infinity_wire.sorts(sort, known), *infinity_wire.window(limit, offset)]
        return self._get("segments", None, params, lambda body: Segments(infinity_replies.all_rows(body, Segment, _OF_SEGMENT)))

    def segment(self, segment_id: int) -> RawAnswer[Segment]:
        """Read one segment."""
        return self._get(
            "segments", segment_id, [], lambda body: infinity_replies.one(body, Segment, int(segment_id), _OF_SEGMENT)
        )

    def create_segment(self, draft: Draft) -> RawAnswer[None]:
        """Create a segment; never sent again where it may have been made."""
        infinity_wire.check_found(draft.check())
        parameters = infinity_wire.segment_parameters(draft, with_id=True, clear_ref=False)
        return self._write("POST", "segments", None, parameters, _CREATED, replayable=False)

    def update_segment(self, segment_id: int, draft: Draft, *, clear_ref: bool = False, check: bool = True) -> RawAnswer[None]:
        """Put all properties of a segment; `check` holds them to their bounds before."""
        infinity_wire.check_found(draft.check() if check else Findings())
        parameters = infinity_wire.segment_parameters(draft, with_id=False, clear_ref=clear_ref)
        return self._write("POST", "segments", segment_id, parameters, _NO_CONTENT, replayable=True)

    def delete_segment(self, segment_id: int) -> RawAnswer[None]:
        """Delete a segment."""
        return self._delete("segments", segment_id)

    def order_segments(self, segment_ids: Iterable[int]) -> RawAnswer[None]:
        """Give segments the places that they have in a list."""
        parameters = {"sortedSegments": [int(segment_id) for segment_id in segment_ids]}
        path = f"{infinity_wire.path_of(self.igrp, 'segments')}/order"
        call = infinity_wire.write("PUT", path, parameters, self.encoding, replayable=True)
        return _done(self.connection.send(call), _NO_CONTENT)

    def segment_groups(
        self, where: Where | None = None, sort: Sort | None = None, *, limit: int | None = None, offset: int | None = None
    ) -> RawAnswer[SegmentGroups]:
        """List groups in one answer."""
        known = infinity_wire.GROUPS
        params = [*infinity_wire.filters(where, known), *infinity_wire.sorts(sort, known), *infinity_wire.window(limit, offset)]
        return self._get(
            "segmentGroups", None, params, lambda body: SegmentGroups(infinity_replies.all_rows(body, SegmentGroup, _OF_GROUP))
        )

    def segment_group(self, group_id: int) -> RawAnswer[SegmentGroup]:
        """Read one group."""
        return self._get(
            "segmentGroups", group_id, [], lambda body: infinity_replies.one(body, SegmentGroup, int(group_id), _OF_GROUP)
        )

    def create_segment_group(self, name: str) -> RawAnswer[None]:
        """Create a group; never sent again where it may have been made."""
        return self._write("POST", "segmentGroups", None, _group(name), _CREATED, replayable=False)

    def update_segment_group(self, group_id: int, name: str) -> RawAnswer[None]:
        """Rename a group."""
        return self._write("POST", "segmentGroups", group_id, _group(name), _NO_CONTENT, replayable=True)

    def delete_segment_group(self, group_id: int) -> RawAnswer[None]:
        """Delete a group that holds no segments."""
        return self._delete("segmentGroups", group_id)

    def _get(self, collection: str, one: int | None, params: infinity_wire.Pairs, read: Callable[[bytes], Any]) -> RawAnswer[Any]:
        path = infinity_wire.path_of(self.igrp, collection, one)
        reply = self.connection.send(Call("GET", path, params, replayable=True))
        return RawAnswer(reply, documented(lambda reply: read(reply.body), _refused))

    def _write(
        self, method: str, collection: str, one: int | None, parameters: dict[str, Any], status: int, *, replayable: bool
    ) -> RawAnswer[None]:
        path = infinity_wire.path_of(self.igrp, collection, one)
        return _done(
            self.connection.send(infinity_wire.write(method, path, parameters, self.encoding, replayable=replayable)), status
        )

    def _delete(self, collection: str, one: int) -> RawAnswer[None]:
        path = infinity_wire.path_of(self.igrp, collection, one)
        return _done(self.connection.send(Call("DELETE", path, replayable=True)), _NO_CONTENT)


_OF_SEGMENT: Callable[[Segment], int] = attrgetter("segment_id")
_OF_GROUP: Callable[[SegmentGroup], int] = attrgetter("group_id")


def _group(name: str) -> dict[str, Any]:
    text = name if isinstance(name, str) else ""
    infinity_wire.check_found(Findings(check_text(text, "name", longest=None, required=True)))
    return {"segmentGroupName": name}


def _refused(reply: Reply) -> Any:  # noqa: ANN401 - an error or None
    return infinity_replies.refused(reply.body)


def _done(reply: Reply, status: int) -> RawAnswer[None]:
    def read(reply: Reply) -> None:
        infinity_replies.done(reply, status)

    return RawAnswer(reply, documented(read, lambda _: None))
