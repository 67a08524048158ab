"""A segment as somebody wants it: checked before it is sent, and found again at the vendor."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from segkit.errors import InvalidInput
from segkit.findings import Finding, Findings
from segkit.registry.bounds import check_id, check_order, check_text, check_writable, whole
from segkit.registry.criteria import Criterion, check_criteria, criteria_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segkit.registry.segments import Segment

_NUMBERS = ("segment_id", "order", "org_id", "group_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A segment as it is wanted.

    Attributes
    ----------
    name, criteria, ref, order, org_id, group_id
        As of a `Segment`; no `org_id` is the installation's primary organisation.
    segment_id
        The id that it is to have; None leaves it to the vendor.
    """

    name: str
    criteria: tuple[Criterion, ...]
    ref: str | None = None
    order: int = 0
    org_id: int | None = None
    group_id: int = 0
    segment_id: int | None = None

    @classmethod
    def of(cls, **given: Any) -> Self:  # noqa: ANN401 - whatever a user has
        """Make a draft of what a user hands in: criteria in any form, numbers of numpy, digits.

        Raises
        ------
        InvalidInput
            When a text is no text, or a number no whole one.
        """
        return cls(**_values({name: value for name, value in given.items() if value is not None}))

    @classmethod
    def of_segment(cls, segment: Segment) -> Self:
        """Make a draft of what is kept."""
        texts: dict[str, Any] = {"name": segment.name, "ref": segment.ref or None, "criteria": segment.criteria}
        return cls(**texts, order=segment.order, org_id=segment.org_id, group_id=segment.group_id, segment_id=segment.segment_id)

    def with_changes(self, **changes: Any) -> Self:  # noqa: ANN401 - whatever a user has
        """Return the draft with other values; None leaves a value as it is, an empty reference clears it."""
        return replace(self, **_values({name: value for name, value in changes.items() if value is not None}))

    def check(self) -> Findings:
        """Find what the vendor would refuse, and what it may read in another way."""
        return Findings([*self._found(), *check_criteria(self.criteria)])

    def _found(self) -> Iterator[Finding]:
        if self.segment_id is not None:
            yield from check_id(self.segment_id)
        yield from check_text(self.name, "name", required=True)
        yield from check_text(self.ref or "", "ref")
        yield from check_order(self.order)
        for name, number in (("org_id", self.org_id), ("group_id", self.group_id)):
            if number is not None and number < 0:
                yield Finding("id-out-of-bounds", "error", name, f"{number} is no id", "Use a number from 0.")
        for place, criterion in enumerate(self.criteria):
            yield from check_writable(criterion.value, f"criteria[{place}].value")

    def is_kept_as(self, segment: Segment) -> bool:
        """Whether a segment at the vendor is this one, whatever its id; spaces around texts and the criteria's order aside."""
        if self.org_id not in {None, segment.org_id} or (self.order, self.group_id) != (segment.order, segment.group_id):
            return False
        if (self.name.strip(), (self.ref or "").strip()) != (segment.name.strip(), (segment.ref or "").strip()):
            return False
        return _sorted(self.criteria) == _sorted(segment.criteria)


def _sorted(criteria: tuple[Criterion, ...]) -> list[tuple[str, str, str]]:
    return sorted((each.field, each.op, each.value) for each in criteria)


def _values(given: dict[str, Any]) -> dict[str, Any]:
    values = dict(given)
    for name in _NUMBERS:
        if values.get(name) is not None:
            values[name] = whole(values[name])
            if values[name] is None:
                raise InvalidInput(f"{name} is {given[name]!r}: give a whole number")
    for name in ("name", "ref"):
        if not isinstance(values.get(name, ""), str):
            raise InvalidInput(f"{name} is {values[name]!r}: give text")
    if "ref" in values:
        values["ref"] = values["ref"] or None
    if "criteria" in values:
        values["criteria"] = criteria_of(values["criteria"])
    return values
