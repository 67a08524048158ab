"""The laws of the published standards: their numbers, their labels, what is there and what is not."""

import csv
import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_rules import vectors
from test_frames_markup import ATTRIBUTES, TAGS, Seen

from segkit.errors import InvalidInput
from segkit.provenance import WORDS
from segkit.sel import absent, standard_frames
from segkit.sel.standards import Standard, Standards, standard, standards

# Typed from the published tables as text, so that the files are checked against something else than what they were made from.
TYPED: dict[tuple[str, int], dict[str, list[str]]] = {}
for line in csv.DictReader((Path(__file__).parent / "standards_points.csv").read_text(encoding="utf-8").splitlines()):
    TYPED.setdefault((line["standard"], int(line["edition"])), {})[line["row"]] = line["values"].split()

EVERY = pytest.mark.parametrize("one", standards(), ids=lambda one: f"{one.id} {one.edition}")
ADDITIVE = pytest.mark.parametrize("one", [one for one in standards() if not one.grid], ids=lambda one: f"{one.id} {one.edition}")

AMAI = {2018: standard("mx-amai", 2018), 2022: standard("mx-amai", 2022)}
COUNTS = {
    2018: {"E": 124, "D": 710, "D+": 744, "C-": 951, "C": 1122, "C+": 893, "A/B": 406},
    2022: {"E": 133, "D": 906, "D+": 771, "C-": 1036, "C": 973, "C+": 751, "A/B": 380},
}
NCCS = standard("in-nccs")


def typed(one: Standard) -> dict[str, list[str]]:
    """Return the typed rows of a standard."""
    return TYPED[one.id, one.edition]


def points(one: Standard) -> list[list[int]]:
    """Return the typed points of each question in the order of the file."""
    return [[int(value) for value in typed(one)[question.name]] for question in one.questions]


def cuts(one: Standard) -> list[tuple[str, int]]:
    """Return the typed segments and cut-offs, from the highest."""
    words = typed(one)["segments"]
    return list(zip(words[::2], map(int, words[1::2]), strict=True))


def level(one: Standard, total: int) -> str:
    """Return the segment of a score by the typed cut-offs."""
    return next(name for name, fewest in cuts(one) if total >= fewest)


def test_every_file_is_typed_a_second_time() -> None:
    """No edition is shipped that the typed table does not have, and none of it is missing."""
    assert set(TYPED) == {(one.id, one.edition) for one in standards()}


@ADDITIVE
def test_points_and_cut_offs_are_the_published_ones(one: Standard) -> None:
    """Every point and cut-off of a file is that of the table typed from the text, in its order."""
    assert {q.name: [answer.points for answer in q.answers] for q in one.questions} == dict(
        zip([q.name for q in one.questions], points(one), strict=True)
    )
    assert set(typed(one)) == {*(q.name for q in one.questions), "segments"}
    assert list(one.cutoffs_min.items()) == cuts(one)
    assert one.grid == ()


def test_the_grid_is_the_published_one() -> None:
    """All 70 cells of the NCCS are those of the table typed from the text."""
    durables, education = NCCS.questions
    rows = {row: values for row, values in typed(NCCS).items() if row != "segments"}
    assert [answer.answer for answer in durables.answers] == list(rows)
    found = {cell.answers: cell.segment for cell in NCCS.grid}
    assert len(found) == len(NCCS.grid) == 70
    for row, values in rows.items():
        for column, segment in zip(education.answers, values, strict=True):
            assert found[row, column.answer] == NCCS.segment({"durables": row, "education": column.answer}) == segment
    assert list(NCCS.segments) == typed(NCCS)["segments"]
    assert {answer.points for question in NCCS.questions for answer in question.answers} == {None}


@pytest.mark.parametrize("year", [2018, 2022])
def test_every_amai_household_is_in_the_level_that_hand_addition_gives(year: int) -> None:
    """All 4,950 answer vectors score as added up by hand; the levels have the known numbers of vectors."""
    one = AMAI[year]
    every = vectors(one.rule)
    totals = [sum(row[code] for row, code in zip(points(one), vector, strict=True)) for vector in every[:, :-1]]
    assert [one.segments[place] for place in every[:, -1]] == [level(one, total) for total in totals]
    assert {name: int((every[:, -1] == place).sum()) for place, name in enumerate(one.segments)} == COUNTS[year]
    assert (len(every), max(totals)) == (4950, 300)


