"""The legacy qualifications 218, 220, 221 and 230 turned into 232, as the vendor's server does.

218 says whether there are children (111 none, 112 some), 220 a child's gender (111 boy, 112 girl), 230 its age in ranges of
years (units 311) or months (312), 221 which of both. The vendor shows the conversion of 218 alone; that of 220, 221 and 230 is
derived: every code of the genders whose age lies in a range, in the unit of the ranges.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from segkit.errors import InvalidInput
from segkit.findings import Finding, Findings, Severity
from segkit.provenance import Provenance, weakest
from segkit.quotas.codes import CHILD_AGE_GENDER, GENDERS, NO_CHILDREN, SERVER_ORDER, UNIT_CODES, Gender, Unit
from segkit.quotas.describing import describe_codes
from segkit.quotas.entry_link import child_code
from segkit.quotas.legacy_ages import NO_AGES, ages_of
from segkit.quotas.legacy_criterion import AGE, AGE_UNIT, GENDER, HAS_CHILDREN, NOT_CARRIED, LegacyCriterion
from segkit.quotas.targets import LEGACY, whole
from segkit.reading import member

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")

_ANSWERS: Mapping[int, bool] = {111: False, 112: True}
_GENDERS: Mapping[int, Gender] = {111: "boy", 112: "girl"}
_READ = {"qualification_code", "condition_codes", "range_sets", "child_age_unit"}


def is_legacy(document: Mapping[str, Any]) -> bool:
    """Say whether a survey document uses 218, 220, 221 or 230, in its qualifications or in a criterion of a quota."""
    quotas = _sequence(document, "quotas", "$", [])
    lists = (_sequence(document, "qualifications", "$", []), *(_sequence(quota, "criteria", "$", []) for quota in quotas))
    return any(_qualification(item) in LEGACY for items in lists for item in items)


class Upgraded(NamedTuple):
    """A survey document without legacy criteria, what was found, and the word for how they were converted.

    Attributes
    ----------
    document
        It shares what is unchanged with the given one: unknown fields, order and all else stay.
    findings
        ``legacy-upgraded`` (info) for each new criterion, ``legacy-widened``, ``legacy-unit-assumed`` and ``legacy-misplaced``
        (warnings), ``legacy-contradiction``, and ``legacy-not-carried`` for what stays as it is or is lost.
    provenance
        ``derived`` when a conversion is not as the vendor's example shows it, else ``documented``.
    """

    document: dict[str, Any]
    findings: Findings
    provenance: Provenance


def upgrade_document(document: Mapping[str, Any]) -> Upgraded:
    """Turn the legacy criteria of a survey document into 232.

    Raises
    ------
    InvalidInput
        When the document is no mapping.

    Examples
    --------
    >>> upgraded = upgrade_document({"qualifications": [{"qualification_code": 218, "condition_codes": ["111"]}]})
    >>> upgraded.document, upgraded.provenance
    ({'qualifications': [{'qualification_code': 232, 'condition_codes': ['167']}]}, 'documented')
    """
    if not isinstance(document, Mapping):
        raise InvalidInput(f"a survey document is a mapping, not {type(document).__name__}; give what its JSON object holds")
    findings: list[Finding] = []
    upgraded = dict(document)
    words: list[Provenance] = []
    qualifications = _sequence(document, "qualifications", "$", findings)
    if qualifications:
        upgraded["qualifications"], word = _upgraded(qualifications, "$.qualifications", findings, in_quota=False)
        words.append(word)
    quotas = [
        _quota(quota, f"$.quotas[{place}]", findings) for place, quota in enumerate(_sequence(document, "quotas", "$", findings))
    ]
    if quotas:
        upgraded["quotas"] = [quota for quota, _ in quotas]
    return Upgraded(upgraded, Findings(findings), weakest("documented", *words, *(word for _, word in quotas)))


def _sequence(holder: object, key: str, where: str, findings: list[Finding]) -> Sequence[Any]:
    """Return a list that an object holds; none where there is none, or something else, which is told."""
    found = holder.get(key) if isinstance(holder, Mapping) else None
    if found is None or isinstance(found, list | tuple):
        return found or ()
    message = "it is no list, so nothing in it was looked at; it stays as it is"
    findings.append(Finding(NOT_CARRIED, "warning", f"{where}.{key}", message, "Make it a list."))
    return ()


def _quota(quota: object, where: str, findings: list[Finding]) -> tuple[object, Provenance]:
    if not isinstance(quota, Mapping):
        findings.append(Finding(NOT_CARRIED, "warning", where, "it is no object; it stays as it is", "Make it an object."))
        return quota, "documented"
    criteria = _sequence(quota, "criteria", where, findings)
    if not criteria:
        return quota, "documented"
    upgraded, word = _upgraded(criteria, f"{where}.criteria", findings, in_quota=True)
    return {**quota, "criteria": upgraded}, word


def _qualification(item: object) -> int | None:
    return whole(item.get("qualification_code")) if isinstance(item, Mapping) else None


def _upgraded(items: Sequence[Any], where: str, findings: list[Finding], *, in_quota: bool) -> tuple[list[Any], Provenance]:
    """Put one criterion of 232 in the place of the first legacy one, or leave all as they are and say why."""
    places = {}
    for index, item in enumerate(items):
        code, at = _qualification(item), f"{where}[{index}]"
        if not isinstance(item, Mapping):
            findings.append(Finding(NOT_CARRIED, "warning", at, "it is no object; it stays as it is", "Make it an object."))
        elif code in LEGACY:
            places[index] = LegacyCriterion(at, code, item, findings)
    if not places or _blocked(items, list(places.values())):
        return list(items), "documented"
    codes, unit = _meant({place.code: place for place in places.values()})
    if not codes:
        return list(items), "documented"
    for place in () if in_quota else places.values():
        if place.code != HAS_CHILDREN:
            message = f"the vendor allows {place.code} in the criteria of quotas alone; it was read here too"
            place.tell(message, "Check the result: 232 may stand in both.", code="legacy-misplaced", severity="warning")
    first = min(places)
    new = _criterion(codes, unit, list(places.values()), in_quota=in_quota)
    word = _tell_upgraded(codes, unit, list(places.values()), in_quota=in_quota)
    kept = [new if index == first else item for index, item in enumerate(items) if index == first or index not in places]
    return kept, word


def _blocked(items: Sequence[Any], places: list[LegacyCriterion]) -> bool:
    """Tell of legacy criteria that no single criterion can stand for: all in a list must be met."""
    mixed = any(_qualification(item) == CHILD_AGE_GENDER for item in items)
    twice = len({place.code for place in places}) < len(places)
    for place in places if mixed or twice else ():
        beside = "232 stands beside it" if mixed else "one legacy qualification is there twice"
        message = f"{place.code} was left: {beside}, and both must be met, which no single 232 says"
        place.tell(message, "Write one 232 for them by hand.")
    return mixed or twice


def _meant(criteria: Mapping[int, LegacyCriterion]) -> tuple[frozenset[int], Unit]:
    """Return the codes of 232 that legacy criteria mean together, and their unit; no codes when one cannot be read."""
    nothing = frozenset[int](), NO_AGES.unit
    if criteria.keys() == {AGE_UNIT}:
        criteria[AGE_UNIT].tell("a unit alone targets nobody", "Leave it out, or add 218, 220 and 230.")
        return nothing
    answers = _known(criteria[HAS_CHILDREN], _ANSWERS) if HAS_CHILDREN in criteria else [True]
    genders = _known(criteria[GENDER], _GENDERS) if GENDER in criteria else GENDERS
    ages = ages_of(criteria)
    if not (answers and genders and ages.months):
        return nothing
    children = frozenset(child_code(gender, month) for gender in genders for month in ages.months)
    if False not in answers:
        return children, ages.unit
    none = frozenset({NO_CHILDREN})
    if not criteria.keys() & {GENDER, AGE}:
        return (children | none if True in answers else none), ages.unit
    severity: Severity = "warning" if True in answers else "error"
    message = f"111, no children, stands beside a gender or an age; {'children are' if True in answers else '167 is'} taken"
    fix = "Send 218 with 112 for children; 111 means none, whatever the vendor's older samples say."
    criteria[HAS_CHILDREN].tell(message, fix, code="legacy-contradiction", severity=severity, at=".condition_codes")
    return (children, ages.unit) if True in answers else (none, NO_AGES.unit)


def _known(place: LegacyCriterion, meanings: Mapping[int, T]) -> list[T]:
    """Return what the condition codes mean; those that mean nothing are told."""
    given = place.listed("condition_codes")
    allowed = " and ".join(map(str, meanings))
    if not given:
        place.tell(f"{place.code} has no list of condition codes", f"Its codes are {allowed}.", at=".condition_codes")
        return []
    for index, code in enumerate(given):
        if whole(code) not in meanings:
            place.tell(f"no such condition code of {place.code}", f"Its codes are {allowed}.", at=f".condition_codes[{index}]")
    return [meaning for number, meaning in meanings.items() if number in map(whole, given)]


def _criterion(codes: frozenset[int], unit: Unit, places: list[LegacyCriterion], *, in_quota: bool) -> dict[str, Any]:
    """Write the criterion in the vendor's order of keys and codes, with the fields that segkit does not know."""
    order = [code for code in (*SERVER_ORDER, NO_CHILDREN) if code in codes] if in_quota else sorted(codes)
    new: dict[str, Any] = {"qualification_code": CHILD_AGE_GENDER, "condition_codes": [str(code) for code in order]}
    if in_quota or unit == "months":
        new["child_age_unit"] = UNIT_CODES[unit]
    _keep_fields(new, places, UNIT_CODES[unit])
    return new


