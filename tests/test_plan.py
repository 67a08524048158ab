"""The difference of a registry and a frame, and what keeps it from being applied."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pandas as pd
import plans
import pytest
from hypothesis import given
from hypothesis import strategies as st

import segkit as sk
from segkit.errors import InvalidInput
from segkit.registry.plan_file import dumped, read_plan, write_plan
from segkit.registry.plan_frames import PLAN
from segkit.registry.schema import CLEAR

if TYPE_CHECKING:
    from pathlib import Path

THERE: plans.Portal = {f"k{n}": {"segment_code": f"K{n}", "segment_name": f"Name {n}", "active": True} for n in range(10)}


def frame(**columns: Any) -> pd.DataFrame:
    """Return a frame of text and whatever else is given."""
    return pd.DataFrame(columns)


def reasons(plan: sk.Plan) -> dict[str, str]:
    """Return why rows are blocked."""
    return {row.key: row.reason for row in plan.rows if row.action == "blocked"}


@given(plans.portals())
def test_the_diff_of_equal_frames_is_empty(portal: plans.Portal) -> None:
    """What is there, wanted, is no change."""
    plan = plans.planned(portal, plans.frame_of(portal), prune=True)
    assert plan.empty
    assert not plan.pending
    assert plan.counts["no-op"] == len(portal)


@given(plans.portals(), plans.portals(), st.booleans())
def test_a_plan_is_the_difference_of_dicts(there: plans.Portal, wanted: plans.Portal, prune: bool) -> None:  # noqa: FBT001 - drawn
    """Every change, and nothing else, is what a comparison key by key and field by field finds, where no two codes meet."""
    plan = plans.planned(there, plans.frame_of(wanted), prune=prune)
    if not plan.counts["blocked"]:
        assert {change[:5] for change in plan.changes} == plans.brute(there, wanted, prune=prune)
    else:
        end = {**there, **wanted} if not prune else wanted
        codes = [values["segment_code"] for values in end.values()]
        assert len(set(codes)) < len(codes), "a row is blocked though no two would have the same code"


@given(plans.portals(), plans.portals(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(there: plans.Portal, wanted: plans.Portal, chance: Any) -> None:
    """The same rows in another order, of the frame and of what is there, are the same plan with the same checksum."""
    keys, others = list(wanted), list(there)
    chance.shuffle(keys)
    chance.shuffle(others)
    one = plans.planned(there, plans.frame_of(wanted), prune=True)
    other = plans.planned({key: there[key] for key in others}, plans.frame_of(wanted, keys), prune=True)
    assert one.changes == other.changes
    assert one.checksum == other.checksum
    assert dumped(one) == dumped(other)


def test_a_checksum_is_stable_and_tells_plans_apart() -> None:
    """It is the same in every process and version, and another one for another value."""
    one = plans.planned({}, frame(system_id=["a"], segment_code=["A"], segment_name=["n"]))
    about = {"registry": "segments of a CIOPulse portal", "target": "here", "n_there": 0, "n_wanted": 1}
    after = {"segment_code": "A", "segment_name": "n"}
    row = {"key": "a", "action": "create", "before": None, "after": after, "reason": "it is not there", "told": {}}
    document = {"format": 1, **about, "prune": False, "blind": False, "scope": "all", "checks": [], "rows": [row]}
    written = json.dumps(document, separators=(",", ":")).encode()
    assert one.checksum == hashlib.sha256(written).hexdigest()
    assert one.checksum != plans.planned({}, frame(system_id=["a"], segment_code=["A"], segment_name=["m"])).checksum
    assert len(one.checksum) == 64


@given(there=plans.portals(), wanted=plans.portals())
def test_a_plan_is_read_back_as_it_was_written(tmp_path_factory: pytest.TempPathFactory, there: Any, wanted: Any) -> None:
    """A file has all of a plan, byte for byte the same when it is written again."""
    path = tmp_path_factory.mktemp("plans") / "plan.json"
    plan = plans.planned(there, plans.frame_of(wanted), prune=True)
    write_plan(plan, path)
    read = read_plan(path)
    assert (read.changes, read.checksum, read.findings) == (plan.changes, plan.checksum, plan.findings)
    assert dumped(read) == path.read_text()


def test_a_file_that_was_changed_is_no_plan(tmp_path: Path) -> None:
    """Somebody's edit shows itself."""
    path = tmp_path / "plan.json"
    write_plan(plans.planned({}, frame(system_id=["a"], segment_code=["A"], segment_name=["n"])), path)
    document = json.loads(path.read_text())
    document["rows"][0]["after"]["segment_name"] = "other"
    path.write_text(json.dumps(document))
    with pytest.raises(InvalidInput, match="changed after it was written"):
        read_plan(path)
    for text in ("", "[]", "{}", '{"format": 99}'):
        path.write_text(text)
        with pytest.raises(InvalidInput, match="no plan"):
            read_plan(path)
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_plan(tmp_path / "none.json")


