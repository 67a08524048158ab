"""The laws of the table of frames, of the three words, and of the one place that writes HTML."""

import html
from collections.abc import Callable
from functools import reduce
from html.parser import HTMLParser
from typing import Any

import bodies
import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from segkit import frames, markup
from segkit.findings import Finding, Findings
from segkit.provenance import WORDS, weakest
from segkit.registry import segment_frames
from segkit.sel import law_frames, standard_frames
from segkit.sel.calculation import SegmentAnswer
from segkit.tables import table_frames

ROOMS = (frames, law_frames, segment_frames, standard_frames, table_frames)
TABLES = {
    name: table
    for room in ROOMS
    for name, table in vars(room).items()
    if name.isupper() and isinstance(table, dict) and not name.startswith("_")
}
HOSTILE = "<script>alert(1)</script><style>*{display:none}</style>\"'&<!-- ]]> <img src=x onerror=alert(1)>"

# What JupyterLab's sanitiser leaves in place; whatever else stood in our HTML would be lost in a notebook.
TAGS = {"table", "caption", "thead", "tbody", "tr", "th", "td", "p", "details", "summary", "strong", "pre"}
ATTRIBUTES = {"style", "scope", "open"}


class Seen(HTMLParser):
    """What a reader of HTML sees: elements, attributes, text."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.cells: list[str] = []
        self.others: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag in {"th", "td"}:
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        if self.cells:
            self.cells[-1] += data

    def handle_comment(self, data: str) -> None:
        self.others.append(data)

    def handle_decl(self, decl: str) -> None:
        self.others.append(decl)

    def unknown_decl(self, data: str) -> None:
        self.others.append(data)

    def handle_pi(self, data: str) -> None:
        self.others.append(data)


@pytest.mark.parametrize("name", TABLES)
def test_an_empty_frame_has_all_columns_and_dtypes(name: str) -> None:
    """A frame without rows has the same columns, in the same order and of the same dtypes, as one with rows."""
    frame = frames.from_rows(TABLES[name], [])
    assert list(frame.columns) == list(TABLES[name])
    assert [str(dtype) for dtype in frame.dtypes] == [str(dtype) for dtype in TABLES[name].values()]
    assert frame.empty


def test_the_table_of_frames_is_found() -> None:
    """The tables tried here are those of the module."""
    assert {"ANSWERS", "FINDINGS", "FORECAST", "QUOTA_CELLS", "WALK"} <= set(TABLES)


def test_the_answer_frame_is_the_contract() -> None:
    """The answer frame has the columns that other people's scripts rely on, typed here a second time."""
    contract = "parent_id qualification_id description question_type order question_text answer_id answer_text answer_eng_text"
    assert list(frames.ANSWERS) == [*contract.split(), "minimum", "maximum", "provenance"]


def test_what_is_missing_stays_missing_in_every_dtype() -> None:
    """None is missing in str, Int64 and categorical columns, never the text 'None' or 'nan'."""
    rows = [(7, *[None] * 8), (8, "child", 7, "Q", "input", "en_US", "111 A", "here", "derived")]
    frame = frames.from_rows(frames.KNOWN, rows)
    assert frame.iloc[0].isna().tolist() == [False, *[True] * 8]
    assert frame.iloc[1].tolist() == list(rows[1])
    assert [str(dtype) for dtype in frame.dtypes] == [str(dtype) for dtype in frames.KNOWN.values()]


def test_a_frame_that_lacks_a_column_is_not_built() -> None:
    """Forgetting a column is an error, not a frame with a column less."""
    with pytest.raises(KeyError, match="fix"):
        frames.build(frames.FINDINGS, {"code": [], "severity": [], "where": [], "message": []})


@given(st.lists(st.none() | st.integers(-(2**63), 2**63 - 1), max_size=20))
def test_whole_numbers_never_pass_through_floats(values: list[int | None]) -> None:
    """An Int64 column gives back every whole number exactly, and what was missing as missing."""
    column = frames.whole_numbers(values)
    assert str(column.dtype) == "Int64"
    assert [None if value is pd.NA else value for value in column] == values


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6), st.lists(st.sampled_from(WORDS), min_size=1, max_size=6))
def test_a_whole_bears_its_weakest_word(some: list[Any], others: list[Any]) -> None:
    """The word of a whole is that of its weakest part, in whatever order and however the parts are grouped."""
    assert weakest(*some, *others) == weakest(*others, *some) == weakest(weakest(*some), weakest(*others))
    assert weakest(*some) == reduce(weakest, some, "documented")
    assert weakest(*some) == pd.Categorical(some, dtype=frames.PROVENANCE).max()


def test_nothing_bears_no_word() -> None:
    """A whole without parts is not called documented: asking for its word is a mistake of the caller."""
    with pytest.raises(TypeError):
        weakest()  # type: ignore[call-arg] # the mistake


