"""Infinity's client against its double, in this process and on loopback, section by section of the page on segments."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from installations import SHOP, answering, clients, fault_of, found_in

from segkit import errors
from segkit.credentials import REDACTED
from segkit.registry.criteria import criteria_of
from segkit.registry.drafts import Draft
from segkit.registry.segments import Segment, SegmentGroup
from segkit.vendors.infinity import Infinity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path
    from wsgiref.types import StartResponse, WSGIEnvironment

    Client = Callable[..., Infinity]

PRINTED = criteria_of([("act", "begins", "12"), ("href", "nbegins", "/action/do")])


@pytest.fixture(params=["in this process", "on loopback"])
def client(request: pytest.FixtureRequest) -> Iterator[Client]:
    """Return what makes a client of a fresh sandbox."""
    yield from clients(request.param)


def kept(client: Infinity, name: str = "segments") -> list[dict[str, Any]]:
    """Return what the double keeps."""
    return client.double.infinity.rows(client.igrp, name)


# The sections of the page, in its order


def test_introduction(client: Client) -> None:
    """Ids and references are unique per IGRP and not globally: another installation has its own."""
    one, other = client(), client(7)
    other.create_segment("Mine", SHOP, segment_id=400, ref="Ref Segment")
    assert (other.segment(400).name, one.segment(400).name) == ("Mine", "Test Segment 11")


def test_list_segments(client: Client) -> None:
    """The printed response: two segments with all their properties, documented."""
    segments = client().segments()
    assert list(segments) == [400, 401]
    assert segments[400] == Segment(
        segment_id=400, name="Test Segment 11", ref="Ref Segment", order=0, criteria=PRINTED, org_id=2, group_id=0
    )
    frame = segments.to_frame()
    assert frame.segment_name.tolist() == ["Test Segment 11", "Test Segment 12"]
    assert set(frame.provenance) == {"documented"}


def test_filter_types_and_sort_types(client: Client) -> None:
    """Any property but criteria, by our names and the vendor's; filters hold together, sorts stand one behind the other."""
    infinity = client()
    assert list(infinity.segments({"segment_name": "Test Segment 12"})) == [401]
    assert list(infinity.segments([("segmentOrder", "ge", 1), ("org_id", "eq", np.int64(2))])) == [401]
    assert list(infinity.segments(sort="-segment_order")) == [401, 400]
    assert list(infinity.segments(sort=["orgId", "-segment"])) == [401, 400]
    assert list(infinity.segments({"segment_status": 410})) == []
    assert list(infinity.segment_groups({"igrp": 1}, sort="-segment_group_name")) == [401, 400]
    properties = ("segment_id", "segment_name", "segment_ref", "segment_order", "org_id", "segment_status", "segment_group_id")
    for name in properties:
        assert set(infinity.segments({name: "nothing"}, name)) <= {400, 401}


def test_filters_and_sorts_on_the_wire() -> None:
    """As documented: filter[]={property}-{operator}-value-{value} and sort[]={property}-{direction}, each as often as needed."""
    seen: list[Any] = []
    raw = answering("200 OK", b"", seen).with_raw_response
    assert (
        len(raw.segments([("segment_name", "begins", "a-b & c")], ["-segment_order", "segment_id"], limit=5, offset=2).parse())
        == 0
    )
    assert seen[0][:3] == (
        "GET",
        "/config/v2/igrps/1/segments",
        [
            ("filter[]", "segmentName-begins-value-a-b & c"),
            ("sort[]", "segmentOrder-desc"),
            ("sort[]", "segment-asc"),
            ("limit", "5"),
            ("offset", "2"),
        ],
    )


