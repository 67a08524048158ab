"""The laws of the field without chance."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_fields import BOTH, BOYS, GIRLS, fields, made, scenario_5

from segkit.errors import InvalidInput
from segkit.quotas.field.admission import Field
from segkit.quotas.field.draws import draw
from segkit.quotas.field.fluid import estimate


def test_scenario_5_by_hand() -> None:
    """The boys' quota closes after 400 of the families with boys; the girls' is filled by girls alone."""
    first = 400 / (BOYS + BOTH)
    girls = 600 - first * (GIRLS + BOTH)
    fluid = estimate(scenario_5())
    assert fluid.completes == pytest.approx(first * (BOYS + GIRLS + BOTH) + girls)
    assert fluid.completes == pytest.approx(797.157, abs=0.01)
    assert fluid.arrivals == pytest.approx(first + girls / GIRLS)
    assert [phase.closing for phase in fluid.phases] == [("q0",), ("q1",)]
    assert fluid.fills == pytest.approx({"q0": 400, "q1": 600})
    assert fluid.ended == "closed"


@given(fields())
def test_it_keeps_to_places_and_goal(field: Field) -> None:
    """At most a phase a quota and one; fills are at most the places, completes at most the goal; nothing ever shrinks."""
    fluid = estimate(field)
    assert len(fluid.phases) <= len(field.remaining) + 1
    assert fluid.completes <= (field.goal or 0) * (1 + 1e-9)
    assert (np.array(list(fluid.fills.values())) <= field.open_places + 1e-9).all()
    steps = [(0.0, 0.0, *[0.0] * len(field.remaining)), *((p.completes, p.arrivals, *p.fills) for p in fluid.phases)]
    assert (np.diff(np.array(steps), axis=0) >= -1e-9).all()
    assert (fluid.ended == "goal") == (fluid.completes >= (field.goal or 0) * (1 - 1e-9))


@given(fields(), st.integers(2, 50))
def test_it_grows_in_proportion(field: Field, times: int) -> None:
    """With all places and the goal so many times as many, so are completes, arrivals and fills."""
    larger = replace(
        field, remaining=field.remaining * times, open_places=field.open_places * times, goal=(field.goal or 0) * times
    )
    one, many = estimate(field), estimate(larger)
    assert many.completes == pytest.approx(one.completes * times)
    assert many.arrivals == pytest.approx(one.arrivals * times)
    assert list(many.fills.values()) == pytest.approx([fill * times for fill in one.fills.values()])


@pytest.mark.parametrize(("boys", "girls"), [(400_000, 600_000), (509_000, 764_000), (600_000, 400_000)])
def test_it_is_the_mean_of_large_fields(boys: int, girls: int) -> None:
    """With a million completes, means lie within a tenth of a thousandth of it."""
    field = scenario_5(boys, girls, 1_000_000)
    draws, fluid = draw(field, 2000, 11), estimate(field)
    assert draws.completes.mean() == pytest.approx(fluid.completes, rel=1e-4)
    assert draws.arrivals.mean() == pytest.approx(fluid.arrivals, rel=1e-3)
    assert draws.fills.mean(axis=0) == pytest.approx(list(fluid.fills.values()), rel=1e-4)


def test_how_fields_end() -> None:
    """By the goal; with every quota closed; or with places left, which here nobody matches, or nobody may enter."""
    assert estimate(made({(1, 0): 0.5}, [10, 5], 7)).ended == "goal"
    assert estimate(made({(1, 0): 0.5, (0, 1): 0.5}, [10, 0], 70)).ended == "closed"
    assert estimate(made({(1, 0): 0.5}, [10, 5], 70)).ended == "stalled"
    nobody = estimate(made({(1, 1): 0.0}, [10, 5], 70))
    assert (nobody.completes, nobody.arrivals, nobody.phases, nobody.ended) == (0, 0, (), "stalled")
    assert estimate(made({}, [], 0)).ended == "goal"


def test_without_a_goal_the_quotas_end_it() -> None:
    """And where they do not, the field is refused."""
    assert estimate(scenario_5(goal=None)).completes == estimate(scenario_5()).completes
    with pytest.raises(InvalidInput, match="never end"):
        estimate(made({(1,): 0.5, (0,): 0.5}, [5], None, policy="none"))


def test_those_who_do_not_complete_cost_arrivals() -> None:
    """With an incidence of one half, twice as many families come, for the same completes."""
    one, half = estimate(scenario_5()), estimate(scenario_5(), ir=0.5)
    assert (half.completes, half.arrivals) == pytest.approx((one.completes, 2 * one.arrivals))
    assert "797" in repr(one)
