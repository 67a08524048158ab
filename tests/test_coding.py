"""The law of "show me the code": the Python that is shown makes the very design."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import segkit as sk
from segkit.quotas import codes as table
from segkit.quotas.coding import codes_in_python, python_of

CODES = st.sets(st.sampled_from([*table.CODES, 300]))
SPANS = st.tuples(st.integers(0, 17), st.integers(0, 17)).map(sorted).map(tuple)
UNITS = st.sampled_from(["years", "months"])


def made(source: str) -> Any:
    """Run the code, as somebody would who copied it into a cell."""
    names: dict[str, Any] = {}
    exec(source, names)  # noqa: S102 - our own output is what is tested
    return names["design"]


@st.composite
def designs(draw: st.DrawFn) -> sk.QuotaDesign:
    """Return a design with up to four quotas of codes, spans or other criteria."""
    entry = draw(st.none() | CODES)
    title = draw(st.none() | st.text(max_size=8))
    completes = draw(st.none() | st.integers(0, 2000))
    design = sk.QuotaDesign(completes, None if entry is None else frozenset(entry), survey_title=title)
    for place in range(draw(st.integers(0, 4))):
        span = draw(SPANS)
        codes = draw(st.none() | CODES | st.just(set(sk.child_codes(draw(st.sampled_from(["boy", None])), ages=span))))
        criteria = draw(st.sampled_from([(), ({"qualification_code": 211, "condition_codes": ["111"]},)]))
        name = draw(st.text(max_size=5)) + str(place)
        design = design.with_quota(name, codes, draw(st.none() | st.integers(0, 900)), draw(UNITS), criteria)
    return design


@given(designs())
def test_the_code_makes_the_design(design: sk.QuotaDesign) -> None:
    """Running what is shown gives a design that is equal by value, whatever its codes, units, names and criteria."""
    assert made(python_of(design)) == design


def test_the_printed_requests_are_made_again() -> None:
    """The code of each printed request makes its design; a reply's own ids of quotas are the vendor's, and left out."""
    for survey in sk.known_surveys():
        again = made(python_of(survey.design))
        assert [(q.id, q.codes, q.count, q.unit) for q in again.quotas] == [
            (q.id, q.codes, q.count, q.unit) for q in survey.design.quotas
        ]
        assert (again == survey.design) == (survey.survey_id is None)


def test_codes_are_told_as_ages_where_they_are_ages() -> None:
    """Ranges are calls that an analyst can read; what no call makes is a list."""
    assert codes_in_python(sk.child_codes()) == "sk.child_codes()"
    assert codes_in_python(sk.child_codes("girl", months=(3, 11))) == 'sk.child_codes("girl", months=(3, 11))'
    assert codes_in_python([167]) == "[167]"
    assert codes_in_python([*sk.child_codes("boy", ages=5), 167]) == '[*sk.child_codes("boy", ages=5), 167]'
    assert codes_in_python([133, 168]) == "[133, 168]"
    assert codes_in_python([]) == "[]"
