"""What is done without Python is what Python would have done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from alone_model import alone_views, differences, load, python_view, saved_of
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import segkit as sk
from segkit.quotas.codes import child_codes
from segkit.quotas.design import QuotaDesign
from segkit.sel.question import Answer, Question
from segkit.sel.tree import Tree
from segkit.widgets.quota_designer import QuotaDesigner
from segkit.widgets.respondent_simulator import RespondentSimulator
from segkit.widgets.segment_browser import SegmentBrowser
from segkit.widgets.tree_walker import TreeWalker

if TYPE_CHECKING:
    from labpage import LabPage

    from segkit.widgets.shown import Shown

pytestmark = pytest.mark.browser

DRAWN = settings(derandomize=True, deadline=None, max_examples=40, phases=[Phase.generate])
NUMBERS = [
    "",
    " 7 ",
    "007",
    "-1",
    "99",
    "100",
    "1.5",
    "٣",
    "1e3",
    "123456789012345",
    "1234567890123456",
    "<b>7</b>",
    "\u00a012\x1f",
    "\ufeff5",
]


def _tree() -> Tree:
    """Return a tree of every kind of question, with texts that look like markup."""
    one = Question(
        11, "singlepunch", description="<img src=x onerror=alert(1)>", text="%%1%% Which </script> & why?",
        answers=(Answer(1, "¿Sí?", "Yes"), Answer(2, None, "No", "synthetic"), Answer(3)),
    )  # fmt: skip
    many = Question(
        12, "Multi Punch", text="Pick", answers=(Answer(9, '"9"'), Answer(7, "líne\nbreak"), Answer(8, "\u2028x\x07"))
    )
    number = Question(13, "input", description="USQ3", placeholder="0-99")
    free = Question(14, "input", description="USQ3")
    odd = Question(15, "grid", answers=(Answer(5, "five"), Answer(4, "four")))
    parent = Question(1, "singlepunch", description="'\"<b>", answers=(Answer(111, "<i>high</i>"), Answer(112, "low")))
    return Tree(parent, (one, many, number, free, odd))


WALKED = st.one_of(
    st.builds(lambda question: {"do": "go", "question": question}, st.sampled_from([11, 12, 13, 14, 15])),
    st.just({"do": "back", "id": "7"}),
    st.builds(lambda value: {"do": "answer", "question": 11, "value": value}, st.sampled_from([1, 2, 3, None, [1, 2], []])),
    st.builds(lambda value: {"do": "answer", "question": 12, "value": value}, st.lists(st.sampled_from([7, 8, 9]), unique=True)),
    st.builds(
        lambda at, value: {"do": "answer", "question": at, "value": value}, st.sampled_from([13, 14]), st.sampled_from(NUMBERS)
    ),
    st.builds(lambda value: {"do": "answer", "question": 15, "value": value}, st.sampled_from([4, 5, None])),
    st.builds(lambda at: {"do": "clear", "question": at}, st.sampled_from([11, 12, 13])),
    st.just({"do": "restart"}),
    st.builds(lambda value: {"do": "member", "value": value}, st.sampled_from([" m 2 ", "", '"<b>\n', "ü\u2028"])),
)


def test_a_walk_without_python_is_the_walk_in_python(page: LabPage) -> None:
    """Whatever is answered, refused, taken back or gone to: outline, question, findings, body and words are Python's."""
    load(page, "tree_walker")

    @DRAWN
    @given(st.lists(WALKED, max_size=3), st.lists(WALKED, min_size=1, max_size=12))
    def walked(before: list[dict[str, Any]], messages: list[dict[str, Any]]) -> None:
        walker = TreeWalker(_tree(), locale="en_US")
        for message in before:
            walker._heard(walker, message, [])
        views = alone_views(page, saved_of(walker), messages)
        for message, view in zip([None, *messages], views, strict=True):
            assert not differences(view, python_view(walker, message), frozenset({"code"})), message

    walked()


