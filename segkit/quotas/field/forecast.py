"""How many completes a design will really bring: the vendor's order of operations, first come, first served, many times over.

A complete counts in every quota that its family matches, and one closed quota ends a visit: so a field can end short of a goal
that a clever choice of families would reach. Completes are not monotone in the places: a wider quota can lower them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from segkit.provenance import Provenance, weakest
from segkit.quotas.field import forecast_frames
from segkit.quotas.field.draws import METHODS, draw
from segkit.quotas.field.forecast_page import ENDS, Page
from segkit.quotas.field.gate import MOST_ARRIVALS
from segkit.quotas.field.households import Households
from segkit.quotas.field.interviews import Interviews
from segkit.quotas.field.law import Law
from segkit.quotas.field.opening import open_field
from segkit.quotas.field.seeds import whole
from segkit.quotas.field.wanted import design_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from segkit.quotas.design import QuotaDesign
    from segkit.quotas.field.admission import Field, Policy
    from segkit.quotas.field.draws import Draws, Method
    from segkit.quotas.field.events import Given
    from segkit.quotas.field.interviews import Incidence
    from segkit.quotas.field.standing import State
    from segkit.quotas.survey import SurveyDocument


def forecast(  # noqa: PLR0913 - all that a forecast depends on, by keyword
    design: QuotaDesign | SurveyDocument,
    households: Households | None = None,
    *,
    replicates: int = 2000,
    seed: int | np.random.Generator = 0,
    policy: Policy = "per_qualification_set",
    match: Given | None = None,
    state: State | None = None,
    achieved: int | None = None,
    ir: Incidence = None,
    arrivals_per_day: float | None = None,
    interview_minutes: float | None = None,
    conversion: float | None = None,
    method: Method | None = None,
) -> Forecast:
    """Forecast the completes, fills and arrivals of a design.

    Parameters
    ----------
    households, policy, match, state, achieved
        As of `segkit.quotas.field.opening.open_field`. With a state the forecast is of what is still to come.
    replicates, seed, method
        As of `segkit.quotas.field.draws.draw`.
    ir, arrivals_per_day, interview_minutes, conversion
        As of `segkit.quotas.field.interviews.Interviews.of`: of those admitted only the share `ir` completes, and who is in an
        interview when a quota closes still does. Without a rate of arrivals there are no days.

    Raises
    ------
    InvalidInput
        When something cannot be, or the field would never end.

    Examples
    --------
    >>> from segkit.quotas.codes import child_codes
    >>> from segkit.quotas.design import QuotaDesign
    >>> children = Households([0, 1], boy=0.5, source="a school class")
    >>> boys = QuotaDesign(20, child_codes()).with_quota("boys", child_codes(gender="boy"), 10)
    >>> forecast(boys, children).completes.mean
    10.0
    """
    asked = design_of(design)
    law = Households.of(households)
    interviews = Interviews.of(ir, arrivals_per_day=arrivals_per_day, interview_minutes=interview_minutes, conversion=conversion)
    for_patterns = 0 if isinstance(seed, np.random.Generator) else whole(seed)
    field = open_field(asked, law, policy=policy, match=match, state=state, achieved=achieved, seed=for_patterns)
    expected = asked.expected_ir
    if ir is None and isinstance(expected, int | float):
        unused = f"the survey expects an incidence of {expected:g} %, which is not used: for that give ir={expected / 100:g}"
        field = replace(field, notes=(*field.notes, unused))
    return of_field(
        field,
        replicates=replicates,
        seed=seed,
        interviews=interviews,
        arrivals_per_day=arrivals_per_day,
        method=method,
        provenance=law.provenance,
    )


def of_field(
    field: Field,
    *,
    replicates: int = 2000,
    seed: int | np.random.Generator = 0,
    interviews: Interviews | None = None,
    arrivals_per_day: float | None = None,
    method: Method | None = None,
    provenance: Provenance = "synthetic",
) -> Forecast:
    """Forecast a field that is open already; see `forecast`.

    Parameters
    ----------
    provenance
        Of the households.
    """
    interviews = interviews or Interviews.of()
    draws = draw(field, replicates, seed, interviews, method)
    told = None if isinstance(seed, np.random.Generator) else int(seed)
    return Forecast(field, draws, interviews, told, arrivals_per_day, weakest("derived", provenance))


@dataclass(frozen=True, eq=False, repr=False)
class Forecast:
    """What a design will bring.

    Attributes
    ----------
    field
        What was forecast, with its notes.
    drawn
        The replicates as arrays.
    seed
        None where a Generator was handed in.
    provenance
        ``synthetic`` while the law of families is, else ``derived``.
    """

    field: Field
    drawn: Draws
    interviews: Interviews
    seed: int | None
    arrivals_per_day: float | None
    provenance: Provenance

    @cached_property
    def completes(self) -> Law:
        """Completes, those of interviews in progress included."""
        return Law(self.drawn.completes)

    @cached_property
    def arrivals(self) -> Law:
        """Families that come, up to the complete that ends the field, whatever their visit ends with."""
        return Law(self.drawn.arrivals, self.interviews.moments)

    @cached_property
    def over_delivery(self) -> Law:
        """Completes of interviews that were in progress when a quota closed or the goal was reached; 0 where not modelled."""
        return Law(self.drawn.over)

    @cached_property
    def days(self) -> Law | None:
        """Days in the field, up to the complete that ends it, families coming at random; None without `arrivals_per_day`."""
        values = self._days
        return None if values is None else Law(values, self.interviews.moments)

    @property
    def _days(self) -> NDArray[np.float64] | None:
        return None if self.arrivals_per_day is None else self.drawn.time / self.arrivals_per_day

    @property
    def goal_probability(self) -> float | None:
        """The share of replicates that reach the goal; None without one."""
        return None if self.field.goal is None else float((self.drawn.completes >= self.field.goal).mean())

    @cached_property
    def fills(self) -> pd.Series[float]:
        """The mean completes of each quota, by its id."""
        ids = pd.Index(self.field.patterns.quota_ids, dtype="str", name="quota_id")
        return pd.Series(self.drawn.fills.mean(axis=0), ids, name="completes")

    @property
    def outcomes(self) -> pd.Series[float]:
        """The mean number of visits by status code, over the replicates; `segkit.quotas.field.gate.OUTCOMES` has the words.

        They add up to the mean of `arrivals`, where that is finite.
        """
        return forecast_frames.outcomes(self.drawn)

    @property
    def starving(self) -> tuple[str, ...]:
        """The ids of quotas that stay short because nobody can take their places any more, in more than half of the replicates.

        Then every family that matches such a quota also matches a closed one, or none may enter. A quota that is only slower
        than the goal does not starve.
        """
        frame = self.to_frame()
        return tuple(frame.loc[frame["starving"], "quota_id"])

    @property
    def closes(self) -> pd.DataFrame:
        """By quota id, the shares of replicates in which it closes first, and closes last where the goal is not reached."""
        return self.to_frame().set_index("quota_id")[["first_share", "last_share"]]

    @property
    def ends(self) -> pd.Series[float]:
        """The shares of replicates that end by their ``goal``, with all quotas ``closed``, or ``stalled`` with places left."""
        found = pd.Series(forecast_frames.endings(self.drawn), dtype="str").value_counts(normalize=True)
        return found.reindex(list(ENDS), fill_value=0.0).rename("share").rename_axis("ended")

    @property
    def draws(self) -> pd.DataFrame:
        """One row a replicate (`segkit.frames.FORECAST_DRAWS`)."""
        return self._labelled(forecast_frames.replicates(self.field, self.drawn, self._days))

    @property
    def paths(self) -> pd.DataFrame:
        """Fills by phase, mean and band (`segkit.frames.FORECAST_PATHS`); a phase ends when quotas close or at the goal.

        With interviews in progress the last phase ends with the last interview; the arrivals of the others are those that came an
        interview's length before their end.
        """
        return self._labelled(forecast_frames.paths(self.field, self.drawn, self.provenance))

    def to_frame(self) -> pd.DataFrame:
        """Return one row a quota (`segkit.frames.FORECAST`)."""
        return self._labelled(forecast_frames.quotas(self.field, self.drawn, self.provenance))

    def _labelled(self, frame: pd.DataFrame) -> pd.DataFrame:
        about = {"provenance": self.provenance, "seed": self.seed, "policy": self.field.policy}
        frame.attrs["segkit"] = {**about, "replicates": len(self.drawn.over), "assumptions": list(self.assumptions)}
        return frame

    @property
    def in_words(self) -> str:
        """The completes in plain language, as in ``about 797 of 1000 (95 %: 778-816)``."""
        low, high = self.completes.interval()
        wanted = "" if self.field.goal is None else f" of {self.field.goal}"
        return f"about {self.completes.mean:.0f}{wanted} (95 %: {low:.0f}-{high:.0f})"

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What it stands on, a line each: households, policy, counting, interviews, seed, and how it was computed."""
        seed = "a generator that was handed in" if self.seed is None else f"seed {self.seed}"
        how = f"{len(self.drawn.over)} replicates, {seed}; {METHODS[self.drawn.method]}; {self.field.patterns.in_words}"
        rate = self.arrivals_per_day
        time = "no time axis: needs arrivals_per_day" if rate is None else f"{rate:g} arrivals a day, around the clock"
        return (*self.field.notes, *self.interviews.words, time, *self._limits, how)

    @property
    def _limits(self) -> Iterator[str]:
        """Where the draws are not what they stand for."""
        if n_cut := int(self.drawn.is_cut.sum()):
            yield f"arrivals of {n_cut} replicates are beyond {MOST_ARRIVALS:g}, and cut there"
        if self.interviews.length and (self.field.remaining > self.field.open_places).any():
            yield "status 24 rather than 12 where places were not open at the start, also when interviews in progress took these"

    def __repr__(self) -> str:
        goal = "" if self.goal_probability is None else f"goal reached in {self.goal_probability:.1%}, "
        rest = f"{self.arrivals.about} arrivals; {self.field.policy}, seed {self.seed}, {len(self.drawn.over)} replicates"
        return f"<Forecast: {self.in_words} completes; {goal}{rest}, {self.provenance}>"

    def _repr_html_(self) -> str:
        laws = {"completes": self.completes, "arrivals": self.arrivals, "delivered over": self.over_delivery, "days": self.days}
        told = self.to_frame(), self.outcomes, self.goal_probability, self.ends, self.assumptions
        return Page(self.in_words, self.provenance, laws, *told).html()
