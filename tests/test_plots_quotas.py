"""The laws of the grid of child quotas."""

import copy
import json
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from segkit import markup, plots
from segkit.errors import InvalidInput
from segkit.plots.quotas import COLOURS, COLUMNS, LISTED
from segkit.quotas.codes import CODES, EXPANSION, Unit, child_codes
from segkit.quotas.design import QuotaDesign
from segkit.quotas.quota import Quota
from segkit.quotas.survey import read_survey

UNITS: st.SearchStrategy[Unit] = st.sampled_from(["years", "months"])
FAMILIES = st.frozensets(st.sampled_from([*CODES, 300]), max_size=25) | st.builds(
    lambda first, more: frozenset(child_codes(ages=(first, min(17, first + more)))), st.integers(0, 17), st.integers(0, 17)
)
QUOTAS = st.builds(Quota, st.text(max_size=5), st.none() | FAMILIES, st.none() | st.integers(0, 999), UNITS)
DESIGNS = st.builds(
    QuotaDesign,
    st.none(),
    st.none() | FAMILIES,
    st.lists(QUOTAS, max_size=4).map(tuple),
    qualification_unit=st.none() | UNITS,
)
DESIGN = (
    QuotaDesign(1000, frozenset([*child_codes(ages=(0, 12)), 167]))
    .with_quota("boys 4-6", child_codes("boy", (4, 6)), 300)
    .with_quota("b2", child_codes("boy", (6, 14)), 100)
    .with_quota("babies", child_codes(months=(3, 14)), None, "months")
    .with_quota("no kids", [167], 600)
    .with_quota("dads", None, 5, criteria=[{"qualification_code": 211, "condition_codes": ["111"]}])
)


def _months_of(codes: frozenset[int] | None, unit: Unit | None) -> set[tuple[str, int]]:
    """Return gender and month of age that codes accept, reckoned from the list of codes alone; 167 is none of them."""
    accepted = set()
    for code in set(CODES if codes is None else codes) & set(CODES):
        meant = EXPANSION[code] if unit != "months" else {code}
        for each in (CODES[code] for code in meant):
            if each.gender and each.first_month is not None:
                accepted.add((each.gender, each.first_month))
    return accepted


@given(DESIGNS, UNITS)
def test_a_cell_counts_the_quotas_that_accept_it(design: QuotaDesign, unit: Unit) -> None:
    """For each cell its quotas are those that accept a month of it, and it is qualified where all of its months may enter."""
    frame = plots.quota_grid(design, unit=unit).frame
    assert frame is not None
    assert frame.dtypes.astype(str).to_dict() == {name: str(dtype) for name, dtype in COLUMNS.items()}
    assert len(frame) == (37 if unit == "years" else 95)
    entering = _months_of(design.qualification, design.qualification_unit)
    wanted = {number: _months_of(quota.codes or frozenset(), quota.unit) for number, quota in enumerate(design.quotas)}
    told = {month for codes in CODES.values() if codes.gender for month in [codes.first_month]}
    for row in frame[:-1].itertuples():
        span = range(row.age * 12, row.age * 12 + 12) if unit == "years" else [row.age]
        months = {(row.gender, month) for month in span if month in told}
        quotas = [design.quotas[number] for number, own in wanted.items() if own & months]
        assert row.qualified == (months <= entering)
        assert row.n_quotas == len(quotas)
        assert row.quotas == "; ".join(quota.id for quota in quotas)
        counts = [quota.count for quota in quotas]
        assert pd.isna(row.required_count) if None in counts else row.required_count == sum(counts)  # type: ignore[arg-type]


@given(DESIGNS)
def test_a_document_is_drawn_as_its_design(design: QuotaDesign) -> None:
    """A survey document gives the figure of its design, alt text and frame included."""
    survey = read_survey(design.payload())
    drawn, expected = plots.quota_grid(survey), plots.quota_grid(survey.design)
    assert drawn.to_plotly_json() == expected.to_plotly_json()
    assert drawn.alt_text == expected.alt_text
    assert_frame_equal(drawn.frame, expected.frame)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"quotas": []}, "not of a dict: read_survey"),
        ("survey.json", "not of a str: read_survey"),
        (None, "not of a NoneType"),
        (DESIGN.to_frame(), "not of a DataFrame"),
        ([read_survey({"quotas": []})], "not of a list: draw each of its documents"),
        (read_survey({"quotas": 7}), r"at \$\.quotas: it is no list but 7"),
    ],
)
def test_what_has_no_grid_is_refused(given: Any, message: str) -> None:
    """Anything else is refused with what it is and what to do; a document without a design with its place."""
    with pytest.raises(InvalidInput, match=message):
        plots.quota_grid(given)


def test_the_picture_shows_what_the_frame_says() -> None:
    """Colours go by the number of quotas, cells hold their numbers, signs mark what is barred and what holds in part."""
    figure = plots.quota_grid(DESIGN)
    squares, texts = figure.data[:2]
    assert figure.frame is not None
    for gender, levels in zip(squares.y, squares.z, strict=True):
        rows = figure.frame[figure.frame["gender"] == gender]
        n_quotas = rows["n_quotas"].where(rows["qualified"] | (rows["n_quotas"] > 0), -1)
        assert (n_quotas.clip(upper=2) + 1).tolist() == list(levels)
    shown = dict(zip(zip(texts.y, texts.x, strict=True), texts.text, strict=True))
    assert [shown["boy", age] for age in (0, 1, 2, 4, 6, 12, 13, 15)] == ["~3", "~3", "", "1", "1, 2", "2", "–<br>2", "–"]
    assert "Families without children: qualified, quota 4 (600)" in figure.layout.title.text
    assert "~ some months of that age only" in figure.layout.annotations[0].text
    assert [trace.name for trace in figure.data[2:]] == ["– not qualified", "in no quota", "in 1 quota", "in 2 or more"]


