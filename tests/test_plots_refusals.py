"""The laws of what cannot be drawn: whatever is handed in, a picture is drawn or the place and the fix are named."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from made_trees import made_tree

from segkit import plots
from segkit.errors import InvalidInput
from segkit.plots.flows import NOTHING
from segkit.sel.question import Answer, Question
from segkit.sel.tree import Tree

PICTURES: dict[str, Callable[..., Any]] = {
    "bars": plots.segment_bars,
    "stack": plots.segment_stack,
    "intervals": plots.segment_intervals,
    "flow": plots.answer_flow,
    "marginals": plots.answer_marginals,
    "triggers": plots.triggers_per_segment,
    "customers": plots.customers_per_segment,
    "fills": plots.fill_by_phase,
    "waterfall": plots.arrivals_waterfall,
    "designs": plots.compare_designs,
    "what if": lambda given, **how: plots.what_if(given, given, **how),
}
NOTHINGS = {"None": None, "a series of texts": pd.Series(["a"]), "a list": [1], "a number": 3, "a text": "x"}
FRAME = pd.DataFrame({"segment": pd.Categorical(["a", "b"])})
SHARES = pd.Series({"a": 0.5, "b": 0.5})


@pytest.mark.parametrize("given", NOTHINGS.values(), ids=NOTHINGS)
@pytest.mark.parametrize("draw", PICTURES.values(), ids=PICTURES)
def test_what_is_no_table_is_refused(draw: Callable[..., Any], given: Any) -> None:
    """None, a list, a Series of texts: each picture says what it takes."""
    with pytest.raises(InvalidInput, match=r"give|lacks"):
        draw(given)


@pytest.mark.parametrize("template", ["nope", 3, ["plotly"]], ids=str)
def test_a_template_that_plotly_has_not(template: Any) -> None:
    """An unknown template names those that there are; a known one is taken, joined ones too."""
    with pytest.raises(InvalidInput, match="plotly_dark"):
        plots.segment_bars(FRAME, template=template)
    assert plots.segment_bars(FRAME, template="plotly_dark+presentation").alt_text


@pytest.mark.parametrize("names", [("a",), ("a", "b", "c"), "ab", None, (1, 2)], ids=str)
def test_a_what_if_has_two_names(names: Any) -> None:
    """Two texts name the two sides."""
    with pytest.raises(InvalidInput, match="names is"):
        plots.what_if(SHARES, SHARES, names=names)


def test_a_column_that_is_there_twice() -> None:
    """Two columns of one name are no segment and no question; neither is a question drawn twice, nor a segment as one."""
    twice = pd.concat([FRAME, FRAME], axis=1)
    with pytest.raises(InvalidInput, match="2 columns 'segment'"):
        plots.segment_bars(twice)
    asked = pd.DataFrame([[1, 2, "a"]], columns=["Q1", "Q1", "segment"])
    with pytest.raises(InvalidInput, match="'Q1'"):
        plots.answer_flow(asked)
    for questions in (["Q1", "Q1"], ["segment"], "Q1", 1):
        with pytest.raises(InvalidInput, match=r"named twice|list of columns"):
            plots.answer_flow(pd.DataFrame({"Q1": [1], "segment": ["a"]}), questions)  # type: ignore[arg-type]


def test_labels_that_are_numbers() -> None:
    """Columns may be labelled by numbers, as a frame made of an array has them."""
    flows = plots.answer_flow(pd.DataFrame({1: [5, 6], 2: ["a", "b"]}), segment=2).frame  # type: ignore[arg-type]
    assert flows is not None
    assert flows["from_question"].unique().tolist() == ["1"]
    assert flows["n"].tolist() == [1, 1]


def test_an_answer_that_is_called_as_a_missing_one() -> None:
    """Who said "no answer" and who said nothing are two nodes."""
    flows = plots.answer_flow(pd.DataFrame({"Q1": [NOTHING, None, None], "segment": ["a", "a", "a"]})).frame
    assert flows is not None
    assert dict(zip(flows["from_answer"], flows["n"], strict=True)) == {"no answer ('no answer')": 1, NOTHING: 2}


def test_answers_of_one_text_are_told_apart() -> None:
    """Two answers that read the same are two nodes with their ids; nothing is counted together silently."""
    mixed = plots.answer_flow(pd.DataFrame({"Q1": pd.Series([1, "1", "1"], dtype=object), "segment": ["a"] * 3})).frame
    assert mixed is not None
    assert dict(zip(mixed["from_answer"], mixed["n"], strict=True)) == {"1 (1)": 1, "1 ('1')": 2}
    tree = Tree(
        made_tree([2]).parent, (Question(5, "singlepunch", description="Q1", answers=(Answer(1, "yes"), Answer(2, "yes"))),)
    )
    named = plots.answer_flow(pd.DataFrame({"Q1": [1, 2, 2], "segment": ["a"] * 3}), tree=tree).frame
    assert named is not None
    assert dict(zip(named["from_answer"], named["n"], strict=True)) == {"yes (1)": 1, "yes (2)": 2}


def test_sets_are_answers() -> None:
    """A set, a list and a tuple of the same answers are one node, in whatever order they were named; a dictionary is none."""
    tree = made_tree([3], kinds=["multipunch"])
    given = pd.DataFrame({"Q1": [{113, 111}, [111, 113], (113, 111), frozenset({112})], "segment": ["a"] * 4})
    flows = plots.answer_flow(given, tree=tree).frame
    assert flows is not None
    assert dict(zip(flows["from_answer"], flows["n"], strict=True)) == {"answer 1": 1, "answer 0; answer 2": 3}
    with pytest.raises(InvalidInput, match="no answer, such as a dictionary"):
        plots.answer_flow(pd.DataFrame({"Q1": [{"a": 1}], "segment": ["a"]}))
