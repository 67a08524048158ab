"""What CIOPulse is sent about a segment: read as JSON without a backslash, and held to the documented fields."""

from __future__ import annotations

import json
from typing import Any

from segkit.sandbox.ciopulse_refusal import refuse

FIELDS = ("segment_code", "segment_name", "active")
MANDATORY = ("segment_name", "segment_code")


def read(sent: bytes) -> dict[str, str]:
    """Return the fields that were sent."""
    if b"\\" in sent:
        refuse(400, "The JSON holds a backslash.")
    try:
        body: Any = json.loads(sent)
    except (ValueError, RecursionError):
        refuse(400)
    if not isinstance(body, dict):
        refuse(400, "The payload is an object with the fields of a single Segment.")
    for name, value in body.items():
        if name not in FIELDS:
            refuse(400, f"{name} is no field of a Segment.", documented=False)
        if not isinstance(value, str) or not value:
            refuse(400, f"{name} has no value.")
    if body.get("active", "y") not in {"y", "n"}:
        refuse(400, "active is either y or n.")
    return body


def new(fields: dict[str, str]) -> dict[str, str]:
    """Return the fields of a new segment."""
    for name in MANDATORY:
        if name not in fields:
            refuse(400, f"{name} is missing.")
    return {"active": "y", **fields}


def cleaned(name: str, invalid: str, *, clean: bool) -> str:
    """Return a name with hyphens in place of invalid characters."""
    found = [char for char in invalid if char in name]
    if found and not clean:
        refuse(400, f"segment_name holds {found[0]}; add &clean to have it replaced.", documented=False)
    return name.translate(dict.fromkeys(map(ord, found), "-"))
