"""The two calls of PureSpectrum's Segmentation API (seed 000): what is sent, and how the answers and refusals are read."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import msgspec

from segkit import reading
from segkit.errors import InvalidInput, UnexpectedAnswer
from segkit.sel import wire
from segkit.sel.calculation import CalculateReply, SegmentAnswer
from segkit.sel.walk import Walk
from segkit.transport.call import Call
from segkit.vendors.answered import Answers, entries
from segkit.vendors.choices import check_locale, check_tree
from segkit.vendors.replies import RawAnswer, documented, says_failure

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from segkit.sel.qualifications import Qualifications
    from segkit.sel.tree import Tree
    from segkit.transport.call import Reply
    from segkit.transport.client import Connection


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

        return RawAnswer(reply, documented(read))

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
        return RawAnswer(reply, documented(lambda reply: _segment(reply, body["member_id"])))


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


def _segment(reply: Reply, member_id: str) -> SegmentAnswer:
    """Read the answer of a calculation; what is not the documented reply, or is for another member, is unexpected."""
    said = reading.strict(reply.body, CalculateReply)
    answer = None if says_failure(said.status) else said.segment_answer(member_id, reply.headers.get("x-segkit-note", ""))
    if answer is None:
        raise UnexpectedAnswer("the reply has no segmentation", path="$.segmentation", body=reply.body)
    if answer.member_id != member_id:
        message = f"the reply is for member {answer.member_id!r}, asked for was {member_id!r}"
        raise UnexpectedAnswer(message, path="$.memberId", body=reply.body)
    return answer
