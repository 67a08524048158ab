"""The laws of replaying: decisions only, nothing is sent or slept here."""

from __future__ import annotations

import time
from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit import errors
from segkit.transport.failure import retry_after_seconds
from segkit.transport.retry import NO_RETRIES, Retries, decide, usual_wait

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
        assert retry_after_seconds(formatdate(time.time() + 60, **style)) == pytest.approx(60, abs=2)
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
