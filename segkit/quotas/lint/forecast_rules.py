"""Rules that need a law of families: what a design will run into once families come. Without households they find nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from segkit.quotas.lint.catalogue import Told, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from segkit.quotas.field.admission import Field
    from segkit.quotas.lint.checked import Checked

SEARCHED = 12
"""Quotas up to which clashes, and counts that lower completes, are looked for; more take too long for a check."""

_LISTED = 6


@rule("warning")
def criterion_not_modelled(checked: Checked) -> Iterator[Told]:
    """A criterion is about something other than children, and no share of it is given.

    A law of families does not say who meets it, so nothing is forecast: no other rule about families looks. Give lint() the share
    of respondents that meet it as match, as forecast(), feasibility() and repair() take it.
    """
    fielded = checked.fielded
    for finding in fielded.refused if fielded else ():
        if finding.code == "criterion-not-modelled":
            yield Told(finding.where, finding.message, finding.fix)


@rule("warning")
def beyond_reckoning(checked: Checked) -> Iterator[Told]:
    """A quota or the survey wants more than 1,000,000,000 completes.

    Forecasts end there, so nothing is forecast: no other rule about families looks. More families than that live nowhere; most
    often a digit was typed twice, or two numbers have run together.
    """
    fielded = checked.fielded
    for finding in fielded.refused if fielded else ():
        if finding.code == "beyond-reckoning":
            yield Told(finding.where, finding.message, finding.fix)


@rule("warning")
def family_overlap(checked: Checked) -> Iterator[Told]:
    """One family can match two quotas, also where their codes are disjoint.

    A family with a boy and a girl uses a place of the boys and of the girls, and leaves as soon as either is full: fewer
    completes come than the quotas add up to. Code sets that intersect are another matter, see overlapping-quotas.
    """
    fielded = checked.fielded
    if fielded is None or fielded.field is None or len(fielded.field.remaining) < 2:  # noqa: PLR2004 - a pair
        return
    both, several = _together(fielded.field)
    if not several:
        return
    one, other = np.unravel_index(int(both.argmax()), both.shape)
    names = fielded.field.patterns.quota_ids
    message = (
        f"{several:.1%} of all families match several quotas; most of them {names[one]} and {names[other]}: {both.max():.1%}"
    )
    fix = "Count on fewer completes than the quotas add up to: forecast() says how many, repair() what brings the goal."
    yield Told("$.quotas", message, fix)


@rule("warning")
def starving_quota(checked: Checked) -> Iterator[Told]:
    """A quota stays short, because whoever could fill it also matches a quota that is full by then, or may not enter.

    The forecast has it so in more than half of its replicates. The other quota closes first, and one closed quota ends a visit.
    Where no family of the law matches it and may enter, none ever comes.
    """
    fielded = checked.fielded
    told = fielded.forecast if fielded else None
    if fielded is None or told is None:
        return
    fills, places = told.fills, dict(zip(told.field.patterns.quota_ids, told.field.open_places.tolist(), strict=True))
    nobody = _matched_by_nobody(told.field)
    for quota_id, path in zip(told.starving, fielded.paths(told.starving), strict=True):
        if quota_id in nobody:
            message = (
                f"no family of the law matches quota {quota_id} and may enter: none of its {places[quota_id]} places is filled"
            )
            yield Told(
                path, message, "Check its codes and the qualification; or give households= in which there are such children."
            )
            continue
        message = (
            f"quota {quota_id} ends at about {fills[quota_id]:.0f} of {places[quota_id]}: nobody can take its places any more"
        )
        yield Told(path, message, "Raise the quotas that close before it, or lower its count: see repair().")


@rule("warning")
def cannot_fill(checked: Checked) -> Iterator[Told]:
    """No choice of families fills what is asked for.

    Either the completes do not fit into the quotas at all, or some quotas cannot be filled together, although they can without
    any one of them. First come, first served brings fewer still: that is what a forecast is for.
    """
    found = checked.fielded.feasibility if checked.fielded else None
    if found is None:
        return
    if found.goal is not None and found.max_completes < found.goal:
        message = f"at most {found.max_completes} of {found.goal} completes fit into the quotas"
        yield Told("$.quotas", message, "Raise counts or admit more families: repair() makes proposals.")
    if len(found.quota_ids) <= SEARCHED and found.clash:
        named = " + ".join(found.clash[:_LISTED]) + (" + ..." if len(found.clash) > _LISTED else "")
        alone = len(found.clash) == 1
        message = f"quota {named} cannot be filled" if alone else f"quotas {named} cannot be filled together"
        if found.is_short_of_goal:
            within = f" within the {found.goal} completes that the survey asks for, only with more"
            yield Told("$.quotas", message + within, "Lower the counts, or raise completes_required.")
        else:
            yield Told("$.quotas", message, "Lower the count of one of them, or change whom it wants.")


@rule("warning")
def cap_lowers_completes(checked: Checked) -> Iterator[Told]:
    """A quota lowers the completes: more come without it, or more come when its count is not larger.

    Completes are not monotone in the counts. A family that takes a place here takes one elsewhere too, and a quota that closes
    turns away families that others still need. Both are forecast, with the same families where these can be drawn one by one and
    apart where a field is too large for that; the difference is beyond chance either way.
    """
    fielded = checked.fielded
    told = fielded.forecast if fielded else None
    if fielded is None or fielded.design is None or told is None or not 0 < len(fielded.design.quotas) <= SEARCHED:
        return
    if told.field.goal is not None and told.goal_probability == 1:
        return
    from segkit.quotas.lint.gains import gains  # noqa: PLC0415 - only where families are forecast

    names = [quota.id for quota in fielded.design.quotas]
    found = gains(fielded.design, told.field)
    for quota_id, path in zip(names, fielded.paths(names), strict=True):
        if gain := found.without.get(quota_id):
            message = f"without quota {quota_id} about {gain:.0f} completes more would come"
            yield Told(path, message, "Drop it, or raise its count until it no longer closes first: see repair().")
        if gain := found.raised.get(quota_id):
            message = f"with a tenth more in quota {quota_id} about {-gain:.1f} completes fewer would come"
            yield Told(path, message, "Do not raise it by itself: see repair().")


def _matched_by_nobody(field: Field) -> set[str]:
    """Return the quotas that no family of the law matches that may enter."""
    patterns = field.patterns
    rates = np.where(patterns.qualified, patterns.probability, 0.0) @ patterns.matched
    return {name for name, rate in zip(patterns.quota_ids, rates.tolist(), strict=True) if not rate}


def _together(field: Field) -> tuple[NDArray[np.float64], float]:
    """Return the share of families that match two quotas on one qualification, by pair, and of all that match several."""
    matched = field.patterns.matched & field.patterns.qualified[:, None]
    both = (matched * field.patterns.probability[:, None]).T @ matched
    related = np.zeros(both.shape, dtype=bool)
    several = np.zeros(len(matched), dtype=bool)
    for quotas in map(list, field.sets):
        related[np.ix_(quotas, quotas)] = True
        several |= matched[:, quotas].sum(axis=1) > 1
    np.fill_diagonal(related, val=False)
    return np.where(related, both, 0.0), float(field.patterns.probability[several].sum())
