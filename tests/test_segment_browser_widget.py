"""The laws of the segment browser in Python: plain data out, messages in, nothing sent before it is confirmed."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from canary import MARK, holds_the_canary
from far_side import QUICK

import segkit as sk
from segkit import errors
from segkit.errors import InvalidInput
from segkit.widgets.segment_browser import SegmentBrowser

if TYPE_CHECKING:
    from segkit.registry.applied import Applied


@pytest.fixture
def infinity() -> sk.Infinity:
    """Return a client of a fresh double."""
    return sk.Infinity.sandbox().with_options(retries=QUICK)


@pytest.fixture
def browser(infinity: sk.Infinity) -> SegmentBrowser:
    """Return a browser of its segments."""
    return SegmentBrowser(sk.InfinityStore(infinity), apply=sk.apply)


def do(browser: SegmentBrowser, **message: object) -> dict[str, Any]:
    """Send what the view would send; return what it then shows."""
    browser._handle_custom_msg(message, [])
    return dict(browser.view)


def confirmed(browser: SegmentBrowser, *allow: str) -> dict[str, Any]:
    """Ask for the plan to be applied, and confirm it."""
    view = do(browser, do="confirm")
    assert not view["error"], view["error"]
    return do(browser, do="apply", checksum=view["confirm"]["checksum"], allow=list(allow))


def portal_of(n: int) -> sk.CIOPulse:
    """Return a portal with so many segments."""
    cio = sk.CIOPulse.sandbox().with_options(retries=QUICK)
    for number in range(n):
        cio.upsert_segment(f"s{number}", segment_code=f"C{number}", segment_name=f"Segment {number}")
    return cio


def test_the_view_is_plain_data_with_groups_and_criteria_readable(browser: SegmentBrowser) -> None:
    """All that is shown is JSON in one trait; criteria are lines, groups go by their names with how many segments each has."""
    view = json.loads(json.dumps(browser.view))
    assert [column["name"] for column in view["columns"]] == list(browser._editing.columns)
    cells = dict(zip((column["name"] for column in view["columns"]), view["rows"][0]["cells"], strict=True))
    assert cells["criteria"]["text"] == "act begins 12\nhref nbegins /action/do"
    assert cells["segment_group_name"]["text"] == "Default"
    assert {"value": "Default", "text": "Default (2)"} in view["groups"]
    assert view["plan"]["told"] == "no changes yet"
    assert not view["plan"]["can_apply"]


def test_the_plan_follows_what_is_typed_and_nothing_is_sent(browser: SegmentBrowser, infinity: sk.Infinity) -> None:
    """Each change is planned at once beside the table, from what was read once: the registry is not asked again."""
    before = len(infinity.double.calls)
    view = do(browser, do="edit", row="400", column="criteria", text="href begins /shop")
    assert view["rows"][0]["sign"] == "~"
    assert view["rows"][0]["cells"][5]["was"] == "act begins 12\nhref nbegins /action/do"
    (line,) = view["plan"]["lines"]
    assert line["text"].startswith("400 criteria: act begins 12; href nbegins /action/do → href begins /shop (")
    view = do(browser, do="edit", row="400", column="criteria", text="href starts /shop")
    assert view["rows"][0]["sign"] == "✗"
    assert "'starts' is no operator" in view["rows"][0]["why"]
    assert any(finding["code"] == "unknown-operator" for finding in view["plan"]["findings"])
    assert not view["plan"]["can_apply"]
    assert len(infinity.double.calls) == before
    assert browser.undo().undo().plan.empty


def test_nothing_is_sent_before_it_is_confirmed(browser: SegmentBrowser, infinity: sk.Infinity) -> None:
    """Apply needs the question first, and the checksum of the plan that was shown; a change takes the question back."""
    browser.edit("400", "segment_name", "Shop")
    shown = do(browser, do="apply", checksum=browser.plan.checksum)
    assert "look at it again" in shown["error"]
    asked = do(browser, do="confirm")["confirm"]
    assert "1 update" in asked["text"]
    assert browser._store.target in asked["text"]
    browser.edit("400", "segment_name", "Shops")
    assert browser.view["confirm"] is None
    assert "look at it again" in do(browser, do="apply", checksum=asked["checksum"])["error"]
    do(browser, do="confirm")
    assert do(browser, do="cancel")["confirm"] is None
    assert infinity.segments()[400].name == "Test Segment 11"
    shown = confirmed(browser)
    assert shown["outcome"]["ok"]
    assert infinity.segments()[400].name == "Shops"
    assert browser.plan.empty
    assert browser.view["plan"]["told"] == "no changes yet"


def test_rows_are_added_removed_and_applied_together(browser: SegmentBrowser, infinity: sk.Infinity) -> None:
    """A new segment in a new group, one deleted, one changed: one plan, one confirmation, and the table is what is there."""
    browser.add(segment_ref="shop", segment_name="Shop", criteria="href begins /shop", segment_group_name="Shops")
    browser.remove("400").edit("401", "segment_order", "0")
    assert browser.plan.counts["create"] == 2
    assert browser.view["rows"][0]["row"] == "new 1"
    assert confirmed(browser)["outcome"]["ok"]
    assert browser.applied is not None
    now = infinity.segments()
    (made,) = (segment for segment in now.values() if segment.ref == "shop")
    assert 400 not in now or now[400].status != 200
    assert now[401].order == 0
    assert [row["row"] for row in browser.view["rows"]] == sorted(["401", str(made.segment_id)], key=int)
    assert browser.plan.empty


@pytest.mark.parametrize("removed", [[], ["400"]])
def test_the_code_makes_the_same_plan(browser: SegmentBrowser, removed: list[str]) -> None:
    """Run against the same store, the code shown gives a plan with the same checksum; so does the frame it is made of."""
    browser.add(segment_ref="it's", segment_name='"New"', criteria="href begins /x").edit("401", "segment_name", "Other")
    for row in removed:
        browser.remove(row)
    names: dict[str, Any] = {"store": browser._store}
    exec(browser.code.replace("sk.apply(plan, store)", ""), names)  # noqa: S102 - the code that the widget shows
    assert names["plan"].checksum == browser.plan.checksum
    assert sk.plan(browser._store, browser.wanted, prune=bool(removed)).checksum == browser.plan.checksum


def test_guards_are_lifted_one_by_one_and_by_hand() -> None:
    """More than the guarded share is not sent unless the user says of that guard that it is meant."""
    browser = SegmentBrowser(sk.CIOPulseStore(portal_of(10)), apply=sk.apply)
    for number in range(4):
        browser.remove(f"s{number}")
    assert browser.view["plan"]["can_apply"]
    asked = do(browser, do="confirm")["confirm"]
    assert [guard["code"] for guard in asked["guards"]] == ["too-many-deletes"]
    assert "too-many-deletes" in do(browser, do="apply", checksum=asked["checksum"])["error"]
    assert len(browser._store.read()) == 10
    assert confirmed(browser, "too-many-deletes", "too-many-updates")["outcome"]["ok"]
    assert len(browser._store.read()) == 6


def test_what_somebody_else_changed_is_told_and_nothing_is_sent(browser: SegmentBrowser, infinity: sk.Infinity) -> None:
    """The apply refuses a plan that is not true any more; read again, the table has their change and keeps ours."""
    browser.edit("400", "segment_name", "Ours")
    infinity.update_segment(400, name="Theirs")
    infinity.update_segment(401, name="Theirs too")
    assert "stale" in confirmed(browser)["error"]
    assert infinity.segments()[400].name == "Theirs"
    view = do(browser, do="read")
    assert [row["cells"][1] for row in view["rows"]] == [{"text": "Ours", "was": "Theirs"}, {"text": "Theirs too", "was": None}]
    assert confirmed(browser)["outcome"]["ok"]


def test_what_was_refused_stays_typed(infinity: sk.Infinity) -> None:
    """A row that the registry refused is named with the reason, and is still there to be mended; what went through is done."""
    browser = SegmentBrowser(sk.InfinityStore(infinity), apply=functools.partial(sk.apply, workers=1))
    browser.edit("400", "segment_name", "A").edit("401", "segment_name", "B")
    infinity.double.faults.add("500", path="*/segments/401", times=9)
    view = confirmed(browser)
    assert not view["outcome"]["ok"]
    assert any(line.startswith("401 update: rejected") for line in view["outcome"]["lines"])
    assert [row["cells"][1]["was"] for row in view["rows"]] == [None, "Test Segment 12"]


def test_a_callable_that_fails_is_told_without_its_secrets(infinity: sk.Infinity) -> None:
    """What the caller's own callable raises stands in the view, redacted; the table is as it was."""

    def broken(*_: object, **__: object) -> Applied:
        raise RuntimeError(f"no way: {MARK}")

    held = sk.Instaleap(MARK, base_url="http://127.0.0.1:9/api/v3")
    browser = SegmentBrowser(sk.InfinityStore(infinity), apply=broken).edit("400", "segment_name", "A")
    view = confirmed(browser)
    assert view["error"].startswith("RuntimeError: no way")
    assert not holds_the_canary(json.dumps(view))
    assert not holds_the_canary(repr(held))
    assert view["rows"][0]["cells"][1]["text"] == "A"


