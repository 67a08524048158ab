from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import nbformat
import pandas as pd
import plotly.graph_objects as go
import pytest

from segkit import markup
from segkit.credentials import Secret
from segkit.sharing import html
from segkit.sharing.clean import clean

if TYPE_CHECKING:
    from pathlib import Path

FIGURE = go.Figure(go.Bar(x=["low", "high"], y=[1, 3]), {"title": {"text": "<b>Shares</b> by level"}})
WIDGET = {"application/vnd.jupyter.widget-view+json": {"model_id": "0" * 32}, "text/plain": "Walker(x=1)"}
BUNDLE_SIGN = "plotly.js v"


def out(data: dict[str, Any]) -> nbformat.NotebookNode:
    """Make an output of these forms."""
    return nbformat.v4.new_output("display_data", data)


def chart(figure: go.Figure = FIGURE) -> nbformat.NotebookNode:
    """Make the output that plotly makes in a kernel."""
    return out({"application/vnd.plotly.v1+json": figure.to_plotly_json() | {"config": {"showSendToCloud": True}}})


def book(*outputs: nbformat.NotebookNode, words: str = "# A walk", **metadata: object) -> nbformat.NotebookNode:
    """Make a run notebook with one cell of words and one of code."""
    code = nbformat.v4.new_code_cell("one = 1\none", execution_count=2, outputs=list(outputs))
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(words), code], metadata=metadata)


class Elements(HTMLParser):
    """Every start tag of a page, with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def main_of(page: str) -> str:
    """Return what stands in the page's main."""
    return page.partition("<main>")[2].partition("</main>")[0]


HOSTILE = [
    "<img src=x onerror='fire()'>",
    "<img src='http://example.invalid/x.png'>",
    "<script>fire()</script>",
    "<scr<script></script>ipt>fire()</script>",
    "<svg onload='fire()'><script>fire()</script></svg>",
    "<iframe src='http://example.invalid/'></iframe>",
    "<link rel='stylesheet' href='http://example.invalid/x.css'>",
    "<a href='javascript:fire()'>a</a>",
    "<a href='data:text/html,<script>fire()</script>'>a</a>",
    "<p style='background:url(http://example.invalid/x.png)'>a</p>",
    "<p style='background:\\75rl(http://example.invalid/x.png)'>a</p>",
    "<p style='position:fixed;inset:0'>a</p>",
    "<form action='http://example.invalid/'><button formaction='javascript:fire()'>a</button></form>",
    "<meta http-equiv='refresh' content='0;url=http://example.invalid/'>",
    "<base href='http://example.invalid/'>",
    "<math><mtext></mtext><style><img src=x onerror=fire()></style></math>",
    "<details ontoggle='fire()' open><summary>a</summary></details>",
    "<table background='http://example.invalid/x.png'><tr><td>a</td></tr></table>",
    "<object data='http://example.invalid/'></object>",
    "<video poster='http://example.invalid/' src='http://example.invalid/'></video>",
]


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("way", ["html", "markdown-output", "words"])
def test_nothing_of_an_output_runs_or_fetches(hostile: str, way: str) -> None:
    """Whatever way HTML comes in, the page has no handler, no script but its own, and no address it fetches from."""
    notebooks = {
        "html": book(out({"text/html": hostile})),
        "markdown-output": book(out({"text/markdown": hostile})),
        "words": book(words=hostile),
    }
    page = html.page(notebooks[way])
    for tag, attributes in Elements(main_of(page)).found:
        assert tag not in {"script", "iframe", "link", "style", "form", "button", "meta", "base", "object", "video", "svg"}
        assert not [name for name in attributes if name.startswith("on")]
        assert not re.search(r"http|script|data:text", " ".join(map(str, attributes.values())), re.IGNORECASE)
        assert not re.search(r"url|75rl|position", attributes.get("style") or "")
    assert "fire()</style>" not in main_of(page)


def test_what_explains_is_kept() -> None:
    """A table's caption, scopes and inline styles, a fold and an image that lies in the text pass the sanitiser."""
    table = markup.table("Shares", ["Level", "Share"], [["low", 0.25], ["high", 0.75]])
    given = markup.folded("More", table, is_open=True).html + '<img src="data:image/png;base64,AAAA" alt="dot">'
    kept = Elements(clean(given).html)
    for _, attributes in kept.found:
        if style := attributes.get("style"):
            attributes["style"] = style.removesuffix(";")
    assert kept.found == Elements(given).found
    assert ("th", {"style": markup.CELL, "scope": "row"}) in kept.found


