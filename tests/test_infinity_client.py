"""Infinity's client itself: how strange answers are read, its credentials, its address, its copies."""

from __future__ import annotations

import copy
import io
import pickle
from typing import TYPE_CHECKING, Any

import pytest
from far_side import QUICK
from installations import SHOP, answering, clients, fault_of

import segkit as sk
from segkit import errors
from segkit.sandbox.app import Sandbox
from segkit.vendors.infinity import Infinity
from segkit.vendors.infinity_access import PASSWORD, USERNAME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIEnvironment

    Client = Callable[..., Infinity]


@pytest.fixture(params=["in this process", "on loopback"])
def client(request: pytest.FixtureRequest) -> Iterator[Client]:
    """Return what makes a client of a fresh sandbox."""
    yield from clients(request.param)


# How refusals and strange answers are read


def test_wrong_credentials_are_unauthorized_with_what_to_check(client: Client) -> None:
    """401 with the vendor's words and the advice, asked once; 403 for a user without the right."""
    good = client()
    bad = Infinity(1, "me", "a-wrong-one", base_url=good.base_url, _app=good._access.connection._app)
    for call in (bad.segments, lambda: bad.create_segment("a", SHOP), lambda: bad.delete_segment(400)):
        error = fault_of(call)
        assert (type(error), error.attempts) == (errors.Unauthorized, 1)
        assert "auth required; check user name and password" in str(error)
        assert "a-wrong-one" not in repr(error) + str(error) + error.body
    bad.close()
    denied = fault_of(client(infinity_access="denied").segments)
    assert isinstance(denied, errors.Forbidden)
    assert "access denied; this user may not" in str(denied)


@pytest.mark.parametrize("body", [b'"no such installation"', b'"no such installation"\n'])
def test_words_in_the_place_of_objects_are_a_refusal(body: bytes) -> None:
    """Errors and messages are bare JSON strings: with a status of success they are Rejected, in a page and in a single answer."""
    infinity = answering("200 OK", body)
    for call in (infinity.segments, lambda: infinity.segment(400), infinity.with_raw_response.segment_groups().parse):
        error = fault_of(call)
        assert isinstance(error, errors.Rejected)
        assert (error.vendor_message, error.status) == ("no such installation", 200)
        assert error.url.startswith("http://app.invalid/config/v2/igrps/1/segment")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<html>gateway</html>", "HTML"),
        (b"[1]", "Expected `object`"),
        (b'{"segment":"401","segmentName":"a","criteria":[]}', "asked for was 400, the answer is about 401"),
        (b"", "the answer is about nothing"),
        (b'{"segment":"400","segmentName":"a"}', "criteria"),
    ],
)
def test_another_answer_than_was_asked_for_is_unexpected(body: bytes, words: str) -> None:
    """Nothing is guessed: the call, its status and the place are in the error."""
    error = fault_of(lambda: answering("200 OK", body).segment(400))
    assert isinstance(error, errors.UnexpectedAnswer)
    assert words in str(error)
    assert (error.method, error.status) == ("GET", 200)


def test_a_segment_that_comes_twice_in_one_answer_is_unexpected() -> None:
    """An id is that of one segment: an answer with two of it cannot be read."""
    row = b'{"segment":"400","segmentName":"a","criteria":[]}\n'
    error = fault_of(answering("200 OK", row + row).with_raw_response.segments().parse)
    assert isinstance(error, errors.UnexpectedAnswer)
    assert "400 comes twice" in str(error)
    assert fault_of(answering("200 OK", row + row).segments).path == "offset 1"


@pytest.mark.parametrize("status", ["200 OK", "202 Accepted"])
def test_another_status_than_documented_leaves_it_open(status: str) -> None:
    """A write that is answered with another status of success is unexpected, and in doubt."""
    infinity = answering(status, b'"queued"')
    for call in (
        lambda: infinity.with_raw_response.delete_segment(400).parse(),
        lambda: infinity.with_raw_response.update_segment_group(400, "a").parse(),
    ):
        error = fault_of(call)
        assert isinstance(error, errors.UnexpectedAnswer)
        assert "the vendor says 'queued'" in str(error)
        assert error.in_doubt


