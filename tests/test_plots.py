from __future__ import annotations

import copy
import json

import pandas as pd
import plotly.io as pio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit import plots
from segkit.errors import InvalidInput
from segkit.plots.figure import Figure
from segkit.tables.segment_table import segment_table

ORDER = ["A/B", "C+", "C", "D", "E"]


def _frame(segments: list[str | None], word: str = "synthetic") -> pd.DataFrame:
    column = pd.Categorical(segments, categories=ORDER, ordered=True)
    return pd.DataFrame({"segment": column, "segment_provenance": [word] * len(segments)})


@given(st.lists(st.sampled_from([*ORDER, None]), max_size=60))
def test_the_bars_are_the_counts_in_the_vendors_order(segments: list[str | None]) -> None:
    """One bar a segment in the categorical's order, empty ones too; n is a plain count and the shares have one base."""
    figure = plots.segment_bars(_frame(segments))
    base = sum(segment is not None for segment in segments)
    assert figure.frame is not None
    assert figure.frame["segment"].tolist() == ORDER
    assert figure.frame["n"].tolist() == [segments.count(segment) for segment in ORDER]
    assert figure.frame["share"].sum() == pytest.approx(1.0 if base else 0.0)
    assert list(figure.data[0].y) == ORDER
    assert list(figure.data[0].x) == pytest.approx(figure.frame["share"].tolist())


def test_the_words_say_everything_that_the_bars_show() -> None:
    """The alt text names every segment with its share and n, the base, who is left out, and the provenance."""
    figure = plots.segment_bars(_frame(["C", "C", "D", None]))
    for part in ("C 67% (n=2)", "D 33% (n=1)", "A/B 0% (n=0)", "base: 3 respondents", "1 more without a segment", "synthetic"):
        assert part in figure.alt_text
    assert figure.layout.meta["alt_text"] == figure.alt_text
    assert "synthetic" in figure.layout.title.text


def test_a_frame_that_does_not_say_is_not_called_documented() -> None:
    """Where no provenance is stated, the figure says so; where the frame's attributes state it, that is shown."""
    frame = _frame(["C"]).drop(columns="segment_provenance")
    assert "provenance not stated" in plots.segment_bars(frame).alt_text
    frame.attrs["segkit"] = {"provenance": "derived"}
    assert "derived" in plots.segment_bars(frame).alt_text


def test_a_segment_that_is_only_named_counts_for_the_word() -> None:
    """The figure names every segment of the parent, so their word weighs too; where nobody has one, none is claimed."""
    frame = _frame(["C", "C"], "documented")
    assert "Source of the segments: documented" in plots.segment_bars(frame).alt_text
    frame.attrs["segkit"] = {"segments_provenance": "synthetic"}
    assert "Source of the segments: synthetic" in plots.segment_bars(frame).alt_text
    assert "provenance not stated" in plots.segment_bars(_frame([None], "documented")).alt_text


def test_a_copy_keeps_its_words_and_no_view_loads_anything() -> None:
    """The alt text travels with a copy; where plotly's own view is not understood the words are shown, and no script."""
    figure = plots.segment_bars(_frame(["C"]))
    assert copy.deepcopy(figure).alt_text == figure.alt_text
    assert figure._repr_html_() == f"<p>{figure.alt_text}</p>"


def test_hostile_names_are_escaped_in_the_figure() -> None:
    """A segment named like markup is text in the figure."""
    hostile = "<img src=x onerror=alert(1)>"
    frame = pd.DataFrame({"segment": pd.Categorical([hostile], categories=[hostile])})
    figure = plots.segment_bars(frame, title=hostile)
    assert "<img" not in json.dumps(figure.to_plotly_json()["layout"]["title"])
    assert "<img" not in figure.data[0].y[0]


def test_what_is_no_segment_column_is_refused_with_a_fix() -> None:
    """A missing column or one without an order is an error that names it."""
    with pytest.raises(InvalidInput, match="no column 'segment'"):
        plots.segment_bars(pd.DataFrame({"other": [1]}))
    with pytest.raises(InvalidInput, match="give a categorical"):
        plots.segment_bars(pd.DataFrame({"segment": ["C"]}))


def test_a_figure_is_shown_without_the_upload_button(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a notebook is handed has plotly's upload button off; a plain figure's has not, so the test can fail."""
    shown: list[dict[str, object]] = []

    def display(bundle: dict[str, object], **_: object) -> None:
        shown.append(bundle)

    monkeypatch.setattr("IPython.display.display", display)
    monkeypatch.setattr(pio.renderers, "default", "plotly_mimetype")
    figure = plots.segment_bars(_frame(["C"]))
    figure._ipython_display_()
    super(Figure, figure)._ipython_display_()
    ours, plain = (bundle["application/vnd.plotly.v1+json"].get("config", {}) for bundle in shown)
    assert ours["showSendToCloud"] is False
    assert plain.get("showSendToCloud") is not False


def test_a_template_is_taken_when_it_is_named() -> None:
    """A named template gives the figure its look; without one the global default is left alone."""
    before = pio.templates.default
    assert plots.segment_bars(_frame(["C"]), template="plotly_dark").layout.template.layout.font.color
    assert pio.templates.default == before


def test_one_word_does_not_speak_for_those_not_stated() -> None:
    """Where one segment of many is documented and the others do not say, the picture says no more than the table does."""
    frame = _frame(["C"] * 500).assign(segment_provenance=["documented"] + [None] * 499)
    assert "provenance not stated" in plots.segment_bars(frame).alt_text
    assert "provenance not stated" in plots.answer_flow(frame.assign(Q1=1), ["Q1"]).alt_text
    assert segment_table(frame, "segment").provenance is None
    weaker = frame.assign(segment_provenance=["synthetic"] + [None] * 499)
    assert "Source of the segments: synthetic" in plots.segment_bars(weaker).alt_text
