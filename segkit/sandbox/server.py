"""The sandbox on loopback: cheroot in a background thread, HTTP/1.1 with keep-alive, bound to 127.0.0.1 and to nothing else."""

from __future__ import annotations

import contextlib
import errno
import threading
from typing import TYPE_CHECKING

from cheroot.wsgi import Server

from segkit.errors import InvalidInput
from segkit.sandbox.faults import CUT_OFF

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Self
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

HOST = "127.0.0.1"
THREADS = 16
IDLE_SECONDS = 60
KEPT_ALIVE = 1000
LOOK_UP_SECONDS = 0.1  # how long closing may go unnoticed; cheroot's half second would slow every test


def _hanging_up(wsgi: WSGIApplication) -> WSGIApplication:
    """Close the connection after a body that a fault cut off.

    cheroot keeps a connection open after a short body, and the client would wait for the rest; a connection that breaks
    while it writes is the one thing that makes it hang up without a word.
    """

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        body: Iterable[bytes] = wsgi(environ, start_response)
        close = getattr(body, "close", None)
        with contextlib.closing(body) if close else contextlib.nullcontext():  # type: ignore[type-var]
            yield from body
        if environ.get(CUT_OFF):
            raise ConnectionResetError(errno.ECONNRESET, "cut off on request")

    return answer


class Running:
    """A sandbox that serves; a context manager.

    Attributes
    ----------
    port
        The port on 127.0.0.1.
    """

    def __init__(self, wsgi: WSGIApplication, port: int, before_closing: Callable[[], None]) -> None:
        self._before_closing = before_closing
        self._server = Server((HOST, port), _hanging_up(wsgi), numthreads=THREADS, request_queue_size=128, timeout=IDLE_SECONDS)
        self._server.keep_alive_conn_limit = KEPT_ALIVE
        self._server.expiration_interval = LOOK_UP_SECONDS
        try:
            self._server.prepare()
        except OSError as error:
            raise InvalidInput(f"port {port} on {HOST} cannot be used: {error}; give another, or 0 for a free one") from None
        self.port: int = self._server.bind_addr[1]
        self._thread = threading.Thread(target=self._server.serve, name="segkit-sandbox", daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it answers, without a slash at the end."""
        return f"http://{HOST}:{self.port}"

    def close(self) -> None:
        """Stop serving and free the port."""
        self._before_closing()
        self._server.stop()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Running: {self.url}>"
