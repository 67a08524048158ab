"""The laws of the documented reply read into trees and frames: what is wrong costs only its question."""

import copy
import json
from typing import Any

import bodies
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit import frames
from segkit.sel.qualifications import Qualifications
from segkit.sel.tree import Tree
from segkit.sel.wire import LEFT_OUT, read_qualifications, read_reply

DOCUMENTED = read_qualifications(bodies.PRINTED / "2_1_success.txt")


def rows(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    """Return the rows of a frame, what is missing as None."""
    return [tuple(None if pd.isna(cell) else cell for cell in row) for row in frame.itertuples(index=False, name=None)]


def test_the_documented_tree_is_read_as_printed() -> None:
    """Section 2.1's reply is the tree 4209 with two segments and the question 4253."""
    assert list(DOCUMENTED) == [4209]
    tree = DOCUMENTED[4209]
    assert (tree.parent_id, tree.parent.order, tree.parent.description) == (4209, 2994, "ISEC - Segmentation Parent Edition ")
    assert tree.segment_names == {111: "ISEC - 1", 120: "ISEC - 10"}
    assert [q.qualification_id for q in tree.questions] == [4253]
    assert tree.find(4253).segmentation.parent_qualification_id == 4209
    assert tree.provenance == "documented"


def test_what_the_reply_does_not_say_stays_absent() -> None:
    """A field that is not sent is None, not an empty text or a zero."""
    child = DOCUMENTED[4209].find("ISECQ1")
    assert (child.placeholder, child.bounds, child.children) == (None, None, ())
    bare = bodies.trees([{"7": {"qualification_id": 7, "answers": [{"id": 1}]}}])[7].parent
    assert (bare.question_type, bare.order, bare.description, bare.text, bare.segmentation) == (None,) * 5
    assert (bare.answers[0].text, bare.answers[0].eng_text, bare.answers[0].label) == (None, None, "1")


def test_tokens_stay_in_the_text_and_are_absent_in_what_is_read() -> None:
    """%%4209%% stays in the raw bytes, the question and the frame, and `readable` is without it, nothing else changed."""
    parent, child = DOCUMENTED[4209].parent, DOCUMENTED[4209].find(4253)
    assert parent.text == "I'm looking for %%4209%%"
    assert parent.readable == "I'm looking for"
    assert "%%4209%%" in DOCUMENTED.raw.decode()
    assert child.text.endswith("before they retired/were out of work? %%4253%%")
    assert child.readable == child.text.removesuffix(" %%4253%%")
    assert child.readable.count("(") == child.readable.count(")") + 1
    assert DOCUMENTED.to_frame().question_text.unique().tolist() == [parent.text, child.text]


@pytest.mark.parametrize(
    ("text", "readable"),
    [("%%7%% a %%8%% b%%9%%.", "a b."), (" %%7%% ", "Q7"), ("", "Q7"), (None, "Q7"), ("100 %% 7", "100 %% 7")],
)
def test_only_whole_tokens_are_taken_out(text: str | None, readable: str) -> None:
    """Tokens go wherever they stand; a question of which nothing else is left is shown by its name."""
    question = bodies.question(7, question_text=text)
    assert bodies.trees(bodies.reply(bodies.parent(question)))[1].find(7).readable == readable


def test_the_documented_answer_frame() -> None:
    """The answer frame of section 2.1 has one row an answer, the parent's first, each labelled documented."""
    parent = (4209, 4209, "ISEC - Segmentation Parent Edition ", "singlepunch", 2994, "I'm looking for %%4209%%")
    child = (4209, 4253, "ISECQ1", "singlepunch", 3038, DOCUMENTED[4209].find(4253).text)
    assert rows(DOCUMENTED.to_frame()) == [
        (*parent, 111, "ISEC - 1", "ISEC - 1", None, None, "documented"),
        (*parent, 120, "ISEC - 10", "ISEC - 10", None, None, "documented"),
        (*child, 111, "Labour", "Labour", None, None, "documented"),
    ]
    assert rows(DOCUMENTED.questions()) == [(*parent, 2, None, None, "documented"), (*child, 1, None, None, "documented")]


@pytest.mark.parametrize(
    "read",
    [
        DOCUMENTED,
        read_qualifications(b"[]"),
        Qualifications({}),
        bodies.trees([{"7": {"qualification_id": 7}}]),
        bodies.trees(bodies.reply(bodies.parent(bodies.number(7), bodies.question(8)))),
    ],
    ids=["documented", "empty", "none", "bare", "input"],
)
def test_frames_always_have_their_columns_and_dtypes(read: Qualifications) -> None:
    """Both frames have exactly the columns and dtypes of the table, also when there is nothing to show."""
    for frame, table in ((read.to_frame(), frames.ANSWERS), (read.questions(), frames.QUESTIONS)):
        assert list(frame.columns) == list(table)
        assert [str(dtype) for dtype in frame.dtypes] == [str(dtype) for dtype in table.values()]
        assert isinstance(frame.index, pd.RangeIndex)


def test_an_input_has_one_row_with_its_bounds() -> None:
    """An input question has a row without an answer and with its bounds; a choice has no bounds whatever it is sent with."""
    read = bodies.trees(
        bodies.reply(bodies.parent(bodies.number(7), bodies.question(8, answer_placeholder="0-9"), bodies.number(9, None)))
    )
    frame = read.to_frame().query("qualification_id != parent_id")
    shown = rows(frame[["qualification_id", "answer_id", "answer_text", "minimum", "maximum"]])
    assert shown == [(7, None, None, 0, 99), (8, 111, "A", None, None), (8, 112, "B", None, None), (9, None, None, None, None)]
    assert rows(read.questions()[["qualification_id", "n_answers", "minimum", "maximum"]])[1:] == [
        (7, 0, 0, 99),
        (8, 2, None, None),
        (9, 0, None, None),
    ]


def test_rows_bear_the_weaker_word_of_question_and_answer() -> None:
    """A synthetic answer makes its own row synthetic and no other, a derived question makes all of its rows derived."""
    word = "x_segkit_provenance"
    mixed = bodies.question(7, answers=[bodies.answer(111, "A"), bodies.answer(112, "B", **{word: "synthetic"})])
    read = bodies.trees(bodies.reply(bodies.parent(mixed, bodies.question(8, **{word: "derived"}))))
    words = read.to_frame().provenance.tolist()
    assert words == ["documented", "documented", "documented", "synthetic", "derived", "derived"]
    assert read.questions().provenance.tolist() == ["documented", "synthetic", "derived"]
    assert read[1].provenance == "synthetic"


def test_questions_are_walked_by_order_number() -> None:
    """Questions stand by question_order_number; ties, and those without one, keep the order of the reply."""
    orders: list[tuple[int, int | None]] = [(10, 5), (11, None), (12, 2), (13, 5), (14, -1), (15, None), (16, 2)]
    children = [bodies.question(own, question_order_number=order) for own, order in orders]
    tree = bodies.trees(bodies.reply(bodies.parent(*children)))[1]
    assert [q.qualification_id for q in tree.questions] == [14, 12, 16, 10, 13, 11, 15]


GOOD = [bodies.question(7), bodies.number(8)]
FAULTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "cycle to the parent": (bodies.question(1), "cycle", ""),
    "duplicate": (bodies.question(7, answers=[]), "duplicate-id", ""),
    "wrong parent": (bodies.question(9, 4), "wrong-parent", ".segmentation"),
    "placeholder abc": (bodies.number(9, "abc"), "malformed-placeholder", ".answer_placeholder"),
    "placeholder reversed": (bodies.number(9, "9-0"), "malformed-placeholder", ".answer_placeholder"),
    "placeholder empty": (bodies.number(9, ""), "malformed-placeholder", ".answer_placeholder"),
    "placeholder en dash": (bodies.number(9, "0\N{EN DASH}99"), "malformed-placeholder", ".answer_placeholder"),
    "placeholder too long": (bodies.number(9, "0-9999999999999999"), "malformed-placeholder", ".answer_placeholder"),
    "unknown type": (bodies.question(9, question_type="grid"), "unknown-question-type", ".question_type"),
    "blank type": (bodies.question(9, question_type="", answers=[]), "unknown-question-type", ".question_type"),
    "no type, no answers": ({"qualification_id": 9}, "unknown-question-type", ""),
    "no answers": (bodies.question(9, answers=[]), "no-answers", ""),
}


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_costs_only_its_question(fault: str, place: int) -> None:
    """A faulty question is left out and said to be; the others are read as without it; the raw bytes keep it."""
    wire, code, field = FAULTS[fault]
    place = max(place, 1) if fault == "duplicate" else place  # the first of two is the one that is used
    children = [*GOOD[:place], wire, *GOOD[place:]]
    body = bodies.encoded(bodies.reply(bodies.parent(*children)))
    read = read_reply(body)
    tree, sound = read[1], bodies.trees(bodies.reply(bodies.parent(*GOOD)))[1]
    assert tree.questions == sound.questions
    assert tree.left_out == (wire["qualification_id"],)
    assert [(f.code, f.severity, f.where, f.fix) for f in read.findings] == [
        (code, "error", f'$[0]["1"].children[{place}]{field}', LEFT_OUT)
    ]
    assert tree.findings == read.findings
    assert read.raw == body
    bodies.at(json.loads(read.raw), read.findings[0].where)
    assert set(tree.walk().findings.codes) == {"questions-left-out"}


