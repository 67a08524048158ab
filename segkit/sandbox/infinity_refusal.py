"""How the double of Infinity refuses: a bare JSON string, as its pages on the basics say of errors and messages."""

from __future__ import annotations

from typing import NoReturn

from segkit.sandbox.exchange import OWN_WORDING, Refusal, reply

AUTH_REQUIRED = "auth required"
ACCESS_DENIED = "access denied"

_OURS = "that an error is a JSON string is documented of the Reports API; when it refuses, its status and its words are not"


def failure(message: str, _status: int) -> str:
    """Return the form of an error."""
    return message


def refuse(message: str, *, status: int = 400) -> NoReturn:
    """Refuse in our own words."""
    raise Refusal(reply(f"{OWN_WORDING}{message}", "synthetic", _OURS, status=status))


def refuse_built_in(message: str) -> NoReturn:
    """Refuse what touches a built-in segment: that this is an error is documented."""
    note = "that this is refused is documented; with which status and words is not"
    raise Refusal(reply(f"{OWN_WORDING}{message}", "derived", note, status=400))


def refuse_credentials() -> NoReturn:
    """Refuse whoever brings no credentials, or wrong ones."""
    note = "status and words are documented of version 2.1, where no key was sent; that wrong ones get the same is derived"
    raise Refusal(reply(AUTH_REQUIRED, "derived", note, status=401))


def refuse_access() -> NoReturn:
    """Refuse a user without the right to use the API."""
    raise Refusal(reply(ACCESS_DENIED, "derived", "status and words are documented of version 2.1", status=403))