def test_words_are_ordered_from_documented_to_synthetic() -> None:
    """The order is documented < derived < synthetic, as provenance columns sort."""
    assert list(WORDS) == ["documented", "derived", "synthetic"]
    assert frames.PROVENANCE.ordered
    assert frames.PROVENANCE.categories.tolist() == list(WORDS)


@given(st.text() | st.integers() | st.floats(allow_nan=False))
def test_escaped_text_reads_as_it_was(value: object) -> None:
    """No < > or quote of a value survives raw, and a browser shows the value as it was."""
    written = markup.text(value)
    assert not set("<>\"'") & set(written)
    assert html.unescape(written) == str(value)


def test_half_of_a_character_is_written_as_the_sign_for_it() -> None:
    """No page can hold half of a character, nor a kernel send it: it is U+FFFD in text and in attributes; a whole one stays."""
    assert markup.text("a\ud800<b>\U0001f600") == "a\ufffd&lt;b&gt;\U0001f600"
    assert markup.element("p", "x", title="\udfff").html == '<p title="\ufffd">x</p>'


@pytest.mark.parametrize("value", [None, float("nan"), np.nan, pd.NA, pd.NaT])
def test_missing_values_are_written_as_nothing(value: object) -> None:
    """A missing value is an empty cell, not the word nan."""
    assert markup.text(value) == ""


CELLS = st.lists(st.tuples(st.text(), st.text()), max_size=4)


@given(st.text(), st.lists(st.text(), min_size=2, max_size=2), CELLS)
def test_a_table_holds_its_text_and_nothing_else(caption: str, headers: list[str], rows: list[tuple[str, str]]) -> None:
    """Whatever the texts are, a table has exactly its own elements, and its cells read as they were handed in."""
    seen = Seen(markup.table(caption, headers, rows).html)
    assert seen.tags == ["table", "caption", "thead", "tr", "th", "th", "tbody", *["tr", "th", "td"] * len(rows)]
    assert seen.cells == [*headers, *(cell for row in rows for cell in row)]
    assert seen.attributes <= ATTRIBUTES
    assert not seen.others


@given(st.text(), st.text())
@example(HOSTILE, HOSTILE)
def test_notes_and_folds_hold_their_text(summary: str, content: str) -> None:
    """Notes, folded parts and attribute values escape what they are given."""
    assert Seen(markup.note(content).html).tags == ["p"]
    for is_open in (True, False):
        folded = markup.folded(summary, content, is_open=is_open).html
        assert Seen(folded).tags == ["details", "summary"]
        assert ("open" in Seen(folded).attributes) == is_open
    assert Seen(markup.element("p", "", title=content).html).tags == ["p"]


def test_markup_is_not_escaped_twice() -> None:
    """What is HTML already is written as it is; what is beside it is escaped."""
    strong = markup.element("strong", "a < b")
    assert strong.html == "<strong>a &lt; b</strong>"
    assert markup.join([strong, "<i>"], " & ").html == "<strong>a &lt; b</strong> & &lt;i&gt;"


def hostile_reprs() -> list[Callable[[], str]]:
    """Return the HTML of every result of this floor, made of hostile texts alone."""
    wire = bodies.question(
        7,
        question_text=HOSTILE,
        question_description=HOSTILE,
        answers=[bodies.answer(111, HOSTILE), bodies.answer(111, HOSTILE)],
    )
    wrong = bodies.question(8, question_type=HOSTILE)
    read = bodies.trees(bodies.reply(bodies.parent(wire, wrong, question_description=HOSTILE, answers=wire["answers"])))
    tree = read[1]
    walk = tree.walk().answer(111).answer(HOSTILE + "?", 7)
    finding = Finding(HOSTILE, "error", HOSTILE, HOSTILE, HOSTILE)
    segment = SegmentAnswer(HOSTILE, 1, 111, HOSTILE, HOSTILE, HOSTILE, "synthetic", HOSTILE)
    return [part._repr_html_ for part in (read, tree, walk, Findings([finding]), segment)]


@pytest.mark.parametrize("shown", hostile_reprs(), ids=["qualifications", "tree", "walk", "findings", "segment"])
def test_no_hostile_text_becomes_an_element(shown: Callable[[], str]) -> None:
    """Every HTML repr is made of elements and attributes that JupyterLab keeps, whatever a vendor's texts hold."""
    page = shown()
    seen = Seen(page)
    assert set(seen.tags) <= TAGS
    assert seen.attributes <= ATTRIBUTES
    assert not seen.others
    assert html.escape("<script>alert(1)</script>") in page
    assert page.count("<") == page.count(">")


@pytest.mark.parametrize("shown", hostile_reprs(), ids=["qualifications", "tree", "walk", "findings", "segment"])
def test_tables_are_tables_to_a_screen_reader(shown: Callable[[], str]) -> None:
    """Every table has one caption, and every header cell says whether it heads a column or a row."""
    page = shown()
    seen = Seen(page)
    assert seen.tags.count("caption") == seen.tags.count("table") >= 1
    assert page.count('scope="col"') + page.count('scope="row"') == seen.tags.count("th")
