"""The qualifications and quotas of a survey: from how they are sent to how the printed replies return them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from segkit.sandbox.buyer_refusal import refuse
from segkit.sandbox.child_codes import KNOWN, MONTHS, NO_CHILDREN, QUALIFICATION, YEARS, by_age, expanded
from segkit.sandbox.legacy_targeting import HAS_CHILDREN, LEGACY, converted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from segkit.provenance import Provenance
    from segkit.sandbox.switches import Legacy

GREATEST_COUNT = 2**31 - 1
_OWN_KEYS = ("qualification_code", "condition_codes", "child_age_unit")
_QUOTA_KEYS = ("buyer_quota_id", "quota_title", "ps_quota_id", "required_count", "criteria")


class Choice(NamedTuple):
    """Why a reply is no better than its word."""

    word: Provenance
    note: str


EXPANDED = Choice("derived", "a year's code brings those of its months, as the printed quotas show for all years at once")
CONVERTED = Choice("derived", "218 became 232 as printed, gender and age (220, 230) by their meaning")
IN_MONTHS = Choice("derived", "under the unit of months a code means one month, so nothing is added")
MIXED = Choice("synthetic", "where 167 stands in a list with child codes is our choice")
EXTRA_KEYS = Choice("synthetic", "fields that the printed reply does not have are echoed behind the others")


class Targeting:
    """What a request targets, in the vendor's form.

    Attributes
    ----------
    choices
        What the form of it rests on.
    """

    def __init__(self, legacy: Legacy) -> None:
        self._legacy = legacy
        self.choices: list[Choice] = []

    def qualifications(self, sent: object) -> list[dict[str, Any]]:
        """Return the qualifications of a survey: codes of 232 in numeric order, without the unit of years."""
        criteria = _criteria(sent, "qualifications")
        if inner := sorted({each["qualification_code"] for each in criteria} & (LEGACY - {HAS_CHILDREN})):
            refuse(f"Child gender and age {inner} go into quotas, not into the qualifications of a survey.")
        return [self._qualification(each) for each in self._upgraded(criteria)]

    def _qualification(self, sent: dict[str, Any]) -> dict[str, Any]:
        if sent["qualification_code"] != QUALIFICATION:
            listed = {"condition_codes": list(map(str, sent["condition_codes"]))} if "condition_codes" in sent else {}
            return {**listed, **{name: value for name, value in sent.items() if name != "condition_codes"}}
        codes, unit = self._children(sent)
        months = {"child_age_unit": unit} if unit == MONTHS else {}  # without it the codes would mean other children
        return {"condition_codes": list(map(str, sorted(codes))), "qualification_code": QUALIFICATION, **months, **_rest(sent)}

    def quotas(self, sent: object, survey_id: int) -> list[dict[str, Any]]:
        """Return the quotas of a survey, those of 167 alone first."""
        if not isinstance(sent, list):
            refuse("quotas is an array.")
        return in_order([self.quota(each, survey_id) for each in sent])

    def quota(self, sent: object, survey_id: int) -> dict[str, Any]:
        """Return one quota with an id of the double's own, the same whenever the survey's and the buyer's are."""
        if not isinstance(sent, dict):
            refuse("A quota is an object.")
        quota_id, count, title = sent.get("buyer_quota_id"), sent.get("required_count"), sent.get("quota_title", "")
        if not isinstance(quota_id, str) or not quota_id or not isinstance(title, str):
            refuse("A quota needs a buyer_quota_id; this and quota_title are texts.")
        if type(count) is not int or not 0 <= count <= GREATEST_COUNT:
            refuse(f"The required_count of a quota is a whole number from 0 on; that of {quota_id!r} is not.")
        criteria = _criteria(sent.get("criteria"), "the criteria of a quota")
        if not criteria:
            refuse(f"Quota {quota_id!r} has no criteria.")
        rest = {name: value for name, value in sent.items() if name not in _QUOTA_KEYS}
        if rest:
            self.choices.append(EXTRA_KEYS)
        return {
            "buyer_quota_id": quota_id,
            "quota_title": title,
            "ps_quota_id": str(uuid5(NAMESPACE_URL, f"segkit-sandbox:{survey_id}:{quota_id}")),
            "required_count": count,
            "criteria": [self._criterion(each) for each in self._upgraded(criteria)],
            **rest,
        }

    def _criterion(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Return a criterion of a quota; one of 232 by age, with its unit."""
        code = sent["qualification_code"]
        if code == QUALIFICATION:
            codes, unit = self._children(sent)
            if NO_CHILDREN in codes and len(codes) > 1:
                self.choices.append(MIXED)
            listed = list(map(str, by_age(codes)))
            return {"qualification_code": code, "condition_codes": listed, "child_age_unit": unit, **_rest(sent)}
        texts = {"condition_codes": list(map(str, sent["condition_codes"]))} if "condition_codes" in sent else {}
        return {"qualification_code": code, **sent, **texts}

    def _children(self, sent: dict[str, Any]) -> tuple[set[int], int]:
        """Return the codes of a criterion of 232 as the server has them, and their unit."""
        codes, unit = {int(code) for code in sent.get("condition_codes", ())}, sent.get("child_age_unit", YEARS)
        if not codes or not codes <= KNOWN:
            refuse(f"Qualification 232 has no condition codes {sorted(codes - KNOWN)}; it needs some.")
        if type(unit) is not int or unit not in (YEARS, MONTHS):
            refuse("child_age_unit is 311 or 312.")
        if unit == MONTHS:
            self.choices.append(IN_MONTHS)
            return codes, unit
        if expanded(codes) != codes:
            self.choices.append(EXPANDED)
        return expanded(codes), unit

    def _upgraded(self, criteria: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Put one criterion of 232 in place of the legacy ones."""
        old = [each for each in criteria if each["qualification_code"] in LEGACY]
        if not old:
            return criteria
        if self._legacy == "refuse":
            refuse("Child targeting by 218, 220 and 230 is no longer supported; send 232.")
        if any(each["qualification_code"] == QUALIFICATION for each in criteria):
            refuse("Legacy criteria stand beside 232; no single 232 says that both must be met.")
        self.choices.append(CONVERTED)
        codes, unit = converted(old)
        new = {"qualification_code": QUALIFICATION, "condition_codes": by_age(codes), "child_age_unit": unit}
        at = criteria.index(old[0])
        kept = [each for each in criteria if each["qualification_code"] not in LEGACY]
        return [*kept[:at], new, *kept[at:]]


def in_order(quotas: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put the quotas of families without children first, and refuse two with one id."""
    none = [str(NO_CHILDREN)]
    found = sorted(quotas, key=lambda quota: all(each.get("condition_codes") != none for each in quota["criteria"]))
    names = [quota["buyer_quota_id"] for quota in found]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        refuse(f"Two quotas have the buyer_quota_id {twice[0]!r}.")
    return found


def _rest(criterion: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in criterion.items() if name not in _OWN_KEYS}


def _criteria(sent: object, what: str) -> list[dict[str, Any]]:
    """Return the criteria that were sent: each names a qualification, and codes or ranges."""
    if not isinstance(sent, list):
        refuse(f"{what} is an array.")
    for each in sent:
        if not isinstance(each, dict) or type(each.get("qualification_code")) is not int:
            refuse(f"Each of {what} is an object with a qualification_code, a number.")
        codes, ranges = each.get("condition_codes", []), each.get("range_sets", [])
        if not isinstance(codes, list) or not isinstance(ranges, list) or not (codes or ranges):
            refuse(f"Qualification {each['qualification_code']} needs condition_codes or range_sets, an array.")
        if not all(_is_code(code) for code in codes):
            refuse(f"The condition_codes of qualification {each['qualification_code']} are numbers, as texts.")
    return sent


def _is_code(code: object) -> bool:
    """Whether it is a number, or a text of digits as the vendor writes them."""
    text = str(code) if type(code) is int else code
    return isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= len(str(GREATEST_COUNT))
