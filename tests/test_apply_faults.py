"""Plans carried out at Infinity and Instaleap while something fails: looked up, told, and done by the next run."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import breaking
import pandas as pd
import pytest
from doubled import KEY, instaleap
from far_side import QUICK

import segkit as sk
from segkit.errors import Forbidden, Unauthorized
from segkit.sandbox.app import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from segkit.registry.steps import Step

SHOP = '[["href","inc","/shop"]]'


class Made:
    """A store over a wire that breaks, its double, and a frame that wants five changes of one call each."""

    def __init__(self, vendor: str, **switches: Any) -> None:
        self.vendor = vendor
        self.double = Sandbox(tokens=[f"U:{KEY}", KEY], trees=[], **switches)
        self.wire = breaking.Wire(self.double)
        self.store: Any
        if vendor == "infinity":
            url = "http://sandbox.invalid/config/v2"
            self.client: Any = sk.Infinity(1, "U", KEY, base_url=url, retries=QUICK, _app=self.wire)
            self.store = sk.InfinityStore(self.client)
            self.frame = pd.DataFrame({"segment_ref": list("abcde"), "segment_name": "New", "criteria": SHOP})
        else:
            self.double.instaleap.enrol(*"abcde")
            self.client = instaleap(base_url="http://sandbox.invalid/api/v3", _app=self.wire)
            self.store = sk.InstaleapStore(self.client, customers_per_request=1)
            self.frame = pd.DataFrame({"document_id": list("abcde"), "type": "membership", "value": "GOLD"})

    def plan(self) -> sk.Plan:
        """Return the plan for what is wanted."""
        return sk.plan(self.store, self.frame)

    def done(self) -> list[str]:
        """Return who is as wanted at the double."""
        if self.vendor == "infinity":
            return [row["segmentRef"] for row in self.double.infinity.rows(1) if row["segmentRef"] in set("abcde")]
        return [key for key, pairs in self.double.instaleap.segments.items() if pairs]

    def outcomes(self, met: list[breaking.Trouble], **choices: Any) -> dict[str, str]:
        """Apply, and return the outcome of each by the letter that it ends with."""
        with self.wire.meeting(met):
            applied = sk.apply(self.plan(), self.store, progress=False, workers=1, **choices)
        return {row.key[-1]: row.outcome for row in applied.rows}


VENDORS = pytest.mark.parametrize("vendor", ["infinity", "instaleap"])


class Before:
    """A store with something that happens before each of its calls; it is told the step and its number."""

    def __init__(self, store: Any, happens: Callable[[Step, int], object]) -> None:
        self._store, self._happens, self._calls = store, happens, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def carry_out(self, step: Step) -> Any:
        """Make one call."""
        self._calls += 1
        self._happens(step, self._calls)
        return self._store.carry_out(step)


@VENDORS
def test_an_apply_stops_where_it_is_not_let_in_any_more(vendor: str) -> None:
    """What was done is told, what was not begun is not attempted; let in again, the same plan does the rest."""
    made = Made(vendor)
    keeper, plan = getattr(made.double, vendor), made.plan()
    tokens = keeper._tokens

    def bar(_step: Step, number: int) -> None:
        if number == 4:
            keeper._tokens = frozenset()

    done = sk.apply(plan, Before(made.store, bar), workers=1, progress=False)
    assert isinstance(done.stopped, Unauthorized)
    assert (done.counts["applied"], done.counts["not_attempted"], len(made.done())) == (3, 2, 3)
    keeper._tokens = tokens
    again = sk.apply(plan, made.store, progress=False)
    assert again.ok
    # Of Infinity it is read who is there; a blind replacement sends everybody again.
    assert again.calls == (2 if vendor == "infinity" else 5)
    assert sorted(made.done()) == list("abcde")


def test_a_user_without_the_right_changes_nothing_at_infinity() -> None:
    """A 403 of the first look is an error, and no outcome."""
    made = Made("infinity")
    plan = made.plan()
    denied = Made("infinity", infinity_access="denied")
    with pytest.raises(Forbidden):
        sk.apply(plan, denied.store, progress=False)
    assert denied.done() == []


@VENDORS
def test_a_call_that_was_carried_out_though_its_answer_was_lost(vendor: str) -> None:
    """At Infinity it is looked up, never sent twice, and applied; at Instaleap it is sent again, which changes nothing."""
    for at in range(1, 30):
        made = Made(vendor)
        plan = made.plan()
        with made.wire.meeting([breaking.Trouble(breaking.LOST, at)]):
            done = sk.apply(plan, made.store, workers=1, progress=False)
        assert done.ok, str(done)
        assert sorted(made.done()) == list("abcde"), "each once"


def test_what_stays_in_doubt_is_told_so_where_nothing_can_be_looked_up() -> None:
    """Nothing shows a customer's segments; the next plan sends them again."""
    made = Made("instaleap")
    assert made.outcomes([breaking.Trouble("malformed", 2)]) == {**dict.fromkeys("acde", "applied"), "b": "in_doubt"}
    assert made.outcomes([]) == dict.fromkeys("abcde", "applied")


