"""What would mend a design: changes that bring its goal, each forecast anew, beside what was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from segkit import frames, markup
from segkit.errors import InvalidInput
from segkit.quotas.field import changes
from segkit.quotas.field.changes import Change
from segkit.quotas.field.households import Households
from segkit.quotas.field.proposals import Proposal
from segkit.quotas.field.reasons import why
from segkit.quotas.field.restart import Restart
from segkit.quotas.field.search import tried
from segkit.quotas.field.seeds import whole
from segkit.quotas.field.trial import Trial
from segkit.quotas.field.wanted import design_of
from segkit.quotas.probability import is_probability

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from segkit.provenance import Provenance
    from segkit.quotas.design import QuotaDesign
    from segkit.quotas.field.admission import Policy
    from segkit.quotas.field.events import Given
    from segkit.quotas.field.forecast import Forecast
    from segkit.quotas.field.looks import Tried
    from segkit.quotas.field.standing import State
    from segkit.quotas.survey import SurveyDocument

SHOWN = 8
"""Proposals that are told, the best first."""


@dataclass(frozen=True, eq=False, repr=False)
class Repairs:
    """Proposals, the best first: those that reach the goal, the least over the original counts, the fewest changes.

    Attributes
    ----------
    proposals
        At most `SHOWN`. What does not reach the goal is told where it brings more completes than the design itself.
    original
        What the design brings as it is.
    goal_probability
        How often the goal was to be reached.
    why
        For each kind of change that was not to be had, why not.
    """

    proposals: tuple[Proposal, ...]
    original: Forecast
    goal_probability: float
    why: tuple[str, ...]

    @property
    def needed(self) -> bool:
        """Whether the design does not reach its goal as it is."""
        return (self.original.goal_probability or 0.0) < self.goal_probability

    @property
    def best(self) -> Proposal | None:
        """The first that reaches the goal; None where none does."""
        return next((proposal for proposal in self.proposals if proposal.reaches), None)

    @cached_property
    def why_not(self) -> str:
        """Why nothing mends it; empty where something does, or nothing needs to."""
        return "" if self.best or not self.needed else "Nothing that was tried reaches the goal: " + "; ".join(self.why)

    @property
    def provenance(self) -> Provenance:
        """The word of the forecasts."""
        return self.original.provenance

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What it stands on, a line each."""
        how = "counts were scanned upward and each candidate drawn, because completes are not monotone in the counts"
        few = "candidates that are far from the goal in few replicates were given up"
        new = "each proposal is forecast with other random numbers than those that found it"
        same = "" if self.original.field.patterns.exact else ", but over the same sampled families"
        return (*self.original.assumptions, how, few, new + same)

    def __iter__(self) -> Iterator[Proposal]:
        return iter(self.proposals)

    def __len__(self) -> int:
        return len(self.proposals)

    def __getitem__(self, place: int) -> Proposal:
        return self.proposals[place]

    def to_frame(self) -> pd.DataFrame:
        """Return one row a proposal (`segkit.frames.REPAIRS`)."""
        rows = [
            (
                each.what,
                each.reaches,
                each.probability,
                each.probability_error,
                each.forecast.completes.mean,
                each.delivery,
                sum(each.exceeded.values()),
                sum(each.short.values()),
                each.cost,
                self.provenance,
            )
            for each in self.proposals
        ]
        frame = frames.from_rows(frames.REPAIRS, rows)
        about = {"provenance": self.provenance, "goal": self.original.field.goal, "goal_probability": self.goal_probability}
        frame.attrs["segkit"] = {**about, "assumptions": list(self.assumptions), "why": list(self.why)}
        return frame

    @property
    def in_words(self) -> str:
        """What it comes to, in a line."""
        if not self.needed:
            return f"nothing to mend: the goal is reached with probability {self.original.goal_probability:.3f}"
        if self.best is None:
            return "nothing reaches the goal"
        return f"{sum(each.reaches for each in self.proposals)} reach the goal; the best: {self.best.what}"

    def __repr__(self) -> str:
        return f"<Repairs: {self.in_words}>"

    def _repr_html_(self) -> str:
        rows = [
            (
                each.what,
                f"{'✓' if each.reaches else '✗'} {each.probability:.3f} ± {each.probability_error:.3f}",
                f"{each.forecast.completes.mean:.1f}",
                "; ".join(f"{row.quota_id} {row.expected:.0f} of {row.wanted}" for row in each.composition.itertuples()),
                each.delivery,
                "" if each.cost is None else f"{each.cost:,.2f}",
            )
            for each in self.proposals
        ]
        heads = ["change", f"reaches {self.original.field.goal}", "completes", "by quota as asked for", "exceeds", "cost"]
        label = markup.element("strong", f"{self.provenance}: ")
        notes = [f"As it is: {self.original.in_words} completes.", *self.why, *self.assumptions]
        first = markup.note(markup.join([label, self.why_not or self.in_words]))
        return markup.join([markup.table("Repairs", heads, rows), first, *map(markup.note, notes)]).html


