"""The laws of registries as pictures: every bar is a plain count, in order, and what has none stays."""

import json
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import segkit as sk
from segkit import frames, plots
from segkit.errors import InvalidInput
from segkit.plots import customers, registry
from segkit.registry.criteria import criteria_of
from segkit.registry.segments import Segment, SegmentGroup, SegmentGroups, Segments

HOSTILE = "<img src=x onerror=alert(1)>"


def on(path: str, number: int, order: int, **more: Any) -> Segment:
    """Return a segment of the triggers whose page is this one."""
    return Segment(segment_id=number, name=f"on {path}", order=order, criteria=criteria_of([("href", "eq", path)]), **more)


KEPT = (on("/a", 30, 0, group_id=7), on("/b", 10, 1), on("/c", 20, 2, group_id=7), on("/gone", 40, 0, status=410))
ORDER = [30, 10, 20, 1]


def visited(*pages: str | None) -> pd.DataFrame:
    """Return a trigger a page."""
    return pd.DataFrame({"href": pd.Series(pages, dtype="str")})


@given(st.lists(st.sampled_from(["/a", "/b", "/c", "/gone", "/d", None]), max_size=40))
def test_bars_are_counts_in_the_order_of_detection(pages: list[str | None]) -> None:
    """One bar a segment that took part, none left out, in the order of detection; segment 1 is last; shares have one base."""
    figure = plots.triggers_per_segment(sk.evaluate_segments(Segments(KEPT), visited(*pages)))
    data = figure.frame
    assert data is not None
    assert data.dtypes.astype(str).to_dict() == {name: str(dtype) for name, dtype in registry.TRIGGERS.items()}
    assert data["segment_id"].tolist() == ORDER
    n_of = [pages.count("/a"), pages.count("/b"), pages.count("/c")]
    assert data["n"].tolist() == [*n_of, len(pages) - sum(n_of)]
    assert data["share"].sum() == pytest.approx(1.0 if pages else 0.0)
    assert list(figure.data[0].x) == data["share"].tolist()


def test_groups_are_named_over_their_segments() -> None:
    """A group bears the count of all its segments; where its segments do not follow each other it is named again."""
    told = sk.evaluate_segments(KEPT, visited("/a", "/c", "/c", "/d"))
    figure = plots.triggers_per_segment(told)
    heads = [note.text for note in figure.layout.annotations]
    assert heads == [
        f"<b>{head}</b>" for head in ("group 7: 3 (75%)", "group 0: 1 (25%)", "group 7, continued", "group 0, continued")
    ]
    for part in (
        "4 triggers",
        "in the order of detection",
        "30 on /a 1 (25%)",
        "10 on /b 0 (0%)",
        "1 Default, meets no criteria 1 (25%)",
    ):
        assert part in figure.alt_text
    groups = SegmentGroups([SegmentGroup(group_id=7, name=HOSTILE)])
    for given_as in (groups, groups.to_frame()):
        named = plots.triggers_per_segment(told, groups=given_as)
        assert named.frame is not None
        assert named.frame["segment_group_name"].tolist()[0] == HOSTILE
        assert named.layout.annotations[0].text.startswith("<b>&lt;img")


def test_segment_1_is_told_apart_without_colour() -> None:
    """The bar of what meets no criteria is hatched, and no other is."""
    figure = plots.triggers_per_segment(sk.evaluate_segments(KEPT, visited("/a", "/d")))
    assert list(figure.data[0].marker.pattern.shape) == ["", "", "", "/"]


def test_the_word_of_triggers_and_segments_travels() -> None:
    """Synthetic triggers or segments make a synthetic outcome, in frame and figure; a frame that says nothing claims nothing."""
    assert "derived" in plots.triggers_per_segment(sk.evaluate_segments(KEPT, visited("/a"))).layout.title.text
    made_up = visited("/a")
    made_up.attrs["segkit"] = {"provenance": "synthetic"}
    ours = sk.evaluate_segments([on("/a", 30, 0, provenance="synthetic")], visited("/a"))
    for told in (sk.evaluate_segments(KEPT, made_up), ours):
        assert set(told["provenance"]) == {"synthetic"} == {told.attrs["segkit"]["provenance"]}
        figure = plots.triggers_per_segment(told)
        assert "synthetic" in figure.layout.title.text
        assert "synthetic" in figure.alt_text
        assert figure.frame is not None
        assert set(figure.frame["provenance"]) == {"synthetic"}
    bare = pd.DataFrame(told.drop(columns="provenance").to_dict("list"))
    assert "provenance not stated" in plots.triggers_per_segment(bare).alt_text


