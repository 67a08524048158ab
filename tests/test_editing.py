"""The laws of a registry's table under a hand: what it shows, what it wants, what can be undone, what is looked at."""

from __future__ import annotations

import random
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plans import NAMES, Portal, planned, portals, store_of

import segkit as sk
from segkit.errors import InvalidInput
from segkit.registry.editing import Editing, Edits
from segkit.registry.looking import Look, groups
from segkit.registry.portal_schema import SCHEMA
from segkit.registry.proposal import Proposal
from segkit.registry.segment_schema import SCHEMA as INFINITY

THERE: Portal = {
    "s2": {"segment_code": "C2", "segment_name": "Süd", "active": True},
    "s10": {"segment_code": "C10", "segment_name": "North", "active": False},
    "s1": {"segment_code": "C1", "segment_name": "north 2", "active": True},
}


def edited(editing: Editing, seed: int, steps: int) -> Editing:
    """Do what a hand may do, at random."""
    chance = random.Random(seed)  # noqa: S311 - a test's own
    for _ in range(steps):
        rows = editing.rows
        act = chance.choice(["typed", "typed", "typed", "add", "remove", "restore", "undo", "redo"])
        if act in {"add", "undo", "redo"} or not rows:
            editing = getattr(editing, act if rows else "add")()
        elif act == "typed":
            row = chance.choice(rows)
            column = chance.choice(editing.columns if row in editing.edits.added else editing.schema.names)
            texts = {
                "active": ["true", "false", "n"],
                "segment_name": NAMES,
                "segment_code": ["C1", "C9", ""],
                "system_id": ["s1", "x", ""],
            }
            editing = editing.typed(row, column, chance.choice(texts[column]))
        else:
            editing = getattr(editing, act)(chance.choice(rows))
    return editing


def expected(editing: Editing) -> Portal | None:
    """Work out with dicts what the table wants, None where a new row or an emptied cell cannot be."""
    wanted: Portal = {}
    for row in editing.rows:
        if row in editing.edits.removed:
            continue
        texts = {name: editing.text(row, name) for name in editing.columns}
        key = texts.pop("system_id") or None
        flag = {"true": True, "n": False, "false": False, "": True}[texts["active"]]
        name = texts["segment_name"].replace(":", "-")
        if key is None or key in wanted or not texts["segment_code"] or not name:
            return None
        wanted[key] = {"segment_code": texts["segment_code"], "segment_name": name, "active": flag}
    codes = [values["segment_code"] for values in wanted.values()]
    return wanted if len(set(codes)) == len(codes) else None


@given(portals(least=1), st.integers(0, 10**6), st.integers(0, 12))
def test_the_plan_makes_the_registry_what_the_table_shows(portal: Portal, seed: int, steps: int) -> None:
    """Whatever a hand did, carrying the plan out leaves exactly the table, worked out with dicts; what cannot be is blocked."""
    store = store_of(portal)
    editing = edited(Editing(SCHEMA, store.read()), seed, steps)
    plan = Proposal.of(store, editing).plan
    wanted = expected(editing)
    if wanted is None:
        assert not plan.pending or plan.findings.errors
        return
    if any(each.code in {"empty-wanted", "blocked-rows"} for each in plan.findings.errors):
        # every row removed, or a new one under a key that is there, also of a row that is removed
        assert not wanted or any(editing.text(row, "system_id") in portal for row in editing.edits.added)
        return
    assert not any(editing.text(row, "system_id") in portal for row in editing.edits.added)
    if plan.pending:
        assert sk.apply(plan, store, allow=["too-many-deletes", "too-many-updates"], progress=False).ok
    there = {key: {**record, "active": bool(record["active"])} for key, record in store.read().items()}
    assert there == wanted


