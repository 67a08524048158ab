"""The laws of feasibility: what it says is what an exhaustive search finds, on designs small enough to be searched."""

from __future__ import annotations

import time
from itertools import combinations, product
from typing import TYPE_CHECKING

import numpy as np
import pytest
import surveys
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, linprog, milp

import segkit as sk
from segkit import frames
from segkit.errors import InvalidInput
from segkit.quotas.codes import child_codes
from segkit.quotas.design import QuotaDesign
from segkit.quotas.field import programme
from segkit.quotas.field.admission import COMPLETE, POLICIES, Field
from segkit.quotas.field.clash import Filling, clash
from segkit.quotas.field.feasibility import SAMPLED, Feasibility, feasibility
from segkit.quotas.field.forecast import forecast, of_field
from segkit.quotas.field.households import Households
from segkit.quotas.field.patterns import Patterns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from segkit.quotas.field.clash import Fillable

SCENARIOS = [survey.design.replace(completes=1000) for survey in sk.read_surveys(surveys.SCENARIOS)]
FAMILIES = Households(children=[0.60, 0.168, 0.152, 0.056, 0.024], ages=dict.fromkeys(range(1, 18), 1 / 17))


def field_of(
    sets: Iterable[Iterable[int]], places: list[int], goal: int | None, policy: str = "any", weights: list[int] | None = None
) -> Field:
    """Make a field by hand: patterns as sets of the places of quotas, equally probable unless weighted."""
    listed = [frozenset(some) for some in sets]
    matched = np.array([[quota in some for quota in range(len(places))] for some in listed], dtype=bool).reshape(-1, len(places))
    probability = np.array(weights or [1] * len(listed), dtype=float)
    patterns = Patterns(
        tuple(f"q{n}" for n in range(len(places))), matched, np.ones(len(listed), bool), probability / probability.sum()
    )
    whole = np.array(places, dtype=np.int64)
    return Field(patterns, whole, whole, goal, (tuple(range(len(places))),) if places else (), policy)  # type: ignore[arg-type] # a policy


@st.composite
def fields(draw: st.DrawFn) -> Field:
    """Draw fields with up to three quotas of up to three places; some patterns never occur."""
    places = draw(st.lists(st.integers(0, 3), min_size=1, max_size=3))
    every = [set(some) for n in range(1, len(places) + 1) for some in combinations(range(len(places)), n)]
    sets = draw(st.lists(st.sampled_from(every), min_size=1, max_size=5))
    weights = [*draw(st.lists(st.integers(0, 3), min_size=len(sets), max_size=len(sets))), 1]
    return field_of([*sets, []], places, draw(st.none() | st.integers(0, 6)), draw(st.sampled_from(POLICIES[:2])), weights)


def reachable(field: Field) -> list[tuple[bool, ...]]:
    """Return the distinct patterns that occur and are admitted while nothing is closed."""
    admitted = field.statuses(np.zeros(len(field.remaining), dtype=bool)) == COMPLETE
    return sorted({tuple(row) for row in field.patterns.matched[admitted & (field.patterns.probability > 0)].tolist()})


def everything_within(rows: list[tuple[bool, ...]], places: list[int], goal: int) -> Iterator[tuple[int, list[int]]]:
    """Yield the completes and the fills of every choice of whole numbers that fits."""
    for x in product(range(max([0, *places]) + 1), repeat=len(rows)):
        fills = [sum(n for n, row in zip(x, rows, strict=True) if row[quota]) for quota in range(len(places))]
        if sum(x) <= goal and all(fill <= place for fill, place in zip(fills, places, strict=True)):
            yield sum(x), fills


def searched(rows: list[tuple[bool, ...]], places: list[int], goal: int | None) -> int:
    """Return the most completes."""
    return max(total for total, _ in everything_within(rows, places, sum(places) if goal is None else goal))


def all_filled(rows: list[tuple[bool, ...]], places: list[int], quotas: tuple[int, ...], goal: int | None) -> bool:
    """Whether some quotas can be filled together, the others having no limit."""
    some = sorted({tuple(row[quota] for quota in quotas) for row in rows})
    wanted = [places[quota] for quota in quotas]
    limit = sum(wanted) if goal is None else goal
    return any(fills == wanted for _, fills in everything_within([row for row in some if any(row)], wanted, limit))


