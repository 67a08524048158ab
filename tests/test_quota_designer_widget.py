from __future__ import annotations

import json
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

import segkit as sk
from segkit.errors import InvalidInput
from segkit.quotas import codes as table
from segkit.widgets.designer_view import codes_of_key
from segkit.widgets.module import SAVED
from segkit.widgets.quota_designer import QuotaDesigner

FAMILIES = sk.Households([0.60, 0.168, 0.152, 0.056, 0.024], ages=dict.fromkeys(range(1, 18), 1 / 17))
SCENARIO_5 = (
    sk.QuotaDesign(1000, frozenset(sk.child_codes(ages=(1, 17))))
    .with_quota("boys", sk.child_codes("boy", ages=(1, 17)), 400)
    .with_quota("girls", sk.child_codes("girl", ages=(1, 17)), 600)
)


def _do(designer: QuotaDesigner, **message: object) -> dict[str, Any]:
    """Send what the view would send; return what it then shows."""
    designer._handle_custom_msg(message, [])
    return dict(designer.view)


def _keys(row: str, first: int, last: int) -> list[str]:
    return [f"{row}-{age}" for age in range(first, last + 1)]


def test_the_view_is_plain_data() -> None:
    """All that is shown is JSON in one trait: 36 cells of years and one for no children, layers, papers, the forecast."""
    view = json.loads(json.dumps(QuotaDesigner(SCENARIO_5).view))
    cells = [cell for row in view["rows"] for cell in row["cells"]]
    assert len(cells) == 36
    assert {cell["state"] for cell in cells} == {"all", "none"}
    assert [layer["families"] for layer in view["layers"]] == ["children 1-17 years", "boys 1-17 years", "girls 1-17 years"]
    assert json.loads(view["json"]) == SCENARIO_5.payload()


def test_drawing_by_messages_makes_the_design() -> None:
    """What the browser sends leads to the same design, and the same code, as writing it in Python."""
    designer = QuotaDesigner(sk.QuotaDesign(completes=1000), households=FAMILIES)
    for place, (row, count) in enumerate((("boy", "400"), ("girl", "600")), 1):
        _do(designer, do="add")
        _do(designer, do="paint", cells=_keys(row, 1, 17), on=True)
        _do(designer, do="rename", value=f"{row}s")
        view = _do(designer, do="count", layer=f"{row}s", value=count)
        assert view["layers"][place]["current"]
    assert designer.design == SCENARIO_5
    names: dict[str, Any] = {}
    exec(designer.code, names)  # noqa: S102 - the code that the widget shows
    assert names["design"] == designer.design


def test_the_forecast_is_rough_at_once_and_exact_when_asked() -> None:
    """A change shows the field without chance and asks to be called again; then the forecast stands, with bound and law."""
    designer = QuotaDesigner(SCENARIO_5, households=FAMILIES)
    assert "About 797 of 1000 completes, roughly" in designer.view["outlook"]["lines"][0]["text"]
    assert designer.view["outlook"]["waits"]
    view = _do(designer, do="exact")
    words = " ".join(line["text"] for line in view["outlook"]["lines"])
    assert sk.forecast(SCENARIO_5, FAMILIES).in_words.removeprefix("about") in words
    assert not view["outlook"]["waits"]
    assert "At most 1000 of 1000" in words
    assert "synthetic" in words
    assert "per_qualification_set" in words
    assert _do(designer, do="paint", cells=["boy-0"], on=True)["outlook"]["waits"]


def test_findings_are_those_of_lint() -> None:
    """What stands below the grid is what `lint` finds in the design."""
    designer = QuotaDesigner(SCENARIO_5.replace(qualification=frozenset([167])))
    assert [f["code"] for f in designer.view["findings"]] == [f.code for f in sk.lint(designer.design)]
    assert "unreachable-quota" in designer.findings.codes


def test_undo_redo_and_a_design_that_is_set() -> None:
    """Every step is undone and done again, a design that is set in Python too."""
    designer = QuotaDesigner(SCENARIO_5)
    _do(designer, do="paint", cells=["boy-0", "girl-0"], on=True)
    designer.design = SCENARIO_5.replace(completes=5)
    assert designer.view["completes"] == 5
    for do in ("undo", "undo"):
        _do(designer, do=do)
    assert designer.design == SCENARIO_5
    assert not designer.view["can_undo"]
    _do(designer, do="redo")
    assert table.child_codes(ages=0)[0] in (designer.design.quotas[0].codes or ())
    designer.design = sk.known_surveys()[0]
    assert designer.design.survey_title == "Automobile Preferences"


