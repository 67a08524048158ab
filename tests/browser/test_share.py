from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest
from labpage import check_axe, guarded
from playwright.sync_api import expect

import segkit as sk

if TYPE_CHECKING:
    from collections.abc import Callable

    from lab import Lab
    from labpage import LabPage
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
N_CHARTS, N_WIDGETS = len(sk.plots.__all__), len(sk.widgets.__all__)
LIVE = ".segkit-widget .sk-widget"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Share the gallery, run once, as a page and as a notebook, and the tour as a page."""
    made = tmp_path_factory.mktemp("share")
    for name in ("00_gallery", "01_five_minutes"):
        shutil.copy(NOTEBOOKS / f"{name}.ipynb", made)
    sk.share(made / "01_five_minutes.ipynb", execute=True)
    sk.share(made / "01_five_minutes.ipynb", made / "tour-static.html", execute=True, charts="static")
    sk.share(made / "00_gallery.ipynb", execute=True)
    sk.share(made / "00_gallery.ipynb", made / "gallery.ipynb", execute=True)
    return made


def show(page: LabPage, path: Path, charts: int) -> None:
    """Open a page from the disk, and wait until its charts are drawn."""
    page.tab.goto(path.as_uri())
    expect(page.locator("figure.segkit-chart")).to_have_count(charts)
    for chart in page.locator("figure.segkit-chart").all():
        chart.locator(".main-svg").first.wait_for()


def hidden_width(page: LabPage) -> int:
    """Return by how much the page is wider than its window."""
    return int(page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def test_a_shared_gallery_has_every_chart_and_every_widget_alive(
    page: LabPage, folder: Path, shot: Callable[[LabPage, str], Path]
) -> None:
    """From the disk with no network: each plot is drawn, each widget is live and does something, and nothing is asked for."""
    show(page, folder / "00_gallery.html", N_CHARTS)
    expect(page.locator(LIVE)).to_have_count(N_WIDGETS)
    expect(page.locator(".segkit-copy:visible")).to_have_count(0)
    walker = page.locator(".sk-walker")
    walker.locator("input[type=radio]").first.check()
    walker.get_by_role("button", name="Answer").click()
    expect(walker.locator("legend")).to_contain_text("USQ2")
    grid = page.locator(".sk-designer .sk-cell").nth(3)
    expect(grid).to_have_attribute("aria-pressed", "true")
    grid.click()
    expect(grid).to_have_attribute("aria-pressed", "false")
    simulator = page.locator(".sk-simulator")
    before = simulator.locator(".sk-segments td").nth(2).text_content()
    simulator.locator("input[type=range]").first.fill("120")
    expect(simulator.locator(".sk-segments td").nth(2)).not_to_have_text(before or "")
    browser = page.locator(".sk-browser")
    browser.get_by_role("button", name="segment_name").click()
    expect(browser.locator("th[aria-sort=ascending]")).to_contain_text("segment_name")
    browser.get_by_label("Find").fill("Shop")
    expect(browser.locator("tbody tr.sk-row")).to_have_count(1)
    check_axe(page, "main > :not(figure)")
    shot(page, "share-gallery")


def test_a_widget_says_what_needs_python(page: LabPage, folder: Path) -> None:
    """Above each stands what works without it and what does not; what was changed here is told from what Python said."""
    show(page, folder / "00_gallery.html", N_CHARTS)
    for widget in page.locator(".segkit-widget").all():
        expect(widget).to_contain_text("Python")
    grid = page.locator(".segkit-widget:has(.sk-designer)")
    told = grid.inner_text()
    grid.locator(".sk-cell").nth(3).click()
    expect(grid).to_contain_text("as it was when the notebook ran")
    assert "as it was when the notebook ran" not in told


@pytest.mark.parametrize(("name", "charts"), [("00_gallery", N_CHARTS), ("01_five_minutes", 1)])
def test_it_is_readable_on_a_phone(
    page: LabPage, folder: Path, name: str, charts: int, shot: Callable[[LabPage, str], Path]
) -> None:
    """At 390 pixels nothing makes the page wider than the screen, and every widget and chart is there."""
    page.tab.set_viewport_size({"width": 390, "height": 844})
    show(page, folder / f"{name}.html", charts)
    assert hidden_width(page) == 0
    for chart in page.locator("figure.segkit-chart:has(.legend .traces)").all():
        expect(chart).to_have_attribute("tabindex", "0")  # with a legend it keeps its width, and scrolls alone
        assert chart.evaluate("one => one.scrollWidth > one.clientWidth")
    for widget in page.locator(LIVE).all():
        assert widget.evaluate("one => one.getBoundingClientRect().right <= innerWidth")
    manifest = page.locator(".words:last-child table")
    assert manifest.evaluate("table => table.scrollWidth <= table.clientWidth")
    shot(page, f"share-phone-{name}")


def test_it_is_dark_where_the_reader_has_it_dark(page: LabPage, folder: Path, shot: Callable[[LabPage, str], Path]) -> None:
    """Page, widgets and charts follow the reader's theme, also when it changes, with enough contrast."""
    page.tab.emulate_media(color_scheme="dark")
    show(page, folder / "00_gallery.html", N_CHARTS)
    ground = "one => getComputedStyle(one).backgroundColor"
    dark = page.locator(LIVE).first.evaluate(ground)
    check_axe(page, "main > :not(figure)")
    shot(page, "share-dark")
    page.tab.emulate_media(color_scheme="light")
    assert page.locator(LIVE).first.evaluate(ground) != dark


