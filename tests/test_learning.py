"""The laws of learning a rule: every profile as the far side answers it, nothing said of what was not asked."""

import functools
import itertools
import random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_trees import SEGMENTS, made_tree

import segkit as sk
from segkit.errors import InvalidInput, NotAllowed
from segkit.sel.learned import UNKNOWN, LearnedRule
from segkit.sel.learning import learn_rule
from segkit.sel.question import Question
from segkit.sel.standards import standard
from segkit.sel.tree import Tree


class FarSide:
    """Answers by a table of random segments, and counts what it was asked."""

    def __init__(self, tree: Tree, seed: int) -> None:
        self.tree = tree
        self.rng = random.Random(seed)  # noqa: S311 - the same rule on every run
        self.table: dict[tuple[object, ...], str] = {}
        self.asked: list[tuple[object, ...]] = []

    def segment(self, profile: tuple[object, ...]) -> str:
        return self.table.setdefault(profile, self.rng.choice(SEGMENTS))

    def __call__(self, frame: pd.DataFrame) -> pd.DataFrame:
        profiles = list(frame.itertuples(index=False, name=None))
        self.asked += profiles
        return frame.assign(segment=[self.segment(profile) for profile in profiles])


@pytest.mark.parametrize("seed", range(20))
def test_rules_of_no_catalogue(seed: int) -> None:
    """Whatever rule the far side has, the learned one says the same of every profile, and each was asked once."""
    rng = random.Random(seed)  # noqa: S311 - the same trees on every run
    tree = made_tree([rng.randint(1, 6) for _ in range(rng.randint(1, 5))])
    far_side = FarSide(tree, seed)
    learned = learn_rule(far_side, tree)
    assert learned.exact
    assert len(far_side.asked) == len(set(far_side.asked)) == learned.asked == learned.profiles.n
    answers = [[answer.id for answer in question.answers] for question in tree.questions]
    for profile in itertools.product(*answers):
        named = dict(zip(learned.rule.questions, profile, strict=True))
        assert learned.rule.segment(named) == far_side.table[profile]
    scored = learned.score(learned.to_frame().drop(columns="segment"))
    assert list(scored.segment) == [far_side.table[profile] for profile in itertools.product(*answers)]


CASES = {
    "US acculturation": ("en_US", 3910, None),
    "India ISEC": ("en_IN", 4209, None),
    "Mexico": ("es_MX", 990001, {"MXQ3": 2}),
}


@pytest.mark.parametrize(("locale", "parent_id", "top"), CASES.values(), ids=CASES)
def test_the_sandbox_is_reproduced(locale: str, parent_id: int, top: dict[str | int, int] | None) -> None:
    """Of every profile of a tree of the sandbox the learned rule says what calculate says."""
    ps = sk.PureSpectrum.sandbox()
    tree = ps.qualifications(locale, [parent_id])[parent_id]
    learned = learn_rule(functools.partial(ps.calculate_many, tree=tree, progress=False), tree, top=top)
    assert learned.proven == learned.profiles.n
    assert learned.provenance == "synthetic"
    assert not learned.findings
    wide = learned.to_frame().drop(columns="segment")
    told = ps.calculate_many(wide, tree=tree, progress=False)
    assert list(told.segment) == list(learned.score(wide).segment)
    assert set(told.segment) == set(learned.segments)
    if top:
        rng = np.random.default_rng(0)
        above = wide.sample(300, random_state=1).assign(MXQ3=rng.integers(2, 100, 300))
        assert list(ps.calculate_many(above, tree=tree, progress=False).segment) == list(learned.score(above).segment)


def test_a_part_says_nothing_of_the_rest() -> None:
    """With a budget, so many profiles are asked; the others are unknown in the rule and errors in a score; more budget adds."""
    tree = made_tree([5, 4, 3])
    far_side = FarSide(tree, 1)
    part = learn_rule(far_side, tree, budget=20, seed=3)
    assert (part.asked, part.proven, part.exact) == (20, 20, False)
    assert part.rule.segments[-1] == UNKNOWN
    wide = part.to_frame()
    with pytest.raises(InvalidInput, match="40 of 60 rows") as caught:
        part.score(wide)
    assert {finding.code for finding in caught.value.findings} == {"not-asked"}
    scored = part.score(wide, errors="keep")
    assert int(scored.segment.isna().sum()) == 40
    assert set(scored.error.dropna()) == {"this profile was not asked"}
    for row in wide.itertuples(index=False):
        profile = (row.Q1, row.Q2, row.Q3)
        assert part.rule.segment({"Q1": row.Q1, "Q2": row.Q2, "Q3": row.Q3}) == (
            far_side.table[profile] if profile in far_side.asked else UNKNOWN
        )
    first = set(far_side.asked)
    far_side.asked.clear()
    assert learn_rule(far_side, tree, budget=30, seed=3).proven == 30
    assert first < set(far_side.asked)


