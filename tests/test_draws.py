"""The laws of drawing a field, whichever way."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_fields import assert_alike, fields, made, many, scenario_5, with_patterns

from segkit.errors import InvalidInput
from segkit.quotas.field.admission import Field
from segkit.quotas.field.draws import METHODS, draw, quicker
from segkit.quotas.field.gate import Gate
from segkit.quotas.field.interviews import Interviews


@pytest.mark.parametrize("method", METHODS)
def test_a_seed_says_all(method: Any) -> None:
    """Same seed, same draws; another seed, others; a Generator is used as it is and moves on."""
    field = scenario_5(40, 60, 100)
    one, again, other = (draw(field, 100, seed, method=method) for seed in (3, 3, 4))
    assert (one.counts == again.counts).all()
    assert (one.paths == again.paths).all()
    assert (one.counts != other.counts).any()
    generator = np.random.default_rng(3)
    handed = draw(field, 100, generator, method=method)
    assert (handed.counts == one.counts).all()
    assert (draw(field, 100, generator, method=method).counts != one.counts).any()


@settings(max_examples=60)
@given(fields(), st.sampled_from(list(METHODS)), st.sampled_from([1.0, 0.5]))
def test_counts_agree_with_each_other(field: Field, method: Any, ir: float) -> None:
    """Fills keep to the places, completes to the goal; a path ends where the field does; who ends short could admit nobody."""
    draws = draw(field, 20, 1, Interviews.of(ir), method)
    goal = field.goal or 0
    assert (draws.fills <= field.open_places).all()
    assert (draws.completes <= goal).all()
    assert (draws.goal_reached == (draws.completes >= goal)).all()
    assert ((draws.fills == field.open_places) == (draws.closed_in != 0)).all()
    assert (draws.paths[:, -1, 0] == draws.completes).all()
    assert (draws.paths[:, -1, 1] == draws.arrivals).all()
    assert (np.diff(draws.paths, axis=1) >= 0).all()
    assert (draws.closed_in.max(axis=1, initial=0) <= draws.phases).all()
    short = ~draws.goal_reached
    assert not Gate(field).anybody((draws.closed_in != 0)[short]).any()
    assert (draws.cut_off[short] == (draws.closed_in == 0)[short]).all()


def test_relabelled_quotas_change_no_law() -> None:
    """The same field with its quotas in another order."""
    field = many(5, 20, 90, 2)
    order = [3, 0, 4, 1, 2]
    patterns = replace(field.patterns, matched=field.patterns.matched[:, order])
    other = replace(field, patterns=patterns, remaining=field.remaining[order], open_places=field.open_places[order])
    for method in ("leap", "kernel"):
        first, second = draw(field, 4000, 5, method=method), draw(other, 4000, 6, method=method)
        back = np.argsort(order)
        moved = replace(second, fills=second.fills[:, back], closed_in=second.closed_in[:, back], cut_off=second.cut_off[:, back])
        assert_alike(first, moved)


def test_a_pattern_in_parts_changes_no_law() -> None:
    """Each pattern as two rows of the table, with parts of its share."""
    field = many(5, 20, 90, 3)
    parts = np.random.default_rng(1).random(20)
    told = field.patterns
    shares = np.concatenate([told.probability * parts, told.probability * (1 - parts)])
    other = with_patterns(field, np.vstack([told.matched] * 2), np.tile(told.qualified, 2), shares)
    for method in ("leap", "kernel"):
        assert_alike(draw(field, 4000, 7, method=method), draw(other, 4000, 8, method=method))


def test_nobody_at_all() -> None:
    """Where nobody may enter there are no completes and no arrivals; where nothing is wanted neither."""
    for field in (made({(1,): 0.0}, [5], 9), made({(1,): 0.5}, [0], 9), made({(1,): 0.5}, [5], 0), made({}, [], 0)):
        for method in METHODS:
            draws = draw(field, 7, 1, method=method)  # type: ignore[arg-type] # one of the names
            assert draws.counts.sum() == 0
            assert (draws.phases == 0).all()
            assert (draws.goal_reached == (field.goal == 0)).all()


def test_a_field_that_stalls_ends_at_its_last_complete() -> None:
    """Once the containing quota is full nobody can be admitted: arrivals are counted up to there, what is left is cut off."""
    field = made({(1, 0): 0.5, (1, 1): 0.05}, [20, 15], 100)
    for method in METHODS:
        draws = draw(field, 4000, 2, method=method)  # type: ignore[arg-type] # one of the names
        assert (draws.completes == 20).all()
        assert draws.arrivals.mean() == pytest.approx(20 / 0.55, abs=5 * np.sqrt(20 * 0.45 / 0.55**2 / 4000))
        assert draws.cut_off[:, 1].mean() > 0.99
        assert not draws.cut_off[:, 0].any()


def test_families_that_never_come_break_nothing() -> None:
    """A last place that one family in 10 ** 30 could take is waited for, for as many arrivals as a number can hold."""
    for method in METHODS:
        draws = draw(made({(1, 0): 0.5, (0, 1): 1e-30}, [3, 1], 9), 50, 2, method=method)  # type: ignore[arg-type] # one of the names
        assert (draws.completes == 4).all()
        assert (draws.arrivals > 1e10).all()


def test_many_replicates_come_in_batches() -> None:
    """More than fit into memory at once are drawn in parts; the law stays."""
    small = made({(1, 0): 0.5, (0, 1): 0.3}, [3, 3], 5)
    draws = draw(small, 20_001, 3, method="kernel")
    assert draws.counts.shape == (20_001, 6)
    assert_alike(draws, draw(small, 20_000, 4, method="leap"))


def test_paths_of_many_quotas_are_kept_for_the_first_replicates() -> None:
    """Where fills by phase would fill the memory there are fewer paths than replicates."""
    field = many(40, 60, 50, 1)
    draws = draw(field, 5000, 1)
    assert len(draws.paths) < len(draws.over) == 5000
    assert (draws.paths[:, -1, 2:] == draws.fills[: len(draws.paths)]).all()


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (scenario_5(), "leap"),
        (scenario_5(400_000, 600_000, 1_000_000), "leap"),
        (many(12, 2000, 1000, 1), "kernel"),
        (many(30, 500, 1000, 1), "kernel"),
    ],
    ids=["scenario 5", "a million", "2000 patterns", "30 quotas"],
)
def test_the_work_decides(field: Field, expected: str) -> None:
    """Few patterns are leapt over, thousands are drawn one by one; a forecast says which."""
    assert quicker(field, 2000, Interviews(), Gate(field)) == expected
    if field.goal == 1000:
        assert draw(field, 50, 1).method in {expected, "leap"}


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"replicates": 0}, "replicates is 0"),
        ({"replicates": 2.5}, "replicates is 2.5"),
        ({"replicates": True}, "replicates is True"),
        ({"seed": -1}, "seed is -1"),
        ({"seed": "x"}, "seed is 'x'"),
        ({"seed": None}, "seed is None"),
        ({"method": "fast"}, "method is 'fast'"),
    ],
)
def test_what_cannot_be_is_refused(wrong: Any, says: str) -> None:
    """With the name of the argument, and what to give."""
    with pytest.raises(InvalidInput, match=says):
        draw(scenario_5(), **wrong)
