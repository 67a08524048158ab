"""The laws of simulated fielding: the vendor's order of operations, and counts that an exact reference foretells."""

import json
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import Client, TestResponse

from segkit.errors import InvalidInput
from segkit.sandbox.app import TOKEN, Sandbox
from segkit.sandbox.exchange import PROVENANCE_HEADER
from segkit.sandbox.fielded import OUTCOMES, Fill
from segkit.sandbox.households import FamilyLaw
from segkit.sandbox.purespectrum_buyer import PREFIX

BOYS, GIRLS = list(range(133, 166, 2)), list(range(134, 167, 2))
CHILDREN, NONE = [*range(111, 167)], [167]
BOY_5, BOY_8, GIRL_5 = 141, 147, 142
YEARS = {str(age): 1 / 17 for age in range(1, 18)}


def call(sandbox: Sandbox, method: str, path: str, payload: object = None) -> TestResponse:
    """Ask the sandbox."""
    return Client(sandbox.wsgi).open(path, method=method, data=json.dumps(payload), headers={"access-token": TOKEN})


def criterion(codes: list[int]) -> dict[str, Any]:
    """Return a criterion of 232 in years."""
    return {"qualification_code": 232, "condition_codes": list(map(str, codes))}


def create(sandbox: Sandbox, quotas: dict[str, tuple[int, list[int]]], accepts: list[int], goal: int = 1000, **rest: Any) -> int:
    """Create a survey of these quotas, id -> (count, codes), and return its id; nothing accepted is no qualification."""
    wanted = [
        {"buyer_quota_id": name, "required_count": n, "criteria": [criterion(codes)]} for name, (n, codes) in quotas.items()
    ]
    targets = {"qualifications": [criterion(accepts)] if accepts else [], "quotas": wanted, "completes_required": goal}
    survey = {"survey_title": "t", "survey_category_code": 231, "survey_localization": "en_US", "field_time": 10} | targets
    survey |= {"expected_ir": 60, "expected_loi": 10, "live_url": "https://example.invalid", **rest}
    return int(call(sandbox, "POST", f"{PREFIX}/surveys", survey).get_json()["ps_survey_id"])


def target(sandbox: Sandbox, survey_id: int, quota: str, value: int) -> None:
    """Set the current target of a quota."""
    changes = [{"op": "replace", "path": "/current_target", "value": value}]
    assert call(sandbox, "PATCH", f"{PREFIX}/surveys/{survey_id}/quotas/{quota}", changes).status_code == 200


@pytest.fixture
def sandbox() -> Sandbox:
    """Return a fresh sandbox."""
    return Sandbox()


# The order of operations, visit by visit


def test_a_complete_is_21_and_counts_in_every_quota_it_matches(sandbox: Sandbox) -> None:
    """A family with a boy and a girl takes a place of both quotas; who matches nothing that is refused completes."""
    survey = create(sandbox, {"boys": (5, BOYS), "girls": (5, GIRLS)}, [])
    fielded = sandbox.field(survey, families=[[BOY_5, GIRL_5], [BOY_8]])
    assert fielded.statuses == (21, 21)
    assert fielded.fills == {"boys": Fill(2, 5), "girls": Fill(1, 5)}
    assert fielded.state == {"boys": {"achieved": 2}, "girls": {"achieved": 1}}
    assert (fielded.completes, fielded.survey_status, fielded.provenance) == (2, 22, "synthetic")


def test_a_mismatch_of_the_qualification_is_13(sandbox: Sandbox) -> None:
    """Any child that matches qualifies; a termination comes before a full quota."""
    survey = create(sandbox, {"all": (1, [*CHILDREN, 167]), "rest": (9, GIRLS)}, BOYS)
    statuses = sandbox.field(survey, families=[[GIRL_5], NONE, [GIRL_5, BOY_5], NONE, [BOY_5]]).statuses
    assert statuses == (13, 13, 21, 13, 12)


def test_any_full_quota_is_12(sandbox: Sandbox) -> None:
    """One closed quota ends the visit, though another that the family matches is open."""
    survey = create(sandbox, {"boys": (1, BOYS), "girls": (5, GIRLS)}, [])
    assert sandbox.field(survey, families=[[BOY_5], [BOY_8], [BOY_5, GIRL_5], [GIRL_5]]).statuses == (21, 12, 12, 21)


