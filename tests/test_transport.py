"""The laws of the one door: what is sent, what comes back as which error, how often and how long."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from far_side import (
    PATIENCE_SECONDS,
    QUICK,
    ByteServer,
    app_on_loopback,
    connection,
    in_threads,
    nobody,
    taking_less_than,
)

import segkit as sk
from segkit import errors
from segkit.transport.call import Call, Options
from segkit.transport.retry import NO_RETRIES, Retries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIEnvironment

PRINTED = Path(__file__).parents[1] / "data" / "vendors" / "purespectrum_segmentation"
PAYLOAD = json.loads((PRINTED / "3_1_payload.json").read_text(encoding="utf-8"))
ENTRIES = PAYLOAD["segmentation_answers"]
TOKEN = "YOUR_SUPPLIER_TOKEN_HERE"
OK = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"


@pytest.fixture
def ps() -> sk.PureSpectrum:
    """Return a client of a sandbox in this process, with quick waits."""
    return sk.PureSpectrum.sandbox().with_options(retries=QUICK)


@pytest.fixture
def far() -> Iterator[tuple[sk.PureSpectrum, Any]]:
    """Return a client of a sandbox on loopback, and that sandbox."""
    from segkit.sandbox.app import Sandbox

    sandbox = Sandbox()
    with sandbox.serve() as running:
        client = sk.PureSpectrum(TOKEN, base_url=f"{running.url}/suppliers/v2", timeout=5, retries=QUICK)
        yield client, sandbox
        client.close()


def calculate(client: sk.PureSpectrum) -> sk.SegmentAnswer:
    """Ask for the calculation of section 3.1."""
    return client.calculate("en_US", PAYLOAD["member_id"], ENTRIES)


def answering(status: str, body: bytes = b"", *headers: tuple[str, str]) -> Any:
    """Return a WSGI application that answers everything so."""

    def app(_: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response(status, [("content-length", str(len(body))), *headers])
        return [body]

    return app


# Which error


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("301 Moved Permanently", errors.UnexpectedAnswer),
        ("304 Not Modified", errors.UnexpectedAnswer),
        ("400 Bad Request", errors.Rejected),
        ("401 Unauthorized", errors.Unauthorized),
        ("403 Forbidden", errors.Forbidden),
        ("404 Not Found", errors.NotFound),
        ("405 Method Not Allowed", errors.Rejected),
        ("409 Conflict", errors.Conflict),
        ("418 I'm a teapot", errors.Rejected),
        ("422 Unprocessable Content", errors.Rejected),
        ("429 Too Many Requests", errors.RateLimited),
        ("500 Internal Server Error", errors.VendorDown),
        ("503 Service Unavailable", errors.VendorDown),
        ("599 Whatever", errors.VendorDown),
    ],
)
@pytest.mark.parametrize("body", [b"", b"<html>gateway</html>", b'{"unknown": 1}', b"\xff\xfe"])
def test_every_status_has_its_error(status: str, kind: type[errors.AnswerError], body: bytes) -> None:
    """A failed status is its typed error whatever the body, and the error carries what came."""
    door = connection("http://app.invalid/base", NO_RETRIES, answering(status, body))
    with pytest.raises(kind) as caught:
        door.send(Call("GET", "/thing", replayable=True))
    error = caught.value
    assert type(error) is kind
    assert (error.status, error.body, error.attempts) == (int(status[:3]), body.decode(errors="replace"), 1)
    assert (error.method, error.url) == ("GET", "http://app.invalid/base/thing")
    assert f"[HTTP {status[:3]}]" in str(error)
    assert str(error).startswith("GET http://app.invalid/base/thing: ")


@pytest.mark.parametrize("status", ["500 X", "502 X", "404 X"])
def test_a_page_in_the_place_of_words_is_named(status: str) -> None:
    """A failure that is a page of HTML says so, where the vendor's own words would stand."""
    door = connection("http://app.invalid", NO_RETRIES, answering(status, b"<!DOCTYPE html><html>Bad Gateway</html>"))
    with pytest.raises(errors.AnswerError, match="gave no reason: the answer is an HTML page, not JSON"):
        door.send(Call("GET", "/", replayable=True))