KEYS = [
    *(f"{gender}-{age}" for gender in ("boy", "girl") for age in (0, 1, 2, 3, 9, 17)),
    "none",
    "boy-m1",
    "boy-m12",
    "girl-m13",
    "girl-m47",
]
IDS = ["<b>boys</b>", "it's", "\"both' \n", "ü\u2028\u200b\U0001f600\ue000"]
DRAWN_HERE = frozenset({"findings", "outlook", "repairs", "why_not", "json", "code"})
DREW = st.one_of(
    st.builds(
        lambda cells, on: {"do": "paint", "cells": cells, "on": on}, st.lists(st.sampled_from(KEYS), max_size=4), st.booleans()
    ),
    st.builds(lambda layer: {"do": "select", "layer": layer}, st.sampled_from([None, "quota 1", "quota 2", *IDS])),
    st.sampled_from([{"do": "add"}, {"do": "drop"}, {"do": "undo"}, {"do": "undo"}, {"do": "redo"}]),
    st.builds(lambda value: {"do": "rename", "value": value}, st.sampled_from(["", " a ", *IDS])),
    st.builds(
        lambda layer, value: {"do": "count", "layer": layer, "value": value},
        st.sampled_from([None, "quota 1", IDS[0]]),
        st.sampled_from(["12", "1,200", "-3", "", "\u00a07 ", "x" * 60 + "'", "1234567890"]),
    ),
    st.builds(lambda value: {"do": "completes", "value": value}, st.sampled_from(["", " ", "900", "many", "٣"])),
    st.builds(lambda value: {"do": "follow", "value": value}, st.booleans()),
    st.builds(lambda age: {"do": "unfold", "age": age}, st.integers(0, 5)),
)


def _in_words(view: dict[str, Any], words: dict[str, Any]) -> dict[str, Any]:
    """Return a view with the families of layers that were changed here taken from another."""
    layers = [
        {**layer, "families": other["families"]} if layer["families"] in {"changed here", "added here"} else layer
        for layer, other in zip(view["layers"], words["layers"], strict=True)
    ]
    return {**view, "layers": layers}


def _designs() -> list[QuotaDesign]:
    boys = QuotaDesign(completes=100, qualification=child_codes()).with_quota(IDS[0], child_codes("boy"), 40)
    months = QuotaDesign().with_quota("quota 2", child_codes(months=(11, 14)), None, unit="months").with_quota(IDS[1], None, 3)
    return [QuotaDesign(), boys.with_quota(IDS[2], child_codes("girl", ages=(0, 4)), 60), months]


def test_a_design_without_python_is_the_draft_in_python(page: LabPage) -> None:
    """Whatever is painted, counted, named, added, removed, undone or unfolded: grid, layers and words are Python's."""
    load(page, "quota_designer")

    @DRAWN
    @given(st.sampled_from(_designs()), st.lists(DREW, max_size=3), st.lists(DREW, min_size=1, max_size=10))
    def drew(design: QuotaDesign, before: list[dict[str, Any]], messages: list[dict[str, Any]]) -> None:
        first = QuotaDesigner(design)
        for message in before:
            first._heard(first, message, [])
        designer = QuotaDesigner(first.design)
        views = alone_views(page, saved_of(designer), messages)
        for message, view in zip([None, *messages], views, strict=True):
            python = python_view(designer, message)
            assert not differences(_in_words(view, python), python, DRAWN_HERE), message

    drew()


ASKING = {
    "tree_walker": ["calculate", "keep"],
    "quota_designer": ["exact", "repair", "accept", "load", "keep"],
    "segment_browser": ["edit", "add", "remove", "restore", "undo", "redo", "read", "confirm", "cancel", "apply", "keep"],
    "respondent_simulator": ["learn", "csv", "keep", "constructor"],
}


def _one(name: str) -> Shown:
    if name == "tree_walker":
        return TreeWalker(_tree())
    if name == "segment_browser":
        return SegmentBrowser(sk.InfinityStore(sk.Infinity.sandbox()), apply=sk.apply)
    return QuotaDesigner(_designs()[1]) if name == "quota_designer" else RespondentSimulator(sk.standard("in-nccs", 2011))


@pytest.mark.parametrize("name", ASKING)
def test_what_needs_python_says_so_and_changes_nothing(page: LabPage, name: str) -> None:
    """Whatever only Python can do leaves all as it is, and says in a sentence what to do; the next message is answered."""
    load(page, name)
    messages = [{"do": act, "id": f"n {place}", "row": "400", "place": 0} for place, act in enumerate(ASKING[name])]
    first, *views = alone_views(page, saved_of(_one(name)), messages)
    for place, view in enumerate(views):
        needs = "This needs Python: open the notebook in JupyterLab and run it."
        told = {"error": needs, "status": needs, "heard": first["heard"] + place + 1, "answered": f"n {place}"}
        assert view == {**first, **told}