def test_a_frame_is_a_table_and_no_loose_style() -> None:
    """A pandas frame comes through as its table; its style sheet does not turn into words."""
    frame = pd.DataFrame({"share": [0.25, 0.75]}, index=["low", "high"])
    kept = main_of(html.page(book(out({"text/html": frame._repr_html_()}))))
    assert "0.75" in kept
    assert "tbody tr th" not in kept


def test_plotly_is_in_the_page_once_and_only_for_a_chart() -> None:
    """Two charts share one copy of plotly's script; a page without charts has none."""
    assert html.page(book(chart(), chart())).count(BUNDLE_SIGN) == 1
    assert BUNDLE_SIGN not in html.page(book(out({"text/plain": "no chart"})))
    assert BUNDLE_SIGN not in html.page(book(out({"text/html": "<figure class='segkit-chart'>posing as one</figure>"})))


def test_a_chart_sends_nothing_and_has_a_name() -> None:
    """A chart's own wish to be sent to a cloud is not heard, and its title is its name without markup."""
    kept = main_of(html.page(book(chart())))
    assert '"showSendToCloud":false' in kept
    assert '"showSendToCloud":true' not in kept
    assert 'aria-label="Shares by level"' in kept
    assert 'aria-label="Chart of cell 2"' in main_of(html.page(book(chart(go.Figure()))))


def test_a_figure_cannot_end_its_script() -> None:
    """A figure whose text holds the end of a script stays data."""
    hostile = go.Figure(go.Bar(x=["</script><img src=x onerror=fire()>"], y=[float("nan")]))
    kept = main_of(html.page(book(chart(hostile))))
    assert [tag for tag, _ in Elements(kept).found if tag == "img"] == []
    assert "NaN" not in kept


def test_a_widget_is_shown_by_its_twin() -> None:
    """In the place of a widget stands its output's own HTML; without one a line says so; its saved state is left out."""
    state = {"widgets": {"application/vnd.jupyter.widget-state+json": {"state": {"secret-state": {}}}}}
    page = html.page(book(out({**WIDGET, "text/html": "<p>the twin</p>"}), **state))
    assert "<p>the twin</p>" in page
    assert "model_id" not in page
    assert "secret-state" not in page
    alone = main_of(html.page(book(out(WIDGET))))
    assert "A widget stands here" in alone
    assert "Walker" not in alone


def test_what_a_page_cannot_draw_is_not_lost() -> None:
    """Tasks in a list stay done or open, and a formula alone in an output is its LaTeX, not the name of its Python class."""
    page = main_of(html.page(book(out({"text/latex": "$x^2$", "text/plain": "<Math object>"}), words="- [x] read\n- [ ] weigh")))
    assert ("☑ read" in page, "☐ weigh" in page) == (True, True)
    assert ("$x^2$" in page, "Math object" in page) == (True, False)


STYLER = (
    "<style>#T_a_row0_col0, #T_a_row1_col0 {{ background-color: {0}; }} #T_a_row1_col0 {{ color: red; }} td {{ color: blue; }}"
    '</style><table id="T_a"><tr><td id="T_a_row0_col0" class="x">1</td><td id="T_a_row1_col0">2</td><td id="T_b">3</td></tr>'
    "</table>"
)
"""As pandas' Styler writes it, with a rule that would reach the whole page."""


def test_what_a_styler_marked_stays_marked() -> None:
    """A cell keeps its own rules, in letters that are seen on its ground by night too; a rule for all cells reaches nothing."""
    main = main_of(html.page(book(out({"text/html": STYLER.format("lightgreen")}))))
    cells = [attributes for tag, attributes in Elements(main).found if tag == "td"]
    styles = [dict(part.split(": ") for part in (cell.get("style") or "").strip(" ;").split("; ") if part) for cell in cells]
    assert styles == [
        {"color": "#1c1c1c", "background-color": "lightgreen"},
        {"background-color": "lightgreen", "color": "red"},
        {},
    ]


