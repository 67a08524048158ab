"""The laws of scored frames: what comes back, in what order, with which label, and what is said of rows that cannot be scored."""

import time
import unicodedata
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import segkit
from segkit import frames
from segkit.errors import InvalidInput
from segkit.plots import segment_bars
from segkit.sel import standard_frames
from segkit.sel.population import Population
from segkit.sel.scores import MOST_FAULTS
from segkit.sel.standards import Standard, standard, standards

AMAI, NCCS = standard("mx-amai", 2022), standard("in-nccs")
EVERY = pytest.mark.parametrize("one", standards(), ids=lambda one: f"{one.id} {one.edition}")
# Scored by hand from the published table: 27 + 24 + 22 + 32 + 15 + 16, and 85 + 47 + 43 + 32 + 61 + 32.
HOME = {"education": "upper-secondary", "bathrooms": "1", "cars": 1, "internet": "yes", "workers": 1, "bedrooms": 2}
TOP = {"education": "postgraduate", "bathrooms": 9, "cars": 9, "internet": "yes", "workers": 9, "bedrooms": 9}
BOTTOM = {"education": "none", "bathrooms": 0, "cars": 0, "internet": "no", "workers": 0, "bedrooms": 0}
ROWS = pd.DataFrame([HOME, TOP, BOTTOM], index=["h", "t", "b"])
EXPECTED = ([136, 300, 0], ["C-", "A/B", "E"])


def drawn(one: Standard, n: int, seed: int = 0) -> pd.DataFrame:
    """Draw respondents uniformly, a categorical of keys a question."""
    return Population.fit(one).sample(n, seed)


def test_a_frame_of_scores_is_the_contract() -> None:
    """Exactly points and segment with their dtypes, the frame's own index, segments in the standard's order, rule in attrs."""
    made = AMAI.score(ROWS)
    assert (made["points"].tolist(), made["segment"].tolist()) == EXPECTED
    assert list(made.columns) == list(standard_frames.SCORE)
    assert str(made["points"].dtype) == "Int64"
    assert made["segment"].dtype == pd.CategoricalDtype(list(AMAI.segments), ordered=True)
    assert made.index.tolist() == ["h", "t", "b"]
    about = made.attrs["segkit"]
    assert (about["standard"], about["edition"], about["rule_provenance"], about["confidence"]) == (
        "mx-amai",
        2022,
        "documented",
        "A",
    )
    assert about["source"] == list(AMAI.source)
    assert about["findings"] == []


@EVERY
def test_a_sample_scores_to_the_segments_that_it_was_drawn_with(one: Standard) -> None:
    """Rows of a population come back with the very segments that the law drew, and their points are in the segment's range."""
    rows = drawn(one, 3000, 7)
    made = one.score(rows)
    pd.testing.assert_series_equal(made["segment"], rows["segment"], check_dtype=True)
    if one.grid:
        assert made["points"].isna().all()
        return
    cuts = one.cutoffs_min
    assert (made["points"] >= made["segment"].astype(str).map(cuts)).all()
    above = dict(zip(one.segments[1:], [cuts[name] for name in one.segments[:-1]], strict=True))
    assert (made["points"] < made["segment"].astype(str).map(above).fillna(1000)).all()


def as_keys(rows: pd.DataFrame, _: Standard) -> pd.DataFrame:
    """Keep the keys as text."""
    return rows.astype("str")


def as_texts(rows: pd.DataFrame, one: Standard) -> pd.DataFrame:
    """Write the published texts."""
    return pd.DataFrame(
        {q.name: rows[q.name].cat.rename_categories({a.answer: a.text for a in q.answers}) for q in one.questions}
    )


def as_english(rows: pd.DataFrame, one: Standard) -> pd.DataFrame:
    """Write the English texts in capitals, as objects."""
    texts = {q.name: {a.answer: a.eng_text.upper() for a in q.answers} for q in one.questions}
    return pd.DataFrame({name: rows[name].astype(str).map(names).astype(object) for name, names in texts.items()})


def as_ids(rows: pd.DataFrame, one: Standard) -> pd.DataFrame:
    """Write the answer ids of the standard's tree."""
    return pd.DataFrame({q.name: rows[q.name].cat.codes.astype("int64") + 111 for q in one.questions})


def as_ids_by_id(rows: pd.DataFrame, one: Standard) -> pd.DataFrame:
    """Name the columns by the qualification ids of the standard's tree."""
    return as_ids(rows, one).rename(columns={q.name: q.qualification_id for q in one.tree.questions})


def as_counts(rows: pd.DataFrame, one: Standard) -> pd.DataFrame:
    """Write counts as numbers, those of an open class anywhere in it."""
    made = rows.astype("str")
    for question in one.questions:
        if question.kind == "count":
            codes = rows[question.name].cat.codes.astype("int64")
            made[question.name] = codes.where(codes < len(question.answers) - 1, question.most)
    return made


