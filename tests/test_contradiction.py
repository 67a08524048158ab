"""Targets that no law meets: which clash, and by how much."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_rules import additive, table_of, vectors

from segkit.errors import InvalidInput
from segkit.findings import Findings
from segkit.sel import contradiction
from segkit.sel.fit import fit
from segkit.sel.given_shares import GivenShares
from segkit.sel.law import Law
from segkit.sel.rule import Rule
from segkit.sel.standards import standard

AMAI = standard("mx-amai", 2022).rule
PUBLISHED = {"A/B": 0.073, "C+": 0.12, "C": 0.153, "C-": 0.164, "D+": 0.149, "D": 0.254, "E": 0.087}


def refused(rule: Rule = AMAI, base: Law | None = None, **shares: object) -> Findings:
    """Return the findings of a fit that must fail."""
    with pytest.raises(InvalidInput) as error:
        fit(base or Law(rule), GivenShares(**shares).targets(rule))
    return error.value.findings


def test_segments_and_a_marginal_that_clash_are_both_named_with_the_amount() -> None:
    """E cannot hold a postgraduate: beside 8.7 % E, 95 % postgraduates are 3.7 points too many."""
    found = refused(segments=PUBLISHED, marginals={"education": {"postgraduate": 0.95}, "cars": {"0": 0.5}})
    assert found.codes == {"targets-clash"}
    assert {finding.where.split(":")[0] for finding in found} == {"segments", "education"}
    told = next(finding for finding in found if finding.where == "education: postgraduate")
    assert "clashes with segments" in told.message
    assert "nearest to 0.95 that can be is 0.913: it is 0.037 too much" in told.message


def test_a_joint_table_and_a_marginal_that_clash_are_named() -> None:
    """A joint table has margins: another marginal beside it is 0.1 too much."""
    joint = {("internet", "cars"): {"yes": {"0": 0.3, "1": 0.2, "2+": 0.1}, "no": {"0": 0.2, "1": 0.1, "2+": 0.1}}}
    found = refused(joint=joint, marginals={"internet": {"yes": 0.7}}, segments=PUBLISHED)
    assert [finding.code for finding in found] == ["targets-clash"] * 2
    assert "0.6: it is 0.1 too much" in next(f.message for f in found if f.where.startswith("internet: yes"))


def test_three_that_only_clash_together_are_all_named() -> None:
    """Shares within each segment mix to a marginal: with the segments' shares it can be nothing else."""
    rule = Rule.from_points({"cars": {"0": 0, "1": 1}, "internet": {"no": 0, "yes": 1}}, {"high": 1, "low": 0})
    within = {"high": {"internet": {"yes": 0.5}}}
    found = refused(rule, segments={"high": 0.4}, within=within, marginals={"internet": {"yes": 0.3}})
    assert {finding.where for finding in found} == {"segments: high", "internet: yes", "internet within high: yes"}


def test_what_the_rule_alone_forbids_is_unattainable() -> None:
    """A segment that no vector reaches can have no share, and what a law has taken out cannot be tilted back."""
    rule = Rule.from_points({"cars": {"0": 0, "1": 1}}, {"top": 9, "low": 0})
    assert [(f.code, f.where) for f in refused(rule, segments={"top": 0.1})] == [("target-unattainable", "segments: top")]
    without = fit(Law(AMAI), GivenShares(marginals={"internet": {"yes": 0}}).targets(AMAI)).law
    assert refused(base=without, marginals={"internet": {"yes": 0.5}}).codes == {"target-unattainable"}


def test_a_share_that_can_only_be_met_by_nobody_is_no_fit() -> None:
    """A share within a segment does not silently empty the segment: E within the rule has no postgraduates."""
    both = {"E": {"internet": {"yes": 1}, "cars": {"2+": 1}}}
    assert refused(within=both).codes == {"segment-emptied"}


@pytest.mark.parametrize("beside", [{}, {"segments": PUBLISHED}, {"marginals": {"cars": {"0": 0.5}}}], ids=str)
def test_a_share_that_no_one_of_its_segment_can_have_is_unattainable(beside: dict[str, object]) -> None:
    """Whatever else is given, the target within the segment is named alone: no other share would help."""
    within = {"E": {"education": {"postgraduate": 0.5}, "cars": {"0": 0.8}}, "A/B": {"internet": {"yes": 0.99}}}
    found = refused(within=within, **beside)
    assert [(one.code, one.where) for one in found] == [("target-unattainable", "education within E: postgraduate")]
    assert "nearest to 0.5 that can be is 0" in found[0].message


@settings(max_examples=40)
@given(additive(), st.sampled_from([0.0, 0.3, 1.0]))
def test_what_a_segment_can_have_is_what_its_vectors_have(rule: Rule, wanted: float) -> None:
    """Against all vectors: within a segment a share of Q0 can be anything between the least and the most of its vectors."""
    every, last = vectors(rule), len(rule.questions)
    for place, segment in enumerate(rule.segments):
        inside = every[every[:, last] == place, 0] == 0
        if not 0 < len(inside) < len(every):
            continue
        targets = GivenShares(within={segment: {"Q0": {"0": wanted}}}).targets(rule)
        found = contradiction.unattainable(Law(rule), targets)
        assert bool(found) == (not inside.min() <= wanted <= inside.max())


@settings(max_examples=40)
@given(additive(), st.integers(0, 2**32), st.booleans())
def test_what_a_law_meets_never_clashes_and_what_none_meets_does(rule: Rule, seed: int, is_moved: bool) -> None:  # noqa: FBT001 - drawn
    """Against brute force: a share is refused exactly when it lies outside of what linear programming over vectors allows."""
    rng = np.random.default_rng(seed)
    every, last = vectors(rule), len(rule.questions)
    segments = table_of(rule, rng.dirichlet(np.ones(len(every))), (last,))
    # With the segments' shares given, an answer can have at most the share of the segments that it can end in.
    reach = np.zeros(len(rule.segments), dtype=bool)
    reach[every[every[:, 0] == 0, last]] = True
    most = float(segments[reach].sum())
    wanted = min(1.0, most + 0.01) if is_moved else most * 0.9
    shares = {"segments": dict(zip(rule.segments, segments, strict=True)), "marginals": {"Q0": {"0": wanted}}}
    forced = every[every[:, 0] != 0, last]
    least = float(sum(segments[n] for n in range(len(rule.segments)) if n not in forced))
    found = contradiction.findings(Law(rule), GivenShares(**shares).targets(rule))
    assert bool(found) == (not least - 1e-9 <= wanted <= most + 1e-9)
    if found and most < wanted < 1:
        told = next(finding for finding in found if finding.where.startswith("Q0"))
        assert f"it is {wanted - most:.3g} too much" in told.message


def test_any_two_of_a_smallest_clash_can_be_met() -> None:
    """A clash of three is smallest: leaving out any one of them makes the rest attainable."""
    rule = Rule.from_points({"cars": {"0": 0, "1": 1}, "internet": {"no": 0, "yes": 1}}, {"high": 1, "low": 0})
    parts = {
        "segments": {"high": 0.4},
        "within": {"high": {"internet": {"yes": 0.5}}},
        "marginals": {"internet": {"yes": 0.3}},
    }
    for pair in itertools.combinations(parts, 2):
        assert fit(Law(rule), GivenShares(**{name: parts[name] for name in pair}).targets(rule)).gap < 1e-9