def test_an_order_that_was_not_taken_is_told() -> None:
    """A vendor that reads no more than two fields of a form takes two of three: that is an error, with what it may come from."""
    sandbox = Sandbox(tokens=["me:p-0000"])

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "PUT":
            read = b"&".join(environ["wsgi.input"].read().split(b"&")[:2])
            environ |= {"wsgi.input": io.BytesIO(read), "CONTENT_LENGTH": str(len(read))}
        return sandbox.wsgi(environ, start_response)

    infinity = Infinity(1, "me", "p-0000", base_url="http://app.invalid/config/v2", _app=app)
    infinity.create_segment("Third", SHOP, segment_id=500, order=9)
    error = fault_of(lambda: infinity.order_segments([401, 400, 500]))
    assert "1 of 3 segments have another order than was sent, 500 the first" in str(error)
    assert "body_encoding='json'" in str(error)


# The client itself


def test_the_credentials_and_the_address_are_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its two variables, the documented host, and Basic; each of the two is missed by its own name."""
    seen: list[str] = []

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        seen.append(environ["HTTP_AUTHORIZATION"])
        start_response("200 OK", [])
        return [b""]

    monkeypatch.setenv(USERNAME, "me@example.com")
    monkeypatch.setenv(PASSWORD, "p:4444 ü")
    assert sk.Infinity(5).base_url == "https://api.infinitycloud.com/config/v2"
    assert not sk.Infinity(5, _app=app).segments()
    assert set(seen) == {"Basic bWVAZXhhbXBsZS5jb206cDo0NDQ0IMO8"}
    monkeypatch.delenv(PASSWORD)
    with pytest.raises(errors.MissingCredential, match=f"no password: .* set {PASSWORD}, or use Infinity.sandbox"):
        Infinity(5)
    monkeypatch.delenv(USERNAME)
    with pytest.raises(errors.MissingCredential, match=f"no username: .* set {USERNAME}"):
        Infinity(5, password="p")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"igrp": 0}, "igrp is 0"),
        ({"igrp": "x"}, "igrp is 'x'"),
        ({"igrp": None}, "igrp is None"),
        ({"environment": "prod"}, "environment is 'prod'"),
        ({"base_url": "nonsense"}, "base URL"),
        ({"retries": 3}, "retries"),
        ({"timeout": 0}, "timeout"),
        ({"body_encoding": "xml"}, "body_encoding"),
        ({"username": "a:b"}, "colon"),
        ({"password": "a\nb"}, "line break"),
    ],
)
def test_what_makes_no_client_is_refused(wrong: dict[str, Any], words: str) -> None:
    """By name, and without a credential in the error."""
    with pytest.raises(errors.InvalidInput, match=words):
        Infinity(**{"igrp": 1, "username": "me", "password": "p-6666", **wrong})


def test_only_the_vendor_is_live() -> None:
    """The documented host and strange ones; not this machine, not the sandbox."""
    assert Infinity(1, "me", "p-7777").live
    assert Infinity(1, "me", "p-7777", base_url="https://proxy.example").live
    assert not Infinity(1, "me", "p-7777", base_url="http://127.0.0.1:9").live
    assert not Infinity.sandbox().live


def test_a_client_is_copied_with_its_double_and_not_pickled() -> None:
    """Copies and clients with other options share the sandbox, installation and encoding; a pickle is refused."""
    infinity = Infinity.sandbox(3, body_encoding="json")
    infinity.create_segment("a", SHOP, segment_id=9)
    for twin in (copy.copy(infinity), copy.deepcopy(infinity), infinity.with_options(timeout=3, retries=QUICK)):
        assert (twin.double, twin.igrp, twin.segment(9).name, twin.environment) == (infinity.double, 3, "a", "sandbox")
        assert twin.with_raw_response.encoding == "json"
    assert repr(infinity) == "<Infinity sandbox http://sandbox.invalid/config/v2>"
    with pytest.raises(TypeError, match=f"with {USERNAME} and {PASSWORD}"):
        pickle.dumps(infinity)
    infinity.close()
    assert infinity.segment(9).name == "a"


def test_an_account_that_is_a_word_makes_no_holes(client: Client) -> None:
    """A user name of letters alone is not looked for in texts: a segment named so is read, and can be written."""
    infinity = client()
    made = infinity.create_segment("sandbox me", SHOP)
    assert infinity.update_segment(made.segment_id, order=4).after.name == "sandbox me"
