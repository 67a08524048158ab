"""Shares of completes, turned into counts that add up."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from segkit.errors import InvalidInput
from segkit.quotas.targets import whole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WHOLE = (Fraction(1), Fraction(100))
TOLERANCE = Fraction(1, 1000)


def largest_remainder(shares: Sequence[Fraction], total: int) -> list[int]:
    """Return whole numbers in proportion to shares that add up to `total`; of equal remainders the earlier is rounded up.

    Examples
    --------
    >>> largest_remainder([Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)], 9)
    [5, 2, 2]
    >>> largest_remainder([Fraction(1, 3)] * 3, 100)
    [34, 33, 33]
    """
    if not sum(shares):
        return [0 for _ in shares]
    exact = [share * total / sum(shares) for share in shares]
    counts = [int(number) for number in exact]
    for place in sorted(range(len(exact)), key=lambda place: counts[place] - exact[place])[: total - sum(counts)]:
        counts[place] += 1
    return counts


def counted(shares: Mapping[str, Fraction], completes: int | None) -> list[int]:
    """Return how many completes each share is, and print it in one line.

    Raises
    ------
    InvalidInput
        When the shares do not add up to 1 or 100 within 0.1 %, or `completes` is no whole number.
    """
    total = whole(completes)
    if total is None or total < 0:
        raise InvalidInput(f"completes is {completes!r}: column share needs the number of completes that they are shares of")
    added = sum(shares.values(), Fraction())
    if not any(abs(added - one) <= TOLERANCE * one for one in WHOLE):
        raise InvalidInput(f"the shares add up to {_printed(added)}; they must add up to 1 or 100, within 0.1 %")
    counts = largest_remainder(list(shares.values()), total)
    told = [
        f"{' '.join(name.split())} {_printed(share)} -> {count}"
        for (name, share), count in zip(shares.items(), counts, strict=True)
    ]
    print(f"shares turned into counts by largest remainder, {total} in all: {'; '.join(told)}")  # noqa: T201 - asked for
    return counts


def _printed(share: Fraction) -> str:
    return f"{float(share):.6g}"
