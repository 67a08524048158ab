"""The law of the label: what is said of invented respondents is synthetic, whoever says it."""

import functools

import pandas as pd

import segkit as sk

AMAI = sk.standard("mx-amai", 2022)


def test_a_score_of_invented_households_is_synthetic() -> None:
    """A documented rule over drawn respondents is synthetic; of a survey that does not say its source nothing is claimed."""
    drawn = sk.Population.default(AMAI).sample(50, seed=1).drop(columns="segment")
    scored = AMAI.score(drawn)
    assert scored.attrs["segkit"]["provenance"] == "synthetic"
    assert sk.segment_table(scored, "segment").provenance == "synthetic"
    assert "synthetic" in sk.plots.segment_bars(scored).alt_text
    survey = pd.DataFrame(drawn.astype(str).to_numpy(), columns=drawn.columns)
    own = AMAI.score(survey)
    assert own.attrs["segkit"]["provenance"] is None
    assert own.attrs["segkit"]["rule_provenance"] == "documented"
    assert "provenance not stated" in repr(sk.segment_table(own, "segment"))
    two = pd.concat([sk.Population.default(AMAI).sample(20, seed=seed) for seed in (1, 2)], ignore_index=True)
    assert sk.segment_table(AMAI.score(two.drop(columns="segment")), "segment").provenance != "documented"
    survey.attrs["segkit"] = {"provenance": "documented"}
    assert sk.segment_table(AMAI.score(survey), "segment").provenance == "documented"
    survey.attrs["segkit"] = {"provenance": "derived"}
    assert AMAI.score(survey).attrs["segkit"]["provenance"] == "derived"


def test_what_a_vendor_says_of_invented_members_is_synthetic() -> None:
    """Simulated answers stay synthetic through calculate_many and through a learned rule, whatever the word of the answers."""
    ps = sk.PureSpectrum.sandbox()
    tree = ps.qualifications("en_US", [3910])[3910]
    answers = sk.simulate_answers(tree, 20, {"USQ1": {111: 1}, "USQ2": {111: 1}, "USQ3": {111: 1}, "USQ4": {111: 1}})
    told = ps.calculate_many(answers, tree=tree, progress=False)
    assert set(told["segment_provenance"]) == {"documented"}
    assert told.attrs["segkit"]["provenance"] == "synthetic"
    assert told.attrs["segkit"]["respondents_provenance"] == "synthetic"
    assert sk.segment_table(told, "segment").provenance == "synthetic"
    assert "synthetic" in sk.plots.segment_bars(told).alt_text
    learned = sk.learn_rule(functools.partial(ps.calculate_many, tree=tree, progress=False), tree)
    assert learned.score(answers).attrs["segkit"]["respondents_provenance"] == "synthetic"
