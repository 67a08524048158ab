"""The segment browser in a real JupyterLab: by mouse, by keyboard, on a copy without a kernel."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

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

BROWSER = """
import segkit as sk
infinity = sk.Infinity.sandbox()
for name, order in (("Toys", 2), ("Bikes", 3)):
    infinity.create_segment(name, [("href", "begins", f"/{name.lower()}")], ref=name.lower(), order=order, group_id=400)
browser = sk.widgets.SegmentBrowser(sk.InfinityStore(infinity), apply=sk.apply)
browser
"""
SEEN = """
import json
there = sk.InfinityStore(infinity).export()
print(json.dumps([json.loads(there.to_json(orient="records")), browser.plan.empty, browser.plan.counts]))
"""
DARK = "() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})"
LIGHT = "() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Light'})"


def _browser(lab: Lab, page: LabPage, name: str) -> Locator:
    """Open a notebook with a segment browser, run it, and return the widget."""
    lab.write(name, [BROWSER, SEEN])
    lab.open(page, name)
    lab.run_all(page)
    browser = page.locator(".sk-browser")
    expect(browser.locator("tbody tr")).to_have_count(4)
    return browser


def _python(lab: Lab, page: LabPage, name: str) -> tuple[dict[str, Any], bool, dict[str, int]]:
    """Run the last cell; return the segments by name, whether the plan is empty, and its counts, as Python has them."""
    page.evaluate(
        "() => { const content = window.jupyterapp.shell.currentWidget.content; "
        "content.activeCellIndex = content.widgets.length - 1; "
        "return window.jupyterapp.commands.execute('notebook:run-cell'); }"
    )
    lab.save(page)
    there, empty, counts = json.loads(lab.read(name).cells[1].outputs[0].text)
    return {row["segment_name"]: row for row in there}, empty, counts


def _edit_by_mouse(browser: Locator, plan: Locator) -> None:
    """Change a segment's name and criteria, remove one, add one with an operator that nobody has."""
    browser.get_by_label("segment_name of 402").fill("Games")
    browser.get_by_label("criteria of 402").fill("href begins /games\nact eq land")
    browser.get_by_label("segment_name of 403").click()
    expect(plan).to_contain_text("href begins /toys → act eq land; href begins /games")
    browser.get_by_role("button", name="Remove: 400").click()
    expect(plan).to_contain_text("1 delete")
    browser.get_by_role("button", name="Add a segment").click()
    expect(browser.get_by_label("segment_id of new 1")).to_be_focused()
    for name, text in (("name", "Shoes"), ("ref", "shoes"), ("group_name", "Clothes")):
        browser.get_by_label(f"segment_{name} of new 1").fill(text)
    browser.get_by_label("criteria of new 1").fill("href starts /shoes")
    browser.get_by_label("segment_group_name of new 1").press("Enter")


def test_a_table_is_sorted_and_searched(lab: Lab, page: LabPage) -> None:
    """A click sorts, letters search while they are typed, a group narrows; what is shown is what was read."""
    browser = _browser(lab, page, "looked.ipynb")
    check_axe(page, ".sk-browser")
    rows = browser.locator("tbody tr")
    browser.get_by_role("button", name="segment_name").click()
    expect(browser.get_by_role("columnheader", name="segment_name")).to_have_attribute("aria-sort", "ascending")
    expect(rows.nth(0).get_by_role("textbox", name=re.compile("segment_name"))).to_have_value("Bikes")
    browser.get_by_label("Find").fill("toys")
    expect(rows).to_have_count(1)
    browser.get_by_label("Find").fill("")
    expect(rows).to_have_count(4)
    browser.get_by_label("Group", exact=True).select_option("Segment Group Name 400")
    expect(rows).to_have_count(2)


