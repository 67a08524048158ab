"""Instaleap's client against its double, in this process and on loopback; the sections are those of its page, seed 004."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from doubled import KEY, Seen, answering, both_ways, fault_of, instaleap
from far_side import nobody
from hypothesis import given
from hypothesis import strategies as st

import segkit as sk
from segkit import errors, frames
from segkit.sandbox.app import Sandbox
from segkit.vendors.instaleap import TOKEN, Instaleap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIEnvironment

PRINTED = {
    path.stem: path.read_text(encoding="utf-8")
    for path in (Path(__file__).parents[1] / "data/vendors/instaleap_customer_segments").iterdir()
}
A, B = ("a", "b"), ("membership", "SILVER")


@pytest.fixture(params=["in this process", "on loopback"])
def client(request: pytest.FixtureRequest) -> Iterator[Callable[..., Instaleap]]:
    """Return what makes a client of a fresh sandbox, with its switches; `double` is that sandbox."""
    with contextlib.ExitStack() as opened:
        yield both_ways(instaleap, request.param, opened)


def always(status: str, body: Any, seen: list[Seen] | None = None, **choices: Any) -> Instaleap:
    """Return a client whose vendor always answers the same."""
    return instaleap(base_url="http://app.invalid/api/v3", _app=answering(status, body, seen=seen), **choices)


# Environments


def test_environments(monkeypatch: pytest.MonkeyPatch) -> None:
    """The two printed addresses; the token comes from its own variable."""
    monkeypatch.setenv(TOKEN, "t-1234")
    leap = Instaleap()
    assert f"{leap.base_url}/customers/segments" == "https://deadpool.instaleap.io/api/v3/customers/segments"
    assert leap.live
    staging = Instaleap(environment="staging")
    assert f"{staging.base_url}/customers/segments" == "https://deadpool.xandar.instaleap.io/api/v3/customers/segments"
    assert not staging.live
    monkeypatch.delenv(TOKEN)
    with pytest.raises(errors.MissingCredential, match=f"set {TOKEN}, or use Instaleap.sandbox"):
        Instaleap()


# Request Params, Schema


def test_request_params() -> None:
    """POST, the token as Bearer, JSON in the form of the schema."""
    seen: list[Seen] = []
    always("200 OK", {"updatedCustomers": []}, seen).replace_segments({"1": [A]})
    ((method, target, body, headers),) = seen
    assert (method, target) == ("POST", "/api/v3/customers/segments")
    assert (headers["HTTP_AUTHORIZATION"], headers["CONTENT_TYPE"]) == (f"Bearer {KEY}", "application/json")
    printed = PRINTED["schema"].replace(": string", ': "string"')
    shape = {"document_id": "1", "segments": [{"type": "a", "value": "b"}]}
    assert json.loads(body) == {"customers": [shape]}
    assert {name: type(value) for name, value in shape.items()} == {
        name: type(value) for name, value in json.loads(printed)["customers"][0].items()
    }


def test_segments_that_a_customer_has_are_replaced(client: Callable[..., Instaleap]) -> None:
    """Completely: what is not given again is gone; an empty list takes all away."""
    leap = client()
    leap.double.instaleap.enrol("1", "2")
    leap.replace_segments({"1": [A, B], "2": [A]})
    assert leap.double.instaleap.segments["1"] == (A, B)
    leap.replace_segments({"1": [B]})
    assert (leap.double.instaleap.segments["1"], leap.double.instaleap.segments["2"]) == ((B,), (A,))
    leap.replace_segments({"1": []})
    assert leap.double.instaleap.segments["1"] == ()


def test_at_least_one_element() -> None:
    """An empty array is not sent."""
    leap = Instaleap.sandbox()
    for nothing in ({}, [], pd.DataFrame({"document_id": [], "type": [], "value": []})):
        with pytest.raises(errors.InvalidInput, match="at least one"):
            leap.replace_segments(nothing)
    assert len(leap.double.calls) == 0


# Multiple entries with the same id


def test_multiple_entries_with_the_same_id(client: Callable[..., Instaleap]) -> None:
    """The vendor would save the first and discard the rest silently: such entries are refused, or merged into one before."""
    leap = client()
    entries = [{"document_id": "aa-bb-1", "segments": [{"type": "tier", "value": str(n)}]} for n in range(10)]
    error = fault_of(lambda: leap.replace_segments(entries), errors.InvalidInput)
    assert [(f.code, f.where) for f in error.findings] == [("conflicting-duplicate", "customers[1]")]
    assert len(leap.double.calls) == 0
    done = leap.replace_segments(entries, duplicates="merge")
    assert (done.updated, done.duplicates) == (("aa-bb-1",), ("aa-bb-1",) * 9)
    assert leap.double.instaleap.segments["aa-bb-1"] == tuple(("tier", str(n)) for n in range(10))


def test_the_other_reading_of_the_note(client: Callable[..., Instaleap]) -> None:
    """Where only the first segment of an entry were saved, the answer would not show it; the sandbox says so in its label."""
    leap = client(instaleap_first="segment")
    done = leap.replace_segments({"aa-bb-1": [A, B]})
    assert (done.updated, done.provenance) == (("aa-bb-1",), "synthetic")
    assert leap.double.instaleap.segments["aa-bb-1"] == (A,)


# Expected Response


def test_expected_response(client: Callable[..., Instaleap]) -> None:
    """The printed ids, the first of which alone exists: one is updated, one is its duplicate, two are not updated."""
    leap = client()
    ids = ("aa-bb-1", "cc-dd-2", "aa-bb-1", "ee-ff-3")
    done = leap.replace_segments([{"document_id": each, "segments": [A]} for each in ids])
    frame = done.to_frame()
    assert list(zip(frame["document_id"], frame["outcome"], strict=True)) == [
        ("aa-bb-1", "updated"),
        ("cc-dd-2", "not_updated"),
        ("aa-bb-1", "duplicate"),
        ("ee-ff-3", "not_updated"),
    ]
    assert repr(done) == "<Replacement, blind: 1 updated, 2 not updated, 1 duplicate>"


def test_the_printed_answer_names_a_customer_who_was_not_sent() -> None:
    """No request holds "ee-bb-1": nobody is updated, and a finding names the stranger."""
    done = always("200 OK", {"updatedCustomers": ["ee-bb-1"]}).replace_segments({"aa-bb-1": [A], "ee-ff-3": [A]})
    assert (done.updated, done.not_updated) == ((), ("aa-bb-1", "ee-ff-3"))
    assert [(f.code, f.where) for f in done.findings] == [("unasked-customer", "request 1")]
    assert "'ee-bb-1'" in done.findings[0].message


# Example


def test_example(client: Callable[..., Instaleap]) -> None:
    """The printed request goes out, with the printed ids, and gets the printed response."""
    request = json.loads(PRINTED["example_request"])
    leap = client()
    raw = leap.with_raw_response.replace_segments(request["customers"])
    assert json.loads(raw.reply.body) == json.loads(PRINTED["example_response"])
    done = raw.parse()
    assert (done.updated, done.not_updated, done.provenance) == (("1232-2323",), ("222-133",), "documented")
    seen: list[Seen] = []
    always("200 OK", {"updatedCustomers": []}, seen).replace_segments(request["customers"])
    assert json.loads(seen[0].body) == request


# Labels


def test_null_and_empty_are_labelled(client: Callable[..., Instaleap]) -> None:
    """Segments are documented, none is derived, null is synthetic: in the frame, whatever the vendor answers."""
    live = always("200 OK", {"updatedCustomers": ["1", "2", "3"]}).replace_segments({"1": [A], "2": [], "3": None})
    assert live.to_frame()[["sent", "provenance"]].to_numpy().tolist() == [
        ["segments", "documented"],
        ["empty", "derived"],
        ["null", "synthetic"],
    ]
    assert "null-segments" in live.findings.codes
    leap = client(instaleap_null="keep")
    leap.replace_segments({"aa-bb-1": [A]})
    kept = leap.replace_segments({"aa-bb-1": None})
    assert (kept.updated, kept.provenance, leap.double.instaleap.segments["aa-bb-1"]) == (("aa-bb-1",), "synthetic", (A,))


def test_the_result_says_that_it_is_blind() -> None:
    """In its repr, its HTML and the frame's attributes, with where it came from."""
    done = Instaleap.sandbox().replace_segments({"1232-2323": [A], "<b>": [A]})
    about = done.to_frame().attrs["segkit"]
    assert (about["blind"], about["vendor"], about["requests"]) == (True, "<Instaleap sandbox http://sandbox.invalid/api/v3>", 1)
    assert "blind" in repr(done)
    assert "&lt;b&gt;" in done._repr_html_()
    assert "nothing can be read back" in done._repr_html_()
    assert {name: str(dtype) for name, dtype in done.to_frame().dtypes.items()} == {
        name: str(dtype) for name, dtype in frames.REPLACEMENT.items()
    }


