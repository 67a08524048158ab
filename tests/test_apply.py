"""Plans carried out on CIOPulse's double: whole, in an order that works, never stale, everybody accounted for."""

from __future__ import annotations

import base64
import dataclasses
import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

import pandas as pd
import plans
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import segkit as sk
from segkit.errors import InvalidInput, Unauthorized
from segkit.registry.plan_file import read_plan, write_plan
from segkit.registry.plan_frames import APPLIED

if TYPE_CHECKING:
    from pathlib import Path

ABC: plans.Portal = {key: {"segment_code": key.upper(), "segment_name": f"n {key}", "active": True} for key in "abc"}
LIFT = ["too-many-deletes", "too-many-updates"]


def carried_out(store: sk.CIOPulseStore, frame: pd.DataFrame, **choices: Any) -> Any:
    """Plan and apply."""
    return sk.apply(sk.plan(store, frame, prune=choices.pop("prune", False)), store, progress=False, allow=LIFT, **choices)


def kept(store: sk.CIOPulseStore) -> plans.Portal:
    """Return what the double keeps, not read through the store."""
    return {
        row["system_id"]: {**{name: row[name] for name in ("segment_code", "segment_name")}, "active": row["active"] == "y"}
        for row in store._client.double.ciopulse.segments
    }


@settings(max_examples=60)
@given(plans.portals(), plans.portals(least=1), st.booleans(), st.integers(1, 4))
def test_after_an_apply_the_registry_is_as_wanted(there: Any, wanted: Any, prune: bool, workers: int) -> None:  # noqa: FBT001 - drawn
    """What is there equals what was wanted, code swaps and round trips too; nothing else is touched; a second plan is empty."""
    store, frame = plans.store_of(there), plans.frame_of(wanted)
    plan = sk.plan(store, frame, prune=prune)
    if plan.counts["blocked"]:
        with pytest.raises(InvalidInput, match="blocked, and nothing was sent"):
            sk.apply(plan, store, progress=False, allow=LIFT)
        assert kept(store) == there
        return
    done = sk.apply(plan, store, workers=workers, progress=False, allow=LIFT)
    assert done.ok, str(done)
    assert kept(store) == ({**there, **wanted} if not prune else wanted)
    assert sk.plan(store, frame, prune=prune).empty


@settings(max_examples=30)
@given(st.permutations(plans.CODES[:6]))
def test_any_exchange_of_codes_works(codes: list[str]) -> None:
    """Each cycle of a permutation goes over one code that nobody has, and no call is refused."""
    there = {
        key: {"segment_code": code, "segment_name": key, "active": True} for key, code in zip(plans.KEYS, codes, strict=False)
    }
    store = plans.store_of({key: {**values, "segment_code": f"C{n}"} for n, (key, values) in enumerate(there.items())})
    before = len(list(store._client.double.calls))
    done = carried_out(store, plans.frame_of(there))
    assert done.ok
    assert kept(store) == there
    moved = [n for n, code in enumerate(codes) if code != f"C{n}"]
    cycles, seen = 0, set[int]()
    for n in moved:
        cycles += n not in seen
        while n not in seen:
            seen.add(n)
            n = int(codes[n][1:])  # noqa: PLW2901 - along the cycle
    assert done.calls == len(moved) + cycles
    calls = list(store._client.double.calls)[before:]
    assert {call.status for call in calls} <= {200}


def test_a_code_goes_from_a_deleted_segment_to_a_new_one() -> None:
    """The delete that frees it comes first; a delete that nobody waits for comes last."""
    store = plans.store_of(ABC)
    wanted = {"a": ABC["a"], "d": {**ABC["b"], "segment_name": "n d"}}
    assert carried_out(store, plans.frame_of(wanted), prune=True).ok
    assert kept(store) == wanted
    order = [(call.endpoint, call.subject) for call in store._client.double.calls if "GET" not in call.endpoint]
    assert [subject for _, subject in order[-3:]] == ["b", "d", "c"]


