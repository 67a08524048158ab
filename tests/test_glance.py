"""The laws of many fields at once: each has the law of a forecast, and all meet the same families."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_fields import ALPHA, both_sexes, fields, made, many, same_law, scenario_5
from scipy import stats

from segkit.quotas.field.admission import COMPLETE
from segkit.quotas.field.draws import draw
from segkit.quotas.field.gate import Gate
from segkit.quotas.field.glance import AT_ONCE, STEPS, _Crowd, glance, together

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from segkit.quotas.field.admission import Field


def dice(seed: int) -> np.random.Generator:
    """Return random numbers."""
    return np.random.default_rng(seed)


def plainly(field: Field, matched: list[NDArray[np.bool_]], eligible: list[bool]) -> tuple[int, list[int]]:
    """Let families come one by one, in plain loops; return completes and fills."""
    left, goal = np.maximum(field.open_places, 0).tolist(), field.goal or 0
    completes, fills = 0, [0] * len(left)
    for quotas, may in zip(matched, eligible, strict=True):
        own = np.flatnonzero(quotas).tolist()
        if completes < goal and may and all(left[quota] > 0 for quota in own):
            completes += 1
            for quota in own:
                left[quota] -= 1
                fills[quota] += 1
    return completes, fills


@given(fields(), st.lists(st.integers(0, 200), min_size=4, max_size=4), st.integers(0, 99))
def test_a_block_is_taken_in_as_family_by_family(field: Field, more: list[int], seed: int) -> None:
    """Of the same families, each field admits those that it would admit one by one, whatever its places and its policy."""
    places = [field.open_places, field.open_places + more[: len(field.open_places)], field.open_places * 10]
    others = [replace(field, remaining=some, open_places=some) for some in places]
    some = [*others, replace(others[1], policy="none"), replace(others[2], policy="any")]
    crowd = _Crowd(some, 3)
    gate = Gate(field)
    kept = np.array([Gate(each).eligible for each in some]).any(axis=0)
    if not kept.any() or not field.goal:
        return
    drawn = [dice(seed + block).integers(0, kept.sum(), (3, STEPS)) for block in range(2)]
    for block in drawn:
        if len(rows := np.flatnonzero(crowd.left[:, -1] > 0)):
            crowd.take(rows, block)
    for place, (each, told) in enumerate(zip(some, crowd.told(), strict=True)):
        eligible = (each.statuses(np.zeros(len(each.remaining), dtype=bool)) == COMPLETE)[_places_of(field)][kept]
        for replicate in range(3):
            came = np.concatenate([block[replicate] for block in drawn])
            expected = plainly(each, list(gate.matched[kept][came]), eligible[came].tolist())
            assert (int(told.completes[replicate]), told.fills[replicate].tolist()) == expected, place


def _places_of(field: Field) -> NDArray[np.intp]:
    """Return where the patterns of a gate are in its field."""
    here = np.flatnonzero(field.patterns.probability > 0)
    return here[np.argsort(-field.patterns.probability[here], kind="stable")]


@pytest.mark.parametrize("seed", range(3))
def test_each_field_has_the_law_of_its_forecast(seed: int) -> None:
    """Completes and fills, for places that differ and for a quota that only counts; more replicates than are taken at once."""
    field = many(5, 20, 90, seed)
    wide = replace(field, open_places=field.open_places * 2, remaining=field.remaining * 2)
    free = field.open_places.copy()
    free[0] = 10**6
    counted = replace(field, open_places=free, remaining=free, sets=((1, 2, 3, 4),))
    some = [field, wide, counted]
    told = together(some, 20 * AT_ONCE, dice(seed))
    for each, own in zip(some, told, strict=True):
        forecast = draw(each, 20 * AT_ONCE, 50 + seed)
        assert same_law(own.completes, forecast.completes) > ALPHA
        for place in range(5):
            assert same_law(own.fills[:, place], forecast.fills[:, place]) > ALPHA


def test_scenario_5_has_its_closed_form() -> None:
    """Chi-square of 20,000 replicates against the law in closed form, for both ways to draw."""
    expected = np.array(both_sexes(400, 600))
    for told in (together([scenario_5()], 20_000, dice(1))[0], glance([scenario_5()], 20_000, dice(1))[0]):
        seen = np.bincount(1000 - told.completes, minlength=len(expected))
        often = expected * 20_000 > 20
        cells = np.append(seen[often], seen[~often].sum()), np.append(expected[often], expected[~often].sum()) * 20_000
        assert stats.chisquare(*cells, sum_check=False).pvalue > ALPHA


def test_all_meet_the_same_families() -> None:
    """Two equal fields have equal replicates; one with a place more differs in few of them by more than a complete or two."""
    field = many(6, 40, 200, 5)
    wide = replace(field, open_places=field.open_places + 1)
    one, other, more = together([field, field, wide], 400, dice(2))
    assert (one.completes == other.completes).all()
    assert (one.fills == other.fills).all()
    apart = draw(wide, 400, 3).completes
    assert (more.completes - one.completes).std() < 0.5 * (apart - one.completes).std()


def test_what_admits_next_to_nobody_is_left_to_leaps() -> None:
    """A last quota that one family in a hundred thousand matches is filled, in two fields of different places and policies."""
    field = made({(1, 0): 0.5, (0, 1): 1e-5}, [200, 3], 203)
    fewer = replace(field, open_places=np.array([100, 2]), remaining=np.array([100, 2]))
    first, second, third = together([field, fewer, replace(fewer, policy="none")], 300, dice(2))
    assert (first.completes == 203).all()
    assert (second.fills == [100, 2]).all()
    assert (third.fills == [100, 2]).all()


def test_fields_that_admit_nobody_end() -> None:
    """No places, no goal left, or nobody who may enter: no completes, and no loop without end."""
    empty = made({(1,): 1.0}, [0], 5)
    assert together([empty, replace(empty, goal=5)], 10, dice(1))[0].completes.sum() == 0
    done = made({(1,): 1.0}, [5], 0)
    assert together([done], 10, dice(1))[0].completes.sum() == 0
    nobody = made({(1,): 0.0}, [5], 5)
    assert together([nobody], 10, dice(1))[0].fills.tolist() == [[0]] * 10


def test_quotas_alone_end_a_field_without_a_goal() -> None:
    """Without a goal all places are filled where each has families of its own."""
    (told,) = together([made({(1, 0): 0.5, (0, 1): 0.5}, [30, 300], None)], 20, dice(4))
    assert (told.completes == 330).all()
    assert (told.fills == [30, 300]).all()


def test_more_quotas_than_bits_in_a_word() -> None:
    """Seventy quotas of which families match one each: all are filled to their last place."""
    patterns = {tuple(int(place == quota) for place in range(70)): 1 / 70 for quota in range(70)}
    (told,) = together([made(patterns, [3] * 70, 500)], 50, dice(5))
    assert (told.fills == 3).all()
