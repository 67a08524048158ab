"""CIOPulse's client against its double, in this process and on loopback; the sections are those of its page, seed 001."""

from __future__ import annotations

import base64
import contextlib
import gc
import json
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from doubled import KEY, Seen, answering, both_ways, ciopulse, fault_of, sent_by
from hypothesis import given
from hypothesis import strategies as st

import segkit as sk
from segkit import errors
from segkit.credentials import redact
from segkit.registry.portal import PortalSegment
from segkit.sandbox.app import Sandbox
from segkit.vendors.ciopulse import API_KEY, PORTAL_CODE, CIOPulse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PRINTED = {
    path.stem: path.read_text(encoding="utf-8")
    for path in (Path(__file__).parents[1] / "data/vendors/ciopulse_segments").iterdir()
}
NEW = {"segment_name": "Australia", "segment_code": "AUS"}
PORTAL, PRINTED_KEY = "ABC123", "SMzYECYJYLpNw8PrfX8EtPO2tcP0XaKJvZ4FW5VL"


@pytest.fixture(params=["in this process", "on loopback"])
def client(request: pytest.FixtureRequest) -> Iterator[Callable[..., CIOPulse]]:
    """Return what makes a client of a fresh sandbox, with its switches; `double` is that sandbox."""
    with contextlib.ExitStack() as opened:
        yield both_ways(ciopulse, request.param, opened)


# Authentication


def test_authentication() -> None:
    """Basic, the Base64 of the portal code, one colon and the API key, as PHP's base64_encode writes it."""
    seen: list[Seen] = []
    cio = CIOPulse(PORTAL, PRINTED_KEY, _app=answering("200 OK", {"segments": []}, seen=seen))
    cio.segments()
    assert seen[0].headers["HTTP_AUTHORIZATION"] == "Basic QUJDMTIzOlNNellFQ1lKWUxwTnc4UHJmWDhFdFBPMnRjUDBYYUtKdlo0Rlc1Vkw="
    assert base64.b64decode(seen[0].headers["HTTP_AUTHORIZATION"][6:]).decode() == f"{PORTAL}:{PRINTED_KEY}"
    assert cio.base_url == "https://app.cio-pulse.com/api/v5"


def test_the_printed_credentials_are_let_into_a_sandbox() -> None:
    """Those of the page's PHP, and no others."""
    sandbox = Sandbox()
    assert len(CIOPulse(PORTAL, PRINTED_KEY, base_url="http://app.invalid/api/v5", _app=sandbox.wsgi).segments()) == 0
    for wrong in ((PORTAL, KEY), ("ABC124", PRINTED_KEY)):
        bad = CIOPulse(*wrong, base_url="http://app.invalid/api/v5", _app=sandbox.wsgi)
        assert isinstance(fault_of(bad.segments), errors.Unauthorized)


def test_a_key_that_has_not_40_characters_is_a_finding() -> None:
    """The key is told about and not refused; it is not shown."""
    assert not ciopulse().findings
    short = CIOPulse(PORTAL, "a-key-that-is-cut-off")
    (finding,) = short.findings
    assert (finding.code, finding.severity, finding.where) == ("key-length", "warning", "api_key")
    assert "21 characters" in finding.message
    assert "40" in finding.message
    assert "cut-off" not in repr(short.findings[0])


