"""The laws of replaying: the decisions, and what is told of a retry."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from email.utils import formatdate
from typing import TYPE_CHECKING

import pytest
import stamina
from far_side import QUICK, Clock, connection
from hypothesis import given
from hypothesis import strategies as st

import segkit as sk
from segkit import errors
from segkit.transport.call import Call
from segkit.transport.failure import retry_after_seconds
from segkit.transport.retry import NO_RETRIES, Retries, decide, usual_wait

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

RETRIES = Retries(attempts=3, total_seconds=10)


def asked(error: Exception, *, replayable: bool = True, elapsed: float = 0.0) -> bool | float:
    """Ask for the decision."""
    return decide(error, replayable=replayable, elapsed_seconds=elapsed, retries=RETRIES)


@pytest.mark.parametrize(
    ("error", "where_it_changes_nothing", "where_a_twin_would_cost"),
    [
        (errors.RateLimited("429"), True, True),
        (errors.RateLimited("429", retry_after=3.0), 3.0, 3.0),
        (errors.Unreachable("no connection"), True, True),
        (errors.TimedOut("no answer"), True, False),
        (errors.VendorDown("500"), True, False),
        (errors.UnexpectedAnswer("cut off", cut_off=True), True, False),
        (errors.UnexpectedAnswer("an HTML page"), False, False),
        (errors.Unauthorized("401"), False, False),
        (errors.Forbidden("403"), False, False),
        (errors.NotFound("404"), False, False),
        (errors.Conflict("409"), False, False),
        (errors.Rejected("400"), False, False),
        (errors.InvalidInput("ours"), False, False),
        (ValueError("a defect"), False, False),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_the_replay_table(
    error: Exception, *, where_it_changes_nothing: bool | float, where_a_twin_would_cost: bool | float
) -> None:
    """A call that never left is replayed always, one that may have been carried out only where that changes nothing."""
    assert asked(error) is where_it_changes_nothing or asked(error) == where_it_changes_nothing
    assert type(asked(error)) is type(where_it_changes_nothing)
    assert asked(error, replayable=False) == where_a_twin_would_cost
    assert type(asked(error, replayable=False)) is type(where_a_twin_would_cost)


@given(wait=st.floats(0, 1e9), elapsed=st.floats(0, 1e9), replayable=st.booleans())
def test_retry_after_is_obeyed_only_within_the_time_left(wait: float, elapsed: float, *, replayable: bool) -> None:
    """The wait is what the vendor says, or there is none: never a shorter one, never one beyond the total."""
    decided = asked(errors.RateLimited("429", retry_after=wait), replayable=replayable, elapsed=elapsed)
    assert decided == (wait if elapsed + wait < RETRIES.total_seconds else False)
    assert decided is False or type(decided) is float


def test_a_retry_after_of_zero_is_a_wait_and_no_refusal() -> None:
    """Zero seconds are a float, which stamina takes as a wait; False would end the retries."""
    decided = asked(errors.RateLimited("429", retry_after=0.0))
    assert (decided, type(decided)) == (0.0, float)


@pytest.mark.parametrize(
    "error", [errors.Unreachable("x"), errors.TimedOut("x"), errors.VendorDown("x"), errors.RateLimited("x")]
)
def test_no_try_begins_after_the_total(error: Exception) -> None:
    """What would be replayed at once is not when the time is used up."""
    assert asked(error, elapsed=9.99) is True
    assert asked(error, elapsed=10.0) is False


@pytest.mark.parametrize(
    "broken",
    [{"attempts": 0}, {"attempts": -1}, {"total_seconds": 0}, {"wait_initial_seconds": -1}, {"wait_max_seconds": -0.1}],
)
def test_retries_that_allow_no_try_are_refused(broken: dict[str, float]) -> None:
    """Numbers that would send nothing, or wait backwards, are an InvalidInput where they are written."""
    with pytest.raises(errors.InvalidInput, match="attempts of at least 1"):
        Retries(**broken)
    assert NO_RETRIES.attempts == 1


@pytest.mark.parametrize("broken", [{"attempts": 2.0}, {"attempts": "3"}, {"attempts": None}, {"total_seconds": "9"}])
def test_retries_of_another_kind_are_refused(broken: dict[str, object]) -> None:
    """What is no number is named where it is written."""
    with pytest.raises(errors.InvalidInput, match="give attempts as a whole number"):
        Retries(**broken)


@given(tries=st.integers(1, 10_000), initial=st.floats(0, 100), most=st.floats(0, 1000))
def test_the_usual_wait_doubles_up_to_its_greatest(tries: int, initial: float, most: float) -> None:
    """The wait is at least the doubled one and at most a second more, and never beyond the greatest."""
    wait = usual_wait(tries, Retries(wait_initial_seconds=initial, wait_max_seconds=most))
    least = min(most, initial * 2.0 ** min(tries - 1, 30))
    assert least <= wait <= min(most, least + 1)


@pytest.mark.parametrize(("text", "seconds"), [("0", 0.0), ("7", 7.0), (" 120 ", 120.0), ("007", 7.0)])
def test_retry_after_in_seconds(text: str, seconds: float) -> None:
    """Digits are seconds."""
    assert retry_after_seconds(text) == seconds


@pytest.mark.parametrize("style", [{"usegmt": True}, {"usegmt": False}, {"localtime": True}])
def test_retry_after_as_a_date(style: dict[str, bool], monkeypatch: pytest.MonkeyPatch) -> None:
    """A date is the time until then, in whatever zone it is written and wherever this machine stands."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        began = time.time()
        seconds = retry_after_seconds(formatdate(began + 60, **style))
        took = time.time() - began
        assert seconds is not None
        assert 60 - 1 - took <= seconds <= 60  # a date has no parts of a second
        assert retry_after_seconds(formatdate(time.time() - 60, **style)) == 0.0
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    "text",
    [None, "", "soon", "-5", "1.5", "٣", "1e3", "5 seconds", "Mon, 99 Jan 2026 00:00:00 GMT", "Mon, 01 Jan 99999 00:00:00 GMT"],
)
def test_nonsense_in_retry_after_is_no_wait(text: str | None) -> None:
    """What is neither form is None, so that the usual wait is taken."""
    assert retry_after_seconds(text) is None


