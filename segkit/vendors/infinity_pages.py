"""A whole list, page by page, while it comes in: each member once, or an error that says what was seen.

No document says how many members an answer holds where there is no limit, whether a limit may be cut down, or how many there
are in all. So each page begins with the last member of the page before: what has moved meanwhile, and a vendor that does not
go by the offset, show themselves, and the list ends where an answer brings that member alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Generic, TypeVar

from segkit.errors import AnswerError, InvalidInput, UnexpectedAnswer
from segkit.registry.bounds import whole
from segkit.registry.segments import Segment, SegmentGroup
from segkit.transport.call import Call
from segkit.vendors import infinity_replies, infinity_wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from segkit.transport.client import Connection
    from segkit.vendors.infinity_calls import Calls
    from segkit.vendors.infinity_wire import Pairs, Sort, Where

Row = TypeVar("Row")

PAGE = 1000
LEAST_PAGE = 2
"""A page holds the last member of the page before and one more at least."""


@dataclass(frozen=True)
class Listing(Generic[Row]):
    """What is listed.

    Attributes
    ----------
    path, params
        What is asked, without limit and offset.
    shape, id_of
        The type of a member, and its id.
    page
        How many members are asked for at a time.
    """

    connection: Connection
    path: str
    params: Pairs
    shape: type[Row]
    id_of: Callable[[Row], int]
    page: int = PAGE

    def __post_init__(self) -> None:
        number = whole(self.page)
        if number is None or number < LEAST_PAGE:
            raise InvalidInput(f"page is {self.page!r}: give a whole number from {LEAST_PAGE}")

    def __iter__(self) -> Iterator[Row]:
        """Yield each member as it comes in.

        Raises
        ------
        UnexpectedAnswer
            When a member comes again, or another stands where one stood before.
        CallError
            As of any call; an answer that breaks off is asked for again from where it ended.
        """
        seen: dict[int, None] = {}
        overlaps, broken = True, 0
        while True:
            before = len(seen)
            try:
                yield from self._answer(seen, overlaps=overlaps)
            except UnexpectedAnswer as error:
                broken = 1 if len(seen) > before else broken + 1
                if not error.cut_off or broken >= self.connection.options.retries.attempts:
                    raise
                continue
            broken = 0
            if len(seen) == before and not overlaps:
                return
            # An answer may hold one member at most: where nothing new came behind the last one, what follows it is asked for.
            overlaps = len(seen) > before

    def _answer(self, seen: dict[int, None], *, overlaps: bool) -> Iterator[Row]:
        """Yield what is new in one answer; the first is the last that was seen, where they overlap."""
        awaited = next(reversed(seen), None) if overlaps else None
        offset = len(seen) - (awaited is not None)
        for row in self._rows(offset):
            row_id = self.id_of(row)
            if awaited is not None:
                if row_id != awaited:
                    raise self._moved(f"{row_id} stands where {awaited} stood", offset)
                awaited = None
            elif row_id in seen:
                raise self._moved(f"{row_id} came again behind {len(seen)} members", offset)
            else:
                seen[row_id] = None
                yield row
        if awaited is not None:
            raise self._moved(f"nothing stands where {awaited} stood", offset)

    def _rows(self, offset: int) -> Iterator[Row]:
        params = [*self.params, ("limit", str(self.page)), ("offset", str(offset))]
        stream = self.connection.stream(Call("GET", self.path, params, replayable=True))
        try:
            for listed in infinity_replies.rows(stream, self.shape):
                yield from listed
        except AnswerError as error:
            fault = infinity_replies.refused(error.body.encode()) or error
            fault.method, fault.url = "GET", error.url or self._url
            fault.status, fault.attempts = stream.status, stream.attempts
            raised: BaseException = fault
        except GeneratorExit:
            raise
        except BaseException as error:  # noqa: BLE001 - raised again
            raised = error
        else:
            return
        # The frames below hold the body as it came, and a vendor may repeat the credential in it.
        raised.__cause__ = raised.__context__ = None
        raise raised.with_traceback(None)

    @property
    def _url(self) -> str:
        return f"{self.connection.base_url}{self.path}"

    def _moved(self, what: str, offset: int) -> UnexpectedAnswer:
        message = f"the list changed while it was read, or the vendor does not go by the offset: {what}; read it again"
        return UnexpectedAnswer(message, path=f"offset {offset}", method="GET", url=self._url)


def every_segment(calls: Calls, where: Where | None = None, sort: Sort | None = None, page: int = PAGE) -> Listing[Segment]:
    """List segments, by default by id."""
    return _listing(calls, Segment, attrgetter("segment_id"), "segments", infinity_wire.SEGMENTS, where, sort, page)


def every_group(calls: Calls, where: Where | None = None, sort: Sort | None = None, page: int = PAGE) -> Listing[SegmentGroup]:
    """List groups, by default by id."""
    return _listing(calls, SegmentGroup, attrgetter("group_id"), "segmentGroups", infinity_wire.GROUPS, where, sort, page)


def _listing(
    calls: Calls,
    shape: type[Row],
    id_of: Callable[[Row], int],
    collection: str,
    properties: Mapping[str, str],
    where: Where | None,
    sort: Sort | None,
    page: int,
) -> Listing[Row]:
    sorts = infinity_wire.sorts(sort, properties)
    by_id = f"{next(iter(properties.values()))}-asc"
    # An order that leaves two members equal may turn them round between two pages.
    sorts += [("sort[]", by_id)] if ("sort[]", by_id) not in sorts else []
    params = [*infinity_wire.filters(where, properties), *sorts]
    return Listing(calls.connection, infinity_wire.path_of(calls.igrp, collection), params, shape, id_of, page)