def test_a_quota_that_wants_more_but_is_not_open_is_24(sandbox: Sandbox) -> None:
    """A current target below the count; a full quota among those that are matched is told first."""
    survey = create(sandbox, {"boys": (5, BOYS), "girls": (0, GIRLS), "none": (9, NONE)}, [])
    target(sandbox, survey, "boys", 1)
    assert sandbox.field(survey, families=[[BOY_5], [BOY_5], [BOY_5, GIRL_5]]).statuses == (21, 24, 12)
    target(sandbox, survey, "boys", 2)
    assert sandbox.field(survey, families=[[BOY_5], [BOY_5]]).statuses == (21, 24)


def test_no_matched_quota_is_35(sandbox: Sandbox) -> None:
    """Where 232 has a quota, a family needs one of them."""
    survey = create(sandbox, {"boys": (5, BOYS)}, [])
    assert sandbox.field(survey, families=[[GIRL_5], NONE, [GIRL_5, BOY_5]]).statuses == (35, 35, 21)


@pytest.mark.parametrize(
    ("policy", "with_quota", "without"),
    [("per_qualification_set", 35, 21), ("any", 35, 35), ("none", 21, 21)],
)
def test_a_policy_says_who_needs_a_quota(sandbox: Sandbox, policy: Any, with_quota: int, without: int) -> None:
    """Those to a survey with quotas of 232; everybody, as an older page has it; or nobody."""
    quotas, plain = create(sandbox, {"boys": (5, BOYS)}, []), create(sandbox, {}, [])
    assert sandbox.field(quotas, families=[[GIRL_5]], policy=policy).statuses == (with_quota,)
    fielded = sandbox.field(plain, families=[[GIRL_5]], policy=policy)
    assert (fielded.statuses, fielded.policy) == ((without,), policy)


def test_a_respondent_who_entered_before_is_15(sandbox: Sandbox) -> None:
    """In this fielding or an earlier one of the survey, complete or not; another survey does not know them."""
    survey = create(sandbox, {}, BOYS)
    families = [[BOY_5], [GIRL_5], [BOY_5], [BOY_5]]
    assert sandbox.field(survey, families=families, respondents=["a", "b", "a", "b"]).statuses == (21, 13, 15, 15)
    assert sandbox.field(survey, families=[[BOY_5]] * 2, respondents=["a", "c"]).statuses == (15, 21)
    assert sandbox.field(create(sandbox, {}, BOYS), families=[[BOY_5]], respondents=["a"]).statuses == (21,)


def test_the_goal_pauses_the_survey_and_visits_get_23(sandbox: Sandbox) -> None:
    """Who comes to a paused survey has not entered it; launched again it pauses again, until the goal is raised."""
    survey = create(sandbox, {}, [], goal=2)
    fielded = sandbox.field(survey, families=[NONE] * 3, respondents=["a", "b", "c"])
    assert (fielded.statuses, fielded.survey_status, fielded.completes) == ((21, 21, 23), 33, 2)
    sandbox.launch(survey)
    assert sandbox.field(survey, families=[NONE]).statuses == (23,)
    changes = [{"op": "replace", "path": "/completes_required", "value": 9}]
    call(sandbox, "PATCH", f"{PREFIX}/surveys/{survey}", changes)
    sandbox.launch(survey)
    assert sandbox.field(survey, families=[NONE], respondents=["c"]).statuses == (21,)


def test_all_quotas_full_pause_the_survey(sandbox: Sandbox) -> None:
    """Below the goal too."""
    survey = create(sandbox, {"boys": (1, BOYS), "girls": (1, GIRLS)}, [])
    fielded = sandbox.field(survey, families=[[BOY_5], [GIRL_5], [BOY_5]])
    assert (fielded.statuses, fielded.survey_status) == ((21, 21, 23), 33)
    assert sandbox.surveys[0]["ps_survey_status"] == 33


def test_a_closed_survey_is_22(sandbox: Sandbox) -> None:
    """And cannot be launched again."""
    survey = create(sandbox, {}, [])
    for status in (22, 44):
        changes = [{"op": "replace", "path": "/ps_survey_status", "value": status}]
        call(sandbox, "PATCH", f"{PREFIX}/surveys/{survey}", changes)
    assert sandbox.field(survey, families=[NONE]).statuses == (22,)
    with pytest.raises(InvalidInput, match="survey-not-live"):
        sandbox.launch(survey)


def test_criteria_of_one_quota_must_all_be_met(sandbox: Sandbox) -> None:
    """Codes are any-of over the children, criteria all-of: two criteria ask for a boy and a girl, whichever child is which."""
    both = {"buyer_quota_id": "both", "required_count": 9, "criteria": [criterion(BOYS), criterion(GIRLS)]}
    survey = create(sandbox, {"both": (9, BOYS)}, [])
    assert call(sandbox, "PUT", f"{PREFIX}/surveys/{survey}/quotas/both", both).status_code == 200
    assert sandbox.field(survey, families=[[BOY_5], [GIRL_5], [GIRL_5, BOY_5], [169, 168]]).statuses == (35, 35, 21, 21)


