"""What a designer is told of a design while it is drawn: at once without chance, then exactly, and what would mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segkit.errors import InvalidInput
from segkit.quotas.field import fluid
from segkit.quotas.field.admission import check_policy
from segkit.quotas.field.draws import check_replicates
from segkit.quotas.field.events import check_match
from segkit.quotas.field.feasibility import Feasibility
from segkit.quotas.field.households import Households
from segkit.quotas.field.opening import open_field
from segkit.quotas.field.seeds import whole

if TYPE_CHECKING:
    from segkit.findings import Findings
    from segkit.quotas.design import QuotaDesign
    from segkit.quotas.field.admission import Field, Policy
    from segkit.quotas.field.events import Given
    from segkit.quotas.field.forecast import Forecast
    from segkit.quotas.field.repair import Repairs

QUICK_QUOTAS = 12
"""With more quotas nothing is told while the hand moves: their patterns take too long."""


class Told(NamedTuple):
    """Lines to show, the first of them the main one, and whether there is a field to forecast exactly."""

    lines: tuple[str, ...]
    can_be_exact: bool


class Outlook:
    """Forecasts of one design after another under the same law of families.

    Parameters
    ----------
    households, policy, match, replicates, seed
        As of `segkit.quotas.field.forecast.forecast`; of a Generator the seed is its next number.

    Raises
    ------
    InvalidInput
        When one of them cannot be what it is for, whatever the design.
    """

    def __init__(
        self,
        households: Households | None = None,
        *,
        policy: Policy = "per_qualification_set",
        match: Given | None = None,
        replicates: int = 2000,
        seed: int = 0,
    ) -> None:
        Households.of(households)
        check_policy(policy)
        check_match(match)
        check_replicates(replicates)
        self._households, self._policy, self._match = households, policy, match
        self._replicates, self._seed = replicates, whole(seed)
        self._opened: tuple[QuotaDesign, Field] | None = None
        self._bound: tuple[QuotaDesign, int] | None = None
        self._forecast: tuple[QuotaDesign, Forecast] | None = None
        self._found: tuple[QuotaDesign, Findings] | None = None

    def told(self, design: QuotaDesign, *, exact: bool) -> Told:
        """Say how many completes a design brings; what it lacks for a forecast is said instead, and never raised.

        Parameters
        ----------
        exact
            Whether to draw replicates; else the field is computed without chance, in an instant.
        """
        if not any(quota.codes for quota in design.quotas):
            return Told(("Add a quota and paint the families that it wants: the forecast stands here.",), can_be_exact=False)
        if not exact and len(design.quotas) > QUICK_QUOTAS:
            return Told(("The forecast follows when the hand rests.",), can_be_exact=True)
        try:
            field = self._field(design)
            lines = self._exactly(design) if exact else self._roughly(field)
            most = self._most(design, field)
        except InvalidInput as error:
            findings = tuple(f"{finding.message} {finding.fix}" for finding in error.findings)
            return Told(("No forecast: " + (findings[0] if findings else str(error)), *findings[1:]), can_be_exact=False)
        goal = "" if design.completes is None else f" of {design.completes}"
        bound = f"At most {most}{goal} could come, if the families that come were chosen; first come, first served decides."
        return Told((*lines, bound, *field.notes, f"{self._replicates} replicates, seed {self._seed}"), can_be_exact=True)

    def forecast(self, design: QuotaDesign) -> Forecast:
        """Forecast a design; the same one again is not drawn again."""
        from segkit.quotas.field.forecast import forecast  # noqa: PLC0415 - scipy only when something is drawn

        if self._forecast is None or self._forecast[0] is not design:
            how = {"policy": self._policy, "match": self._match, "replicates": self._replicates, "seed": self._seed}
            self._forecast = design, forecast(design, self._households, **how)  # type: ignore[arg-type] # each of its own type
        return self._forecast[1]

    def findings(self, design: QuotaDesign) -> Findings:
        """Return what `lint` finds in a design under this law of families; the same one again is not checked again."""
        from segkit.quotas.lint.check import lint  # noqa: PLC0415 - it forecasts

        if self._found is None or self._found[0] is not design:
            families = Households.default() if self._households is None else self._households
            self._found = design, lint(design, families, match=self._match, policy=self._policy)
        return self._found[1]

    def repairs(self, design: QuotaDesign) -> Repairs:
        """Find what would bring the goal."""
        from segkit.quotas.field.repair import repair  # noqa: PLC0415 - only when it is asked for

        how = {"policy": self._policy, "match": self._match, "replicates": self._replicates, "seed": self._seed}
        return repair(design, self._households, **how)  # type: ignore[arg-type] # each of its own type

    def _field(self, design: QuotaDesign) -> Field:
        if self._opened is None or self._opened[0] is not design:
            self._opened = design, open_field(design, self._households, policy=self._policy, match=self._match, seed=self._seed)
        return self._opened[1]

    def _most(self, design: QuotaDesign, field: Field) -> int:
        if self._bound is None or self._bound[0] is not design:
            self._bound = design, Feasibility(field).max_completes
        return self._bound[1]

    def _roughly(self, field: Field) -> tuple[str, ...]:
        """Tell the field without chance."""
        found = fluid.estimate(field)
        goal = "" if field.goal is None else f" of {field.goal}"
        fills = ", ".join(f"{name} {fill:.0f}" for name, fill in found.fills.items())
        return (f"About {found.completes:.0f}{goal} completes, roughly, from {found.arrivals:.0f} arrivals.", f"Fills: {fills}.")

    def _exactly(self, design: QuotaDesign) -> tuple[str, ...]:
        """Tell the forecast."""
        found = self.forecast(design)
        words = found.in_words
        goal = "" if found.goal_probability is None else f"; the goal with probability {found.goal_probability:.2f}"
        fills = ", ".join(f"{name} {fill:.0f}" for name, fill in found.fills.items())
        starving = (f"Starving: {', '.join(found.starving)}.",) if found.starving else ()
        main = f"{words[0].upper()}{words[1:]} completes, from {found.arrivals.mean:.0f} arrivals{goal}."
        return (main, f"Fills: {fills}.", *starving)
