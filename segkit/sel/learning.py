"""Learning a rule: ask for every profile of a tree, and keep the answers.

Nothing is guessed. A profile that was not asked has no segment, and numbers are taken alike only where the caller says so.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from segkit.errors import InvalidInput
from segkit.findings import Finding, Findings
from segkit.provenance import WORDS, together, weakest
from segkit.sel.answers import shown
from segkit.sel.learned import NOT_ASKED, LearnedRule
from segkit.sel.profiles import Profiles
from segkit.sel.seeds import check_seed
from segkit.sel.tree import Tree

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from segkit.provenance import Provenance

MOST = 20_000
"""Profiles that are asked without a budget being named."""

HELD = 10_000_000
"""Profiles that a learned rule can hold; each takes two bytes."""

BEYOND = 200
"""Profiles with a number above its top that are asked, to see whether it is taken as the top is."""


def learn_rule(
    ask: Callable[[pd.DataFrame], pd.DataFrame],
    tree: Tree,
    *,
    top: Mapping[str | int, int] | None = None,
    budget: int | None = None,
    seed: int = 0,
) -> LearnedRule:
    """Ask for every profile of a tree and keep the answers as an exact rule.

    Parameters
    ----------
    ask
        Takes a respondent frame and returns it, rows and index kept, with a column ``segment`` (names as in `tree.segments`) or
        ``segment_id``, missing where there is none, and perhaps ``segment_provenance`` and ``error``: as `calculate_many` does.
        ``functools.partial(client.calculate_many, tree=tree, journal="learned.sqlite")`` resumes where it broke off, and
        does not ask a vendor's production without ``allow_production=True``.
    top
        By question the number of an input from which on all are taken alike, ``{"MXQ3": 2}``. It is an assumption: profiles
        above are asked too, and one that differs is refused.
    budget
        The most profiles to ask; those left are unknown. Which are asked is drawn with `seed`, so that a part is a fair sample.
        With the same journal and seed a greater budget asks only for what is new.

    Raises
    ------
    InvalidInput
        When `ask` is no callable, `tree` no tree or `seed` no whole number; when the tree cannot be asked whole, needs more than
        20,000 profiles and no budget is given, what `ask` returns does not fit, or a number above its top is answered
        otherwise.

    Examples
    --------
    >>> from segkit.sel.question import Answer, Question
    >>> from segkit.sel.tree import Tree
    >>> cars = Question(4051, "input", description="cars", placeholder="0-9")
    >>> tree = Tree(Question(7, "singlepunch", answers=(Answer(1, "low"), Answer(2, "high"))), (cars,))
    >>> learn_rule(lambda frame: frame.assign(segment_id=(frame.cars > 1) + 1), tree, top={"cars": 2})
    <LearnedRule 7: 3 of 3 profiles proven, 203 asked, synthetic>
    """
    _refuse_wrong(ask, tree, top)
    profiles = Profiles.of(tree, top)
    # streams of their own: whether the agenda draws must not change the numbers beyond, which a journal holds
    which, above = (np.random.default_rng(stream) for stream in np.random.SeedSequence(check_seed(seed)).spawn(2))
    numbers = _agenda(profiles, budget, which)
    beyond, taken_as = profiles.beyond(BEYOND, above)
    known = np.isin(taken_as, numbers)
    beyond, taken_as = beyond[known].reset_index(drop=True), taken_as[known]

    answered = _answers(ask, profiles.frame(numbers), tree)
    segment_of = np.full(profiles.n, NOT_ASKED, dtype=np.int16)
    segment_of[numbers] = answered.places
    again = _answers(ask, beyond, tree)
    _refuse_differing(profiles, beyond, again.places, segment_of[taken_as], tree)
    compared = int(((again.places >= 0) & (segment_of[taken_as] >= 0)).sum())
    word = weakest(answered.provenance, again.provenance)
    findings = Findings((*answered.findings, *again.findings))
    return LearnedRule(tree, profiles, segment_of, len(numbers) + len(beyond), len(beyond), compared, findings, word)


def _refuse_wrong(ask: object, tree: object, top: object) -> None:
    if not callable(ask):
        fix = "give a callable that takes a respondent frame, such as functools.partial(client.calculate_many, tree=tree)"
        raise InvalidInput(f"ask is {type(ask).__name__}: {fix}")
    if not isinstance(tree, Tree):
        raise InvalidInput(f"tree is {type(tree).__name__}: give a vendor's tree, such as client.qualifications(...)[parent_id]")
    if not isinstance(top, Mapping | None):
        raise InvalidInput(f"top is {type(top).__name__}: give a number by question, such as {{'MXQ3': 2}}")


def _agenda(profiles: Profiles, budget: int | None, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return the numbers of the profiles to ask, in order."""
    if budget is not None and (type(budget) is not int or budget < 1):
        raise InvalidInput(f"budget is the number of profiles to ask, 1 or more: {budget!r}")
    if profiles.n > HELD:
        fix = "Give top= for inputs, so that fewer profiles are left."
        finding = Finding("too-many-profiles", "error", "tree", f"{profiles.n:,} profiles, {profiles.shape} by question", fix)
        raise InvalidInput(f"a learned rule holds {HELD:,} profiles at most", [finding])
    if budget is None and profiles.n > MOST:
        fix = f"Give top= for inputs, budget={profiles.n} to ask them all, or a smaller budget for a part."
        finding = Finding("too-many-profiles", "error", "tree", f"{profiles.n:,} profiles, {profiles.shape} by question", fix)
        raise InvalidInput("the tree has too many profiles to ask without being told to", [finding])
    if budget is None or budget >= profiles.n:
        return np.arange(profiles.n)
    return np.sort(rng.permutation(profiles.n)[:budget])


