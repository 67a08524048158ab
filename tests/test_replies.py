"""How the Buy API's answers are read: refusals in each shape, answers that are none, and where an answer comes from."""

from __future__ import annotations

from typing import Any

import pytest
from buyers import answering, every_call, fault_of
from surveys import DOCUMENTS

from segkit import errors
from segkit.quotas.quota import Quota


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        ({"ps_api_response_code": 1001, "ps_api_response_message": "JSON syntax error"}, 1001, "JSON syntax error"),
        ({"ps_error_code": 1005, "ps_error_message": "no such transaction"}, 1005, "no such transaction"),
        ({"apiStatus": "fail", "msg": "no"}, None, "no"),
    ],
)
@pytest.mark.parametrize("status", ["400 Bad Request", "200 OK", "201 Created"])
def test_a_refusal_is_read_in_each_shape_and_whatever_its_status(body: Any, code: int, words: str, status: str) -> None:
    """The general shape, that of transactions and that of `msg` are refusals with their words, also under 200 and 201."""
    buyer = answering(status, body)
    for call in every_call(buyer):
        error = fault_of(call)
        assert isinstance(error, errors.Rejected)
        assert (error.vendor_code, error.vendor_message) == (code, words)
        assert error.url.startswith("http://app.invalid/v2/surveys")


@pytest.mark.parametrize(
    ("body", "path", "complaint"),
    [
        ([], "$", "Expected `object`"),
        ("survey", "$", "Expected `object`"),
        ({}, "$.ps_survey_id", "its id is None"),
        ({"survey": {"ps_survey_id": 7}}, "$.ps_survey_id", "its id is None"),
        ({"ps_survey_id": "7"}, "$.ps_survey_id", "its id is '7'"),
        ({"ps_survey_id": True}, "$.ps_survey_id", "its id is True"),
        (b"", "$", "the answer is empty"),
        (b"<html>", "byte 0, line 1", "HTML"),
        (b'{"ps_survey_id": 7', "byte 18, line 1", "ends before"),
        (b'{"ps_survey_id": 7,}', "byte 19, line 1", "not JSON"),
    ],
    ids=str,
)
def test_an_answer_that_is_no_survey_is_unexpected(body: Any, path: str, complaint: str) -> None:
    """What is no object, or has no id, is UnexpectedAnswer with its place, its body and the call; nothing is mended."""
    calls = every_call(answering("200 OK", body))
    for call in calls[:3]:
        error = fault_of(call)
        assert isinstance(error, errors.UnexpectedAnswer)
        assert complaint in str(error)
        assert (error.path, error.status, error.attempts) == (path, 200, 1)
        assert error.url.startswith("http://app.invalid/v2/surveys")


def test_another_survey_than_was_asked_for_is_unexpected() -> None:
    """A reply about another survey is not taken for this one, but for a create, which asks for none."""
    calls = every_call(answering("200 OK", {"ps_survey_id": 8}))
    for call in calls[1:5]:
        assert "the reply is survey 8, asked for was 7" in str(fault_of(call))
    assert calls[0]().survey_id == 8


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"criteria": []}, "$.buyer_quota_id"),
        ({"buyer_quota_id": 7, "criteria": []}, "$.buyer_quota_id"),
        ({"buyer_quota_id": "boys", "criteria": [], "required_count": "many"}, "$.required_count"),
        ({"buyer_quota_id": "boys", "criteria": {}}, "$.criteria"),
        ([], "$"),
        (b"<html>", "byte 0, line 1"),
    ],
    ids=str,
)
def test_an_answer_that_is_no_quota_is_unexpected(body: Any, path: str) -> None:
    """A quota that cannot be read is UnexpectedAnswer with its place, where one is replaced or patched."""
    calls = every_call(answering("200 OK", body))
    for call in calls[6:]:
        error = fault_of(call)
        assert isinstance(error, errors.UnexpectedAnswer)
        assert error.path == path


@pytest.mark.parametrize("body", [b"", {"ps_api_response_code": 1000, "ps_api_response_message": "success"}, {}], ids=str)
def test_success_may_be_all_that_is_said(body: Any) -> None:
    """An old page answers a quota with a code of success, others are silent: no refusal; the quota is the one that was sent."""
    calls = every_call(answering("200 OK", body))
    assert [call() for call in (*calls[3:5], calls[7])] == [None] * 3
    assert [call() for call in calls[5:7]] == [Quota("boys", frozenset({133}), 5)] * 2


def test_the_provenance_is_the_reply_s() -> None:
    """The header's word is the document's, if it is one of the three; without one the vendor's word is documented."""
    told = {"synthetic": "synthetic", "derived": "derived", "": "documented", "nonsense": "documented"}
    for word, provenance in told.items():
        buyer = answering("200 OK", {"ps_survey_id": 7}, [("x-segkit-provenance", word)])
        assert buyer.survey(7).provenance == provenance
    assert (
        answering("200 OK", DOCUMENTS["response_218"]).survey(DOCUMENTS["response_218"]["ps_survey_id"]).provenance
        == "documented"
    )


@pytest.mark.parametrize("depth", [100, 600, 5000])
def test_an_answer_may_be_nested_too_deep_to_be_read(depth: int) -> None:
    """A survey is read however it is nested, or is UnexpectedAnswer: never an error of Python's."""
    buyer = answering("200 OK", b'{"ps_survey_id": 7, "deep": ' + b"[" * depth + b"]" * depth + b"}")
    if depth == 100:
        assert buyer.survey(7).survey_id == 7
    else:
        assert "nested too deep" in str(fault_of(lambda: buyer.survey(7)))


def test_a_credential_that_a_survey_repeats_is_taken_out_of_it() -> None:
    """In names and values, at any depth, however it is escaped; what is no text is left as it is."""
    spelled = "".join(f"\\u{ord(char):04x}" for char in "t-1111")
    body = f'{{"ps_survey_id": 7, "survey_title": "a t-1111 b", "{spelled}": [{{"x": "{spelled}"}}, 1.5, null, true]}}'
    document = answering("200 OK", body.encode()).survey(7).document
    assert document == {
        "ps_survey_id": 7,
        "survey_title": "a [redacted] b",
        "[redacted]": [{"x": "[redacted]"}, 1.5, None, True],
    }
