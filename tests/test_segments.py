"""Infinity's segments and groups: read line by line, framed, read back, checked, changed."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit import errors
from segkit.credentials import REDACTED
from segkit.findings import Findings
from segkit.registry import ndjson, segment_frames
from segkit.registry.bounds import check_order_of, whole
from segkit.registry.criteria import Criterion, criteria_of
from segkit.registry.drafts import Draft
from segkit.registry.segment_rows import segments_of
from segkit.registry.segment_update import SegmentUpdate, check_update
from segkit.registry.segments import Segment, SegmentGroup, SegmentGroups, Segments

PRINTED = Path(__file__).parents[1] / "data" / "vendors" / "infinity_segments"
LIST = (PRINTED / "list_segments.ndjson").read_bytes()
ASKED = criteria_of([("act", "begins", "12"), ("href", "nbegins", "/action/do")])

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SEGMENT = st.builds(
    Segment,
    segment_id=st.integers(0, 65535),
    name=WORDS,
    ref=st.none() | WORDS.filter(bool),
    order=st.integers(0, 65535),
    criteria=st.lists(st.builds(Criterion, WORDS, WORDS, WORDS), max_size=3).map(tuple),
    status=st.sampled_from((200, 410)),
    org_id=st.none() | st.integers(0, 9**9),
    group_id=st.integers(0, 9**6),
    provenance=st.sampled_from(("documented", "derived", "synthetic")),
)
SEGMENTS = st.lists(SEGMENT, max_size=5, unique_by=lambda segment: segment.segment_id).map(Segments)


def as_php(segment: Segment) -> bytes:
    """Write a segment as the vendor does: numbers as texts, slashes and all but ASCII escaped."""
    criteria = [{"field": each.field, "op": each.op, "value": each.value} for each in segment.criteria]
    row = {"segment": segment.segment_id, "segmentRef": segment.ref, "segmentName": segment.name, "segmentOrder": segment.order}
    row |= {"criteria": criteria, "segmentStatus": segment.status, "orgId": segment.org_id, "segmentGroupId": segment.group_id}
    texts = {name: str(value) if isinstance(value, int) else value for name, value in row.items()}
    texts["x_segkit_provenance"] = segment.provenance
    return json.dumps(texts).replace("/", "\\/").encode() + b"\n"


def read(*chunks: bytes) -> list[Segment]:
    """Read segments of chunks."""
    return [row for rows in ndjson.rows(chunks, Segment) for row in rows]


def test_list_segments_is_read_as_it_is_printed() -> None:
    """Section "List Segments", its response: every property, numbers in texts, and the slashes without their escapes."""
    first, second = read(LIST)
    assert first == Segment(
        segment_id=400, name="Test Segment 11", ref="Ref Segment", order=0, criteria=ASKED, status=200, org_id=2, group_id=0
    )
    assert (second.segment_id, second.name, second.ref, second.order) == (401, "Test Segment 12", "Ref Segment 401", 1)
    assert [read((PRINTED / "read_segment.json").read_bytes())[0]] == [first]
    assert repr(first) == "<Segment 400 'Test Segment 11', order 0, 2 criteria, documented>"
    assert first.rule == "act begins with '12' and href does not begin with '/action/do'"


def test_list_segment_groups_is_read_as_it_is_printed() -> None:
    """Section "List Segment Groups", its response."""
    listed = [row for rows in ndjson.rows([(PRINTED / "list_segment_groups.ndjson").read_bytes()], SegmentGroup) for row in rows]
    assert listed == [SegmentGroup(group_id=number, name=f"Segment Group Name {number}", igrp=1) for number in (400, 401)]
    assert SegmentGroups(listed).to_frame().segment_group_name.tolist() == ["Segment Group Name 400", "Segment Group Name 401"]
    assert "Segment Group Name 401" in SegmentGroups(listed)._repr_html_()


@given(SEGMENTS, st.lists(st.integers(0, 400), max_size=6))
def test_lines_are_read_whatever_pieces_they_come_in(segments: Segments, cuts: list[int]) -> None:
    """However an answer is cut into chunks, also within a character, the same segments come out, in their order."""
    body = b"".join(map(as_php, segments.values()))
    places = [0, *sorted(cut for cut in cuts if cut < len(body)), len(body)]
    chunks = [body[a:b] for a, b in pairwise(places)]
    assert read(*chunks) == list(segments.values())
    assert read(body[:-1]) == list(segments.values())  # the last line break may be missing
    assert read(body.replace(b"\n", b"\r\n\n")) == list(segments.values())


def test_a_block_is_handed_on_before_the_rest_is_here() -> None:
    """A line is read as soon as it is whole: nothing waits for the end of the answer."""

    def coming() -> Any:
        yield LIST
        raise AssertionError("it asked for more than it needed")

    assert len(next(ndjson.rows(coming(), Segment))) == 2


@pytest.mark.parametrize(
    ("line", "place", "words"),
    [
        (b'"auth required"', "line 3: $", "Expected `object`, got `str`"),
        (b"[", "line 3: byte", "ends before"),
        (b'{"segment":"x","segmentName":"a","criteria":[]}', "line 3: $.segment", "Expected `int`"),
        (b'{"segment":"9","segmentName":"a"}', "line 3: $", "missing required field `criteria`"),
        (b'{"segment":"9","segmentName":"a","criteria":[{"field":"a"}]}', "line 3: $.criteria[0]", "missing required field"),
        (b'{"segment":"9","segmentName":"a","criteria":"x"}', "line 3: $.criteria", "Expected `array`"),
        (b'{"segment":"9","segmentName":7,"criteria":[]}', "line 3: $.segmentName", "Expected `str`"),
        (b'{"segment":"9","segmentName":"\xff","criteria":[]}', "line 3: byte", "not UTF-8"),
        (b"<html>", "line 3: byte", "HTML"),
        (b'{"segment":"9","segmentNa', "line 3: byte", "ends before"),
        (b'{"segment":"9","segmentName":"a","criteria":[],"x_segkit_provenance":"sure"}', "line 3: $", "Invalid enum value"),
    ],
)
def test_a_line_that_is_no_segment_is_named(line: bytes, place: str, words: str) -> None:
    """The error has the line and the place within it, and the lines before it are no reason to guess."""
    with pytest.raises(errors.UnexpectedAnswer, match=words) as caught:
        read(LIST + line + b"\n" + LIST)
    assert caught.value.path.startswith(place)


def test_what_php_writes_for_nothing_is_nothing() -> None:
    """Empty texts and null for numbers and criteria, bare numbers, and numbers among a criterion's texts."""
    bare = (
        b'{"segment":1,"segmentName":"Default","segmentRef":"","segmentOrder":0,"criteria":null,"orgId":"","segmentStatus":200}'
    )
    (found,) = read(bare)
    assert found == Segment(segment_id=1, name="Default", ref="", criteria=(), status=200)
    (other,) = read(
        b'{"segment":"2","segmentName":"","criteria":[{"field":"callDuration","op":"gt","value":60}],"segmentOrder":""}'
    )
    assert other.criteria == criteria_of([("callDuration", "gt", "60")])


