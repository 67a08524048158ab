"""The laws of populations: what they say of themselves, and what they answer."""

import time
from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_trees import made_tree
from test_frames_markup import ATTRIBUTES, HOSTILE, TAGS, Seen

from segkit.errors import InvalidInput
from segkit.sel import law_frames
from segkit.sel.learning import learn_rule
from segkit.sel.population import IMPLIED, Population
from segkit.sel.published import published, published_shares
from segkit.sel.rule import Rule
from segkit.sel.standards import standard, standards
from segkit.widgets import RespondentSimulator

AMAI = standard("mx-amai", 2022)
LEVELS = ["A/B", "C+", "C", "C-", "D+", "D", "E"]
# Typed a second time from AMAI's note of 2024, page 4, figure 1.
PUBLISHED = dict(zip(LEVELS, [0.073, 0.12, 0.153, 0.164, 0.149, 0.254, 0.087], strict=True))
POINTS = Rule.from_points({"cars": {0: 0, 1: 20}, "internet": {111: 0, 112: 32}}, {"high": 40, "low": 0})


@pytest.fixture(scope="module")
def mexico() -> Population:
    """Return Mexico by its published shares."""
    return Population.default(AMAI)


def test_the_default_of_mexico_has_the_published_shares(mexico: Population) -> None:
    """Shares are AMAI's figure to the last digit, in the standard's order, and their source goes with them."""
    shares = mexico.shares()
    assert list(shares.index) == LEVELS
    assert shares.to_dict() == pytest.approx(PUBLISHED, abs=1e-9)
    assert shares.sum() == pytest.approx(1, abs=1e-12)
    assert mexico.provenance == "derived"
    assert "AMAI, Nota metodológica NSE 2024, page 4" in " ".join(mexico.assumptions)


def test_the_default_is_uniform_within_a_segment(mexico: Population) -> None:
    """Given shares alone, every answer vector of a segment is as probable: no number is invented."""
    rows = mexico.sample(2000, 1)
    codes = np.column_stack([rows[q].cat.codes for q in mexico.rule.questions])
    by_segment = pd.Series(mexico.law.probability(codes)).groupby(rows["segment"].astype(str)).agg(["min", "max"])
    np.testing.assert_allclose(by_segment["min"], by_segment["max"], rtol=1e-9)


def test_results_say_that_targets_were_given_and_marginals_are_implied(mexico: Population) -> None:
    """A repr says "targets met (given)" and never "predicted"; every result bears law, provenance and the warning."""
    assert repr(mexico).startswith("<Population mx-amai 2022: maximum entropy, targets met (given): segments (A/B 7.3 %, ")
    assert IMPLIED in mexico._repr_html_()
    told = [mexico.shares(), mexico.to_frame()]
    implied = [mexico.marginals(), mexico.marginals(by_segment=True)]
    drawn = [mexico.counts(9), mexico.tally(9), mexico.sample(9)]
    for made, word in [*((one, "derived") for one in told), *((one, "synthetic") for one in (*implied, *drawn))]:
        about = made.attrs["segkit"]
        assert about["population"] == mexico.in_words
        assert about["provenance"] == word
        assert about.get("law_provenance", "derived") == "derived"
        assert IMPLIED in about["assumptions"]
        assert "predicted" not in str(about)
    assert mexico.sample(9, 4, start=7).attrs["segkit"]["seed"] == 4
    assert mexico.sample(9, 4, start=7).attrs["segkit"]["start"] == 7


def test_nothing_given_is_uniform_and_says_so() -> None:
    """Without targets every answer is as probable as the next, and the word is synthetic."""
    population = Population.fit(AMAI)
    assert population.provenance == "synthetic"
    assert "uniform" in repr(population)
    marginals = population.marginals()
    np.testing.assert_allclose(marginals["share"] * marginals.groupby("question")["share"].transform("size"), 1, atol=1e-12)
    assert population.to_frame().empty


