"""Plan and apply at CIOPulse against a model of plain dicts: whatever is wanted, whatever breaks, whoever interferes."""

from __future__ import annotations

from typing import Any, NamedTuple

import breaking
from doubled import KEY, ciopulse
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

import segkit as sk

KEYS, CODES = ["s0", "s1", "s2", "s3", "s4"], ["C0", "C1", "C2", "C3", "C4", "C5"]
NAMES = ["North", "South", "East: 1", "East- 1", " West ", 'say "x"']
FIELDS = ("segment_code", "segment_name", "active")
PARKED = "segkit-"

Segment = dict[str, Any]
Portal = dict[str, Segment]


def tidy(name: Any) -> Any:
    """Return what a portal makes of a name, told by the examples of its page."""
    return name.strip().replace(":", "-") if isinstance(name, str) else name


def same(field: str, one: Any, other: Any) -> bool:
    """Whether two values are one to the portal."""
    return tidy(one) == tidy(other) if field == "segment_name" else one == other


class Scope(NamedTuple):
    """What a plan may touch, as it is handed in, and as the model reads it."""

    kind: str
    keys: frozenset[str] = frozenset()

    @property
    def owned(self) -> Any:
        """The argument of `plan`."""
        return {"all": None, "keys": sorted(self.keys)}.get(self.kind, self.holds)

    def holds(self, key: str, values: Segment) -> bool:
        """Whether a segment is owned."""
        return values.get("active") is not False if self.kind == "active ones" else key in self.keys

    def owns(self, key: str, values: Segment, *, is_new: bool) -> bool:
        """Whether it may be touched."""
        return self.kind == "all" or (self.kind == "keys" and is_new) or self.holds(key, values)


SCOPES = st.one_of(
    st.just(Scope("all")),
    st.just(Scope("all")),
    st.builds(Scope, st.sampled_from(["keys", "function"]), st.frozensets(st.sampled_from(KEYS), min_size=2)),
    st.just(Scope("active ones")),
)


@st.composite
def frames(draw: st.DrawFn) -> list[Segment]:
    """Draw rows: cells that are missing, codes that are not twice, names that are cleaned."""
    keys = draw(st.lists(st.sampled_from(KEYS), unique=True, min_size=draw(st.sampled_from([0, 2, 4]))))
    codes = draw(st.permutations(CODES))
    rows = []
    for key, code in zip(keys, codes, strict=False):
        values = {"segment_code": code, "segment_name": draw(st.sampled_from(NAMES)), "active": draw(st.booleans())}
        lacking = draw(st.sets(st.sampled_from(FIELDS), max_size=2)) if draw(st.integers(0, 3)) == 1 else ()
        rows.append({"system_id": key, **{name: values[name] for name in FIELDS if name not in lacking}})
    return rows


def fitted(rows: list[Segment], there: Portal, *, prune: bool) -> list[Segment]:
    """Return rows with codes that nobody else keeps, and with what a new segment needs, so that most plans can be applied."""
    wanted = {row["system_id"] for row in rows}
    staying = {values["segment_code"] for key, values in there.items() if key not in wanted and not prune}
    staying |= {
        there[row["system_id"]]["segment_code"] for row in rows if "segment_code" not in row and row["system_id"] in there
    }
    asked = [row["segment_code"] for row in rows if "segment_code" in row]
    free = [code for code in [*asked, *CODES, *(f"N{n}" for n in range(len(KEYS)))] if code not in staying]
    free = list(dict.fromkeys(free))
    fit = []
    for row in rows:
        is_new = row["system_id"] not in there
        code = {"segment_code": free.pop(0)} if "segment_code" in row or is_new else {}
        name = (
            {"segment_name": f"{tidy(row.get('segment_name', 'North')).strip(chr(34))} {row['system_id']}"}
            if "segment_name" in row or is_new
            else {}
        )
        fit.append({**row, **code, **name})
    return fit


