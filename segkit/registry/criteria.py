"""What a segment asks of a trigger: criteria, all of which must be met; how they are read, checked and told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from segkit.errors import InvalidInput
from segkit.findings import Finding, Findings
from segkit.registry.fields import check_field
from segkit.registry.operators import OPERATORS, NotRunHere, ValueFault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOT_EVALUATED = frozenset({"unknown-operator", "bad-value", "not-run-here"})
"""The findings of a criterion of which it cannot be told what meets it."""

_PARTS = ("field", "op", "value")
_WANTED = "give criteria as (field, op, value), as a mapping of these three, or all of them as JSON"
_NEVER_EMPTY = {code for code in OPERATORS if code.removeprefix("n").removesuffix("i") in {"inc", "begins", "ends", "in"}}


class Criterion(msgspec.Struct, frozen=True):
    """One thing that a segment asks of a trigger.

    Attributes
    ----------
    field
        A field of the trigger reports, such as ``href``.
    op
        One of `segkit.registry.operators.OPERATORS`.
    value
        What the field is compared with, a text.

    Examples
    --------
    >>> print(Criterion("href", "nbegins", "/action/do"))
    href does not begin with '/action/do'
    """

    field: str
    op: str
    value: str

    def __str__(self) -> str:
        operator = OPERATORS.get(self.op)
        return f"{self.field} {operator.words if operator else self.op} {self.value!r}"

    def test(self) -> Callable[[bytes], bool]:
        """Return what tells whether a field's value, as bytes of UTF-8, meets this; an empty one stands for a field not set.

        Raises
        ------
        InvalidInput
            When no such operator is known, or it cannot use the value.
        """
        findings = [finding for finding in check_criterion(self, str(self)) if finding.code in NOT_EVALUATED]
        if findings:
            raise InvalidInput("a criterion cannot be evaluated", findings)
        return OPERATORS[self.op].made(self.value)


def criteria_of(given: Any) -> tuple[Criterion, ...]:  # noqa: ANN401 - whatever is handed in
    """Return criteria that are handed in: `Criterion`, (field, op, value), mappings, or a JSON array as in a frame.

    Raises
    ------
    InvalidInput
        When they are something else.

    Examples
    --------
    >>> criteria_of([("act", "begins", 12)]) == criteria_of('[{"field": "act", "op": "begins", "value": "12"}]')
    True
    """
    if isinstance(given, str | bytes):
        try:
            given = msgspec.json.decode(given)
        except msgspec.DecodeError as error:
            raise InvalidInput(f"the criteria are no JSON: {error}; {_WANTED}") from None
    if isinstance(given, Criterion | Mapping) or not isinstance(given, Iterable):
        raise InvalidInput(f"criteria are {type(given).__name__}, and not several: {_WANTED}")
    return tuple(_criterion(each, f"criteria[{place}]") for place, each in enumerate(given))


def _criterion(given: Any, where: str) -> Criterion:  # noqa: ANN401 - whatever is handed in
    if isinstance(given, Mapping):
        if set(given) != set(_PARTS):
            raise InvalidInput(f"{where} has {', '.join(map(str, given)) or 'nothing'}: {_WANTED}")
        parts = [given[name] for name in _PARTS]
    elif isinstance(given, Criterion):
        parts = [given.field, given.op, given.value]
    elif isinstance(given, list | tuple) and len(given) == len(_PARTS):
        parts = list(given)
    else:
        raise InvalidInput(f"{where} is {given!r}: {_WANTED}")
    if type(parts[2]) is int:
        parts[2] = str(parts[2])
    for name, part in zip(_PARTS, parts, strict=True):
        if not isinstance(part, str):
            raise InvalidInput(f"the {name} of {where} is {part!r}: give text")
    return Criterion(*parts)


def written(criteria: Iterable[Criterion]) -> str:
    """Write criteria as the JSON array that a frame holds, which `criteria_of` reads."""
    return msgspec.json.encode(list(criteria)).decode()


def check_criteria(criteria: Iterable[Criterion], where: str = "criteria") -> Findings:
    """Find what the vendor would refuse of a segment's criteria, and what they may not mean.

    Examples
    --------
    >>> check_criteria(criteria_of([("goal", "eq", "1"), ("href", "nends", "/"), ("href", "re", "^/shop")])).codes == {
    ...     "excluded-field", "unknown-operator", "bad-value"}
    True
    """
    criteria = tuple(criteria)
    if not criteria:
        fix = "Give at least one: a trigger that meets no criteria is in segment 1."
        return Findings([Finding("no-criteria", "error", where, "a segment without criteria holds nothing", fix)])
    return Findings(found for place, each in enumerate(criteria) for found in check_criterion(each, f"{where}[{place}]"))


def check_criterion(criterion: Criterion, where: str) -> Iterator[Finding]:
    """Yield what is wrong with one criterion."""
    yield from check_field(criterion.field, f"{where}.field")
    operator = OPERATORS.get(criterion.op)
    if operator is None:
        fix = f"Use one of: {', '.join(sorted(OPERATORS))}."
        yield Finding("unknown-operator", "error", f"{where}.op", f"{criterion.op!r} is no operator that is known", fix)
        return
    try:
        operator.made(criterion.value)
    except NotRunHere as fault:
        message = f"{criterion.op} {criterion.value!r}: {fault}"
        fix = "It may be sent as it is; which triggers meet it cannot be told here."
        yield Finding("not-run-here", "warning", f"{where}.value", message, fix)
    except ValueFault as fault:
        message = f"{criterion.op} cannot use {criterion.value!r}: {fault}"
        yield Finding("bad-value", "error", f"{where}.value", message, "Mend the value.")
    if not criterion.value and criterion.op in _NEVER_EMPTY:
        message = f"{criterion.op} with an empty value says little; versions of PHP read it in different ways"
        yield Finding("empty-value", "warning", f"{where}.value", message, "Use bool for a field that is set, or is not.")