@given(SEGMENTS)
def test_a_frame_is_read_back_as_it_was(segments: Segments) -> None:
    """The frame has its columns and dtypes also without rows; read back, also through a CSV, it is the same."""
    frame = segments.to_frame()
    columns = {name: str(dtype) for name, dtype in segment_frames.INFINITY_SEGMENTS.items()}
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == columns
    assert dict(segments_of(frame)) == dict(segments)
    criteria = segments.criteria()
    assert {n: str(d) for n, d in criteria.dtypes.items()} == {n: str(d) for n, d in segment_frames.INFINITY_CRITERIA.items()}
    asked = [(s.segment_id, *(c.field, c.op, c.value)) for s in segments.values() for c in s.criteria]
    assert list(criteria[["segment_id", "field", "op", "value"]].itertuples(index=False, name=None)) == asked


def test_a_csv_that_was_edited_is_read(tmp_path: Path) -> None:
    """As a spreadsheet leaves it: ids that became floats beside missing ones, columns left out, triples for objects."""
    Segments(read(LIST)).to_frame().to_csv(tmp_path / "segments.csv", index=False)
    again = segments_of(pd.read_csv(tmp_path / "segments.csv"))
    assert dict(again) == {segment.segment_id: segment for segment in read(LIST)}
    frame = pd.DataFrame({"segment_id": ["7", "8"], "segment_name": ["a", "b"], "criteria": ['[["act","eq","x"]]', ASKED]})
    frame["org_id"] = [3.0, np.nan]
    new = segments_of(frame.assign(note="mine"))
    assert new[7] == Segment(segment_id=7, name="a", criteria=criteria_of([("act", "eq", "x")]), org_id=3, provenance="synthetic")
    assert (new[8].org_id, new[8].criteria) == (None, ASKED)


