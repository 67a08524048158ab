"""A survey document with legacy qualifications, written as qualification 232."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from segkit import printed
from segkit.provenance import weakest
from segkit.quotas.legacy import upgrade_document
from segkit.quotas.survey import SurveyDocument, read_survey
from segkit.quotas.targets import LEGACY, listed, whole

if TYPE_CHECKING:
    import os
    from collections.abc import Container, Iterator, Mapping

_CRITERION = re.compile(r"\$\.(?:qualifications|quotas\[\d+\]\.criteria)\[\d+\]")
_IN_LIST = re.compile(r"\.(?:condition_codes|range_sets)\[")


def upgrade(survey: SurveyDocument | Mapping[str, Any] | str | bytes | os.PathLike[str]) -> SurveyDocument:
    """Write legacy qualifications 218, 220, 221 and 230 as qualification 232, as the vendor's server does.

    Parameters
    ----------
    survey
        A document, or whatever `read_survey` reads; it is not changed.

    Returns
    -------
    The document without them; everything else, and the comments on what is still there, are kept. Its `findings` say what was
    written how (``legacy-upgraded``, with the word ``documented`` or ``derived``), and what could not be carried
    (``legacy-not-carried``, ``legacy-contradiction``). Its `provenance` is ``derived`` when any of it is more than the vendor's
    example shows, which has 218 alone.

    Examples
    --------
    >>> old = {"quotas": [{"required_count": 5, "criteria": [{"qualification_code": 218, "condition_codes": ["111"]}]}]}
    >>> upgrade(old).design.quotas[0].families
    'no children'
    >>> old["quotas"][0]["criteria"] = [{"qualification_code": 220, "condition_codes": ["112"]}]
    >>> upgrade(old)
    <SurveyDocument: request '', 1 quotas, derived>
    """
    read = survey if isinstance(survey, SurveyDocument) else read_survey(survey)
    document, findings, word = upgrade_document(read.document)
    moved = dict(_moved(read.document, document))
    there = set(_paths(document, "$"))
    remarks = [remark._replace(path=_path(remark.path, moved, there)) for remark in read.remarks]
    return replace(
        read,
        document=document,
        remarks=tuple(remarks),
        findings=read.findings + findings,
        provenance=weakest(read.provenance, word),
        source="",
        first_line=1,
    )


def _moved(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, bool]]]:
    """Yield for each criterion its path, its new path, and whether it became one of 232."""
    quotas = enumerate(zip(listed(old.get("quotas")), listed(new.get("quotas")), strict=True))
    holders = [("$.qualifications", old.get("qualifications"), new.get("qualifications"))]
    holders += [
        (f"$.quotas[{place}].criteria", before.get("criteria"), after.get("criteria"))
        for place, (before, after) in quotas
        if isinstance(before, dict)
    ]
    for path, before, after in holders:
        yield from _moved_in(listed(before), listed(after), path)


def _moved_in(before: list[Any], after: list[Any], path: str) -> Iterator[tuple[str, tuple[str, bool]]]:
    """Follow the criteria of one list: legacy ones, where they were carried, are one at the place of the first."""
    legacy = [place for place, criterion in enumerate(before) if _is_legacy(criterion)]
    carried = [place for place in legacy if not any(map(_is_legacy, after))]
    for place in range(len(before)):
        others = sum(gone < place for gone in carried[1:])
        target = carried[0] if place in carried else place - others
        yield f"{path}[{place}]", (f"{path}[{target}]", place in carried)


def _is_legacy(criterion: object) -> bool:
    return isinstance(criterion, dict) and whole(criterion.get("qualification_code")) in LEGACY


def _path(path: str, moved: Mapping[str, tuple[str, bool]], there: Container[str]) -> str:
    """Return where a comment belongs now: its value's new path, or what is there around it.

    A comment on a code or a range of what became 232 is about the criterion: at its place another code stands now.
    """
    found = _CRITERION.match(path)
    if not found:
        return path
    target, is_new = moved.get(found[0], (found[0], False))
    rest = path[found.end() :]
    if is_new and _IN_LIST.search(rest):
        return target
    return target + rest if target + rest in there else target


def _paths(value: object, path: str) -> Iterator[str]:
    yield path
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        yield from _paths(member, printed.step(path, key))