def test_a_quota_whose_count_was_lowered_lets_nobody_in(sandbox: Sandbox) -> None:
    """A count at or below what is fielded stops the traffic, and what is fielded stays."""
    survey = create(sandbox, {"boys": (5, BOYS), "none": (5, NONE)}, [])
    sandbox.field(survey, families=[[BOY_5]] * 3)
    wanted = {"buyer_quota_id": "boys", "required_count": 2, "criteria": [criterion(BOYS)]}
    assert call(sandbox, "PUT", f"{PREFIX}/surveys/{survey}/quotas/boys", wanted).status_code == 200
    fielded = sandbox.field(survey, families=[[BOY_5], NONE])
    assert (fielded.statuses, fielded.fills["boys"]) == ((12, 21), Fill(3, 2))


# Many visits


def test_scenario_5_falls_short_as_the_exact_distribution_says() -> None:
    """400 boys and 600 girls of families with both: 797.157 completes on average, sd 9.999; here over 200 fieldings."""
    sandbox = Sandbox()
    completes = []
    for seed in range(200):
        survey = create(sandbox, {"boys": (400, BOYS), "girls": (600, GIRLS)}, [*BOYS, *GIRLS])
        fielded = sandbox.field(survey, 20_000, seed=seed, law={"ages": YEARS}, until="goal")
        assert fielded.fills == {"boys": Fill(400, 400), "girls": Fill(600, 600)}
        assert fielded.survey_status == 33
        completes.append(fielded.completes)
    assert abs(np.mean(completes) - 797.1569) < 4 * 9.999 / np.sqrt(len(completes))
    assert 9.999 * 0.8 < np.std(completes) < 9.999 * 1.2


def test_the_usual_law_is_the_one_that_is_said() -> None:
    """Shares of family sizes, boys and months of 100,000 families lie within five standard errors of the law."""
    law = FamilyLaw()
    families = law.families(np.random.default_rng(7), 100_000)
    sizes = Counter(0 if family == [167] else len(family) for family in families)
    for size, share in enumerate((0.60, 0.168, 0.152, 0.056, 0.024)):
        assert abs(sizes[size] / 1e5 - share) < 5 * np.sqrt(share * (1 - share) / 1e5)
    drawn = [code for family in families for code in family if code != 167]
    boys = sum(code % 2 == (code < 167) for code in drawn)  # odd below 167, even above
    assert abs(boys / len(drawn) - 0.512) < 5 * 0.5 / np.sqrt(len(drawn))
    months = Counter(drawn)
    for codes, share in [([111, 112], 1 / 215), ([133, 134], 1 / 215), ([232, 233], 1 / 215), ([139, 140], 12 / 215)]:
        assert abs(sum(months[code] for code in codes) / len(drawn) - share) < 5 * np.sqrt(share / len(drawn))
    assert min(drawn) == 111
    assert max(drawn) == 233
    assert "ages uniform over months 1-215" in law.words


def test_a_law_by_years_is_uniform_over_a_years_months() -> None:
    """Three quarters of one-year-olds, among them a twelfth of exactly 12 months, and a quarter of nine-year-olds."""
    law = FamilyLaw.of({"children": [0, 1], "boy": 1, "ages": {"1": 0.75, 9: 0.25}})
    codes = Counter(code for family in law.families(np.random.default_rng(1), 48_000) for code in family)
    assert set(codes) == {133, *range(168, 189, 2), 149}
    assert abs(codes[149] - 12_000) < 5 * np.sqrt(48_000 * 0.25 * 0.75)
    assert all(abs(codes[code] - 3_000) < 5 * np.sqrt(3_000) for code in codes if code != 149)
    assert "1: 0.75, 9: 0.25" in law.words


quota_lists = st.lists(st.tuples(st.integers(0, 8), st.lists(st.sampled_from([*CHILDREN, 167]), min_size=1)), max_size=4)


@given(quota_lists, st.integers(0, 9), st.sampled_from(["per_qualification_set", "any", "none"]), st.integers(1, 20))
def test_no_quota_and_no_goal_is_ever_passed(quotas: list[Any], seed: int, policy: Any, goal: int) -> None:
    """Fills stay within counts, completes within the goal, and completes are the visits with 21."""
    sandbox = Sandbox()
    survey = create(sandbox, {f"q{place}": quota for place, quota in enumerate(quotas)}, [], goal=goal)
    fielded = sandbox.field(survey, 60, seed=seed, policy=policy)
    assert all(fill.achieved <= min(fill.required, fielded.completes) for fill in fielded.fills.values())
    assert fielded.completes == fielded.outcomes[21] <= goal
    assert sum(fielded.outcomes.values()) == fielded.visits == 60
    assert tuple(fielded.outcomes) == OUTCOMES


