"""The double of CIOPulse's Segments endpoint, as it is on the wire: every documented status, and what is ours labelled."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from segkit.errors import InvalidInput
from segkit.sandbox.app import Sandbox
from segkit.sandbox.exchange import LABEL, NOTE_HEADER, OWN_WORDING, PROVENANCE_HEADER

DATA = Path(__file__).parents[1] / "data/vendors/ciopulse_segments"
HEADERS = {"authorization": "Basic " + base64.b64encode(b"ABC123:SMzYECYJYLpNw8PrfX8EtPO2tcP0XaKJvZ4FW5VL").decode()}
NEW = b'{"segment_name":"Australia","segment_code":"AUS"}'

WORDS = {
    400: "Field value invalid or missing or JSON is malformed.",
    404: "A Segment with this System ID was not found.",
    422: "Another Segment already has this Segment Code.",
}
"""The list of codes, copied by hand."""


@pytest.fixture
def sandbox() -> Sandbox:
    """Return a fresh sandbox with its state in memory."""
    return Sandbox()


def ask(sandbox: Sandbox, method: str, path: str = "", body: bytes = b"", headers: dict[str, str] | None = None) -> TestResponse:
    """Ask below the list of segments."""
    client = Client(sandbox.wsgi)
    return client.open(f"/api/v5/segments{path}", method=method, data=body, headers=HEADERS if headers is None else headers)


def label(reply: TestResponse) -> str:
    """Return the reply's word, which stands in the body too; what is not documented has a note."""
    word = reply.headers[PROVENANCE_HEADER]
    assert bool(reply.headers.get(NOTE_HEADER)) == (word != "documented")
    body = reply.get_json(silent=True) if not reply.data.endswith(b",\n]}") else None
    if isinstance(body, dict):
        assert body.get(LABEL, "documented") == word
    return word


def refused(reply: TestResponse, status: int, word: str) -> str:
    """Return our words of a refusal, held to the printed form, the list of codes and its label."""
    body = reply.get_json()
    assert (reply.status_code, list(body), body["status"], label(reply)) == (status, ["message", "status", LABEL], status, word)
    assert body["message"].startswith(WORDS[status])
    return str(body["message"].removeprefix(WORDS[status]).removeprefix(f" {OWN_WORDING}"))


# Documented statuses


@pytest.mark.parametrize(
    "header", [{}, {"authorization": "Basic !"}, {"authorization": "Bearer x"}, {"authorization": "Basic QTpC"}]
)
def test_401_is_byte_for_byte_the_printed_one(sandbox: Sandbox, header: dict[str, str]) -> None:
    """Without credentials, with others, with what is no Base64: the body of the page, whatever is asked."""
    for method, path in (("GET", ""), ("GET", "/x"), ("PUT", "/x"), ("DELETE", "/x")):
        reply = ask(sandbox, method, path, NEW, header)
        assert (reply.status_code, reply.data.decode() + "\n") == (
            401,
            (DATA / "error_handling.json").read_text(encoding="utf-8"),
        )
        assert label(reply) == "documented"
    assert sandbox.ciopulse.segments == ()


def test_201_200_202(sandbox: Sandbox) -> None:
    """Created, updated, deleted: no body, because none is documented."""
    for method, body, status in (("PUT", NEW, 201), ("PUT", NEW, 200), ("PUT", b"{}", 200), ("DELETE", b"", 202)):
        reply = ask(sandbox, method, "/SEG1", body)
        assert (reply.status_code, reply.data, label(reply)) == (status, b"", "derived")
        assert "Content-Type" not in reply.headers


def test_the_printed_list_comes_back_byte_for_byte(sandbox: Sandbox) -> None:
    """With its line breaks and the comma behind the last; in the order in which segments were made."""
    for system_id, code, name in (("SEG123", "NZ", "New Zealand"), ("SEG456", "AUS", "Australia"), ("SEG789", "EMEA", "EMEA")):
        assert (
            ask(sandbox, "PUT", f"/{system_id}", json.dumps({"segment_code": code, "segment_name": name}).encode()).status_code
            == 201
        )
    reply = ask(sandbox, "GET")
    assert reply.data.decode() + "\n" == (DATA / "retrieving_segment_information.txt").read_text(encoding="utf-8")
    assert (reply.status_code, label(reply)) == (200, "documented")
    assert label(ask(Sandbox(), "GET")) == "derived"
    assert json.loads(ask(Sandbox(ciopulse_list="valid"), "GET").data) == {"segments": [], LABEL: "derived"}


@pytest.mark.parametrize("body", [b"", b"no", b"[]", b"{", b'{"segment_name":"a","segment_code":"\xff"}', b"[" * 9999])
def test_400_where_json_is_malformed(sandbox: Sandbox, body: bytes) -> None:
    """No JSON, no object of one segment."""
    refused(ask(sandbox, "PUT", "/SEG1", body), 400, "derived")


def test_400_where_the_json_holds_several_segments(sandbox: Sandbox) -> None:
    """One segment a request."""
    refused(ask(sandbox, "PUT", "/SEG1", b"[" + NEW + b"]"), 400, "derived")