def test_it_resumes_from_a_journal(tmp_path: object) -> None:
    """With a journal a second call asks the vendor only for what is new."""
    ps = sk.PureSpectrum.sandbox()
    tree = ps.qualifications("en_US", [3910])[3910]
    ask = functools.partial(ps.calculate_many, tree=tree, progress=False, journal=f"{tmp_path}/learned.sqlite")
    part = learn_rule(ask, tree, budget=100)
    before = ask(part.profiles.frame(np.flatnonzero(part.segment_of >= 0))).attrs["segkit"]
    whole = learn_rule(ask, tree)
    after = ask(whole.profiles.frame(np.arange(whole.profiles.n))).attrs["segkit"]
    assert whole.exact
    assert before != after
    assert (part.segment_of >= 0).sum() == 100
    assert (whole.segment_of[part.segment_of >= 0] == part.segment_of[part.segment_of >= 0]).all()


def test_production_is_not_asked_by_accident() -> None:
    """Against production nothing is sent without allow_production."""
    ps = sk.PureSpectrum.sandbox()
    tree = ps.qualifications("en_US", [3910])[3910]
    live = sk.PureSpectrum(token="not-a-token")
    with pytest.raises(NotAllowed, match="allow_production"):
        learn_rule(functools.partial(live.calculate_many, tree=tree, progress=False), tree)