def test_a_plan_as_frame_html_and_markdown() -> None:
    """The contract's columns and dtypes, also of an empty one; each action has a word, a symbol and a colour."""
    plan = plans.planned(THERE, frame(system_id=["k1", "new"], segment_code=["K1", "N<b>"], segment_name=["Other|x", "n"]))
    made = plan.to_frame()
    assert list(made.columns) == ["key", "action", "field", "before", "after", "reason"] == list(PLAN)
    assert made.loc[made.key == "k1", ["field", "before", "after"]].to_numpy().tolist() == [["segment_name", "Name 1", "Other|x"]]
    empty = plans.planned({}, frame(system_id=pd.Series([], dtype="str"))).to_frame()
    assert empty.dtypes.equals(made.dtypes)
    html = plan._repr_html_()
    assert "~ update" in html
    assert "#9a6700" in html
    assert "N&lt;b&gt;" in html
    assert "<b>" not in html
    markdown = plan.to_markdown()
    assert "| k1 | ~ update | segment\\_name | Name 1 | Other\\|x | it differs |" in markdown
    assert repr(plan) == f"<Plan 1 create, 1 update, {plan.checksum[:12]}>"
    assert "~ k1 segment_name: 'Name 1' → 'Other|x'" in str(plan)


def test_a_missing_cell_leaves_a_value_alone() -> None:
    """None, NaN, NA and an empty text change nothing; the control is a value."""
    for nothing in (None, float("nan"), pd.NA, ""):
        plan = plans.planned(THERE, frame(system_id=["k1"], segment_name=pd.Series([nothing], dtype="object")))
        assert plan.empty
    assert plans.planned(THERE, frame(system_id=["k1"], segment_name=["Other"])).counts["update"] == 1


def test_a_value_is_cleared_only_where_a_registry_can_do_without() -> None:
    """CIOPulse has no field that can be empty."""
    plan = plans.planned(THERE, frame(system_id=["k1"], segment_name=[CLEAR]))
    assert plan.findings.codes == {"cannot-be-cleared", "blocked-rows"}


def test_names_are_cleaned_before_they_are_compared() -> None:
    """A name that is stored as another is no change for ever; the change says what was given."""
    there = {"a": {"segment_code": "A", "segment_name": "x- y", "active": True}}
    assert plans.planned(there, frame(system_id=["a"], segment_name=[" x: y"])).empty
    (change,) = plans.planned(there, frame(system_id=["a"], segment_name=["x: z"])).changes
    assert (change.after, change.reason) == ("x- z", "it differs; cleaned, given was 'x: z'")


def test_two_names_that_collide_after_cleaning_are_blocked() -> None:
    """So do a new one and one that is there; two that are given the same name are a warning."""
    columns = {"system_id": ["a", "b"], "segment_code": ["A", "B"]}
    plan = plans.planned({}, frame(**columns, segment_name=["x: y", "x- y"]))
    assert set(reasons(plan)) == {"a", "b"}
    assert "name-collides" in plan.findings.codes
    there = {"c": {"segment_code": "C", "segment_name": "x- y", "active": True}}
    assert set(reasons(plans.planned(there, frame(system_id=["a"], segment_code=["A"], segment_name=["x: y"])))) == {"a"}
    same = plans.planned({}, frame(**columns, segment_name=["x", "x"]))
    assert (same.findings.codes, same.findings.ok) == ({"same-name"}, True)
    assert plans.planned({}, frame(**columns, segment_name=["x: y", "x- z"])).findings.ok


