"""A checked design in the field: what the rules that need a law of families ask for, each part computed once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from segkit.errors import InvalidInput
from segkit.findings import Findings
from segkit.quotas.field.feasibility import Feasibility
from segkit.quotas.field.forecast import of_field
from segkit.quotas.field.opening import open_field

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

    from segkit.quotas.design import QuotaDesign
    from segkit.quotas.field.admission import Field, Policy
    from segkit.quotas.field.events import Given
    from segkit.quotas.field.forecast import Forecast
    from segkit.quotas.field.households import Households
    from segkit.quotas.survey import SurveyDocument

REPLICATES = 400
SEED = 0


@dataclass(frozen=True, eq=False)
class Fielded:
    """A design under a law of families.

    Attributes
    ----------
    field
        Its field; None where it cannot be opened.
    refused
        Why not; empty where other rules say it.
    match
        The shares of criteria that are not about children.
    """

    design: QuotaDesign | None
    households: Households
    field: Field | None
    refused: Findings
    match: Given | None = None

    @classmethod
    def of(
        cls,
        survey: SurveyDocument,
        goal: int | None,
        households: Households,
        *,
        match: Given | None = None,
        policy: Policy = "per_qualification_set",
    ) -> Self:
        """Open the field of a document; `goal` is what its heading says where it does not say its completes."""
        try:
            design = survey.design.replace(completes=goal)
            field = open_field(design, households, match=match, policy=policy, seed=SEED)
            return cls(design, households, field, Findings(), match)
        except InvalidInput as error:
            return cls(None, households, None, Findings(error.findings))

    @cached_property
    def forecast(self) -> Forecast | None:
        """What it brings; None where it cannot be forecast."""
        return None if self.field is None else _forecast(self.field)

    @cached_property
    def feasibility(self) -> Feasibility | None:
        """What it could bring at best; None where nothing bounds it."""
        try:
            return None if self.field is None else Feasibility(self.field, self.households.provenance)
        except InvalidInput:
            return None

    def paths(self, quota_ids: Iterable[str]) -> list[str]:
        """Return the JSON paths of quotas."""
        places = {} if self.field is None else {name: place for place, name in enumerate(self.field.patterns.quota_ids)}
        return [f"$.quotas[{places[quota_id]}]" for quota_id in quota_ids]


def _forecast(field: Field) -> Forecast | None:
    try:
        return of_field(field, replicates=REPLICATES, seed=SEED)
    except InvalidInput:
        return None
