from __future__ import annotations

import csv
import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pandas as pd
import plotly.graph_objects as go
import pytest
from books import book, chart, code, out, printed
from hypothesis import given
from hypothesis import strategies as st

import segkit as sk
from segkit import markup
from segkit.sharing.respondent_rows import ID_COLUMNS, MASK, Rows, telling
from segkit.sharing.scan import scan
from segkit.widgets.module import SAVED

if TYPE_CHECKING:
    from collections.abc import Callable

IDS = [f"resp-{n:04d}" for n in range(8)]
FRAME = pd.DataFrame({"member_id": IDS, "USQ1": range(8), "segment": list("abcdabcd")})


def drawn(frame: pd.DataFrame, sign: str, rule: str) -> str:
    """Draw a table with signs between its cells."""
    rows = [["member_id", "USQ1"], *frame[["member_id", "USQ1"]].astype("str").to_numpy().tolist()]
    first, *rest = [f"{sign} {f' {sign} '.join(row)} {sign}\n" for row in rows]
    return f"{first}{rule}\n{''.join(rest)}"


WAYS: dict[str, tuple[str, Callable[[pd.DataFrame], str]]] = {
    "HTML": ("text/html", lambda frame: frame._repr_html_()),
    "HTML by index": ("text/html", lambda frame: frame.set_index("member_id")._repr_html_()),
    "HTML by two": ("text/html", lambda frame: frame.set_index(["segment", "member_id"]).sort_index()._repr_html_()),
    "HTML by two, sparse": ("text/html", lambda frame: frame.set_index(["member_id", "segment"])._repr_html_()),
    "our table": ("text/html", lambda frame: markup.table("Rows", list(frame), frame.astype("str").to_numpy().tolist()).html),
    "plain": ("text/plain", repr),
    "plain by index": ("text/plain", lambda frame: repr(frame.set_index("member_id"))),
    "plain by two": ("text/plain", lambda frame: repr(frame.set_index(["segment", "member_id"]).sort_index())),
    "CSV": ("text/plain", lambda frame: frame.to_csv(index=False)),
    "CSV with semicolons": ("text/plain", lambda frame: frame.to_csv(sep=";")),
    "tabs": ("text/plain", lambda frame: frame.to_csv(sep="\t")),
    "JSON of rows": ("text/plain", lambda frame: frame.to_json(orient="records")),
    "Python's rows": ("text/plain", lambda frame: str(frame.to_dict("records"))),
    "Python's columns": ("text/plain", lambda frame: str(frame.to_dict("list"))),
    "HTML on its side": ("text/html", lambda frame: frame.T._repr_html_()),
    "HTML without headers": ("text/html", lambda frame: re.sub("<(/?)th", r"<\1td", frame.to_html(index=False))),
    "print in HTML": ("text/html", lambda frame: f"<pre>{frame!r}</pre>"),
    "series": ("text/plain", lambda frame: repr(frame.member_id)),
    "index": ("text/plain", lambda frame: repr(pd.Index(frame.member_id))),
    "on its side": ("text/plain", lambda frame: frame.T.to_string()),
    "CSV with quotes": ("text/plain", lambda frame: frame.assign(USQ1="x, y").to_csv(quoting=csv.QUOTE_NONNUMERIC)),
    "JSON of columns": ("text/plain", lambda frame: frame.to_json()),
    "JSON in JSON": ("text/plain", lambda frame: json.dumps(frame.to_json(orient="records"))),
    "JSON lines": ("text/plain", lambda frame: frame.to_json(orient="records", lines=True)),
    "Python's dicts": ("text/plain", lambda frame: str(frame.to_dict())),
    "lines": ("text/plain", lambda frame: "".join(f"member_id: {one}, of 3\n" for one in frame.member_id)),
    "reprs": ("text/plain", lambda frame: ", ".join(f"Row(member_id={one!r}, USQ1=1)" for one in frame.member_id)),
    "Markdown": ("text/plain", lambda frame: drawn(frame, "|", "|:--|")),
    "drawn": ("text/plain", lambda frame: drawn(frame, "|", "+-----------+")),
    "boxed": ("text/plain", lambda frame: drawn(frame, "│", "╞═══════════╪══════╡").replace(" │ ", " ┆ ")),
    "LaTeX": (
        "text/plain",
        lambda frame: "member_id & USQ1 \\\\\n\\midrule\n" + "".join(f"{one} & 1 \\\\\n" for one in frame.member_id),
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_more_rows_of_people_than_may_stay_have_their_ids_masked_and_nothing_else(way: str) -> None:
    """Whichever way rows are written: no id is left, each other value is; five rows stay as they are."""
    form, write = WAYS[way]
    masked = Rows().masked(write(FRAME), form)
    assert masked.rows == len(FRAME)
    assert masked.ids == set(IDS)
    assert not [one for one in IDS if one in masked.text]
    assert masked.text.count(MASK) == len(FRAME)
    hidden = FRAME.assign(member_id=MASK)
    if (
        way.startswith(("CSV", "tabs", "JSON", "Python", "lines", "reprs", "Markdown", "drawn", "boxed", "LaTeX"))
        and way != "CSV with quotes"
    ):
        assert masked.text == write(hidden)
    few = write(FRAME.head(5))
    assert Rows().masked(few, form) == (few, 0, frozenset())


class Cells(HTMLParser):
    """The texts of the cells of a table, a list a row."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, _attrs: Any) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"}:
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data.strip()


CELL = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=6).map("v".__add__)


@given(st.lists(st.tuples(CELL, CELL, CELL), min_size=6, max_size=12), st.permutations(["segment", "Member ID", "other"]))
def test_in_any_table_the_column_of_ids_is_masked_and_no_other(rows: list[tuple[str, str, str]], names: list[str]) -> None:
    """For any cells and any order of columns: each cell below the heading of ids is the mask, each other is what it was."""
    frame = pd.DataFrame(rows, columns=names)
    masked = Cells(Rows().masked(frame._repr_html_(), "text/html").text).rows
    assert masked == Cells(frame.assign(**{"Member ID": MASK})._repr_html_()).rows


def test_which_columns_and_how_many_rows_are_settings() -> None:
    """Names are compared without case, spaces and dashes; other names and numbers are given."""
    renamed = FRAME.rename(columns={"member_id": "Panel ID"})._repr_html_()
    assert Rows().masked(renamed, "text/html").rows == 8
    assert Rows(most=8).masked(renamed, "text/html").rows == 0
    named = FRAME.rename(columns={"member_id": "badge"})._repr_html_()
    assert Rows().masked(named, "text/html").rows == 0
    assert Rows([*ID_COLUMNS, "Badge"]).masked(named, "text/html").rows == 8
    assert Rows([]).masked(renamed, "text/html").rows == 0


@pytest.mark.parametrize(
    "text",
    [
        "member_id is the column of ids\nand this is prose\nof several lines\nthat go\non and\non and\non",
        "a,b\n1,2\n" * 6,
        "parent_id qualification_id\n" + "1 2\n" * 9,
    ],
)
def test_what_is_no_table_of_people_is_left(text: str) -> None:
    """Prose that names a column, and tables of other things, stay."""
    assert Rows().masked(text, "text/plain").rows == 0


def test_counted_ids_are_masked_and_a_list_of_columns_is_not() -> None:
    """What pandas prints of counted values has the ids' name alone above them; so has a printed list of columns."""
    counted = pd.Series([*IDS, *IDS[:3]], name="member_id").value_counts()
    masked = Rows().masked(repr(counted), "text/plain")
    assert masked.ids == set(IDS)
    columns = "member_id\nparent_id\nsegment\nweight\nlocale\ndevice\nwave"
    assert Rows().masked(columns, "text/plain").rows == 0


def test_an_id_that_was_masked_is_masked_in_charts_and_sentences_too() -> None:
    """What a table shows is known by then: the same id in a figure, a print or a title goes, a short word does not."""
    table = out({"text/html": FRAME._repr_html_(), "text/plain": repr(FRAME)})
    figure = chart(go.Figure(go.Bar(x=IDS, y=[1] * 8, text=["a"] * 8), {"title": {"text": f"With {IDS[0]}"}}))
    scanned = scan(book(code("x", table, figure, printed(f"{IDS[3]} is first"))), Rows())
    assert not [one for one in IDS if one in json.dumps(scanned.notebook)]
    (told,) = scanned.findings
    assert (told.code, told.severity, told.where) == ("respondent-rows", "info", "cell 1, output 1 (text/html)")
    assert scanned.notebook.cells[0].outputs[1].data["application/vnd.plotly.v1+json"]["data"][0]["text"] == ["a"] * 8
    allowed = scan(book(code("x", table, figure)), Rows(), allow=["respondent-rows"])
    assert IDS[0] in json.dumps(allowed.notebook)
    assert not allowed.findings


def test_ids_in_a_source_block_it_for_its_cell_would_not_run_without_them() -> None:
    """They are found with the cell and the fix; redaction masks them."""
    notebook = book(code(f"frame = pd.DataFrame({{'member_id': {IDS}}})"))
    blocked = scan(notebook, Rows())
    assert [(f.code, f.severity, f.where) for f in blocked.findings] == [("respondent-rows", "error", "cell 1, source")]
    assert IDS[0] not in str(blocked.findings)
    redacted = scan(notebook, Rows(), redact=True)
    assert redacted.findings.ok
    assert IDS[0] not in redacted.notebook.cells[0].source


def test_a_widget_that_shows_people_is_shared_as_its_masked_copy_only() -> None:
    """The state of a browser of customers is left out, for its rows are more than its copy shows; the copy has no id."""
    leap = sk.Instaleap.sandbox()
    store = sk.InstaleapStore(leap)
    browser = sk.widgets.SegmentBrowser(store)
    for one in IDS:
        browser.add(document_id=one, segments="membership = GOLD")
    data = browser._twin._copy("now", "sk-twin")
    assert data[SAVED]["widget"] == "segment_browser"
    scanned = scan(book(code("x", out(data))), Rows())
    kept = scanned.notebook.cells[0].outputs[0].data
    assert SAVED not in kept
    assert MASK in kept["text/html"]
    assert not [one for one in IDS if one in json.dumps(scanned.notebook)]
    few = scan(book(code("x", out(sk.widgets.TreeWalker(_tree())._twin._copy("now", "sk-twin")))), Rows())
    assert SAVED in few.notebook.cells[0].outputs[0].data


def _tree() -> sk.Tree:
    return sk.PureSpectrum.sandbox().qualifications("en_US", [3910])[3910]


def test_only_what_is_no_other_word_is_masked_everywhere() -> None:
    """An id with a digit, or an address, is telling from four characters on; digits alone from seven on."""
    assert telling({"m-01", "abc", "abcd", "1234", "1234567", "a@b.example"}) == ["a@b.example", "1234567", "m-01"]


@pytest.mark.parametrize("form", ["application/json", "application/vnd.dataresource+json"])
@pytest.mark.parametrize("held", [FRAME.to_dict("records"), FRAME.to_dict("list"), {"rows": [{"memberId": n} for n in range(8)]}])
def test_ids_in_an_output_that_is_data_are_masked(form: str, held: Any) -> None:
    """Under a name of ids each text and number is the mask; all else is what it was."""
    scanned = scan(book(code("x", out({form: held}))), Rows())
    made = scanned.notebook.cells[0].outputs[0].data[form]
    assert str(made).count(MASK) == 8
    assert not [one for one in IDS if one in str(made)]
    assert scanned.findings.codes == {"respondent-rows"}
    assert scan(book(code("x", out({form: held}))), Rows(most=8)).notebook.cells[0].outputs[0].data[form] == held


FIGURES = {
    "axis": go.Figure(go.Bar(x=IDS, y=[1] * 8), {"xaxis": {"title": {"text": "member_id"}}}),
    "second axis": go.Figure(go.Bar(x=[1] * 8, y=IDS, yaxis="y2"), {"yaxis2": {"title": {"text": "member_id"}}}),
    "hovering": go.Figure(
        go.Bar(x=[1] * 8, customdata=[[1, one] for one in IDS], hovertemplate="n=1<br>member_id=%{customdata[1]}")
    ),
    "table": go.Figure(go.Table(header={"values": ["USQ1", "<b>member_id</b>"]}, cells={"values": [[1] * 8, IDS]})),
}


@pytest.mark.parametrize("figure", FIGURES.values(), ids=list(FIGURES))
def test_a_chart_that_is_drawn_by_people_shows_no_id(figure: go.Figure) -> None:
    """An axis, what is shown on hovering, and a column of a table are told by their names."""
    scanned = scan(book(code("x", chart(figure))), Rows())
    assert not [one for one in IDS if one in json.dumps(scanned.notebook)]
    assert [(f.code, f.where) for f in scanned.findings] == [("respondent-rows", "cell 1, output 1")]
    assert not scan(book(code("x", chart(figure))), Rows(most=8)).findings


@pytest.mark.parametrize(
    "unit", ["member_id\n", "member_id,", "member_id a  \nb  ", "'member_id': 1,", "member_id=[", "\\", "member_id |\n"]
)
def test_long_texts_are_gone_through_once(unit: str) -> None:
    """A quarter of a megabyte of one thing takes no longer than as much of another; it would take minutes, line by line anew."""
    assert Rows().masked(unit * (250_000 // len(unit)) + " member_id", "text/plain").text
