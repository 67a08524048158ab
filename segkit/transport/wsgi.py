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
    from collections.abc import Iterable
    from wsgiref.types import WSGIApplication


class WsgiMount(httpx.BaseTransport):
    """A transport that calls a WSGI application."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Call the application and return what it answers."""
        started: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], _exc_info: object = None) -> Any:  # noqa: ANN401 - PEP 3333
            started.update(status=status, headers=headers)
            return io.BytesIO().write

        parts: Iterable[bytes] = self._app(_environ(request), start_response)
        try:
            body = b"".join(parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()
        headers = [(name, value) for name, value in started["headers"] if name.lower() != "content-length"]
        return httpx.Response(int(started["status"].split()[0]), headers=headers, content=body)


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
        "SERVER_PORT": str(request.url.port or 80),
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
