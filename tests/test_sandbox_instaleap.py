"""The double of Instaleap's customer segments, as it is on the wire: the printed example, and what is ours labelled."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from segkit.errors import InvalidInput
from segkit.sandbox.app import Sandbox
from segkit.sandbox.exchange import LABEL, NOTE_HEADER, OWN_WORDING, PROVENANCE_HEADER

DATA = Path(__file__).parents[1] / "data/vendors/instaleap_customer_segments"
HEADERS = {"authorization": "Bearer some_token"}
A = [{"type": "a", "value": "b"}]
TWO = [{"type": "affiliation", "value": "RECURRENT_CUSTOMER"}, {"type": "membership", "value": "SILVER"}]


@pytest.fixture
def sandbox() -> Sandbox:
    """Return a fresh sandbox with its state in memory."""
    return Sandbox()


def post(sandbox: Sandbox, body: Any, headers: dict[str, str] = HEADERS) -> TestResponse:
    """Send a body."""
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Client(sandbox.wsgi).post("/api/v3/customers/segments", data=sent, headers=headers)


def replace(sandbox: Sandbox, *customers: tuple[str, Any]) -> TestResponse:
    """Replace the segments of customers."""
    return post(sandbox, {"customers": [{"document_id": each, "segments": segments} for each, segments in customers]})


def label(reply: TestResponse) -> str:
    """Return the reply's word, which stands in the body too; what is not documented has a note."""
    word = reply.headers[PROVENANCE_HEADER]
    assert bool(reply.headers.get(NOTE_HEADER)) == (word != "documented")
    assert reply.get_json().get(LABEL, "documented") == word
    return word


def test_the_printed_request_gets_the_printed_response(sandbox: Sandbox) -> None:
    """The first customer is known and updated, the second is not found and vanishes silently."""
    reply = post(sandbox, (DATA / "example_request.json").read_bytes())
    assert reply.get_json() == json.loads((DATA / "example_response.json").read_bytes())
    assert (reply.status_code, label(reply)) == (200, "documented")
    assert sandbox.instaleap.segments == {"1232-2323": (("a", "b"),), "aa-bb-1": ()}


def test_segments_are_replaced_completely(sandbox: Sandbox) -> None:
    """What a customer had before is gone."""
    replace(sandbox, ("aa-bb-1", TWO))
    assert sandbox.instaleap.segments["aa-bb-1"] == (("affiliation", "RECURRENT_CUSTOMER"), ("membership", "SILVER"))
    assert label(replace(sandbox, ("aa-bb-1", A))) == "documented"
    assert sandbox.instaleap.segments["aa-bb-1"] == (("a", "b"),)


def test_of_several_entries_only_the_first_is_saved(sandbox: Sandbox) -> None:
    """The printed ids: the second aa-bb-1 is discarded, and the answer has one element."""
    reply = replace(sandbox, ("aa-bb-1", A), ("cc-dd-2", A), ("aa-bb-1", TWO), ("ee-ff-3", A))
    assert reply.get_json() == {"updatedCustomers": ["aa-bb-1"]}
    assert label(reply) == "documented"
    assert sandbox.instaleap.segments["aa-bb-1"] == (("a", "b"),)


def test_the_other_reading_saves_only_the_first_segment() -> None:
    """An array of 10 segments for one customer, "only the first one": read so, it is a switch, and labelled."""
    sandbox = Sandbox(instaleap_first="segment")
    reply = replace(sandbox, ("aa-bb-1", TWO))
    assert (reply.get_json()["updatedCustomers"], label(reply)) == (["aa-bb-1"], "synthetic")
    assert sandbox.instaleap.segments["aa-bb-1"] == (("affiliation", "RECURRENT_CUSTOMER"),)
    assert label(replace(sandbox, ("aa-bb-1", A))) == "documented"


def test_an_empty_array_clears_and_that_is_derived(sandbox: Sandbox) -> None:
    """It follows from a complete replacement."""
    replace(sandbox, ("aa-bb-1", TWO))
    assert label(replace(sandbox, ("aa-bb-1", []))) == "derived"
    assert sandbox.instaleap.segments["aa-bb-1"] == ()


