"""The laws of scoring rules and of the published standards."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit.errors import InvalidInput
from segkit.sel.rule import Rule
from segkit.sel.standards import standard, standards

AMAI = standard("mx-amai", 2022)

# Typed a second time from the published table, so that the edition's file is checked against something else than itself.
POINTS = [
    [0, 0, 6, 11, 12, 18, 23, 27, 36, 59, 85],
    [0, 24, 47],
    [0, 22, 43],
    [0, 32],
    [0, 15, 31, 46, 61],
    [0, 8, 16, 24, 32],
]
LEVELS = [("A/B", 202), ("C+", 168), ("C", 141), ("C-", 116), ("D+", 95), ("D", 48), ("E", 0)]
COUNTS = {"E": 133, "D": 906, "D+": 771, "C-": 1036, "C": 973, "C+": 751, "A/B": 380}
HOME = {"education": "none", "bathrooms": 0, "cars": 0, "internet": "no", "workers": 0, "bedrooms": 0}


def every_vector() -> list[tuple[int, ...]]:
    """Return the code vectors of all 4,950 ways to answer."""
    return list(itertools.product(*(range(len(row)) for row in POINTS)))


def added_up(vector: tuple[int, ...]) -> int:
    """Add up the points of a vector by hand."""
    return sum(row[code] for row, code in zip(POINTS, vector, strict=True))


def level_of(total: int) -> str:
    """Return the level of a score by the published table."""
    return next(name for name, fewest in LEVELS if total >= fewest)


def test_every_amai_vector_scores_as_added_up_by_hand() -> None:
    """The automaton and a plain sum with cut-offs agree on all 4,950 vectors, with the published counts of segments."""
    vectors = every_vector()
    found = [AMAI.segments[index] for index in AMAI.rule.segment_indices(np.array(vectors))]
    assert found == [level_of(added_up(vector)) for vector in vectors]
    assert {level: found.count(level) for level in COUNTS} == COUNTS
    assert len(found) == 4950


def test_single_and_vectorised_scoring_agree() -> None:
    """One respondent scored alone has the segment that she has in a frame."""
    vectors = every_vector()[::37]
    indices = AMAI.rule.segment_indices(np.array(vectors))
    for vector, index in zip(vectors, indices, strict=True):
        answers = {q.name: q.answers[code].answer for q, code in zip(AMAI.questions, vector, strict=True)}
        assert AMAI.rule.segment(answers) == AMAI.rule.segments[index]


def test_every_boundary_score_is_reachable_and_changes_the_level() -> None:
    """Each cut-off is some household's score, and so is the score one below it, in the next level down."""
    by_score = {added_up(vector): vector for vector in every_vector()}
    assert max(by_score) == 300
    for (level, fewest), (below, _) in itertools.pairwise(LEVELS):
        at, under = AMAI.rule.segment_indices(np.array([by_score[fewest], by_score[fewest - 1]]))
        assert (AMAI.segments[at], AMAI.segments[under]) == (level, below)


def test_more_points_never_mean_a_lower_segment() -> None:
    """Raising one answer by one class never lowers the segment (position 0 is the highest)."""
    vectors = np.array(every_vector())
    for question, row in enumerate(POINTS):
        lower = vectors[vectors[:, question] < len(row) - 1]
        raised = lower.copy()
        raised[:, question] += 1
        assert (AMAI.rule.segment_indices(raised) <= AMAI.rule.segment_indices(lower)).all()


def test_the_automaton_holds_partial_sums_not_vectors() -> None:
    """States are the distinct partial sums: at the end no more than the 301 scores that are possible."""
    assert AMAI.rule.step[0].shape == (1, 11)
    assert len(AMAI.rule.final) == len({added_up(vector) for vector in every_vector()}) <= 301


@pytest.mark.parametrize(("count", "same_as"), [(2, 2), (3, 2), (99, 2), (np.int64(7), 2)])
def test_a_count_above_the_open_class_is_in_it(count: int, same_as: int) -> None:
    """Three cars and ninety-nine score as two or more."""
    rich = {"education": "postgraduate", "bathrooms": 1, "internet": "yes", "workers": 1, "bedrooms": 1}
    assert AMAI.segment({**rich, "cars": count}) == AMAI.segment({**rich, "cars": same_as})
    assert AMAI.segment({**rich, "cars": count}) == AMAI.segment({**rich, "cars": "2+"})


@pytest.mark.parametrize("count", [-1, 1.5, "many", True, 100, [1, 2]])
def test_what_is_no_count_is_refused_with_its_place(count: object) -> None:
    """A count below zero, above 99, with a fraction or in words is a finding that names the question."""
    with pytest.raises(InvalidInput) as refused:
        AMAI.segment({**HOME, "cars": count})
    assert [(f.code, f.where) for f in refused.value.findings] == [("unknown-answer", "cars")]


def test_every_fault_of_the_answers_is_named_at_once() -> None:
    """A missing, an unknown and a surplus answer come back as three findings."""
    answers = {**HOME, "education": "sorcery", "pets": 2}
    del answers["internet"]
    with pytest.raises(InvalidInput) as refused:
        AMAI.segment(answers)
    assert {(f.code, f.where) for f in refused.value.findings} == {
        ("unknown-answer", "education"),
        ("unanswered", "internet"),
        ("unknown-question", "pets"),
    }


@pytest.mark.parametrize("codes", [[[0, 0]], [0] * 6, [[0.0] * 6]])
def test_codes_of_another_shape_or_kind_are_refused(codes: object) -> None:
    """Codes are whole numbers, one column a question."""
    with pytest.raises(InvalidInput, match="codes-shape"):
        AMAI.rule.segment_indices(codes)


