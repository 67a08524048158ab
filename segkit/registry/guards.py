"""What keeps a plan from being applied. The plan itself is always shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from segkit.findings import Finding, Findings

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_SHARE = 0.3
"""More than this share of what is there is neither deleted nor updated without being allowed."""
FROM_ROWS = 10
"""Below so many segments a share says little."""
LIFTABLE = ("too-many-deletes", "too-many-updates")
"""The guards that a user may lift."""


class Counted(Protocol):
    """What is looked at of a plan."""

    @property
    def counts(self) -> dict[str, int]: ...  # noqa: D102
    @property
    def n_there(self) -> int: ...  # noqa: D102
    @property
    def n_wanted(self) -> int: ...  # noqa: D102


def check(plan: Counted) -> Findings:
    """Find why a plan is not applied."""
    return Findings(_found(plan))


def _found(plan: Counted) -> Iterator[Finding]:
    counts = plan.counts
    if not plan.n_wanted:
        message = "the wanted frame has no rows; that is more often a mistake than a wish, so nothing is ever deleted for it"
        fix = "Look at where the frame comes from; who means to delete the last segments does so with the client, by their ids."
        yield Finding("empty-wanted", "error", "plan", message, fix)
    if counts["blocked"]:
        are = "1 row is" if counts["blocked"] == 1 else f"{counts['blocked']} rows are"
        message = f"{are} blocked, and nothing is sent before all can be"
        yield Finding("blocked-rows", "error", "plan", message, "Mend them, or take them out of the frame.")
    for action, code in (("delete", LIFTABLE[0]), ("update", LIFTABLE[1])):
        if plan.n_there >= FROM_ROWS and counts[action] > MOST_SHARE * plan.n_there:
            share = counts[action] / plan.n_there
            message = f"{counts[action]} of {plan.n_there} segments would be {action}d, {share:.1%}, over {MOST_SHARE:.0%}"
            yield Finding(code, "error", "plan", message, f'If this is meant, apply it with allow=["{code}"].')