def test_without_a_callable_it_only_plans(infinity: sk.Infinity) -> None:
    """A browser that was given nobody to send shows plan and code, and refuses to send."""
    browser = SegmentBrowser(sk.InfinityStore(infinity)).edit("400", "segment_name", "A")
    assert not browser.view["can_send"]
    assert "give apply=segkit.apply" in do(browser, do="confirm")["error"]
    with pytest.raises(InvalidInput, match="give a callable"):
        SegmentBrowser(sk.InfinityStore(infinity), apply="yes")  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match=r"InfinityStore\(client\)"):
        SegmentBrowser(infinity)  # type: ignore[arg-type]


def test_customers_are_browsed_by_what_was_sent(tmp_path: Any) -> None:
    """What was sent to Instaleap is a table too, a customer a row; a line that is no segment stays typed, and bars the plan."""
    leap = sk.Instaleap.sandbox().with_options(retries=QUICK)
    leap.double.instaleap.enrol("c-1", "c-2")
    store = sk.InstaleapStore(leap, sent=tmp_path / "sent.sqlite")
    wanted = pd.DataFrame({"document_id": ["c-1", "c-2"], "type": "membership", "value": "GOLD"})
    assert sk.apply(sk.plan(store, wanted), store, progress=False).ok
    browser = SegmentBrowser(store, apply=sk.apply)
    view = do(browser, do="edit", row="c-1", column="segments", text="membership")
    assert view["rows"][0]["cells"][1]["text"] == "membership"
    assert any("membership = GOLD" in finding["fix"] for finding in view["plan"]["findings"])
    assert not view["plan"]["can_apply"]
    assert sk.plan(store, browser.wanted).counts["blocked"] == 1
    assert "1 delete" not in view["plan"]["told"]
    browser.edit("c-1", "segments", "membership = GOLD\ncity = Lima").edit("c-2", "segments", "")
    assert confirmed(browser)["outcome"]["ok"]
    kept = leap.double.instaleap.segments
    assert (kept["c-1"], kept["c-2"]) == ((("city", "Lima"), ("membership", "GOLD")), ())