@given(fields())
@settings(max_examples=150)
def test_it_is_what_an_exhaustive_search_finds(field: Field) -> None:
    """Most completes, the most of each quota and the exact fill equal those found by trying every choice of whole numbers."""
    found, rows, places = Feasibility(field), reachable(field), field.open_places.tolist()
    every = list(everything_within(rows, places, sum(places) if field.goal is None else field.goal))
    assert found.max_completes == max(total for total, _ in every)
    assert found.most.tolist() == [max(fills[quota] for _, fills in every) for quota in range(len(places))]
    assert found.exact == any(fills == places and field.goal in {None, total} for total, fills in every)
    assert (found.max_completes, found.fills.tolist()) in every
    assert found.unfillable == tuple(f"q{n}" for n, most in enumerate(found.most) if most < places[n])


@given(fields())
@settings(max_examples=150)
def test_the_gain_of_a_place_is_found_by_another_search(field: Field) -> None:
    """One more place in a quota, or one more complete of the goal, gains what a search with one more finds."""
    found, rows, places = Feasibility(field), reachable(field), field.open_places.tolist()
    more = [[place + (n == quota) for n, place in enumerate(places)] for quota in range(len(places))]
    assert found.gains.tolist() == [searched(rows, other, field.goal) - found.max_completes for other in more]
    if field.goal is None:
        assert found.gain_of_goal is None
    else:
        assert found.gain_of_goal == searched(rows, places, field.goal + 1) - found.max_completes


@given(fields())
@settings(max_examples=150)
def test_a_clash_is_the_smallest_set_that_cannot_be_filled(field: Field) -> None:
    """It cannot be filled, no smaller set fails to be, and without any one of its quotas it can; empty when all can be filled."""
    found, rows, places = Feasibility(field).clash, reachable(field), field.open_places.tolist()
    sets = [some for n in range(len(places) + 1) for some in combinations(range(len(places)), n)]
    failing = [some for some in sets if not all_filled(rows, places, some, field.goal)]
    assert len(found) == min(map(len, failing), default=0)
    if found:
        own = tuple(int(quota_id[1:]) for quota_id in found)
        assert own in failing
        assert all(all_filled(rows, places, tuple(set(own) - {quota}), field.goal) for quota in own)


def irreducible(found: tuple[int, ...], fillable: Fillable) -> bool:
    """Whether a set cannot be filled, and can without any one of its members."""
    return not fillable(found) and all(fillable(tuple(other for other in found if other != quota)) for quota in found)


@given(st.lists(st.frozensets(st.integers(0, 19), min_size=1, max_size=5), min_size=1, max_size=6))
def test_a_clash_of_many_quotas_is_irreducible(bad: list[frozenset[int]]) -> None:
    """Beyond 12 quotas whatever is found fails, and no member can be spared; up to 12 it is of the smallest size."""

    def fillable(quotas: tuple[int, ...]) -> bool:
        return not any(some.issubset(quotas) for some in bad)

    assert irreducible(clash(20, fillable), fillable)
    few = [some for some in bad if max(some) < 12]
    found = clash(12, fillable)
    assert len(found) == min(map(len, few), default=0)
    assert not few or irreducible(found, fillable)