def test_a_tilt_answers_what_if(mexico: Population) -> None:
    """More internet means more of the upper levels, the given marginal is met, and the result names what was tilted from what."""
    tilted = mexico.tilt({"internet": {"yes": 0.74}})
    marginals = tilted.marginals().set_index(["question", "answer"])["share"]
    assert marginals["internet", "yes"] == pytest.approx(0.74, abs=1e-9)
    before, after = mexico.shares(), tilted.shares()
    assert after["A/B"] > before["A/B"]
    assert after["E"] < before["E"]
    assert tilted.base is mexico
    assert "tilted to internet (yes 74 %) with least change from [maximum entropy, targets met (given): segments" in repr(tilted)
    assert tilted.provenance == "synthetic"
    assert "before the tilt" in tilted._repr_html_()
    again = tilted.tilt({"cars": {"2+": 0.5}})
    assert "tilted to cars (2+ 50 %)" in repr(again)
    assert "tilted from: mx-amai 2022: tilted to internet" in " ".join(again.assumptions)


def test_a_tilt_to_what_is_already_so_changes_nothing(mexico: Population) -> None:
    """The law's own marginal moves nothing, to rounding."""
    share = float(mexico.marginals().set_index(["question", "answer"]).loc[("internet", "yes"), "share"])
    pd.testing.assert_series_equal(mexico.tilt({"internet": {"yes": share}}).shares(), mexico.shares(), atol=1e-12, rtol=0)


def test_a_tilt_of_nothing_is_refused(mexico: Population) -> None:
    """A what-if without an if is a finding with an example."""
    with pytest.raises(InvalidInput, match="no-targets"):
        mexico.tilt({})


def test_marginals_are_exact_and_whole(mexico: Population) -> None:
    """Shares of a question add up to 1; segments mix to the whole; a frame has its columns and the standard's wording."""
    marginals, by_segment = mexico.marginals(), mexico.marginals(by_segment=True)
    assert list(marginals.columns) == list(law_frames.MARGINALS)
    assert list(by_segment.columns) == list(law_frames.SEGMENT_MARGINALS)
    np.testing.assert_allclose(marginals.groupby("question")["share"].sum(), 1, atol=1e-12)
    np.testing.assert_allclose(by_segment.groupby(["segment", "question"], observed=True)["share"].sum(), 1, atol=1e-12)
    assert by_segment["segment"].cat.categories.tolist() == LEVELS
    weighted = by_segment["share"] * by_segment["segment"].astype(str).map(mexico.shares())
    mixed = weighted.groupby([by_segment["question"], by_segment["answer"]]).sum()
    np.testing.assert_allclose(mixed, marginals.set_index(["question", "answer"])["share"].reindex(mixed.index), atol=1e-12)
    assert marginals.loc[marginals["answer"] == "yes", "text"].tolist() == ["Sí"]


def test_marginals_that_were_not_given_are_synthetic(mexico: Population) -> None:
    """Of documented segment shares no answer is documented; what was given, or is left of it, is derived, and alone so."""
    for told in (mexico.marginals(), mexico.marginals(by_segment=True)):
        assert not told["given"].any()
        assert set(told["provenance"]) == {"synthetic"}
    population = Population.fit(
        AMAI,
        marginals={"cars": {"0": 0.5}, "internet": {"yes": 0.7}},
        joint={("workers", "internet"): {"0": {"yes": 0.1, "no": 0.05}, "1": {"yes": 0.2}}},
        within={"E": {"cars": {"0": 0.9, "1": 0.1}}},
        source="a census",
        provenance="documented",
    )
    told = population.marginals()
    given = [("cars", "0"), ("internet", "no"), ("internet", "yes"), ("workers", "0")]
    assert list(told.loc[told["given"], ["question", "answer"]].itertuples(index=False, name=None)) == given
    assert told["given"].equals(told["provenance"] == "derived")
    assert told.attrs["segkit"]["provenance"] == "synthetic"
    inside = population.marginals(by_segment=True)
    assert inside.loc[inside["given"], ["segment", "question"]].drop_duplicates().to_numpy().tolist() == [["E", "cars"]]
    assert inside["given"].sum() == 3
    assert not mexico.tilt({"internet": {"yes": 0.7}}).marginals()["provenance"].eq("derived").any()


def test_a_rule_of_several_choices_is_sampled() -> None:
    """Answers that are sets of choices, as those of a learned rule, are categories like any other."""
    made = made_tree([2, 3], kinds=["singlepunch", "multipunch"])
    learned = learn_rule(lambda frame: frame.assign(segment="low"), made)
    answers = dict(zip(learned.rule.questions, learned.rule.answers, strict=True))
    assert any(isinstance(answer, tuple) for one in answers.values() for answer in one)
    rows = Population.fit(learned.rule).sample(50)
    for question, known in answers.items():
        assert rows[question].cat.categories.tolist() == list(known)
        assert set(rows[question]) <= set(known)
    simulator = RespondentSimulator(learned, n=50)
    assert simulator.frame["segment"].eq("low").all()
    assert simulator.view["preview"]["rows"]