@pytest.mark.parametrize(
    ("where", "sort", "codes"),
    [
        ({"criteria": "x"}, None, {"not-listed-by"}),
        (None, "criteria", {"not-listed-by"}),
        (None, ["-criteria"], {"not-listed-by"}),
        ({"nothing": 1}, None, {"not-listed-by"}),
        (None, "nothing", {"not-listed-by"}),
        ([("segment_id", "=", 1)], None, {"unknown-operator"}),
        ({"segment_name": 1.5}, None, {"bad-value"}),
        ({"segment_name": None}, None, {"bad-value"}),
        ({"segment_name": "a\nb"}, None, {"unwritable"}),
        (["segment_id"], None, set()),
    ],
)
def test_lists_are_never_filtered_or_sorted_by_criteria(where: Any, sort: Any, codes: set[str]) -> None:
    """Criteria, unknown properties and values that cannot be sent are refused, and nothing is sent."""
    seen: list[Any] = []
    infinity = answering("200 OK", b"", seen)
    for listed in (infinity.segments, infinity.with_raw_response.segments, infinity.segment_groups):
        assert found_in(lambda listed=listed: listed(where, sort)) >= codes
    assert seen == []


@pytest.mark.parametrize(("limit", "offset"), [(-1, None), (1.5, None), (None, "x"), (True, None)])
def test_limit_and_offset_are_whole_numbers(limit: Any, offset: Any) -> None:
    """Anything else is refused by name."""
    with pytest.raises(errors.InvalidInput, match=r"limit|offset"):
        answering("200 OK").with_raw_response.segments(limit=limit, offset=offset)


def test_read_segment_config(client: Client) -> None:
    """The printed response; an id as a number of numpy or digits; 404 for what is not there."""
    infinity = client()
    for same in (400, np.int64(400), "400"):
        assert infinity.segment(same).name == "Test Segment 11"
    assert infinity.segment(1).name == "Default"
    assert isinstance(fault_of(lambda: infinity.segment(9)), errors.NotFound)
    with pytest.raises(errors.InvalidInput, match="the id is 'x'"):
        infinity.segment("x")


@pytest.mark.parametrize("body_encoding", ["form", "json"])
def test_create_segment(client: Client, body_encoding: str) -> None:
    """201 without a body; the new segment comes back with its id: the next one, or the one that was given."""
    infinity = client(body_encoding=body_encoding)
    raw = infinity.with_raw_response.create_segment(Draft.of(name="Raw", criteria=SHOP))
    assert (raw.reply.status, raw.reply.body, raw.parse()) == (201, b"", None)
    made = infinity.create_segment("Ähnliche / Seiten & mehr", [*SHOP, ("act", "eq", "ä/b&c=d")])
    assert (made.segment_id, made.name, made.order, made.org_id, made.group_id) == (403, "Ähnliche / Seiten & mehr", 0, 2, 0)
    assert (made.criteria, made.provenance) == (criteria_of([*SHOP, ("act", "eq", "ä/b&c=d")]), "derived")
    whole = infinity.create_segment("Whole", PRINTED, segment_id=500, ref="r-1", order=7, org_id=9, group_id=400)
    assert whole == Segment(
        segment_id=500, name="Whole", ref="r-1", order=7, criteria=PRINTED, org_id=9, group_id=400, provenance="derived"
    )
    assert infinity.create_segment("By its reference", SHOP, ref="r 2-value").segment_id == 501
    assert [row["segment"] for row in kept(infinity)] == [0, 1, 400, 401, 402, 403, 500, 501]


@pytest.mark.parametrize(
    ("body_encoding", "media_type"), [("form", "application/x-www-form-urlencoded"), ("json", "application/json")]
)
def test_create_segment_on_the_wire(body_encoding: Any, media_type: str) -> None:
    """Arrays in brackets or as JSON; what is not given is left out, so that the vendor's defaults hold."""
    types: list[str] = []

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        types.append(environ["CONTENT_TYPE"])
        types.append(environ["wsgi.input"].read().decode())
        start_response("201 Created", [])
        return []

    infinity = Infinity(1, "me", "p-1111", base_url="http://app.invalid/config/v2", _app=app, body_encoding=body_encoding)
    infinity.with_raw_response.create_segment(Draft.of(name="a b", criteria=SHOP)).parse()
    assert types[0] == media_type
    assert (
        types[1]
        == {
            "form": "segmentName=a%20b&segmentOrder=0&segmentGroupId=0"
            "&criteria%5B0%5D%5Bfield%5D=href&criteria%5B0%5D%5Bop%5D=inc&criteria%5B0%5D%5Bvalue%5D=%2Fshop",
            "json": '{"segmentName":"a b","segmentOrder":0,"segmentGroupId":0,'
            '"criteria":[{"field":"href","op":"inc","value":"/shop"}]}',
        }[body_encoding]
    )