@given(portals(least=1), st.integers(0, 10**6), st.integers(0, 12))
def test_undo_goes_back_and_redo_forth(portal: Portal, seed: int, steps: int) -> None:
    """Undone to the end, the table is as it was read, and the plan is empty; done again, it is as it was left."""
    there = {key: dict(values) for key, values in portal.items()}
    left = edited(Editing(SCHEMA, there), seed, steps)
    back = left
    while back.past:
        back = back.undo()
    assert back.edits == Edits()
    assert planned(portal, back.wanted()).empty
    forth = back
    while forth.future:
        forth = forth.redo()
    while left.future:
        left = left.redo()
    assert forth.edits == left.edits


def test_what_was_not_touched_is_not_wanted() -> None:
    """The frame has the rows that were changed, and of these the key and the cells that were typed; typing back wants nothing."""
    editing = Editing(SCHEMA, THERE).typed("s1", "segment_name", "West")
    pd.testing.assert_frame_equal(
        editing.wanted(),
        pd.DataFrame({"system_id": ["s1"], "segment_name": ["West"]}, dtype="str").set_index(
            pd.Index(["s1"], dtype="object", name="row")
        ),
    )
    assert editing.typed("s1", "segment_name", "north 2").edits == Edits()
    assert len(Editing(SCHEMA, THERE).wanted()) == 3


def test_an_emptied_cell_is_to_be_cleared() -> None:
    """What was there and is emptied is cleared, or refused where it cannot be; what was empty and stays so says nothing."""
    there = {
        "400": {
            "segment_name": "A",
            "segment_ref": "r",
            "segment_order": 0,
            "org_id": 1,
            "criteria": None,
            "segment_group_name": "Default",
        }
    }
    editing = Editing(INFINITY, there).typed("400", "segment_ref", "  ")
    assert editing.wanted()["segment_ref"].tolist() == [sk.CLEAR]
    assert Editing(INFINITY, there).typed("400", "criteria", "").edits == Edits()
    plan = planned(THERE, Editing(SCHEMA, THERE).typed("s1", "segment_name", "").wanted())
    assert plan.counts["blocked"] == 1
    assert "cannot-be-cleared" in plan.findings.codes


@pytest.mark.parametrize(
    ("act", "complaint"),
    [
        (lambda editing: editing.typed("s9", "segment_name", "x"), "there is no row 's9'"),
        (lambda editing: editing.typed("s1", "name", "x"), "there is no column 'name'"),
        (lambda editing: editing.typed("s1", "system_id", "s9"), "add a row and remove this one"),
        (lambda editing: editing.remove("s9"), "there is no row"),
        (lambda editing: editing.restore("new 1"), "there is no row"),
        (lambda _: Editing(INFINITY, {"1": {}}).remove("1"), "built in"),
        (lambda _: Editing(INFINITY, {"group:A": {}}).typed("group:A", "segment_name", "x"), "there is no row"),
        (lambda editing: Look("name").rows(editing), "there is no column 'name'"),
        (lambda _: Look().turned(-1), "there is no page -1"),
    ],
)
def test_what_is_not_there_is_named(act: Any, complaint: str) -> None:
    """A row, a column or a page that is not there is refused by its name, and a key is never changed."""
    with pytest.raises(InvalidInput, match=complaint):
        act(Editing(SCHEMA, THERE))


def test_changes_are_laid_onto_what_is_read_again() -> None:
    """What somebody else did stays, what is the same by now vanishes, rows that are gone take their changes along."""
    editing = Editing(SCHEMA, THERE).typed("s1", "segment_name", "West").typed("s2", "segment_code", "C5").remove("s10").add()
    now = {"s1": {**THERE["s1"], "segment_name": "West", "segment_code": "C7"}, "s3": THERE["s2"]}
    again = editing.reread(now)
    assert again.edits == Edits(added=("new 1",))
    assert again.text("s1", "segment_code") == "C7"
    assert not again.past
    assert editing.reread(THERE, ["new 1", "s2"]).edits == Edits({"s1": {"segment_name": "West"}}, removed=frozenset({"s10"}))


