"""What was mended of a printed text: each repair at its own line and column, quoted, with the path that it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segkit import printed, reading

if TYPE_CHECKING:
    from segkit.findings import Finding
    from segkit.quotas.survey import SurveyDocument

CODE = "json-repaired"
_QUOTED = 60  # characters of a comment


class Mended(NamedTuple):
    """One repair.

    Attributes
    ----------
    where
        The JSON path of the value that it belongs to.
    message, fix
        What was repaired, with its line in the whole text, and what to do.
    line, column
        Where it begins in the whole text, from 1; None where the text is not known any more.
    elides
        Whether it stands for fields of the survey itself that are left out.
    """

    where: str
    message: str
    fix: str
    line: int | None = None
    column: int | None = None
    elides: bool = False


def mended(survey: SurveyDocument) -> list[Mended]:
    """Return the repairs of the text that a survey was read from, in its order; those of an upgraded one without places."""
    findings = [finding for finding in survey.findings if finding.code == CODE]
    if not findings:
        return []
    text, repairs = reading.mend(survey.source)
    if len(repairs) != len(findings):  # the text was let go of when the survey was upgraded
        return [Mended(finding.where, finding.message, finding.fix) for finding in findings]
    members = [place for place in printed.places(text) if place.path != "$"]
    return [_told(*told, survey, text, members) for told in zip(repairs, findings, strict=True)]


def _told(repair: reading.Repair, finding: Finding, survey: SurveyDocument, text: str, members: list[printed.Place]) -> Mended:
    line = survey.first_line + repair.line - 1
    column = repair.column + (survey.first_column - 1 if repair.line == 1 else 0)
    message, fix = _words(repair, text)
    elides = repair.kind == "elision" and not any(place.start <= repair.offset < place.end for place in members)
    return Mended(finding.where, f"line {line}: {message}", fix, line, column, elides)


def _words(repair: reading.Repair, text: str) -> tuple[str, str]:
    said = " ".join(repair.text.split())
    said = said if len(said) <= _QUOTED else f"{said[:_QUOTED]}..."
    if repair.kind == "comment":
        return f"the comment {said!r} is kept beside the JSON, which has no comments", "Nothing: it is not sent."
    if repair.kind == "elision":
        return f"{said!r} stands for something that is left out", "Put in what it stands for before the survey is sent."
    if repair.kind == "comma":
        last = text[max(0, repair.offset - _QUOTED) : repair.offset].split()[-1:]
        return f"the comma after {' '.join(last) or 'it'} was left out: nothing follows it", "Take the comma out."
    spaces = ", ".join(dict.fromkeys(f"U+{ord(char):04X}" for char in repair.text))
    return f"a space that JSON does not allow was replaced: {spaces}", "Nothing: copying from a page makes such spaces."
