"""One widget of each class, for the laws that hold for all of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import segkit as sk
from segkit.sel.population import Population
from segkit.widgets import QuotaDesigner, RespondentSimulator, SegmentBrowser, TreeWalker

if TYPE_CHECKING:
    from collections.abc import Callable

    from segkit.widgets.shown import Shown

HOSTILE = "<img src=x onerror=alert(1)>"
BOYS = frozenset(sk.child_codes("boy", ages=(1, 17)))


def _walker() -> TreeWalker:
    ps = sk.PureSpectrum.sandbox()
    return TreeWalker(ps.qualifications("en_US", [3910])[3910].walk().answer(111), calculate=ps.calculate)


def _designer() -> QuotaDesigner:
    designer = QuotaDesigner(sk.QuotaDesign(100, BOYS).with_quota("boys", BOYS, 60), replicates=100)
    designer._do_exact({})  # as its view asks by itself, once the hand rests
    designer._redraw("")
    return designer


def _simulator() -> RespondentSimulator:
    return RespondentSimulator(sk.standard("mx-amai", 2022), n=50).move("internet", "yes", 0.74)


def _browser() -> SegmentBrowser:
    return SegmentBrowser(sk.InfinityStore(sk.Infinity.sandbox()), apply=sk.apply).edit("400", "segment_name", "Shop")


def _hostile_walker() -> TreeWalker:
    answers = [{"id": 111, "text": HOSTILE}, {"id": 112, "text": "</pre><script>alert(1)</script>"}]
    question = {"qualification_id": 8, "question_text": "<script>alert(1)</script>", "description": HOSTILE, "answers": answers}
    parent = {"qualification_id": 7, "description": HOSTILE, "answers": [{"id": 1, "text": HOSTILE}], "children": [question]}
    tree = sk.read_qualifications(json.dumps([{"7": parent}]))[7]
    return TreeWalker(tree, locale="en_US", member_id=HOSTILE).answer(111).answer(HOSTILE, 8)


def _hostile_designer() -> QuotaDesigner:
    return QuotaDesigner(sk.QuotaDesign(10).with_quota(HOSTILE, [139], 10), replicates=100)


def _hostile_simulator() -> RespondentSimulator:
    rule = sk.standard("mx-amai", 2022).rule.from_points({HOSTILE: {HOSTILE: 0, "b": 1}}, {HOSTILE: 0})
    return RespondentSimulator({HOSTILE: Population.fit(rule)}, n=20).move(HOSTILE, "b", 0.9)


def _hostile_browser() -> SegmentBrowser:
    return _browser().edit("400", "segment_name", HOSTILE).edit("401", "criteria", f"href {HOSTILE} x").add(segment_ref=HOSTILE)


FAMILY: dict[str, Callable[[], Shown]] = {
    "QuotaDesigner": _designer,
    "RespondentSimulator": _simulator,
    "SegmentBrowser": _browser,
    "TreeWalker": _walker,
}
HOSTILES: dict[str, Callable[[], Shown]] = {
    "QuotaDesigner": _hostile_designer,
    "RespondentSimulator": _hostile_simulator,
    "SegmentBrowser": _hostile_browser,
    "TreeWalker": _hostile_walker,
}
"""The same with names that look like markup wherever a name can stand."""