def test_a_new_row_keeps_what_was_typed_where_its_name_is_taken() -> None:
    """A segment that came to be may be called as a new row was: the row has another name then, and all its cells."""
    editing = Editing(SCHEMA, THERE).add().add().typed("new 1", "segment_code", "A").typed("new 2", "segment_code", "B")
    again = editing.reread({**THERE, "new 2": THERE["s1"]})
    assert again.edits == Edits({"new 3": {"segment_code": "B"}, "new 1": {"segment_code": "A"}}, ("new 3", "new 1"))
    assert again.rows.count("new 2") == 1


def test_a_blank_where_nothing_was_says_nothing() -> None:
    """Spaces in a cell that was empty are no value; a key that is there is never stripped."""
    editing = Editing(SCHEMA, {" s": THERE["s1"]}).typed(" s", "segment_name", "x").add().typed("new 1", "segment_name", " ")
    assert editing.wanted()["system_id"].tolist()[1:] == [" s"]
    assert editing.wanted()["segment_name"].isna().tolist() == [True, False]


def test_a_new_row_never_takes_a_name_that_is_there() -> None:
    """A segment may be called as new rows are."""
    editing = Editing(SCHEMA, {"new 1": THERE["s1"]}).add().add()
    assert editing.edits.added == ("new 3", "new 2")
    assert editing.remove("new 2").edits == Edits(added=("new 3",))


def test_rows_are_sorted_as_people_count_and_read() -> None:
    """Keys by their number where they are numbers, texts without case and accents, what is empty last either way."""
    editing = Editing(SCHEMA, THERE).typed("s2", "segment_code", "")
    assert Look().sorted_by("segment_name").rows(editing) == ["s10", "s1", "s2"]
    assert Look("segment_code").rows(editing) == ["s1", "s10", "s2"]
    assert Look("segment_code", down=True).rows(editing) == ["s10", "s1", "s2"]
    numbers = {key: {"segment_order": order} for key, order in (("400", 10), ("9", 9), ("1000", 100))}
    assert Editing(INFINITY, numbers).rows == ["9", "400", "1000"]
    assert Look("segment_order", down=True).rows(Editing(INFINITY, numbers)) == ["1000", "400", "9"]
    look = Look()
    for column, down in (("segment_name", False), ("segment_name", True), (None, False)):
        look = look.sorted_by("segment_name")
        assert (look.column, look.down) == (column, down)


def test_rows_are_found_by_words_groups_and_changes() -> None:
    """Every word must stand somewhere in the row, whatever its case and accents; a group's rows, and the changed ones, alone."""
    editing = Editing(SCHEMA, THERE).typed("s1", "active", "false").add()
    assert Look(words="NORTH c1").rows(editing) == ["s1", "s10"]
    assert Look(words="sud").rows(editing) == ["s2"]
    assert Look(words="nobody").rows(editing) == []
    assert Look(changed=True).rows(editing) == ["new 1", "s1"]
    grouped = {
        "group:Empty": {"segment_group_name": "Empty"},
        "5": {"segment_group_name": "Shops"},
        "4": {"segment_group_name": "Default"},
    }
    table = Editing(INFINITY, grouped).typed("4", "segment_group_name", "Shops")
    assert Look(group="Shops").rows(table) == ["4", "5"]
    assert groups(table) == {"Empty": 0, "Shops": 2}
    assert groups(table.remove("5")) == {"Empty": 0, "Shops": 1}
    assert groups(editing) == {}


def test_nothing_is_planned_beyond_what_is_owned() -> None:
    """A row outside of what is owned is blocked, and says so beside it."""
    store = store_of({key: dict(values) for key, values in THERE.items()})
    editing = Editing(SCHEMA, store.read()).typed("s1", "segment_name", "West").typed("s2", "segment_name", "East")
    proposal = Proposal.of(store, editing, ["s2"])
    assert {row: planned.action for row, planned in proposal.rows().items()} == {"s1": "blocked", "s2": "update"}
    assert not proposal.can_apply
