"""TreeWalker: walk a qualification tree by hand, see what the vendor would refuse, and get the exact body to send."""

from __future__ import annotations

import json
import pathlib
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from segkit import markup
from segkit.errors import SegkitError
from segkit.findings import SIGNS, Findings
from segkit.sel.walk import said
from segkit.widgets.twin import Twin

if TYPE_CHECKING:
    from collections.abc import Callable

    from segkit.sel.calculation import SegmentAnswer
    from segkit.sel.question import Question
    from segkit.sel.tree import Tree
    from segkit.sel.walk import Walk

    Calculate = Callable[[str, str, Walk], SegmentAnswer]

STATIC = pathlib.Path(__file__).parent / "static"
PLACEHOLDER_LOCALE = "LOCALE"


class TreeWalker(anywidget.AnyWidget):  # type: ignore[misc] # anywidget has no types
    """A widget to walk a tree: the questions, where you are, findings beside the answer, the POST body, the segment.

    Parameters
    ----------
    tree
        The tree to walk, or a `Walk` to go on with.
    calculate
        What calculates a segment, called with locale, member id and the walk: ``ps.calculate`` of a live client or of a
        sandbox. Without it the widget shows what would be sent.
    member_id
        Under which id the segment is calculated.
    locale
        Needed where the tree was read from a saved answer.

    Examples
    --------
    >>> ps = segkit.PureSpectrum.sandbox()                                       # doctest: +SKIP
    >>> TreeWalker(ps.qualifications("en_US", [3910])[3910], calculate=ps.calculate)  # doctest: +SKIP
    """

    _esm = STATIC / "tree_walker.js"
    _css = STATIC / "tree_walker.css"
    view = traitlets.Dict().tag(sync=True)

    def __init__(
        self, tree: Tree | Walk, calculate: Calculate | None = None, *, member_id: str = "member-1", locale: str | None = None
    ) -> None:
        self.walk: Walk = tree.walk() if hasattr(tree, "walk") else tree.copy()
        self.result: SegmentAnswer | None = None
        self.member_id = member_id
        self.locale = locale or self.walk.locale
        self._calculate = calculate
        self._error = ""
        self._kept = ""
        self._status = ""
        self._twin = Twin(self._picture, super()._repr_mimebundle_)
        super().__init__(view=self._drawn())
        self.on_msg(self._heard)

    @property
    def payload(self) -> dict[str, Any]:
        """The body of the calculate call, with what is answered so far."""
        return self.walk.payload(self.member_id, locale=self.locale or PLACEHOLDER_LOCALE, partial=True)

    @property
    def findings(self) -> Findings:
        """What was refused."""
        return self.walk.findings

    def keep(self) -> None:
        """Write the state as it is now into the notebook, for readers without a kernel."""
        self._kept = self._twin.keep()
        self._redraw(self._kept)

    def answer(self, value: Any, question: int | str | None = None) -> TreeWalker:  # noqa: ANN401 - as Walk.answer
        """Answer as the user would; the widget shows it."""
        self._heard(self, {"do": "answer", "question": question, "value": value}, [])
        return self

    def _heard(self, _widget: object, message: dict[str, Any], _buffers: object) -> None:
        """Do what the user did in the view."""
        act = getattr(self, f"_do_{message.get('do')}", None)
        if act is not None:
            self._error = ""
            self._redraw(act(message) or "")

    def _redraw(self, status: str) -> None:
        self._status = status
        self.view = self._drawn()

    def _do_answer(self, message: dict[str, Any]) -> str:
        at = message.get("question") or (self.walk.current.qualification_id if self.walk.current else None)
        question = next(q for q in self.walk.questions if at in {q.qualification_id, q.name})
        self.walk.answer(message.get("value"), question.qualification_id)
        self.result = None
        refused = [f for f in self.walk.findings if question.name in f.where]
        if refused:
            return f"{question.name}: {refused[0].message}"
        if question.qualification_id not in self.walk.answers:
            return f"{question.name} has no answer yet."
        return f"{question.name} answered." if self.walk.current else "Every question is answered."

    def _do_clear(self, message: dict[str, Any]) -> str:
        self.result = None
        self.walk.clear(message["question"])
        return "Answer taken back."

    def _do_go(self, message: dict[str, Any]) -> None:
        self.walk.go_to(message["question"])

    def _do_back(self, _message: dict[str, Any]) -> None:
        self.walk.back()

    def _do_member(self, message: dict[str, Any]) -> None:
        self.member_id = str(message.get("value", "")).strip()
        self.result = None

    def _do_restart(self, _message: dict[str, Any]) -> str:
        for question in self.walk.questions[::-1]:
            self.walk.clear(question.qualification_id)
        self.result = None
        return "Started again."

    def _do_keep(self, _message: dict[str, Any]) -> str:
        self._kept = self._twin.keep()
        return self._kept

    def _do_calculate(self, _message: dict[str, Any]) -> str:
        self.result = None
        if self._calculate is None:
            return ""
        try:
            self.walk.payload(self.member_id, locale=self.locale)
            self.result = self._calculate(self.locale or "", self.member_id, self.walk)
        except SegkitError as error:
            self._error = str(error)
            return self._error
        return f"Segment: {self.result.segment_text}."

    def _drawn(self) -> dict[str, Any]:
        """Return all that the view shows."""
        parent = self.walk.parent
        return {
            "title": f"{(parent.description or '').strip()} ({parent.qualification_id})",
            "provenance": parent.weakest_provenance,
            "lang": (self.locale or "").replace("_", "-"),
            "segments": [answer.label for answer in parent.answers],
            "outline": [self._step(question) for question in self.walk.questions],
            "question": self._asked(self.walk.current),
            "can_back": self.walk.current is not (self.walk.questions or (None,))[0],
            "complete": self.walk.complete,
            "has_client": self._calculate is not None,
            "member_id": self.member_id,
            "payload": json.dumps(self.payload, indent=2, ensure_ascii=False),
            "result": self._shown_result(),
            "error": self._error,
            "status": self._status,
            "kept": self._kept,
        }

    def _step(self, question: Question) -> dict[str, Any]:
        given = self.walk.answers.get(question.qualification_id)
        here = question is self.walk.current
        refused = any(f"({question.qualification_id})" in finding.where for finding in self.walk.findings)
        state = "refused" if refused else "answered" if given is not None else "current" if here else "open"
        return {
            "id": question.qualification_id,
            "name": question.name,
            "state": state,
            "here": here,
            "said": said(question, given) or "",
        }

    def _asked(self, question: Question | None) -> dict[str, Any] | None:
        if question is None:
            return None
        given = self.walk.answers.get(question.qualification_id)
        chosen = given if isinstance(given, tuple) else (given,)
        found = [f for f in self.walk.findings if f"({question.qualification_id})" in f.where]
        return {
            "id": question.qualification_id,
            "name": question.name,
            "text": question.readable,
            "kind": question.kind,
            "provenance": question.provenance,
            "placeholder": question.placeholder or "a whole number",
            "value": given if question.kind == "input" else None,
            "answered": given is not None,
            "choices": [
                {
                    "id": answer.id,
                    "label": answer.label,
                    "english": answer.eng_text if answer.eng_text and answer.eng_text != answer.label else "",
                    "chosen": answer.id in chosen,
                    "provenance": answer.provenance,
                }
                for answer in question.answers
            ],
            "findings": [{"severity": f.severity, "sign": SIGNS[f.severity], "message": f.message, "fix": f.fix} for f in found],
        }

    def _shown_result(self) -> dict[str, Any] | None:
        if self.result is None:
            return None
        result = self.result
        return {
            "segment": result.segment_text,
            "segment_id": result.segment_id,
            "qualification_id": result.qualification_id,
            "provenance": result.provenance,
            "note": result.note,
        }

    def _picture(self) -> markup.Markup:
        """Draw the state as static HTML: the walk, the segment, the body."""
        shown = self.result
        segment = (
            markup.element(
                "p",
                markup.join(
                    [
                        markup.element("strong", shown.segment_text),
                        f" (segment {shown.segment_id}, {shown.provenance}) {shown.note}",
                    ]
                ),
            )
            if shown
            else markup.note("No segment calculated yet.")
        )
        body = markup.folded("The POST body", markup.element("pre", self.view["payload"], "overflow:auto"))
        return markup.join([markup.Markup(self.walk._repr_html_()), segment, body])  # noqa: SLF001 - our own repr

    def _ipython_display_(self) -> None:
        self._twin.show()

    def __repr__(self) -> str:
        return f"<TreeWalker {self.walk!r}>"
