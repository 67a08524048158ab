"""A call to a vendor, what comes back, and how it is sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from segkit.transport.retry import Retries

if TYPE_CHECKING:
    from collections.abc import Mapping

TIMEOUT_SECONDS = 30.0
CONNECT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Call:
    """One call: what is asked, and whether asking twice leaves the vendor as asking once."""

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    replayable: bool = True


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: `status`, `headers` (lower-case names), `body`; its repr shows no content."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    method: str = ""
    url: str = field(default="", repr=False)
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class Options:
    """How calls are sent: seconds until an answer, seconds until a connection, and how far a call is replayed."""

    timeout_seconds: float = TIMEOUT_SECONDS
    connect_seconds: float = CONNECT_SECONDS
    retries: Retries = field(default_factory=Retries)