@pytest.mark.parametrize("ground", ["url(http://example.invalid/x.png)", "red; position: fixed", 'x" onclick="fire()'])
def test_a_style_of_a_cell_is_judged_as_any_other(ground: str) -> None:
    """What asks the network, lies over the page or runs does not come in by a rule."""
    main = main_of(html.page(book(out({"text/html": STYLER.format(ground)}))))
    assert not re.search(r"example\.invalid|position|<[^>]*\sonclick=", main)


def test_a_page_loads_nothing() -> None:
    """No element of a page names a thing to load, but for a link that its reader may follow."""
    page = html.page(
        book(
            chart(),
            out({"image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg'/>"}),
            words="[there](https://example.invalid/)",
        )
    )
    without_scripts = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    loads = [
        (tag, name, value)
        for tag, attributes in Elements(without_scripts).found
        for name, value in attributes.items()
        if name in {"src", "href", "data", "srcset", "poster"} and not (value or "").startswith(("data:", "#"))
    ]
    assert loads == [("a", "href", "https://example.invalid/")]
    assert "@import" not in without_scripts
    assert "default-src 'none'" in without_scripts


def test_an_error_and_a_stream_are_shown_as_text() -> None:
    """An error's traceback and what was printed are on the page, escaped; a progress line is its last state."""
    error = nbformat.v4.new_output("error", ename="KeyError", evalue="'x'", traceback=["\x1b[31mKeyError\x1b[0m: '<x>'"])
    stream = nbformat.v4.new_output("stream", name="stderr", text="10%\r20%\r100% <done>\n")
    kept = main_of(html.page(book(stream, error)))
    assert re.search(r'class="ansi-red-fg">KeyError</span>: .{1,6}&lt;x&gt;', kept)
    assert "100% &lt;done&gt;" in kept
    assert "20%" not in kept
    assert "\x1b" not in kept


def test_a_page_has_a_title_a_heading_and_a_language(tmp_path: Path) -> None:
    """The title is the one asked for, else the notebook's own, else its first heading, else its file's name; one h1 is there."""
    assert "<title>Mine &amp; yours</title>" in html.page(book(), "Mine & yours")
    assert "<title>Own</title>" in html.page(book(title="Own"))
    assert "<title>A walk</title>" in html.page(book())
    nbformat.write(book(words="no heading"), tmp_path / "the-file.ipynb")
    page = html.page(tmp_path / "the-file.ipynb")
    assert "<title>the-file</title>" in page
    assert "<h1>the-file</h1>" in page
    assert html.page(book()).count("<h1") == 1
    assert '<html lang="en">' in page


def test_half_of_a_character_is_the_sign_for_it(tmp_path: Path) -> None:
    """A notebook's JSON can hold half of a character and a page cannot: it is U+FFFD in words, outputs and pictures."""
    data = [{"text/plain": "a\ud800"}, {"image/svg+xml": "<svg>\udfff</svg>"}]
    outputs = [nbformat.v4.new_output("display_data", one) for one in data]
    cells = [nbformat.v4.new_markdown_cell("b\ud800"), nbformat.v4.new_code_cell("1", outputs=outputs)]
    written = html.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "half.html").read_text(encoding="utf-8")
    assert "a\ufffd" in written
    assert "b\ufffd" in written


def test_the_notebook_is_left_as_it_is(tmp_path: Path) -> None:
    """Writing the page changes nothing in the notebook that was handed in."""
    given = book(nbformat.v4.new_output("stream", name="stdout", text="a\rb"), chart(), out(WIDGET))
    before = nbformat.writes(given)
    written = html.write(given, tmp_path / "page.html")
    assert nbformat.writes(given) == before
    assert written.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.parametrize("redacting", [True, False])
def test_a_credential_that_a_cell_printed_is_not_in_the_page(monkeypatch: pytest.MonkeyPatch, *, redacting: bool) -> None:
    """What the environment or a client holds as a credential leaves no cell; with redaction off it does, so this can fail."""
    monkeypatch.setenv("SEGKIT_INSTALEAP_TOKEN", "canary-from<the>environment")
    held = Secret("canary-from-a-client", "the client's")
    if not redacting:
        monkeypatch.setattr(html, "redact", lambda text: text)
    printed = f"{held.reveal()} canary-from<the>environment"
    page = html.page(book(nbformat.v4.new_output("stream", text=printed), out({"text/html": markup.element("p", printed).html})))
    assert ("canary" in page) is not redacting
