"""The family's keyboard and its manners, of every widget: each view in a page of its own, answered when the test says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from family import FAMILY
from playwright.sync_api import expect
from stage import Stage

from segkit import widgets

if TYPE_CHECKING:
    from labpage import LabPage

pytestmark = pytest.mark.browser

ALL = pytest.mark.parametrize("name", widgets.__all__)
FIELDS = {
    "QuotaDesigner": ("completes", "completes"),
    "RespondentSimulator": ("n", "draws"),
    "SegmentBrowser": ("cell segment_name 401", "edit"),
    "TreeWalker": ("member", "member"),
}
"""A field of each, and what it does."""
BUTTONS = {
    "QuotaDesigner": "Add a quota",
    "RespondentSimulator": "All as it was",
    "SegmentBrowser": "Undo",
    "TreeWalker": "Start again",
}
WRONG: dict[str, dict[str, Any]] = {
    "QuotaDesigner": {"do": "completes", "value": "many"},
    "RespondentSimulator": {"do": "draws", "n": "many"},
    "SegmentBrowser": {"do": "page", "to": "x"},
    "TreeWalker": {"do": "go", "question": "none"},
}
TARGETS = "a[href], button:enabled, input:enabled, select:enabled, textarea:enabled, summary, [tabindex='0']"
CAN_BE_REACHED = """
(root) => {
  const groups = new Set();
  return [...root.querySelectorAll(TARGETS)].filter((node) => {
    if (node.tabIndex < 0 || !node.checkVisibility()) return false;
    if (node.type !== 'radio') return true;
    const group = node.name;
    if (groups.has(group)) return false;
    groups.add(group);
    return true;
  }).length;
}
""".replace("TARGETS", repr(TARGETS))
NAMES = """
(root) => {
  const buttons = [...root.querySelectorAll('button:enabled')].filter((node) => node.checkVisibility());
  return buttons.map((node) => node.dataset.key ?? node.dataset.do).filter(Boolean);
}
"""
RING = """
() => {
  const style = getComputedStyle(document.activeElement);
  return [style.outlineStyle, parseFloat(style.outlineWidth) >= 2];
}
"""


def _stage(page: LabPage, name: str) -> Stage:
    return Stage(page, FAMILY[name]())


def _sent(stage: Stage) -> list[dict[str, Any]]:
    """Return what the user sent and nobody answered; an exact forecast a view asks for by itself, once the hand rests."""
    return [message for message in stage.sent() if message["do"] != "exact"]


def _field(stage: Stage, name: str) -> Any:
    return stage.root.locator(f"[data-do='{FIELDS[name][0]}']")


@ALL
def test_enter_applies_once_and_stays(page: LabPage, name: str) -> None:
    """Enter in a field sends what was typed, once, and the focus is in the field before and after the answer; Shift too."""
    stage = _stage(page, name)
    field = _field(stage, name)
    for key, text in (("Enter", "71"), ("Shift+Enter", "72")):
        field.fill(text)
        field.evaluate(
            "node => node.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true }))"
        )
        assert _sent(stage) == []
        field.press(key)
        assert [message["do"] for message in _sent(stage)] == [FIELDS[name][1]]
        expect(field).to_be_focused()
        stage.answer()
        expect(field).to_be_focused()
        expect(field).to_have_value(text)
        field.press("Enter")
        assert _sent(stage) == []


@ALL
def test_escape_takes_back_what_was_typed(page: LabPage, name: str) -> None:
    """Escape leaves the field as it was before anybody typed, keeps the focus there, and nothing is sent, then or later."""
    stage = _stage(page, name)
    field = _field(stage, name)
    before = field.input_value()
    field.press("End")
    field.press_sequentially("9")
    assert field.input_value() == f"{before}9"
    field.press("Escape")
    expect(field).to_have_value(before)
    expect(field).to_be_focused()
    field.press("Escape")
    field.press("Tab")
    assert _sent(stage) == []


@ALL
def test_tab_reaches_everything_and_shows_where_it_is(page: LabPage, name: str) -> None:
    """From the first to the last, each control is reached by Tab, and each has the family's ring around it."""
    stage = _stage(page, name)
    for each in stage.root.locator("summary").all():
        each.click()
    page.evaluate("() => { const first = document.createElement('button'); document.body.prepend(first); first.focus(); }")
    reached = -1
    while not page.evaluate("() => document.activeElement === document.body"):
        assert reached < 0 or page.evaluate(RING) == ["solid", True], stage.focused()
        page.tab.keyboard.press("Tab")
        reached += 1
        assert reached < 500
    assert reached == stage.root.evaluate(CAN_BE_REACHED)
    assert reached > 8


@ALL
def test_no_act_loses_the_focus(page: LabPage, name: str) -> None:
    """Whichever button is pressed with Enter: once it is answered, the focus is within the widget, at something that works."""
    stage = _stage(page, name)
    unfold = "root => root.querySelectorAll('details').forEach(node => { node.open = true; })"
    stage.root.evaluate(unfold)
    names = stage.root.evaluate(NAMES)
    assert len(names) > 5
    for each in names:
        stage = _stage(page, name)
        stage.root.evaluate(unfold)
        pressed = stage.root.evaluate_handle(
            "(root, name) => [...root.querySelectorAll('button')].find(node => (node.dataset.key ?? node.dataset.do) === name)",
            each,
        )
        pressed.as_element().focus()
        page.tab.keyboard.press("Enter")
        stage.answer()
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert stage.root.evaluate("root => root.contains(document.activeElement) && !document.activeElement.disabled"), each