def test_what_cannot_be_created_is_refused_before_it_is_sent(client: Client) -> None:
    """Bounds, and what is taken: the id, the reference, a group that is not there; nothing is written."""
    infinity = client()
    before = kept(infinity)
    for changes, codes in (
        ({"segment_id": 1}, {"built-in"}),
        ({"segment_id": 65536}, {"id-out-of-bounds"}),
        ({"name": "n" * 101, "ref": "r" * 101}, {"too-long"}),
        ({"order": 65536}, {"order-out-of-bounds"}),
        ({"criteria": [("goalValue", "gt", "5"), ("href", "re", "/a")]}, {"excluded-field", "bad-value"}),
        ({"segment_id": 400}, {"id-taken"}),
        ({"ref": "Ref Segment"}, {"ref-taken"}),
        ({"group_id": 5}, {"no-such-group"}),
        ({"segment_id": 401, "ref": "Ref Segment 401", "group_id": 5}, {"id-taken", "ref-taken", "no-such-group"}),
    ):
        assert found_in(lambda changes=changes: infinity.create_segment(**{"name": "a", "criteria": SHOP, **changes})) == codes
    assert kept(infinity) == before
    assert not [call for call in infinity.double.calls if call.endpoint.startswith("POST")]
    unchecked = fault_of(lambda: infinity.create_segment("a", SHOP, ref="Ref Segment", check=False))
    assert isinstance(unchecked, errors.Conflict)
    assert "is taken" in str(unchecked)


def test_update_segment_config(client: Client) -> None:
    """204; what was not named stays as it was, because the whole segment is sent."""
    infinity = client()
    infinity.create_segment("Shop", SHOP, segment_id=500, ref="shop", order=3, org_id=9, group_id=400)
    update = infinity.update_segment(500, name="Shops")
    assert (update.before.name, update.after.name) == ("Shop", "Shops")
    after = infinity.segment(500)
    assert (after.ref, after.order, after.org_id, after.group_id, after.criteria) == ("shop", 3, 9, 400, criteria_of(SHOP))
    assert not update.findings
    everything = infinity.update_segment(500, criteria=PRINTED, ref="s2", order=0, org_id=8, group_id=0)
    assert set(everything.to_frame().field) == {"criteria", "segment_ref", "segment_order", "org_id", "segment_group_id"}
    assert infinity.update_segment(500, ref="").after.ref == ""
    assert infinity.update_segment(500, name="Blind", check=False).after.name == "Blind"
    assert infinity.segment(500).name == "Blind"


def test_update_sends_the_whole_body() -> None:
    """Every property, also those that were not named: what is left out would go to a default."""
    row = b'{"segment":"500","segmentRef":"shop","segmentName":"Shop","segmentOrder":"3","orgId":"9","segmentGroupId":"7",'
    row += b'"criteria":[{"field":"act","op":"eq","value":"x"}],"segmentStatus":"200"}'
    seen: list[Any] = []
    infinity = answering("200 OK", row, seen)
    assert isinstance(fault_of(lambda: infinity.update_segment(500, name="Shops", check=False)), errors.UnexpectedAnswer)
    assert seen[1][:3] == (
        "POST",
        "/config/v2/igrps/1/segments/500",
        [
            ("segmentName", "Shops"),
            ("segmentRef", "shop"),
            ("segmentOrder", "3"),
            ("orgId", "9"),
            ("segmentGroupId", "7"),
            ("criteria[0][field]", "act"),
            ("criteria[0][op]", "eq"),
            ("criteria[0][value]", "x"),
        ],
    )


