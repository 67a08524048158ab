"""One quota of a design."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

from segkit.characters import HALF
from segkit.errors import InvalidInput
from segkit.findings import Findings
from segkit.quotas import codes as table
from segkit.quotas.criteria import asked_of, codes_given, criteria_given, filled, others_given, placed, unreadable
from segkit.quotas.describing import describe_codes
from segkit.quotas.targets import listed, whole
from segkit.quotas.writing import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from segkit.quotas.codes import Unit

UNITS: tuple[Unit, ...] = ("years", "months")
KNOWN = ("buyer_quota_id", "required_count", "criteria")
_NONE = frozenset({table.NO_CHILDREN})
_UNNAMED = re.compile(r"quota \d+\Z")


@dataclass(frozen=True)
class Quota:
    """A quota of a design.

    Attributes
    ----------
    id
        The buyer's id; ``quota 2`` for the second of a document that has none, which is not written.
    codes
        The codes of qualification 232 of which any child must have one; None where the quota does not ask for children.
    count
        How many completes; None where a document does not say.
    unit
        What the codes mean: ``years`` or ``months``; always ``years`` where there is no age, as with 167 alone.
    criteria
        Its other criteria, as the vendor writes them; all must be met.
    others
        Fields of the quota that segkit does not know, kept as they are.
    findings
        What upgrading it found, where a client sent it; never a part of its value.
    """

    id: str
    codes: frozenset[int] | None
    count: int | None
    unit: Unit = "years"
    criteria: tuple[Mapping[str, Any], ...] = ()
    others: Mapping[str, Any] = field(default_factory=dict)
    written: Mapping[str, Any] | None = field(default=None, compare=False, repr=False)
    findings: Findings = field(default_factory=Findings, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not isinstance(self.id, str):
            raise InvalidInput(f"the id of a quota is {self.id!r}: give text")
        if HALF.search(self.id):
            raise InvalidInput(f"the id of a quota is {self.id!r}: it holds half of a character; read it again, as UTF-8")
        if self.unit not in UNITS:
            raise InvalidInput(f"unit is {self.unit!r}: give 'years' or 'months'")
        if self.count is not None and whole(self.count) is None:
            raise InvalidInput(f"the count of quota {self.id!r} is {self.count!r}: give a whole number, or None")
        codes = codes_given(self.codes)
        unit = "years" if codes in {None, _NONE} else self.unit
        own: dict[str, Any] = {"codes": codes, "count": whole(self.count), "unit": unit}
        own |= {"criteria": criteria_given(self.criteria, codes), "others": others_given(self.others, KNOWN)}
        for name, value in own.items():
            object.__setattr__(self, name, value)

    def __hash__(self) -> int:
        return hash((self.id, self.codes, self.count, self.unit))

    @property
    def families(self) -> str:
        """Whom it wants, in words."""
        if self.codes is None:
            return "whoever meets the other criteria" if self.criteria else "any family"
        return describe_codes(self.codes, self.unit)

    def payload(self) -> dict[str, Any]:
        """Return the quota as the vendor writes it."""
        known = {"buyer_quota_id": self._written_id(), "required_count": self.count, "criteria": self._criteria()}
        return filled(self.written, known, self.others)

    def onto(self, there: Quota | None) -> Quota:
        """Return the quota in the order, and with the unknown fields, of one that was read."""
        if there is None or self.written is not None:
            return self
        others = {**there.others, **self.others}
        count = there.count if self.count is None else self.count
        return replace(self, count=count, criteria=self.criteria or there.criteria, others=others, written=there.written)

    def _written_id(self) -> object:
        """Return the id as it was written, None where the document had none."""
        if self.written is None:
            return self.id
        before = self.written.get("buyer_quota_id")
        is_kept = _UNNAMED.match(self.id) if before is None else str(before) == self.id
        return before if is_kept else self.id

    def _criteria(self) -> list[dict[str, Any]] | None:
        before = None if self.written is None else self.written.get("criteria")
        criteria = placed(listed(before), self.codes, self.criteria, None if self.codes == _NONE else self.unit)
        return criteria or (before if self.written is not None and not before else [])

    @classmethod
    def of(cls, written: Mapping[str, Any], place: int) -> Self:
        """Read a quota of a document; `place` names it where it has no id."""
        written = plain(written, f"$.quotas[{place}]")
        asked, criteria, unit = asked_of(written.get("criteria"), f"$.quotas[{place}].criteria")
        others = {name: value for name, value in written.items() if name not in KNOWN}
        count = written.get("required_count")
        if count is not None and whole(count) is None:
            raise unreadable(f"$.quotas[{place}].required_count", f"{count!r} is no whole number")
        quota_id = written.get("buyer_quota_id")
        return cls(
            f"quota {place + 1}" if quota_id is None else str(quota_id),
            asked,
            whole(count),
            unit or "years",
            tuple(criteria),
            others,
            written,
        )
