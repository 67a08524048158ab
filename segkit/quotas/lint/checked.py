"""What the rules are given: a survey document, and what several rules ask of it, each part worked out once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_
from typing import TYPE_CHECKING

from segkit.quotas import codes as table
from segkit.quotas.lint.pairs import nest, reaches
from segkit.quotas.lint.repairs import mended
from segkit.quotas.lint.wording import Wording
from segkit.quotas.lint.words import named

if TYPE_CHECKING:
    from collections.abc import Iterable

    from segkit.quotas.field.admission import Policy
    from segkit.quotas.field.events import Given
    from segkit.quotas.field.households import Households
    from segkit.quotas.fields import SurveyFields
    from segkit.quotas.lint.fielded import Fielded
    from segkit.quotas.lint.pairs import Nest, Reach
    from segkit.quotas.lint.repairs import Mended
    from segkit.quotas.survey import SurveyDocument
    from segkit.quotas.targets import ChildCriterion, Targets

_OUTERMOST = re.compile(r"\$(?:\.\w+)?\Z")
_NOBODY = table.mask([table.NO_CHILDREN], "years")


def met_together(masks: Iterable[int]) -> int:
    """Return the codes of criteria that one family must meet all; 0 where none can, as 167 and a child never go together."""
    each = list(masks)
    if all(mask & ~_NOBODY for mask in each):
        together = reduce(or_, each, 0)
        return together if all(mask & _NOBODY for mask in each) else together & ~_NOBODY
    return _NOBODY if all(mask & _NOBODY for mask in each) else 0


@dataclass(frozen=True)
class Checked:
    """What a rule is given: the document, what it asks of families, its typed fields, what its heading says.

    `is_design` where it was handed in as a design, which may still be empty; `match` and `policy` as of `open_field`.
    """

    survey: SurveyDocument
    households: Households | None = None
    is_design: bool = False
    match: Given | None = None
    policy: Policy = "per_qualification_set"

    @property
    def targets(self) -> Targets:
        """What the document asks of families."""
        return self.survey.targets

    @property
    def fields(self) -> SurveyFields:
        """Its documented fields."""
        return self.survey.fields

    @cached_property
    def wrong(self) -> frozenset[str]:
        """The paths of values of another kind than is documented: wrongly-typed tells of them, and no other rule again."""
        return frozenset(finding.where for finding in self.survey.type_findings)

    @cached_property
    def repairs(self) -> list[Mended]:
        """What was mended of the text that it was read from."""
        return mended(self.survey)

    @cached_property
    def is_elided(self) -> bool:
        """Whether the text leaves fields of the survey out, as documentation does with three dots."""
        if self.survey.source:
            return any(repair.elides for repair in self.repairs)
        return any(remark.text.startswith(("...", "…")) and _OUTERMOST.match(remark.path) for remark in self.survey.remarks)

    @cached_property
    def words(self) -> Wording:
        """What is said in words around the codes."""
        return Wording(self.survey)

    def whose(self, criterion: ChildCriterion) -> str:
        """Name what a criterion is of: a quota, or the survey's qualification."""
        return self._owners.get(criterion.path, "the survey's qualification")

    @cached_property
    def _owners(self) -> dict[str, str]:
        return {criterion.path: named(quota) for quota in self.targets.quotas for criterion in quota.children}

    @cached_property
    def in_months(self) -> bool:
        """Whether the quotas that ask for children do so in months, each of them."""
        asked = [
            criterion for quota in self.targets.quotas for criterion in quota.children if criterion.codes != {table.NO_CHILDREN}
        ]
        return bool(asked) and all(criterion.unit == "months" for criterion in asked)

    @cached_property
    def admitted(self) -> int | None:
        """The mask of the codes with which a family may enter; None where the survey has no qualification 232.

        Several criteria of 232 may be met by several children, so a code of any of them is one that enters. A qualification
        without a unit is in years, whatever the quotas are in: 133 admits boys of 12-23 months. 0 where nobody may enter.
        """
        masks = [criterion.mask for criterion in self.targets.qualification]
        if any(not criterion.mask and criterion.written for criterion in self.targets.qualification):
            return None  # none of its codes exists, which is told of: whom it was to admit nobody knows
        return met_together(masks) if masks else None

    @cached_property
    def reaches(self) -> list[Reach]:
        """Whom each quota reaches that asks for codes of 232 which exist."""
        return reaches(self.targets.quotas)

    @cached_property
    def nests(self) -> list[list[Nest]]:
        """For each of `reaches`, how it is nested with those before it."""
        return [[pair for other in self.reaches[:place] if (pair := nest(own, other))] for place, own in enumerate(self.reaches)]

    @cached_property
    def goal(self) -> int | None:
        """How many completes it needs: as written, else as its heading says."""
        return self.words.goal if self.targets.completes is None else self.targets.completes

    @cached_property
    def fielded(self) -> Fielded | None:
        """Its design in the field; None where no households are given."""
        if self.households is None:
            return None
        from segkit.quotas.lint.fielded import Fielded  # noqa: PLC0415 - scipy only where families are forecast

        return Fielded.of(self.survey, self.goal, self.households, match=self.match, policy=self.policy)