def test_the_numbers_are_told_below_and_under_the_pointer() -> None:
    """Every number has its id and count under the grid; a cell tells its words, its quotas and whether it may enter."""
    figure = plots.quota_grid(DESIGN)
    below = figure.layout.annotations[0].text
    for told in (
        "1 = boys 4-6 (300)",
        "2 = b2 (100)",
        "3 = babies (count not said)",
        "4 = no kids (600)",
        "5 = dads (5), not by age",
    ):
        assert told in below
    hover = figure.data[0].customdata
    assert hover[0][6] == "boy 6 years<br>qualified<br>1 = boys 4-6 (300)<br>2 = b2 (100)"
    assert hover[1][13] == "girl 13 years<br>not qualified<br>in no quota"


def test_the_words_say_everything_that_the_grid_shows() -> None:
    """The alt text tells whom each quota wants, whom nobody lets in, and whom no quota asks for; it travels with a copy."""
    figure = plots.quota_grid(DESIGN)
    for told in (
        "Quota 1, boys 4-6 (300): boys 4-6 years.",
        "Quota 3, babies (count not said): children 3-14 months.",
        "Quota 4, no kids (600): no children.",
        "Quota 5, dads (5): whoever meets the other criteria.",
        "Not qualified: children 13-17 years.",
        "Qualified and in no quota: children 1-2, 15-23 months, 2-3 years; girls 4-12 years.",
    ):
        assert told in figure.alt_text
    assert copy.deepcopy(figure).alt_text == figure.alt_text
    assert "Not qualified: nobody. " in plots.quota_grid(QuotaDesign()).alt_text


def test_a_qualification_in_part_is_told_in_months() -> None:
    """Where only some months of a year may enter, the cell has both signs, and the words name the months."""
    figure = plots.quota_grid(QuotaDesign(1, frozenset({133, 141}), qualification_unit="months"))
    assert figure.data[1].text[2] == "~–"
    assert figure.frame is not None
    assert figure.frame.loc[figure.frame["qualified"], ["gender", "age"]].to_numpy().tolist() == [["boy", 5]]
    assert figure.alt_text.endswith("Qualified and in no quota: boys 12 months, 5 years.")


def test_months_are_a_grid_of_their_own() -> None:
    """The grid of months has a year quota in each of the year's months, and says where the older ages are."""
    figure = plots.quota_grid(QuotaDesign(1).with_quota("a", [133], 1), unit="months")
    assert figure.frame is not None
    assert figure.frame.loc[figure.frame["n_quotas"] == 1, "age"].tolist() == list(range(12, 24))
    assert "Ages from 4 years on are in the grid of years." in figure.layout.annotations[0].text


def test_many_quotas_keep_the_grid_readable() -> None:
    """A cell holds a few numbers and says how many more; the list below ends, with long ids cut; the frame has all."""
    design = QuotaDesign(1)
    for number in range(20):
        design = design.with_quota(f"{number} {'long ' * 20}", [141], 1)
    figure = plots.quota_grid(design)
    assert figure.data[1].text[10] == "1, 2<br>3, 4<br>+16"
    assert f"{LISTED} = " in figure.layout.annotations[0].text
    assert f"{LISTED + 1} = " not in figure.layout.annotations[0].text
    assert "and 8 more" in figure.layout.annotations[0].text
    assert all(len(line) < 140 for line in figure.layout.annotations[0].text.split("<br>"))
    assert figure.frame is not None
    assert figure.frame["n_quotas"].max() == 20


def test_hostile_ids_are_escaped_in_the_figure() -> None:
    """An id and a title like markup are text wherever they stand."""
    hostile = "<img src=x onerror=alert(1)>"
    figure = plots.quota_grid(QuotaDesign(1).with_quota(hostile, [141], 1), title=hostile)
    drawn = figure.to_plotly_json()
    del drawn["layout"]["meta"]
    assert "<img" not in json.dumps(drawn, default=str)
    assert "<img" not in figure._repr_html_()
    assert markup.text(hostile) in figure.layout.title.text


def test_the_colours_are_told_apart_in_grey_and_by_their_text() -> None:
    """From none to many the fills darken by steps, and the text of each stands out from it, as WCAG reckons contrast."""

    def light(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    def contrast(one: str, other: str) -> float:
        darker, lighter = sorted(map(light, (one, other)))
        return (lighter + 0.05) / (darker + 0.05)

    assert all(light(one) > light(other) and contrast(one, other) > 1.7 for one, other in pairwise(COLOURS[1:]))
    design = QuotaDesign(1).with_quota("a", [141, 143], 1).with_quota("b", [143], 1)
    texts = plots.quota_grid(design).data[1]
    boys = {age: ink for age, ink, gender in zip(texts.x, texts.textfont.color, texts.y, strict=True) if gender == "boy"}
    for age, fill in ((4, COLOURS[1]), (5, COLOURS[2]), (6, COLOURS[3])):
        assert contrast(boys[age], fill) > 4.5


def test_a_template_is_taken_and_a_unit_that_is_none_refused() -> None:
    """A named template gives the figure its look; a unit that is none is an error that names the two."""
    assert plots.quota_grid(DESIGN, template="plotly_dark").layout.template.layout.font.color
    with pytest.raises(InvalidInput, match='"years" or "months"'):
        plots.quota_grid(DESIGN, unit="weeks")  # type: ignore[arg-type]
