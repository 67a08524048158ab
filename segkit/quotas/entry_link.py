"""The children of a respondent in a supplier's entry link: query strings read and written, in two forms.

Legacy, documented by an older page: ``218=112&220_1=111&230_1=120`` is a boy of 120 months; up to five children, numbered.
232, derived from the vendor's rule for questions with several answers: ``232=151,134``, or ``232=167`` for no children.
All other parameters of a link are left alone, and none of them is shown in a message.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from numbers import Integral
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import parse_qsl

from segkit import frames, markup
from segkit.errors import InvalidInput
from segkit.findings import Finding, Findings
from segkit.quotas.codes import CODES, GENDERS, MONTHS_A_YEAR, NO_CHILDREN, OLDEST_MONTH, OLDEST_YEAR, Gender, code_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import pandas as pd

    from segkit.provenance import Provenance

Form = Literal["232", "legacy"]
Child = tuple[Gender, int]

MOST_CHILDREN = 5
AGES = range(1, (OLDEST_YEAR + 1) * MONTHS_A_YEAR)
HAS_NONE, HAS_CHILDREN = "111", "112"
GENDER_CODES: Mapping[str, Gender] = {"111": "boy", "112": "girl"}
SLIP = "2"  # the vendor's own example writes 220_2=2 for a girl
_OURS = re.compile(r"(?P<qualification>218|220|221|230|232)(?:_(?P<number>[0-9]{1,6}))?")


@dataclass(frozen=True, slots=True, repr=False)
class EntryLink:
    """What an entry link says of a respondent's children.

    Attributes
    ----------
    children
        Gender and age in months of each, in the order of the link.
    has_children
        None when the link does not say, or says both.
    form
        ``232`` or ``legacy``; None when the link says nothing of children.
    codes
        The codes of 232 that the respondent carries: a month code under 4 years (12, 24 and 36 months are year codes),
        from 4 on a year code; 167 for no children.
    findings
        What the vendor ignores, and what cannot be.
    """

    children: tuple[Child, ...]
    has_children: bool | None
    form: Form | None
    codes: tuple[int, ...]
    findings: Findings

    @property
    def provenance(self) -> Provenance:
        """The word for the form: legacy is documented, 232 is derived."""
        return "documented" if self.form == "legacy" else "derived"

    def to_frame(self) -> pd.DataFrame:
        """Return one row a child: child (int64, from 1), gender (str), months, code (int64), text, provenance."""
        rows = [
            (place, gender, months, code, CODES[code].text, self.provenance)
            for place, (gender, months) in enumerate(self.children, start=1)
            for code in [child_code(gender, months)]
        ]
        return frames.from_rows(frames.ENTRY_LINK, rows)

    def __repr__(self) -> str:
        words = {True: "children, not told which", False: "no children", None: "nothing of children"}[self.has_children]
        told = ", ".join(f"{gender} {months} month{'s' if months > 1 else ''}" for gender, months in self.children)
        form = f" ({self.form} form, {self.provenance})" if self.form else ""
        return f"<EntryLink: {told or words}{form}{f', {len(self.findings)} findings' if self.findings else ''}>"

    def _repr_html_(self) -> str:
        rows = list(self.to_frame().itertuples(index=False, name=None))
        table = markup.table("Children of the entry link", list(frames.ENTRY_LINK), rows) if rows else markup.note(repr(self))
        return table.html + (self.findings._repr_html_() if self.findings else "")


def child_code(gender: Gender, months: int) -> int:
    """Return the code that a child of 1-215 months carries."""
    years = months // MONTHS_A_YEAR
    return code_of(gender, months, "months") if months <= OLDEST_MONTH else code_of(gender, years, "years")


def read_entry_link(link: str) -> EntryLink:
    """Read the children out of an entry link, or of its query string alone.

    Parameters
    ----------
    link
        A URL or a query string. Where it has both forms, 232 is read.

    Returns
    -------
    The children; in the form 232 an age from 48 months on comes back as whole years, and a year code of the ages 1-3 as the
    first month of that year.

    Raises
    ------
    InvalidInput
        When it is no text.

    Examples
    --------
    >>> read_entry_link("218=112&220_1=111&230_1=120&220_2=112&230_2=12")
    <EntryLink: boy 120 months, girl 12 months (legacy form, documented)>
    """
    if not isinstance(link, str):
        raise InvalidInput(
            f"an entry link is a text, not {type(link).__name__}; give the URL or the part after its question mark"
        )
    findings: list[Finding] = []
    given = _parameters(link, findings)
    if "232" in given:
        if len(given) > 1:
            others = ", ".join(sorted(given.keys() - {"232"}))
            fix = "Send one form."
            findings.append(Finding("both-forms", "warning", others, "the link has 232 too, which is read; this is not", fix))
        return _read_232(given["232"], findings)
    return _read_legacy(given, findings)


def _parameters(link: str, findings: list[Finding]) -> dict[str, str]:
    """Return our parameters by name, the first of each; null and empty ones are ignored, as the vendor does."""
    head, mark, tail = link.partition("?")
    query = tail.partition("#")[0] if mark else "" if "://" in head else head
    given: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if not _OURS.fullmatch(name) or value.strip().lower() in {"", "null"}:
            continue
        if name in given:
            message = "it is given more than once; the vendor ignores the others, and so does this reading: the first counts"
            findings.append(Finding("duplicate-parameter", "warning", name, message, "Send it once."))
        given.setdefault(name, value.strip())
    return given


def _number(value: str) -> int | None:
    return int(value) if re.fullmatch(r"[0-9]{1,6}", value) else None


def _read_232(value: str, findings: list[Finding]) -> EntryLink:
    codes: list[int] = []
    for text in value.split(","):
        code = _number(text.strip())
        if code is None or code not in CODES:
            what = "it holds what is no number" if code is None else f"{code} is no code of 232"
            findings.append(Finding("unknown-code", "error", "232", what, "Send codes from 111 to 233, with commas between."))
        elif code in codes:
            findings.append(Finding("duplicate-code", "warning", "232", f"{code} is there more than once", "Send it once."))
        else:
            codes.append(code)
    children = tuple(
        (child.gender, child.first_month) for child in map(CODES.__getitem__, codes) if child.gender and child.first_month
    )
    has_children = True if children else False if codes else None
    if NO_CHILDREN in codes and children:
        message = "167, no children, stands beside codes of children"
        findings.append(Finding("none-with-children", "error", "232", message, "Send 167 alone, or leave it out."))
        has_children = None
    return EntryLink(children, has_children, "232", tuple(codes), Findings(findings))


def _read_legacy(given: Mapping[str, str], findings: list[Finding]) -> EntryLink:
    children = tuple(_legacy_children(given, findings))
    answer = given.get("218")
    has_children = {HAS_NONE: False, HAS_CHILDREN: True}.get(answer or "")
    if answer is not None and has_children is None:
        message = "its code is neither 111, no children, nor 112, has children"
        findings.append(Finding("unknown-code", "error", "218", message, "Send 218=112 for a parent."))
    elif answer is None and children:
        findings.append(
            Finding("missing-218", "error", "218", "children are listed without 218", "Send 218=112 too: it is mandatory.")
        )
        has_children = True
    elif has_children is False and any(name.startswith(("220", "230")) for name in given):
        message = "111 means no children, but children are listed; no children is taken, as the vendor's conversion does"
        findings.append(Finding("contradiction", "error", "218", message, "Send 218=112 with children, 218=111 without."))
        children = ()
    codes = tuple(dict.fromkeys(child_code(*child) for child in children)) or ((NO_CHILDREN,) if has_children is False else ())
    return EntryLink(children, has_children, "legacy" if given else None, codes, Findings(findings))


def _legacy_children(given: Mapping[str, str], findings: list[Finding]) -> Iterator[Child]:
    """Pair 220_n with 230_n, for n from 1 to 5."""
    numbers: set[int] = set()
    for name in given:
        ours = _OURS.fullmatch(name)
        number = ours["number"] if ours else None
        if name == "218":
            continue
        if number is None or str(int(number)) != number or not name.startswith(("220", "230")):
            message = "the vendor's guide has no such parameter; it is ignored"
            findings.append(Finding("unknown-parameter", "warning", name, message, "Number the children: 220_1 and 230_1."))
        elif int(number) not in range(1, MOST_CHILDREN + 1):
            message = f"the vendor reads {MOST_CHILDREN} children, numbered from 1, and ignores the rest"
            findings.append(Finding("too-many-children", "warning", name, message, "Leave it out."))
        else:
            numbers.add(int(number))
    for place in sorted(numbers):
        gender, months = _legacy_gender(given, f"220_{place}", findings), _legacy_months(given, f"230_{place}", findings)
        if gender and months:
            yield gender, months


def _legacy_gender(given: Mapping[str, str], name: str, findings: list[Finding]) -> Gender | None:
    value = given.get(name)
    if value == SLIP:
        message = "2 is a slip in the vendor's example; it is read as 112, girl, as the example says"
        findings.append(Finding("documented-slip", "warning", name, message, "Send 112 for a girl."))
        return "girl"
    if value is None:
        message = "the child has an age but no gender; it is left out"
        findings.append(Finding("incomplete-child", "error", name, message, "Send 111 for a boy, 112 for a girl."))
    elif value not in GENDER_CODES:
        message = "its code is neither 111, boy, nor 112, girl; the child is left out"
        findings.append(Finding("unknown-code", "error", name, message, "Send 111 for a boy, 112 for a girl."))
    return GENDER_CODES.get(value or "")


def _legacy_months(given: Mapping[str, str], name: str, findings: list[Finding]) -> int | None:
    months = _number(given.get(name, ""))
    if months is not None and months in AGES:
        return months
    fix = f"Send the age in months, {AGES[0]}-{AGES[-1]}."
    if name not in given:
        findings.append(Finding("incomplete-child", "error", name, "the child has a gender but no age; it is left out", fix))
    else:
        what = "it is no whole number of months" if months is None else f"no code of 232 is for an age of {months} months"
        findings.append(Finding("age-out-of-range", "error", name, f"{what}; the child is left out", fix))
    return None


def write_entry_link(children: Iterable[tuple[str, int]], form: Form = "232") -> str:
    """Write the query part of an entry link for a respondent's children; none means no children.

    Parameters
    ----------
    children
        Gender (``boy``, ``girl``) and age in months (1-215) of each.
    form
        ``232`` (derived: the vendor's page on entry links does not name it; two children of one code are told once) or
        ``legacy`` (documented; at most five children).

    Raises
    ------
    InvalidInput
        When a child is none, there are too many, or the form is no form.

    Examples
    --------
    >>> write_entry_link([("boy", 120), ("girl", 12)]), write_entry_link([])
    ('232=151,134', '232=167')
    >>> write_entry_link([("boy", 120)], form="legacy")
    '218=112&220_1=111&230_1=120'
    """
    given: Any = children
    if isinstance(given, str | bytes) or not hasattr(given, "__iter__"):
        raise InvalidInput(
            f'children is {given!r:.60}: give ("boy" or "girl", age in months) of each child, none for no children'
        )
    wanted = [_checked(place, child) for place, child in enumerate(children)]
    if form == "232":
        codes = dict.fromkeys(child_code(*child) for child in wanted) or (NO_CHILDREN,)
        return f"232={','.join(map(str, codes))}"
    if form != "legacy":
        raise InvalidInput(f'form is {form!r}; give "232" or "legacy"')
    if len(wanted) > MOST_CHILDREN:
        raise InvalidInput(
            f"there are {len(wanted)} children; the legacy form holds {MOST_CHILDREN}: leave some out, or write form 232"
        )
    gender_codes = {gender: code for code, gender in GENDER_CODES.items()}
    told = [f"220_{place}={gender_codes[gender]}&230_{place}={months}" for place, (gender, months) in enumerate(wanted, start=1)]
    return "&".join([f"218={HAS_CHILDREN if wanted else HAS_NONE}", *told])


def _checked(place: int, child: object) -> Child:
    """Return a child that can be written."""
    if isinstance(child, tuple | list) and len(child) == 2:  # noqa: PLR2004 - a pair
        gender, months = child
        if gender in GENDERS and not isinstance(months, bool) and isinstance(months, Integral) and int(months) in AGES:
            return gender, int(months)
    raise InvalidInput(f'children[{place}] is {child!r}; give ("boy" or "girl", age in months {AGES[0]}-{AGES[-1]})')
