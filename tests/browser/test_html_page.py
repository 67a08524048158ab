from __future__ import annotations

import re
from typing import TYPE_CHECKING

import nbformat
import pytest
from labpage import check_axe
from playwright.sync_api import expect

from segkit.sharing import html
from segkit.sharing.clean import clean
from segkit.sharing.run import run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from labpage import LabPage

pytestmark = pytest.mark.browser

WORDS = """# Segments of a walk

What a respondent answers decides the **segment**. See the [chart](#The-shares) below.

| level | points |
|---|---|
| low | 0-95 |
| high | 96 and more |
"""
CELLS = [
    "import plotly.graph_objects as go\nimport pandas as pd\nfrom segkit import markup",
    "shares = pd.DataFrame({f'standard {n}': [0.25, 0.5, 0.25] for n in range(14)}, index=['low', 'middle', 'high'])\nshares",
    "figure = go.Figure(go.Bar(x=shares.index, y=shares['standard 0']))\nfigure.update_layout(title='Shares by level')",
    """clear = dict(paper_bgcolor='rgba(0,0,0,0)', plot_bgcolor='rgba(0,0,0,0)', template='plotly_dark')
go.Figure(go.Scatter(x=[1, 2, 3], y=[2, 1, 3]), dict(title='On clear ground', width=900, **clear))""",
    """import anywidget
class Walker(anywidget.AnyWidget):
    _esm = "export default { render({ el }) { el.textContent = 'live' } }"
    def _repr_mimebundle_(self, **options):
        data, metadata = super()._repr_mimebundle_(**options)
        twin = markup.table('The twin of a walk', ['Question', 'Answer'], [['USQ1', 'yes'], ['USQ2', 'no']])
        return {**data, 'text/html': twin.html}, metadata
Walker()""",
    "import sys\nprint('x' * 300)\nprint('a warning', file=sys.stderr)",
]
PRINTED = "window.printed = charts.map(chart => chart.querySelector('.main-svg').getAttribute('width'))"
FIRES = """
<img src="x" onerror="document.body.dataset.fired = 'yes'">
<svg onload="document.body.dataset.fired = 'yes'"></svg>
<script>document.body.dataset.fired = 'yes'</script>
<form><input onfocus="document.body.dataset.fired = 'yes'" autofocus></form>
"""


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run a notebook that has a bit of everything, and write its page."""
    folder = tmp_path_factory.mktemp("walk")
    cells = [nbformat.v4.new_markdown_cell(WORDS), *map(nbformat.v4.new_code_cell, CELLS[:2])]
    cells += [nbformat.v4.new_markdown_cell("## The shares"), *map(nbformat.v4.new_code_cell, CELLS[2:])]
    cells.append(nbformat.v4.new_code_cell("1 / 0", metadata={"tags": ["raises-exception"]}))
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "walk.ipynb")
    return html.write(run(folder / "walk.ipynb"), folder / "walk.html")


def show(page: LabPage, path: Path) -> None:
    """Open a page from the disk, and wait until its charts are drawn."""
    page.tab.goto(path.as_uri())
    for chart in page.locator("figure.segkit-chart").all():
        chart.locator(".main-svg").first.wait_for()


def hidden_width(page: LabPage) -> int:
    """Return by how much the page is wider than its window."""
    return int(page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def test_a_page_from_the_disk_is_whole(page: LabPage, walk: Path, shot: Callable[[LabPage, str], Path]) -> None:
    """Opened from the disk with no network, the charts are drawn, the twin and the error are there, nothing is asked for."""
    show(page, walk)
    charts = page.locator("figure.segkit-chart")
    expect(charts).to_have_count(2)
    expect(charts.first.locator(".bars path")).to_have_count(3)
    expect(charts.first.get_by_text("Shares by level")).to_be_visible()
    expect(page.locator("table", text="The twin of a walk")).to_be_visible()
    expect(page.locator("p, div", text=re.compile("^live$"))).to_have_count(0)
    expect(page.locator(".error")).to_contain_text("ZeroDivisionError")
    buttons = charts.first.locator(".modebar-btn").evaluate_all("all => all.map(one => one.dataset.title)")
    assert buttons
    assert not [title for title in buttons if re.search("share|cloud|studio", title, re.IGNORECASE)]
    check_axe(page, "main > :not(figure)")
    shot(page, "page-wide")


def test_a_phone_shows_it_without_scrolling_sideways(page: LabPage, walk: Path, shot: Callable[[LabPage, str], Path]) -> None:
    """At 390 pixels only what is too wide scrolls, and the keyboard reaches it; the control is a page that is too wide."""
    page.tab.set_viewport_size({"width": 390, "height": 844})
    show(page, walk)
    assert hidden_width(page) == 0
    frame = page.locator(".scrolls:has(table.dataframe)")
    expect(frame).to_have_attribute("tabindex", "0")
    for chart in page.locator("figure.segkit-chart").all():
        assert chart.evaluate("chart => chart.scrollWidth <= chart.clientWidth")
    shot(page, "page-phone")
    frame.evaluate("box => { box.style.overflow = 'visible' }")
    assert hidden_width(page) > 0


def test_a_dark_page_is_readable(page: LabPage, walk: Path, shot: Callable[[LabPage, str], Path]) -> None:
    """In a dark theme the page is dark, a chart made for white paper keeps it, and the contrast suffices."""
    page.tab.emulate_media(color_scheme="dark")
    show(page, walk)
    page.locator(".code summary").first.click()
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(21, 24, 27)"
    expect(page.locator("figure.on-paper")).to_have_count(1)
    expect(page.locator("figure.by-night")).to_have_count(1)
    check_axe(page, "main > :not(figure)")
    shot(page, "page-dark")


def test_code_unfolds_and_paper_is_taken(page: LabPage, walk: Path, artefacts: Path) -> None:
    """Code is folded behind its first line and opens on a click; on paper the charts fit the sheet."""
    show(page, walk)
    code = page.locator(".code").nth(1)
    expect(code.locator(".highlight")).to_be_hidden()
    code.locator("summary").click()
    expect(code.locator(".highlight")).to_be_visible()
    check_axe(page, ".code[open]")
    page.evaluate(f"() => addEventListener('beforeprint', () => {{ {PRINTED} }})")
    paper = artefacts / "page.pdf"
    page.tab.pdf(path=paper, format="A4", margin=dict.fromkeys(("top", "bottom", "left", "right"), "15mm"))
    assert paper.read_bytes().startswith(b"%PDF")
    assert page.evaluate("() => window.printed") == ["680", "680"]
    expect(page.locator("figure.on-paper .main-svg").first).not_to_have_attribute("width", "680")


FIRED = "() => document.body.dataset.fired === 'yes'"


def fired(page: LabPage, content: str) -> bool:
    """Show this HTML and say whether anything in it ran; what it asked for is refused and forgotten."""
    page.show(content)
    page.tab.wait_for_timeout(100)
    seen = page.evaluate(FIRED)
    page.forgive()
    return bool(seen)


@pytest.mark.parametrize("hostile", FIRES.strip().splitlines())
def test_what_an_output_hides_does_not_run(page: LabPage, hostile: str) -> None:
    """Hostile HTML runs on a bare page (the control), and runs neither once cleaned nor under the page's own policy."""
    output = nbformat.v4.new_output("display_data", {"text/html": hostile})
    whole = html.page(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1", outputs=[output])]))
    bare = "<!DOCTYPE html><body>{}</body>".format
    page.show(bare(hostile))
    page.tab.wait_for_function(FIRED)
    page.forgive()
    assert not fired(page, bare(clean(hostile).html))
    assert not fired(page, whole)
    assert not fired(page, whole.replace("<main>", f"<main>{hostile}"))
