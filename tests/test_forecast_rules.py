"""The rules that need a law of families find nothing without one, and with one what families will run into."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import surveys

import segkit as sk
from segkit.errors import InvalidInput
from segkit.quotas.codes import child_codes
from segkit.quotas.design import QuotaDesign
from segkit.quotas.field.households import Households
from segkit.quotas.field.opening import open_field
from segkit.quotas.lint import forecast_rules
from segkit.quotas.lint.catalogue import RULES
from segkit.quotas.lint.check import lint
from segkit.quotas.lint.gains import gains

SCENARIOS = [survey.design.replace(completes=1000) for survey in sk.read_surveys(surveys.SCENARIOS)]
FIVE, SIX, SEVEN = SCENARIOS[4:]
FAMILIES = Households(children=[0.60, 0.168, 0.152, 0.056, 0.024], ages=dict.fromkeys(range(1, 18), 1 / 17))
ONLY_CHILDREN = Households(children=[0.5, 0.5], ages=dict.fromkeys(range(1, 18), 1 / 17))
CODES = {code for code, rule in RULES.items() if rule.look.__module__ == forecast_rules.__name__}
OTHER = {"qualification_code": 229, "condition_codes": ["111", "112"]}

NARROW = (
    QuotaDesign(completes=3000, qualification=child_codes(ages=(1, 17)))
    .with_quota("1-5", child_codes(ages=(1, 5)), 300)
    .with_quota("boys 1-8", child_codes("boy", (1, 8)), 200)
    .with_quota("boys", child_codes("boy", (1, 17)), 400)
)
"""A tenth more for boys of 1-8 lowers the completes."""

SPEAKING = {
    "family-overlap": (FIVE, FAMILIES, ["$.quotas"]),
    "starving-quota": (SIX, FAMILIES, ["$.quotas[1]", "$.quotas[2]"]),
    "cannot-fill": (SEVEN, FAMILIES, ["$.quotas", "$.quotas"]),
    "cap-lowers-completes": (NARROW, FAMILIES, ["$.quotas[1]"]),
    "criterion-not-modelled": (FIVE.with_quota("b", child_codes(), 9, criteria=[OTHER]), FAMILIES, ["$.quotas[2].criteria[1]"]),
    "beyond-reckoning": (
        FIVE.with_quota("b", child_codes(), 10**9 + 1).replace(completes=10**10),
        FAMILIES,
        ["$.quotas[2].required_count", "$.completes_required"],
    ),
}
SILENT = {
    "family-overlap": (FIVE, ONLY_CHILDREN),
    "starving-quota": (FIVE, FAMILIES),
    "cannot-fill": (FIVE, FAMILIES),
    "cap-lowers-completes": (FIVE, FAMILIES),
    "criterion-not-modelled": (FIVE, FAMILIES),
    "beyond-reckoning": (FIVE.with_quota("b", child_codes(ages=(1, 17)), 10**9), FAMILIES),
}


def found(code: str, design: QuotaDesign, households: Households | None) -> list[str]:
    """Return where a rule finds something."""
    return [finding.where for finding in lint(design, households) if finding.code == code]


def test_these_are_the_rules() -> None:
    """Each rule of the room has a design in which it is silent and one in which it speaks."""
    assert SPEAKING.keys() == SILENT.keys() == CODES


@pytest.mark.parametrize("code", sorted(SPEAKING))
def test_each_rule_speaks_of_families_alone(code: str) -> None:
    """It finds what it is there for, at these paths, when families are known, and nothing when they are not."""
    design, households, where = SPEAKING[code]
    assert found(code, design, households) == where
    assert found(code, design, None) == []
    assert found(code, *SILENT[code]) == []


@pytest.mark.parametrize("design", [FIVE, SIX, SEVEN, NARROW, SPEAKING["criterion-not-modelled"][0]])
def test_messages_are_short_lines_with_a_fix(design: QuotaDesign) -> None:
    """Message and fix are one line each, as all others; none is an error, for a law of families is no certainty."""
    told = [finding for finding in lint(design, FAMILIES) if finding.code in CODES]
    assert told
    for finding in told:
        assert finding.severity == "warning"
        assert finding.fix.endswith(".")
        assert not finding.message.endswith(".")
        assert "\n" not in finding.message + finding.fix
        assert len(finding.message) < 250


def test_households_change_no_other_finding() -> None:
    """What the other rules find does not depend on families."""
    for design in SCENARIOS:
        others = [finding for finding in lint(design, FAMILIES) if finding.code not in CODES]
        assert others == list(lint(design))


def test_the_worst_pair_and_its_share_are_named() -> None:
    """Scenario 5: 13.9 % of families have a boy and a girl of these ages, and so match both quotas."""
    (finding,) = [finding for finding in lint(FIVE, FAMILIES) if finding.code == "family-overlap"]
    assert "b11111 and b11112: 13.9%" in finding.message


def test_quotas_on_different_qualifications_overlap_by_design() -> None:
    """Every respondent is in a quota of each qualification: that is no overlap of families."""
    criteria = [{"qualification_code": 211, "condition_codes": ["111"]}]
    design = QuotaDesign(completes=10, qualification=child_codes()).with_quota("children", child_codes(), 10)
    field = sk.forecast(
        design.with_quota("women", None, 10, criteria=criteria), FAMILIES, match={"211:111": 0.5}, replicates=2
    ).field
    assert field.patterns.matched.all(axis=1).any()
    assert forecast_rules._together(field)[1] == 0


def test_a_quota_that_no_family_matches_is_told_as_such() -> None:
    """Under a law without girls the fix for their quota is no other count: nobody ever comes for it, and boys starve nobody."""
    for law in (Households(children=[0.5, 0.5], boy=1.0), Households(children=[1.0])):
        found = {finding.where: finding for finding in lint(FIVE, law) if finding.code == "starving-quota"}
        assert "no family of the law matches quota b11112 and may enter" in found["$.quotas[1]"].message
        assert "households=" in found["$.quotas[1]"].fix
        assert ("$.quotas[0]" in found) == (law.children == (1.0,))


def test_what_cannot_be_opened_is_left_to_the_other_rules() -> None:
    """A quota without a count is a finding of its own rule; those of families stay silent."""
    design = FIVE.with_quota("b", child_codes(), None)
    codes = lint(design, FAMILIES).codes
    assert "count-not-positive" in codes
    assert not codes & CODES


def test_a_document_without_completes_is_judged_by_its_quotas() -> None:
    """Scenario 7 as printed says its completes in the heading only: the rules take them from there."""
    survey = sk.read_surveys(surveys.SCENARIOS)[6]
    messages = [finding.message for finding in lint(survey, FAMILIES) if finding.code == "cannot-fill"]
    assert messages == ["at most 400 of 1000 completes fit into the quotas", "quota b11112 cannot be filled"]


def test_what_only_the_goal_keeps_from_being_filled_says_so() -> None:
    """400 boys and 600 girls do not fit into 100 completes: the finding names the goal, and the quotas are not to blame."""
    messages = [finding.message for finding in lint(FIVE.replace(completes=100), FAMILIES) if finding.code == "cannot-fill"]
    assert messages == ["quota b11112 cannot be filled within the 100 completes that the survey asks for, only with more"]
    bound = sk.feasibility(FIVE.replace(completes=100), FAMILIES)
    assert bound.is_short_of_goal
    assert bound.in_words == "at most 100 of 100 completes; b11112 cannot be filled within so few completes"
    assert not sk.feasibility(SEVEN, FAMILIES).is_short_of_goal
    assert not sk.feasibility(FIVE, FAMILIES).is_short_of_goal


def test_the_share_that_meets_another_criterion_is_given() -> None:
    """With `match` the rules about families look as they do at the design without the criterion, and nothing is refused."""
    design = FIVE.with_quota("men", None, 300, criteria=[OTHER])
    assert lint(design, FAMILIES).codes & CODES == {"criterion-not-modelled"}
    told = [finding for finding in lint(design, FAMILIES, match={"229:111+112": 0.5}) if finding.code in CODES]
    assert {finding.code for finding in told} == CODES - {"criterion-not-modelled", "beyond-reckoning"}
    (overlap,) = [finding.message for finding in told if finding.code == "family-overlap"]
    assert "b11111 and b11112: 13.9%" in overlap
    for share in (0.5, 0.25):
        bound = [f.message for f in lint(design, FAMILIES, match={"229": share}) if f.code == "cap-lowers-completes"]
        assert any("without quota men" in message for message in bound)


def test_the_policy_of_a_check_is_that_of_a_forecast() -> None:
    """Scenario 6 under none: whoever matches no quota comes too, so no quota starves and the goal is reached."""
    assert "starving-quota" in lint(SIX, FAMILIES).codes
    design = FIVE.with_quota("b11111", FIVE.quotas[0].codes or (), 5)
    alone = design.replace(quotas=design.quotas[-1:])
    assert "cannot-fill" in lint(alone, FAMILIES).codes
    assert "cannot-fill" not in lint(alone, FAMILIES, policy="none").codes


@pytest.mark.parametrize(
    ("how", "told"),
    [({"match": {"211:111": 2}}, "from 0 to 1"), ({"match": 5}, "give shares"), ({"policy": "each"}, "policy is")],
)
def test_what_lint_cannot_be_given_is_refused(how: dict[str, Any], told: str) -> None:
    """A share or a policy that cannot be is an error of the call, with and without families, and no rule falls silent."""
    for families in (FAMILIES, None):
        with pytest.raises(InvalidInput, match=told):
            lint(FIVE, families, **how)


@pytest.mark.parametrize("design", [SIX, SEVEN, NARROW], ids=["six", "seven", "narrow"])
def test_what_a_quota_costs_is_what_a_comparison_says(design: QuotaDesign) -> None:
    """Completes more without a quota, and fewer with a tenth more in it, are those of designs forecast beside each other."""
    found = gains(design, open_field(design, FAMILIES))
    told = [(found.without, design.without_quota), (found.raised, lambda quota_id: raised(design, quota_id))]
    assert any(part for part, _ in told) == ("cap-lowers-completes" in lint(design, FAMILIES).codes)
    for part, other in told:
        for quota_id, gain in part.items():
            beside = sk.compare([design, other(quota_id)], FAMILIES, replicates=4000, seed=8).differences
            row = beside[beside["quantity"] == "completes"].iloc[0]
            error = float(row["mean_high"] - row["mean_low"]) / 4
            assert gain == pytest.approx(row["difference"], abs=5 * error * 10**0.5)


def raised(design: QuotaDesign, quota_id: str) -> QuotaDesign:
    """Return a design with a tenth more in a quota."""
    quotas = (replace(q, count=(q.count or 0) * 11 // 10) if q.id == quota_id else q for q in design.quotas)
    return design.replace(quotas=tuple(quotas))