def test_rows_of_an_evaluation_still_know_the_others() -> None:
    """Of a part of the rows every segment that took part has its bar; a frame that lost them says so, or is given them."""
    told = sk.evaluate_segments(KEPT, visited("/c", "/b", "/b"))
    part = plots.triggers_per_segment(told[told["segment_id"] == 10]).frame
    assert part is not None
    assert part["n"].tolist() == [0, 2, 0, 0]
    plain = pd.DataFrame(told.to_dict("list"))
    figure = plots.triggers_per_segment(plain)
    assert figure.frame is not None
    assert figure.frame["segment_id"].tolist() == [10, 20, 1]
    assert "by id: neither order nor segments without triggers are known" in figure.alt_text
    for given_as in (Segments(KEPT), KEPT, Segments(KEPT).to_frame()):
        again = plots.triggers_per_segment(plain, given_as).frame
        assert again is not None
        assert again["segment_id"].tolist() == ORDER


def test_an_export_that_was_joined_keeps_those_without_a_segment_out() -> None:
    """Rows without a segment are not in the base, and are told."""
    told = sk.evaluate_segments(KEPT, visited("/a", "/d")).reindex([0, 1, 2])
    figure = plots.triggers_per_segment(told)
    assert figure.frame is not None
    assert figure.frame["n"].sum() == 2
    assert "base: 2 triggers, 1 more without a segment" in figure.alt_text


def test_of_very_many_segments_the_small_share_a_bar() -> None:
    """Beyond the bound the segments with the most triggers keep their place, the others are one bar, and nothing is lost."""
    many = [on(f"/{number}", 100 + number, number) for number in range(registry.SHOWN + 9)]
    figure = plots.triggers_per_segment(sk.evaluate_segments(many, visited("/3", "/3", *(f"/{n}" for n in range(69)), "/no")))
    assert figure.frame is not None
    assert len(figure.frame) == registry.SHOWN + 1
    assert figure.frame["n"].sum() == 72
    assert figure.frame["segment_name"].tolist()[-2:] == ["10 other segments", "Default"]
    assert figure.frame["segment_id"].dropna().tolist()[:-1] == sorted(figure.frame["segment_id"].dropna().tolist()[:-1])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"segment_id": [1.5, 2]}, "give whole numbers"),
        ({"segment_group_id": ["x", 0]}, "give whole numbers"),
        ({"segment_id": [5, 5], "segment_name": ["a", "b"]}, "two names or groups"),
        ({"segment_id": [[5], [5]]}, "lists or mappings"),
    ],
)
def test_what_is_no_evaluation_is_refused(change: dict[str, Any], said: str) -> None:
    """Ids that are no numbers, and rows of two evaluations at once, are errors that say what to give."""
    told = pd.DataFrame({"segment_id": [5, 6], "segment_name": ["a", "b"], "segment_group_id": [0, 0]})
    with pytest.raises(InvalidInput, match=said):
        plots.triggers_per_segment(told.assign(**change))
    with pytest.raises(InvalidInput, match="no column 'segment_group_id'"):
        plots.triggers_per_segment(told.drop(columns="segment_group_id"))
    with pytest.raises(InvalidInput, match="segment 5 is not among the segments given"):
        plots.triggers_per_segment(told, KEPT)
    with pytest.raises(InvalidInput, match="segments are int: give"):
        plots.triggers_per_segment(told, 3)  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="give a DataFrame with one row a group"):
        plots.triggers_per_segment(told, groups=3)  # type: ignore[arg-type]


SEGMENT = st.tuples(st.sampled_from(["city", "tier"]), st.sampled_from(["x", "y", "z"]))
CUSTOMERS = st.dictionaries(st.sampled_from("abcdefgh"), st.lists(SEGMENT, max_size=4), min_size=1)


@given(CUSTOMERS)
def test_a_customer_counts_once_in_each_of_its_bars(given_as: dict[str, list[tuple[str, str]]]) -> None:
    """Bars are distinct customers of a type and value, however often a row is repeated, from a long frame as from a mapping."""
    figure = plots.customers_per_segment(given_as)
    data = figure.frame
    assert data is not None
    assert data.dtypes.astype(str).to_dict() == {name: str(dtype) for name, dtype in customers.CUSTOMERS.items()}
    by_hand = {pair: sum(pair in pairs for pairs in given_as.values()) for pairs in given_as.values() for pair in pairs}
    bars = data.dropna(subset=["type"])
    assert dict(zip(zip(bars["type"], bars["value"], strict=True), bars["n"], strict=True)) == by_hand
    assert data["n"].iloc[-1] == sum(not pairs for pairs in given_as.values())
    assert data["share"].to_numpy() == pytest.approx(data["n"].to_numpy() / len(given_as))
    rows = [(who, *pair) for who, pairs in given_as.items() for pair in pairs or [(None, None)]]
    long = pd.DataFrame(rows, columns=["document_id", "type", "value"])
    pd.testing.assert_frame_equal(plots.customers_per_segment(long).frame, data)


