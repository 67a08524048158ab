"""A field, family by family, in plain loops: the reference for every quicker way. It shares no code with the engine."""

import random
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field
from itertools import accumulate

COMPLETE, TERMINATED, FULL, UNOPENED, UNMATCHED, FAILED = 21, 13, 12, 24, 35, 18


@dataclass
class Wanted:
    """What a survey wants: patterns as (share, quotas matched, qualified), and each quota's places."""

    patterns: list[tuple[float, frozenset[int], bool]]
    remaining: list[int]
    open_places: list[int]
    goal: int | None
    sets: list[list[int]]
    policy: str = "per_qualification_set"
    ir: float = 1.0
    cumulated: list[float] = field(init=False)

    def __post_init__(self) -> None:
        self.patterns = [pattern for pattern in self.patterns if pattern[0] > 0]
        self.cumulated = list(accumulate(share for share, _, _ in self.patterns))


@dataclass
class Course:
    """How a field went."""

    completes: int
    arrivals: int
    fills: list[int]
    visits: Counter[int]


def status(wanted: Wanted, quotas: frozenset[int], *, qualified: bool, places: list[int], remaining: list[int]) -> int:
    """Return what a visit ends with, by the vendor's order of operations."""
    if not qualified:
        return TERMINATED
    closed = [quota for quota in quotas if places[quota] <= 0]
    if any(remaining[quota] <= 0 for quota in closed):
        return FULL
    if closed:
        return UNOPENED
    if wanted.policy == "none" or not places:
        return COMPLETE
    if wanted.policy == "any":
        return COMPLETE if quotas else UNMATCHED
    return COMPLETE if all(quotas & set(one) for one in wanted.sets) else UNMATCHED


def run(wanted: Wanted, dice: random.Random) -> Course:
    """Let families come until the goal is reached, or nobody can be admitted any more."""
    places, remaining = list(wanted.open_places), list(wanted.remaining)
    course = Course(0, 0, [0] * len(places), Counter())

    def statuses() -> list[int]:
        return [status(wanted, quotas, qualified=q, places=places, remaining=remaining) for _, quotas, q in wanted.patterns]

    met = statuses()
    last = len(met) - 1
    while COMPLETE in met and (wanted.goal is None or course.completes < wanted.goal):
        at = min(bisect_right(wanted.cumulated, dice.random() * wanted.cumulated[-1]), last)
        visit = met[at]
        if visit == COMPLETE and wanted.ir < 1 and dice.random() >= wanted.ir:
            visit = FAILED
        course.arrivals += 1
        course.visits[visit] += 1
        if visit == COMPLETE:
            course.completes += 1
            quotas = wanted.patterns[at][1]
            for quota in quotas:
                course.fills[quota] += 1
                places[quota] -= 1
                remaining[quota] -= 1
            if any(places[quota] <= 0 for quota in quotas):
                met = statuses()
    return course
