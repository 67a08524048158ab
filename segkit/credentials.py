"""Credentials: where they are found, how they are held, and what is taken out of every text that leaves segkit.

A credential is given as an argument or found in the environment, and lives in a `Secret`, which shows nothing. Whatever
else may come to hold its text (an error, a vendor's reply, a log record of httpx) goes through `redact`.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import threading
import urllib.parse
import weakref
from typing import TYPE_CHECKING, NoReturn, Self

if TYPE_CHECKING:
    from collections.abc import Callable

ENVIRONMENT = (
    "SEGKIT_PURESPECTRUM_TOKEN",
    "SEGKIT_PURESPECTRUM_BUYER_TOKEN",
    "SEGKIT_CIOPULSE_PORTAL_CODE",
    "SEGKIT_CIOPULSE_API_KEY",
    "SEGKIT_INFINITY_USERNAME",
    "SEGKIT_INFINITY_PASSWORD",
    "SEGKIT_INSTALEAP_TOKEN",
)
"""The names under which credentials are looked for, when none is given."""

REDACTED = "[redacted]"
SHORTEST_KNOWN = 4  # a shorter value would turn ordinary words into holes, and no vendor's credential is as short

LOGGERS = (
    "httpx",
    "httpcore.connection",
    "httpcore.http11",
    "httpcore.http2",
    "httpcore.proxy",
    "httpcore.socks",
    "stamina",
)
"""The loggers of others that write of our calls: a logger's filter does not reach its children, so each is named."""

_held: weakref.WeakSet[Secret] = weakref.WeakSet()
_lock = threading.Lock()


class Secret:
    """A credential that no repr, str, pickle, copy or `vars` shows.

    Parameters
    ----------
    value
        The credential.
    name
        What it is called in messages, such as ``SEGKIT_PURESPECTRUM_TOKEN``.
    """

    __slots__ = ("__weakref__", "_reveal", "name")

    def __init__(self, value: str, name: str) -> None:
        self.name = name
        self._reveal: Callable[[], str] = lambda: value
        with _lock:
            _held.add(self)

    @classmethod
    def find(cls, given: str | Secret | None, name: str) -> Self | Secret | None:
        """Return the credential that was given, else the one in the environment, else None."""
        if isinstance(given, Secret):
            return given
        found = given if given is not None else os.environ.get(name)
        given = None  # a traceback that prints locals must not find it here
        return cls(found.strip(), name) if found and found.strip() else None

    def reveal(self) -> str:
        """Return the credential; only what puts it on the wire calls this."""
        return self._reveal()

    @property
    def sendable(self) -> bool:
        """Whether it can stand in an HTTP header: printable ASCII, no space inside."""
        return all("!" <= char <= "~" for char in self._reveal())

    def __repr__(self) -> str:
        return f"Secret({self.name})"

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"{self!r} is not pickled: make the client anew where it is needed, with {self.name} in its environment")

    def __deepcopy__(self, memo: object) -> Self:
        return self


def _spellings(value: str) -> set[str]:
    """Return the forms in which a credential may turn up: as it is, in a URL, in JSON, in a Basic header, in a repr."""
    return {
        value,
        urllib.parse.quote(value, safe=""),
        urllib.parse.quote_plus(value),
        json.dumps(value)[1:-1],
        repr(value)[1:-1],
        base64.b64encode(value.encode()).decode(),
    }


def known_values() -> set[str]:
    """Return every spelling of every credential that is held now; the leak scan looks for them."""
    with _lock:
        values = {secret.reveal() for secret in _held}
    return {spelling for value in values if len(value) >= SHORTEST_KNOWN for spelling in _spellings(value)}


def redact(text: str) -> str:
    """Return the text with every known credential replaced by ``[redacted]``."""
    for value in sorted(known_values(), key=len, reverse=True):
        text = text.replace(value, REDACTED)
    return text


class _RedactingFilter(logging.Filter):
    """Takes known credentials out of the log records of the libraries below us."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        clean = redact(message)
        if clean != message:
            record.msg, record.args = clean, ()
        return True


_filter = _RedactingFilter("segkit")


def guard_logs() -> None:
    """Take known credentials out of what httpx, httpcore and stamina log; done again it changes nothing."""
    for name in LOGGERS:
        logging.getLogger(name).addFilter(_filter)