def test_a_stale_plan_is_refused_and_says_what_moved() -> None:
    """A value, a segment that went and a code that somebody took, each with its place; nothing is sent."""
    store = plans.store_of(ABC)
    plan = sk.plan(store, pd.DataFrame({"system_id": ["a", "b", "d"], "segment_code": ["A", "B", "D"], "segment_name": "new"}))
    store._client.upsert_segment("a", segment_name="by hand")
    store._client.delete_segment("b")
    store._client.upsert_segment("x", segment_code="D", segment_name="x")
    before = kept(store)
    with pytest.raises(InvalidInput, match="stale") as caught:
        sk.apply(plan, store, progress=False, allow=LIFT)
    assert {(found.where, found.message) for found in caught.value.findings} == {
        ("a, segment_name", "it was 'n a', and now it is 'by hand'"),
        ("b", "it was there when the plan was made, and now it is not"),
        ("x", "it has the segment_code 'D' now, which d is to have"),
    }
    assert kept(store) == before


def test_what_moves_outside_of_a_plan_does_not_make_it_stale() -> None:
    """Unless the plan prunes and the newcomer is owned: then it would have been deleted."""
    frame = pd.DataFrame({"system_id": ["a"], "segment_name": ["new"]})
    for prune, owned, is_stale in ((False, None, False), (True, None, True), (True, ["a"], False), (True, ["a", "x"], True)):
        store = plans.store_of({"a": ABC["a"]})
        plan = sk.plan(store, frame, prune=prune, owned=owned)
        store._client.upsert_segment("x", segment_code="X", segment_name="x")
        if is_stale:
            with pytest.raises(InvalidInput, match="stale"):
                sk.apply(plan, store, progress=False)
        else:
            assert sk.apply(plan, store, progress=False).ok


def test_a_plan_is_not_applied_to_another_registry() -> None:
    """The address is a part of it."""
    plan = sk.plan(plans.store_of({}), plans.frame_of(ABC))
    other = sk.CIOPulseStore(sk.CIOPulse("P", "k" * 40, base_url="http://127.0.0.1:9/api/v5"))
    with pytest.raises(InvalidInput, match="make one for it"):
        sk.apply(plan, other)


def test_a_plan_for_one_portal_is_not_applied_to_another_at_the_same_address() -> None:
    """All portals are asked at one address; a plan knows which it is for, and names no portal's code."""
    codes, key = ("PORTAL1", "PORTAL2"), "SMzYECYJYLpNw8PrfX8EtPO2tcP0XaKJvZ4FW5VL"
    one, other = (sk.CIOPulseStore(sk.CIOPulse(code, key, base_url="http://127.0.0.1:9/api/v5")) for code in codes)
    assert one.target != other.target
    assert not any(code in store.target for code in codes for store in (one, other))
    plan = dataclasses.replace(plans.planned({}, plans.frame_of(ABC)), target=one.target)
    with pytest.raises(InvalidInput, match="make one for it"):
        sk.apply(plan, other, progress=False)


def test_a_guard_bars_the_apply_until_it_is_lifted() -> None:
    """More than 30 % deletes of ten: refused, nothing sent; allowed by name, done. An empty frame cannot be allowed."""
    ten = {f"k{n}": {"segment_code": f"K{n}", "segment_name": f"n{n}", "active": True} for n in range(10)}
    store = plans.store_of(ten)
    six = {key: ten[key] for key in list(ten)[:6]}
    plan = sk.plan(store, plans.frame_of(six), prune=True)
    with pytest.raises(InvalidInput, match="too-many-deletes"):
        sk.apply(plan, store, progress=False)
    assert kept(store) == ten
    assert sk.apply(plan, store, progress=False, allow=["too-many-deletes"]).ok
    assert kept(store) == six
    empty = sk.plan(store, plans.frame_of({}), prune=True)
    with pytest.raises(InvalidInput, match="empty-wanted"):
        sk.apply(empty, store, progress=False)
    for allow in (["empty-wanted"], "too-many-deletes"):
        with pytest.raises(InvalidInput, match="allow is"):
            sk.apply(empty, store, allow=allow)
    with pytest.raises(InvalidInput, match="on_error"):
        sk.apply(plan, store, on_error="ignore")  # type: ignore[arg-type]


