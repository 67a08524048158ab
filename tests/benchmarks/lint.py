"""Static lint of a survey with 200 quotas, read afresh for each run."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from row import at_most, best

from segkit.quotas.codes import child_codes
from segkit.quotas.lint.check import lint
from segkit.quotas.survey import of_data

if TYPE_CHECKING:
    from collections.abc import Iterator

    from row import Row

    from segkit.findings import Findings

N_QUOTAS = 200
CELLS = [(gender, age) for age in range(1, 18) for gender in ("boy", "girl")]
REGIONS = [f"{111 + region}" for region in range(6)]


def document(quotas: list[dict[str, Any]], completes: int) -> dict[str, Any]:
    """Make a create survey request that admits every family."""
    return {
        "survey_title": "Two hundred quotas",
        "survey_category_code": 231,
        "survey_localization": "en_US",
        "completes_required": completes,
        "expected_ir": 60,
        "expected_loi": 15,
        "live_url": "https://example.com/survey",
        "field_time": 10,
        "qualifications": [{"qualification_code": 232, "condition_codes": [str(code) for code in (*child_codes(), 167)]}],
        "quotas": quotas,
    }


def quota(name: str, count: int, codes: list[str], *others: dict[str, Any]) -> dict[str, Any]:
    """Make a quota that wants children of these codes."""
    asked = {"qualification_code": 232, "child_age_unit": 311, "condition_codes": codes}
    return {"buyer_quota_id": name, "quota_title": name, "required_count": count, "criteria": [asked, *others]}


def realistic() -> dict[str, Any]:
    """Make 200 of the 204 quotas of 34 ages and genders in six regions: nothing of one is in another."""
    quotas = [
        quota(
            f"{gender}s age {age}, region {region}",
            5,
            [str(code) for code in child_codes(gender, ages=age)],
            {"qualification_code": 229, "condition_codes": [region]},
        )
        for gender, age in CELLS
        for region in REGIONS
    ]
    return document(quotas[:N_QUOTAS], 5 * N_QUOTAS)


def hostile(seed: int = 1) -> dict[str, Any]:
    """Make 200 quotas of half the codes each, all different, of which every two overlap."""
    dice = random.Random(seed)  # noqa: S311 - test data
    quotas = []
    for number in range(N_QUOTAS):
        codes = [str(code) for code in (139, *dice.sample([code for code in range(111, 234) if code != 139], 61))]
        quotas.append(
            quota(f"boys 4-{number % 14 + 4}, cell {number}", 5, codes, {"qualification_code": 229, "condition_codes": []})
        )
    return document(quotas, 5 * N_QUOTAS)


def ragged(seed: int = 1) -> dict[str, Any]:
    """Make 200 quotas of most codes each, all different, of which every two overlap in codes that no few ranges tell."""
    dice = random.Random(seed)  # noqa: S311 - test data
    quotas = [quota(f"cell {number}", 5, [str(code) for code in dice.sample(range(111, 234), 110)]) for number in range(N_QUOTAS)]
    return document(quotas, 5 * N_QUOTAS)


def _linted(data: dict[str, Any]) -> Findings:
    """Lint a document that nothing is known about yet."""
    return lint(of_data(data))


def measure() -> Iterator[Row]:
    """Time of all rules, the copy of the document that is read included."""
    plain = realistic()
    awful = [hostile(seed) for seed in range(3)]  # another one each time: what was put in words once is remembered
    worst = [ragged(seed) for seed in range(3)]
    found = {finding.code for finding in _linted(plain)}
    if found - {"uncovered-codes"}:  # four cells of a region, and the children under one
        message = f"the survey that should be plain has {found}"
        raise AssertionError(message)
    yield at_most(f"lint of {N_QUOTAS} quotas, 34 cells by region", best(lambda: _linted(plain), 5), "seconds", 0.2)
    yield at_most(f"lint of {N_QUOTAS} quotas that all overlap", best(lambda: _linted(awful.pop()), 3), "seconds", 0.2)
    yield at_most(f"lint of {N_QUOTAS} quotas of most codes each", best(lambda: _linted(worst.pop()), 3), "seconds", 0.2)
