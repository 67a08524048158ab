"""What CIOPulse is sent: bytes without a backslash, ids of any kind, `clean`, and what is refused before it is sent."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any

import pytest
from doubled import Seen, answering, both_ways, ciopulse, fault_of, sent_by
from far_side import app_on_loopback
from hypothesis import given
from hypothesis import strategies as st

from segkit import errors
from segkit.registry.portal import PortalSegment
from segkit.vendors.ciopulse import CIOPulse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NEW = {"segment_name": "Australia", "segment_code": "AUS"}


@pytest.fixture(params=["in this process", "on loopback"])
def client(request: pytest.FixtureRequest) -> Iterator[Callable[..., CIOPulse]]:
    """Return what makes a client of a fresh sandbox, with its switches; `double` is that sandbox."""
    with contextlib.ExitStack() as opened:
        yield both_ways(ciopulse, request.param, opened)


# A backslash


BACKSLASHED = ('a"b', "a\\b", "a\nb", "a\tb", "\x00", "a\x1f")


@pytest.mark.parametrize("text", BACKSLASHED)
@pytest.mark.parametrize("field", ["segment_name", "segment_code"])
def test_a_value_that_needs_a_backslash_is_refused(field: str, text: str) -> None:
    """JSON escapes it, and the page allows no backslash: nothing is sent, and the finding names the character."""
    cio = CIOPulse.sandbox()
    error = fault_of(lambda: cio.upsert_segment("one", **{**NEW, field: text}), errors.InvalidInput)
    assert [(f.code, f.where) for f in error.findings] == [("needs-backslash", field)]
    assert len(cio.double.calls) == 0


@given(st.text(min_size=1), st.text(min_size=1))
def test_no_backslash_ever_goes_out(name: str, code: str) -> None:
    """Whatever a user hands in: it is refused before sending, or the body holds no backslash and says exactly that."""
    seen: list[Seen] = []
    cio = ciopulse(base_url="http://app.invalid/api/v5", _app=answering("200 OK", seen=seen))
    with contextlib.suppress(errors.InvalidInput):
        cio.upsert_segment("one", segment_name=name, segment_code=code)
    for one in seen:
        assert b"\\" not in one.body
        assert json.loads(one.body) == {"segment_name": name, "segment_code": code}
    assert bool(seen) == (bool(name.strip() and code.strip()) and not any(char in '"\\' or char < " " for char in name + code))


def test_letters_of_any_language_go_out_as_they_are(client: Callable[..., CIOPulse]) -> None:
    """Not as escapes, which would need a backslash."""
    seen = sent_by(lambda cio: cio.upsert_segment("one", segment_name="Köln \N{GRINNING FACE} 東京"))
    assert "Köln \N{GRINNING FACE} 東京".encode() in seen.body
    cio = client()
    cio.upsert_segment("one", segment_name="Köln \N{GRINNING FACE} 東京", segment_code="K")
    assert cio.segment("one").segment_name == "Köln \N{GRINNING FACE} 東京"


# &clean


def test_clean_stands_literally_at_the_end_of_the_url(client: Callable[..., CIOPulse]) -> None:
    """No question mark before it; invalid characters of the name are stored as hyphens, and a finding says so."""
    seen = sent_by(lambda cio: cio.upsert_segment("SEG1", segment_name="a—b: c", clean=True))
    assert seen.target == "/api/v5/segments/SEG1&clean"
    assert json.loads(seen.body) == {"segment_name": "a—b: c"}
    cio = client()
    done = cio.upsert_segment("SEG1", segment_name="a—b: c", segment_code="A", clean=True)
    assert (done.created, done.findings.codes) == (True, {"name-cleaned"})
    assert cio.segment("SEG1").segment_name == "a-b- c"
    cio.upsert_segment("SEG1", segment_name="d:e", clean=True)
    assert cio.segment("SEG1").segment_name == "d-e"


def test_an_invalid_character_without_clean_is_told(client: Callable[..., CIOPulse]) -> None:
    """A warning before, and the vendor's refusal if it comes."""
    cio = client()
    error = fault_of(lambda: cio.upsert_segment("SEG1", segment_name="a:b", segment_code="A"))
    assert (error.status, "add &clean" in str(error)) == (400, True)
    lenient = client(ciopulse_invalid="")
    assert lenient.upsert_segment("SEG1", segment_name="a:b", segment_code="A").findings.codes == {"invalid-character"}
    assert lenient.segment("SEG1").segment_name == "a:b"


# Ids

