"""Criteria that are not about children, as events with stated shares: independent of the children and of each other.

Criteria of one qualification with disjoint codes exclude each other; criteria with the same codes are one event.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

from segkit.errors import InvalidInput
from segkit.findings import Finding
from segkit.quotas.probability import TOLERANCE, is_probability
from segkit.quotas.targets import listed, whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Self

    Given = Mapping[Any, float]

_Key = tuple[int, frozenset[str]]

YEARS = 311
NOT_MODELLED = "criterion-not-modelled"


class Span(NamedTuple):
    """A range of a criterion, both ends included, in the vendor's unit."""

    unit: int
    first: int
    last: int


@dataclass(frozen=True, order=True)
class Event:
    """What a criterion asks for: any of some codes or ranges of a qualification."""

    qualification: int
    codes: tuple[str, ...]
    ranges: tuple[Span, ...] = ()

    @classmethod
    def of(cls, criterion: Mapping[str, Any]) -> Self | None:
        """Read a criterion; None where it asks for nothing that can be told."""
        qualification = whole(criterion.get("qualification_code"))
        codes = {_plain(code) for code in listed(criterion.get("condition_codes"))}
        ranges = [_span(written) for written in listed(criterion.get("range_sets"))]
        if qualification is None or None in ranges or not (codes or ranges):
            return None
        return cls(qualification, tuple(sorted(codes, key=_numerically)), tuple(sorted({span for span in ranges if span})))

    @property
    def parts(self) -> list[str]:
        """Its codes and ranges as text."""
        return [*self.codes, *(f"{first}-{last}" + ("" if unit == YEARS else f"({unit})") for unit, first, last in self.ranges)]

    @property
    def key(self) -> str:
        """Its name in ``match``, such as ``211:111`` or ``229:111+112``."""
        return f"{self.qualification}:{'+'.join(self.parts)}"

    def excludes(self, other: Event) -> bool:
        """Whether nobody can meet both."""
        if set(self.codes) & set(other.codes) or (self.codes and other.ranges) or (self.ranges and other.codes):
            return False
        pairs = [(mine, theirs) for mine in self.ranges for theirs in other.ranges]
        return all(a.unit == b.unit and (a.last < b.first or b.last < a.first) for a, b in pairs)


def _span(written: object) -> Span | None:
    if not isinstance(written, dict):
        return None
    first, last, unit = whole(written.get("from")), whole(written.get("to")), whole(written.get("units", YEARS))
    return None if first is None or last is None or unit is None else Span(unit, first, last)


def _plain(code: object) -> str:
    number = whole(code)
    return str(code).strip() if number is None else str(number)


def _numerically(code: str) -> tuple[bool, int, str]:
    number = whole(code)
    return number is None, number or 0, code


@dataclass(frozen=True)
class Trait:
    """A qualification other than 232: its events, which exclude each other, and the share of respondents that meet each."""

    qualification: int
    events: tuple[Event, ...]
    shares: tuple[float, ...]


def traits(asked: Iterable[tuple[str, Event]], match: Given | None) -> tuple[tuple[Trait, ...], list[Finding]]:
    """Give each event its share.

    Parameters
    ----------
    asked
        The JSON path of each criterion and what it asks for.
    match
        Shares by `Event.key` (codes in any order), or by the bare qualification where one event only has it.

    Returns
    -------
    The traits, by qualification, and what keeps a criterion from being modelled.

    Raises
    ------
    InvalidInput
        When `match` itself cannot be read.
    """
    given = _given(match or {})
    paths: dict[Event, str] = {}
    for path, event in asked:
        paths.setdefault(event, path)
    found: list[Finding] = []
    made = []
    for qualification in sorted({event.qualification for event in paths}):
        events = tuple(sorted(event for event in paths if event.qualification == qualification))
        shares = [_share(event, given, alone=len(events) == 1) for event in events]
        found += _missing(events, shares, paths)
        found += _clashing(events, shares, paths)
        total = max(1.0, sum(share or 0.0 for share in shares))
        made.append(Trait(qualification, events, tuple((share or 0.0) / total for share in shares)))
    return tuple(made), found


def unused(made: Iterable[Trait], match: Given | None) -> list[str]:
    """Return the keys of `match` that none of the events has.

    Raises
    ------
    InvalidInput
        As of `traits`.
    """
    given = _given(match or {})
    used: set[_Key] = set()
    for trait in made:
        for event in trait.events:
            own = trait.qualification, frozenset(event.parts)
            used.add(own if own in given or len(trait.events) > 1 else (trait.qualification, frozenset()))
    return [str(key) for key in match or {} if not used.issuperset(_given({key: 0.0}))]


def check_match(match: Given | None) -> None:
    """Refuse shares that cannot be read, whatever a design asks for.

    Raises
    ------
    InvalidInput
        As of `traits`.
    """
    _given(match or {})


def _given(match: Given) -> dict[_Key, float]:
    """Read the shares by qualification and codes; no codes are the bare qualification."""
    if not hasattr(match, "items"):
        raise InvalidInput(f'match is {match!r:.60}: give shares by criterion, such as {{"211:111": 0.49}}')
    given: dict[_Key, float] = {}
    for key, share in match.items():
        before, _, codes = str(key).partition(":")
        qualification = whole(before)
        if qualification is None:
            raise InvalidInput(f'match has the key {key!r}: write "qualification:codes joined by +", such as "211:111+112"')
        if not is_probability(share):
            raise InvalidInput(f"match[{key!r}] is {share!r}: give the share of respondents that meet it, from 0 to 1")
        own = qualification, frozenset(_plain(code) for code in codes.split("+") if code.strip())
        if own in given:
            raise InvalidInput(f"match tells {key!r} twice: leave one out")
        given[own] = float(share)
    return given


def _share(event: Event, given: Mapping[_Key, float], *, alone: bool) -> float | None:
    bare = given.get((event.qualification, frozenset())) if alone else None
    return given.get((event.qualification, frozenset(event.parts)), bare)


def _missing(events: Iterable[Event], shares: Iterable[float | None], paths: Mapping[Event, str]) -> Iterator[Finding]:
    for event, share in zip(events, shares, strict=True):
        if share is None:
            message = f"qualification {event.qualification} is not modelled: no law of families says who meets it"
            fix = f'Give the share of respondents that meet it: match={{"{event.key}": 0.5}}, with your number.'
            yield Finding(NOT_MODELLED, "error", paths[event], message, fix)


def _clashing(events: tuple[Event, ...], shares: Iterable[float | None], paths: Mapping[Event, str]) -> Iterator[Finding]:
    for one, other in combinations(events, 2):
        if not one.excludes(other):
            message = f"{other.key} and {one.key} overlap without being the same: their shares do not say how many meet both"
            yield Finding(NOT_MODELLED, "error", paths[other], message, "Write them so that they share no code, or are the same.")
    total = sum(share or 0.0 for share in shares)
    if total > 1 + TOLERANCE:
        keys = ", ".join(event.key for event in events)
        message = f"nobody meets two of {keys}, so their shares cannot add up to {total:.6g}"
        yield Finding(NOT_MODELLED, "error", paths[events[0]], message, "Give shares of all respondents, at most 1 together.")
