"""What is looked for in a registry without Python is what Python would have found."""

from __future__ import annotations

import sys
import unicodedata
from typing import TYPE_CHECKING, Any

import pytest
from alone_model import alone_views, differences, load, python_view, saved_of
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import segkit as sk
from segkit.registry.looking import _folded
from segkit.widgets import alone_browser
from segkit.widgets.module import STATIC
from segkit.widgets.segment_browser import SegmentBrowser

if TYPE_CHECKING:
    from collections.abc import Callable

    from labpage import LabPage

pytestmark = pytest.mark.browser

NAMES = [
    "Straße", "STRASSE", "ΑΣ", "ας", "Café", "cafe\u0301", "<img src=x onerror=alert(1)>", "</script>", "10", "9", "007", "7", "",
    " ", "\U0001f600", "\uffee", "\u0131", "İ", "\u13a0", "\uab70", "ẞ", "ﬀ", "a b", "a\u2028b", "क\u093f", "קָמָץ", "x\ny",
]  # fmt: skip
LOOKED = st.one_of(
    st.builds(
        lambda column: {"do": "sort", "column": column},
        st.sampled_from(["segment_code", "segment_name", "segment_name", "key", "none"]),
    ),
    st.builds(lambda text: {"do": "find", "text": text, "id": "a 1"}, st.sampled_from([*NAMES, "s 1", "was", "\ufeff", "\x1f7"])),
    st.builds(lambda value: {"do": "group", "value": value}, st.sampled_from(["", "10", "Default", "gone"])),
    st.builds(lambda value: {"do": "changed", "value": value}, st.booleans()),
    st.builds(lambda to: {"do": "page", "to": to}, st.sampled_from([0, 1, 2, 9, -1])),
)


def _portal() -> SegmentBrowser:
    """Return a browser of a portal, with changes that are not sent: cells typed, a row added and one removed."""
    portal = sk.CIOPulse.sandbox()
    for number in range(60):
        portal.upsert_segment(f"s{number}", segment_code=f"C{number}", segment_name=f"Name {number}")
    browser = SegmentBrowser(sk.CIOPulseStore(portal), apply=sk.apply)
    _, column, *_ = browser._editing.columns
    for place, row in enumerate(browser._editing.rows[: len(NAMES)]):
        browser.edit(row, column, NAMES[place])
    browser.add(**{column: "ZZZ"})
    return browser.remove(browser._editing.rows[40])


def _groups() -> SegmentBrowser:
    """Return a browser of an installation, whose segments stand in groups, and one of them is built in."""
    browser = SegmentBrowser(sk.InfinityStore(sk.Infinity.sandbox()))
    row = next(row for row in browser._editing.rows if row not in browser._editing.schema.protected)
    return browser.edit(row, "segment_name", "</script><b>")


def _as_text(python: dict[str, Any]) -> dict[str, Any]:
    """Return Python's view as it is shown where nothing can be edited: cells are plain text, with what was before beside them."""

    def one_line(text: str) -> str:
        return "; ".join(text.split("\n"))

    def cell(shown: dict[str, Any]) -> dict[str, Any]:
        was = f" (was {one_line(shown['was']) or 'empty'})" if shown["was"] is not None else ""
        return {**shown, "text": one_line(shown["text"]) + was}

    rows = [{**row, "fixed": row["fixed"] or " ", "cells": [cell(one) for one in row["cells"]]} for row in python["rows"]]
    closed = {"can_undo": False, "can_redo": False, "confirm": None, "plan": {**python["plan"], "can_apply": False}}
    return {**python, "rows": rows, **closed}


@pytest.mark.parametrize("made", [_portal, _groups], ids=["portal", "groups"])
def test_a_table_without_python_is_the_table_in_python(page: LabPage, made: Callable[[], SegmentBrowser]) -> None:
    """However it is sorted, searched, narrowed and turned over: the rows, their order, the counts and the words are Python's."""
    load(page, "segment_browser")
    browser = made()
    start = browser._look, browser._rows

    @settings(derandomize=True, deadline=None, max_examples=50, phases=[Phase.generate])
    @given(st.lists(LOOKED, max_size=3), st.lists(LOOKED, min_size=1, max_size=8))
    def looked(before: list[dict[str, Any]], messages: list[dict[str, Any]]) -> None:
        browser._look, browser._rows = start
        browser._redraw("")
        for message in before:
            browser._heard(browser, message, [])
        views = alone_views(page, saved_of(browser), messages)
        for message, view in zip([None, *messages], views, strict=True):
            assert not differences(view, _as_text(python_view(browser, message))), message

    looked()


def test_every_letter_is_folded_as_python_folds_it(page: LabPage) -> None:
    """Case and accents are set aside as Python does, for every letter that this Python knows."""
    script = (STATIC / "segment_browser_alone.js").read_text(encoding="utf-8").partition("// texts in the order")[0]
    page.show("<!DOCTYPE html>")
    letters = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) not in {"Cn", "Cs", "Co"}]
    found = page.evaluate(f"(letters) => {{ {script} return letters.map(folded); }}", letters)
    assert [(letter, one) for letter, one in zip(letters, found, strict=True) if one != _folded(letter)] == []


def test_rows_that_do_not_fit_are_left_out_and_told(page: LabPage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A registry that is too large is saved in part, the changed rows first; the page says how many segments are left out."""
    monkeypatch.setattr(alone_browser, "MOST_BYTES", 5000)
    browser = _portal()
    browser.edit(browser._editing.rows[-1], browser._editing.columns[1], "the last row")
    saved = saved_of(browser)
    left = saved["alone"]["left_out"]
    assert left
    assert left + len(saved["alone"]["rows"]) == len(browser._editing.rows)
    assert any("the last row" in row["text"] for row in saved["alone"]["rows"])
    load(page, "segment_browser")
    (view,) = alone_views(page, saved, [])
    assert view["told"].startswith(f"{len(saved['alone']['rows'])} of {len(saved['alone']['rows'])} segments")
    assert f"{left} more segments are left out" in page.locator(".sk-alone-note").inner_text()
