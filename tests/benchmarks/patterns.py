"""Exact probabilities of the patterns of 34 age x gender cells, for families of up to four."""

from __future__ import annotations

from typing import TYPE_CHECKING

from row import at_most, best

import segkit as sk
from segkit.quotas.field.households import Households

if TYPE_CHECKING:
    from collections.abc import Iterator

    from row import Row


def cells() -> sk.QuotaDesign:
    """Make a design with a quota for each gender and year, 1 to 17."""
    design = sk.QuotaDesign(1000, frozenset(sk.child_codes(ages=(1, 17))))
    for age in range(1, 18):
        for gender in ("boy", "girl"):
            design = design.with_quota(f"{gender} {age}", sk.child_codes(gender, age), 30)
    return design


def measure() -> Iterator[Row]:
    """Time from the design to the probabilities of its 52,956 patterns."""
    design, law = cells(), Households.default()
    yield at_most("exact patterns of 34 age x gender cells", best(lambda: law.patterns_of(design), 5), "s", 2.0)
