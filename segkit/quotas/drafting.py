"""A design while it is drawn: cells painted into layers, every step to be undone. Each step returns another draft."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Self

from segkit.errors import InvalidInput
from segkit.quotas import codes as table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from segkit.quotas.codes import Unit
    from segkit.quotas.design import QuotaDesign
    from segkit.quotas.quota import Quota

LONGEST_HISTORY = 200


def whole_year(gender: str, age: int) -> int:
    """Return the mask of the children of a gender who are of an age in years, by the codes that they carry themselves."""
    return table.mask(table.child_codes(gender, ages=age), "years")


_YEARS_OF_MONTHS = tuple(whole_year(gender, age) for gender in table.GENDERS for age in (1, 2, 3))
_MONTHS_OF_YEARS = frozenset(month for child in table.CHILDREN for month in table.EXPANSION[child.code] - {child.code})


def written(mask: int) -> tuple[frozenset[int], Unit]:
    """Return the codes that ask for the children of a mask, and their unit.

    Years where every year of the ages 1 to 3 is wanted whole or not at all, else months: a year code stands for one month then.
    """
    if any(mask & year not in (0, year) for year in _YEARS_OF_MONTHS):
        return frozenset(table.codes_of(mask)), "months"
    return frozenset(table.codes_of(mask)) - _MONTHS_OF_YEARS, "years"


@dataclass(frozen=True)
class Draft:
    """A design that is being drawn.

    Attributes
    ----------
    layer
        The id of the quota that is painted on; None is the survey's qualification.
    follows
        Whether the qualification is whatever the quotas want together.
    """

    design: QuotaDesign
    layer: str | None = None
    follows: bool = True
    past: tuple[tuple[QuotaDesign, str | None, bool], ...] = ()
    future: tuple[tuple[QuotaDesign, str | None, bool], ...] = ()

    @classmethod
    def of(cls, design: QuotaDesign) -> Self:
        """Begin with a design; the qualification follows where it is what the quotas want together.

        Raises
        ------
        InvalidInput
            When two quotas have one id: nobody could tell which is painted on.
        """
        ids = [quota.id for quota in design.quotas]
        if twice := sorted({name for name in ids if ids.count(name) > 1}):
            raise InvalidInput(f"several quotas have the id {', '.join(map(repr, twice))}: give each its own")
        layer = design.quotas[0].id if design.quotas else None
        entry = design.qualification
        draft = cls(design, layer)
        follows = entry is None or table.mask(entry, design.qualification_unit or "years") == draft.wanted
        return replace(draft, follows=follows)

    @property
    def wanted(self) -> int:
        """The mask of the families that any quota wants."""
        return reduce(or_, (mask_of(quota) for quota in self.design.quotas), 0)

    @property
    def entry(self) -> int:
        """The mask of the families that may enter: all while the qualification is not said."""
        asked = self.design.qualification
        return table.mask(table.CODES if asked is None else asked, self.design.qualification_unit or "years")

    @property
    def mask(self) -> int:
        """The mask of the layer that is painted on; nothing of a qualification that is not said."""
        if self.layer is None:
            return 0 if self.design.qualification is None else self.entry
        return mask_of(self._quota(self.layer))

    def paint(self, codes: Iterable[int], *, on: bool) -> Self:
        """Add children to the layer, or take them out, by the codes that they carry themselves."""
        painted = table.mask(codes, "months")
        mask = self.mask | painted if on else self.mask & ~painted
        asked, unit = written(mask)
        if self.layer is None:
            entry = self.design.replace(qualification=asked, qualification_unit="months" if unit == "months" else None)
            return self._step(entry, follows=False)
        quota = replace(self._quota(self.layer), codes=asked, unit=unit)
        return self._step(self._with(quota))

    def select(self, layer: str | None) -> Self:
        """Paint on another layer."""
        if layer is not None:
            self._quota(layer)
        return replace(self, layer=layer)

    def add_quota(self, count: int = 100) -> Self:
        """Add an empty quota and paint on it."""
        taken = {quota.id for quota in self.design.quotas}
        name = next(f"quota {n}" for n in range(1, len(taken) + 2) if f"quota {n}" not in taken)
        return self._step(self.design.with_quota(name, (), count), layer=name)

    def drop_quota(self) -> Self:
        """Take the quota that is painted on away."""
        if self.layer is None:
            raise InvalidInput("the survey's qualification is no quota: select a quota to take it away")
        left = self.design.without_quota(self.layer)
        return self._step(left, layer=left.quotas[0].id if left.quotas else None)

    def rename(self, name: str) -> Self:
        """Give the quota that is painted on another id."""
        name = name.strip()
        if self.layer is None or name == self.layer:
            return self
        if not name or any(quota.id == name for quota in self.design.quotas):
            raise InvalidInput(f"{name!r} is no id for a quota: give one that no other quota has")
        quota = replace(self._quota(self.layer), id=name)
        return self._step(self._with(quota, self.layer), layer=name)

    def count(self, count: int) -> Self:
        """Set how many completes the quota that is painted on wants."""
        if self.layer is None:
            raise InvalidInput("the survey's qualification has no count: select a quota")
        return self._step(self._with(replace(self._quota(self.layer), count=_counted(count))))

    def completes(self, completes: int | None) -> Self:
        """Set how many completes the survey needs; None is not said."""
        return self._step(self.design.replace(completes=None if completes is None else _counted(completes)))

    def follow(self, follows: bool) -> Self:  # noqa: FBT001 - a switch
        """Let the qualification follow the quotas, or stay as it is."""
        return self._step(self.design, follows=follows)

    def load(self, design: QuotaDesign) -> Self:
        """Go on with another design; undo leads back."""
        fresh = type(self).of(design)
        return self._step(design, layer=fresh.layer, follows=fresh.follows)

    def undo(self) -> Self:
        """Take the last step back; nothing where there is none."""
        if not self.past:
            return self
        *past, (design, layer, follows) = self.past
        return type(self)(design, layer, follows, tuple(past), ((self.design, self.layer, self.follows), *self.future))

    def redo(self) -> Self:
        """Take the last undo back."""
        if not self.future:
            return self
        (design, layer, follows), *future = self.future
        return type(self)(design, layer, follows, (*self.past, (self.design, self.layer, self.follows)), tuple(future))

    def _step(self, design: QuotaDesign, **changes: str | bool | None) -> Self:
        """Go on to another design, remembering this one."""
        changed = replace(self, design=design, **changes)  # type: ignore[arg-type] # the layer and whether it follows
        if changed.follows and design.quotas:
            asked, unit = written(changed.wanted)
            entry = design.replace(qualification=asked, qualification_unit="months" if unit == "months" else None)
            changed = replace(changed, design=entry)
        past = (*self.past, (self.design, self.layer, self.follows))[-LONGEST_HISTORY:]
        return replace(changed, past=past, future=())

    def _quota(self, name: str) -> Quota:
        for quota in self.design.quotas:
            if quota.id == name:
                return quota
        raise InvalidInput(f"there is no quota {name!r}; there are {[quota.id for quota in self.design.quotas]}")

    def _with(self, quota: Quota, before: str | None = None) -> QuotaDesign:
        quotas = tuple(quota if other.id == (before or quota.id) else other for other in self.design.quotas)
        return self.design.replace(quotas=quotas)


def mask_of(quota: Quota) -> int:
    """Return the children that a quota wants, by the codes that they carry themselves."""
    return table.mask(quota.codes or (), quota.unit)


def _counted(count: int) -> int:
    if isinstance(count, bool) or not isinstance(count, int) or count < 0:
        raise InvalidInput(f"{count!r} is no count: give a whole number from 0")
    return count
