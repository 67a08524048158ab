"""Segment tables as panels of a picture: one a column of segments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from segkit.errors import InvalidInput
from segkit.provenance import WORDS, together
from segkit.tables import table_frames
from segkit.tables.segment_table import SegmentTable
from segkit.tables.sources import NOT_STATED

if TYPE_CHECKING:
    from typing import TypeAlias

    Tables: TypeAlias = "SegmentTable | pd.DataFrame | Mapping[str, SegmentTable | pd.DataFrame]"

NO_SEGMENT = "no segment"


class Panel(NamedTuple):
    """One scheme of segments with its columns.

    Attributes
    ----------
    cells
        `segkit.tables.table_frames.SEGMENT_TABLE` of one column of segments.
    """

    name: str
    cells: pd.DataFrame

    @property
    def segments(self) -> list[str]:
        """The segments in their order; those without one are called so."""
        return list(dict.fromkeys(self.cells["segment"].fillna(NO_SEGMENT)))

    @property
    def columns(self) -> list[tuple[str, str]]:
        """Banner and column of each bar in their order; the total first, where there is one."""
        return list(dict.fromkeys(zip(self.cells["banner"], self.cells["column"], strict=True)))

    def of(self, banner: str, column: str) -> pd.DataFrame:
        """Return the cells of one column, by segment."""
        return self.cells[(self.cells["banner"] == banner) & (self.cells["column"] == column)]

    @property
    def benchmark(self) -> pd.Series[float] | None:
        """The benchmark's shares by segment, which are those of every column; None where there is none."""
        shares = self.of(*self.columns[0])["benchmark_share"]
        return None if shares.isna().all() else shares.astype("float64")


def panels_of(tables: Tables) -> list[Panel]:
    """Return one panel a column of segments of each table."""
    given = tables if isinstance(tables, Mapping) else {"": tables}
    panels = []
    for name, table in given.items():
        cells = _cells(table)
        if lacking := [column for column in table_frames.SEGMENT_TABLE if column not in cells.columns]:
            raise InvalidInput(f"this is no segment table: it lacks {', '.join(lacking)}; give what segment_table() returns")
        several = len(set(cells["rows"])) > 1
        for rows in dict.fromkeys(cells["rows"]):
            own = f"{name}: {rows}" if name else str(rows)
            panels.append(Panel(own if several or not name else name, cells[cells["rows"] == rows].reset_index(drop=True)))
    if not panels:
        raise InvalidInput("there is nothing to draw: the table has no rows")
    return panels


def _cells(table: object) -> pd.DataFrame:
    if isinstance(table, SegmentTable):
        return table.to_frame()
    if not isinstance(table, pd.DataFrame):
        raise InvalidInput(f"this is no segment table but {type(table).__name__}: give what segment_table() returns")
    return table


def word_of(panels: list[Panel]) -> str:
    """Return the weakest word of all cells, or that one of them does not say."""
    said = pd.concat([panel.cells["provenance"].astype(object) for panel in panels]).unique()
    return together(word if word in WORDS else None for word in said) or NOT_STATED


def percent(share: Any) -> str:  # noqa: ANN401 - a cell of the frame
    """Write a share of 0 to 1 as a percentage."""
    return "no base" if pd.isna(share) else f"{share:.1%}"


def marked(mark: str) -> str:
    """Write the mark of a small base behind a number."""
    return f" {mark}" if mark else ""


def column_name(column: tuple[Any, Any]) -> str:
    """Write banner and column as one name."""
    banner, name = column
    return f"{banner}: {name}" if banner else str(name)