def test_1343_households_change_level_from_2018_to_2022() -> None:
    """The two editions of AMAI ask the same and disagree for 1,343 of 4,950 answer vectors."""
    old, new = (vectors(AMAI[year].rule)[:, -1] for year in (2018, 2022))
    assert int((old != new).sum()) == 1343
    assert AMAI[2018].rule.answers == AMAI[2022].rule.answers


@ADDITIVE
def test_the_greatest_score_is_that_of_the_text(one: Standard) -> None:
    """The greatest points add up to 300 in Mexico and to 100 in Brazil, and that score is reached."""
    most = 300 if one.country == "MX" else 100
    assert sum(max(row) for row in points(one)) == most
    assert one.total_of_state is not None
    assert one.total_of_state.max() == most


@ADDITIVE
def test_every_boundary_score_is_reached(one: Standard) -> None:
    """Each cut-off is some household's score, and so is the score one below it, in the next segment down."""
    reachable = {0}
    for row in points(one):
        reachable = {total + value for total in reachable for value in row}
    assert one.total_of_state is not None
    found = dict(zip(one.total_of_state.tolist(), one.rule.final.tolist(), strict=True))
    assert set(found) == reachable
    for (name, fewest), (below, _) in itertools.pairwise(cuts(one)):
        assert (one.segments[found[fewest]], one.segments[found[fewest - 1]]) == (name, below)
    assert one.segments[found[0]] == cuts(one)[-1][0]


@ADDITIVE
def test_more_never_means_a_lower_segment(one: Standard) -> None:
    """A higher class never brings fewer points, a state stands for one sum only, a higher sum is never in a lower segment."""
    sums = np.zeros(1, dtype=np.int64)
    for row, step in zip(points(one), one.rule.step, strict=True):
        assert row == sorted(row)
        reached = sums[:, None] + np.array(row)
        sums = np.zeros(int(step.max()) + 1, dtype=np.int64)
        sums[step] = reached
        assert (sums[step] == reached).all()
    assert one.total_of_state is not None
    assert (one.total_of_state == sums).all()
    assert (np.diff(one.rule.final[np.argsort(sums)]) <= 0).all()


@pytest.mark.parametrize("disputed", ["D2", "E1"])
def test_the_grid_is_monotone_both_ways_with_either_value_of_the_disputed_cell(disputed: str) -> None:
    """Along every row and column of the NCCS the segment never falls, whichever source is right about the disputed cell."""
    places = NCCS.rule.segment_indices([[row, column] for row in range(10) for column in range(7)]).reshape(10, 7)
    places[0, 6] = NCCS.segments.index(disputed)
    assert (np.diff(places, axis=0) <= 0).all()
    assert (np.diff(places, axis=1) <= 0).all()


def test_the_disputed_cell_is_labelled() -> None:
    """One cell of 70 is disputed: D2 here, derived, with what the third source says and why; notes name it."""
    found = [cell for cell in NCCS.grid if cell.disputed or cell.provenance != "documented"]
    assert [(cell.answers, cell.segment, cell.disputed, cell.provenance) for cell in found] == [
        (("0", "graduate-professional"), "D2", ("E1",), "derived")
    ]
    assert found[0].reason
    assert any("disputed" in note for note in NCCS.notes)
    assert "disputed" not in " ".join(cell.reason for cell in NCCS.grid if cell is not found[0])


# Mistakes that are found in public code, each with a household that tells it from the published rule.
POOR = {"education": "none", "bathrooms": 0, "cars": 0, "internet": "no", "workers": 0, "bedrooms": 0}
MISTAKES: list[tuple[Standard, dict[str, Any], int, str]] = [
    (AMAI[2022], {**POOR, "workers": 3}, 46, "workers capped at 2, which bring 31"),
    (AMAI[2022], {**POOR, "workers": 4}, 61, "workers capped at 2, which bring 31"),
    (AMAI[2022], {**POOR, "bedrooms": 2}, 16, "2 bedrooms that bring 12"),
    (AMAI[2022], {**POOR, "bedrooms": 3}, 24, "3 bedrooms that bring 22"),
    (AMAI[2022], {**POOR, "bedrooms": 9}, 32, "bedrooms capped at 3"),
    (AMAI[2022], POOR, 0, "a score of 0 without a level"),
]


@pytest.mark.parametrize(("one", "home", "total", "mistake"), MISTAKES, ids=[row[-1] for row in MISTAKES])
def test_mistakes_of_public_code_are_not_ours(one: Standard, home: dict[str, Any], total: int, mistake: str) -> None:
    """A household that the mistake would score otherwise has the published points."""
    assert mistake
    assert one.explain(home).points == total
    assert one.segment(home) == level(one, total)