@pytest.mark.parametrize(("reading", "left"), [("clear", ()), ("keep", (("a", "b"),))])
def test_null_is_a_switch(reading: str, left: tuple[Any, ...]) -> None:
    """It is allowed, and what it does is not documented: cleared, or kept; the customer is answered as updated."""
    sandbox = Sandbox(instaleap_null=reading)
    replace(sandbox, ("aa-bb-1", A))
    reply = replace(sandbox, ("aa-bb-1", None), ("nobody", None))
    assert (reply.get_json()["updatedCustomers"], label(reply)) == (["aa-bb-1"], "synthetic")
    assert sandbox.instaleap.segments["aa-bb-1"] == left


@pytest.mark.parametrize(
    "header", [{}, {"authorization": "some_token"}, {"authorization": "Bearer other"}, {"access-token": "some_token"}]
)
def test_no_bearer_token_is_refused(sandbox: Sandbox, header: dict[str, str]) -> None:
    """That one is required is documented; status and form are ours."""
    reply = post(sandbox, {"customers": []}, header)
    assert (reply.status_code, list(reply.get_json()), label(reply)) == (401, ["error", LABEL], "synthetic")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "The body is not JSON."),
        (b'{"customers":["\\ud800"]}', "The body is not JSON."),
        ([], "customers is an array of at least 1 element."),
        ({"customers": []}, "customers is an array of at least 1 element."),
        ({"customers": None}, "customers is an array of at least 1 element."),
        ({"customers": [7]}, "customers[0].document_id is a string."),
        ({"customers": [{"document_id": 7, "segments": []}]}, "customers[0].document_id is a string."),
        ({"customers": [{"document_id": "a"}]}, "customers[0].segments is null or an array."),
        ({"customers": [{"document_id": "a", "segments": {}}]}, "customers[0].segments is null or an array."),
        ({"customers": [{"document_id": "a", "segments": [7]}]}, "customers[0].segments[0].type is a string."),
        ({"customers": [{"document_id": "a", "segments": [{"type": "a"}]}]}, "customers[0].segments[0].value is a string."),
    ],
)
def test_the_documented_table_is_held(sandbox: Sandbox, body: Any, words: str) -> None:
    """Required fields and their types; the whole request is refused, in the form of the companion page."""
    reply = post(sandbox, body)
    assert reply.get_json()["error"] == {"code": "HTTP_400", "message": f"{OWN_WORDING}{words}"}
    assert (reply.status_code, label(reply)) == (400, "synthetic")


def test_a_bad_entry_keeps_the_others_from_being_saved(sandbox: Sandbox) -> None:
    """The request is checked whole before anything is saved."""
    assert replace(sandbox, ("aa-bb-1", A), ("b", 7)).status_code == 400
    assert sandbox.instaleap.segments["aa-bb-1"] == ()


def test_customers_are_enrolled_and_kept_in_a_file(tmp_path: Path) -> None:
    """Whoever is enrolled stays as he is; another sandbox goes on with the file; reset leaves the printed customers."""
    first = Sandbox(tmp_path / "state.sqlite")
    first.instaleap.enrol("new", "aa-bb-1")
    replace(first, ("new", A))
    first.instaleap.enrol("new")
    first.close()
    second = Sandbox(tmp_path / "state.sqlite")
    assert second.instaleap.segments["new"] == (("a", "b"),)
    second.reset()
    assert second.instaleap.segments == {"1232-2323": (), "aa-bb-1": ()}
    with pytest.raises(InvalidInput, match="7: give text"):
        second.instaleap.enrol("ok", 7)  # type: ignore[arg-type]
    second.close()


def test_customers_can_be_enrolled_over_the_control_route(sandbox: Sandbox) -> None:
    """For those who have the sandbox on loopback; what they have is shown there too."""
    control = Client(sandbox.wsgi)
    assert control.post("/_sandbox/instaleap/customers", json={"document_ids": ["new"]}).status_code == 200
    replace(sandbox, ("new", A))
    assert control.get("/_sandbox/instaleap/customers").get_json()["customers"]["new"] == [["a", "b"]]
    assert control.post("/_sandbox/instaleap/customers", json={"document_ids": [""]}).status_code == 400


@pytest.mark.parametrize("switch", ["instaleap_first", "instaleap_null"])
def test_a_switch_of_instaleap_has_its_positions(switch: str) -> None:
    """Another word is refused."""
    with pytest.raises(InvalidInput, match=f"{switch} is None: give "):
        Sandbox(**{switch: None})
