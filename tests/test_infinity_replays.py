"""What Infinity is sent again and what never: a create is looked up, an update is whole, a delete that was done is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from far_side import PATIENCE_SECONDS, QUICK, ByteServer
from installations import SHOP, clients, fault_of

from segkit import errors
from segkit.sandbox.app import Sandbox
from segkit.vendors.infinity import Infinity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIEnvironment

    Client = Callable[..., Infinity]

SEGMENTS = "*/segments"
GROUPS = "*/segmentGroups"


class Wrapped:
    """A double behind something that loses answers: of writes that it carried out, or before it does.

    Attributes
    ----------
    kind
        ``lost`` carries a write out and answers 500, ``refused`` answers 500 and does nothing, ``down`` answers 500 from then on.
    writes
        What reached the double, as method and path.
    """

    def __init__(self, kind: str, method: str) -> None:
        self.sandbox = Sandbox(tokens=["me:p-0000"], infinity_deleted="gone")
        self.kind, self.method, self.writes = kind, method, 0
        self.is_down = False

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer, or lose the answer."""
        if self.is_down:
            return self._broken(start_response)
        if environ["REQUEST_METHOD"] != self.method:
            return self.sandbox.wsgi(environ, start_response)
        self.writes += 1
        if self.kind == "refused" or self.writes > 1:
            return self._broken(start_response) if self.kind == "refused" else self.sandbox.wsgi(environ, start_response)
        b"".join(self.sandbox.wsgi(environ, lambda *_: lambda _: None))  # type: ignore[arg-type, return-value]
        self.is_down = self.kind == "down"
        return self._broken(start_response)

    @staticmethod
    def _broken(start_response: StartResponse) -> Iterable[bytes]:
        start_response("500 Internal Server Error", [])
        return [b'"try again"']

    def client(self, **how: Any) -> Infinity:
        """Return a client of it."""
        return Infinity(1, "me", "p-0000", base_url="http://app.invalid/config/v2", retries=QUICK, _app=self, **how)

    @property
    def segments(self) -> list[tuple[int, str]]:
        """Id and name of what is kept, but for what is built in or printed."""
        return [(row["segment"], row["segmentName"]) for row in self.sandbox.infinity.rows()[4:]]


@pytest.fixture(params=["in this process", "on loopback"])
def client(request: pytest.FixtureRequest) -> Iterator[Client]:
    """Return what makes a client of a fresh sandbox."""
    yield from clients(request.param)


CREATES: dict[str, dict[str, Any]] = {
    "with an id": {"segment_id": 700},
    "with a reference": {"ref": "r-7"},
    "with both": {"segment_id": 700, "ref": "r-7"},
    "with neither": {},
    "unchecked": {"ref": "r-7", "check": False},
}


@pytest.mark.parametrize("how", CREATES)
def test_a_create_whose_answer_is_lost_is_looked_up_and_not_sent_again(how: str) -> None:
    """It was carried out, the vendor answered 500: the new segment is found, there is one of it, and one POST was sent."""
    wrapped = Wrapped("lost", "POST")
    made = wrapped.client().create_segment("Shop", SHOP, **CREATES[how])
    assert wrapped.segments == [(made.segment_id, "Shop")]
    assert (wrapped.writes, made.ref) == (1, CREATES[how].get("ref", ""))


@pytest.mark.parametrize("how", CREATES)
def test_a_create_that_was_not_carried_out_is_an_error_that_says_so(how: str) -> None:
    """The look-up finds none: VendorDown with a note, one POST, and nothing there."""
    wrapped = Wrapped("refused", "POST")
    error = fault_of(lambda: wrapped.client().create_segment("Shop", SHOP, **CREATES[how]))
    assert isinstance(error, errors.VendorDown)
    assert error.in_doubt
    assert error.__notes__ == ["It was looked up then, and is not there: it was not sent again."]
    assert (wrapped.writes, wrapped.segments) == (1, [])


@pytest.mark.parametrize("how", CREATES)
def test_a_create_that_cannot_be_looked_up_is_in_doubt(how: str) -> None:
    """The vendor is down from then on: the error is that of the create, its note tells of the look-up."""
    wrapped = Wrapped("down", "POST")
    error = fault_of(lambda: wrapped.client().create_segment("Shop", SHOP, **CREATES[how]))
    assert (type(error), error.method, error.attempts) == (errors.VendorDown, "POST", 1)
    assert "could not be looked up: GET" in error.__notes__[0]
    assert wrapped.writes == 1
    assert len(wrapped.segments) == 1


