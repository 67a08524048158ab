"""Plans for Infinity: segments, groups, references, orders, built-ins, ids that the vendor gives."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import segkit as sk
from segkit.errors import InvalidInput
from segkit.registry.schema import CLEAR

SHOP = '[["href","inc","/shop"]]'
LIFT = ["too-many-deletes", "too-many-updates"]
GROUPS = ["Default", "Shops", "Others", "Segment Group Name 400"]

Wanted = dict[int, dict[str, Any]]


@st.composite
def installations(draw: st.DrawFn) -> Wanted:
    """Draw segments: references of which no two are the same, orders that may be the places of a list, groups."""
    ids = draw(st.lists(st.integers(400, 406), unique=True, min_size=1))
    refs = draw(st.permutations([None, "r1", "r2", "r3", "r4", "r5", "r6"]))
    orders = draw(st.permutations(range(len(ids)))) if draw(st.booleans()) else [draw(st.integers(0, 9)) for _ in ids]
    return {
        number: {
            "segment_name": f"{draw(st.sampled_from(['A', 'B']))} {number}",
            "segment_ref": ref,
            "segment_order": order,
            "criteria": draw(st.sampled_from([SHOP, '[["act","eq","1"],["href","ends","x"]]'])),
            "segment_group_name": draw(st.sampled_from(GROUPS)),
        }
        for number, ref, order in zip(ids, refs, orders, strict=False)
    }


def frame_of(wanted: Wanted) -> pd.DataFrame:
    """Return the frame that wants segments; a reference that is none is cleared."""
    rows = [{"segment_id": number, **values, "segment_ref": values["segment_ref"] or CLEAR} for number, values in wanted.items()]
    return pd.DataFrame(rows)


def kept(client: sk.Infinity) -> dict[int, tuple[Any, ...]]:
    """Return what the double keeps in use, not read through the store: name, reference, order, fields, group."""
    rows = client.double.infinity.rows(1)
    names = {group["segmentGroupId"]: group["segmentGroupName"] for group in client.double.infinity.rows(1, "segmentGroups")}
    return {
        row["segment"]: (
            row["segmentName"],
            row["segmentRef"] or None,
            row["segmentOrder"],
            sorted(each["field"] for each in row["criteria"]),
            names[row["segmentGroupId"]],
        )
        for row in rows
        if row["segmentStatus"] == 200 and row["segment"] > 1
    }


def expected(wanted: Wanted) -> dict[int, tuple[Any, ...]]:
    """Return the same of what is wanted."""
    return {
        number: (
            values["segment_name"],
            values["segment_ref"],
            values["segment_order"],
            sorted(field for field in ("href", "act") if f'"{field}"' in values["criteria"]),
            values["segment_group_name"],
        )
        for number, values in wanted.items()
    }


def carried_out(store: sk.InfinityStore, frame: pd.DataFrame, *, prune: bool = False) -> Any:
    """Plan and apply; the plan after it must be empty."""
    done = sk.apply(sk.plan(store, frame, prune=prune), store, progress=False, allow=LIFT)
    assert done.ok, str(done)
    again = sk.plan(store, frame, prune=prune)
    assert again.empty, str(again)
    return done


@settings(max_examples=40)
@given(installations(), installations(), st.booleans())
def test_any_installation_becomes_any_other(first: Wanted, second: Wanted, groups: bool) -> None:  # noqa: FBT001 - drawn
    """References are swapped, groups made and deleted, orders set: it is as wanted, and the next plan is empty."""
    client = sk.Infinity.sandbox(infinity_deleted="gone")
    store = sk.InfinityStore(client, prune_groups=groups)
    carried_out(store, frame_of(first), prune=True)
    assert kept(client) == expected(first)
    carried_out(store, frame_of(second), prune=True)
    assert kept(client) == expected(second)
    if groups:
        named = {values["segment_group_name"] for values in second.values()} | {"Default"}
        assert {row["segmentGroupName"] for row in client.double.infinity.rows(1, "segmentGroups")} == named


def test_the_plan_of_an_export_is_empty_also_of_the_clients_own_frame() -> None:
    """What `export` writes, and what `Segments.to_frame` writes, with the built-in segments, is no change."""
    client = sk.Infinity.sandbox()
    client.create_segment("Shop", [("href", "inc", "/shop")])
    store = sk.InfinityStore(client)
    assert sk.plan(store, store.export(), prune=True).empty
    assert sk.plan(store, client.segments().to_frame(), prune=True).empty


def test_places_are_given_by_one_call_at_the_end() -> None:
    """Where the orders are 0, 1, 2 and so on; else each update carries its own."""
    client = sk.Infinity.sandbox()
    store = sk.InfinityStore(client)
    assert carried_out(store, pd.DataFrame({"segment_id": [400, 401], "segment_order": [1, 0]})).calls == 1
    assert [call.endpoint for call in client.double.calls if "PUT" in call.endpoint]
    assert carried_out(store, pd.DataFrame({"segment_id": [400, 401], "segment_order": [7, 9]})).calls == 2


def test_built_in_segments_are_never_touched() -> None:
    """A change of one is blocked; a prune leaves them."""
    store = sk.InfinityStore(sk.Infinity.sandbox())
    plan = sk.plan(store, pd.DataFrame({"segment_id": [1], "segment_name": ["Mine"]}))
    assert plan.rows[0].reason == "segment 1 (Default) is built in"
    pruned = sk.plan(store, pd.DataFrame({"segment_id": [400]}), prune=True)
    assert {row.key for row in pruned.rows if row.action == "delete"} == {"401"}


def test_a_segment_without_an_id_is_found_by_its_reference() -> None:
    """Made once, though the vendor's answer names no id; a second plan finds it, and so does the same plan applied again."""
    client = sk.Infinity.sandbox()
    store = sk.InfinityStore(client)
    frame = pd.DataFrame({"segment_ref": ["shop"], "segment_name": ["Shop"], "criteria": [SHOP]})
    plan = sk.plan(store, frame)
    assert [row.key for row in plan.rows if row.action == "create"] == ["ref:shop"]
    assert sk.apply(plan, store, progress=False).ok
    assert sk.plan(store, frame).empty
    again = sk.apply(plan, store, progress=False)
    assert (again.calls, again.counts["skipped"]) == (0, 1)
    assert sum(segment.ref == "shop" for segment in client.segments().values()) == 1
    nothing = sk.plan(store, pd.DataFrame({"segment_name": ["Shop"], "criteria": [SHOP]}))
    assert "no-key" in nothing.findings.codes


