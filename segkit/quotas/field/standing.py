"""How far the quotas of a survey in the field are filled, and how many of their places are open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from segkit.errors import InvalidInput
from segkit.findings import Finding
from segkit.quotas.targets import whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pandas as pd

    from segkit.quotas.design import QuotaDesign
    from segkit.quotas.quota import Quota

    State = Mapping[str, Mapping[str, Any]] | pd.DataFrame

NAMES = ("achieved", "remaining", "currently_open")
IDS = ("quota_id", "buyer_quota_id")
MOST = 10**9
"""Completes of a survey or of a quota, at most; and families a day, or while an interview lasts."""
_NUMBER = "Give a whole number, 0 or more."


class Standing(NamedTuple):
    """Where a quota stands: completes so far, places left by its required count, and places open now."""

    achieved: int
    remaining: int
    open_places: int


def standings(design: QuotaDesign, state: State | None, achieved: int | None) -> list[Standing]:
    """Return where each quota of a design stands.

    Parameters
    ----------
    state
        By quota id, any of ``achieved``, ``remaining`` (the required count less the achieved, not below 0) and
        ``currently_open``; a frame has the id as index or in a column ``quota_id`` or ``buyer_quota_id``. A quota that it does
        not tell of is empty. None is a survey that starts.
    achieved
        The completes so far, in all.

    Raises
    ------
    InvalidInput
        When a quota has no count, or with a finding for each number that cannot be.
    """
    found = list(_counts(design))
    given = {} if state is None else by_id(state)
    ids = [quota.id for quota in design.quotas]
    made = [] if found else [_standing(quota, given.get(quota.id, {}), found) for quota in design.quotas]
    found += [
        Finding("unknown-quota", "error", f"state[{strange!r}]", "the design has no such quota", f"It has {ids}.")
        for strange in given
        if strange not in ids
    ]
    if not found:
        found += _totals(design, made, achieved, is_restart=state is not None)
    if found:
        raise InvalidInput("the field cannot be opened", found)
    return made


def _counts(design: QuotaDesign) -> Iterator[Finding]:
    for place, quota in enumerate(design.quotas):
        where = f"$.quotas[{place}].required_count"
        if quota.count is None or quota.count < 0:
            has = "no count" if quota.count is None else f"a count of {quota.count}"
            message = f"quota {quota.id!r} has {has}"
            yield Finding("count-missing", "error", where, message, "Say how many completes it wants.")
        elif quota.count > MOST:
            yield _beyond(where, f"quota {quota.id!r} wants {_shown(quota.count)} completes")
    if design.completes is not None and design.completes < 0:
        yield Finding("wrong-goal", "error", "$.completes_required", f"it is {design.completes}", _NUMBER)
    elif design.completes is not None and design.completes > MOST:
        yield _beyond("$.completes_required", f"the survey wants {_shown(design.completes)} completes")


def _beyond(where: str, message: str) -> Finding:
    return Finding("beyond-reckoning", "error", where, message, f"Forecasts end at {MOST}: give a number up to that.")


def _shown(number: int) -> str:
    return str(number) if number < MOST**5 else "far too many"


def by_id(state: State) -> dict[str, Mapping[str, Any]]:
    """Return what a state tells, by quota id.

    Raises
    ------
    InvalidInput
        When it is no state.
    """
    if isinstance(state, Mapping):
        for quota_id, told in state.items():
            if not isinstance(told, Mapping) or set(told) - set(NAMES):
                raise InvalidInput(f"state[{quota_id!r}] is {told!r:.60}: give a mapping with any of {', '.join(NAMES)}")
        return {str(quota_id): told for quota_id, told in state.items()}
    if not hasattr(state, "columns"):
        wanted = f"give a mapping or a frame by quota id, with any of {', '.join(NAMES)}"
        raise InvalidInput(f"state is {type(state).__name__}: {wanted}")
    by = next((name for name in IDS if name in state.columns), None)
    frame = state if by is None else state.set_index(by)
    there = [name for name in NAMES if name in frame.columns]
    if not there:
        raise InvalidInput(f"the state has none of the columns {', '.join(NAMES)}; it has {list(state.columns)}")
    if frame.index.has_duplicates:
        raise InvalidInput("the state has several rows of one quota: give one row each")
    return {str(row[0]): dict(zip(there, row[1:], strict=True)) for row in frame[there].itertuples(name=None)}


def _standing(quota: Quota, told: Mapping[str, Any], found: list[Finding]) -> Standing:
    """Read one quota; what cannot be goes to `found`."""
    required, before = quota.count or 0, len(found)
    read = {name: _read(value, f"state[{quota.id!r}].{name}", found) for name, value in told.items()}
    achieved, remaining, currently_open = (read.get(name) for name in NAMES)
    if len(found) > before:
        return Standing(0, 0, 0)
    by_count = None if achieved is None else max(0, required - achieved)
    where = f"state[{quota.id!r}].remaining"
    if remaining is not None and by_count not in (None, remaining):
        message = f"{remaining} remain, but {required} are required and {achieved} achieved"
        found.append(Finding("inconsistent-state", "error", where, message, "Leave one of the two out, or mend the count."))
    if remaining is not None and remaining > required:
        message = f"{remaining} remain of {required} that are required"
        found.append(Finding("inconsistent-state", "error", where, message, "Mend the count of the design, or this."))
    left = remaining if remaining is not None else required if by_count is None else by_count
    done = achieved if achieved is not None else required - left
    return Standing(done, left, left if currently_open is None else min(left, currently_open))


def _read(given: Any, where: str, found: list[Finding]) -> int | None:  # noqa: ANN401 - whatever a state holds
    from segkit.quotas.cell_fields import plain  # noqa: PLC0415 - pandas only for a restart

    told = plain(given)
    if told is None:
        return None
    number = whole(told)
    if number is None or number < 0:
        found.append(Finding("unreadable-state", "error", where, f"{given!r:.40} is no number of completes", _NUMBER))
        return None
    return number


def _totals(design: QuotaDesign, made: list[Standing], achieved: int | None, *, is_restart: bool) -> Iterator[Finding]:
    """Compare the completes in all with those of the quotas."""
    most, given = max((standing.achieved for standing in made), default=0), cast("Any", achieved)
    if achieved is None:
        if most and design.completes is not None:
            message = f"one quota has {most} completes, and a complete counts in several: the survey's own number is not known"
            yield Finding("achieved-missing", "error", "achieved", message, "Give the completes so far, in all: achieved=.")
    elif isinstance(given, str) or whole(given) is None or given < 0:
        yield Finding("unreadable-state", "error", "achieved", f"{achieved!r:.40} is no number of completes", _NUMBER)
    elif achieved < most:
        message = f"{achieved} completes in all, but {most} in one quota"
        yield Finding("inconsistent-state", "error", "achieved", message, "Give the completes of the survey, not of a quota.")
    elif achieved and not is_restart and design.quotas:
        message = f"{achieved} completes so far, and no state of the quotas"
        yield Finding("state-missing", "error", "state", message, "Say how far each quota is filled: state=.")


def overcounted(
    made: Sequence[Standing], asked: Iterable[tuple[int, ...]], achieved: int | None, policy: str
) -> Iterator[Finding]:
    """Compare the completes in all with those of quotas of which each complete is in one at least.

    Parameters
    ----------
    asked
        Sets of quotas, by place: the policy asks for one of each.
    """
    most = min((sum(made[place].achieved for place in quotas) for quotas in asked), default=None)
    if achieved is not None and most is not None and achieved > most:
        message = f"{achieved} completes in all, but {most} in the quotas together, and by the policy {policy} each is in one"
        fix = "Say how far every quota is filled, or give the policy by which families outside the quotas were admitted."
        yield Finding("inconsistent-state", "error", "achieved", message, fix)
