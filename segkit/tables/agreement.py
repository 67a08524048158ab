"""Two segmentations of the same respondents beside each other: a confusion table, and how far they agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from segkit import frames, markup
from segkit.errors import InvalidInput
from segkit.provenance import together
from segkit.tables import table_frames
from segkit.tables.intervals import wilson
from segkit.tables.sources import NOT_STATED, of_segments

if TYPE_CHECKING:
    from segkit.provenance import Provenance


@dataclass(frozen=True, eq=False, repr=False)
class Agreement:
    """How two columns of segments agree; `agreement` makes one.

    Attributes
    ----------
    table
        Counts: a row a segment of ours, a column a segment of theirs, segments that nobody is in too.
    names
        What the two columns are called.
    n_without
        Respondents that lack a segment in one of the two; they are in no count.
    """

    table: pd.DataFrame
    names: tuple[str, str]
    n_without: int
    provenance: Provenance | None

    @property
    def n(self) -> int:
        """Respondents with both segments."""
        return int(self.table.to_numpy().sum())

    @property
    def share(self) -> float:
        """The share of them with the same segment in both; NaN where there are none."""
        return self._same / self.n if self.n else float("nan")

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval of the share, 95 %."""
        low, high = wilson(np.array([self.share]), np.array([float(self.n)]), 0.95)
        return float(low[0]), float(high[0])

    @property
    def kappa(self) -> float:
        """Cohen's kappa, unweighted: agreement beyond that of the two distributions alone; NaN where that is whole."""
        if not self.n:
            return float("nan")
        rows, columns = self.table.sum(axis=1), self.table.sum()
        by_chance = sum(rows[name] * columns[name] for name in rows.index.intersection(columns.index)) / self.n**2
        return float("nan") if by_chance == 1 else float((self.share - by_chance) / (1 - by_chance))

    @property
    def _same(self) -> int:
        both = self.table.index.intersection(self.table.columns)
        return int(sum(self.table.loc[name, name] for name in both))

    def to_frame(self) -> pd.DataFrame:
        """Return one row a pair of segments (`segkit.tables.table_frames.AGREEMENT`): ours, theirs, n, share of all with both."""
        rows = [
            (str(ours), str(theirs), int(n), int(n) / self.n if self.n else float("nan"), self.provenance)
            for ours, counts in zip(self.table.index, self.table.to_numpy(), strict=True)
            for theirs, n in zip(self.table.columns, counts, strict=True)
        ]
        made = frames.from_rows(table_frames.AGREEMENT, rows)
        made.attrs["segkit"] = {"provenance": self.provenance, "n_without": self.n_without}
        return made

    @property
    def _in_words(self) -> str:
        without = f", {self.n_without:,} more without one of the two" if self.n_without else ""
        if not self.n:
            return f"nobody has both{without}; {self.provenance or NOT_STATED}"
        low, high = self.interval
        told = f"{self._same:,} of {self.n:,} agree ({self.share:.1%}, {low:.1%}-{high:.1%}), kappa {self.kappa:.3f}"
        return f"{told}{without}; {self.provenance or NOT_STATED}"

    def __repr__(self) -> str:
        return f"<Agreement of {self.names[0]} with {self.names[1]}: {self._in_words}>".replace("\n", " ")

    def _repr_html_(self) -> str:
        head = [f"{self.names[0]} \\ {self.names[1]}", *map(str, self.table.columns), "n"]
        counts = self.table.to_numpy()
        rows = [(str(name), *(f"{n:,}" for n in of), f"{of.sum():,}") for name, of in zip(self.table.index, counts, strict=True)]
        rows.append(("n", *(f"{n:,}" for n in counts.sum(axis=0)), f"{self.n:,}"))
        caption = f"{self.names[0]} (rows) and {self.names[1]} (columns)"
        return markup.join([markup.table(caption, head, rows), markup.note(self._in_words)]).html


def agreement(frame: pd.DataFrame, ours: str, vendor: str) -> Agreement:
    """Compare two columns of segments respondent by respondent, as a standard's score with what a vendor calculated.

    Parameters
    ----------
    frame
        One row a respondent.
    ours, vendor
        The columns, categoricals for the order of the segments. Segments agree when they are called the same.

    Raises
    ------
    InvalidInput
        When it is no frame, or a column is missing, is there twice, or is no categorical.

    Examples
    --------
    >>> scale = pd.CategoricalDtype(["A", "B"], ordered=True)
    >>> frame = pd.DataFrame({"ours": ["A", "A", "B"], "theirs": ["A", "B", "B"]}, dtype=scale)
    >>> agreement(frame, "ours", "theirs")
    <Agreement of ours with theirs: 2 of 3 agree (66.7%, 20.8%-93.9%), kappa 0.400; provenance not stated>
    """
    if not isinstance(frame, pd.DataFrame):
        raise InvalidInput(f"the frame is {type(frame).__name__}: give a DataFrame with one row a respondent")
    for name in (ours, vendor):
        if list(frame.columns).count(name) != 1:
            raise InvalidInput(f"the frame has {list(frame.columns).count(name)} columns {name!r}; it has {list(frame.columns)}")
        if not isinstance(frame[name].dtype, pd.CategoricalDtype):
            raise InvalidInput(
                f"column {name!r} is {frame[name].dtype}: give a categorical, which knows the order of the segments"
            )
    one, other = frame[ours], frame[vendor]
    both = (one.notna() & other.notna()).to_numpy()
    counts = np.zeros((len(one.cat.categories), len(other.cat.categories)), dtype=np.int64)
    np.add.at(counts, (one.cat.codes.to_numpy()[both], other.cat.codes.to_numpy()[both]), 1)
    index = pd.Index(one.cat.categories.astype("str"), name=ours)
    columns = pd.Index(other.cat.categories.astype("str"), name=vendor)
    words = [of_segments(frame, name) for name in (ours, vendor)]
    table = pd.DataFrame(counts, index=index, columns=columns)
    return Agreement(table, (str(ours), str(vendor)), int((~both).sum()), together(words))
