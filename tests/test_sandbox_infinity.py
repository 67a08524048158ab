"""The laws of Infinity's double; what a test calls printed is in data/vendors/infinity_segments."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import Client, TestResponse

from segkit.errors import InvalidInput
from segkit.sandbox.app import Sandbox
from segkit.sandbox.exchange import LABEL, NOTE_HEADER, OWN_WORDING, PROVENANCE_HEADER
from segkit.sandbox.infinity import PLACEHOLDER, PREFIX
from segkit.sandbox.php_request import of_pairs

if TYPE_CHECKING:
    from collections.abc import Mapping

PRINTED = Path(__file__).parents[1] / "data" / "vendors" / "infinity_segments"
FORM = {"segmentName": "Sales", "criteria[0][field]": "act", "criteria[0][op]": "begins", "criteria[0][value]": "12"}


def basic(pair: str = PLACEHOLDER) -> dict[str, str]:
    """Return the header of a user and a password."""
    return {"authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def send(
    sandbox: Sandbox, method: str, path: str, form: Mapping[str, Any] | None = None, *, igrp: int = 1, **how: Any
) -> TestResponse:
    """Ask for something of an installation."""
    headers = how.pop("headers", basic())
    url = f"{PREFIX}/igrps/{igrp}{path}"
    return Client(sandbox.wsgi).open(url, method=method, data=form, headers=headers, **how)


def lines(reply: TestResponse) -> list[dict[str, Any]]:
    """Return the objects of a reply, each on a line of its own."""
    assert reply.status_code == 200, reply.text
    assert reply.text == "" or reply.text.endswith("\n")
    return [json.loads(line) for line in reply.text.splitlines()]


def label(reply: TestResponse) -> str:
    """Return the reply's provenance; what is not documented has a note."""
    word = reply.headers[PROVENANCE_HEADER]
    assert bool(reply.headers.get(NOTE_HEADER)) == (word != "documented")
    return str(word)


def refused(reply: TestResponse, status: int) -> str:
    """Return the words of a refusal: a bare JSON string, labelled in the header."""
    words = json.loads(reply.text)
    assert (reply.status_code, isinstance(words, str)) == (status, True)
    assert label(reply) != "documented"
    return str(words)


@pytest.fixture
def sandbox() -> Sandbox:
    """Return a fresh sandbox with its state in memory."""
    return Sandbox()


# What is printed


@pytest.mark.parametrize(
    ("path", "file"),
    [
        ("/segments", "list_segments.ndjson"),
        ("/segments/400", "read_segment.json"),
        ("/segmentGroups", "list_segment_groups.ndjson"),
        ("/segmentGroups/400", "read_segment_group.json"),
    ],
)
def test_a_printed_response_is_answered_byte_by_byte(sandbox: Sandbox, path: str, file: str) -> None:
    """Installation 1 starts with what is printed: numbers in texts, slashes escaped, one object a line, and no label."""
    reply = send(sandbox, "GET", path)
    assert reply.data == (PRINTED / file).read_bytes()
    assert (reply.status_code, label(reply)) == (200, "documented")


def test_create_update_order_delete_answer_as_documented(sandbox: Sandbox) -> None:
    """201 and 204, without a body, and with nothing that names the new one."""
    for method, path, form, status in (
        ("POST", "/segments", FORM, 201),
        ("POST", "/segments/402", FORM, 204),
        ("PUT", "/segments/order", {"sortedSegments[]": ["402", "400", "401"]}, 204),
        ("DELETE", "/segments/402", None, 204),
        ("POST", "/segmentGroups", {"segmentGroupName": "Mine"}, 201),
        ("POST", "/segmentGroups/402", {"segmentGroupName": "Yours"}, 204),
        ("DELETE", "/segmentGroups/402", None, 204),
    ):
        reply = send(sandbox, method, path, form)
        assert (reply.status_code, reply.data, label(reply)) == (status, b"", "documented"), (method, path)
        assert "location" not in reply.headers


