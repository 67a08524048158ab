"""What is sent, as it is written: a body as JSON, an id as a part of a path."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from segkit.credentials import REDACTED
from segkit.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping


def written(document: Mapping[str, Any], what: str) -> msgspec.Raw:
    """Write a body as JSON.

    Raises
    ------
    InvalidInput
        When it holds what JSON cannot say, or what was taken out of a reply because it was a credential.
    """
    try:
        body = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidInput(f"{what} cannot be written as JSON: {error}") from None
    if REDACTED.encode() in body:
        fix = "put the text back, or take the field out"
        raise InvalidInput(f"{what} holds {REDACTED} where a reply repeated a credential: {fix}")
    return msgspec.Raw(body)


def path_part(given: object, what: str, wanted: str) -> str:
    """Return an id for a path: percent-encoded, also ``/``, ``&`` and ``%``.

    Parameters
    ----------
    what, wanted
        What the id is of, and what to give instead.

    Raises
    ------
    InvalidInput
        When it is no text, or one that no path can carry.
    """
    if not isinstance(given, str) or not given:
        raise InvalidInput(f"{what} is {given!r}: {wanted}")
    if given in {".", ".."}:
        raise InvalidInput(f"{what} is {given!r}, which a path takes for a folder: {wanted}")
    try:
        return quote(given, safe="")
    except UnicodeEncodeError:
        raise InvalidInput(f"{what} is {given!r}, which is no text: {wanted}") from None
