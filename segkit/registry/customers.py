"""Which segments customers are to have: what a user hands in, as one entry a customer, checked whole before anything is sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

import pandas as pd

from segkit.errors import InvalidInput
from segkit.findings import Finding, Findings
from segkit.registry.customer_rows import Given, of_entries, of_frame, of_mapping

if TYPE_CHECKING:
    from segkit.registry.customer_rows import Pair

Duplicates = Literal["refuse", "merge"]
Sent = Literal["segments", "empty", "null"]
Customers = pd.DataFrame | Mapping[str, Any] | Sequence[Mapping[str, Any]]
"""Customers as a user has them: a long frame, a mapping of ids, or entries as the vendor writes them."""

MOST_TOLD = 50


class Entry(NamedTuple):
    """What is sent about one customer.

    Attributes
    ----------
    segments
        Pairs of type and value, without repetitions; None where null was given.
    merged
        How many equal rows, or further entries, are not sent again.
    """

    document_id: str
    segments: tuple[Pair, ...] | None
    merged: int

    @property
    def sent(self) -> Sent:
        """What stands in the place of the segments."""
        if self.segments is None:
            return "null"
        return "segments" if self.segments else "empty"

    @property
    def payload(self) -> dict[str, Any]:
        """The entry as the vendor writes it."""
        segments = None if self.segments is None else [{"type": kind, "value": value} for kind, value in self.segments]
        return {"document_id": self.document_id, "segments": segments}


class Wanted(NamedTuple):
    """What is wanted of all customers.

    Attributes
    ----------
    entries
        One a customer, in the order in which each was first given.
    given
        The ids in the order in which entries were given: an id that comes again was a duplicate.
    findings
        Warnings, and what was merged.
    """

    entries: tuple[Entry, ...]
    given: tuple[str, ...]
    findings: Findings


def wanted(customers: Customers, duplicates: Duplicates = "refuse") -> Wanted:
    """Return one entry a customer.

    Parameters
    ----------
    duplicates
        What to do about a customer who is given twice with different segments: ``refuse``, or ``merge`` into all of them. What
        is given twice alike is merged in any case, and a finding says so.

    Raises
    ------
    InvalidInput
        With the findings, when there is no customer, a value cannot be sent, or a duplicate is refused.
    """
    if duplicates not in get_args(Duplicates):
        raise InvalidInput(f"duplicates is {duplicates!r}: give {' or '.join(map(repr, get_args(Duplicates)))}")
    given, findings = _given(customers)
    _refuse(findings)
    if not given:
        raise InvalidInput("there is no customer: the vendor wants at least one")
    by_id = by_customer(given)
    if duplicates == "refuse":
        _refuse(list(conflicts(by_id).values()))
    entries = entries_of(by_id)
    return Wanted(entries, tuple(one.document_id for one in given), Findings([*findings, *told_of(entries)]))


def by_customer(given: Sequence[Given]) -> dict[str, list[Given]]:
    """Put what was given for a customer together, in the order in which each came first."""
    by_id: dict[str, list[Given]] = {}
    for one in given:
        by_id.setdefault(one.document_id, []).append(one)
    return by_id


def conflicts(by_id: Mapping[str, list[Given]]) -> dict[str, Finding]:
    """Return what is wrong with customers who are given twice, with different segments."""
    return {document_id: _conflict(ones) for document_id, ones in by_id.items() if _differ(ones)}


def entries_of(by_id: Mapping[str, list[Given]]) -> tuple[Entry, ...]:
    """Make one entry a customer of all that was given."""
    return tuple(_entry(ones) for ones in by_id.values())


def _given(customers: object) -> tuple[list[Given], list[Finding]]:
    if isinstance(customers, pd.DataFrame):
        return of_frame(customers)
    if isinstance(customers, Mapping):
        return of_mapping(customers)
    if isinstance(customers, Sequence) and not isinstance(customers, str | bytes):
        return of_entries(customers)
    wanted_forms = "a long frame (document_id, type, value), a mapping of document_id to segments, or a list of entries"
    raise InvalidInput(f"customers are {type(customers).__name__}: give {wanted_forms}")


def _refuse(findings: Sequence[Finding]) -> None:
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors:
        more = f" ({len(errors)} findings, the first {MOST_TOLD} of them here)" if len(errors) > MOST_TOLD else ""
        raise InvalidInput(f"the customers' segments cannot be sent, and nothing was sent{more}", errors[:MOST_TOLD])


def _differ(ones: list[Given]) -> bool:
    return len(ones) > 1 and len({None if one.segments is None else frozenset(one.segments) for one in ones}) > 1


def _conflict(ones: list[Given]) -> Finding:
    message = (
        f"customer {ones[0].document_id!r} is given {len(ones)} times, with different segments; the vendor saves the first only"
    )
    return Finding("conflicting-duplicate", "error", ones[1].where, message, 'Keep one of them, or give duplicates="merge".')


def _entry(ones: list[Given]) -> Entry:
    """Make one entry of all that was given for a customer."""
    pairs = [pair for one in ones for pair in one.segments or ()]
    distinct = tuple(dict.fromkeys(pairs))
    nothing = None if all(one.segments is None for one in ones) else ()
    repeated = sum(one.repeated + len(one.segments or ()) - len(set(one.segments or ())) for one in ones)
    return Entry(ones[0].document_id, distinct or nothing, repeated + len(ones) - 1)


def told_of(entries: Sequence[Entry]) -> list[Finding]:
    """Return what is worth knowing of entries that can be sent."""
    told = []
    if merged := [entry for entry in entries if entry.merged]:
        message = f"rows or entries of {len(merged)} customers repeat others, the first is {merged[0].document_id!r}"
        told.append(Finding("merged", "info", "customers", message, "Nothing: each segment is sent once."))
    several = [entry for entry in entries if _has_several(entry)]
    if several:
        message = f"{len(several)} customers have several values of one type, the first is {several[0].document_id!r}"
        fix = "Make sure that this is meant: the vendor does not say whether a type may have several values."
        told.append(Finding("several-values", "warning", "customers", message, fix))
    if nulls := sum(entry.segments is None for entry in entries):
        message = (
            f"{nulls} customers are sent with null: that it takes all segments away, as an empty array does, is an assumption"
        )
        told.append(Finding("null-segments", "warning", "customers", message, "Give [] for a customer who is to have none."))
    return told


def _has_several(entry: Entry) -> bool:
    return any(n > 1 for n in Counter(kind for kind, _ in entry.segments or ()).values())
