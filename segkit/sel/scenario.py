"""A what-if on a population: the marginals that somebody moved, how many respondents, and the seed."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import cached_property
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from segkit.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    import pandas as pd

    from segkit.sel.law import Floats
    from segkit.sel.population import Population

MOST = 10_000_000
"""Respondents that a scenario draws at most."""

PLACES = 6  # of a share that was moved: code that makes the scenario again is short

SURE = 0.95
"""How probable it is that a segment's share of the respondents lies within `sampling_range`, at the least."""


def sampling_range(shares: Floats, n: int) -> tuple[Floats, Floats]:
    """Return between which shares of `n` respondents each segment will lie: binomial quantiles, 2.5 % and 97.5 %, over `n`.

    This is sampling error only: the law is taken as true, so nothing is said of how well the law is known.

    Examples
    --------
    >>> low, high = sampling_range(np.array([0.1]), 100)
    >>> float(low[0]), float(high[0])
    (0.05, 0.16)
    """
    from scipy.stats import binom  # noqa: PLC0415 - takes half a second to load, and only a view needs it

    tail = (1 - SURE) / 2
    shares = np.clip(shares, 0.0, 1.0)
    return binom.ppf(tail, n, shares) / n, binom.ppf(1 - tail, n, shares) / n


@dataclass(frozen=True, eq=False)
class Scenario:
    """A population with moved marginals; every change is a copy.

    Attributes
    ----------
    base
        The population as it was.
    moved
        By question the share of each of its answers, for questions that were moved; each adds up to 1.
    n, seed
        What `sample` draws.

    Examples
    --------
    >>> from segkit.sel.population import Population
    >>> from segkit.sel.standards import standard
    >>> scenario = Scenario(Population.default(standard("mx-amai", 2022))).move("internet", "yes", 0.74)
    >>> {answer: round(share, 2) for answer, share in scenario.moved["internet"].items()}
    {'no': 0.26, 'yes': 0.74}
    """

    base: Population
    moved: Mapping[str, Mapping[Any, float]] = field(default_factory=dict)
    n: int = 1000
    seed: int = 0

    @cached_property
    def population(self) -> Population:
        """The base, tilted to what was moved with the least change; the base itself where nothing was."""
        return self.base.tilt({name: dict(shares) for name, shares in self.moved.items()}) if self.moved else self.base

    def shares_of(self, question: str) -> dict[Any, float]:
        """Return the share of each answer of a question under the law as it is now."""
        place = self._place(question)
        shares = self.population.law.marginals[place]
        return dict(zip(self.base.rule.answers[place], map(float, shares), strict=True))

    def code_of(self, question: str, answer: object) -> int:
        """Return the place of an answer among those of its question.

        Raises
        ------
        InvalidInput
            When there is no such question or answer.
        """
        answers = self.base.rule.answers[self._place(question)]
        if answer not in answers:
            raise InvalidInput(f"{question} has no answer {answer!r:.40}; it has {list(answers)}")
        return answers.index(answer)

    def move(self, question: str, answer: object, share: float) -> Self:
        """Return it with one answer's share moved; the other answers of its question keep their proportions, and the sum.

        Raises
        ------
        InvalidInput
            When there is no such question or answer, the share is out of 0 to 1, or no law has these marginals.
        """
        shares = self.shares_of(question)
        self.code_of(question, answer)
        share = _share(share)
        if len(shares) == 1:
            raise InvalidInput(f"{question} has one answer: its share is 1")
        others = math.fsum(old for other, old in shares.items() if other != answer)
        left = 1 - share
        to = {
            other: share if other == answer else left * old / others if others > 0 else left / (len(shares) - 1)
            for other, old in shares.items()
        }
        made = replace(self, moved={**self.moved, question: _rounded(to, answer)})
        made.population  # noqa: B018 - raises where no law has these marginals
        return made

    def reset(self, question: str | None = None) -> Self:
        """Return it with one question as it was, or all of them."""
        if question is not None:
            self._place(question)
        kept = {} if question is None else {name: shares for name, shares in self.moved.items() if name != question}
        return replace(self, moved=kept)

    def draws(self, n: int | None = None, seed: int | None = None) -> Self:
        """Return it with another number of respondents or another seed.

        Raises
        ------
        InvalidInput
            When it is no whole number, or more than ten million respondents.
        """
        made = replace(self, n=self.n if n is None else n, seed=self.seed if seed is None else seed)
        for name, number, least, most in (("n", made.n, 1, MOST), ("seed", made.seed, 0, 2**63 - 1)):
            if isinstance(number, bool) or not isinstance(number, int | np.integer) or not least <= number <= most:
                raise InvalidInput(f"{name} is a whole number from {least} to {most:,}: {_shown(number)}")
        return replace(made, n=int(made.n), seed=int(made.seed))

    def sample(self, n: int | None = None) -> pd.DataFrame:
        """Draw its respondents, or the first `n` of them."""
        return self.population.sample(self.n if n is None else n, self.seed)

    def _place(self, question: str) -> int:
        questions = self.base.rule.questions
        if question not in questions:
            raise InvalidInput(f"there is no question {question!r}; there are {list(questions)}")
        return questions.index(question)


def _shown(number: object) -> str:
    """Return a few characters of what was given; Python itself refuses to print a number of thousands of digits."""
    return f"about 2**{number.bit_length()}" if isinstance(number, int) and abs(number) > 2**64 else f"{number!r:.40}"


def _share(given: object) -> float:
    if isinstance(given, bool) or not isinstance(given, Real) or not 0 <= float(given) <= 1:
        raise InvalidInput(f"a share is from 0 to 1: {given!r:.40}")
    return float(given)


def _rounded(shares: Mapping[Any, float], moved: object) -> dict[Any, float]:
    """Round shares so that they add up to 1: what is lost goes to the largest that was not moved, else to the one that was."""
    made = {answer: round(share, PLACES) for answer, share in shares.items()}
    largest = max((answer for answer in made if answer != moved), key=lambda answer: made[answer])
    for answer in (largest, moved):
        made[answer] = max(round(made[answer] + 1 - math.fsum(made.values()), PLACES), 0.0)
    return made
