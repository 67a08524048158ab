"""Statements of the registries' pages (seeds 001, 002, 004) that no example prints, each through client and double."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from doubled import fault_of

import segkit as sk
from segkit import errors
from segkit.registry.drafts import Draft

if TYPE_CHECKING:
    from collections.abc import Callable

SHOP = [("href", "inc", "/shop")]

# CIOPulse


def test_inactive_segments_are_retrieved_like_others() -> None:
    """The page keeps them from a league table and from filters of dashboards, and not from the API."""
    cio = sk.CIOPulse.sandbox()
    cio.upsert_segment("one", segment_name="One", segment_code="1", active="n")
    assert [(segment.system_id, segment.active) for segment in cio.segments()] == [("one", False)]
    assert not cio.segment("one").active


def test_a_system_id_that_is_not_found_is_created_and_one_that_is_found_is_updated() -> None:
    """Also after it was deleted: 201, 200, 202, 201."""
    cio = sk.CIOPulse.sandbox()
    raw, new = cio.with_raw_response, {"segment_name": "Australia", "segment_code": "AUS"}
    replies = [
        raw.upsert_segment("x", **new),
        raw.upsert_segment("x", **new),
        raw.delete_segment("x"),
        raw.upsert_segment("x", **new),
    ]
    assert [each.reply.status for each in replies] == [201, 200, 202, 201]


def test_a_code_is_free_once_its_segment_is_deleted() -> None:
    """The code is unique among the segments that are there."""
    cio = sk.CIOPulse.sandbox()
    cio.upsert_segment("old", segment_name="Old", segment_code="AUS")
    assert fault_of(lambda: cio.upsert_segment("new", segment_name="New", segment_code="AUS")).status == 422
    cio.delete_segment("old")
    assert cio.upsert_segment("new", segment_name="New", segment_code="AUS").created


# Infinity

SECTIONS: dict[str, tuple[Callable[[Any], Any], int]] = {
    "list segments": (lambda raw: raw.segments(), 200),
    "read segment config": (lambda raw: raw.segment(400), 200),
    "create segment": (lambda raw: raw.create_segment(Draft.of(name="New", criteria=SHOP)), 201),
    "update segment config": (lambda raw: raw.update_segment(400, Draft.of(name="Other", criteria=SHOP)), 204),
    "order segment config": (lambda raw: raw.order_segments([401, 400]), 204),
    "delete segment config": (lambda raw: raw.delete_segment(400), 204),
    "list segment groups": (lambda raw: raw.segment_groups(), 200),
    "read segment group config": (lambda raw: raw.segment_group(400), 200),
    "create segment group": (lambda raw: raw.create_segment_group("Shops"), 201),
    "update segment group config": (lambda raw: raw.update_segment_group(400, "Shops"), 204),
    "delete segment group": (lambda raw: raw.delete_segment_group(400), 204),
}


@pytest.mark.parametrize("name", SECTIONS)
def test_each_section_answers_with_its_status(name: str) -> None:
    """Section by section; what creates, changes or deletes answers without a body."""
    call, status = SECTIONS[name]
    raw = call(sk.Infinity.sandbox().with_raw_response)
    raw.parse()
    assert raw.reply.status == status
    assert bool(raw.reply.body) == (status == 200)


@pytest.mark.parametrize("collection", ["segments", "segment_groups"])
def test_limit_and_offset_cut_a_list(collection: str) -> None:
    """Sections "List Segments" and "List Segment Groups"; a window beyond the end holds none."""
    raw: Any = getattr(sk.Infinity.sandbox().with_raw_response, collection)
    found = {window: list(raw(limit=window[0], offset=window[1]).parse()) for window in ((1, 0), (1, 1), (9, 1), (9, 2), (0, 0))}
    assert found == {(1, 0): [400], (1, 1): [401], (9, 1): [401], (9, 2): [], (0, 0): []}


@pytest.mark.parametrize("name", ["segment_group_id", "segment_group_name", "igrp", "segment_group_status"])
def test_groups_may_be_filtered_and_sorted_by_any_of_their_properties(name: str) -> None:
    """Section "List Segment Groups": by our names of the four."""
    infinity = sk.Infinity.sandbox()
    kept = infinity.segment_groups().to_frame()
    wanted = kept[name].iloc[0] if name in kept else 1
    assert 400 in infinity.segment_groups({name: wanted}, sort=[f"-{name}", "segment_group_id"])
    assert list(infinity.segment_groups({name: 77})) == []


def test_built_in_segments_always_have_order_0() -> None:
    """Section "Order Segment Config": whatever else is ordered; to name one of them is an error of the vendor's too."""
    infinity = sk.Infinity.sandbox()
    infinity.order_segments([401, 400])
    assert [infinity.segment(number).order for number in (0, 1)] == [0, 0]
    for number in (0, 1):
        refused = fault_of(
            lambda number=number: infinity.with_raw_response.order_segments([400, number]).parse(), errors.Rejected
        )
        assert "may not be ordered" in str(refused)


