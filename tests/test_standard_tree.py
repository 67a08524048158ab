"""The laws of standards as trees: ids of our own, labelled, and everything that takes a tree takes them."""

import functools
import itertools
import math

import pandas as pd
import pytest

from segkit import widgets
from segkit.sandbox.trees import shipped
from segkit.sel.known import known_qualifications
from segkit.sel.learning import learn_rule
from segkit.sel.population import Population
from segkit.sel.qualifications import Qualifications
from segkit.sel.respondents import check_respondents
from segkit.sel.simulated import simulate_answers
from segkit.sel.standard_question import FIRST_ID, GREATEST_COUNT
from segkit.sel.standards import Standard, standard, standards
from segkit.sel.tree import Tree

EVERY = pytest.mark.parametrize("one", standards(), ids=lambda one: f"{one.id} {one.edition}")

# Written down once more: an id that was once given away stays what it was.
IDS = {("mx-amai", 2018): 991100, ("mx-amai", 2022): 991200, ("br-cceb", 2015): 992100, ("br-cceb", 2026): 992200}
IDS[("in-nccs", 2011)] = 993100


@EVERY
def test_a_tree_is_the_standard(one: Standard) -> None:
    """Questions, answers and segments are the standard's, in its order; columns of a frame are named as its questions."""
    tree = one.tree
    assert isinstance(tree, Tree)
    assert tree is one.tree
    assert tree.parent_id == IDS[one.id, one.edition]
    assert [question.name for question in tree.questions] == [question.name for question in one.questions]
    assert tree.locale == one.locale
    assert tree.segments == pd.CategoricalDtype(list(one.segments), ordered=True)
    assert tree.findings.ok
    for asked, question in zip(tree.questions, one.questions, strict=True):
        assert asked.kind == "singlepunch"
        assert asked.readable == question.text
        assert [(a.text, a.eng_text) for a in asked.answers] == [(a.text, a.eng_text) for a in question.answers]
        assert [a.id for a in asked.answers] == list(range(FIRST_ID, FIRST_ID + len(question.answers)))
        assert question.most <= GREATEST_COUNT < FIRST_ID


@EVERY
def test_nothing_of_a_tree_passes_for_a_vendors(one: Standard) -> None:
    """Every question and answer is labelled synthetic, because its id is ours; the parent says so in words."""
    tree = one.tree
    assert tree.provenance == "synthetic"
    frame = Qualifications({tree.parent_id: tree}).to_frame()
    assert set(frame["provenance"]) == {"synthetic"}
    assert "segkit's own" in tree.parent.readable


def test_no_id_is_given_away_twice() -> None:
    """Ids of the standards' trees differ from each other, from the sandbox's and from every id that the vendor documents."""
    ours = [question.qualification_id for one in standards() for question in (one.tree.parent, *one.tree.questions)]
    sandbox = {content["tree"]["qualification_id"] for content in shipped()}
    sandbox |= {child["qualification_id"] for content in shipped() for child in content["tree"]["children"]}
    assert len(set(ours)) == len(ours)
    assert not set(ours) & (sandbox | set(known_qualifications()["qualification_id"]))


@EVERY
def test_a_walk_by_texts_and_one_by_ids_are_scored_alike(one: Standard) -> None:
    """A walk answered with texts and one with ids are complete, have no findings, and score as the keys do."""
    for last in (0, -1):
        by_text, by_id = one.tree.walk(), one.tree.walk()
        for question, asked in zip(one.questions, one.tree.questions, strict=True):
            by_text.answer(question.answers[last].text)
            by_id.answer(asked.answers[last].id)
        assert by_text.complete
        assert by_text.answers == by_id.answers
        assert by_text.findings.ok
        expected = one.segment({question.name: question.answers[last].answer for question in one.questions})
        assert one.score([by_text, by_id])["segment"].tolist() == [expected] * 2
        assert len(by_text.payload("m-1")["segmentation_answers"]) == len(one.questions)


def test_the_widget_walks_a_standard() -> None:
    """A tree walker takes a standard's tree; what is answered there is scored like any walk."""
    one = standard("in-nccs")
    walker = widgets.TreeWalker(one.tree)
    walker.answer("9 or more").answer("Graduate/PG general")
    assert walker.walk.complete
    assert one.score(walker.walk)["segment"].tolist() == ["A1"]


@EVERY
def test_a_respondent_frame_of_the_tree_and_of_the_standard_agree(one: Standard) -> None:
    """What a vendor's client reads from a frame of texts is what the standard reads from it."""
    rows = Population.fit(one).sample(50, 2)
    texts = pd.DataFrame({q.name: rows[q.name].map({a.answer: a.text for a in q.answers}) for q in one.questions})
    checked = check_respondents(texts, one.tree.questions)
    assert checked.findings.ok
    ids = pd.DataFrame({c.question.name: [c.given[code] for code in c.codes] for c in checked.columns})
    pd.testing.assert_frame_equal(one.score(ids, ids=True), one.score(texts))
    assert one.score(texts)["segment"].tolist() == rows["segment"].tolist()


def test_all_amai_households_can_be_walked() -> None:
    """The tree has exactly the 4,950 ways to answer that the rule has: one answer of each for one code."""
    one = standard("mx-amai")
    ways = list(itertools.product(*(question.answers for question in one.tree.questions)))
    assert len(ways) == 4950
    assert [len(question.answers) for question in one.tree.questions] == [step.shape[1] for step in one.rule.step]


@pytest.mark.parametrize("one", [standard("mx-amai", 2018), standard("in-nccs")], ids=repr)
def test_a_standard_can_be_simulated_and_learned_like_a_vendors_tree(one: Standard) -> None:
    """Answers simulated from the tree are scored, and the rule learned by asking the standard is the same, profile by profile."""
    rows = simulate_answers(one.tree, 200, seed=4)
    by_id = functools.partial(one.score, ids=True)
    assert by_id(rows)["segment"].notna().all()
    learned = learn_rule(by_id, one.tree)
    assert learned.exact
    assert learned.score(rows)["segment"].tolist() == by_id(rows)["segment"].tolist()
    every = learned.to_frame()
    assert len(every) == math.prod(step.shape[1] for step in one.rule.step)
    assert by_id(every.drop(columns="segment"))["segment"].tolist() == every["segment"].tolist()
