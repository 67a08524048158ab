"""The laws of a what-if: a moved share is met, its question adds up to 1, the others follow with the least change."""

import math
from typing import Any

import msgspec
import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from made_trees import made_tree

import segkit as sk
from segkit.credentials import Secret
from segkit.errors import InvalidInput
from segkit.sel.learning import learn_rule
from segkit.sel.population import Population
from segkit.sel.scenario import MOST, Scenario, sampling_range
from segkit.sel.standards import standard
from segkit.widgets import RespondentSimulator

MEXICO = Population.default(standard("mx-amai", 2022))
QUESTIONS = dict(zip(MEXICO.rule.questions, MEXICO.rule.answers, strict=True))
MOVES = st.lists(
    st.sampled_from(list(QUESTIONS)).flatmap(
        lambda name: st.tuples(st.just(name), st.sampled_from(QUESTIONS[name]), st.floats(0.02, 0.9))
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=40)
@given(MOVES)
def test_moves_are_met_and_sums_are_kept(moves: list[tuple[str, Any, float]]) -> None:
    """The last move of a question is met to 1e-6, its other answers keep their proportions, every question adds up to 1."""
    scenario = Scenario(MEXICO)
    for question, answer, share in moves:
        before = scenario.shares_of(question)
        scenario = scenario.move(question, answer, share)
        after = scenario.shares_of(question)
        assert after[answer] == pytest.approx(share, abs=2e-6)
        others = [other for other in before if other != answer]
        scale = (1 - share) / math.fsum(before[other] for other in others)
        assume(min(before[other] for other in others) > 1e-3)
        for other in others:
            assert after[other] == pytest.approx(before[other] * scale, abs=2e-5)
    for question in QUESTIONS:
        assert math.fsum(scenario.shares_of(question).values()) == pytest.approx(1)
    for shares in scenario.moved.values():
        assert math.fsum(shares.values()) == pytest.approx(1, abs=1e-9)
    tilted = MEXICO.tilt({name: dict(shares) for name, shares in scenario.moved.items()})
    assert scenario.population.shares().to_numpy() == pytest.approx(tilted.shares().to_numpy(), abs=1e-9)


@pytest.mark.parametrize("share", [0.0, 1e-7, 0.9999990, 0.9999996, 1 - 3e-6, 1.0])
@pytest.mark.parametrize("question", list(QUESTIONS))
def test_the_ends_of_a_slider(question: str, share: float) -> None:
    """At either end no share is negative, and they still add up to 1."""
    for answer in QUESTIONS[question]:
        moved = Scenario(MEXICO).move(question, answer, share).moved[question]
        assert min(moved.values()) >= 0
        assert math.fsum(moved.values()) == pytest.approx(1, abs=1e-12)
        assert moved[answer] == pytest.approx(share, abs=2e-6)


def test_a_reset_is_the_base_again() -> None:
    """One question or all go back; a scenario is never changed itself."""
    moved = Scenario(MEXICO).move("internet", "yes", 0.74).move("cars", "0", 0.1)
    assert set(moved.reset("cars").moved) == {"internet"}
    assert moved.reset().population is MEXICO
    assert set(moved.moved) == {"internet", "cars"}


def test_what_cannot_be_moved() -> None:
    """A wrong question, answer, share or number is refused with what there is."""
    scenario = Scenario(MEXICO)
    for question, answer, share, words in (
        ("tv", "yes", 0.5, "no question"),
        ("cars", "9", 0.5, "no answer"),
        ("cars", "0", 1.2, "from 0 to 1"),
        ("cars", "0", math.nan, "from 0 to 1"),
        ("cars", "0", True, "from 0 to 1"),
    ):
        with pytest.raises(InvalidInput, match=words):
            scenario.move(question, answer, share)
    for wrong in ({"n": 0}, {"n": MOST + 1}, {"n": 1.5}, {"seed": -1}):
        with pytest.raises(InvalidInput, match="whole number"):
            scenario.draws(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("n", [1, 2, 7, 30, 100, 333, 1000])
def test_the_range_holds_the_share_of_a_field(n: int) -> None:
    """Summed over every count of a field, at least 95 % fall within the range, at any share; one step less on a side is less."""
    counts = np.arange(n + 1)
    ways = np.array([math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) for k in counts])
    shares = np.array([0.0, 1e-6, 0.001, 0.01, 0.05, 0.087, 0.3, 0.5, 0.77, 0.95, 0.999, 1.0, 1 + 1e-15])
    low, high = sampling_range(shares, n)
    assert ((low >= 0) & (low <= high) & (high <= 1)).all()
    for share, least, most in zip(shares, low, high, strict=True):
        if not 0 < share < 1:
            assert least == most == round(share)
            continue
        chances = np.exp(ways + counts * math.log(share) + (n - counts) * math.log1p(-share))
        assert math.fsum(chances) == pytest.approx(1)
        first, last = round(least * n), round(most * n)
        assert math.fsum(chances[first : last + 1]) >= 0.95
        assert math.fsum(chances[:first]) < 0.025 + 1e-9
        assert math.fsum(chances[: first + 1]) > 0.025 - 1e-9
        assert math.fsum(chances[last + 1 :]) < 0.025 + 1e-9
        assert math.fsum(chances[last:]) > 0.025 - 1e-9


def test_the_widget_shows_the_law() -> None:
    """Shares, intervals and texts of the view are those of the population; moving is what tilt does; the code makes it again."""
    simulator = RespondentSimulator(standard("mx-amai", 2022), n=400, seed=3)
    simulator.move("internet", "yes", 0.74)
    shares = MEXICO.tilt({"internet": {"yes": 0.74}}).shares()
    assert [s["share"] for s in simulator.view["segments"]] == pytest.approx(shares.tolist())
    low, high = sampling_range(shares.to_numpy(), 400)
    assert [(s["low"], s["high"]) for s in simulator.view["segments"]] == [
        pytest.approx(pair) for pair in zip(low, high, strict=True)
    ]
    assert [s["before"] for s in simulator.view["segments"]] == pytest.approx(MEXICO.shares().tolist())
    assert "sampling error only, the law taken as true" in simulator.view["range"]
    assert "sampling error only, the law taken as true" in simulator._twin.html("now")
    assert simulator.view["provenance"] == "synthetic"
    pd.testing.assert_frame_equal(simulator.frame, simulator.population.sample(400, 3))
    made: dict[str, Any] = {}
    exec(simulator.code, made)  # noqa: S102 - the code it shows
    pd.testing.assert_frame_equal(made["frame"], simulator.frame)
    texts = {question["name"]: [answer["text"] for answer in question["answers"]] for question in simulator.view["questions"]}
    assert texts["internet"] == ["No", "Sí"]
    assert simulator.view["preview"]["rows"][0][-1] == str(simulator.frame["segment"].iloc[0])


def test_messages_of_the_view() -> None:
    """What the view sends does what the methods do; what cannot be is said in the view, and nothing changes."""
    simulator = RespondentSimulator(n=50)
    assert len(simulator.view["choices"]) == len(sk.standards())
    simulator._heard(simulator, {"do": "choose", "name": "mx-amai 2022"}, [])
    simulator._heard(simulator, {"do": "move", "question": "internet", "place": 1, "share": 0.9}, [])
    assert simulator.view["questions"][3]["answers"][1]["percent"] == "90.0%"
    assert simulator.view["opened"] == "internet"
    simulator._heard(simulator, {"do": "draws", "n": "2,000"}, [])
    assert (simulator.scenario.n, simulator.view["n"]) == (2000, 2000)
    before = simulator.view
    for wrong in ({"do": "draws", "n": "many"}, {"do": "choose", "name": "?"}, {"do": "draws", "seed": "-1"}):
        simulator._heard(simulator, wrong, [])
        assert simulator.view["error"]
        assert simulator.view["segments"] == before["segments"]
    simulator._heard(simulator, {"do": "reset", "question": "internet"}, [])
    assert not simulator.view["is_moved"]
    assert not simulator.view["error"]
    simulator._heard(simulator, {"do": "no such thing"}, [])
    with pytest.raises(InvalidInput, match="from 0 to 1"):
        simulator.move("internet", "yes", 7)
    with pytest.raises(InvalidInput, match="no answer 'maybe'"):
        simulator.move("internet", "maybe", 0.5)
    for wrong_n in ("9" * 5000, 10**5000, -(10**5000), True, np.float64(3)):
        with pytest.raises(InvalidInput, match="n is a whole number"):
            RespondentSimulator(n=wrong_n)  # type: ignore[arg-type]


def test_numbers_of_numpy_are_numbers() -> None:
    """What a sample takes the widget takes: n and seed of numpy, and a share."""
    simulator = RespondentSimulator(MEXICO, n=np.int64(70), seed=np.int32(4))  # type: ignore[arg-type]
    simulator.move("internet", "yes", np.float32(0.5))  # type: ignore[arg-type]
    assert (simulator.view["n"], simulator.view["seed"]) == (70, 4)
    assert "sample(70, seed=4)" in simulator.code
    assert "'yes': 0.5}" in simulator.code
    assert len(simulator.frame) == 70


@pytest.mark.parametrize("one", sk.standards(), ids=str)
def test_the_code_makes_the_population_of_any_standard(one: Any) -> None:
    """Under its own name or another, the code of a shipped standard makes the population that is shown."""
    for simulator in (RespondentSimulator(one, n=5), RespondentSimulator({"mine": one}, n=5)):
        made: dict[str, Any] = {}
        exec(simulator.code, made)  # noqa: S102 - the code it shows
        pd.testing.assert_frame_equal(made["frame"], simulator.frame)
        assert made["population"].in_words == simulator.population.in_words


def test_the_code_never_makes_another_population() -> None:
    """A population that was given is not called the standard's own, whatever its name; nor is a changed standard."""
    amai = standard("mx-amai", 2022)
    fitted = Population.fit(amai, marginals={"cars": {"0": 0.5}})
    for given_one in (fitted, MEXICO, MEXICO.tilt({"cars": {"0": 0.5}})):
        code = RespondentSimulator({"mx-amai 2022": given_one}, n=5).code
        assert "population = ...  # mx-amai 2022, as you gave it" in code
        assert "default" not in code
    assert "as you gave it" in RespondentSimulator(msgspec.structs.replace(amai, name="mine"), n=5).code


def test_every_message_is_answered() -> None:
    """A message that changes nothing, is not known or raises still makes another view, or the sliders wait for ever."""
    ps = sk.PureSpectrum.sandbox()
    tree = ps.qualifications("en_US", [3910])[3910]

    secret = Secret("spring-rain-and-sun", "token")

    def failing(*_: Any, **__: Any) -> pd.DataFrame:
        raise RuntimeError(f"it broke, with {secret.reveal()}")

    simulator = RespondentSimulator({"mexico": MEXICO, "tree": tree}, failing, n=20)
    views = []
    simulator.observe(lambda change: views.append(change["new"]), "view")
    for message, error in (
        ({"do": "move", "question": "cars", "place": 0, "share": 0.5}, ""),
        ({"do": "move", "question": "cars", "place": 0, "share": 0.5}, ""),
        ({"do": "csv"}, ""),
        ({"do": "csv"}, ""),
        ({"do": "no such thing"}, ""),
        ({"do": "move", "question": "cars", "place": 9, "share": 0.5}, "none is at place 9"),
        ({"do": "move", "question": "cars", "place": -1, "share": 0.5}, "none is at place -1"),
        ({"do": "move", "question": "cars", "place": 0, "share": "much"}, "from 0 to 1"),
        ({"do": "move"}, "KeyError"),
        ({"do": "draws", "n": "9" * 5000}, "no whole number"),
        ({"do": "choose", "name": "tree"}, ""),
        ({"do": "learn"}, "RuntimeError: it broke"),
        ({"do": "choose", "name": "mexico"}, ""),
    ):
        before = len(views)
        simulator._heard(simulator, message, [])
        assert len(views) == before + 1, message
        assert error in views[-1]["error"], message
        assert bool(error) == bool(views[-1]["error"]), message
        assert "spring-rain" not in str(views[-1])
    assert simulator.scenario.shares_of("cars")["0"] == pytest.approx(0.5)


def test_a_click_on_the_open_question_closes_it() -> None:
    """At first the first question is open; its name closes it and opens it again; a question moved is open."""
    simulator = RespondentSimulator(MEXICO)
    first, *_, last = MEXICO.rule.questions
    opened = [simulator.view["opened"]]
    for question in (first, first, last, last):
        simulator._heard(simulator, {"do": "open", "question": question}, [])
        opened.append(simulator.view["opened"])
    assert opened == [first, "", first, last, ""]
    assert simulator.move("cars", "0", 0.5).view["opened"] == "cars"


def test_respondents_are_written_with_their_label(tmp_path: Any) -> None:
    """The file and the download have every respondent, and say in each row that it is synthetic."""
    simulator = RespondentSimulator(standard("mx-amai", 2022), n=120)
    simulator.to_csv(tmp_path / "r.csv")
    written = pd.read_csv(tmp_path / "r.csv", dtype=str)
    assert list(written.columns) == ["provenance", *simulator.frame.columns]
    assert set(written["provenance"]) == {"synthetic"}
    assert written["segment"].tolist() == simulator.frame["segment"].astype(str).tolist()
    simulator._heard(simulator, {"do": "csv"}, [])
    assert simulator.view["csv"] == (tmp_path / "r.csv").read_text()
    simulator._heard(simulator, {"do": "open", "question": "cars"}, [])
    assert simulator.view["csv"] == ""


def test_a_tree_is_asked_for_when_the_user_says_so() -> None:
    """A tree has no law until its rule is learned; a learned rule and a population can be chosen as they are."""
    ps = sk.PureSpectrum.sandbox()
    tree = ps.qualifications("en_US", [3910])[3910]
    simulator = RespondentSimulator(tree, calculate=ps.calculate_many)
    assert not simulator.view["is_known"]
    with pytest.raises(InvalidInput, match="not known"):
        _ = simulator.population
    assert "was not asked for" in simulator._twin.html("now")
    simulator._heard(simulator, {"do": "learn"}, [])
    assert [s["name"] for s in simulator.view["segments"]] == list(tree.segment_names.values())
    assert simulator.view["provenance"] == "synthetic"
    nobody = RespondentSimulator({"a tree": tree, "law": MEXICO})
    nobody._heard(nobody, {"do": "learn"}, [])
    assert "nobody can be asked" in nobody.view["error"]
    assert nobody.choose("law").population is MEXICO
    assert "# law, as you gave it" in nobody.code
    made = made_tree([2, 3])
    learned = learn_rule(lambda frame: frame.assign(segment="low"), made)
    own = RespondentSimulator([learned]).move("Q1", 111, 0.25)
    assert own.population.shares()["low"] == pytest.approx(1)


@pytest.mark.parametrize(
    "wrong",
    [[], [3], {"a": "b"}, [MEXICO, MEXICO], 5, {1: MEXICO}, {" ": MEXICO}],
    ids=["none", "number", "text", "twice", "bare", "no name", "blank"],
)
def test_what_nothing_is_drawn_from(wrong: Any) -> None:
    """Sources that are none, and two of one name, are refused."""
    with pytest.raises(InvalidInput):
        RespondentSimulator(wrong)
