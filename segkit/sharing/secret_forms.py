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
    "a key of OpenAI or Anthropic": r"\bsk-(?=[\w-]{0,99}\d)(?:[A-Za-z0-9]{20,}|(?:ant|proj|svcacct|admin)-[\w-]{16,})",
    "a key of Google": r"\b(?:AIza[\w-]{30,}|ya29\.[\w-]{16,}|GOCSPX-[\w-]{16,})",
    "a token of Hugging Face": r"\bhf_[A-Za-z0-9]{20,}",
    "a key of SendGrid": r"\bSG\.(?=[\w-]{0,99}\d)[\w-]{10,}\.[\w-]{10,}",
    "a token of a package index": r"\b(?:pypi-[\w-]{16,}|npm_[A-Za-z0-9]{20,})",
    "a webhook of Slack": r"\bhooks\.slack\.com/services/[\w/]{10,}",
    "a token of Databricks": r"\bdapi[0-9a-f]{32}\b",
    "the signature of a URL": r"(?<=[?&;]sig=)(?=[\w%+/=-]*\d)[\w%+/=-]{16,}",
    "a password in a URL": r"(?<=://)[^\s/:@'\"<>]*:[^\s/'\"<>]+(?=@)",
    "an Authorization header": (
        r"\b(?:(?i:authorization['\"]?\s{0,9}[:=]\s{0,9}['\"]?(?:bearer|basic|token))\s{1,9}[\w+/=.~-]{8,}"
        r"|(?:Bearer|Basic|Token|bearer|basic)\s{1,9}(?=[\w+/=.~-]*\d)(?![A-Za-z][a-z]+\d{0,5}\b(?![+/=.~-]))[\w+/=.~-]{8,})"
    ),
}

_NAME: Final = (
    r"(?:token|secret|passw(?:or)?[dt]|passphrase|pwd(?<!\b(?-i:PWD))(?<!\b(?-i:OLDPWD))|(?<![A-Za-z0-9])pw|credentials?|portal[_-]?code"
    r"|(?:api|access|secret|private|signing|encryption|account|auth|subscription|master|session)[ _-]?key"
    r"|authori[sz]ation|cookie|bearer)\d*"
)
"""The end of a name that tells: a search that began at the name's beginning would go over each word sixty times."""

LONGEST_NAME: Final = 60
_BEFORE: Final = re.compile(r"[\w.-]*\Z")
_QUOTE: Final = r"(?:\\{0,9}['\"`]|\\{1,9}u002[27]|%2[27]|&quot;|&\#0*3[49];|&\#[xX]0*2[27];|&apos;)"
_ANNOTATION: Final = r"(?:\s{0,9}:\s{0,9}[A-Za-z_][\w.\[\], |]{0,40}?(?=\s{0,9}=[^=]))?"
_SIGN: Final = rf"(?:[,\n]\s{{0,40}}{_QUOTE}?value{_QUOTE}?\s{{0,9}}[:=]|=>|[=:,|]|%3[AaDd]|\s\s|\n|\t)[\s=:>,|]{{0,99}}"
_NAMED: Final = re.compile(
    rf"(?i:(?P<name>{_NAME})(?![A-Za-z0-9])\**{_QUOTE}?\**\]?{_ANNOTATION}\s{{0,99}}{_SIGN})"
    r"(?:[bBrRfFuU]{,2}(?P<same>['\"`]{3}|['\"`])(?P<whole>(?:(?!(?P=same))[^\s<>\\]){4,}?)(?P=same)"
    rf"|[bBrRfFuU]{{,2}}{_QUOTE}(?P<quoted>[^\s'\"`<>]{{4,}}?){_QUOTE}|(?P<bare>[^\s'\"`<>&,;()\[\]{{}}]{{8,}}))"
)
_TYPED: Final = re.compile(
    rf"(?:%(?:set_)?env\s{{1,9}}(?i:[\w.-]{{0,60}}?{_NAME})\s{{1,9}}|(?<!-)--(?i:[\w-]{{0,40}}?{_NAME})\s{{1,9}}"
    r"|\s(?:-u|--user)\s{1,9}['\"]?[\w.@-]{1,99}:|\bsshpass\s{1,9}-p\s{0,9})['\"]?(?P<value>[^\s'\"$<>{}\[\]]{4,})"
)
"""What stands behind the option of a command."""

_HANDED: Final = re.compile(
    r"\b(?:(?:PureSpectrum(?:Buyer)?|CIOPulse|Infinity|Instaleap|Secret)\(\s{0,40}"
    r"|(?:auth\s{0,9}=\s{0,9}|BasicAuth|DigestAuth)\(\s{0,40}['\"][^'\"\n]{0,99}['\"]\s{0,9},\s{0,40})"
    r"['\"](?P<value>[^\s'\"]{4,})['\"]"
)
"""What a client is made with."""

_BEARING: Final = re.compile(rf"(?i:{_NAME})\Z")
_FILLED_IN_LATER: Final = re.compile(
    r"""(?i: \W* | change_?me | dummy | example | sample | test | (?:fake|dummy|example|replace)[_-].*
    | .*\.\.\. .* | <.*> | [{$\[].* | x{3,} | your\W.* | my[_-].* | .*placeholder.* | .*redacted.* | .*masked.*
    | none | null | nan | true | false | str | bytes | token | secret | password | string | optional | required
    | documented | derived | synthetic | os\.environ.* )\Z | [A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\Z""",
    re.VERBOSE,
)
"""What stands where a credential will: three dots, a name in angle brackets, the name of a variable of the environment."""


_OF_PROGRAMS: Final = re.compile(r"[A-Za-z_]+\d{0,2}(?:\.[A-Za-z_]+\d{0,2})*\Z")
"""The name of a variable, or of a part of one."""


def is_secret_name(name: str) -> bool:
    """Say whether what bears this name is a credential."""
    return bool(_BEARING.search(name))


def is_secret_value(value: str) -> bool:
    """Say whether a text may be a credential: one word, and no placeholder."""
    return len(value) >= 4 and not re.search(r"\s", value) and not _FILLED_IN_LATER.match(value)  # noqa: PLR2004


def _is_random(value: str) -> bool:
    """Say whether an unquoted word is no word of a language or a program: it has digits and letters."""
    return bool(re.search(r"\d", value) and re.search(r"[A-Za-z]", value)) and not _OF_PROGRAMS.match(value)


def found_in(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield what looks like a credential: first character, one past the last, and what it is."""
    for what, form in _FORMS.items():
        for found in re.finditer(form, text):
            yield *found.span(), what
    for handed in (*_TYPED.finditer(text), *_HANDED.finditer(text)):
        if is_secret_value(handed["value"]) and _is_random(handed["value"]):
            yield *handed.span("value"), "what is handed over here looks like a credential"
    for found in _NAMED.finditer(text):
        group = next(name for name in ("whole", "quoted", "bare") if found[name])
        if is_secret_value(found[group]) and (group != "bare" or _is_random(found["bare"]) or _is_of_environment(found)):
            before = _BEFORE.search(text, max(0, found.start() - LONGEST_NAME), found.start())
            name = f"{before[0] if before else ''}{found['name']}"
            yield *found.span(group), f"the value of {name} looks like a credential"


def _is_of_environment(found: re.Match[str]) -> bool:
    """Say whether a line such as ``DB_PASSWORD=correcthorse`` is one of an environment: there, letters may be a credential."""
    begin, _ = found.span("bare")
    after = found.string[found.end() : found.end() + 1]
    return found["name"].isupper() and found.string[begin - 1] == "=" and found["bare"].isalpha() and not after.strip()
