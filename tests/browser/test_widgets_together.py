"""The four widgets as one family: together in one notebook of a real JupyterLab, and two of each on a page of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from family import FAMILY
from labpage import check_axe
from playwright.sync_api import expect
from stage import Stage

from segkit import widgets

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lab import Lab
    from labpage import LabPage

pytestmark = pytest.mark.browser

FOUR = """
import segkit as sk
ps = sk.PureSpectrum.sandbox()
boys = frozenset(sk.child_codes("boy", ages=(1, 17)))
walker = sk.widgets.TreeWalker(ps.qualifications("en_US", [3910])[3910].walk().answer(111), calculate=ps.calculate)
designer = sk.widgets.QuotaDesigner(sk.QuotaDesign(100, boys).with_quota("boys", boys, 60), replicates=200)
simulator = sk.widgets.RespondentSimulator(sk.standard("mx-amai", 2022))
browser = sk.widgets.SegmentBrowser(sk.InfinityStore(sk.Infinity.sandbox()), apply=sk.apply)
display(walker, designer, simulator, browser)
"""
THEME = "(name) => window.jupyterapp.commands.execute('apputils:change-theme', {theme: `JupyterLab ${name}`})"
RUNS = "() => window.jupyterapp.shell.currentWidget.content.widgets.map((cell) => cell.model.executionCount)"
KINDS = [".sk-walker", ".sk-designer", ".sk-simulator", ".sk-browser"]
FIELDS = {".sk-walker": "member", ".sk-designer": "completes", ".sk-simulator": "seed", ".sk-browser": "cell segment_name 400"}
LOOK = """
() => {
  const of = (node, names) => Object.fromEntries(names.map((name) => [name, getComputedStyle(node)[name]]));
  const box = ['color', 'backgroundColor', 'fontFamily', 'fontSize', 'lineHeight', 'borderTopWidth', 'borderTopColor', 'padding'];
  return [...document.querySelectorAll('.sk-widget')].map((root) => [
    of(root, box),
    of(root.querySelector('.sk-keep'), [...box, 'cursor']),
    of(root.querySelector('input.sk-field'), box),
    of(root.querySelector(':scope > details > summary'), ['color', 'fontSize', 'cursor']),
    of(root.querySelector('.sk-quiet'), ['color', 'fontSize', 'opacity']),
  ]);
}
"""
WIDE = """
(root) => {
  const right = root.getBoundingClientRect().right + 1;
  return [...root.querySelectorAll('*')].filter((node) => {
    if (!node.checkVisibility() || node.closest('.sk-live') || node.parentNode.closest('.sk-scroll')) return false;
    const scrolls = node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).overflowX !== 'visible';
    return node.getBoundingClientRect().right > right || (scrolls && !node.matches('.sk-scroll, input, select, textarea'));
  }).map((node) => node.outerHTML.slice(0, 120));
}
"""
STYLES = """
() => [...document.querySelectorAll('.sk-widget, .sk-widget *')].map((node) => {
  const style = getComputedStyle(node);
  return [...style].filter((name) => !name.startsWith('--')).map((name) => `${name}: ${style[name]}`).join('; ');
})
"""
CUT = """
(root) => [...root.querySelectorAll('*')].filter((node) => {
  if (!node.checkVisibility() || node.closest('.sk-live')) return false;
  const { overflowX, overflowY } = getComputedStyle(node);
  const high = node.scrollHeight > node.clientHeight + 1 && overflowY !== 'visible';
  const wide = node.scrollWidth > node.clientWidth + 1 && overflowX !== 'visible';
  const beyond = node.getBoundingClientRect().right > root.getBoundingClientRect().right + 1;
  return (high || wide || beyond) && !node.matches('input, select');
}).map((node) => node.outerHTML.slice(0, 120))
"""
ACTS = ["Keep this state", "Copy code", "Undo", "Start again", "Add a quota", "Remove", "Calculate segment", "Download CSV"]


def _tab_into(page: LabPage, selector: str, most: int = 80) -> None:
    """Press Tab until the focus is within what the selector names."""
    for _ in range(most):
        page.tab.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.closest(selector) !== null", selector):
            return
    raise AssertionError(f"Tab does not lead into {selector}")


def _pair(page: LabPage, *names: str) -> Stage:
    """Show two of each class on one page."""
    return Stage(page, *(FAMILY[name]() for name in names for _ in range(2)))


def test_the_four_in_one_notebook(lab: Lab, page: LabPage, shot: Callable[[LabPage, str], Path]) -> None:
    """They look alike by day, by night and on a phone; axe finds nothing; Tab goes through all; Enter runs no cell."""
    lab.open(page, lab.write("family.ipynb", [FOUR, "'below'"]))
    page.tab.set_viewport_size({"width": 1280, "height": 3600})
    lab.run_all(page)
    for kind in KINDS:
        expect(page.locator(kind)).to_be_visible()
        expect(page.locator(kind)).to_have_count(1)
    expect(page.locator(".sk-designer .sk-result")).to_contain_text("95 %")
    expect(page.locator(".sk-twin:visible")).to_have_count(0)
    runs = page.evaluate(RUNS)
    page.locator(".sk-walker button").first.focus()
    for kind in KINDS[1:]:
        _tab_into(page, kind)
    for kind, name in FIELDS.items():
        field = page.locator(f"{kind} [data-do='{name}']")
        field.fill("12")
        for key in ("Enter", "Shift+Enter", "Control+Enter", "Escape", "ArrowUp", "ArrowDown"):
            field.press(key)
            expect(field).to_be_focused()
        expect(field).to_have_value("12")
    assert page.evaluate(RUNS) == runs
    page.evaluate("() => document.querySelectorAll('.sk-widget').forEach((node) => { node.dataset.drawn = 'once'; })")
    for button in page.locator(".sk-keep").all():
        button.press("Enter")
        expect(button).to_be_focused()
        expect(page.locator(".sk-widget:has(.sk-keep:focus)")).to_contain_text("Kept 20")
    expect(page.locator(".sk-twin.sk-kept:visible")).to_have_count(4)
    expect(page.locator("[data-drawn]")).to_have_count(4)  # keeping a state leaves its view alone
    for theme in ("Light", "Dark"):
        page.evaluate(THEME, theme)
        expect(page.locator(f"body[data-jp-theme-light={'true' if theme == 'Light' else 'false'}]")).to_be_attached()
        first, *others = page.evaluate(LOOK)
        assert others == [first] * 3
        check_axe(page, ".sk-widget")
        shot(page, f"family-{theme.lower()}")
    page.evaluate(THEME, "Light")


@pytest.mark.parametrize("dark", [False, True], ids=["day", "night"])
def test_two_of_a_kind_are_told_apart(page: LabPage, shot: Callable[[LabPage, str], Path], *, dark: bool) -> None:
    """Two of each on a page: axe finds nothing, no two regions of one name, no id twice; without the numbers axe complains."""
    _pair(page, *widgets.__all__)
    page.evaluate("dark => { document.body.dataset.jpThemeLight = String(!dark); }", dark)
    page.evaluate("() => document.querySelectorAll('details').forEach((node) => { node.open = true; })")
    check_axe(page, "main")
    shot(page, f"family-pairs-{'night' if dark else 'day'}")
    ids = page.evaluate("() => [...document.querySelectorAll('[id]')].map((node) => node.id)")
    assert len(ids) == len(set(ids))
    named = page.evaluate("() => [...document.querySelectorAll('.sk-widget')].map((node) => node.ariaLabel)")
    assert named[:6] == [
        *("Quota designer", "Quota designer 2", "Respondent simulator", "Respondent simulator 2"),
        *("Segment browser", "Segment browser 2"),
    ]
    page.evaluate("() => document.querySelectorAll('.sk-widget').forEach((node) => { node.ariaLabel = 'Widget'; })")
    with pytest.raises(AssertionError, match="landmark-unique"):
        check_axe(page, "main")


def test_a_name_is_free_again(page: LabPage) -> None:
    """What is shown after the first was closed has the first's name."""
    _pair(page, "SegmentBrowser")
    page.evaluate("() => { window.ends[0](); document.getElementById('stage-0').replaceChildren(); window.showAgain(0); }")
    assert page.locator("#stage-0 .sk-widget").get_attribute("aria-label") == "Segment browser"
    assert page.locator("#stage-1 .sk-widget").get_attribute("aria-label") == "Segment browser 2"