AWKWARD = (
    "a/b",
    "x&clean",
    "ü",
    "%",
    "%2F",
    "a b",
    "q?x=1#y",
    "?clean",
    "..a",
    "\N{GRINNING FACE}",
    "a+b",
    "/",
    "//",
    "a\\b",
    "&",
)
WIRE = ("a%2Fb", "x%26clean", "%C3%BC", "%25", "%252F", "a%20b", "q%3Fx%3D1%23y", "%3Fclean", "..a", "%F0%9F%98%80", "a%2Bb")
WIRE += ("%2F", "%2F%2F", "a%5Cb", "%26")


@pytest.mark.parametrize(("system_id", "wire"), list(zip(AWKWARD, WIRE, strict=True)))
def test_an_awkward_id_is_right_on_the_wire(system_id: str, wire: str) -> None:
    """Percent-encoded whole, in this process and in the bytes of a socket, with `clean` behind it or not."""
    for clean, ending in ((False, ""), (True, "&clean")):
        seen: list[Seen] = []
        app = answering("200 OK", seen=seen)
        ciopulse(base_url="http://app.invalid/api/v5", _app=app).upsert_segment(system_id, segment_name="x", clean=clean)
        with app_on_loopback(app) as url:
            there = ciopulse(base_url=f"{url}/api/v5")
            there.upsert_segment(system_id, segment_name="x", clean=clean)
            there.close()
        assert [one.target for one in seen] == [f"/api/v5/segments/{wire}{ending}"] * 2


@pytest.mark.parametrize("system_id", AWKWARD)
def test_an_id_may_hold_anything(client: Callable[..., CIOPulse], system_id: str) -> None:
    """Exactly the segment of this id is created, cleaned, fetched and deleted, and no other."""
    cio = client()
    cio.upsert_segment("a", **NEW)
    cio.upsert_segment(system_id, segment_name="a:b", segment_code="B", clean=True)
    assert cio.segment(system_id) == PortalSegment(system_id, "B", "a-b", active=True)
    assert [one.system_id for one in cio.segments()] == ["a", system_id]
    cio.delete_segment(system_id)
    assert [one.system_id for one in cio.segments()] == ["a"]


@pytest.mark.parametrize("system_id", ["", ".", "..", None, 7, "\ud800"])
def test_an_id_that_no_path_can_carry_is_refused(system_id: Any) -> None:
    """Before anything is sent, in every call that has one."""
    cio = CIOPulse.sandbox()
    for call in (
        lambda: cio.segment(system_id),
        lambda: cio.upsert_segment(system_id, **NEW),
        lambda: cio.delete_segment(system_id),
    ):
        with pytest.raises(errors.InvalidInput, match=r"system_id is .*: give the id"):
            call()
    assert len(cio.double.calls) == 0


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters='"\\—–:'), min_size=1).filter(str.strip)


@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda text: text not in {".", ".."}),
    TEXT,
    TEXT,
    st.booleans(),
)
def test_what_is_upserted_is_fetched(system_id: str, name: str, code: str, active: bool) -> None:  # noqa: FBT001 - drawn
    """Any id, any name and code that can be sent: the segment that comes back is the one that was sent, alone and in the list."""
    cio = CIOPulse.sandbox()
    assert cio.upsert_segment(system_id, segment_name=name, segment_code=code, active=active).created
    expected = PortalSegment(system_id, code, name, active)
    assert cio.segment(system_id) == expected
    assert list(cio.segments()) == [expected]
    assert not cio.upsert_segment(system_id, segment_name=name, segment_code=code, active=active).created


# Values


@pytest.mark.parametrize(
    ("fields", "code", "where"),
    [
        ({"segment_name": ""}, "no-value", "segment_name"),
        ({"segment_name": " "}, "no-value", "segment_name"),
        ({"segment_code": 7}, "no-value", "segment_code"),
        ({"segment_code": float("nan")}, "no-value", "segment_code"),
        ({"segment_name": "\ud800"}, "no-text", "segment_name"),
        ({"active": "yes"}, "no-flag", "active"),
        ({"active": 1}, "no-flag", "active"),
    ],
)
def test_a_value_that_cannot_be_sent_is_refused(fields: dict[str, Any], code: str, where: str) -> None:
    """With its place, before anything is sent."""
    cio = CIOPulse.sandbox()
    error = fault_of(lambda: cio.upsert_segment("one", **fields), errors.InvalidInput)
    assert [(f.code, f.where) for f in error.findings] == [(code, where)]
    with pytest.raises(errors.InvalidInput, match="nothing is set"):
        cio.upsert_segment("one")
    assert len(cio.double.calls) == 0


def test_an_unusual_code_is_told() -> None:
    """That a code is made of letters, digits, - and _ is an inference: it is sent all the same."""
    done = CIOPulse.sandbox().upsert_segment("one", segment_name="x", segment_code="A B")
    assert done.findings.codes == {"unusual-code"}
    assert repr(done) == "<Upserted: 'one' created, 1 findings, derived>"
    assert "unusual-code" in done._repr_html_()
