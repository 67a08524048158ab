"""All widgets on one page that is opened from the disk, without Python and without a network."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from typing import TYPE_CHECKING

import pytest
from alone_model import saved_of
from labpage import check_axe
from playwright.sync_api import expect

import segkit as sk
from segkit.quotas.codes import child_codes
from segkit.quotas.design import QuotaDesign
from segkit.sel.question import Answer, Question
from segkit.sel.tree import Tree
from segkit.widgets import QuotaDesigner, RespondentSimulator, SegmentBrowser, TreeWalker
from segkit.widgets.module import alone, style

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from labpage import LabPage

    from segkit.widgets.shown import Shown

pytestmark = pytest.mark.browser

DRAW = """for (const one of document.querySelectorAll("[data-saved]")) {
  const saved = JSON.parse(one.dataset.saved);
  segkitWidgets[saved.widget](saved, one);
}"""
HOSTILE = "<img src=x onerror=\"globalThis.fired = 'img'\"><script>globalThis.fired = 'script'</script>"
NEEDS = "This needs Python: open the notebook in JupyterLab and run it."


def _page(folder: Path, *widgets: Shown, width: str = "62em") -> str:
    """Write a page of these widgets under a policy that lets only its own scripts run, and return its address."""
    kinds = list(dict.fromkeys(widget._name for widget in widgets))
    scripts = [*map(alone, kinds), DRAW]
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in scripts)
    policy = f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'"
    drawn = "".join(
        f'<div id="place-{place}" data-saved="{html.escape(json.dumps(saved_of(widget)))}"></div>'
        for place, widget in enumerate(widgets)
    )
    path = folder / "page.html"
    path.write_text(
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Alone</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"><style>body {{ max-width: {width} }}</style>'
        f"<style>{''.join(map(style, kinds))}</style></head><body><main>{drawn}</main>"
        f"{''.join(f'<script>{one}</script>' for one in scripts)}</body></html>",
        encoding="utf-8",
    )
    return path.as_uri()


def _widgets() -> list[Shown]:
    ps = sk.PureSpectrum.sandbox()
    tree = ps.qualifications("en_US", [3910])[3910]
    walk = tree.walk().answer(111).answer(112).answer(113).answer(111)
    walker = TreeWalker(walk, calculate=ps.calculate, member_id="m-1")
    assert walker.calculate()
    design = QuotaDesign(completes=1000, qualification=child_codes()).with_quota("boys 4-6", child_codes("boy", ages=(4, 6)), 300)
    portal = sk.CIOPulse.sandbox()
    for number in range(40):
        portal.upsert_segment(f"s{number}", segment_code=f"C{number}", segment_name=f"Name {number}")
    browser = SegmentBrowser(sk.CIOPulseStore(portal), apply=sk.apply).edit("s3", "segment_name", "Another name")
    return [walker, QuotaDesigner(design), browser, RespondentSimulator(sk.standard("mx-amai", 2022)), TreeWalker(tree)]


def test_all_widgets_live_on_a_page_from_the_disk(page: LabPage, shot: Callable[[LabPage, str], Path], tmp_path: Path) -> None:
    """The tree is walked by keyboard, the grid painted, the table sorted, a share moved: no network, no kernel, no complaint."""
    asked: list[str] = []
    page.tab.on("request", lambda request: asked.append(request.url))
    address = _page(tmp_path, *_widgets())
    page.tab.goto(address)
    expect(page.locator(".sk-widget")).to_have_count(5)
    _check(page)
    shot(page, "alone-as-saved")
    _walk_by_keyboard(page)
    _paint(page)
    _look(page)
    _move(page)
    _check(page)
    shot(page, "alone-changed")
    page.tab.set_viewport_size({"width": 390, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    shot(page, "alone-narrow")
    assert asked == [address]


def _check(page: LabPage) -> None:
    """Check each kind of widget by itself."""
    for place in range(4):
        check_axe(page, f"#place-{place}")


def _walk_by_keyboard(page: LabPage) -> None:
    """Start again and walk to the end; the segment that Python calculated is shown for its own answers only."""
    walker = page.locator("#place-0")
    expect(walker).to_contain_text("Only Python calculates a segment")
    expect(walker.locator(".sk-result")).to_be_visible()
    expect(walker.locator(".sk-keep")).to_be_hidden()
    keyboard = page.tab.keyboard
    walker.get_by_role("button", name="Start again").focus()
    keyboard.press("Enter")
    for question, downs in (("USQ1", 1), ("USQ2", 1), ("USQ3", 2), ("USQ4", 0)):
        expect(walker.locator("legend")).to_contain_text(question)
        first = walker.locator("input[type=radio]").first
        first.focus()
        keyboard.press("Space")
        for _ in range(downs):
            keyboard.press("ArrowDown")
        keyboard.press("Enter")
    expect(walker.locator(".sk-done")).to_be_visible()
    expect(walker.locator(".sk-alone-note")).to_contain_text("Answers were changed here")
    walker.get_by_role("button", name="Calculate segment").click()
    expect(walker.locator(".sk-error")).to_contain_text(NEEDS)
    walker.locator(".sk-step", has_text="USQ1").click()
    walker.locator("input[value='111']").check()
    keyboard.press("Enter")
    expect(walker.locator(".sk-alone-note")).to_be_hidden()
    walker.get_by_role("button", name="Calculate segment").click()
    expect(walker.locator(".sk-result")).to_be_visible()
    other = page.locator("#place-4")
    expect(other.locator("legend")).to_contain_text("USQ1")
    expect(other.get_by_role("button", name="Calculate segment")).to_have_count(0)


def _paint(page: LabPage) -> None:
    """Drag over two cells, and paint a third with Space."""
    designer = page.locator("#place-1")
    cells = [designer.locator(f"[data-key='{key}']") for key in ("girl-7", "girl-8", "girl-9")]
    cells[0].scroll_into_view_if_needed()
    middles = [(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for one in cells[:2] if (box := one.bounding_box())]
    mouse = page.tab.mouse
    mouse.move(*middles[0])
    mouse.down()
    mouse.move(*middles[1])
    mouse.up()
    expect(cells[1]).to_have_attribute("aria-pressed", "true")
    cells[1].press("ArrowRight")
    cells[2].press("Space")
    for cell in cells:
        expect(cell).to_have_attribute("aria-label", re.compile("in quota 1 boys 4-6"))
    expect(designer.locator(".sk-alone-note")).to_contain_text("The design was changed here")
    expect(designer.locator(".sk-families").last).to_have_text("changed here")
    designer.get_by_role("button", name="Undo").click()
    expect(cells[2]).to_have_attribute("aria-pressed", "false")
    expect(designer.get_by_role("button", name="What would mend it?")).to_have_count(0)


def _look(page: LabPage) -> None:
    """Sort, find, and see what is planned."""
    table = page.locator("#place-2")
    expect(table).to_contain_text("Another name (was Name 3)")
    expect(table.locator("tbody input, tbody textarea, tbody button:visible")).to_have_count(0)
    name = table.get_by_role("button", name="segment_name")
    name.click()
    expect(table.locator("tbody tr").first).to_contain_text("Another name")
    name.click()
    expect(table.locator("th[aria-sort=descending]")).to_have_count(1)
    table.locator("[data-do=find]").fill("NAME 1")
    expect(table).to_contain_text("13 of 40 segments")
    for gone in ("Add a segment", "Read again", "Apply…", "Undo"):
        expect(table.get_by_role("button", name=gone)).to_have_count(0)


def _move(page: LabPage) -> None:
    """Move one share by the keyboard, then one of another question: the first is put back, and the page says why."""
    simulator = page.locator("#place-3")
    slider = simulator.locator("input[type=range]").first
    before = simulator.locator(".sk-segments tbody").inner_text()
    slider.focus()
    slider.press("End")
    expect(simulator.locator(".sk-percent").first).to_have_text("100.0%")
    assert simulator.locator(".sk-segments tbody").inner_text() != before
    expect(simulator.locator("[data-do='seed']")).to_be_disabled()
    simulator.locator("[data-do='open-internet']").click()
    slider = simulator.locator("input[type=range]").first
    slider.focus()
    slider.press("Home")
    expect(simulator.locator(".sk-alone-note")).to_contain_text("put back as it was: moving several questions needs Python")
    simulator.get_by_label("Number of respondents").fill("10000000")
    simulator.get_by_label("Number of respondents").press("Enter")
    expect(simulator.locator(".sk-segments")).to_contain_text("of 10,000,000, 95 %")


def _hostile() -> list[Shown]:
    one = Question(
        11, "singlepunch", description=HOSTILE, text=HOSTILE, answers=(Answer(1, HOSTILE, HOSTILE + "2"), Answer(2, "no"))
    )
    tree = Tree(Question(1, "singlepunch", description=HOSTILE, answers=(Answer(111, HOSTILE),)), (one,))
    design = QuotaDesign(completes=10).with_quota(HOSTILE, child_codes("boy"), 5)
    portal = sk.CIOPulse.sandbox()
    portal.upsert_segment("s1", segment_code="C1", segment_name="plain")
    browser = SegmentBrowser(sk.CIOPulseStore(portal)).edit("s1", "segment_name", HOSTILE)
    rule = sk.Population.fit(sk.standard("mx-amai", 2022))
    return [TreeWalker(tree, member_id=HOSTILE), QuotaDesigner(design), browser, RespondentSimulator({HOSTILE: rule, "b": rule})]


def test_what_looks_like_markup_stays_text(page: LabPage, tmp_path: Path) -> None:
    """Questions, answers, quota ids, segments and names that look like markup are shown as they read, and none runs."""
    page.tab.goto(_page(tmp_path, *_hostile()))
    expect(page.locator(".sk-widget")).to_have_count(4)
    page.locator("#place-0 input[type=radio]").first.check()
    page.locator("#place-0").get_by_role("button", name="Answer").click()
    expect(page.locator("#place-0 .sk-done")).to_be_visible()
    page.locator("[data-key='girl-9']").press("Space")
    page.locator("#place-2 [data-do=find]").fill("img")
    for place in range(4):
        assert HOSTILE in page.locator(f"#place-{place}").evaluate("node => node.textContent")
    assert page.evaluate("document.querySelectorAll('img, main script').length") == 0
    assert page.evaluate("globalThis.fired") is None
