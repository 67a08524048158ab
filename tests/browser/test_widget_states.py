"""Each widget wherever a notebook is read: run, opened again with and without a kernel, from somebody else, in Voila."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Literal

import nbformat
import pytest
from labpage import check_axe, guarded
from playwright.sync_api import expect

if TYPE_CHECKING:
    from pathlib import Path

    from lab import Lab
    from labpage import LabPage
    from playwright.sync_api import Browser, Locator

pytestmark = pytest.mark.browser

SETUP = """
import json

import segkit as sk

ps = sk.PureSpectrum.sandbox()
tree = ps.qualifications("en_US", [3910])[3910]
boys = sk.child_codes(gender="boy", ages=(1, 17))
design = sk.QuotaDesign(completes=1000, qualification=boys).with_quota("boys", boys, 400)
"""
SEEN = """
counts = {action: n for action, n in browser.plan.counts.items() if n}
print(json.dumps([list(walker.walk.answers.values()), designer.design.completes, simulator.scenario.n, counts]))
"""
CELLS = [
    SETUP.strip(),
    "walker = sk.widgets.TreeWalker(tree, calculate=ps.calculate)\nwalker",
    "designer = sk.widgets.QuotaDesigner(design)\ndesigner",
    "simulator = sk.widgets.RespondentSimulator(sk.standard('mx-amai', 2022))\nsimulator",
    "browser = sk.widgets.SegmentBrowser(sk.InfinityStore(sk.Infinity.sandbox()), apply=sk.apply)\nbrowser",
    SEEN.strip(),
]
WIDGETS = ("walker", "designer", "simulator", "browser")
KEPT = ("walker", "designer")
CAPTIONS = {
    "walker": "Walk through 3910: 1 of 4 answered",
    "designer": "Quotas by age and gender: 1 boys",
    "simulator": "mx-amai 2022: derived",
    "browser": "segments of an Infinity installation",
}
STRUCTURE = """element => [
    element.textContent,
    ...['table', 'caption', '[scope]', 'details', 'summary', 'p'].map(one => element.querySelectorAll(one).length),
]"""
STRUCTURE_OF = f"html => ({STRUCTURE})(new DOMParser().parseFromString(html, 'text/html').querySelector('.sk-twin'))"
RUNS = "script, style, iframe, object, embed, form, input, button, select, textarea, [onclick], [onload], [onerror]"
ICONS = re.compile(r"https://cdn\.jsdelivr\.net/npm/@fortawesome/fontawesome-free@(\^|%5E)5/css/(all|v4-shims)\.min\.css")
"""What Voila's template asks for, with whatever notebook: the icons of its own buttons."""

RUN_LAST = """() => {
    const { content } = window.jupyterapp.shell.currentWidget;
    content.activeCellIndex = content.widgets.length - 1;
    return window.jupyterapp.commands.execute('notebook:run-cell');
}"""


def _view(page: LabPage, widget: str) -> Locator:
    return page.locator(f".sk-{widget}.sk-widget")


def _twin(page: LabPage, widget: str) -> Locator:
    """Return the static copy of a widget."""
    return page.locator(".sk-twin", text=CAPTIONS[widget])


def _keep(page: LabPage, state: str, artefacts: Path) -> None:
    """Keep a picture of each widget, with what stands around it."""
    for number, widget in enumerate(WIDGETS):
        output = page.locator(".jp-OutputArea:has(.sk-widget), .jp-OutputArea:has(.sk-twin)").nth(number)
        output.screenshot(path=artefacts / f"{widget}-{state}.png")


def _act(page: LabPage) -> None:
    """Do one act in each view, and see what Python makes of it."""
    walker, designer, simulator, browser = (_view(page, widget) for widget in WIDGETS)
    walker.get_by_label("1 - 5").check()
    walker.get_by_role("button", name="Answer", exact=True).click()
    expect(walker.locator("legend")).to_contain_text("USQ2")
    designer.get_by_label("Completes needed").fill("1200")
    designer.get_by_label("Completes needed").press("Enter")
    expect(designer).to_contain_text(re.compile(r"400 of 1200"))
    simulator.get_by_label("Number of respondents").fill("2500")
    simulator.get_by_label("Number of respondents").press("Enter")
    expect(simulator.locator(".sk-segments")).to_contain_text("of 2,500, 95 %")
    browser.get_by_label("segment_name of 400").fill("Games")
    browser.get_by_label("segment_name of 400").press("Enter")
    expect(browser.get_by_role("region", name="Plan")).to_contain_text("→ 'Games'")


@pytest.fixture(scope="module")
def saved(lab: Lab, browser: Browser, artefacts: Path) -> str:
    """Run the notebook once, act in each widget, keep two of them, and save it: its name."""
    name = lab.write("states.ipynb", CELLS)
    with guarded(browser) as page:
        lab.open(page, name)
        lab.run_all(page)
        for widget in WIDGETS:
            expect(_view(page, widget)).to_be_visible()
        expect(page.locator(".sk-twin")).to_have_count(4)
        expect(page.locator(".sk-twin:visible")).to_have_count(0)
        _act(page)
        check_axe(page, ".sk-widget")
        _keep(page, "live", artefacts)
        for number, widget in enumerate(KEPT, 1):
            _view(page, widget).get_by_role("button", name="Keep this state").click()
            expect(page.locator(".sk-kept:visible")).to_have_count(number)
            expect(_twin(page, widget)).to_be_visible()
        check_axe(page, ".sk-kept")
        expect(page.locator(".sk-twin:visible")).to_have_count(len(KEPT))
        _keep(page, "live-kept", artefacts)
        page.evaluate(RUN_LAST)
        lab.save(page)
    return name


