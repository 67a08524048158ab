"""Infinity's registry as a picture: how many triggers each segment has."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from segkit import frames
from segkit.errors import InvalidInput
from segkit.plots.figure import column_of
from segkit.plots.forecasts import cut
from segkit.plots.tallies import Tallies, counted_as, most_and_rest, word_of
from segkit.registry.bounds import whole
from segkit.registry.segments import BUILT_IN, SegmentGroups
from segkit.registry.triggers import DEFAULT, columns_of, in_detection_order
from segkit.tables.sources import NOT_STATED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from segkit.plots.figure import Figure
    from segkit.registry.segments import Segment, Segments

TRIGGERS: Mapping[str, Any] = {
    "segment_id": "Int64",
    "segment_name": "str",
    "segment_group_id": "Int64",
    "segment_group_name": "str",
    "n": "int64",
    "share": "float64",
    "provenance": frames.PROVENANCE,
}
"""`triggers_per_segment`: one row a bar; shares are of all triggers with a segment; segments that share a bar have no ids."""

SHOWN = 60
"""Segments that have a bar of their own."""

MOST_LETTERS = 16
"""Of a group's name; the frame has all."""

_ONE_A_TRIGGER = "one row a trigger, as evaluate_segments() returns it"
_COLUMNS = ("segment_id", "segment_name", "segment_group_id")

_Met = dict[int, tuple[int, str, int]]
"""Triggers, name and group of each segment that has triggers."""


class _Known(NamedTuple):
    """Name and group of each segment, and whether the order is that of detection."""

    named: dict[int, tuple[str, int]]
    is_ordered: bool


class _Bar(NamedTuple):
    """A segment and its group with their names, and how many triggers it has; no ids where segments share the bar."""

    segment_id: int | None
    segment_name: str
    group_id: int | None
    group_name: str | None
    n: int

    @property
    def is_default(self) -> bool:
        """Whether it stands for the triggers that meet no criteria."""
        return self.segment_id == DEFAULT

    @property
    def name(self) -> str:
        """What stands beside it."""
        if self.segment_id is None:
            return self.segment_name
        return f"{self.segment_id} {self.segment_name}{', meets no criteria' if self.is_default else ''}"


def triggers_per_segment(
    evaluated: pd.DataFrame,
    segments: Segments | Iterable[Segment] | pd.DataFrame | None = None,
    *,
    groups: SegmentGroups | pd.DataFrame | None = None,
    title: str | None = None,
    template: str | None = None,
) -> Figure:
    """Draw how many triggers fall into each segment, in the order in which segments are detected, under their groups.

    Parameters
    ----------
    evaluated
        What `evaluate_segments` returns, or rows of it. It carries the segments that took part, so those without a trigger stay.
    segments
        The segments that took part, for a frame that was joined or read from a file and does not carry them any more; without
        them the bars stand by id, and the figure says so.
    groups
        As `Infinity.segment_groups` returns them, to name the groups.
    template
        The name of a plotly template, such as ``plotly_dark``; the default reads on light and dark grounds.

    Returns
    -------
    A plotly figure, not shown. `frame` has one row a bar (`TRIGGERS`); `alt_text` says it in words. A group whose segments do not
    follow each other is named again. What meets no criteria, segment 1, is hatched and stands last. Of more than `SHOWN`
    segments those with the fewest triggers share a bar.

    Raises
    ------
    InvalidInput
        When a column is missing, an id is no whole number, a segment has two names or groups, or is not among those given.
    """
    counted, without = _counted(evaluated)
    known = _known(evaluated, segments, counted)
    word = word_of(evaluated)
    drawn = list(_bars(counted, known.named, _names_of(groups)))
    base = sum(n for n, *_ in counted.values())
    rows = [(*bar, bar.n / max(base, 1), word) for bar in drawn]
    order = "in the order of detection" if known.is_ordered else "by id: neither order nor segments without triggers are known"
    said = f"base: {base:,} triggers{f', {without:,} more without a segment' if without else ''}; {order}; {word or NOT_STATED}"
    heads = list(_heads(drawn, counted, base))
    tallies = Tallies(frames.from_rows(TRIGGERS, rows), heads, [bar.name for bar in drawn], [bar.is_default for bar in drawn])
    return tallies.draw(title or "Triggers per segment", said, template)


