"""The laws of the codes of qualification 232: what each means, both ways, and what the server makes of them."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit import frames
from segkit.errors import InvalidInput
from segkit.quotas import codes
from segkit.quotas.codes import CODES, SERVER_ORDER, child_codes, code_of, codes_of, expanded, known_child_codes, mask

EXAMPLES = Path(__file__).parent.parent / "data/vendors/purespectrum_child_age_gender"
SOME_CODES = st.frozensets(st.integers(100, 240), max_size=30)
UNITS = st.sampled_from(["years", "months"])

ANCHORS = {
    111: "boy 1 month",
    114: "girl 2 months",
    115: "boy 3 months",
    116: "girl 3 months",
    129: "boy 10 months",
    130: "girl 10 months",
    132: "girl 11 months",
    133: "boy 1 year",
    136: "girl 2 years",
    139: "boy 4 years",
    156: "girl 12 years",
    165: "boy 17 years",
    166: "girl 17 years",
    167: "no children",
    168: "boy 13 months",
    189: "girl 23 months",
    190: "boy 25 months",
    211: "girl 35 months",
    212: "boy 37 months",
    233: "girl 47 months",
}
"""Typed from the vendor's page and, from 168 on, from the place of the codes in the server's order."""


def listed(name: str) -> list[list[int]]:
    """Return the lists of child codes in the quotas of a documented reply."""
    reply = json.loads((EXAMPLES / name).read_text())
    found = [[int(code) for code in quota["criteria"][0]["condition_codes"]] for quota in reply["quotas"]]
    return [codes for codes in found if len(codes) > 1]


@pytest.mark.parametrize("name", ["create_survey_response.json", "response_218.json"])
def test_the_order_is_the_servers(name: str) -> None:
    """Sorting by age in months, the boy first, gives the list of 122 codes that the server returned."""
    assert listed(name) == [list(SERVER_ORDER)]
    assert len(SERVER_ORDER) == 122


@pytest.mark.parametrize("code", ANCHORS)
def test_a_code_means_what_is_printed(code: int) -> None:
    """A code reads as the vendor's page prints it, or as its place in the server's order says."""
    assert CODES[code].text == ANCHORS[code]


def test_there_are_123_codes() -> None:
    """The codes are 111 to 233 without a hole, in ascending order, and no two mean the same."""
    assert list(CODES) == list(range(111, 234))
    assert max(Counter(meaning[1:4] for meaning in CODES.values()).values()) == 1


def test_the_parity_changes_at_168() -> None:
    """Boys are odd up to 165 and even from 168 on; each boy is followed by the girl of the same age."""
    for child in codes.CHILDREN:
        assert (child.gender == "boy") == (child.code % 2 == (1 if child.code < 167 else 0))
        if child.gender == "boy":
            assert CODES[child.code + 1][1:7] == ("girl", *child[2:7])


def test_codes_and_meanings_go_both_ways() -> None:
    """Gender, age and unit give back the code; so does the month that a code means under months."""
    for child in codes.CHILDREN:
        assert child.gender
        assert child.age
        assert child.unit
        assert code_of(child.gender, child.age, child.unit) == child.code
        if child.month:
            assert code_of(child.gender, child.month, "months") == child.code
    assert {unit: codes.UNITS[code] for unit, code in codes.UNIT_CODES.items()} == {"years": "years", "months": "months"}


def test_every_month_has_one_code() -> None:
    """Under months each gender has one code for each of the months 1-47; under years 139-166 cover whole years."""
    for gender in codes.GENDERS:
        months = [child.month for child in codes.CHILDREN if child.gender == gender and child.month]
        assert sorted(months) == list(range(1, 48))
        covered = [
            month
            for child in codes.CHILDREN
            if child.gender == gender and (child.unit == "years" or child.code < 133)
            for month in range(child.first_month or 0, (child.last_month or 0) + 1)
        ]
        assert sorted(covered) == list(range(1, 216))


@pytest.mark.parametrize(
    ("gender", "age", "unit"), [("boy", 0, "years"), ("boy", 18, "years"), ("girl", 48, "months"), ([], 1, "x")]
)
def test_what_no_code_means_is_refused(gender: Any, age: Any, unit: Any) -> None:
    """Age 0 in years, 18 and more, and months from 48 on have no code."""
    with pytest.raises(InvalidInput, match="no code means"):
        code_of(gender, age, unit)


def test_the_words_of_provenance_are_those_of_the_facts() -> None:
    """Documented are 115-130, 133-166 and 167; derived, each with its reason, are 111-114, 131, 132 and 168-233."""
    derived = {*range(111, 115), 131, 132, *range(168, 234)}
    for meaning in CODES.values():
        assert meaning.provenance == ("derived" if meaning.code in derived else "documented")
        assert bool(meaning.reason) == (meaning.code in derived)
        assert meaning.source.startswith("PureSpectrum, ")


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({}, range(111, 167)),
        ({"ages": (4, 12)}, range(139, 157)),
        ({"ages": (1, 17)}, range(133, 167)),
        ({"ages": (0, 17)}, range(111, 167)),
        ({"ages": 0}, range(111, 133)),
        ({"ages": [4, 4]}, (139, 140)),
        ({"gender": "boy", "ages": (4, 6)}, (139, 141, 143)),
        ({"gender": "boys", "ages": (7, 9)}, (145, 147, 149)),
        ({"gender": " Girls ", "ages": (4, 9)}, (140, 142, 144, 146, 148, 150)),
        ({"gender": "BOY", "ages": (1, 17)}, range(133, 166, 2)),
        ({"months": (3, 11)}, range(115, 133)),
        ({"months": np.int64(3)}, (115, 116)),
        ({"gender": "girl", "months": (11, 14)}, (132, 134, 169, 171)),
        ({"months": (1, 47)}, (*range(111, 139), *range(168, 234))),
    ],
)
def test_a_gender_and_an_age_give_the_codes(given: dict[str, Any], wanted: Any) -> None:
    """The documented sets, and those beside them: years alone for ages, every month with its code for months."""
    assert child_codes(**given) == tuple(wanted)


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"gender": "man"}, '"boy", "girl" or None'),
        ({"gender": 1}, '"boy", "girl" or None'),
        ({"ages": 18}, "within 0-17"),
        ({"ages": -1}, "within 0-17"),
        ({"ages": (6, 4)}, "reversed"),
        ({"ages": 4.0}, "whole number"),
        ({"ages": True}, "whole number"),
        ({"ages": "4"}, "whole number"),
        ({"ages": (4,)}, "pair"),
        ({"ages": (4, 5, 6)}, "pair"),
        ({"ages": (4, None)}, "whole number"),
        ({"months": 0}, "within 1-47"),
        ({"months": 48}, "within 1-47"),
        ({"months": np.bool_(True)}, "whole number"),  # noqa: FBT003 - the value under test
        ({"ages": 1, "months": 1}, "give one of them"),
    ],
)
def test_what_cannot_be_meant_is_refused(given: dict[str, Any], word: str) -> None:
    """Out of range, reversed, no whole number or both at once: InvalidInput says what to give."""
    with pytest.raises(InvalidInput, match=word):
        child_codes(**given)


def test_the_server_adds_the_months_of_the_ages_1_to_3() -> None:
    """Under years all years become all codes, and boys of 1 year become their 12 months; under months nothing is added."""
    assert expanded(range(111, 167), "years") == set(SERVER_ORDER)
    assert expanded([133], "years") == {133, *range(168, 190, 2)}
    assert expanded([138], "years") == {138, *range(213, 234, 2)}
    assert expanded([139, 167, 111, 168, 999], "years") == {139, 167, 111, 168, 999}
    assert expanded([133, 999], "months") == {133, 999}


@given(SOME_CODES, SOME_CODES, UNITS)
def test_expanding_is_a_closure(these: frozenset[int], those: frozenset[int], unit: Any) -> None:
    """Expanding keeps what is there, is done once, and of a union is the union; a year covers just its months."""
    whole = expanded(these, unit)
    assert these <= whole == expanded(whole, unit)
    assert expanded(these | those, unit) == whole | expanded(those, unit)
    for code in whole - these:
        month = CODES[code]
        assert any(
            CODES[year].gender == month.gender and CODES[year].age == (month.month or 0) // 12 and CODES[year].unit == "years"
            for year in these & set(CODES)
        )


@given(SOME_CODES, UNITS)
def test_a_mask_says_the_same(some: frozenset[int], unit: Any) -> None:
    """A mask holds the expanded codes that exist, and gives them back ascending."""
    assert codes_of(mask(some, unit)) == tuple(sorted(expanded(some, unit) & set(CODES)))


@pytest.mark.parametrize("unit", ["year", None, []])
def test_a_unit_is_years_or_months(unit: Any) -> None:
    """Another unit is refused, whatever the codes."""
    for function in (expanded, mask):
        with pytest.raises(InvalidInput, match='"years" or "months"'):
            function((), unit)


def test_the_frame_lists_every_code() -> None:
    """One row a code with the columns and dtypes of the table; 167 has neither gender nor age."""
    frame = known_child_codes()
    assert frame.dtypes.astype(str).to_dict() == frames.from_rows(frames.CHILD_CODES, []).dtypes.astype(str).to_dict()
    assert frame.code.tolist() == list(CODES)
    none = frame.set_index("code").loc[167]
    assert none[["gender", "age", "unit", "first_month", "last_month"]].isna().all()
    assert frame.drop(index=167 - 111).notna().all(axis=None)
