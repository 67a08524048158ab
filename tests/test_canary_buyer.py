"""The buyer's credential is absent from everything; with redaction switched off the same collection holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from buyers import BOYS, DESIGN
from canary import CREDENTIALS, FORMS, SURVEY_ID, holds_the_canary
from canary_client import Subject, collection, ending, redaction_off

from segkit import credentials
from segkit.vendors.purespectrum_buyer import TOKEN, PureSpectrumBuyer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def calls(buyer: Any) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield every way to ask, about the first survey of the sandbox."""
    yield "survey", lambda: buyer.survey(SURVEY_ID)
    yield "create", lambda: buyer.create_survey(DESIGN, check=False)
    yield "update", lambda: buyer.update_survey(SURVEY_ID, DESIGN, check=False)
    yield "patch", lambda: buyer.patch_survey(SURVEY_ID, offer_price=1)
    yield "status", lambda: buyer.set_status(SURVEY_ID, "live", experimental=True)
    yield "add quota", lambda: buyer.add_quota(SURVEY_ID, {**BOYS, "buyer_quota_id": "new"})
    yield "replace quota", lambda: buyer.replace_quota(SURVEY_ID, BOYS)
    yield "patch quota", lambda: buyer.patch_quota(SURVEY_ID, "boys", current_target=1)


def answers(buyer: Any) -> list[object]:
    """Return its answers, raw and read."""
    raw = buyer.with_raw_response.create_survey(DESIGN)
    quota = buyer.with_raw_response.replace_quota(SURVEY_ID, BOYS)
    return [raw, raw.reply, raw.parse(), quota, quota.parse(), buyer.survey(SURVEY_ID)]


BUYER = Subject(PureSpectrumBuyer, "/buyers/v2", (TOKEN,), calls, answers, ending)


@pytest.mark.parametrize("token", CREDENTIALS, ids=["plain", "awkward"])
def test_the_buyer_s_canary_is_absent_from_everything(
    token: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No text, object, error, traceback with locals, log or report gives the buyer's credential away."""
    found = collection(BUYER, token, monkeypatch, capsys)
    assert [name for name, text in found.items() if holds_the_canary(text)] == []
    assert sum(credentials.REDACTED in text for text in found.values()) > 300
    assert "segkit.transport" in found["logs of repetitions"]


def test_the_control_finds_the_buyer_s(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """With redaction switched off it is in errors, logs and frames of every call, and in a survey that repeats it."""
    redaction_off(monkeypatch)
    found = collection(BUYER, CREDENTIALS[0], monkeypatch, capsys)
    leaks = {name for name, text in found.items() if holds_the_canary(text)}
    for way, _ in calls(None):
        for form in FORMS:
            assert f"400 Bad Request {form}, {way}: arguments and attributes" in leaks
        assert f"fault echo, {way}: repr and str" in leaks
    assert {"logs of repetitions", "logs of breakages", "cut off: pickle", "no HTTP: repr and str"} <= leaks
    assert {"200 OK as a survey, survey", "200 OK as a survey, create: pickle", "200 OK as a quota, patch quota"} <= leaks
    assert not {name for name in leaks if name.startswith(("Secret", "PureSpectrum", "Access", "doctor", "what doctor"))}