@EVERY
@pytest.mark.parametrize("written", [as_keys, as_texts, as_english, as_ids, as_ids_by_id, as_counts])
def test_answers_mean_the_same_however_they_are_written(one: Standard, written: Any) -> None:
    """Keys, published texts, English texts, ids and counts of the same answers have the same points and segments."""
    rows = drawn(one, 400, 3)[[question.name for question in one.questions]]
    scored = one.score(written(rows, one), ids=written in {as_ids, as_ids_by_id})
    pd.testing.assert_frame_equal(scored, one.score(rows))


@EVERY
def test_score_explain_and_segment_agree(one: Standard) -> None:
    """A respondent scored in a frame, explained, scored alone and by the rule is in one segment, with one sum of points."""
    rows = drawn(one, 60, 11)[[question.name for question in one.questions]]
    made = one.score(rows)
    for (_, row), points, segment in zip(rows.iterrows(), made["points"], made["segment"], strict=True):
        answers = {str(name): str(value) for name, value in row.items()}
        told = one.explain(row)
        assert one.rule.segment(answers) == one.segment(answers) == told.segment == segment
        assert told.points == (None if one.grid else points)


def test_columns_of_a_survey_export_are_mapped() -> None:
    """A column that `columns` maps is read as the question; what is not a question is let be."""
    export = ROWS.rename(columns={"education": "Q12", "cars": "Q3"}).assign(member_id=["a", "b", "c"], weight=1.5)
    made = AMAI.score(export, {"Q12": "education", "Q3": str(AMAI.tree.questions[2].qualification_id)})
    assert (made["points"].tolist(), made["segment"].tolist()) == EXPECTED


@pytest.mark.parametrize(
    ("frame", "columns", "says"),
    [
        (ROWS.drop(columns="cars"), None, "missing-column at column cars"),
        (ROWS.drop(columns=["cars", "internet"]), None, "missing-column at column internet"),
        (ROWS.assign(Q=1), {"Q": "automobiles"}, "there is no question 'automobiles'"),
        (ROWS.assign(Q=1), {"R": "cars"}, "the frame has no column 'R'"),
        (pd.concat([ROWS, ROWS[["cars"]]], axis=1), None, "two-columns"),
        (ROWS, "cars", "give a mapping"),
        ({"education": "none"}, None, "give a DataFrame"),
        ("education", None, "give a DataFrame"),
        (7, None, "give a DataFrame"),
        ([], None, "give a DataFrame"),
    ],
)
def test_what_is_no_frame_of_respondents_is_refused(frame: Any, columns: Any, says: str) -> None:
    """A missing or doubled column, a mapping to nothing and what is no frame are invalid input that says how to mend it."""
    with pytest.raises(InvalidInput, match=says):
        AMAI.score(frame, columns)


FAULTY = pd.DataFrame(
    {
        "education": ["none", "sorcery", "none", "sorcery", None],
        "bathrooms": [0, 1, 2, 150, 1],
        "cars": [0, -1, 3, 0, 0],
        "internet": ["no", "yes", "sí", None, "no"],
        "workers": 0,
        "bedrooms": pd.array([1, 1, 1, 1, None], dtype="Int64"),
    },
    index=pd.Index([10, 20, 30, 40, 50]),
)


def test_faults_are_refused_with_row_and_column() -> None:
    """Missing answers, unknown texts and counts out of range are all named, each once with the first of its rows."""
    with pytest.raises(InvalidInput, match=r'3 of 5 rows cannot be scored; errors="keep"') as refused:
        AMAI.score(FAULTY)
    assert {(f.code, f.where, f.message) for f in refused.value.findings} == {
        ("unknown-answer", "row 20 and 1 more rows, column 'education'", "'sorcery' is not an answer of education"),
        ("unanswered", "row 50, column 'education'", "education is unanswered"),
        ("unknown-answer", "row 40, column 'bathrooms'", "150 is not an answer of bathrooms"),
        ("unknown-answer", "row 20, column 'cars'", "-1 is not an answer of cars"),
        ("unanswered", "row 40, column 'internet'", "internet is unanswered"),
        ("unanswered", "row 50, column 'bedrooms'", "bedrooms is unanswered"),
    }
    fixes = {f.where.rsplit("'", 2)[1]: f.fix for f in refused.value.findings if f.code == "unknown-answer"}
    assert "from 0 to 99" in fixes["cars"]
    assert "none 'Sin instrucción'" in fixes["education"]


