"""Where the JSON objects of a text begin and end, whatever else stands between them."""

from __future__ import annotations

import re

# Between objects a URL is no comment, an asterisk after a slash may open none, and {survey_id} is a place in a path.
_PROSE = re.compile(r'"[^"\n]*"|(?<!:)//[^\n]*|(?P<block>/\*)|\{\{[\w$ -]+\}\}|\{[\w$-]+\}|(?P<brace>\{)')
# A string that does not end reaches to the end of its line: no text is gone over twice.
_OUTLINE = re.compile(r'"(?:[^"\\\n]|\\.)*(?:"|\\?$)|//[^\n]*|/\*.*?(?:\*/|\Z)|(?P<brace>[{}])', re.DOTALL | re.MULTILINE)


def spans(text: str) -> list[tuple[int, int]]:
    """Return where each outermost object begins and ends; one that never closes reaches to the end."""
    found, at, last_close = [], 0, text.rfind("*/")
    while token := _PROSE.search(text, at):
        at = token.end()
        if token["brace"]:
            at = _close(text, token.start())
            found.append((token.start(), at))
        elif token["block"] and at <= last_close:
            at = text.index("*/", at) + 2
    return found


def _close(text: str, start: int) -> int:
    depth = 0
    for token in _OUTLINE.finditer(text, start):
        depth += {"{": 1, "}": -1}.get(token["brace"], 0)
        if not depth:
            return token.end()
    return len(text)
