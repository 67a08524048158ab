"""The laws of flows from answers to segments, of what-ifs and of shares of answers as pictures."""

import io
import json
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_trees import made_tree

from segkit import plots
from segkit.errors import InvalidInput
from segkit.plots.flows import FLOWS, NOTHING, SHOWN
from segkit.plots.populations import WHAT_IF
from segkit.sel.population import Population
from segkit.sel.standards import standard

HOSTILE = "<img src=x onerror=alert(1)>"
SEGMENTS = ["high", "low"]
MEXICO = Population.default(standard("mx-amai", 2022))


def answered(rows: list[tuple[Any, Any, Any]]) -> pd.DataFrame:
    """Return a respondent frame of two questions and a segment."""
    frame = pd.DataFrame(rows, columns=["Q1", "Q2", "segment"])
    return frame.assign(segment=pd.Categorical(frame["segment"], categories=SEGMENTS, ordered=True))


ROW = st.tuples(st.sampled_from([111, 112, 113, None]), st.sampled_from(["a", "b", None]), st.sampled_from(["high", "low", None]))


@settings(deadline=None)
@given(st.lists(ROW, min_size=1, max_size=50))
def test_flows_add_up(rows: list[tuple[Any, Any, Any]]) -> None:
    """Of every node what comes in goes out, every stage holds all respondents, and a band counts those who gave both."""
    frame = answered(rows)
    figure = plots.answer_flow(frame)
    flows = figure.frame
    assert flows is not None
    assert flows.dtypes.astype(str).to_dict() == dict(FLOWS)
    into = flows[flows.to_question == "Q2"].groupby("to_answer")["n"].sum()
    out_of = flows[flows.from_question == "Q2"].groupby("from_answer")["n"].sum()
    pd.testing.assert_series_equal(into, out_of, check_names=False)
    for question in ("Q1", "Q2"):
        assert flows.loc[flows.from_question == question, "n"].sum() == len(rows)
        assert flows.loc[flows.from_question == question, "share"].sum() == pytest.approx(1)
    for row in flows.itertuples():
        one = frame[row.from_question].astype(object)
        other = frame[row.to_question].astype(object)
        named = [
            column.map(lambda value: NOTHING if pd.isna(value) else str(value).removesuffix(".0")) for column in (one, other)
        ]
        assert ((named[0] == str(row.from_answer).removesuffix(".0")) & (named[1] == row.to_answer)).sum() == row.n
    link = figure.data[0].link
    assert list(link.value) == flows["n"].tolist()
    assert len(figure.data[0].node.label) == flows.from_answer.groupby(flows.from_question).nunique().sum() + len(
        set(flows.loc[flows.to_question == "segment", "to_answer"])
    )


def test_nodes_stand_in_order_and_apart() -> None:
    """Questions stand from left to right, answers in their order from top to bottom, and no node covers the next."""
    sample = MEXICO.sample(3000, seed=3)
    figure = plots.answer_flow(sample, ["internet", "workers"])
    node = figure.data[0].node
    columns = sorted(set(node.x))
    assert len(columns) == 3
    for x in columns:
        ys = [y for at, y in zip(node.x, node.y, strict=True) if at == x]
        assert ys == sorted(ys)
    shares = sample["segment"].value_counts(sort=False, normalize=True).to_numpy()
    ys = [y for at, y in zip(node.x, node.y, strict=True) if at == columns[-1]]
    assert all(
        after - before > (one + other) / 2 * 0.6
        for before, after, one, other in zip(ys, ys[1:], shares, shares[1:], strict=False)
    )


def test_rare_answers_share_a_node() -> None:
    """A question with many answers keeps the most frequent; the others are one node that says how many they are."""
    frame = pd.DataFrame({"Q1": [n for n in range(30) for _ in range(n + 1)], "segment": pd.Categorical(["high"] * 465)})
    flows = plots.answer_flow(frame, ["Q1"]).frame
    assert flows is not None
    assert len(flows) == SHOWN
    rest = flows[flows.from_answer == "19 other answers"]
    assert rest["n"].tolist() == [sum(range(1, 20))]


def test_a_tree_names_the_answers() -> None:
    """With its tree the ids of answers are shown by their texts, sets of a multi punch too; the label travels."""
    tree = made_tree([2, 3], kinds=["singlepunch", "multipunch"])
    frame = pd.DataFrame({"member_id": ["a", "b"], "Q1": [111, 112], "Q2": [[111, 113], (112,)], "segment": ["high", "low"]})
    frame.attrs["segkit"] = {"provenance": "synthetic"}
    figure = plots.answer_flow(frame, tree=tree)
    flows = figure.frame
    assert flows is not None
    assert flows["from_question"].unique().tolist() == ["Q1", "Q2"]
    assert set(flows["from_answer"]) == {"answer 0", "answer 1", "answer 0; answer 2"}
    assert "synthetic" in figure.layout.title.text
    assert "2 respondents; synthetic" in figure.alt_text


