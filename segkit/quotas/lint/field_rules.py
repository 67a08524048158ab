"""Rules about the fields of a survey and the text that it was read from."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from segkit.printed import step
from segkit.quotas import codes as table
from segkit.quotas.fields import KNOWN
from segkit.quotas.lint.catalogue import Told, rule
from segkit.quotas.lint.words import shown
from segkit.quotas.targets import listed, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from segkit.findings import Severity
    from segkit.quotas.lint.checked import Checked

STATUSES = {11: "draft", 22: "live", 33: "paused", 44: "closed"}
RANGE_UNITS = (311, 312, 321)

_LOCALE = re.compile(r"[a-z]{2}_[A-Z]{2}\Z")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+\Z")


@rule("error")
def wrongly_typed(checked: Checked) -> Iterator[Told]:
    """A documented field is of another type than the vendor documents.

    Types are those of the printed requests and replies. A number in quotes is another type than a number.
    """
    for finding in checked.survey.type_findings:
        yield Told(finding.where, finding.message, finding.fix)


@rule("info")
def json_repaired(checked: Checked) -> Iterator[Told]:
    """The text is not JSON as it stands: it has comments, elisions, trailing commas or spaces that JSON does not allow.

    segkit reads it all the same and keeps the comments. The vendor's server is sent JSON without them.
    """
    for repair in checked.repairs:
        yield Told(repair.where, repair.message, repair.fix)


@rule("error")
def qlc_without_quotas(checked: Checked) -> Iterator[Told]:
    """Quota level complete is on, and there is no quota.

    The vendor refuses it with code 1014.
    """
    qlc = checked.fields.qlc
    if qlc and qlc.enable and not checked.targets.quotas:
        yield Told("$.qlc.enable", "quota level complete needs quotas", "Turn it off, or add quotas.")


@rule("info")
def misspelt_field(checked: Checked) -> Iterator[Told]:
    """A field is none that the vendor documents, and nearly one that it does.

    Unknown fields are kept and sent as they are; what the vendor does with them is not documented.
    """
    for name, near in misspelt(checked.survey.document).items():
        yield Told(step("$", name), f"{shown(name, 60)} is no documented field", f"Write {near}, if that was meant.")


def misspelt(document: Mapping[str, Any]) -> dict[str, str]:
    """Return the fields that are nearly documented ones, each with the one that it is nearly."""
    found = {}
    for name in document:
        if isinstance(name, str) and name not in KNOWN:
            near = difflib.get_close_matches(name.lower(), KNOWN, 1, cutoff=0.85)
            if near and near[0] not in document:
                found[name] = near[0]
    return found


class _Bound:
    """A bound of a field: whether a value of the right type keeps it, what it is, how sure that the vendor minds."""

    def __init__(self, keeps: Callable[[Any], bool], words: str, severity: Severity = "warning") -> None:
        self.keeps, self.words, self.severity = keeps, words, severity


def _within(lowest: float, highest: float) -> Callable[[float], bool]:
    return lambda number: lowest <= number <= highest


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


_SUPPLIER_SIDE = "the vendor states it for what suppliers are sent; what a create call enforces is not documented"
_BOUNDS: Mapping[str, _Bound] = {
    "survey_title": _Bound(lambda text: bool(text.strip()), "a title that is not empty"),
    "survey_category_code": _Bound(lambda number: number > 0, "a category code above 0"),
    "survey_localization": _Bound(lambda text: bool(_LOCALE.match(text)), "language and country, such as en_US"),
    "completes_required": _Bound(lambda number: number > 0, "a whole number above 0", "error"),
    "expected_ir": _Bound(_within(1, 100), f"1 to 100 percent ({_SUPPLIER_SIDE})"),
    "expected_loi": _Bound(_within(1, 120), f"1 to 120 minutes ({_SUPPLIER_SIDE})"),
    "field_time": _Bound(lambda days: days > 0, "days above 0"),
    "offer_price": _Bound(lambda price: price >= 0, "a price that is not negative"),
    "incl_excl": _Bound(lambda flag: flag in (0, 1), "0 or 1", "error"),
    "click_balancing": _Bound(lambda flag: flag in (0, 1), "0 or 1", "error"),
    "live_url": _Bound(_is_web, "an address that begins with http:// or https://"),
    "test_url": _Bound(_is_web, "an address that begins with http:// or https://"),
    "subscriber_emails": _Bound(lambda emails: all(map(_EMAIL.match, emails)), "addresses of e-mail"),
    "ps_survey_status": _Bound(lambda status: status in STATUSES, f"one of {', '.join(f'{n} {w}' for n, w in STATUSES.items())}"),
}


@rule("warning")
def field_out_of_bounds(checked: Checked) -> Iterator[Told]:
    """A field has a value outside of what the vendor documents, or of what can be meant.

    Documented for a create call are 0 and 1 of the switches and the units of ages; incidence of 1-100 percent and an interview of
    1-120 minutes are stated for the supplier's side. The other bounds are what the words mean: a count above 0, an address.
    """
    for name, bound in _BOUNDS.items():
        value = getattr(checked.fields, name)
        if value is not None and not bound.keeps(value):
            yield Told(step("$", name), f"{name} is {shown(value, 60)}", f"Give {bound.words}.", bound.severity)
    for criterion in checked.targets.criteria:
        where = f"{criterion.path}.child_age_unit"
        if criterion.unit_code is not None and whole(criterion.unit_code) not in table.UNITS and where not in checked.wrong:
            message = f"child_age_unit is {shown(criterion.unit_code)}"
            yield Told(where, message, "Give 311 for years or 312 for months.", "error")
    yield from (told for told in _ranges(checked.survey.document) if told.where not in checked.wrong)


def _ranges(document: Mapping[str, Any]) -> Iterator[Told]:
    """Look at the ranges of every criterion."""
    holders = [("$.qualifications", document.get("qualifications"))]
    for place, quota in enumerate(listed(document.get("quotas"))):
        if isinstance(quota, dict):
            holders.append((f"$.quotas[{place}].criteria", quota.get("criteria")))
    for path, criteria in holders:
        for place, criterion in enumerate(listed(criteria)):
            for number, span in enumerate(listed(criterion.get("range_sets")) if isinstance(criterion, dict) else []):
                if isinstance(span, dict):
                    yield from _range(span, f"{path}[{place}].range_sets[{number}]")


def _range(span: Mapping[str, Any], where: str) -> Iterator[Told]:
    first, last = whole(span.get("from")), whole(span.get("to"))
    if first is not None and last is not None and first > last:
        yield Told(where, f"the range runs from {shown(first)} to {shown(last)}", "Turn it round.")
    if "units" in span and whole(span["units"]) not in RANGE_UNITS:
        fix = "Give 311 for years, 312 for months, 321 for US dollars."
        yield Told(f"{where}.units", f"units is {shown(span['units'])}", fix)