def test_a_top_that_is_none_is_refused() -> None:
    """Numbers above a top that are answered otherwise are found, with one of them; a right top is not refused."""
    tree = made_tree([2, 50], kinds=["singlepunch", "input"])

    def ask(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(segment=np.where(frame.Q2 >= 10, "high", "low"))

    with pytest.raises(InvalidInput, match="above the top") as caught:
        learn_rule(ask, tree, top={"Q2": 5})
    assert {finding.code for finding in caught.value.findings} == {"top-differs"}
    learned = learn_rule(ask, tree, top={"Q2": 10})
    assert (learned.proven, learned.beyond, learned.exact) == (22, 200, False)
    assert any("assumed: Q2 above 10" in line for line in learned.assumptions)
    assert list(learned.score(pd.DataFrame({"Q1": [111, 112], "Q2": [49, 9]})).segment) == ["high", "low"]
    assert learn_rule(ask, tree).exact


def test_only_what_was_compared_is_said_to_be_alike() -> None:
    """Numbers above a top that the far side does not answer prove nothing: they are asked, and not counted as compared."""
    tree = made_tree([2, 50], kinds=["singlepunch", "input"])

    def silent(frame: pd.DataFrame, above: int) -> pd.DataFrame:
        return frame.assign(segment=pd.Series("low", index=frame.index).where(frame.Q2.le(above) & (frame.Q1 == 111)))

    learned = learn_rule(functools.partial(silent, above=5), tree, top={"Q2": 5})
    assert (learned.beyond, learned.compared) == (200, 0)
    assert "200 profiles above a top were asked, 0 answers could be compared with it" in learned.assumptions
    assert not any("none differs" in line for line in learned.assumptions)
    half = learn_rule(functools.partial(silent, above=50), tree, top={"Q2": 5})
    assert 60 < half.compared < 140
    assert (
        f"200 profiles above a top were asked, {half.compared} answers could be compared with it, none differs"
        in half.assumptions
    )


@pytest.mark.parametrize("budget", [5, 12, 17, 18])
def test_a_raised_budget_asks_only_for_what_is_new(budget: int) -> None:
    """With tops too, a greater budget and the whole ask again for all that a part did, whatever the part."""
    tree = made_tree([3, 2, 30], kinds=["singlepunch", "singlepunch", "input"])
    part, whole = FarSide(tree, 0), FarSide(tree, 0)
    part.segment = whole.segment = lambda profile: SEGMENTS[profile[0] % 3]  # type: ignore[method-assign,operator,assignment]
    learn_rule(part, tree, top={"Q3": 2}, budget=budget, seed=4)
    assert learn_rule(whole, tree, top={"Q3": 2}, seed=4).proven == 18
    assert set(part.asked) <= set(whole.asked)


def test_sets_of_a_multi_punch() -> None:
    """Of a multi punch every set of answers is a profile of its own, whatever the order in which they are named."""
    tree = made_tree([3, 2], kinds=["multipunch", "singlepunch"])

    def ask(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(segment_id=[111 + min(len(ticked) - 1, 2) for ticked in frame.Q1])

    learned = learn_rule(ask, tree)
    assert learned.profiles.n == 7 * 2
    scored = learned.score(pd.DataFrame({"Q1": [[113, 111], ["answer 1"], [111, 112, 113]], "Q2": 111}))
    assert list(scored.segment) == ["middle", "high", "low"]


def test_rows_without_a_segment() -> None:
    """A profile that the far side did not answer is unknown and found; a refused answer is an error of its row."""
    tree = made_tree([4])

    def ask(frame: pd.DataFrame) -> pd.DataFrame:
        gone = frame.Q1 == 113
        return frame.assign(
            segment_id=(frame.Q1 - 1).clip(upper=113).where(~gone, None).clip(lower=111), error=np.where(gone, "busy", None)
        )

    learned = learn_rule(ask, tree)
    assert (learned.asked, learned.proven) == (4, 3)
    (finding,) = learned.findings
    assert (finding.code, finding.where, finding.message) == ("profile-unanswered", "1 profiles", "busy")
    scored = learned.score(pd.DataFrame({"Q1": [111, 113, 999, None]}, index=["a", "b", "c", "d"]), errors="keep")
    assert list(scored.index) == ["a", "b", "c", "d"]
    assert list(scored.segment.isna()) == [False, True, True, True]
    assert list(scored.error.isna()) == [True, False, False, False]
    assert scored.error["b"] == "this profile was not asked"
    assert "999" in scored.error["c"]


def test_one_word_does_not_speak_for_those_not_stated() -> None:
    """Where one answer is documented and the others do not say where they come from, the rule is not derived from the vendor."""
    tree = made_tree([5, 5])
    learned = {
        said: learn_rule(lambda frame, words=words: frame.assign(segment="low", segment_provenance=words), tree).provenance
        for said, words in {"all": "documented", "one": ["documented"] + [None] * 24, "none": None}.items()
    }
    assert learned == {"all": "derived", "one": "synthetic", "none": "synthetic"}


WRONG = {
    "index": (lambda frame: frame.assign(segment="low").reset_index(drop=True).iloc[::-1], "rows and the index"),
    "no column": (lambda frame: frame, "no column segment"),
    "strange": (lambda frame: frame.assign(segment="golden"), "has not"),
    "no frame": (lambda frame: list(frame.index), "must return a frame"),
    "no segments": (lambda frame: frame.assign(segment=[["low"]] * len(frame)), "has not"),
}


@pytest.mark.parametrize(("ask", "words"), WRONG.values(), ids=WRONG)
def test_wrong_asks(ask: object, words: str) -> None:
    """What an ask returns is checked before a rule is made of it."""
    with pytest.raises(InvalidInput, match=words):
        learn_rule(ask, made_tree([3]))  # type: ignore[arg-type]


def test_trees_that_cannot_be_asked() -> None:
    """Too many profiles, no bounds, no input, a wrong budget: each is refused with the fix, before anything is asked."""
    far_side = FarSide(made_tree([2]), 0)
    free = Tree(made_tree([2]).parent, (Question(5, "input", description="free"),))
    refused = [
        (made_tree([30, 30, 30]), {}, "too many profiles to ask"),
        (made_tree([300, 300, 300]), {}, "10,000,000"),
        (free, {}, "cannot be told"),
        (made_tree([2]), {"top": {"Q1": 1}}, "cannot be told"),
        (made_tree([2]), {"top": {"Q7": 1}}, "cannot be told"),
        (made_tree([5], kinds=["input"]), {"top": {"Q1": 9}}, "cannot be told"),
        (made_tree([20], kinds=["multipunch"]), {}, "cannot be told"),
        (made_tree([2]), {"budget": 0}, "budget"),
        (made_tree([]), {}, "whole"),
        (standard("mx-amai", 2022), {}, "tree is Standard"),
        (made_tree([2]), {"seed": "x"}, "seed is 'x'"),
        (made_tree([2]), {"seed": -1}, "seed is -1"),
        (made_tree([2]), {"seed": None}, "seed is None"),
        (made_tree([2]), {"top": [1]}, "top is list"),
    ]
    for tree, how, words in refused:
        with pytest.raises(InvalidInput, match=words):
            learn_rule(far_side, tree, **how)  # type: ignore[arg-type]
    assert far_side.asked == []
    with pytest.raises(InvalidInput, match="ask is NoneType"):
        learn_rule(None, made_tree([2]))  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="frame is dict"):
        learn_rule(far_side, made_tree([2])).score({})  # type: ignore[arg-type]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(1, 4), min_size=1, max_size=4), st.integers(0, 10**6))
def test_the_automaton_is_the_smallest(sizes: list[int], seed: int) -> None:
    """No two states of one step are answered alike to the end, and the words of the labels are in every view."""
    learned: LearnedRule = learn_rule(FarSide(made_tree(sizes), seed), made_tree(sizes))
    for table in learned.rule.step:
        assert len(np.unique(table, axis=0)) == len(table)
    assert "synthetic" in repr(learned)
    assert "synthetic" in learned._repr_html_()