def test_a_cycle_further_down_is_cut_where_it_closes() -> None:
    """A question that is its own ancestor is left out with what hangs below it; its siblings and ancestors stay."""
    closing = bodies.question(7, 8, children=[bodies.question(8, 7), bodies.question(6, 7)])
    tree = bodies.trees(bodies.reply(bodies.parent(bodies.question(7, children=[bodies.question(8, 7, children=[closing])]))))[1]
    assert [q.qualification_id for q in tree.questions] == [7, 8]
    assert tree.left_out == (7,)
    assert [(f.code, f.where) for f in tree.findings] == [("cycle", '$[0]["1"].children[0].children[0].children[0]')]


def test_children_of_a_question_that_is_left_out_are_read() -> None:
    """A fault costs the question, not what stands below it."""
    child = bodies.question(9, 7)
    tree = bodies.trees(bodies.reply(bodies.parent(bodies.question(7, question_type="grid", children=[child]))))[1]
    assert ([q.qualification_id for q in tree.questions], tree.left_out) == ([9], (7,))


@pytest.mark.parametrize(("named", "is_right"), [(1, True), (7, True), (None, True), (8, False), (9, False)])
def test_a_grandchild_may_name_the_parent_or_the_question_above(*, named: int | None, is_right: bool) -> None:
    """Below the documented level the parent of the tree and the question above are both right; nothing else is."""
    above = bodies.question(7, children=[bodies.question(9, named)])
    tree = bodies.trees(bodies.reply(bodies.parent(above, bodies.question(8))))[1]
    assert tree.findings.codes == (set() if is_right else {"wrong-parent"})
    assert (9 in tree.by_id) == is_right


