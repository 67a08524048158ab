"""One measurement."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Row(NamedTuple):
    """What was measured, its value and unit, the bound in words, and whether it holds."""

    work: str
    value: float
    unit: str
    bound: str
    held: bool


def at_most(work: str, value: float, unit: str, bound: float) -> Row:
    """Make a row whose value must not be greater."""
    return Row(work, value, unit, f"<= {bound:g}", value <= bound)


def at_least(work: str, value: float, unit: str, bound: float) -> Row:
    """Make a row whose value must not be less."""
    return Row(work, value, unit, f">= {bound:g}", value >= bound)


def best(work: Callable[[], object], times: int = 9) -> float:
    """Return the seconds of the quickest run: what the work takes when nothing else disturbs it."""
    seconds = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return min(seconds)


def interleaved(first: Callable[[], object], second: Callable[[], object], times: int = 9) -> tuple[float, float]:
    """Return the best seconds of two works run in turns, so that a slow moment of the machine meets both."""
    pairs = [(best(first, 1), best(second, 1)) for _ in range(times)]
    return min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)