def test_what_was_made_has_the_printed_form_and_a_label(sandbox: Sandbox) -> None:
    """The keys in their order, defaults as documented, the label behind all; the next id follows the greatest."""
    send(sandbox, "POST", "/segments", {**FORM, "segmentName": "Übersicht / alle"})
    reply = send(sandbox, "GET", "/segments/402")
    (row,) = lines(reply)
    printed = json.loads((PRINTED / "read_segment.json").read_text())
    assert (list(row), label(reply)) == ([*printed, LABEL], "derived")
    assert row == {
        "segment": "402",
        "segmentRef": "",
        "segmentName": "Übersicht / alle",
        "segmentOrder": "0",
        "criteria": [{"field": "act", "op": "begins", "value": "12"}],
        "segmentStatus": "200",
        "orgId": "2",
        "segmentGroupId": "0",
        LABEL: "derived",
    }
    assert rb"\u00dcbersicht \/ alle" in reply.data


def test_ids_are_unique_within_an_installation_and_mean_nothing_in_another(sandbox: Sandbox) -> None:
    """Introduction: ids are unique per IGRP, but not globally; another installation starts with what is built in alone."""
    assert lines(send(sandbox, "GET", "/segments", igrp=7)) == []
    send(sandbox, "POST", "/segments", {**FORM, "segment": "400"}, igrp=7)
    send(sandbox, "POST", "/segments", FORM, igrp=8)
    assert [row["segment"] for row in sandbox.infinity.rows(7)] == [0, 1, 400]
    assert [row["segment"] for row in sandbox.infinity.rows(8)] == [0, 1, 2]
    assert "exists" in refused(send(sandbox, "POST", "/segments", {**FORM, "segment": "400"}, igrp=7), 409)


# Who is let in


@pytest.mark.parametrize(
    "headers", [{}, basic("YOUR_USERNAME:wrong"), basic("wrong:YOUR_PASSWORD"), {"authorization": "Basic %"}]
)
def test_who_brings_no_right_credentials_is_401(sandbox: Sandbox, headers: dict[str, str]) -> None:
    """The words are documented of version 2.1."""
    for method, path in (("GET", "/segments"), ("POST", "/segments"), ("PUT", "/segments/order"), ("DELETE", "/segments/400")):
        assert refused(send(sandbox, method, path, headers=headers), 401) == "auth required"


def test_a_user_without_access_is_403() -> None:
    """By a switch; the words are documented of version 2.1."""
    assert refused(send(Sandbox(infinity_access="denied"), "GET", "/segments"), 403) == "access denied"


@pytest.mark.parametrize("switch", ["infinity_access", "infinity_deleted", "infinity_built_in", "infinity_partial"])
def test_a_switch_has_its_positions_alone(switch: str) -> None:
    """Another position is refused by name."""
    with pytest.raises(InvalidInput, match=switch):
        Sandbox(**{switch: "perhaps"})


