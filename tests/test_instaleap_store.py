"""Plans for Instaleap: against what was sent, or blind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

import segkit as sk
from segkit.errors import InvalidInput

if TYPE_CHECKING:
    from pathlib import Path


def frame(**customers: Any) -> pd.DataFrame:
    """Return a long frame of customers and the values of their membership."""
    rows = [(key, "membership", value) for key, values in customers.items() for value in values]
    rows += [(key, None, None) for key, values in customers.items() if not values]
    return pd.DataFrame(rows, columns=["document_id", "type", "value"], dtype="str")


def store_of(sent: Path | None, *document_ids: str, **choices: Any) -> sk.InstaleapStore:
    """Return the store of a sandbox that knows some customers."""
    client = sk.Instaleap.sandbox()
    client.double.instaleap.enrol(*document_ids)
    return sk.InstaleapStore(client, sent=sent, **choices)


def test_without_a_file_every_plan_is_a_blind_replace() -> None:
    """It says so, and replaces all that is wanted, also what is so already."""
    store = store_of(None, "a", "b")
    for _ in range(2):
        plan = sk.plan(store, frame(a=["GOLD"], b=[]))
        assert plan.blind
        assert str(plan).startswith("Blind replace")
        assert {row.reason for row in plan.rows} == {"what is there cannot be read: it is replaced"}
        assert sk.apply(plan, store, progress=False).counts["applied"] == 2
    assert store._client.double.instaleap.segments["a"] == (("membership", "GOLD"),)


def test_with_a_file_a_plan_is_the_difference_from_what_was_sent(tmp_path: Path) -> None:
    """Sent once, it is no change; a prune takes the segments away; nobody is sent who stays as he is."""
    store = store_of(tmp_path / "sent.sqlite", "a", "b", "c")
    wanted = frame(a=["GOLD", "OLD"], b=["SILVER"], c=[])
    assert sk.apply(sk.plan(store, wanted), store, progress=False).counts["applied"] == 3
    assert sk.plan(store, wanted).empty
    assert sk.plan(store, store.export(), prune=True).empty
    less = frame(a=["OLD", "GOLD"], b=["GOLD"])
    plan = sk.plan(store, less, prune=True)
    assert [(row.key, row.action) for row in plan.rows] == [("a", "no-op"), ("b", "update"), ("c", "delete")]
    assert sk.apply(plan, store, progress=False).ok
    assert sk.plan(store, less, prune=True).empty
    assert store._client.double.instaleap.segments["b"] == (("membership", "GOLD"),)


def test_whoever_is_not_owned_is_not_touched_though_nothing_was_sent_for_him(tmp_path: Path) -> None:
    """He has segments all the same, which a replacement would take away; nobody is a new one here."""
    for sent in (None, tmp_path / "sent.sqlite"):
        store = store_of(sent, "a", "b")
        store._client.replace_segments({"b": [("membership", "HIS")]}, progress=False)
        plan = sk.plan(store, frame(a=["GOLD"], b=["GOLD"]), owned=["a"])
        assert [(row.key, row.reason) for row in plan.rows if row.action == "blocked"] == [
            ("b", "it is outside of what is owned")
        ]
        with pytest.raises(InvalidInput, match="blocked"):
            sk.apply(plan, store, progress=False)
        assert sk.apply(sk.plan(store, frame(a=["GOLD"]), owned=["a"]), store, progress=False).ok
        assert store._client.double.instaleap.segments["b"] == (("membership", "HIS"),)


def test_who_is_not_updated_is_told_and_stays_pending(tmp_path: Path) -> None:
    """A customer that the vendor does not name is not taken down as sent, in whatever request he was."""
    known = [f"k{n}" for n in range(10)]
    store = store_of(tmp_path / "sent.sqlite", *known, customers_per_request=3)
    wanted = frame(**{key: ["GOLD"] for key in [*known, "nobody"]})
    done = sk.apply(sk.plan(store, wanted), store, progress=False)
    assert (done.counts["applied"], done.counts["rejected"], done.calls) == (10, 1, 4)
    assert [row.key for row in sk.plan(store, wanted).rows if row.action != "no-op"] == ["nobody"]


def test_a_request_without_an_answer_is_in_doubt(tmp_path: Path) -> None:
    """Nothing can be looked up: its customers are sent again by the next plan."""
    store = store_of(tmp_path / "sent.sqlite", "a")
    store._client.double.faults.add("malformed", times=9)
    done = sk.apply(sk.plan(store, frame(a=["GOLD"])), store, progress=False)
    assert done.counts["in_doubt"] == 1
    store._client.double.faults.clear()
    assert sk.apply(sk.plan(store, frame(a=["GOLD"])), store, progress=False).ok


def test_what_cannot_be_sent_bars_the_apply_and_not_the_plan() -> None:
    """Who cannot be sent is blocked with the findings of the client, the others are planned; nothing is sent of either."""
    store = store_of(None, "a")
    good, half, twice = ("a", "m", "GOLD"), ("b", "m", None), [("c", "m", "OLD"), ("c", None, None)]
    cells = pd.DataFrame([good, half, ("b", "m", "OLD"), (1.0, "m", "OLD"), *twice], columns=["document_id", "type", "value"])
    plan = sk.plan(store, cells)
    assert {row.key: row.action for row in plan.rows} == {"a": "update", "b": "blocked", "c": "blocked", "row 3": "blocked"}
    assert plan.findings.codes == {"half-a-segment", "no-text", "conflicting-duplicate", "blocked-rows"}
    assert plan.n_wanted == 4
    with pytest.raises(InvalidInput, match="nothing was sent"):
        sk.apply(plan, store, progress=False)
    assert not store._client.double.instaleap.segments["a"]
    with pytest.raises(InvalidInput, match="DataFrame"):
        sk.plan(store_of(None), {"a": []})  # type: ignore[arg-type]
    assert sk.plan(store_of(None), frame()).findings.codes == {"empty-wanted"}


@pytest.mark.parametrize("value", [sk.CLEAR, None, f" {sk.CLEAR} "])
def test_what_clears_is_never_sent_as_a_segment(tmp_path: Path, value: str | None) -> None:
    """The sentinel in both cells is a customer who is to have none, beside a value it is half a segment."""
    store = store_of(tmp_path / "sent.sqlite", "a")
    assert sk.apply(sk.plan(store, frame(a=["GOLD"])), store, progress=False).ok
    cells = {"document_id": ["a"], "type": [sk.CLEAR], "value": [value]}
    assert sk.apply(sk.plan(store, pd.DataFrame(cells)), store, progress=False).ok
    assert store._client.double.instaleap.segments["a"] == ()
    assert sk.plan(store, pd.DataFrame({**cells, "value": ["OLD"]})).findings.codes == {"half-a-segment", "blocked-rows"}


@pytest.mark.parametrize("is_kept", [True, False])
def test_who_is_not_owned_is_not_replaced(tmp_path: Path, *, is_kept: bool) -> None:
    """Nobody can tell who is there, so a customer to whom nothing was sent from here is not new, and must be owned too."""
    store = store_of(tmp_path / "sent.sqlite" if is_kept else None, "a", "b")
    plan = sk.plan(store, frame(a=["GOLD"], b=["GOLD"]), owned=["a"])
    assert {row.key: row.action for row in plan.rows} == {"a": "create" if is_kept else "update", "b": "blocked"}


def test_that_others_segments_are_replaced_is_told(tmp_path: Path) -> None:
    """A first plan against what was sent says that what is there goes; a prune that nothing can come of says so."""
    plan = sk.plan(store_of(tmp_path / "sent.sqlite", "a"), frame(a=["GOLD"]))
    assert {row.reason for row in plan.rows} == {"nothing was sent to it from here before: whatever is there is replaced"}
    assert sk.plan(store_of(None, "a"), frame(a=["GOLD"]), prune=True).findings.codes == {"prune-in-vain"}
    assert not sk.plan(store_of(tmp_path / "sent.sqlite", "a"), frame(a=["GOLD"]), prune=True).findings