# Everybody is accounted for

IDS = st.sampled_from([f"c{n}" for n in range(12)])
SEGMENTS = st.lists(st.tuples(st.sampled_from("tu"), st.sampled_from("vwx")), unique=True)


@given(st.dictionaries(IDS, SEGMENTS), st.dictionaries(IDS, SEGMENTS, min_size=1), st.integers(1, 5), st.integers(1, 4))
def test_bulk_replace_is_a_law_of_sets(there: dict[str, Any], given_: dict[str, Any], size: int, workers: int) -> None:
    """Updated are the known of those who were sent, not updated the others; known others keep what they had."""
    leap = Instaleap.sandbox()
    leap.double.instaleap.enrol(*there)
    if there:
        leap.replace_segments(there)
    done = leap.replace_segments(given_, customers_per_request=size, workers=workers, progress=False)
    assert set(done.updated) == set(given_) & set(there)
    assert set(done.not_updated) == set(given_) - set(there)
    assert [row.document_id for row in done._rows] == list(given_)
    after = {**there, **{key: value for key, value in given_.items() if key in there}}
    kept = leap.double.instaleap.segments
    assert {key: kept[key] for key in there} == {key: tuple(value) for key, value in after.items()}
    assert leap.double.calls.count_of("/customers/segments") == bool(there) + -(-len(given_) // size)


def test_10000_customers_in_chunks_with_failures() -> None:
    """Every 7th request fails and 1 % are unknown: each customer has one row that says what became of it."""
    ids = [f"{n:05}" for n in range(10_000)]
    sandbox = Sandbox(tokens=[KEY])
    sandbox.instaleap.enrol(*(each for n, each in enumerate(ids) if n % 100))
    n_calls = 0

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        nonlocal n_calls
        n_calls += 1
        if n_calls % 7 == 0:
            kind = ("400 Bad Request", "500 Internal Server Error", "200 OK")[n_calls // 7 % 3]
            start_response(kind, [])
            return [b""]
        return sandbox.wsgi(environ, start_response)

    leap = Instaleap(KEY, base_url="http://app.invalid/api/v3", retries=sk.Retries(1), _app=app)
    frame = pd.DataFrame({"document_id": ids, "type": "tier", "value": "gold"}, dtype="str")
    done = leap.replace_segments(frame, customers_per_request=100, workers=1, progress=False)
    table = done.to_frame()
    assert (n_calls, len(done.errors), list(table["document_id"])) == (100, 14, ids)
    failed = table["request"] % 7 == 0
    unknown = pd.Series(range(10_000)) % 100 == 0
    assert set(table["outcome"][failed]) == {"rejected", "in_doubt"}
    assert table["error"][failed].notna().all()
    assert set(table["outcome"][~failed & unknown]) == {"not_updated"}
    assert set(table["outcome"][~failed & ~unknown]) == {"updated"}
    kept = sandbox.instaleap.segments
    assert {each for each, segments in kept.items() if segments} == set(done.updated)
    assert done.counts == {"updated": 8514, "not_updated": 86, "rejected": 400, "in_doubt": 1000}


OUTCOMES = [
    ("400 Bad Request", b"", "rejected", errors.Rejected),
    ("404 Not Found", b"", "rejected", errors.NotFound),
    ("429 Too Many Requests", b"", "not_attempted", errors.RateLimited),
    ("500 Internal Server Error", b"", "in_doubt", errors.VendorDown),
    ("200 OK", b"", "in_doubt", errors.UnexpectedAnswer),
    ("200 OK", b"{}", "in_doubt", errors.UnexpectedAnswer),
    ("200 OK", b'{"updatedCustomers":[7]}', "in_doubt", errors.UnexpectedAnswer),
    ("302 Found", b"", "in_doubt", errors.UnexpectedAnswer),
]


@pytest.mark.parametrize(("status", "body", "outcome", "kind"), OUTCOMES)
def test_what_a_failed_request_means_for_its_customers(status: str, body: bytes, outcome: str, kind: type[Exception]) -> None:
    """Refused, perhaps carried out, or not: the error stands beside each customer, and in `errors`."""
    done = always(status, body).replace_segments({"1": [A], "2": [A]}, customers_per_request=1, progress=False)
    assert done.counts == {outcome: 2}
    assert [type(error) for error in done.errors] == [kind, kind]
    assert done.to_frame()["error"].str.len().gt(0).all()
    assert done.provenance is None
    assert isinstance(fault_of(lambda: always(status, body).with_raw_response.replace_segments({"1": [A]}).parse()), kind)


def test_the_vendor_s_words_are_kept() -> None:
    """In the form of the companion page, which is an assumption; anything else is no words."""
    body = {"error": {"code": "AN_ERROR_CODE", "message": "AN_ERROR_MESSAGE"}}
    (error,) = always("400 Bad Request", body).replace_segments({"1": [A]}).errors
    assert isinstance(error, errors.Rejected)
    assert error.vendor_message == "AN_ERROR_CODE: AN_ERROR_MESSAGE"
    for other in ({"error": "x"}, [], {"message": "x"}):
        (error,) = always("400 Bad Request", other).replace_segments({"1": [A]}).errors
        assert "the vendor gave no reason" in str(error)


def test_a_token_that_is_not_accepted_ends_the_run(client: Callable[..., Instaleap]) -> None:
    """Nothing was updated: it is raised, with what to check, and no further request is begun."""
    good = client()
    bad = Instaleap("a-wrong-token", base_url=good.base_url, _app=good._access.connection._app)
    error = fault_of(lambda: bad.replace_segments({str(n): [A] for n in range(90)}, customers_per_request=1, workers=2))
    assert isinstance(error, errors.Unauthorized)
    assert "check the token" in str(error)
    assert "a-wrong-token" not in str(error)
    assert len(good.double.calls) < 9
    bad.close()


def test_a_token_that_is_withdrawn_loses_nobody() -> None:
    """What was updated before stands in the result; the refused are rejected, the rest was not attempted."""
    sandbox = Sandbox(tokens=[KEY])
    n_calls = 0

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        nonlocal n_calls
        n_calls += 1
        if n_calls > 1:
            environ["HTTP_AUTHORIZATION"] = "Bearer withdrawn"
        return sandbox.wsgi(environ, start_response)

    leap = instaleap(base_url="http://app.invalid/api/v3", _app=app)
    done = leap.replace_segments({"aa-bb-1": [A], "2": [A], "3": [A], "4": [A]}, customers_per_request=1, workers=1)
    assert done.counts == {"updated": 1, "rejected": 1, "not_attempted": 2}
    assert done.to_frame()["request"].tolist()[:2] == [1, 2]
    assert done.to_frame()["request"].isna().tolist() == [False, False, True, True]


def test_nobody_there_ends_the_run() -> None:
    """Where no request reaches anybody nothing is in doubt, and not every customer is tried."""
    leap = Instaleap(KEY, base_url=f"{nobody()}/api/v3", retries=sk.Retries(1))
    done = leap.replace_segments({str(n): [A] for n in range(60)}, customers_per_request=1, workers=1, progress=False)
    leap.close()
    assert done.counts == {"not_attempted": 60}
    assert 3 <= len(done.errors) < 60


@pytest.mark.parametrize("wrong", [{"customers_per_request": 0}, {"customers_per_request": 2.0}, {"workers": 0}, {"workers": 9}])
def test_sizes_are_checked(wrong: dict[str, Any]) -> None:
    """Before anything is sent."""
    leap = Instaleap.sandbox()
    with pytest.raises(errors.InvalidInput, match=r"customers_per_request is|workers is"):
        leap.replace_segments({"1": [A]}, **wrong)
    assert len(leap.double.calls) == 0


def test_several_requests_tell_how_far_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    """A pipe sees nothing, and a single request never shows a bar."""
    leap = Instaleap.sandbox()
    leap.replace_segments({"1": [A], "2": [A]}, customers_per_request=1)
    assert capsys.readouterr() == ("", "")