@given(st.integers(1, 60))
def test_children_of_any_depth_are_questions(depth: int) -> None:
    """However deep a question hangs, it is asked, and its finding's path leads to it."""
    bottom = bodies.question(999, question_type="grid")
    top = bottom
    for level in range(depth, 0, -1):
        top = bodies.question(100 + level, None, children=[top])
    document = bodies.reply(bodies.parent(top))
    tree = bodies.trees(document)[1]
    assert [q.qualification_id for q in tree.questions] == [100 + level for level in range(1, depth + 1)]
    assert bodies.at(document, tree.findings[0].where) == "grid"


def test_a_parent_that_stands_twice_is_read_once() -> None:
    """Of two parents of one id the first is used, and a finding points to the second."""
    read = bodies.trees(bodies.reply(bodies.parent(bodies.question(7)), bodies.parent(bodies.question(8)), bodies.parent(own=2)))
    assert [q.qualification_id for q in read[1].questions] == [7]
    assert list(read) == [1, 2]
    assert [(f.code, f.severity, f.where) for f in read.findings] == [("duplicate-id", "error", '$[1]["1"]')]


def test_a_question_of_two_trees_is_asked_in_both() -> None:
    """One qualification in two trees is reported and kept in each: each tree stays whole."""
    read = bodies.trees(bodies.reply(bodies.parent(bodies.question(7)), bodies.parent(bodies.question(7, 2), own=2)))
    assert [[q.qualification_id for q in tree.questions] for tree in read.values()] == [[7], [7]]
    assert [(f.code, f.severity, f.where) for f in read.findings] == [("duplicate-id", "warning", '$[1]["2"]')]


