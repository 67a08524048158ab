"""What is wrong with a base URL or the name of a header, said without showing what may hold a password."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import httpx

_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


def address_fault(base_url: str) -> str | None:
    """Say why a base URL cannot be used, None when it can.

    A value and no error, so that the caller may let go of the URL before anything is raised: a traceback prints locals.
    """
    wanted = 'give a scheme and a host, such as "https://host/path"'
    try:
        parts = urlsplit(base_url)
        _ = parts.port  # raises where it is none
        (parts.hostname or "").encode("idna")
        usable = parts.scheme in {"http", "https"} and bool(httpx.URL(base_url).host)
    except (ValueError, TypeError, AttributeError, httpx.InvalidURL):
        return f"the base URL cannot be read: {wanted}"
    if "@" in parts.netloc:
        return "the base URL holds a user or password: give credentials as arguments or in the environment"
    if parts.query or parts.fragment:
        return "the base URL holds a query or a fragment: end it with the path"
    shown = "" if "@" in base_url else f" {base_url!r}"
    return None if usable else f"the base URL{shown} is not one: {wanted}"


def header_fault(name: str) -> str | None:
    """Say why a header cannot bear this name, None when it can."""
    return None if _HEADER.fullmatch(name) else f"{name!r} is no name of a header: give one such as x-access-token"
