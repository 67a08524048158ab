"""The parameters of a design: what they are called in a survey document, and what a document says of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from segkit.errors import InvalidInput
from segkit.provenance import LABEL
from segkit.quotas.criteria import asked_of, codes_given, criteria_given, listing, others_given, unreadable
from segkit.quotas.quota import UNITS, Quota
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


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters of a design as it keeps them: copies, codes as sets, numbers as Python's.

    Raises
    ------
    InvalidInput
        When one cannot be what it must be.
    """
    if given["completes"] is not None and whole(given["completes"]) is None:
        raise InvalidInput(f"completes is {given['completes']!r}: give a whole number, or None")
    unit = given["qualification_unit"]
    if unit not in {None, *UNITS}:
        raise InvalidInput(f"qualification_unit is {unit!r}: give 'years', 'months' or None")
    if not all(isinstance(quota, Quota) for quota in given["quotas"]):
        raise InvalidInput("quotas holds something that is no Quota: make it with Quota(...) or with_quota()")
    asked = codes_given(given["qualification"])
    own = {name: plain(given[name], name) for name in TYPED} | {"completes": whole(given["completes"])}
    own |= {"qualification": asked, "qualification_unit": None if asked is None else unit}
    own |= {"quotas": tuple(given["quotas"]), "criteria": criteria_given(given["criteria"], asked)}
    return own | {"others": others_given(given["others"], OWN)}


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
