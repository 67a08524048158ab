"""An answer that is read while it comes in: what is sent again, what breaks, and what nobody sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from canary import everything_of
from far_side import QUICK, ByteServer, Clock, app_on_loopback, connection, taking_less_than

from segkit import errors
from segkit.transport.call import Call
from segkit.transport.retry import NO_RETRIES, Retries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIEnvironment

LIST = Call("GET", "/list", replayable=True)
HEAD = b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n"


def answering(*statuses: str) -> Any:
    """Return an application that answers with one status after the other, then with the last."""
    left = list(statuses)

    def app(_: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response(left.pop(0) if len(left) > 1 else left[0], [])
        return [b"abc", b"def"]

    return app


def test_the_bytes_come_as_they_are() -> None:
    """In this process and on loopback; the stream is gone over once."""
    stream = connection("http://app.invalid", app=answering("200 OK")).stream(LIST)
    assert b"".join(stream) == b"abcdef"
    assert (stream.status, stream.attempts, stream.in_doubt, repr(stream)) == (200, 1, False, "<Stream>")
    with app_on_loopback(answering("200 OK")) as url:
        door = connection(url)
        assert b"".join(door.stream(LIST)) == b"abcdef"
        door.close()


@pytest.mark.parametrize("status", ["429 X", "500 X", "503 X"])
def test_what_fails_before_it_begins_is_asked_for_again(status: str) -> None:
    """As any call; a call that may not be replayed is not, but after a 429."""
    stream = connection("http://app.invalid", app=answering(status, "200 OK")).stream(LIST)
    assert (b"".join(stream), stream.attempts, stream.in_doubt) == (b"abcdef", 2, status != "429 X")
    once = Call("POST", "/list", replayable=False)
    if status != "429 X":
        with pytest.raises(errors.VendorDown) as caught:
            connection("http://app.invalid", app=answering(status, "200 OK")).stream(once)
        assert (caught.value.attempts, caught.value.body) == (1, "abcdef")


@pytest.mark.parametrize(
    ("status", "kind"), [("400 X", errors.Rejected), ("404 X", errors.NotFound), ("302 X", errors.UnexpectedAnswer)]
)
def test_a_failure_is_no_stream(status: str, kind: type[errors.AnswerError]) -> None:
    """It is the error that it is of any call, with its body."""
    with pytest.raises(kind) as caught:
        connection("http://app.invalid", app=answering(status)).stream(LIST)
    assert caught.value.body == "abcdef"


def test_what_breaks_off_in_the_middle_is_an_error_behind_what_came() -> None:
    """Nothing is sent again once bytes were handed on: the error says after how many it broke off."""
    with ByteServer([HEAD + b"abc"]) as server:
        seen, url = [], server.url
        with pytest.raises(errors.UnexpectedAnswer, match="closed before the answer was whole") as caught:
            seen.extend(connection(url).stream(LIST))
        assert (b"".join(seen), len(server.requests)) == (b"abc", 1)
    assert (caught.value.cut_off, caught.value.path, caught.value.status, caught.value.url) == (
        True,
        "byte 3",
        200,
        f"{url}/list",
    )


def test_silence_in_the_middle_is_timed_out() -> None:
    """By the time-out of a call, and by the total, which counts the waiting alone."""
    for options, words in (
        ({"timeout_seconds": 0.1}, "no answer within"),
        ({"retries": Retries(1, 0.1, 0, 0)}, "longer|no answer"),
    ):
        with (
            ByteServer([HEAD + b"abc", b"def"], pause_seconds=60) as server,
            taking_less_than(30),
            pytest.raises(errors.TimedOut, match=words),
        ):
            list(connection(server.url, **{"retries": NO_RETRIES, **options}).stream(LIST))  # type: ignore[arg-type]


def test_time_in_which_nobody_waits_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that is slow itself is not timed out by the total."""
    clock = Clock(monkeypatch)

    def app(_: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        start_response("200 OK", [])
        yield from (b"a" * 70_000 for _ in range(4))

    with app_on_loopback(app) as url:
        door = connection(url, Retries(1, 60, 0, 0))
        read = 0
        for piece in door.stream(LIST):
            read += len(piece)
            if read < 140_000:
                clock.moved_seconds += 3600
        assert read == 280_000
        door.close()


def test_leaving_early_ends_the_answer() -> None:
    """The connection is let go of, and the next call has one of its own."""
    with ByteServer([HEAD + b"abc", b"def"], pause_seconds=0.05) as server:
        door = connection(server.url, QUICK)
        for _ in door.stream(LIST):
            break
        assert b"".join(door.stream(LIST)) == b"abcdef"
        door.close()


def test_an_interrupt_shows_no_frame_of_what_sends() -> None:
    """Ctrl-C in the middle of an answer comes without the frames that hold the credential."""

    class Stopping:
        def __iter__(self) -> Iterator[bytes]:
            return self

        def __next__(self) -> bytes:
            raise KeyboardInterrupt

    def app(_: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        return Stopping()

    with pytest.raises(KeyboardInterrupt) as caught:
        list(connection("http://app.invalid", app=app).stream(LIST))
    frames, seen = caught.value.__traceback__, []
    while frames:
        seen.append(frames.tb_frame.f_code.co_filename)
        frames = frames.tb_next
    assert not [name for name in seen if "httpx" in name]


def test_a_stream_shows_no_credential() -> None:
    """Its attributes hold the answer in a way that no walk through them comes to the header."""
    stream = connection("http://app.invalid", app=answering("200 OK")).stream(LIST)
    assert "a-token-of-no-use" not in " ".join(everything_of(stream, 8))
    stream.close()
