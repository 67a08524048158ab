"""The error that a failed reply stands for."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from segkit import errors

if TYPE_CHECKING:
    from collections.abc import Mapping

    from segkit.transport.call import Reply

KINDS: Mapping[int, type[errors.AnswerError]] = {
    401: errors.Unauthorized,
    403: errors.Forbidden,
    404: errors.NotFound,
    409: errors.Conflict,
}


def failure(reply: Reply, code: int | None, message: str) -> errors.AnswerError:
    """Return the error that a failed reply stands for.

    Parameters
    ----------
    code, message
        The vendor's own, None and empty where its body has none.
    """
    about: dict[str, Any] = {
        "method": reply.method,
        "url": reply.url,
        "status": reply.status,
        "body": reply.body,
        "attempts": reply.attempts,
    }
    said = message or "the vendor gave no reason"
    if reply.status in KINDS:
        return KINDS[reply.status](said, **about)
    if reply.status == HTTPStatus.TOO_MANY_REQUESTS:
        return errors.RateLimited(said, retry_after=retry_after_seconds(reply.headers.get("retry-after")), **about)
    if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return errors.VendorDown(said, **about)
    if reply.status < HTTPStatus.BAD_REQUEST:
        return errors.UnexpectedAnswer(
            "a redirect, which is not followed: check the base URL", path="the location header", **about
        )
    return errors.Rejected(said, vendor_code=code, vendor_message=message, **about)


def retry_after_seconds(value: str | None) -> float | None:
    """Read a Retry-After header, in seconds or as a date; None where it is absent or unreadable."""
    if not value:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (TypeError, ValueError):
        return None
