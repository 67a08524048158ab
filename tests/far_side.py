"""Far sides that no vendor's double is: a WSGI app that shows what reached it, a server of bytes, a port with nobody behind."""

from __future__ import annotations

import contextlib
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
    from wsgiref.types import WSGIApplication

QUICK = Retries(attempts=3, total_seconds=20, wait_initial_seconds=0, wait_max_seconds=0)
"""Retries that do not wait."""


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


@contextlib.contextmanager
def taking_less_than(seconds: float) -> Iterator[None]:
    """Fail when what is done within takes longer."""
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds
