"""Plan and apply at Instaleap against a model of plain dicts: what was sent, what the vendor has, and who is no customer."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import breaking
import pandas as pd
from doubled import KEY, instaleap
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

import segkit as sk

CUSTOMERS = ["k0", "k1", "k2", "k3", "k4"]
PAIRS = [("membership", "GOLD"), ("membership", "SILVER"), ("city", "Lima")]

Pairs = tuple[tuple[str, str], ...]
Wanted = dict[str, Pairs]


class There(NamedTuple):
    """What the vendor has of whom it knows, and what was sent from here; None where that is not kept."""

    vendor: dict[str, Pairs]
    sent: dict[str, Pairs] | None


class Scope(NamedTuple):
    """Whose segments a plan may touch: everybody's, or those of some, as keys or as a function."""

    kind: str
    keys: frozenset[str] = frozenset()

    @property
    def owned(self) -> Any:
        """The argument of `plan`."""
        return {"all": None, "keys": sorted(self.keys)}.get(self.kind, self.owns)

    def owns(self, key: str, _values: Any = None) -> bool:
        """Whether a customer's segments may be touched: nobody is ever a new one."""
        return self.kind == "all" or key in self.keys


class Outlook:
    """What a frame leads to: for each customer of the plan what was sent, and what is to be sent."""

    def __init__(self, there: There, wanted: Wanted, scope: Scope, *, prune: bool) -> None:
        self.scope, self.prune = scope, prune
        sent = there.sent or {}
        gone = {key for key in sent if key not in wanted and scope.owns(key)} if prune and wanted else set()
        self.before = {key: sent.get(key) for key in {*wanted, *gone}}
        self.end: dict[str, Pairs | None] = {**wanted, **dict.fromkeys(gone)}
        self.changed = {key for key in self.end if there.sent is None or self.before[key] != self.end[key]}
        self.blocked = {key for key in self.changed if not scope.owns(key)}
        self.bars = not wanted or bool(self.blocked)

    def moved(self, now: There) -> set[str]:
        """Return where the plan must say that something moved, of what was sent."""
        if now.sent is None:
            return set()
        places = set()
        for key, before in self.before.items():
            found = now.sent.get(key)
            if found not in {before, self.end[key]}:
                places.add(key if before is None or found is None else f"{key}, segments")
        new = set(now.sent) - set(self.end) if self.prune and self.scope.kind != "keys" else set()
        return places | {key for key in new if self.scope.owns(key)}

    def fits(self, now: There, before: There) -> bool:
        """Whether a run may have come so far; what is taken down as sent was carried out."""
        for key in {*now.vendor, *before.vendor, *(now.sent or {}), *(before.sent or {})}:
            found, earlier = now.vendor.get(key), before.vendor.get(key)
            told, told_earlier = (each.sent.get(key) if each.sent is not None else None for each in (now, before))
            end = self.end.get(key) or ()
            if key not in self.changed and (found, told) != (earlier, told_earlier):
                return False
            if found not in {earlier, end}:
                return False
            if told != told_earlier and (told != self.end.get(key) or found != end):
                return False
        return True

    def is_whole(self, now: There, before: There) -> bool:
        """Whether all whom the vendor knows were sent what is wanted, and this is taken down."""
        done = {key: self.end[key] for key in self.changed if key in before.vendor}
        if now.sent is not None and any(now.sent.get(key) != pairs for key, pairs in done.items()):
            return False
        # What was taken down as sent before is not sent again, though somebody may have changed it unseen.
        fresh = {key for key, pairs in done.items() if before.sent is None or before.sent.get(key) != pairs}
        return self.fits(now, before) and all(now.vendor[key] == (done[key] or ()) for key in fresh)

    def refused(self, now: There) -> set[str]:
        """Return whom the vendor does not know, and whose segments are therefore never as wanted."""
        sent = now.sent if now.sent is not None else {}
        return {key for key in self.changed - set(now.vendor) if now.sent is None or sent.get(key) != self.end[key]}


