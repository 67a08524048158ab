"""Credentials: where they are found, how they are held, and what is taken out of every text that leaves segkit.

A credential is given as an argument or found in the environment, and lives in a `Secret`, which shows nothing. Whatever
else may come to hold its text (an error, a vendor's reply, a log record of httpx) goes through `redact`.
"""

from __future__ import annotations

import base64
import html.entities
import logging
import os
import re
import threading
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
    "segkit.transport",
)
"""The loggers that write of our calls, nearly all of others: a logger's filter does not reach its children, so each is named."""

OUR_RETRIES = "segkit.transport"
"""What our retries are called before stamina, and the logger that tells of them."""

TELLING = 8  # so many first characters are given away by no text
LONGEST_ESCAPE = 6

_held: weakref.WeakSet[Secret] = weakref.WeakSet()
_sought: weakref.WeakValueDictionary[str, Callable[[], re.Pattern[str]]] = weakref.WeakValueDictionary()
_lock = threading.Lock()


class Secret:
    """A credential that no repr, str, pickle, copy or `vars` shows.

    Parameters
    ----------
    value
        The credential.
    name
        What it is called in messages, such as ``SEGKIT_PURESPECTRUM_TOKEN``.
    is_account
        Whether it names an account. One of letters alone may be any word, so it is not looked for in texts: a segment named
        "sales" would read as a hole.
    """

    __slots__ = ("__weakref__", "_parts", "_pattern", "_reveal", "name")

    def __init__(self, value: str, name: str, *, is_account: bool = False) -> None:
        self.name = name
        self._parts: tuple[Secret, ...] = ()
        self._reveal: Callable[[], str] = lambda: value
        is_known = len(value) >= SHORTEST_KNOWN and not (is_account and value.isalpha())
        with _lock:
            _held.add(self)
            # One for all secrets of this value, or a text would be gone over for every client that there is.
            self._pattern = (_sought.get(value) or _seeking(value)) if is_known else None
            if self._pattern:
                _sought[value] = self._pattern

    @classmethod
    def basic(cls, account: Secret, password: Secret) -> Self:
        """Return what a Basic header carries of an account and its password (RFC 7617), as a secret of its own."""
        pair = f"{account.reveal()}:{password.reveal()}".encode(errors="surrogateescape")
        made = cls(base64.b64encode(pair).decode(), f"{account.name} with {password.name}")
        # Each is looked for in texts for as long as somebody holds it, and the client holds the pair alone.
        made._parts = (account, password)
        return made

    @classmethod
    def find(cls, given: str | Secret | None, name: str, *, is_account: bool = False) -> Self | Secret | None:
        """Return the credential that was given, else the one in the environment, else None.

        Never raises, also when something else than text is given: the caller's frame still holds it.
        """
        if isinstance(given, Secret):
            return given
        found = given if given is not None else os.environ.get(name)
        return cls(found.strip(), name, is_account=is_account) if isinstance(found, str) and found.strip() else None

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


def _seeking(value: str) -> Callable[[], re.Pattern[str]]:
    pattern = _spelled(value)
    return lambda: pattern  # no attribute of a secret shows it


def _spelled(value: str) -> re.Pattern[str]:
    r"""Return what matches a credential as it is, in URLs, JSON, HTML and reprs however deep, and in base64.

    A letter or digit stands for itself everywhere; any other character may be escaped: ``/``, ``\\/``, ``%2F``, ``\\u002f``,
    ``&#x2F;``.
    """
    chars = [char if char.isascii() and char.isalnum() else _escaped(char) for char in value]
    # A text may end in the middle of it, such as an answer that was cut off, and even in the middle of an escape.
    ways = ["".join(chars[:TELLING] + [rf"(?:{char}|\S{{,{LONGEST_ESCAPE - 1}}}\Z)" for char in chars[TELLING:]])]
    ways += map(re.escape, sorted(_in_base64(value.encode(errors="surrogateescape")), key=len, reverse=True))
    return re.compile("|".join(ways))


def _escaped(char: str) -> str:
    bare = re.escape(char)
    percent = "".join(f"%{byte:02x}" for byte in char.encode(errors="surrogateescape"))
    named = f"|&{html.entities.codepoint2name[ord(char)]};" if ord(char) in html.entities.codepoint2name else ""
    code = f"{ord(char):x}"
    hexed = rf"{percent}|\\*u{code:0>4}|\\*x{code:0>2}|&#0*{ord(char)};|&#x0*{code};"
    plus = r"|\+" if char == " " else ""
    return rf"(?:\\*{bare}|(?i:{hexed}){named}{plus})"


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
    """Return every credential that is held now and long enough to be looked for."""
    with _lock:
        values = {secret.reveal() for secret in _held}
    return {value for value in values if len(value) >= SHORTEST_KNOWN}


def redact(text: str) -> str:
    """Return the text with every known credential, however it is spelled, replaced by ``[redacted]``."""
    with _lock:
        patterns = list(_sought.values())
    for pattern in patterns:
        text = pattern().sub(REDACTED, text)
    return text


def spans(text: str) -> list[tuple[int, int]]:
    """Return where the text holds known credentials, however they are spelled: first and one past the last character."""
    with _lock:
        patterns = list(_sought.values())
    return sorted(found.span() for pattern in patterns for found in pattern().finditer(text))


class _RedactingFilter(logging.Filter):
    """Takes known credentials out of the log records of the libraries below us."""

    def filter(self, record: logging.LogRecord) -> bool:
        if vars(record).get("stamina.callable") == OUR_RETRIES:
            return False  # it says no more than "retry_scheduled"; segkit.transport logs its own line
        message = record.getMessage()
        clean = redact(message)
        if clean != message:
            record.msg, record.args = clean, ()
        # What a library hands over beside the message, as stamina does, is printed by structured handlers.
        vars(record).update({name: redact(value) for name, value in vars(record).items() if isinstance(value, str)})
        return True


_filter = _RedactingFilter("segkit")


def guard_logs() -> None:
    """Take known credentials out of what httpx, httpcore, stamina and our retries log; done again it changes nothing."""
    for name in LOGGERS:
        logging.getLogger(name).addFilter(_filter)