@pytest.mark.parametrize(
    "body", [rb'{"segment_name":"a\"b","segment_code":"A"}', b'{"segment_name":"\\u00fc","segment_code":"A"}']
)
def test_400_where_the_json_holds_a_backslash(sandbox: Sandbox, body: bytes) -> None:
    """Also where it would be valid JSON."""
    assert json.loads(body)
    assert refused(ask(sandbox, "PUT", "/SEG1", body), 400, "derived") == "The JSON holds a backslash."


@pytest.mark.parametrize(
    "fields",
    [
        {"segment_name": "a"},
        {"segment_code": "a"},
        {"segment_name": "a", "segment_code": ""},
        {"segment_name": None, "segment_code": "a"},
        {"segment_name": 7, "segment_code": "a"},
        {"segment_name": "a", "segment_code": "a", "active": "Y"},
        {"segment_name": "a", "segment_code": "a", "active": True},
    ],
)
def test_400_where_a_value_is_invalid_or_missing(sandbox: Sandbox, fields: dict[str, Any]) -> None:
    """Mandatory fields of a new segment, and `active` in small letters."""
    assert refused(ask(sandbox, "PUT", "/SEG1", json.dumps(fields).encode()), 400, "derived")
    assert sandbox.ciopulse.segments == ()


def test_404_and_422(sandbox: Sandbox) -> None:
    """What is not there is not read or deleted; no two have one code, and a refused change leaves all as it was."""
    for method in ("GET", "DELETE"):
        assert refused(ask(sandbox, method, "/SEG1"), 404, "derived") == ""
    ask(sandbox, "PUT", "/SEG1", NEW)
    before = sandbox.ciopulse.segments
    assert refused(ask(sandbox, "PUT", "/SEG2", NEW), 422, "derived") == ""
    assert sandbox.ciopulse.segments == before
    ask(sandbox, "PUT", "/SEG2", b'{"segment_name":"b","segment_code":"B"}')
    refused(ask(sandbox, "PUT", "/SEG2", b'{"segment_name":"c","segment_code":"AUS"}'), 422, "derived")
    assert sandbox.ciopulse.segments[1]["segment_name"] == "b"


def test_500_on_request(sandbox: Sandbox) -> None:
    """In the printed form, with its status, labelled."""
    sandbox.faults.add("500")
    reply = ask(sandbox, "GET")
    assert list(reply.get_json()) == ["message", "status", LABEL]
    assert (reply.status_code, reply.get_json()["status"], label(reply)) == (500, 500, "synthetic")


# Fields


def test_active_defaults_to_y_and_comes_back_in_capitals(sandbox: Sandbox) -> None:
    """Sent in small letters, answered in capitals, as printed."""
    ask(sandbox, "PUT", "/SEG1", NEW)
    ask(sandbox, "PUT", "/SEG2", b'{"segment_name":"a","segment_code":"B","active":"n"}')
    listed = ask(sandbox, "GET").data
    assert (listed.count(b'"Active":"Y"'), listed.count(b'"Active":"N"')) == (1, 1)


def test_what_is_omitted_stays(sandbox: Sandbox) -> None:
    """Each field alone changes itself alone."""
    ask(sandbox, "PUT", "/SEG1", NEW)
    expected = {"system_id": "SEG1", "segment_code": "AUS", "segment_name": "Australia", "active": "y", "responses": 0}
    for name, value in (("segment_name", "b"), ("segment_code", "C"), ("active", "n")):
        ask(sandbox, "PUT", "/SEG1", json.dumps({name: value}).encode())
        expected[name] = value
        assert sandbox.ciopulse.segments == (expected,)


def test_an_unknown_field_is_refused_and_that_is_ours(sandbox: Sandbox) -> None:
    """The page lists the fields that are allowed; what becomes of others it does not say."""
    body = b'{"segment_name":"a","segment_code":"A","colour":"red"}'
    assert refused(ask(sandbox, "PUT", "/SEG1", body), 400, "synthetic") == "colour is no field of a Segment."


# clean


@pytest.mark.parametrize("ending", ["&clean", "?clean", "?clean=", "?clean=1"])
def test_clean_is_taken_in_each_form(sandbox: Sandbox, ending: str) -> None:
    """Literally behind the id, as documented, and as a query; hyphens replace em dashes and colons."""
    reply = ask(sandbox, "PUT", f"/SEG1{ending}", '{"segment_name":"a—b:c","segment_code":"a:b"}'.encode())
    assert (reply.status_code, label(reply), "examples" in reply.headers[NOTE_HEADER]) == (201, "derived", True)
    (kept,) = sandbox.ciopulse.segments
    assert (kept["system_id"], kept["segment_name"], kept["segment_code"]) == ("SEG1", "a-b-c", "a:b")


def test_an_invalid_character_without_clean_is_refused_and_that_is_ours(sandbox: Sandbox) -> None:
    """Which characters are invalid is a switch."""
    body = b'{"segment_name":"a:b","segment_code":"A"}'
    assert "&clean" in refused(ask(sandbox, "PUT", "/SEG1", body), 400, "synthetic")
    refused(ask(Sandbox(ciopulse_invalid=":/"), "PUT", "/SEG1", body.replace(b":b", b"/b")), 400, "synthetic")
    assert ask(Sandbox(ciopulse_invalid=""), "PUT", "/SEG1", body).status_code == 201
    with pytest.raises(InvalidInput, match="one text"):
        Sandbox(ciopulse_invalid=[":"])


