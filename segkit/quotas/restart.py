"""A survey in mid-field whose design is changed, or stands beside others: what came stays, what is left follows the counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from segkit.errors import InvalidInput
from segkit.findings import Finding
from segkit.quotas.standing import by_id, standings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Self

    from segkit.quotas.design import QuotaDesign
    from segkit.quotas.standing import Standing, State

CARRIED = (
    "assumed: completes so far stay counted in the quotas that they were counted in, and where the vendor has opened fewer "
    "places than remain, a higher count opens none"
)


class Restart(NamedTuple):
    """Where a survey stands.

    Attributes
    ----------
    achieved
        The completes so far, in all; None at launch.
    quotas
        Where each quota stands, by its id, in the first design that has it; None at launch.
    """

    achieved: int | None = None
    quotas: Mapping[str, Standing] | None = None

    @classmethod
    def of(cls, designs: Sequence[QuotaDesign], state: State | None, achieved: int | None) -> Self:
        """Read a state as `segkit.quotas.standing.standings` does, of designs of which each has some of the quotas.

        Raises
        ------
        InvalidInput
            When the state tells of a quota that no design has, or cannot be.
        """
        if state is None:
            standings(designs[0], None, achieved)
            return cls(achieved)
        told = by_id(state)
        ids = list(dict.fromkeys(quota.id for design in designs for quota in design.quotas))
        if strange := [quota_id for quota_id in told if quota_id not in ids]:
            found = [
                Finding("unknown-quota", "error", f"state[{each!r}]", "the design has no such quota", f"It has {ids}.")
                for each in strange
            ]
            raise InvalidInput("the field cannot be opened", found)
        known: dict[str, Standing] = {}
        for design in designs:
            own = {quota.id: told[quota.id] for quota in design.quotas if quota.id in told and quota.id not in known}
            each = zip(design.quotas, standings(design, own, achieved), strict=True)
            known |= {quota.id: standing for quota, standing in each if quota.id in own}
        return cls(achieved, known)

    def state(self, design: QuotaDesign) -> dict[str, dict[str, Any]] | None:
        """Return the state of a design that has some of the quotas, whatever their counts; None at launch."""
        if self.quotas is None:
            return None
        there = {quota.id: self.quotas[quota.id] for quota in design.quotas if quota.id in self.quotas}
        return {quota_id: _carried(standing) for quota_id, standing in there.items()}


def is_held(standing: Standing) -> bool:
    """Whether the vendor has opened fewer places of a quota than remain."""
    return standing.open_places < standing.remaining


def _carried(standing: Standing) -> dict[str, int]:
    held = {"currently_open": standing.open_places} if is_held(standing) else {}
    return {"achieved": standing.achieved, **held}
