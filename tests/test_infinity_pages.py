"""A whole list page by page: each member once, or an error; whatever the vendor does with limit and offset."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest
from far_side import PATIENCE_SECONDS, QUICK, ByteServer, app_on_loopback
from hypothesis import given, settings
from hypothesis import strategies as st
from installations import SHOP, clients, fault_of

from segkit import errors
from segkit.vendors.infinity import Infinity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIEnvironment


def line(number: int) -> bytes:
    """Return a segment as the vendor writes it."""
    row = {"segment": str(number), "segmentName": f"s{number}", "segmentOrder": "0", "criteria": [], "segmentStatus": "200"}
    return json.dumps(row).encode() + b"\n"


@dataclass
class Vendor:
    """A vendor that lists, in a way of its own.

    Attributes
    ----------
    ids
        What there is.
    most, goes_by_limit, goes_by_offset
        How many members an answer holds at most, and what of the parameters it heeds.
    changes
        By the number of a call: what there is from then on.
    cuts
        By the number of a call: after how many bytes the answer breaks off.
    """

    ids: list[int]
    most: int = 10**6
    goes_by_limit: bool = True
    goes_by_offset: bool = True
    changes: dict[int, list[int]] = field(default_factory=dict)
    cuts: dict[int, int] = field(default_factory=dict)
    calls: list[tuple[int, int]] = field(default_factory=list)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a list."""
        sent = parse_qs(environ["QUERY_STRING"])
        offset, limit = int(sent["offset"][0]), int(sent["limit"][0])
        self.ids = self.changes.get(len(self.calls), self.ids)
        cut = self.cuts.get(len(self.calls))
        self.calls.append((offset, limit))
        begin = offset if self.goes_by_offset else 0
        n = min(limit if self.goes_by_limit else 10**6, self.most)
        body = b"".join(map(line, self.ids[begin : begin + n]))
        start_response("200 OK", [("content-length", str(len(body)))])
        return [body if cut is None else body[: min(cut, max(len(body) - 1, 0))]]

    def client(self, url: str | None = None) -> Infinity:
        """Return a client of it."""
        where = {"base_url": url} if url else {"base_url": "http://app.invalid/config/v2", "_app": self}
        return Infinity(1, "me", "p-1111", retries=QUICK, **where)  # type: ignore[arg-type]

    def listed(self, page: int) -> list[int] | None:
        """List everything; None where that is an error."""
        seen: list[int] = []
        try:
            seen.extend(segment.segment_id for segment in self.client().iter_segments(page=page))
        except errors.UnexpectedAnswer as error:
            said = "the list changed while it was read, or the vendor does not go by the offset" in str(error)
            if not (said and error.path.startswith("offset ") and error.method == "GET" and len(seen) == len(set(seen))):
                raise
            return None
        return seen


IDS = st.lists(st.integers(2, 60), max_size=25, unique=True)


@given(IDS, st.integers(1, 30), st.booleans(), st.integers(2, 12))
def test_everything_comes_once_however_answers_are_cut_down(ids: list[int], most: int, by_limit: bool, page: int) -> None:  # noqa: FBT001
    """A vendor that goes by the offset may send fewer than were asked for, one at a time even, or more: all come, in order."""
    assert Vendor(ids, most, by_limit).listed(page) == ids


@given(IDS, st.integers(1, 30), st.booleans(), st.integers(2, 12))
def test_a_vendor_that_does_not_go_by_the_offset_is_an_error(ids: list[int], most: int, by_limit: bool, page: int) -> None:  # noqa: FBT001
    """It would send the same for ever: nothing comes twice, and the end is an error, unless there is nothing at all."""
    vendor = Vendor(ids, most, by_limit, goes_by_offset=False)
    assert vendor.listed(page) == (None if ids else [])
    assert len(vendor.calls) <= 3 + len(ids) // page


@settings(max_examples=400)
@given(IDS.map(sorted), IDS.map(sorted), st.integers(0, 6), st.integers(2, 6), st.integers(1, 8))
def test_a_list_that_moves_leaves_nothing_out_unsaid(
    before: list[int], after: list[int], when: int, page: int, most: int
) -> None:
    """Whatever is deleted and added in the middle of a list by id, what was there before and after comes, or an error does."""
    seen = Vendor(before, most, changes={when: after}).listed(page)
    if seen is not None:
        assert set(before) & set(after) <= set(seen) <= set(before) | set(after)
    if when == 0 or before == after:
        assert seen == after


@pytest.mark.parametrize("removed", [0, 3, 4, 5])
def test_a_member_that_goes_between_two_pages_hides_none(removed: int) -> None:
    """What is deleted among what was read moves the rest up by one: the member that would slip through is an error's reason."""
    ids = list(range(2, 14))
    after = ids[:removed] + ids[removed + 1 :]
    seen = Vendor(ids, changes={1: after}).listed(5)
    assert seen is None if removed < 5 else seen == [*ids[:5], *after[5:]]