def test_credentials_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of the two by its own name; what is missing is told by its name."""
    monkeypatch.setenv(PORTAL_CODE, PORTAL)
    monkeypatch.setenv(API_KEY, PRINTED_KEY)
    seen: list[Seen] = []
    CIOPulse(_app=answering("200 OK", {"segments": []}, seen=seen)).segments()
    assert base64.b64decode(seen[0].headers["HTTP_AUTHORIZATION"][6:]).decode() == f"{PORTAL}:{PRINTED_KEY}"
    monkeypatch.delenv(API_KEY)
    with pytest.raises(
        errors.MissingCredential, match=f"no api_key: give api_key=... as text, or set {API_KEY}, or use CIOPulse.s"
    ):
        CIOPulse()
    monkeypatch.delenv(PORTAL_CODE)
    with pytest.raises(errors.MissingCredential, match=f"no portal_code: .* set {PORTAL_CODE}"):
        CIOPulse(api_key=KEY)


def test_each_half_is_redacted_for_as_long_as_the_client_is() -> None:
    """Alone, in another text than the header; a code of letters alone may be any word, and is left."""
    cio = CIOPulse("PORTAL-77", KEY)
    gc.collect()
    assert redact(f"a {KEY} b PORTAL-77 c") == "a [redacted] b [redacted] c"
    assert cio.base_url
    del cio
    gc.collect()
    other = CIOPulse("NORTH", "o" * 40)
    assert redact(f"{KEY} NORTH {'o' * 40}") == f"{KEY} NORTH [redacted]"
    assert other.base_url


@pytest.mark.parametrize("wrong", [("a:b", KEY), ("ABC", f"{KEY}ü"), ("ABC", f"k k{KEY}"), ("ABC", f"{KEY}\nx")])
def test_what_basic_cannot_carry_is_refused(wrong: tuple[str, str]) -> None:
    """A colon in the portal code, and what no key holds."""
    with pytest.raises(errors.InvalidInput, match="copy it again"):
        CIOPulse(*wrong)


# Adding or Updating Segments


def test_adding_or_updating_segments(client: Callable[..., CIOPulse]) -> None:
    """The printed payload is PUT below the segment's id with JSON, and the segment is there as it was sent."""
    printed = json.loads(PRINTED["adding_or_updating_payload"])
    seen = sent_by(lambda cio: cio.upsert_segment("loc-7", **printed), "201 Created")
    assert (seen.method, seen.target, json.loads(seen.body)) == ("PUT", "/api/v5/segments/loc-7", printed)
    assert seen.headers["CONTENT_TYPE"] == "application/json"
    assert seen.headers["CONTENT_LENGTH"] == str(len(seen.body))
    cio = client()
    cio.upsert_segment("loc-7", **printed)
    assert cio.segment("loc-7") == PortalSegment("loc-7", "VIC", "Victoria", active=True)


def test_adding_a_new_segment(client: Callable[..., CIOPulse]) -> None:
    """Name and code are enough; it is created, active, under an id that is not its code: 201."""
    printed = json.loads(PRINTED["adding_a_new_segment_payload"])
    system_id = "80a45geb4faec211f6a144g18110c73d"
    cio = client()
    raw = cio.with_raw_response.upsert_segment(system_id, **printed)
    assert (raw.reply.status, raw.reply.url) == (201, f"{cio.base_url}/segments/{system_id}")
    done = raw.parse()
    assert (done.created, done.sent, done.provenance) == (True, {"segment_name": "Australia", "segment_code": "AUS"}, "derived")
    assert repr(done) == f"<Upserted: '{system_id}' created, derived>"
    assert cio.segment(system_id) == PortalSegment(system_id, "AUS", "Australia", active=True)


@pytest.mark.parametrize("fields", [{"segment_name": "A"}, {"segment_code": "A"}, {"active": False}])
def test_name_and_code_are_mandatory_when_adding(client: Callable[..., CIOPulse], fields: dict[str, Any]) -> None:
    """Without one of them a new segment is refused with 400 and the vendor's words; nothing is created."""
    cio = client()
    error = fault_of(lambda: cio.upsert_segment("new", **fields))
    assert isinstance(error, errors.Rejected)
    assert (error.status, error.vendor_code, error.attempts) == (400, 400, 1)
    assert error.vendor_message.startswith("Field value invalid or missing or JSON is malformed.")
    assert len(cio.segments()) == 0


# Updating a Segment


def test_updating_a_segment(client: Callable[..., CIOPulse]) -> None:
    """The printed payload changes the name, and leaves code and flag as they are: 200."""
    cio = client()
    cio.upsert_segment("SEG456", **NEW, active=False)
    raw = cio.with_raw_response.upsert_segment("SEG456", **json.loads(PRINTED["updating_a_segment_payload"]))
    assert (raw.reply.status, raw.parse().created) == (200, False)
    assert cio.segment("SEG456") == PortalSegment("SEG456", "AUS", "Australia & New Zealand", active=False)