# Lists


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", [400, 401]),
        ("filter[]=segmentName-eq-value-Test%20Segment%2012", [401]),
        ("filter%5B%5D=segmentName-eq-value-Test+Segment+12", [401]),
        ("filter[]=segment-ge-value-400&filter[]=segmentOrder-eq-value-0", [400]),
        ("filter[]=segmentRef-ne-value-Ref%20Segment", [401]),
        ("filter[]=segment-gt-value-400", [401]),
        ("filter[]=segment-lt-value-401", [400]),
        ("filter[]=segment-le-value-400", [400]),
        ("filter[]=segmentName-inc-value-12", [401]),
        ("filter[]=segmentName-ninc-value-12", [400]),
        ("filter[]=segmentName-eqi-value-test%20segment%2012", [401]),
        ("filter[]=segmentName-nei-value-test%20segment%2012", [400]),
        ("filter[]=segmentName-beginsi-value-TEST", [400, 401]),
        ("filter[]=segmentName-nbegins-value-Test", []),
        ("filter[]=segment-in-value-1,401", [401]),
        ("filter[]=segmentStatus-eq-value-410", []),
        ("filter[]=segmentName-eq-value-a-b-value-c", []),
        ("sort[]=segment-desc", [401, 400]),
        ("sort[]=orgId-asc&sort[]=segmentOrder-desc", [401, 400]),
        ("limit=1", [400]),
        ("limit=1&offset=1", [401]),
        ("offset=5", []),
        ("limit=0", []),
    ],
)
def test_a_list_is_filtered_sorted_and_cut(sandbox: Sandbox, query: str, ids: list[int]) -> None:
    """Section "List Segments": filters must all hold, sorts stand one behind the other, limit and offset cut what is left."""
    reply = send(sandbox, "GET", f"/segments?{query}")
    assert [int(row["segment"]) for row in lines(reply)] == ids
    assert label(reply) == ("documented" if ids else "derived")


@pytest.mark.parametrize(
    "query",
    [
        "filter[]=criteria-eq-value-x",
        "sort[]=criteria-asc",
        "filter[]=nothing-eq-value-x",
        "sort[]=nothing-asc",
        "sort[]=segment-up",
        "sort[]=segment",
        "filter[]=segment-eq-400",
        "filter[]=segment-like-value-4",
        "filter[][x]=y",
        "limit=x",
        "limit=-1",
        "offset=1.5",
    ],
)
def test_a_list_that_cannot_be_is_refused(sandbox: Sandbox, query: str) -> None:
    """Any property but criteria is filtered and sorted by; the status of a refusal is ours."""
    assert refused(send(sandbox, "GET", f"/segments?{query}"), 400).startswith(OWN_WORDING)


def test_groups_are_filtered_and_sorted_by_any_of_their_properties(sandbox: Sandbox) -> None:
    """Section "List Segment Groups"."""
    for name, value in (("segmentGroupId", 401), ("segmentGroupName", "Segment Group Name 401"), ("igrp", 1)):
        listed = lines(send(sandbox, "GET", f"/segmentGroups?filter[]={name}-eq-value-{value}&sort[]={name}-desc"))
        assert "401" in [row["segmentGroupId"] for row in listed]


def test_built_in_ones_are_listed_by_a_switch() -> None:
    """Whether a list holds them is not documented: hidden by default, labelled where they are shown; each can be read."""
    listed = lines(send(Sandbox(infinity_built_in="listed"), "GET", "/segments"))
    assert [(row["segment"], row["segmentName"], row["segmentOrder"]) for row in listed[:2]] == [
        ("0", "All", "0"),
        ("1", "Default", "0"),
    ]
    assert {row.get(LABEL) for row in listed[:2]} == {"derived"}
    assert lines(send(Sandbox(), "GET", "/segments/1"))[0]["segmentName"] == "Default"


# What is refused


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"segment": "0"}, 400),
        ({"segment": "1"}, 400),
        ({"segment": "65536"}, 400),
        ({"segment": "x"}, 400),
        ({"segment": "400"}, 409),
        ({"segmentName": None}, 400),
        ({"segmentName": " "}, 400),
        ({"segmentName": "n" * 101}, 400),
        ({"segmentRef": "r" * 101}, 400),
        ({"segmentRef": "Ref Segment"}, 409),
        ({"segmentOrder": "65536"}, 400),
        ({"segmentOrder": "-1"}, 400),
        ({"orgId": "0"}, 400),
        ({"segmentGroupId": "5"}, 400),
        ({"criteria[0][field]": None}, 400),
        ({"criteria[0][field]": "goal"}, 400),
        ({"criteria[0][field]": "attributionModel"}, 400),
        ({"criteria[0][field]": "segment"}, 400),
        ({"criteria[0][op]": "nends"}, 400),
        ({"criteria[0][op]": "bool"}, 400),
        ({"criteria[0][more]": "x"}, 400),
        ({"criteria[0][value][x]": "x"}, 400),
    ],
)
def test_a_segment_that_cannot_be_is_refused(sandbox: Sandbox, changes: dict[str, Any], status: int) -> None:
    """Section "Create Segment": the documented bounds, uniqueness and fields; the same hold for an update."""
    form = {name: value for name, value in {**FORM, **changes}.items() if value is not None}
    before = sandbox.infinity.rows()
    refused(send(sandbox, "POST", "/segments", form), status)
    if "segment" not in changes and changes != {"segmentName": None}:
        refused(send(sandbox, "POST", "/segments/401", form), status)
    assert sandbox.infinity.rows() == before


