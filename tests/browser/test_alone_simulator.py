"""What is simulated without Python is what Python would have simulated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from alone_model import alike, alone_views, differences, load, python_view, saved_of
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from segkit.sel.population import Population
from segkit.sel.rule import Rule
from segkit.sel.scenario import MOST, sampling_range
from segkit.sel.standards import standard
from segkit.widgets.module import STATIC
from segkit.widgets.respondent_simulator import RespondentSimulator

if TYPE_CHECKING:
    from labpage import LabPage

pytestmark = pytest.mark.browser

SEED = 20261129
TAIL = (1 - 0.95) / 2
OF_THE_RUN = frozenset({"code", "law", "assumptions", "preview"})
MARKUP = "<img src=x onerror=alert(1)>"
PEOPLE = Rule.from_points(
    {MARKUP: {"0": 0, "1": 22, "2+": 43, "lots": 60}, "only": {"yes": 1}, "car": {"no": 0, "</script>": 9}},
    {MARKUP: 40, "low": 0},
)
DID = st.one_of(
    st.builds(
        lambda question, place, share: {"do": "move", "question": question, "place": place, "share": share},
        st.sampled_from([MARKUP, "only", "car", "internet", "nobody's"]),
        st.integers(-1, 4),
        st.one_of(st.integers(0, 200).map(lambda step: step / 200), st.sampled_from([1.5, -0.25])),
    ),
    st.builds(lambda question: {"do": "open", "question": question}, st.sampled_from([MARKUP, "only", "car", "bathrooms"])),
    st.sampled_from([{"do": "reset"}, {"do": "reset", "question": MARKUP}, {"do": "reset", "question": "car"}]),
    st.builds(lambda name: {"do": "choose", "name": name}, st.sampled_from(["people", "homes"])),
    st.builds(
        lambda n: {"do": "draws", "n": n},
        st.sampled_from(["0", "1", " 1,200 ", "10000000", "10000001", "many'", "9" * 29, "9" * 30, "٣"]),
    ),
)


def _simulator() -> RespondentSimulator:
    """Return a simulator of two populations, both computed; in one is an answer that nobody gives, and one without others."""
    people = Population.fit(PEOPLE, marginals={MARKUP: {"0": 0.25, "1": 0.35, "2+": 0.4, "lots": 0}})
    simulator = RespondentSimulator({"people": people, "homes": Population.default(standard("mx-amai", 2022))}, n=1000)
    return simulator.choose("homes").choose("people")


def _as_it_says(view: dict[str, Any], python: dict[str, Any]) -> dict[str, Any]:
    """Return Python's view with what is read off shares taken from this one's: it is what Python reads off the same."""
    for question in view["questions"]:
        assert [answer["percent"] for answer in question["answers"]] == [
            f"{answer['share']:.1%}" for answer in question["answers"]
        ]
    low, high = sampling_range(np.array([segment["share"] for segment in view["segments"]]), view["n"])
    for segment, least, most in zip(view["segments"], low, high, strict=True):
        assert (segment["low"], segment["high"]) == (least, most)
        assert (segment["told"], segment["between"]) == (f"{segment['share']:.1%}", f"{least:.1%} to {most:.1%}")
    read_off = ("low", "high", "told", "between")
    segments = zip(python["segments"], view["segments"], strict=True)
    questions = zip(python["questions"], view["questions"], strict=True)
    return {
        **python,
        "segments": [{**one, **{name: other[name] for name in read_off}} for one, other in segments],
        "questions": [
            {**one, "answers": [{**a, "percent": b["percent"]} for a, b in zip(one["answers"], other["answers"], strict=True)]}
            for one, other in questions
        ],
    }


def _compare(simulator: RespondentSimulator, message: dict[str, Any] | None, view: dict[str, Any]) -> None:
    """Do in Python what was done; without Python one question is moved at a time, and all others are put back."""
    own = OF_THE_RUN
    if view["error"].startswith("Moving several questions"):
        message, own = {"do": "nothing"}, own | {"error", "status"}
    if message and message["do"] == "move" and not view["error"]:
        for other in [name for name in simulator.scenario.moved if name != message["question"]]:
            simulator._step(simulator.scenario.reset(other))
            assert other in view["status"]
            own |= {"status"}
    python = python_view(simulator, message)
    if python["error"] and message and (message.get("question"), message.get("place")) == (MARKUP, 3):
        own |= {"error", "status"}
        assert view["error"].startswith("Nobody gives this answer")
    assert not differences(view, _as_it_says(view, python), own), message


def test_one_question_moved_without_python_is_the_tilted_law(page: LabPage) -> None:
    """Shares of segments and of all answers, moved and put back, for any number of respondents, are Python's to 1e-9."""
    load(page, "respondent_simulator")

    @settings(derandomize=True, deadline=None, max_examples=60, phases=[Phase.generate])
    @given(st.lists(DID, max_size=5), st.lists(DID, min_size=1, max_size=8))
    def moved(before: list[dict[str, Any]], messages: list[dict[str, Any]]) -> None:
        simulator = _simulator()
        for message in before:
            simulator._heard(simulator, message, [])
        for message, view in zip([None, *messages], alone_views(page, saved_of(simulator), messages), strict=True):
            _compare(simulator, message, view)

    moved()


def test_binomial_quantiles_are_those_of_scipy(page: LabPage) -> None:
    """From one respondent to ten million, from shares of nobody to everybody: both are the numbers that scipy finds."""
    rng = np.random.default_rng(SEED)
    n = np.unique(np.concatenate([np.arange(1, 40), (10 ** rng.uniform(1, 7, 400)).astype(int), [MOST]]))
    n = np.repeat(n, 6)
    share = np.concatenate([10 ** rng.uniform(-9, 0, len(n) // 2), rng.integers(0, 201, len(n) - len(n) // 2) / 200])
    share = np.where(rng.random(len(n)) < 0.3, 1 - share, share)
    page.show("<!DOCTYPE html>")
    script = (STATIC / "binomial.js").read_text(encoding="utf-8")
    found = page.evaluate(
        f"""(asked) => {{ {script}
        return asked.map(([n, share, low, high]) => [quantile(low, n, share, -1.96), quantile(high, n, share, 1.96)]); }}""",
        [[int(one), float(other), TAIL, 1 - TAIL] for one, other in zip(n, share, strict=True)],
    )
    expected = np.column_stack([binom.ppf(TAIL, n, share), binom.ppf(1 - TAIL, n, share)])
    wrong = np.flatnonzero((np.array(found) != expected).any(axis=1))
    assert not len(wrong), [(n[one], share[one], found[one], expected[one]) for one in wrong[:5]]


def test_shares_are_printed_as_python_prints_them(page: LabPage) -> None:
    """A percentage and a share of six places are rounded as Python rounds them, halves to even, however near to a half."""
    rng = np.random.default_rng(SEED)
    shares = [
        *(np.arange(0, 4097) / 4096).tolist(),
        *(np.arange(0, 2001) / 2000).tolist(),
        *rng.random(2000).tolist(),
        2**-7,
        3 * 2**-8,
    ]
    page.show("<!DOCTYPE html>")
    script = (STATIC / "respondent_simulator_alone.js").read_text(encoding="utf-8").partition("const sum")[0]
    told = page.evaluate(f"(shares) => {{ {script} return shares.map((one) => [percent(one), Number(fixed(one, 6))]); }}", shares)
    assert alike(told, [[f"{share:.1%}", round(share, 6)] for share in shares])
    assert [one[1] for one in told] == [round(share, 6) for share in shares]
