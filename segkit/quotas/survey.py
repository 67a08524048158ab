"""A survey document as PureSpectrum's Buy API has it (seed 003), request or reply: read, typed, and written back unharmed."""

from __future__ import annotations

import copy
import json
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from segkit import markup, printed, reading
from segkit.errors import InvalidInput
from segkit.findings import Findings
from segkit.printed import Unread
from segkit.provenance import LABEL
from segkit.quotas.design import QuotaDesign
from segkit.quotas.fields import SurveyFields, typed
from segkit.quotas.targets import Targets
from segkit.quotas.writing import plain, written

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from segkit.printed import Printed, Remark
    from segkit.provenance import Provenance

_VEIL = "(not shown)"
_NAMED_LINE = re.compile(r"line (\d+)\Z")
_QUOTA = re.compile(r"\$\.quotas\[(\d+)\]")


@dataclass(frozen=True, eq=False)
class SurveyDocument:
    """A survey document: what it says in the order in which it says it, and its comments.

    Attributes
    ----------
    document
        The data, unknown fields included; not to be changed in place.
    heading
        The lines right before it in the text it was read from.
    remarks
        Its comments, each with the JSON path of the value that it belongs to.
    findings
        What reading it (or `upgrade`) found.
    provenance
        ``documented`` for what a vendor wrote; a reply of the sandbox bears its own word.
    """

    document: Mapping[str, Any]
    heading: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    findings: Findings = field(default_factory=Findings)
    provenance: Provenance = "documented"
    source: str = field(default="", repr=False)
    first_line: int = 1
    first_column: int = 1

    @cached_property
    def targets(self) -> Targets:
        """What it asks of families."""
        return Targets.of(self.document)

    @cached_property
    def _typed(self) -> tuple[SurveyFields, Findings]:
        fields, findings = typed(self.document)
        return fields, Findings(findings)

    @property
    def fields(self) -> SurveyFields:
        """Every documented field of request and reply, typed; None where the document does not have it, or not of its type."""
        return self._typed[0]

    @property
    def type_findings(self) -> Findings:
        """A ``wrongly-typed`` finding for each documented field of another type."""
        return self._typed[1]

    @property
    def survey_id(self) -> int | None:
        """The vendor's id, None in a request."""
        return self.fields.ps_survey_id

    @property
    def title(self) -> str:
        """Its title, else the first line before it."""
        return self.fields.survey_title or next(iter(self.heading), "")

    @cached_property
    def design(self) -> QuotaDesign:
        """The quota design.

        Raises
        ------
        InvalidInput
            When a part that a design needs cannot be read.
        """
        return QuotaDesign.from_document(self.document)

    def with_design(self, design: QuotaDesign) -> SurveyDocument:
        """Return the document with another design: unknown fields, order and comments stay; those of dropped quotas go."""
        document = design.onto(self.document).payload()
        names = (f"quota {old.place + 1}" if old.quota_id is None else str(old.quota_id) for old in self.targets.quotas)
        places = {name: place for place, name in enumerate(_numbered(quota.id for quota in design.quotas))}
        moved = {old.place: places.get(name) for old, name in zip(self.targets.quotas, _numbered(names), strict=True)}
        there = {place.path for place in printed.places(json.dumps(document))}
        remarks = []
        for remark in self.remarks:
            found = _QUOTA.match(remark.path)
            place = moved.get(int(found[1])) if found else None
            if found is None:
                remarks.append(remark)
            elif place is not None:
                remarks.append(remark._replace(path=f"$.quotas[{place}]{remark.path[found.end() :]}"))
        kept = tuple(remark for remark in remarks if remark.path in there)
        return replace(self, document=document, remarks=kept, findings=Findings(), source="", first_line=1, first_column=1)

    def to_text(self, *, comments: bool = True) -> str:
        """Write it as JSON, with its comments (which the vendor's server does not take) or without."""
        return written(self.document, self.remarks, self.heading) if comments else written(self.document)

    def line_of(self, path: str) -> tuple[int, int] | None:
        """Return the line and column, from 1, of a JSON path in the text it was read from; None where there is none.

        ``line 12``, which is where another document of the text cannot be read, is line 12.
        """
        named = _NAMED_LINE.match(path)
        return (int(named[1]), 1) if named else self._lines.get(path)

    @cached_property
    def _lines(self) -> dict[str, tuple[int, int]]:
        starts = reading.line_starts(self.source)
        found = {}
        for place in printed.places(reading.mend(self.source).text) if self.source else []:
            line, column = reading.line_and_column(starts, place.start)
            found[place.path] = (self.first_line + line - 1, column + (self.first_column - 1 if line == 1 else 0))
        return found

    def to_frame(self) -> pd.DataFrame:
        """Return the design's frame; see `QuotaDesign.to_frame`."""
        return self.design.to_frame()

    def __eq__(self, other: object) -> bool:
        return self._value == other._value if isinstance(other, SurveyDocument) else NotImplemented

    def __hash__(self) -> int:
        return hash(json.dumps(self.document, sort_keys=True, default=str))

    @property
    def _value(self) -> tuple[object, ...]:
        return self.document, self.heading, [remark[:3] for remark in self.remarks], self.provenance

    def __repr__(self) -> str:
        survey = "request" if self.survey_id is None else f"survey {self.survey_id}"
        return f"<SurveyDocument: {survey} {self.title!r:.60}, {len(self.targets.quotas)} quotas, {self.provenance}>"

    def _repr_html_(self) -> str:
        try:
            shown: Any = self.design
        except InvalidInput as error:
            shown = error.findings
        folded = markup.folded("JSON", markup.element("pre", written(_veiled(self.document), self.remarks, self.heading)))
        note = markup.note(f"{self!r}, {self.findings!r}")
        return markup.join([markup.Markup(shown._repr_html_()), note, folded]).html


