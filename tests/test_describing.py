"""The laws of codes in words: the phrase says exactly the codes, in the fewest ranges and the fewest letters."""

import re
from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit.errors import InvalidInput
from segkit.quotas.codes import child_codes, expanded, mask
from segkit.quotas.describing import describe_codes, describe_mask

UNITS = st.sampled_from(["years", "months"])
SPANS = st.tuples(st.sampled_from([None, "boy", "girl"]), st.integers(0, 17), st.integers(0, 17)).map(
    lambda drawn: child_codes(drawn[0], ages=(min(drawn[1:]), max(drawn[1:])))
)
FAMILIES = st.lists(SPANS, max_size=4).map(lambda spans: frozenset(code for span in spans for code in span))
ANY_CODES = st.one_of(st.frozensets(st.integers(105, 240)), FAMILIES, st.frozensets(st.integers(111, 233), min_size=100))

BOY, GIRL = 0, 1
SUBJECTS = {"children": (BOY, GIRL), "boys": (BOY,), "girls": (GIRL,)}
SUBJECT = {None: "children", "boy": "boys", "girl": "girls"}


def month_code(gender: int, month: int) -> int:
    """Return the code of a month of age, by the table's arithmetic."""
    years, rest = divmod(month, 12)
    if rest == 0:
        return 133 + 2 * (years - 1) + gender
    return {0: 111, 1: 168, 2: 190, 3: 212}[years] + 2 * (rest - 1) + gender


def year_codes(gender: int, year: int) -> set[int]:
    """Return what the server makes of a year of age."""
    months = {month_code(gender, month) for month in range(12 * year + 1, 12 * year + 12)} if year < 4 else set()
    return months | ({133 + 2 * (year - 1) + gender} if year else set())


def read_back(phrase: str) -> set[int]:
    """Read a phrase again, knowing nothing of how it was made."""
    found: set[int] = set()
    for part in phrase.split("; "):
        if unknown := re.fullmatch(r"unknown codes? ([0-9, ]+)", part):
            found |= {int(code) for code in unknown[1].split(", ")}
        elif part == "no children":
            found.add(167)
        elif part != "nobody":
            found |= read_subject(part)
    return found


def read_subject(part: str) -> set[int]:
    """Read one subject: ranges, and a unit after the last of each kind."""
    subject, _, rest = part.partition(" ")
    found: set[int] = set()
    groups = re.findall(r"([0-9, -]+?) (years?|months?)(?:, |$)", rest)
    assert ", ".join(" ".join(group) for group in groups) == rest
    for numbers, unit in groups:
        assert unit.endswith("s") == (numbers != "1")
        for span in numbers.split(", "):
            first, _, last = span.partition("-")
            for age, gender in product(range(int(first), int(last or first) + 1), SUBJECTS[subject]):
                found |= year_codes(gender, age) if unit.startswith("year") else {month_code(gender, age)}
    return found


@pytest.mark.parametrize(
    ("codes", "unit", "phrase"),
    [
        ((), "years", "nobody"),
        ((167,), "years", "no children"),
        (range(111, 167), "years", "children 0-17 years"),
        (range(111, 234), "years", "children 0-17 years; no children"),
        ((*range(139, 157), 167), "years", "children 4-12 years; no children"),
        ((139, 141, 143, *range(116, 133, 2)), "years", "boys 4-6 years; girls 3-11 months"),
        (set(range(111, 167)) - {144}, "years", "boys 0-17 years; girls 0-5, 7-17 years"),
        (set(range(111, 167)) - {142}, "years", "boys 0-17 years; girls 0-4, 6-17 years"),
        (range(133, 167, 2), "years", "boys 1-17 years"),
        ((133,), "years", "boys 1 year"),
        ((133, 137), "years", "boys 1, 3 years"),
        ((112,), "years", "girls 1 month"),
        ((112, 116), "years", "girls 1, 3 months"),
        (range(111, 132, 2), "years", "boys 0 years"),
        ((133, 168, 192, 190), "years", "boys 1 year, 25-26 months"),
        ((131, 133, 168), "months", "boys 11-13 months"),
        ((131, 168), "years", "boys 11, 13 months"),
        ((137, 139), "months", "boys 36 months, 4 years"),
        ((300,), "years", "unknown code 300"),
        ((301, 139, 300), "years", "boys 4 years; unknown codes 300, 301"),
    ],
)
def test_a_phrase_is_what_a_person_would_say(codes: Any, unit: Any, phrase: str) -> None:
    """The documented sets and the corners read as written here."""
    assert describe_codes(codes, unit) == phrase


def test_parts_overlap_where_that_needs_fewer_ranges() -> None:
    """Boys 0-9 and girls 5-17 are two ranges, not three."""
    codes = child_codes("boy", ages=(0, 9)) + child_codes("girl", ages=(5, 17))
    assert describe_codes(codes) == "boys 0-9 years; girls 5-17 years"


