"""A reply as it came, the call that every error about it names, and the refusals of PureSpectrum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec

from segkit import reading
from segkit.credentials import redact
from segkit.errors import AnswerError, Rejected, UnexpectedAnswer

if TYPE_CHECKING:
    from collections.abc import Callable

    from segkit.transport.call import Reply

Parsed = TypeVar("Parsed")

SUCCESS = 1000
"""The code of a call that was carried out, as an old page of the Buy API prints it."""


@dataclass(frozen=True, slots=True)
class RawAnswer(Generic[Parsed]):
    """What the vendor sent, before segkit read it: `reply` has status, headers and body; `parse()` reads it."""

    reply: Reply
    _read: Callable[[Reply], Parsed]

    def parse(self) -> Parsed:
        """Read the answer as the plain call does, with the same errors."""
        return self._read(self.reply)


class _Failure(msgspec.Struct):
    """The shapes of a failure that the documents show, of any type: a failure is shown, not used.

    Code and message in the general shape (seed 000, section 1; the Buy API's 4xx), status and msg (seed 000, section 2.2; the
    Buy API's 401), and the Buy API's other code and message (transaction status).
    """

    code: Any = msgspec.field(name="ps_api_response_code", default=None)
    message: Any = msgspec.field(name="ps_api_response_message", default=None)
    status: Any = msgspec.field(name="apiStatus", default=None)
    msg: Any = None
    error_code: Any = msgspec.field(name="ps_error_code", default=None)
    error_message: Any = msgspec.field(name="ps_error_message", default=None)

    @property
    def words(self) -> tuple[int | None, str]:
        """The vendor's code and message, None and empty where there are none."""
        code = next((code for code in (self.code, self.error_code) if isinstance(code, int)), None)
        return code, next((str(said) for said in (self.message, self.msg, self.error_message) if said), "")

    @property
    def is_one(self) -> bool:
        """Whether the body says failure."""
        said = next((code for code in (self.code, self.error_code) if code is not None), SUCCESS)
        return said != SUCCESS or says_failure(self.status)


def says_failure(status: object) -> bool:
    """Whether an ``apiStatus`` is that of a failure."""
    return isinstance(status, str) and status.lower() in {"fail", "failure"}


def _failure(body: bytes) -> _Failure:
    try:
        return reading.strict(body, _Failure)
    except UnexpectedAnswer:
        return _Failure()


def vendor_words(body: bytes) -> tuple[int | None, str]:
    """Read the vendor's code and message from a failure; None and empty where the body has neither shape."""
    return _failure(body).words


def refusal(reply: Reply) -> Rejected | None:
    """Return the refusal of PureSpectrum's that a body is, whatever its status; None where it is none."""
    failure = _failure(reply.body)
    code, message = failure.words
    said = message or "the vendor gave no reason"
    return Rejected(said, vendor_code=code, vendor_message=message, body=reply.body) if failure.is_one else None


def documented(
    read: Callable[[Reply], Parsed], refused: Callable[[Reply], AnswerError | None] = refusal
) -> Callable[[Reply], Parsed]:
    """Read a refusal that comes with a status of success as one, and have every error name the call that was answered.

    Parameters
    ----------
    refused
        Returns the refusal that a body is, None where it is none.
    """

    def read_reply(reply: Reply) -> Parsed:
        try:
            return read(reply)
        except UnexpectedAnswer as error:
            fault: AnswerError = refused(reply) or error
        except RecursionError:
            fault = UnexpectedAnswer("the answer is nested too deep to be read", body=reply.body)
        fault.method, fault.url, fault.status, fault.attempts = reply.method, redact(reply.url), reply.status, reply.attempts
        # Success that cannot be read is success all the same.
        fault.in_doubt = reply.in_doubt or isinstance(fault, UnexpectedAnswer)
        # The frames below hold the body as it came, and a vendor may repeat the credential in it.
        fault.__cause__ = fault.__context__ = None
        raise fault.with_traceback(None)

    return read_reply


def told(reply: Reply) -> dict[str, Any]:
    """Read an answer that is an object; a vendor may repeat the credential in it, so its texts are redacted.

    Raises
    ------
    UnexpectedAnswer
        When it is none.
    """
    found = reading.strict(reply.body, dict[str, Any])
    written = msgspec.json.encode(found).decode()
    return found if redact(written) == written else _clean(found)


def _clean(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    if isinstance(value, dict):
        return {redact(name): _clean(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_clean(member) for member in value]
    return redact(value) if isinstance(value, str) else value