def _see_twins(page: LabPage) -> None:
    """See each widget as its copy, with its table and the line that says what it is: what was kept, or as it was when it ran."""
    expect(page.locator(".sk-twin:visible")).to_have_count(len(WIDGETS))
    for widget in WIDGETS:
        twin = _twin(page, widget)
        expect(twin.locator("caption", has_text=CAPTIONS[widget]).first).to_be_visible()
        expect(twin).to_contain_text("Static copy, kept 2" if widget in KEPT else "Static copy, as it was when this cell ran")
    expect(page.locator(".sk-widget")).to_have_count(0)
    check_axe(page, ".sk-twin")


def _saved_twins(lab: Lab, name: str) -> list[str]:
    """Return the HTML of the copies as it lies on the disk."""
    outputs = [output for cell in lab.read(name).cells for output in cell.get("outputs", []) if "data" in output]
    return [html for output in outputs if "sk-twin" in (html := output.data.get("text/html", ""))]


def test_with_a_kernel_each_is_live_and_python_sees_each_act(lab: Lab, saved: str) -> None:
    """What was done in the four views is what Python has; two outputs a widget are saved, and no script with them."""
    cells = lab.read(saved).cells
    assert json.loads(cells[-1].outputs[0].text) == [[112], 1200, 2500, {"update": 1, "no-op": 2}]
    for cell in cells[1:5]:
        live, twin = (output.data for output in cell.outputs)
        assert "application/vnd.jupyter.widget-view+json" in live
        assert set(twin) == {"application/vnd.segkit.widget.v1+json", "text/html", "text/plain"}
        assert "export default" not in json.dumps(twin)


@pytest.mark.parametrize(
    ("kernel", "said"), [("fresh", "Error displaying widget: model not found"), ("none", "Loading widget...")]
)
def test_opened_again_each_is_shown_by_its_copy(
    lab: Lab, page: LabPage, saved: str, artefacts: Path, kernel: Literal["fresh", "none"], said: str
) -> None:
    """With a kernel that knows nothing, and with none, JupyterLab says so of the live view, and the copy below it is whole."""
    lab.reopen(page, saved, kernel)
    expect(page.locator(".jp-OutputArea", text=said)).to_have_count(len(WIDGETS))
    _see_twins(page)
    _keep(page, f"reopened-{kernel}", artefacts)
    _, complaints = page.forgive()
    assert all("widget model not found" in complaint for complaint in complaints)  # JupyterLab's own, of the live view
    assert len(complaints) == (len(WIDGETS) if kernel == "fresh" else 0)


def test_from_somebody_else_each_is_shown_by_its_copy_whole_and_nothing_lives(
    lab: Lab, page: LabPage, saved: str, artefacts: Path
) -> None:
    """Untrusted, a copy loses nothing to JupyterLab's sanitiser: each caption, scope, fold and word; nothing of it can run."""
    node = lab.read(saved)
    node.cells.append(nbformat.v4.new_markdown_cell("Changed by somebody else, so that the signature is not ours."))
    nbformat.write(node, lab.folder / "from-elsewhere.ipynb")
    lab.reopen(page, "from-elsewhere.ipynb", "fresh")
    _see_twins(page)
    expect(page.locator(".jp-OutputArea", text="This is live once its cell has run")).to_have_count(len(WIDGETS))
    assert not page.locator(f".jp-OutputArea :is({RUNS})").count()
    _keep(page, "untrusted", artefacts)
    shown = page.locator(".sk-twin").all()
    for twin, html in zip(shown, _saved_twins(lab, saved), strict=True):
        assert twin.evaluate(STRUCTURE) == page.evaluate(STRUCTURE_OF, html)


def _forgive_icons(page: LabPage) -> list[str]:
    """Forget that Voila asked for its icons, and with which complaint; return what else was asked for or went wrong."""
    outside, complaints = page.forgive()
    return [each for each in [*outside, *complaints] if not ICONS.search(each)]


def test_in_voila_each_is_live(lab: Lab, page: LabPage, artefacts: Path) -> None:
    """Each act in Voila is answered by Python, what cannot be kept is said, and nothing but Voila's icons is asked for."""
    lab.open_in_voila(page, lab.write("voila.ipynb", CELLS))
    for widget in WIDGETS:
        expect(_view(page, widget)).to_be_visible()
    expect(page.locator(".sk-twin:visible")).to_have_count(0)
    _act(page)
    check_axe(page, ".sk-widget")
    _keep(page, "voila", artefacts)
    _view(page, "walker").get_by_role("button", name="Keep this state").click()
    expect(_view(page, "walker")).to_contain_text("Nothing is kept")
    assert _forgive_icons(page) == []


@pytest.mark.parametrize("address", ["https://cdn.jsdelivr.net/npm/@fortawesome/other.css", "https://cdn.jsdelivr.net/npm/x.js"])
def test_the_icons_alone_are_forgiven(page: LabPage, address: str) -> None:
    """The control: beside the icons that Voila asks for, anything else from there is told, with its complaint."""
    icons = "https://cdn.jsdelivr.net/npm/@fortawesome/fontawesome-free@^5/css/all.min.css"
    page.show(f"<link rel='stylesheet' href='{icons}'><link rel='stylesheet' href='{address}'>")
    asked, complaint = _forgive_icons(page)
    assert asked == address
    assert address in complaint
