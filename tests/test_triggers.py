"""Which segment a trigger falls into: against one that goes through every trigger and every segment by hand."""

from __future__ import annotations

import ipaddress
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segkit import errors
from segkit.registry import segment_frames
from segkit.registry.criteria import Criterion, criteria_of
from segkit.registry.segments import Segment, Segments
from segkit.registry.triggers import evaluate_segments

VALUES = ("", "a", "ab", "b", "B", "10.0.0.1", "10.0.0.9", "a,b")
FIELDS = ("act", "href", "ip")
SIMPLE = {
    "eqi": lambda found, wanted: found.lower() == wanted.lower(),
    "nei": lambda found, wanted: found.lower() != wanted.lower(),
    "inc": lambda found, wanted: wanted in found,
    "ninc": lambda found, wanted: wanted not in found,
    "begins": lambda found, wanted: found[: len(wanted)] == wanted,
    "nbeginsi": lambda found, wanted: found[: len(wanted)].lower() != wanted.lower(),
    "ends": lambda found, wanted: found[max(len(found) - len(wanted), 0) :] == wanted,
    "ini": lambda found, wanted: found.lower() in wanted.lower().split(","),
    "bool": lambda found, wanted: (found != "") == (wanted == "true"),
    "innet": lambda found, wanted: found.startswith("10.") and ipaddress.ip_address(found) in ipaddress.ip_network(wanted),
}
"""Operators on texts that are no numbers, written anew."""


def criterion() -> st.SearchStrategy[Criterion]:
    """Return criteria whose operators are simple to write anew."""

    def with_value(op: str) -> st.SearchStrategy[Criterion]:
        values = {"bool": ("true", "false"), "innet": ("10.0.0.0/30", "10.0.0.0/8")}.get(op, VALUES)
        return st.builds(Criterion, st.sampled_from(FIELDS), st.just(op), st.sampled_from(values))

    return st.sampled_from(sorted(SIMPLE)).flatmap(with_value)


SEGMENTS = st.lists(
    st.builds(
        lambda number, order, group, status, asked: Segment(
            segment_id=number, name=f"s{number}", order=order, group_id=group, status=status, criteria=tuple(asked)
        ),
        st.integers(0, 9),
        st.integers(0, 3),
        st.integers(0, 5),
        st.sampled_from((200, 200, 200, 410)),
        st.lists(criterion(), max_size=3),
    ),
    max_size=6,
    unique_by=lambda segment: segment.segment_id,
)
TRIGGERS = st.lists(st.tuples(*(st.sampled_from((*VALUES, None)) for _ in FIELDS)), max_size=8)


def by_hand(segments: list[Segment], trigger: dict[str, str | None]) -> tuple[int, int]:
    """Return segment and group of one trigger."""
    best: Segment | None = None
    for segment in segments:
        if segment.segment_id in (0, 1) or segment.status != 200 or not segment.criteria:
            continue
        if all(SIMPLE[each.op](trigger[each.field] or "", each.value) for each in segment.criteria):
            place = (segment.order, segment.segment_id)
            if best is None or place < (best.order, best.segment_id):
                best = segment
    return (best.segment_id, best.group_id) if best else (1, 0)


@settings(max_examples=300)
@given(SEGMENTS, TRIGGERS)
def test_every_trigger_is_where_it_is_by_hand(segments: list[Segment], rows: list[tuple[str | None, ...]]) -> None:
    """For random segments and triggers the frame holds what going through them one by one gives, also from the frame."""
    triggers = pd.DataFrame([dict(zip(FIELDS, row, strict=True)) for row in rows], columns=list(FIELDS), dtype="str")
    expected = [by_hand(segments, dict(zip(FIELDS, row, strict=True))) for row in rows]
    for given_as in (segments, Segments(segments), Segments(segments).to_frame()):
        told = evaluate_segments(given_as, triggers)
        assert list(zip(told.segment_id, told.segment_group_id, strict=True)) == expected
        assert told.index.equals(triggers.index)
        assert {name: str(dtype) for name, dtype in told.dtypes.items()} == {
            n: str(d) for n, d in segment_frames.TRIGGER_SEGMENTS.items()
        }
        assert set(told.provenance) <= {"derived"}


def segment(number: int, *asked: tuple[str, str, str], order: int = 0, **more: Any) -> Segment:
    """Return a segment."""
    return Segment(segment_id=number, name=f"s{number}", order=order, criteria=criteria_of(asked), **more)


