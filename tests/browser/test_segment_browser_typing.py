"""The segment browser's view under quick hands: the answers come when the test lets them, so that each race is run on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from labpage import check_axe
from playwright.sync_api import expect
from stage import Stage

import segkit as sk

if TYPE_CHECKING:
    from labpage import LabPage
    from playwright.sync_api import Locator

pytestmark = pytest.mark.browser


class BrowserStage(Stage):
    """A stage with a segment browser."""

    def cell(self, column: str, row: str) -> Locator:
        """Return the field of a cell."""
        return self.root.get_by_label(f"{column} of {row}", exact=True)


@pytest.fixture
def stage(page: LabPage) -> BrowserStage:
    """Return the view of a browser of four segments."""
    infinity = sk.Infinity.sandbox()
    for name, order in (("Toys", 2), ("Bikes", 3)):
        infinity.create_segment(name, [("href", "begins", f"/{name.lower()}")], ref=name.lower(), order=order, group_id=400)
    return BrowserStage(page, sk.widgets.SegmentBrowser(sk.InfinityStore(infinity), apply=sk.apply))


@pytest.mark.parametrize(
    ("name", "does"), [("Apply…", "confirm"), ("segment_name", "sort"), ("Remove: 402", "remove"), ("Undo", "undo")]
)
def test_a_click_is_not_lost_to_the_plan_that_is_drawn_meanwhile(stage: BrowserStage, name: str, does: str) -> None:
    """The mouse that is pressed on a button ends an edit; the answer comes before it is let go, and the click still counts."""
    stage.cell("segment_name", "401").fill("One")
    stage.cell("segment_name", "402").click()
    stage.answer()
    stage.cell("segment_name", "402").fill("Games")
    stage.hold(stage.root.get_by_role("button", name=name, exact=True))
    assert [message["do"] for message in stage.sent()] == ["edit"]
    stage.answer()
    stage.let_go()
    assert [message["do"] for message in stage.sent()] == [does]


def test_what_is_typed_while_a_row_is_added_stays(stage: BrowserStage) -> None:
    """Add, and type elsewhere before the row is there: the letters stay, and so does the focus."""
    stage.root.get_by_role("button", name="Add a segment").click()
    cell = stage.cell("segment_name", "402")
    cell.click()
    cell.press_sequentially("XY")
    stage.answer()
    expect(stage.cell("segment_id", "new 1")).to_be_visible()
    expect(cell).to_be_focused()
    expect(cell).to_have_value("ToysXY")
    cell.press_sequentially("Z")
    cell.press("Tab")
    stage.answer()
    assert stage.widget.plan.counts["update"] == 1
    assert "ToysXYZ" in str(stage.widget.plan)


def test_what_was_typed_and_is_not_answered_yet_stays(stage: BrowserStage) -> None:
    """An answer to one cell leaves another as it was typed, also where somebody goes on typing there."""
    name, ref = stage.cell("segment_name", "402"), stage.cell("segment_ref", "402")
    name.fill("Games")
    name.press("Tab")
    ref.fill("play")
    ref.press("Tab")
    assert len(stage.sent()) == 2
    stage.answer(1)
    expect(ref).to_have_value("play")
    ref.click()
    ref.press("End")
    ref.press_sequentially("er")
    stage.answer(1)
    expect(ref).to_have_value("player")
    ref.press("Tab")
    stage.answer()
    assert stage.widget.wanted[["segment_name", "segment_ref"]].to_numpy().tolist() == [["Games", "player"]]


def test_enter_ends_a_cell_once_and_stays_in_it(stage: BrowserStage) -> None:
    """One message for one change, none for none; while letters are being composed, Enter is the composer's."""
    cell = stage.cell("segment_name", "402")
    cell.fill("Games")
    cell.evaluate("node => node.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true }))")
    assert stage.sent() == []
    cell.press("Enter")
    assert [(message["do"], message["text"]) for message in stage.sent()] == [("edit", "Games")]
    stage.answer()
    expect(cell).to_be_focused()
    cell.press("Enter")
    cell.press("Tab")
    assert stage.sent() == []


def test_a_search_is_asked_for_once(stage: BrowserStage) -> None:
    """Letters in one go are one question, and leaving the field asks nothing more, so that no page is turned back."""
    words = stage.root.get_by_label("Find")
    words.press_sequentially("toys", delay=10)
    words.press("Enter")
    stage.page.tab.wait_for_timeout(400)
    assert [message["text"] for message in stage.sent()] == ["toys"]
    stage.answer()
    expect(words).to_be_focused()
    words.press("Tab")
    assert stage.sent() == []
    expect(stage.root.locator("tbody tr")).to_have_count(1)


