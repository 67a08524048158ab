"""The routes of several vendors behind one callable."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from far_side import in_threads
from werkzeug.test import Client

from segkit.sandbox.app import CONTROL, Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable

PREFIXES = ("/suppliers/v2", "/buyers/v2", "/api/v5", "/api/v3", "/config/v2", CONTROL)
"""Of each vendor, and of the sandbox itself."""

PLACES = ("", "/", "/segments", "//segments", "/segments/", "/calls", "/segmentation/qualifications", "/%2e%2e", "x")


def answered(wsgi: Callable[..., Any], path: str, method: str) -> tuple[int, bytes, dict[str, str]]:
    """Return what is answered, but for the moment of it."""
    reply = Client(wsgi).open(path, method=method)
    return reply.status_code, reply.data, {name: value for name, value in reply.headers if name != "Date"}


@pytest.mark.parametrize("method", ["GET", "PUT", "OPTIONS"])
@pytest.mark.parametrize("prefix", [*PREFIXES, "/suppliers", "//config/v2", "/config//v2", "/none"])
def test_one_alone_answers_as_all_together(prefix: str, method: str) -> None:
    """Whatever is asked of one vendor, its routes alone say what one application of all routes says."""
    sandbox = Sandbox()
    mounts: Any = sandbox.wsgi
    together = mounts._made(mounts._routes.values()).wsgi_app
    for place in PLACES:
        path = f"{prefix}{place}"
        assert answered(mounts, path, method) == answered(together, path, method), path
    sandbox.close()


def test_only_who_is_asked_is_laid_out_and_once() -> None:
    """Eight threads that ask the same vendor first of all are answered, by one application that has that vendor's routes."""
    sandbox = Sandbox()
    mounts: Any = sandbox.wsgi
    together = threading.Barrier(8)

    def work(_: int) -> None:
        together.wait(60)
        assert answered(mounts, "/api/v3/customers/segments", "POST")[0] == 401

    assert in_threads(work) == []
    assert [{rule.endpoint for rule in app.url_map.iter_rules()} for app in mounts._apps.values()] == [{"instaleap.replace"}]
    sandbox.close()
