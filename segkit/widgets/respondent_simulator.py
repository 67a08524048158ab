"""RespondentSimulator: move the shares of answers and see what segments a field would bring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from segkit import markup
from segkit.errors import InvalidInput
from segkit.sel.scenario import Scenario
from segkit.widgets.alone_simulator import simulator_alone
from segkit.widgets.module import module, style
from segkit.widgets.shown import Shown
from segkit.widgets.simulator_view import preview_view, python_of, scenario_view
from segkit.widgets.sources import choices

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from segkit.sel.population import Population
    from segkit.widgets.sources import Calculate, Source

DOWNLOADED = 20_000
"""Respondents that the view's own download has at most; `to_csv` writes any number."""

LONGEST = 30
"""Digits that a number has at most."""


class RespondentSimulator(Shown):
    """A widget to simulate respondents: what answers, so what segments, how sure, and what if the answers were others.

    Parameters
    ----------
    sources
        What to choose from: a standard, a `Population`, a `LearnedRule`, a tree, several of them, or a mapping of names to
        them. None is every shipped standard, with its published shares where there are some, else uniform.
    calculate
        For a tree, whose rule nobody published: ``ps.calculate_many`` of a sandbox. It is asked for every profile when the user
        says so.
    n, seed
        How many respondents are drawn, and from which seed.

    Attributes
    ----------
    scenario
        The population with what was moved, `n` and `seed`.
    population
        The law as it is now.
    frame
        The respondents, drawn when it is read: what `Population.sample` gives.
    code
        The Python that makes the population and the respondents.

    Raises
    ------
    InvalidInput
        When there is nothing to draw from.

    Examples
    --------
    >>> simulator = RespondentSimulator(segkit.standard("mx-amai"))                 # doctest: +SKIP
    >>> simulator.move("internet", "yes", 0.74).population.shares()                 # doctest: +SKIP
    """

    _name = "respondent_simulator"
    _esm = module(_name)
    _css = style(_name)

    def __init__(
        self,
        sources: Source | Iterable[Source] | Mapping[str, Source] | None = None,
        calculate: Calculate | None = None,
        *,
        n: int = 1000,
        seed: int = 0,
    ) -> None:
        if calculate is not None and not callable(calculate):
            raise InvalidInput(f"calculate is {type(calculate).__name__}: give a callable, such as ps.calculate_many")
        self._choices = {choice.name: choice for choice in choices(sources)}
        self._calculate = calculate
        self._n, self._seed = n, seed
        self._scenarios: dict[str, Scenario] = {}
        self._current = next(iter(self._choices))
        self._opened: str | None = None
        self._csv = ""
        self._scenario_of(self._current)
        super().__init__()

    @property
    def scenario(self) -> Scenario:
        """The population with what was moved, n and seed; an error for a tree that was not asked for yet."""
        found = self._scenario_of(self._current)
        if found is None:
            raise InvalidInput(f"the rule of {self._current} is not known: ask for it first")
        return found

    @property
    def population(self) -> Population:
        """The law as it is now."""
        return self.scenario.population

    @property
    def frame(self) -> pd.DataFrame:
        """The respondents, drawn anew."""
        return self.scenario.sample()

    @property
    def code(self) -> str:
        """The Python that makes the population and the respondents."""
        return python_of(self.scenario, self._current, self._choices[self._current].code)

    def to_csv(self, path: str | os.PathLike[str]) -> None:
        """Write the respondents to a file; its first column says that they are synthetic."""
        self._labelled(self.scenario.n).to_csv(path, index=False)

    def choose(self, name: str) -> RespondentSimulator:
        """Choose a source as the user would."""
        return self._asked(do="choose", name=name)

    def move(self, question: str, answer: object, share: float) -> RespondentSimulator:
        """Move the share of an answer as a slider does; the others of its question keep their proportions."""
        place = self.scenario.code_of(question, answer)
        return self._asked(do="move", question=question, place=place, share=share)

    def _scenario_of(self, name: str) -> Scenario | None:
        make = self._choices[name].population
        if name not in self._scenarios and make is not None:
            self._scenarios[name] = Scenario(make()).draws(self._n, self._seed)
        return self._scenarios.get(name)

    def _step(self, scenario: Scenario) -> None:
        self._scenarios[self._current] = scenario

    def _do_choose(self, message: dict[str, Any]) -> str:
        if message["name"] not in self._choices:
            raise InvalidInput(f"there is no {message['name']!r}; there are {', '.join(self._choices)}")
        self._scenario_of(message["name"])
        self._current = message["name"]
        return f"{self._current}."

    def _do_learn(self, _message: dict[str, Any]) -> str:
        if self._calculate is None:
            raise InvalidInput("nobody can be asked: give calculate=ps.calculate_many")
        self._choices[self._current] = self._choices[self._current].learned(self._calculate)
        self._scenario_of(self._current)
        return "The rule is learned."

    def _do_open(self, message: dict[str, Any]) -> None:
        question = str(message["question"])
        self._opened = "" if question == self.view.get("opened") else question

    def _do_move(self, message: dict[str, Any]) -> str:
        question = str(message["question"])
        answers, place = list(self.scenario.shares_of(question)), message["place"]
        if type(place) is not int or not 0 <= place < len(answers):
            raise InvalidInput(f"{question} has {len(answers)} answers: none is at place {place!r:.40}")
        self._step(self.scenario.move(question, answers[place], message["share"]))
        self._opened = question
        return ""

    def _do_reset(self, message: dict[str, Any]) -> str:
        self._step(self.scenario.reset(message.get("question")))
        return "As it was."

    def _do_draws(self, message: dict[str, Any]) -> str:
        number = {name: _whole(message[name]) for name in ("n", "seed") if name in message}
        self._step(self.scenario.draws(**number))
        return f"{self.scenario.n:,} respondents, seed {self.scenario.seed}."

    def _do_csv(self, _message: dict[str, Any]) -> str:
        n = min(self.scenario.n, DOWNLOADED)
        self._csv = self._labelled(n).to_csv(index=False)
        return f"{n:,} respondents to download." if n == self.scenario.n else f"The first {n:,}; to_csv(path) writes all."

    def _labelled(self, n: int) -> pd.DataFrame:
        rows = self.scenario.sample(n)
        rows.insert(0, "provenance", "synthetic")
        return rows

    def _drawn(self) -> dict[str, Any]:
        """Return all that the view shows."""
        scenario = self._scenario_of(self._current)
        said = {**self._told, "csv": self._csv}
        self._csv = ""
        chosen = {"choices": list(self._choices), "chosen": self._current, "can_learn": self._calculate is not None}
        if scenario is None:
            return {**chosen, **said, "is_known": False}
        shown = {"preview": preview_view(scenario), "code": self.code, "is_known": True}
        return {**chosen, **said, **shown, **scenario_view(scenario, self._opened)}

    def _alone(self) -> dict[str, Any]:
        """Return all that was computed: another source would have to be."""
        known = {name: self._shown_of(name, scenario) for name, scenario in self._scenarios.items()}
        return {
            "opened": self._opened,
            "sources": {name: {**of, **simulator_alone(self._scenarios[name])} for name, of in known.items()},
        }

    def _shown_of(self, name: str, scenario: Scenario) -> dict[str, Any]:
        code = python_of(scenario, name, self._choices[name].code)
        return {"shown": {**scenario_view(scenario, self._opened), "preview": preview_view(scenario), "code": code}}

    def _saved(self) -> dict[str, Any]:
        """Return what is saved; a file that was made to be downloaded is no part of it."""
        saved = super()._saved()
        return {**saved, "view": {**saved["view"], "csv": ""}}

    def _picture(self) -> markup.Markup:
        """Draw the state as static HTML: the segments, what was moved, the first respondents."""
        view = self.view
        if not view["is_known"]:
            return markup.note(f"The rule of {self._current} was not asked for.")
        rows = [(s["name"], s["told"], s["between"], s["was"]) for s in view["segments"]]
        head = ["segment", "share", f"of {view['n']:,} respondents, 95 %", "before"]
        moved = [
            (question["name"], answer["text"], answer["percent"])
            for question in view["questions"]
            if question["is_moved"]
            for answer in question["answers"]
        ]
        parts = [markup.table(f"{view['chosen']}: {view['provenance']}", head, rows)]
        parts += [markup.table("Shares that were moved", ["question", "answer", "share"], moved)] if moved else []
        parts += [
            markup.folded(
                "The first respondents (synthetic)", markup.table("Sample", view["preview"]["head"], view["preview"]["rows"])
            )
        ]
        return markup.join([*parts, *map(markup.note, [view["range"], *view["assumptions"]])])

    def __repr__(self) -> str:
        scenario = self._scenario_of(self._current)
        return f"<RespondentSimulator {self._current}: {scenario.population.in_words if scenario else 'its rule is not known'}>"


def _whole(value: object) -> int:
    text = str(value).strip().replace(",", "")
    if not (text.isascii() and text.isdigit() and len(text) < LONGEST):
        raise InvalidInput(f"{str(value)!r:.40} is no whole number")
    return int(text)
