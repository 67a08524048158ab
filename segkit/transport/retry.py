"""Which call may be replayed, and when: decisions only, nothing is sent or slept here.

A 429 may always be replayed, and so may a call that never left. After a time-out, a 5xx or a cut-off answer the call may have
been carried out: it is replayed only where that changes nothing. Retry-After is obeyed, within the time that is left.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from numbers import Real

from segkit.errors import InvalidInput, RateLimited, TimedOut, UnexpectedAnswer, Unreachable, VendorDown


@dataclass(frozen=True, slots=True)
class Retries:
    """How far a call is replayed.

    Attributes
    ----------
    attempts
        At most so many tries in all.
    total_seconds
        No try begins, and no answer is read, later than this after the first try.
    wait_initial_seconds, wait_max_seconds
        The wait doubles from the first to the second of these, with jitter.

    Raises
    ------
    InvalidInput
        When they allow no try, or a number is negative.
    """

    attempts: int = 3
    total_seconds: float = 90.0
    wait_initial_seconds: float = 0.5
    wait_max_seconds: float = 8.0

    def __post_init__(self) -> None:
        numbers = (self.total_seconds, self.wait_initial_seconds, self.wait_max_seconds)
        if type(self.attempts) is not int or not all(isinstance(number, Real) for number in numbers):
            raise InvalidInput(f"{self} holds what is no number: give attempts as a whole number, and seconds")
        if not (self.attempts >= 1 and self.total_seconds > 0 and min(self.wait_initial_seconds, self.wait_max_seconds) >= 0):
            raise InvalidInput(f"{self} allows no attempt: give attempts of at least 1, seconds above 0, and no negative wait")


NO_RETRIES = Retries(attempts=1)
MOST_DOUBLINGS = 30  # a float ends somewhere, and every greatest wait is below


def decide(error: Exception, *, replayable: bool, elapsed_seconds: float, retries: Retries) -> bool | float:
    """Say whether a call is tried again: False, True after the usual wait, or seconds to wait.

    How many tries there may be is counted elsewhere.

    Parameters
    ----------
    replayable
        Whether carrying the call out twice leaves the vendor as once does.
    elapsed_seconds
        Since the first try.
    """
    if elapsed_seconds >= retries.total_seconds:
        return False
    if isinstance(error, RateLimited):
        if error.retry_after is None:
            return True
        return error.retry_after if elapsed_seconds + error.retry_after < retries.total_seconds else False
    if isinstance(error, Unreachable):
        return True
    return replayable and in_doubt(error)


def in_doubt(error: Exception) -> bool:
    """Whether the call that failed so may have been carried out."""
    return isinstance(error, TimedOut | VendorDown) or (isinstance(error, UnexpectedAnswer) and error.cut_off)


def usual_wait(tries: int, retries: Retries) -> float:
    """Return the seconds to wait after so many tries where the vendor names none: doubling, with up to a second of jitter."""
    doubled = retries.wait_initial_seconds * 2.0 ** min(tries - 1, MOST_DOUBLINGS)
    return min(retries.wait_max_seconds, doubled + random.random())  # noqa: S311 - jitter, no secret
