"""Survey documents for tests: those that the vendor prints, by name, and others drawn from plain data."""

import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

PRINTED = Path(__file__).parents[1] / "data" / "vendors" / "purespectrum_child_age_gender"

SCENARIOS = (PRINTED / "create_survey_scenarios.txt").read_text(encoding="utf-8")
"""The seven scenarios in one text, as printed: comments, elisions and a trailing comma included."""

DOCUMENTS: dict[str, dict[str, Any]] = {
    "create_survey_response": json.loads((PRINTED / "create_survey_response.json").read_text()),
    "request_218": json.loads((PRINTED / "request_218.txt").read_text().removeprefix("//Request")),
    "response_218": json.loads((PRINTED / "response_218.json").read_text()),
}
"""The documents that are printed one by one."""

SENTENCES = (
    "Scenario-1: 400 completes with kids and 600 without kids",
    "Scenario-2: 1000 completes with kids",
    "Scenario-3: 1000 with kids age range 4-12",
    "Scenario-4: 1000 completes with only Boys",
    "Scenario-5: 1000 completes with Kids, 400 boys 600 girls",
    "Scenario-6: 1000 completes with kids; 200 boys, age-range 0-3; 300 boys age-range 4-9; 500 girls",
    "Scenario-7: 400 with kids, 600 without kids; of the 400 with kids, 300 boys age 4-6 100 boys age 7-9",
)
"""What stands before each scenario, typed from the page."""

ODD_KEYS = ("", "a.b", 'a"b', "é", "\U0001f600", "[0]", "$", "an odd key", "\\", "\n", "//", "new_field", "X9")
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.sampled_from(
    [
        "boys 4-9",
        "girls",
        '"',
        "\\",
        "// no comment",
        "/* nor this */",
        "...",
        "(...)",
        ",]",
        "}",
        "{",
        "<script>alert()</script>",
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(ODD_KEYS) | WORDS, inner, max_size=3),
    max_leaves=6,
)
"""Any JSON."""

UNKNOWN = st.dictionaries(st.sampled_from(ODD_KEYS), VALUES, max_size=2)
CODES = st.lists(st.integers(105, 240), max_size=8) | st.sampled_from([[167], list(range(111, 167)), list(range(133, 166, 2))])


@st.composite
def shuffled(draw: st.DrawFn, **parts: st.SearchStrategy[Any]) -> dict[str, Any]:
    """Draw an object with some of these members and some unknown ones, in any order."""
    given = {name: draw(part) for name, part in parts.items() if draw(st.integers(0, 4))}
    return dict(draw(st.permutations([*given.items(), *draw(UNKNOWN).items()])))


@st.composite
def child_criteria(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a criterion of 232: codes as text or numbers, some unknown, some twice, with a unit or without."""
    codes = draw(CODES)
    written = codes if draw(st.booleans()) else list(map(str, codes))
    unit = {"child_age_unit": st.sampled_from([311, 312])} if draw(st.booleans()) else {}
    rest = draw(shuffled(**unit))
    told = {"qualification_code": 232, "condition_codes": written, **rest}
    return dict(draw(st.permutations(list(told.items()))))


OTHER_CRITERIA = shuffled(
    qualification_code=st.sampled_from([211, 212, 229, 218, 220, 230, 1031]),
    condition_codes=st.lists(st.sampled_from(["111", "112", 113]), max_size=3),
    range_sets=st.just([{"from": 20, "to": 40, "units": 311}]),
)


@st.composite
def criteria(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Draw the criteria of a quota or a survey: mostly one of 232, at times others, or none, or two of 232."""
    children = draw(st.lists(child_criteria(), min_size=1, max_size=1) | st.lists(child_criteria(), max_size=2))
    return draw(st.permutations([*children, *draw(st.lists(OTHER_CRITERIA, max_size=2))]))


QUOTAS = shuffled(
    buyer_quota_id=st.sampled_from(["b11111", "b11112", "boys 4-9", "", "<b>"]) | WORDS,
    quota_title=WORDS,
    ps_quota_id=st.uuids().map(str),
    required_count=st.integers(0, 2000) | st.none(),
    criteria=criteria(),
)

PARTS: dict[str, st.SearchStrategy[Any]] = {
    "survey_title": WORDS,
    "survey_category_code": st.integers(1, 300),
    "survey_localization": st.sampled_from(["en_US", "es_MX"]),
    "completes_required": st.integers(0, 5000),
    "expected_ir": st.integers(1, 100),
    "expected_loi": st.integers(1, 60),
    "live_url": st.just("http://www.mybuyer.com/surveys_134?i223=[%%223%%]"),
    "offer_price": st.integers(1, 9) | st.floats(0.5, 9, allow_nan=False),
    "ps_survey_id": st.integers(1, 2**40),
    "basic_token": st.just({"enable": False, "value": None}),
    "qualifications": criteria(),
    "quotas": st.lists(QUOTAS, max_size=4),
}


def documents() -> st.SearchStrategy[dict[str, Any]]:
    """Draw survey documents that a design can be read from: any order, unknown fields, odd keys, codes as text or numbers."""
    return shuffled(**PARTS)
