"""The laws of faults on request, and of the sandbox on loopback."""

import contextlib
import http.client
import json
import threading
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from werkzeug.test import Client, TestResponse

from segkit.errors import InvalidInput
from segkit.sandbox.app import TOKEN, Sandbox
from segkit.sandbox.exchange import LABEL, NOTE_HEADER, PROVENANCE_HEADER
from segkit.sandbox.faults import DAMAGES, REFUSALS
from segkit.sandbox.purespectrum import PREFIX

PRINTED = Path(__file__).parents[1] / "data" / "vendors" / "purespectrum_segmentation"
PAYLOAD = (PRINTED / "3_1_payload.json").read_bytes()
SUCCESS = json.loads((PRINTED / "3_1_success.json").read_text(encoding="utf-8"))
POST = f"{PREFIX}/calculate"
HEADERS = {"x-access-token": TOKEN}


def post(sandbox: Sandbox, token: str = TOKEN) -> TestResponse:
    """Ask for the calculation of section 3.1."""
    return Client(sandbox.wsgi).post(POST, data=PAYLOAD, headers={"x-access-token": token})


@contextlib.contextmanager
def connected(port: int) -> Iterator[http.client.HTTPConnection]:
    """Give one connection to 127.0.0.1."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=100)) as connection:
        yield connection


def ask(connection: http.client.HTTPConnection) -> tuple[int, bytes]:
    """Ask for the same over loopback."""
    connection.request("POST", POST, PAYLOAD, HEADERS)
    response = connection.getresponse()
    return response.status, response.read()


@pytest.fixture
def sandbox() -> Sandbox:
    """Return a fresh sandbox with its state in memory."""
    return Sandbox()


@pytest.mark.parametrize(
    ("kind", "details", "status", "retry_after"),
    [
        ("429", {}, 429, None),
        ("429", {"retry_after": 3}, 429, "3"),
        ("429", {"retry_after": 0}, 429, "0"),
        ("429", {"retry_after": "soon"}, 429, "soon"),
        ("500", {}, 500, None),
        ("503", {"retry_after": 2}, 503, "2"),
        ("html", {}, 502, None),
        ("html", {"status": 200}, 200, None),
        ("echo", {}, 400, None),
    ],
)
def test_a_refusal_meets_one_call_and_carries_nothing_out(
    sandbox: Sandbox, kind: str, details: dict, status: int, retry_after: str | None
) -> None:
    """The fault answers once, labelled, nothing is saved; the next call is the vendor's own."""
    sandbox.faults.add(kind, **details)
    failed = post(sandbox)
    assert (failed.status_code, failed.headers.get("Retry-After")) == (status, retry_after)
    assert failed.headers[PROVENANCE_HEADER] == "synthetic"
    assert f"({kind})" in failed.headers[NOTE_HEADER]
    assert sandbox.members == []
    assert post(sandbox).get_json() == SUCCESS
    assert [call.fault for call in sandbox.calls] == [kind, ""]


@pytest.mark.parametrize(("kind", "body"), [("malformed", b'{"apiStatus"'), ("empty", b"")])
def test_a_damaged_reply_was_carried_out(sandbox: Sandbox, kind: str, body: bytes) -> None:
    """The body is of no use, and the member is saved all the same."""
    sandbox.faults.add(kind)
    damaged = post(sandbox)
    assert damaged.status_code == 200
    assert damaged.data.startswith(body)
    assert len(damaged.data) == int(damaged.headers["Content-Length"])
    with pytest.raises(ValueError, match=r"char|column"):
        json.loads(damaged.data)
    assert damaged.headers[PROVENANCE_HEADER] == "synthetic"
    assert sandbox.members[0].attempts == 1


def test_retry_after_comes_as_an_http_date(sandbox: Sandbox) -> None:
    """The date form names a moment that is not before the wished one."""
    sandbox.faults.add("429", retry_after=2, as_date=True)
    earliest = time.time() + 2
    sent = parsedate_to_datetime(post(sandbox).headers["Retry-After"]).timestamp()
    assert earliest <= sent <= time.time() + 2 + 1  # a date has no parts of a second


