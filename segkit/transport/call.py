"""A call to a vendor, what comes back, and how it is sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from numbers import Real
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import msgspec

from segkit.errors import InvalidInput
from segkit.transport.retry import Retries

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Params = Mapping[str, str] | Sequence[tuple[str, str]]

TIMEOUT_SECONDS = 30.0
CONNECT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Call:
    """One call: what is asked, and whether asking twice leaves the vendor as asking once.

    `path` is sent as it is: an id within it must be percent-encoded, ``/`` and ``%`` too. Every call says itself whether it
    is `replayable`: it has no default. `params` stand in the query, as pairs where a name comes more than once; the body is
    `json`, or `form` as HTML forms write it. `streamed` is set by what streams.
    """

    method: str
    path: str
    params: Params = field(default_factory=dict)
    json: Any = None
    form: Params | None = None
    replayable: bool = field(kw_only=True)
    streamed: bool = field(kw_only=True, default=False)

    @property
    def body(self) -> bytes | None:
        """What is sent below the headers."""
        if self.form is not None:
            return written(self.form).encode()
        return None if self.json is None else msgspec.json.encode(self.json)

    @property
    def media_type(self) -> str:
        """What the body is, empty where there is none."""
        if self.form is not None:
            return "application/x-www-form-urlencoded"
        return "" if self.json is None else "application/json"


def written(params: Params) -> str:
    """Write parameters as a query does; a comma stays as it is, because vendors print their lists so."""
    return urlencode(params, quote_via=quote, safe=",")


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: `status`, `headers` (names in any case), `body`; its repr shows no content.

    `in_doubt` says that a try before this one may have been carried out as well.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    method: str = ""
    target: object = field(default="", repr=False)
    attempts: int = 1
    in_doubt: bool = False

    @property
    def url(self) -> str:
        """What was asked; written out only when somebody wants it, because nearly all replies succeed."""
        return str(self.target)


@dataclass(frozen=True, slots=True)
class Options:
    """How calls are sent: seconds until an answer, seconds until a connection, and how far a call is replayed."""

    timeout_seconds: float = TIMEOUT_SECONDS
    connect_seconds: float = CONNECT_SECONDS
    retries: Retries = field(default_factory=Retries)

    def __post_init__(self) -> None:
        if not isinstance(self.retries, Retries):
            raise InvalidInput(f"retries is {self.retries!r}: give Retries(attempts=...)")
        seconds: tuple[Any, ...] = (self.timeout_seconds, self.connect_seconds)
        if not all(isinstance(each, Real) and float(each) > 0 for each in seconds):
            raise InvalidInput(f"timeout is {seconds[0]!r}, connect_timeout {seconds[1]!r}: give seconds above 0")