def test_the_focus_is_never_lost_to_a_button_that_has_done_its_work(stage: BrowserStage) -> None:
    """Removed, as it was, undone, a new row gone: the keyboard is at what comes next, and never nowhere."""
    steps = [("Remove: 402", "As it was: 402"), ("As it was: 402", "Remove: 402"), ("Undo", "Undo"), ("Undo", "Redo")]
    for pressed, focused in steps:
        stage.root.get_by_role("button", name=pressed, exact=True).focus()
        stage.page.tab.keyboard.press("Enter")
        stage.answer()
        expect(stage.root.get_by_role("button", name=focused, exact=True)).to_be_focused()
    stage.root.get_by_role("button", name="Add a segment").click()
    stage.answer()
    expect(stage.cell("segment_id", "new 1")).to_be_focused()
    stage.root.get_by_role("button", name="Remove: new 1").click()
    stage.answer()
    expect(stage.root.get_by_role("button", name="Add a segment")).to_be_focused()


def test_a_widget_that_is_shown_twice_is_one(stage: BrowserStage) -> None:
    """Both views follow, what is typed in one stays while the other is drawn, and no id stands twice on the page."""
    stage.page.evaluate("() => window.showAgain()")
    first, second = stage.root.nth(0), stage.root.nth(1)
    typed = first.get_by_label("segment_name of 402")
    typed.fill("Half")
    second.get_by_label("segment_name of 401").evaluate(
        "node => { node.value = 'Other'; node.dispatchEvent(new Event('change', { bubbles: true })); }"
    )
    stage.answer()
    expect(first.get_by_label("segment_name of 401")).to_have_value("Other")
    expect(typed).to_have_value("Half")
    expect(typed).to_be_focused()
    ids = stage.page.evaluate("() => [...document.querySelectorAll('[id]')].map((node) => node.id)")
    assert len(ids) == len(set(ids)) == 3


def test_a_guard_that_was_lifted_stays_lifted_while_the_table_is_sorted(page: LabPage) -> None:
    """What was ticked in the question is not unticked by looking at the table; only another plan asks anew."""
    cio = sk.CIOPulse.sandbox()
    for number in range(12):
        cio.upsert_segment(f"s{number}", segment_code=f"C{number}", segment_name=f"N{number}")
    stage = BrowserStage(page, sk.widgets.SegmentBrowser(sk.CIOPulseStore(cio), apply=sk.apply))
    for number in range(4):
        stage.widget.remove(f"s{number}")
    stage.page.evaluate("view => window.answer(view)", stage.widget.view)
    stage.root.get_by_role("button", name="Apply…").click()
    stage.answer()
    yes = stage.root.get_by_role("button", name="Yes, send it")
    expect(yes).to_be_disabled()
    stage.root.get_by_role("group", name="Confirm").get_by_role("checkbox").check()
    stage.root.get_by_role("button", name="segment_name").click()
    stage.answer()
    yes.click()
    stage.answer()
    expect(stage.root.locator(".sk-result")).to_contain_text("4 applied")
    expect(stage.root.locator(".sk-result")).to_be_focused()


def test_rows_of_any_name_are_told_apart(page: LabPage) -> None:
    """Keys with quotes, markup or our own words in them are text, and each field and button is that of its row."""
    cio = sk.CIOPulse.sandbox()
    keys = ["q\"u'o", "<img src=x onerror=alert(1)>", "confirm", "new 1", "segment_code", "ü\u2028x", "a]b\\c"]
    for number, key in enumerate(keys):
        cio.upsert_segment(key, segment_code=f"C{number}", segment_name=f"N{number}")
    stage = BrowserStage(page, sk.widgets.SegmentBrowser(sk.CIOPulseStore(cio), apply=sk.apply))
    for key in keys:
        cell = stage.cell("segment_name", key)
        cell.fill(f"M {keys.index(key)}")
        cell.press("Enter")
        stage.answer()
        expect(cell).to_be_focused()
    assert stage.widget.wanted.set_index("system_id")["segment_name"].to_dict() == {key: f"M {n}" for n, key in enumerate(keys)}
    assert page.locator("img").count() == 0
    check_axe(page, ".sk-browser")


def test_a_kernel_that_is_gone_is_told(stage: BrowserStage) -> None:
    """After a restart nobody hears: the view says so at the first change, and keeps what was typed."""
    stage.page.evaluate("() => { window.isGone = true; }")
    cell = stage.cell("segment_name", "402")
    cell.fill("Games")
    cell.press("Enter")
    expect(stage.root.get_by_role("alert")).to_contain_text("Run the cell again")
    expect(cell).to_have_value("Games")