@pytest.mark.parametrize(
    ("kind", "details", "error", "attempts"),
    [
        ("429", {}, errors.RateLimited, 3),
        ("429", {"retry_after": 0}, errors.RateLimited, 3),
        ("500", {}, errors.VendorDown, 3),
        ("503", {}, errors.VendorDown, 3),
        ("html", {}, errors.VendorDown, 3),
        ("html", {"status": 200}, errors.UnexpectedAnswer, 1),
        ("malformed", {}, errors.UnexpectedAnswer, 1),
        ("empty", {}, errors.UnexpectedAnswer, 1),
        ("cut-off", {}, errors.UnexpectedAnswer, 3),
    ],
)
@pytest.mark.parametrize("place", ["in this process", "on loopback"])
def test_every_fault_has_its_error(
    place: str, kind: str, details: dict[str, Any], error: type[errors.AnswerError], attempts: int, far: Any, ps: sk.PureSpectrum
) -> None:
    """A fault comes out as the same error in this process and on loopback, after as many tries as the replay table allows."""
    client, sandbox = far if place == "on loopback" else (ps, ps.double)
    sandbox.faults.add(kind, times=9, **details)
    with pytest.raises(error) as caught:
        calculate(client)
    assert type(caught.value) is error
    assert caught.value.attempts == attempts == sandbox.calls.count_of("/calculate")
    assert caught.value.url.endswith("/suppliers/v2/segmentation/calculate")
    sandbox.faults.clear()
    assert calculate(client).segment_id == 111


def test_the_vendor_s_words_are_in_the_error(ps: sk.PureSpectrum) -> None:
    """The general error format gives code and message, the other shape a message; both reach the text."""
    with pytest.raises(errors.Rejected) as general:
        ps._connection.send(Call("GET", "/segmentation/qualifications", {"locale": "en_US"}, replayable=True))
    assert (general.value.vendor_code, general.value.vendor_message) == (9999, "Missing required parameters.")
    with pytest.raises(errors.Rejected, match="Not a segmentation qualification") as other:
        ps.qualifications("en_USA", [3912])
    assert (other.value.vendor_code, other.value.status) == (None, 400)
    ps.double.faults.add("500", times=3)
    with pytest.raises(errors.VendorDown, match="An unexpected server error occurred"):
        calculate(ps)


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ({"apiStatus": "Failure", "msg": "No."}, None, "No."),
        ({"apiStatus": "fail", "msg": "No."}, None, "No."),
        ({"apiStatus": "Failure"}, None, ""),
        ({"ps_api_response_code": 9999, "ps_api_response_message": "No."}, 9999, "No."),
        ({"ps_api_response_code": "E7", "ps_api_response_message": ["No."]}, None, "['No.']"),
        (
            {"apiStatus": "Failure", "msg": "No.", "segmentation": {"qualification_id": 1, "segment_id": 2, "segment_text": ""}},
            None,
            "No.",
        ),
    ],
)
def test_a_refusal_with_status_200_is_a_refusal(body: dict[str, Any], code: int | None, message: str) -> None:
    """What the body says counts: apiStatus Failure is Rejected also where the status says 200, in both calls."""
    app = answering("200 OK", json.dumps(body).encode())
    client = sk.PureSpectrum(TOKEN, base_url="http://app.invalid", _app=app)
    for ask in (calculate, lambda client: client.qualifications("en_US", [3910])):
        with pytest.raises(errors.Rejected) as caught:
            ask(client)
        assert (caught.value.vendor_code, caught.value.vendor_message, caught.value.status) == (code, message, 200)
        assert caught.value.url.startswith("http://app.invalid/segmentation/")


def test_a_body_that_ends_early_is_kept_and_named(far: Any) -> None:
    """A cut-off answer is an UnexpectedAnswer that says so, names the byte, and holds what had come."""
    client, sandbox = far
    sandbox.faults.add("cut-off")
    with pytest.raises(errors.UnexpectedAnswer) as caught:
        calculate(client.with_options(retries=NO_RETRIES))
    error = caught.value
    assert error.cut_off
    assert error.body.startswith('{"apiStatus":"Success"')
    assert error.path == f"byte {len(error.body)}"
    assert error.status == 200


def test_nobody_there_is_unreachable() -> None:
    """A refused connection is Unreachable after all tries, and nothing was sent."""
    with pytest.raises(errors.Unreachable) as caught:
        calculate(sk.PureSpectrum(TOKEN, base_url=nobody(), retries=QUICK))
    assert caught.value.attempts == 3
    assert not isinstance(caught.value, errors.AnswerError)


def test_a_server_that_hangs_up_without_a_word_is_unexpected() -> None:
    """A connection that closes before any status is a cut-off answer without status."""
    with ByteServer([b""]) as server, pytest.raises(errors.UnexpectedAnswer) as caught:
        connection(server.url).send(Call("GET", "/", replayable=True))
    assert (caught.value.cut_off, caught.value.status, caught.value.attempts) == (True, None, 3)


