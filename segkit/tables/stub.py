"""The stub: a column of segments as the rows of a table, counted and tested over the banner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from segkit.tables.bases import Sample
from segkit.tables.categories import missing, read_categories
from segkit.tables.letters import larger
from segkit.tables.sources import of_segments

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from segkit.findings import Finding
    from segkit.provenance import Provenance
    from segkit.tables.banner import Banner
    from segkit.tables.bases import Counts
    from segkit.tables.criterion import Criterion


@dataclass(frozen=True, slots=True, eq=False)
class Stub:
    """Rows of a table: the segments of one column of the frame.

    Attributes
    ----------
    name
        Of the column.
    segments
        In the column's order; None for those without a segment, where they are in the base.
    counts
        ``(n_segments, n_columns)``.
    low, high
        ``(n_segments, n_columns)`` ends of the intervals.
    letters
        For each segment and column the letters of the columns with a significantly smaller share.
    marks
        For each column ``**``, ``*`` or nothing.
    without
        How many respondents have no segment.
    provenance
        Of the segments; None where the frame does not say.
    findings
        Where a respondent has no segment.
    """

    name: str
    segments: tuple[str | None, ...]
    counts: Counts
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    letters: tuple[tuple[str, ...], ...]
    marks: tuple[str, ...]
    without: int
    provenance: Provenance | None
    findings: tuple[Finding, ...]


def read_stub(
    frame: pd.DataFrame,
    name: str,
    banner: Banner,
    weights: NDArray[np.float64],
    *,
    missing_in_base: bool,
    criterion: Criterion,
) -> Stub:
    """Count the segments of a column of the frame over the banner.

    Raises
    ------
    InvalidInput
        When the column is not there, is there twice, or is no categorical.
    """
    labels, codes = read_categories(frame, name, "rows")
    absent = codes == -1
    told = "no segment: in the base, in a row of its own" if missing_in_base else "no segment: in no base"
    found = tuple(missing(frame, name, absent, "missing-segment", told))
    segments: list[str | None] = [*labels]
    if missing_in_base:
        codes[absent] = len(segments)
        segments.append(None)
    sample = Sample(codes, len(segments), banner.members, weights)
    counts = sample.counts()
    low, high = criterion.interval(counts.shares, counts.base_effective)
    return Stub(
        name,
        tuple(segments),
        counts,
        low,
        high,
        _letters(sample, counts, banner, criterion),
        tuple(criterion.marks(counts.base_effective)),
        int(absent.sum()),
        of_segments(frame, name),
        found,
    )


def _letters(sample: Sample, counts: Counts, banner: Banner, criterion: Criterion) -> tuple[tuple[str, ...], ...]:
    found = np.full(counts.n.shape, "", dtype=object)
    for block in banner.blocks:
        overlap = sample.overlap(block.places) if block.may_overlap else None
        names = [banner.columns[place].letter for place in block.places]
        for segment, row in enumerate(larger(counts, block.places, overlap, criterion)):
            found[segment, block.places] = [" ".join(names[smaller] for smaller in above) for above in row]
    return tuple(map(tuple, found.tolist()))