def test_clean_is_part_of_the_id_where_nothing_is_set(sandbox: Sandbox) -> None:
    """A GET of ``x&clean`` is a GET of the segment of this name."""
    ask(sandbox, "PUT", "/x%26clean", NEW)
    for path in ("/x&clean", "/x%26clean"):
        assert ask(sandbox, "GET", path).status_code == 200
    assert ask(sandbox, "GET", "/x").status_code == 404


# What is ours


@pytest.mark.parametrize("status", [400, 422])
def test_a_segment_with_responses_is_kept(status: int) -> None:
    """That it is not deleted is documented, the status is not."""
    sandbox = Sandbox(ciopulse_delete_refused=status)
    ask(sandbox, "PUT", "/SEG1", NEW)
    sandbox.ciopulse.add_responses("SEG1")
    assert refused(ask(sandbox, "DELETE", "/SEG1"), status, "synthetic") == "The Segment has Responses."
    with pytest.raises(InvalidInput, match="there is no segment 'SEG2'"):
        sandbox.ciopulse.add_responses("SEG1", "SEG2")
    assert sandbox.ciopulse.segments[0]["responses"] == 1


@pytest.mark.parametrize(
    ("form", "keys", "word"),
    [("segments", "segments", "derived"), ("segment", "segment", "synthetic"), ("bare", "Segment_System_ID", "synthetic")],
)
def test_the_envelope_of_a_single_segment_is_a_switch(form: str, keys: str, word: str) -> None:
    """Each is labelled, and says so in its body."""
    sandbox = Sandbox(ciopulse_single=form, ciopulse_list="valid")
    ask(sandbox, "PUT", "/SEG1", NEW)
    reply = ask(sandbox, "GET", "/SEG1")
    assert (next(iter(reply.get_json())), list(reply.get_json())[-1], label(reply)) == (keys, LABEL, word)


def test_an_unlisted_address_is_refused_and_that_is_ours() -> None:
    """With the printed 401, labelled; wrong credentials are refused before."""
    sandbox = Sandbox(ciopulse_address="unlisted")
    reply = ask(sandbox, "GET")
    assert (reply.status_code, label(reply), reply.get_json()["message"]) == (401, "synthetic", "Invalid security credentials")
    assert label(ask(sandbox, "GET", headers={})) == "documented"


@pytest.mark.parametrize("switch", ["ciopulse_list", "ciopulse_single", "ciopulse_delete_refused", "ciopulse_address"])
def test_a_switch_of_ciopulse_has_its_positions(switch: str) -> None:
    """Another word is refused, and so is another switch."""
    with pytest.raises(InvalidInput, match=f"{switch} is 'other': give "):
        Sandbox(**{switch: "other"})
    with pytest.raises(InvalidInput, match="no switch 'ciopulse'"):
        Sandbox(ciopulse="other")


def test_what_is_not_modelled_is_told_in_ciopulse_s_form(sandbox: Sandbox) -> None:
    """Another path or method below its prefix."""
    for method, path in (("POST", ""), ("PATCH", "/SEG1")):
        reply = ask(sandbox, method, path)
        assert (reply.status_code, list(reply.get_json())) == (405, ["message", "status", LABEL])


# State


def test_segments_stay_in_a_file_and_calls_hold_no_key(tmp_path: Path) -> None:
    """Another sandbox goes on with the file; the API key is nowhere in it; reset forgets."""
    first = Sandbox(tmp_path / "state.sqlite", tokens=["P:canary-portal-7731"])
    headers = {"authorization": "Basic " + base64.b64encode(b"P:canary-portal-7731").decode()}
    ask(first, "PUT", "/SEG1", NEW, headers)
    assert [(call.endpoint, call.status, call.subject) for call in first.calls] == [
        ("PUT /api/v5/segments/<rest:system_id>", 201, "SEG1")
    ]
    first.close()
    held = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"canary" not in held
    assert headers["authorization"].encode()[6:] not in held
    second = Sandbox(tmp_path / "state.sqlite")
    assert second.ciopulse.segments[0]["system_id"] == "SEG1"
    second.reset()
    assert second.ciopulse.segments == ()
    second.close()


def test_responses_can_be_added_over_the_control_route(sandbox: Sandbox) -> None:
    """For those who have the sandbox on loopback."""
    ask(sandbox, "PUT", "/SEG1", NEW)
    control = Client(sandbox.wsgi)
    assert control.post("/_sandbox/ciopulse/responses", json={"system_ids": ["SEG1"]}).status_code == 200
    assert sandbox.ciopulse.segments[0]["responses"] == 1
    for wrong in ({"system_ids": ["SEG2"]}, {"system_ids": "SEG1"}, [], None):
        assert control.post("/_sandbox/ciopulse/responses", json=wrong).status_code == 400
