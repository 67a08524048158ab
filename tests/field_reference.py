"""A field, family by family, in plain loops: the reference for every quicker way. It shares no code with the engine."""

import random
from bisect import bisect_right
from collections import Counter, deque
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
    over: int = 0
    time: float = 0.0


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


@dataclass
class _Hours:
    """A field on an axis of time, a family a unit of time in the mean."""

    wanted: Wanted
    course: Course
    places: list[int]
    remaining: list[int]
    met: list[int] = field(default_factory=list)
    time: float = 0.0
    is_open: bool = True

    def look(self) -> None:
        """Look who would be met with what, and whether the field is still open."""
        each = self.wanted.patterns
        self.met = [status(self.wanted, own, qualified=q, places=self.places, remaining=self.remaining) for _, own, q in each]
        goal = self.wanted.goal
        self.is_open = self.is_open and COMPLETE in self.met and (goal is None or self.course.completes < goal)

    def leave(self, quotas: frozenset[int], dice: random.Random, conversion: float) -> None:
        """Let a family leave its interview: it completes, or not; late is whoever would not be admitted any more."""
        goal = self.wanted.goal
        is_late = any(self.places[quota] <= 0 for quota in quotas)
        is_late = is_late or (goal is not None and self.course.completes >= goal)
        if dice.random() >= (conversion if is_late else self.wanted.ir):
            self.course.visits[FAILED] += 1
            return
        self.course.visits[COMPLETE] += 1
        self.course.completes += 1
        self.course.over += is_late
        for quota in quotas:
            self.course.fills[quota] += 1
            self.places[quota] -= 1
            self.remaining[quota] -= 1
        if any(self.places[quota] <= 0 for quota in quotas) or (goal is not None and self.course.completes >= goal):
            self.look()  # nothing else changes what anybody is met with


def run_in_time(wanted: Wanted, dice: random.Random, length: float, conversion: float | None = None) -> Course:
    """Let families come as a Poisson process, one a unit of time in the mean; interviews take `length`, and end as they began.

    Nobody is in an interview at the start. The field closes with the complete that reaches the goal, or after which nobody can
    be admitted; who is in an interview then still ends it. `conversion` is the share of these, and of those whose quota closed,
    that completes.
    """
    places, remaining = list(wanted.open_places), list(wanted.remaining)
    course = Course(0, 0, [0] * len(places), Counter())
    hours = _Hours(wanted, course, places, remaining)
    hours.look()
    inside: deque[tuple[float, frozenset[int]]] = deque()
    share, last = wanted.ir if conversion is None else conversion, len(hours.met) - 1
    comes = dice.expovariate(1)
    while inside or hours.is_open:
        if inside and (inside[0][0] <= comes or not hours.is_open):
            now, quotas = inside.popleft()
            was_open = hours.is_open
            hours.leave(quotas, dice, share)
            course.time = now if was_open else course.time
            continue
        at = min(bisect_right(wanted.cumulated, dice.random() * wanted.cumulated[-1]), last)
        course.arrivals += 1
        if hours.met[at] == COMPLETE:
            inside.append((comes + length, wanted.patterns[at][1]))
        else:
            course.visits[hours.met[at]] += 1
        comes += dice.expovariate(1)
    return course
