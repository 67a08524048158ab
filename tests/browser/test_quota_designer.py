from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from labpage import check_axe
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lab import Lab
    from labpage import LabPage
    from playwright.sync_api import Locator

pytestmark = pytest.mark.browser

DESIGNER = """
import segkit as sk
families = sk.Households(children=[0.60, 0.168, 0.152, 0.056, 0.024], boy=0.512, ages=dict.fromkeys(range(1, 18), 1 / 17))
designer = sk.widgets.QuotaDesigner(sk.QuotaDesign(completes=1000), households=families)
designer
"""
SEEN = "import json; print(json.dumps([designer.design.payload(), designer.code]))"
DARK = "() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})"
LIGHT = "() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Light'})"
BOYS, GIRLS = list(range(133, 166, 2)), list(range(134, 167, 2))
ABOUT_797 = re.compile(r"79[67]\b")


def _designer(lab: Lab, page: LabPage, name: str) -> Locator:
    """Open a notebook with a designer, run it, and return the designer."""
    lab.write(name, [DESIGNER, SEEN])
    lab.open(page, name)
    lab.run_all(page)
    designer = page.locator(".sk-designer")
    expect(designer.locator(".sk-grid")).to_be_visible()
    return designer


def _codes(lab: Lab, page: LabPage, name: str) -> tuple[dict[str, list[int]], str]:
    """Run the last cell; return the codes of each quota as Python has them, and the code that is shown."""
    page.evaluate(
        "() => { const content = window.jupyterapp.shell.currentWidget.content; "
        "content.activeCellIndex = content.widgets.length - 1; "
        "return window.jupyterapp.commands.execute('notebook:run-cell'); }"
    )
    lab.save(page)
    payload, code = json.loads(lab.read(name).cells[1].outputs[0].text)
    return {q["buyer_quota_id"]: [int(c) for c in q["criteria"][0]["condition_codes"]] for q in payload["quotas"]}, code


def _drag(page: LabPage, designer: Locator, first: str, last: str) -> None:
    """Paint with the mouse from one cell to another, over all that lie between."""
    start, end = (designer.locator(f"[data-key='{key}']").bounding_box() for key in (first, last))
    assert start
    assert end
    mouse = page.tab.mouse
    mouse.move(start["x"] + 5, start["y"] + 10)
    mouse.down()
    mouse.move(end["x"] + 8, end["y"] + 10, steps=60)
    mouse.up()


def test_a_design_drawn_with_the_mouse_is_forecast_repaired_and_exported(
    lab: Lab, page: LabPage, shot: Callable[[LabPage, str], Path]
) -> None:
    """Scenario 5 with ages 1-17 is drawn by dragging: about 797 of 1000 come; a repair is accepted; the JSON is the vendor's."""
    designer = _designer(lab, page, "drawn.ipynb")
    check_axe(page, ".sk-designer")
    for place, (row, count) in enumerate((("boy", "400"), ("girl", "600")), 1):
        designer.get_by_role("button", name="Add a quota").click()
        expect(designer.locator(f"[data-key='count-{place}']")).to_be_visible()
        _drag(page, designer, f"{row}-1", f"{row}-17")
        expect(designer.locator(f"[data-key='{row}-17']")).to_have_attribute("aria-pressed", "true")
        designer.locator(f"[data-key='count-{place}']").fill(count)
        designer.locator(f"[data-key='count-{place}']").press("Enter")
    expect(designer.locator(".sk-result")).to_contain_text(ABOUT_797)
    expect(designer.locator(".sk-result")).to_contain_text("95 %")
    expect(designer.get_by_label("Forecast")).to_contain_text("1000")
    check_axe(page, ".sk-designer")
    shot(page, "designer-scenario-5")
    page.evaluate(DARK)
    expect(page.locator("body[data-jp-theme-light=false]")).to_be_attached()
    check_axe(page, ".sk-designer")
    shot(page, "designer-dark")
    page.evaluate(LIGHT)
    codes, code = _codes(lab, page, "drawn.ipynb")
    assert codes == {"quota 1": BOYS, "quota 2": GIRLS}
    assert 'sk.child_codes("boy", ages=(1, 17))' in code
    designer.get_by_role("button", name="What would mend it?").click()
    accept = designer.locator(".sk-repairs button")
    expect(accept.first).to_be_visible(timeout=60_000)
    shot(page, "designer-repairs")
    accept.first.click()
    expect(designer.locator(".sk-result")).not_to_contain_text(ABOUT_797)
    designer.locator("summary", has_text="The vendor's JSON").click()
    text = designer.get_by_label("The vendor's JSON").input_value()
    exported = json.loads(text)
    assert [[int(c) for c in q["criteria"][0]["condition_codes"]] for q in exported["quotas"]] == [BOYS, GIRLS]
    assert [q["required_count"] for q in exported["quotas"]] != [400, 600]
    designer.get_by_role("button", name="Undo").click()
    expect(designer.locator(".sk-result")).to_contain_text(ABOUT_797)


