"""What is done without Python is what Python would have done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from alone_model import alone_views, differences, load, python_view, saved_of
from hypothesis import given, settings
from hypothesis import strategies as st

from segkit.sel.question import Answer, Question
from segkit.sel.tree import Tree
from segkit.widgets.tree_walker import TreeWalker

if TYPE_CHECKING:
    from labpage import LabPage

pytestmark = pytest.mark.browser

DRAWN = settings(derandomize=True, deadline=None, max_examples=40)
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


def _walked(page: LabPage, walker: TreeWalker, messages: list[dict[str, Any]]) -> None:
    saved = saved_of(walker)
    views = alone_views(page, saved, messages)
    for message, view in zip([None, *messages], views, strict=True):
        assert not differences(view, python_view(walker, message)), message


def test_a_walk_without_python_is_the_walk_in_python(page: LabPage) -> None:
    """Whatever is answered, refused, taken back or gone to: outline, question, findings, body and words are Python's."""
    load(page, "tree_walker")

    @DRAWN
    @given(st.lists(WALKED, max_size=3), st.lists(WALKED, min_size=1, max_size=12))
    def walked(before: list[dict[str, Any]], messages: list[dict[str, Any]]) -> None:
        walker = TreeWalker(_tree(), locale="en_US")
        for message in before:
            walker._heard(walker, message, [])
        _walked(page, walker, messages)

    walked()
