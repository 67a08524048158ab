"""The fields of a survey as PureSpectrum documents them, typed: those of a request, and those that only a reply has.

Seed 003 prints them; "Request and Response parameters" names those that a request may have besides.
"""

from __future__ import annotations

from types import UnionType
from typing import TYPE_CHECKING, Any, get_args, get_origin

import msgspec

from segkit.findings import Finding
from segkit.printed import step
from segkit.quotas.mistyped import in_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Number = int | float


class Enable(msgspec.Struct):
    """A part of a survey that is on or off."""

    enable: bool


class MultipleQuotas(msgspec.Struct):
    """How a complete that fits several quotas is counted under quota level complete."""

    enable: bool | None = None
    count_by_quota: bool | None = None
    compensate_by_quota: bool | None = None


class QuotaLevelComplete(msgspec.Struct):
    """Quota level complete: on a complete the buyer names the quotas that it counts for."""

    enable: bool
    multiple_quotas: MultipleQuotas | None = None


class LaunchInfo(msgspec.Struct):
    """When a survey is to be launched."""

    date: str | None = None
    hours: Number | str | None = None
    minutes: Number | str | None = None
    timezone: str | None = None
    dateTimeInISO: str | None = None  # noqa: N815 - the vendor's name


class ScheduleLaunch(msgspec.Struct):
    """Whether a survey is launched at a time, and when."""

    enable: bool
    info: LaunchInfo | None = None


class BasicToken(msgspec.Struct):
    """A token of the survey's own; its value is shown in no repr."""

    enable: bool
    value: str | None = None

    def __repr__(self) -> str:
        return f"BasicToken(enable={self.enable})"


class DqSettings(msgspec.Struct):
    """Which checks of data quality are on."""

    purescore_filter_enabled: bool | None = None
    fp_device_check: bool | None = None
    fp_fraud_check: bool | None = None


class RangeSet(msgspec.Struct):
    """A range of a criterion; units are 311 years, 312 months, 321 US dollars."""

    from_: Number | str | None = msgspec.field(name="from", default=None)
    to: Number | str | None = None
    units: int | None = None


class Criterion(msgspec.Struct):
    """A qualification and the codes or ranges of it that are wanted."""

    qualification_code: int
    condition_codes: list[str | int] | None = None
    range_sets: list[RangeSet] | None = None
    child_age_unit: int | None = None


class QuotaFields(msgspec.Struct):
    """A quota; `quota_title` and `ps_quota_id` are the vendor's."""

    criteria: list[Criterion]
    required_count: int | None = None
    buyer_quota_id: str | None = None
    quota_title: str | None = None
    ps_quota_id: str | None = None


class RequestFields(msgspec.Struct):
    """What a create survey request may have; None where a document does not."""

    survey_title: str | None = None
    survey_category_code: int | None = None
    survey_localization: str | None = None
    completes_required: int | None = None
    expected_ir: Number | None = None
    expected_loi: Number | None = None
    live_url: str | None = None
    test_url: str | None = None
    field_time: Number | None = None
    offer_price: Number | None = None
    incl_excl: int | None = None
    click_balancing: int | None = None
    global_flexibility: Number | None = None
    buyer_message: str | None = None
    billing_id: str | None = None
    quota_throttling: bool | None = None
    qlc: QuotaLevelComplete | None = None
    subscriber_emails: list[str] | None = None
    qualifications: list[Criterion] | None = None
    quotas: list[QuotaFields] | None = None