def test_an_id_that_is_given_is_not_left_to_the_vendor_to_give_away() -> None:
    """The vendor's next id is 402: the segment that wants it is made before the one that takes what comes."""
    client = sk.Infinity.sandbox()
    frame = pd.DataFrame({"segment_id": [None, 402], "segment_ref": ["shop", None], "segment_name": "New", "criteria": SHOP})
    assert carried_out(sk.InfinityStore(client), frame).calls == 2
    assert [segment.ref for segment in (client.segment(402), client.segment(403))] == ["", "shop"]


def test_a_group_stays_where_a_segment_that_is_not_owned_stays_in_it() -> None:
    """The plan says who; a segment that somebody moves into a group that is to go makes the plan stale."""
    client = sk.Infinity.sandbox(infinity_deleted="gone")
    store = sk.InfinityStore(client, prune_groups=True)
    carried_out(store, pd.DataFrame({"segment_id": [400, 401], "segment_group_name": ["Shops", "Shops"]}))
    wanted = pd.DataFrame({"segment_id": [400], "segment_group_name": ["Others"]})
    owned = ["400", "group:Shops", "group:Segment Group Name 400"]
    plan = sk.plan(store, wanted, prune=True, owned=owned)
    (kept,) = [row for row in plan.rows if row.key == "group:Shops"]
    assert (kept.action, kept.reason) == ("no-op", "it is not in the frame, and not deleted because 401 stays in it")
    client.update_segment(401, group_id=400)
    with pytest.raises(InvalidInput, match="stale") as caught:
        sk.apply(plan, store, progress=False)
    told = "it is in 'Segment Group Name 400' now, which is to be deleted"
    assert [(found.where, found.message) for found in caught.value.findings] == [("401", told)]
    assert sk.apply(sk.plan(store, wanted, prune=True, owned=owned), store, progress=False).ok
    assert sk.plan(store, wanted, prune=True, owned=owned).empty
    assert [group.name for group in client.segment_groups().values()] == [
        "Segment Group Name 400",
        "Segment Group Name 401",
        "Others",
    ]


