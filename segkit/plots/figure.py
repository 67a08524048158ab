"""What every figure of segkit has: transparent grounds for light and dark, an alt text, no button that uploads data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import plotly.graph_objects as go
import plotly.io as pio

from segkit import markup
from segkit.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable

CONFIG: dict[str, Any] = {"showSendToCloud": False, "displaylogo": False, "responsive": True}
"""How a figure is shown; plotly 7 would otherwise offer to upload its data."""

INK = "#7a7f87"  # reads on white and on JupyterLab's dark ground alike
BAR = "#4c78a8"
LOST = "rgba(127,127,127,.3)"


class Figure(go.Figure):  # type: ignore[misc] # plotly has no types
    """A plotly figure that carries its data table and its alt text, and shows no upload button.

    Attributes
    ----------
    frame
        What was plotted, one row a mark; a copy of the figure does not have it.
    """

    frame: pd.DataFrame | None = None

    @property
    def alt_text(self) -> str:
        """The figure in words; it stands in ``layout.meta``, so that it travels with the figure."""
        return str((self.layout.meta or {}).get("alt_text", ""))

    @classmethod
    def of(
        cls,
        traces: list[Any],
        *,
        frame: pd.DataFrame,
        alt_text: str,
        template: str | None,
        **layout: Any,  # noqa: ANN401
    ) -> Figure:
        """Make a figure of its traces and layout.

        Parameters
        ----------
        template
            The name of a plotly template; None draws in ink that reads on light and dark grounds.

        Raises
        ------
        InvalidInput
            When plotly has no such template.
        """
        _refuse_strange(template)
        figure = cls(data=traces)
        figure.frame = frame
        ground = {"paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)"}
        look = {"template": template} if template else {"font": {"color": INK, "size": 13}}
        figure.update_layout(**ground, **look, meta={"alt_text": alt_text}, **layout)
        return figure

    def _ipython_display_(self) -> None:
        self.show()

    def _repr_html_(self) -> str:
        """Say the figure in words, for what shows neither plotly's own type nor an image; plotly's HTML would load a CDN."""
        return markup.element("p", self.alt_text).html

    def show(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - plotly's own
        """Show the figure as plotly does, without the upload button."""
        kwargs["config"] = {**CONFIG, **kwargs.get("config", {})}
        super().show(*args, **kwargs)


def hatching(hatched: Iterable[bool], **look: float) -> dict[str, Any]:
    """Return the pattern of bars of which some are hatched.

    Its ground is given: plotly would look for one that contrasts with the colours of all bars together, and complain.
    """
    shapes = ["/" if each else "" for each in hatched]
    return {"shape": shapes, "fillmode": "replace", "fgcolor": INK, "bgcolor": [LOST] * len(shapes), **look}


def column_of(frame: object, name: object, what: str = "one row a respondent") -> pd.Series[Any]:
    """Return a column by its label, or by the label's text; raise InvalidInput where it is no frame or has not just one."""
    if not isinstance(frame, pd.DataFrame):
        raise InvalidInput(f"the frame is {type(frame).__name__}: give a DataFrame with {what}")
    at = [place for place, label in enumerate(frame.columns) if str(label) == str(name)]
    if not at:
        raise InvalidInput(f"the frame has no column {name!r:.60}; its columns are {list(map(str, frame.columns))}")
    if len(at) > 1:
        raise InvalidInput(f"the frame has {len(at)} columns {name!r:.60}: rename them, so that each is named once")
    return frame.iloc[:, at[0]]


def check_kind(given: object, kind: type, what: str) -> None:
    """Raise InvalidInput where something else is handed in than what a picture is drawn of."""
    if not isinstance(given, kind):
        raise InvalidInput(f"{type(given).__name__} cannot be drawn here: give {what}")


def _refuse_strange(template: object) -> None:
    if not template or isinstance(template, go.layout.Template):
        return
    if not isinstance(template, str) or any(name not in pio.templates for name in template.split("+")):
        raise InvalidInput(f"template is {template!r:.60}: give one of {sorted(pio.templates)}, or None")
