"""TreeWalker: walk a qualification tree by hand, see what the vendor would refuse, and get the exact body to send."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from segkit import markup
from segkit.credentials import redact
from segkit.errors import InvalidInput, SegkitError
from segkit.sel.calculation import SegmentAnswer
from segkit.sel.tree import Tree
from segkit.sel.walk import Walk
from segkit.widgets.module import module, style
from segkit.widgets.shown import Shown
from segkit.widgets.walk_view import PLACEHOLDER_LOCALE, python_of, result_view, walk_alone, walk_view

if TYPE_CHECKING:
    from collections.abc import Callable

    from segkit.findings import Findings

    Calculate = Callable[[str, str, Walk], SegmentAnswer]


class TreeWalker(Shown):
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

    Attributes
    ----------
    walk
        The walk as the user has it now.
    result
        The `SegmentAnswer` of these answers, None until it is calculated and when an answer changes.
    member_id, locale
        What is sent with the answers.
    payload
        The body of the calculate call, with what is answered so far.
    findings
        What was refused.
    code
        The Python that makes the same walk of ``tree``, and its body or, once it was calculated, its segment.

    Raises
    ------
    InvalidInput
        When it is given no tree or no callable.

    Examples
    --------
    >>> ps = segkit.PureSpectrum.sandbox()                                       # doctest: +SKIP
    >>> TreeWalker(ps.qualifications("en_US", [3910])[3910], calculate=ps.calculate)  # doctest: +SKIP
    """

    _name = "tree_walker"
    _esm = module(_name)
    _css = style(_name)

    def __init__(
        self, tree: Tree | Walk, calculate: Calculate | None = None, *, member_id: str = "member-1", locale: str | None = None
    ) -> None:
        if not isinstance(tree, Tree | Walk):
            raise InvalidInput(f"tree is {type(tree).__name__}: give one tree, such as trees[3910], or a walk")
        if calculate is not None and not callable(calculate):
            raise InvalidInput(f"calculate is {type(calculate).__name__}: give a callable, such as ps.calculate")
        self.walk: Walk = tree.walk() if isinstance(tree, Tree) else tree.copy()
        self.result: SegmentAnswer | None = None
        self.member_id = member_id
        self.locale = locale or self.walk.locale
        self._calculate = calculate
        super().__init__()

    @property
    def payload(self) -> dict[str, Any]:
        """The body of the calculate call, with what is answered so far."""
        return self.walk.payload(self.member_id, locale=self.locale or PLACEHOLDER_LOCALE, partial=True)

    @property
    def code(self) -> str:
        """The Python that makes the same walk of ``tree``, and its body or, once it was calculated, its segment."""
        return python_of(self.walk, self.member_id, self.locale, is_calculated=self.result is not None)

    @property
    def findings(self) -> Findings:
        """What was refused."""
        return self.walk.findings

    def answer(self, value: Any, question: int | str | None = None) -> TreeWalker:  # noqa: ANN401 - as Walk.answer
        """Answer as the user would; the widget shows it."""
        return self._asked(do="answer", question=question, value=value)

    def calculate(self) -> SegmentAnswer | None:
        """Calculate the segment as the button does; None where it cannot be, and the widget says why."""
        self._heard(self, {"do": "calculate"}, [])
        return self.result

    def _do_answer(self, message: dict[str, Any]) -> str:
        if message.get("question") is not None:
            self.walk.go_to(message["question"])
        question = self.walk.current
        if question is None:
            raise InvalidInput("every question is answered: name the one to change")
        self.walk.answer(message.get("value"))
        self.result = None
        if refused := self.walk.findings_at(question):
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

    def _do_calculate(self, _message: dict[str, Any]) -> str:
        self.result, self._error = self._calculated()
        return f"Segment: {self.result.segment_text}." if self.result else self._error

    def _calculated(self) -> tuple[SegmentAnswer | None, str]:
        """Return the segment, or why there is none."""
        if self._calculate is None:
            return None, "no client was given: pass calculate=ps.calculate"
        try:
            self.walk.payload(self.member_id, locale=self.locale)
            answer: object = self._calculate(self.locale or "", self.member_id, self.walk)
        except SegkitError as error:
            return None, str(error)
        except Exception as error:  # noqa: BLE001 - the caller's own callable: only the view can show what it raises
            return None, redact(f"{type(error).__name__}: {error}")
        if isinstance(answer, SegmentAnswer):
            return answer, ""
        return None, f"the callable returned {type(answer).__name__}, not a SegmentAnswer"

    def _drawn(self) -> dict[str, Any]:
        """Return all that the view shows."""
        return {
            **walk_view(self.walk),
            "lang": (self.locale or "").replace("_", "-"),
            "has_client": self._calculate is not None,
            "member_id": self.member_id,
            "payload": json.dumps(self.payload, indent=2, ensure_ascii=False),
            "result": result_view(self.result),
            "code": self.code,
            **self._told,
        }

    def _alone(self) -> dict[str, Any]:
        return walk_alone(self.walk, self.member_id, self.locale or PLACEHOLDER_LOCALE)

    def _picture(self) -> markup.Markup:
        """Draw the state as static HTML: the walk, the segment, the body."""
        segment = markup.note("No segment calculated yet.")
        if self.result:
            about = f" (segment {self.result.segment_id}, {self.result.provenance}) {self.result.note}"
            segment = markup.element("p", markup.join([markup.element("strong", self.result.segment_text), about]))
        body = markup.folded("The POST body", markup.preformatted(self.view["payload"]))
        return markup.join([markup.Markup(self.walk._repr_html_()), segment, body])

    def __repr__(self) -> str:
        return f"<TreeWalker {self.walk!r}>"