@given(fields(), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_names_and_split_patterns_change_nothing(field: Field, random: object) -> None:
    """Quotas in another order under other names, or a pattern written as two halves, leave every number as it is."""
    order = list(range(len(field.remaining)))
    random.shuffle(order)  # type: ignore[attr-defined] # hypothesis' own generator
    old = field.patterns
    matched = np.repeat(old.matched[:, order], 2, axis=0)
    ids = tuple(old.quota_ids[place] for place in order)
    patterns = Patterns(ids, matched, np.repeat(old.qualified, 2), np.repeat(old.probability / 2, 2))
    there = Feasibility(Field(patterns, field.remaining[order], field.open_places[order], field.goal, field.sets, field.policy))
    here = Feasibility(field)
    assert (there.max_completes, there.exact, len(there.clash)) == (here.max_completes, here.exact, len(here.clash))
    assert there.fewest_arrivals == pytest.approx(here.fewest_arrivals)
    assert there.gains.to_dict() == here.gains.to_dict()
    assert there.most.to_dict() == here.most.to_dict()


@given(fields())
@settings(max_examples=60)
def test_fewest_arrivals_is_the_smallest_supply(field: Field) -> None:
    """It equals the least T of the programme in completes by pattern, written down here directly."""
    found = Feasibility(field)
    rows = np.array(reachable(field), dtype=float).reshape(-1, len(field.remaining))
    chance = [field.patterns.probability[(field.patterns.matched == row).all(axis=1)].sum() for row in rows.astype(bool)]
    if not len(rows):
        assert found.fewest_arrivals == 0
        return
    supply = np.hstack([np.eye(len(rows)), -np.array(chance)[:, None]])
    limits = np.hstack([rows.T, np.zeros((rows.shape[1], 1))])
    answer = linprog(
        [0] * len(rows) + [1],
        A_ub=np.vstack([supply, limits]),
        b_ub=[0] * len(rows) + field.open_places.tolist(),
        A_eq=[[1] * len(rows) + [0]],
        b_eq=[found.max_completes],
    )
    assert found.fewest_arrivals == pytest.approx(answer.fun, abs=1e-6)


@given(fields(), st.integers(0, 9))
@settings(max_examples=60)
def test_no_draw_of_a_forecast_is_above_it(field: Field, seed: int) -> None:
    """Without over-delivery no replicate has more completes, and none fills a quota more than it can be filled."""
    found = Feasibility(field)
    drawn = of_field(field, replicates=200, seed=seed).drawn
    assert drawn.completes.max() <= found.max_completes
    assert (drawn.fills.max(axis=0) <= found.most.to_numpy()).all()


def test_fewest_arrivals_is_below_every_forecast_that_brings_the_most() -> None:
    """Where first come, first served always brings the most completes, it takes more arrivals in the mean than the bound."""
    design = SCENARIOS[4].replace(completes=400)
    found, told = feasibility(design, FAMILIES), forecast(design, FAMILIES)
    assert told.goal_probability == 1
    assert found.fewest_arrivals <= told.arrivals.mean + 4 * told.arrivals.mean_error
    assert found.fewest_arrivals == pytest.approx(400 / 0.4, rel=1e-6)


@given(st.integers(0, 2**32 - 1), st.booleans())
@settings(max_examples=12)
def test_many_patterns_give_the_same_as_the_plain_programme(seed: int, is_exact: bool) -> None:  # noqa: FBT001 - drawn
    """Beyond the patterns that are solved as they are, generated columns find the optimum of the whole programme."""
    rng = np.random.default_rng(seed)
    member = np.unique(rng.random((600, 9)) < rng.uniform(0.3, 0.6), axis=0)
    member = member[member.sum(axis=1) >= 2]
    worth = member.sum(axis=1) + 1 if is_exact else rng.integers(1, 9, len(member))
    places, goal = rng.integers(5, 60, 9), int(rng.integers(20, 120))
    rows = np.vstack([member.T, np.ones(len(member))])
    limits = LinearConstraint(rows.astype(float), -np.inf, [*places, goal])
    plain = milp(-worth.astype(float), integrality=np.ones(len(member)), constraints=limits, options={"mip_rel_gap": 0})
    found = programme.best(member, worth, places, goal)
    assert len(member) > programme.FEW
    assert found.is_proven
    assert found.value == round(-plain.fun) == int(worth @ found.x)
    assert (rows @ found.x <= [*places, goal]).all()


def test_scenario_5_could_be_filled_exactly() -> None:
    """400 boys and 600 girls fit into 1000 completes; the bound of arrivals is what 600 families with girls only need."""
    found = feasibility(SCENARIOS[4], FAMILIES)
    assert (found.max_completes, found.exact, found.clash, found.unfillable) == (1000, True, (), ())
    assert found.fills.tolist() == [400, 600]
    assert found.gains.tolist() == [0, 0]
    assert found.gain_of_goal == 0
    assert found.fewest_arrivals == pytest.approx(600 / 0.126050989)


def test_a_goal_of_one_more_gains_where_quotas_leave_room() -> None:
    """With wider quotas the goal is what binds."""
    found = feasibility(SCENARIOS[4].replace(completes=900), FAMILIES)
    assert (found.max_completes, found.gain_of_goal) == (900, 1)


def test_scenario_7_as_printed_cannot_be_filled() -> None:
    """Families without children are terminated by the qualification: their quota clashes alone, 400 completes come at most."""
    found = feasibility(SCENARIOS[6], FAMILIES)
    assert (found.max_completes, found.exact, found.clash, found.unfillable) == (400, False, ("b11112",), ("b11112",))
    assert found.most.tolist() == [400, 0, 300, 100]


def test_scenario_7_with_families_without_children_admitted_could_be_filled() -> None:
    """With 167 in the qualification 600 + 300 + 100 completes fill all four quotas."""
    design = SCENARIOS[6]
    assert design.qualification is not None
    found = feasibility(design.replace(qualification=design.qualification | {167}), FAMILIES)
    assert (found.max_completes, found.exact, found.clash) == (1000, True, ())


def test_places_that_are_not_open_do_not_count() -> None:
    """In mid-field the places that are open now and the completes still needed are the limits."""
    state = {"b11111": {"achieved": 100, "currently_open": 10}, "b11112": {"achieved": 0}}
    found = feasibility(SCENARIOS[4], FAMILIES, state=state, achieved=100)
    assert (found.goal, found.max_completes, found.fills.tolist()) == (900, 610, [10, 600])


def test_a_field_that_never_ends_is_refused() -> None:
    """Without a goal, families that match no quota would come in for ever."""
    design = SCENARIOS[4].without_quota("b11112").replace(completes=None)
    with pytest.raises(InvalidInput, match="never end"):
        feasibility(design, FAMILIES, policy="none")
    assert feasibility(design, FAMILIES).max_completes == 400


def test_cells_of_34_ages_and_genders_take_seconds() -> None:
    """52,955 patterns are decided in seconds: the most completes, the exact fill and the clash of counts that are too many."""
    design = QuotaDesign(completes=150, qualification=child_codes(ages=(1, 17)))
    for n, (gender, age) in enumerate(product(("boy", "girl"), range(1, 18))):
        design = design.with_quota(f"{gender} {age}", child_codes(gender, age), 20 + n)
    start = time.process_time()
    found = feasibility(design, FAMILIES)
    assert (found.max_completes, found.exact) == (150, False)
    filling = Filling(found._member, found._places, found.goal)
    assert irreducible(tuple(map(found.quota_ids.index, found.clash)), filling)
    assert found.gains.sum() == 0
    assert time.process_time() - start < 60


def test_what_was_sampled_is_said() -> None:
    """Patterns that were not in a sample are taken as impossible, and that is written."""
    whole = field_of([[0], [1]], [1, 1], 2)
    patterns = Patterns(
        whole.patterns.quota_ids,
        whole.patterns.matched,
        whole.patterns.qualified,
        whole.patterns.probability,
        exact=False,
        n_sampled=9,
    )
    assert SAMPLED in Feasibility(Field(patterns, whole.remaining, whole.open_places, 2, whole.sets)).assumptions
    assert SAMPLED not in Feasibility(whole).assumptions


def test_the_frame_says_what_the_result_says() -> None:
    """One row a quota with all columns; an empty design has none; households and policy travel along and are in the HTML."""
    found = feasibility(SCENARIOS[6], FAMILIES)
    frame = found.to_frame()
    assert list(frame.columns) == list(frames.FEASIBILITY)
    assert frame.query("in_clash").quota_id.tolist() == ["b11112"]
    assert frame.attrs["segkit"]["max_completes"] == 400
    page = found._repr_html_()
    for words in (FAMILIES.in_words, "policy per_qualification_set", "first come, first served"):
        assert words in page
        assert any(words in line for line in found.assumptions)
    assert repr(found) == "<Feasibility: at most 400 of 1000 completes; b11112 cannot be filled>"
    empty = feasibility(SCENARIOS[1], FAMILIES).to_frame()
    assert empty.empty
    assert [str(dtype) for dtype in empty.dtypes] == [str(dtype) for dtype in frame.dtypes]