def test_two_of_a_kind_do_not_mix(page: LabPage) -> None:
    """A quota or an answer that is chosen in one widget leaves the other's as it was, also where its label is clicked."""
    stage = _pair(page, "QuotaDesigner", "TreeWalker")
    first, second = (page.locator(f"#stage-{at}") for at in (0, 1))
    second.get_by_text("Who may enter", exact=True).click()
    stage.answer()
    expect(second.locator("[data-key='layer-0']")).to_be_checked()
    expect(first.locator("[data-key='layer-1']")).to_be_checked()
    page.locator("#stage-3 .sk-choice label").nth(1).click()
    expect(page.locator("#stage-3 input:checked")).to_have_count(1)
    expect(page.locator("#stage-2 input:checked")).to_have_count(0)


def test_no_style_touches_another_widget(page: LabPage) -> None:
    """A page has the styles of several widgets, in any order, and each widget looks as it does alone."""
    looks = []
    for order in (list(widgets.__all__), list(widgets.__all__)[::-1]):
        stage = Stage(page, *(FAMILY[name]() for name in widgets.__all__))
        stage.dress([each._name for name in order for each in stage.widgets if type(each).__name__ == name])
        looks.append(page.evaluate(STYLES))
    assert len(looks[0]) > 300
    assert looks[0] == looks[1]


