"""Registries in memory, frames, and the difference worked out with plain dicts, for tests of plans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from far_side import QUICK
from hypothesis import strategies as st

from segkit.registry.diff import diff
from segkit.registry.portal_schema import SCHEMA, wanted_of
from segkit.vendors.ciopulse import CIOPulse
from segkit.vendors.ciopulse_store import CIOPulseStore

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from segkit.registry.plan import Plan
    from segkit.registry.steps import Step

Portal = dict[str, dict[str, Any]]

KEYS = [f"s{number}" for number in range(8)]
CODES = [f"C{number}" for number in range(8)]
NAMES = ["North", "South", "East: 1", "East- 1", "West"]


@st.composite
def portals(draw: st.DrawFn, least: int = 0) -> Portal:
    """Draw what a portal keeps: keys, codes of which no two are the same, names that are clean."""
    keys = draw(st.lists(st.sampled_from(KEYS), unique=True, min_size=least))
    codes = draw(st.permutations(CODES))
    return {
        key: {"segment_code": code, "segment_name": f"{draw(st.sampled_from(NAMES[:2]))} {key}", "active": draw(st.booleans())}
        for key, code in zip(keys, codes, strict=False)
    }


def frame_of(portal: Portal, keys: list[str] | None = None) -> pd.DataFrame:
    """Return the frame that wants a portal."""
    order = list(portal) if keys is None else keys
    columns = {"system_id": order, **{name: [portal[key][name] for key in order] for name in SCHEMA.names}}
    return pd.DataFrame(columns).astype({"system_id": "str", "segment_code": "str", "segment_name": "str", "active": "bool"})


def planned(there: Portal, frame: pd.DataFrame, **choices: Any) -> Plan:
    """Return a plan without a vendor."""
    return diff(there, wanted_of(frame), SCHEMA, target="here", **choices)


def brute(there: Portal, wanted: Portal, *, prune: bool) -> set[tuple[Any, ...]]:
    """Work the difference out with dicts: key, action, field, before and after."""
    found: set[tuple[Any, ...]] = set()
    for key, values in wanted.items():
        if key not in there:
            found |= {(key, "create", name, None, _text(value)) for name, value in values.items()}
        elif there[key] == values:
            found.add((key, "no-op", None, None, None))
        else:
            for name, value in values.items():
                if there[key][name] != value:
                    found.add((key, "update", name, _text(there[key][name]), _text(value)))
    for key in there if prune and wanted else ():
        if key not in wanted:
            found |= {(key, "delete", name, _text(value), None) for name, value in there[key].items()}
    return found


def _text(value: object) -> str:
    return {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else str(value)  # type: ignore[call-overload]


def store_of(portal: Portal, **switches: Any) -> CIOPulseStore:
    """Return the store of a sandbox that keeps a portal."""
    client = CIOPulse.sandbox(**switches).with_options(retries=QUICK)
    for key, values in portal.items():
        client.upsert_segment(key, **values)
    return CIOPulseStore(client)


class Watched(CIOPulseStore):
    """A portal's store that counts its calls, with something that happens before or after each; it is told the number."""

    def __init__(self, client: CIOPulse, before: Callable[[int], object] = int, after: Callable[[int], object] = int) -> None:
        super().__init__(client)
        self._before, self._after, self.calls = before, after, 0

    def carry_out(self, step: Step) -> Mapping[str, str]:
        """Make one call."""
        self.calls += 1
        self._before(self.calls)
        done = super().carry_out(step)
        self._after(self.calls)
        return done
