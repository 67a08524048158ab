"""What is known of the characters that a CIOPulse portal takes in a segment's name and code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from segkit.findings import Finding, Findings

if TYPE_CHECKING:
    from collections.abc import Iterator

INVALID = "—–:"
"""Em dash and colon are the documented examples; the en dash is our guess, and the whole list is not public."""

_CODE = re.compile(r"[A-Za-z0-9_-]+")


def cleaned(name: str) -> str:
    """Return a name with hyphens in place of the characters that are known to be invalid, as ``&clean`` stores it.

    Examples
    --------
    >>> cleaned("North: a—b")
    'North- a-b'
    """
    return name.translate(dict.fromkeys(map(ord, INVALID), "-"))


def check_text(value: object, where: str) -> Iterator[Finding]:
    """Yield what keeps a value from being sent as a text of this field."""
    if not isinstance(value, str) or not value.strip():
        yield Finding(
            "no-value", "error", where, f"{value!r} is no value", "Give text, or leave the field out to keep what is there."
        )
        return
    if found := [char for char in value if char in '"\\' or char < " "]:
        message = f"{value!r} holds {found[0]!r}, which JSON writes with a backslash, and CIOPulse takes none"
        yield Finding("needs-backslash", "error", where, message, "Write it without this character.")
    elif any("\ud800" <= char <= "\udfff" for char in value):
        yield Finding("no-text", "error", where, f"{value!r} holds half of a character", "Read it again, as UTF-8.")


def check_name(name: str, *, clean: bool) -> Findings:
    """Return what a portal is known to make of a name."""
    stored = cleaned(name)
    if stored == name:
        return Findings()
    found = next(char for char in name if char in INVALID)
    if clean:
        fix = "Nothing; more may be replaced, because the whole list is not public."
        return Findings([Finding("name-cleaned", "info", "segment_name", f"{found!r} is stored as a hyphen: {stored!r}", fix)])
    message = f"{found!r} is invalid in a name, and may be refused"
    return Findings([Finding("invalid-character", "warning", "segment_name", message, "Give clean=True to have it replaced.")])


def check_code(code: str) -> Findings:
    """Return what is unusual about a code."""
    if _CODE.fullmatch(code):
        return Findings()
    message = f"{code!r} holds more than letters, digits, - and _, which CIOPulse's other codes are made of"
    return Findings(
        [Finding("unusual-code", "warning", "segment_code", message, "Make sure that a link to a survey passes it on.")]
    )
