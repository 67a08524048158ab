"""Faults on request: each meets the next calls that it is asked for, in the order in which they were asked.

A fault of `REFUSALS` stands in for the vendor: nothing is carried out. One of `DAMAGES` meets the reply on its way back:
the call was carried out, and the caller cannot know.
"""

from __future__ import annotations

import fnmatch
import threading
import time
from dataclasses import dataclass, replace
from email.utils import formatdate
from math import ceil
from typing import TYPE_CHECKING, Any

from flask import Response

from segkit.errors import InvalidInput
from segkit.findings import Finding
from segkit.sandbox.exchange import NOTE_HEADER, PROVENANCE_HEADER

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Self

    from segkit.sandbox.exchange import Vendor

CUT_OFF = "segkit.cut_off"
"""The key in the WSGI environ by which the server learns that it must hang up after the body."""

_HTML_STATUSES = (200, 502)
_LONGEST_SECONDS = 3600


def _is_wait(value: object) -> bool:
    return isinstance(value, int | float) and 0 <= value <= _LONGEST_SECONDS


_DETAILS: Mapping[str, Callable[[Any], bool]] = {
    "kind": lambda value: isinstance(value, str),
    "times": lambda value: type(value) is int and value > 0,
    "path": lambda value: value is None or isinstance(value, str),
    "retry_after": lambda value: value is None or _is_wait(value) or (isinstance(value, str) and value.isprintable()),
    "as_date": lambda value: isinstance(value, bool),
    "seconds": _is_wait,
    "status": lambda value: value in _HTML_STATUSES,
}
_PAGE = b"<!DOCTYPE html>\n<html><head><title>Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>\n"


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault that waits for its calls.

    Attributes
    ----------
    kind
        A key of `REFUSALS` or `DAMAGES`.
    times
        How many calls it still meets.
    path
        Which calls: a path as it is sent, ``*`` for any part of it; None is every call.
    retry_after
        Seconds for the ``Retry-After`` of a 429 or 503 (text is sent as it is); None sends none.
    as_date
        Whether ``Retry-After`` is written as an HTTP date.
    seconds
        How long a slow reply takes.
    status
        The HTTP status of an HTML page.
    """

    kind: str
    times: int = 1
    path: str | None = None
    retry_after: float | str | None = None
    as_date: bool = False
    seconds: float = 1.0
    status: int = 502

    @classmethod
    def of(cls, asked: Mapping[str, Any]) -> Self:
        """Make a fault of a mapping with the names of the attributes.

        Raises
        ------
        InvalidInput
            When there is no such fault, or it cannot have such details.
        """
        known = [*REFUSALS, *DAMAGES]
        findings = [
            Finding("unknown-fault", "error", name, f"{value!r} cannot be used", f"A fault has: {', '.join(_DETAILS)}.")
            for name, value in asked.items()
            if name not in _DETAILS or not _DETAILS[name](value)
        ]
        if asked.get("kind") not in known:
            findings.append(Finding("unknown-fault", "error", "kind", "no such kind", f"Use one of: {', '.join(known)}."))
        if findings:
            raise InvalidInput("no such fault", findings)
        return cls(**asked)

    def meets(self, path: str) -> bool:
        """Whether a call of this path is one of its calls."""
        return self.path is None or fnmatch.fnmatchcase(path, self.path)


def _synthetic(response: Response, fault: Fault, what: str) -> Response:
    response.headers[PROVENANCE_HEADER] = "synthetic"
    response.headers[NOTE_HEADER] = f"fault on request ({fault.kind}): {what}"
    return response


def _retry_after(response: Response, fault: Fault) -> Response:
    if isinstance(fault.retry_after, str):
        response.headers["Retry-After"] = fault.retry_after
    elif fault.retry_after is not None:
        wait = ceil(fault.retry_after)
        response.headers["Retry-After"] = formatdate(ceil(time.time()) + wait, usegmt=True) if fault.as_date else str(wait)
    return response


def _too_many(fault: Fault, vendor: Vendor, _: str) -> Response:
    response = _retry_after(vendor.refusal("Too many requests.", 429), fault)
    return _synthetic(response, fault, "no rate limit is documented")


def _broken(fault: Fault, vendor: Vendor, _: str) -> Response:
    response = vendor.refusal("An unexpected server error occurred.", 500)
    return _synthetic(response, fault, "the status is documented, the body follows the general error format")


def _unavailable(fault: Fault, vendor: Vendor, _: str) -> Response:
    response = _retry_after(vendor.refusal("Service unavailable.", 503), fault)
    return _synthetic(response, fault, "the status is not documented")


def _html(fault: Fault, _: Vendor, __: str) -> Response:
    return _synthetic(
        Response(_PAGE, fault.status, mimetype="text/html"), fault, "a page of something between you and the vendor"
    )


def _echo(fault: Fault, vendor: Vendor, credential: str) -> Response:
    response = vendor.refusal(f"The credential {credential} cannot be used here.", 400)
    return _synthetic(response, fault, "the body repeats the credential that was sent")


def _slow(fault: Fault, response: Response, _: dict[str, Any]) -> Response:
    return _synthetic(response, fault, f"{fault.seconds:g} seconds late")


def _empty(fault: Fault, response: Response, _: dict[str, Any]) -> Response:
    response.set_data(b"")
    return _synthetic(response, fault, "the body is left out")


def _malformed(fault: Fault, response: Response, _: dict[str, Any]) -> Response:
    body = response.get_data()
    response.set_data(body[: len(body) // 2])
    return _synthetic(response, fault, "the JSON ends in the middle")


def _cut_off(fault: Fault, response: Response, environ: dict[str, Any]) -> Response:
    body = response.get_data()
    response.set_data(body[: len(body) // 2])
    response.headers["Content-Length"] = str(len(body))
    environ[CUT_OFF] = True
    return _synthetic(response, fault, "the connection closes before the body is whole")


REFUSALS: Mapping[str, Callable[[Fault, Vendor, str], Response]] = {
    "429": _too_many,
    "500": _broken,
    "503": _unavailable,
    "html": _html,
    "echo": _echo,
}
DAMAGES: Mapping[str, Callable[[Fault, Response, dict[str, Any]], Response]] = {
    "slow": _slow,
    "empty": _empty,
    "malformed": _malformed,
    "cut-off": _cut_off,
}


class Faults:
    """The faults that wait, and a delay for every answer.

    Attributes
    ----------
    delay
        Seconds by which every answer is late, for benchmarks; the replies keep their labels.
    """

    def __init__(self) -> None:
        self.delay = 0.0
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []
        self._stopped = threading.Event()

    def add(self, kind: str, times: int = 1, path: str | None = None, **details: Any) -> Fault:  # noqa: ANN401 - Fault checks them
        """Ask for a fault; `details` are those of `Fault`.

        Raises
        ------
        InvalidInput
            When there is no such fault, or it cannot have such details.
        """
        return self.put(Fault.of({"kind": kind, "times": times, "path": path, **details}))

    def put(self, fault: Fault) -> Fault:
        """Ask for a fault that was made with `Fault.of`."""
        with self._lock:
            self._waiting.append(fault)
        return fault

    def take(self, path: str) -> Fault | None:
        """Return the fault that meets this call, and count it down."""
        if not self._waiting:
            return None
        with self._lock:
            for place, fault in enumerate(self._waiting):
                if fault.meets(path):
                    left = replace(fault, times=fault.times - 1)
                    self._waiting[place : place + 1] = [left] if left.times > 0 else []
                    return fault
        return None

    @property
    def waiting(self) -> tuple[Fault, ...]:
        """The faults that still wait for their calls."""
        with self._lock:
            return tuple(self._waiting)

    def clear(self) -> None:
        """Take every fault and the delay back."""
        with self._lock:
            self._waiting.clear()
            self.delay = 0.0

    def wait(self, seconds: float) -> None:
        """Hold an answer back; a server that closes does not wait for it."""
        if seconds > 0:
            self._stopped.wait(seconds)

    def stop(self) -> None:
        """Let go of every answer that is held back."""
        self._stopped.set()

    def start(self) -> None:
        """Hold answers back again."""
        self._stopped.clear()
