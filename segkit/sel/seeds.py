"""Seeds: what makes a draw the same on every run."""

from __future__ import annotations

from numbers import Integral

from segkit.errors import InvalidInput


def check_seed(seed: object) -> int:
    """Return a seed as a whole number.

    Raises
    ------
    InvalidInput
        When it is none, or below 0: without a seed nobody could draw the same again.

    Examples
    --------
    >>> check_seed(7)
    7
    """
    if isinstance(seed, bool) or not isinstance(seed, Integral) or seed < 0:
        raise InvalidInput(f"seed is {seed!r:.60}: give a whole number of 0 or more, so that the same is drawn again")
    return int(seed)