def test_d_runs_to_94_and_old_cuts_are_not_used() -> None:
    """Scores of 85 to 94 are D, not the next level; the cut-offs of the rule 8x7 (80, 105, 128, 155, 193) decide nothing."""
    assert AMAI[2022].total_of_state is not None
    found = dict(zip(AMAI[2022].total_of_state.tolist(), AMAI[2022].rule.final.tolist(), strict=True))
    assert {AMAI[2022].segments[found[total]] for total in range(85, 95) if total in found} == {"D"}
    for old in (80, 105, 128, 155, 193):
        assert found.get(old - 1, found[old]) == found[old]


def test_wrong_cells_of_other_transcriptions_of_brazil_are_not_ours() -> None:
    """Four DVD players bring 6 and not 4; B1 begins at 38 and not at 35, C2 at 17 and not at 18."""
    one = standard("br-cceb", 2018)
    nothing = {question.name: question.answers[0].answer for question in one.questions}
    assert one.explain({**nothing, "dvd_players": 4}).points == 6
    assert (one.cutoffs_min["B1"], one.cutoffs_min["C2"]) == (38, 17)


def test_editions_and_their_dates() -> None:
    """An edition is found by its year and under the years that share its table; without a year the newest answers."""
    brazil = standard("br-cceb", 2015)
    assert [year for year in range(2010, 2030) if (year in {brazil.edition, *brazil.aliases})] == [
        *(2015, 2016, *range(2018, 2023), 2024)
    ]
    for year in brazil.aliases:
        one = standard("br-cceb", year)
        assert (one.questions, one.cutoffs_min, one.edition, one.asked_as) == (brazil.questions, brazil.cutoffs_min, 2015, year)
        assert standard("br-cceb", year) is one
    assert standard("br-cceb") is standard("br-cceb", 2026)
    assert standard("mx-amai") is standard("mx-amai", 2022) is AMAI[2022]
    assert standard("mx-amai", 2024).in_words == "mx-amai 2024 (table of 2022)"
    frame = standards().to_frame().set_index(["id", "edition"])
    assert frame.loc[("br-cceb", 2026), "in_force_from"] == "2026-02-05"
    assert frame.loc[("br-cceb", 2022), ["in_force_from", "in_force_provenance"]].tolist() == ["2022-06-01", "derived"]
    assert frame.loc[("br-cceb", 2024), "in_force_from"] == "2024-06-27"
    assert frame.loc[("mx-amai", 2024), ["rule", "in_force_from", "confidence"]].tolist() == [2022, "2024", "A"]
    assert frame.loc[("mx-amai", 2018), "confidence"] == "B+"


ABSENT = [
    ("in-isec", None, "not-public", "calculate_many"),
    ("in-isec", 2024, "not-public", "4209"),
    ("us-acculturation", None, "not-public", "3910"),
    ("mx-amai", 2020, "not-verified", "inference"),
    ("mx-amai", 2012, "not-verified", "2018"),
    *(("br-cceb", year, "no-such-edition", "edition before") for year in (2017, 2023, 2025)),
    ("br-cceb", 2010, "not-verified", "one transcription"),
    ("cl-gse", None, "not-verified", "PureSpectrum.calculate"),
    ("cl-gse", 2023, "not-verified", "10 of 210 cells"),
    *((name, None, "not-a-rule", "MRS's book") for name in ("uk", "UK", "gb", "uk-nrs", "UK_NRS")),
    ("AR", None, "not-verified", "ar-nse: the decision trees of 2006 and 2015"),
    ("EC", None, "not-verified", "25 variables"),
    ("PE", None, "not-verified", "APEIM"),
    ("UY", 2018, "not-verified", "public report that was not read"),
    ("PH", None, "not-verified", "1SEC"),
    ("CL", None, "not-verified", "cl-gse: AIM's matrix of 2023 was read in one transcription"),
    ("CO", None, "not-a-rule", "states it"),
    ("in-sec", None, "not-verified", "in-nccs"),
    ("US", None, "not-public", "3910"),
    *(
        (name, None, "not-found", "nothing usable was found")
        for name in ("za", "ID", "vn", "eg", "ng", "ke", "South Africa", "gt")
    ),
    ("MX", None, "unknown-standard", "Use one of: mx-amai 2018, mx-amai 2022, mx-amai 2024."),
    ("mx-amai", 1999, "unknown-standard", "mx-amai 2018, mx-amai 2022, mx-amai 2024"),
    ("nowhere", None, "unknown-standard", "Use one of"),
]


