"""The laws of explained segments: points a question, distances to the cuts, one class more or less, the cells beside."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from test_frames_markup import ATTRIBUTES, TAGS, Seen

from segkit.errors import InvalidInput
from segkit.sel import standard_frames
from segkit.sel.explanation import Distance, Explanation
from segkit.sel.standards import Standard, standard, standards

AMAI, NCCS = standard("mx-amai", 2022), standard("in-nccs")
HOME = {"education": "upper-secondary", "bathrooms": 1, "cars": 7, "internet": "Sí", "workers": 2, "bedrooms": 2}
EVERY = pytest.mark.parametrize("one", standards(), ids=lambda one: f"{one.id} {one.edition}")


def some(one: Standard, n: int = 40) -> list[tuple[int, ...]]:
    """Return random code vectors, the lowest and the highest among them."""
    sizes = [len(question.answers) for question in one.questions]
    drawn = np.random.default_rng(5).integers(0, sizes, (n, len(sizes)))
    return [tuple([0] * len(sizes)), tuple(size - 1 for size in sizes), *map(tuple, drawn.tolist())]


def keys(one: Standard, codes: tuple[int, ...]) -> dict[str, Any]:
    """Return answers by key."""
    return {question.name: question.answers[code].answer for question, code in zip(one.questions, codes, strict=True)}


def test_a_household_is_explained_as_by_hand() -> None:
    """27 + 24 + 43 + 32 + 31 + 16 are 173: C+ from 168 to 201, so 29 more lead to A/B and 6 fewer to C."""
    told = AMAI.explain(HOME)
    assert (told.points, told.segment) == (173, "C+")
    assert told.to_frame()["points"].tolist() == [27, 24, 43, 32, 31, 16]
    assert (told.up, told.down) == (Distance(29, "A/B"), Distance(6, "C"))
    assert told.cell is None
    assert repr(told) == "<Explanation mx-amai 2022: 173 points, C+; 29 more to A/B, 6 fewer to C; documented>"


@pytest.mark.parametrize("one", [one for one in standards() if not one.grid], ids=repr)
def test_distances_lead_exactly_to_the_next_cut(one: Standard) -> None:
    """As many points more are in the segment above and one less is not; as many fewer are below and one less is not."""

    def level(total: int) -> str:
        return next(name for name, fewest in one.cutoffs_min.items() if total >= fewest)

    for codes in some(one):
        told = one.explain(keys(one, codes))
        assert told.points is not None
        assert told.points == told.to_frame()["points"].sum()
        assert level(told.points) == told.segment
        place = one.segments.index(told.segment)
        assert (told.up is None) == (place == 0)
        assert (told.down is None) == (place == len(one.segments) - 1)
        if told.up:
            assert told.up.segment == one.segments[place - 1] == level(told.points + told.up.points)
            assert level(told.points + told.up.points - 1) == told.segment
        if told.down:
            assert told.down.segment == one.segments[place + 1] == level(told.points - told.down.points)
            assert level(told.points - told.down.points + 1) == told.segment


@EVERY
def test_one_class_more_or_less_is_what_scoring_says(one: Standard) -> None:
    """The segments one class lower and higher are those of respondents with that one answer changed, missing at the ends."""
    for codes in some(one, 10):
        frame = one.explain(keys(one, codes)).to_frame()
        assert frame["answer"].tolist() == list(keys(one, codes).values())
        for place, question in enumerate(one.questions):
            for column, by in (("segment_one_lower", -1), ("segment_one_higher", 1)):
                code, found = codes[place] + by, frame[column][place]
                if 0 <= code < len(question.answers):
                    assert found == one.segment(keys(one, (*codes[:place], code, *codes[place + 1 :])))
                else:
                    assert pd.isna(found)


def test_a_cell_is_shown_with_the_cells_beside_it() -> None:
    """In a grid there are no points: the cell, and the segments of its four neighbours."""
    told = NCCS.explain({"durables": 5, "education": "SSC"})
    assert (told.points, told.up, told.down) == (None, None, None)
    assert told.cell is not None
    assert (told.cell.answers, told.cell.segment, told.segment) == (("5", "ssc-hsc"), "B2", "B2")
    frame = told.to_frame()
    assert frame["segment_one_lower"].tolist() == ["C1", "C1"]
    assert frame["segment_one_higher"].tolist() == ["B1", "B1"]
    assert frame["points"].isna().all()
    assert repr(told) == "<Explanation in-nccs 2011: B2 at durables 5, education ssc-hsc; documented>"
    assert told.findings.ok
    assert len(told.findings) == 0


def test_the_disputed_cell_says_so() -> None:
    """The explanation of the disputed cell is derived, says disputed in its line, and shows the warning in its page."""
    told = NCCS.explain({"durables": 0, "education": "graduate-professional"})
    assert told.segment == "D2"
    assert told.provenance == "derived"
    assert repr(told).endswith("derived, disputed>")
    assert told.findings.codes == {"disputed-cell"}
    assert "E1 elsewhere" in told._repr_html_()
    assert set(told.to_frame()["provenance"]) == {"derived"}


def test_a_row_may_be_written_in_many_ways() -> None:
    """A mapping, a row of a frame, a frame of one row, a mapped export and a walk explain the same."""
    frame = pd.DataFrame([{"member_id": "m-1", **HOME}])
    walk = AMAI.tree.walk()
    for value in ("Preparatoria completa", 112, "2 o más", "yes", "2", "2"):
        walk.answer(value)
    renamed = {"Q1": HOME["education"], **{name: value for name, value in HOME.items() if name != "education"}}
    ways = [HOME, frame.iloc[0], frame, frame.iloc[[0]], walk, pd.Series(HOME)]
    told = [AMAI.explain(way) for way in ways] + [AMAI.explain(renamed, {"Q1": "education"})]
    assert len({one.codes for one in told}) == 1
    assert {one.points for one in told} == {173}


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({**HOME, "cars": -1}, "unknown-answer at row 0, column 'cars'"),
        ({**HOME, "cars": None}, "unanswered at row 0, column 'cars'"),
        ({name: value for name, value in HOME.items() if name != "cars"}, "missing-column at column cars"),
        (pd.DataFrame([HOME, HOME]), "there are 2 respondents"),
        (pd.DataFrame([HOME]).iloc[:0], "there are 0 respondents"),
        ("cars", "give a DataFrame"),
    ],
)
def test_what_cannot_be_explained_is_refused(row: Any, says: str) -> None:
    """A wrong or missing answer, and more or fewer than one respondent, are invalid input with their place."""
    with pytest.raises(InvalidInput, match=says):
        AMAI.explain(row)


@EVERY
def test_an_explanation_shows_itself(one: Standard) -> None:
    """One line, a frame of its dtypes with the rule in its attrs, and HTML that a notebook keeps."""
    told = one.explain(keys(one, some(one)[1]))
    assert isinstance(told, Explanation)
    assert "\n" not in repr(told)
    frame = told.to_frame()
    expected = {name: str(dtype) for name, dtype in standard_frames.EXPLANATION.items()}
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == expected
    year = one.edition
    assert frame.attrs["segkit"] == {"standard": one.id, "edition": year, "table_edition": year, "provenance": "documented"}
    seen = Seen(told._repr_html_())
    assert set(seen.tags) <= TAGS
    assert seen.attributes <= ATTRIBUTES
    assert all(answer in seen.cells for answer in frame["answer_text"])
    assert "documented" in told._repr_html_()