def test_an_html_page_is_no_json(sandbox: Sandbox) -> None:
    """The page of a gateway comes as text/html."""
    sandbox.faults.add("html")
    page = post(sandbox)
    assert page.mimetype == "text/html"
    assert page.text.startswith("<!DOCTYPE html>")


def test_an_echo_repeats_the_token_that_was_sent(sandbox: Sandbox) -> None:
    """The body that a client must redact really holds the credential; the record of calls does not."""
    sandbox.faults.add("echo")
    assert "canary-7731" in post(sandbox, "canary-7731").text
    assert "canary" not in str(list(sandbox.calls))


def test_faults_are_met_in_order_and_counted_down(sandbox: Sandbox) -> None:
    """Two kinds, one of them twice, then the vendor again."""
    sandbox.faults.add("429", times=2)
    sandbox.faults.add("500")
    assert [fault.times for fault in sandbox.faults.waiting] == [2, 1]
    assert [post(sandbox).status_code for _ in range(4)] == [429, 429, 500, 200]
    assert sandbox.faults.waiting == ()


def test_a_fault_waits_for_its_path(sandbox: Sandbox) -> None:
    """A call of another path neither meets nor uses up the fault."""
    sandbox.faults.add("503", path="*/calculate")
    client = Client(sandbox.wsgi)
    assert client.get(f"{PREFIX}/qualifications?locale=en_US&qualIds=3910", headers=HEADERS).status_code == 200
    assert post(sandbox).status_code == 503


