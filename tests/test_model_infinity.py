"""Plan and apply at Infinity against a model of plain dicts: segments, groups, references, orders, ids of the vendor's own."""

from __future__ import annotations

import json
from typing import Any

import breaking
from far_side import QUICK
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule
from installation_model import CLEARED, FIELDS, Outlook, Rows, Scope, There, called, shuffled

import segkit as sk

REFS = ["r0", "r1", "r2", "r3", "r4"]
NAMES = ["Shop", "Blog", "Help"]
CRITERIA = ['[["href","inc","/shop"]]', '[["act","eq","1"],["href","ends","x"]]']
GROUPS = ["Default", "Segment Group Name 400", "Segment Group Name 401", "Shops", "Others", "#401"]
KEYS = [*map(str, range(400, 405)), *(f"ref:{ref}" for ref in REFS)]

SCOPES = st.one_of(
    st.just(Scope("all")),
    st.just(Scope("all")),
    st.builds(Scope, st.sampled_from(["keys", "function"]), st.frozensets(st.sampled_from(KEYS), min_size=4), st.booleans()),
    st.builds(Scope, st.just("first ones"), groups=st.booleans()),
)


@st.composite
def frames(draw: st.DrawFn) -> Rows:
    """Draw rows: with an id, or with a reference only; cells that are missing; orders that may be the places of a list."""
    places = draw(st.lists(st.integers(0, 4), unique=True, min_size=draw(st.sampled_from([0, 2, 4]))))
    refs = draw(st.permutations([*REFS, CLEARED]))
    orders = draw(st.permutations(range(len(places)))) if draw(st.booleans()) else [draw(st.integers(0, 5)) for _ in places]
    rows = []
    for place, ref, order in zip(places, refs, orders, strict=False):
        values = {
            "segment_name": draw(st.sampled_from(NAMES)),
            "segment_ref": ref,
            "segment_order": order,
            "criteria": draw(st.sampled_from(CRITERIA)),
            "segment_group_name": draw(st.sampled_from(GROUPS)),
        }
        lacking = draw(st.sets(st.sampled_from(FIELDS), max_size=3)) if draw(st.booleans()) else set()
        has_id = draw(st.booleans()) or ref == CLEARED
        if not has_id:
            lacking -= {"segment_ref"}
        row = {name: value for name, value in values.items() if name not in lacking}
        rows.append({"segment_id": 400 + place, **row} if has_id else row)
    return rows