@dataclass(frozen=True)
class _Answered:
    places: NDArray[np.int64]
    findings: Findings
    provenance: Provenance


def _answers(ask: Callable[[pd.DataFrame], pd.DataFrame], frame: pd.DataFrame, tree: Tree) -> _Answered:
    """Ask, and return the place of each row's segment, -1 where there is none."""
    if frame.empty:
        return _Answered(np.zeros(0, dtype=np.int64), Findings(), WORDS[0])
    told = ask(frame)
    if not isinstance(told, pd.DataFrame) or not told.index.equals(frame.index):
        raise InvalidInput("ask must return a frame with the rows and the index that it was given")
    names = tree.segment_names
    key, known = ("segment", list(names.values())) if "segment" in told else ("segment_id", list(names))
    if key not in told:
        raise InvalidInput(f"ask returned no column segment or segment_id, but {list(told.columns)}")
    place = {segment: number for number, segment in enumerate(known)}
    missing = told[key].isna().to_numpy()
    strange = sorted({shown(value) for value in told[key][~missing] if not isinstance(value, Hashable) or value not in place})
    if strange:
        fix = f"Its segments are {known}."
        raise InvalidInput(
            "ask returned segments that the tree has not", [Finding("unknown-segment", "error", key, "; ".join(strange), fix)]
        )
    places = np.array(
        [NOT_ASKED if gone else place[value] for value, gone in zip(told[key], missing, strict=True)], dtype=np.int64
    )
    return _Answered(places, Findings(_unanswered(told, missing)), _word(told, missing))


def _unanswered(told: pd.DataFrame, missing: NDArray[np.bool_]) -> list[Finding]:
    """Report each reason once, with how many profiles it left without a segment."""
    if not missing.any():
        return []
    words: Any = told["error"] if "error" in told else pd.Series("no segment came back", index=told.index)
    counts = words[missing].fillna("no segment came back").value_counts()
    fix = "Ask again with the same journal: only these are asked."
    return [Finding("profile-unanswered", "warning", f"{times} profiles", str(reason), fix) for reason, times in counts.items()]


def _word(told: pd.DataFrame, missing: NDArray[np.bool_]) -> Provenance:
    """Return the weakest word of the answers; what is not stated may be invented, and is taken as such."""
    if "segment_provenance" not in told:
        return "synthetic"
    found = told["segment_provenance"][~missing].astype(object).unique()
    return together(word if word in WORDS else None for word in found) or "synthetic"


def _refuse_differing(
    profiles: Profiles, beyond: pd.DataFrame, got: NDArray[np.int64], taken_as: NDArray[np.int16], tree: Tree
) -> None:
    """Refuse a top above which a number is answered otherwise."""
    differing = np.flatnonzero((got >= 0) & (taken_as >= 0) & (got != taken_as))
    if not len(differing):
        return
    row = beyond.iloc[differing[0]]
    names = list(tree.segment_names.values())
    given = ", ".join(f"{name}={shown(row[name])}" for name in profiles.names)
    message = f"{len(differing)} of {len(beyond)} profiles above it differ: {given} is {names[got[differing[0]]]!r}, at the top "
    message += repr(names[taken_as[differing[0]]])
    raise InvalidInput(
        "numbers above the top are not taken as the top is",
        [Finding("top-differs", "error", "top", message, "Raise the top, or leave it out to ask every number.")],
    )