def test_thousands_of_segments_are_shown_a_page_at_a_time() -> None:
    """The view holds a page; what is typed keeps its place until the table is sorted or searched anew."""
    browser = SegmentBrowser(sk.CIOPulseStore(portal_of(60)), apply=sk.apply)
    assert len(browser.view["rows"]) == 25
    assert browser.view["told"] == "60 of 60 segments, page 1 of 3"
    shown = [row["row"] for page in range(3) for row in do(browser, do="page", to=page)["rows"]]
    assert sorted(shown) == sorted(f"s{number}" for number in range(60))
    assert do(browser, do="page", to=9)["page"] == 2
    view = do(browser, do="sort", column="segment_name")
    first = view["rows"][0]["row"]
    assert do(browser, do="edit", row=first, column="segment_name", text="Zzz")["rows"][0]["row"] == first
    assert do(browser, do="sort", column="segment_name")["rows"][0]["row"] == first
    assert [row["row"] for row in do(browser, do="find", text="zzz")["rows"]] == [first]
    assert do(browser, do="find", text="")["told"].startswith("60 of 60")
    assert [row["row"] for row in do(browser, do="changed", value=True)["rows"]] == [first]
    do(browser, do="edit", row=first, column="segment_name", text="")
    browser.undo().undo()
    do(browser, do="changed", value=False)
    do(browser, do="find", text="segment 5")
    browser.edit("s5", "segment_name", "Five")
    do(browser, do="page", to=1)
    assert "s5" in [row["row"] for row in do(browser, do="page", to=0)["rows"]]


BAD: list[dict[str, Any]] = [
    {"do": "edit"},
    {"do": "edit", "row": "400", "column": "nope", "text": "x"},
    {"do": "edit", "row": "1", "column": "segment_name", "text": "x"},
    {"do": "remove", "row": None},
    {"do": "page", "to": "x"},
    {"do": "page", "to": -1},
    {"do": "sort", "column": "nope"},
    {"do": "apply"},
    {"do": "confirm"},
    {"do": "nothing"},
    {},
]


@pytest.mark.parametrize("message", BAD, ids=str)
def test_a_message_that_cannot_be_changes_nothing(browser: SegmentBrowser, message: dict[str, Any]) -> None:
    """It is answered with what is wrong, and table and plan are as they were."""
    before = dict(browser.view)
    after = do(browser, **message)
    assert after["heard"] == before["heard"] + 1
    assert {name: after[name] for name in ("rows", "plan", "code")} == {name: before[name] for name in ("rows", "plan", "code")}
    assert after["error"] or message.get("do") not in {"edit", "remove", "page", "sort", "apply", "confirm"}


