"""Every surface of the product on which a text of somebody else stands, made of the 500 hostile texts.

What a surface refuses is counted by its reason; whatever it takes it shows, or the surface has to say how it is changed.
"""

from __future__ import annotations

import collections
import functools
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

import pandas as pd
from far_side import QUICK
from hostile import HOSTILE

import segkit as sk
from segkit import plots, widgets
from segkit.errors import InvalidInput
from segkit.findings import Finding, Findings
from segkit.registry.criteria import criteria_of
from segkit.registry.portal import PortalSegment, PortalSegments
from segkit.registry.segments import Segment, SegmentGroup, SegmentGroups, Segments
from segkit.sel.calculation import SegmentAnswer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from wsgiref.types import StartResponse, WSGIEnvironment

    from segkit.plots.figure import Figure
    from segkit.sel.qualifications import Qualifications
    from segkit.sel.tree import Tree
    from segkit.widgets.shown import Shown

HALVES: Final = frozenset(text for text in HOSTILE if any("\ud800" <= letter <= "\udfff" for letter in text))
WHOLE: Final = tuple(text for text in HOSTILE if text not in HALVES)
"""What a frame can hold: pandas itself refuses half of a character."""


def few(texts: Sequence[str], n: int) -> Iterator[Sequence[str]]:
    """Yield the texts, so many at a time."""
    for start in range(0, len(texts), n):
        yield texts[start : start + n]


@dataclass
class Surface:
    """What a surface shows.

    Attributes
    ----------
    html
        The HTML of each of its parts.
    texts
        The texts that it was given and took, each of which stands somewhere in it.
    refused
        How many it did not take, by the reason.
    """

    html: list[str]
    texts: Sequence[str] = HOSTILE
    refused: collections.Counter[str] = field(default_factory=collections.Counter)


def taken(make: Callable[[str], object], texts: Iterable[str]) -> tuple[list[str], collections.Counter[str]]:
    """Return the texts that can be made something of, and how many cannot, by the reason."""
    good, refused = [], collections.Counter[str]()
    for text in texts:
        try:
            make(text)
            good.append(text)
        except InvalidInput as error:
            refused["half of a character" if "half of a character" in str(error) else str(error)] += 1
    return good, refused


@functools.cache
def trees() -> Qualifications:
    """Return a tree a text, in which all that a vendor words is that text."""

    def tree(number: int, text: str) -> dict[str, Any]:
        answers = [{"id": 111, "text": text, "eng_text": f"{text} (en)"}]
        asked = {"qualification_id": number + 1, "question_type": "singlepunch", "question_description": text}
        asked |= {"question_text": text, "answers": answers, "answer_placeholder": text}
        parent = {"qualification_id": number, "question_description": text, "answers": [{"id": 1, "text": text}]}
        return {str(number): {**parent, "children": [asked]}}

    return sk.read_qualifications(json.dumps([tree(10 * n, text) for n, text in enumerate(HOSTILE, 1)]))


def _of_trees() -> Surface:
    read = trees()
    parts: list[Any] = [read]
    for text, tree in zip(HOSTILE, read.values(), strict=True):
        refused = tree.walk().answer(111).answer(text, tree.questions[0].qualification_id)
        answer = SegmentAnswer(text, 1, 111, text, text, text, "synthetic", text)
        parts += [tree, tree.walk().answer(111), refused, answer]
    return Surface([part._repr_html_() for part in parts])


def _of_findings() -> Surface:
    return Surface([Findings([Finding(text, "error", text, text, text) for text in HOSTILE])._repr_html_()])


def design(texts: Iterable[str]) -> sk.QuotaDesign:
    """Return a small design with a quota of each name, which cannot reach its goal."""
    made = sk.QuotaDesign(completes=60)
    for place, text in enumerate(texts):
        made = made.with_quota(text, sk.child_codes(gender="boy", ages=(place % 17 + 1, place % 17 + 1)), 1)
    return made


@functools.cache
def quota_ids() -> tuple[list[str], collections.Counter[str]]:
    """Return the texts that a quota can be called by."""
    return taken(lambda text: design([text]), HOSTILE)


def _of_designs() -> Surface:
    names, refused = quota_ids()
    parts: list[Any] = []
    for some in few(names, 98):
        one = design(some)
        compared = sk.compare({name: design(["a"]) for name in some}, replicates=2)
        parts += [one, sk.feasibility(one), sk.forecast(one, replicates=2), compared, sk.repair(one, replicates=2), sk.lint(one)]
    return Surface([part._repr_html_() for part in parts], names, refused)


def _of_surveys() -> Surface:
    parts = []
    for text in HOSTILE:
        quota = {"buyer_quota_id": text, "quantities": {"required_count": 5}, "criteria": []}
        document = {"survey_title": text, "client_survey_id": text, "category": text, text: text, "quotas": [quota]}
        read = sk.read_survey(json.dumps(document))
        parts += [read._repr_html_(), sk.lint(read)._repr_html_()]
    return Surface(parts)