def test_update_puts_the_documented_defaults_where_something_is_left_out(sandbox: Sandbox) -> None:
    """Section "Update Segment Config": organisation and group go to their defaults, name, reference and order stay."""
    send(sandbox, "POST", "/segments", {**FORM, "segmentRef": "r", "segmentOrder": "5", "orgId": "9", "segmentGroupId": "400"})
    criteria = {name: value for name, value in FORM.items() if "criteria" in name}
    assert send(sandbox, "POST", "/segments/402", criteria).status_code == 204
    row = sandbox.infinity.rows()[-1]
    assert (row["segmentName"], row["segmentRef"], row["segmentOrder"]) == ("Sales", "r", 5)
    assert (row["orgId"], row["segmentGroupId"]) == (2, 0)


def test_criteria_are_no_optional_parameter_of_an_update() -> None:
    """Whether leaving them out is refused or takes them away is a switch."""
    strict = Sandbox()
    assert "criteria" in refused(send(strict, "POST", "/segments/400", {"segmentName": "New"}), 400)
    loose = Sandbox(infinity_partial="clear")
    assert send(loose, "POST", "/segments/400", {"segmentName": "New"}).status_code == 204
    assert loose.infinity.rows()[2]["criteria"] == []
    refused(send(loose, "POST", "/segments", {"segmentName": "New"}), 400)


@pytest.mark.parametrize("path", ["/segments/0", "/segments/1", "/segmentGroups/0"])
def test_built_in_ones_are_not_updated_or_deleted(sandbox: Sandbox, path: str) -> None:
    """Section "Update Segment Config": built-in segments (0 and 1) may not be updated."""
    for method in ("POST", "DELETE"):
        reply = send(sandbox, method, path, {**FORM, "segmentGroupName": "x"})
        assert "built in" in refused(reply, 400)
        assert label(reply) == "derived"


@pytest.mark.parametrize(
    "ids", [["0", "400"], ["400", "1"], ["400", "400"], ["402"], ["x"], [], ["70000"]], ids=lambda ids: "-".join(ids) or "none"
)
def test_an_order_that_cannot_be_is_refused(sandbox: Sandbox, ids: list[str]) -> None:
    """Section "Order Segment Config": built-in ones make the API return an error; unknown ones, twins and none are ours."""
    before = sandbox.infinity.rows()
    refused(send(sandbox, "PUT", "/segments/order", {"sortedSegments[]": ids}), 400)
    assert sandbox.infinity.rows() == before


def test_the_index_of_the_array_is_the_order(sandbox: Sandbox) -> None:
    """In brackets with numbers it is that number, in empty brackets the place; what is not named keeps its order."""
    send(sandbox, "PUT", "/segments/order", {"sortedSegments[7]": "400", "sortedSegments[3]": "401"})
    assert [row["segmentOrder"] for row in sandbox.infinity.rows()] == [0, 0, 7, 3]
    send(sandbox, "PUT", "/segments/order", {"sortedSegments[]": ["401"]})
    assert [row["segmentOrder"] for row in sandbox.infinity.rows()] == [0, 0, 7, 0]


