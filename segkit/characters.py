"""Half of a character: a text in Python can hold one, and neither UTF-8 nor a file can."""

from __future__ import annotations

import re
from typing import Final

HALF: Final = re.compile("[\ud800-\udfff]")


def whole(text: str) -> str:
    """Return a text in which each half of a character is U+FFFD, the sign for what is not known."""
    return HALF.sub("\ufffd", text)