def test_on_paper_nothing_is_cut(page: LabPage, folder: Path, artefacts: Path) -> None:
    """Printed, the page is light and as wide as the sheet."""
    page.tab.emulate_media(color_scheme="dark")
    show(page, folder / "00_gallery.html", N_CHARTS)
    page.evaluate("() => addEventListener('beforeprint', () => { window.day = document.body.dataset.jpThemeLight })")
    page.tab.pdf(path=artefacts / "share.pdf", format="A4")
    assert page.evaluate("() => window.day") == "true"
    assert (artefacts / "share.pdf").read_bytes().startswith(b"%PDF")


def test_without_scripts_the_copies_are_there(browser: Browser, folder: Path) -> None:
    """Where scripts are off, each widget is its static copy, each chart its words, and the manifest is the last thing."""
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto((folder / "00_gallery.html").as_uri())
    expect(tab.locator(".segkit-copy table:visible").first).to_be_visible()
    assert tab.locator(".segkit-copy:visible").count() == N_WIDGETS
    expect(tab.locator("summary", has_text="The chart in words")).to_have_count(N_CHARTS)
    expect(tab.locator("table").last).to_contain_text("About this document")
    context.close()


def test_a_state_that_is_broken_leaves_the_copy(browser: Browser, folder: Path, tmp_path: Path) -> None:
    """A widget whose state cannot be drawn stays its static copy, and the others live."""
    page_text = (folder / "00_gallery.html").read_text()
    before, mark, after = page_text.partition('data-widget="tree_walker">')
    broken = tmp_path / "broken.html"
    broken.write_text(before + mark + '{"widget": "tree_walker"}' + after[after.index("</script>") :])
    with guarded(browser) as page:
        show(page, broken, N_CHARTS)
        expect(page.locator(LIVE)).to_have_count(N_WIDGETS - 1)
        expect(page.locator(".segkit-copy:visible")).to_have_count(1)


def test_the_tour_is_as_small_as_it_is_said_to_be(folder: Path) -> None:
    """With live charts it is under 6 MB, with pictures under 1 MB."""
    assert (folder / "01_five_minutes.html").stat().st_size < 6_000_000
    assert (folder / "tour-static.html").stat().st_size < 1_000_000


TO_THE_END = """() => {
    const content = window.jupyterapp.shell.currentWidget.content;
    return content.scrollToCell(content.widgets.at(-1));
}"""


TO_A_CHART = """() => {
    const content = window.jupyterapp.shell.currentWidget.content;
    const charts = content.widgets.filter(cell => cell.model.toJSON().outputs?.some(one => one.data?.["image/png"]));
    return content.scrollToCell(charts[0]);
}"""


@pytest.mark.parametrize("kernel", ["none", "fresh"])
def test_the_notebook_for_github_shows_all_in_jupyterlab_too(
    lab: Lab, page: LabPage, folder: Path, kernel: str, shot: Callable[[LabPage, str], Path]
) -> None:
    """Not trusted, with a kernel that knows nothing or with none: charts and copies are there, no widget waits for its model."""
    name = f"shared-{kernel}.ipynb"
    shutil.copy(folder / "gallery.ipynb", lab.folder / name)
    lab.open(page, name, kernel=kernel == "fresh")
    panel = page.locator(".jp-Notebook")
    expect(panel.get_by_text("Static copy, as it was when this cell ran").first).to_be_attached()
    shot(page, f"share-notebook-{kernel}")
    page.evaluate(TO_THE_END)
    expect(panel.get_by_text("About this document").first).to_be_attached()
    expect(panel.get_by_text("Loading widget")).to_have_count(0)
    expect(panel.get_by_text("Error displaying widget")).to_have_count(0)
    page.evaluate(TO_A_CHART)
    panel.locator(".jp-RenderedPlotly").first.hover()  # JupyterLab shows the picture until then
    buttons = panel.locator(".modebar-btn")
    expect(buttons.first).to_be_attached()
    titles = buttons.evaluate_all("all => all.map(one => one.dataset.title)")
    assert not [title for title in titles if re.search("share|cloud|studio", str(title), re.IGNORECASE)]


def test_the_notebook_for_github_is_valid_and_has_a_picture_for_each_chart(folder: Path) -> None:
    """It passes nbformat's validation, each chart has one picture with an alt text and its words, and no state is left."""
    made = nbformat.read(folder / "gallery.ipynb", as_version=4)
    nbformat.validate(made)
    outputs = [output for cell in made.cells for output in cell.get("outputs", [])]
    charts = [output for output in outputs if "application/vnd.plotly.v1+json" in output.get("data", {})]
    assert len(charts) == N_CHARTS
    assert all(chart.data["image/png"] and chart.metadata["image/png"]["alt"].endswith(".") for chart in charts)
    text = (folder / "gallery.ipynb").read_text()
    assert not [word for word in ("widget-view", "widget-state", "segkit.widget", "model_id") if word in text]
    assert "widgets" not in made.metadata