def _tell_upgraded(codes: frozenset[int], unit: Unit, places: list[LegacyCriterion], *, in_quota: bool) -> Provenance:
    """Tell what became of legacy criteria, and return the word for it."""
    why = "as the vendor's example shows"
    word: Provenance = "documented"
    if {place.code for place in places} != {HAS_CHILDREN}:
        word, why = "derived", "the vendor shows that of 218 alone"
    elif in_quota and NO_CHILDREN in codes and len(codes) > 1:
        word, why = "derived", "the vendor shows both answers of 218 together only in the qualifications"
    names = ", ".join(str(place.code) for place in places)
    message = f"{names} became 232, {describe_codes(codes, unit)} ({word}: {why})"
    places[0].tell(message, "Nothing, if that is what is wanted.", code="legacy-upgraded", severity="info")
    return word


def _keep_fields(new: dict[str, Any], places: list[LegacyCriterion], unit_code: int) -> None:
    """Take over unknown fields, and tell of those that do not fit."""
    for place in places:
        for key, value in place.written.items():
            if key not in _READ and key not in new:
                new[key] = value
            elif _is_lost(place.code, key, value, new, unit_code):
                at = f".{key}" if str(key).isidentifier() else member("", str(key))
                message = "this field does not fit into the one criterion of 232; it was left out"
                place.tell(message, "Check it.", severity="warning", at=at)


def _is_lost(code: int, key: str, value: object, new: Mapping[str, Any], unit_code: int) -> bool:
    if key == "child_age_unit":
        return whole(value) != unit_code
    if key in _READ:
        return bool(value) and key == ("condition_codes" if code == AGE else "range_sets")
    return not isinstance(value, str | int | float | None) or new[key] != value