def vendor(texts: Sequence[str]) -> sk.Infinity:
    """Return a client of an Infinity that names its segments and groups by the texts."""
    segments = [
        {"segment": n, "segmentRef": f"ref {n}", "segmentName": text, "segmentOrder": n, "segmentGroupId": n}
        | {"criteria": [{"field": text, "op": "begins", "value": text}], "segmentStatus": 200, "orgId": 1}
        for n, text in enumerate(texts, 2)
    ]
    groups = [
        {"segmentGroupId": n, "segmentGroupName": text, "igrp": 1, "segmentGroupStatus": 200} for n, text in enumerate(texts, 2)
    ]

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        asked = parse_qs(environ["QUERY_STRING"])
        offset, limit = (int(asked.get(name, [default])[0]) for name, default in (("offset", "0"), ("limit", "9999")))
        rows = groups if "roup" in environ["PATH_INFO"] else segments
        start_response("200 OK", [])
        return [json.dumps(row).encode() + b"\n" for row in rows[offset : offset + limit]]

    return sk.Infinity(1, "me", "p-1111", base_url="http://app.invalid/config/v2", retries=QUICK, _app=app)


def _of_segments() -> Surface:
    parts: list[Any] = []
    for start, some in zip(range(2, 600, 100), few(HOSTILE, 100), strict=False):
        criteria = [criteria_of([("href", "begins", text)]) for text in some]
        numbered = list(enumerate(zip(some, criteria, strict=True), start))
        parts.append(Segments([Segment(segment_id=n, name=text, order=n, criteria=each) for n, (text, each) in numbered]))
        parts.append(SegmentGroups([SegmentGroup(group_id=n, name=text, igrp=1) for n, (text, _) in numbered]))
        parts.append(PortalSegments(tuple(PortalSegment(str(n), text, text, active=True) for n, (text, _) in numbered)))
    return Surface([part._repr_html_() for part in parts])


def _of_plans() -> Surface:
    store = sk.InfinityStore(sk.Infinity.sandbox())
    parts = []
    for some in few(WHOLE, 40):
        wanted = pd.DataFrame({"segment_name": some, "segment_ref": [f"r{n}" for n in range(len(some))]})
        plan = sk.plan(store, wanted.assign(criteria='[["href", "begins", "/"]]'))
        parts.append(plan._repr_html_())
    halves = collections.Counter({"pandas: surrogates not allowed": len(HALVES)})
    return Surface(parts, WHOLE, halves)


def table_of(texts: Sequence[str]) -> sk.SegmentTable:
    """Return a segment table whose segments and columns are called by the texts."""
    named = pd.Categorical(texts, categories=texts)
    return sk.segment_table(pd.DataFrame({"segment": named, texts[0]: named}), "segment", [texts[0]])


def _of_tables() -> Surface:
    halves = collections.Counter({"pandas: surrogates not allowed": len(HALVES)})
    return Surface([table_of(some)._repr_html_() for some in few(WHOLE, 14)], WHOLE, halves)


def _of_frames() -> Surface:
    """Frames as Jupyter shows them: the escaping is pandas's own."""
    frame = pd.DataFrame({"text": WHOLE, "again": WHOLE}, index=pd.Index(WHOLE, name=WHOLE[8]))
    wide = pd.DataFrame([range(len(WHOLE))], columns=list(WHOLE))
    with pd.option_context("display.max_rows", None, "display.max_columns", None, "display.max_colwidth", None):
        shown = [
            frame,
            wide,
            trees().to_frame(),
            trees().questions(),
            Findings([Finding(WHOLE[0], "error", "", "", "")]).to_frame(),
        ]
        parts = [each._repr_html_() for each in shown]
    return Surface(parts, WHOLE, collections.Counter({"pandas: surrogates not allowed": len(HALVES)}))


SURFACES: Final[dict[str, Callable[[], Surface]]] = {
    "trees, walks and segments": _of_trees,
    "findings": _of_findings,
    "designs and forecasts": _of_designs,
    "surveys": _of_surveys,
    "segments": _of_segments,
    "plans": _of_plans,
    "segment tables": _of_tables,
    "frames": _of_frames,
}
"""Every surface that is HTML, by its name."""


