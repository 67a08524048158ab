"""Clients of Infinity: of a double in this process or on loopback, and of a vendor that always answers the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import pytest
from far_side import QUICK

from segkit import errors
from segkit.sandbox.app import Sandbox
from segkit.vendors.infinity import Infinity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIEnvironment

SHOP = [("href", "inc", "/shop")]


def clients(place: str) -> Iterator[Callable[..., Infinity]]:
    """Yield what makes a client of a fresh sandbox, in this process or on loopback; `double` is that sandbox."""
    opened: list[Any] = []

    def make(igrp: int = 1, body_encoding: Any = "form", **switches: Any) -> Infinity:
        if place == "in this process":
            return Infinity.sandbox(igrp, body_encoding=body_encoding, **switches).with_options(retries=QUICK)
        sandbox = Sandbox(tokens=["me:p-0000"], **switches)
        opened.append(sandbox.serve())
        url = f"{opened[-1].url}/config/v2"
        made = Infinity(igrp, "me", "p-0000", base_url=url, retries=QUICK, body_encoding=body_encoding)
        made.double = sandbox
        opened.append(made)
        return made

    yield make
    for each in reversed(opened):
        each.close()


def answering(status: str, body: bytes = b"", seen: list[Any] | None = None, **how: Any) -> Infinity:
    """Return a client whose vendor always answers the same; `seen` takes what it was sent, as method, path, pairs, body."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if seen is not None:
            sent = environ["wsgi.input"].read().decode()
            pairs = parse_qsl(environ["QUERY_STRING"] or sent, keep_blank_values=True)
            seen.append((environ["REQUEST_METHOD"], environ["RAW_URI"].partition("?")[0], pairs, sent))
        start_response(status, [])
        return [body]

    return Infinity(1, "me", "p-1111", base_url="http://app.invalid/config/v2", retries=QUICK, _app=app, **how)


def fault_of(call: Callable[[], object]) -> errors.CallError:
    """Return the error that a call meets."""
    with pytest.raises(errors.CallError) as caught:
        call()
    return caught.value


def found_in(call: Callable[[], object]) -> set[str]:
    """Return the codes of what a call is refused for."""
    with pytest.raises(errors.InvalidInput) as caught:
        call()
    return caught.value.findings.codes
