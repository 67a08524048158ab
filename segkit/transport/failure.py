"""The error that a failed reply, or no reply, stands for."""

from __future__ import annotations

import time
from datetime import UTC
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import httpx

from segkit import errors, reading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from segkit.transport.call import Reply

KINDS: Mapping[int, type[errors.AnswerError]] = {
    401: errors.Unauthorized,
    403: errors.Forbidden,
    404: errors.NotFound,
    409: errors.Conflict,
}


def failure(reply: Reply, code: int | None, message: str, advice: str = "") -> errors.AnswerError:
    """Return the error that a failed reply stands for.

    Parameters
    ----------
    code, message
        The vendor's own, None and empty where its body has none.
    advice
        What the error says behind them.
    """
    about: dict[str, Any] = {
        "method": reply.method,
        "url": reply.url,
        "status": reply.status,
        "body": reply.body,
        "attempts": reply.attempts,
    }
    said = "; ".join(filter(None, (message or _without_words(reply.body), advice)))
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


def _without_words(body: bytes) -> str:
    """Say of a failure without the vendor's words what came in their place."""
    try:
        reading.strict(body, Any)
    except errors.UnexpectedAnswer as error:
        if "HTML" in str(error):
            return "the vendor gave no reason: the answer is an HTML page, not JSON"
    return "the vendor gave no reason"


_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.ProxyError)


def no_answer(error: httpx.HTTPError, request: httpx.Request, status: int | None, got: bytes) -> errors.CallError:
    """Return the error that a call without a whole answer stands for.

    Parameters
    ----------
    status, got
        What had come in when it broke off.
    """
    about: dict[str, Any] = {"method": request.method, "url": str(request.url)}
    if isinstance(error, _UNSENT):
        return errors.Unreachable(f"no connection: {error}", **about)
    if isinstance(error, httpx.TimeoutException):
        return errors.TimedOut(f"no answer within {request.extensions['timeout']['read']:g} seconds", **about)
    return broken_off(error, request, status, len(got), got)


def broken_off(
    error: httpx.HTTPError, request: httpx.Request, status: int | None, n_bytes: int, got: bytes = b""
) -> errors.UnexpectedAnswer:
    """Return the error for an answer that ended after so many bytes; `got` is what is still held of them."""
    message = f"the connection closed before the answer was whole: {error}"
    about: dict[str, Any] = {"method": request.method, "url": str(request.url), "status": status, "body": got}
    return errors.UnexpectedAnswer(message, path=f"byte {n_bytes}", cut_off=True, **about)


def too_long(request: httpx.Request) -> errors.TimedOut:
    """Return the error for an answer that came in, but too slowly."""
    return errors.TimedOut("the answer took longer than the total time allowed", method=request.method, url=str(request.url))


def retry_after_seconds(value: str | None) -> float | None:
    """Read a Retry-After header, in seconds or as a date; None where it is absent or unreadable."""
    if not value:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    # "-0000" is read as a time without a zone, and an HTTP date is never local.
    return max(0.0, (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - time.time())