LEARNED = learn_rule(lambda frame: frame.assign(segment="low"), made_tree([2, 3]))


@pytest.mark.parametrize("wrong", [None, "mx-amai", LEARNED, 3], ids=["none", "text", "learned", "number"])
def test_what_is_no_standard_is_refused(wrong: Any) -> None:
    """Neither a fit nor a default is made of it, and the message says what to give; a bare rule has no default."""
    with pytest.raises(InvalidInput, match=r"no standard or rule: give one, such as .*learned\.rule"):
        Population.fit(wrong)
    for one in (wrong, POINTS):
        with pytest.raises(InvalidInput, match="no standard: give one"):
            Population.default(one)


def test_labels_that_are_none_are_refused() -> None:
    """A word that is no provenance, and a source that is no text, are findings; so is a tilt's."""
    wrong: Any = {"provenance": "census", "source": None}
    with pytest.raises(InvalidInput) as refused:
        Population.fit(AMAI, PUBLISHED, **wrong)
    assert refused.value.findings.codes == {"not-a-provenance", "not-a-text"}
    with pytest.raises(InvalidInput, match="not-a-text"):
        Population.fit(AMAI, PUBLISHED).tilt({"cars": {"0": 0.5}}, source=wrong["source"])


def test_shares_of_nothing_are_no_targets(mexico: Population) -> None:
    """Empty mappings give nothing: the law is uniform and says so, and a tilt is refused."""
    for empty in ({"segments": {}}, {"marginals": {"cars": {}}}, {"within": {"E": {"cars": {}}}}):
        population = Population.fit(AMAI, **empty)  # type: ignore[arg-type]
        assert population.targets == ()
        assert "uniform" in repr(population)
        with pytest.raises(InvalidInput, match="no-targets"):
            mexico.tilt(**empty)  # type: ignore[arg-type]


def test_more_than_can_be_counted_is_refused(mexico: Population) -> None:
    """The largest number of 64 bits is counted, one more is refused, however many digits it has."""
    assert mexico.counts(2**63 - 1).sum() == 2**63 - 1
    for many in (2**63, 10**30, 10**5000):
        with pytest.raises(InvalidInput, match="too large"):
            mexico.counts(many)


@pytest.mark.parametrize("many", [2**63, 10**30, 10**5000], ids=["2**63", "10**30", "10**5000"])
def test_more_than_can_be_drawn_is_refused(mexico: Population, many: int) -> None:
    """Rows, tallies, starts and workers beyond their bound are errors that name the bound, before anything is drawn."""
    for draw, bound in ((mexico.sample, "10,000,000,000"), (mexico.tally, "9,223,372,036,854,775,807")):
        with pytest.raises(InvalidInput, match=f"n is too large: at most {bound}"):
            draw(many)
        with pytest.raises(InvalidInput, match=r"start is too large: the list of a seed has 9,223"):
            draw(5, start=many)
        with pytest.raises(InvalidInput, match="at most 256 threads"):
            draw(5, workers=many)
    with pytest.raises(InvalidInput, match="n is too large: at most 10,000,000,000"):
        mexico.sample(10**10 + 1)
    assert len(mexico.sample(5, start=2**63 - 6)) == 5


def test_targets_are_listed_beside_what_the_law_has() -> None:
    """One row a given share of every kind, given and law equal to 1e-9, with word and source."""
    population = Population.fit(
        AMAI,
        segments=published("mx-amai", 2022),
        marginals={"internet": pd.Series({"yes": 0.7})},
        joint={("cars", "internet"): pd.DataFrame({"yes": {"0": 0.3, "2+": 0.2}})},
        within={"A/B": {"internet": {"yes": 0.98}}},
        source="a survey of ours",
    )
    frame = population.to_frame()
    assert list(frame.columns) == list(law_frames.POPULATION)
    assert frame["target"].tolist() == ["segments"] * 7 + ["internet", *["cars x internet"] * 2, "internet within A/B"]
    np.testing.assert_allclose(frame["given"], frame["law"], atol=1e-9)
    assert frame["source"].tolist()[7:] == ["a survey of ours"] * 4
    assert frame["provenance"].astype(str).tolist() == ["documented"] * 7 + ["synthetic"] * 4
    assert frame.loc[9, ["question", "answer", "other_question", "other_answer"]].tolist() == ["cars", "2+", "internet", "yes"]
    assert frame.loc[10, ["segment", "question", "answer"]].tolist() == ["A/B", "internet", "yes"]
    assert population.provenance == "synthetic"


