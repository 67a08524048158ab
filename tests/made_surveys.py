"""Survey documents that the rules of the linter are tried on, made part by part; the whole one has no finding."""

import copy
from typing import Any

from segkit.quotas.codes import child_codes

Document = dict[str, Any]


def codes(*numbers: int) -> list[str]:
    """Write codes as the vendor does."""
    return [str(number) for number in numbers]


BOYS, GIRLS = codes(*child_codes("boy")), codes(*child_codes("girl"))
FROM_ONE = codes(*child_codes(ages=(1, 17)))
MONTHS = codes(*child_codes("boy", months=(3, 11)))
MONTHS_13_15 = codes(*child_codes("boy", months=(13, 15)))
BOYS_4_6, BOYS_7_9 = codes(139, 141, 143), codes(145, 147, 149)


def children(numbers: list[str], unit: int | None = 311) -> Document:
    """Make a criterion of 232."""
    return {"qualification_code": 232, "condition_codes": numbers} | ({} if unit is None else {"child_age_unit": unit})


def other(code: int, *numbers: int) -> Document:
    """Make a criterion of another qualification."""
    return {"qualification_code": code, "condition_codes": codes(*numbers)}


def ages(first: int, last: int, units: int = 311) -> Document:
    """Make a criterion of the parents' age."""
    return {"qualification_code": 212, "range_sets": [{"from": first, "to": last, "units": units}]}


def quota(name: str, count: object, *criteria: Document) -> Document:
    """Make a quota."""
    return {"buyer_quota_id": name, "required_count": count, "criteria": list(criteria)}


def survey(*quotas: Document, **fields: Any) -> Document:
    """Make a survey of 1000 completes; three disjoint quotas that cover everybody are in it where none are given."""
    three = (
        quota("q1", 300, children(BOYS)),
        quota("q2", 300, children(GIRLS)),
        quota("q3", 400, children(codes(167), None)),
    )
    document = {
        "survey_title": "Snacks",
        "survey_category_code": 231,
        "survey_localization": "en_US",
        "completes_required": 1000,
        "expected_ir": 60,
        "expected_loi": 15,
        "live_url": "https://example.com/survey",
        "field_time": 10,
        "qualifications": [children(codes(*child_codes(), 167), None)],
        "quotas": list(quotas or three),
    }
    return {name: value for name, value in (document | fields).items() if value is not ...}


def entering(*numbers: list[str], unit: int | None = None) -> list[Document]:
    """Make the qualifications that admit these codes."""
    return [children([number for each in numbers for number in each], unit)]


def put(document: Document, path: str, value: object) -> Document:
    """Change a value of a document, such as ``quotas.0.required_count``; ... takes it out."""
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    document = copy.deepcopy(document)
    place: Any = document
    for part in way:
        place = place[part]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return document


TWO = survey(quota("q1", 500, children(BOYS)), quota("q2", 500, children(GIRLS)), qualifications=entering(BOYS, GIRLS))
NESTED = survey(quota("q1", 500, children(BOYS)), quota("q2", 500, children(BOYS_4_6)), qualifications=entering(BOYS))