def test_what_is_no_http_is_unexpected() -> None:
    """Another protocol on that port is an UnexpectedAnswer and no defect."""
    with ByteServer([b"SSH-2.0-OpenSSH_9.2\r\n"]) as server, pytest.raises(errors.UnexpectedAnswer):
        connection(server.url).send(Call("GET", "/", replayable=True))


def test_a_redirect_is_not_followed() -> None:
    """The token is never sent on to where a redirect points."""
    with (
        ByteServer([OK + b"content-length: 2\r\n\r\n{}"]) as elsewhere,
        app_on_loopback(answering("302 Found", b"", ("location", elsewhere.url))) as url,
        pytest.raises(errors.UnexpectedAnswer, match="redirect") as caught,
    ):
        connection(url).send(Call("GET", "/", replayable=True))
    assert (caught.value.status, caught.value.attempts, caught.value.cut_off) == (302, 1, False)
    assert elsewhere.requests == []


# How often and how long


@pytest.mark.parametrize("kind", ["500", "503", "html", "cut-off", "429"])
def test_what_may_be_replayed_is(far: Any, kind: str) -> None:
    """One fault costs one more try, and then the answer is the vendor's; both the GET and the POST."""
    client, sandbox = far
    for ask, call in ((calculate, "/calculate"), (lambda c: c.qualifications("en_US", [3910]), "/qualifications")):
        sandbox.faults.add(kind)
        ask(client)
        assert sandbox.calls.count_of(call) == 2
    assert sandbox.members[0].attempts == (2 if kind == "cut-off" else 1)


@pytest.mark.parametrize(("kind", "tries"), [("500", 1), ("503", 1), ("cut-off", 1), ("slow", 1), ("429", 3)])
def test_what_may_not_be_replayed_is_not(far: Any, kind: str, tries: int) -> None:
    """A call whose twin would cost is sent once after a failure that may have carried it out; a 429 carried nothing out."""
    client, sandbox = far
    sandbox.faults.add(kind, times=9, seconds=30)
    door = client.with_options(timeout=PATIENCE_SECONDS).with_raw_response._connection
    with pytest.raises(errors.CallError):
        door.send(Call("POST", "/segmentation/calculate", json=PAYLOAD, replayable=False))
    assert sandbox.calls.count_of("/calculate") == tries


def test_a_time_out_is_replayed_where_it_may_be(far: Any) -> None:
    """A slow answer is TimedOut for one try; the next one brings the answer."""
    client, sandbox = far
    sandbox.faults.add("slow", seconds=30)
    with taking_less_than(20):
        reply = client.with_options(timeout=PATIENCE_SECONDS).with_raw_response.calculate("en_US", "m-1", ENTRIES).reply
    assert reply.attempts == 2
    sandbox.faults.add("slow", seconds=30)
    with pytest.raises(errors.TimedOut, match=r"no answer within 0\.2 seconds") as caught:
        calculate(client.with_options(timeout=0.2, retries=NO_RETRIES))
    assert caught.value.attempts == 1


def test_retry_after_is_waited_for(ps: sk.PureSpectrum, far: Any) -> None:
    """The vendor's wait is kept, in both of its forms; one beyond the total ends the call at once."""
    client, sandbox = far
    for as_date in (False, True):
        sandbox.faults.add("429", retry_after=1, as_date=as_date)
        with taking_less_than(30):
            assert calculate(client).segment_id == 111
    assert sandbox.calls.count_of("/calculate") == 4
    ps.double.faults.add("429", times=9, retry_after=3600)
    with taking_less_than(60), pytest.raises(errors.RateLimited) as caught:
        calculate(ps)
    assert (caught.value.retry_after, caught.value.attempts) == (3600, 1)


def test_a_slow_drip_ends_with_the_total() -> None:
    """An answer whose every piece comes in time, and whose end never does, is TimedOut when the total is used up."""
    drip = [OK + b"content-length: 1000\r\n\r\n", *[b" "] * 1000]
    retries = Retries(attempts=5, total_seconds=1, wait_initial_seconds=0, wait_max_seconds=0)
    with (
        ByteServer(drip, pause_seconds=0.05) as server,
        taking_less_than(20),
        pytest.raises(errors.TimedOut, match="total time") as caught,
    ):
        connection(server.url, retries).send(Call("GET", "/", replayable=True))
    assert caught.value.attempts == 1


