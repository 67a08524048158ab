"""A whole list, page by page, while it comes in: each member once, or an error that says what was seen.

No document says how many members an answer holds where there is no limit, whether a limit may be cut down, or how many there
are in all. So each page begins with the last member of the page before: what has moved meanwhile, and a vendor that does not
go by the offset, show themselves. The list ends where nothing stands beyond its last member, and that one where it stood.
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
    from collections.abc import Callable, Iterable, Iterator, Mapping

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
        is_short = False
        while True:
            before = len(seen)
            if not is_short:
                yield from self._behind(seen)
                is_short = len(seen) - before + bool(before) < self.page
                continue
            # Fewer than were asked for: the end, or an answer that was cut down, perhaps to one member.
            beyond = self._beyond(len(seen))
            yield from self._behind(seen)
            if len(seen) > before:
                continue
            if not beyond:
                return
            # The last member stands where it stood, so nothing slipped through before these.
            yield from self._new(beyond, seen)

    def _behind(self, seen: dict[int, None]) -> Iterator[Row]:
        """Yield what an answer brings behind the last member that was seen, which is to stand where it stood."""
        broken = 0
        while True:
            before = len(seen)
            try:
                yield from self._new(self._overlapping(seen), seen)
            except UnexpectedAnswer as error:
                broken = 1 if len(seen) > before else broken + 1
                if not error.cut_off or broken >= self._attempts:
                    raise
            else:
                return

    def _overlapping(self, seen: dict[int, None]) -> Iterator[Row]:
        awaited = next(reversed(seen), None)
        offset = len(seen) - (awaited is not None)
        rows = self._rows(offset)
        if awaited is not None:
            found = next((self.id_of(row) for row in rows), None)
            if found != awaited:
                raise self._moved(f"{'nothing' if found is None else found} stands where {awaited} stood", offset)
        yield from rows

    def _beyond(self, offset: int) -> list[Row]:
        """Return what an answer brings from an offset on."""
        broken = 0
        while True:
            try:
                return list(self._rows(offset))
            except UnexpectedAnswer as error:
                broken += 1
                if not error.cut_off or broken >= self._attempts:
                    raise

    def _new(self, rows: Iterable[Row], seen: dict[int, None]) -> Iterator[Row]:
        """Yield rows, each for the first time."""
        for row in rows:
            row_id = self.id_of(row)
            if row_id in seen:
                raise self._moved(f"{row_id} came again behind {len(seen)} members", len(seen))
            seen[row_id] = None
            yield row

    @property
    def _attempts(self) -> int:
        return self.connection.options.retries.attempts

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
    by_id = f"{next(iter(properties.values()))}-"
    if not any(value.startswith(by_id) for _, value in sorts):
        # An order that leaves two members equal may turn them round between two pages.
        sorts.append(("sort[]", f"{by_id}asc"))
    params = [*infinity_wire.filters(where, properties), *sorts]
    return Listing(calls.connection, infinity_wire.path_of(calls.igrp, collection), params, shape, id_of, page)