def test_kept_faults_cost_their_rows_and_are_said_there() -> None:
    """With ``errors="keep"`` a faulty row has neither points nor segment, and a third column says all that is wrong with it."""
    made = AMAI.score(FAULTY, errors="keep")
    assert list(made.columns) == [*standard_frames.SCORE, "error"]
    assert made.index.tolist() == FAULTY.index.tolist()
    assert made["points"].isna().tolist() == made["segment"].isna().tolist() == made["error"].notna().tolist()
    assert made["error"].tolist()[1] == "'sorcery' is not an answer of education; -1 is not an answer of cars"
    assert made["error"].tolist()[4] == "education is unanswered; bedrooms is unanswered"
    assert made["points"].dropna().tolist() == [8, 47 + 43 + 32 + 8]
    found = made.attrs["segkit"]["findings"]
    assert len(found) == 6
    assert set(found[0]) == set(frames.FINDINGS)
    whole = AMAI.score(ROWS, errors="keep")
    assert whole["error"].isna().all()
    assert (whole["points"].tolist(), whole["segment"].tolist()) == EXPECTED
    with pytest.raises(InvalidInput, match='"raise" or "keep"'):
        AMAI.score(ROWS, errors="ignore")


@given(st.lists(st.sampled_from([0, 1, 5, 99, None, -1, 100, "2+", "x", 0.5, True]), max_size=12))
def test_no_segment_is_ever_missing_in_silence(cars: list[Any]) -> None:
    """A row has a segment or an error, never both and never neither; whole rows do not depend on faulty ones."""
    rows = pd.DataFrame({**BOTTOM, "cars": pd.Series(cars, dtype=object)}, index=range(len(cars)))
    made = AMAI.score(rows, errors="keep")
    assert (made["segment"].isna() == made["error"].notna()).all()
    whole = rows[made["error"].isna()]
    pd.testing.assert_frame_equal(AMAI.score(whole), made.loc[whole.index, ["points", "segment"]])


@given(st.lists(st.sampled_from([0, 1, 2, 7, 99, 111, 112, 113, 114, "111", 112.0]), max_size=8), st.integers(0, 8))
def test_any_part_of_a_frame_scores_as_the_whole(cars: list[Any], cut: int) -> None:
    """A number means the same alone, in a part and in the whole: it is never taken for an id because of its neighbours."""
    rows = pd.DataFrame({**HOME, "cars": pd.Series(cars, dtype=object)}, index=range(len(cars)))
    for frame in (rows, rows.infer_objects()):
        whole = AMAI.score(frame, errors="keep")
        parts = [AMAI.score(part, errors="keep") for part in (frame.iloc[:cut], frame.iloc[cut:]) if len(part)]
        for part in parts:
            pd.testing.assert_frame_equal(part, whole.loc[part.index])


def test_a_number_of_a_count_is_an_id_only_when_told() -> None:
    """111 cars are refused with the way to give ids; with it 111 is the first answer, and 1 is none."""
    home = {**HOME, "cars": 111}
    for refused in (lambda: AMAI.score(pd.DataFrame([home])), lambda: AMAI.explain(home), lambda: AMAI.segment(home)):
        with pytest.raises(InvalidInput, match="ids=True"):
            refused()
    ids = as_ids(drawn(AMAI, 5), AMAI)
    assert len(AMAI.score(ids, ids=True)) == 5
    with pytest.raises(InvalidInput, match="1 is not an answer of cars"):
        AMAI.score(ids.assign(cars=1), ids=True)


def test_no_respondents_have_no_scores() -> None:
    """An empty frame comes back with all columns and dtypes."""
    made = AMAI.score(ROWS.iloc[:0])
    assert len(made) == 0
    assert made.dtypes.tolist() == AMAI.score(ROWS).dtypes.tolist()


def test_a_column_of_nothing_but_other_text_is_told_in_short() -> None:
    """Of many wrong values the first are named one by one, then how many more there are; every row is told all the same."""
    rows = pd.DataFrame({**BOTTOM, "education": [f"free text {n}" for n in range(5000)]})
    made = AMAI.score(rows, errors="keep")
    found = made.attrs["segkit"]["findings"]
    assert len(found) == MOST_FAULTS + 1
    assert found[-1]["message"] == f"{5000 - MOST_FAULTS} more values that are no answer"
    assert made["error"].tolist() == [f"'free text {n}' is not an answer of education" for n in range(5000)]