def test_threads_share_faults_without_loss(sandbox: Sandbox) -> None:
    """Forty faults met by eight threads are forty failures, not one more or less."""
    sandbox.faults.add("500", times=40)
    statuses: list[int] = []
    threads = [threading.Thread(target=lambda: statuses.extend(post(sandbox).status_code for _ in range(8))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (statuses.count(500), statuses.count(200)) == (40, 24)


@pytest.mark.parametrize(
    "details",
    [
        {"kind": "earthquake"},
        {"kind": "429", "times": 0},
        {"kind": "429", "retry_after": "a\nb"},
        {"kind": "slow", "seconds": -1},
        {"kind": "html", "status": 204},
        {"kind": "429", "colour": "red"},
    ],
)
def test_a_fault_that_cannot_be_is_refused(sandbox: Sandbox, details: dict) -> None:
    """Nothing waits after a refusal, in Python or over the control route."""
    with pytest.raises(InvalidInput, match="no such fault"):
        sandbox.faults.add(**details)
    assert Client(sandbox.wsgi).post("/_sandbox/faults", json=details).status_code == 400
    assert sandbox.faults.waiting == ()


def test_the_control_routes_ask_for_faults_and_tell_calls(sandbox: Sandbox) -> None:
    """What can be done in Python can be done from another process; control calls are not counted."""
    client = Client(sandbox.wsgi)
    assert client.post("/_sandbox/faults", json={"kind": "429", "retry_after": 1}).status_code == 201
    assert client.get("/_sandbox/faults").get_json()["faults"][0]["kind"] == "429"
    assert post(sandbox).status_code == 429
    post(sandbox)
    told = client.get("/_sandbox/calls")
    assert told.get_json()["counts"] == {f"POST {POST}": 2}
    assert [call["status"] for call in told.get_json()["calls"]] == [429, 200]
    assert told.headers[PROVENANCE_HEADER] == "synthetic"
    client.post("/_sandbox/faults", json={"kind": "500"})
    client.delete("/_sandbox/faults")
    assert post(sandbox).status_code == 200
    client.post("/_sandbox/reset")
    assert (len(sandbox.calls), sandbox.members) == (0, [])
    assert client.post("/_sandbox/faults", data=b"no json").status_code == 400


def test_every_fault_is_labelled(sandbox: Sandbox) -> None:
    """No kind of fault leaves without the word synthetic and a reason."""
    for kind in [*REFUSALS, *DAMAGES]:
        sandbox.faults.add(kind, seconds=0)
        reply = post(sandbox)
        assert (reply.headers[PROVENANCE_HEADER], f"({kind})" in reply.headers[NOTE_HEADER]) == ("synthetic", True)


@pytest.mark.parametrize("kind", ["429", "500", "503", "echo"])
def test_what_a_fault_says_is_labelled_in_the_body_too(sandbox: Sandbox, kind: str) -> None:
    """A body that is saved without its headers still says that it is synthetic, and that the words are the sandbox's."""
    sandbox.faults.add(kind)
    body = post(sandbox).get_json()
    assert (list(body)[-1], body[LABEL]) == (LABEL, "synthetic")
    assert body["ps_api_response_message"].startswith("(sandbox wording) ")


@pytest.mark.parametrize("switch", [{"error_shape": "3"}, {"error_shape": 2.1}, {"child_id": "refused"}, {"child_id": None}])
def test_a_switch_has_its_positions(switch: dict) -> None:
    """Another word than those that are documented is refused with them."""
    with pytest.raises(InvalidInput, match=r"give '2\.1' or '2\.2'|give 'refuse' or 'serve'"):
        Sandbox(**switch)


# On loopback


def test_one_connection_serves_many_calls(sandbox: Sandbox) -> None:
    """HTTP/1.1 keep-alive: the socket is the same after twenty calls, and the address is loopback."""
    with sandbox.serve() as running, connected(running.port) as connection:
        assert running.url == f"http://127.0.0.1:{running.port}"
        assert json.loads(ask(connection)[1]) == SUCCESS
        socket = connection.sock
        assert {ask(connection)[0] for _ in range(20)} == {200}
        assert connection.sock is socket
    assert sandbox.calls.count_of("/calculate") == 21


def test_a_closed_server_frees_its_port(sandbox: Sandbox) -> None:
    """After close nothing answers there, and another server may."""
    running = sandbox.serve()
    running.close()
    with connected(running.port) as connection, pytest.raises(ConnectionRefusedError):
        ask(connection)
    with sandbox.serve(running.port) as again, connected(again.port) as connection:
        assert ask(connection)[0] == 200


def test_a_cut_off_reply_really_is_one(sandbox: Sandbox) -> None:
    """The header promises more than comes before the connection closes; a new connection works."""
    sandbox.faults.add("cut-off")
    with sandbox.serve() as running:
        with connected(running.port) as connection:
            connection.request("POST", POST, PAYLOAD, HEADERS)
            response = connection.getresponse()
            promised = int(response.headers["Content-Length"])
            with pytest.raises(http.client.IncompleteRead) as cut:
                response.read()
            assert 0 < len(cut.value.partial) < promised
        with connected(running.port) as connection:
            assert ask(connection)[0] == 200
    assert sandbox.members[0].attempts == 2


def test_a_slow_reply_outlasts_the_caller_s_patience(sandbox: Sandbox) -> None:
    """The caller times out though the call was carried out; closing the server does not wait for the rest."""
    sandbox.faults.add("slow", seconds=60)
    began = time.monotonic()
    with sandbox.serve() as running, connected(running.port) as connection:
        connection.timeout = 0.2
        with pytest.raises(TimeoutError):
            ask(connection)
        while not sandbox.members and time.monotonic() - began < 10:  # a loaded machine may be slower than the caller
            time.sleep(0.01)
        assert sandbox.members[0].attempts == 1
    assert time.monotonic() - began < 20


def test_a_standing_delay_makes_every_answer_late_and_keeps_its_label(sandbox: Sandbox) -> None:
    """A benchmark's delay is no fault: the reply is the documented one, later."""
    sandbox.faults.delay = 0.05
    began = time.monotonic()
    reply = post(sandbox)
    assert time.monotonic() - began >= 0.05
    assert reply.headers[PROVENANCE_HEADER] == "documented"


def test_eight_connections_at_once(sandbox: Sandbox) -> None:
    """Eight keep-alive clients are all served, and none waits for another's delay, or the second would wait for a minute."""
    sandbox.faults.delay = 60
    statuses: list[int] = []

    def work(port: int) -> None:
        with connected(port) as connection:
            statuses.extend(ask(connection)[0] for _ in range(5))

    with sandbox.serve() as running:
        threads = [threading.Thread(target=work, args=(running.port,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        began = time.monotonic()
        while len(sandbox.calls) < 8:  # each is recorded before it is held back
            assert time.monotonic() - began < 50
            time.sleep(0.01)
        assert statuses == []
        sandbox.faults.delay = 0
        sandbox.faults.stop()
        for thread in threads:
            thread.join()
    assert statuses == [200] * 40