def test_the_copy_shows_table_and_plan(browser: SegmentBrowser) -> None:
    """The static copy shows what is to be changed, in the table and as a plan, and that a double's segments are made up."""
    html = browser.edit("400", "segment_name", "Shop")._twin.html("now")
    for words in (
        "~ update",
        "act begins 12",
        "sandbox.invalid/config/v2/igrps/1: synthetic",
        "Plan for segments of an Infinity",
    ):
        assert words in html
    assert repr(browser).endswith("1 rows changed>")


def test_a_registry_that_cannot_be_read_again_is_told(browser: SegmentBrowser, infinity: sk.Infinity) -> None:
    """The table stays, with what was typed."""
    browser.edit("400", "segment_name", "A")
    infinity.double.faults.add("503", times=99)
    view = do(browser, do="read")
    assert "503" in view["error"]
    assert view["rows"][0]["cells"][1]["text"] == "A"
    with pytest.raises(errors.CallError):
        SegmentBrowser(browser._store)


@pytest.mark.parametrize("cells", [{"segment_id": "402"}, {"segment_ref": "toys"}], ids=str)
@pytest.mark.parametrize("is_removed", [False, True])
def test_a_new_row_never_changes_a_segment_that_is_there(
    infinity: sk.Infinity, cells: dict[str, str], *, is_removed: bool
) -> None:
    """A new row with the id or reference of another bars the plan, also where the other is removed; code and frame lack it."""
    infinity.create_segment("Toys", [("href", "begins", "/toys")], ref="toys", segment_id=402)
    browser = SegmentBrowser(sk.InfinityStore(infinity), apply=sk.apply).edit("401", "segment_name", "B")
    if is_removed:
        browser.remove("402")
    browser.add(**cells, segment_name="Shop", criteria="href begins /shop")
    view = browser.view
    assert view["rows"][0]["sign"] == "✗"
    assert "402 is there already" in view["rows"][0]["why"]
    assert not view["plan"]["can_apply"]
    assert "# new 1 is left out" in view["code"]
    names: dict[str, Any] = {"store": browser._store}
    exec(browser.code.replace("sk.apply(plan, store)", ""), names)  # noqa: S102 - the code that the widget shows
    for plan in (names["plan"], sk.plan(browser._store, browser.wanted, prune=is_removed)):
        touched = {row.key: row.action for row in plan.rows if row.action != "no-op"}
        assert touched == {"401": "update", **({"402": "delete"} if is_removed else {})}
    browser.remove("new 1")
    assert browser.view["plan"]["can_apply"]


def test_two_new_rows_of_one_customer_are_not_put_together() -> None:
    """Without a file of what was sent, customers are added by hand; two rows of one customer bar the plan."""
    leap = sk.Instaleap.sandbox().with_options(retries=QUICK)
    leap.double.instaleap.enrol("c-1")
    browser = SegmentBrowser(sk.InstaleapStore(leap), apply=sk.apply)
    browser.add(document_id="c-1", segments="city = Lima").add(segments="membership = GOLD")
    assert not browser.view["plan"]["can_apply"]
    browser.edit("new 2", "document_id", "c-1")
    assert "several new rows are c-1" in browser.view["rows"][0]["why"]
    assert not browser.view["plan"]["can_apply"]
    browser.remove("new 2")
    assert confirmed(browser)["outcome"]["ok"]
    assert leap.double.instaleap.segments["c-1"] == (("city", "Lima"),)


def test_a_row_is_added_with_all_its_cells_or_not_at_all(browser: SegmentBrowser) -> None:
    """A column that is not there is named, and no row is added."""
    with pytest.raises(InvalidInput, match=r"no column 'segment_nme'; there are segment_id"):
        browser.add(segment_ref="shop", segment_nme="Shop")
    assert not browser._editing.edits.added


def test_two_browsers_of_one_store_plan_on_what_each_has_read(browser: SegmentBrowser, infinity: sk.Infinity) -> None:
    """What another browser reads later is no part of the plan of the first, which speaks of what was changed alone."""
    infinity.create_segment_group("Fresh")
    other = infinity.create_segment("Other", [("href", "begins", "/o")], ref="other")
    assert SegmentBrowser(browser._store).plan.empty
    browser.edit("400", "segment_name", "Shop").add(segment_ref="other", segment_name="O", criteria="href begins /o")
    assert {row.key: row.action for row in browser.plan.rows if row.action != "no-op"} == {"400": "update", "ref:other": "create"}
    assert "stale" in confirmed(browser)["error"]
    view = do(browser, do="read")
    assert f"{other.segment_id} is there already" in view["rows"][0]["why"]
    view = do(browser, do="edit", row="new 1", column="segment_name", text="Other")
    assert [row["row"] for row in do(browser, do="read")["rows"]] == ["400", "401", str(other.segment_id)]


