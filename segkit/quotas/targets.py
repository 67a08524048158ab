"""What a survey document asks of families: its qualification 232, its quotas, and where each stands.

Nothing here judges: what cannot be read is left out of the numbers and kept as it is written, for the rules to tell of.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from segkit.printed import step
from segkit.quotas import codes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from segkit.quotas.codes import Unit

LEGACY = (218, 220, 221, 230)


def whole(value: object) -> int | None:
    """Return the whole number that a JSON value is, also when it is written as text; None when it is none.

    Examples
    --------
    >>> whole("133"), whole(133), whole(True), whole("13.5")
    (133, 133, None, None)
    """
    if isinstance(value, str):
        digits = value.strip()
        is_number = digits.isascii() and digits.removeprefix("-").isdigit() and len(digits) < len(str(2**63))
        return int(digits) if is_number else None
    return int(value) if isinstance(value, int | np.integer) and not isinstance(value, bool) else None


def listed(value: object) -> list[Any]:
    """Return a list as it is, an empty one for whatever is none."""
    return value if isinstance(value, list) else []


@dataclass(frozen=True, slots=True)
class ChildCriterion:
    """One criterion of qualification 232.

    Attributes
    ----------
    path
        Its JSON path.
    written
        Its condition codes as written; `numbers` the same read, None where one is no number.
    unit_code
        Its ``child_age_unit`` as written, None where there is none; `unit` what it means (years, as the vendor's server adds).
    codes
        The numbers that are written, known or not.
    mask
        The codes that it matches after the server's expansion, as `codes.mask` writes them.
    """

    path: str
    written: tuple[object, ...]
    numbers: tuple[int | None, ...]
    unit_code: object
    unit: Unit
    codes: frozenset[int]
    mask: int

    @classmethod
    def of(cls, criterion: Mapping[str, Any], path: str) -> ChildCriterion:
        """Read a criterion object."""
        written = tuple(listed(criterion.get("condition_codes")))
        numbers = tuple(map(whole, written))
        unit_code = criterion.get("child_age_unit")
        unit: Unit = "months" if whole(unit_code) == codes.MONTHS else "years"
        known = frozenset(number for number in numbers if number is not None)
        return cls(path, written, numbers, unit_code, unit, known, codes.mask(known, unit))

    def code_path(self, place: int) -> str:
        """Return the path of one of its codes."""
        return f"{self.path}.condition_codes[{place}]"


@dataclass(frozen=True, slots=True)
class QuotaTarget:
    """One quota: its path, its place among the quotas, what it wants; `others` are its criteria that are not 232."""

    path: str
    place: int
    quota_id: object
    title: object
    count: object
    children: tuple[ChildCriterion, ...]
    others: tuple[Mapping[str, Any], ...]

    @property
    def mask(self) -> int:
        """The codes of all of its criteria of 232 together; 0 where it has none."""
        together = 0
        for criterion in self.children:
            together |= criterion.mask
        return together

    @property
    def name(self) -> str:
        """What it is called in messages: its id, else its place."""
        return str(self.quota_id) if isinstance(self.quota_id, str) and self.quota_id else f"number {self.place + 1}"


@dataclass(frozen=True, slots=True)
class Targets:
    """What a document asks of families.

    Attributes
    ----------
    qualification
        The criteria of 232 at survey level; a family must match each.
    legacy
        Path and code of every criterion of a legacy qualification.
    """

    qualification: tuple[ChildCriterion, ...]
    quotas: tuple[QuotaTarget, ...]
    legacy: tuple[tuple[str, int], ...]
    completes: int | None
    _criteria: tuple[ChildCriterion, ...] = field(repr=False, default=())

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Targets:
        """Read a survey document."""
        legacy: list[tuple[str, int]] = []
        qualification, _ = _criteria(document.get("qualifications"), "$.qualifications", legacy)
        quotas = []
        for place, quota in enumerate(listed(document.get("quotas"))):
            if isinstance(quota, dict):
                path = step("$.quotas", place)
                children, others = _criteria(quota.get("criteria"), f"{path}.criteria", legacy)
                told = (quota.get("buyer_quota_id"), quota.get("quota_title"), quota.get("required_count"))
                quotas.append(QuotaTarget(path, place, *told, tuple(children), tuple(others)))
        every = (*qualification, *(criterion for quota in quotas for criterion in quota.children))
        return cls(tuple(qualification), tuple(quotas), tuple(legacy), whole(document.get("completes_required")), every)

    @property
    def criteria(self) -> tuple[ChildCriterion, ...]:
        """Every criterion of 232, those at survey level first."""
        return self._criteria


def _criteria(written: object, path: str, legacy: list[tuple[str, int]]) -> tuple[list[ChildCriterion], list[Mapping[str, Any]]]:
    """Tell the criteria of 232 from the others, and note the legacy ones."""
    children, others = [], []
    for where, criterion in _objects(written, path):
        code = whole(criterion.get("qualification_code"))
        if code == codes.CHILD_AGE_GENDER:
            children.append(ChildCriterion.of(criterion, where))
            continue
        others.append(criterion)
        if code in LEGACY:
            legacy.append((where, code))
    return children, others


def _objects(written: object, path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for place, entry in enumerate(listed(written)):
        if isinstance(entry, dict):
            yield step(path, place), entry
