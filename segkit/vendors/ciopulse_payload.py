"""What a user may hand in for CIOPulse, as it is sent: the path of a segment, and the fields to set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from segkit.errors import InvalidInput
from segkit.findings import Finding, Findings
from segkit.registry.portal_names import check_code, check_name, check_text
from segkit.vendors.written import path_part, written

if TYPE_CHECKING:
    import msgspec

SEGMENTS = "/segments"
CLEAN = "&clean"
"""As the page has it: literally at the end of a URL that has no ``?``."""


def path_of(system_id: object) -> str:
    """Return the path of a segment, its id percent-encoded.

    Raises
    ------
    InvalidInput
        When the id is no text, or one that no path can carry.
    """
    return f"{SEGMENTS}/{path_part(system_id, 'system_id', 'give the id of the business unit or location as text')}"


def payload(
    segment_name: object, segment_code: object, active: object, *, clean: bool
) -> tuple[dict[str, str], msgspec.Raw, Findings]:
    """Return the fields to set, the body that sets them, and what is worth knowing of them; None leaves a field as it is.

    Raises
    ------
    InvalidInput
        With the findings, when a value cannot be sent, or there is none.
    """
    given = {"segment_name": segment_name, "segment_code": segment_code}
    fields: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    errors = [finding for name, value in fields.items() for finding in check_text(value, name)]
    if active is not None:
        fields["active"] = _flag(active)
        if fields["active"] is None:
            errors.append(Finding("no-flag", "error", "active", f"{active!r} is neither", 'Give True or False, or "y" or "n".'))
    if errors:
        raise InvalidInput("the segment cannot be sent, and nothing was sent", errors)
    if not fields:
        raise InvalidInput("nothing is set: give segment_name=..., segment_code=... or active=...")
    findings = check_name(fields.get("segment_name", ""), clean=clean)
    findings += check_code(fields.get("segment_code", "-"))
    return fields, _without_backslash(fields), findings


def _flag(active: object) -> str | None:
    """Return how a flag is sent; the vendor itself answers with capitals."""
    if isinstance(active, bool | np.bool_):
        return "y" if active else "n"
    return active.lower() if isinstance(active, str) and active.lower() in {"y", "n"} else None


def _without_backslash(fields: dict[str, str]) -> msgspec.Raw:
    body = written(fields, "the segment")
    if b"\\" in bytes(body):
        raise InvalidInput("the segment cannot be written without a backslash, and CIOPulse takes none")
    return body
