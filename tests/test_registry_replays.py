"""What CIOPulse and Instaleap are sent again, and what a repetition means: registries are set, so twice is as once."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest
from doubled import both_ways, ciopulse, fault_of, instaleap, on_loopback
from far_side import PATIENCE_SECONDS, ByteServer

from segkit import errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from segkit.vendors.ciopulse import CIOPulse

NEW = {"segment_name": "Australia", "segment_code": "AUS"}
REFUSALS, DAMAGES = ("500", "503"), ("cut-off",)
"""After the first nothing was carried out, after the second all was: the caller cannot tell them apart."""


@pytest.fixture(params=["in this process", "on loopback"])
def portal(request: pytest.FixtureRequest) -> Iterator[Callable[..., CIOPulse]]:
    """Return what makes a client of a fresh portal."""
    with contextlib.ExitStack() as opened:
        yield both_ways(ciopulse, request.param, opened)


def faults_of(client: Any) -> list[tuple[int, str]]:
    """Return status and fault of each call."""
    return [(call.status, call.fault) for call in client.double.calls]


# A PUT of CIOPulse is safe


@pytest.mark.parametrize("kind", REFUSALS)
def test_an_upsert_that_nobody_carried_out_is_sent_again(portal: Callable[..., CIOPulse], kind: str) -> None:
    """It creates: 201 after a try in doubt is a creation all the same, 200 is not known to be an update."""
    cio = portal()
    cio.double.faults.add(kind)
    assert cio.upsert_segment("one", **NEW).created is True
    cio.double.faults.add(kind)
    assert cio.upsert_segment("one", **NEW).created is None
    assert faults_of(cio) == [(int(kind), kind), (201, ""), (int(kind), kind), (200, "")]
    assert len(cio.segments()) == 1


def test_an_upsert_whose_answer_is_lost_is_sent_again_and_makes_no_twin() -> None:
    """A replay of a creation answers 200 instead of 201, so `created` is not known."""
    with on_loopback(ciopulse) as cio:
        cio.double.faults.add("slow", seconds=5)
        done = cio.with_options(timeout=PATIENCE_SECONDS).upsert_segment("one", **NEW)
        assert (done.created, repr(done)) == (None, "<Upserted: 'one' created or updated, derived>")
        assert done.to_frame()["created"].isna().all()
        assert [segment.segment_code for segment in cio.segments()] == ["AUS"]


def test_after_429_an_upsert_is_sent_again_and_is_in_no_doubt(portal: Callable[..., CIOPulse]) -> None:
    """Too many calls are carried out by nobody, so an update is known to be one."""
    cio = portal()
    cio.upsert_segment("one", **NEW)
    cio.double.faults.add("429", retry_after=0)
    assert cio.upsert_segment("one", active=False).created is False


# A DELETE of CIOPulse is safe: 404 on a replay counts as done


@pytest.mark.parametrize("kind", REFUSALS)
def test_a_delete_that_nobody_carried_out_is_sent_again(portal: Callable[..., CIOPulse], kind: str) -> None:
    """The second try deletes."""
    cio = portal()
    cio.upsert_segment("one", **NEW)
    cio.double.faults.add(kind)
    cio.delete_segment("one")
    assert faults_of(cio) == [(201, ""), (int(kind), kind), (202, "")]
    assert len(cio.segments()) == 0


def test_404_after_a_try_in_doubt_counts_as_deleted() -> None:
    """The try of which no answer came has deleted it; the raw answer says that it was in doubt."""
    with on_loopback(ciopulse) as cio:
        cio.upsert_segment("one", **NEW)
        cio.double.faults.add("slow", seconds=5)
        raw = cio.with_options(timeout=PATIENCE_SECONDS).with_raw_response.delete_segment("one")
        assert (raw.reply.status, raw.reply.attempts, raw.reply.in_doubt, raw.parse()) == (404, 2, True, None)
        assert len(cio.segments()) == 0


def test_404_counts_as_nothing_else(portal: Callable[..., CIOPulse]) -> None:
    """At the first try, and after a 429, which nobody carried out, there is no such segment."""
    cio = portal()
    assert not fault_of(lambda: cio.delete_segment("one"), errors.NotFound).in_doubt
    cio.double.faults.add("429", retry_after=0)
    error = fault_of(lambda: cio.delete_segment("one"), errors.NotFound)
    assert (error.in_doubt, error.attempts) == (False, 2)


def test_a_delete_that_is_never_answered_is_in_doubt() -> None:
    """The error says so; asking again is safe."""
    with ByteServer([b"HTTP/1.1 202 Accepted\r\ncontent-length: 9\r\n\r\n"]) as server:
        cio = ciopulse(base_url=f"{server.url}/api/v5")
        error = fault_of(lambda: cio.delete_segment("one"), errors.UnexpectedAnswer)
        cio.close()
    assert (error.in_doubt, error.attempts, len(server.requests)) == (True, 3, 3)


# What CIOPulse is asked to read


@pytest.mark.parametrize("kind", [*REFUSALS, *DAMAGES, "429"])
def test_what_is_read_is_read_again(portal: Callable[..., CIOPulse], kind: str) -> None:
    """List and segment, whatever broke."""
    cio = portal()
    cio.upsert_segment("one", **NEW)
    for call in (lambda: list(cio.segments()), lambda: [cio.segment("one")]):
        cio.double.faults.add(kind)
        assert [segment.system_id for segment in call()] == ["one"]


@pytest.mark.parametrize("kind", ["malformed", "empty", "html"])
def test_what_cannot_be_read_is_not_asked_again(portal: Callable[..., CIOPulse], kind: str) -> None:
    """It would be the same."""
    cio = portal()
    cio.upsert_segment("one", **NEW)
    cio.double.faults.add(kind, **({"status": 200} if kind == "html" else {}))
    error = fault_of(cio.segments)
    assert (type(error), error.attempts) == (errors.UnexpectedAnswer, 1)


# A POST of Instaleap is safe: a full replacement by the same


@pytest.mark.parametrize("param", ["in this process", "on loopback"])
@pytest.mark.parametrize("kind", [*REFUSALS, *DAMAGES, "429"])
def test_a_replacement_is_sent_again(param: str, kind: str) -> None:
    """Whether it was carried out or not; the customer has what was given, and is updated."""
    with contextlib.ExitStack() as opened:
        leap = both_ways(instaleap, param, opened)()
        leap.double.faults.add(kind)
        done = leap.replace_segments({"aa-bb-1": [("a", "b")], "x": []})
        assert (done.updated, done.not_updated) == (("aa-bb-1",), ("x",))
        assert leap.double.instaleap.segments["aa-bb-1"] == (("a", "b"),)
        assert [call.fault for call in leap.double.calls] == [kind, ""]


def test_a_replacement_that_is_never_answered_is_in_doubt() -> None:
    """It was carried out, or not: the result says that it is not known, and asking again is safe."""
    with on_loopback(instaleap) as leap:
        leap.double.faults.add("slow", times=3, seconds=5)
        done = leap.with_options(timeout=0.5).replace_segments({"aa-bb-1": [("a", "b")]})
        assert done.counts == {"in_doubt": 1}
        assert isinstance(done.errors[0], errors.TimedOut)
        assert leap.replace_segments({"aa-bb-1": [("a", "b")]}).counts == {"updated": 1}


def test_doubt_stays_when_a_later_try_is_refused() -> None:
    """A 500, then too many calls: nobody knows whether the first was carried out."""
    with on_loopback(instaleap) as leap:
        leap.double.faults.add("500")
        leap.double.faults.add("429", times=2, retry_after=0)
        done = leap.replace_segments({"aa-bb-1": [("a", "b")]})
        assert (type(done.errors[0]), done.errors[0].in_doubt, done.counts) == (errors.RateLimited, True, {"in_doubt": 1})
