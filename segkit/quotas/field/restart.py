"""A survey in mid-field whose design is changed, or stands beside others: what came stays, what is left follows the counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from segkit.errors import InvalidInput
from segkit.findings import Finding
from segkit.quotas.field.opening import field_of, open_field, restarted
from segkit.quotas.field.standing import Standing, by_id, standings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Self

    from segkit.quotas.design import QuotaDesign
    from segkit.quotas.field.admission import Field, Policy
    from segkit.quotas.field.events import Given
    from segkit.quotas.field.households import Households
    from segkit.quotas.field.standing import State

CARRIED = (
    "assumed: completes so far stay counted in the quotas that they were counted in, and where the vendor has opened fewer "
    "places than remain, a higher count opens none"
)


class Restart(NamedTuple):
    """Where a survey stands.

    Attributes
    ----------
    first
        The design that is in the field.
    state, achieved
        As they were told, of that design.
    quotas
        Where each quota stands, by its id, in the first design that has it; None at launch.
    """

    first: QuotaDesign
    state: State | None = None
    achieved: int | None = None
    quotas: Mapping[str, Standing] | None = None

    @classmethod
    def of(cls, designs: Sequence[QuotaDesign], state: State | None, achieved: int | None) -> Self:
        """Read a state as `segkit.quotas.field.standing.standings` does, of designs of which each has some of the quotas.

        Raises
        ------
        InvalidInput
            When the state tells of a quota that no design has, or cannot be.
        """
        if state is None:
            return cls(designs[0], None, achieved)
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
        first = {quota.id: told[quota.id] for quota in designs[0].quotas if quota.id in told}
        return cls(designs[0], first, achieved, known)

    def open_field(self, design: QuotaDesign, law: Households, *, policy: Policy, match: Given | None, seed: int) -> Field:
        """Open the field of a design that has some of the quotas, as the survey stands."""
        how: dict[str, Any] = {"policy": policy, "match": match, "achieved": self.achieved, "seed": seed}
        if self.quotas is None or design == self.first:
            return open_field(design, law, state=self.state, **how)
        found = self.standings(design)
        return field_of(design, law, found, notes=(restarted(design, found, self.achieved), CARRIED), **how)

    def standings(self, design: QuotaDesign) -> list[Standing]:
        """Return where the quotas of a design stand: what came is carried over, what remains follows its counts."""
        launched = zip(design.quotas, standings(design, None, None), strict=True)
        return [_carried((self.quotas or {}).get(quota.id), at_launch) for quota, at_launch in launched]


def is_held(standing: Standing) -> bool:
    """Whether the vendor has opened fewer places of a quota than remain."""
    return standing.open_places < standing.remaining


def _carried(so_far: Standing | None, at_launch: Standing) -> Standing:
    if so_far is None:
        return at_launch
    remaining = max(0, at_launch.remaining - so_far.achieved)
    return Standing(so_far.achieved, remaining, min(remaining, so_far.open_places) if is_held(so_far) else remaining)
