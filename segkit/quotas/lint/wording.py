"""What is said in words around the codes of a survey: its heading and title, the ids, titles and comments of its quotas."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from segkit.quotas import stated
from segkit.quotas.targets import whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from segkit.printed import Remark
    from segkit.quotas.stated import Stated
    from segkit.quotas.survey import SurveyDocument
    from segkit.quotas.targets import ChildCriterion, QuotaTarget

Saying = tuple[str, "Stated"]
"""Who says it, and what."""

_QUOTA = re.compile(r"\$\.quotas\[\d+\]")
_OF_QUOTA = ("buyer_quota_id", "quota_title", "required_count", "criteria")


@dataclass(frozen=True)
class Wording:
    """What the words of a survey say."""

    survey: SurveyDocument

    @cached_property
    def heading(self) -> list[Stated]:
        """The clauses of the last line before the survey that says anything."""
        lines = [stated.read(line) for line in self.survey.heading]
        return next((clauses for clauses in reversed(lines) if clauses), [])

    @cached_property
    def headed(self) -> tuple[str, list[Stated]]:
        """Who says whom the survey is about, and its clauses: the heading; else the title, where it gives ages.

        A title without ages is the name of a study: "Boys and their toys" says nothing of the codes.
        """
        if self.heading:
            return "the heading", self.heading
        clauses = stated.read(self.survey.fields.survey_title or "")
        return "the title", clauses if all(clause.ages for clause in clauses) else []

    @cached_property
    def stated_goal(self) -> int | None:
        """How many completes the lines before the survey say for sure."""
        goals = [goal for line in self.survey.heading if (goal := stated.stated_goal(line)) is not None]
        return goals[-1] if goals else None

    @cached_property
    def goal(self) -> int | None:
        """How many completes the heading says, sure or not."""
        return stated.stated_completes(self.heading) if self.stated_goal is None else self.stated_goal

    @cached_property
    def of_quotas(self) -> list[tuple[ChildCriterion, list[Saying]]]:
        """For each quota with one criterion of 232: that criterion, and what the quota's words say.

        Words are its id, its title and its comments. A text that says two things, and a comment on single codes or on another
        criterion, are left out: nobody can tell what they are about.
        """
        quotas = [quota for quota in self.survey.targets.quotas if len(quota.children) == 1]
        return [(quota.children[0], list(self._of(quota))) for quota in quotas]

    @cached_property
    def of_entry(self) -> list[tuple[ChildCriterion, list[Saying]]]:
        """For each criterion of 232 of the survey itself: what its comments say."""
        return [
            (asked, list(_commented(self.survey.remarks, asked, {asked.path}))) for asked in self.survey.targets.qualification
        ]

    def _of(self, quota: QuotaTarget) -> Iterator[Saying]:
        named = {words: name for name, words in (("title", quota.title), ("id", quota.quota_id)) if isinstance(words, str)}
        for words, name in named.items():
            clauses = stated.read(words)
            if len(clauses) == 1 and is_about(clauses[0], quota):
                yield f"the {name}", clauses[0]
        (criterion,) = quota.children
        told = {quota.path, criterion.path, *(f"{quota.path}.{name}" for name in _OF_QUOTA)}
        yield from _commented(self._remarks.get(quota.path, ()), criterion, told)

    @cached_property
    def _remarks(self) -> dict[str, list[Remark]]:
        """The comments of each quota, by the quota's path."""
        found: dict[str, list[Remark]] = {}
        for remark in self.survey.remarks:
            if quota := _QUOTA.match(remark.path):
                found.setdefault(quota[0], []).append(remark)
        return found


def _commented(remarks: Iterable[Remark], criterion: ChildCriterion, told: set[str]) -> Iterator[Saying]:
    """Yield what comments on a criterion, on its codes, or on the places `told` say, each of one thing."""
    on_codes = f"{criterion.path}.condition_codes"
    for remark in remarks:
        if remark.path in told or remark.path == on_codes:
            ages = stated.read_ages(remark.text) if remark.path == on_codes else None
            clauses = [ages] if ages else stated.read(remark.text)
            if len(clauses) == 1:
                yield "the comment", clauses[0]


def is_about(clause: Stated, quota: QuotaTarget) -> bool:
    """Whether a clause is about a quota's children.

    Ages alone may be those of the parents where another criterion stands beside, and "Boys (10)" a count of 10.
    """
    first, last = clause.months or (0, 0)
    is_count = last - first + 1 == stated.A_YEAR and whole(quota.count) == first // stated.A_YEAR
    return not (is_count or (not clause.who and quota.others))
