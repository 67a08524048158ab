"""The credentials of CIOPulse and Instaleap are absent from everything; the same collection without redaction holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from canary import CREDENTIALS, FORMS, holds_the_canary
from canary_client import Subject, collection, ending, redaction_off

from segkit import credentials
from segkit.vendors import ciopulse, instaleap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Calls = Iterator[tuple[str, Callable[[], object]]]

NEW = {"segment_name": "Australia", "segment_code": "AUS"}
PORTAL = "PORTAL1"


def of_portal(cio: Any) -> Calls:
    """Yield every way to ask CIOPulse."""
    yield "list", lambda: cio.segments()  # noqa: PLW0108 - there may be no client yet
    yield "get", lambda: cio.segment("one")
    yield "upsert", lambda: cio.upsert_segment("one", **NEW)
    yield "delete", lambda: cio.delete_segment("one")


def answers_of_portal(cio: Any) -> list[object]:
    """Return its answers, raw and read."""
    raw = cio.with_raw_response.upsert_segment("one", **NEW)
    listed = cio.with_raw_response.segments()
    return [raw, raw.reply, raw.parse(), listed, listed.parse(), cio.segment("one"), cio.findings]


def of_customers(leap: Any) -> Calls:
    """Yield every way to ask Instaleap."""
    customers = {"aa-bb-1": [("a", "b")], "2": [("a", "b")]}
    yield "raw", lambda: leap.with_raw_response.replace_segments(customers).parse()
    yield "replace", lambda: leap.replace_segments(customers)
    yield "several", lambda: leap.replace_segments(customers, customers_per_request=1, workers=1)


def answers_of_customers(leap: Any) -> list[object]:
    """Return its answers, raw and read."""
    raw = leap.with_raw_response.replace_segments({"aa-bb-1": [("a", "b")]})
    done = raw.parse()
    return [raw, raw.reply, done, done.to_frame().attrs]


def portal(key: Any = None, environment: str = "production", **choices: Any) -> ciopulse.CIOPulse:
    """Return a client of a portal whose key is the canary."""
    return ciopulse.CIOPulse(None if key is None else PORTAL, key, environment, **choices)


portal.__name__ = "CIOPulse"
VARIABLES = (ciopulse.PORTAL_CODE, ciopulse.API_KEY)
CIOPULSE = Subject(portal, "/api/v5", VARIABLES, of_portal, answers_of_portal, ending, account=PORTAL, lacks=("header",))
INSTALEAP = Subject(
    instaleap.Instaleap, "/api/v3", (instaleap.TOKEN,), of_customers, answers_of_customers, ending, lacks=("header",)
)
SUBJECTS = pytest.mark.parametrize("subject", [CIOPULSE, INSTALEAP], ids=lambda subject: subject.name)


@SUBJECTS
@pytest.mark.parametrize("token", CREDENTIALS, ids=["plain", "awkward"])
def test_the_registries_canaries_are_absent_from_everything(
    subject: Subject, token: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No text, object, error, traceback with locals, log or report gives a credential away, not in Base64 either."""
    found = collection(subject, token, monkeypatch, capsys)
    assert [name for name, text in found.items() if holds_the_canary(text)] == []
    assert sum(credentials.REDACTED in text for text in found.values()) > 150
    assert "segkit.transport" in found["logs of repetitions"]


@SUBJECTS
def test_the_control_finds_the_registries(
    subject: Subject, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With redaction switched off it is in errors, logs and answers of every call."""
    redaction_off(monkeypatch)
    found = collection(subject, CREDENTIALS[0], monkeypatch, capsys)
    leaks = {name for name, text in found.items() if holds_the_canary(text)}
    for way, _ in subject.calls(None):
        assert any(name.startswith("400 Bad Request") and f", {way}" in name for name in leaks)
        assert any(name.startswith(f"fault echo, {way}") for name in leaks)
    assert len({name.split(",")[0] for name in leaks if name.startswith("400 Bad Request")}) >= len(FORMS)
    assert {"logs of repetitions", "logs of breakages"} <= leaks