class InstallationMachine(breaking.Machine):
    """An installation, an analyst, somebody else, and a wire that breaks."""

    longest = 24
    made: frozenset[str] = frozenset()
    misread = frozenset({"empty", "malformed"})  # a list is one object a line, so a part of it, or nothing, is a list too

    @initialize(deleted=st.sampled_from(["gone", "listed"]), built_in=st.sampled_from(["hidden", "listed"]), rows=frames())
    def begin(self, deleted: str, built_in: str, rows: Rows) -> None:
        """Start with what is printed, and what somebody has made by hand."""
        self.double, self.wire = breaking.doubled("U:P", infinity_deleted=deleted, infinity_built_in=built_in)
        self.double.reset()
        self.client, self.hand = (
            sk.Infinity(1, "U", "P", base_url="http://sandbox.invalid/config/v2", retries=QUICK, _app=app)
            for app in (self.wire, self.double.wsgi)
        )
        for row in sorted(rows, key=lambda row: "segment_id" not in row):
            if {"segment_name", "criteria"} <= set(row):
                ref = None if row.get("segment_ref") == CLEARED else row.get("segment_ref")
                made = {"segment_id": row.get("segment_id"), "ref": ref, "order": row.get("segment_order", 0)}
                if row.get("segment_id") not in {400, 401}:
                    self.hand.create_segment(row["segment_name"], row["criteria"], **made)
        self.there = self.look()

    def look(self) -> There:
        """Return what the double keeps in use."""
        groups = {
            row["segmentGroupId"]: row["segmentGroupName"]
            for row in self.double.infinity.rows(1, "segmentGroups")
            if row["segmentGroupStatus"] == 200 and row["segmentGroupId"]
        }
        names = called(groups)
        rows = [row for row in self.double.infinity.rows(1) if row["segment"] > 1]
        segments = {
            str(row["segment"]): {
                "segment_name": row["segmentName"],
                "segment_ref": row["segmentRef"] or None,
                "segment_order": row["segmentOrder"],
                "criteria": json.dumps([[c["field"], c["op"], c["value"]] for c in row["criteria"]], separators=(",", ":")),
                "segment_group_name": names[row["segmentGroupId"]],
            }
            for row in rows
            if row["segmentStatus"] == 200
        }
        return There(segments, groups, frozenset(str(row["segment"]) for row in rows) - set(segments))

    @rule(
        rows=frames(),
        prune=breaking.MOSTLY,
        groups=st.booleans(),
        scope=SCOPES,
        is_apt=breaking.MOSTLY,
        met=st.none() | breaking.troubles(24),
    )
    def plan(self, rows: Rows, prune: bool, groups: bool, scope: Scope, is_apt: bool, met: Any) -> None:  # noqa: FBT001 - drawn
        """Make a plan, mostly one that can be applied: what is wanted is in its scope, and no reference is another's."""
        if is_apt:
            kept = self.there.segments
            keys = [str(row.get("segment_id", f"ref:{row.get('segment_ref')}")) for row in rows]
            mine = [
                row for key, row in zip(keys, rows, strict=True) if scope.owns(key, kept.get(key, row), is_new=key not in kept)
            ]
            rows = shuffled(mine, self.there, prune=prune and scope.kind == "all")
        self._plan(rows, scope, prune=prune, groups=groups)
        self.at_once(met)

    def _plan(self, rows: Rows, scope: Scope, *, prune: bool, groups: bool) -> None:
        """Hold a plan to what dicts say of it."""
        self.store = sk.InfinityStore(self.client, prune_groups=groups)
        frame = breaking.framed(rows, ["segment_id", *FIELDS])
        outlook = Outlook(self.there, rows, scope, prune=prune, prune_groups=groups)
        owned = scope.owned(self.there)

        def again() -> sk.Plan:
            return sk.plan(self.store, frame, prune=prune, owned=owned)

        plan = again()
        segments = {row.key: row for row in plan.rows if not row.key.startswith("group:")}
        assert set(segments) == set(outlook.end)
        assert {key for key, row in segments.items() if row.action == "blocked"} == outlook.blocked
        if not outlook.bars:
            for key, row in segments.items():
                assert row.after == outlook.changed.get(key, {})
                assert (row.action == "delete") == (outlook.end[key] is None)
            of = {row.key.removeprefix("group:"): row.action for row in plan.rows if row.key.startswith("group:")}
            assert {name for name, action in of.items() if action == "create"} == outlook.made
            assert {name for name, action in of.items() if action == "delete"} == outlook.gone
        self.made = frozenset(key for key, before in outlook.there.items() if before is None)
        self.promised(breaking.Promise(plan, outlook.bars, outlook.moved, outlook.fits, outlook.is_whole, again))

    @rule(
        place=st.integers(0, 9),
        what=st.sampled_from(
            ["name", "ref", "order", "group", "delete", "make", "make a group", "rename a group", "delete a group"]
        ),
        value=st.integers(0, 5),
    )
    def somebody_interferes(self, place: int, what: str, value: int) -> None:
        """Somebody else changes, makes or deletes a segment or a group."""
        if "group" in what and what != "group":
            self._regroup(place, what, value)
        else:
            self._resegment(place, what, value)
        self.there = self.look()
        if self.made & self.there.used_up:
            self.promise = None  # its id is used up, so the vendor refuses to make it again, and all that waits for it is left

    def _resegment(self, place: int, what: str, value: int) -> None:
        segments, groups = sorted(self.there.segments, key=int), sorted(self.there.groups)
        held = {values["segment_ref"] for values in self.there.segments.values()}
        key = int(segments[place % len(segments)]) if segments else None
        changes = {"name": {"name": f"By hand {value}"}, "ref": {"ref": REFS[value % 5]}, "order": {"order": value}}
        if groups:
            changes["group"] = {"group_id": groups[value % len(groups)]}
        is_taken = what in {"ref", "make"} and REFS[value % 5] in held
        if what == "make" and not is_taken:
            self.hand.create_segment("By hand", CRITERIA[0], ref=REFS[value % 5])
        elif key and what == "delete":
            self.hand.delete_segment(key)
        elif key and what in changes and not is_taken:
            self.hand.update_segment(key, **changes[what])

    def _regroup(self, place: int, what: str, value: int) -> None:
        groups = sorted(self.there.groups)
        group = groups[place % len(groups)] if groups else None
        used = {each["segment_group_name"] for each in self.there.segments.values()}
        if what == "make a group":
            self.hand.create_segment_group(["Shops", "Others", "By hand"][value % 3])
        elif what == "rename a group" and group:
            self.hand.update_segment_group(group, ["Shops", "Others", "By hand"][value % 3])
        elif what == "delete a group" and group and called(self.there.groups)[group] not in used:
            self.hand.delete_segment_group(group)

    @invariant()
    def the_built_in_ones_are_as_ever(self) -> None:
        """Nobody touches segments 0 and 1 and group 0."""
        if hasattr(self, "double"):
            assert [row["segmentName"] for row in self.double.infinity.rows(1) if row["segment"] < 2] == ["All", "Default"]
            assert self.double.infinity.rows(1, "segmentGroups")[0]["segmentGroupName"] == "Default"


TestInstallation = InstallationMachine.TestCase
TestInstallation.settings = breaking.STEPS
