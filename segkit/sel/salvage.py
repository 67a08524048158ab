"""A reply one part of which has a type of its own: what is wrong costs its question, not the reply.

The typed decoder stops at the first such part. This is the slow way, taken only then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from segkit.sel.question import Question

if TYPE_CHECKING:
    from segkit.errors import UnexpectedAnswer


def salvage(data: Any, fault: UnexpectedAnswer) -> list[dict[str, Question]] | dict[str, Question]:  # noqa: ANN401 - JSON of any shape
    """Read a reply question by question, in its own shape; a question that cannot be read bears its `Question.fault`.

    Parameters
    ----------
    data
        The reply as plain JSON.
    fault
        What the typed decoder said; raised where the envelope, a parent or the id of a question is what is wrong.
    """
    entries = data if isinstance(data, list) else [data]
    try:
        if not all(isinstance(entry, dict) for entry in entries):
            raise fault.with_traceback(None)
        read = [{key: _parent(node, fault) for key, node in entry.items()} for entry in entries]
    except RecursionError:
        raise fault.with_traceback(None) from None
    return read if isinstance(data, list) else read[0]


def _parent(node: Any, fault: UnexpectedAnswer) -> Question:  # noqa: ANN401 - JSON of any shape
    parent = _question(node, fault)
    if parent.fault:
        raise fault.with_traceback(None)
    return parent


def _question(node: Any, fault: UnexpectedAnswer) -> Question:  # noqa: ANN401 - JSON of any shape
    if not isinstance(node, dict):
        raise fault.with_traceback(None)
    children = [] if node.get("children") is None else node["children"]  # a null is read as if it were not there
    own = {key: value for key, value in node.items() if key != "children" and not (key == "answers" and value is None)}
    try:
        question = msgspec.convert(own, Question)
        wrong = "" if isinstance(children, list) else f"Expected `array`, got `{type(children).__name__}` - at `$.children`"
    except msgspec.ValidationError as error:
        question, wrong = _unreadable(own, fault), str(error)
    below = tuple(_question(child, fault) for child in children) if isinstance(children, list) else ()
    return msgspec.structs.replace(question, children=below, fault=wrong)


def _unreadable(own: dict[str, Any], fault: UnexpectedAnswer) -> Question:
    """Return what is left of a question: its id, without which nobody could say what was lost."""
    try:
        return msgspec.convert({"qualification_id": own.get("qualification_id")}, Question)
    except msgspec.ValidationError:
        raise fault.with_traceback(None) from None
