"""Every error that segkit raises.

::

    SegkitError
    ├── MissingCredential      no token was given and the environment has none
    ├── InvalidInput           what was handed in cannot be used; .findings says where and how to mend it
    │   └── NotShared          a notebook holds what must not leave with it; nothing was written
    ├── NotAllowed             a live call that must not be made by accident, without the argument that allows it
    ├── NotebookFailed         a cell of a notebook failed when it was run; .notebook .cell .source .reason
    └── CallError              a call to a vendor; .method .url .attempts .in_doubt
        ├── Unreachable        no connection: nothing was sent
        ├── TimedOut           no answer in time: it may have been sent
        └── AnswerError        the vendor answered; .status .body
            ├── Unauthorized   401
            ├── Forbidden      403
            ├── NotFound       404
            ├── Conflict       409
            ├── Rejected       400, 422 and the like; .vendor_code .vendor_message
            ├── RateLimited    429; .retry_after in seconds, or None
            ├── VendorDown     5xx
            └── UnexpectedAnswer   not what the documentation says; .path names the place

Every text in an error is redacted when the error is made: messages, URLs and the bodies of answers.
"""

from __future__ import annotations

import copyreg
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from segkit.credentials import redact
from segkit.findings import Findings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from segkit.findings import Finding


class SegkitError(Exception):
    """The root of all errors of segkit."""

    def __init__(self, message: str) -> None:
        super().__init__(redact(message))

    def __reduce__(self) -> tuple[Any, ...]:
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__  # type: ignore[attr-defined]


class MissingCredential(SegkitError):
    """No credential was given, and the environment has none."""


class InvalidInput(SegkitError):
    """What was handed in cannot be used; nothing was sent.

    Attributes
    ----------
    findings
        Each with its place and its fix.
    """

    def __init__(self, message: str, findings: Iterable[Finding] = ()) -> None:
        self.findings = Findings(
            replace(f, where=redact(f.where), message=redact(f.message), fix=redact(f.fix)) for f in findings
        )
        super().__init__("\n".join([message, *map(str, self.findings)]))


class NotShared(InvalidInput):
    """A notebook holds what must not leave with it: credentials, absolute paths, rows of people. Nothing was written.

    Attributes
    ----------
    findings
        Each with its cell and its fix; what was found is not repeated.
    """


class NotAllowed(SegkitError):
    """A live call that must not be made by accident.

    One that saves something about invented people needs ``allow_production=True``, one whose path no document gives
    ``experimental=True``.
    """


class NotebookFailed(SegkitError):
    """A cell of a notebook failed when the notebook was run.

    Attributes
    ----------
    notebook
        The name of its file.
    cell
        Which cell, counted from 1, words included.
    source
        The code of the cell, redacted.
    reason
        What was raised, or what else happened, redacted.
    """

    def __init__(self, notebook: str, *, cell: int, source: str, reason: str) -> None:
        self.notebook = notebook
        self.cell = cell
        self.source = redact(source)
        self.reason = redact(reason)
        super().__init__(f"{notebook}, cell {cell}: {reason}\n\n{source}")


def _bare(url: str) -> str:
    """Return the URL without user and password; nothing of what cannot be taken apart."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


class CallError(SegkitError):
    """A call to a vendor failed.

    Attributes
    ----------
    method, url
        What was asked; empty when the text came from a file.
    attempts
        How often it was tried.
    in_doubt
        Whether a try may have been carried out: the last one, or one before it that met a time-out, a 5xx or a cut-off answer.
    """

    in_doubt = False

    def __init__(self, message: str, *, method: str = "", url: str = "", attempts: int = 1) -> None:
        self.method = method
        self.url = redact(_bare(url))
        self.attempts = attempts
        super().__init__(message)

    def __str__(self) -> str:
        call = f"{self.method} {self.url}: " if self.url else ""
        tries = f" ({self.attempts} attempts)" if self.attempts > 1 else ""
        return f"{call}{super().__str__()}{tries}"


class Unreachable(CallError):
    """No connection to the vendor: nothing was sent."""


class TimedOut(CallError):
    """No answer in time: the call may or may not have been carried out."""


class AnswerError(CallError):
    """The vendor answered, and the answer is a failure or cannot be used.

    Attributes
    ----------
    status
        The HTTP status, None when the text came from a file.
    body
        The answer as text, redacted.
    """

    def __init__(self, message: str, *, status: int | None = None, body: str | bytes = "", **call: Any) -> None:  # noqa: ANN401 - passed on
        self.status = status
        self.body = redact(body.decode(errors="replace") if isinstance(body, bytes) else body)
        super().__init__(message, **call)

    def __str__(self) -> str:
        return f"{super().__str__()} [HTTP {self.status}]" if self.status else super().__str__()


class Unauthorized(AnswerError):
    """The vendor does not accept the credential (401)."""


class Forbidden(AnswerError):
    """The credential has no right to do this (403)."""


class NotFound(AnswerError):
    """There is no such thing at the vendor (404)."""


class Conflict(AnswerError):
    """It conflicts with what the vendor holds (409)."""


class Rejected(AnswerError):
    """The vendor refused what was sent.

    Attributes
    ----------
    vendor_code
        The vendor's own code, None when it sent none.
    vendor_message
        The vendor's own words.
    """

    def __init__(self, message: str, *, vendor_code: int | None = None, vendor_message: str = "", **answer: Any) -> None:  # noqa: ANN401 - passed on
        self.vendor_code = vendor_code
        self.vendor_message = redact(vendor_message)
        super().__init__(message, **answer)


class RateLimited(AnswerError):
    """Too many calls (429).

    Attributes
    ----------
    retry_after
        Seconds the vendor asks to wait, None when it does not say.
    """

    def __init__(self, message: str, *, retry_after: float | None = None, **answer: Any) -> None:  # noqa: ANN401 - passed on
        self.retry_after = retry_after
        super().__init__(message, **answer)


class VendorDown(AnswerError):
    """The vendor's side failed (5xx)."""


class UnexpectedAnswer(AnswerError):
    """The answer is not what the documentation says.

    Attributes
    ----------
    path
        The JSON path, or the byte, line and column, where reading stopped.
    cut_off
        Whether the connection closed before the answer was whole.
    """

    def __init__(self, message: str, *, path: str = "$", cut_off: bool = False, **answer: Any) -> None:  # noqa: ANN401 - passed on
        self.path = redact(path)
        self.cut_off = cut_off
        super().__init__(f"{message} (at {path})", **answer)