def test_a_refused_row_is_told_and_the_others_are_applied() -> None:
    """The vendor's words are its reason; who waits for it is skipped; the same plan does the rest later."""
    store = plans.store_of(ABC)
    store._client.double.ciopulse.add_responses("b")
    wanted = {"a": ABC["a"], "c": {**ABC["c"], "segment_name": "new"}, "d": {**ABC["b"], "segment_name": "n d"}}
    plan = sk.plan(store, plans.frame_of(wanted), prune=True)
    done = sk.apply(plan, store, progress=False)
    frame = done.to_frame().set_index("key")
    assert frame.outcome.to_dict() == {"b": "rejected", "c": "applied", "d": "skipped"}
    assert "has Responses" in frame.reason["b"]
    assert frame.reason["d"] == "it waits for b, which was not changed"
    assert not done.ok
    assert list(done.to_frame().columns) == list(APPLIED)
    assert "✗ rejected" in done._repr_html_()
    stopped = sk.apply(sk.plan(store, plans.frame_of(wanted), prune=True), store, on_error="stop", progress=False)
    assert stopped.counts["not_attempted"] + stopped.counts["skipped"] == 1
    assert "stopped" in repr(stopped)


def test_an_apply_stops_where_it_is_not_let_in() -> None:
    """No call is begun after a credential was refused; what was not sent is told as not attempted."""
    store = plans.store_of({})
    wanted = {f"k{n}": {"segment_code": f"K{n}", "segment_name": f"n{n}", "active": True} for n in range(30)}
    plan = sk.plan(store, plans.frame_of(wanted))
    portal = store._client.double.ciopulse
    tokens, watched = (
        portal._tokens,
        plans.Watched(store._client, before=lambda n: n == 6 and setattr(portal, "_tokens", frozenset())),
    )
    done = sk.apply(plan, watched, workers=1, progress=False)
    assert isinstance(done.stopped, Unauthorized)
    assert (done.counts["applied"], done.counts["not_attempted"], watched.calls) == (5, 25, 6)
    assert len(kept(store)) == 5
    portal._tokens = tokens
    again = sk.apply(plan, store, progress=False)
    assert again.ok
    assert (again.counts["applied"], again.counts["skipped"], again.calls) == (25, 5, 25)


def test_an_answer_that_never_came_is_looked_up() -> None:
    """A 500 may have been carried out or not: what is there afterwards decides."""
    store = plans.store_of({})
    store._client.double.faults.add("500", times=99, path="*/segments/a*")
    done = carried_out(store, plans.frame_of(ABC), workers=1)
    frame = done.to_frame().set_index("key")
    assert frame.outcome.to_dict() == {"a": "rejected", "b": "applied", "c": "applied"}
    assert frame.reason["a"].startswith("not carried out: ")


class Broken(BaseException):
    """What no `except Exception` catches."""


@settings(max_examples=40)
@given(plans.portals(), plans.portals(least=1), st.integers(0, 12), st.booleans())
def test_a_run_that_breaks_off_at_any_call_goes_on(there: Any, wanted: Any, calls: int, is_after: bool) -> None:  # noqa: FBT001 - drawn
    """Broken off before or after the vendor was asked, the same plan goes on: all is as wanted, and no twin."""
    store, frame = plans.store_of(there), plans.frame_of(wanted)
    plan = sk.plan(store, frame, prune=True)
    if plan.counts["blocked"]:
        return

    def broken(n: int) -> None:
        if n > calls:
            raise Broken

    hooks = {"after" if is_after else "before": broken}
    with suppress(Broken):
        sk.apply(plan, plans.Watched(store._client, **hooks), workers=1, progress=False, allow=LIFT)
    done = sk.apply(plan, store, workers=2, progress=False, allow=LIFT)
    assert done.ok, str(done)
    assert kept(store) == wanted
    assert sk.plan(store, frame, prune=True).empty


