"""The laws of shares that become counts."""

from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit.errors import InvalidInput
from segkit.quotas.shares import counted, largest_remainder

PARTS = st.lists(st.integers(0, 100), min_size=1, max_size=12).filter(any)


@given(PARTS, st.integers(0, 5000))
def test_counts_add_up_and_stay_within_one_of_their_share(parts: list[int], total: int) -> None:
    """The counts add up to the total, each is its exact share rounded down or up, and nothing becomes more than nothing."""
    counts = largest_remainder([Fraction(part) for part in parts], total)
    assert sum(counts) == total
    for part, count in zip(parts, counts, strict=True):
        exact = Fraction(part * total, sum(parts))
        assert abs(count - exact) < 1
        assert part or not count


@given(PARTS, st.integers(0, 500))
def test_counts_are_those_of_hamilton(parts: list[int], total: int) -> None:
    """The counts are those of another reckoning: places handed out one by one to the largest remainder, first come first."""
    quotas = [Decimal(part * total) / Decimal(sum(parts)) for part in parts]
    seats = [int(quota.to_integral_value(ROUND_FLOOR)) for quota in quotas]
    left = [part * total % sum(parts) for part in parts]
    while sum(seats) < total:
        winner = left.index(max(left))
        seats[winner], left[winner] = seats[winner] + 1, -1
    assert largest_remainder([Fraction(part) for part in parts], total) == seats


def test_equal_remainders_go_to_the_earlier() -> None:
    """Of two halves the first is rounded up."""
    assert largest_remainder([Fraction(1, 2), Fraction(1, 2)], 25) == [13, 12]


def test_what_was_done_is_printed_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """One line names each quota with its share and its count, and all of them together."""
    assert counted({"a\nb": Fraction(100, 3), "c": Fraction(200, 3)}, 10) == [3, 7]
    printed = capsys.readouterr().out
    assert printed == "shares turned into counts by largest remainder, 10 in all: a b 33.3333 -> 3; c 66.6667 -> 7\n"


@pytest.mark.parametrize(("shares", "added"), [(["0.5", "0.49"], "0.99"), (["50", "50.2"], "100.2"), (["0"], "0"), (["2"], "2")])
def test_shares_that_do_not_add_up_are_refused_with_their_sum(shares: list[str], added: str) -> None:
    """The error names the sum; within 0.1 % of 1 or 100 shares are taken."""
    with pytest.raises(InvalidInput, match=f"add up to {added};"):
        counted({str(place): Fraction(share) for place, share in enumerate(shares)}, 10)


@pytest.mark.parametrize("added", ["0.999", "1.001", "99.9", "100.1"])
def test_shares_that_nearly_add_up_are_taken(added: str) -> None:
    """Within 0.1 % of 1 or 100 the counts add up all the same."""
    assert counted({"a": Fraction(added)}, 10) == [10]


@pytest.mark.parametrize("completes", [None, -1, 2.5, True])
def test_shares_need_completes(completes: object) -> None:
    """Without a number of completes shares are shares of nothing."""
    with pytest.raises(InvalidInput, match="column share needs the number of completes"):
        counted({"a": Fraction(1)}, completes)  # type: ignore[arg-type]