@pytest.mark.parametrize("kind", ["500", "html", "503"])
def test_a_create_of_which_nothing_is_known_is_looked_up_at_the_end(kind: str) -> None:
    """Also where the look-up behind it failed: not carried out is rejected, and the next run makes it once."""
    made = Made("infinity")
    plan, faults = made.plan(), made.double.faults

    def fail(step: Step, _number: int) -> None:
        faults.clear()
        if step.keys == ("ref:c",):
            faults.add(kind, times=99, path="*/segments")

    done = sk.apply(plan, Before(made.store, fail), workers=1, progress=False)
    assert {row.key[-1]: row.outcome for row in done.rows} == {**dict.fromkeys("abde", "applied"), "c": "rejected"}
    assert sk.apply(plan, made.store, progress=False).calls == 1
    assert sorted(made.done()) == list("abcde")


@VENDORS
def test_a_rate_that_is_exceeded_is_no_refusal(vendor: str) -> None:
    """Nothing was carried out: it was not attempted, and the same plan does it later."""
    made = Made(vendor)
    plan, faults = made.plan(), made.double.faults
    done = sk.apply(plan, Before(made.store, lambda *_: faults.add("429", times=99)), workers=1, progress=False)
    assert {row.outcome for row in done.rows} == {"not_attempted"}
    assert made.done() == []
    faults.clear()
    assert sk.apply(plan, made.store, progress=False).ok


def test_a_segment_waits_for_its_group() -> None:
    """Where the group cannot be made, its segments are skipped and say so; the others are made, and the rest later."""
    made = Made("infinity")
    made.frame["segment_group_name"] = ["Shops", None, "Shops", None, None]
    plan, faults = made.plan(), made.double.faults

    def fail(step: Step, _number: int) -> None:
        if step.keys == ("group:Shops",):
            faults.add("echo", path="*/segmentGroups")

    done = sk.apply(plan, Before(made.store, fail), workers=1, progress=False)
    frame = done.to_frame().set_index("key")
    assert frame.outcome.to_dict() == {
        "group:Shops": "rejected",
        **dict.fromkeys(("ref:a", "ref:c"), "skipped"),
        **dict.fromkeys(("ref:b", "ref:d", "ref:e"), "applied"),
    }
    assert frame.reason["ref:a"] == "it waits for group:Shops, which was not changed"
    assert sk.apply(plan, made.store, progress=False).ok
    assert made.plan().empty


def test_an_order_that_is_refused_is_that_of_every_segment_that_it_moves() -> None:
    """Other changes of the same segments stay; the next run gives the places."""
    made = Made("infinity")
    made.frame = pd.DataFrame({"segment_id": [400, 401], "segment_order": [1, 0], "segment_name": ["One", "Two"]})
    plan, faults = made.plan(), made.double.faults

    def fail(step: Step, _number: int) -> None:
        if step.kind == "order":
            faults.add("echo", times=99, path="*/order")

    done = sk.apply(plan, Before(made.store, fail), workers=1, progress=False)
    assert {row.key: row.outcome for row in done.rows} == {"400": "rejected", "401": "rejected"}
    assert [(s.name, s.order) for s in made.client.segments().values()] == [("One", 0), ("Two", 1)]
    faults.clear()
    again = sk.apply(plan, made.store, progress=False)
    assert (again.ok, again.calls) == (True, 1)
    assert [(s.name, s.order) for s in made.client.segments().values()] == [("One", 1), ("Two", 0)]


def test_a_group_that_somebody_fills_meanwhile_is_not_deleted() -> None:
    """The vendor deletes no group that holds segments: told as rejected, and a new plan knows why."""
    made = Made("infinity", infinity_deleted="gone")
    made.store = sk.InfinityStore(made.client, prune_groups=True)
    made.frame = pd.DataFrame({"segment_id": [400]})
    owned = ["400", "group:Segment Group Name 401"]
    plan = sk.plan(made.store, made.frame, prune=True, owned=owned)
    hand = made.client.update_segment

    def fill(_step: Step, number: int) -> None:
        if number == 1:
            hand(401, group_id=401)

    done = sk.apply(plan, Before(made.store, fill), progress=False)
    assert [(row.key, row.outcome) for row in done.rows] == [("group:Segment Group Name 401", "rejected")]
    assert "contains segments: 401" in done.rows[0].reason
    assert sk.plan(made.store, made.frame, prune=True, owned=owned).empty


@VENDORS
def test_a_credential_that_an_answer_repeats_is_kept_nowhere(vendor: str, tmp_path: Path) -> None:
    """Not in what became of a row, not in the plan, not in the journal."""
    made = Made(vendor)
    plan, faults = made.plan(), made.double.faults
    double = Before(made.store, lambda *_: (faults.clear(), faults.add("echo", times=9)))
    done = sk.apply(plan, double, journal=tmp_path / "j.sqlite", workers=1, progress=False)
    assert done.counts["rejected"] == 5
    shown = f"{done}{done!r}{done._repr_html_()}{done.to_frame().to_json()}{plan.to_markdown()}{made.store!r}"
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for secret in (KEY, base64.b64encode(f"U:{KEY}".encode()).decode()):
        assert secret not in shown
        assert secret.encode() not in written
    assert b"cannot be used here" in written
