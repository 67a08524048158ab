"""Which patterns pass while some quotas are closed: the order of operations of `admission`, prepared for many questions.

Whoever is admitted matches no closed quota, so that all the quotas that it matches are open: whether step 4 lets a pattern pass
does not depend on which quotas are closed. A pattern is `eligible` or never admitted, and of the eligible those pass that match
no closed quota. What is turned away once is so for ever, as quotas never open again.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from segkit.errors import InvalidInput
from segkit.quotas.field.admission import COMPLETE, NO_MATCHED_QUOTA, QUOTA_FULL, STATUSES, TERMINATED, UNOPENED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from segkit.quotas.field.admission import Field

NOT_COMPLETED = 18
"""Admitted, but not completed: the buyer's termination, with the vendor's statuses 17 to 20."""

ORDER = (COMPLETE, TERMINATED, QUOTA_FULL, UNOPENED, NO_MATCHED_QUOTA, NOT_COMPLETED)
"""The statuses that are counted, in the order of the columns."""

OUTCOMES = {**STATUSES, NOT_COMPLETED: "admitted, but not completed (the vendor's 17 to 20)"}
"""What a visit of a forecast ends with."""

MOST_ARRIVALS = 1e17
"""In the mean of a phase; above, whole numbers of 64 bits would not hold them."""

_WORD = 64


def endless() -> InvalidInput:
    """Return the error of a field that nothing would end."""
    return InvalidInput(
        "the field would never end: it has no goal, and families that match no quota are admitted. Give the design its "
        "completes, or another policy"
    )


def words_of(sets: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """Pack sets of quotas, shape (n, n_quotas), into words of 64 bits; shape (n, n_words), one word at least."""
    n_words = max(-(-sets.shape[1] // _WORD), 1)
    padded = np.zeros((len(sets), n_words * _WORD), dtype=bool)
    padded[:, : sets.shape[1]] = sets
    return np.packbits(padded, axis=1, bitorder="little").view(np.uint64)


@dataclass(frozen=True, eq=False)
class Passing:
    """What holds while a set of quotas is closed.

    Attributes
    ----------
    admitted
        The share of families that are admitted.
    share
        Of the patterns that are admitted, with an admitted family; shape (n_admitted,), the largest first.
    member
        Which quotas they match; shape (n_admitted, n_quotas).
    rates
        The share of admitted families that match a quota; shape (n_quotas,).
    blocked
        The shares of all families by status, in `ORDER`; what is admitted has 0.
    """

    admitted: float
    share: NDArray[np.float64]
    member: NDArray[np.bool_]
    rates: NDArray[np.float64]
    blocked: NDArray[np.float64]


class Gate:
    """The patterns of a field that can occur.

    Attributes
    ----------
    probability, matched, words
        Of each pattern: its share, the quotas it matches, and these as bits.
    first_status
        What each ends with before any quota is closed; shape (n_patterns,).
    left
        Which quotas have places that are not open: whoever they turn away is 24 instead of 12.

    Raises
    ------
    InvalidInput
        When the field has no goal and nothing else would ever end it.
    """

    def __init__(self, field: Field) -> None:
        patterns = field.patterns
        here = np.flatnonzero(patterns.probability > 0)
        here = here[np.argsort(-patterns.probability[here], kind="stable")]
        self.probability = patterns.probability[here]
        self.matched = np.ascontiguousarray(patterns.matched[here])
        self.words = words_of(self.matched)
        self.first_status = field.statuses(np.zeros(self.matched.shape[1], dtype=bool))[here]
        self.left = np.asarray(field.remaining > field.open_places)
        self._left_words = words_of(self.left[None])[0]
        if field.goal is None and (self.eligible & ~self.matched.any(axis=1)).any():
            raise endless()

    @cached_property
    def eligible(self) -> NDArray[np.bool_]:
        """Which patterns are admitted while no quota that they match is closed."""
        return np.asarray(self.first_status == COMPLETE)

    @cached_property
    def smallest(self) -> NDArray[np.uint64]:
        """The eligible patterns that hold no other: while one of them passes, somebody is admitted; shape (n, n_words)."""
        rest = self.words[self.eligible]
        rest = rest[np.argsort(self.matched[self.eligible].sum(axis=1), kind="stable")]
        found = []
        while len(rest):
            found.append(rest[0])
            rest = rest[((rest & rest[0]) != rest[0]).any(axis=1)]
        return np.array(found, dtype=np.uint64).reshape(-1, self.words.shape[1])

    def anybody(self, closed: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Whether anybody can be admitted; `closed` has shape (n, n_quotas)."""
        words = words_of(closed)
        some = np.zeros(len(words), dtype=bool)
        for pattern in self.smallest:
            some |= ~(words & pattern).any(axis=1)
        return some

    def statuses(self, closed: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return what each pattern ends with; `closed` has shape (n_quotas,)."""
        hit = self.words & words_of(closed[None])[0]
        status = np.where(hit.any(axis=1), UNOPENED, self.first_status)
        status[(hit & ~self._left_words).any(axis=1)] = QUOTA_FULL
        status[self.first_status == TERMINATED] = TERMINATED
        return status

    def passing(self, closed: NDArray[np.bool_]) -> Passing:
        """Return who is admitted and why others are not; `closed` has shape (n_quotas,)."""
        status = self.statuses(closed)
        through = status == COMPLETE
        probability = self.probability[through]
        admitted = float(probability.sum())
        share = probability / admitted if admitted else probability
        member = self.matched[through]
        blocked = np.array([0.0, *(self.probability[status == code].sum() for code in ORDER[1:])])
        return Passing(admitted, share, member, share @ member, blocked)