def test_cells_that_cannot_be_read_are_all_told() -> None:
    """Every cell has its finding, with its row and column."""
    frame = pd.DataFrame(
        {
            "segment_id": [1.5, 2, None],
            "segment_name": ["a", 5, "c"],
            "criteria": ["x", "[]", "[]"],
            "provenance": ["documented", "sure", "derived"],
        },
        index=["p", "q", "r"],
    )
    with pytest.raises(errors.InvalidInput, match="cannot be read") as caught:
        segments_of(frame)
    assert [f.where for f in caught.value.findings] == [
        "row p, column 'segment_id'",
        "row p, column 'criteria'",
        "row q, column 'segment_name'",
        "row q, column 'provenance'",
        "row r, column 'segment_id'",
    ]
    with pytest.raises(errors.InvalidInput, match="lacks segment_name, criteria"):
        segments_of(frame[["segment_id"]])
    with pytest.raises(errors.InvalidInput, match="more than once"):
        segments_of(pd.DataFrame({"segment_id": [5, 5], "segment_name": ["a", "b"], "criteria": ["[]", "[]"]}))


def test_segments_are_a_mapping_that_shows_itself() -> None:
    """By id, in reply order; what is not there is missed by name; HTML escapes what a vendor wrote."""
    segments = Segments(read(LIST))
    assert (list(segments), len(segments), 400 in segments, repr(segments)) == ([400, 401], 2, True, "<Segments: 2, documented>")
    with pytest.raises(KeyError, match="no segment 402 among these 2"):
        segments[402]
    hostile = Segment(segment_id=2, name="<script>", criteria=criteria_of([("act", "eq", "<b>")]))
    shown = Segments([hostile], Findings())._repr_html_()
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    assert hostile._repr_html_() == shown
    assert hostile.to_frame().segment_name.tolist() == ["<script>"]
    assert (repr(Segments([])), Segments([]).provenance) == ("<Segments: 0>", None)
    many = Segments(Segment(segment_id=n, name="a", criteria=ASKED) for n in range(1000))._repr_html_()
    assert many.count("<tr>") < 300
    assert "1000" in many


# What is checked before it is sent


def codes(**changes: Any) -> dict[str, str]:
    """Return what is found in a draft, by place."""
    draft = Draft.of(**{"name": "Shop", "criteria": [("href", "inc", "/shop")], **changes})
    return {finding.code: finding.where for finding in draft.check()}


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, {}),
        ({"segment_id": 2}, {}),
        ({"segment_id": 65535, "order": 65535, "name": "n" * 100, "ref": "r" * 100}, {}),
        ({"segment_id": 0}, {"built-in": "segment_id"}),
        ({"segment_id": 1}, {"built-in": "segment_id"}),
        ({"segment_id": 65536}, {"id-out-of-bounds": "segment_id"}),
        ({"segment_id": -1}, {"id-out-of-bounds": "segment_id"}),
        ({"order": 65536}, {"order-out-of-bounds": "order"}),
        ({"order": -1}, {"order-out-of-bounds": "order"}),
        ({"name": "n" * 101}, {"too-long": "name"}),
        ({"ref": "r" * 101}, {"too-long": "ref"}),
        ({"name": "ü" * 51}, {"long-in-bytes": "name"}),
        ({"name": " "}, {"no-name": "name", "space-around": "name"}),
        ({"name": "a "}, {"space-around": "name"}),
        ({"name": "a\nb"}, {"unwritable": "name"}),
        ({"ref": "\ud800"}, {"unwritable": "ref"}),
        ({"name": f"a {REDACTED}"}, {"redacted": "name"}),
        ({"criteria": [("href", "inc", REDACTED)]}, {"redacted": "criteria[0].value"}),
        ({"criteria": [("href", "inc", "a\x00b")]}, {"unwritable": "criteria[0].value"}),
        ({"criteria": []}, {"no-criteria": "criteria"}),
        ({"criteria": [("goal", "eq", "1")]}, {"excluded-field": "criteria[0].field"}),
        ({"group_id": -1}, {"id-out-of-bounds": "group_id"}),
        ({"org_id": -5}, {"id-out-of-bounds": "org_id"}),
    ],
)
def test_the_documented_bounds_are_findings(changes: dict[str, Any], found: dict[str, str]) -> None:
    """Section "Create Segment": ids 2-65535, names and references of 100 characters, orders 0-65535; and what cannot be sent."""
    assert codes(**changes) == found