def slowly(quotas: list[tuple[int, set[int]]], accepts: set[int], families: list[set[int]], goal: int) -> list[int]:
    """Return the statuses by plain sets, step by step as the vendor's page has them; no quota is expanded."""
    left, completes, statuses = [count for count, _ in quotas], 0, []
    for family in families:
        hit = [place for place, (_, codes) in enumerate(quotas) if codes & family]
        if completes >= goal or (quotas and sum(left) == 0):
            statuses.append(23)
        elif not accepts & family:
            statuses.append(13)
        elif any(left[place] == 0 for place in hit):
            statuses.append(12)
        elif quotas and not hit:
            statuses.append(35)
        else:
            statuses.append(21)
            completes += 1
            for place in hit:
                left[place] -= 1
    return statuses


plain = st.sets(st.sampled_from([111, 112, 139, 140, 141]), min_size=1)
plain_quotas = st.lists(st.tuples(st.integers(0, 3), plain), max_size=3)


@given(plain_quotas, plain, st.lists(plain, max_size=20), st.integers(1, 8))
def test_every_status_is_that_of_the_rule_written_out(quotas: list[Any], accepts: Any, families: Any, goal: int) -> None:
    """Visit by visit, for any quotas, qualification and families."""
    sandbox = Sandbox()
    wanted = {f"q{place}": (count, sorted(codes)) for place, (count, codes) in enumerate(quotas)}
    fielded = sandbox.field(create(sandbox, wanted, sorted(accepts), goal), families=list(map(sorted, families)))
    assert list(fielded.statuses) == slowly(quotas, accepts, families, goal)


def test_the_same_seed_brings_the_same_visits(sandbox: Sandbox) -> None:
    """However many are asked for, and whether it ends at the goal."""
    surveys = [create(sandbox, {"boys": (50, BOYS), "girls": (500, GIRLS)}, CHILDREN) for _ in range(4)]
    first = sandbox.field(surveys[0], 6_000, seed=3).statuses
    assert sandbox.field(surveys[1], 5_000, seed=3).statuses == first[:5_000]
    to_goal = sandbox.field(surveys[2], 6_000, seed=3, until="goal")
    assert to_goal.statuses == first[: to_goal.visits]
    assert set(first[to_goal.visits :]) == {23}
    assert sandbox.field(surveys[3], 6_000, seed=4).statuses != first


def test_a_fielding_goes_on_where_the_last_one_ended(sandbox: Sandbox) -> None:
    """Two fieldings of given families are as one, also over a file that another sandbox opens."""
    families = [list(family) for family in FamilyLaw().families(np.random.default_rng(5), 400)]
    once, twice = (create(sandbox, {"boys": (30, BOYS), "none": (90, NONE)}, []) for _ in range(2))
    whole = sandbox.field(once, families=families)
    parts = [sandbox.field(twice, families=families[:100]), sandbox.field(twice, families=families[100:])]
    assert parts[0].statuses + parts[1].statuses == whole.statuses
    assert (parts[1].fills, parts[1].completes, parts[1].survey_status) == (whole.fills, whole.completes, whole.survey_status)
    sandbox.reset()
    assert sandbox.surveys == []


# Routes and refusals


def test_the_route_answers_as_the_method_does(sandbox: Sandbox) -> None:
    """A control route, never a vendor path; the answer is synthetic and says law, policy, seed and assumptions."""
    first, second = (create(sandbox, {"boys": (5, BOYS)}, []) for _ in range(2))
    asked = {"visits": 200, "seed": 2, "policy": "none", "law": {"boy": 0.4}, "until": "goal"}
    reply = call(sandbox, "POST", f"/_sandbox/surveys/{first}/fielding", asked)
    expected = sandbox.field(second, **asked).to_dict()  # type: ignore[arg-type]
    assert reply.get_json() == {**json.loads(json.dumps(expected)), "survey_id": first}
    assert (reply.status_code, reply.headers[PROVENANCE_HEADER], expected["provenance"]) == (200, "synthetic", "synthetic")
    assert "boys 0.4" in expected["law"]
    assert any("not documented" in words for words in expected["assumptions"])
    listed = call(sandbox, "GET", "/_sandbox/surveys").get_json()["surveys"]
    assert listed == sandbox.surveys
    assert len(sandbox.calls) == 2


