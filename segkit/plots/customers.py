"""Instaleap's customers as a picture: how many have each segment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from segkit import frames
from segkit.errors import InvalidInput
from segkit.plots.tallies import Tallies, most_and_rest, word_of
from segkit.registry.customers import wanted
from segkit.tables.sources import NOT_STATED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from segkit.plots.figure import Figure
    from segkit.registry.customer_rows import Pair
    from segkit.registry.customers import Customers, Duplicates, Entry

CUSTOMERS: Mapping[str, Any] = {
    "type": "str",
    "value": "str",
    "n": "int64",
    "share": "float64",
    "provenance": frames.PROVENANCE,
}
"""`customers_per_segment`: one row a bar; shares are of all customers; those in no segment have neither type nor value."""

SHOWN = 20
"""Values of one type that have a bar of their own."""

NONE = "no segment"
NOTE = "a customer may be in several types, so bars of different types do not add up"


def customers_per_segment(
    frame: Customers, duplicates: Duplicates = "refuse", *, title: str | None = None, template: str | None = None
) -> Figure:
    """Draw how many customers have each segment, a panel a type.

    Parameters
    ----------
    frame
        As `Instaleap.replace_segments` takes it: a long frame, one row a segment (document_id, type, value; neither type nor
        value for a customer without any), a mapping of ids to segments, or entries as the vendor writes them.
    duplicates
        As of `Instaleap.replace_segments`.
    template
        The name of a plotly template, such as ``plotly_dark``; the default reads on light and dark grounds.

    Returns
    -------
    A plotly figure, not shown. `frame` has one row a bar (`CUSTOMERS`); `alt_text` says it in words. Types stand in the order in
    which they are met, values from the most customers to the fewest; of more than `SHOWN` those with the fewest share a bar.
    A customer counts once in each bar, and in as many as it has segments; null counts as no segment.

    Raises
    ------
    InvalidInput
        With the findings, when there is no customer, or one is given that `Instaleap.replace_segments` would refuse.
    """
    entries = _entries(frame, duplicates)
    base = len(entries)
    holders = _holders(entries)
    rows: list[tuple[Any, ...]] = []
    heads: list[str] = []
    names: list[str] = []
    word = word_of(frame)
    for kind in dict.fromkeys(kind for kind, _ in holders):
        of_type = {value: customers for (one, value), customers in holders.items() if one == kind}
        for value, customers in _bars(of_type):
            rows.append((kind, value, len(customers), len(customers) / base, word))
            names.append(value)
        heads += [f"{kind}: {len(set().union(*of_type.values())):,} of {base:,}"] * (len(rows) - len(heads))
    n_none = sum(not entry.segments for entry in entries)
    rows.append((None, None, n_none, n_none / base, word))
    said = f"base: {base:,} customers; {NOTE}; {word or NOT_STATED}"
    hatched = [False] * len(names) + [True]
    tallies = Tallies(frames.from_rows(CUSTOMERS, rows), [*heads, "in none"], [*names, NONE], hatched)
    return tallies.draw(title or "Customers per segment", said, template)


def _entries(frame: Customers, duplicates: Duplicates) -> Sequence[Entry]:
    if hasattr(frame, "__len__") and not len(frame):
        raise InvalidInput("there is no customer to draw: give at least one")
    try:
        return wanted(frame, duplicates).entries
    except InvalidInput as error:
        if not error.findings:
            raise
        raise InvalidInput("the customers' segments cannot be drawn", error.findings) from None


def _holders(entries: Sequence[Entry]) -> dict[Pair, set[int]]:
    """Return for each segment the places of its customers."""
    holders: dict[Pair, set[int]] = {}
    for place, entry in enumerate(entries):
        for pair in entry.segments or ():
            holders.setdefault(pair, set()).add(place)
    return holders


def _bars(of_type: Mapping[str, set[int]]) -> list[tuple[str, set[int]]]:
    """Return the values of a type with their customers, the most first; of very many the last is all others."""
    order = sorted(of_type, key=lambda value: (-len(of_type[value]), value))
    kept, rest = most_and_rest({value: len(of_type[value]) for value in order}, SHOWN)
    told = [(value, of_type[value]) for value in kept]
    return [*told, (f"{len(rest):,} other values", set().union(*(of_type[value] for value in rest)))] if rest else told
