"""The laws of the cells of a quota sheet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit.errors import InvalidInput
from segkit.quotas import cells
from segkit.quotas.codes import CODES, OLDEST_MONTH, OLDEST_YEAR, Unit, child_codes, expanded, mask

UNITS: st.SearchStrategy[Unit] = st.sampled_from(["years", "months"])
AGES = [(gender, age) for gender in ("boy", "girl") for age in range(OLDEST_YEAR + 1)]
FAMILIES = st.one_of(
    st.frozensets(st.sampled_from(sorted(CODES)), max_size=40),
    st.sets(st.sampled_from(AGES)).map(lambda told: frozenset(code for g, age in told for code in child_codes(g, age))),
    st.integers(1, OLDEST_MONTH).map(lambda last: frozenset(child_codes("girl", months=(1, last)))),
)


@given(FAMILIES, UNITS)
def test_cells_ask_for_what_their_codes_ask_for(codes: frozenset[int], unit: Unit) -> None:
    """The cells of a code set match its expanded codes, each once; asked for again, they are the same families and cells."""
    told = cells.cells_of(codes, unit)
    matched = [frozenset(expanded(cells.codes_of_cell(cell), cell.unit or "years")) for cell in told]
    assert frozenset().union(*matched) == expanded(codes, unit)
    assert sum(map(len, matched)) == len(expanded(codes, unit))
    again, told_unit = cells.asked_by(told)
    assert expanded(again, told_unit) == expanded(codes, unit)


@given(FAMILIES, UNITS)
def test_a_mask_is_told_in_whole_years_and_the_months_that_remain(codes: frozenset[int], unit: Unit) -> None:
    """The cells of a mask make up the mask; where all codes of a year are in it, the year stands and none of its months."""
    bits = mask(codes, unit)
    told = cells.cells_in(bits)
    assert cells.mask_of(told) == bits
    for cell in cells.GRID:
        assert (cell in told) == (bits & cell.bits == cell.bits)
    assert sum(cell.bits.bit_count() for cell in told) == bits.bit_count()


def test_the_grid_is_every_age_of_both_genders_and_no_children() -> None:
    """There are 36 cells of years and "no children", by age and the boy first; together they match all 123 codes."""
    assert [(cell.age, cell.gender) for cell in cells.GRID[:-1]] == [(age, g) for age in range(18) for g in ("boy", "girl")]
    assert cells.GRID[-1].text == "no children"
    assert cells.mask_of(cells.GRID) == cells.EVERY_CODE == mask(range(111, 234), "months")
    assert list(cells.GRID) == sorted(cells.GRID, key=lambda cell: cell.place)


@pytest.mark.parametrize(
    ("codes", "unit", "told"),
    [
        ([133], "years", ["boy 1 year"]),
        ([133, *range(168, 190)], "years", ["boy 1 year", *(f"girl {month} months" for month in range(13, 24))]),
        ([133, 135, 141], "months", ["boy 12 months", "boy 24 months", "boy 5 years"]),
        ([*range(111, 132, 2), 167], "years", ["boy 0 years", "no children"]),
        ([*range(111, 130, 2)], "years", ["boy 1 month", *(f"boy {month} months" for month in range(2, 11))]),
        ([], "years", []),
    ],
)
def test_cells_as_they_are_told(codes: list[int], unit: Unit, told: list[str]) -> None:
    """Years swallow their months, a part of age 0 is told in months, and 133-138 are months under months."""
    assert [cell.text for cell in cells.cells_of(codes, unit)] == told


def test_what_is_no_code_or_no_unit_is_refused() -> None:
    """An unknown code, an unknown unit and a cell without a code are errors that name them."""
    with pytest.raises(InvalidInput, match="code 300, 301"):
        cells.cells_of([111, 301, 300], "years")
    with pytest.raises(InvalidInput, match="unit is 'weeks'"):
        cells.cells_of([111], "weeks")  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="no code means"):
        cells.codes_of_cell(cells.Cell("boy", 18, "years"))
