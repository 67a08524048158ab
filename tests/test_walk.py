"""The laws of a walk: order, answering, going back, changing, and the body that it writes."""

import copy
import itertools
import json
from typing import Any

import bodies
import msgspec
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit import frames
from segkit.errors import InvalidInput
from segkit.sel.calculation import CalculateReply, SegmentAnswer
from segkit.sel.walk import Walk

PAYLOAD = json.loads(bodies.printed("3_1_payload.json"))


def golden() -> Walk:
    """Start a walk through 3910, its questions as the guide's example names them and each with one answer more."""
    children = [
        {
            **entry,
            "question_order_number": 2716 + place,
            "answers": [bodies.answer(112, f"another {place}"), *entry["answers"]],
            "question_text": f"text {place} %%{entry['qualification_id']}%%",
        }
        for place, entry in enumerate(PAYLOAD["segmentation_answers"])
    ]
    return bodies.trees(bodies.reply(bodies.parent(*children[::-1], own=3910)))[3910].walk()


def mixed() -> Walk:
    """Start a walk through a single punch, a multi punch and an input."""
    several = bodies.question(8, question_type="multipunch", answers=[bodies.answer(n, f"m{n}") for n in (111, 112, 113)])
    return bodies.walk(bodies.number(9), several, bodies.question(7))


def test_section_3_1_payload() -> None:
    """The body of a walk is the guide's example, key for key and in the same order of keys."""
    walk = golden().answer(111).answer("Spanish Only").answer(111.0).answer(np.int64(111))
    written = json.dumps(walk.payload("some_member_id_xyz", locale="en_US"))
    printed = bodies.printed("3_1_payload.json")
    assert json.loads(written, object_pairs_hook=list) == json.loads(printed, object_pairs_hook=list)


def test_section_3_2_open_ended_payload() -> None:
    """An input sends its placeholder and its number as the guide's mended example prints them, keys in that order."""
    printed = "\n".join(line for line in bodies.stripped("3_2_open_ended_mended.txt").split("\n") if line).rstrip(",")
    example = json.loads("{" + printed + "}", object_pairs_hook=list)
    walk = bodies.walk(bodies.number(4051, question_description="MXQ3")).answer(2)
    entry = walk.payload("m-1", locale="es_MX")["segmentation_answers"][0]
    written = json.loads(json.dumps(entry), object_pairs_hook=list)
    assert written == [*example, ("segmentation", [("parent_qualification_id", 1)])]
    assert entry["answers"] == [{"value": 2}]


def test_section_3_2_only_one_answer() -> None:
    """Two answers to 3911 are refused in the vendor's words; the guide's remedy, one answer, is accepted."""
    walk = golden().answer([111, 112])
    assert [f.message for f in walk.findings] == ["Only one answer is allowed for qualification 3911."]
    assert walk.answers == {}
    assert not walk.answer([111]).findings


def test_section_3_2_open_ended() -> None:
    """-1 for "0-99" is refused in the vendor's words; the guide's remedy, 2, is accepted."""
    walk = bodies.walk(bodies.number(4051)).answer(-1)
    assert [f.message for f in walk.findings] == ["Error on regex open ended"]
    assert walk.answer(2).answers == {4051: 2}
    assert not walk.findings


def test_a_multi_punch_sends_its_answers_in_the_questions_order() -> None:
    """Several answers are sent as several objects, in the question's order."""
    walk = mixed().answer(111).answer([113, "m111"]).answer(5)
    sent = {e["qualification_id"]: e["answers"] for e in walk.payload("m", locale="en_US")["segmentation_answers"]}
    assert sent[8] == [bodies.answer(111, "m111"), bodies.answer(113, "m113")]
    assert sent[9] == [{"value": 5}]


def test_what_the_vendor_does_not_say_is_not_sent() -> None:
    """Texts, descriptions and placeholders that the reply lacks are absent in the body; the parent is always named."""
    bare = {"qualification_id": 7, "answers": [{"id": 111}, {"id": 112, "text": "B"}], "question_type": "SinglePunch"}
    walk = bodies.walk(bare, {"qualification_id": 8, "question_type": "input"}).answer(111).answer(3)
    owner = {"segmentation": {"parent_qualification_id": 1}}
    assert walk.payload("m", locale="en_US")["segmentation_answers"] == [
        {"qualification_id": 7, "question_type": "SinglePunch", "answers": [{"id": 111}], **owner},
        {"qualification_id": 8, "question_type": "input", "answers": [{"value": 3}], **owner},
    ]
    assert walk.answer(112, 7).payload("m", locale="en_US")["segmentation_answers"][0]["answers"] == [{"id": 112, "text": "B"}]


