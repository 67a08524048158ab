"""Probabilities that are handed in: numbers from 0 to 1, and lists of them that add up to 1."""

from __future__ import annotations

from math import fsum
from numbers import Real
from typing import TYPE_CHECKING

from segkit.errors import InvalidInput
from segkit.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable

TOLERANCE = 1e-9


def is_probability(given: object) -> bool:
    """Whether a value is a number from 0 to 1."""
    return not isinstance(given, bool) and isinstance(given, Real) and 0 <= float(given) <= 1


def normalised(given: Iterable[object], name: str) -> list[float]:
    """Return probabilities that add up to 1, to the last digit.

    Raises
    ------
    InvalidInput
        When one is no probability, or their sum is not 1 within `TOLERANCE`; the message names the sum.

    Examples
    --------
    >>> normalised([0.5, 0.25], "children")
    Traceback (most recent call last):
    segkit.errors.InvalidInput: children sums to 0.75: the probabilities of everything that can be must add up to 1
    """
    values = list(given)
    found = [
        Finding(
            "not-a-probability", "error", f"{name}[{place}]", f"{value!r:.40} is no probability", "Give a number from 0 to 1."
        )
        for place, value in enumerate(values)
        if not is_probability(value)
    ]
    if found:
        raise InvalidInput(f"{name} holds what is no probability", found)
    shares = list(map(float, values))  # type: ignore[arg-type] # every value is a probability
    total = fsum(shares)
    if abs(total - 1) > TOLERANCE:
        raise InvalidInput(f"{name} sums to {total:.10g}: the probabilities of everything that can be must add up to 1")
    return [share / total for share in shares]