def test_a_move_to_another_group_says_what_it_does_not_change() -> None:
    """It only affects new data, as documented."""
    store = sk.InfinityStore(sk.Infinity.sandbox())
    (change,) = [
        change
        for change in sk.plan(store, pd.DataFrame({"segment_id": [400], "segment_group_name": ["Shops"]})).changes
        if change.action == "update"
    ]
    assert change.reason.endswith("this only affects new data.")


def test_a_plan_never_renames_a_group_and_says_where_that_may_be_meant() -> None:
    """All of its segments into a new one: made and moved, with a finding that names the call; after the call nothing is left."""
    client = sk.Infinity.sandbox()
    store = sk.InfinityStore(client)
    carried_out(store, pd.DataFrame({"segment_id": [400, 401], "segment_group_name": ["Shops", "Shops"]}))
    wanted = pd.DataFrame({"segment_id": [400, 401], "segment_group_name": ["Stores", "Stores"]})
    (found,) = sk.plan(store, wanted).findings
    assert (found.code, found.severity, found.where) == ("rename-or-move", "info", "group:Stores")
    assert found.message == "all segments of group 'Shops' move to 'Stores', which is made: a new group has no history"
    assert found.fix == "If it is to be renamed, call update_segment_group(402, 'Stores'), and make the plan anew."
    assert "rename-or-move" in sk.plan(store, wanted).to_markdown()
    assert not sk.plan(store, wanted.head(1)).findings, "one of them moves: it is no rename"
    client.update_segment_group(402, "Stores")
    assert sk.plan(store, wanted).empty


def test_two_groups_of_one_name_block_until_one_is_named_by_its_id() -> None:
    """The name is no answer then; ``#id`` is. A group that nobody names is no matter."""
    client = sk.Infinity.sandbox()
    one, two = (client.create_segment_group("Shops").group_id for _ in range(2))
    store = sk.InfinityStore(client)
    plan = sk.plan(store, pd.DataFrame({"segment_id": [400], "segment_group_name": ["Shops"]}))
    assert "two-groups-of-one-name" in plan.findings.codes
    with pytest.raises(InvalidInput, match="blocked"):
        sk.apply(plan, store, progress=False)
    carried_out(store, pd.DataFrame({"segment_id": [400], "segment_group_name": [f"#{two}"]}))
    assert client.segment(400).group_id == two != one
    assert sk.plan(store, pd.DataFrame({"segment_id": [401], "segment_order": [5]})).findings.ok