def test_each_answer_names_the_parent_that_its_question_names() -> None:
    """A question below another one sends back the parent_qualification_id that it came with."""
    walk = bodies.walk(bodies.question(7, children=[bodies.question(8, 7), bodies.question(9, 1)]))
    sent = walk.answer(111).answer(111).answer(111).payload("m", locale="en_US")["segmentation_answers"]
    assert [entry["segmentation"]["parent_qualification_id"] for entry in sent] == [1, 7, 1]


def test_a_walk_goes_through_the_questions_in_order() -> None:
    """Answering leads from question to question in walking order, and past the last one."""
    walk = mixed()
    seen = []
    for value in (111, [112], 5):
        seen.append(walk.current.qualification_id)
        assert not walk.complete
        walk.answer(value)
    assert seen == [7, 8, 9]
    assert walk.current is None
    assert walk.complete
    assert walk.answers == {7: 111, 8: (112,), 9: 5}
    assert list(walk.answers) == [7, 8, 9]


def test_back_leads_through_the_answers_and_changes_none() -> None:
    """Back goes one question back and stops at the first; answers stay until they are changed."""
    walk = mixed().answer(111).answer([112]).answer(5)
    places = [walk.back().current.qualification_id for _ in range(4)]
    assert places == [9, 8, 7, 7]
    assert walk.complete
    assert walk.answer(112).answers == {7: 112, 8: (112,), 9: 5}
    assert walk.current is None


def test_an_earlier_answer_is_changed_by_name_or_id() -> None:
    """A question is answered out of turn by id or description; then the walk goes on to the next open one."""
    walk = mixed().answer(5, "Q9")
    assert walk.current.qualification_id == 7
    assert walk.answer([111], "8").current.qualification_id == 7
    assert walk.answer(112, 7).complete
    assert walk.go_to("Q8").current.qualification_id == 8
    assert walk.answer([113]).answers[8] == (113,)


def test_clearing_takes_an_answer_back() -> None:
    """A cleared question is open again, the walk stands at it, and the others keep their answers."""
    walk = mixed().answer(111).answer([112]).answer(5).clear(8)
    assert (walk.current.qualification_id, walk.complete) == (8, False)
    assert walk.answers == {7: 111, 9: 5}
    assert [q.qualification_id for q in walk.remaining] == [8]


@pytest.mark.parametrize("nothing", [None, float("nan"), pd.NA, pd.NaT, []], ids=repr)
def test_answering_nothing_leaves_the_question_open(nothing: Any) -> None:
    """None, NaN and an empty selection are no fault: the question is unanswered, and the walk stays at it."""
    walk = mixed().answer(111).answer(nothing, 7)
    assert (walk.answers, walk.current.qualification_id, len(walk.findings)) == ({}, 7, 0)


def test_a_refused_answer_changes_nothing() -> None:
    """A refused value keeps the answer that was there, and the walk stands at its question."""
    walk = mixed().answer(111).answer([112])
    assert walk.answer("no such", 7).current.qualification_id == 7
    walk.answer("-1", 9)
    assert walk.answers == {7: 111, 8: (112,)}
    assert walk.current.qualification_id == 9
    assert [f.code for f in walk.findings] == ["unknown-answer", "open-ended-value"]


def test_refused_values_are_kept_until_the_question_is_answered_or_cleared() -> None:
    """`refused` holds each value as it was given, the last one a question, and goes with the finding."""
    both = ["m111", "x"]
    walk = mixed().answer("1.5", 9).answer(both, 8).answer(" 100 ", 9)
    assert walk.refused == {8: both, 9: " 100 "}
    assert list(walk.refused) == [8, 9]
    assert walk.refused[8] is both
    assert walk.answer(5, 9).refused == {8: both}
    assert walk.back().refused == {8: both}
    assert [f.code for f in walk.findings] == ["unknown-answer"]
    assert walk.clear(8).refused == {}
    assert not walk.findings


def test_a_copy_is_independent() -> None:
    """A copy stands where the walk stood, with its answers and refusals, and neither changes the other."""
    walk = mixed().answer(111).answer("x")
    twin = walk.copy()
    assert (twin.answers, twin.refused, twin.current) == (walk.answers, walk.refused, walk.current)
    assert twin.findings == walk.findings
    twin.answer([112]).answer(5)
    assert (walk.answers, walk.refused, walk.current.qualification_id) == ({7: 111}, {8: "x"}, 8)
    walk.clear(7)
    assert twin.answers == {7: 111, 8: (112,), 9: 5}


def test_what_is_returned_is_no_way_into_the_walk() -> None:
    """Changing the mappings and bodies that a walk returns changes nothing in it."""
    walk = golden().answer(111).answer("x")
    walk.answers[3911] = 112
    walk.refused.clear()
    body = walk.payload("m", locale="en_US", partial=True)
    body["segmentation_answers"][0]["answers"][0]["id"] = 5
    assert walk.answers == {3911: 111}
    assert walk.refused == {3912: "x"}
    assert walk.payload("m", locale="en_US", partial=True)["segmentation_answers"][0]["answers"][0]["id"] == 111


