"""Segments by columns of a frame, as a report shows them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from segkit.errors import InvalidInput
from segkit.findings import Findings
from segkit.provenance import together
from segkit.tables import cells, page, workbook
from segkit.tables.banner import read_banner
from segkit.tables.benchmark import read_benchmarks
from segkit.tables.criterion import Criterion
from segkit.tables.footnotes import footnotes
from segkit.tables.names import read_columns, read_rows
from segkit.tables.sources import NOT_STATED, of_column, rule_of
from segkit.tables.stub import read_stub
from segkit.tables.weights import read_weights

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from segkit.provenance import Provenance
    from segkit.tables.banner import Banner
    from segkit.tables.benchmark import Benchmark, Given
    from segkit.tables.criterion import Correction, Intervals
    from segkit.tables.names import Columns, Rows
    from segkit.tables.stub import Stub


def segment_table(  # noqa: PLR0913 - what a report's table is defined by
    frame: pd.DataFrame,
    rows: Rows,
    columns: Columns | None = None,
    weights: str | pd.Series | None = None,
    *,
    total: bool = True,
    benchmark: Given | None = None,
    benchmark_provenance: Provenance | None = None,
    confidence: float = 0.95,
    correction: Correction = "none",
    intervals: Intervals = "wilson",
    no_test_below: float = 30,
    small_below: float = 100,
    missing_in_base: bool = False,
) -> SegmentTable:
    """Tabulate segments by columns: bases, shares, intervals, significance letters, an index.

    Parameters
    ----------
    frame
        One row a respondent. Its provenance is read from ``<rows>_provenance`` and ``attrs["segkit"]``.
    rows
        The column of segments, a categorical; or several, one table below the other. Segments that nobody is in stay.
    columns
        Columns of the frame, side by side: categoricals, whose categories become columns that are tested against each other;
        booleans, which may overlap and are all tested against each other, as the answers to a question that takes several. A
        tuple inside the list nests categoricals, the outermost first; the innermost are tested within each outer category.
    weights
        The column of weights, or a Series with the frame's index; 0 or more, none missing.
    total
        Whether the first column is everyone. It is not tested.
    benchmark, benchmark_provenance
        What the index is against: the label of a column of the table; shares from 0 to 1 by segment, as a mapping or a Series; a
        distribution of `segkit.sel.published.published`; or, for several `rows`, a mapping of their names to such shares. The
        provenance is said of shares that do not say it themselves. Shares of another edition than the segments' are refused.
    confidence, correction, intervals, no_test_below, small_below
        As of `segkit.tables.criterion.Criterion`: the level of tests and intervals; ``none``, ``bonferroni`` or ``holm``;
        ``wilson`` or ``goodman``; the effective bases below which a column is not tested (``**``) or marked (``*``).
    missing_in_base
        Whether those without a segment are in the base, and in a row of their own.

    Raises
    ------
    InvalidInput
        When a column is not there or not what it must be, a weight cannot be used, or an argument is out of its range. The
        findings name row and column.
    """
    _check(frame, total, missing_in_base)
    criterion = Criterion(confidence, correction, intervals, no_test_below, small_below)
    values, entries = read_weights(frame, weights), read_columns(columns)
    banner = read_banner(frame, entries, total=total)
    stubs = [
        read_stub(frame, name, banner, values, missing_in_base=missing_in_base, criterion=criterion) for name in read_rows(rows)
    ]
    segments = {stub.name: stub.segments for stub in stubs}
    rules = {name: rule_of(frame, name) for name in segments}
    benchmarks = read_benchmarks(benchmark, benchmark_provenance, banner.columns, segments, rules)
    words = _words(frame, entries, weights)
    return SegmentTable(tuple(stubs), banner, benchmarks, criterion, _called(weights), missing_in_base, words, len(frame))


def _check(frame: object, total: object, missing_in_base: object) -> None:
    if not isinstance(frame, pd.DataFrame):
        raise InvalidInput(f"give a DataFrame with one row a respondent, not {type(frame).__name__}")
    if not all(map(pd.api.types.is_bool, (total, missing_in_base))):
        raise InvalidInput(f"total is {total!r:.40} and missing_in_base {missing_in_base!r:.40}: give True or False")


def _called(weights: str | pd.Series | None) -> str | None:
    return None if weights is None else str(weights if isinstance(weights, str) else weights.name or "the Series given")


def _words(
    frame: pd.DataFrame, entries: Sequence[str | tuple[str, ...]], weights: str | pd.Series | None
) -> tuple[Provenance | None, ...]:
    names = [name for entry in entries for name in ([entry] if isinstance(entry, str) else entry)]
    names += [weights] if isinstance(weights, str) else []
    return tuple(word for name in dict.fromkeys(names) for word in of_column(frame, name))


@dataclass(frozen=True, eq=False, repr=False)
class SegmentTable:
    """A table of segments; `segment_table` makes one.

    Examples
    --------
    >>> segments = pd.Categorical(["A", "A", "B", "A"], ["A", "B", "C"])
    >>> frame = pd.DataFrame({"segment": segments, "online": [True, True, True, False]})
    >>> table = segment_table(frame, "segment", "online")
    >>> table
    <SegmentTable segment by online: 3 segments, 2 columns, 4 respondents; provenance not stated>
    >>> table.wide().to_numpy().tolist()
    [[0.75, 0.6666666666666666], [0.25, 0.3333333333333333], [0.0, 0.0]]

    Attributes
    ----------
    stubs
        The rows, a `Stub` for each column of segments: counts, shares, intervals, letters, marks.
    banner
        The columns, and which are tested against each other.
    benchmarks
        By the column of segments, what its index is against.
    criterion
        Level, correction and thresholds.
    weights
        What the weights are called; None where there are none.
    missing_in_base
        Whether those without a segment are in the base.
    words
        What the frame says of where columns and weights come from.
    n_respondents
        Rows of the frame.
    """

    stubs: tuple[Stub, ...]
    banner: Banner
    benchmarks: Mapping[str, Benchmark]
    criterion: Criterion
    weights: str | None
    missing_in_base: bool
    words: tuple[Provenance | None, ...]
    n_respondents: int

    @property
    def findings(self) -> Findings:
        """Where a respondent has no segment or is in no column, and segments without a benchmark share."""
        missing = [*(finding for stub in self.stubs for finding in stub.findings), *self.banner.findings]
        without = [
            finding
            for stub in self.stubs
            if stub.name in self.benchmarks
            for finding in self.benchmarks[stub.name].findings(stub.name, stub.segments)
        ]
        return Findings(dict.fromkeys([*missing, *without]))

    @cached_property
    def footnotes(self) -> tuple[str, ...]:
        """Bases, formulas, thresholds and sources in words."""
        return tuple(
            footnotes(
                self.stubs,
                self.banner,
                self.criterion,
                weights=self.weights,
                missing_in_base=self.missing_in_base,
                benchmarks=self.benchmarks,
            )
        )

    @property
    def provenance(self) -> Provenance | None:
        """The weakest word of segments, columns, weights and benchmark; None where one of them does not say."""
        return together(self._word(stub) for stub in self.stubs)

    def _word(self, stub: Stub) -> Provenance | None:
        benchmark = self.benchmarks.get(stub.name)
        compared = [] if benchmark is None or benchmark.column is not None else [benchmark.provenance]
        return together([stub.provenance, *compared, *self.words])

    def to_frame(self) -> pd.DataFrame:
        """Return one row a cell (`segkit.tables.table_frames.SEGMENT_TABLE`), by segment and then by column, in their orders.

        rows, segment
            The column of segments and its category; segment is missing for those without one.
        banner, column, letter
            The column of the frame and its category; banner is empty for a boolean column and for the total.
        n, weighted_n
            Respondents, and their weights added up.
        share, low, high
            From 0 to 1, with the ends of the interval; missing where the base is 0.
        letters
            Of the columns with a significantly smaller share, a space between them.
        mark
            ``**`` or ``*`` where the effective base is small.
        benchmark_share, benchmark_index
            Missing where there is none.
        base_n, base_weighted, base_effective
            Of the column.
        provenance
            The weakest word of what the cell is made of; missing where the frame does not say.

        ``attrs["segkit"]`` has the provenance, the footnotes and the findings.
        """
        made = cells.to_frame(self.stubs, self.banner, self.benchmarks, [self._word(stub) for stub in self.stubs])
        made.attrs["segkit"] = {
            "provenance": self.provenance,
            "footnotes": list(self.footnotes),
            "findings": [asdict(finding) for finding in self.findings],
        }
        return made

    def wide(self, value: str = "share") -> pd.DataFrame:
        """Return one figure of every cell: a row a segment, a column a column of the table.

        Parameters
        ----------
        value
            A column of `to_frame`, such as ``n``, ``share``, ``letters`` or ``benchmark_index``.

        Raises
        ------
        InvalidInput
            When there is no such figure.
        """
        return cells.wide(self.to_frame(), value, self.banner)

    def to_excel(self, path: str | os.PathLike[str]) -> None:
        """Write a file of three sheets: ``table`` as people read it, ``cells`` as `to_frame`, ``notes``.

        Figures are numbers of 16 digits; texts are texts, never formulas.

        Raises
        ------
        InvalidInput
            When openpyxl is not installed (``pip install "segkit[excel]"``), or a name cannot stand in a sheet.
        OSError
            When the file cannot be written.
        """
        tables = page.sheet(self.stubs, self.banner, self.benchmarks, is_weighted=self.weights is not None)
        workbook.write(path, [*tables, [[self._label]]], self.to_frame(), [self._label, *self.footnotes])

    @property
    def _label(self) -> str:
        return f"Provenance: {self.provenance or NOT_STATED}."

    def __repr__(self) -> str:
        entries = dict.fromkeys(column.banner or column.name for column in self.banner.columns if column.letter)
        by = f" by {', '.join(entries)}" if entries else ""
        rows = ", ".join(stub.name for stub in self.stubs)
        n_segments = sum(len(stub.segments) for stub in self.stubs)
        size = f"{n_segments} segments, {len(self.banner.columns)} columns, {self.n_respondents:,} respondents"
        return f"<SegmentTable {rows}{by}: {size}; {self.provenance or NOT_STATED}>".replace("\n", " ")

    def _repr_html_(self) -> str:
        return page.page(
            self.stubs, self.banner, self.benchmarks, self.footnotes, self._label, is_weighted=self.weights is not None
        )