@settings(max_examples=40)
@given(
    plans.portals(),
    plans.portals(least=1),
    st.lists(
        st.tuples(st.sampled_from(["500", "503", "429", "html", "malformed"]), st.integers(0, 9), st.integers(1, 5)), max_size=4
    ),
)
def test_faults_at_any_call_lose_nothing(there: Any, wanted: Any, faults: list[tuple[str, int, int]]) -> None:
    """Whatever fails, every row is accounted for, and the same plan does the rest: as wanted, and no twin."""
    store, frame = plans.store_of(there), plans.frame_of(wanted)
    plan = sk.plan(store, frame, prune=True)
    if plan.counts["blocked"]:
        return
    double = store._client.double

    def fail(n: int) -> None:
        for kind, at, times in faults:
            if at == n - 1:
                double.faults.add(kind, times=times)

    with suppress(sk.errors.CallError):
        done = sk.apply(plan, plans.Watched(store._client, before=fail), workers=1, progress=False, allow=LIFT)
        assert sum(done.counts.values()) == sum(plan.counts[action] for action in ("create", "update", "delete"))
        now = kept(store)
        for row in done.rows:
            if row.outcome == "applied":
                assert now.get(row.key) == wanted.get(row.key)
    double.faults.clear()
    assert sk.apply(plan, store, progress=False, allow=LIFT).ok
    assert kept(store) == wanted


def test_a_call_that_was_not_let_in_for_its_rate_was_not_attempted() -> None:
    """Nothing was carried out, so it is not a refusal."""
    store = plans.store_of({})
    store._client.double.faults.add("429", times=99, path="*/segments/a*")
    assert carried_out(store, plans.frame_of(ABC)).to_frame().set_index("key").outcome["a"] == "not_attempted"


def test_a_credential_that_an_answer_repeats_is_kept_nowhere(tmp_path: Path) -> None:
    """Not in what became of a row, not in the plan, not in the journal."""
    store = plans.store_of({})
    (pair,) = store._client.double.ciopulse._tokens
    account, _, key = pair.partition(":")
    store._client.double.faults.add("echo", times=9, path="*/segments/a*")
    plan = sk.plan(store, plans.frame_of(ABC))
    done = sk.apply(plan, store, journal=tmp_path / "j.sqlite", progress=False)
    assert done.counts["rejected"] == 1
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    shown = f"{done}{done!r}{done._repr_html_()}{done.to_frame().to_json()}{plan.to_markdown()}{plan._repr_html_()}{store!r}"
    for secret in (key, pair, base64.b64encode(pair.encode()).decode(), account):
        assert secret not in shown
        assert secret.encode() not in written
    assert b"was refused" in written or b"cannot be used here" in written


def test_a_kept_plan_is_applied_as_it_was_looked_at(tmp_path: Path) -> None:
    """Written, read and applied, with a journal that has the plan and every call, and no credential."""
    store = plans.store_of(ABC)
    wanted = {**ABC, "a": {**ABC["a"], "segment_code": "B"}, "b": {**ABC["b"], "segment_code": "A"}}
    plan = sk.plan(store, plans.frame_of(wanted))
    write_plan(plan, tmp_path / "plan.json")
    journal = tmp_path / "journal.sqlite"
    assert sk.apply(read_plan(tmp_path / "plan.json"), store, journal=journal, progress=False).counts["applied"] == 2
    with closing(sqlite3.connect(journal)) as opened:
        entries = opened.execute("SELECT key, label FROM entry").fetchall()
    assert sorted(label for _, label in entries) == ["done", "done", "done", "plan"]
    assert {key.partition("/")[0] for key, _ in entries} == {plan.checksum}
    again = sk.apply(plan, store, journal=journal, progress=False)
    assert (again.calls, again.counts["applied"], set(again.to_frame().reason)) == (0, 2, {"by a run of this plan before"})
    without = sk.apply(plan, store, progress=False)
    assert (without.calls, without.counts["skipped"], without.ok) == (0, 2, True)