def test_what_cannot_flow_is_refused() -> None:
    """A missing column, or no question at all, is an error that names the columns."""
    frame = answered([(111, "a", "high")])
    with pytest.raises(InvalidInput, match="Q7"):
        plots.answer_flow(frame, ["Q7"])
    with pytest.raises(InvalidInput, match="no question"):
        plots.answer_flow(frame[["segment"]])
    with pytest.raises(InvalidInput, match="no column tier"):
        plots.answer_flow(frame, segment="tier")


def _stated(word: str) -> pd.Series:
    shares = pd.Series({"a": 0.5, "b": 0.5})
    shares.attrs["segkit"] = {"provenance": word}
    return shares


def test_a_what_if_shows_both_and_the_difference() -> None:
    """Shares are those handed in, the marks are told apart by shape, the label is the weaker of the two."""
    wired = MEXICO.tilt({"internet": {"yes": 0.74}})
    figure = plots.what_if(MEXICO.shares(), wired.shares(), names=("now", "wired"))
    frame = figure.frame
    assert frame is not None
    assert frame.dtypes.astype(str).to_dict() == {name: str(dtype) for name, dtype in WHAT_IF.items()}
    assert frame["before"].tolist() == MEXICO.shares().tolist()
    assert frame["difference"].to_numpy() == pytest.approx(wired.shares().to_numpy() - MEXICO.shares().to_numpy())
    assert frame["difference"].sum() == pytest.approx(0)
    _, before, after = figure.data
    assert (before.marker.symbol, after.marker.symbol) == ("circle-open", "circle")
    assert list(after.x) == frame["after"].tolist()
    assert "synthetic" in figure.alt_text
    assert "A/B: 7.3% → 10.2% (+2.9 pp)" in figure.alt_text
    with pytest.raises(InvalidInput, match="segments differ"):
        plots.what_if(MEXICO.shares(), wired.shares().iloc[::-1])
    with pytest.raises(InvalidInput, match="after: a has no share"):
        plots.what_if(pd.Series({"a": 0.5}), pd.Series({"a": float("nan")}))
    bare = plots.what_if(pd.Series({"a": 0.5}), pd.Series({"a": 0.4}))
    assert "provenance not stated" in bare.alt_text
    assert bare.frame is not None
    assert bare.frame["provenance"].isna().all()
    assert "provenance not stated" in plots.what_if(_stated("derived"), pd.Series({"a": 0.5, "b": 0.5})).alt_text


def test_marginals_say_what_they_are_not() -> None:
    """One bar an answer with its share, question by question; that they are no census marginals stands in the figure."""
    told = MEXICO.marginals()
    figure = plots.answer_marginals(told)
    (bars,) = figure.data
    assert list(bars.x) == told["share"].tolist()
    assert len(set(bars.y)) == len(told)
    assert [note.text for note in figure.layout.annotations] == [f"<b>{q}</b>" for q in told["question"].unique()]
    assert "not census marginals" in figure.layout.title.text
    assert "synthetic" in figure.alt_text
    assert "derived" not in figure.alt_text
    for again in (pd.read_csv(io.StringIO(told.to_csv())), pd.read_csv(io.StringIO(told.to_csv()), dtype={"given": str})):
        read = plots.answer_marginals(again)
        assert "not census marginals" in read.layout.title.text
        assert "synthetic" in read.alt_text
    known = told[told["question"] == "internet"].assign(given=True)
    assert "census" not in plots.answer_marginals(known).alt_text
    with pytest.raises(InvalidInput, match="no column 'share'"):
        plots.answer_marginals(told.drop(columns="share"))


def test_hostile_names_are_text() -> None:
    """Names like markup are escaped in every text of the figures."""
    frame = pd.DataFrame({HOSTILE: [HOSTILE], "segment": pd.Categorical([HOSTILE], categories=[HOSTILE])})
    shares = pd.Series({HOSTILE: 1.0})
    told = pd.DataFrame({"question": [HOSTILE], "answer": ["1"], "text": [HOSTILE], "share": [1.0]})
    for figure in (
        plots.answer_flow(frame, title=HOSTILE),
        plots.what_if(shares, shares, names=(HOSTILE, HOSTILE), title=HOSTILE),
        plots.answer_marginals(told, title=HOSTILE),
    ):
        drawn = figure.to_plotly_json()
        drawn["layout"].pop("meta")
        assert "<img" not in json.dumps(drawn, default=str)
