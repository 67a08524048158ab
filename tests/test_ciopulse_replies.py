"""Answers of CIOPulse that no page prints: each is read, refused or unexpected, and nothing is guessed."""

from __future__ import annotations

from typing import Any

import pytest
from doubled import answering, ciopulse, fault_of

from segkit import errors

NEW = {"segment_name": "Australia", "segment_code": "AUS"}


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (b"", "$"),
        (b"<html>", "byte 0, line 1"),
        (b"[]", "$"),
        (b'{"segments":[{}]}', "$.segments[0]"),
        (b'{"segments":[{"segment":{"Segment_System_ID":7}}]}', "$.segments[0].segment.Segment_System_ID"),
        (b'{"segments":[// more\n]}', "byte 13, line 1"),
        (b'{"segments":[],}x', "byte 17, line 1"),
        (b'{"segments":[,]', "byte 15, line 1"),
    ],
)
def test_a_list_that_is_none_is_unexpected(body: bytes, path: str) -> None:
    """Only trailing commas are forgiven; the place where reading stopped is named, and the body is kept as it came."""
    cio = ciopulse(base_url="http://app.invalid/api/v5", _app=answering("200 OK", body))
    error = fault_of(cio.segments)
    assert isinstance(error, errors.UnexpectedAnswer)
    assert (error.path, error.body) == (path, body.decode())
    assert error.url == "http://app.invalid/api/v5/segments"


def one_entry(**changed: Any) -> dict[str, Any]:
    """Return an entry of a list."""
    fields = {"Segment_System_ID": "SEG1", "Segment_Code": "A", "Segment_Name": "A", "Active": "Y"}
    return {"segment": {**fields, **changed}}


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (one_entry(Segment_System_ID="seg1"), "$.segment.Segment_System_ID"),
        (one_entry(Active="yes"), "$.segment.Active"),
        ({"segments": []}, "$.segments"),
        ({"segments": [one_entry(), one_entry()]}, "$.segments"),
        ({"segments": [one_entry(Active="")]}, "$.segments[0].segment.Active"),
        ({"message": "fine"}, "$"),
    ],
)
def test_another_segment_than_was_asked_for_is_unexpected(body: Any, path: str) -> None:
    """Another id, several, none, a flag that is neither: the place is named."""
    cio = ciopulse(base_url="http://app.invalid/api/v5", _app=answering("200 OK", body))
    error = fault_of(lambda: cio.segment("SEG1"))
    assert (type(error), error.path) == (errors.UnexpectedAnswer, path)


@pytest.mark.parametrize("body", [{"message": "no", "status": 422}, {"status": 500}])
def test_a_failure_that_comes_with_success_is_refused(body: dict[str, Any]) -> None:
    """A 200 whose body says an error's status is no success."""
    cio = ciopulse(base_url="http://app.invalid/api/v5", _app=answering("200 OK", body))
    for call in (cio.segments, lambda: cio.segment("x"), lambda: cio.upsert_segment("x", **NEW), lambda: cio.delete_segment("x")):
        error = fault_of(call)
        assert isinstance(error, errors.Rejected)
        assert (error.vendor_code, error.status) == (body["status"], 200)


@pytest.mark.parametrize("status", ["204 No Content", "202 Accepted"])
def test_a_success_of_another_kind_is_unexpected(status: str) -> None:
    """A segment is created with 201 or updated with 200; one is deleted with 202."""
    cio = ciopulse(base_url="http://app.invalid/api/v5", _app=answering(status))
    assert isinstance(fault_of(lambda: cio.upsert_segment("x", **NEW)), errors.UnexpectedAnswer)
    if status.startswith("202"):
        cio.delete_segment("x")
    else:
        assert isinstance(fault_of(lambda: cio.delete_segment("x")), errors.UnexpectedAnswer)