def test_all_triggers_are_given_segment_1_by_default() -> None:
    """Introduction: what matches no criteria is in segment 1, and "Segment Groups": in group 0; also where there are none."""
    told = evaluate_segments(
        [segment(400, ("act", "eq", "call"), group_id=7)], pd.DataFrame({"act": ["land", "call"]}, index=["x", "y"])
    )
    assert told.segment_id.to_dict() == {"x": 1, "y": 400}
    assert told.segment_group_id.to_dict() == {"x": 0, "y": 7}
    assert told.segment_name.to_dict() == {"x": "Default", "y": "s400"}
    assert evaluate_segments([], pd.DataFrame({"act": ["land"]})).segment_id.tolist() == [1]


def test_the_order_decides_and_a_tie_is_told() -> None:
    """Property segmentOrder, "the order in which this segment is detected"; of two of one order the lower id is taken, told."""
    triggers = pd.DataFrame({"act": ["call"]})
    both = [segment(400, ("act", "eq", "call"), order=2), segment(500, ("act", "begins", "c"), order=1)]
    assert evaluate_segments(both, triggers).segment_id.tolist() == [500]
    tied = evaluate_segments([segment(500, ("act", "eq", "call")), segment(400, ("act", "eq", "call"))], triggers)
    assert tied.segment_id.tolist() == [400]
    assert [f["code"] for f in tied.attrs["segkit"]["findings"]] == ["same-order"]
    empty = evaluate_segments([segment(400)], triggers)
    assert (empty.segment_id.tolist(), [f["code"] for f in empty.attrs["segkit"]["findings"]]) == ([1], ["no-criteria"])


def test_numbers_are_read_as_the_export_writes_them() -> None:
    """A whole number that is a float because others are missing is its digits; missing is not set."""
    triggers = pd.DataFrame({"callDuration": [60.0, np.nan, 7.5], "rec": [1, 0, 1]})
    asked = [segment(2, ("callDuration", "eqi", "60")), segment(3, ("callDuration", "eqi", "7.5"), order=1)]
    assert evaluate_segments([*asked, segment(4, ("rec", "eqi", "0"), order=2)], triggers).segment_id.tolist() == [2, 4, 3]
    assert evaluate_segments([segment(2, ("callDuration", "bool", "false"))], triggers).segment_id.tolist() == [1, 2, 1]


def test_columns_are_mapped_and_missed_by_name() -> None:
    """A column that criteria look at is mapped, or missed with its name; two for one field are refused."""
    asked = [segment(2, ("href", "inc", "shop"), ("act", "eq", "land"))]
    triggers = pd.DataFrame({"Landing page": ["/shop"], "act": ["land"]})
    assert evaluate_segments(asked, triggers, columns={"Landing page": "href"}).segment_id.tolist() == [2]
    with pytest.raises(errors.InvalidInput, match="lack columns") as caught:
        evaluate_segments(asked, triggers)
    assert [(f.code, f.where) for f in caught.value.findings] == [("no-column", "column 'href'")]
    with pytest.raises(errors.InvalidInput, match="several columns for 'href'"):
        evaluate_segments(asked, triggers.assign(href="x"), columns={"Landing page": "href"})


@pytest.mark.parametrize(
    ("segments", "triggers", "words"),
    [
        ([segment(2, ("act", "re", "^x"))], {"act": ["a"]}, "bad-value"),
        ([segment(2, ("act", "nends", "x"))], {"act": ["a"]}, "unknown-operator"),
        ([segment(2, ("act", "eq", "x")), segment(2, ("act", "eq", "y"))], {"act": ["a"]}, "more than once"),
        ([segment(2, ("act", "eq", "x"))], {"act": [True]}, "holds True"),
        ([segment(2, ("act", "eq", "x"))], {"act": [float("inf")]}, "holds inf"),
        ([segment(2, ("act", "eq", "x"))], {"act": [["x"]]}, "lists or mappings"),
        ([segment(2, ("act", "eq", "x"))], {"act": [pd.Timestamp("2026-01-01")]}, "give text or numbers"),
        (["x"], {"act": ["a"]}, "segments hold str"),
    ],
)
def test_what_cannot_be_evaluated_is_refused(segments: Any, triggers: dict[str, Any], words: str) -> None:
    """Nothing is guessed: the place is in the error."""
    with pytest.raises(errors.InvalidInput, match=words):
        evaluate_segments(segments, pd.DataFrame(triggers))
    with pytest.raises(errors.InvalidInput, match="give a frame"):
        evaluate_segments([segment(2, ("act", "eq", "x"))], [{"act": "x"}])  # type: ignore[arg-type]