class Outlook:
    """What a frame means for a portal, worked out with dicts."""

    def __init__(self, there: Portal, rows: list[Segment], scope: Scope, *, prune: bool) -> None:
        self.there = {key: dict(values) for key, values in there.items()}
        self.scope, self.prune = scope, prune
        self.changed: Portal = {}  # the fields that a row changes
        self.end: dict[str, Segment | None] = {}
        self.blocked: set[str] = set()
        self._given = {row["system_id"]: {name: row[name] for name in FIELDS if name in row} for row in rows}
        for key, values in self._given.items():
            self._want(key, values)
        for key, values in there.items() if prune and rows else ():
            if key not in self._given and scope.owns(key, values, is_new=False):
                self.end[key] = None
        self._collide()
        self.bars = not rows or bool(self.blocked)

    def _want(self, key: str, values: Segment) -> None:
        before = self.there.get(key)
        changed = {name: tidy(value) for name, value in values.items() if not (before and same(name, before[name], value))}
        self.end[key] = {**(before or {}), **changed}
        if before is not None and not changed:
            return
        self.changed[key] = changed
        lacks = before is None and not {"segment_code", "segment_name"} <= set(values)
        if lacks or '"' in changed.get("segment_name", "") or not self.scope.owns(key, before or changed, is_new=before is None):
            self.blocked.add(key)

    def _collide(self) -> None:
        """Block who takes the code of another, or the name of another because it was cleaned."""
        end = {key: values for key, values in {**self.there, **self.end}.items() if values is not None}
        takers = {key: values for key, values in self.changed.items() if key not in self.blocked}
        # What is blocked stays as it is.
        end = {key: self.there.get(key, {}) if key in self.blocked else values for key, values in end.items()}
        for key, changed in takers.items():
            others = {other: values for other, values in end.items() if other != key}
            if "segment_code" in changed and any(v.get("segment_code") == changed["segment_code"] for v in others.values()):
                self.blocked.add(key)
            alike = [
                o
                for o, v in others.items()
                if "segment_name" in v and same("segment_name", v["segment_name"], changed.get("segment_name"))
            ]
            takes = [k for k in (key, *alike) if "segment_name" in takers.get(k, {})]
            if "segment_name" in changed and alike and any(self._is_cleaned(k) for k in takes):
                self.blocked.add(key)

    def _is_cleaned(self, key: str) -> bool:
        given = self._given[key]["segment_name"]
        return bool(tidy(given) != given)

    def moved(self, now: Portal) -> set[str]:
        """Return where the plan must say that something moved."""
        places = set()
        for key in self.end:
            if not self._is_on_its_way(key, now.get(key)):
                before = self.there.get(key)
                if before is None or key not in now:
                    places.add(key)
                else:
                    places |= {f"{key}, {name}" for name in FIELDS if not same(name, before[name], now[key][name])}
        taken = {changed["segment_code"] for key, changed in self.changed.items() if "segment_code" in changed}
        for key in set(now) - set(self.end):
            is_mine = self.prune and self.scope.owns(key, now[key], is_new=False)
            if is_mine or now[key]["segment_code"] in taken:
                places.add(key)
        return places

    def _is_on_its_way(self, key: str, now: Segment | None) -> bool:
        """Whether a segment is as it was, as it is to be, or has a code of nobody's for the time being."""
        before, end = self.there.get(key), self.end[key]
        parked = None
        if before and end and "segment_code" in self.changed.get(key, {}) and now and now["segment_code"].startswith(PARKED):
            parked = {**before, "segment_code": now["segment_code"]}
        return any(_is(now, state) for state in (before, end, *([parked] if parked else [])))

    def fits(self, now: Portal, before: Portal) -> bool:
        """Whether a run may have come so far: all of the plan's on its way, all others as they were."""
        others = {*now, *before} - set(self.end)
        return all(now.get(key) == before.get(key) for key in others) and all(
            self._is_on_its_way(key, now.get(key)) for key in self.end
        )

    def is_whole(self, now: Portal, before: Portal) -> bool:
        """Whether all is done, and nothing else; a field that a new segment is not given is the portal's to set."""
        kept = {key: values for key, values in before.items() if key not in self.end}
        ends = {key: values for key, values in self.end.items() if values is not None}
        made = {key: before.get(key, {}) for key in ends if key not in self.there}
        return now == kept | {key: {"active": True, **made.get(key, {}), **values} for key, values in ends.items()}


def _is(now: Segment | None, state: Segment | None) -> bool:
    if now is None or state is None:
        return now is state
    return all(same(name, now[name], value) for name, value in state.items())


