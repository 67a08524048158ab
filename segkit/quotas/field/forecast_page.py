"""A forecast as HTML: its numbers, quotas and visits, and what it stands on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from segkit import markup
from segkit.quotas.field.gate import OUTCOMES
from segkit.quotas.field.law import shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from segkit.provenance import Provenance
    from segkit.quotas.field.law import Law

ENDS = {
    "goal": "the goal is reached",
    "closed": "all quotas are full",
    "stalled": "places are left, but nobody who may enter can take them",
}
"""What ends a field."""
_HEADS = ["quota", "places", "fill", "95 %", "filled", "closes first", "closes last", ""]


class Page(NamedTuple):
    """What a page of a forecast tells; its parts are those of a `Forecast`."""

    in_words: str
    provenance: Provenance
    laws: Mapping[str, Law | None]
    quotas: pd.DataFrame
    outcomes: pd.Series[float]
    goal_probability: float | None
    ends: pd.Series[float]
    assumptions: Sequence[str]

    def html(self) -> str:
        """Write tables and notes."""
        numbers = [
            (name, shown(law.mean), shown(law.sd), "{:.0f}-{:.0f}".format(*law.interval()))
            for name, law in self.laws.items()
            if law is not None
        ]
        visits: list[tuple[Any, ...]] = [
            (code, OUTCOMES[int(str(code))], f"{mean:.1f}") for code, mean in self.outcomes.items() if mean
        ]
        label = markup.element("strong", f"{self.provenance}: ")
        return markup.join(
            [
                markup.table(f"Forecast: {self.in_words}", ["number of", "mean", "sd", "95 %"], numbers),
                markup.note(markup.join([label, self._standing])),
                markup.table("Quotas", _HEADS, self._rows),
                markup.table("Visits by status", ["status", "meaning", "mean of the replicates"], visits),
                *(markup.note(line) for line in self.assumptions),
            ]
        ).html

    @property
    def _standing(self) -> str:
        law = "stands on a law of families that no source documents"
        word = law if self.provenance == "synthetic" else "follows from the law of families below"
        share = self.goal_probability
        goal = "no goal" if share is None else f"the goal is reached in {share:.1%} of the replicates"
        ended = "; ".join(f"{ENDS[str(name)]}: {share:.1%}" for name, share in self.ends.items() if share)
        return f"it {word}; {goal}. Ended: {ended}."

    @property
    def _rows(self) -> list[tuple[Any, ...]]:
        return [
            (
                row.quota_id,
                row.places,
                f"{row.fill:.1f}",
                f"{row.fill_low:.0f}-{row.fill_high:.0f}",
                *map("{:.1%}".format, (row.filled_share, row.first_share, row.last_share)),
                "starves" if row.starving else "",
            )
            for row in self.quotas.itertuples()
        ]
