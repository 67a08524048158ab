"""What a user may hand in for the Buy API: its forms, its ids, and what is refused before anything is sent."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import numpy as np
import pandas as pd
import pytest
from buyers import BOYS, DESIGN, answering
from hypothesis import given
from hypothesis import strategies as st

from segkit import errors
from segkit.quotas.lint.check import lint
from segkit.quotas.quota import Quota
from segkit.quotas.survey import read_survey, read_surveys
from segkit.vendors.purespectrum_buyer import PureSpectrumBuyer

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    "survey",
    [DESIGN, DESIGN.payload(), read_survey(DESIGN.payload()), read_survey(json.dumps(DESIGN.payload()))],
    ids=["design", "dict", "document", "document of a text"],
)
def test_a_survey_may_come_in_any_form(survey: Any) -> None:
    """The same survey is sent of each form of it."""
    seen: list[Any] = []
    answering("201 Created", {"ps_survey_id": 7}, seen=seen).create_survey(survey)
    assert seen == [("POST", "/v2/surveys", DESIGN.payload())]


def test_a_broken_neighbour_does_not_hold_a_survey_back() -> None:
    """A whole document beside one that cannot be read is sent; lint still tells of the broken one."""
    text = json.dumps(DESIGN.payload()) + '\n\n{"quotas": [,,}\n'
    (survey,) = read_surveys(text)
    assert "unreadable-document" in lint(survey).codes
    seen: list[Any] = []
    answering("201 Created", {"ps_survey_id": 7}, seen=seen).create_survey(survey)
    assert seen == [("POST", "/v2/surveys", DESIGN.payload())]


def in_numbers(number: Callable[[str], Any]) -> dict[str, Any]:
    """Return the survey with all of its condition codes as numbers, of children and of others."""
    income = {"qualification_code": 213, "range_sets": [{"from": 0, "to": 9, "units": 321}]}
    region = {"qualification_code": 211, "condition_codes": [number("111"), "112"], "note": [1, 2]}
    document = DESIGN.payload()
    for criteria in (document["qualifications"], *(quota["criteria"] for quota in document["quotas"])):
        criteria[0]["condition_codes"] = [number(code) for code in criteria[0]["condition_codes"]]
        criteria += [region, income]
    return document


@pytest.mark.parametrize("number", [int, np.int64], ids=["int", "numpy"])
def test_condition_codes_go_out_as_text(number: Callable[[str], Any]) -> None:
    """Numbers in a raw survey, a document of one, and a raw quota become text on the wire; all else goes as it is."""
    given, sent = in_numbers(number), in_numbers(str)
    seen: list[Any] = []
    buyer = answering("201 Created", {"ps_survey_id": 7}, seen=seen)
    buyer.create_survey(given)
    buyer.create_survey(read_survey(in_numbers(int)), check=False)
    buyer.update_survey(7, {**given, "quotas": tuple(given["quotas"])})
    buyer.add_quota(7, given["quotas"][0])
    buyer.replace_quota(7, given["quotas"][1])
    buyer.add_quota(7, Quota("boys", [133], 5, criteria=(given["qualifications"][1],)))
    assert [body for _, _, body in seen[:5]] == [sent] * 3 + sent["quotas"]
    assert [each["condition_codes"] for each in seen[5][2]["criteria"]] == [["133"], ["111", "112"]]
    assert given == in_numbers(number)
    assert type(given["qualifications"][0]["condition_codes"][0]) is number


@pytest.mark.parametrize("code", [True, 133.0, None, "133 ", [133], "x"], ids=repr)
def test_what_is_no_whole_number_is_not_turned_into_a_code(code: Any) -> None:
    """Unchecked, whatever stands among the codes goes out as it was written, for the vendor to refuse."""
    seen: list[Any] = []
    criteria = [{"qualification_code": 232, "condition_codes": [133, code]}, "none", {"condition_codes": "133"}]
    answering("201 Created", {"ps_survey_id": 7}, seen=seen).create_survey({"qualifications": criteria, "quotas": 5}, check=False)
    sent = [{**criteria[0], "condition_codes": ["133", code]}, *criteria[1:]]
    assert seen[0][2] == {"qualifications": sent, "quotas": 5}
    assert type(seen[0][2]["qualifications"][0]["condition_codes"][1]) is type(code)


@pytest.mark.parametrize("survey", [None, 7, "{}", b"{}", [DESIGN], DESIGN.quotas, pd.DataFrame()], ids=str)
def test_what_is_no_survey_is_refused(survey: Any) -> None:
    """Anything else is InvalidInput that says what to give."""
    buyer = PureSpectrumBuyer.sandbox()
    with pytest.raises(errors.InvalidInput, match=r"give a document of read_survey\(\)"):
        buyer.create_survey(survey)
    assert len(buyer.double.calls) == 0


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda text: text not in {".", ".."}))
def test_an_id_arrives_as_one_segment_of_the_path(quota_id: str) -> None:
    """Any id is one segment, which decodes to the id."""
    seen: list[Any] = []
    answering("200 OK", b"", seen=seen).patch_quota(7, quota_id, current_target=1)
    path = seen[0][1]
    assert path.startswith("/v2/surveys/7/quotas/")
    assert unquote(path.rsplit("/", 1)[1], errors="strict") == quota_id


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        *((lambda b, id_=id_: b.survey(id_), "survey_id is") for id_ in (0, -1, "", "x", "1.5", 1.0, None, True, "²", DESIGN)),
        *(
            (lambda b, id_=id_: b.patch_quota(7, id_, current_target=1), "the quota's id is")
            for id_ in ("", None, 7, ".", "..", "\ud800")
        ),
        (lambda b: b.replace_quota(7, {**BOYS, "buyer_quota_id": None}), "give the buyer_quota_id"),
        (lambda b: b.replace_quota(7, {"required_count": 5}), "give the buyer_quota_id"),
        (lambda b: b.add_quota(7, DESIGN), "a quota is QuotaDesign"),
        (lambda b: b.add_quota(7, {**BOYS, "buyer_quota_id": ""}), "give the buyer_quota_id"),
        (lambda b: b.add_quota(7, {**BOYS, "note": {1, 2}}), "the quota cannot be written as JSON"),
        (lambda b: b.add_quota(7, {**BOYS, "required_count": "few"}), r"nothing was sent[^$]*\$.required_count"),
        (
            lambda b: b.replace_quota(7, {**BOYS, "criteria": [{"qualification_code": 232, "condition_codes": ["x"]}]}),
            r"\$.criteria\[0\].condition_codes\[0\]",
        ),
        (lambda b: b.create_survey({"offer_price": float("nan")}, check=False), "the survey cannot be written as JSON"),
        (lambda b: b.create_survey({"survey_title": "[redacted]"}, check=False), "a reply repeated a credential"),
        (lambda b: b.create_survey({"survey_title": "\ud800"}, check=False), "the survey cannot be written as JSON"),
        (lambda b: b.patch_survey(7), "nothing is changed"),
        *((lambda b, n=n: b.patch_survey(7, completes_required=n), "completes_required is") for n in (0, -1, 1.5, "x", True)),
        *(
            (lambda b, n=n: b.patch_survey(7, offer_price=n), "offer_price is")
            for n in (-1, "2", True, float("nan"), float("inf"), Decimal("nan"))
        ),
        *((lambda b, n=n: b.patch_quota(7, "boys", current_target=n), "current_target is") for n in (-1, None, 2.5, False)),
        *((lambda b, n=n: b.set_status(7, n), "status is .*'draft' or 11") for n in ("open", 12, True, None, [], 22.5)),
    ],
)
def test_arguments_that_cannot_be_are_refused_here(call: Callable[[PureSpectrumBuyer], object], complaint: str) -> None:
    """A wrong id, quota, value or status is InvalidInput that says what to give, and nothing is sent."""
    buyer = PureSpectrumBuyer.sandbox()
    with pytest.raises(errors.InvalidInput, match=complaint):
        call(buyer)
    assert len(buyer.double.calls) == 0


def test_a_survey_may_be_nested_too_deep_to_be_sent() -> None:
    """What Python cannot go through, checked or not, is InvalidInput."""
    deep: list[Any] = []
    for _ in range(5000):
        deep = [deep]
    for check in (True, False):
        with pytest.raises(errors.InvalidInput, match=r"nested too deep|cannot be written as JSON"):
            PureSpectrumBuyer.sandbox().create_survey({**DESIGN.payload(), "deep": deep}, check=check)