def test_a_registry_is_edited_and_the_plan_applied_by_mouse(
    lab: Lab, page: LabPage, shot: Callable[[LabPage, str], Path]
) -> None:
    """Edited, one added, one removed: the plan follows beside the table, and only the confirmation sends it."""
    browser = _browser(lab, page, "browsed.ipynb")
    plan = browser.get_by_role("region", name="Plan")
    _edit_by_mouse(browser, plan)
    expect(browser.locator("tr", has=page.locator("[aria-label='segment_name of 402']"))).to_contain_text("was Toys")
    expect(plan).to_contain_text("unknown-operator")
    expect(browser.get_by_role("button", name="Apply…")).to_be_disabled()
    check_axe(page, ".sk-browser")
    shot(page, "browser-blocked")
    browser.get_by_label("criteria of new 1").fill("href begins /shoes")
    browser.get_by_label("segment_name of new 1").click()
    expect(browser.get_by_role("button", name="Apply…")).to_be_enabled()
    there, empty, counts = _python(lab, page, "browsed.ipynb")
    assert set(there) == {"Test Segment 11", "Test Segment 12", "Toys", "Bikes"}
    assert not empty
    assert (counts["create"], counts["update"], counts["delete"]) == (2, 1, 1)
    browser.get_by_role("button", name="Apply…").click()
    asked = browser.get_by_role("group", name="Confirm")
    expect(asked).to_contain_text("2 create, 1 update, 1 delete")
    check_axe(page, ".sk-browser")
    shot(page, "browser-confirm")
    page.evaluate(DARK)
    expect(page.locator("body[data-jp-theme-light=false]")).to_be_attached()
    check_axe(page, ".sk-browser")
    shot(page, "browser-dark")
    page.evaluate(LIGHT)
    asked.get_by_role("button", name="Yes, send it").click()
    expect(browser.locator(".sk-result")).to_contain_text("✓ Applied: 4 applied")
    expect(browser.locator("tbody tr")).to_have_count(4)
    shot(page, "browser-applied")
    there, empty, _ = _python(lab, page, "browsed.ipynb")
    assert set(there) == {"Test Segment 12", "Games", "Bikes", "Shoes"}
    assert there["Shoes"]["segment_group_name"] == "Clothes"
    assert json.loads(there["Games"]["criteria"]) == [["act", "eq", "land"], ["href", "begins", "/games"]]
    assert empty


def test_the_same_by_keyboard_alone_and_a_copy_for_readers(lab: Lab, page: LabPage, shot: Callable[[LabPage, str], Path]) -> None:
    """Tab, letters and Enter edit, plan, confirm and apply, the focus never lost; what is kept is read without a kernel."""
    name = "browsed-keys.ipynb"
    browser = _browser(lab, page, name)
    keyboard = page.tab.keyboard
    browser.get_by_label("segment_name of 402").focus()
    keyboard.press("Control+a")
    keyboard.type("Playthings")
    keyboard.press("Tab")
    expect(browser.get_by_label("segment_ref of 402")).to_be_focused()
    keyboard.press("Control+a")
    keyboard.type("play")  # while the plan for the name is being drawn
    keyboard.press("Tab")
    expect(browser.get_by_label("segment_order of 402")).to_be_focused()
    expect(browser.get_by_role("region", name="Plan")).to_contain_text("'toys' → 'play'")
    expect(browser.get_by_role("region", name="Plan")).to_contain_text("'Toys' → 'Playthings'")
    browser.get_by_role("button", name="Undo").focus()
    keyboard.press("Enter")
    expect(browser.get_by_role("region", name="Plan")).not_to_contain_text("'play'")
    expect(browser.get_by_role("button", name="Undo")).to_be_focused()
    browser.get_by_role("button", name="Redo").focus()
    keyboard.press("Enter")
    browser.get_by_role("button", name="Apply…").focus()
    keyboard.press("Enter")
    expect(browser.get_by_role("group", name="Confirm")).to_be_focused()
    keyboard.press("Tab")
    expect(browser.get_by_role("button", name="Yes, send it")).to_be_focused()
    keyboard.press("Enter")
    expect(browser.locator(".sk-result")).to_be_focused()
    there, empty, _ = _python(lab, page, name)
    assert there["Playthings"]["segment_ref"] == "play"
    assert empty
    browser.get_by_label("segment_name of 403").fill("Cycles")
    browser.get_by_role("button", name="Keep this state").focus()
    keyboard.press("Enter")
    expect(page.locator(".jp-OutputArea", text="Static copy, kept")).to_be_visible()
    lab.save(page)
    lab.reopen(page, name, "none")
    copy = page.locator(".jp-OutputArea table", text="segments of an Infinity installation").first
    expect(copy).to_contain_text("Cycles")
    expect(copy).to_contain_text("~ update")
    shot(page, "browser-kept")
