"""What a client of Infinity is made of: two credentials, an address, the number of an installation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from segkit.errors import InvalidInput
from segkit.registry.bounds import whole
from segkit.transport.client import Connection
from segkit.vendors.access import Access, basic, required
from segkit.vendors.infinity_replies import vendor_words

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from segkit.credentials import Secret
    from segkit.transport.call import Options
    from segkit.vendors.access import Address
    from segkit.vendors.infinity_wire import Encoding

USERNAME = "SEGKIT_INFINITY_USERNAME"
PASSWORD = "SEGKIT_INFINITY_PASSWORD"  # noqa: S105 - the name of a variable

_ADVICE = {
    401: "check user name and password, and that this user may use the API",
    403: "this user may not use the API, or not this installation",
}


def access(
    username: Secret | None, password: Secret | None, address: Address, *, app: WSGIApplication | None, options: Options
) -> Access:
    """Return the access of a client.

    Raises
    ------
    InvalidInput, MissingCredential
        When the address or a credential cannot be used, or a credential is missing.
    """
    url = address.checked()
    account = required(username, "Infinity", USERNAME, "username")
    pair = basic(account, required(password, "Infinity", PASSWORD, "password"))
    how: Any = {"words": vendor_words, "advice": _ADVICE, "app": app, "options": options}
    connection = Connection(url, secret=pair, header="Authorization", scheme="Basic", **how)
    return Access("Infinity", f"{USERNAME} and {PASSWORD}", connection, address.environment)


def installation(igrp: object) -> int:
    """Return the number of an installation.

    Raises
    ------
    InvalidInput
        When it is none.
    """
    number = whole(igrp)
    if number is None or number < 1:
        raise InvalidInput(f"igrp is {igrp!r}: give the number of an installation")
    return number


def encoding(given: Encoding) -> Encoding:
    """Return how a body is written.

    Raises
    ------
    InvalidInput
        When it is no known way.
    """
    if given not in {"form", "json"}:
        raise InvalidInput(f"body_encoding is {given!r}: give 'form' or 'json'")
    return given
