"""What would mend a design: changes that bring its goal, each forecast anew, beside what was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from segkit import frames, markup
from segkit.errors import InvalidInput
from segkit.quotas import changes
from segkit.quotas.changes import Change
from segkit.quotas.composition import composition
from segkit.quotas.describing import describe_codes
from segkit.quotas.gate import Gate
from segkit.quotas.households import Households
from segkit.quotas.probability import is_probability
from segkit.quotas.proposals import Proposal
from segkit.quotas.seeds import whole
from segkit.quotas.trial import Trial, is_large
from segkit.quotas.wanted import design_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from segkit.provenance import Provenance
    from segkit.quotas.admission import Field, Policy
    from segkit.quotas.design import QuotaDesign
    from segkit.quotas.events import Given
    from segkit.quotas.forecast import Forecast
    from segkit.quotas.survey import SurveyDocument

MANY = 12
"""Quotas that are dropped, one at a time, at most: those that close first."""
ALONE = 4
"""Quotas that are raised alone, at most: those that close first."""
FEW = 2
"""The same where forecasts are slow; then none is raised alone."""
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
        how = "counts were scanned upward and each candidate forecast, because completes are not monotone in the counts"
        short = "what stays short of the goal in the field without chance was not forecast"
        return (
            *self.original.assumptions,
            how,
            short,
            "each proposal is forecast with other random numbers than those that found it",
        )

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


def repair(
    design: QuotaDesign | SurveyDocument,
    households: Households | None = None,
    *,
    goal_probability: float = 0.9,
    replicates: int = 2000,
    seed: int = 0,
    policy: Policy = "per_qualification_set",
    match: Given | None = None,
) -> Repairs:
    """Find changes with which a design reaches its completes, and forecast each.

    Counts raised, a quota dropped, code sets made disjoint, the qualification widened, and the last two with one of the first.

    Parameters
    ----------
    goal_probability
        How often the goal is to be reached, above 0 and up to 1.
    households, replicates, seed, policy, match
        As of `segkit.quotas.forecast.forecast`; proposals are searched with `seed` and forecast with the next one. Beyond
        `segkit.quotas.trial.LARGE` patterns fewer candidates are tried.

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
    trial = Trial(law, policy, match, replicates, seed, goal_probability)
    original = trial.forecast(trial.open(design))
    if trial.reaches(original):
        return Repairs((), original, goal_probability, ())
    found = {change.design: (change.steps, told) for change, told in _tried(design, original, trial)}
    better = [each for each, (_, told) in found.items() if _is_better(told, original, trial)]
    better.sort(key=lambda each: (not trial.reaches(found[each][1]), -found[each][1].completes.mean))
    n_reaching = sum(trial.reaches(found[each][1]) for each in better)
    made = [
        Proposal(each, steps, told, trial.reaches(told), composition(design, each, trial))
        for each in better[: max(n_reaching, SHOWN)]
        for steps, told in [found[each]]
    ]
    made.sort(key=lambda each: (not each.reaches, *_overshoot(each), changes.size(design, each.design), -each.probability))
    return Repairs(tuple(made[:SHOWN]), original, goal_probability, tuple(_why(design, original.field, made)))


def _overshoot(told: Proposal) -> tuple[int, int]:
    """Return by how much the original counts are exceeded, and missed, in whole completes."""
    return round(sum(told.exceeded.values())), round(sum(told.short.values()))


def _is_better(told: Forecast, original: Forecast, trial: Trial) -> bool:
    """Whether a change is worth telling: it reaches the goal, or brings more completes than chance explains."""
    return trial.reaches(told) or told.completes.mean > original.completes.mean + 4 * original.completes.mean_error + 0.5


def _tried(design: QuotaDesign, original: Forecast, trial: Trial) -> Iterator[tuple[Change, Forecast]]:
    """Yield single changes, and those that a wider entry or disjoint codes alone leave short together with one more."""
    start = Change(design)
    yield from _one_more(start, original, trial)
    wider = changes.widened(start)
    bases = (wider, changes.split(start), wider and changes.split(wider))
    for base in bases:
        if base is None:
            continue
        told = trial.forecast(trial.open(base.design))
        yield base, told
        if not trial.reaches(told):
            yield from _one_more(base, told, trial)


def _one_more(change: Change, told: Forecast, trial: Trial) -> Iterator[tuple[Change, Forecast]]:
    """Yield the design with counts raised, of all quotas, of those that fill and of single ones, and without single quotas."""
    frame = told.to_frame()
    everything = tuple(frame["quota_id"])
    filling = tuple(frame.loc[frame["filled_share"] > 1 / 2, "quota_id"])
    first = frame.sort_values("first_share", ascending=False, kind="stable")
    n_alone, n_dropped = (0, FEW) if is_large(told.field) else (1 if change.steps else ALONE, MANY)
    single = [(quota_id,) for quota_id in first.loc[first["filled_share"] > 0, "quota_id"][:n_alone]]
    for quota_ids in dict.fromkeys([everything, filling, *single]):
        if quota_ids and (found := trial.raised(change, quota_ids)):
            yield found
    for fewer in changes.without(change, first["quota_id"][:n_dropped]):
        if trial.may_reach(field := trial.open(fewer.design)):
            yield fewer, trial.forecast(field)


def _why(design: QuotaDesign, field: Field, made: list[Proposal]) -> Iterator[str]:
    """Say of each kind of change why it was not to be had."""
    never = _never(field)
    if never:
        told = "any quota" if len(never) == len(design.quotas) else f"quota {', '.join(never)}"
        yield f"families of this law never match {told}, or may not enter"
    steps = [step for each in made if each.reaches for step in each.steps]
    if design.quotas and not any(step.startswith("counts raised") for step in steps):
        yield "raising the counts, up to the goal itself, does not reach it"
    if design.quotas and not any(step.startswith("quota ") for step in steps):
        some = "" if len(design.quotas) <= (FEW if is_large(field) else MANY) else " (those that close first were tried)"
        yield f"without any one of the quotas{some} the goal is still not reached"
    if len(design.quotas) > 1 and not changes.intersecting(design):
        yield f"families cannot be split by codes: the code sets are already disjoint{_siblings(field)}"
    elif changes.intersecting(design) and not any(step.startswith("no code in two") for step in steps):
        yield "with disjoint code sets the goal is still not reached"
    if changes.widened(Change(design)) is None and design.qualification is not None:
        yield f"the qualification already admits whom the quotas want ({describe_codes(design.qualification)})"


def _never(field: Field) -> list[str]:
    gate = Gate(field)
    families = gate.matched[gate.eligible].sum(axis=0)
    return [quota_id for quota_id, n in zip(field.patterns.quota_ids, families.tolist(), strict=True) if not n]


def _siblings(field: Field) -> str:
    """Name the two quotas that most families match together."""
    gate = Gate(field)
    matched = gate.matched[gate.eligible]
    both = (matched * gate.probability[gate.eligible][:, None]).T @ matched
    np.fill_diagonal(both, 0.0)
    if not both.size or not both.max():
        return ""
    one, other = (field.patterns.quota_ids[place] for place in np.unravel_index(both.argmax(), both.shape))
    return f"; a family with children of both uses a place of both, as {both.max():.1%} of all families do of {one} and {other}"
