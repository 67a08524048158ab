from __future__ import annotations

import json
import re

import pytest

import segkit as sk
from segkit.quotas.codes import child_codes
from segkit.quotas.design import QuotaDesign
from segkit.sel.standards import standards
from segkit.widgets import QuotaDesigner, RespondentSimulator, SegmentBrowser, TreeWalker, module

RUNS_OR_ASKS = re.compile(
    r"</script|<!--|\beval\b|\bFunction\b|\bimport\s*[({'\"*]|\bfrom\s*['\"]|\bexport\b|\bfetch\b|XMLHttp|WebSocket|://|\bsrc\b"
)


@pytest.mark.parametrize("name", ["quota_designer", "respondent_simulator", "segment_browser", "tree_walker"])
def test_a_widget_without_python_is_one_script_that_asks_for_nothing(name: str) -> None:
    """The script can stand in a page as it is: nothing in it ends it, runs a text as a script, or names an address."""
    script = module.alone(name)
    assert script.startswith('(() => {\n"use strict";\n')
    assert not RUNS_OR_ASKS.findall(script)


@pytest.mark.parametrize(
    "text", ["", "export default { render };\nexport default { render };", "export default { render, more };"]
)
def test_a_view_that_gives_something_else_is_refused(text: str) -> None:
    """A module that does not give its view exactly once makes no script: nothing would be drawn, and nobody told."""
    with pytest.raises(ValueError, match="once"):
        module._given(text, module.VIEW, "return { render };")


def _saved_bytes(widget: QuotaDesigner | RespondentSimulator | SegmentBrowser | TreeWalker) -> int:
    """Return how large what is saved of a widget is; it has to be JSON without NaN."""
    return len(json.dumps(widget._saved(), allow_nan=False))


def test_what_is_saved_of_a_tree_and_of_a_design_is_small() -> None:
    """A tree of four questions and a design of twelve quotas are saved, with all that goes on without Python, in a few KB."""
    assert _saved_bytes(TreeWalker(sk.PureSpectrum.sandbox().qualifications("en_US", [3910])[3910])) < 10_000
    design = QuotaDesign(completes=1000)
    for age in range(12):
        design = design.with_quota(f"boys from {age}", child_codes("boy", ages=(age, age + 3)), 100)
    assert _saved_bytes(QuotaDesigner(design)) < 40_000


@pytest.mark.parametrize("standard", standards(), ids=lambda standard: f"{standard.id} {standard.edition}")
def test_what_is_saved_of_a_population_is_small(standard: sk.Standard) -> None:
    """The law of one shipped standard is saved in less than 60 KB, and a file that was made to be downloaded is not."""
    simulator = RespondentSimulator(standard)
    simulator._heard(simulator, {"do": "csv"}, [])
    assert simulator.view["csv"]
    assert _saved_bytes(simulator) < 60_000
    assert simulator._saved()["view"]["csv"] == ""


def test_only_what_was_computed_is_saved_of_a_simulator() -> None:
    """A source that nobody chose is not computed to be saved."""
    simulator = RespondentSimulator()
    assert len(simulator._saved()["alone"]["sources"]) == 1
    assert len(simulator._saved()["view"]["choices"]) == len(standards())