def test_a_code_that_another_keeps_is_blocked_and_one_that_it_gives_up_is_not() -> None:
    """What counts is who has it at the end."""
    assert set(reasons(plans.planned(THERE, frame(system_id=["k1"], segment_code=["K2"])))) == {"k1"}
    assert not reasons(plans.planned(THERE, frame(system_id=["k1", "k2"], segment_code=["K2", "K1"])))
    kept = [f"k{n}" for n in range(10) if n != 2]
    codes = ["K2" if key == "k1" else f"K{key[1:]}" for key in kept]
    assert not reasons(plans.planned(THERE, frame(system_id=kept, segment_code=codes), prune=True))


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no id": ({"system_id": [None]}, "no-key"),
    "an id twice": ({"system_id": ["k1", "k1"]}, "repeated-key"),
    "an id as a float": ({"system_id": [400.0]}, "unreadable-cell"),
    "an id as a number": ({"system_id": [7]}, "unreadable-cell"),
    "a quote": ({"system_id": ["k1"], "segment_name": ['say "x"']}, "needs-backslash"),
    "half of a character": ({"system_id": ["k1"], "segment_name": ["\ud800"]}, "unreadable-cell"),
    "a number for a name": ({"system_id": ["k1"], "segment_name": pd.Series([5], dtype="object")}, "unreadable-cell"),
    "a blank name": ({"system_id": ["k1"], "segment_name": [" "]}, "unreadable-cell"),
    "no truth value": ({"system_id": ["k1"], "active": ["maybe"]}, "unreadable-cell"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_sent_blocks_and_is_told_with_its_place(name: str) -> None:
    """The whole frame is checked before anything is sent; the plan is made all the same."""
    columns, code = BAD[name]
    plan = plans.planned(THERE, frame(**columns))
    assert code in plan.findings.codes
    assert plan.counts["blocked"] == 1
    assert "blocked-rows" in plan.findings.errors.codes


def test_a_new_segment_needs_its_mandatory_fields() -> None:
    """An update does not: what is left out stays."""
    assert reasons(plans.planned({}, frame(system_id=["a"], segment_code=["A"]))) == {"a": "a new one needs segment_name"}
    assert not reasons(plans.planned(THERE, frame(system_id=["k1"], segment_code=["A"])))


def test_zeros_that_were_lost_are_noticed() -> None:
    """7 beside 007 is blocked; with both written alike it is one segment."""
    there = {"007": {"segment_code": "A", "segment_name": "n", "active": True}}
    columns = {"segment_code": ["B"], "segment_name": ["m"]}
    assert "zeros-lost" in plans.planned(there, frame(system_id=["7"], **columns)).findings.codes
    assert plans.planned(there, frame(system_id=["007"], **columns)).findings.ok
    assert plans.planned(there, frame(system_id=["8"], **columns)).findings.ok


def test_deletes_only_with_prune_and_only_what_is_owned() -> None:
    """Without `prune` nothing is deleted; a scope keeps the rest, as keys and as a function."""
    wanted = frame(system_id=[f"k{n}" for n in range(8)])
    assert plans.planned(THERE, wanted).empty
    assert {row.key for row in plans.planned(THERE, wanted, prune=True).rows if row.action == "delete"} == {"k8", "k9"}
    for owned in (["k8"], lambda key, _values: key == "k8"):
        plan = plans.planned(THERE, wanted, prune=True, owned=owned)
        assert [row.key for row in plan.rows if row.action == "delete"] == ["k8"]
    outside = plans.planned(THERE, frame(system_id=["k9"], segment_name=["x"]), owned=["k8"])
    assert reasons(outside) == {"k9": "it is outside of what is owned"}
    made = frame(system_id=["new"], segment_code=["N"], segment_name=["n"])
    assert plans.planned(THERE, made, owned=["k8"]).counts["create"] == 1
    assert plans.planned(THERE, made, owned=lambda key, _: key != "new").counts["blocked"] == 1
    with pytest.raises(InvalidInput, match="several keys"):
        plans.planned(THERE, made, owned="k8")
    partial = frame(system_id=["new"], segment_code=["N"])
    assert plans.planned(THERE, partial, owned=lambda _, values: values["segment_name"] is None).counts["blocked"] == 1


@pytest.mark.parametrize(("kept", "barred"), [(7, False), (6, True)])
def test_more_than_three_in_ten_deletes_are_barred(kept: int, barred: bool) -> None:  # noqa: FBT001 - a table
    """Three of ten may go, four may not; the plan shows them all the same."""
    plan = plans.planned(THERE, frame(system_id=[f"k{n}" for n in range(kept)]), prune=True)
    assert ("too-many-deletes" in plan.findings.errors.codes) is barred
    assert plan.counts["delete"] == 10 - kept


@pytest.mark.parametrize(("n", "there", "barred"), [(3, 10, False), (4, 10, True), (9, 9, False)])
def test_more_than_three_in_ten_updates_are_barred_from_ten_on(n: int, there: int, barred: bool) -> None:  # noqa: FBT001 - a table
    """Of nine, all may be updated."""
    known = dict(list(THERE.items())[:there])
    plan = plans.planned(known, frame(system_id=list(known)[:n], active=[False] * n))
    assert ("too-many-updates" in plan.findings.errors.codes) is barred
    assert plan.counts["update"] == n


def test_an_empty_frame_deletes_nothing() -> None:
    """It bars the apply, whatever is pruned."""
    plan = plans.planned(THERE, frame(system_id=pd.Series([], dtype="str")), prune=True)
    assert plan.findings.errors.codes == {"empty-wanted"}
    assert plan.counts["delete"] == 0


def test_a_column_that_is_not_known_is_told() -> None:
    """With what it may have been meant to be; twice the same column is refused."""
    (finding,) = plans.planned(THERE, frame(system_id=["k1"], segment_nam=["x"])).findings
    assert (finding.code, finding.fix) == ("unknown-column", "Did you mean segment_name?")
    twice = pd.DataFrame([["k1", "a", "b"]], columns=["system_id", "active", "active"])
    with pytest.raises(InvalidInput, match="twice"):
        plans.planned(THERE, twice)
    with pytest.raises(InvalidInput, match="DataFrame"):
        plans.planned(THERE, {"a": 1})  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="CIOPulseStore"):
        sk.plan(sk.CIOPulse.sandbox(), frame(system_id=["k1"]))  # type: ignore[arg-type]