def test_each_segment_belongs_to_one_group_at_a_time() -> None:
    """Section "Segment Groups": in the other group it is no longer in the first, which can be deleted then."""
    infinity = sk.Infinity.sandbox()
    infinity.update_segment(400, group_id=400)
    infinity.update_segment(400, group_id=401)
    assert {number: list(infinity.segments({"segment_group_id": number})) for number in (0, 400, 401)} == {
        0: [401],
        400: [],
        401: [400],
    }
    infinity.delete_segment_group(400)


def test_a_group_s_id_is_unique_per_igrp_and_not_globally() -> None:
    """Section "Segment Groups": another installation begins its own count."""
    double = sk.Infinity.sandbox(7)
    made = double.create_segment_group("Mine")
    assert (made.igrp, made.group_id) == (7, 2)
    assert sk.Infinity.sandbox(1).create_segment_group("Mine").group_id == 402


@pytest.mark.parametrize(
    "edge",
    [
        {"segment_id": 2},
        {"segment_id": 65535},
        {"name": "n" * 100},
        {"ref": "r" * 100},
        {"order": 0},
        {"order": 65535},
        {"group_id": 0},
    ],
    ids=str,
)
def test_what_is_just_within_the_documented_bounds_is_taken(edge: dict[str, Any]) -> None:
    """Section "Create Segment": ids 2-65535, 100 characters, orders 0-65535."""
    infinity = sk.Infinity.sandbox()
    made = infinity.create_segment(**{"name": "New", "criteria": SHOP, **edge})
    assert {name: getattr(made, name) for name in edge} == edge


# Instaleap


def test_only_customers_who_already_exist_are_updated() -> None:
    """None is made: whoever is not in the database is left out of the answer, and is not there afterwards."""
    leap = sk.Instaleap.sandbox()
    done = leap.replace_segments({"nobody": [("a", "b")], "aa-bb-1": [("a", "b")]}, progress=False)
    assert (done.updated, done.not_updated) == (("aa-bb-1",), ("nobody",))
    assert "nobody" not in leap.double.instaleap.segments
    leap.double.instaleap.enrol("nobody")
    assert leap.double.instaleap.segments["nobody"] == ()


@pytest.mark.parametrize("segments", [[], [("a", "b")], [("a", "b"), ("a", "c"), ("d", "e")]], ids=["none", "one", "three"])
def test_the_segments_that_a_customer_has_are_those_of_the_last_request(segments: list[tuple[str, str]]) -> None:
    """All that he had before is replaced, however many there were and are."""
    leap = sk.Instaleap.sandbox()
    leap.replace_segments({"aa-bb-1": [("old", str(n)) for n in range(10)]}, progress=False)
    leap.replace_segments({"aa-bb-1": segments}, progress=False)
    assert leap.double.instaleap.segments["aa-bb-1"] == tuple(segments)
