"""Forecasts: in leaps, arrival by arrival, and what a reader of the designer waits for."""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from row import at_least, at_most, best, interleaved

from segkit.quotas.codes import child_codes
from segkit.quotas.design import QuotaDesign
from segkit.quotas.field.admission import Field
from segkit.quotas.field.draws import draw
from segkit.quotas.field.fluid import estimate
from segkit.quotas.field.forecast import forecast
from segkit.quotas.field.households import Households
from segkit.quotas.field.opening import open_field
from segkit.quotas.field.patterns import Patterns
from segkit.quotas.field.repair import repair
from segkit.quotas.lint.check import lint
from segkit.widgets.quota_designer import QuotaDesigner

sys.path.insert(0, str(Path(__file__).parents[1]))

from field_reference import Wanted, run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from row import Row

BOYS, GIRLS = child_codes(gender="boy", ages=(1, 17)), child_codes(gender="girl", ages=(1, 17))
REPLICATES = 2000


def scenario_5(goal: int, codes: tuple[frozenset[int], frozenset[int]] = (BOYS, GIRLS)) -> QuotaDesign:
    """Make scenario 5 of any size."""
    boys, girls = codes
    made = QuotaDesign(goal, {*boys, *girls}).with_quota("boys", boys, goal * 4 // 10)
    return made.with_quota("girls", girls, goal * 6 // 10)


def overlapping(goal: int, n_quotas: int = 12) -> Field:
    """Make a field in which families match any set of twelve quotas: 4096 patterns."""
    generator = np.random.default_rng(5)
    matched = (np.arange(2**n_quotas)[:, None] >> np.arange(n_quotas) & 1).astype(bool)
    each = generator.uniform(0.05, 0.25, n_quotas)
    probability = np.where(matched, each, 1 - each).prod(axis=1)
    rates = probability @ matched
    places = np.ceil(goal * rates * generator.uniform(0.5, 1.2, n_quotas)).astype(np.int64)
    patterns = Patterns(tuple(map(str, range(n_quotas))), matched, matched.any(axis=1), probability)
    return Field(patterns, places, places.copy(), goal, (tuple(range(n_quotas)),))


def overlapping_ages(n_quotas: int) -> QuotaDesign:
    """Make quotas of six ages each, of which every one overlaps the next."""
    design = QuotaDesign(1000, child_codes(ages=(1, 17)))
    for first in range(1, n_quotas + 1):
        design = design.with_quota(f"from {first}", child_codes(ages=(first, min(first + 5, 17))), 150)
    return design


def crossing(goal: int, n_quotas: int = 12) -> QuotaDesign:
    """Make a design of quotas that each want some years of boys and girls, so that most overlap: about 1,600 patterns."""
    generator = np.random.default_rng(5)
    years = [(gender, age) for gender in ("boy", "girl") for age in range(18)]
    made = QuotaDesign(goal, child_codes())
    for place in range(n_quotas):
        some = generator.choice(len(years), generator.integers(2, 13), replace=False)
        codes = [code for at in some for code in child_codes(*years[at])]
        made = made.with_quota(f"q{place}", codes, int(goal * generator.uniform(0.04, 0.3)))
    return made


def by_arrivals(field: Field, n: int) -> None:
    """Do what people do today: family by family, in plain loops."""
    rows = zip(field.patterns.probability.tolist(), field.patterns.matched, field.patterns.qualified.tolist(), strict=True)
    patterns = [(share, frozenset(np.flatnonzero(row).tolist()), qualified) for share, row, qualified in rows]
    places = field.open_places.tolist()
    dice = random.Random(1)  # noqa: S311 - a simulation
    for _ in range(n):
        run(Wanted(patterns, places, places, field.goal, [list(one) for one in field.sets], field.policy), dice)


def measure() -> Iterator[Row]:
    """Leaps, the kernel, and the work between a change in the designer and its first numbers."""
    small, middle, large = (open_field(scenario_5(goal)) for goal in (1000, 10_000, 1_000_000))
    short, long = interleaved(lambda: draw(small, REPLICATES), lambda: draw(large, REPLICATES))
    yield at_most("forecast of a million completes, over one of a thousand", long / short, "x", 3.0)
    yield at_most("forecast of a thousand completes, design to result", best(lambda: forecast(scenario_5(1000)), 5), "s", 0.1)
    leaps, loops = interleaved(lambda: draw(middle, REPLICATES), lambda: by_arrivals(middle, 4), 3)
    yield at_least("10,000 completes, over family by family", loops / 4 * REPLICATES / leaps, "x", 100.0)
    many = overlapping(1000)
    yield at_most("12 quotas, 4096 patterns, 1000 completes", best(lambda: draw(many, REPLICATES), 3), "s", 3.0)
    crossed, families = crossing(1000), Households.default()
    yield at_most("12 overlapping quotas: repair, 1000 completes", best(lambda: repair(crossed), 1), "s", 5.0)
    yield at_most("12 overlapping quotas: lint with households", best(lambda: lint(crossed, families), 3), "s", 1.5)
    sizes = iter(range(2, 1000))

    def toggle() -> None:
        last = child_codes(gender="boy", ages=(1, 2 + next(sizes) % 15))
        design = scenario_5(1000, (last, GIRLS))
        lint(design)
        estimate(open_field(design))

    yield at_most("a cell changed: findings and a forecast without chance", best(toggle, 9), "s", 0.1)
    for name, design in (("2 quotas", scenario_5(1000)), ("12 quotas that overlap", overlapping_ages(12))):
        designer = QuotaDesigner(design)
        on = iter([True, False] * 100)

        def paint(designer: QuotaDesigner = designer, on: Iterator[bool] = on) -> None:
            designer._heard(designer, {"do": "paint", "cells": ["girl-17"], "on": next(on)}, [])

        yield at_most(f"the designer with {name}: a cell painted, the whole view drawn", best(paint, 9), "s", 0.1)
