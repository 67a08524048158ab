"""The criteria of a survey or a quota: what they ask of qualification 232, and how they are written back in place."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from segkit.errors import InvalidInput
from segkit.findings import Finding
from segkit.quotas import codes as table
from segkit.quotas.targets import listed, whole
from segkit.quotas.writing import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from segkit.quotas.codes import Unit


def whole_code(value: object) -> int:
    """Return a condition code that was handed in.

    Raises
    ------
    InvalidInput
        When it is no whole number.
    """
    number = whole(value)
    if number is None:
        raise InvalidInput(f"a condition code is {value!r}: give whole numbers, such as child_codes() returns")
    return number


def codes_given(codes: object) -> frozenset[int] | None:
    """Return condition codes that were handed in, one or several; None where there are none to be asked.

    Raises
    ------
    InvalidInput
        When one is no whole number.
    """
    if codes is None:
        return None
    several = codes if isinstance(codes, Iterable) and not isinstance(codes, str | bytes) else (codes,)
    return frozenset(map(whole_code, several))


def unreadable(path: str, message: str) -> InvalidInput:
    """Say that a document's part cannot be read into a design."""
    fix = "lint() says everything that is wrong; mend the document and read it again."
    return InvalidInput("the document holds no design", [Finding("wrongly-typed", "error", path, message, fix)])


def asked_of(written: object, path: str) -> tuple[frozenset[int] | None, list[Mapping[str, Any]], Unit | None]:
    """Return the codes of the first criterion of 232, the other criteria as they are, and the unit if it is written.

    Raises
    ------
    InvalidInput
        When there is no list, one of its codes is no number, or its unit is no unit.
    """
    asked: frozenset[int] | None = None
    unit: Unit | None = None
    others = []
    for place, criterion in enumerate(listing(written, path)):
        is_children = isinstance(criterion, dict) and whole(criterion.get("qualification_code")) == table.CHILD_AGE_GENDER
        if asked is not None or not is_children:
            others.append(criterion)
            continue
        where = f"{path}[{place}]"
        numbers = list(map(whole, listing(criterion.get("condition_codes"), f"{where}.condition_codes")))
        if None in numbers:
            raise unreadable(f"{where}.condition_codes[{numbers.index(None)}]", "a condition code is no whole number")
        asked = frozenset(number for number in numbers if number is not None)
        unit = _unit(criterion.get("child_age_unit"), f"{where}.child_age_unit")
    return asked, others, unit


def listing(written: object, path: str) -> list[Any]:
    """Return a list of a document; what is null is an empty one."""
    if written is not None and not isinstance(written, list):
        raise unreadable(path, f"it is no list but {written!r:.40}")
    return written or []


def _unit(written: object, path: str) -> Unit | None:
    unit = table.UNITS.get(whole(written) or 0)
    if written is not None and unit is None:
        raise unreadable(path, f"{written!r:.40} is no unit: 311 is years, 312 is months")
    return unit


def criteria_given(criteria: Iterable[object], asked: frozenset[int] | None) -> tuple[Mapping[str, Any], ...]:
    """Copy the other criteria that were handed in.

    Raises
    ------
    InvalidInput
        When one is no JSON, or is of 232 while no codes are asked for.
    """
    others = plain(tuple(criteria), "criteria")
    codes = {whole(criterion.get("qualification_code")) for criterion in others if isinstance(criterion, dict)}
    if asked is None and table.CHILD_AGE_GENDER in codes:
        raise InvalidInput("criteria has qualification 232: give its codes as codes of a quota, or as qualification of a design")
    return tuple(others)


def others_given(others: Mapping[str, Any], known: Iterable[str]) -> dict[str, Any]:
    """Copy the unknown fields that were handed in.

    Raises
    ------
    InvalidInput
        When one is no JSON, or is known by another name.
    """
    if strange := sorted(set(others) & set(known)):
        raise InvalidInput(f"others has {', '.join(strange)}: give it as a parameter of its own")
    return dict(plain(others, "others"))


def placed(
    before: list[Any], asked: frozenset[int] | None, criteria: Iterable[Mapping[str, Any]], unit: Unit | None
) -> list[dict[str, Any]]:
    """Return the criteria with that of 232 where it was, at the front where it is new."""
    whole_list = copy.deepcopy(list(criteria))
    if asked is None:
        return whole_list  # type: ignore[return-value] # a copy of JSON objects
    at = next(
        (
            n
            for n, old in enumerate(before)
            if isinstance(old, dict) and whole(old.get("qualification_code")) == table.CHILD_AGE_GENDER
        ),
        None,
    )
    old = {} if at is None else before[at]
    whole_list.insert(at or 0, _written_anew(old, asked, unit))
    return whole_list  # type: ignore[return-value] # a copy of JSON objects


def _written_anew(old: Mapping[str, Any], asked: frozenset[int], unit: Unit | None) -> dict[str, Any]:
    """Write a criterion of 232; codes that did not change keep their order, and what was not written stays away."""
    before = list(map(whole, listed(old.get("condition_codes"))))
    numbers = before if frozenset(before) == asked else sorted(asked)
    told: dict[str, Any] = {"qualification_code": table.CHILD_AGE_GENDER}
    kept = old.get("child_age_unit")
    if unit is not None:
        told["child_age_unit"] = table.UNIT_CODES[unit]
    elif asked == {table.NO_CHILDREN} or kept is None:
        told["child_age_unit"] = kept
    told["condition_codes"] = [str(number) for number in numbers] if numbers or before or not old else old.get("condition_codes")
    return filled(old, told, {name: value for name, value in old.items() if name not in {*told, "child_age_unit"}})


def filled(written: Mapping[str, Any] | None, known: Mapping[str, Any], others: Mapping[str, Any]) -> dict[str, Any]:
    """Put values into the order in which they were written; new ones follow. None stays only where it was written."""
    said = {name: value for name, value in known.items() if value is not None or (written or {}).get(name, 0) is None}
    values = {**said, **copy.deepcopy(dict(others))}
    order = [name for name in written or () if name in values]
    return {name: values[name] for name in [*order, *(name for name in values if name not in order)]}