@ALL
def test_what_was_done_is_said_and_what_cannot_be_too(page: LabPage, name: str) -> None:
    """What was done stands in the status line, what cannot be done in an alert at the top, and never in both."""
    stage = _stage(page, name)
    status, alert = stage.root.locator("> [role=status]"), stage.root.locator("> [role=alert]:visible")
    expect(status).to_have_count(1)
    stage.root.locator(".sk-keep").click()
    stage.answer()
    expect(status).to_contain_text("Kept ")
    expect(alert).to_have_count(0)
    stage.widget._handle_custom_msg(WRONG[name], [])
    page.evaluate("view => window.answer(view)", stage.widget.view)
    expect(alert).to_have_text(stage.widget.view["error"])
    expect(status).to_have_text("")
    assert stage.widget.view["error"]


def test_a_kernel_that_is_silent_is_told_by_each(page: LabPage) -> None:
    """No answer for five seconds is said in each view, and taken back by the answer; where nobody hears, it is said at once."""
    stage = Stage(page, *(FAMILY[name]() for name in widgets.__all__))
    for at in range(len(widgets.__all__)):
        page.locator(f"#stage-{at} .sk-keep").click()
    alerts = page.locator(".sk-widget > [role=alert]:visible")
    expect(alerts).to_have_count(0)
    expect(alerts).to_have_count(len(widgets.__all__), timeout=9_000)
    for each in alerts.all():
        expect(each).to_contain_text("The kernel has not answered for 5 seconds")
    stage.answer()
    expect(alerts).to_have_count(0)
    page.evaluate("() => { window.isGone = true; }")
    for at in range(len(widgets.__all__)):
        page.locator(f"#stage-{at} .sk-keep").click()
        expect(alerts.nth(at)).to_contain_text("Run the cell again")


@ALL
def test_a_click_is_not_lost_to_what_is_drawn_meanwhile(page: LabPage, name: str) -> None:
    """The mouse that is pressed on a button ends a field; the answer comes before it is let go, and the click still counts."""
    stage = _stage(page, name)
    button = stage.root.get_by_role("button", name=BUTTONS[name], exact=True)
    _field(stage, name).fill("73")
    stage.hold(button)
    assert [message["do"] for message in _sent(stage)] == [FIELDS[name][1]]
    stage.answer()
    stage.let_go()
    assert len(_sent(stage)) == 1
    stage.answer()
    assert not stage.widget.view["error"]


@ALL
def test_the_code_is_folded_in_the_same_place(page: LabPage, name: str) -> None:
    """The last fold of each view is the code, with a button to copy it; where the browser does not, it says so."""
    stage = _stage(page, name)
    fold = stage.root.locator("> details")
    expect(fold).to_have_count(1)
    expect(fold.locator("pre")).to_be_hidden()
    fold.locator("summary", has_text="Show me the code").click()
    expect(fold.locator("pre")).to_have_text(stage.widget.view["code"], use_inner_text=True)
    assert stage.root.locator("details").last.evaluate("(node) => node.parentNode.matches('.sk-widget')")
    fold.get_by_role("button", name="Copy code").click()
    expect(fold.get_by_role("status")).to_contain_text("cop")
    _field(stage, name).fill("74")
    _field(stage, name).press("Enter")
    stage.answer()
    expect(fold.locator("pre")).to_have_text(stage.widget.view["code"], use_inner_text=True)


def test_a_question_is_left_with_escape(page: LabPage) -> None:
    """Escape in the question whether to send goes back as its button does; nothing is sent, and the focus is where it began."""
    stage = _stage(page, "SegmentBrowser")
    apply = stage.root.get_by_role("button", name="Apply…")
    apply.press("Enter")
    stage.answer()
    expect(stage.root.get_by_role("group", name="Confirm")).to_be_focused()
    page.tab.keyboard.press("Tab")
    page.tab.keyboard.press("Escape")
    assert [message["do"] for message in _sent(stage)] == ["cancel"]
    stage.answer()
    expect(apply).to_be_focused()


def test_what_is_chosen_and_not_sent_yet_stays(page: LabPage) -> None:
    """A member id typed between choosing an answer and sending it takes nothing away; starting again does."""
    stage = _stage(page, "TreeWalker")
    chosen = stage.root.locator("input[type=radio]").nth(1)
    chosen.check()
    stage.root.get_by_label("Member id").fill("m-7")
    stage.root.get_by_label("Member id").press("Enter")
    stage.answer()
    expect(chosen).to_be_checked()
    stage.root.get_by_role("button", name="Start again").click()
    stage.answer()
    expect(stage.root.locator("input:checked")).to_have_count(0)


def test_who_went_elsewhere_stays_there(page: LabPage) -> None:
    """An answer that would take the focus to what came of it does not take it from something else on the page."""
    stage = _stage(page, "SegmentBrowser")
    page.evaluate(
        "() => document.body.append(Object.assign(document.createElement('input'), { id: 'elsewhere', ariaLabel: 'elsewhere' }))"
    )
    stage.root.get_by_role("button", name="Apply…").click()
    page.locator("#elsewhere").click()
    stage.answer()
    expect(stage.root.get_by_role("group", name="Confirm")).to_be_visible()
    expect(page.locator("#elsewhere")).to_be_focused()