@given(st.text(max_size=40) | st.from_regex(r"[A-Z][a-z]{2}, \d{1,3} [A-Z][a-z]{2} \d{1,5} \d\d:\d\d:\d\d( [-+]\d{4}| GMT)?"))
def test_no_header_breaks_the_reading(text: str) -> None:
    """Whatever a vendor writes there, it is seconds from now on or None."""
    seconds = retry_after_seconds(text)
    assert seconds is None or seconds >= 0


def test_tries_that_are_left_are_not_made_when_the_total_is_used_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Attempts that are left are not made when the time is gone."""
    clock = Clock(monkeypatch)

    def slow(_: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        clock.moved_seconds += 100
        start_response("500 X", [])
        return [b""]

    retries = Retries(attempts=99, total_seconds=350, wait_initial_seconds=0, wait_max_seconds=0)
    with pytest.raises(errors.VendorDown) as caught:
        connection("http://app.invalid", retries, slow).send(Call("GET", "/", replayable=True))
    assert (clock.moved_seconds, caught.value.attempts) == (400, 4)


# What is told


SCRIPT = """
import segkit as sk
ps = sk.PureSpectrum.sandbox().with_options(retries=sk.Retries(3, 20, 0.001, 0.002))
ps.double.faults.add("503", times=2)
ps.qualifications("en_US", 3910)
"""


def test_a_plain_script_sees_one_line_a_retry() -> None:
    """On stderr stand the call, the reason, the try and the wait of each retry, and nothing of stamina's."""
    shown = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, timeout=60).stderr
    lines = shown.splitlines()
    assert len(lines) == 2
    for line, tries in zip(lines, (2, 3), strict=True):
        assert line.startswith("GET http://sandbox.invalid/suppliers/v2/segmentation/qualifications?locale=en_US&qualIds=3910: ")
        assert "Service unavailable." in line
        assert line.endswith(f"[HTTP 503]; try {tries} of 3 in 0.00 seconds")


def test_a_retry_is_told_once_and_no_more_than_there_are(caplog: pytest.LogCaptureFixture) -> None:
    """The logger has a warning before each wait, the vendor's own wait too; the last failure is raised and not told."""
    ps = sk.PureSpectrum.sandbox().with_options(retries=QUICK)
    ps.double.faults.add("429", retry_after=0)
    ps.double.faults.add("500", times=2)
    with pytest.raises(errors.VendorDown):
        ps.qualifications("en_US", 3910)
    told = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert [(record.name, record.levelname) for record in told] == [("segkit.transport", "WARNING")] * 2
    assert [record.getMessage().partition("; ")[2].partition(" in ")[0] for record in told] == ["try 2 of 3", "try 3 of 3"]


def test_the_retries_of_others_stay_theirs(caplog: pytest.LogCaptureFixture) -> None:
    """Only our own line of stamina's is dropped: what else of the process uses stamina is logged as ever."""
    sk.PureSpectrum.sandbox()
    theirs = stamina.retry(on=ZeroDivisionError, attempts=2, wait_max=0)(lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        theirs()
    assert [record.name for record in caplog.records if record.levelno >= logging.WARNING] == ["stamina"]