def test_a_joint_table_may_be_written_either_way_round() -> None:
    """A table and its transpose, with the questions the other way, are the same target."""
    table = pd.DataFrame({"yes": {"0": 0.3, "2+": 0.2}, "no": {"0": 0.25, "2+": 0.05}})
    one = Population.fit(AMAI, joint={("cars", "internet"): table})
    other = Population.fit(AMAI, joint={("internet", "cars"): table.T})
    pd.testing.assert_series_equal(one.shares(), other.shares(), atol=1e-12, rtol=0)


def test_documented_numbers_need_their_source() -> None:
    """Numbers that are not synthetic need a source; with one the population is derived."""
    with pytest.raises(InvalidInput, match="no-source"):
        Population.fit(AMAI, PUBLISHED, provenance="documented")
    assert Population.fit(AMAI, PUBLISHED, source="AMAI", provenance="documented").provenance == "derived"


def test_every_fault_of_what_is_given_is_named_at_once() -> None:
    """Unknown questions, answers, segments, shares that cannot be and sums that are not 1 come back together."""
    with pytest.raises(InvalidInput) as refused:
        Population.fit(
            AMAI,
            segments={"A/B": 0.9, "E": 0.2, "F": 0.1},
            marginals={"internet": {"yes": 1.2, "maybe": 0.1}, "pets": {"0": 1}, "cars": {"0": True}, "workers": [0.2]},
            joint={("cars", "internet"): {"9": {"yes": 0.1}}, "cars": {}},
            within={"Z": {}, "E": {"internet": {"yes": float("nan")}}},
        )
    assert sorted((finding.code, finding.where) for finding in refused.value.findings) == [
        ("not-a-pair", "joint"),
        ("not-a-share", "cars: 0"),
        ("not-a-share", "internet within E: yes"),
        ("not-a-share", "internet: yes"),
        ("not-shares", "workers"),
        ("shares-not-one", "segments"),
        ("unknown-answer", "cars x internet"),
        ("unknown-answer", "internet"),
        ("unknown-answer", "segments"),
        ("unknown-question", "'pets'"),
        ("unknown-segment", "within"),
    ]


def test_counts_follow_the_exact_law_without_rows(mexico: Population) -> None:
    """A thousand million respondents are counted at once, add up, and lie within what chance allows; a seed repeats itself."""
    started = time.process_time()
    counts = mexico.counts(10**9, seed=3)
    assert time.process_time() - started < 0.5
    assert counts.sum() == 10**9
    expected = mexico.shares() * 10**9
    assert (((counts - expected) / np.sqrt(expected)).abs() < 6).all()
    assert counts.equals(mexico.counts(10**9, seed=3))
    assert not counts.equals(mexico.counts(10**9, seed=4))


def test_a_sample_is_a_respondent_frame(mexico: Population) -> None:
    """One categorical a question over the rule's own answers, the segment ordered; parts have their place as index."""
    rows = mexico.sample(1000, seed=1)
    assert list(rows.columns) == [*mexico.rule.questions, "segment"]
    for question, answers in zip(mexico.rule.questions, mexico.rule.answers, strict=True):
        assert rows[question].cat.categories.tolist() == list(answers)
    assert rows["segment"].cat.ordered
    assert rows["segment"].cat.categories.tolist() == LEVELS
    for row in rows.head(50).to_dict("records"):
        segment = row.pop("segment")
        assert AMAI.segment(row) == segment
    parts = pd.concat([mexico.sample(250, seed=1, start=start, chunk=99, workers=2) for start in (0, 250, 500, 750)])
    pd.testing.assert_frame_equal(parts, rows, check_index_type=False)
    tally = mexico.tally(1000, seed=1)
    assert tally.to_dict() == rows["segment"].value_counts().reindex(LEVELS).to_dict()
    assert str(mexico.sample(0).dtypes.to_dict()) == str(rows.dtypes.to_dict())