def test_a_panel_a_type_that_does_not_add_up() -> None:
    """Each type has its name and the customers in it over its values, the most first; the figure says that bars do not add up."""
    figure = plots.customers_per_segment(
        {
            "a": [("tier", "G"), ("city", "Lima")],
            "b": [("tier", "S")],
            "c": [("tier", "S"), ("tier", "G")],
            "d": [],
            "e": None,
            "f": [("tier", "S")],
        }
    )
    assert [note.text for note in figure.layout.annotations] == ["<b>tier: 4 of 6</b>", "<b>city: 1 of 6</b>", "<b>in none</b>"]
    assert list(figure.layout.yaxis.ticktext) == ["S", "G", "Lima", "no segment"]
    assert list(figure.data[0].marker.pattern.shape) == ["", "", "", "/"]
    for part in (
        "6 customers",
        "do not add up",
        "tier: 4 of 6. S 3 (50%); G 2 (33%).",
        "no segment 2 (33%)",
        "provenance not stated",
    ):
        assert part in figure.alt_text
    assert "do not add up" in figure.layout.title.text


def test_a_value_called_as_no_segment_is_another_bar() -> None:
    """Who has a value "no segment" and who has none are two bars under two names."""
    figure = plots.customers_per_segment({"a": [("tier", customers.NONE)], "b": []})
    assert figure.frame is not None
    assert figure.frame["n"].tolist() == [1, 1]
    assert len(set(figure.data[0].y)) == 2


def test_synthetic_customers_are_called_so_and_hostile_values_are_text() -> None:
    """The frame's word stands in the figure; markup in a value is text."""
    frame = pd.DataFrame({"document_id": ["a"], "type": [HOSTILE], "value": [HOSTILE]})
    frame.attrs["segkit"] = {"provenance": "synthetic"}
    figure = plots.customers_per_segment(frame, title=HOSTILE)
    assert "synthetic" in figure.layout.title.text
    assert figure.frame is not None
    assert set(figure.frame["provenance"]) == {"synthetic"}
    assert "<img" not in json.dumps(figure.to_plotly_json(), default=str).replace(json.dumps(figure.alt_text), "")


def test_of_very_many_values_the_rare_share_a_bar() -> None:
    """Beyond the bound the rare values are one bar, in which a customer counts once."""
    who = {f"c{number}": [("city", f"town {number}")] for number in range(30)}
    figure = plots.customers_per_segment({**who, "d": [("city", f"town {number}") for number in range(30)]})
    assert figure.frame is not None
    assert figure.frame["value"].tolist()[customers.SHOWN - 1] == "11 other values"
    assert figure.frame["n"].tolist()[customers.SHOWN - 1] == 12


def test_customers_that_cannot_be_are_refused_as_they_would_be_sent() -> None:
    """Ids that are numbers, half a segment, a customer given twice: the findings name the rows; duplicates may be merged."""
    bad = pd.DataFrame({"document_id": [7, "b"], "type": ["t", "t"], "value": ["x", None]})
    with pytest.raises(InvalidInput, match="cannot be drawn") as refused:
        plots.customers_per_segment(bad)
    assert refused.value.findings.codes == {"no-text", "half-a-segment"}
    twice = [{"document_id": "a", "segments": [{"type": "t", "value": value}]} for value in "xy"]
    with pytest.raises(InvalidInput, match="cannot be drawn"):
        plots.customers_per_segment(twice)
    merged = plots.customers_per_segment(twice, "merge").frame
    assert merged is not None
    assert merged["n"].tolist() == [1, 1, 0]
    for nobody in ({}, [], bad.iloc[:0]):
        with pytest.raises(InvalidInput, match="no customer to draw"):
            plots.customers_per_segment(nobody)


def test_both_take_a_template() -> None:
    """A named template gives the look; the frames' words are in one order."""
    told = sk.evaluate_segments(KEPT, visited("/a"))
    for figure in (
        plots.triggers_per_segment(told, template="plotly_dark"),
        plots.customers_per_segment({"a": []}, template="plotly_dark"),
    ):
        assert figure.layout.template.layout.font.color
        assert figure.frame is not None
        assert figure.frame["provenance"].dtype == frames.PROVENANCE
