"""Far sides that no vendor's double is: a WSGI app that shows what reached it, a server of bytes, a port with nobody behind."""

from __future__ import annotations

import contextlib
import math
import socket
import threading
import time
from typing import TYPE_CHECKING, Any, Self

from cheroot.wsgi import Server

from segkit.credentials import Secret
from segkit.transport.call import Options
from segkit.transport.client import Connection
from segkit.transport.retry import Retries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    import pytest

QUICK = Retries(attempts=3, total_seconds=20, wait_initial_seconds=0, wait_max_seconds=0)
"""Retries that do not wait."""


PATIENCE_SECONDS = 1.5
"""A time-out that is waited for, and that an answer keeps on a loaded machine."""


def connection(base_url: str, retries: Retries = QUICK, app: WSGIApplication | None = None, **options: float) -> Connection:
    """Return a connection that reads no vendor's words."""
    secret = Secret("a-token-of-no-use", "a test")
    return Connection(
        base_url,
        secret=secret,
        header="x-token",
        words=lambda _: (None, ""),
        app=app,
        options=Options(retries=retries, **options),
    )


@contextlib.contextmanager
def app_on_loopback(app: WSGIApplication) -> Iterator[str]:
    """Serve a WSGI application on 127.0.0.1, and give its URL."""
    server = Server(("127.0.0.1", 0), app)
    server.expiration_interval = 0.05  # how long stopping goes unnoticed
    server.prepare()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.bind_addr[1]}"
    server.stop()
    thread.join()


class ByteServer:
    """Answers every request on 127.0.0.1 with the same bytes, and hangs up.

    Attributes
    ----------
    requests
        What came in, up to the end of the headers.
    """

    def __init__(self, parts: Iterable[bytes], pause_seconds: float = 0.0) -> None:
        self._parts = list(parts)
        self._pause = pause_seconds
        self._ended = threading.Event()
        self.requests: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                taken, _ = self._listener.accept()
                # In a thread of its own: a stranger on this machine who connects and says nothing must not stop the others.
                threading.Thread(target=self._taken, args=(taken,), daemon=True).start()

    def _taken(self, taken: socket.socket) -> None:
        with taken, contextlib.suppress(OSError):
            self._answer(taken)

    def _answer(self, taken: socket.socket) -> None:
        request = b""
        while b"\r\n\r\n" not in request:
            piece = taken.recv(65536)
            if not piece:
                return  # the client hung up before it asked
            request += piece
        self.requests.append(request)
        for part in self._parts:
            taken.sendall(part)
            if self._pause and self._ended.wait(self._pause):
                return

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()


class Gate:
    """Stands before a far side, and lets only so many calls through that may change something; the others wait until it opens."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app
        self._changed = threading.Condition()
        self._left: float = math.inf
        self._wanted = self._inside = self._came = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a call, when it is let through."""
        if environ["REQUEST_METHOD"] == "GET":
            return self._app(environ, start_response)
        with self._changed:
            self._came += 1
            self._inside += 1
            self._changed.wait_for(lambda: self._left > 0)
            self._left -= 1
        try:
            return self._app(environ, start_response)
        finally:
            with self._changed:
                self._wanted -= 1
                self._inside -= 1
                self._changed.notify_all()

    def shut_after(self, calls: int) -> None:
        """Let so many more through."""
        with self._changed:
            self._left = self._wanted = calls

    def is_reached(self, seconds: float) -> bool:
        """Wait so long until all that were let through have been carried out, and say whether they have."""
        with self._changed:
            return self._changed.wait_for(lambda: self._wanted <= 0, seconds)

    def open(self) -> None:
        """Let everything through, what waits first; return when a caller that is gone has nothing under way any more."""
        with self._changed:
            self._left = math.inf
            self._changed.notify_all()
            came = -1
            while came != self._came:
                came = self._came
                self._changed.wait_for(lambda: self._inside == 0)
                self._changed.wait_for(lambda came=came: self._came != came, 0.5)  # what was sent, and not read yet


_NOBODY = socket.socket()  # bound as long as the tests run, or the port could be given to somebody, and never listening


def nobody() -> str:
    """Return a URL on 127.0.0.1 behind which nobody listens."""
    if _NOBODY.getsockname()[1] == 0:
        _NOBODY.bind(("127.0.0.1", 0))
    return f"http://127.0.0.1:{_NOBODY.getsockname()[1]}"


def in_threads(work: Callable[[int], Any], threads: int = 8) -> list[BaseException]:
    """Run the same in several threads, and return what they raised."""
    raised: list[BaseException] = []

    def guarded(number: int) -> None:
        try:
            work(number)
        except BaseException as error:  # noqa: BLE001 - the test looks at it
            raised.append(error)

    running = [threading.Thread(target=guarded, args=(number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return raised


class Clock:
    """The clock of this process, which can be moved on: hours go by without waiting, on a loaded machine as on any other."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.moved_seconds = 0.0
        real = time.monotonic
        patch.setattr(time, "monotonic", lambda: real() + self.moved_seconds)


@contextlib.contextmanager
def taking_less_than(seconds: float) -> Iterator[None]:
    """Fail when what is done within takes longer."""
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds
