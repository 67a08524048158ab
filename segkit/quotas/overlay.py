"""A quota sheet laid onto a design: what the sheet says is taken, and what no sheet holds stays."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from segkit.errors import InvalidInput
from segkit.findings import Finding, Findings
from segkit.printed import step
from segkit.quotas.cells import EVERY_CODE
from segkit.quotas.codes import CHILD_AGE_GENDER, mask
from segkit.quotas.quota import Quota
from segkit.quotas.targets import listed, whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from segkit.quotas.codes import Unit
    from segkit.quotas.sheet import Told, ToldQuota

CODE = "not-in-sheet"
DIGITS = 1e-15
_KEPT = "from_excel(path, onto=design) and from_frame(frame, onto=design) keep it."
_OF_CHILDREN = ("qualification_code", "condition_codes", "child_age_unit")


def laid(told: Told, quotas: Sequence[Quota], qualification: frozenset[int] | None, unit: Unit | None) -> dict[str, Any]:
    """Return what a sheet changes in a design: its quotas, and its qualification where the sheet says who may enter.

    Quotas that the sheet names keep their order, other criteria and unknown fields; new ones follow; those without a row go, and
    that is printed. Codes that ask for the same families stay as they are written, and so does a count where the sheet has none.

    Raises
    ------
    InvalidInput
        When several quotas of the design have one id, which is in the sheet.
    """
    rows = {row[0]: row for row in told.quotas}
    ids = Counter(quota.id for quota in quotas)
    if shared := [name for name in rows if ids[name] > 1]:
        raise InvalidInput(
            f"several quotas have the id {', '.join(map(repr, shared))}: no sheet tells them apart; give each its own"
        )
    if gone := [repr(quota.id) for quota in quotas if quota.id not in rows]:
        print(f"taken out, as the sheet has no row of it: quota {', '.join(gone)}")  # noqa: T201 - asked for
    kept = [_edited(quota, rows[quota.id]) for quota in quotas if quota.id in rows]
    new = [Quota(*row) for row in told.quotas if row[0] not in ids]
    changes: dict[str, Any] = {"quotas": (*kept, *new)}
    before = EVERY_CODE if qualification is None else mask(qualification, unit or "years")
    if told.says_who_enters and mask(told.qualification, told.qualification_unit or "years") != before:
        changes["qualification"] = told.qualification
        changes["qualification_unit"] = told.qualification_unit or ("years" if unit else None)
    return changes


def told_anew(told: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a sheet that say something else than the design; what is empty says nothing."""
    return {name: value for name, value in told.items() if value is not None and not _is_same(value, before[name])}


def _is_same(value: object, before: object) -> bool:
    """Whether a sheet's value is that of the design; a sheet keeps fifteen digits of a number, and no point of 1.0."""
    if isinstance(value, int | float) and isinstance(before, int | float):
        return value == before or math.isclose(value, before, rel_tol=DIGITS)
    return value == before


def _edited(quota: Quota, row: ToldQuota) -> Quota:
    _, codes, count, unit = row
    count = quota.count if count is None else count
    if _families(codes, unit) == _families(quota.codes, quota.unit):
        return replace(quota, count=count)
    return replace(quota, codes=codes, unit=unit, count=count)


def _families(codes: frozenset[int] | None, unit: Unit) -> int | None:
    return None if codes is None else mask(codes, unit)


def left_out(quotas: Iterable[Quota], criteria: Iterable[Mapping[str, Any]], others: Iterable[str]) -> Findings:
    """Say what of a design no sheet holds: other criteria, unknown fields, ids that no row can name."""
    found = []
    if named := _named(criteria):
        found.append(_not_held("$.qualifications", f"the survey asks for {named} too"))
    found += [_not_held(step("$", name), "a field that the sheet has no row for") for name in others]
    ids: Counter[str] = Counter()
    for place, quota in enumerate(quotas):
        found += _left_out_of(quota, f"$.quotas[{place}]")
        ids[quota.id] += 1
        if not quota.id.strip() or ids[quota.id] > 1:
            fault = "is there twice: the sheet takes the rows of both for one quota" if quota.id.strip() else "is blank"
            where = f"$.quotas[{place}].buyer_quota_id"
            found.append(Finding(CODE, "error", where, f"the id {quota.id!r} {fault}", "Give each quota an id of its own."))
    return Findings(found)


def tell(left_out: Findings) -> None:
    """Print what a sheet that is read without its design says that it does not hold."""
    if left_out:
        print(f"the sheet left out: {'; '.join(each.message for each in left_out)}; give onto=design to keep it")  # noqa: T201 - asked for


def _left_out_of(quota: Quota, path: str) -> Iterator[Finding]:
    if named := _named(quota.criteria):
        yield _not_held(f"{path}.criteria", f"quota {quota.id!r} asks for {named} too")
    if fields := [*quota.others, *_unknown(listed((quota.written or {}).get("criteria")))]:
        yield _not_held(path, f"quota {quota.id!r} has {', '.join(fields)}")


def _named(criteria: Iterable[Mapping[str, Any]]) -> str:
    codes = [criterion.get("qualification_code") if isinstance(criterion, dict) else None for criterion in criteria]
    return ", ".join("another criterion" if code is None else f"qualification {code!s:.20}" for code in codes)


def _unknown(criteria: list[Any]) -> list[str]:
    """Return the unknown fields of the criterion for children."""
    of_children = (
        each for each in criteria if isinstance(each, dict) and whole(each.get("qualification_code")) == CHILD_AGE_GENDER
    )
    return [name for name in next(of_children, {}) if name not in _OF_CHILDREN]


def _not_held(where: str, message: str) -> Finding:
    return Finding(CODE, "warning", where, message, _KEPT)