@given(
    st.fixed_dictionaries({}, optional={"segment_name": st.sampled_from("xyz"), "active": st.booleans()}),
    st.fixed_dictionaries({}, optional={"segment_code": st.sampled_from("uvw"), "active": st.booleans()}),
)
def test_set_to_value_or_omitted(first: dict[str, Any], second: dict[str, Any]) -> None:
    """Whatever is set in which order, each field has the value that it was set to last, and only the named fields are sent."""
    cio = CIOPulse.sandbox()
    expected = {**NEW, "active": True}
    cio.upsert_segment("one", **NEW)
    for fields in (first, second):
        if fields:
            sent = cio.upsert_segment("one", **fields).sent
            assert set(sent) == set(fields)
            expected |= fields
    assert cio.segment("one") == PortalSegment("one", **expected)


@pytest.mark.parametrize("flag", [True, "y", "Y", np.True_, False, "n", "N", np.False_])
def test_active_is_sent_in_small_letters_and_read_in_any(client: Callable[..., CIOPulse], flag: Any) -> None:
    """``y`` or ``n`` go out, ``Y`` or ``N`` come back, True or False is what a user has."""
    cio = client()
    is_active = str(flag).lower() in {"true", "y"}
    assert cio.upsert_segment("one", **NEW, active=flag).sent["active"] == ("y" if is_active else "n")
    raw = cio.with_raw_response.segment("one")
    assert f'"Active":"{"Y" if is_active else "N"}"'.encode() in raw.reply.body
    assert raw.parse().active is is_active


# Deleting a Segment


def test_deleting_a_segment(client: Callable[..., CIOPulse]) -> None:
    """DELETE of its address, 202, and it is gone."""
    cio = client()
    cio.upsert_segment("SEG1", **NEW)
    raw = cio.with_raw_response.delete_segment("SEG1")
    assert (raw.reply.status, raw.reply.method, raw.parse()) == (202, "DELETE", None)
    assert len(cio.segments()) == 0
    assert isinstance(fault_of(lambda: cio.delete_segment("SEG1")), errors.NotFound)


@pytest.mark.parametrize("status", [400, 422])
def test_a_segment_with_responses_is_not_deleted(client: Callable[..., CIOPulse], status: int) -> None:
    """It stays; with which status it is refused is a switch."""
    cio = client(ciopulse_delete_refused=status)
    cio.upsert_segment("SEG1", **NEW)
    cio.double.ciopulse.add_responses("SEG1")
    error = fault_of(lambda: cio.delete_segment("SEG1"))
    assert (type(error), error.status, error.vendor_code) == (errors.Rejected, status, status)
    assert len(cio.segments()) == 1


# Retrieving Segment information


def test_retrieving_segment_information(client: Callable[..., CIOPulse]) -> None:
    """The printed three segments, with the comma behind the last, byte for byte; the comma is told, and nothing is lost."""
    printed = PRINTED["retrieving_segment_information"].strip()
    with pytest.raises(json.JSONDecodeError):
        json.loads(printed)
    cio = client()
    for system_id, code, name in (("SEG123", "NZ", "New Zealand"), ("SEG456", "AUS", "Australia"), ("SEG789", "EMEA", "EMEA")):
        cio.upsert_segment(system_id, segment_code=code, segment_name=name)
    raw = cio.with_raw_response.segments()
    assert (raw.reply.status, raw.reply.body.decode(), raw.reply.headers["x-segkit-provenance"]) == (200, printed, "documented")
    segments = raw.parse()
    assert segments.to_frame().values.tolist() == [
        ["SEG123", "NZ", "New Zealand", True, "documented"],
        ["SEG456", "AUS", "Australia", True, "documented"],
        ["SEG789", "EMEA", "EMEA", True, "documented"],
    ]
    comma = len(printed.splitlines()[3])
    assert [(f.code, f.where) for f in segments.findings] == [("json-repaired", f"line 4, column {comma}")]
    assert list(client(ciopulse_list="valid").segments()) == []


@pytest.mark.parametrize("form", ["segments", "segment", "bare"])
def test_a_single_segment_is_read_in_any_envelope(client: Callable[..., CIOPulse], form: str) -> None:
    """The page does not print it: that of the list, that of an entry of the list, or none."""
    cio = client(ciopulse_single=form)
    cio.upsert_segment("SEG1", **NEW, active=False)
    one = cio.segment("SEG1")
    assert one == PortalSegment("SEG1", "AUS", "Australia", active=False)
    assert one.provenance == ("derived" if form == "segments" else "synthetic")


