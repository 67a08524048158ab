"""Names of test cases that are the same in every process."""

from __future__ import annotations

import re


def named(value: object) -> str:
    """Return what a value looks like, without its address, and a set in one order."""
    if isinstance(value, set | frozenset):
        return f"{type(value).__name__} of {', '.join(sorted(map(repr, value)))}"
    return re.sub(r" at 0x[0-9a-f]+", "", repr(value))
