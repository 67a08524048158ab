"""The laws of a field that opens: its places, its goal, its sets of quotas, and what it says that it assumes."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit.errors import InvalidInput
from segkit.quotas.codes import child_codes
from segkit.quotas.design import QuotaDesign
from segkit.quotas.field.comparison import compare
from segkit.quotas.field.feasibility import feasibility
from segkit.quotas.field.forecast import forecast
from segkit.quotas.field.households import Households
from segkit.quotas.field.opening import COUNTED_EVERYWHERE, open_field
from segkit.quotas.field.repair import repair
from segkit.quotas.field.standing import MOST
from segkit.quotas.lint.check import lint

DESIGN = (
    QuotaDesign(1000, frozenset(child_codes()))
    .with_quota("boys", child_codes("boy"), 400)
    .with_quota("girls", child_codes("girl"), 600)
)
WOMEN = {"qualification_code": 211, "condition_codes": ["112"]}


def test_at_launch_every_place_is_open() -> None:
    """A survey that starts has its required counts left, all of them open, and its whole goal."""
    field = open_field(DESIGN)
    assert field.patterns.quota_ids == ("boys", "girls")
    assert field.remaining.tolist() == field.open_places.tolist() == [400, 600]
    assert (field.goal, field.sets, field.policy) == (1000, ((0, 1),), "per_qualification_set")


def test_each_qualification_has_its_set() -> None:
    """A quota belongs to the set of every qualification that it asks for; one that asks for none belongs to none."""
    design = (
        DESIGN.with_quota("mothers of boys", child_codes("boy"), 50, criteria=[WOMEN])
        .with_quota("women", None, 50, criteria=[WOMEN])
        .with_quota("all", None, 50)
    )
    assert open_field(design, match={"211": 0.5}).sets == ((2, 3), (0, 1, 2))
    assert open_field(QuotaDesign().with_quota("all", None, 50)).sets == ()


def test_a_survey_without_a_goal_or_quotas_opens() -> None:
    """What is not said is not invented: no goal is None, no quotas are none."""
    field = open_field(QuotaDesign())
    assert field.goal is None
    assert field.remaining.shape == field.open_places.shape == (0,)


def test_it_says_what_it_assumes() -> None:
    """The law of families, the policy and the way of counting stand in its notes."""
    notes = open_field(DESIGN, policy="any").notes
    assert notes[0] == f"households: {Households.default().in_words}"
    assert notes[1].startswith("policy any: ")
    assert COUNTED_EVERYWHERE in notes
    asked = DESIGN.with_quota("women", None, 50, criteria=[WOMEN]).replace(
        others={"click_balancing": 1, "qlc": {"enable": False}}
    )
    more = " | ".join(open_field(asked, match={"211": 0.5}).notes)
    assert "211:112 0.5" in more
    assert "click_balancing" in more
    assert "qlc" not in more


def test_it_says_that_patterns_were_sampled() -> None:
    """Beyond the limit of exact patterns a note gives the number of families."""
    design = QuotaDesign()
    for code in child_codes(months=(1, 47)):
        design = design.with_quota(str(code), [code], 5, "months")
    field = open_field(design, seed=3)
    assert any("200000 sampled families" in note for note in field.notes)
    assert open_field(design, seed=3).patterns.probability.tolist() == field.patterns.probability.tolist()


def test_it_says_which_shares_change_nothing() -> None:
    """A share that no criterion asks for, and a bare qualification beside the criterion itself, are not used."""
    design = DESIGN.with_quota("women", None, 50, criteria=[WOMEN])
    men = {"qualification_code": 211, "condition_codes": ["111"]}
    for asked, match, unused in (
        (design, {"211:112": 0.5, 229: 0.1, "211:111": 0.2}, ["229", "211:111"]),
        (design, {"211": 0.5, "211:112": 0.4}, ["211"]),
        (design, {211: 0.5}, []),
        (design.with_quota("men", None, 50, criteria=[men]), {"211:112": 0.5, "211:111": 0.4, "211": 0.1}, ["211"]),
    ):
        notes = open_field(asked, match=match).notes
        assert [note for note in notes if "no criterion asks" in note] == [
            f"not used: the share of {key}, which no criterion asks for" for key in unused
        ]


def test_microdata_are_not_said_to_be_independent() -> None:
    """Siblings that were counted are not assumed to be independent."""
    frame = pd.DataFrame({"family_id": [1, 1, 2], "gender": ["boy", "girl", None], "age": [5, 7, None]})
    assert any("independent given their number" in note for note in open_field(DESIGN).notes)
    assert not any("independent" in note for note in open_field(DESIGN, Households.from_frame(frame)).notes)


FRAME = pd.DataFrame({"quota_id": ["girls", "boys"], "achieved": [10, 400], "currently_open": [20, 0], "title": ["", ""]})


@pytest.mark.parametrize(
    "state",
    [
        {"boys": {"achieved": 400, "currently_open": 0}, "girls": {"achieved": 10, "currently_open": 20}},
        {"boys": {"remaining": 0}, "girls": {"remaining": 590, "currently_open": 20}},
        {"boys": {"achieved": 403, "remaining": 0}, "girls": {"achieved": "10", "remaining": 590.0, "currently_open": 20}},
        FRAME,
        FRAME.set_index("quota_id"),
        FRAME.rename(columns={"quota_id": "buyer_quota_id"}),
    ],
)
def test_a_restart_starts_from_the_state(state: Any) -> None:
    """Achieved, remaining and open places come from a mapping or a frame; the goal is less by the completes so far."""
    field = open_field(DESIGN, state=state, achieved=405)
    assert field.remaining.tolist() == [0, 590]
    assert field.open_places.tolist() == [0, 20]
    assert field.goal == 595
    assert any(note.startswith("restart: completes so far 405") for note in field.notes)


@given(st.integers(0, 900), st.integers(0, 900), st.integers(0, 900))
def test_open_places_are_never_above_those_left(required: int, achieved: int, currently_open: int) -> None:
    """Places left are required less achieved, not below 0; open ones not above them; the goal not below 0."""
    design = QuotaDesign(300).with_quota("q", [133], required)
    field = open_field(design, state={"q": {"achieved": achieved, "currently_open": currently_open}}, achieved=achieved)
    assert field.remaining.tolist() == [max(0, required - achieved)]
    assert field.open_places.tolist() == [min(max(0, required - achieved), currently_open)]
    assert field.goal == max(0, 300 - achieved)


def test_what_the_state_does_not_tell_is_at_its_start() -> None:
    """A quota that is absent, or whose number is missing, has all of its places."""
    field = open_field(DESIGN, state={"girls": {"achieved": None, "currently_open": float("nan")}})
    assert field.remaining.tolist() == field.open_places.tolist() == [400, 600]
    assert field.goal == 1000


@pytest.mark.parametrize(
    ("state", "achieved", "code", "where"),
    [
        ({"boys": {"achieved": -1}}, 5, "unreadable-state", "state['boys'].achieved"),
        ({"boys": {"currently_open": 1.5}}, 5, "unreadable-state", "state['boys'].currently_open"),
        ({"boys": {"remaining": "many"}}, 5, "unreadable-state", "state['boys'].remaining"),
        ({"boys": {"remaining": 401}}, 5, "inconsistent-state", "state['boys'].remaining"),
        ({"boys": {"remaining": 300, "achieved": 90}}, 90, "inconsistent-state", "state['boys'].remaining"),
        ({"boys": {"achieved": 90}}, 80, "inconsistent-state", "achieved"),
        ({"boys": {"achieved": 90}}, None, "achieved-missing", "achieved"),
        ({"boys": {"achieved": 90}}, -1, "unreadable-state", "achieved"),
        ({"boys": {"achieved": 90}}, 90.5, "unreadable-state", "achieved"),
        ({"fathers": {"achieved": 0}}, None, "unknown-quota", "state['fathers']"),
        ({"boys": {"achieved": 90}}, "90", "unreadable-state", "achieved"),
        (None, 90, "state-missing", "state"),
    ],
)
def test_a_state_that_cannot_be_is_refused(state: Any, achieved: Any, code: str, where: str) -> None:
    """A number that is none, or contradicts another, is a finding with its place."""
    with pytest.raises(InvalidInput) as caught:
        open_field(DESIGN, state=state, achieved=achieved)
    assert [(finding.code, finding.where) for finding in caught.value.findings] == [(code, where)]


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ([("boys", 5)], "state is list"),
        ({"boys": 5}, "give a mapping with any of achieved"),
        ({"boys": {"filled": 5}}, "give a mapping with any of achieved"),
        (pd.DataFrame({"quota_id": ["boys"]}), "none of the columns achieved"),
        (pd.DataFrame({"quota_id": ["boys", "boys"], "achieved": [1, 2]}), "several rows of one quota"),
    ],
)
def test_a_state_of_another_form_is_refused(state: Any, told: str) -> None:
    """The message says which form is read."""
    with pytest.raises(InvalidInput, match=told):
        open_field(DESIGN, state=state)


def test_completes_in_all_are_not_more_than_the_quotas_have_together() -> None:
    """Where the policy asks for a quota of a set, each complete is in one of its quotas; one in several counts in each."""
    mothers = DESIGN.with_quota("mothers", None, 900, criteria=[WOMEN])
    state = {"boys": {"achieved": 10}, "girls": {"achieved": 10}, "mothers": {"achieved": 25}}
    cases = [(DESIGN, 20, 21, "per_qualification_set"), (DESIGN, 20, 21, "any"), (DESIGN, 500, None, "none")]
    cases += [(mothers, None, 25, "per_qualification_set"), (mothers, 45, 46, "any")]
    for design, most, too_many, policy in cases:
        told = {quota.id: state[quota.id] for quota in design.quotas}
        how: dict[str, Any] = {"state": told, "policy": policy, "match": {"211": 0.5}}
        if most is not None:
            assert open_field(design, achieved=most, **how).goal == 1000 - most
        if too_many is not None:
            with pytest.raises(InvalidInput, match=f"{too_many} completes in all") as caught:
                open_field(design, achieved=too_many, **how)
            assert [(each.code, each.where) for each in caught.value.findings] == [("inconsistent-state", "achieved")]


@pytest.mark.parametrize("missing", [pd.NA, pd.NaT, None, float("nan"), ""])
def test_what_a_frame_has_not_is_not_said(missing: Any) -> None:
    """Missing numbers of pandas, in a frame or a mapping, and blank cells are no numbers."""
    column = pd.array([1, None], dtype="Int64") if missing is pd.NA else pd.Series([1, missing], dtype=object)
    frame = pd.DataFrame({"quota_id": ["boys", "girls"], "achieved": column})
    for state in (frame, {"boys": {"achieved": 1, "remaining": missing}, "girls": {"achieved": missing}}):
        field = open_field(DESIGN, state=state, achieved=1)
        assert field.remaining.tolist() == [399, 600]


def test_without_a_goal_the_completes_in_all_are_not_needed() -> None:
    """A restart without a goal needs only the quotas."""
    field = open_field(DESIGN.replace(completes=None), state={"boys": {"achieved": 90}})
    assert field.goal is None
    assert field.remaining.tolist() == [310, 600]


def test_a_quota_needs_a_count() -> None:
    """A quota whose count is not said is named."""
    with pytest.raises(InvalidInput, match="quota 'girls' has no count") as caught:
        open_field(DESIGN.with_quota("girls", child_codes("girl"), None))
    assert [finding.where for finding in caught.value.findings] == ["$.quotas[1].required_count"]


@pytest.mark.parametrize("wanted", [MOST + 1, 10**18, 2**63, 10**25, 10**1000])
def test_numbers_end_somewhere(wanted: int) -> None:
    """A billion completes can be forecast; more are findings with their place, wherever a field is opened."""
    design = DESIGN.replace(completes=wanted).with_quota("girls", child_codes("girl"), wanted)
    for opened in (open_field, forecast, feasibility):
        with pytest.raises(InvalidInput) as caught:
            opened(design)
        found = caught.value.findings
        assert found.codes == {"beyond-reckoning"}
        assert [finding.where for finding in found] == ["$.quotas[1].required_count", "$.completes_required"]
        assert all(str(MOST) in finding.fix for finding in found)
    assert "cannot-fill" not in lint(design, households=Households.default()).codes
    most = (
        DESIGN.replace(completes=MOST).with_quota("girls", child_codes("girl"), MOST).with_quota("boys", child_codes("boy"), MOST)
    )
    assert forecast(most, replicates=5).completes.mean == MOST


def test_ids_are_told_apart() -> None:
    """Two quotas with one id cannot be told apart in a forecast."""
    with pytest.raises(InvalidInput, match="share the id 'boys'"):
        open_field(DESIGN.replace(quotas=(*DESIGN.quotas, DESIGN.quotas[0])))


@pytest.mark.parametrize("asks", [open_field, forecast, feasibility, repair, Households.default().patterns])
@pytest.mark.parametrize("what", ["x", None, {"quotas": []}, [DESIGN]])
def test_a_design_is_a_design(asks: Any, what: Any) -> None:
    """Or a document; anything else is refused by its name."""
    with pytest.raises(InvalidInput, match=f"the design is {type(what).__name__}: give a QuotaDesign"):
        asks(what)


@pytest.mark.parametrize("asks", [open_field, forecast, feasibility, repair, lint, lambda design, law: compare([design], law)])
@pytest.mark.parametrize("what", ["x", {"children": [1]}, [0.5, 0.5], True, Households])
def test_a_law_of_families_is_one(asks: Any, what: Any) -> None:
    """What is no law is refused where it is handed in, and by lint as well."""
    with pytest.raises(InvalidInput, match="households is"):
        asks(DESIGN, what)


@pytest.mark.parametrize("seed", ["a", -1, 1.5, None, True])
def test_a_seed_is_a_number_or_a_generator(seed: Any) -> None:
    """Wherever random numbers are drawn."""
    asks = [open_field, forecast, feasibility, repair, lambda design, seed: compare([design], seed=seed)]
    for ask in asks:
        with pytest.raises(InvalidInput, match="seed is"):
            ask(DESIGN, seed=seed)
    with pytest.raises(InvalidInput, match="seed is"):
        Households.default().draw(3, seed)


def test_a_policy_is_one_of_three() -> None:
    """Another policy is refused before anything is computed."""
    with pytest.raises(InvalidInput, match="policy is 'strict'"):
        open_field(DESIGN, policy="strict")  # type: ignore[arg-type] # not a policy