def test_what_is_deleted_stays_listed_or_is_gone() -> None:
    """By a switch: with status 410, and 410 for who changes it again; or away, and 404. Its id is free only where it is gone."""
    listed, gone = Sandbox(), Sandbox(infinity_deleted="gone")
    for sandbox, status, again in ((listed, 410, 409), (gone, 404, 201)):
        assert send(sandbox, "DELETE", "/segments/400").status_code == 204
        for method in ("DELETE", "POST"):
            refused(send(sandbox, method, "/segments/400", FORM), status)
        assert send(sandbox, "POST", "/segments", {**FORM, "segment": "400"}).status_code == again
        assert send(sandbox, "POST", "/segments", {**FORM, "segmentRef": "Ref Segment"}).status_code == 201
    rows = lines(send(listed, "GET", "/segments?filter[]=segmentStatus-eq-value-410"))
    assert [(row["segment"], row[LABEL]) for row in rows] == [("400", "synthetic")]


def test_a_group_that_contains_segments_is_not_deleted(sandbox: Sandbox) -> None:
    """Section "Delete Segment Group"; deleted segments do not hold it, and it keeps its row with status 410 as documented."""
    send(sandbox, "POST", "/segments", {**FORM, "segmentGroupId": "400"})
    assert "contains segments" in refused(send(sandbox, "DELETE", "/segmentGroups/400"), 409)
    send(sandbox, "DELETE", "/segments/402")
    assert send(sandbox, "DELETE", "/segmentGroups/400").status_code == 204
    (row,) = lines(send(sandbox, "GET", "/segmentGroups/400"))
    assert (row["segmentGroupStatus"], row[LABEL]) == ("410", "derived")
    refused(send(sandbox, "POST", "/segments", {**FORM, "segmentGroupId": "400"}), 400)


@pytest.mark.parametrize("path", ["/segments/9", "/segmentGroups/9"])
def test_what_is_not_there_is_404(sandbox: Sandbox, path: str) -> None:
    """Read, updated or deleted."""
    for method in ("GET", "POST", "DELETE"):
        refused(send(sandbox, method, path, {**FORM, "segmentGroupName": "x"}), 404)


@pytest.mark.parametrize("path", ["/segments/x", "/segmentGroups/-1", "/segments/99999999999", "/segments/4e2"])
def test_a_specifier_is_an_integer(sandbox: Sandbox, path: str) -> None:
    """Anything else is refused."""
    refused(send(sandbox, "GET", path), 400)
    refused(Client(sandbox.wsgi).get(f"{PREFIX}/igrps/x/segments", headers=basic()), 400)


def test_what_is_not_modelled_says_so(sandbox: Sandbox) -> None:
    """Other paths and methods below the API are refused in its form, and not as if the vendor had said so."""
    assert refused(send(sandbox, "GET", "/dgrps"), 404).startswith(OWN_WORDING)
    assert refused(send(sandbox, "PATCH", "/segments/400"), 405).startswith(OWN_WORDING)
    assert send(sandbox, "GET", "/segments/").data == send(sandbox, "GET", "/segments").data


# How parameters come


def test_parameters_are_read_however_they_are_sent() -> None:
    """Brackets in a form or in the query, JSON, and criteria as JSON within a form make the same segment."""
    criteria = [{"field": "act", "op": "begins", "value": "12"}]
    whole = {"segmentName": "Sales", "criteria": criteria}
    ways: list[dict[str, Any]] = [
        {"form": FORM},
        {"query_string": FORM},
        {"json": whole},
        {"form": {"segmentName": "Sales", "criteria": json.dumps(criteria)}},
    ]
    made = []
    for way in ways:
        sandbox = Sandbox()
        assert send(sandbox, "POST", "/segments", **way).status_code == 201
        made.append(sandbox.infinity.rows()[-1])
    assert made == [made[0]] * len(ways)
    for sent in (b"[]", b"{", b'"x"', b"\xff"):
        refused(send(Sandbox(), "POST", "/segments", sent, content_type="application/json"), 400)


