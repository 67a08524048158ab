"""What every vendor's double shares: a labelled reply, a refusal, the path as it was sent, and the face of a vendor."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask import Response
from werkzeug.routing import BaseConverter

from segkit import provenance

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Blueprint
    from flask.blueprints import BlueprintSetupState
    from werkzeug.datastructures import Headers

    from segkit.provenance import Provenance

PROVENANCE_HEADER = "x-segkit-provenance"
NOTE_HEADER = "x-segkit-note"
LABEL = provenance.LABEL
"""The last key of an object in a body that the vendor's document does not show."""

OWN_WORDING = "(sandbox wording) "
"""How a message begins that no document prints."""


@dataclass(frozen=True, slots=True)
class Vendor:
    """What the app needs to know of a vendor's double.

    Attributes
    ----------
    routes
        A blueprint that bears the vendor's name.
    credential
        The credential that a request carries, for the fault that echoes it.
    failure
        The vendor's error body around a message and a status.
    """

    routes: Blueprint
    credential: Callable[[Headers], str]
    failure: Callable[[str, int], Any]

    def refusal(self, message: str, status: int, note: str = "") -> Response:
        """Refuse in the vendor's form and our own words; a body that is an object is labelled as well."""
        body = self.failure(f"{OWN_WORDING}{message}", status)
        return reply({**body, LABEL: "synthetic"} if isinstance(body, dict) else body, "synthetic", note, status=status)


class _Rest(BaseConverter):
    """All that follows in a path, whatever it is: an id may hold slashes."""

    regex = "(?s:.+)"
    part_isolating = False


def accept_rest(setup: BlueprintSetupState) -> None:
    """Let the rules of a blueprint end with ``<rest:name>``."""
    setup.app.url_map.converters["rest"] = _Rest


class Refusal(Exception):
    """The vendor refuses: carries the reply, and never leaves the app."""

    def __init__(self, response: Response) -> None:
        self.response = response
        super().__init__(response.status)


def authorization(headers: Headers) -> str:
    """Return the credential of an Authorization header: the token of Bearer, ``account:password`` of Basic, else nothing."""
    scheme, _, sent = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return sent.strip()
    try:
        return base64.b64decode(sent, validate=True).decode() if scheme.lower() == "basic" else ""
    except ValueError:
        return ""


def encode(body: object) -> bytes:
    """Write JSON compactly, characters as they are."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def reply(body: object, provenance: Provenance, note: str = "", *, status: int = 200) -> Response:
    """Make a labelled JSON reply; `body` may be bytes that are JSON already, `note` is one line of ASCII."""
    response = Response(body if isinstance(body, bytes) else encode(body), status, mimetype="application/json")
    response.headers[PROVENANCE_HEADER] = provenance
    if note:
        response.headers[NOTE_HEADER] = note
    return response


def raw_path(environ: Mapping[str, Any]) -> str:
    """Return the path as it was sent, still percent-encoded and without its query.

    WSGI decodes ``PATH_INFO``, so that an id with ``%2F`` in it cannot be told from two segments of the path. cheroot
    keeps the original in ``REQUEST_URI``, werkzeug-like mounts in ``RAW_URI``.
    """
    sent = environ.get("RAW_URI") or environ.get("REQUEST_URI") or quote(environ.get("PATH_INFO", ""), encoding="latin-1")
    _, absolute, rest = sent.partition("://") if not sent.startswith("/") else ("", "", sent)
    path: str = "/" + rest.partition("/")[2] if absolute else sent
    return path.partition("?")[0].partition("#")[0]