def test_what_cannot_be_updated_is_refused_before_it_is_sent(client: Client) -> None:
    """Built-in and deleted segments, what is taken, and no change at all; nothing is written."""
    infinity = client()
    infinity.delete_segment(401)
    before = kept(infinity)
    for segment_id, changes, codes in (
        (0, {"name": "a"}, {"built-in"}),
        (1, {"name": "a"}, {"built-in"}),
        (400, {"name": " "}, {"no-name"}),
        (400, {"criteria": []}, {"no-criteria"}),
        (400, {"group_id": 9}, {"no-such-group"}),
        (401, {"name": "a"}, {"not-in-use"}),
        (400, {}, set()),
    ):
        assert found_in(lambda n=segment_id, c=changes: infinity.update_segment(n, **c)) >= codes
    infinity.create_segment("Other", SHOP, ref="other")
    assert found_in(lambda: infinity.update_segment(400, ref="other")) == {"ref-taken"}
    assert infinity.update_segment(400, name="Test Segment 11", ref="Ref Segment").findings.codes == {"nothing-changed"}
    assert kept(infinity)[:4] == before
    assert isinstance(fault_of(lambda: infinity.update_segment(9, name="a")), errors.NotFound)


def test_what_is_doubtful_is_sent_and_told(client: Client) -> None:
    """An unknown field and an expression that cannot be run here are findings of what was made; an update repeats none."""
    infinity = client()
    made = infinity.create_segment("Shop", [("hreff", "eq", "/"), ("href", "re", "/(?R)?/")], ref="r")
    assert made.findings.codes == {"unknown-field", "not-run-here"}
    assert not infinity.segment(made.segment_id).findings
    assert not infinity.update_segment(made.segment_id, name="Shops").findings
    assert infinity.update_segment(made.segment_id, criteria=[("c_x", "inc", "")]).findings.codes == {"empty-value"}


def test_an_update_is_not_held_up_by_what_was_kept_before() -> None:
    """What the vendor keeps and we would refuse stays as it is while something else changes; what cannot be sent is refused."""
    row = {"segment": "500", "segmentName": "n" * 101, "criteria": [{"field": "goal", "op": "nends", "value": "x"}], "orgId": "2"}
    seen: list[Any] = []
    infinity = answering("200 OK", json.dumps(row).encode(), seen)
    fault_of(lambda: infinity.update_segment(500, order=5, check=False))
    assert ("segmentOrder", "5") in seen[1][2]
    assert ("criteria[0][op]", "nends") in seen[1][2]
    for changes, code in (({"name": "n" * 102}, "too-long"), ({"criteria": [("goalTitle", "eq", "x")]}, "excluded-field")):
        assert found_in(lambda changes=changes: infinity.update_segment(500, **changes)) == {code}
    for hole, code in (({"criteria": []}, "no-criteria"), ({"segmentName": REDACTED}, "redacted")):
        infinity = answering("200 OK", json.dumps({**row, **hole}).encode())
        assert code in found_in(lambda infinity=infinity: infinity.update_segment(500, order=5))


def test_order_segment_config(client: Client) -> None:
    """204; the index is the order, and all in use come back in it; built-in ones are refused before they are sent."""
    for encoding in ("form", "json"):
        infinity = client(body_encoding=encoding)
        infinity.create_segment("Third", SHOP, segment_id=500, order=9)
        ordered = infinity.order_segments([500, np.int64(401), "400"])
        assert [(s.segment_id, s.order) for s in ordered.values()] == [(500, 0), (401, 1), (400, 2)]
        assert not ordered.findings
        some = infinity.order_segments([400])
        assert some.findings.codes == {"left-out"}
        for wrong, code in (
            ([0, 400], "built-in"),
            ([400, 400], "repeated-id"),
            ([9], "no-such-segment"),
            ([], "nothing-to-order"),
        ):
            assert code in found_in(functools.partial(infinity.order_segments, wrong))
        with pytest.raises(errors.InvalidInput, match="whole numbers"):
            infinity.order_segments([400.0])