@pytest.mark.parametrize(
    ("pairs", "array"),
    [
        ([("a", "1"), ("a", "2")], {"a": "2"}),
        ([("a[]", "1"), ("a[]", "2")], {"a": {"0": "1", "1": "2"}}),
        ([("a[5]", "1"), ("a[]", "2")], {"a": {"5": "1", "6": "2"}}),
        ([("a[x][]", "1"), ("a[x][]", "2")], {"a": {"x": {"0": "1", "1": "2"}}}),
        ([("a[][f]", "1"), ("a[][o]", "2")], {"a": {"0": {"f": "1"}, "1": {"o": "2"}}}),
        ([("a", "1"), ("a[b]", "2")], {"a": {"b": "2"}}),
        ([("a[", "1")], {"a[": "1"}),
        ([(f"a{'[x]' * 9}", "1")], {}),
    ],
)
def test_brackets_are_read_as_php_does(pairs: list[tuple[str, str]], array: dict[str, Any]) -> None:
    """Empty brackets take the next number, and begin a new element each time; the last value of a name counts."""
    assert of_pairs(pairs) == array


def test_php_reads_a_thousand_fields_of_a_form(sandbox: Sandbox) -> None:
    """What is behind them is left out without a word: a segment that stands there keeps its order; in JSON it does not."""
    form = {f"sortedSegments[{n + 5}]": "400" for n in range(1000)}
    assert "twice" in refused(send(sandbox, "PUT", "/segments/order", form), 400)
    form = {**{f"before[{n}]": "x" for n in range(999)}, "sortedSegments[5]": "400", "sortedSegments[6]": "401"}
    assert send(sandbox, "PUT", "/segments/order", form).status_code == 204
    assert [row["segmentOrder"] for row in sandbox.infinity.rows()[2:]] == [5, 1]
    nested = {"before": list(range(5000)), "sortedSegments": {"5": 400, "6": 401}}
    assert send(sandbox, "PUT", "/segments/order", json=nested).status_code == 204
    assert [row["segmentOrder"] for row in sandbox.infinity.rows()[2:]] == [5, 6]


@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=4)), max_size=5))
def test_any_parameters_are_read_or_refused(pairs: list[tuple[str, str]]) -> None:
    """Whatever a form holds, the double answers in its form and never breaks."""
    reply = send(Sandbox(), "POST", "/segments", dict(pairs) or None)
    assert reply.status_code == 400
    assert isinstance(json.loads(reply.text), str)


# What is kept


def test_a_file_is_gone_on_with_and_reset_starts_anew(tmp_path: Path) -> None:
    """Another sandbox over the same file has the same segments; a reset brings back what is printed."""
    first = Sandbox(tmp_path / "state.sqlite")
    send(first, "POST", "/segments", FORM)
    send(first, "DELETE", "/segments/400")
    second = Sandbox(tmp_path / "state.sqlite")
    assert second.infinity.rows() == first.infinity.rows()
    assert len(second.infinity.rows()) == 5
    second.reset()
    assert send(second, "GET", "/segments").data == (PRINTED / "list_segments.ndjson").read_bytes()
    first.close()
    second.close()


@pytest.mark.parametrize(("kind", "status"), [("429", 429), ("500", 500), ("503", 503), ("echo", 400)])
def test_a_fault_has_the_form_of_the_vendor(sandbox: Sandbox, kind: str, status: int) -> None:
    """A fault on request refuses with a bare string, changes nothing, and is recorded with its route."""
    sandbox.faults.add(kind)
    words = refused(send(sandbox, "DELETE", "/segments/400"), status)
    assert words.startswith(OWN_WORDING)
    assert ("YOUR_PASSWORD" in words) is (kind == "echo")
    assert len(sandbox.infinity.rows()) == 4
    assert [(call.endpoint, call.fault) for call in sandbox.calls] == [(f"DELETE {PREFIX}/igrps/<igrp>/segments/<one>", kind)]
