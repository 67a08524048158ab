"""The two calls of PureSpectrum's Segmentation API (seed 000): what is sent, and how the answers and refusals are read."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec

from segkit import reading
from segkit.credentials import redact
from segkit.errors import AnswerError, InvalidInput, Rejected, UnexpectedAnswer
from segkit.sel import wire
from segkit.sel.calculation import CalculateReply, SegmentAnswer
from segkit.sel.walk import Walk
from segkit.transport.call import Call, Reply
from segkit.vendors.answered import Answers, entries
from segkit.vendors.choices import check_locale, check_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from segkit.sel.qualifications import Qualifications
    from segkit.sel.tree import Tree
    from segkit.transport.client import Connection

Parsed = TypeVar("Parsed")


@dataclass(frozen=True, slots=True)
class RawAnswer(Generic[Parsed]):
    """What the vendor sent, before segkit read it: `reply` has status, headers and body; `parse()` reads it."""

    reply: Reply
    _read: Callable[[Reply], Parsed]

    def parse(self) -> Parsed:
        """Read the answer as the plain call does, with the same errors."""
        return self._read(self.reply)


class Segmentation:
    """The calls of `PureSpectrum`, answered with `RawAnswer`."""

    def __init__(self, connection: Connection, known: dict[tuple[str, int], Tree]) -> None:
        self._connection = connection
        self._known = known

    def qualifications(self, locale: str, ids: Iterable[int] | int) -> RawAnswer[Qualifications]:
        """Fetch trees; see `PureSpectrum.qualifications`."""
        check_locale(locale)
        asked = _ids(ids)
        params = {"locale": locale, "qualIds": ",".join(map(str, asked))}
        reply = self._connection.send(Call("GET", "/segmentation/qualifications", params, replayable=True))

        def read(reply: Reply) -> Qualifications:
            trees = wire.read_reply(reply.body, locale=locale, asked=asked)
            self._known.update({(locale, tree.parent_id): tree for tree in trees.values()})
            return trees

        return RawAnswer(reply, _as_documented(read))

    def calculate(self, locale: str, member_id: str, answers: Answers, *, tree: Tree | None = None) -> RawAnswer[SegmentAnswer]:
        """Calculate a segment; see `PureSpectrum.calculate`."""
        if tree is not None:
            check_tree(tree)
        source = answers if isinstance(answers, Walk) else tree
        check_locale(locale, source.locale if source else None)
        trees = [tree] if tree else [known for (language, _), known in list(self._known.items()) if language == locale]
        sent = entries(answers, trees, locale, member_id)
        return self.calculate_body({"locale": locale, "member_id": member_id, "segmentation_answers": sent})

    def calculate_body(self, body: Mapping[str, Any]) -> RawAnswer[SegmentAnswer]:
        """Send the body of a calculation as it is."""
        try:
            written = msgspec.Raw(msgspec.json.encode(body))
        except (TypeError, ValueError, RecursionError) as error:
            raise InvalidInput(f"the answers cannot be written as JSON: {error}") from None
        # Replayable is an assumption: the vendor does not document that a repeated calculation changes nothing.
        reply = self._connection.send(Call("POST", "/segmentation/calculate", json=written, replayable=True))
        return RawAnswer(reply, _as_documented(lambda reply: _segment(reply, body["member_id"])))


def _ids(ids: Any) -> list[int]:  # noqa: ANN401 - numbers of numpy and digits are ids as well
    """Return qualification ids as numbers; a single one may stand alone."""
    asked = [ids] if isinstance(ids, str) or not hasattr(ids, "__iter__") else list(ids)
    try:
        numbers = [int(each) if isinstance(each, str) else operator.index(each) for each in asked]
    except (TypeError, ValueError):
        numbers = []
    if not numbers:
        raise InvalidInput(f"ids are {ids!r}: give qualification ids, such as [3910, 4209]")
    return numbers


class _Failure(msgspec.Struct):
    """The two shapes of a failure that the document shows (sections 1 and 2.2), of any type: a failure is shown, not used."""

    code: Any = msgspec.field(name="ps_api_response_code", default=None)
    message: Any = msgspec.field(name="ps_api_response_message", default=None)
    status: Any = msgspec.field(name="apiStatus", default=None)
    msg: Any = None

    @property
    def words(self) -> tuple[int | None, str]:
        """The vendor's code and message, None and empty where there are none."""
        code = self.code if isinstance(self.code, int) else None
        return code, next((str(said) for said in (self.message, self.msg) if said), "")

    @property
    def is_one(self) -> bool:
        """Whether the body says failure."""
        return self.code is not None or _says_failure(self.status)


def _says_failure(status: object) -> bool:
    return isinstance(status, str) and status.lower() in {"fail", "failure"}


def _failure(body: bytes) -> _Failure:
    try:
        return reading.strict(body, _Failure)
    except UnexpectedAnswer:
        return _Failure()


def vendor_words(body: bytes) -> tuple[int | None, str]:
    """Read the vendor's code and message from a failure; None and empty where the body has neither shape."""
    return _failure(body).words


def _as_documented(read: Callable[[Reply], Parsed]) -> Callable[[Reply], Parsed]:
    """Read a refusal that comes with status 200 as one, and have every error name the call that was answered."""

    def documented(reply: Reply) -> Parsed:
        try:
            return read(reply)
        except UnexpectedAnswer as error:
            fault: AnswerError = _refusal(reply) or error
        fault.method, fault.url, fault.status, fault.attempts = reply.method, redact(reply.url), reply.status, reply.attempts
        # The frames below hold the body as it came, and a vendor may repeat the credential in it.
        fault.__cause__ = fault.__context__ = None
        raise fault.with_traceback(None)

    return documented


def _refusal(reply: Reply) -> Rejected | None:
    """Return the refusal that a body is, whatever its status; None where it is none."""
    failure = _failure(reply.body)
    code, message = failure.words
    said = message or "the vendor gave no reason"
    return Rejected(said, vendor_code=code, vendor_message=message, body=reply.body) if failure.is_one else None


def _segment(reply: Reply, member_id: str) -> SegmentAnswer:
    """Read the answer of a calculation; what is not the documented reply, or is for another member, is unexpected."""
    said = reading.strict(reply.body, CalculateReply)
    answer = None if _says_failure(said.status) else said.segment_answer(member_id, reply.headers.get("x-segkit-note", ""))
    if answer is None:
        raise UnexpectedAnswer("the reply has no segmentation", path="$.segmentation", body=reply.body)
    if answer.member_id != member_id:
        message = f"the reply is for member {answer.member_id!r}, asked for was {member_id!r}"
        raise UnexpectedAnswer(message, path="$.memberId", body=reply.body)
    return answer
