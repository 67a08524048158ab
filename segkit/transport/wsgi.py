"""Mounts an in-process WSGI application under an httpx client.

httpx's own mount hands the application a decoded path only, so that an id such as ``a/b`` or ``x%26clean`` comes through
wrong. This one also sets ``RAW_URI``, the path and query as they would stand on the wire.
"""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from wsgiref.types import WSGIApplication


class WsgiMount(httpx.BaseTransport):
    """A transport that calls a WSGI application."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Call the application and return what it answers."""
        started: dict[str, Any] = {}
        written: list[bytes] = []

        def start_response(status: str, headers: list[tuple[str, str]], _exc_info: object = None) -> Any:  # noqa: ANN401 - PEP 3333
            started.update(status=status, headers=headers)
            return written.append

        parts: Iterable[bytes] = self._app(_environ(request), start_response)
        try:
            written += parts
        finally:
            if hasattr(parts, "close"):
                parts.close()
        if not started:
            raise httpx.RemoteProtocolError("the application answered without a status")
        return httpx.Response(
            int(started["status"].split()[0]), headers=started["headers"], stream=_Body(b"".join(written), started["headers"])
        )


class _Body(httpx.SyncByteStream):
    """A body that breaks off where a server's would: when it is shorter than its headers promise."""

    def __init__(self, content: bytes, headers: Iterable[tuple[str, str]]) -> None:
        self._content = content
        promised = [value for name, value in headers if name.lower() == "content-length"]
        self._length = int(promised[-1]) if promised else len(content)

    def __iter__(self) -> Iterator[bytes]:
        yield self._content
        if len(self._content) < self._length:
            raise httpx.RemoteProtocolError(f"received {len(self._content)} bytes, expected {self._length}")


def _environ(request: httpx.Request) -> dict[str, Any]:
    raw = request.url.raw_path.decode("ascii")
    path, _, query = raw.partition("?")
    body = request.read()
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "RAW_URI": raw,
        "QUERY_STRING": query,
        "SERVER_NAME": request.url.host,
        "SERVER_PORT": str(request.url.port or {"https": 443}.get(request.url.scheme, 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": request.url.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "CONTENT_LENGTH": str(len(body)),
    }
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"] = value
    return environ
