"""How many are in each segment of a registry, as bars under the names of their groups."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd
import plotly.graph_objects as go

from segkit import markup
from segkit.plots.figure import BAR, INK, LOST, Figure, hatching
from segkit.plots.forecasts import GRID, TOP, titled
from segkit.plots.groups import Groups
from segkit.provenance import WORDS, together

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence
    from typing import TypeVar

    from segkit.provenance import Provenance

    Key = TypeVar("Key", bound=Hashable)

HALF_A_PERCENT = 0.005
ROOM = 1.25  # of the longest bar, for its label


class Tallies(NamedTuple):
    """What is drawn.

    Attributes
    ----------
    data
        One row a bar, with its ``n`` and ``share``.
    heads, names
        For each bar the name of its group, and its own.
    hatched
        For each bar whether it stands for those in no segment: it is hatched, and so told apart in greyscale too.
    """

    data: pd.DataFrame
    heads: Sequence[str]
    names: Sequence[str]
    hatched: Sequence[bool]

    def draw(self, heading: str, said: str, template: str | None) -> Figure:
        """Draw the bars; `said` is what is to know of all of them."""
        labels = [_with_share(n, share) for n, share in zip(self.data["n"], self.data["share"], strict=True)]
        told = [
            f"{head}. {'; '.join(f'{name} {label}' for _, name, label in rows)}."
            for head, rows in groupby(zip(self.heads, self.names, labels, strict=True), key=itemgetter(0))
        ]
        groups = Groups.of(self.heads)
        return Figure.of(
            [self._bars(groups.at, labels)],
            frame=self.data,
            alt_text=f"Bar chart. {heading}: {said}. {' '.join(told)}",
            template=template,
            title={"text": titled(heading, said), **TOP},
            xaxis={"range": [0, ROOM * max([*self.data["share"], 0.05])], "tickformat": ".0%", **GRID},
            yaxis=groups.axis(self.names),
            annotations=groups.annotations(),
            height=130 + groups.height,
            bargap=0.25,
            showlegend=False,
            margin={"l": 10, "r": 30, "t": 90, "b": 40},
        )

    def _bars(self, at: Sequence[int], labels: Sequence[str]) -> go.Bar:
        return go.Bar(
            x=self.data["share"],
            y=at,
            orientation="h",
            marker={
                "color": [LOST if each else BAR for each in self.hatched],
                "line": {"color": INK, "width": [int(each) for each in self.hatched]},
                "pattern": hatching(self.hatched, solidity=0.2),
            },
            text=labels,
            textposition="outside",
            cliponaxis=False,
            customdata=[markup.text(name) for name in self.names],
            hovertemplate="%{customdata}: %{text}<extra></extra>",
        )


def counted_as(n: int, base: int) -> str:
    """Write a count with its share of a base.

    Examples
    --------
    >>> counted_as(1200, 2400), counted_as(1, 2400), counted_as(0, 0)
    ('1,200 (50%)', '1 (<1%)', '0 (0%)')
    """
    return _with_share(n, n / max(base, 1))


def _with_share(n: int, share: float) -> str:
    return f"{n:,} ({'<1%' if 0 < share < HALF_A_PERCENT else f'{share:.0%}'})"


def most_and_rest(n_of: Mapping[Key, int], shown: int) -> tuple[list[Key], list[Key]]:
    """Return what has a bar of its own, in its order, and what shares one: beyond `shown` bars those with the least.

    Examples
    --------
    >>> most_and_rest({"a": 1, "b": 0, "c": 5}, 2)
    (['c'], ['a', 'b'])
    """
    if len(n_of) <= shown:
        return list(n_of), []
    kept = set(sorted(n_of, key=lambda key: n_of[key], reverse=True)[: shown - 1])
    return [key for key in n_of if key in kept], [key for key in n_of if key not in kept]


def word_of(frame: object) -> Provenance | None:
    """Return the weakest word of a frame's rows and of the whole; None where it says nothing of one of them, or is no frame."""
    if not isinstance(frame, pd.DataFrame):
        return None
    about = (frame.attrs.get("segkit") or {}).get("provenance")
    words: list[Any] = [about] if about is not None else []
    if "provenance" in frame:
        words += list(frame["provenance"].unique())
    return together(word if word in WORDS else None for word in words)