@pytest.mark.parametrize(("name", "edition", "code", "says"), ABSENT)
def test_what_is_not_shipped_says_why_and_what_to_do(name: str, edition: int | None, code: str, says: str) -> None:
    """Asking for a rule that is not public, not verified or unknown is refused with the reason and a way on."""
    with pytest.raises(InvalidInput) as refused:
        standard(name, edition)
    [found] = refused.value.findings
    assert found.code == code
    assert found.message
    assert says in f"{found.message} {found.fix}"


def test_what_is_not_shipped_is_listed() -> None:
    """One row a standard or editions of one, each with reason and way on; none is shipped, and no name belongs to two."""
    frame = standards().absent()
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == dict(standard_frames.ABSENT)
    assert (frame != "").all(axis=None)
    assert {"in-isec", "us-acculturation", "uk-nrs", "ar-nse", "ec-nse", "pe-apeim", "uy-inse", "ph-1sec", "cl-gse"} <= set(
        frame["id"]
    )
    assert not {one.id for one in standards()} & set(frame.loc[frame["editions"] == "all", "id"])
    names = [name for one in absent._ABSENT if one.editions is None for name in (one.id, *one.called)]
    assert len(names) == len(set(names))


@EVERY
def test_every_row_is_labelled_and_every_label_of_an_answer_is_one_answers(one: Standard) -> None:
    """Sources, notes, two wordings and a provenance a row; no key, text or other label belongs to two answers of a question."""
    assert one.source
    assert one.notes
    assert one.in_force[0].edition == one.edition
    rows = [*one.questions, *(answer for question in one.questions for answer in question.answers)]
    assert all(row.text and row.eng_text for row in rows)
    for row in [*rows, *one.levels, *one.grid, *one.in_force]:
        assert row.provenance in WORDS
        assert row.provenance != "synthetic"
    for force in one.in_force:
        assert force.note or force.provenance == "documented"
    for question in one.questions:
        labels = [{x.casefold() for x in (a.answer, a.text, a.eng_text, *a.also)} for a in question.answers]
        assert sum(map(len, labels)) == len(set().union(*labels))
        keys = [answer.answer for answer in question.answers]
        if question.kind == "count":
            assert keys == [*map(str, range(len(keys) - 1)), f"{len(keys) - 1}+"]
            assert str(question.most) in question.note


def test_the_regime_of_brazil_has_69_rows_of_points() -> None:
    """As many rows as the other implementation of the eight editions has: 12 items of 5, 5 of education, 2 twice yes or no."""
    assert len(standard("br-cceb", 2015).to_frame()) == 69


def test_the_list_of_standards_is_a_tuple_and_a_table() -> None:
    """Iteration, length and places are those of a tuple; it has a frame of its dtypes, a printed and an HTML table."""
    every = standards()
    assert isinstance(every, Standards)
    assert len(every) == 5
    assert every[0] is next(iter(every))
    assert repr(every).startswith("<Standards: br-cceb 2015, ")
    frame = every.to_frame()
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == {k: str(v) for k, v in standard_frames.STANDARDS.items()}
    assert len(frame) == sum(1 + len(one.aliases) for one in every)
    assert len(str(every).splitlines()) == 1 + len(frame)
    seen = Seen(every._repr_html_())
    assert set(seen.tags) <= TAGS
    assert seen.attributes <= ATTRIBUTES
    assert seen.cells.count("mx-amai") == 2 * 3  # in the table, and with notes and sources


@EVERY
def test_a_standard_and_its_questions_show_themselves(one: Standard) -> None:
    """One row an answer with its dtypes; one-line reprs; HTML that a notebook keeps, notes and sources in it."""
    frame = one.to_frame()
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == {k: str(v) for k, v in standard_frames.ANSWERS.items()}
    assert len(frame) == sum(len(question.answers) for question in one.questions)
    assert frame["points"].isna().all() == bool(one.grid)
    pd.testing.assert_frame_equal(frame, one.questions.to_frame())
    assert repr(one).startswith(f"<Standard {one.id} {one.edition}")
    assert "\n" not in repr(one) + repr(one.questions) + repr(one.questions[0])
    for page in (one._repr_html_(), one.questions._repr_html_()):
        seen = Seen(page)
        assert set(seen.tags) <= TAGS
        assert seen.attributes <= ATTRIBUTES
    assert all(question.name in one._repr_html_() for question in one.questions)
