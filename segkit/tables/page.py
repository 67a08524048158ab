"""A table as people read it: on a page, and as the lines of a sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from segkit import markup
from segkit.tables.benchmark import index_of
from segkit.tables.workbook import Shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from segkit.tables.banner import Banner
    from segkit.tables.bases import Counts
    from segkit.tables.benchmark import Benchmark
    from segkit.tables.stub import Stub

NO_SEGMENT = "(no segment)"
_NOTHING = "–"


def page(
    stubs: Sequence[Stub],
    banner: Banner,
    benchmarks: Mapping[str, Benchmark],
    footnotes: Sequence[str],
    label: str,
    *,
    is_weighted: bool,
) -> str:
    """Write the tables, one for each stub, then the notes."""
    parts = [part for stub in stubs for part in _stub(stub, banner, benchmarks.get(stub.name), is_weighted=is_weighted)]
    notes = markup.join(markup.note(line) for line in footnotes)
    return markup.join([*parts, markup.note(markup.element("strong", label)), notes]).html


def _stub(stub: Stub, banner: Banner, benchmark: Benchmark | None, *, is_weighted: bool) -> Iterator[markup.Markup]:
    counts = stub.counts
    headers = [stub.name, *_headings(stub, banner)]

    def table(caption: str, body: Sequence[Sequence[object]], above: Sequence[Sequence[object]] = ()) -> markup.Markup:
        named = [(_segment(segment), *cells) for segment, cells in zip(stub.segments, body, strict=True)]
        return markup.table(caption, headers, [*above, *named])

    bases = [
        (name, *(f"{base:,.{digits}f}" for base in values)) for name, values, digits in _bases(counts, is_weighted=is_weighted)
    ]
    shares = [list(map(_share, *both)) for both in zip(counts.shares, stub.letters, strict=True)]
    yield table(f"{stub.name}: shares", shares, bases)
    if benchmark is not None:
        beside = benchmark.of(stub.segments, counts.shares)
        index = [[_figure(value, "{:.0f}") for value in row] for row in index_of(counts.shares, beside)]
        yield markup.folded("index", table(f"{stub.name}: index against {benchmark.source}", index), is_open=True)
    ends = [list(map(_interval, *both)) for both in zip(stub.low, stub.high, strict=True)]
    yield markup.folded("intervals", table(f"{stub.name}: intervals of the shares", ends))
    n = [[f"{value:,}" for value in row] for row in counts.n]
    yield markup.folded("respondents", table(f"{stub.name}: respondents, unweighted", n))


def _headings(stub: Stub, banner: Banner) -> list[str]:
    return [" ".join(filter(None, [column.heading, mark])) for column, mark in zip(banner.columns, stub.marks, strict=True)]


def _segment(segment: str | None) -> str:
    return NO_SEGMENT if segment is None else segment


def _bases(counts: Counts, *, is_weighted: bool) -> Iterator[tuple[str, np.typing.NDArray[Any], int]]:
    yield "base (respondents)", counts.base_n, 0
    if is_weighted:
        yield "base, weighted", counts.base_weighted, 1
        yield "base, effective", counts.base_effective, 1


def _figure(value: float, written: str) -> str:
    return _NOTHING if np.isnan(value) else written.format(value)


def _share(share: float, letters: str) -> markup.Markup:
    parts = [_figure(share, "{:.1%}"), *([markup.element("strong", letters)] if letters else [])]
    return markup.join(parts, " ")


def _interval(low: float, high: float) -> str:
    return _NOTHING if np.isnan(low) else f"{low:.1%} to {high:.1%}"


def sheet(
    stubs: Sequence[Stub], banner: Banner, benchmarks: Mapping[str, Benchmark], *, is_weighted: bool
) -> list[list[list[Any]]]:
    """Return the lines of each stub: its heading, the bases, a line a segment; a share, its letters and its index are cells."""
    return [_lines(stub, banner, benchmarks.get(stub.name), is_weighted=is_weighted) for stub in stubs]


def _lines(stub: Stub, banner: Banner, benchmark: Benchmark | None, *, is_weighted: bool) -> list[list[Any]]:
    counts = stub.counts
    beside = None if benchmark is None else index_of(counts.shares, benchmark.of(stub.segments, counts.shares))
    more = ["letters"] if beside is None else ["letters", "index"]
    heading = [stub.name, *(cell for name in _headings(stub, banner) for cell in (name, *more))]
    bases = [
        [name, *(cell for base in values.tolist() for cell in (Shown(base, "#,##0" + ".0" * digits), *[None] * len(more)))]
        for name, values, digits in _bases(counts, is_weighted=is_weighted)
    ]
    lines: list[list[Any]] = [heading, *bases]
    for place, segment in enumerate(stub.segments):
        line: list[Any] = [_segment(segment)]
        for column, letters in enumerate(stub.letters[place]):
            index = [] if beside is None else [Shown(float(beside[place, column]), "0")]
            line += [Shown(float(counts.shares[place, column]), "0.0%"), letters, *index]
        lines.append(line)
    return lines