def test_a_twin_that_was_there_before_is_not_taken_for_the_new_one() -> None:
    """Two segments that are alike but for their ids may be made; each create returns its own."""
    wrapped = Wrapped("lost", "POST")
    infinity = wrapped.client()
    first, second = infinity.create_segment("Shop", SHOP), infinity.create_segment("Shop", SHOP)
    assert (first.segment_id, second.segment_id) == (402, 403)
    refused = Wrapped("refused", "POST")
    other = Infinity(1, "me", "p-0000", base_url="http://app.invalid/config/v2", _app=refused.sandbox.wsgi)
    other.create_segment("Shop", SHOP)
    assert "not there" in fault_of(lambda: refused.client().create_segment("Shop", SHOP)).__notes__[0]


def test_an_id_that_somebody_else_took_is_not_ours() -> None:
    """In doubt, a segment of the wanted id that is another one than was sent is no success."""
    wrapped = Wrapped("refused", "POST")

    def meanwhile(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "POST":
            other = Infinity(1, "me", "p-0000", base_url="http://app.invalid/config/v2", _app=wrapped.sandbox.wsgi)
            other.create_segment("Theirs", SHOP, segment_id=700)
        return wrapped(environ, start_response)

    infinity = Infinity(1, "me", "p-0000", base_url="http://app.invalid/config/v2", retries=QUICK, _app=meanwhile)
    error = fault_of(lambda: infinity.create_segment("Ours", SHOP, segment_id=700))
    assert isinstance(error, errors.VendorDown)
    assert wrapped.segments == [(700, "Theirs")]


@pytest.mark.parametrize("fault", ["500", "503", "429", "echo"])
def test_a_fault_of_a_create_makes_no_twin(client: Client, fault: str) -> None:
    """After a 429, which nobody carried out, it is sent again; after a 5xx it is looked up; a refusal is a refusal."""
    infinity = client()
    posts = lambda: [call for call in infinity.double.calls if call.endpoint.startswith("POST")]  # noqa: E731
    for create, rows in (
        (lambda: infinity.create_segment("Shop", SHOP, segment_id=700, check=False), lambda: infinity.double.infinity.rows()[4:]),
        (
            lambda: infinity.with_raw_response.create_segment_group("Mine"),
            lambda: infinity.double.infinity.rows(1, "segmentGroups")[3:],
        ),
    ):
        before = len(posts())
        infinity.double.faults.add(fault, path=SEGMENTS if not before else GROUPS)
        if fault == "429":
            create()
        else:
            assert fault_of(create).attempts == 1
        assert len(posts()) - before == (2 if fault == "429" else 1)
        assert len(rows()) == (fault == "429")


def test_a_create_that_is_late_is_looked_up() -> None:
    """On loopback: what is timed out may have been carried out, and was: the segment is there once, and comes."""
    sandbox = Sandbox(tokens=["me:p-0000"])
    with sandbox.serve() as running:
        infinity = Infinity(1, "me", "p-0000", base_url=f"{running.url}/config/v2", retries=QUICK, timeout=PATIENCE_SECONDS)
        sandbox.faults.add("slow", seconds=5, path=SEGMENTS)
        made = infinity.create_segment("Shop", SHOP, segment_id=700, check=False)
        assert (made.segment_id, [row["segment"] for row in sandbox.infinity.rows()[4:]]) == (700, [700])
        assert [call.fault for call in sandbox.calls] == ["slow", ""]
        infinity.close()


@pytest.mark.parametrize("parts", [[b"HTTP/1.1 201 Created\r\ncontent-length: 9\r\n\r\n"], []], ids=["cut off", "hung up"])
def test_what_creates_is_asked_once_when_the_line_breaks(parts: list[bytes]) -> None:
    """An answer that never ends, or never begins: one try of a create, three of an update, of a delete and of an order."""
    for call, times in (
        (lambda calls: calls.create_segment_group("a"), 1),
        (lambda calls: calls.update_segment_group(5, "a"), 3),
        (lambda calls: calls.delete_segment(5), 3),
        (lambda calls: calls.order_segments([5]), 3),
        (lambda calls: calls.segments(), 3),
    ):
        with ByteServer(parts) as server:
            infinity = Infinity(1, "me", "p-2222", base_url=f"{server.url}/config/v2", retries=QUICK)
            error = fault_of(lambda call=call, infinity=infinity: call(infinity.with_raw_response))
            infinity.close()
        assert isinstance(error, errors.UnexpectedAnswer)
        assert (error.attempts, len(server.requests)) == (times, times)


@pytest.mark.parametrize("kind", ["lost", "refused"])
@pytest.mark.parametrize("name", ["update", "order"])
def test_an_update_and_an_order_are_sent_again(kind: str, name: str) -> None:
    """Their whole content is sent, so twice is as once; an update that is never carried out is an error after all tries."""
    wrapped = Wrapped(kind, "POST" if name == "update" else "PUT")
    infinity = wrapped.client()
    change = {
        "update": lambda: infinity.update_segment(400, name="New", order=7),
        "order": lambda: infinity.order_segments([401, 400]),
    }[name]
    if kind == "refused":
        assert fault_of(change).attempts == wrapped.writes == 3
        return
    change()
    assert wrapped.writes == 2
    row = wrapped.sandbox.infinity.rows()[2]
    assert (row["segmentName"], row["segmentOrder"]) == (("New", 7) if name == "update" else ("Test Segment 11", 1))


@pytest.mark.parametrize("deleted", ["gone", "listed"])
def test_a_delete_whose_answer_is_lost_is_done(deleted: Any) -> None:
    """The second try meets 404, or 410 where what is deleted stays: it was deleted by the first; never deleted is NotFound."""
    wrapped = Wrapped("lost", "DELETE")
    wrapped.sandbox = Sandbox(tokens=["me:p-0000"], infinity_deleted=deleted)
    infinity = wrapped.client()
    infinity.delete_segment(400)
    assert wrapped.writes == 2
    assert [row["segment"] for row in wrapped.sandbox.infinity.rows() if row["segmentStatus"] == 200] == [0, 1, 401]
    again = fault_of(lambda: infinity.delete_segment(400))
    assert (again.status, again.attempts) == ({"gone": 404, "listed": 410}[deleted], 1)
    groups = Wrapped("lost", "DELETE")
    groups.client().delete_segment_group(400)
    assert groups.writes == 2


def test_a_delete_that_was_refused_in_between_stays_an_error(client: Client) -> None:
    """A 404 after a 429, which nobody carried out, says that there was none."""
    infinity = client(infinity_deleted="gone")
    infinity.double.faults.add("429", path="*/segments/9")
    assert isinstance(fault_of(lambda: infinity.delete_segment(9)), errors.NotFound)
    infinity.double.faults.add("500", path="*/segments/9")
    infinity.delete_segment(9)  # after a 500 it cannot be told from one that was deleted


@pytest.mark.parametrize("kind", ["lost", "refused", "down"])
def test_a_group_is_looked_up_too(kind: str) -> None:
    """By its name, beside those that were there before."""
    wrapped = Wrapped(kind, "POST")
    create = lambda: wrapped.client().create_segment_group("Segment Group Name 400")  # noqa: E731
    if kind == "lost":
        assert create().group_id == 402
    else:
        notes = fault_of(create).__notes__
        assert ("is not there" if kind == "refused" else "could not be looked up") in notes[0]
    assert wrapped.writes == 1
    assert len(wrapped.sandbox.infinity.rows(1, "segmentGroups")) == 3 + (kind != "refused")


def test_a_filter_that_is_read_in_another_way_hides_no_new_segment() -> None:
    """Where a vendor reads a reference in a filter otherwise and finds none, the new segment is looked for in the whole list."""
    sandbox = Sandbox(tokens=["me:p-0000"])

    def no_filters(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if "segmentRef-eq" in environ["QUERY_STRING"]:
            start_response("200 OK", [])
            return [b""]
        return sandbox.wsgi(environ, start_response)

    infinity = Infinity(1, "me", "p-0000", base_url="http://app.invalid/config/v2", _app=no_filters)
    assert infinity.create_segment("Shop", SHOP, ref="a-value-b").segment_id == 402


def test_what_was_created_and_is_not_found_is_told() -> None:
    """A vendor that says 201 and keeps another name: the error says that it was created."""
    sandbox = Sandbox(tokens=["me:p-0000"])

    def other_names(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return [bytes(part).replace(b'"Shop"', b'"Shops"') for part in sandbox.wsgi(environ, start_response)]

    infinity = Infinity(1, "me", "p-0000", base_url="http://app.invalid/config/v2", _app=other_names)
    assert "it was created, and a look-up does not find it" in str(fault_of(lambda: infinity.create_segment("Shop", SHOP)))
    assert len(sandbox.infinity.rows()) == 5
