"""Credentials: where they are found, how they are held, and what is taken out of every text that leaves segkit.

A credential is given as an argument or found in the environment, and lives in a `Secret`, which shows nothing. Whatever
else may come to hold its text (an error, a vendor's reply, a log record of httpx) goes through `redact`.
"""

from __future__ import annotations

import base64
import html
import json
import logging
import os
import re
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
SHORTEST_IN_BASE64 = 6  # the same, for a piece of base64

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

_held: weakref.WeakKeyDictionary[Secret, frozenset[str]] = weakref.WeakKeyDictionary()
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
            _held[self] = frozenset(_spellings(value)) if len(value) >= SHORTEST_KNOWN else frozenset()

    @classmethod
    def find(cls, given: str | Secret | None, name: str) -> Self | Secret | None:
        """Return the credential that was given, else the one in the environment, else None.

        Never raises, also when something else than text is given: the caller's frame still holds it.
        """
        if isinstance(given, Secret):
            return given
        found = given if given is not None else os.environ.get(name)
        return cls(found.strip(), name) if isinstance(found, str) and found.strip() else None

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

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self


def _spellings(value: str) -> set[str]:
    """Return the forms in which a credential may turn up: as it is, in a URL, in JSON, in HTML, in a repr, in base64."""
    quoted = {urllib.parse.quote(value, safe=safe) for safe in ("", "/")} | {urllib.parse.quote_plus(value)}
    escaped = json.dumps(value)[1:-1]
    return {
        value,
        *quoted,
        *(re.sub("%..", lambda code: code[0].lower(), spelling) for spelling in quoted),
        escaped,
        escaped.replace("/", "\\/"),
        *("".join(c if c.isalnum() else form.format(ord(c)) for c in value) for form in ("\\u{:04x}", "\\u{:04X}")),
        html.escape(value),
        html.escape(value, quote=False),
        repr(value)[1:-1],
        value.replace("\\", "\\\\").replace("'", "\\'"),
        *_in_base64(value.encode(errors="surrogateescape")),
    }


def _in_base64(value: bytes) -> set[str]:
    """Return how a credential reads in base64, also in the middle of something longer, such as a Basic header."""
    found = {base64.b64encode(value).decode()}
    for before in range(3):  # three bytes are four characters, so there are three ways to lie across them
        text = base64.b64encode(b"\0" * before + value).decode().rstrip("=")
        whole = len(text) if (before + len(value)) % 3 == 0 else -1
        inside = text[before + 1 if before else 0 : whole]
        if len(inside) >= SHORTEST_IN_BASE64:
            found.add(inside)
    return found | {text.replace("+", "-").replace("/", "_") for text in found}


def known_values() -> set[str]:
    """Return every spelling of every credential that is held now; the leak scan looks for them."""
    with _lock:
        return {spelling for spellings in _held.values() for spelling in spellings}


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
        # What a library hands over beside the message, as stamina does, is printed by structured handlers.
        vars(record).update({name: redact(value) for name, value in vars(record).items() if isinstance(value, str)})
        return True


_filter = _RedactingFilter("segkit")


def guard_logs() -> None:
    """Take known credentials out of what httpx, httpcore and stamina log; done again it changes nothing."""
    for name in LOGGERS:
        logging.getLogger(name).addFilter(_filter)
