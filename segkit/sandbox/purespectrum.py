"""PureSpectrum's Segmentation API, as its guide of 19 December 2025 documents it; sections in the comments are the guide's.

What the guide leaves open is decided here, labelled, and said in the reply's note.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from flask import Blueprint, Response, g, request

from segkit.provenance import weakest
from segkit.sandbox.exchange import LABEL, OWN_WORDING, Refusal, Vendor, encode, reply

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from werkzeug.datastructures import Headers

    from segkit.provenance import Provenance
    from segkit.sandbox.state import State
    from segkit.sandbox.switches import Switches
    from segkit.sandbox.trees import Child, Tree

PREFIX = "/suppliers/v2/segmentation"
TOKEN_HEADER = "x-access-token"  # noqa: S105 - the name of a header
OTHER_TOKEN_HEADER = "access-token"  # noqa: S105 - what the vendor's other APIs call it
NOT_ONE = "Not a segmentation qualification."
STATUS_DERIVED = "the body is documented; its status follows from the lists of statuses in 2.1 and 3.1"

_MEMBERS = """
CREATE TABLE IF NOT EXISTS purespectrum_members (
    member_id TEXT NOT NULL, qualification_id INTEGER NOT NULL, locale TEXT NOT NULL,
    segment_id INTEGER NOT NULL, attempts INTEGER NOT NULL, PRIMARY KEY (member_id, qualification_id)
)
"""
_SAVE = """
INSERT INTO purespectrum_members VALUES (?, ?, ?, ?, 1)
ON CONFLICT DO UPDATE SET locale = excluded.locale, segment_id = excluded.segment_id, attempts = attempts + 1
RETURNING attempts
"""


class Member(NamedTuple):
    """A member whose segment the vendor saved, and how often it was calculated."""

    member_id: str
    qualification_id: int
    locale: str
    segment_id: int
    attempts: int


def members(state: State) -> list[Member]:
    """Return whose segment was saved."""
    with state.transaction() as connection:
        return [Member(*row) for row in connection.execute("SELECT * FROM purespectrum_members ORDER BY rowid")]


def failure(message: str) -> dict[str, Any]:
    """Return the general error format of section 1."""
    return {"ps_api_response_code": 9999, "ps_api_response_message": message}


def _refuse(message: str, provenance: Provenance, note: str, *, status: int = 400) -> NoReturn:
    """Refuse with the body that sections 2.2 and 3.2 print; our own messages are labelled in the body too."""
    body = {"apiStatus": "Failure", "msg": message, **({LABEL: provenance} if provenance == "synthetic" else {})}
    raise Refusal(reply(body, provenance, note, status=status))


def _refuse_ours(message: str) -> NoReturn:
    _refuse(f"{OWN_WORDING}{message}", "synthetic", "the guide does not say what is answered here")


class Segmentation:
    """The two endpoints over the same trees.

    Parameters
    ----------
    state
        Where members are saved.
    trees
        No two with the same parent id.
    tokens
        The supplier tokens that are let in.
    """

    def __init__(self, state: State, trees: Iterable[Tree], tokens: Iterable[str], switches: Switches) -> None:
        self._state = state
        self._trees = {tree.id: tree for tree in trees}
        self._locales = {tree.locale for tree in self._trees.values()}
        self._parent_of = {child: tree for tree in self._trees.values() for child in tree.children}
        self._tokens = frozenset(tokens)
        self._switches = switches
        state.create("purespectrum_members", _MEMBERS)

    def vendor(self) -> Vendor:
        """Return what the app mounts."""
        routes = Blueprint("purespectrum", __name__, url_prefix=PREFIX)
        routes.add_url_rule("/qualifications", view_func=self.qualifications, methods=["GET"])
        routes.add_url_rule("/calculate", view_func=self.calculate, methods=["POST"])
        return Vendor(routes, self._credential, lambda message, _: failure(message))

    def _credential(self, headers: Headers) -> str:
        sent = headers.get(TOKEN_HEADER)
        if sent is None and self._switches.accept_access_token:
            sent = headers.get(OTHER_TOKEN_HEADER)
        return sent or ""

    def _authenticate(self) -> None:
        if self._credential(request.headers) not in self._tokens:
            body = {**failure(f"{OWN_WORDING}Missing or invalid x-access-token."), LABEL: "derived"}
            note = "the status is documented; the body follows the general error format of section 1"
            raise Refusal(reply(body, "derived", note, status=401))

    def _refuse_missing(self, documented_in: str) -> NoReturn:
        message = "Missing required parameters."
        if self._switches.error_shape == "2.2":
            raise Refusal(reply({"apiStatus": "fail", "msg": message}, "derived", STATUS_DERIVED, status=400))
        if documented_in == "2.1":
            raise Refusal(reply(failure(message), "documented", status=400))
        note = "the status is documented in 3.1; the body is that which 2.1 prints for the other endpoint"
        raise Refusal(reply(failure(message), "derived", note, status=400))

    # GET /qualifications: section 2

    def qualifications(self) -> Response:
        """Answer with the asked parents that the locale has."""
        self._authenticate()
        locale, wanted = request.args.get("locale"), request.args.get("qualIds")
        if not locale or not wanted:
            self._refuse_missing("2.1")
        if locale not in self._locales:
            _refuse(NOT_ONE, "derived", STATUS_DERIVED)
        ids = [_whole_number(text) for text in wanted.split(",")]
        found = [self._asked(each, locale) for each in dict.fromkeys(ids)]
        served = [part for part in found if part is not None]
        dropped: list[Provenance] = ["derived"] if len(served) < len(found) else []
        notes = [note for _, _, note in served]
        if dropped:
            notes.append("a parent that the locale lacks was left out, as in the example of 2.1")
        body = b"[" + b",".join(body for body, _, _ in served) + b"]"
        return reply(body, weakest(*dropped, *(word for _, word, _ in served)), "; ".join(notes))

    def _asked(self, qualification_id: int | None, locale: str) -> tuple[bytes, Provenance, str] | None:
        """Return body, label and note of one id; None for a parent that the locale lacks."""
        tree = self._trees.get(qualification_id or 0)
        if tree:
            return (tree.body, tree.provenance, tree.note) if tree.locale == locale else None
        parent = self._parent_of.get(qualification_id or 0)
        if parent and self._switches.child_id == "serve":
            if parent.locale != locale:
                return None
            child = parent.children[qualification_id or 0].wire
            note = f"{qualification_id} is a child: 2.2 shows it refused, and names it as the remedy"
            return (
                encode({str(qualification_id): {**child, LABEL: child.get(LABEL, "derived")}}),
                weakest("derived", parent.provenance),
                note,
            )
        note = (
            "2.2 prints this body; that it holds for a child of a known locale follows from its words"
            if parent
            else STATUS_DERIVED
        )
        _refuse(NOT_ONE, "derived", note)

    # POST /calculate: section 3

    def calculate(self) -> Response:
        """Answer with the segment of a member, and save it."""
        self._authenticate()
        body = _read_object(request.get_data(cache=False))
        if body is None or not all(body.get(name) for name in ("locale", "member_id", "segmentation_answers")):
            self._refuse_missing("3.1")
        locale, member_id, sent = body["locale"], body["member_id"], body["segmentation_answers"]
        if not (isinstance(locale, str) and isinstance(member_id, str) and isinstance(sent, list) and _is_text(member_id)):
            _refuse_ours("locale and member_id are texts, segmentation_answers is an array.")
        g.subject = member_id
        if locale not in self._locales:
            _refuse_ours(f"There is no locale {locale!r}.")
        tree, answers = self._answers(sent, locale)
        codes = {child: tree.children[child].codes.get(answer, answer) for child, answer in answers.items()}
        segment = tree.segment(codes)
        with self._state.transaction() as connection:
            ((attempts,),) = connection.execute(_SAVE, (member_id, tree.id, locale, segment["id"])).fetchall()
        return _calculated(tree, member_id, segment, attempts, documented=tree.is_documented(answers))

    def _answers(self, sent: list[object], locale: str) -> tuple[Tree, dict[int, int]]:
        """Return the tree and the answer id or number of each of its children."""
        answers: dict[int, int] = {}
        for entry in sent:
            if not isinstance(entry, dict):
                _refuse_ours("Each of segmentation_answers is an object.")
            child_id = entry.get("qualification_id")
            tree = self._parent_of.get(child_id) if type(child_id) is int else None
            if tree is None or tree.locale != locale:
                _refuse_ours(f"Qualification {child_id!r} is no child of a segmentation qualification in {locale}.")
            child = tree.children[child_id]
            answer = _answer(child, entry.get("answers"))
            if child.id in answers:
                _refuse_several(child.id)
            segmentation = entry.get("segmentation")
            if not isinstance(segmentation, dict) or segmentation.get("parent_qualification_id") != tree.id:
                _refuse_ours(f"The parent_qualification_id of {child.id} is {tree.id}.")
            answers[child.id] = answer
        tree = self._parent_of[next(iter(answers))]
        if strange := [child for child in answers if child not in tree.children]:
            _refuse_ours(f"Qualifications {strange} belong to another parent than {tree.id}.")
        if missing := [child for child in tree.children if child not in answers]:
            _refuse_ours(f"Qualifications {missing} are not answered.")
        return tree, answers


def _whole_number(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < len(str(2**63)) else None


def _is_text(text: str) -> bool:
    """Whether a text can be stored: half of a surrogate pair, which JSON can spell, cannot."""
    return not any("\ud800" <= char <= "\udfff" for char in text)


def _refuse_constant(text: str) -> NoReturn:
    raise ValueError(text)


def _read_object(sent: bytes) -> dict[str, Any] | None:
    """Return the JSON object that was sent, None when it is none."""
    try:
        body = json.loads(sent, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _refuse_several(child_id: int) -> NoReturn:
    _refuse(f"Only one answer is allowed for qualification {child_id}.", "derived", STATUS_DERIVED)


def _answer(child: Child, sent: object) -> int:
    """Return the answer id, or the number that was entered."""
    if not isinstance(sent, list) or not sent or not all(isinstance(answer, dict) for answer in sent):
        _refuse_ours(f"Qualification {child.id} needs an array with one answer.")
    if len(sent) > 1:
        _refuse_several(child.id)
    answer: Mapping[str, Any] = sent[0]
    if child.bounds:
        number = child.number(answer.get("value"))
        if number is None:
            note = f"the guide prints this body for -1; its status, and other values than 0 to {child.bounds[1]}, are derived"
            _refuse("Error on regex open ended", "derived", note)
        return number
    answer_id = answer.get("id")
    if type(answer_id) is not int or answer_id not in child.codes:
        _refuse_ours(f"Qualification {child.id} has no answer {answer_id!r}.")
    return answer_id


def _calculated(tree: Tree, member_id: str, segment: Mapping[str, Any], attempts: int, *, documented: bool) -> Response:
    """Return the reply of section 3.1, labelled unless it is the one that is printed there."""
    result = {
        "question_description": tree.description,
        "qualification_id": tree.id,
        "segment_text": segment["text"],
        "segment_id": segment["id"],
    }
    body: dict[str, Any] = {"apiStatus": "Success", "locale": tree.locale, "memberId": member_id, "segmentation": result}
    if documented and attempts == 1:
        return reply(body, "documented")
    notes = [] if documented else [tree.note]
    if attempts > 1:
        notes.append("the member was calculated before: what is answered then is not documented")
    return reply({**body, LABEL: "synthetic"}, "synthetic", "; ".join(notes))