def read_surveys(source: str | bytes | os.PathLike[str]) -> list[SurveyDocument]:
    r"""Read every survey document of a text: a path, bytes or text, also text copied from the documentation.

    Bytes are UTF-8, or what their byte order mark says; others in them are read as Windows-1252, a ``not-utf-8`` finding.
    Several documents may stand in one text. Comments are kept with their JSON path; comments, elisions and trailing commas are
    mended, and every repair is a finding. A string is a path when it is one line without brackets. A document that cannot be read
    does not stop the others: it is an ``unreadable-document`` finding, with its line, of the document before it (after it, where
    it is the first).

    Raises
    ------
    UnexpectedAnswer
        When there is none, or none that can be read even so; the message names its line.
    OSError
        When there is no such file (`FileNotFoundError`), it is a directory, or it cannot be read.

    Examples
    --------
    >>> read_surveys('// first\n{"completes_required": 100,}\n// second\n{"completes_required": 200}')[1].heading
    ('second',)
    """
    text, odd = _text(source)
    surveys: list[SurveyDocument] = []
    unread: list[Unread] = []
    end = 0
    for each in printed.every(text):
        if isinstance(each, Unread):
            unread.append(each)
        else:
            begin, end = end, each.first_line + each.source.count("\n")
            surveys.append(_of(each, [line for line in odd if begin < line <= end]))
        if surveys and unread:
            told = surveys[-1].findings + (one.finding for one in unread)
            surveys[-1], unread = replace(surveys[-1], findings=told), []
    if unread:
        raise unread[0].error
    return surveys


def read_survey(source: str | bytes | os.PathLike[str] | Mapping[str, Any]) -> SurveyDocument:
    """Read one survey document, as `read_surveys` does, or take one that is read already.

    Raises
    ------
    UnexpectedAnswer
        When the text holds none, or it cannot be read.
    InvalidInput
        When the text holds several, or what was handed in is no JSON; a finding says where.

    Examples
    --------
    >>> read_survey({"completes_required": 100, "quotas": []}).fields.completes_required
    100
    """
    if isinstance(source, str | bytes) or hasattr(source, "__fspath__"):
        text, odd = _text(source)
        found = printed.every(text)
        if len(found) > 1:
            unread = [each.finding for each in found if isinstance(each, Unread)]
            raise InvalidInput(f"the text holds {len(found)} survey documents: read_surveys() reads them all", unread)
        if isinstance(found[0], Unread):
            raise found[0].error
        return _of(found[0], odd)
    if not hasattr(source, "keys"):
        raise InvalidInput(f"a survey is read from a path, text, bytes or a dict, not from {type(source).__name__}")
    return of_data(plain(dict(source)))


def _text(source: str | bytes | os.PathLike[str]) -> reading.Decoded:
    content = reading.content(source)
    return reading.decoded(content) if isinstance(content, bytes) else reading.Decoded(content)


def of_data(document: Mapping[str, Any], findings: Findings | None = None) -> SurveyDocument:
    """Take a document that was read from JSON already; a label of the sandbox in it is its provenance."""
    own = copy.deepcopy(dict(document))
    return SurveyDocument(own, findings=findings or Findings(), provenance=_label(own))


def _of(found: Printed, odd: Sequence[int]) -> SurveyDocument:
    """Take what was printed; `odd` are the lines above and in it with bytes that are not UTF-8."""
    return SurveyDocument(
        found.data,
        found.heading,
        found.remarks,
        Findings([*reading.not_utf_8(odd), *found.repairs]),
        _label(found.data),
        found.source,
        found.first_line,
        found.first_column,
    )


def _numbered(names: Iterable[str]) -> list[tuple[str, int]]:
    """Tell equal names apart by their order."""
    seen: Counter[str] = Counter()
    numbered = []
    for name in names:
        numbered.append((name, seen[name]))
        seen[name] += 1
    return numbered


def _veiled(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a document without the value of its token, which no representation shows."""
    token = document.get("basic_token")
    if not token:
        return document
    told = {**token, "value": token.get("value") and _VEIL} if isinstance(token, dict) else _VEIL
    return {**document, "basic_token": told}


def _label(document: Mapping[str, Any]) -> Provenance:
    """Return the word that the sandbox wrote into a document; what bears none is the vendor's."""
    word = document.get(LABEL)
    return word if word in ("derived", "synthetic") else "documented"