def test_a_try_waits_no_longer_than_the_total_leaves() -> None:
    """A silent server is given up when the total is used up, not after every try's own time-out."""
    silent = [OK, b"", b"", b""]
    retries = Retries(attempts=5, total_seconds=0.6, wait_initial_seconds=0, wait_max_seconds=0)
    with ByteServer(silent, pause_seconds=60) as server, taking_less_than(20), pytest.raises(errors.TimedOut):
        connection(server.url, retries, timeout_seconds=30).send(Call("GET", "/", replayable=True))


def test_a_wait_is_no_longer_than_the_total_leaves(ps: sk.PureSpectrum) -> None:
    """A wait that would outlast the total ends with it, and then no try is made."""
    ps.double.faults.add("500", times=9)
    retries = Retries(attempts=9, total_seconds=0.2, wait_initial_seconds=30, wait_max_seconds=60)
    with taking_less_than(20), pytest.raises(errors.VendorDown) as caught:
        calculate(ps.with_options(retries=retries))
    assert caught.value.attempts == ps.double.calls.count_of("/calculate") == 1


def test_the_first_try_is_made_whatever_the_total(far: Any) -> None:
    """A total that is used up before anything is sent still leaves a try, which times out or answers."""
    client, sandbox = far
    sandbox.faults.delay = 0.2
    with pytest.raises(errors.TimedOut):
        calculate(client.with_options(retries=Retries(attempts=3, total_seconds=1e-9)))
    assert sandbox.calls.count_of("/calculate") <= 1


# What is sent, and over what


@pytest.mark.parametrize("awkward", ["a/b", "x&clean", "ü", "%26", "a b", "a+b", "?", "#", "..%2F", "日本"])
def test_awkward_paths_arrive_as_they_were_sent(awkward: str) -> None:
    """An id in a path comes through byte for byte, in this process as RAW_URI and on loopback as REQUEST_URI."""
    seen: list[str] = []

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        seen.append(environ.get("RAW_URI") or environ["REQUEST_URI"])
        start_response("200 OK", [])
        return [b"{}"]

    path = f"/things/{quote(awkward, safe='')}"
    call = Call("GET", path, params={"q": awkward, "ids": "1,2"}, replayable=True)
    sent = f"/base{path}?q={quote(awkward, safe='')}&ids=1,2"
    connection("http://app.invalid/base", app=app).send(call)
    with app_on_loopback(app) as url:
        connection(f"{url}/base").send(call)
    assert seen == [sent, sent]


def test_a_base_url_with_a_password_is_refused_unseen() -> None:
    """User and password in a base URL are refused, and not shown, in whatever form they come."""
    for base_url in (
        "https://user:canary-31@host/v2",
        "https://canary-31@host/v2",
        "user:canary-31@host/v2",
        "ftp://u:canary-31@host",
        "http://[::1:canary-31@host",
        "https://user:canary-31@host:notaport/",
        "https//user:canary-31@host",
        "https://host/v2?token=canary-31",
        "https://host/v2#canary-31",
    ):
        with pytest.raises(errors.InvalidInput) as caught:
            sk.PureSpectrum(TOKEN, base_url=base_url)
        assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    "base_url", ["", "host/v2", "ftp://host", "https://", "http://h:99999", f"http://{'a' * 70}.example", 7, b"http://h"]
)
def test_a_base_url_that_is_none_is_refused(base_url: Any) -> None:
    """What cannot be asked is refused when the client is made, before anything is sent."""
    with pytest.raises(errors.InvalidInput, match=r"base URL|environment"):
        sk.PureSpectrum(TOKEN, base_url=base_url)


@pytest.mark.parametrize("header", ["", "x token", "x:token", "tökn", "x\ntoken"])
def test_a_header_that_cannot_be_one_is_refused(header: str) -> None:
    """The name of the header is checked where it is given."""
    with pytest.raises(errors.InvalidInput, match="no name of a header"):
        sk.PureSpectrum(TOKEN, header=header)


@pytest.mark.parametrize("options", [{"timeout": 0}, {"timeout": -1}, {"connect_timeout": 0}, {"timeout": float("nan")}])
def test_a_time_out_of_nothing_is_refused(options: dict[str, float], ps: sk.PureSpectrum) -> None:
    """Seconds are above zero, in the constructor and in with_options."""
    with pytest.raises(errors.InvalidInput, match="above 0"):
        ps.with_options(**options)
    with pytest.raises(errors.InvalidInput, match="above 0"):
        sk.PureSpectrum(TOKEN, **options)