def test_the_first_of_two_answers_of_one_id_is_used() -> None:
    """Answers of one id are reported, and only the first is shown, chosen and sent."""
    twice = bodies.question(7, answers=[bodies.answer(111, "A"), bodies.answer(112, "B"), bodies.answer(111, "C")])
    read = bodies.trees(bodies.reply(bodies.parent(twice, answers=twice["answers"])))
    assert [(f.code, f.severity, f.where) for f in read.findings] == [
        ("duplicate-answer", "warning", '$[0]["1"].answers'),
        ("duplicate-answer", "warning", '$[0]["1"].children[0].answers'),
    ]
    assert read.to_frame().answer_text.tolist() == ["A", "B", "A", "B"]
    assert read[1].segment_names == {111: "A", 112: "B"}
    sent = read[1].walk().answer(111).payload("m", locale="en_US")
    assert sent["segmentation_answers"][0]["answers"] == [bodies.answer(111, "A")]


def test_a_missing_question_type_is_told_from_the_answers() -> None:
    """A question with answers and no type is asked as a single punch, and a finding says so."""
    untyped = bodies.question(7, question_type=None)
    tree = bodies.trees(bodies.reply(bodies.parent(untyped)))[1]
    assert tree.find(7).kind == "singlepunch"
    assert [(f.code, f.severity) for f in tree.findings] == [("no-question-type", "info")]


@pytest.mark.parametrize("kind", ["singlepunch", "multipunch", "input"])
def test_types_are_told_however_they_are_spelt(kind: str) -> None:
    """Case, blanks, hyphens and underscores in a question type make no other type."""
    spelt = [kind, kind.upper(), f" {kind}\n", "_".join(kind), "-".join(kind), " ".join(kind).title()]
    fields = {"answer_placeholder": "0-9"} if kind == "input" else {}
    children = [bodies.question(own, question_type=word, **fields) for own, word in enumerate(spelt, 7)]
    assert {q.kind for q in bodies.trees(bodies.reply(bodies.parent(*children)))[1].questions} == {kind}


def test_questions_of_one_description_are_told_apart_by_id() -> None:
    """Two questions of one description are reported; the description names neither, the ids name each."""
    same = [bodies.question(own, question_description="USQ1") for own in (7, 8)]
    read = bodies.trees(bodies.reply(bodies.parent(*same)))
    assert [(f.code, f.severity, f.where) for f in read.findings] == [("same-description", "warning", '$[0]["1"]')]
    assert (read[1].find(8).qualification_id, read[1].find("7").qualification_id) == (8, 7)
    with pytest.raises(KeyError, match="several questions are called 'USQ1': give the qualification id"):
        read[1].find("USQ1")


def test_a_description_that_is_the_id_of_another_names_nothing_else() -> None:
    """An id always names its own question, also where another question is described by it."""
    tree = bodies.trees(bodies.reply(bodies.parent(bodies.question(7, question_description="8"), bodies.question(8))))[1]
    assert [tree.find(name).qualification_id for name in ("8", 8, 7, "Q8")] == [8, 8, 7, 8]
    with pytest.raises(KeyError, match="there is no question 'Q9'"):
        tree.find("Q9")


@pytest.mark.parametrize(
    ("texts", "names"),
    [
        (["A", "B"], ["A", "B"]),
        (["A", "A", "B"], ["A (1)", "A (2)", "B"]),
        (["A", "A", "A (1)"], ["A (1)", "A (2)", "A (1) (3)"]),
        ([None, "", "1"], ["1 (1)", "2", "1 (3)"]),
    ],
)
def test_segments_are_told_apart_by_name(texts: list[str | None], names: list[str]) -> None:
    """No two segments bear one name, so they are the categories of a segment column, in the vendor's order."""
    answers = [{"id": own, "text": text} for own, text in enumerate(texts, 1)]
    tree = bodies.trees(bodies.reply(bodies.parent(answers=answers)))[1]
    assert tree.segment_names == dict(enumerate(names, 1))
    assert tree.segments.categories.tolist() == names
    assert tree.segments.ordered


def test_the_envelope_may_be_one_object_with_several_ids() -> None:
    """One object with several id keys is read as documented; a bare object too, and is reported as undocumented."""
    several = {"1": bodies.parent(bodies.question(7)), "2": bodies.parent(own=2)}
    assert list(bodies.trees([several])) == [1, 2]
    assert not bodies.trees([several]).findings
    bare = bodies.trees(several)
    assert list(bare) == [1, 2]
    assert [(f.code, f.severity, f.where) for f in bare.findings] == [("undocumented-envelope", "info", "$")]
    assert rows(bare.to_frame()) == rows(bodies.trees([several]).to_frame())
    several["1"]["children"][0]["question_type"] = ["input"]
    faulty = bodies.trees(several).findings
    assert [(f.code, f.where) for f in faulty] == [("undocumented-envelope", "$"), ("wrongly-typed", '$["1"].children[0]')]