def test_delete_segment_config(client: Client) -> None:
    """204; built-in ones are refused before they are sent, what is not there is NotFound."""
    infinity = client(infinity_deleted="gone")
    infinity.delete_segment(400)
    assert list(infinity.segments()) == [401]
    assert isinstance(fault_of(lambda: infinity.delete_segment(400)), errors.NotFound)
    for wrong in (0, 1):
        assert found_in(lambda wrong=wrong: infinity.delete_segment(wrong)) == {"built-in"}
    listed = client()
    listed.delete_segment(400)
    assert (listed.segment(400).status, listed.segments({"segment_status": 200}).keys()) == (410, {401})
    assert fault_of(lambda: listed.delete_segment(400)).status == 410


def test_list_and_read_segment_groups(client: Client) -> None:
    """The printed responses."""
    infinity = client()
    assert infinity.segment_groups().to_frame().segment_group_id.tolist() == [400, 401]
    assert infinity.segment_group(400) == SegmentGroup(group_id=400, name="Segment Group Name 400", igrp=1)
    assert isinstance(fault_of(lambda: infinity.segment_group(9)), errors.NotFound)


@pytest.mark.parametrize("body_encoding", ["form", "json"])
def test_create_update_delete_segment_group(client: Client, body_encoding: str) -> None:
    """201 and 204; the new group is looked up, also beside one of the same name."""
    infinity = client(body_encoding=body_encoding)
    made = infinity.create_segment_group("Shops & Märkte")
    again = infinity.create_segment_group("Shops & Märkte")
    assert (made.group_id, again.group_id, again.name) == (402, 403, "Shops & Märkte")
    assert infinity.update_segment_group(402, "Markets").name == "Markets"
    infinity.delete_segment_group(403)
    assert [(row["segmentGroupId"], row["segmentGroupStatus"]) for row in kept(infinity, "segmentGroups")][-2:] == [
        (402, 200),
        (403, 410),
    ]


def test_a_group_with_segments_is_not_deleted(client: Client) -> None:
    """Refused before it is sent, with the ids; group 0 and a group without a name as well."""
    infinity = client()
    infinity.update_segment(401, group_id=400)
    with pytest.raises(errors.InvalidInput, match="contains segments: 401"):
        infinity.delete_segment_group(400)
    infinity.delete_segment(401)
    infinity.delete_segment_group(400)
    for refused in (lambda: infinity.delete_segment_group(0), lambda: infinity.update_segment_group(0, "x")):
        assert found_in(refused) == {"built-in"}
    for name in ("", " ", f"a {REDACTED}"):
        assert found_in(lambda name=name: infinity.create_segment_group(name)) & {"no-name", "redacted"}
    assert len(kept(infinity, "segmentGroups")) == 3


def test_a_group_move_affects_only_new_data(client: Client) -> None:
    """The page's words are in a finding of the update, and only where the group changes."""
    infinity = client()
    moved = infinity.update_segment(400, group_id=401)
    assert "this only affects new data" in moved.findings[0].message
    assert not infinity.update_segment(400, name="New").findings


def test_a_frame_goes_out_and_comes_back(client: Client, tmp_path: Path) -> None:
    """Segments of one installation, through a CSV, made in another: the same but for their provenance."""
    source, target = client(), client(5)
    source.segments().to_frame().to_csv(tmp_path / "segments.csv", index=False)
    import pandas as pd

    from segkit.registry.segment_rows import segments_of

    for segment in segments_of(pd.read_csv(tmp_path / "segments.csv")).values():
        target.create_segment(segment.name, segment.criteria, segment_id=segment.segment_id, ref=segment.ref, order=segment.order)
    frames = [each.segments().to_frame().drop(columns="provenance") for each in (source, target)]
    pd.testing.assert_frame_equal(*frames)