@pytest.mark.parametrize("code", [-1, 11])
def test_a_code_that_is_no_position_is_refused(code: int) -> None:
    """A negative code never counts from the end."""
    with pytest.raises(InvalidInput, match="row 1, education"):
        AMAI.rule.segment_indices([[0, 0, 0, 0, 0, 0], [code, 0, 0, 0, 0, 0]])


def test_no_respondents_have_no_segments() -> None:
    """An empty frame is scored to an empty array."""
    assert AMAI.rule.segment_indices(np.empty((0, 6), dtype=np.int64)).shape == (0,)


def test_a_grid_is_looked_up_by_row_and_column() -> None:
    """Every cell of a two-way grid comes back, whatever the order in which a row lists its columns."""
    grid = {"none": {0: "E", 1: "D"}, "graduate": {1: "A", 0: "D"}}
    rule = Rule.from_grid(("schooling", "durables"), grid, ["A", "D", "E"])
    for row, cells in grid.items():
        for column, segment in cells.items():
            assert rule.segment({"schooling": row, "durables": column}) == segment
    assert rule.segment_indices([[0, 0], [0, 1], [1, 0], [1, 1]]).tolist() == [2, 1, 1, 0]


POINT_ROWS = st.lists(st.lists(st.integers(-9, 30), min_size=1, max_size=4), min_size=1, max_size=4)


@given(POINT_ROWS, st.lists(st.integers(-20, 90), min_size=1, max_size=4, unique=True))
def test_random_points_score_as_added_up_by_hand(rows: list[list[int]], cutoffs: list[int]) -> None:
    """Any points, any cut-offs in any order: every vector is in the segment with the highest cut-off that its sum reaches."""
    cuts = {f"from {cutoff}": cutoff for cutoff in (*cutoffs, -99)}
    rule = Rule.from_points({f"Q{n}": {f"a{code}": value for code, value in enumerate(row)} for n, row in enumerate(rows)}, cuts)
    every = list(itertools.product(*(range(len(row)) for row in rows)))
    found = rule.segment_indices(np.array(every))
    for vector, place in zip(every, found, strict=True):
        total = sum(row[code] for row, code in zip(rows, vector, strict=True))
        assert cuts[rule.segments[place]] == max(cutoff for cutoff in cuts.values() if cutoff <= total)
    assert rule.segments == tuple(cuts)


@given(st.lists(st.lists(st.sampled_from("ABC"), min_size=3, max_size=3), min_size=1, max_size=5))
def test_a_random_grid_is_its_cells(cells: list[list[str]]) -> None:
    """Every cell of any grid comes back from the automaton, one by one and all at once."""
    grid = {f"row {n}": dict(zip(("x", "y", "z"), row, strict=True)) for n, row in enumerate(cells)}
    rule = Rule.from_grid(("across", "down"), grid, "ABC")
    places = rule.segment_indices(list(itertools.product(range(len(cells)), range(3))))
    assert [rule.segments[place] for place in places] == [segment for row in cells for segment in row]
    assert all(rule.segment({"across": row, "down": column}) == grid[row][column] for row in grid for column in "xyz")


def test_a_ragged_grid_and_an_unknown_segment_are_findings() -> None:
    """A grid with a hole or a strange cell is refused, both places named."""
    with pytest.raises(InvalidInput) as refused:
        Rule.from_grid(("schooling", "durables"), {"none": {0: "E", 1: "D"}, "graduate": {0: "Z"}}, ["D", "E"])
    assert [(f.code, f.where) for f in refused.value.findings] == [
        ("ragged-grid", "schooling='graduate'"),
        ("unknown-segment", "schooling='graduate'"),
    ]


@pytest.mark.parametrize(
    ("points", "cutoffs", "code"),
    [
        ({"cars": {}}, {"low": 0}, "no-answers"),
        ({"cars": {"0": 0}}, {"low": 0, "high": 0}, "shared-cutoff"),
        ({"cars": {"0": 0}}, {}, "shared-cutoff"),
        ({"cars": {"0": 0, "1": 5}}, {"high": 5}, "score-without-segment"),
    ],
)
def test_points_that_make_no_rule_are_refused(points: dict, cutoffs: dict, code: str) -> None:
    """Every sum must have exactly one segment."""
    with pytest.raises(InvalidInput) as refused:
        Rule.from_points(points, cutoffs)
    assert refused.value.findings.codes == {code}


def test_a_rule_cannot_be_changed() -> None:
    """The tables of a rule are read-only: it is shared by everything that scores."""
    with pytest.raises(ValueError, match="read-only"):
        AMAI.rule.step[0][0, 0] = 3


def test_editions_are_found_by_year_alias_and_as_the_newest() -> None:
    """2024 is the edition of 2022 under a new name; without a year the newest edition answers."""
    renamed = standard("mx-amai", 2024)
    assert (renamed.questions, renamed.segments, renamed.edition) == (AMAI.questions, AMAI.segments, AMAI.edition)
    assert renamed.edition_in_words == "2024 (table of 2022)"
    assert standard("mx-amai") is [one for one in standards() if one.id == "mx-amai"][-1]
    with pytest.raises(InvalidInput, match=r"Use one of: .*mx-amai 2022, mx-amai 2024"):
        standard("mx-amai", 1999)


@pytest.mark.parametrize("one", standards(), ids=repr)
def test_every_shipped_standard_is_labelled_and_scores(one: object) -> None:
    """A shipped edition has sources, two wordings, a provenance on each row, and a rule."""
    assert one.source
    assert one.rule.segments == one.segments
    for row in [*one.questions, *(answer for question in one.questions for answer in question.answers)]:
        assert row.text
        assert row.eng_text
        assert row.provenance in {"documented", "derived", "synthetic"}
