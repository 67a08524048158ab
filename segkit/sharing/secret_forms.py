"""How credentials look: forms that vendors give to theirs, and values that stand beside a telling name.

The rules are few and readable on purpose. What they miss, a credential that is held here, `credentials.spans` finds by its value.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_FORMS: Final = {
    "a private key": r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----(?:[\s\S]*?-----END (?:[A-Z0-9]+ )*PRIVATE KEY-----|[\s\S]*)",
    "a JSON web token": r"\beyJ[\w-]{6,}\.eyJ[\w-]{6,}\.[\w-]*",
    "an access key of AWS": r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b",
    "a token of GitHub": r"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,})",
    "a token of GitLab": r"\bglpat-[\w-]{16,}",
    "a token of Slack": r"\bxox[abeoprs]-[\w-]{8,}",
    "a key of Stripe": r"\b[rs]k_(?:live|test)_\w{10,}",
    "a key of OpenAI or Anthropic": r"\bsk-[\w-]{18,}",
    "a key of Google": r"\b(?:AIza[\w-]{30,}|ya29\.[\w-]{16,}|GOCSPX-[\w-]{16,})",
    "a token of Hugging Face": r"\bhf_[A-Za-z0-9]{20,}",
    "a key of SendGrid": r"\bSG\.[\w-]{10,}\.[\w-]{10,}",
    "a token of a package index": r"\b(?:pypi-[\w-]{16,}|npm_[A-Za-z0-9]{20,})",
    "a password in a URL": r"(?<=://)[^\s/:@'\"<>]*:[^\s/@'\"<>]+(?=@)",
    "an Authorization header": r"\b(?:Bearer|Basic|Token|bearer|basic)\s+(?=[\w+/=.~-]*\d)[\w+/=.~-]{8,}",
}

_NAME: Final = (
    r"[\w.-]{0,60}?(?:token|secret|passw(?:or)?d|passphrase|pwd|credentials?|portal[_-]?code"
    r"|(?:api|access|secret|private|signing|encryption|account|auth|subscription|master|session)[_-]?key"
    r"|authori[sz]ation|cookie|bearer)\d*"
)
_QUOTE: Final = r"(?:\\*['\"`]|&quot;|&\#0*3[49];|&\#[xX]0*2[27];|&apos;)"
_NAMED: Final = re.compile(
    rf"(?i:\b(?P<name>{_NAME}){_QUOTE}?\]?\s*(?:=>|[=:,|]|%3[Dd]|\s\s|\n|\t)[\s=:>,|]*)"
    rf"(?:(?P<quote>{_QUOTE})(?P<quoted>[^\s'\"`<>]{{4,}}?){_QUOTE}|(?P<bare>[^\s'\"`<>&,;()\[\]{{}}]{{8,}}))"
)
_BEARING: Final = re.compile(rf"(?i:{_NAME})\Z")
_FILLED_IN_LATER: Final = re.compile(
    r"""(?i: \W* | .*\.\.\. .* | <.*> | [{$\[].* | x{3,} | your\W.* | my[_-].* | .*placeholder.* | .*redacted.* | .*masked.*
    | none | null | nan | true | false | str | bytes | token | secret | password | string | optional | required
    | documented | derived | synthetic | os\.environ.* )\Z | [A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\Z""",
    re.VERBOSE,
)
"""What stands where a credential will: three dots, a name in angle brackets, the name of a variable of the environment."""


def is_secret_name(name: str) -> bool:
    """Say whether what bears this name is a credential."""
    return bool(_BEARING.search(name))


def is_secret_value(value: str) -> bool:
    """Say whether a text may be a credential: one word, and no placeholder."""
    return len(value) >= 4 and not re.search(r"\s", value) and not _FILLED_IN_LATER.match(value)  # noqa: PLR2004


def _is_random(value: str) -> bool:
    """Say whether an unquoted word is no word of a language or a program: it has digits and letters."""
    return bool(re.search(r"\d", value) and re.search(r"[A-Za-z]", value)) and not re.fullmatch(r"[A-Za-z_]+\d{0,2}", value)


def found_in(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield what looks like a credential: first character, one past the last, and what it is."""
    for what, form in _FORMS.items():
        for found in re.finditer(form, text):
            yield *found.span(), what
    for found in _NAMED.finditer(text):
        group = "quoted" if found["quoted"] else "bare"
        value = found[group]
        if is_secret_value(value) and (group == "quoted" or _is_random(value)):
            yield *found.span(group), f"the value of {found['name']} looks like a credential"
