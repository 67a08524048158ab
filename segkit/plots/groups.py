"""Rows in groups beneath each other, each group under its name: the axis that such charts share."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from segkit import markup
from segkit.plots.forecasts import cut

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ROW = 26  # pixels


class Groups(NamedTuple):
    """Where rows stand on an axis that counts down.

    Attributes
    ----------
    at
        The place of each row.
    heads
        Place and name of each group.
    end
        The place after the last row.
    """

    at: list[int]
    heads: list[tuple[int, str]]
    end: int

    @classmethod
    def of(cls, names: Iterable[object]) -> Groups:
        """Place rows by the names of their groups, row by row; a row of a group follows the one before.

        Examples
        --------
        >>> Groups.of(["a", "a", "b"])
        Groups(at=[1, 2, 4], heads=[(0, 'a'), (3, 'b')], end=5)
        """
        at: list[int] = []
        heads = []
        place = 0
        for name, rows in groupby(map(str, names)):
            heads.append((place, name))
            at += range(place + 1, place + 1 + sum(1 for _ in rows))
            place = at[-1] + 1
        return cls(at, heads, place)

    @property
    def height(self) -> int:
        """The pixels that the rows take."""
        return ROW * (self.end + 1)

    def axis(self, names: Sequence[object]) -> dict[str, Any]:
        """Return the axis with the name of each row."""
        ticks = {"tickvals": self.at, "ticktext": [markup.text(cut(str(name))) for name in names], "ticklabelstandoff": 6}
        return {"range": [self.end - 0.2, -0.8], **ticks, "automargin": True, "showgrid": False, "zeroline": False}

    def annotations(self) -> list[dict[str, Any]]:
        """Write each group's name over its rows."""
        where = {"x": 0, "xref": "paper", "yref": "y", "xanchor": "left", "showarrow": False}
        return [{**where, "y": at, "text": f"<b>{markup.text(cut(name))}</b>"} for at, name in self.heads]


def at_the_right(labels: Iterable[str], at: Iterable[int]) -> list[dict[str, Any]]:
    """Write the label of each row at its right, where no mark stands."""
    where = {"xref": "paper", "x": 1, "xanchor": "left", "xshift": 10, "showarrow": False, "yref": "y"}
    return [{**where, "y": y, "text": markup.text(label)} for y, label in zip(at, labels, strict=True)]
