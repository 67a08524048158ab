"""A changed design, and what it brings beside what was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

from segkit import markup

if TYPE_CHECKING:
    import pandas as pd

    from segkit.quotas.design import QuotaDesign
    from segkit.quotas.field.forecast import Forecast

_NAMED = 0.05
"""What a target must be exceeded by, in completes, to be named: what is written is rounded to tenths."""


@dataclass(frozen=True, eq=False, repr=False)
class Proposal:
    """A changed design.

    Attributes
    ----------
    design
        The design.
    steps
        What is another, change by change.
    forecast
        What it brings.
    reaches
        Whether it reaches the goal as often as was asked for.
    composition
        By original quota: wanted, expected with those so far, exceeded by (`segkit.frames.COMPOSITION`).
    """

    design: QuotaDesign
    steps: tuple[str, ...]
    forecast: Forecast
    reaches: bool
    composition: pd.DataFrame

    @property
    def what(self) -> str:
        """What is another, in words."""
        return "; ".join(self.steps)

    @property
    def probability(self) -> float:
        """The share of replicates that reach the goal."""
        return self.forecast.goal_probability or 0.0

    @property
    def probability_error(self) -> float:
        """Its Monte-Carlo standard error, half of Wilson's interval for one: replicates that all agree leave some too."""
        p, n = self.probability, len(self.forecast.drawn.completes)
        return sqrt(p * (1 - p) / n + 1 / (4 * n * n)) / (1 + 1 / n)

    @property
    def cost(self) -> float | None:
        """The offer price times the expected completes that are still to come; None where the design has no price."""
        price = self.design.offer_price
        return None if price is None else float(price) * self.forecast.completes.mean

    @property
    def exceeded(self) -> dict[str, float]:
        """By how many expected completes each original target is exceeded, of those that are."""
        return self._named("exceeded_by")

    @property
    def short(self) -> dict[str, float]:
        """By how many expected completes each original target is missed, of those that are."""
        return self._named("short_by")

    def _named(self, column: str) -> dict[str, float]:
        told = self.composition.loc[self.composition[column] >= _NAMED]
        return {str(quota_id): float(part) for quota_id, part in zip(told["quota_id"], told[column], strict=True)}

    @property
    def delivery(self) -> str:
        """The original targets that are exceeded, and those that are missed, in words."""
        parts = (("exceeds", self.exceeded), ("short of", self.short))
        named = (f"{word} " + ", ".join(f"{name} by {by:.1f}" for name, by in some.items()) for word, some in parts if some)
        return "; ".join(named) or "every target as asked for"

    @property
    def in_words(self) -> str:
        """All of it in a line."""
        more = "" if self.forecast.field.goal == self.design.completes else " more"
        goal = (
            f"{self.forecast.field.goal}{more} completes with probability {self.probability:.3f} (± {self.probability_error:.3f})"
        )
        rest = [f"{goal}; expected {self.forecast.completes.mean:.1f}", self.delivery]
        if self.cost is not None:
            rest.append(f"cost {self.cost:,.2f}")
        return f"{self.what}: {'; '.join(rest)}"

    def __repr__(self) -> str:
        return f"<Proposal: {self.in_words}>"

    def _repr_html_(self) -> str:
        rows = [
            (row.quota_id, row.wanted, f"{row.expected:.1f}", f"{row.exceeded_by:.1f}", f"{row.short_by:.1f}")
            for row in self.composition.itertuples()
        ]
        table = markup.table(self.what, ["quota as asked for", "wanted", "expected", "exceeded by", "short by"], rows)
        return markup.join([table, markup.note(self.in_words), *map(markup.note, self.forecast.assumptions)]).html
