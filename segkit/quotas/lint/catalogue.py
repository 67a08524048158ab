"""The rules by their codes: what each is called, how bad it is, what it means."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass, field
from functools import cached_property, reduce
from operator import or_
from typing import TYPE_CHECKING, NamedTuple

from segkit.errors import InvalidInput
from segkit.findings import Finding
from segkit.quotas import codes as table
from segkit.quotas import stated
from segkit.quotas.describing import describe_codes
from segkit.quotas.lint.repairs import mended

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from segkit.findings import Severity
    from segkit.printed import Remark
    from segkit.quotas.codes import Unit
    from segkit.quotas.fields import SurveyFields
    from segkit.quotas.households import Households
    from segkit.quotas.lint.fielded import Fielded
    from segkit.quotas.lint.repairs import Mended
    from segkit.quotas.stated import Stated
    from segkit.quotas.survey import SurveyDocument
    from segkit.quotas.targets import ChildCriterion, QuotaTarget, Targets

_QUOTA = re.compile(r"\$\.quotas\[\d+\]")
_OUTERMOST = re.compile(r"\$(?:\.\w+)?\Z")
WORDS_TOLD = 120  # characters of a description in a message
_NOBODY = table.mask([table.NO_CHILDREN], "years")
_OF_QUOTA = ("buyer_quota_id", "quota_title", "required_count", "criteria")


class Told(NamedTuple):
    """What a rule found: the JSON path, a message, the fix; `severity` where it is another than the rule's own."""

    where: str
    message: str
    fix: str
    severity: Severity | None = None


def met_together(masks: Iterable[int]) -> int:
    """Return the codes of criteria that one family must meet all; 0 where none can, as 167 and a child never go together."""
    each = list(masks)
    if all(mask & ~_NOBODY for mask in each):
        together = reduce(or_, each, 0)
        return together if all(mask & _NOBODY for mask in each) else together & ~_NOBODY
    return _NOBODY if all(mask & _NOBODY for mask in each) else 0


def in_words(codes: Iterable[int], unit: Unit = "years") -> str:
    """Say which children codes mean, as `describe_codes`; where that is long, its beginning and how many codes they are."""
    known = table.CODES.keys() & set(codes)  # the others have a rule of their own
    words = describe_codes(known, unit)
    if len(words) <= WORDS_TOLD:
        return words
    return f"{words[:WORDS_TOLD].rpartition(', ')[0] or words[:WORDS_TOLD]}, ... ({len(known)} codes)"


def shown(value: object, width: int = 40) -> str:
    """Write a value of a document in a message, cut where it is long."""
    try:
        return f"{value!r:.{width}}"
    except ValueError:  # Python writes no number of thousands of digits
        return "a number of thousands of digits"


@dataclass(frozen=True)
class Checked:
    """What a rule is given: the document, what it asks of families, its typed fields, what its heading says.

    `is_design` where it was handed in as a design, which may still be empty.
    """

    survey: SurveyDocument
    households: Households | None = None
    is_design: bool = False

    @property
    def targets(self) -> Targets:
        """What the document asks of families."""
        return self.survey.targets

    @property
    def fields(self) -> SurveyFields:
        """Its documented fields."""
        return self.survey.fields

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
    def heading(self) -> list[Stated]:
        """The clauses of the last line before it that says anything."""
        lines = [stated.read(line) for line in self.survey.heading]
        return next((clauses for clauses in reversed(lines) if clauses), [])

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
        return met_together(masks) if masks else None

    @cached_property
    def said(self) -> list[tuple[ChildCriterion, list[tuple[str, Stated]]]]:
        """For each quota with one criterion of 232: that criterion, and what the quota's words say, with who says it.

        Words are its id, its title and its comments. A text that says two things, and a comment on single codes or on another
        criterion, are left out: nobody can tell what they are about.
        """
        return [(quota.children[0], list(self._said_of(quota))) for quota in self.targets.quotas if len(quota.children) == 1]

    def _said_of(self, quota: QuotaTarget) -> Iterator[tuple[str, Stated]]:
        (criterion,) = quota.children
        named = {words: name for name, words in (("title", quota.title), ("id", quota.quota_id)) if isinstance(words, str)}
        for words, name in named.items():
            if len(clauses := stated.read(words)) == 1:
                yield f"the {name}", clauses[0]
        on_codes = f"{criterion.path}.condition_codes"
        told = {quota.path, criterion.path, on_codes, *(f"{quota.path}.{name}" for name in _OF_QUOTA)}
        for remark in self._remarks.get(quota.path, ()):
            if remark.path in told:
                ages = stated.read_ages(remark.text) if remark.path == on_codes else None
                clauses = [ages] if ages else stated.read(remark.text)
                if len(clauses) == 1:
                    yield "the comment", clauses[0]

    @cached_property
    def _remarks(self) -> dict[str, list[Remark]]:
        """The comments of each quota, by the quota's path."""
        found: dict[str, list[Remark]] = {}
        for remark in self.survey.remarks:
            if quota := _QUOTA.match(remark.path):
                found.setdefault(quota[0], []).append(remark)
        return found

    @cached_property
    def goal(self) -> int | None:
        """How many completes it needs: as written, else as its heading says."""
        written = self.targets.completes
        return stated.stated_completes(self.heading) if written is None else written

    @cached_property
    def fielded(self) -> Fielded | None:
        """Its design in the field; None where no households are given."""
        if self.households is None:
            return None
        from segkit.quotas.lint.fielded import Fielded  # noqa: PLC0415 - scipy only where families are forecast

        return Fielded.of(self.survey, self.goal, self.households)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its code, its severity, and the function that looks."""

    code: str
    severity: Severity
    look: Callable[[Checked], Iterable[Told]] = field(repr=False)

    @property
    def explanation(self) -> str:
        """What it means, why it matters and what to do, as its function's docstring says."""
        return inspect.cleandoc(self.look.__doc__ or "")

    def check(self, checked: Checked) -> Iterator[Finding]:
        """Yield what it finds."""
        for told in self.look(checked):
            yield Finding(self.code, told.severity or self.severity, told.where, told.message, told.fix)


RULES: dict[str, Rule] = {}
"""Every rule by its code."""


def rule(
    severity: Severity, code: str | None = None
) -> Callable[[Callable[[Checked], Iterable[Told]]], Callable[[Checked], Iterable[Told]]]:
    """Register a function as a rule; its code is its name with dashes."""

    def register(look: Callable[[Checked], Iterable[Told]]) -> Callable[[Checked], Iterable[Told]]:
        name = code or look.__name__.replace("_", "-")
        RULES[name] = Rule(name, severity, look)
        return look

    return register


def explain(code: str) -> str:
    """Return what a rule means.

    Raises
    ------
    InvalidInput
        When there is no such rule.
    """
    if code not in RULES:
        raise InvalidInput(f"there is no rule {code!r}; there are: {', '.join(sorted(RULES))}")
    found = RULES[code]
    return f"{code} ({found.severity})\n\n{found.explanation}"