@given(ANY_CODES, UNITS)
def test_a_phrase_reads_back_as_the_codes(codes: frozenset[int], unit: Any) -> None:
    """A reader that shares nothing with the writer finds exactly the expanded codes; under months 12, 24, 36 are year codes."""
    phrase = describe_codes(codes, unit)
    assert read_back(phrase) == expanded(codes, unit)
    assert phrase == describe_codes(expanded(codes, unit), unit)


@given(st.frozensets(st.integers(111, 233)), UNITS)
def test_a_mask_is_told_as_its_codes(codes: frozenset[int], unit: Any) -> None:
    """The quick way says the same."""
    assert describe_mask(mask(codes, unit), unit) == describe_codes(codes, unit)


@given(FAMILIES)
def test_under_years_whole_years_are_told_in_years(codes: frozenset[int]) -> None:
    """Ages given in years never come back in months."""
    assert "month" not in describe_codes(codes)


Ranges = tuple[tuple[str, int, int], ...]


def tellings(ages: range) -> dict[frozenset[int], list[Ranges]]:
    """Return every set of year codes over a few ages with all its ways to be told in the fewest ranges, by trying all."""
    spans = [(subject, first, last) for subject in SUBJECTS for first in ages for last in ages if first <= last]
    codes = {
        span: frozenset(133 + 2 * (age - 1) + gender for age in range(span[1], span[2] + 1) for gender in SUBJECTS[span[0]])
        for span in spans
    }
    found: dict[frozenset[int], list[Ranges]] = {frozenset(): [()]}
    for size in range(1, 2 * len(ages) + 1):
        new: dict[frozenset[int], list[Ranges]] = {}
        for chosen in combinations(spans, size):
            told = frozenset().union(*(codes[span] for span in chosen))
            if told not in found:
                new.setdefault(told, []).append(chosen)
        if not new:
            return found
        found |= new
    return found


def written(ranges: Ranges) -> str:
    """Write ranges as a phrase: each subject once."""
    parts = []
    for subject in SUBJECTS:
        own = [str(first) if first == last else f"{first}-{last}" for name, first, last in ranges if name == subject]
        if own:
            parts.append(f"{subject} {', '.join(own)} {'year' if own == ['1'] else 'years'}")
    return "; ".join(parts) or "nobody"


@pytest.mark.parametrize("ages", [range(4, 8), range(1, 4)])
def test_no_phrase_is_shorter(ages: range) -> None:
    """Of all ways to tell each set over a few ages, ours has the fewest ranges, and of those none is shorter."""
    every = tellings(ages)
    assert len(every) == 4 ** len(ages)
    for codes, ways in every.items():
        phrase = describe_codes(codes)
        assert len(re.findall(r"\d+(?:-\d+)?", phrase)) == len(ways[0])
        assert len(phrase) == min(len(written(ranges)) for ranges in ways)


@pytest.mark.parametrize("gender", [None, "boy", "girl"])
def test_a_run_of_months_is_told_exactly_over_any_birthday(gender: str | None) -> None:
    """Under months every run is one range of those months; under years it is what the server takes, no code more or less."""
    for first, last in combinations(range(1, 48), 2):
        run = child_codes(gender, months=(first, last))
        in_months, in_years = describe_codes(run, "months"), describe_codes(run, "years")
        assert in_months == f"{SUBJECT[gender]} {first}-{last} months"
        assert read_back(in_months) == set(run)
        years = {month // 12 for month in range(first, last + 1) if month % 12 == 0}
        genders = SUBJECTS[SUBJECT[gender]]
        taken = set(run) | {code for year in years for each in genders for code in year_codes(each, year)}
        assert read_back(in_years) == taken


def test_one_code_or_text_as_the_vendor_writes_it_is_told() -> None:
    """One code, codes as text, numbers of numpy and any iterable are told as the same list of numbers."""
    assert describe_codes(167) == describe_codes("167") == describe_codes(["167"]) == "no children"
    assert describe_codes(["139", "141", 143]) == describe_codes(np.array([139, 141, 143])) == "boys 4-6 years"
    assert describe_codes(np.int64(139)) == describe_codes(str(code) for code in (139,)) == "boys 4 years"


def test_many_unknown_codes_are_counted() -> None:
    """A dozen are listed, the rest are a number."""
    told = describe_codes([139, *range(300, 340)])
    assert told == f"boys 4 years; unknown codes {', '.join(map(str, range(300, 312)))} and 28 more"


NO_CODES = [[True], True, ["boys"], "4-6", [139.0], [None], [[139]], None, np.array([True]), b"139"]


@pytest.mark.parametrize("codes", NO_CODES, ids=repr)
def test_what_is_no_code_is_refused(codes: Any) -> None:
    """Truth values, words, fractions, nothing: InvalidInput says what to give, also after the same number was told."""
    describe_codes([1])
    with pytest.raises(InvalidInput, match="give"):
        describe_codes(codes)


def test_a_unit_is_years_or_months() -> None:
    """Another unit is refused."""
    with pytest.raises(InvalidInput, match='"years" or "months"'):
        describe_codes([139], "weeks")  # type: ignore[arg-type]