def test_json_in_and_out() -> None:
    """A pasted document, comments and all, is drawn; its unknown fields are in the JSON that comes out."""
    designer = QuotaDesigner()
    text = '{"campaign": "x", "completes_required": 10, // ten\n "quotas": [{"buyer_quota_id": "b", "required_count": 10,\n'
    text += '"criteria": [{"qualification_code": 232, "child_age_unit": 311, "condition_codes": [139, 141,]}]}]}'
    view = _do(designer, do="load", text=text)
    assert not view["error"]
    assert designer.design.quotas[0].families == "boys 4-5 years"
    assert json.loads(view["json"])["campaign"] == "x"
    before = designer.design
    for broken, words in {"": "the text is empty", "{": "line 1", '{"quotas": 5}': "holds no design"}.items():
        assert words in _do(designer, do="load", text=broken)["error"]
        assert designer.design is before


def test_a_proposal_is_accepted_and_undone() -> None:
    """Proposals are of the design as drawn; accepting one draws its design; they are gone once the design changes."""
    designer = QuotaDesigner(SCENARIO_5, households=FAMILIES, replicates=400)
    view = _do(designer, do="repair")
    assert view["repairs"]
    _do(designer, do="accept", place=0)
    mended = designer.design
    assert mended != SCENARIO_5
    assert not designer.view["repairs"]
    assert "ask again" in _do(designer, do="accept", place=0)["error"]
    assert designer.design == mended
    _do(designer, do="undo")
    assert designer.design == SCENARIO_5


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ({"do": "count", "layer": "boys", "value": "many"}, "no count"),
        ({"do": "completes", "value": "-5"}, "no count"),
        ({"do": "rename", "value": "girls"}, "no other quota"),
        ({"do": "select", "layer": "nobody's"}, "no quota"),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(message: dict[str, object], words: str) -> None:
    """A refused step stands in the view as an alert, and the design is as before."""
    designer = QuotaDesigner(SCENARIO_5)
    view = _do(designer, **message)
    assert words in view["error"]
    assert designer.design == SCENARIO_5
    assert not _do(designer, do="select", layer="girls")["error"]


def test_months_unfold_under_their_age() -> None:
    """The months of the ages 0-3 take the place of their year; keys are codes that children carry themselves."""
    designer = QuotaDesigner(SCENARIO_5)
    view = _do(designer, do="unfold", age=0)
    assert [c["label"] for c in view["columns"]][:12] == [*(f"{month} m" for month in range(1, 12)), "1"]
    assert len(_do(designer, do="unfold", age=3)["columns"]) == 18 + 10 + 11
    assert len(_do(designer, do="unfold", age=9)["columns"]) == 18 + 10 + 11
    for row in view["rows"]:
        for cell in row["cells"]:
            assert set(codes_of_key(cell["key"])) <= set(table.CODES)
    every = [code for age in range(18) for row in ("boy", "girl") for code in codes_of_key(f"{row}-{age}")]
    assert sorted([*every, *codes_of_key("none")]) == sorted(table.CODES)


def test_a_reader_without_a_kernel_sees_the_static_copy() -> None:
    """The static copy shows the quotas, the grid, the forecast with its label, the findings, the JSON."""
    html = QuotaDesigner(SCENARIO_5, households=FAMILIES)._twin.html("now")
    for words in ("Quotas by age and gender", "About 797", "synthetic", "under-ones-left-out", "buyer_quota_id"):
        assert words in html


