"""The cells of a table as a frame: long, one row a cell, or wide, one figure of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from segkit import frames
from segkit.errors import InvalidInput
from segkit.tables import table_frames
from segkit.tables.benchmark import index_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from segkit.provenance import Provenance
    from segkit.tables.banner import Banner
    from segkit.tables.benchmark import Benchmark
    from segkit.tables.stub import Stub

PLACE = ("rows", "segment", "banner", "column")


def to_frame(
    stubs: Sequence[Stub], banner: Banner, benchmarks: Mapping[str, Benchmark], words: Sequence[Provenance | None]
) -> pd.DataFrame:
    """Return `table_frames.SEGMENT_TABLE`, by segment and then by column; `words` are the provenance of each stub."""
    parts = [_of_stub(stub, banner, benchmarks.get(stub.name), word) for stub, word in zip(stubs, words, strict=True)]
    return pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0]


def _of_stub(stub: Stub, banner: Banner, benchmark: Benchmark | None, word: Provenance | None) -> pd.DataFrame:
    counts, shape = stub.counts, stub.counts.n.shape
    beside = np.full(shape[0], np.nan) if benchmark is None else benchmark.of(stub.segments, counts.shares)
    by_cell = {
        "n": counts.n,
        "weighted_n": counts.weighted,
        "share": counts.shares,
        "low": stub.low,
        "high": stub.high,
        "benchmark_share": np.broadcast_to(beside[:, None], shape),
        "benchmark_index": index_of(counts.shares, beside),
    }
    bases = {"base_n": counts.base_n, "base_weighted": counts.base_weighted, "base_effective": counts.base_effective}
    by_column = {
        "banner": [column.banner for column in banner.columns],
        "column": [column.name for column in banner.columns],
        "letter": [column.letter for column in banner.columns],
        "mark": list(stub.marks),
    }
    columns = {
        "rows": [stub.name] * counts.n.size,
        "segment": [segment for segment in stub.segments for _ in banner.columns],
        "letters": [letters for row in stub.letters for letters in row],
        "provenance": [word] * counts.n.size,
        **{name: values.reshape(-1) for name, values in by_cell.items()},
        **{name: np.tile(values, shape[0]) for name, values in bases.items()},
        **{name: values * shape[0] for name, values in by_column.items()},
    }
    return frames.build(table_frames.SEGMENT_TABLE, columns)


def wide(frame: pd.DataFrame, value: str, banner: Banner) -> pd.DataFrame:
    """Return one figure of every cell of `frame`; the index has rows and segment, the columns banner and column."""
    figures = [name for name in table_frames.SEGMENT_TABLE if name not in PLACE]
    if value not in figures:
        raise InvalidInput(f"a cell has no figure {value!r:.40}; give one of {figures}")
    n_columns = len(banner.columns)
    made = pd.concat([frame[value].iloc[place::n_columns].reset_index(drop=True) for place in range(n_columns)], axis=1)
    made.index = pd.MultiIndex.from_frame(frame[["rows", "segment"]].iloc[::n_columns])
    made.columns = pd.MultiIndex.from_tuples([(c.banner, c.name) for c in banner.columns], names=["banner", "column"])
    made.attrs = dict(frame.attrs)
    return made