class PortalMachine(breaking.Machine):
    """A portal, an analyst, somebody else, and a wire that breaks."""

    longest = 12

    def __init__(self) -> None:
        super().__init__()
        self.double, self.wire = breaking.doubled(f"PORTAL:{KEY}")
        self.double.reset()
        url = "http://sandbox.invalid/api/v5"
        self.store = sk.CIOPulseStore(ciopulse(base_url=url, _app=self.wire))
        self.hand = ciopulse(base_url=url, _app=self.double.wsgi)
        self.there: Portal = {}

    def look(self) -> Portal:
        """Return what the double keeps."""
        return {
            row["system_id"]: {
                "segment_code": row["segment_code"],
                "segment_name": row["segment_name"],
                "active": row["active"] == "y",
            }
            for row in self.double.ciopulse.segments
        }

    @initialize(made=frames())
    def begin(self, made: list[Segment]) -> None:
        """Start with what somebody has made by hand."""
        for row in made:
            code, name = row.get("segment_code"), row.get("segment_name", "North")
            if code and tidy(name) in {name, name.strip()} and '"' not in name:
                self._by_hand(row["system_id"], {"segment_code": code, "segment_name": name, "active": row.get("active", True)})

    def _by_hand(self, key: str, values: Segment) -> None:
        self.hand.upsert_segment(key, **values)
        self.there[key] = {**self.there.get(key, {}), **values}

    @rule(rows=frames(), prune=st.booleans(), scope=SCOPES, is_apt=breaking.MOSTLY, met=st.none() | breaking.troubles(9))
    def plan(self, rows: list[Segment], prune: bool, scope: Scope, is_apt: bool, met: Any) -> None:  # noqa: FBT001 - drawn
        """Make a plan, mostly one that can be applied: what is wanted is in its scope, and no code is another's."""
        there = self.there
        if is_apt:
            new = {row["system_id"] for row in rows} - set(there)
            mine = [
                row
                for row in rows
                if scope.owns(row["system_id"], there.get(row["system_id"], row), is_new=row["system_id"] in new)
            ]
            rows = fitted(mine, there, prune=prune and scope.kind == "all")
        self._plan(rows, scope, prune=prune)
        self.at_once(met)

    def _plan(self, rows: list[Segment], scope: Scope, *, prune: bool) -> None:
        """Hold a plan to what dicts say of it."""
        frame = breaking.framed(rows, ["system_id", *(name for name in FIELDS if any(name in row for row in rows))])
        outlook = Outlook(self.there, rows, scope, prune=prune)

        def again() -> sk.Plan:
            return sk.plan(self.store, frame, prune=prune, owned=scope.owned)

        plan = again()
        assert {row.key for row in plan.rows} == set(outlook.end)
        assert {row.key for row in plan.rows if row.action == "blocked"} == outlook.blocked
        for row in plan.rows:
            if row.action != "blocked":
                assert row.before == outlook.there.get(row.key)
                assert row.after == outlook.changed.get(row.key, {})
                assert (row.action == "delete") == (outlook.end[row.key] is None)
        self.promised(breaking.Promise(plan, outlook.bars, outlook.moved, outlook.fits, outlook.is_whole, again))

    @rule(key=st.sampled_from(KEYS), what=st.sampled_from(["name", "code", "delete"]), code=st.sampled_from([*CODES, "H"]))
    def somebody_interferes(self, key: str, what: str, code: str) -> None:
        """Somebody else renames a segment, deletes it, or gives a code that is free to one, which may be a new one."""
        if what == "name" and key in self.there:
            self._by_hand(key, {"segment_name": f"by hand {code}"})
        elif what == "delete" and key in self.there:
            self.hand.delete_segment(key)
            del self.there[key]
        elif what == "code" and all(values["segment_code"] != code for values in self.there.values()):
            new = {} if key in self.there else {"segment_name": "North", "active": True}
            self._by_hand(key, {"segment_code": code, **new})

    @invariant()
    def the_model_is_true(self) -> None:
        """Hold what is there to the model."""
        assert self.look() == self.there


TestPortal = PortalMachine.TestCase
TestPortal.settings = settings(breaking.STEPS, max_examples=120)
