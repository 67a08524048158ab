"""Designs beside each other, forecast with common random numbers where their families can be the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from segkit import frames, markup
from segkit.errors import InvalidInput
from segkit.provenance import weakest
from segkit.quotas.design import QuotaDesign
from segkit.quotas.field import forecast_frames
from segkit.quotas.field.fluid import estimate
from segkit.quotas.field.forecast import of_field
from segkit.quotas.field.households import Households
from segkit.quotas.field.interviews import Interviews
from segkit.quotas.field.patterns import Patterns
from segkit.quotas.field.restart import Restart
from segkit.quotas.field.seeds import whole
from segkit.quotas.field.wanted import design_of
from segkit.quotas.quota import Quota
from segkit.quotas.survey import SurveyDocument

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from segkit.provenance import Provenance
    from segkit.quotas.field.admission import Field, Policy
    from segkit.quotas.field.draws import Method
    from segkit.quotas.field.events import Given
    from segkit.quotas.field.forecast import Forecast
    from segkit.quotas.field.interviews import Incidence
    from segkit.quotas.field.standing import State

    Design = QuotaDesign | SurveyDocument

COMMON = "common random numbers: the n-th family of a replicate is the same in every design"
APART = "no common random numbers, so differences are less exact (designs that are the same are drawn once): {}"
_MOST_ARRIVALS = 20_000
"""Arrivals in the mean up to which families are drawn one by one, so that they can be the same."""
_Z = 1.959964


def compare(  # noqa: PLR0913 - as `forecast`
    designs: Mapping[str, Design] | Iterable[Design],
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
) -> Comparison:
    """Forecast several designs, and what each brings more than the first.

    In every replicate the designs meet the same families in the same order and at the same times, and the same of them would
    complete; so a difference is one of the designs. Drawn for each design apart is only the end of a field that admits next to
    nobody. Where the patterns of all designs together are too many to compute, or a field takes too many arrivals to draw them
    one by one, designs that differ are drawn apart, and `Comparison.common` is False.

    Parameters
    ----------
    designs
        By name, or in an order: then they are ``design 1``, ``design 2``, ...
    households, replicates, seed, policy, match, ir, arrivals_per_day, interview_minutes, conversion
        As of `segkit.quotas.field.forecast.forecast`.
    state, achieved
        For designs of one survey in mid-field, as of `quotas.field.opening.open_field`, told of the first design that has a
        quota. In the others as many came so far; what remains follows their own counts.

    Raises
    ------
    InvalidInput
        When there is no design, or one cannot be forecast.
    """
    named = _named(designs)
    law = Households.of(households)
    one = whole(seed)
    interviews = Interviews.of(ir, arrivals_per_day=arrivals_per_day, interview_minutes=interview_minutes, conversion=conversion)
    restart = Restart.of(list(named.values()), state, achieved)
    fields = [restart.open_field(design, law, policy=policy, match=match, seed=one) for design in named.values()]
    together, reason = _together(list(named.values()), fields, law, match, interviews)
    method: Method | None = None if reason else "aligned"
    firsts = [next(place for place, other in enumerate(together) if _are_same(field, other)) for field in together]
    told = {
        name: of_field(
            field,
            replicates=replicates,
            seed=one + first if reason else one,
            interviews=interviews,
            arrivals_per_day=arrivals_per_day,
            method=method,
            provenance=law.provenance,
        )
        for name, field, first in zip(named, together, firsts, strict=True)
    }
    return Comparison(told, not reason, APART.format(reason) if reason else COMMON)


def _are_same(one: Field, other: Field) -> bool:
    """Whether two fields are the same but for the names of their quotas; then the same is drawn of them."""
    told = (one.goal, one.sets, one.policy) == (other.goal, other.sets, other.policy)
    pairs = (
        (one.remaining, other.remaining),
        (one.open_places, other.open_places),
        (one.patterns.probability, other.patterns.probability),
        (one.patterns.qualified, other.patterns.qualified),
        (one.patterns.matched, other.patterns.matched),
    )
    return one is other or (told and all(np.array_equal(mine, theirs) for mine, theirs in pairs))


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """Forecasts of several designs.

    Attributes
    ----------
    forecasts
        By the name of the design.
    common
        Whether the designs met the same families.
    common_in_words
        What is common, or why nothing is.
    """

    forecasts: Mapping[str, Forecast]
    common: bool
    common_in_words: str

    @property
    def provenance(self) -> Provenance:
        """The weakest word of the forecasts."""
        first, *others = (forecast.provenance for forecast in self.forecasts.values())
        return weakest(first, *others)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a design (`segkit.frames.COMPARISON`)."""
        rows = [
            (
                name,
                told.field.goal,
                told.completes.mean,
                *told.completes.interval(),
                told.goal_probability,
                told.arrivals.mean,
                *told.arrivals.interval(),
                told.provenance,
            )
            for name, told in self.forecasts.items()
        ]
        return self._labelled(frames.from_rows(frames.COMPARISON, rows))

    @property
    def differences(self) -> pd.DataFrame:
        """What each design has more than the first, replicate by replicate (`segkit.frames.DIFFERENCES`)."""
        (against, first), *others = self.forecasts.items()
        rows = [
            (name, against, quantity, *_difference(getattr(told.drawn, quantity) - getattr(first.drawn, quantity), moments), word)
            for name, told in others
            for word in [weakest(told.provenance, first.provenance)]
            for quantity, moments in (("completes", 2), ("arrivals", told.interviews.moments))
        ]
        return self._labelled(frames.from_rows(frames.DIFFERENCES, rows))

    def _labelled(self, frame: pd.DataFrame) -> pd.DataFrame:
        frame.attrs["segkit"] = {"provenance": self.provenance, "common": self.common_in_words}
        return frame

    def __repr__(self) -> str:
        told = "; ".join(f"{name}: {forecast.in_words}" for name, forecast in self.forecasts.items())
        return f"<Comparison: {told}; {self.provenance}>"

    def _repr_html_(self) -> str:
        rows = [
            (name, told.in_words, "" if (p := told.goal_probability) is None else f"{p:.1%}", told.arrivals.about)
            for name, told in self.forecasts.items()
        ]
        changes = [
            (row.design, row.quantity, f"{row.difference:+.1f}", f"{row.difference_low:+.0f} to {row.difference_high:+.0f}")
            for row in self.differences.itertuples()
        ]
        first, assumptions = next(iter(self.forecasts)), next(iter(self.forecasts.values())).assumptions
        return markup.join(
            [
                markup.table("Designs", ["design", "completes", "goal reached", "arrivals"], rows),
                markup.table(f"More than {first}", ["design", "", "mean", "95 % of replicates"], changes),
                markup.note(markup.join([markup.element("strong", f"{self.provenance}: "), self.common_in_words])),
                markup.folded("what it stands on", markup.join(markup.note(line) for line in assumptions)),
            ]
        ).html