def test_findings_of_a_bare_object_lead_into_it() -> None:
    """A finding's path resolves in the document also where the document is one object."""
    document = {"1": bodies.parent(bodies.number(7, "abc"))}
    assert bodies.at(document, bodies.trees(document).findings[1].where) == "abc"


@pytest.mark.parametrize("key", ["2", "", 'a"]', "a.b", "01"])
def test_a_key_that_differs_from_the_id_is_reported(key: str) -> None:
    """The qualification_id counts, not the key that it stands under; the path leads to it however it is written."""
    document = [{key: bodies.parent(bodies.number(7, "abc"))}]
    read = bodies.trees(document)
    assert list(read) == [1]
    assert [f.code for f in read.findings] == ["key-differs-from-id", "malformed-placeholder"]
    assert bodies.at(document, read.findings[0].where)["qualification_id"] == 1
    assert bodies.at(document, read.findings[1].where) == "abc"


def test_a_parent_with_a_parent_and_one_without_segments_are_reported() -> None:
    """What is odd in a parent is a warning: its questions are read all the same."""
    odd = bodies.parent(bodies.question(7), segmentation={"parent_qualification_id": 9}, answers=[])
    read = bodies.trees(bodies.reply(odd))
    assert [q.qualification_id for q in read[1].questions] == [7]
    assert [(f.code, f.severity) for f in read.findings] == [("wrong-parent", "warning"), ("no-segments", "warning")]
    assert all(bodies.at(bodies.reply(odd), f.where) for f in read.findings)


@pytest.mark.parametrize(("locale", "said"), [("en_IN", "en_IN may not have it"), (None, "the locale that it belongs to.")])
def test_ids_that_the_reply_leaves_out_are_reported(locale: str | None, said: str) -> None:
    """Each id that was asked for and did not come is named once, in the order of asking."""
    read = read_reply(bodies.encoded(bodies.reply(bodies.parent())), locale=locale, asked=[3910, 1, 9, 3910])
    assert read.missing == (3910, 9)
    assert [f.code for f in read.findings] == ["qualification-missing"] * 2
    assert said in read.findings[0].fix
    assert "2 ids missing" in repr(read)
    assert read[1].locale == locale


def test_unknown_fields_are_kept_in_the_raw_bytes_only() -> None:
    """Fields that no document names change neither trees nor findings, and stay in `.raw`."""
    document = bodies.reply(bodies.parent(bodies.question(7), bodies.number(8)))
    fuller: Any = copy.deepcopy(document)
    for path in ("$[0]", '$[0]["1"]', '$[0]["1"].answers[0]', '$[0]["1"].children[1]', '$[0]["1"].segmentation'):
        if path != "$[0]":
            bodies.at(fuller, path)["new_field"] = {"deep": [1, None, "<b>"]}
    read = bodies.trees(fuller)
    assert read.to_frame().equals(bodies.trees(document).to_frame())
    assert read.findings == bodies.trees(document).findings
    assert json.loads(read.raw) == fuller


def test_trees_are_a_mapping_by_parent_id() -> None:
    """Trees are found by id, in reply order; an id that is not there is a KeyError that names those that are."""
    read = bodies.trees(bodies.reply(bodies.parent(own=2), bodies.parent(own=1)))
    assert list(read) == [2, 1]
    assert isinstance(read[2], Tree)
    assert 3 not in read
    with pytest.raises(KeyError, match=r"no tree 3; this answer holds \[2, 1\]"):
        _ = read[3]


def test_results_name_themselves_in_one_line() -> None:
    """Reprs are one line with the counts, and with the word that the whole may bear."""
    assert repr(DOCUMENTED) == "<Qualifications: 1 trees [4209], 3 findings, documented>"
    assert repr(DOCUMENTED[4209]) == "<Tree 4209 'ISEC - Segmentation Parent Edition': 1 questions, 2 segments, documented>"
    html = DOCUMENTED._repr_html_() + DOCUMENTED[4209]._repr_html_()
    assert "ISECQ1" in html
    assert "%%" not in html