@pytest.mark.parametrize("name", widgets.__all__)
def test_each_can_be_read_on_a_phone_and_on_paper(page: LabPage, shot: Callable[[LabPage, str], Path], name: str) -> None:
    """At 390 px nothing but a table scrolls sideways; on paper no button that does something is left, and nothing is cut."""
    stage = Stage(page, FAMILY[name]())
    page.tab.set_viewport_size({"width": 390, "height": 1600})
    page.evaluate("() => document.querySelectorAll('details').forEach((node) => { node.open = true; })")
    assert stage.root.evaluate(WIDE) == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    check_axe(page, "main")
    shot(page, f"family-390-{name}")
    page.tab.set_viewport_size({"width": 1000, "height": 1600})
    seen = [act for act in ACTS if stage.root.get_by_role("button", name=act).first.is_visible()]
    assert len(seen) > 2
    page.tab.emulate_media(media="print")
    assert [act for act in seen if stage.root.get_by_role("button", name=act).first.is_visible()] == []
    assert stage.root.evaluate(CUT) == []
    shot(page, f"family-print-{name}")


@pytest.mark.parametrize("name", widgets.__all__)
def test_each_can_be_read_in_forced_colours(page: LabPage, shot: Callable[[LabPage, str], Path], name: str) -> None:
    """Where the system's colours are all there is, what is chosen, changed or long can still be told from what is not."""
    stage = Stage(page, FAMILY[name]())
    page.tab.emulate_media(forced_colors="active")
    signs: dict[str, tuple[str, str]] = {
        "QuotaDesigner": (".sk-cell.sk-all", ".sk-cell.sk-none"),
        "RespondentSimulator": (".sk-fill", ".sk-bar"),
        "SegmentBrowser": (".sk-changed", ".sk-cell:not(.sk-changed)"),
        "TreeWalker": (".sk-main", "[data-do=back]"),
    }
    style = "node => { const { borderTopWidth, borderTopColor, backgroundColor } = getComputedStyle(node); "
    style += "return [borderTopWidth, borderTopColor, backgroundColor]; }"
    told: list[Any] = [stage.root.locator(selector).first.evaluate(style) for selector in signs[name]]
    assert told[0] != told[1]
    shot(page, f"family-forced-{name}")