def test_a_plan_that_deletes_one_of_two_groups_of_one_name_goes_on() -> None:
    """The other, which the plan tells by its id, has the name for itself then: it is told by its id until all is done."""
    client = sk.Infinity.sandbox(infinity_deleted="gone")
    one, two = (client.create_segment_group("Shops").group_id for _ in range(2))
    store = sk.InfinityStore(client, prune_groups=True)
    wanted = pd.DataFrame({"segment_id": [400, 401], "segment_group_name": [f"#{one}", f"#{one}"]})
    plan = sk.plan(store, wanted, prune=True)
    client.delete_segment_group(two)  # as a run that was broken off then
    assert sk.apply(plan, store, progress=False).ok
    assert one in client.segment_groups()
    assert sk.plan(store, wanted, prune=True).empty


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "an id beyond the bounds": ({"segment_id": [65536], "segment_name": ["x"], "criteria": [SHOP]}, "id-out-of-bounds"),
    "a long name": ({"segment_id": [400], "segment_name": ["x" * 101]}, "too-long"),
    "an order beyond the bounds": ({"segment_id": [400], "segment_order": [65536]}, "order-out-of-bounds"),
    "a field that criteria cannot look at": ({"segment_id": [400], "criteria": ['[["goal","eq","1"]]']}, "excluded-field"),
    "no criteria": ({"segment_id": [400], "criteria": ["[]"]}, "no-criteria"),
    "criteria that are no JSON": ({"segment_id": [400], "criteria": ["{"]}, "unreadable-cell"),
    "a group that is not there": ({"segment_id": [400], "segment_group_id": [77]}, "no-such-group"),
    "two groups": ({"segment_id": [400], "segment_group_id": [0], "segment_group_name": ["Shops"]}, "two-groups"),
    "a deleted segment": ({"segment_id": [402], "segment_name": ["x"], "criteria": [SHOP]}, "id-gone"),
    "a status that is not in use": ({"segment_id": [400], "segment_status": [410]}, "not-in-use"),
    "an id that is no number": ({"segment_id": [400.5]}, "unreadable-cell"),
    "a reference that another has": ({"segment_id": [400], "segment_ref": ["Ref Segment 401"]}, "value-taken"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_the_vendor_would_refuse_is_blocked_before_anything_is_sent(name: str) -> None:
    """Each bound that is documented, and each clash with what is kept."""
    client = sk.Infinity.sandbox()
    client.delete_segment(client.create_segment("Gone", [("href", "inc", "/x")], segment_id=402).segment_id)
    columns, code = BAD[name]
    plan = sk.plan(sk.InfinityStore(client), pd.DataFrame(columns))
    assert code in plan.findings.codes
    assert plan.counts["blocked"] == 1


def test_a_number_that_pandas_read_as_a_float_is_a_whole_one() -> None:
    """A column with a missing id is one of floats: 400.0 is 400, and a missing one is none."""
    store = sk.InfinityStore(sk.Infinity.sandbox())
    frame = pd.DataFrame({"segment_id": [400.0, None], "segment_ref": [None, "Ref Segment 401"], "segment_order": [5.0, None]})
    plan = sk.plan(store, frame)
    assert [(row.key, row.after) for row in plan.rows if row.action == "update"] == [("400", {"segment_order": 5})]
    assert plan.counts["blocked"] == 0


def test_a_function_of_what_is_owned_gets_every_field_and_lets_groups_be_made() -> None:
    """It may look at any field, also of a new segment that lacks some and of a group; a new group needs no leave of its own."""
    client = sk.Infinity.sandbox()
    client.create_segment("Toys", [("href", "begins", "/toys")], ref="toys", org_id=7)
    store = sk.InfinityStore(client)
    rows = {"segment_ref": ["toys", "new"], "segment_name": ["Games", "New"], "criteria": [None, SHOP]}
    wanted = pd.DataFrame({**rows, "org_id": [None, 7], "segment_group_name": ["Fun", "Fun"]})

    def ours(key: str, values: dict[str, Any]) -> bool:
        asked.add(key)
        return bool(values["org_id"] == 7 and (values["segment_order"] or 0) < 9)

    asked: set[str] = set()
    plan = sk.plan(store, wanted, prune=True, owned=ours)
    toys = store.export().query("segment_ref == 'toys'")["segment_id"].astype("str").item()
    assert {row.key: row.action for row in plan.rows if row.action != "no-op"} == {
        toys: "update",
        "ref:new": "create",
        "group:Fun": "create",
    }
    assert "group:Segment Group Name 400" in asked
    assert sk.apply(plan, store, progress=False).ok
    assert {400, 401} <= set(client.segments())
