"""The families that visit a survey in the sandbox: an invented law, which a request may replace."""

from __future__ import annotations

from dataclasses import dataclass
from math import isclose
from typing import TYPE_CHECKING, Any

import numpy as np

from segkit.errors import InvalidInput
from segkit.findings import Finding
from segkit.sandbox.child_codes import NO_CHILDREN, OLDEST_MONTH, code_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Self

_MOST_CHILDREN = 20
_OLDEST = OLDEST_MONTH // 12
_CODES = np.array([[code_of(month, girl) for month in range(1, OLDEST_MONTH + 1)] for girl in (0, 1)])


@dataclass(frozen=True, slots=True)
class FamilyLaw:
    """How many children a family has, and what each is, apart from the others.

    Attributes
    ----------
    children
        Shares of families with 0, 1, 2, ... children.
    boy
        Share of boys.
    ages
        Shares of children by age in years, 0 to 17, a year's months alike; None is every month from 1 to 215 alike.
    """

    children: tuple[float, ...] = (0.60, 0.168, 0.152, 0.056, 0.024)
    boy: float = 0.512
    ages: tuple[float, ...] | None = None

    @classmethod
    def of(cls, asked: object) -> Self:
        """Make a law of a mapping such as ``{"children": [0.6, 0.4], "boy": 0.5, "ages": {"4": 1}}``; None is the usual law.

        Raises
        ------
        InvalidInput
            When a name is unknown, or shares are none or do not add up to 1.
        """
        if asked is None:
            return cls()
        given: Mapping[str, Any] = asked if isinstance(asked, dict) else {"law": asked}
        findings = [
            Finding("household-law", "error", f"law.{name}", f"{value!r} cannot be used", _FIXES.get(name, _NAMES))
            for name, value in given.items()
            if name not in _CHECKS or not _CHECKS[name](value)
        ]
        if findings:
            raise InvalidInput("no such law of families", findings)
        details = {name: value for name, value in given.items() if value is not None}
        if "ages" in details:
            by_age = {int(age): share for age, share in details["ages"].items()}
            details["ages"] = tuple(float(by_age.get(age, 0)) for age in range(_OLDEST + 1))
        if "children" in details:
            details["children"] = tuple(map(float, details["children"]))
        return cls(**details)

    @property
    def words(self) -> str:
        """The law in words."""
        counts = ", ".join(f"{count}: {share:g}" for count, share in enumerate(self.children))
        years = "" if self.ages is None else ", ".join(f"{age}: {share:g}" for age, share in enumerate(self.ages) if share)
        ages = f"ages in years {years}, the months of a year alike" if years else f"ages uniform over months 1-{OLDEST_MONTH}"
        return f"children {counts}; boys {self.boy:g}; {ages}; a family's children apart from each other"

    def families(self, generator: np.random.Generator, count: int) -> list[list[int]]:
        """Draw families as the codes of their children; 167 stands for none."""
        sizes = generator.choice(len(self.children), count, p=_whole(self.children))
        total = int(sizes.sum())
        months = generator.choice(OLDEST_MONTH, total, p=self._months())
        girls = (generator.random(total) >= self.boy).astype(int)
        codes = _CODES[girls, months].tolist()
        ends = np.cumsum(sizes).tolist()
        starts = [0, *ends[:-1]]
        return [codes[start:end] or [NO_CHILDREN] for start, end in zip(starts, ends, strict=True)]

    def _months(self) -> np.ndarray | None:
        """Return the share of every month, None where all are alike."""
        if self.ages is None:
            return None
        years = np.arange(1, OLDEST_MONTH + 1) // 12
        return _whole(np.asarray(_whole(self.ages))[years] / np.bincount(years)[years])


def _whole(shares: Any) -> np.ndarray:  # noqa: ANN401 - whatever numpy makes an array of
    """Return shares that add up to 1 as nearly as numbers can."""
    found = np.asarray(shares, dtype=float)
    return np.asarray(found / found.sum())


def _is_share(value: object) -> bool:
    return type(value) in (int, float) and 0 <= value <= 1  # type: ignore[operator]


def _are_shares(values: list[Any]) -> bool:
    return all(map(_is_share, values)) and isclose(sum(values), 1, abs_tol=1e-9)


def _are_ages(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    ages = [str(age) for age in value]
    known = set(map(str, range(_OLDEST + 1)))
    return set(ages) <= known and len(set(ages)) == len(ages) and _are_shares(list(value.values()))


_NAMES = "A law has children, boy and ages."
_FIXES = {
    "children": f"Give the shares of families with 0, 1, 2, ... children, {_MOST_CHILDREN} at most, which add up to 1.",
    "boy": "Give the share of boys, 0 to 1.",
    "ages": f"Map ages in years, 0 to {_OLDEST}, to shares which add up to 1.",
}
_CHECKS: dict[str, Callable[[Any], bool]] = {
    "children": lambda value: isinstance(value, list | tuple) and 0 < len(value) <= _MOST_CHILDREN + 1 and _are_shares([*value]),
    "boy": _is_share,
    "ages": lambda value: value is None or _are_ages(value),
}