def test_a_draft_is_launched_by_itself_unless_it_may_not(sandbox: Sandbox) -> None:
    """Then it is a conflict; the route that launches makes it live, and paused surveys too."""
    survey = create(sandbox, {}, [], goal=1)
    reply = call(sandbox, "POST", f"/_sandbox/surveys/{survey}/fielding", {"visits": 1, "launch": False})
    assert (reply.status_code, "is a draft" in reply.get_json()["error"]) == (409, True)
    assert sandbox.surveys[0]["ps_survey_status"] == 11
    reply = call(sandbox, "POST", f"/_sandbox/surveys/{survey}/launch")
    assert (reply.status_code, reply.get_json()) == (200, {"ps_survey_id": survey, "ps_survey_status": 22})
    assert sandbox.field(survey, 2, launch=False).statuses == (21, 23)
    assert sandbox.launch(survey) == 22


@pytest.mark.parametrize("survey", ["9900001", "x", "0", "9" * 5000])
def test_an_unknown_survey_is_not_found(sandbox: Sandbox, survey: str) -> None:
    """By neither route."""
    for route in ("launch", "fielding"):
        reply = call(sandbox, "POST", f"/_sandbox/surveys/{survey}/{route}", {"visits": 1})
        assert (reply.status_code, "unknown-survey" in reply.get_json()["error"]) == (404, True)


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"visits": -1},
        {"visits": 10**7},
        {"visits": True},
        {"visits": 1, "seed": -1},
        {"visits": 1, "policy": "all"},
        {"visits": 1, "until": []},
        {"visits": 1, "launch": 1},
        {"visits": 1, "speed": 1},
        {"visits": 2, "families": [[167]]},
        {"visits": 1, "families": []},
        {"families": [[]]},
        {"families": [[167, 133]]},
        {"families": [[110]]},
        {"families": [["234"]]},
        {"families": [133]},
        {"visits": 2, "respondents": ["a"]},
        {"visits": 1, "respondents": [1]},
        {"visits": 1, "respondents": ["\ud800"]},
        {"visits": 1, "law": "usual"},
        {"visits": 1, "law": {"pets": 1}},
        {"visits": 1, "law": {"children": [0.5]}},
        {"visits": 1, "law": {"children": []}},
        {"visits": 1, "law": {"children": [1.5, -0.5]}},
        {"visits": 1, "law": {"boy": True}},
        {"visits": 1, "law": {"ages": {"18": 1}}},
        {"visits": 1, "law": {"ages": {"1": 0.5}}},
        {"visits": 1, "law": {"ages": [1]}},
    ],
)
def test_what_cannot_be_asked_is_refused_and_keeps_nothing(sandbox: Sandbox, asked: dict[str, Any]) -> None:
    """A 400 that names the place, and no visit is made."""
    survey = create(sandbox, {}, [])
    reply = call(sandbox, "POST", f"/_sandbox/surveys/{survey}/fielding", asked)
    assert (reply.status_code, "Fix: " in reply.get_json()["error"]) == (400, True)
    assert sandbox.surveys[0]["ps_survey_status"] == 11


@pytest.mark.parametrize(
    ("rest", "where"),
    [
        ({"qualifications": [{"qualification_code": 211, "condition_codes": ["111"]}]}, "$.qualifications[0]"),
        ({"click_balancing": 1}, "$.click_balancing"),
        ({"qlc": {"enable": True}}, "$.qlc"),
    ],
)
def test_what_is_not_modelled_is_refused(sandbox: Sandbox, rest: dict[str, Any], where: str) -> None:
    """A survey that wants more than the family, or counts something else, cannot be fielded here."""
    survey = create(sandbox, {"boys": (5, BOYS)}, [], **rest)
    with pytest.raises(InvalidInput) as caught:
        sandbox.field(survey, 1)
    assert [(finding.where, finding.code.endswith("-not-modelled")) for finding in caught.value.findings] == [(where, True)]
    assert sandbox.surveys[0]["ps_survey_status"] == 11


def test_a_fielding_is_told_in_one_line(sandbox: Sandbox) -> None:
    """With its word."""
    fielded = sandbox.field(create(sandbox, {}, [], goal=1), families=[NONE, NONE])
    told = "1 of 1 completes; 2 visits (21: 1, 23: 1); per_qualification_set, seed 0, synthetic"
    assert repr(fielded) == f"<Fielded 9900001: {told}>"
    assert fielded.law == "families as given"