def repair(  # noqa: PLR0913 - as `forecast`
    design: QuotaDesign | SurveyDocument,
    households: Households | None = None,
    *,
    goal_probability: float = 0.9,
    replicates: int = 2000,
    seed: int = 0,
    policy: Policy = "per_qualification_set",
    match: Given | None = None,
    state: State | None = None,
    achieved: int | None = None,
) -> Repairs:
    """Find changes with which a design reaches its completes, and forecast each.

    Counts raised, a quota dropped, code sets made disjoint, the qualification widened, and the last two with one of the first.

    Parameters
    ----------
    goal_probability
        How often the goal is to be reached, above 0 and up to 1.
    households, replicates, seed, policy, match
        As of `segkit.quotas.field.forecast.forecast`; proposals are searched with `seed` and forecast with the next one. Beyond
        `segkit.quotas.field.trial.LARGE` patterns fewer changes are tried.
    state, achieved
        For a survey in mid-field, as of `quotas.field.opening.open_field`. What is proposed starts from there: completes so far
        stay where they were counted, and forecasts are of what is still to come.

    Raises
    ------
    InvalidInput
        When the design does not say its completes, or cannot be forecast.
    """
    design, law, seed = design_of(design), Households.of(households), whole(seed)
    if design.completes is None:
        raise InvalidInput("the design does not say how many completes it needs: design.replace(completes=...)")
    if not is_probability(goal_probability) or not goal_probability:
        raise InvalidInput(f"goal_probability is {goal_probability!r:.40}: give a share above 0 and up to 1")
    restart = Restart.of([design], state, achieved)
    trial = Trial(design, law, policy, match, replicates, seed, goal_probability, restart)
    original = trial.forecast(trial.variant(Change(design))).forecast
    if trial.reaches(original):
        return Repairs((), original, goal_probability, ())
    found = list(tried(original, trial))
    made = list(_made(found, original, trial))
    told = {each.design: each.reaches for each in made}
    kinds = {kind for each in found if told.get(each.design, each.reaches) for kind in each.variant.change.kinds}
    made.sort(key=lambda each: (not each.reaches, *_overshoot(each), changes.size(design, each.design), -each.probability))
    return Repairs(tuple(made[:SHOWN]), original, goal_probability, tuple(why(trial, original.field, kinds)))


def _made(found: Sequence[Tried], original: Forecast, trial: Trial) -> Iterator[Proposal]:
    """Forecast what looked best: what reaches the goal, and then what brings more completes than the design itself."""
    first: dict[QuotaDesign, Tried] = {}
    for each in found:
        first.setdefault(each.design, each)
    wanted = np.array([quota.count or 0 for quota in trial.asked.quotas], dtype=np.int64)
    reaching = sorted((each for each in first.values() if each.reaches), key=lambda each: _cost(each, wanted, trial.asked))
    enough = original.completes.mean + 4 * original.completes.mean_error + 0.5
    others = [each for each in first.values() if not each.reaches and each.completes - 4 * each.error > enough]
    others.sort(key=lambda each: -each.completes)
    left = SHOWN
    for each in (*reaching, *others):
        if left:
            proposal = _forecast(each, trial)
            left -= proposal.reaches or not each.reaches
            if proposal.reaches or proposal.forecast.completes.mean > enough:
                yield proposal


def _forecast(tried: Tried, trial: Trial) -> Proposal:
    """Forecast what was tried; where it does not reach the goal after all, what comes next on the same way."""
    made = []
    for variant in (tried.variant, *tried.others):
        told, brought = trial.forecast(variant)
        made.append(Proposal(variant.change.design, variant.change.steps, told, trial.reaches(told), brought))
        if made[-1].reaches:
            return made[-1]
    return made[0]


def _cost(tried: Tried, wanted: NDArray[np.int64], asked: QuotaDesign) -> tuple[float, ...]:
    """Return by how much the original counts are exceeded, and missed, in whole completes; then how much is another."""
    over = tried.expected - wanted
    return round(over.clip(0).sum()), round(-over.clip(None, 0).sum()), changes.size(asked, tried.design), -tried.completes


def _overshoot(told: Proposal) -> tuple[int, int]:
    """Return by how much the original counts are exceeded, and missed, in whole completes."""
    return round(sum(told.exceeded.values())), round(sum(told.short.values()))
