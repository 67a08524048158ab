"""What the Buy API is sent: read as JSON, and held to the documented parameters.

Which bounds the vendor enforces is not documented; those here are the ones that its pages state somewhere, or plain sense.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn

from segkit.sandbox.buyer_refusal import refuse, refuse_qlc
from segkit.sandbox.buyer_targeting import GREATEST_COUNT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_DEEPEST = 32
_OFFER_PRICE = "/offer_price"


def _whole(least: int, greatest: int = GREATEST_COUNT) -> tuple[Callable[[Any], bool], str]:
    return lambda value: type(value) is int and least <= value <= greatest, f"a whole number from {least} to {greatest}"


_TEXT = (lambda value: isinstance(value, str) and value != "", "a text that is not empty")
_ANY_TEXT = (lambda value: value is None or isinstance(value, str), "a text")
_SWITCH = (lambda value: type(value) is bool, "true or false")
_PRICE = (lambda value: value is None or (type(value) in (int, float) and value >= 0), "a number from 0 on")
_EMAILS = (
    lambda value: isinstance(value, list) and all(isinstance(one, str) and "@" in one for one in value),
    "e-mail addresses",
)
_OBJECT = (lambda value: isinstance(value, dict), "an object")

REQUIRED: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "survey_title": _TEXT,
    "survey_category_code": _whole(0),
    "survey_localization": _TEXT,
    "completes_required": _whole(1),
    "expected_ir": _whole(1, 100),
    "expected_loi": _whole(1, 120),
    "live_url": _TEXT,
    "field_time": _whole(1),
}
_OPTIONAL: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "incl_excl": _whole(0, 1),
    "click_balancing": _whole(0, 1),
    "test_url": _ANY_TEXT,
    "buyer_message": _ANY_TEXT,
    "billing_id": _TEXT,
    "offer_price": _PRICE,
    "quota_throttling": _SWITCH,
    "qlc": _OBJECT,
    "subscriber_emails": _EMAILS,
}
_LEFT_OUT = {*REQUIRED, *_OPTIONAL, "qualifications", "quotas"}
"""Where null is as good as nothing."""

CHANGEABLE: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "/completes_required": REQUIRED["completes_required"],
    _OFFER_PRICE: _PRICE,
    "/ps_survey_status": (lambda value: type(value) is int and value in (11, 22, 33, 44), "11, 22, 33 or 44"),
}
"""The paths of a survey's PATCH: the first two are documented, the third is a guess."""


def _refuse_constant(text: str) -> NoReturn:
    raise ValueError(text)


def _depth(part: object) -> int:
    """Return how deep arrays and objects nest, counting no further than the deepest that is let in."""
    layer, depth = [part], 0
    while layer and depth <= _DEEPEST:
        layer = [
            inner
            for each in layer
            for inner in (each.values() if isinstance(each, dict) else each if isinstance(each, list) else ())
        ]
        depth += 1
    return depth


def read(sent: bytes) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return the JSON that was sent."""
    try:
        body = json.loads(sent, parse_constant=_refuse_constant)
        json.dumps(body, ensure_ascii=False, allow_nan=False).encode()  # half of a surrogate pair cannot be answered
    except (ValueError, RecursionError):
        refuse("JSON syntax error.")
    if _depth(body) > _DEEPEST:
        refuse("The JSON nests too deep.")
    return body


def survey(sent: object) -> dict[str, Any]:
    """Return the request of a survey when every parameter is there and can be used."""
    if not isinstance(sent, dict):
        refuse("A survey is an object.")
    sent = {name: value for name, value in sent.items() if value is not None or name not in _LEFT_OUT}
    if missing := [name for name in REQUIRED if sent.get(name) is None]:
        refuse(f"Missing required parameters: {', '.join(missing)}.")
    for name, (fits, words) in {**REQUIRED, **_OPTIONAL}.items():
        if name in sent and not fits(sent[name]):
            refuse(f"{name} is {words}.")
    _check_qlc(sent.get("qlc", {}), sent.get("quotas"))
    return sent


def _check_qlc(qlc: dict[str, Any], quotas: object) -> None:
    """Hold quota level completes to their documented rules; of their refusals only one is printed."""
    several = qlc.get("multiple_quotas", {})
    if type(qlc.get("enable", False)) is not bool or not isinstance(several, dict):
        refuse("qlc.enable is true or false, qlc.multiple_quotas an object.")
    if qlc.get("enable") and not quotas:
        refuse_qlc()
    if any(several.get(name) for name in ("count_by_quota", "compensate_by_quota")):
        refuse("count_by_quota and compensate_by_quota are left out, or false.")
    if several.get("enable") and not qlc.get("enable"):
        refuse("multiple_quotas goes with qlc.enable.")


def changes(sent: object, known: Mapping[str, tuple[Callable[[Any], bool], str]]) -> dict[str, Any]:
    """Return the new value of each path of a PATCH."""
    if not isinstance(sent, list) or not sent or not all(isinstance(each, dict) for each in sent):
        refuse('A PATCH is an array of {"op": "replace", "path": ..., "value": ...}.')
    found = {}
    for each in sent:
        path = each.get("path")
        if each.get("op") != "replace" or not isinstance(path, str) or path not in known:
            refuse(f"A PATCH here replaces {' or '.join(known)}.")
        fits, words = known[path]
        if not fits(each.get("value")) or "value" not in each:
            refuse(f"{path} is {words}.")
        found[path] = each["value"]
    return found