def test_what_an_apply_did_before_it_failed_is_found_again(browser: SegmentBrowser) -> None:
    """Read again after an apply that broke off, new rows that came to be are rows of the registry; the doubt is told."""

    def breaks(plan: Any, store: Any, **how: Any) -> Applied:
        sk.apply(plan, store, **how)
        raise RuntimeError("cut off")

    browser._apply = breaks
    browser.add(segment_ref="shop", segment_name=" Shop", criteria="href begins /b\nact eq a").edit("400", "segment_name", "A")
    assert "some of it may have been sent: read again" in confirmed(browser)["error"]
    view = do(browser, do="read")
    assert browser.plan.empty
    assert [row["is_new"] for row in view["rows"]] == [False, False, False]
    assert repr(browser).endswith("0 rows changed>")


def test_a_callable_that_says_nothing_is_told(browser: SegmentBrowser) -> None:
    """An apply that returns nothing leaves the table as it was, and says how to see what it did."""
    browser._apply = lambda *_, **__: None
    browser.edit("400", "segment_name", "A")
    assert confirmed(browser)["error"] == (
        "apply returned NoneType, and not what became of the plan: read again to see what is there"
    )
    assert browser.applied is None


def test_an_interrupted_apply_leaves_a_view_that_can_be_used(browser: SegmentBrowser) -> None:
    """Interrupting the kernel takes the question back, and the view says so."""

    def interrupted(*_: Any, **__: Any) -> Applied:
        raise KeyboardInterrupt

    browser._apply = interrupted
    browser.edit("400", "segment_name", "A")
    with pytest.raises(KeyboardInterrupt):
        confirmed(browser)
    assert browser.view["confirm"] is None


def test_a_group_that_is_gone_still_says_that_it_narrows(browser: SegmentBrowser) -> None:
    """What the table is narrowed to is always one of the groups on offer."""
    browser.edit("400", "segment_group_name", "Lone")
    assert do(browser, do="group", value="Lone")["told"].startswith("1 of 2")
    browser.edit("400", "segment_group_name", "Default")
    view = do(browser, do="group", value="Lone")
    assert view["rows"] == []
    assert {"value": "Lone", "text": "Lone (0)"} in view["groups"]


def test_keys_of_any_kind_are_edited() -> None:
    """Keys that look like ours, with zeros, spaces or markup in them are changed and deleted, each as the one it is."""
    portal = portal_of(0)
    keys = [" a", "new 1", "row new 1", "007", "<b>", "ü", "a/b&clean", "group:x", "ref:x"]
    for number, key in enumerate(keys):
        portal.upsert_segment(key, segment_code=f"C{number}", segment_name=f"N{number}")
    browser = SegmentBrowser(sk.CIOPulseStore(portal), apply=sk.apply)
    for key in keys[1:]:
        browser.edit(key, "segment_name", f"M {key.replace(':', '')}")
    browser.remove(" a").add(system_id="new 2", segment_code="X", segment_name="x")
    assert browser.plan.counts == {"create": 1, "update": 8, "delete": 1, "no-op": 0, "blocked": 0}
    assert confirmed(browser, "too-many-updates")["outcome"]["ok"]
    assert set(browser._store.read()) == {*keys[1:], "new 2"}
    assert browser.plan.empty


def test_a_value_that_is_very_long_does_not_hide_the_others(browser: SegmentBrowser) -> None:
    """What was, and the lines of the plan, show its beginning and how long it is; its own cell has all of it."""
    many = ",".join(f"/p{number}" for number in range(3000))
    browser.edit("400", "criteria", f"href in {many}")
    assert confirmed(browser)["outcome"]["ok"]
    view = do(browser, do="edit", row="400", column="criteria", text="href begins /p")
    told = f"… ({len(f'href in {many}'):,} characters)"
    assert view["rows"][0]["cells"][5]["was"].endswith(told)
    assert told in view["plan"]["lines"][0]["text"]
    assert len(view["plan"]["lines"][0]["text"]) < 1000
    assert do(browser, do="undo")["rows"][0]["cells"][5]["text"] == f"href in {many}"