def test_a_bare_rule_has_a_population_too() -> None:
    """A learned rule whose answers are ids is fitted and sampled as a standard is; ids may be given as numbers or text."""
    population = Population.fit(POINTS, {"high": 0.3}, {"internet": {"112": 0.5}, "cars": {0: 0.4}})
    assert population.shares()["high"] == pytest.approx(0.3, abs=1e-9)
    assert population.sample(10)["internet"].cat.categories.tolist() == [111, 112]
    assert repr(population).startswith("<Population a rule of 2 questions: ")


@pytest.mark.parametrize(("standard_id", "edition"), sorted({(r.standard, r.edition) for r in published_shares().itertuples()}))
def test_published_shares_add_up_and_have_a_source(standard_id: str, edition: int) -> None:
    """Each shipped distribution adds up to 100 as printed, within rounding, and says where it is from."""
    frame = published_shares()
    theirs = frame[(frame["standard"] == standard_id) & (frame["edition"] == edition)]
    for place, rows in theirs.groupby("place"):
        one = published(standard_id, edition, str(place))
        assert sum(one.percent.values()) == pytest.approx(100, abs=0.2)
        assert rows["share"].sum() == pytest.approx(1)
        assert one.source
    for one in standards():
        if (one.id, one.edition) == (standard_id, edition):
            assert all(list(rows["segment"]) == list(one.segments) for _, rows in theirs.groupby("place"))


def test_brazil_and_its_regions_are_as_published() -> None:
    """The whole country and the North, typed a second time."""
    assert published("br-cceb", 2026).percent == {"A": 3.6, "B1": 4.9, "B2": 15.1, "C1": 21.2, "C2": 28.1, "DE": 27.1}
    assert published("br-cceb", 2026, "N").percent == {"A": 0.8, "B1": 1.5, "B2": 6.7, "C1": 12.4, "C2": 29.6, "DE": 49.0}
    assert len(published_shares()["place"].unique()) == 18


def test_shares_that_nobody_published_are_refused() -> None:
    """A standard without verified shares, and a place without any, say what to do instead."""
    with pytest.raises(InvalidInput, match=r"no-published-shares .*Give segments="):
        published("mx-amai", 2018)
    with pytest.raises(InvalidInput, match="Use one of the places MX, MX-2024"):
        Population.default(AMAI, "Atlantis")


def test_no_hostile_text_becomes_an_element() -> None:
    """Names of questions, answers, segments and sources are text in a population's HTML, and its tables have captions."""
    rule = Rule.from_points({HOSTILE: {HOSTILE: 0, "1": 20}}, {HOSTILE: 10, "low": 0})
    population = Population.fit(rule, {HOSTILE: 0.3}, source=HOSTILE)
    for page in (population._repr_html_(), population.tilt({HOSTILE: {"1": 0.5}})._repr_html_()):
        seen = Seen(page)
        assert set(seen.tags) <= TAGS
        assert seen.attributes <= ATTRIBUTES
        assert not seen.others
        assert seen.tags.count("caption") == seen.tags.count("table") == 2


def test_shares_of_another_edition_are_refused() -> None:
    """The shares of 2022 say nothing of the rule of 2018; those of an edition that shares the table are taken."""
    with pytest.raises(InvalidInput) as caught:
        Population.fit(standard("mx-amai", 2018), published("mx-amai", 2022))
    assert {finding.code for finding in caught.value.findings} == {"other-edition"}
    assert Population.fit(standard("mx-amai", 2024), published("mx-amai", 2022)).provenance == "derived"


def test_a_tilt_tells_what_was_before() -> None:
    """Shares that nobody gave are named as such, beside what they are tilted to; given ones are as given."""
    amai = standard("mx-amai", 2022)
    mexico = Population.default(amai)
    was = mexico.marginals().set_index(["question", "answer"])["share"]["internet", "yes"]
    (line,) = [line for line in mexico.tilt({"internet": {"yes": 0.74}}).assumptions if line.startswith("before the tilt")]
    assert f"yes {was:.1%}" in line
    assert "nobody gave" in line
    given = Population.fit(amai, marginals={"internet": {"yes": 0.6}}).tilt({"internet": {"yes": 0.74}})
    assert any("yes 60.0%), as given" in line for line in given.assumptions)
