"""Rules about single quotas of a survey: whom they reach, their ids, their counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segkit.quotas import codes as table
from segkit.quotas.lint.catalogue import Told, rule
from segkit.quotas.lint.checked import met_together
from segkit.quotas.lint.words import CHILDLESS, FULLY_TOLD, families, in_python, named, shown
from segkit.quotas.targets import whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segkit.quotas.lint.checked import Checked
    from segkit.quotas.targets import QuotaTarget


_CODES = 'Give it codes, such as child_codes("boy", ages=(4, 6)).'


@rule("error")
def unreachable_quota(checked: Checked) -> Iterator[Told]:
    """No code of the quota is admitted by the survey's qualification, or no family can match the quota at all.

    The vendor tests the survey's qualifications before its quotas: a family outside them is terminated (status 13). What is left
    for the quota are families that also have a child whom the survey admits, and none where it wants families without children.
    """
    admitted, number = checked.admitted, 0
    for quota in checked.targets.quotas:
        empty = next((criterion for criterion in quota.children if not criterion.mask), None)
        if empty:
            if not empty.written and f"{empty.path}.condition_codes" not in checked.wrong:  # other codes are told of one by one
                yield Told(empty.path, f"{named(quota)} has no condition code: nobody can match it", _CODES)
        elif quota.children and not met_together(criterion.mask for criterion in quota.children):
            message = "one criterion wants families without children, another children: nobody meets both"
            yield Told(quota.path, message, "Make two quotas of it.")
        elif admitted is not None:
            outside = next((criterion for criterion in quota.children if not criterion.mask & admitted), None)
            if outside:
                number += 1
                yield _unreachable(quota, outside.mask, admitted, briefly=number > FULLY_TOLD)


def _unreachable(quota: QuotaTarget, wanted: int, admitted: int, *, briefly: bool) -> Told:
    mixed = wanted & ~CHILDLESS and admitted & ~CHILDLESS
    left = "only families that have both can fill it" if mixed else "nobody can fill it"
    told = families(wanted, briefly=briefly)
    message = f"{named(quota)} wants {told}, the survey admits {families(admitted)}: {left}"
    codes = "its codes" if briefly else in_python(wanted)
    return Told(quota.path, message, f"Add {codes} to the survey's qualification 232.")


@rule("warning")
def partly_unreachable_quota(checked: Checked) -> Iterator[Told]:
    """Some of the quota's codes are not admitted by the survey's qualification.

    Families that have only such children are terminated (status 13) before the quota is looked at.
    """
    admitted = checked.admitted
    if admitted is None:
        return
    asked = [(quota, criterion.mask) for quota in checked.targets.quotas for criterion in quota.children]
    partly = [(quota, mask & ~admitted) for quota, mask in asked if mask & ~admitted and mask & admitted]
    for number, (quota, out) in enumerate(partly):
        briefly = number >= FULLY_TOLD
        codes = "the codes" if briefly else in_python(out)
        fix = f"Add {codes} to the survey's qualification, or take them out of the quota."
        yield Told(quota.path, f"{named(quota)} wants {families(out, briefly=briefly)}, whom the survey does not admit", fix)


@rule("error")
def duplicate_quota_id(checked: Checked) -> Iterator[Told]:
    """Two quotas have the same buyer_quota_id.

    The id stands in the path of a quota's calls, and in the parameter that names a complete's quotas: nobody can tell them apart.
    """
    first: dict[object, QuotaTarget] = {}
    for quota in checked.targets.quotas:
        if isinstance(quota.quota_id, str | int) and first.setdefault(quota.quota_id, quota) is not quota:
            message = f"{shown(quota.quota_id, 60)} is the id of {first[quota.quota_id].path} already"
            yield Told(f"{quota.path}.buyer_quota_id", message, "Give each quota an id of its own.")


@rule("warning")
def uncovered_codes(checked: Checked) -> Iterator[Told]:
    """The survey admits families that no quota wants.

    As soon as one quota asks for qualification 232, a respondent must match one that is open: others leave with status 35, after
    they were asked. They cost incidence, and sample that was paid for with questions.
    """
    if any(path.startswith("$.quotas") for path, _ in checked.targets.legacy):
        return  # what it will want is only known when it is turned into 232
    wanted = 0
    for quota in checked.targets.quotas:
        wanted |= quota.mask
    left = (checked.admitted or 0) & ~wanted
    if wanted and left:
        criterion = checked.targets.qualification[0]
        fix = f"Give them a quota, or take them out of the qualification: {in_python(left)}."
        if criterion.unit_code is None and not table.mask(criterion.codes, "months") & left:
            fix = "Give them a quota, or write child_age_unit 312 on the qualification: without it, its codes are whole years."
        yield Told(criterion.path, f"no quota wants {families(left)}, whom the survey admits", fix)


@rule("error")
def count_not_positive(checked: Checked) -> Iterator[Told]:
    """A quota's required_count is missing, no whole number, or not above 0.

    Nobody is admitted to a quota of 0: whoever matches it is turned away from the survey (status 12), also when other quotas
    want them. The vendor takes a 0, so that is a warning.
    """
    for quota in checked.targets.quotas:
        where = f"{quota.path}.required_count"
        count = whole(quota.count)
        if quota.count is None:
            yield Told(quota.path, f"{named(quota)} has no required_count", "Say how many completes it wants.")
        elif where in checked.wrong:
            continue
        elif count is None or count < 0:
            yield Told(where, f"required_count is {shown(quota.count)}", "Give a whole number above 0.")
        elif count == 0:
            message = f"{named(quota)} is closed from the start: whoever matches it is turned away"
            yield Told(where, message, "Give it a count, or leave these codes out of the survey's qualification.", "warning")
