"""A benchmark: the share that a segment has elsewhere; the index is 100 times the share over it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from segkit.errors import InvalidInput
from segkit.findings import Finding
from segkit.provenance import WORDS
from segkit.sel.edition import table_of
from segkit.sel.published import Published
from segkit.tables.sources import rule_of_shares

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from segkit.provenance import Provenance
    from segkit.tables.banner import Column
    from segkit.tables.sources import RuleOfSegments

    Shares = Mapping[str, float] | pd.Series[float] | Published
    Given = str | Shares | Mapping[str, Shares]

_MOST = 1.01
"""What shares may add up to: published percentages are rounded."""


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What shares are compared with.

    Attributes
    ----------
    source
        In words.
    column
        The place of a column of the table; None when shares are given.
    shares
        By segment, from 0 to 1.
    provenance
        Of given shares; None when it is not stated, and for a column, which is as good as its segments.
    table
        Standard and edition of the table that the shares are of, where they say so.
    rule
        The rule of the segments, where the frame says so.
    """

    source: str
    column: int | None
    shares: Mapping[str, float]
    provenance: Provenance | None
    table: tuple[str, int] | None = None
    rule: RuleOfSegments | None = None

    @property
    def note(self) -> str:
        """What is to know of the rules of shares and segments, as a sentence; nothing where the shares name none."""
        if self.table is None:
            return ""
        beside = "the frame does not say by which rule its segments were scored"
        if self.rule is not None:
            verb = "scored by" if self.rule.is_scored else "drawn for"
            beside = f"the segments were {verb} {_named(self.rule.table)}"
        return f"the benchmark's shares are of {_named(self.table)}; {beside}."

    def of(self, segments: Sequence[str | None], shares: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return ``(n_segments,)`` benchmark shares, NaN where there is none."""
        if self.column is not None:
            return np.asarray(shares[:, self.column], dtype=np.float64)
        return np.array([np.nan if name is None else self.shares.get(name, np.nan) for name in segments], dtype=np.float64)

    def findings(self, rows: str, segments: Sequence[str | None]) -> Iterator[Finding]:
        """Name the segments that have no share to be compared with, and shares that may be of another rule."""
        if self.table and self.rule and self.table != self.rule.table:
            yield Finding("other-edition", "warning", f"rows {rows!r:.60}", self.note.removesuffix("."), _OTHER)
        for name in segments:
            if self.column is None and name is not None and not self.shares.get(name):
                fault = "the benchmark share is 0" if name in self.shares else "there is no benchmark share"
                where = f"rows {rows!r:.60}, segment {name!r:.60}"
                yield Finding("no-benchmark-share", "warning", where, f"{fault}, so there is no index", "Give a share above 0.")


def index_of(shares: NDArray[np.float64], benchmark: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ``100 share / benchmark share``, NaN where there is no benchmark share or it is 0.

    Parameters
    ----------
    shares, benchmark
        ``(n_segments, n_columns)`` and ``(n_segments,)``.

    Examples
    --------
    >>> index_of(np.array([[0.3, 0.1]]), np.array([0.25])).tolist()
    [[120.0, 40.0]]
    """
    beside = np.broadcast_to(benchmark[:, None], shares.shape)
    found = np.full(shares.shape, np.nan)
    np.divide(100 * shares, beside, out=found, where=beside > 0)
    return found


def read_benchmarks(
    given: Given | None,
    word: Provenance | None,
    columns: Sequence[Column],
    segments: Mapping[str, Sequence[str | None]],
    rules: Mapping[str, RuleOfSegments | None],
) -> dict[str, Benchmark]:
    """Read what each of the `rows` is compared with.

    Parameters
    ----------
    given
        The label of a column of the table; or the share of each segment, as a mapping, a Series or a published distribution;
        or such shares by the name of the column of segments, where there are several.
    word
        The provenance of shares that do not say it themselves.
    segments, rules
        By the name of the column of segments; the rule where the frame says it.

    Raises
    ------
    InvalidInput
        When no column has the label, a segment is not one of the table, a share is no number from 0 to 1, or the shares add up
        to more than 1; when the provenance is none of the three words, or shares are given that it cannot be said of; when the
        segments were scored by another rule than the one whose shares are given (``other-edition``).
    """
    if word is not None and (word not in WORDS or given is None or isinstance(given, str)):
        raise InvalidInput(f"benchmark_provenance is {word!r:.40}: give one of {list(WORDS)}, beside shares by segment")
    if given is None:
        return {}
    if isinstance(given, str):
        column = _column(given, columns)
        return dict.fromkeys(segments, Benchmark(f"the share in column {columns[column].label}", column, {}, None))
    by_rows = _by_rows(given, list(segments))
    return {rows: _of_rule(_labelled(_shares(each, segments[rows]), word), rules[rows]) for rows, each in by_rows.items()}


def _column(label: str, columns: Sequence[Column]) -> int:
    places = [place for place, column in enumerate(columns) if column.label == label]
    places = places or [place for place, column in enumerate(columns) if column.name == label]
    if len(places) != 1:
        amount = "several columns" if places else "no column"
        raise InvalidInput(f"benchmark: {amount} of the table named {label!r:.60}; it has {[c.label for c in columns]!r:.300}")
    return places[0]


def _by_rows(given: Shares | Mapping[str, Shares], rows: Sequence[str]) -> dict[str, Shares]:
    nested = isinstance(given, Mapping) and all(isinstance(each, Mapping | pd.Series | Published) for each in given.values())
    if isinstance(given, Mapping) and given and nested:
        unknown = [name for name in given if name not in rows]
        if unknown:
            raise InvalidInput(f"benchmark: {unknown[0]!r:.60} is none of the rows {list(rows)!r:.300}")
        return dict(given)  # type: ignore[arg-type] # the values have just been looked at
    if len(rows) != 1:
        raise InvalidInput(f"benchmark: the table has several rows; say whose shares these are: {{{rows[0]!r:.60}: {{...}}}}")
    return {rows[0]: given}  # type: ignore[dict-item] # a mapping of mappings went out above


def _labelled(benchmark: Benchmark, word: Provenance | None) -> Benchmark:
    if word is None or benchmark.provenance == word:
        return benchmark
    if benchmark.provenance is not None:
        raise InvalidInput(
            f"benchmark_provenance is {word!r}, but the shares say {benchmark.provenance!r} themselves; leave it out"
        )
    return replace(benchmark, provenance=word)


def _of_rule(benchmark: Benchmark, rule: RuleOfSegments | None) -> Benchmark:
    """Refuse shares of another rule than the one that the segments were scored by, as a fit does."""
    if benchmark.table and rule and rule.is_scored and benchmark.table != rule.table:
        message = f"the shares are of {_named(benchmark.table)}, the segments of {_named(rule.table)}"
        finding = Finding("other-edition", "error", "benchmark", message, _OTHER)
        raise InvalidInput("the published shares are of another rule", [finding])
    return replace(benchmark, rule=rule)


def _named(table: tuple[str, int]) -> str:
    return f"{table[0]} {table[1]}"


def _shares(given: Shares, segments: Sequence[str | None]) -> Benchmark:
    if isinstance(given, Published):
        return Benchmark(
            given.name, None, _checked(given.shares.items(), segments), given.provenance, table_of(given.standard, given.edition)
        )
    if isinstance(given, pd.Series):
        about = given.attrs.get("segkit") or {}
        word = about.get("provenance") if about.get("provenance") in WORDS else None
        source = str(about.get("population", "shares given"))
        return Benchmark(source, None, _checked(given.items(), segments), word, rule_of_shares(given))
    if not isinstance(given, Mapping):
        raise InvalidInput(
            f"benchmark: give shares by segment, a published distribution, or a column, not {type(given).__name__}"
        )
    return Benchmark("shares given", None, _checked(given.items(), segments), None)


def _checked(given: Any, segments: Sequence[str | None]) -> dict[str, float]:  # noqa: ANN401 - pairs of whatever was given
    found: list[Finding] = []
    read: dict[str, float] = {}
    for label, share in given:
        name = str(label)
        if name not in segments:
            found.append(_error(name, f"no segment of the table: {[each for each in segments if each is not None]!r:.200}"))
        elif name in read:
            found.append(_error(name, "the segment is there twice"))
        elif isinstance(share, bool) or not isinstance(share, Real) or not 0 <= float(share) <= 1:
            found.append(_error(name, f"{share!r:.40} is no share from 0 to 1"))
        else:
            read[name] = float(share)
    if sum(read.values()) > _MOST:
        found.append(Finding("not-a-benchmark", "error", "benchmark", f"the shares add up to {sum(read.values()):g}", _FIX))
    if found:
        raise InvalidInput("benchmark: these shares cannot be used", found)
    return read


_OTHER = "Give shares of this edition, or their numbers as a mapping with your own source."
_FIX = "Give shares from 0 to 1 by segment, which add up to 1."


def _error(name: str, message: str) -> Finding:
    return Finding("not-a-benchmark", "error", f"benchmark[{name!r:.60}]", message, _FIX)