def test_the_same_design_by_keyboard_alone(lab: Lab, page: LabPage, shot: Callable[[LabPage, str], Path]) -> None:
    """With Tab, arrows, Space, Shift and Enter only: drawn, counted, forecast, repaired, exported, undone and done again."""
    designer = _designer(lab, page, "keys.ipynb")
    keyboard = page.tab.keyboard
    designer.get_by_label("Completes needed").focus()  # the way in; everything after it is keys
    for place, (row, count) in enumerate((("boy", "400"), ("girl", "600")), 1):
        _tab_to(page, ".sk-designer [data-do='add']")
        keyboard.press("Enter")
        expect(designer.locator(f"[data-key='layer-{place}']")).to_be_checked()
        _tab_to(page, ".sk-designer .sk-grid .sk-cell")
        keyboard.press("Home")
        keyboard.press("ArrowDown" if row == "girl" else "ArrowUp")
        keyboard.press("ArrowRight")
        expect(designer.locator(f"[data-key='{row}-1']")).to_be_focused()
        keyboard.press("Space")
        expect(designer.locator(f"[data-key='{row}-1']")).to_have_attribute("aria-pressed", "true")
        expect(designer.locator(f"[data-key='{row}-1']")).to_be_focused()
        keyboard.press("Shift+End")
        expect(designer.locator(f"[data-key='{row}-17']")).to_have_attribute("aria-pressed", "true")
        expect(designer.locator(f"[data-key='{row}-17']")).to_be_focused()
        _tab_to(page, f"[data-key='count-{place}']", "Shift+Tab")
        keyboard.press("Control+A")
        keyboard.type(count)
        keyboard.press("Enter")
    expect(designer.locator(".sk-result")).to_contain_text(ABOUT_797)
    shot(page, "designer-keys")
    _tab_to(page, ".sk-designer [data-do='repair']")
    keyboard.press("Enter")
    expect(designer.locator("[data-key='accept-0']")).to_be_visible(timeout=60_000)
    _tab_to(page, "[data-key='accept-0']")
    keyboard.press("Enter")
    expect(designer.locator(".sk-result")).not_to_contain_text(ABOUT_797)
    designer.locator(".sk-result").wait_for()
    expect(designer.get_by_role("button", name="What would mend it?")).to_be_focused()  # the accepted proposal's button is gone
    _tab_to(page, ".sk-designer summary")
    keyboard.press("Enter")
    _tab_to(page, ".sk-designer textarea")
    exported = json.loads(page.evaluate("() => document.activeElement.value"))
    assert [[int(c) for c in q["criteria"][0]["condition_codes"]] for q in exported["quotas"]] == [BOYS, GIRLS]
    assert [q["required_count"] for q in exported["quotas"]] != [400, 600]
    _tab_to(page, "[data-do='undo']", "Shift+Tab")
    keyboard.press("Enter")
    expect(designer.locator("[data-key='count-2']")).to_have_value("600")
    expect(designer.get_by_role("button", name="Undo")).to_be_focused()
    keyboard.press("Enter")
    expect(designer.locator("[data-key='count-2']")).to_have_value("100")
    keyboard.press("Tab")
    keyboard.press("Enter")
    expect(designer.locator("[data-key='count-2']")).to_have_value("600")
    codes, _ = _codes(lab, page, "keys.ipynb")
    assert codes == {"quota 1": BOYS, "quota 2": GIRLS}


