"""A survey as the two printed replies of create have it: every key, in their order, with what the request gave."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from segkit.sandbox.buyer_targeting import EXTRA_KEYS, Choice, Targeting
from segkit.sandbox.exchange import LABEL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from segkit.sandbox.switches import Legacy

DRAFT, LIVE, PAUSED, CLOSED = 11, 22, 33, 44
INVENTED = Choice("derived", "ids, dates and links are invented; all else stands as the printed replies have it")
_OWNED = ("ps_survey_id", "ps_survey_status", "project_creation_date", "project_last_complete_date", "test_ps_survey_entry_link")
_LINK = "https://sandbox.invalid/#/start-survey?survey_id={}&ps_redirect_test=1&bsec=sandbox&supplier_id=0"


_TEMPLATE = """{
"qbp": {"enable": false},
"qlc": {"enable": false, "multiple_quotas": {"enable": false, "count_by_quota": false, "compensate_by_quota": false}},
"soft_launch": {"enable": false}, "unique_links": {"enable": false}, "click_balancing": 0, "estimated_clicks": 0,
"survey_external_id": "", "ps_survey_status": 11, "offer_price": null, "incl_excl": 0, "quota_throttling": false,
"url_transform": false, "subscriber_emails": [], "survey_title": null, "survey_category_code": null, "completes_required": null,
"field_time": null, "buyer_message": null, "is_modular_survey": false, "live_url": null, "billing_id": null, "test_url": null,
"expected_loi": null, "expected_ir": null, "ps_survey_id": null, "buyer_surveygroup_ref": null, "buyer_surveygroup_refs": [],
"test_ps_survey_entry_link": null, "survey_localization": null, "uniqueLinks": false, "quotas": [], "qualifications": [],
"is_feot_enabled": false, "feot": {}, "survey_grouping": [], "blend_id": null,
"schedule_launch": {"enable": false,
    "info": {"date": null, "hours": null, "minutes": null, "timezone": null, "dateTimeInISO": null}},
"price_reco": false, "project_creation_date": null, "project_last_complete_date": null, "is_dq_enable": false,
"mc_count": 0, "tc_count": 0, "basic_token": {"enable": false, "value": null}, "is_pure_price_rate_card_enable": false,
"dq_settings": {"purescore_filter_enabled": true, "fp_device_check": true, "fp_fraud_check": true},
"product": "", "pds_ignore_override": false, "supplier_allocation_throttle": true, "blend_applied": false
}"""
KEYS = tuple(json.loads(_TEMPLATE))
"""Every key of the printed replies in their order."""


def survey(
    sent: Mapping[str, Any], survey_id: int, legacy: Legacy, before: Mapping[str, Any] | None = None
) -> tuple[dict[str, Any], list[Choice]]:
    """Return the survey that a checked request makes, and what its form rests on.

    What the server gives is kept from `before`, the survey that a PUT replaces.
    """
    targeting = Targeting(legacy)
    known = {name: value for name, value in sent.items() if name in KEYS and name not in _OWNED}
    extra = {name: value for name, value in sent.items() if name not in KEYS and name != LABEL}
    body = json.loads(_TEMPLATE)
    for name, value in known.items():  # what a request leaves out of an object is as printed
        known[name] = {**body[name], **value} if isinstance(value, dict) and isinstance(body[name], dict) else value
    body |= {
        "billing_id": f"PS{survey_id}",
        "project_creation_date": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        **({name: before[name] for name in _OWNED} if before else {}),
        **known,
        "ps_survey_id": survey_id,
        "test_ps_survey_entry_link": _LINK.format(survey_id),
        "quotas": targeting.quotas(sent.get("quotas", []), survey_id),
        "qualifications": targeting.qualifications(sent.get("qualifications", [])),
        **extra,
    }
    return body, [INVENTED, *targeting.choices, *([EXTRA_KEYS] if extra else [])]
