"""The parameters of a design: what they are called in a survey document, and what a document says of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from segkit.provenance import LABEL
from segkit.quotas.criteria import asked_of, listing, unreadable
from segkit.quotas.quota import Quota
from segkit.quotas.targets import whole
from segkit.quotas.writing import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

TYPED = {
    "survey_title": "survey_title",
    "survey_category_code": "survey_category_code",
    "survey_localization": "survey_localization",
    "completes": "completes_required",
    "expected_ir": "expected_ir",
    "expected_loi": "expected_loi",
    "live_url": "live_url",
    "test_url": "test_url",
    "field_time": "field_time",
    "offer_price": "offer_price",
}
"""The parameters that are fields, and their names in a document, in the order in which the vendor writes them."""

OWN = {*TYPED.values(), "qualifications", "quotas", LABEL}
"""What a design does not keep under `others`."""


def parameters_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a survey document, request or reply, says of each parameter of a design.

    Raises
    ------
    InvalidInput
        When a part of it that a design needs cannot be read.
    """
    document = plain(document)
    asked, criteria, unit = asked_of(document.get("qualifications"), "$.qualifications")
    quotas = []
    for place, quota in enumerate(listing(document.get("quotas"), "$.quotas")):
        if not isinstance(quota, dict):
            raise unreadable(f"$.quotas[{place}]", f"it is no object but {quota!r:.40}")
        quotas.append(Quota.of(quota, place))
    completes = document.get("completes_required")
    if completes is not None and whole(completes) is None:
        raise unreadable("$.completes_required", f"{completes!r:.40} is no whole number")
    told = {name: document.get(written) for name, written in TYPED.items()}
    told |= {"completes": whole(completes), "qualification": asked, "quotas": tuple(quotas), "qualification_unit": unit}
    others = {name: value for name, value in document.items() if name not in OWN}
    return {**told, "criteria": tuple(criteria), "others": others, "written": document}
