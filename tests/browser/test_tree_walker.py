from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from labpage import check_axe
from playwright.sync_api import expect

from segkit.widgets.module import SAVED
from segkit.widgets.twin import LIVE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lab import Lab
    from labpage import LabPage
    from playwright.sync_api import Locator

pytestmark = pytest.mark.browser

WALKER = """
import segkit as sk
ps = sk.PureSpectrum.sandbox()
tree = ps.qualifications("en_US", [3910])[3910]
walker = sk.widgets.TreeWalker(tree, calculate=ps.calculate, member_id="some_member_id_xyz")
walker
"""
SEEN = "import json; print(json.dumps([walker.walk.answers, walker.payload, repr(walker.result)], default=str))"
MEXICO = """
import segkit as sk
ps = sk.PureSpectrum.sandbox()
sk.widgets.TreeWalker(ps.qualifications("es_MX", [990001])[990001].walk().go_to("MXQ3"), calculate=ps.calculate)
"""
LIGHT = "() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Light'})"
DARK = "() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})"


def _tab_to(page: LabPage, selector: str) -> None:
    """Press Tab until what the selector names has the focus; a keyboard user's way, so it must not be long."""
    for _ in range(30):
        page.tab.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab does not lead to {selector}")


def _walk(lab: Lab, page: LabPage, name: str, cells: list[str]) -> Locator:
    """Open a notebook with a walker, run it, and return the walker."""
    lab.write(name, cells)
    lab.open(page, name)
    lab.run_all(page)
    walker = page.locator(".sk-walker")
    expect(walker.locator("legend")).to_be_visible()
    return walker


def _run_last_cell(page: LabPage) -> None:
    page.evaluate(
        "() => { const content = window.jupyterapp.shell.currentWidget.content; "
        "content.activeCellIndex = content.widgets.length - 1; "
        "return window.jupyterapp.commands.execute('notebook:run-cell'); }"
    )


def test_keyboard_alone_leads_from_the_first_question_to_a_segment(
    lab: Lab, page: LabPage, shot: Callable[[LabPage, str], Path]
) -> None:
    """With Tab, arrows, Space and Enter only, a user answers every question, calculates, and Python sees the walk."""
    walker = _walk(lab, page, "walker.ipynb", [WALKER, SEEN])
    expect(walker.locator("legend")).to_contain_text("Please think about the first 18 years")
    check_axe(page, ".sk-walker")
    shot(page, "walker-start")
    keyboard = page.tab.keyboard
    walker.locator(".sk-step").first.focus()
    _tab_to(page, ".sk-walker input[type=radio]")
    keyboard.press("ArrowDown")
    expect(walker.locator("input[value='112']")).to_be_checked()
    keyboard.press("ArrowUp")
    keyboard.press("Enter")
    for question in ("USQ2", "USQ3", "USQ4"):
        expect(walker.locator("legend")).to_contain_text(question)
        expect(walker.locator("input[value='111']")).to_be_focused()
        keyboard.press("Space")
        keyboard.press("Enter")
    expect(walker.locator(".sk-done")).to_be_focused()
    _tab_to(page, ".sk-walker .sk-member input")
    keyboard.press("Tab")
    keyboard.press("Enter")
    expect(walker.locator(".sk-result")).to_contain_text("Less Acculturated (segment 111 of 3910) documented")
    expect(walker.locator(".sk-result")).to_be_focused()
    check_axe(page, ".sk-walker")
    shot(page, "walker-segment")
    _run_last_cell(page)
    lab.save(page)
    answers, payload, result = json.loads(lab.read("walker.ipynb").cells[1].outputs[0].text)
    assert list(answers.values()) == [111] * 4
    assert payload["member_id"] == "some_member_id_xyz"
    assert len(payload["segmentation_answers"]) == 4
    assert "Less Acculturated" in result


def test_a_refused_number_shows_the_vendors_words_beside_it(
    lab: Lab, page: LabPage, shot: Callable[[LabPage, str], Path]
) -> None:
    """An input out of bounds is refused beside the field, in the vendor's words, and keeps the user there; a good one goes on."""
    walker = _walk(lab, page, "mexico.ipynb", [MEXICO])
    number = walker.locator(".sk-number")
    number.fill("100")
    number.press("Enter")
    expect(walker.locator("[role=alert] .sk-finding")).to_contain_text("Error on regex open ended")
    expect(number).to_be_focused()
    check_axe(page, ".sk-walker")
    page.evaluate(DARK)
    expect(page.locator("body[data-jp-theme-light=false]")).to_be_attached()
    check_axe(page, ".sk-walker")
    shot(page, "walker-refused-dark")
    number.fill(" 5 ")
    number.press("Enter")
    expect(walker.locator("legend")).to_contain_text("MXQ4")
    page.evaluate(LIGHT)


def test_what_was_kept_is_read_without_a_kernel(lab: Lab, page: LabPage, shot: Callable[[LabPage, str], Path]) -> None:
    """Answers given in the browser and kept are in the saved notebook: with a fresh kernel, and with none at all."""
    walker = _walk(lab, page, "kept.ipynb", [WALKER])
    for text in ("1 - 5", "Spanish Only"):
        walker.get_by_label(text).first.check()
        walker.get_by_role("button", name="Answer", exact=True).click()
    expect(walker.locator("legend")).to_contain_text("USQ3")
    walker.get_by_role("button", name="Keep this state").click()
    twin = page.locator(".jp-RenderedHTMLCommon table", text="1 - 5")
    expect(twin).to_be_visible()
    expect(walker.get_by_role("button", name="Keep this state")).to_be_focused()
    shot(page, "walker-kept-live")
    lab.save(page)
    for kernel in ("none", "fresh"):
        lab.reopen(page, "kept.ipynb", kernel=kernel)
        expect(page.locator(".jp-RenderedHTMLCommon table", text="1 - 5")).to_be_visible()
        expect(page.locator(".jp-OutputArea", text="Static copy, kept")).to_be_visible()
        expect(page.locator(".jp-RenderedHTMLCommon table")).to_have_count(1)
        shot(page, f"walker-kept-{kernel}")
    expect(page.locator(".jp-OutputArea", text="model not found")).to_be_visible()
    _, complaints = page.forgive()
    assert all("widget model not found" in complaint for complaint in complaints)  # JupyterLab's own, of the live view
    live, twin = (output.data for output in lab.read("kept.ipynb").cells[0].outputs)
    assert live["text/html"] == LIVE
    assert "Static copy, kept" in twin["text/html"]
    assert twin[SAVED]["view"]["outline"][0]["state"] == "answered"
