"""Respondents of a vendor's tree, drawn: answers by given or uniform laws, each row one that the walk would take."""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Integral, Real
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from segkit.errors import InvalidInput
from segkit.findings import Finding
from segkit.sel.answers import check_answer, shown
from segkit.sel.question import not_found, places
from segkit.sel.sample import refuse_too_many
from segkit.sel.seeds import check_seed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from segkit.sel.answers import Given
    from segkit.sel.question import Question
    from segkit.sel.tree import Tree

_NEAR = 1e-9


def simulate_answers(
    tree: Tree, n: int, answers: Mapping[str | int, Mapping[object, float]] | None = None, *, seed: int = 0
) -> pd.DataFrame:
    """Draw respondents who answer a tree's questions, each question independently of the others.

    Parameters
    ----------
    answers
        By question the share of each answer (id, text, number), from 0 to 1; answers that are not named share the rest evenly.
        Questions that are not named are uniform: over the answers, over the numbers of an input's bounds; of a multi punch
        each answer is ticked by half. Shares of a multi punch say who ticks each answer; who would tick none ticks one.
    seed
        The rows of a seed are the first of its endless list: a greater `n` only adds rows.

    Returns
    -------
    A respondent frame: one row a respondent, one column a question, answer ids and numbers. It has no ``member_id``, so that
    `calculate_many` asks per profile. ``attrs["segkit"]`` says that it is synthetic, and the law.

    Raises
    ------
    InvalidInput
        When a question or answer is not the tree's or is named twice, shares cannot be, an input without bounds has none, or
        `seed` is no whole number of 0 or more; when `n` is more than one frame holds.

    Examples
    --------
    >>> from segkit.sel.question import Answer, Question
    >>> from segkit.sel.tree import Tree
    >>> cars = Question(4051, "input", description="cars", placeholder="0-9")
    >>> tree = Tree(Question(7, "singlepunch", answers=(Answer(1, "low"), Answer(2, "high"))), (cars,))
    >>> simulate_answers(tree, 3, {"cars": {0: 0.5, 1: 0.5}}).cars.isin([0, 1]).all().item()
    True
    """
    if not _is_a(Integral, n) or n < 0:
        raise InvalidInput(f"n is the number of respondents, 0 or more: {n!r:.60}")
    n, seed = int(n), check_seed(seed)
    refuse_too_many(n)
    given, findings = _by_question(tree, {} if answers is None else answers)
    laws = []
    for place, question in enumerate(tree.questions):
        try:
            laws.append(_law(question, given.get(place, {})))
        except InvalidInput as error:
            findings += error.findings
    if findings:
        raise InvalidInput("the answers cannot be drawn", findings)
    known = places(tree.questions)
    columns = {}
    for place, (question, law) in enumerate(zip(tree.questions, laws, strict=True)):
        name = question.name if question.name in known else str(question.qualification_id)
        rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(place,)))
        columns[name] = _ticked(law, n, rng) if question.kind == "multipunch" else _chosen(law, n, rng)
    frame = pd.DataFrame(columns, index=pd.RangeIndex(n, name="respondent"))
    said = [f"{q.name}: {'given' if place in given else 'uniform'}" for place, q in enumerate(tree.questions)]
    law_in_words = f"answers independent of each other; {', '.join(said)}"
    frame.attrs["segkit"] = {"provenance": "synthetic", "assumptions": [law_in_words], "seed": seed}
    return frame


def _by_question(tree: Tree, answers: object) -> tuple[dict[int, Mapping[object, float]], list[Finding]]:
    if not isinstance(answers, Mapping):
        raise InvalidInput(f"answers is {type(answers).__name__}: give shares by question, such as {{'USQ1': {{111: 0.7}}}}")
    known = places(tree.questions)
    given: dict[int, Mapping[object, float]] = {}
    findings = []
    for name, shares in answers.items():
        where, place = f"answers[{name!r:.60}]", known.get(str(name).strip())
        if place is None:
            findings.append(Finding("unknown-question", "error", where, not_found(tree.questions, name), "Name one of these."))
        elif place in given:
            message = f"{tree.questions[place].name} is named twice, by its description and by its id"
            findings.append(Finding("question-twice", "error", where, message, "Name each question once."))
        elif not isinstance(shares, Mapping):
            fix = "Give shares by answer, such as {111: 0.7}; leave the question out for a uniform law."
            findings.append(Finding("share", "error", where, f"{shown(shares)} is no law of answers", fix))
        else:
            given[place] = shares
    return given, findings


def _law(question: Question, shares: Mapping[object, float]) -> dict[Given, float]:
    """Return the share of each possible answer, those not named sharing the rest; of a multi punch who ticks each."""
    named = _named(question, shares)
    bounds = question.bounds
    possible: list[Given] = list(range(bounds[0], bounds[1] + 1)) if bounds else [a.id for a in question.answers] or list(named)
    if not possible:
        raise _refusal(question, f"{question.name} takes any number", "Give the shares of its numbers.")
    if question.kind == "multipunch":
        return {answer: named.get(answer, 0.5) for answer in possible}
    others = [answer for answer in possible if answer not in named]
    left = 1.0 - math.fsum(named.values())
    if left < -_NEAR or (left > _NEAR and not others):
        raise _refusal(question, f"the shares add up to {1.0 - left:.6g}", "They must add up to 1, or leave a rest to others.")
    return named | {answer: max(left, 0.0) / len(others) for answer in others}


def _named(question: Question, shares: Mapping[object, float]) -> dict[Given, float]:
    named: dict[Given, float] = {}
    for value, share in shares.items():
        answer, refused = check_answer(question, value)
        if answer is None:
            raise _refusal(question, refused[0].message if refused else f"{shown(value)} is no answer", "Name its answers.")
        if not _is_a(Real, share) or not 0 <= share <= 1:
            raise _refusal(question, f"{shown(value)} has the share {shown(share)}", "Give shares from 0 to 1.")
        one = answer[0] if isinstance(answer, tuple) and len(answer) == 1 else answer
        if one in named:
            raise _refusal(question, f"{shown(value)} is an answer that is named twice", "Name each answer once.")
        named[one] = float(share)
    return named


def _is_a(kind: type[Integral | Real], value: object) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)


def _refusal(question: Question, message: str, fix: str) -> InvalidInput:
    return InvalidInput(message, [Finding("share", "error", f"answers[{question.name!r}]", message, fix)])


def _chosen(law: Mapping[Given, float], n: int, rng: np.random.Generator) -> NDArray[np.int64]:
    reached = np.cumsum(list(law.values()))
    place = np.searchsorted(reached / reached[-1], rng.random(n), side="right")
    return np.array(list(law), dtype=np.int64)[place]


def _ticked(law: Mapping[Given, float], n: int, rng: np.random.Generator) -> list[tuple[Given, ...]]:
    """Tick answers independently; who ticked none ticks one, by the same shares."""
    ids = list(law)
    share = np.array(list(law.values()))
    draws = rng.random((n, len(ids) + 1))
    ticks = draws[:, :-1] < share
    weight = share if share.any() else np.ones(len(ids))
    one = np.searchsorted(np.cumsum(weight) / weight.sum(), draws[:, -1], side="right")
    none = ~ticks.any(axis=1)
    ticks[none, one[none]] = True
    return [tuple(answer for answer, ticked in zip(ids, row, strict=True) if ticked) for row in ticks]