@given(IDS, st.dictionaries(st.integers(0, 8), st.integers(0, 400), max_size=3), st.integers(2, 8))
def test_an_answer_that_breaks_off_is_gone_on_with(ids: list[int], cuts: dict[int, int], page: int) -> None:
    """Cut off anywhere, also within a line, it is asked for again from where it ended; nothing comes twice or is left out."""
    vendor = Vendor(ids, cuts={call: cut for call, cut in cuts.items() if call % 3})
    assert vendor.listed(page) == ids


def test_an_answer_that_breaks_off_again_and_again_is_an_error() -> None:
    """As often as `retries` allows; members that came before were handed on."""
    vendor = Vendor(list(range(2, 10)), cuts=dict.fromkeys(range(1, 99), 10))
    seen = []
    with pytest.raises(errors.UnexpectedAnswer, match="closed before the answer was whole") as caught:
        seen.extend(segment.segment_id for segment in vendor.client().iter_segments(page=4))
    assert (seen, caught.value.cut_off, len(vendor.calls)) == ([2, 3, 4, 5], True, 4)


def test_members_come_while_the_rest_is_on_its_way() -> None:
    """On loopback the first segment is here before the vendor has sent the second, and leaving ends the answer."""
    sent, seen = [], threading.Event()

    def slowly(_: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        start_response("200 OK", [("content-type", "application/json")])
        for number in range(2, 40):
            sent.append(number)
            yield line(number)
            if number > 4:
                seen.wait(60)

    with app_on_loopback(slowly) as url:
        infinity = Infinity(1, "me", "p-1111", base_url=url, retries=QUICK)
        coming = infinity.iter_segments()
        assert next(coming).segment_id == 2
        assert len(sent) < 20
        coming.close()
        seen.set()
        infinity.close()


def test_a_page_that_never_ends_is_timed_out() -> None:
    """Silence in the middle is TimedOut, and what came before was handed on."""
    head = b"HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n"
    with ByteServer([head + line(2), line(3)], pause_seconds=9) as server:
        infinity = Infinity(1, "me", "p-1111", base_url=server.url, retries=QUICK, timeout=PATIENCE_SECONDS)
        coming = infinity.iter_segments()
        assert next(coming).segment_id == 2
        assert isinstance(fault_of(lambda: next(coming)), errors.TimedOut)
        infinity.close()


@pytest.mark.parametrize("page", [1, 0, -5, 1.5, "x", None, True])
def test_a_page_has_two_members_at_least(page: Any) -> None:
    """The last of the page before, and one more."""
    with pytest.raises(errors.InvalidInput, match="page is"):
        Infinity.sandbox().segments(page=page)


def test_what_is_asked_for_ends_with_the_id() -> None:
    """Sorted by id where nothing is said, and behind what is said: equal members are not turned round between two pages."""
    asked: list[list[str]] = []

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        asked.append(parse_qs(environ["QUERY_STRING"]).get("sort[]", []))
        start_response("200 OK", [])
        return [b""]

    infinity = Infinity(1, "me", "p-1111", base_url="http://app.invalid/config/v2", _app=app)
    for sort in (None, "-org_id", ["-segment_id", "org_id"]):
        infinity.segments(sort=sort)
    infinity.segment_groups()
    expected = [["segment-asc"], ["orgId-desc", "segment-asc"], ["segment-desc", "orgId-asc"], ["segmentGroupId-asc"]]
    assert asked[::3] == expected


@pytest.fixture(params=["in this process", "on loopback"])
def client(request: pytest.FixtureRequest) -> Iterator[Callable[..., Infinity]]:
    """Return what makes a client of a fresh sandbox."""
    yield from clients(request.param)


@pytest.mark.parametrize("page", [2, 3, 5, 1000])
def test_the_double_is_listed_whole_in_any_pages(client: Callable[..., Infinity], page: int) -> None:
    """Twelve segments and their filters, through any page, are the twelve."""
    infinity = client(9)
    for number in range(12):
        infinity.create_segment(f"s{number}", SHOP, segment_id=100 - number, order=number % 3, check=False)
    assert list(infinity.segments(page=page)) == list(range(89, 101))
    assert [s.order for s in infinity.segments(sort="-segment_order", page=page).values()] == [2] * 4 + [1] * 4 + [0] * 4
    assert len(infinity.segments({"segment_order": 1}, page=page)) == 4


@pytest.mark.parametrize("kind", ["429", "500", "503", "cut-off", "html"])
def test_a_fault_in_the_middle_changes_nothing(client: Callable[..., Infinity], kind: str) -> None:
    """Lists are read, so they are asked for again: the same segments come."""
    infinity = client()
    for path in (None, "*segments*"):
        infinity.double.faults.add(kind, times=2, path=path)
        assert list(infinity.segments(page=2)) == [400, 401]
    infinity.double.faults.add("empty")
    assert list(infinity.segments()) == [400, 401]


@pytest.mark.parametrize("kind", ["malformed", "html"])
def test_what_cannot_be_read_is_an_error(client: Callable[..., Infinity], kind: str) -> None:
    """A body that is broken in its middle is never a shorter list."""
    infinity = client()
    infinity.double.faults.add(kind, times=9, status=200)
    error = fault_of(infinity.segments)
    assert isinstance(error, errors.UnexpectedAnswer)
    assert error.status == 200
    assert error.path.startswith("line ")
