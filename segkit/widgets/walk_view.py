"""What the tree walker's view shows of a walk: plain data, made from the walk alone."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from segkit.findings import SIGNS
from segkit.sel import calculation
from segkit.sel.answers import GREATEST, check_answer
from segkit.sel.walk import said

if TYPE_CHECKING:
    from segkit.findings import Findings
    from segkit.sel.answers import Given
    from segkit.sel.calculation import SegmentAnswer
    from segkit.sel.question import Question
    from segkit.sel.walk import Walk

PLACEHOLDER_LOCALE = "LOCALE"
LONGEST_REFUSED = 80
"""Characters of a refused value that are written."""


def walk_view(walk: Walk) -> dict[str, Any]:
    """Return the tree, where the walk stands, the question there, and what was found at it."""
    parent = walk.parent
    return {
        "title": f"{(parent.description or '').strip()} ({parent.qualification_id})",
        "provenance": parent.weakest_provenance,
        "segments": [answer.label for answer in parent.answers],
        "outline": [_step(walk, question) for question in walk.questions],
        "question": _asked(walk, walk.current) if walk.current else None,
        "can_back": bool(walk.questions) and walk.current is not walk.questions[0],
        "complete": walk.complete,
    }


def _step(walk: Walk, question: Question) -> dict[str, Any]:
    given = walk.answers.get(question.qualification_id)
    here = question is walk.current
    state = "refused" if walk.findings_at(question) else "answered" if given is not None else "current" if here else "open"
    return {
        "id": question.qualification_id,
        "name": question.name,
        "state": state,
        "here": here,
        "said": said(question, given) or "",
    }


def _asked(walk: Walk, question: Question) -> dict[str, Any]:
    given = walk.answers.get(question.qualification_id)
    chosen = given if isinstance(given, tuple) else (given,)
    return {
        "id": question.qualification_id,
        "name": question.name,
        "text": question.readable,
        "kind": question.kind,
        "provenance": question.provenance,
        "placeholder": question.placeholder or "a whole number",
        "value": _in_field(walk, question, given),
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
        "findings": _told(walk.findings_at(question)),
    }


def _told(findings: Findings) -> list[dict[str, str]]:
    return [{"severity": f.severity, "sign": SIGNS[f.severity], "message": f.message, "fix": f.fix} for f in findings]


def _in_field(walk: Walk, question: Question, given: Given | None) -> str | None:
    """Return what stands in the field of an input: what was refused there last, else the answer."""
    if question.kind != "input":
        return None
    shown = walk.refused.get(question.qualification_id, given)
    return None if shown is None else str(shown)


def walk_alone(walk: Walk, member_id: str, locale: str) -> dict[str, Any]:
    """Return what the walker needs beside its view to go on without Python: all questions, answers and refusals."""
    parent_id = walk.parent.qualification_id
    place = next((place for place, question in enumerate(walk.questions) if question is walk.current), len(walk.questions))
    return {
        "at": place,
        "body": calculation.body(locale, member_id, (), parent_id),
        "questions": [_question_alone(walk, question, parent_id) for question in walk.questions],
    }


def _question_alone(walk: Walk, question: Question, parent_id: int) -> dict[str, Any]:
    """Return a question as it is shown and written, with all its answers, and what is said where one is refused."""
    given = walk.answers.get(question.qualification_id)
    every = 0 if question.kind == "input" else tuple(answer.id for answer in question.answers)
    shown = _asked(walk, question)
    refused = shown.pop("findings")
    value = walk.refused.get(question.qualification_id)
    return {
        "shown": shown,
        "entry": calculation.entry(question, every, parent_id),
        "bounds": question.bounds or (0, GREATEST),
        "refusal": _told(check_answer(question, ["", ""])[1]),
        "given": list(given) if isinstance(given, tuple) else given,
        "refused": {"value": str(value), "findings": refused} if refused else None,
    }


def result_view(result: SegmentAnswer | None) -> dict[str, Any] | None:
    """Return what the view shows of a calculated segment."""
    if result is None:
        return None
    return {
        "segment": result.segment_text,
        "segment_id": result.segment_id,
        "qualification_id": result.qualification_id,
        "provenance": result.provenance,
        "note": result.note,
    }


def python_of(walk: Walk, member_id: str, locale: str | None, *, is_calculated: bool) -> str:
    """Return the Python that makes the same walk of ``tree``, with what was refused, and its body or its segment.

    How the tree was read, and what calculates, only the caller knows.
    """
    lines = [f"tree = ...  # tree {walk.parent.qualification_id}, as you gave it", "", "walk = tree.walk()"]
    lines += [f"walk.answer({_literal(given)}, {question})" for question, given in walk.answers.items()]
    lines += [_refused(value, question) for question, value in walk.refused.items()]
    if walk.current:
        lines.append(f"walk.go_to({walk.current.qualification_id})")
    if is_calculated:
        lines += ["", "calculate = ...  # such as ps.calculate, as you gave it"]
        lines.append(f"result = calculate({locale!r}, {member_id!r}, walk)")
    else:
        lines.append(f"body = walk.payload({member_id!r}, locale={locale or PLACEHOLDER_LOCALE!r}, partial=True)")
    return "\n".join(lines) + "\n"


def _literal(given: Given) -> str:
    return repr(list(given) if isinstance(given, tuple) else given)


def _refused(value: object, question: int) -> str:
    """Return the line that is refused again; a comment where the value cannot be written as Python."""
    written = " ".join(repr(value).split())
    try:
        ast.literal_eval(written)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return f"# refused at {question}: {written[:LONGEST_REFUSED]}"
    return f"walk.answer({value!r}, {question})  # refused"