def _of_names(texts: Sequence[str]) -> Iterator[Figure]:
    """Yield the figures that take any number of names."""
    title = " ".join(texts)
    index = pd.Index(texts)
    shares = pd.Series([1 / len(texts)] * len(texts), index=index)
    frame = pd.DataFrame({"segment": pd.Categorical(texts, categories=texts)})
    told = pd.DataFrame({"question": texts, "answer": texts, "text": texts, "share": shares.to_numpy()})
    compared = sk.compare({name: design(["a"]) for name in texts}, replicates=2)
    segments = [
        Segment(segment_id=n, name=t, order=n, criteria=criteria_of([("href", "eq", f"/{n}")]), group_id=n)
        for n, t in enumerate(texts, 2)
    ]
    groups = SegmentGroups([SegmentGroup(group_id=n, name=text, igrp=1) for n, text in enumerate(texts, 2)])
    seen = sk.evaluate_segments(Segments(segments), pd.DataFrame({"href": [f"/{n}" for n in range(2, 99)]}))
    yield plots.segment_bars(frame, title=title)
    yield plots.segment_intervals(sk.segment_table(frame, "segment"), title=title)
    yield plots.what_if(shares, shares, names=(texts[0], texts[-1]), title=title)
    yield plots.answer_marginals(told, title=title)
    yield plots.compare_designs(compared, title=title)
    yield plots.arrivals_waterfall(sk.forecast(design(["a"]), replicates=2), title=title)
    yield plots.triggers_per_segment(seen, groups=groups, title=title)


def _of_quotas(texts: Sequence[str]) -> Iterator[Figure]:
    """Yield the figures of quotas and of what is drawn a few at a time."""
    yield plots.fill_by_phase(sk.forecast(design(texts), replicates=2), title=texts[0])
    for some in few(texts, 12):
        yield plots.quota_grid(design(some), title=some[0])
    stacked = sk.segment_table(pd.DataFrame({"s": pd.Categorical(texts, categories=texts)}), "s")
    yield plots.segment_stack({texts[0]: stacked, texts[1]: table_of(texts[:6])})
    for some in few(texts, 12):
        answered = pd.DataFrame({some[0]: some, some[-1] + " ": some, "segment": pd.Categorical(some, categories=some)})
        yield plots.answer_flow(answered, title=some[0])
    held = pd.DataFrame(
        {"document_id": [str(n) for n in range(len(texts))], "type": [*texts[:2]] * (len(texts) // 2), "value": texts}
    )
    yield plots.customers_per_segment(held, title=texts[0])


def figures() -> list[Figure]:
    """Return every figure that takes names, until each text that a frame holds stood in each of them."""
    names = [figure for some in few(WHOLE, 98) for figure in _of_names(some)]
    return [*names, *(figure for some in few(WHOLE, 24) for figure in _of_quotas(some[: len(some) // 2 * 2]))]


def learned(texts: Sequence[str]) -> sk.LearnedRule:
    """Return a rule whose question, answers and segments are called by the texts."""
    answers = [{"id": n, "text": text} for n, text in enumerate(texts, 100)]
    asked = {"qualification_id": 8, "question_type": "singlepunch", "question_description": texts[0], "question_text": texts[1]}
    parent = {
        "qualification_id": 7,
        "question_description": texts[2],
        "answers": answers,
        "children": [{**asked, "answers": answers}],
    }
    tree: Tree = sk.read_qualifications(json.dumps([{"7": parent}]))[7]
    names = tree.segment_names

    def ask(frame: pd.DataFrame) -> pd.DataFrame:
        found = [names[int(answer)] for answer in frame.iloc[:, 0]]
        return frame.assign(segment=pd.Categorical(found, categories=list(names.values())))

    return sk.learn_rule(ask, tree)


def _seen(widget: Shown) -> tuple[dict[str, Any], str]:
    """Return what a widget's view shows, and its twin."""
    return widget.view, widget._twin.html("now")


def _walkers() -> Iterator[tuple[dict[str, Any], str]]:
    """Yield a walker a text, as it begins and when it is told of its segment."""
    for text, tree in zip(HOSTILE, trees().values(), strict=True):
        answer = SegmentAnswer(text, 1, 111, text, text, text, "synthetic", text)
        walker = widgets.TreeWalker(tree, lambda *_, answer=answer: answer, member_id=text, locale="en_US")
        yield _seen(walker)
        walker.answer(111).calculate()
        yield _seen(walker)


def _designers() -> Iterator[tuple[dict[str, Any], str]]:
    for some in few(quota_ids()[0], 49):
        yield _seen(widgets.QuotaDesigner(design(some), replicates=2))


def _simulators() -> Iterator[tuple[dict[str, Any], str]]:
    for some in few(WHOLE, 35):
        yield _seen(widgets.RespondentSimulator(dict.fromkeys(some, learned(some))))


def _browsers() -> Iterator[tuple[dict[str, Any], str]]:
    """Yield a browser of each page of a registry, two texts of it changed."""
    for some, others in zip(few(HOSTILE, 25), few(WHOLE[::-1], 24), strict=False):
        browser = widgets.SegmentBrowser(sk.InfinityStore(vendor(some)))
        for row, text in zip(("2", "3"), others, strict=False):
            browser.edit(row, "segment_name", text)
        yield _seen(browser)


VIEWS: Final[dict[str, Callable[[], Iterator[tuple[dict[str, Any], str]]]]] = {
    "tree_walker": _walkers,
    "quota_designer": _designers,
    "respondent_simulator": _simulators,
    "segment_browser": _browsers,
}
"""What the widgets show of all the texts, by the name of their module: views, and twins."""
