"""Clients of a fresh sandbox, in this process and on loopback, and clients whose vendor always answers the same."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import pytest
from far_side import QUICK

from segkit import errors
from segkit.sandbox.app import Sandbox
from segkit.vendors.ciopulse import CIOPulse
from segkit.vendors.instaleap import Instaleap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

Client = TypeVar("Client")

KEY = "k" * 40


def ciopulse(**choices: Any) -> CIOPulse:
    """Return a client of a portal, with quick waits."""
    return CIOPulse("PORTAL", KEY, **{"retries": QUICK, **choices})


def instaleap(**choices: Any) -> Instaleap:
    """Return a client of Instaleap, with quick waits."""
    return Instaleap(KEY, **{"retries": QUICK, **choices})


ciopulse.path, instaleap.path = "/api/v5", "/api/v3"  # type: ignore[attr-defined]


@contextlib.contextmanager
def on_loopback(make: Callable[..., Client], **switches: Any) -> Iterator[Client]:
    """Give a client whose sandbox is on 127.0.0.1."""
    sandbox = Sandbox(tokens=[f"PORTAL:{KEY}", KEY], **switches)
    with sandbox.serve() as running:
        client: Any = make(base_url=f"{running.url}{make.path}")  # type: ignore[attr-defined]
        client.double = sandbox
        yield client
        client.close()


def both_ways(make: Callable[..., Any], param: str, opened: contextlib.ExitStack) -> Callable[..., Any]:
    """Return what makes a client of a fresh sandbox with its switches, in this process or on loopback."""

    def client(**switches: Any) -> Any:
        if param == "on loopback":
            return opened.enter_context(on_loopback(make, **switches))
        kind = CIOPulse if make is ciopulse else Instaleap
        return kind.sandbox(**switches).with_options(retries=QUICK)

    return client


class Seen(NamedTuple):
    """What a vendor was sent."""

    method: str
    target: str
    body: bytes
    headers: dict[str, str]


def answering(
    status: str, body: Any = b"", headers: Iterable[tuple[str, str]] = (), seen: list[Seen] | None = None
) -> WSGIApplication:
    """Return a vendor that always answers the same; `seen` takes what it was sent."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        sent = environ["wsgi.input"].read()
        if seen is not None:
            kept = {name: value for name, value in environ.items() if name.startswith(("HTTP_", "CONTENT_"))}
            seen.append(Seen(environ["REQUEST_METHOD"], environ.get("RAW_URI") or environ["REQUEST_URI"], sent, kept))
        start_response(status, list(headers))
        return [body if isinstance(body, bytes) else json.dumps(body).encode()]

    return app


def fault_of(call: Callable[[], object], kind: type[errors.SegkitError] = errors.AnswerError) -> Any:
    """Return the error that a call meets."""
    with pytest.raises(kind) as caught:
        call()
    return caught.value


def sent_by(call: Callable[[CIOPulse], object], status: str = "200 OK", body: Any = b"") -> Seen:
    """Return what a call sends."""
    seen: list[Seen] = []
    call(ciopulse(base_url="http://app.invalid/api/v5", _app=answering(status, body, seen=seen)))
    (one,) = seen
    return one