def _counted(evaluated: pd.DataFrame) -> tuple[_Met, int]:
    """Return n, name and group by segment, and how many rows have no segment."""
    columns = pd.DataFrame({name: column_of(evaluated, name, _ONE_A_TRIGGER).array for name in _COLUMNS})
    try:
        found = columns.value_counts(dropna=False, sort=False).reset_index(name="n")
    except TypeError:
        raise InvalidInput("the frame holds lists or mappings: give ids and names, as evaluate_segments() does") from None
    is_lost = found["segment_id"].isna()
    rows: Iterator[tuple[Any, ...]] = zip(*(found.loc[~is_lost, name].tolist() for name in (*_COLUMNS, "n")), strict=True)
    counted: _Met = {}
    for segment_id, name, group_id, n in rows:
        number, group = _id(segment_id, "segment_id"), _id(group_id, "segment_group_id")
        if number in counted:
            raise InvalidInput(f"segment {number} has two names or groups: draw each evaluation by itself")
        counted[number] = (n, "" if pd.isna(name) else str(name), group)
    return counted, int(found.loc[is_lost, "n"].sum())


def _id(value: Any, column: str) -> int:  # noqa: ANN401 - a cell of the frame
    number = int(value) if isinstance(value, float) and value.is_integer() else whole(value)
    if number is None:
        raise InvalidInput(f"column {column!r} holds {value!r:.60}: give whole numbers, as evaluate_segments() returns them")
    return number


def _known(evaluated: pd.DataFrame, segments: Any, counted: _Met) -> _Known:  # noqa: ANN401 - see above
    """Return the segments that took part in their order; by id where nobody knows them."""
    met = {number: (name, group) for number, (_, name, group) in sorted(counted.items()) if number != DEFAULT}
    if segments is not None:
        carried: Any = columns_of(in_detection_order(segments))
    else:
        carried = (evaluated.attrs.get("segkit") or {}).get("segments")
    if carried is None:
        return _Known(met, is_ordered=False)
    named = dict(zip(carried["segment_id"], zip(carried["segment_name"], carried["segment_group_id"], strict=True), strict=True))
    lost = sorted(set(met) - set(named))
    if lost and segments is not None:
        raise InvalidInput(f"segment {lost[0]} is not among the segments given: give those that were evaluated")
    return _Known(met, is_ordered=False) if lost else _Known({**named, **met}, is_ordered=True)


def _names_of(groups: object) -> dict[int, str]:
    if groups is None:
        return {}
    frame = groups.to_frame() if isinstance(groups, SegmentGroups) else groups
    told = "one row a group, as SegmentGroups.to_frame() returns it"
    ids, names = column_of(frame, "segment_group_id", told), column_of(frame, "segment_group_name", told)
    return {_id(number, "segment_group_id"): str(name) for number, name in zip(ids, names, strict=True)}


def _bars(counted: _Met, named: Mapping[int, tuple[str, int]], group_names: Mapping[int, str]) -> Iterator[_Bar]:
    n_of = {number: counted[number][0] if number in counted else 0 for number in named}
    kept, rest = most_and_rest(n_of, SHOWN)
    for number in kept:
        name, group = named[number]
        yield _Bar(number, name, group, group_names.get(group), n_of[number])
    if rest:
        yield _Bar(None, f"{len(rest):,} other segments", None, None, sum(n_of[number] for number in rest))
    n, name, group = counted.get(DEFAULT, (0, BUILT_IN[DEFAULT], 0))
    yield _Bar(DEFAULT, name, group, group_names.get(group), n)


def _heads(bars: list[_Bar], counted: _Met, base: int) -> Iterator[str]:
    """Yield for each bar the name of its group, with what the whole group has; further on it is only named."""
    n_of: Counter[int | None] = Counter()
    for n, _, group in counted.values():
        n_of[group] += n
    seen = set()
    for group, beside in groupby(bars, key=lambda bar: bar.group_id):
        run = list(beside)
        name = f"{cut(run[0].group_name, MOST_LETTERS)} ({group})" if run[0].group_name else f"group {group}"
        whole_group = f"{name}: {counted_as(n_of[group], base)}"
        head = "others" if group is None else f"{name}, continued" if group in seen else whole_group
        seen.add(group)
        yield from [head] * len(run)
