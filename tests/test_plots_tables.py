"""The laws of segment tables as pictures: every bar and dot is a cell of the table, in order, told apart in greyscale."""

import json
import re

import numpy as np
import pandas as pd
import pytest

from segkit import frames, plots
from segkit.errors import InvalidInput
from segkit.plots.shades import shades
from segkit.sel.population import Population
from segkit.sel.published import published
from segkit.sel.standards import standard
from segkit.tables import table_frames
from segkit.tables.segment_table import segment_table

HOSTILE = "<img src=x onerror=alert(1)>"
SAMPLE = Population.default(standard("mx-amai", 2022)).sample(700, seed=2)
TABLE = segment_table(SAMPLE, "segment", ["internet", "cars"], benchmark=published("mx-amai", 2022, None))
OTHER = segment_table(
    pd.DataFrame({"tier": pd.Categorical(["top"] * 20 + ["low"] * 5, ["top", "mid", "low"], ordered=True)}), "tier"
)


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, as WCAG 2 defines it."""
    parts = [int(part) for part in re.findall(r"\d+", colour)] if colour.startswith("rgb") else list(bytes.fromhex(colour[1:]))
    linear = [part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("n", range(1, 16))
def test_shades_are_an_order_in_greyscale(n: int) -> None:
    """Each shade is lighter than the one before, and what is written on it has a contrast of 4.5 or more."""
    found = shades(n)
    lights = [luminance(ground) for ground, _ in found]
    assert lights == sorted(lights)
    assert len(set(lights)) == n
    for ground, ink in found:
        bright, dark = sorted((luminance(ground), luminance(ink)), reverse=True)
        assert (bright + 0.05) / (dark + 0.05) >= 4.5


def test_each_bar_is_a_column_of_100_per_cent() -> None:
    """Parts are the table's shares in the segments' order; the bars add up to 1, the benchmark's too, and it is hatched."""
    figure = plots.segment_stack(TABLE)
    wide = TABLE.wide().to_numpy()
    shares = published("mx-amai", 2022, None).shares
    assert [bar.name for bar in figure.data] == list(shares)
    for row, bar in enumerate(figure.data):
        assert list(bar.x[:-1]) == pytest.approx(wide[row].tolist())
        assert bar.x[-1] == pytest.approx(list(shares.values())[row])
        assert list(bar.marker.pattern.shape) == [""] * 6 + ["/"]
    assert np.sum([bar.x for bar in figure.data], axis=0) == pytest.approx(np.ones(7))
    assert list(figure.layout.yaxis.ticktext)[:2] == ["Total (n=700)", f"internet: no (n={(SAMPLE.internet == 'no').sum()})"]
    assert figure.frame is not None
    pd.testing.assert_frame_equal(figure.frame, TABLE.to_frame().reset_index(drop=True))
    assert "synthetic" in figure.layout.title.text
    assert "benchmark: A/B 7.3%" in figure.alt_text


def test_schemes_have_legends_of_their_own() -> None:
    """Tables of several schemes are panels that do not overlap, each with its own axes, legend and heading."""
    figure = plots.segment_stack({"Mexico": TABLE, "ours": OTHER.to_frame()})
    assert {(bar.legend, bar.xaxis, bar.yaxis) for bar in figure.data} == {("legend", "x", "y"), ("legend2", "x2", "y2")}
    assert [bar.name for bar in figure.data if bar.legend == "legend2"] == ["top", "mid", "low"]
    assert figure.layout.yaxis2.domain[1] < figure.layout.yaxis.domain[0]
    assert figure.layout.yaxis2.domain[0] >= 0
    assert [note.text for note in figure.layout.annotations] == ["<b>Mexico</b>", "<b>ours</b>"]
    assert "Segments: synthetic." in figure.alt_text
    assert "ours. Total (n=25 **): top 80.0%, mid 0.0%, low 20.0%" in figure.alt_text


def test_several_columns_of_segments_are_panels() -> None:
    """A table of two columns of segments is two panels, called by them."""
    frame = SAMPLE[["segment", "internet", "cars"]]
    figure = plots.segment_stack(segment_table(frame, ["segment", "cars"], "internet"))
    assert [note.text for note in figure.layout.annotations] == ["<b>segment</b>", "<b>cars</b>"]
    with pytest.raises(InvalidInput, match="several columns"):
        plots.segment_intervals(segment_table(frame, ["segment", "cars"], "internet"))


def test_each_dot_is_a_cell_with_its_interval() -> None:
    """Dots stand at the shares, their bars end where the interval does, a diamond is the benchmark; letters stand beside."""
    figure = plots.segment_intervals(TABLE)
    cells = TABLE.to_frame()
    dots, diamonds = figure.data
    assert list(dots.x) == pytest.approx(cells["share"].tolist())
    assert (np.array(dots.x) + dots.error_x.array).tolist() == pytest.approx(cells["high"].tolist())
    assert (np.array(dots.x) - dots.error_x.arrayminus).tolist() == pytest.approx(cells["low"].tolist())
    assert list(diamonds.x) == pytest.approx(cells["benchmark_share"].tolist())
    assert diamonds.marker.symbol == "diamond-open"
    assert len(set(dots.y)) == len(cells)
    beside = [note.text for note in figure.layout.annotations if note.x == 1]
    assert len(beside) == len(cells)
    for text, row in zip(beside, cells.itertuples(), strict=True):
        assert f"(n={row.n:,}" in text
        assert text.endswith(f"&gt; {row.letters}") == bool(row.letters)
    assert "synthetic" in figure.alt_text


def test_a_column_without_a_base_is_said() -> None:
    """An empty column has no share: it is told, not drawn as 0 %."""
    frame = pd.DataFrame(
        {
            "segment": pd.Categorical(["a", "b"], ["a", "b"]),
            "wave": pd.Categorical(["1", "1"], ["1", "2"]),
        }
    )
    table = segment_table(frame, "segment", "wave")
    assert "wave: 2 (n=0 **): a no base, b no base" in plots.segment_stack(table).alt_text
    assert "no base (n=0" in plots.segment_intervals(table).alt_text


def test_what_is_no_table_is_refused() -> None:
    """A frame that lacks columns of a segment table, or has no rows, is refused with what to give."""
    with pytest.raises(InvalidInput, match="no segment table"):
        plots.segment_stack(SAMPLE)
    with pytest.raises(InvalidInput, match="nothing to draw"):
        plots.segment_stack(frames.from_rows(table_frames.SEGMENT_TABLE, []))


def test_hostile_names_are_text() -> None:
    """Names like markup are escaped in every text of the figures."""
    frame = pd.DataFrame({HOSTILE: pd.Categorical([HOSTILE]), "wave": pd.Categorical([HOSTILE])})
    table = segment_table(frame, HOSTILE, "wave")
    for figure in (
        plots.segment_stack({HOSTILE: table, "b": table}, title=HOSTILE),
        plots.segment_intervals(table, title=HOSTILE),
    ):
        drawn = figure.to_plotly_json()
        drawn["layout"].pop("meta")
        assert "<img" not in json.dumps(drawn, default=str)