@pytest.mark.parametrize(
    "changes", [{"order": 1.5}, {"order": True}, {"segment_id": "x"}, {"name": 5}, {"ref": 5}, {"criteria": 5}]
)
def test_what_has_no_type_is_refused(changes: dict[str, Any]) -> None:
    """A float, a truth value, or a number in the place of a text is told by name."""
    with pytest.raises(errors.InvalidInput, match=next(iter(changes))):
        codes(**changes)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (5, 5),
        (np.int64(5), 5),
        ("5", 5),
        (" 5 ", 5),
        (5.0, None),
        (True, None),
        ("-5", None),
        ("\N{ARABIC-INDIC DIGIT FIVE}", None),
    ],
)
def test_a_whole_number_is_one_or_digits(value: Any, number: int | None) -> None:
    """Numbers of numpy and digits are; floats, truth values and digits of other scripts are not."""
    assert whole(value) == number


@pytest.mark.parametrize(
    ("ids", "found"),
    [
        ([400, 401], []),
        ([401, 400], []),
        ([400], ["left-out"]),
        ([400, 401, 400], ["repeated-id"]),
        ([400, 401, 0], ["built-in"]),
        ([1, 400, 401], ["built-in"]),
        ([400, 401, 402], ["no-such-segment"]),
        ([], ["nothing-to-order", "left-out"]),
        ([70000, 400, 401], ["id-out-of-bounds", "no-such-segment"]),
    ],
)
def test_a_new_order_is_checked(ids: list[int], found: list[str]) -> None:
    """Section "Order Segment Config": built-in segments may not be ordered; each id once, and of a segment that is there."""
    assert [finding.code for finding in check_order_of(ids, [0, 1, 400, 401])] == found


KEPT = Segment(segment_id=400, name="Shop", ref="shop", order=3, criteria=ASKED, org_id=2, group_id=7)


def test_a_draft_is_found_again() -> None:
    """Whatever its id, the order of its criteria and spaces around its texts; anything else is another segment."""
    draft = Draft.of_segment(KEPT)
    assert draft.is_kept_as(KEPT)
    assert draft.with_changes(name=" Shop ", criteria=ASKED[::-1]).is_kept_as(KEPT)
    assert Draft.of(name="Shop", ref="shop", order=3, criteria=ASKED, group_id=7).is_kept_as(KEPT)
    for changes in ({"name": "x"}, {"ref": ""}, {"order": 4}, {"criteria": ASKED[:1]}, {"org_id": 3}, {"group_id": 0}):
        assert not draft.with_changes(**changes).is_kept_as(KEPT)


def test_what_is_none_stays_and_an_empty_reference_clears() -> None:
    """None leaves a value as it is; the reference, the one that may be missing, is taken away by an empty text."""
    draft = Draft.of_segment(KEPT)
    assert draft.with_changes(name=None, ref=None, order=None, criteria=None, org_id=None, group_id=None) == draft
    assert draft.with_changes(ref="").ref is None


def test_a_group_move_says_what_it_affects() -> None:
    """Section "Segment Groups", introduction: only new data, in the page's words; what the vendor keeps otherwise is told."""
    sent = Draft.of_segment(KEPT).with_changes(group_id=0, name="Shops", order=9)
    after = Segment(segment_id=400, name="Shops", ref="shop", order=4, criteria=ASKED, org_id=2, group_id=0)
    findings = Findings(check_update(KEPT, sent, after))
    assert [(f.code, f.severity) for f in findings] == [("group-move", "info"), ("not-as-sent", "warning")]
    assert "this only affects new data" in findings[0].message
    assert "keeps order as 4, sent was 9" in findings[1].message
    update = SegmentUpdate(KEPT, after, findings)
    assert update.to_frame().to_dict("list") == {
        "segment_id": [400, 400, 400],
        "field": ["segment_name", "segment_order", "segment_group_id"],
        "before": ["Shop", "3", "7"],
        "after": ["Shops", "4", "0"],
    }
    assert repr(update) == "<SegmentUpdate 400: segment_name, segment_order, segment_group_id, 2 findings>"
    assert "group-move" in update._repr_html_()
    assert repr(SegmentUpdate(KEPT, KEPT)) == "<SegmentUpdate 400: nothing changed, 0 findings>"