def test_with_options_changes_the_options_and_nothing_else(far: Any) -> None:
    """The copy shares the connection kept alive, the trees fetched and the address; the client itself stays as it was."""
    client, _ = far
    copy = client.with_options(timeout=7)
    client.qualifications("en_US", [3910])
    assert copy.calculate("en_US", "m", dict.fromkeys(("USQ1", "USQ2", "USQ3", "USQ4"), 111)).segment_id == 111
    ours, theirs = client._connection, copy._connection
    assert ours._shared is theirs._shared
    assert (ours.options, theirs.options) == (Options(5, 5.0, QUICK), Options(7, 5.0, QUICK))
    assert (copy.base_url, copy.environment, repr(copy), copy.live) == (
        client.base_url,
        client.environment,
        repr(client),
        client.live,
    )
    assert client.with_options(connect_timeout=1, retries=NO_RETRIES)._connection.options == Options(5, 1, NO_RETRIES)


def test_a_raw_response_is_the_bytes_as_they_came(ps: sk.PureSpectrum) -> None:
    """`with_raw_response` gives status, headers and the very bytes, and parses to what the plain call returns."""
    raw = ps.with_raw_response.calculate("en_US", PAYLOAD["member_id"], ENTRIES)
    assert raw.reply.status == 200
    assert raw.reply.headers["X-Segkit-Provenance"] == "documented"
    assert json.loads(raw.reply.body) == json.loads((PRINTED / "3_1_success.json").read_text(encoding="utf-8"))
    assert raw.parse() == raw.parse()
    assert raw.parse().segment_text == "Less Acculturated"
    tree = ps.with_raw_response.qualifications("en_US", 3910)
    assert tree.parse().raw == tree.reply.body


def test_a_closed_client_opens_anew(far: Any) -> None:
    """After close the next call opens a connection again, also in its copies."""
    client, sandbox = far
    calculate(client)
    client.close()
    client.close()
    calculate(client)
    calculate(client.with_options(timeout=9))
    assert sandbox.calls.count_of("/calculate") == 3


def test_eight_threads_share_a_client(far: Any) -> None:
    """Each thread gets its own member's answer while another one fetches trees."""
    client, sandbox = far

    def work(number: int) -> None:
        for i in range(20):
            if number == 7:
                client.qualifications("en_US", [3910])
            else:
                assert client.calculate("en_US", f"{number}-{i}", ENTRIES).member_id == f"{number}-{i}"

    assert in_threads(work) == []
    assert len(sandbox.members) == 140


def test_a_client_closed_meanwhile_sent_nothing() -> None:
    """When another thread closes the client between two steps of a call, that is Unreachable, and no defect of httpx."""
    door = connection("http://app.invalid", app=answering("200 OK", b"{}"))
    door.send(Call("GET", "/", replayable=True))
    door._shared._client.close()
    with pytest.raises(errors.Unreachable, match="closed meanwhile"):
        door.send(Call("GET", "/", replayable=True))


# An application in this process


def test_an_application_may_stream_write_or_start_late() -> None:
    """Bodies that are yielded, written with PEP 3333's write, or begun at the first piece all come whole, and are closed."""
    closed: list[bool] = []

    def late(_: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        try:
            write = start_response("200 OK", [("x-late", "yes")])
            write(b"[1,")
            yield b"2,"
            yield b"3]"
        finally:
            closed.append(True)

    reply = connection("http://app.invalid", app=late).send(Call("GET", "/", replayable=True))
    assert (reply.body, reply.headers["x-late"], closed) == (b"[1,2,3]", "yes", [True])


def test_an_application_without_a_status_is_unexpected() -> None:
    """An application that breaks WSGI is an UnexpectedAnswer, as a server that says nothing would be."""
    with pytest.raises(errors.UnexpectedAnswer, match="without a status"):
        connection("http://app.invalid", NO_RETRIES, lambda *_: [b"{}"]).send(Call("GET", "/", replayable=True))


def test_an_application_s_defect_comes_through() -> None:
    """What an application raises is raised as it is, and the client can be used again."""
    broken = [True]

    def app(_: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if broken:
            raise ZeroDivisionError(broken.pop())
        start_response("200 OK", [])
        return [b"{}"]

    door = connection("http://app.invalid", app=app)
    with pytest.raises(ZeroDivisionError):
        door.send(Call("GET", "/", replayable=True))
    assert door.send(Call("GET", "/", replayable=True)).body == b"{}"