@pytest.mark.parametrize("name", ["Q10", 10, "", None, True])
def test_a_question_that_is_not_there_is_invalid_input(name: Any) -> None:
    """A walk that is asked for an unknown question, or is past its last one, says which questions it has."""
    walk = mixed().answer(111).answer([111]).answer(5)
    with pytest.raises(InvalidInput, match="past its last question" if name is None else r"Q7 \(7\), Q8 \(8\), Q9 \(9\)"):
        walk.answer(111, name)
    assert walk.complete


def test_a_description_of_two_questions_names_neither() -> None:
    """Where two questions are described alike, each is answered by its id, and the description is refused."""
    walk = bodies.walk(bodies.question(7, question_description="Q"), bodies.question(8, question_description="Q"))
    with pytest.raises(InvalidInput, match="several questions are called 'Q': give the qualification id"):
        walk.answer(111, "Q")
    assert walk.answer(112, 8).answers == {8: 112}


def test_a_walk_that_is_not_ready_says_all_that_is_missing() -> None:
    """Without answers, locale or member id no body is written, and every lack is a finding; partial writes what there is."""
    walk = mixed().answer(111)
    with pytest.raises(InvalidInput) as caught:
        walk.payload(" ")
    codes = ["unanswered", "unanswered", "no-locale", "no-member-id"]
    assert [f.code for f in caught.value.findings] == codes
    assert [f.where for f in caught.value.findings][:2] == ["Q8 (8)", "Q9 (9)"]
    partial = walk.payload("m", partial=True)
    assert (partial["locale"], partial["member_id"]) == ("", "m")
    assert [entry["qualification_id"] for entry in partial["segmentation_answers"]] == [7]


@pytest.mark.parametrize("member_id", ["", "  ", None, 7])
def test_a_member_id_is_a_text(member_id: Any) -> None:
    """A member id that is empty or no text is refused before anything is sent."""
    walk = golden().answer(111).answer(111).answer(111).answer(111)
    with pytest.raises(InvalidInput, match="no-member-id"):
        walk.payload(member_id, locale="en_US")


def test_the_locale_of_the_tree_is_sent_unless_another_is_given() -> None:
    """A tree that was asked for in a locale sends that one; a locale given goes before it."""
    live = golden()
    live.locale = "en_US"
    for value in (111, 111, 111, 111):
        live.answer(value)
    assert live.payload("m")["locale"] == "en_US"
    assert live.payload("m", locale="es_US")["locale"] == "es_US"


def test_a_walk_without_questions_is_never_complete() -> None:
    """Nothing to answer is not the same as everything answered: no body is written."""
    walk = bodies.walk(bodies.question(7, question_type="grid"))
    assert (walk.complete, walk.current, walk.remaining) == (False, None, ())
    assert [f.message for f in walk.findings] == ["questions left out of the tree: 7"]
    with pytest.raises(InvalidInput, match="no-questions"):
        walk.payload("m", locale="en_US")


def test_the_frame_of_a_walk() -> None:
    """One row a question: the answer as it is held, as a reader sees it, and the weaker word of question and answer."""
    word = {"x_segkit_provenance": "synthetic"}
    choice = bodies.question(7, answers=[bodies.answer(111, "A"), bodies.answer(112, "B", **word)], question_text="Which? %%7%%")
    several = bodies.question(8, question_type="multipunch", x_segkit_provenance="derived")
    walk = bodies.walk(choice, several, bodies.number(9)).answer(111).answer(["A", "B"])
    frame = walk.to_frame()
    assert [str(dtype) for dtype in frame.dtypes] == [str(dtype) for dtype in frames.WALK.values()]
    assert list(frame.columns) == list(frames.WALK)
    assert frame.answer.tolist() == [111, (111, 112), None]
    assert frame.answer_text.tolist()[:2] == ["A", "A; B"]
    assert frame.answer_text.isna().tolist() == [False, False, True]
    assert frame.question_text.tolist()[0] == "Which?"
    assert frame.provenance.tolist() == ["documented", "derived", "documented"]
    assert walk.answer(112, 7).to_frame().provenance.tolist()[0] == "synthetic"
    assert walk.answer(99).to_frame().answer_text.tolist()[2] == "99"


def test_a_walk_names_where_it_stands() -> None:
    """The repr counts the answers and names the question; the HTML marks it with a sign."""
    walk = mixed().answer(111)
    assert repr(walk) == "<Walk 1: 1 of 3 answered, at Q8, documented>"
    assert "▶ Q8" in walk._repr_html_()
    assert repr(walk.answer([112]).answer(5)) == "<Walk 1: 3 of 3 answered, past the last question, documented>"
    assert "▶" not in walk._repr_html_()