def _difference(values: NDArray[np.int64], moments: int) -> tuple[float, ...]:
    """Return mean, band, interval of the mean, and the share above 0; what needs a moment that is not finite is not known."""
    low, high = forecast_frames.band(values)
    mean = float(values.mean()) if moments or not values.any() else float("nan")
    error = _Z * float(values.std(ddof=1)) / float(np.sqrt(len(values))) if len(values) > 1 and moments > 1 else float("inf")
    error = error if values.any() or len(values) == 1 else 0.0
    return mean, float(low), float(high), mean - error, mean + error, float((values > 0).mean())


def _named(designs: Mapping[str, Design] | Iterable[Design]) -> dict[str, QuotaDesign]:
    given: Any = designs
    if isinstance(given, QuotaDesign | SurveyDocument | str) or not hasattr(given, "__iter__"):
        raise InvalidInput(f"designs is {type(given).__name__}: give two or more, in a list or by name")
    items = given if isinstance(given, Mapping) else {f"design {place}": each for place, each in enumerate(given, 1)}
    named = {str(name): design_of(each) for name, each in items.items()}
    if not named:
        raise InvalidInput("there is no design to compare: give two or more")
    return named


def _together(
    designs: Sequence[QuotaDesign], fields: Sequence[Field], law: Households, match: Given | None, interviews: Interviews
) -> tuple[list[Field], str]:
    """Return the fields over the patterns of all designs together; or the fields as they are, and why."""
    longest = max(estimate(field, ir=interviews.mean).arrivals for field in fields) + interviews.length
    if longest > _MOST_ARRIVALS:
        return list(fields), f"a field takes about {longest:.0f} arrivals, too many to draw them one by one"
    try:
        joint = law.patterns_of(_joint(designs), match)
    except InvalidInput:
        return list(fields), "the criteria of the designs exclude each other"
    if not joint.exact:
        return list(fields), "the designs have too many patterns together"
    found, start = [], 0
    for design, field in zip(designs, fields, strict=True):
        end = start + len(design.quotas)
        columns = joint.matched[:, start:end]
        found.append(
            replace(field, patterns=Patterns(field.patterns.quota_ids, columns, joint.matched[:, end], joint.probability))
        )
        start = end + 1
    return found, ""


def _joint(designs: Sequence[QuotaDesign]) -> QuotaDesign:
    """Make one design of the quotas of all, where what a survey asks for is one quota more."""
    quotas = [
        replace(quota, id=f"{place}: {number}", written=None)
        for place, design in enumerate(designs)
        for number, quota in enumerate([*design.quotas, _asked(design)])
    ]
    return QuotaDesign(quotas=tuple(quotas))


def _asked(design: QuotaDesign) -> Quota:
    return Quota("survey", design.qualification, 0, design.qualification_unit or "years", design.criteria)
