"""The rules by their codes: what each is called, how bad it is, what it means."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from segkit.errors import InvalidInput
from segkit.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from segkit.findings import Severity
    from segkit.quotas.lint.checked import Checked


class Told(NamedTuple):
    """What a rule found: the JSON path, a message, the fix; `severity` where it is another than the rule's own."""

    where: str
    message: str
    fix: str
    severity: Severity | None = None


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