def test_what_a_notebook_saves_has_the_exact_forecast(monkeypatch: pytest.MonkeyPatch) -> None:
    """The live view is shown at once with a rough one; the copy below it has the exact one, and its findings."""
    monkeypatch.setattr(InteractiveShell, "_instance", InteractiveShell.instance())
    designer = QuotaDesigner(SCENARIO_5, households=FAMILIES)
    assert designer.view["outlook"]["waits"]
    with capture_output() as captured:
        designer._ipython_display_()
    _, copy = (output.data for output in captured.outputs)
    assert "(95 %: 7" in copy["text/html"]
    assert not copy[SAVED]["view"]["outlook"]["waits"]
    assert "family-overlap" in {finding["code"] for finding in copy[SAVED]["view"]["findings"]}


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({"households": [0.6, 0.4]}, "give Households"),
        ({"policy": "all"}, "policy is 'all'"),
        ({"match": 5}, "match is 5"),
        ({"replicates": 0}, "replicates is 0"),
        ({"seed": "today"}, "seed is 'today'"),
    ],
)
def test_what_a_forecast_would_refuse_is_refused_at_once(how: dict[str, Any], told: str) -> None:
    """Nobody draws quotas for an hour to learn that the law was none."""
    with pytest.raises(InvalidInput, match=told):
        QuotaDesigner(SCENARIO_5, **how)


def test_it_is_given_a_design() -> None:
    """Anything else is refused with what to give; nothing at all is an empty design to draw on."""
    with pytest.raises(InvalidInput, match="give a QuotaDesign"):
        QuotaDesigner({"quotas": []})  # type: ignore[arg-type]
    empty = QuotaDesigner()
    assert "paint" in empty.view["outlook"]["lines"][0]["text"]
    _do(empty, do="paint", cells=["boy-5"], on=True)
    assert [quota.families for quota in empty.design.quotas] == ["boys 5 years"]
    assert repr(empty).startswith("<QuotaDesigner <QuotaDesign")


def test_other_criteria_without_a_share_are_told_as_such() -> None:
    """A forecast that cannot be made says why in its place, and the grid still works."""
    criteria = ({"qualification_code": 211, "condition_codes": ["111"]},)
    design = sk.QuotaDesign(10).with_quota("men", [139], 10, criteria=criteria)
    designer = QuotaDesigner(design)
    assert "No forecast" in designer.view["outlook"]["lines"][0]["text"]
    assert not designer.view["outlook"]["can_repair"]
    assert "No forecast" not in QuotaDesigner(design, match={"211:111": 0.5}).view["outlook"]["lines"][0]["text"]


BAD = [
    {"do": "accept", "place": "x"},
    {"do": "accept", "place": 99},
    {"do": "accept", "place": -1},
    {"do": "paint"},
    {"do": "paint", "cells": 3, "on": True},
    {"do": "count", "layer": "boys", "value": "9" * 30},
    {"do": "completes", "value": "9" * 5_000},
    {
        "do": "load",
        "text": '{"completes_required": ' + "9" * 30 + ', "quotas": [{"buyer_quota_id": "a", "required_count": 5, '
        '"criteria": [{"qualification_code": 232, "condition_codes": ["139"]}]}]}',
    },
]


@pytest.mark.parametrize("message", BAD, ids=lambda message: f"{message['do']} {str(message)[:40]}")
def test_a_message_that_cannot_be_is_said(message: dict[str, object]) -> None:
    """Whatever comes from the view: no exception, the reason is shown, and the widget goes on."""
    boys = sk.child_codes("boy")
    designer = QuotaDesigner(sk.QuotaDesign(10, boys).with_quota("boys", boys, 4), replicates=50)
    designer._heard(designer, {"do": "repair"}, [])
    designer._heard(designer, message, [])
    assert designer.view["error"] or (message["do"] == "load" and "9" * 30 in designer.view["json"])
    designer._heard(designer, {"do": "completes", "value": "12"}, [])
    assert designer.design.completes == 12
    assert not designer.view["error"]


def test_the_rules_that_forecast_come_with_the_forecast() -> None:
    """While the hand moves only static rules are told; with the exact forecast those about families too, as lint has them."""
    boys, girls = frozenset(sk.child_codes("boy")), frozenset(sk.child_codes("girl"))
    design = sk.QuotaDesign(100, boys | girls).with_quota("boys", boys, 40).with_quota("girls", girls, 60)
    designer = QuotaDesigner(design, replicates=100)
    assert "family-overlap" not in {finding["code"] for finding in designer.view["findings"]}
    designer._heard(designer, {"do": "exact"}, [])
    assert "family-overlap" in {finding["code"] for finding in designer.view["findings"]}
    assert designer.findings == sk.lint(design, sk.Households.default())
    assert any("counts in every quota" in line["text"] for line in designer.view["outlook"]["lines"])
