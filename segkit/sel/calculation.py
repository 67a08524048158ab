"""The body of "Calculate Segmentation" (seed 000, section 3.1), written and its answer read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from segkit import frames, markup
from segkit.provenance import Provenance, weakest

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from segkit.sel.answers import Given
    from segkit.sel.question import Answer, Question

Body = dict[str, Any]


def body(locale: str, member_id: str, answered: Iterable[tuple[Question, Given]], parent_id: int) -> Body:
    """Write the body of a calculation, its keys in the order of the vendor's example.

    Parameters
    ----------
    answered
        Each question with its normalised answer, in walking order.
    """
    return {
        "locale": locale,
        "member_id": member_id,
        "segmentation_answers": [entry(question, given, parent_id) for question, given in answered],
    }


def entry(question: Question, given: Given, parent_id: int) -> Body:
    """Write one question with its answer."""
    written: Body = {"qualification_id": question.qualification_id, "question_type": question.question_type or question.kind}
    if question.description is not None:
        written["question_description"] = question.description
    if question.kind == "input":
        if question.placeholder is not None:
            written["answer_placeholder"] = question.placeholder
        written["answers"] = [{"value": given}]
    else:
        chosen = given if isinstance(given, tuple) else (given,)
        written["answers"] = [_choice(answer) for answer in question.answers if answer.id in chosen]
    own = question.segmentation.parent_qualification_id if question.segmentation else None
    written["segmentation"] = {"parent_qualification_id": parent_id if own is None else own}
    return written


def _choice(answer: Answer) -> Body:
    texts = {"text": answer.text, "eng_text": answer.eng_text}
    return {"id": answer.id, **{key: value for key, value in texts.items() if value is not None}}


class SegmentAnswer(msgspec.Struct, frozen=True):
    """The segment that the vendor calculated for a member: the answer `segment_id` of the parent `qualification_id`."""

    member_id: str
    qualification_id: int
    segment_id: int
    segment_text: str
    description: str | None = None
    locale: str | None = None
    provenance: Provenance = "documented"
    note: str = ""

    def to_frame(self) -> pd.DataFrame:
        """Return one row: member_id, qualification_id, segment_id, segment_text, locale, provenance."""
        row = (self.member_id, self.qualification_id, self.segment_id, self.segment_text, self.locale, self.provenance)
        return frames.from_rows(frames.SEGMENT_ANSWER, [row])

    def __repr__(self) -> str:
        named = f"{self.qualification_id} segment {self.segment_id} {self.segment_text!r}"
        return f"<SegmentAnswer {self.member_id!r}: {named}, {self.provenance}>"

    def _repr_html_(self) -> str:
        row = (self.member_id, self.qualification_id, self.segment_id, self.segment_text, self.provenance)
        head = ["member", "qualification", "segment id", "segment", "provenance"]
        return markup.join([markup.table("Segment", head, [row]), markup.note(self.note) if self.note else ""]).html


class _Segment(msgspec.Struct):
    qualification_id: int
    segment_id: int
    segment_text: str
    question_description: str | None = None


class CalculateReply(msgspec.Struct):
    """The reply as it is documented; a failure has no segmentation."""

    status: str | None = msgspec.field(name="apiStatus", default=None)
    locale: str | None = None
    member_id: str | None = msgspec.field(name="memberId", default=None)
    segmentation: _Segment | None = None
    message: str | None = msgspec.field(name="msg", default=None)
    provenance: Provenance = msgspec.field(name="x_segkit_provenance", default="documented")

    def segment_answer(self, asked_for: str, note: str = "", word: Provenance = "documented") -> SegmentAnswer | None:
        """Return the segment, None where the reply has none."""
        found = self.segmentation
        if found is None:
            return None
        return SegmentAnswer(
            self.member_id if self.member_id is not None else asked_for,
            found.qualification_id,
            found.segment_id,
            found.segment_text,
            found.question_description,
            self.locale,
            weakest(self.provenance, word),
            note,
        )