@pytest.mark.parametrize("listed", ["printed", "valid"])
def test_a_list_is_read_with_and_without_the_printed_comma(client: Callable[..., CIOPulse], listed: str) -> None:
    """Any number of segments, none included; a comma is a finding."""
    cio = client(ciopulse_list=listed)
    for n in range(3):
        segments = cio.segments()
        assert [one.system_id for one in segments] == [f"s{place}" for place in range(n)]
        assert segments.findings.codes == ({"json-repaired"} if n and listed == "printed" else set())
        cio.upsert_segment(f"s{n}", segment_name="x,]", segment_code=f"c{n}")


# Error Handling


def test_error_handling(client: Callable[..., CIOPulse]) -> None:
    """The printed 401 is Unauthorized with the vendor's words, and says what to check: code, key, and the list of addresses."""
    good = client()
    bad = CIOPulse("PORTAL", "a-key-of-nobody", base_url=good.base_url, _app=good._access.connection._app)
    for call in (bad.segments, lambda: bad.segment("x"), lambda: bad.upsert_segment("x", **NEW), lambda: bad.delete_segment("x")):
        error = fault_of(call)
        assert (type(error), error.attempts, error.body) == (errors.Unauthorized, 1, PRINTED["error_handling"].strip())
        for words in ("Invalid security credentials", "portal code", PORTAL_CODE, "API key", API_KEY, "15 characters", "address"):
            assert words in str(error)
        assert "nobody" not in str(error)
    bad.close()


def test_an_address_that_is_not_listed_is_unauthorized(client: Callable[..., CIOPulse]) -> None:
    """The error names the list; that it is a 401 is the sandbox's assumption."""
    error = fault_of(client(ciopulse_address="unlisted").segments)
    assert isinstance(error, errors.Unauthorized)
    assert "IP address security" in str(error)


KINDS = {400: errors.Rejected, 401: errors.Unauthorized, 404: errors.NotFound, 422: errors.Rejected, 500: errors.VendorDown}


@pytest.mark.parametrize("status", KINDS)
def test_each_listed_code_is_a_typed_error_with_the_vendor_s_message(status: int) -> None:
    """Whatever the call; 400 and 422 keep code and message apart."""
    body = {"message": f"words of {status}", "status": status}
    phrase = f"{status} {HTTPStatus(status).phrase}"
    cio = ciopulse(base_url="http://app.invalid/api/v5", retries=sk.Retries(1), _app=answering(phrase, body))
    for call in (cio.segments, lambda: cio.segment("x"), lambda: cio.upsert_segment("x", **NEW), lambda: cio.delete_segment("x")):
        error = fault_of(call)
        assert (type(error), error.status) == (KINDS[status], status)
        assert f"words of {status}" in str(error)
        if isinstance(error, errors.Rejected):
            assert (error.vendor_code, error.vendor_message) == (status, f"words of {status}")


def test_a_code_that_another_segment_has_is_422(client: Callable[..., CIOPulse]) -> None:
    """When it is created and when it is changed; nothing is changed. A swap needs a third code."""
    cio = client()
    cio.upsert_segment("one", segment_name="1", segment_code="A")
    cio.upsert_segment("two", segment_name="2", segment_code="B")
    for system_id in ("two", "three"):
        error = fault_of(lambda system_id=system_id: cio.upsert_segment(system_id, segment_name="x", segment_code="A"))
        assert (type(error), error.status) == (errors.Rejected, 422)
        assert error.vendor_message == "Another Segment already has this Segment Code."
    assert [(one.system_id, one.segment_name) for one in cio.segments()] == [("one", "1"), ("two", "2")]
    for system_id, code in (("one", "C"), ("two", "A"), ("one", "B")):
        cio.upsert_segment(system_id, segment_code=code)
    assert {one.system_id: one.segment_code for one in cio.segments()} == {"one": "B", "two": "A"}


def test_what_is_not_there_is_404(client: Callable[..., CIOPulse]) -> None:
    """To fetch and to delete, asked once."""
    cio = client()
    for call in (lambda: cio.segment("x"), lambda: cio.delete_segment("x")):
        error = fault_of(call)
        assert (type(error), error.attempts) == (errors.NotFound, 1)
        assert "A Segment with this System ID was not found." in str(error)