def test_a_disputed_cell_that_is_used_is_told() -> None:
    """A frame that uses the disputed cell bears a warning with its rows, and is derived; another one is documented."""
    rows = pd.DataFrame({"durables": [1, 0, 0, 0], "education": ["ssc-hsc", "graduate-professional", "illiterate", 117]})
    made = NCCS.score(rows, errors="raise")
    assert made["segment"].tolist() == ["E1", "D2", "E3", "D2"]
    [found] = made.attrs["segkit"]["findings"]
    assert (found["code"], found["severity"]) == ("disputed-cell", "warning")
    assert found["where"].startswith("row 1 and 1 more rows, columns 'durables', 'education'")
    assert "E1 elsewhere" in found["message"]
    assert made.attrs["segkit"]["rule_provenance"] == "derived"
    other = NCCS.score(rows.iloc[[0, 2]])
    assert other.attrs["segkit"]["findings"] == []
    assert other.attrs["segkit"]["rule_provenance"] == "documented"


def test_labels_of_classes_that_a_standard_puts_into_one_are_read() -> None:
    """SSC and HSC are one column of the NCCS, "Médio completo" is part of a class of Brazil: both labels are answers."""
    assert NCCS.score(pd.DataFrame({"durables": 4, "education": ["SSC", "HSC", "ssc-hsc"]}))["segment"].tolist() == ["C1"] * 3
    brazil = standard("br-cceb", 2024)
    rows = drawn(brazil, 3)[[question.name for question in brazil.questions]].astype("str")
    one, other = (brazil.score(rows.assign(education=text)) for text in ("Médio completo", "Superior incompleto"))
    pd.testing.assert_frame_equal(one, other)


def test_the_frame_is_not_changed() -> None:
    """Scoring reads the frame and writes nothing in it."""
    before = FAULTY.copy(deep=True)
    AMAI.score(FAULTY, errors="keep")
    pd.testing.assert_frame_equal(FAULTY, before)


def test_scores_are_drawn_with_their_label() -> None:
    """A frame of scores is what the plots take: segments in order, and the weaker word of standard and respondents."""
    households = drawn(AMAI, 50)
    figure = segment_bars(AMAI.score(households))
    assert figure.frame["segment"].tolist() == list(AMAI.segments)
    assert "synthetic" in figure.alt_text
    households.attrs.clear()
    assert "provenance not stated" in segment_bars(AMAI.score(households)).alt_text
    households.attrs["segkit"] = {"provenance": "documented"}
    assert "Source of the segments: documented" in segment_bars(AMAI.score(households)).alt_text


def test_labels_as_exports_write_them() -> None:
    """Accents may be missing or written as signs of their own, where that leaves one answer; the segment is the same."""
    home = {"education": "Sin instrucción", "bathrooms": 1, "cars": 1, "internet": "Sí", "workers": 1, "bedrooms": 1}
    for education in ("Sin instruccion", "SIN INSTRUCCION", unicodedata.normalize("NFD", "Sin instrucción")):
        for internet in ("Si", "SI", "si", unicodedata.normalize("NFD", "Sí")):
            assert AMAI.segment({**home, "education": education, "internet": internet}) == AMAI.segment(home)


def test_a_row_with_two_values_is_not_explained() -> None:
    """A row that holds a question twice is refused, as a frame is."""
    row = pd.Series(
        ["none", "1", "1", "2", "yes", "1", "1"], ["education", "bathrooms", "cars", "cars", "internet", "workers", "bedrooms"]
    )
    with pytest.raises(InvalidInput, match="'cars'"):
        AMAI.explain(row)


def test_walks_through_the_tree_and_through_a_vendors_tree_are_scored() -> None:
    """Walks through our tree need no mapping; through the vendor's Mexican tree its questions are mapped, the count included."""
    ours = AMAI.tree.walk()
    for value in ("Preparatoria completa", "1", "1", "Yes", "1", "2"):
        ours.answer(value)
    assert ours.complete
    assert AMAI.score([ours, ours])["points"].tolist() == [136, 136]
    assert AMAI.explain(ours).points == 136
    client = segkit.PureSpectrum.sandbox()
    theirs = client.qualifications("es_MX", [990001])[990001].walk()
    for value in ("Preparatoria completa", "1", 40, "Yes", "1", "2"):
        theirs.answer(value)
    columns = {f"MXQ{place}": question.name for place, question in enumerate(AMAI.questions, start=1)}
    made = AMAI.score(theirs, columns)
    assert made["points"].tolist() == [136 - 22 + 43]
    assert made["segment"].tolist() == [client.calculate("es_MX", "m-1", theirs).segment_text]
    with pytest.raises(InvalidInput, match="unanswered at row 0, column 'education'"):
        AMAI.score(AMAI.tree.walk())


def test_a_million_rows_of_fifteen_questions_take_no_time() -> None:
    """A million rows of fifteen questions are scored in a few seconds at most."""
    brazil = standard("br-cceb", 2024)
    rows = drawn(brazil, 1_000_000)
    started = time.process_time()
    made = brazil.score(rows)
    assert time.process_time() - started < 5
    assert np.array_equal(made["segment"].cat.codes, rows["segment"].cat.codes)
