"""How two quotas lie to each other: whether one family can be in both, and whether whoever is in one is in the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from segkit.quotas import codes as table
from segkit.quotas.targets import listed, whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from segkit.quotas.targets import QuotaTarget

UNREADABLE = -1
_MEASURES: Mapping[int, tuple[int, str]] = {
    table.YEARS: (table.MONTHS_A_YEAR, "age"),
    table.MONTHS: (1, "age"),
    321: (1, "US dollars"),
}


class Span(NamedTuple):
    """A range of another qualification; ages in months."""

    measure: str
    first: int
    last: int


class Condition(NamedTuple):
    """Another criterion of a quota: its qualification, and the codes or ranges of which one must be met."""

    qualification: int
    codes: frozenset[int | str]
    spans: tuple[Span, ...] | None

    def excludes(self, other: Condition) -> bool:
        """Whether nobody meets both who has one answer to the qualification."""
        if self.qualification != other.qualification or self.qualification == UNREADABLE:
            return False
        if self.codes and other.codes:
            return not self.codes & other.codes
        if not self.spans or not other.spans or len({span.measure for span in (*self.spans, *other.spans)}) > 1:
            return False
        return not any(one.first <= two.last and two.first <= one.last for one in self.spans for two in other.spans)


class Reach(NamedTuple):
    """Whom a quota reaches: the mask of each criterion of 232, all of them together, and its other criteria."""

    quota: QuotaTarget
    children: tuple[int, ...]
    mask: int
    conditions: tuple[Condition, ...]

    def shares(self, other: Reach) -> int:
        """Return the codes in both quotas; 0 where another criterion keeps their families apart."""
        shared = self.mask & other.mask
        return 0 if shared and any(one.excludes(two) for one in self.conditions for two in other.conditions) else shared

    def lies_within(self, other: Reach) -> bool:
        """Whether every family of this quota is in the other one too: each criterion there follows from one here."""
        for theirs in other.children:
            if not any(own | theirs == theirs for own in self.children):
                return False
        return all(
            any(own.qualification == theirs.qualification and _follows(own, theirs) for own in self.conditions)
            for theirs in other.conditions
        )


class Nest(NamedTuple):
    """Two quotas of which whoever is in the inner one is in the outer one too; `are_same` where that holds both ways."""

    inner: Reach
    outer: Reach
    are_same: bool


def nest(one: Reach, other: Reach) -> Nest | None:
    """Return how two quotas are nested; None where they are not. Of two that are the same, `one` is the inner."""
    if not one.mask & other.mask:
        return None
    if len(one.children) == len(other.children) == 1 and (one.mask | other.mask) not in (one.mask, other.mask):
        return None
    inside, around = one.lies_within(other), other.lies_within(one)
    if inside:
        return Nest(one, other, around)
    return Nest(other, one, are_same=False) if around else None


def _follows(own: Condition, theirs: Condition) -> bool:
    """Whether one criterion is the other, or asks for some of its codes; one that cannot be read follows from nothing."""
    if theirs.spans is None or theirs.qualification == UNREADABLE:
        return False
    return own == theirs or bool(own.codes and own.codes <= theirs.codes and not theirs.spans)


def reaches(quotas: Iterable[QuotaTarget]) -> list[Reach]:
    """Return whom each quota reaches that asks for codes of 232 which exist."""
    found = []
    for quota in quotas:
        if quota.mask:
            children = tuple(criterion.mask for criterion in quota.children)
            found.append(Reach(quota, children, quota.mask, tuple(map(_condition, quota.others))))
    return found


def _condition(criterion: Mapping[str, Any]) -> Condition:
    """Read another criterion; its spans are None where one of them cannot be read."""
    spans = [_span(span) for span in listed(criterion.get("range_sets"))]
    known = tuple(span for span in spans if span)
    written = [code for code in listed(criterion.get("condition_codes")) if isinstance(code, str | int)]
    codes = frozenset(code if (number := whole(code)) is None else number for code in written)
    qualification = whole(criterion.get("qualification_code"))
    return Condition(UNREADABLE if qualification is None else qualification, codes, known if len(known) == len(spans) else None)


def _span(written: object) -> Span | None:
    if not isinstance(written, dict):
        return None
    first, last = whole(written.get("from")), whole(written.get("to"))
    factor, measure = _MEASURES.get(whole(written.get("units", table.YEARS)) or 0, (0, ""))
    if first is None or last is None or not factor:
        return None
    return Span(measure, first * factor, last * factor + factor - 1)