class SurveyFields(RequestFields):
    """What a survey document may have, request or reply; None where it does not."""

    ps_survey_id: int | None = None
    ps_survey_status: int | None = None
    survey_external_id: str | None = None
    estimated_clicks: Number | None = None
    qbp: Enable | None = None
    soft_launch: Enable | None = None
    unique_links: Enable | None = None
    uniqueLinks: bool | None = None  # noqa: N815 - the vendor's name
    url_transform: bool | None = None
    is_modular_survey: bool | None = None
    buyer_surveygroup_ref: int | str | None = None
    buyer_surveygroup_refs: list[Any] | None = None
    test_ps_survey_entry_link: str | None = None
    is_feot_enabled: bool | None = None
    feot: dict[str, Any] | None = None
    survey_grouping: list[Any] | None = None
    blend_id: int | str | None = None
    schedule_launch: ScheduleLaunch | None = None
    price_reco: bool | None = None
    project_creation_date: str | None = None
    project_last_complete_date: str | None = None
    is_dq_enable: bool | None = None
    mc_count: int | None = None
    tc_count: int | None = None
    basic_token: BasicToken | None = None
    is_pure_price_rate_card_enable: bool | None = None
    dq_settings: DqSettings | None = None
    product: str | None = None
    pds_ignore_override: bool | None = None
    supplier_allocation_throttle: bool | None = None
    blend_applied: bool | None = None
    provenance: str | None = msgspec.field(name="x_segkit_provenance", default=None)

    def __repr__(self) -> str:
        given = [name for name in self.__struct_fields__ if getattr(self, name) is not None]
        return f"<SurveyFields: {len(given)} given>"


KNOWN: dict[str, Any] = {field.encode_name: field.type for field in msgspec.structs.fields(SurveyFields)}
"""The documented names and their types."""

REQUESTED = frozenset(field.encode_name for field in msgspec.structs.fields(RequestFields))
"""The names that a request may have."""


def typed(document: Mapping[str, Any]) -> tuple[SurveyFields, list[Finding]]:
    """Read the documented fields; one of a wrong type is None, and a ``wrongly-typed`` finding says where and why."""
    read: dict[str, Any] = {}
    findings = []
    for name, value in document.items():
        if name not in KNOWN:
            continue
        wrong = list(_wrong(value, KNOWN[name], step("$", name)))
        findings += wrong
        if not wrong:
            read[name] = msgspec.convert(value, KNOWN[name])
    fields = SurveyFields(**{field.name: read.get(field.encode_name) for field in msgspec.structs.fields(SurveyFields)})
    return fields, findings


def _wrong(value: object, shape: Any, path: str) -> Iterator[Finding]:  # noqa: ANN401 - a type as it is annotated
    """Yield a finding for every value that is of a wrong type, the innermost that is, and for what an object lacks."""
    try:
        msgspec.convert(value, shape)
    except msgspec.ValidationError:
        missing = [Finding("wrongly-typed", "error", path, *_of_missing(name)) for name in _missing(value, shape)]
        below = [found for member in _members(value, shape, path) for found in _wrong(*member)]
        found = [*below, *missing]
        yield from found or [Finding("wrongly-typed", "error", path, *in_words(value, _kinds(shape), path))]


def _members(value: object, shape: Any, path: str) -> Iterator[tuple[object, Any, str]]:  # noqa: ANN401 - as above
    """Yield the members of a list or an object that have a type of their own, each with it and its path."""
    for kind in get_args(shape) if isinstance(shape, UnionType) else (shape,):
        if get_origin(kind) is list and isinstance(value, list):
            yield from ((member, *get_args(kind), step(path, place)) for place, member in enumerate(value))
        elif _is_struct(kind) and isinstance(value, dict):
            for field in msgspec.structs.fields(kind):
                if field.encode_name in value:
                    yield value[field.encode_name], field.type, step(path, field.encode_name)


def _missing(value: object, shape: Any) -> list[str]:  # noqa: ANN401 - as above
    if not isinstance(value, dict):
        return []
    kinds = [kind for kind in get_args(shape) or (shape,) if _is_struct(kind)]
    return [f.encode_name for kind in kinds for f in msgspec.structs.fields(kind) if f.required and f.encode_name not in value]


def _of_missing(name: str) -> tuple[str, str]:
    return f"{name} is missing", f"Add {name}: the vendor documents it as part of this object."


def _is_struct(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _kinds(shape: Any) -> frozenset[type]:  # noqa: ANN401 - as above
    """Return the kinds of JSON value that a type takes, of which null is none: to leave a field out says the same."""
    kinds = get_args(shape) if isinstance(shape, UnionType) else (shape,)
    plain = (dict if _is_struct(kind) else get_origin(kind) or kind for kind in kinds)
    return frozenset(kind for kind in plain if kind is not type(None))


def unknown(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names that no document of the vendor's names; they are kept and sent as they are."""
    yield from (name for name in document if name not in KNOWN)
