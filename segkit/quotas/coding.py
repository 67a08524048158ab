"""A design as the Python that makes it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from segkit.quotas import codes as table
from segkit.quotas.describing import ranges_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from segkit.quotas.codes import Unit
    from segkit.quotas.describing import Range
    from segkit.quotas.design import QuotaDesign

_GENDERS = {"boys": "boy", "girls": "girl"}
_TEXTS = ("survey_title", "survey_localization", "live_url", "test_url")
_NUMBERS = ("survey_category_code", "expected_ir", "expected_loi", "field_time", "offer_price")


def python_of(design: QuotaDesign) -> str:
    """Write the Python that makes an equal design; fields that the vendor added to its quotas (titles, ids) are left out.

    Examples
    --------
    >>> from segkit.quotas.design import QuotaDesign
    >>> design = QuotaDesign(completes=10, qualification=table.child_codes())
    >>> print(python_of(design.with_quota("boys", table.child_codes("boy", ages=(4, 6)), 10)))
    import segkit as sk
    <BLANKLINE>
    design = sk.QuotaDesign(
        completes=10,
        qualification=sk.child_codes(),
    )
    design = design.with_quota("boys", sk.child_codes("boy", ages=(4, 6)), 10)
    """
    told = {"completes": _plain(design.completes)} if design.completes is not None else {}
    if design.qualification is not None:
        told["qualification"] = codes_in_python(design.qualification, design.qualification_unit or "years")
    told |= {name: _plain(getattr(design, name)) for name in (*_TEXTS, *_NUMBERS) if getattr(design, name) is not None}
    if design.qualification_unit:
        told["qualification_unit"] = _plain(design.qualification_unit)
    if design.criteria:
        told["criteria"] = repr(design.criteria)
    if design.others:
        told["others"] = repr(dict(design.others))
    lines = [
        "import segkit as sk",
        "",
        "design = sk.QuotaDesign(",
        *(f"    {name}={value}," for name, value in told.items()),
        ")",
    ]
    for quota in design.quotas:
        parts = [_plain(quota.id), "None" if quota.codes is None else codes_in_python(quota.codes, quota.unit), repr(quota.count)]
        parts += [f'unit="{quota.unit}"'] if quota.unit != "years" else []
        parts += [f"criteria={quota.criteria!r}"] if quota.criteria else []
        lines.append(f"design = design.with_quota({', '.join(parts)})")
    return "\n".join(lines)


def codes_in_python(codes: Iterable[int], unit: Unit = "years") -> str:
    """Write a set of codes as calls of `child_codes` where they make exactly these, else as a list."""
    wanted = frozenset(codes)
    ranges = ranges_of(table.mask(wanted - {table.NO_CHILDREN}, unit), unit)
    made = [table.child_codes(_GENDERS.get(told.subject), **{_ages(told): (told.first, told.last)}) for told in ranges]
    rest = wanted.difference(*made)
    if rest - {table.NO_CHILDREN} or frozenset().union(*made) - wanted:
        return repr(sorted(wanted))
    calls = [_call(told) for told in ranges]
    if not rest and len(calls) == 1:
        return calls[0]
    return f"[{', '.join([*(f'*{call}' for call in calls), *map(str, sorted(rest))])}]"


def _ages(told: Range) -> str:
    return "ages" if told.unit == "years" else "months"


def _call(told: Range) -> str:
    gender = _GENDERS.get(told.subject)
    whole = told.unit == "years" and (told.first, told.last) == (0, table.OLDEST_YEAR)
    span = str(told.first) if told.first == told.last else f"({told.first}, {told.last})"
    given = [f'"{gender}"'] if gender else []
    return f"sk.child_codes({', '.join([*given, *([] if whole else [f'{_ages(told)}={span}'])])})"


def _plain(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)
