"""The banner: the columns of a table, and who is in which."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from segkit.errors import InvalidInput
from segkit.tables.categories import missing, pick, read_categories
from segkit.tables.letters import letter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from segkit.findings import Finding
    from segkit.tables.bases import Sparse

TOTAL = "Total"
FLAGS = "true-or-false columns"
WITHIN = " > "
"""Between the names of nested columns, and between their categories."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table.

    Attributes
    ----------
    banner
        The categorical column of the frame that it is a category of; empty for the total and for a boolean column.
    name
        The category, or the name of the boolean column.
    letter
        Empty for the total, which is not tested.
    """

    banner: str
    name: str
    letter: str

    @property
    def label(self) -> str:
        """The name with its banner."""
        return f"{self.banner}: {self.name}" if self.banner else self.name

    @property
    def heading(self) -> str:
        """The label with its letter."""
        return f"{self.label} ({self.letter})" if self.letter else self.label


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Columns that are tested against each other: categories of one column, or all boolean columns.

    Attributes
    ----------
    name
        As a footnote calls it.
    places
        ``(n_columns,)`` places in the banner.
    may_overlap
        Whether one respondent can be in several.
    shared
        How many respondents of the frame are in several.
    """

    name: str
    places: NDArray[np.int64]
    may_overlap: bool
    shared: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Banner:
    """The columns of a table.

    Attributes
    ----------
    columns, blocks
        In the order given, the total first; it is in no block.
    members
        ``(n_respondents, n_columns)`` sparse, 1.0 where a respondent is in a column.
    findings
        Where a column of the frame has no value.
    """

    columns: tuple[Column, ...]
    blocks: tuple[Block, ...]
    members: Sparse
    findings: tuple[Finding, ...]


class _Part(NamedTuple):
    """The table's columns that one entry makes, and for each membership the respondent and the column.

    `n_tested` of its columns, one after the other, are tested against each other; `tested` is what a footnote calls them.
    """

    name: str
    kind: Literal["total", "flag", "categories"]
    labels: list[str]
    rows: NDArray[np.int64]
    places: NDArray[np.int64]
    tested: str
    n_tested: int


def read_banner(frame: pd.DataFrame, entries: Sequence[str | tuple[str, ...]], *, total: bool) -> Banner:
    """Read the columns of a table from those of a frame; those of a tuple are nested.

    Raises
    ------
    InvalidInput
        When a column is not there, is there twice, or is neither categorical nor boolean; when there is none at all, or two
        columns of the table would read the same.
    """
    everyone = np.arange(len(frame))
    parts = [_Part(TOTAL, "total", [TOTAL], everyone, np.zeros_like(everyone), "", 1)] if total else []
    findings: list[Finding] = []
    for entry in entries:
        part, found = _nested(frame, entry) if isinstance(entry, tuple) else _part(frame, entry)
        parts.append(part)
        findings += found
    if not parts:
        raise InvalidInput("the table has no column: give columns, or total=True")
    return _assembled(parts, len(frame), findings)


def _part(frame: pd.DataFrame, name: str) -> tuple[_Part, list[Finding]]:
    column = pick(frame, name, "columns")
    found = list(
        missing(frame, name, column.isna().to_numpy(), "missing-column-value", f"no value: in no column of {name!r:.60}")
    )
    if isinstance(column.dtype, pd.CategoricalDtype):
        labels, codes = read_categories(frame, name, "columns")
        rows = np.flatnonzero(codes >= 0)
        return _Part(name, "categories", labels, rows, codes[rows], name, len(labels)), found
    if not pd.api.types.is_bool_dtype(column.dtype):
        fix = f'frame[{name!r}].astype("category"), or .astype("boolean") for a column of true and false'
        raise InvalidInput(f"columns: {name!r} is {column.dtype}, neither categorical nor boolean; give {fix}")
    rows = np.flatnonzero(column.fillna(value=False).to_numpy(dtype=bool))
    return _Part(name, "flag", [name], rows, np.zeros_like(rows), FLAGS, 1), found


def _nested(frame: pd.DataFrame, names: tuple[str, ...]) -> tuple[_Part, list[Finding]]:
    if not names:
        raise InvalidInput("columns: an empty tuple nests nothing; give the names of categoricals, the outermost first")
    place, inside = np.zeros(len(frame), dtype=np.int64), np.ones(len(frame), dtype=bool)
    levels: list[list[str]] = []
    findings: list[Finding] = []
    heading = WITHIN.join(names)
    for name in names:
        labels, codes = read_categories(frame, name, "columns")
        findings += missing(frame, name, codes < 0, "missing-column-value", f"no value: in no column of {heading!r:.60}")
        levels.append(labels)
        place, inside = place * len(labels) + codes, inside & (codes >= 0)
    rows = np.flatnonzero(inside)
    texts = [WITHIN.join(each) for each in product(*levels)]
    tested = f"{names[-1]} within {' and '.join(names[:-1])}" if names[:-1] else heading
    return _Part(heading, "categories", texts, rows, place[rows], tested, len(levels[-1])), findings


def _assembled(parts: Sequence[_Part], n_respondents: int, findings: Sequence[Finding]) -> Banner:
    starts = np.cumsum([0, *(len(part.labels) for part in parts)])
    lettered = int(parts[0].kind == "total")
    columns = tuple(
        Column(
            part.name if part.kind == "categories" else "",
            label,
            "" if part.kind == "total" else letter(int(start) + place - lettered),
        )
        for part, start in zip(parts, starts, strict=False)
        for place, label in enumerate(part.labels)
    )
    read = [column.label for column in columns]
    if len(set(read)) < len(read):
        twice = next(label for label in read if read.count(label) > 1)
        raise InvalidInput(f"columns: two columns of the table would read {twice!r:.60}; name each once, or rename one")
    rows = np.concatenate([part.rows for part in parts])
    places = np.concatenate([part.places + start for part, start in zip(parts, starts, strict=False)])
    members = sparse.csr_array((np.ones(len(rows)), (rows, places)), shape=(n_respondents, int(starts[-1])))
    return Banner(columns, tuple(_blocks(parts, starts, members)), members, tuple(findings))


def _blocks(parts: Sequence[_Part], starts: NDArray[np.int64], members: Sparse) -> Iterator[Block]:
    flags = [int(start) for part, start in zip(parts, starts, strict=False) if part.kind == "flag"]
    for part, start in zip(parts, starts, strict=False):
        if part.kind == "categories" and part.n_tested:
            for first in range(int(start), int(start) + len(part.labels), part.n_tested):
                yield Block(part.tested, np.arange(first, first + part.n_tested), may_overlap=False)
        elif part.kind == "flag" and int(start) == flags[0]:
            shared = int((members[:, flags].sum(axis=1) > 1).sum())
            yield Block(FLAGS, np.array(flags, dtype=np.int64), may_overlap=True, shared=shared)