def test_months_unfold_and_what_was_kept_is_read_without_a_kernel(
    lab: Lab, page: LabPage, shot: Callable[[LabPage, str], Path]
) -> None:
    """Months of the ages 0-3 unfold and are painted one by one; the kept state is in the notebook that has no kernel."""
    designer = _designer(lab, page, "months.ipynb")
    designer.get_by_role("button", name="Months of age 1").click()
    expect(designer.locator("[data-key='girl-m13']")).to_be_visible()
    expect(designer.get_by_role("button", name="Months of age 1")).to_be_focused()
    designer.locator("[data-key='girl-m13']").click()
    expect(designer.locator("[data-key='girl-m13']")).to_have_attribute("aria-pressed", "true")
    expect(designer.locator("[data-key='girl-m13']")).to_have_attribute("aria-label", re.compile("girls 13 months.*quota 1"))
    shot(page, "designer-months")
    designer.get_by_role("button", name="Keep this state").click()
    expect(page.locator(".jp-RenderedHTMLCommon table", text="girls 13 months").first).to_be_visible()
    lab.save(page)
    lab.reopen(page, "months.ipynb", kernel="none")
    expect(page.locator(".jp-RenderedHTMLCommon table", text="girls 13 months").first).to_be_visible()
    shot(page, "designer-kept-none")
    page.forgive()


def _tab_to(page: LabPage, selector: str, key: str = "Tab") -> None:
    """Press Tab until what the selector names has the focus; a keyboard user's way, so it must not be long."""
    for _ in range(40):
        page.tab.keyboard.press(key)
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab does not lead to {selector}")


def test_what_is_typed_outlives_a_forecast(lab: Lab, page: LabPage) -> None:
    """A forecast that comes in while a count or a JSON is typed takes no letter, sends no half of a number, and is shown."""
    designer = _designer(lab, page, "typed.ipynb")
    designer.get_by_role("button", name="Add a quota").click()
    expect(designer.locator("[data-key='count-1']")).to_be_visible()
    designer.locator("[data-key='row-0']").click()
    count = designer.locator("[data-key='count-1']")
    count.fill("400")
    count.press("Enter")
    expect(designer.locator(".sk-result")).to_contain_text("95 %")
    designer.locator("[data-key='boy-0']").click()
    count.focus()
    page.tab.keyboard.press("Control+A")
    page.tab.keyboard.type("75")
    expect(designer.locator(".sk-result")).to_contain_text("95 %")
    expect(count).to_be_focused()
    expect(count).to_have_value("75")
    page.tab.keyboard.type("0")
    page.tab.keyboard.press("Enter")
    expect(designer.get_by_label("Forecast")).to_contain_text("750")
    designer.locator("summary", has_text="The vendor's JSON").click()
    text = designer.get_by_label("The vendor's JSON")
    designer.locator("[data-key='boy-0']").click()
    text.fill('{"completes_required": 5, "quotas": [')
    expect(designer.locator(".sk-result")).to_contain_text("95 %")
    expect(text).to_have_value('{"completes_required": 5, "quotas": [')
    designer.get_by_role("button", name="Use this JSON").click()
    expect(designer.locator(".sk-error")).to_be_visible()
    expect(text).to_have_value('{"completes_required": 5, "quotas": [')
    expect(designer).to_contain_text("What you typed is not used yet.")
    designer.get_by_role("button", name="Show the design's JSON").click()
    expect(text).to_have_value(re.compile('"required_count": 750'))