CHOICE = st.sampled_from([111, "A", "112", "x", None, True, 113, [111], [111, 112]])
SEVERAL = CHOICE | st.lists(st.sampled_from([111, "m112", 113]), max_size=3)
NUMBER = st.sampled_from([0, "5", 99.0, -1, 1.5, None, "", True, 100])
STEP = st.one_of(
    st.tuples(st.just("answer"), st.one_of(CHOICE, SEVERAL, NUMBER), st.sampled_from([7, 8, 9, "Q8", "9"])),
    st.tuples(st.just("here"), st.one_of(CHOICE, SEVERAL, NUMBER)),
    st.tuples(st.just("clear"), st.sampled_from([7, 8, 9])),
    st.tuples(st.just("go_to"), st.sampled_from([7, 8, 9])),
    st.tuples(st.just("back")),
)


def step(walk: Walk, name: str, *values: Any) -> None:
    """Take one step of a walk; a walk that is past the end has no current question to answer."""
    if name == "here":
        if walk.current is not None:
            walk.answer(*values)
    else:
        getattr(walk, name)(*values)


@given(st.lists(STEP, max_size=12))
def test_any_sequence_of_steps_keeps_the_laws_of_a_walk(steps: list[tuple[Any, ...]]) -> None:
    """Whatever is answered, changed, cleared or gone back to, answers are valid and the counts add up."""
    walk = mixed()
    asked = [q.qualification_id for q in walk.questions]
    for taken in steps:
        before = walk.copy()
        step(walk, *taken)
        answered, remaining = list(walk.answers), [q.qualification_id for q in walk.remaining]
        assert sorted(answered + remaining) == asked
        assert answered == sorted(answered)
        assert walk.complete == (not remaining)
        assert walk.complete or walk.current is not None
        assert set(walk.refused) == {int(f.where.split("(")[1][:-1]) for f in walk.findings}
        for own, value in walk.answers.items():
            assert mixed().answer(value, own).answers == {own: value}
        if len(walk.refused) > len(before.refused) or taken[0] in {"back", "go_to"}:
            assert walk.answers == before.answers


@given(st.lists(STEP, max_size=12), st.permutations([7, 8, 9]))
def test_the_body_depends_on_the_answers_alone(steps: list[tuple[Any, ...]], order: list[int]) -> None:
    """However the answers came about, a fresh walk given them in any order writes the same body and frame."""
    walk = mixed()
    for taken in steps:
        step(walk, *taken)
    fresh = mixed()
    for own in order:
        fresh.answer(walk.answers.get(own), own)
    body = walk.payload("m", locale="en_US", partial=True)
    assert json.dumps(fresh.payload("m", locale="en_US", partial=True)) == json.dumps(body)
    assert fresh.to_frame().equals(walk.to_frame())
    if walk.complete:
        assert walk.payload("m", locale="en_US") == body


@pytest.mark.parametrize("order", list(itertools.permutations([3911, 3912, 3913, 3914]))[::5])
def test_the_order_of_answering_does_not_change_the_documented_body(order: tuple[int, ...]) -> None:
    """The guide's example comes out whichever question is answered first."""
    walk = golden()
    for own in order:
        walk.answer(111, own)
    assert walk.payload("some_member_id_xyz", locale="en_US") == copy.deepcopy(PAYLOAD)


def test_section_3_1_success_reply() -> None:
    """The documented reply is read with memberId as member_id, and its segment is that of the parent."""
    reply = msgspec.json.decode(bodies.printed("3_1_success.json"), type=CalculateReply)
    segment = reply.segment_answer("asked")
    assert segment == SegmentAnswer(
        "some_member_id_xyz", 3910, 111, "Less Acculturated", "Segmentation Parent Edition", "en_US", "documented", ""
    )
    frame = segment.to_frame()
    assert list(frame.columns) == list(frames.SEGMENT_ANSWER)
    assert [str(dtype) for dtype in frame.dtypes] == [str(dtype) for dtype in frames.SEGMENT_ANSWER.values()]
    assert frame.iloc[0].tolist() == ["some_member_id_xyz", 3910, 111, "Less Acculturated", "en_US", "documented"]
    assert "Less Acculturated" in repr(segment)


@pytest.mark.parametrize("name", ["2_2_missing_parameters.json", "3_2_only_one_answer.json", "3_2_open_ended.json"])
def test_a_failure_has_no_segment(name: str) -> None:
    """A documented failure is read as its status and message, and no segment is made of it."""
    reply = msgspec.json.decode(bodies.printed(name), type=CalculateReply)
    printed = json.loads(bodies.printed(name))
    assert (reply.status, reply.message) == (printed["apiStatus"], printed["msg"])
    assert reply.segment_answer("asked") is None
