"""Rules about a document as the body of a create survey call: whether it is a survey, and what the call needs besides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segkit.printed import step
from segkit.provenance import LABEL
from segkit.quotas.fields import KNOWN, REQUESTED
from segkit.quotas.lint.catalogue import Told, rule
from segkit.quotas.lint.field_rules import misspelt
from segkit.quotas.lint.words import shown
from segkit.quotas.targets import whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segkit.quotas.lint.checked import Checked

REQUIRED = (
    "survey_title",
    "survey_category_code",
    "survey_localization",
    "completes_required",
    "expected_ir",
    "expected_loi",
    "live_url",
    "field_time",
)
"""What a create survey call needs: the vendor's "Request and Response parameters"."""

_OF_SURVEY = KNOWN.keys() - {LABEL}
_OF_REPLY = _OF_SURVEY - REQUESTED
_OF_DESIGN = {"completes_required"}  # a design has it by itself, without being a request yet
_PARTS = {"a quota": {"criteria", "required_count"}, "a criterion": {"qualification_code", "condition_codes"}}


def _is_survey(checked: Checked) -> bool:
    return checked.is_design or bool(_OF_SURVEY & checked.survey.document.keys())


@rule("error")
def no_survey(checked: Checked) -> Iterator[Told]:
    """The JSON object has no field of a survey, so nothing of it was checked.

    The vendor wraps some replies: `{"apiStatus": ..., "survey": {...}}` holds the survey one level deeper. A quota or a criterion
    alone is no survey either; it belongs into one, under quotas or qualifications.
    """
    if _is_survey(checked) or checked.is_elided:
        return
    document = checked.survey.document
    inside = [step("$", name) for name, value in document.items() if isinstance(value, dict) and _OF_SURVEY & value.keys()]
    part = next((words for words, names in _PARTS.items() if names & document.keys()), None)
    if inside:
        told = ("the survey stands inside: nothing of it was checked", f"Give its inner object, {inside[0]}.")
    elif part:
        told = (f"this is {part}, no survey", 'Put it into one: {"quotas": [...]} or {"qualifications": [...]}.')
    else:
        message = "it has no field of a survey: nothing of it was checked" if document else "it is empty"
        told = (message, "Give a survey, request or reply, as the vendor writes it.")
    yield Told(inside[0] if inside else "$", *told)


@rule("error")
def unreadable_document(checked: Checked) -> Iterator[Told]:
    """Another document of the same text cannot be read.

    Nothing of it was checked. The finding stands with the document before it, or after it where it is the first, and names the
    line where reading stopped.
    """
    yield from _read(checked, "unreadable-document")


@rule("warning")
def duplicate_key(checked: Checked) -> Iterator[Told]:
    """A name stands twice in one object of the text, and only one of its values was taken.

    Readers of JSON differ in which one they take: the vendor's may take the other.
    """
    yield from _read(checked, "duplicate-key")


@rule("warning", code="not-utf-8")
def not_utf_8(checked: Checked) -> Iterator[Told]:
    """The text is not UTF-8: letters beyond ASCII were read as Windows writes them, which is a guess.

    JSON is sent in UTF-8; what segkit writes is.
    """
    yield from _read(checked, "not-utf-8")


def _read(checked: Checked, code: str) -> Iterator[Told]:
    """Yield what reading the text found."""
    for finding in checked.survey.findings:
        if finding.code == code:
            yield Told(finding.where, finding.message, finding.fix)


@rule("warning")
def completes_missing(checked: Checked) -> Iterator[Told]:
    """completes_required is missing; a create survey call needs it.

    Nothing says so where the text leaves something out at that place, as documentation does.
    """
    document = checked.survey.document
    if document.get("completes_required") is not None or checked.is_elided or not _is_survey(checked):
        return
    counts = [whole(quota.count) or 0 for quota in checked.targets.quotas]
    said = [f"the quotas add up to {shown(sum(counts))}"] if counts else []
    said += [f"the heading says {checked.goal}"] if checked.goal is not None else []
    message = "; ".join(["completes_required is missing", *said])
    where = "$.completes_required" if "completes_required" in document else "$"
    fix = "Say how many completes the survey needs."
    yield Told(where, message, fix if checked.goal is None else f'Write "completes_required": {checked.goal}.')


@rule("warning")
def required_field_missing(checked: Checked) -> Iterator[Told]:
    """Fields that a create survey call needs are missing, where others of them are there.

    Needed are survey_title, survey_category_code, survey_localization, completes_required, expected_ir, expected_loi, live_url
    and field_time ("Request and Response parameters"). Nothing is said of a fragment with none of them (qualifications, quotas
    and completes are a design, no request yet), of a reply, and where the text leaves something out as documentation does.
    completes-missing tells of completes_required.
    """
    document = checked.survey.document
    there = {name for name in REQUIRED if document.get(name) is not None}
    if not there - _OF_DESIGN or checked.is_elided or _OF_REPLY & document.keys():
        return
    meant = set(misspelt(document).values())  # told of by its own rule
    missing = [name for name in REQUIRED if name not in there | meant | _OF_DESIGN]
    if missing:
        *others, last = missing
        named = f"{', '.join(others)} and {last}" if others else last
        are = "are" if others else "is"
        message = f"a create survey call needs {named}, which {are} missing"
        yield Told("$", message, "Write them before the survey is created." if others else f"Write {last}.")
