"""A survey to buy, the calls about it, and a vendor that always answers the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from far_side import QUICK

from segkit import errors
from segkit.quotas.codes import child_codes
from segkit.quotas.design import QuotaDesign
from segkit.vendors.purespectrum_buyer import PureSpectrumBuyer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

ABOUT = {
    "survey_title": "Toys",
    "survey_category_code": 231,
    "survey_localization": "en_US",
    "expected_ir": 60,
    "expected_loi": 10,
    "live_url": "https://example.com/survey",
    "field_time": 10,
}
DESIGN = (
    QuotaDesign(1000, child_codes(), **ABOUT)  # type: ignore[arg-type]
    .with_quota("boys", child_codes("boy"), 400)
    .with_quota("girls", child_codes("girl"), 600)
)
BOYS = {"buyer_quota_id": "boys", "required_count": 5, "criteria": [{"qualification_code": 232, "condition_codes": ["133"]}]}


def answering(
    status: str, body: Any, headers: Iterable[tuple[str, str]] = (), seen: list[Any] | None = None
) -> PureSpectrumBuyer:
    """Return a client whose vendor always answers the same; `seen` takes what it was sent."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if seen is not None:
            sent = environ["wsgi.input"].read()
            seen.append((environ["REQUEST_METHOD"], environ["RAW_URI"], json.loads(sent) if sent else None))
        start_response(status, list(headers))
        return [body if isinstance(body, bytes) else json.dumps(body).encode()]

    return PureSpectrumBuyer("t-1111", base_url="http://app.invalid/v2", retries=QUICK, _app=app)


def fault_of(call: Callable[[], object]) -> errors.AnswerError:
    """Return the error that a call meets."""
    with pytest.raises(errors.AnswerError) as caught:
        call()
    return caught.value


def every_call(buyer: PureSpectrumBuyer) -> list[Callable[[], object]]:
    """Return each call of the client, about survey 7."""
    return [
        lambda: buyer.create_survey(DESIGN),
        lambda: buyer.survey(7),
        lambda: buyer.update_survey(7, DESIGN),
        lambda: buyer.patch_survey(7, offer_price=1),
        lambda: buyer.set_status(7, "live", experimental=True),
        lambda: buyer.add_quota(7, BOYS),
        lambda: buyer.replace_quota(7, BOYS),
        lambda: buyer.patch_quota(7, "boys", current_target=1),
    ]
