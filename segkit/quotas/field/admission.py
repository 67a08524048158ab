"""The vendor's order of operations: which families a survey admits while some of its quotas are closed.

PureSpectrum, Respondent Order of Operations. After the duplicates (15, 32), which no design changes: a mismatch of the survey's
qualification is a termination (13); whoever matches any closed quota is turned away (12, or 24 while the quota has places left
that are not open); then, where a qualification has quotas, an open one of that set must match, else nothing does (35). The rest
is admitted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from segkit.errors import InvalidInput

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from segkit.quotas.field.patterns import Patterns

Policy = Literal["per_qualification_set", "any", "none"]
POLICIES: tuple[Policy, ...] = get_args(Policy)

COMPLETE, TERMINATED, QUOTA_FULL, UNOPENED, NO_MATCHED_QUOTA = 21, 13, 12, 24, 35
STATUSES = {
    COMPLETE: "complete",
    TERMINATED: "termination: outside the survey's qualification",
    QUOTA_FULL: "quota full",
    UNOPENED: "quota not open",
    NO_MATCHED_QUOTA: "no matched quota",
}
"""What a visit ends with, and the vendor's code for it."""


def check_policy(policy: object) -> None:
    """Refuse what is no policy of step 4.

    Raises
    ------
    InvalidInput
        When it is none of `POLICIES`.
    """
    if policy not in POLICIES:
        raise InvalidInput(f"policy is {policy!r}: give {', '.join(map(repr, POLICIES))}")


@dataclass(frozen=True, eq=False)
class Field:
    """A survey in the field: its patterns, its places, and the policy of step 4.

    Attributes
    ----------
    remaining
        Places left in each quota by its required count; shape (n_quotas,).
    open_places
        Places that may fill now, not above `remaining`; a quota closes when they are gone; shape (n_quotas,).
    goal
        Completes that the survey still needs; None where only the quotas end it.
    sets
        For each qualification that has quotas, the places of its quotas.
    """

    patterns: Patterns
    remaining: NDArray[np.int64]
    open_places: NDArray[np.int64]
    goal: int | None
    sets: tuple[tuple[int, ...], ...]
    policy: Policy = "per_qualification_set"
    notes: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        check_policy(self.policy)
        n_quotas = len(self.patterns.quota_ids)
        if not len(self.remaining) == len(self.open_places) == n_quotas:
            raise InvalidInput(f"{n_quotas} quotas need as many remaining and open places")

    def statuses(self, closed: NDArray[np.bool_], left: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
        """Return the status code with which a visit of each pattern ends.

        Parameters
        ----------
        closed
            Which quotas are closed; shape (n_quotas,).
        left
            Which of them have places that are not open; None is none. Shape (n_quotas,).

        Returns
        -------
        One of `STATUSES` a pattern; shape (n_patterns,).
        """
        matched = self.patterns.matched
        status = np.where(self._placed(closed), COMPLETE, NO_MATCHED_QUOTA)
        if left is not None:
            status[(matched & closed & left).any(axis=1)] = UNOPENED
        full = closed if left is None else closed & ~left
        status[(matched & full).any(axis=1)] = QUOTA_FULL
        status[~self.patterns.qualified] = TERMINATED
        return status

    def _placed(self, closed: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Whether a pattern matches the open quotas that the policy asks for."""
        matched = self.patterns.matched & ~closed
        if self.policy == "none" or not len(self.remaining):
            return np.ones(len(matched), dtype=bool)
        if self.policy == "any":
            return np.asarray(matched.any(axis=1))
        placed = np.ones(len(matched), dtype=bool)
        for quotas in self.sets:
            placed &= matched[:, list(quotas)].any(axis=1)
        return placed
