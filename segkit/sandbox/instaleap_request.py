"""What Instaleap is sent about its customers: read as JSON and held to the documented table; how the double refuses.

No status and no form of a failure is documented for this endpoint. The form here is that of the companion page, the Customer
Segments Gateway.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple, NoReturn

from segkit.sandbox.exchange import LABEL, OWN_WORDING, Refusal, reply

_NOTE = "no failure of this endpoint is documented: the form is that of the Customer Segments Gateway, status and words are ours"


class Entry(NamedTuple):
    """What is sent about one customer; segments may be null."""

    document_id: str
    segments: list[dict[str, str]] | None


def failure(message: str, status: int) -> dict[str, Any]:
    """Return the form of the Gateway's errors."""
    return {"error": {"code": f"HTTP_{status}", "message": message}}


def refuse(message: str, *, status: int = 400) -> NoReturn:
    """Refuse in our own words, labelled."""
    body = {**failure(f"{OWN_WORDING}{message}", status), LABEL: "synthetic"}
    raise Refusal(reply(body, "synthetic", _NOTE, status=status))


def read(sent: bytes) -> list[Entry]:
    """Return the entries of a request."""
    try:
        body: Any = json.loads(sent)
        json.dumps(body, ensure_ascii=False).encode()  # half of a surrogate pair cannot be kept
    except (ValueError, RecursionError):
        refuse("The body is not JSON.")
    customers = body.get("customers") if isinstance(body, dict) else None
    if not isinstance(customers, list) or not customers:
        refuse("customers is an array of at least 1 element.")
    return [_entry(place, customer) for place, customer in enumerate(customers)]


def _entry(place: int, customer: object) -> Entry:
    where = f"customers[{place}]"
    if not isinstance(customer, dict) or not isinstance(customer.get("document_id"), str):
        refuse(f"{where}.document_id is a string.")
    segments = customer.get("segments", "missing")
    if segments is not None and not isinstance(segments, list):
        refuse(f"{where}.segments is null or an array.")
    for at, segment in enumerate(segments or []):
        for name in ("type", "value"):
            if not isinstance(segment, dict) or not isinstance(segment.get(name), str):
                refuse(f"{where}.segments[{at}].{name} is a string.")
    kept = None if segments is None else [{"type": each["type"], "value": each["value"]} for each in segments]
    return Entry(customer["document_id"], kept)
