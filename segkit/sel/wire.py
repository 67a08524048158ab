"""The documented reply of "Get Segmentation Qualifications" (seed 000, section 2.1) read into trees.

What is wrong in a tree costs only its question: the question is left out, a finding says why, and the raw bytes keep it.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Union

import msgspec

from segkit import reading
from segkit.errors import UnexpectedAnswer
from segkit.findings import Finding, Findings
from segkit.sel.qualifications import Qualifications
from segkit.sel.question import Question
from segkit.sel.salvage import salvage
from segkit.sel.tree import Tree

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Mapping, Sequence

    from segkit.sel.question import Answer

Reply = Union[list[dict[str, Question]], dict[str, Question]]  # noqa: UP007 - msgspec is handed it as a value

LEFT_OUT = "The question is left out; the raw answer keeps it. Ask the vendor to mend it."


def read_reply(body: bytes, *, locale: str | None = None, asked: Sequence[int] = ()) -> Qualifications:
    """Read a live answer strictly.

    Raises
    ------
    UnexpectedAnswer
        When the body is empty, HTML, cut off, not JSON or of another shape. A wrong type within one child costs that child.
    """
    try:
        reply: Any = reading.strict(body, Reply)  # type: ignore[arg-type] # a union is a type to msgspec
    except UnexpectedAnswer as fault:
        reply = salvage(_plain(body, fault), fault)
    return _qualifications(reply, body, Findings(), locale, asked)


def _plain(body: bytes, fault: UnexpectedAnswer) -> object:
    """Return the body as plain JSON; raise what was wrong with it where it is none."""
    try:
        return reading.strict(body, object)
    except UnexpectedAnswer:
        raise fault.with_traceback(None) from None


def read_qualifications(source: str | bytes | os.PathLike[str]) -> Qualifications:
    """Read qualification trees from a saved answer: a path, bytes or text, also text copied from the documentation.

    Bytes are UTF-8, or what their byte order mark says; others in them are read as Windows-1252, a ``not-utf-8`` finding.
    Comments, elisions and trailing commas are mended, and every repair is a finding. A string is a path when
    it is one line without brackets.

    Raises
    ------
    UnexpectedAnswer
        When the text cannot be read even so.
    FileNotFoundError
        When there is no such file.

    Examples
    --------
    >>> read_qualifications('[{"7": {"qualification_id": 7, "answers": [{"id": 111, "text": "A"}]}}]')
    <Qualifications: 1 trees [7], 0 findings, documented>

    Notes
    -----
    ``documented`` means that the text says so: a text that somebody made up is taken at its word. What the sandbox made up
    bears its label within, also when it was saved.
    """
    text = reading.content(source)
    read: reading.Reading[Any]
    try:
        read = reading.lenient(text, Reply)  # type: ignore[arg-type] # a union is a type to msgspec
        return _qualifications(read.data, read.raw, read.findings, None, ())
    except UnexpectedAnswer as wrong:
        fault = wrong
    try:
        read = reading.lenient(text, object)
    except UnexpectedAnswer:
        raise fault.with_traceback(None) from None
    if other := _another_document(read.data):
        raise UnexpectedAnswer(f"this is {other}, not the reply with the qualifications", path=fault.path, body=fault.body)
    return _qualifications(salvage(read.data, fault), read.raw, read.findings, None, ())


def _another_document(data: object) -> str:
    """Say which other document of the guide a text is, empty when it is none of them."""
    if not isinstance(data, dict):
        return ""
    if "segmentation_answers" in data:
        return "the body of a calculation"
    if "qualification_id" in data:
        return 'one question without the key that it stands under: put it in {"its id": ...}'
    if {"apiStatus", "ps_api_response_code"} & set(data):
        said = data.get("msg") or data.get("ps_api_response_message")
        return f"a refusal of the vendor ({said})" if said else "the reply to a calculation"
    return ""


def _qualifications(
    reply: list[dict[str, Question]] | dict[str, Question],
    raw: bytes,
    findings: Findings,
    locale: str | None,
    asked: Sequence[int],
) -> Qualifications:
    found: list[Finding] = list(findings)
    if isinstance(reply, dict):
        found.append(Finding("undocumented-envelope", "info", "$", "the reply is one object, where the document has an array"))
        entries = [("$", reply)]
    else:
        entries = [(f"$[{place}]", entry) for place, entry in enumerate(reply)]
    trees: dict[int, Tree] = {}
    tree_of: dict[int, int] = {}
    for at, entry in entries:
        for key, parent in entry.items():
            where = reading.member(at, key)
            found += _parent_findings(where, key, parent, trees)
            if parent.qualification_id not in trees:
                tree = _tree(where, parent, locale)
                found += tree.findings
                found += _shared(where, tree, tree_of)
                trees[parent.qualification_id] = tree
    missing = tuple(parent_id for parent_id in dict.fromkeys(asked) if parent_id not in trees)
    found += [_missing(parent_id, locale) for parent_id in missing]
    return Qualifications(trees, raw=raw, findings=Findings(found), missing=missing)


def _missing(parent_id: int, locale: str | None) -> Finding:
    fix = f"Ask for it in the locale that it belongs to{f'; {locale} may not have it' if locale else ''}."
    return Finding(
        "qualification-missing", "warning", "$", f"qualification {parent_id} was asked for and is not in the reply", fix
    )


def _parent_findings(where: str, key: str, parent: Question, trees: Mapping[int, Tree]) -> Iterator[Finding]:
    own = parent.qualification_id
    if key != str(own):
        yield Finding(
            "key-differs-from-id", "warning", where, f"the key is {key!r}, the qualification_id {own}", f"{own} is used."
        )
    if own in trees:
        yield Finding("duplicate-id", "error", where, f"qualification {own} stands twice in the reply", "The first one is used.")
    if parent.segmentation and parent.segmentation.parent_qualification_id is not None:
        message = f"a parent should have no parent_qualification_id, this one has {parent.segmentation.parent_qualification_id}"
        yield Finding("wrong-parent", "warning", f"{where}.segmentation", message, "It is read as a parent all the same.")


def _shared(where: str, tree: Tree, tree_of: dict[int, int]) -> Iterator[Finding]:
    """Find the questions that an earlier tree has too; `tree_of` remembers which."""
    for question in (tree.parent, *tree.questions):
        own = question.qualification_id
        first = tree_of.setdefault(own, tree.parent_id)
        if first != tree.parent_id:
            message = f"qualification {own} of tree {tree.parent_id} stands in tree {first} too"
            yield Finding("duplicate-id", "warning", where, message, "It is a question of both trees.")


def _tree(where: str, parent: Question, locale: str | None) -> Tree:
    """Flatten the children of any depth into walking order; leave out what cannot be used."""
    findings: list[Finding] = []
    parent = _usable(where, parent, findings)
    if not parent.answers:
        findings.append(Finding("no-segments", "warning", where, "the parent has no answers, so no segment can be named"))
    kept: list[Question] = []
    left_out: list[int] = []
    seen = {parent.qualification_id}
    pending = _below(where, parent, ())
    while pending:
        path, question, ancestors = pending.pop()
        fault = _fault(path, question, ancestors, seen)
        if fault:
            findings.append(fault)
            left_out.append(question.qualification_id)
            if question.qualification_id in ancestors:
                continue  # what hangs below a question that is its own ancestor is the same walk again
        else:
            if not question.question_type:
                message = f"{question.name} has no question_type; it has answers, so it is read as {question.kind}"
                findings.append(Finding("no-question-type", "info", path, message))
            kept.append(_usable(path, question, findings))
        seen.add(question.qualification_id)
        pending += _below(path, question, ancestors)
    kept.sort(key=lambda question: (question.order is None, question.order or 0))
    findings += _same_names(where, kept)
    return Tree(parent, tuple(kept), left_out=tuple(left_out), locale=locale, findings=Findings(findings))


def _below(where: str, question: Question, ancestors: tuple[int, ...]) -> list[tuple[str, Question, tuple[int, ...]]]:
    """Return the children with their paths and ancestors, last first: they are taken from the end."""
    line = (*ancestors, question.qualification_id)
    return [(f"{where}.children[{n}]", child, line) for n, child in enumerate(question.children)][::-1]


def _fault(where: str, question: Question, ancestors: tuple[int, ...], seen: set[int]) -> Finding | None:
    """Return why a question cannot be used, None when it can."""
    own = question.qualification_id
    if question.fault:
        return Finding("wrongly-typed", "error", where, question.fault, LEFT_OUT)
    if own in ancestors:
        return Finding("cycle", "error", where, f"qualification {own} is its own ancestor", LEFT_OUT)
    if own in seen:
        return Finding("duplicate-id", "error", where, f"qualification {own} stands twice in the tree", LEFT_OUT)
    named = question.segmentation.parent_qualification_id if question.segmentation else None
    # Only one level is documented: below it the vendor may name the parent of the tree or the question above.
    if named is not None and named not in {ancestors[0], ancestors[-1]}:
        message = f"parent_qualification_id is {named}, but it stands under {ancestors[-1]}"
        return Finding("wrong-parent", "error", f"{where}.segmentation", message, LEFT_OUT)
    return _fault_of_kind(where, question)


def _fault_of_kind(where: str, question: Question) -> Finding | None:
    """Return why nothing can be answered to a question, None when something can."""
    if question.kind is None:
        message = f"question_type {question.question_type!r} is not one that can be answered"
        at = where if question.question_type is None else f"{where}.question_type"
        return Finding("unknown-question-type", "error", at, message, LEFT_OUT)
    if question.kind == "input" and question.placeholder is not None and question.bounds is None:
        message = f"answer_placeholder {question.placeholder!r} is not a range such as 0-99"
        return Finding("malformed-placeholder", "error", f"{where}.answer_placeholder", message, LEFT_OUT)
    if question.kind != "input" and not question.answers:
        return Finding("no-answers", "error", where, f"{question.name} has no answers to choose from", LEFT_OUT)
    return None


def _usable(where: str, question: Question, findings: list[Finding]) -> Question:
    """Return the question with the first of answers that bear the same id."""
    first: dict[int, Answer] = {}
    if len({answer.id for answer in question.answers}) == len(question.answers):
        return question
    for answer in question.answers:
        first.setdefault(answer.id, answer)
    for answer_id, times in Counter(answer.id for answer in question.answers).items():
        if times > 1:
            message = f"answer {answer_id} of {question.name} stands {times} times"
            findings.append(Finding("duplicate-answer", "warning", f"{where}.answers", message, "The first one is used."))
    return msgspec.structs.replace(question, answers=tuple(first.values()))


def _same_names(where: str, questions: Sequence[Question]) -> Iterator[Finding]:
    names = [question.name for question in questions]
    if len(set(names)) == len(names):
        return
    for name, times in Counter(names).items():
        if times > 1:
            alike = ", ".join(str(question.qualification_id) for question in questions if question.name == name)
            message = f"the questions {alike} are all called {name!r}"
            yield Finding("same-description", "warning", where, message, "Name them, and their columns, by qualification id.")