class CustomerMachine(breaking.Machine):
    """Customers, an analyst, somebody else, and a wire that breaks."""

    longest = 6

    @initialize(strangers=st.sets(st.sampled_from(CUSTOMERS), max_size=1), keeps=st.booleans(), size=st.integers(1, 3))
    def begin(self, strangers: set[str], keeps: bool, size: int) -> None:  # noqa: FBT001 - drawn
        """Start with customers, but for one perhaps; what is sent is kept, or not."""
        self.double, self.wire = breaking.doubled(KEY)
        self.double.reset()
        self.double.instaleap.enrol(*(key for key in CUSTOMERS if key not in strangers))
        self.sent = Path(self._folder.name) / "sent.sqlite" if keeps else None
        url = "http://sandbox.invalid/api/v3"
        client, hand = (instaleap(base_url=url, _app=app) for app in (self.wire, self.double.wsgi))
        self.store = sk.InstaleapStore(client, sent=self.sent, customers_per_request=size)
        self.hand, self.colleague = hand, sk.InstaleapStore(hand, sent=self.sent)
        self.there = self.look()

    def look(self) -> There:
        """Return what the double has, and what the file says was sent."""
        vendor = {key: tuple(sorted(pairs)) for key, pairs in self.double.instaleap.segments.items() if key in CUSTOMERS}
        return There(vendor, None if self.sent is None else _sent(self.sent))

    @rule(
        wanted=st.dictionaries(st.sampled_from(CUSTOMERS), st.lists(st.sampled_from(PAIRS), unique=True, max_size=2)),
        prune=st.booleans(),
        scope=st.one_of(
            st.just(Scope("all")),
            st.builds(Scope, st.sampled_from(["keys", "function"]), st.frozensets(st.sampled_from(CUSTOMERS))),
        ),
        is_apt=breaking.MOSTLY,
        met=st.none() | breaking.troubles(5),
    )
    def plan(self, wanted: Any, prune: bool, scope: Scope, is_apt: bool, met: Any) -> None:  # noqa: FBT001 - drawn
        """Make a plan, mostly one that can be applied, and hold it to what dicts say of it."""
        apt = {key: tuple(sorted(pairs)) for key, pairs in wanted.items() if scope.owns(key) or not is_apt}
        rows = [(key, *pair) for key, pairs in apt.items() for pair in pairs or [(None, None)]]
        frame = pd.DataFrame(rows, columns=["document_id", "type", "value"], dtype="str")
        outlook = Outlook(self.there, apt, scope, prune=prune)

        def again() -> sk.Plan:
            return sk.plan(self.store, frame, prune=prune, owned=scope.owned)

        plan = again()
        assert plan.blind == (self.sent is None)
        assert {row.key for row in plan.rows} == set(outlook.end)
        assert {row.key for row in plan.rows if row.action != "no-op"} == outlook.changed
        assert {row.key for row in plan.rows if row.action == "blocked"} == outlook.blocked
        assert {row.key for row in plan.rows if row.action == "delete"} == {
            key for key, end in outlook.end.items() if end is None
        }
        whole = breaking.Promise(plan, outlook.bars, outlook.moved, outlook.fits, outlook.is_whole, again, outlook.refused)
        self.promised(whole._replace(left=lambda _: outlook.changed) if plan.blind else whole)
        self.at_once(met)

    @rule(key=st.sampled_from(CUSTOMERS), what=st.sampled_from(["enrol", "vendor", "colleague"]), pair=st.sampled_from(PAIRS))
    def somebody_interferes(self, key: str, what: str, pair: tuple[str, str]) -> None:
        """Somebody enrols, changes segments at the vendor unseen, or a colleague does with the same file of what was sent."""
        if what == "enrol":
            self.double.instaleap.enrol(key)
        elif what == "vendor":
            self.hand.replace_segments({key: [pair]}, progress=False)
        else:
            frame = pd.DataFrame({"document_id": [key], "type": pair[0], "value": pair[1]})
            sk.apply(sk.plan(self.colleague, frame), self.colleague, progress=False)
        self.there = self.look()

    @invariant()
    def nobody_else_is_touched(self) -> None:
        """Leave the customers of the page's examples alone."""
        if hasattr(self, "double"):
            assert not any(pairs for key, pairs in self.double.instaleap.segments.items() if key not in CUSTOMERS)


def _sent(path: Path) -> dict[str, Pairs]:
    if not path.exists():
        return {}
    with closing(sqlite3.connect(path)) as opened:
        rows = opened.execute("SELECT label, answer FROM entry").fetchall()
    return {label: tuple((kind, value) for kind, value in json.loads(answer)) for label, answer in rows if answer}


TestCustomers = CustomerMachine.TestCase
TestCustomers.settings = breaking.STEPS
