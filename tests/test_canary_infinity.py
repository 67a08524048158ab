"""The credentials of Infinity are absent from everything; with redaction switched off the same collection holds them."""

from __future__ import annotations

import json
import traceback
from typing import TYPE_CHECKING, Any

import pytest
from canary import CREDENTIALS, FORMS, MARK, Log, everything_of, holds_the_canary
from canary_client import Subject, collection, ending, redaction_off
from far_side import QUICK
from installations import SHOP

from segkit import credentials, errors
from segkit.registry.drafts import Draft
from segkit.registry.segments import Segment
from segkit.vendors.infinity import Infinity
from segkit.vendors.infinity_access import PASSWORD, USERNAME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIEnvironment

ACCOUNT = "me.1@example.com"


def calls(infinity: Any) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield every way to ask."""
    yield "list", lambda: infinity.segments()  # noqa: PLW0108 - there may be no client yet
    yield "get", lambda: infinity.segment(400)
    yield "create", lambda: infinity.create_segment("Shop", SHOP)
    yield "create by reference", lambda: infinity.create_segment("Shop", SHOP, ref="r")
    yield "create by id", lambda: infinity.create_segment("Shop", SHOP, segment_id=700, check=False)
    yield "update", lambda: infinity.update_segment(400, name="New")
    yield "order", lambda: infinity.order_segments([400])
    yield "delete", lambda: infinity.delete_segment(401)
    yield "groups", lambda: infinity.segment_groups()  # noqa: PLW0108
    yield "create group", lambda: infinity.create_segment_group("Mine")
    yield "update group", lambda: infinity.update_segment_group(400, "New")
    yield "delete group", lambda: infinity.delete_segment_group(401)
    yield "raw", lambda: infinity.with_raw_response.segments({"segment_id": 400}, limit=5).parse()


def answers(infinity: Any) -> list[object]:
    """Return its answers, raw and read."""
    raw = infinity.with_raw_response.create_segment(Draft.of(name="Shop", criteria=SHOP, segment_id=600))
    listed = infinity.with_raw_response.segments()
    update = infinity.update_segment(600, name="New")
    return [raw, raw.reply, raw.parse(), listed, listed.parse(), infinity.segments(), update, infinity.segment_groups()]


def installation(password: Any = None, environment: str = "production", **choices: Any) -> Infinity:
    """Return a client whose password is the canary."""
    return Infinity(1, None if password is None else ACCOUNT, password, environment, **choices)


installation.__name__ = "Infinity"
LACKS = ("header", "not ASCII")  # a password may hold any character but those of control
INFINITY = Subject(installation, "/config/v2", (USERNAME, PASSWORD), calls, answers, ending, account=ACCOUNT, lacks=LACKS)


@pytest.mark.parametrize("token", CREDENTIALS, ids=["plain", "awkward"])
def test_infinity_s_canary_is_absent_from_everything(
    token: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No text, object, error, traceback with locals, log or report gives the password away, not in Base64 either."""
    found = collection(INFINITY, token, monkeypatch, capsys)
    assert [name for name, text in found.items() if holds_the_canary(text)] == []
    assert sum(credentials.REDACTED in text for text in found.values()) > 300
    assert "segkit.transport" in found["logs of repetitions"]


def test_the_control_finds_infinity_s(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """With redaction switched off it is in errors, logs and answers of every call."""
    redaction_off(monkeypatch)
    found = collection(INFINITY, CREDENTIALS[0], monkeypatch, capsys)
    leaks = {name for name, text in found.items() if holds_the_canary(text)}
    for way, _ in calls(None):
        for form in FORMS:
            assert any(name.startswith(f"400 Bad Request {form}, {way}:") for name in leaks), (form, way)
        assert any(name.startswith(f"fault echo, {way}") for name in leaks)
    assert {"logs of repetitions", "logs of breakages"} <= leaks
    assert any(name.startswith("200 OK as Infinity's segment, list") for name in leaks)


def the_user_s(app: Any) -> Infinity:
    """Return a client whose user name is the canary."""
    return Infinity(1, MARK, "another-0000", base_url="http://app.invalid/config/v2", retries=QUICK, _app=app)


def test_the_user_s_name_is_as_secret() -> None:
    """A user name that is no plain word is in no error, log or answer, alone or in the header."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        header = environ["HTTP_AUTHORIZATION"]
        start_response("400 Bad Request", [("x-echo", header)])
        return [json.dumps(f"{MARK} may not; you sent {header}").encode()]

    with Log().listening() as log:
        for way, call in calls(the_user_s(app)):
            with pytest.raises(errors.SegkitError) as caught:
                call()
            told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
            ours = [line for line in told.format() if "/tests/" not in line]
            seen = [repr(caught.value), str(caught.value), *ours, *everything_of(vars(caught.value))]
            assert not any(holds_the_canary(text) for text in seen), way
    assert not any(holds_the_canary(line) for line in log.lines)


def test_a_credential_in_the_middle_of_a_list_is_taken_out_and_not_written_back() -> None:
    """A segment whose texts repeat the password is read with holes, the others as they are; the holes are refused when sent."""
    rows = [{"segment": str(n), "segmentName": f"s{n} {MARK if n == 3 else ''}", "criteria": []} for n in range(2, 6)]

    def app(_: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        return ["\n".join(map(json.dumps, rows)).encode()]

    infinity = Infinity(1, "me", MARK, base_url="http://app.invalid/config/v2", _app=app)
    read = infinity.with_raw_response.segments().parse()
    assert [segment.name for segment in read.values()] == ["s2 ", f"s3 {credentials.REDACTED}", "s4 ", "s5 "]
    hole = Segment(segment_id=9, name=read[3].name, criteria=())
    assert "redacted" in Draft.of_segment(hole).check().codes
