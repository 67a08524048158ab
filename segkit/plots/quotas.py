"""The grid of child quotas: which ages of boys and girls how many quotas ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import plotly.graph_objects as go

from segkit import frames, markup
from segkit.errors import InvalidInput
from segkit.plots.figure import INK, Figure
from segkit.quotas.cells import CHILD_MONTHS, CHILD_YEARS, EVERY_CODE, NO_CHILD, Cell
from segkit.quotas.codes import GENDERS, codes_of, expanded, mask
from segkit.quotas.describing import describe_codes
from segkit.quotas.design import QuotaDesign
from segkit.quotas.survey import SurveyDocument

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from segkit.quotas.codes import Unit

GROUNDS: Mapping[Unit, tuple[Cell, ...]] = {"years": CHILD_YEARS, "months": CHILD_MONTHS}
LEVELS = ("\N{EN DASH} not qualified", "in no quota", "in 1 quota", "in 2 or more")
COLOURS = ("rgba(127,127,127,0)", "#e4e7eb", "#8db4d8", "#1c4a78")  # light to dark, in greyscale too; not qualified is hollow
TEXT = (INK, "#33383f", "#10161d", "#ffffff")
BARRED, IN_PART = "\N{EN DASH}", "~"
NUMBERS_A_LINE: Mapping[Unit, int] = {"years": 2, "months": 1}
LINES_A_CELL = 3
LISTED, CUT, LINE = 12, 40, 125  # quotas under the figure, letters of an id, letters of a line; the frame has all
TICKS: Mapping[Unit, dict[str, Any]] = {
    "years": {"range": [-0.5, 17.5], "dtick": 1},
    "months": {"range": [0.5, 47.5], "dtick": 3},
}
TOP: Mapping[str, Any] = {"yref": "container", "y": 1, "yanchor": "top", "pad": {"t": 32}}
ROW, NOTE = {"years": 62, "months": 84}, 18  # pixels

COLUMNS: Mapping[str, Any] = {
    **{name: frames.QUOTA_CELLS[name] for name in ("gender", "age", "unit", "qualified")},
    "n_quotas": "int64",
    "quotas": "str",
    "required_count": "Int64",
}


class _Wanted(NamedTuple):
    """A quota, the number that stands for it, and the mask of its codes; None where it does not ask for children."""

    number: int
    name: str
    required: int | None
    families: str
    bits: int | None

    @property
    def told(self) -> str:
        return f"{self.name} ({'count not said' if self.required is None else self.required})"

    @property
    def short(self) -> str:
        name = " ".join(self.name.split())
        shown = name if len(name) <= CUT else f"{name[: CUT - 1]}\N{HORIZONTAL ELLIPSIS}"
        return f"{self.number} = {self._replace(name=shown).told}"


class _Seen(NamedTuple):
    """A cell of the grid: how much of it may enter, and which quotas ask for it or for a part of it."""

    cell: Cell
    admitted: int
    quotas: tuple[_Wanted, ...]

    @property
    def qualified(self) -> bool:
        return self.cell.bits & ~self.admitted == 0

    @property
    def entry(self) -> str:
        if self.qualified:
            return "qualified"
        return "qualified in part" if self.cell.bits & self.admitted else "not qualified"

    @property
    def level(self) -> int:
        """The place of its colour; quotas show also where nobody may enter."""
        return min(1 + len(self.quotas), 3) if self.quotas or self.cell.bits & self.admitted else 0

    def number(self, quota: _Wanted) -> str:
        """Return the number of a quota, marked where the quota asks for a part of the cell."""
        return f"{'' if self.cell.bits & ~(quota.bits or 0) == 0 else IN_PART}{quota.number}"

    def lines(self) -> list[str]:
        """Return what stands in the cell."""
        sign = {"qualified": [], "not qualified": [BARRED]}.get(self.entry, [f"{IN_PART}{BARRED}"])
        each = NUMBERS_A_LINE[self.cell.unit or "years"]
        numbers = [self.number(quota) for quota in self.quotas]
        lines = [", ".join(numbers[start : start + each]) for start in range(0, len(numbers), each)]
        if len(lines) > LINES_A_CELL:
            kept = (LINES_A_CELL - 1) * each
            lines = [*lines[: LINES_A_CELL - 1], f"+{len(numbers) - kept}"]
        return [*sign, *lines]


def quota_grid(
    design: QuotaDesign | SurveyDocument, *, unit: Unit = "years", title: str | None = None, template: str | None = None
) -> Figure:
    """Draw which ages of boys and girls a design's quotas ask for, as a grid; what its qualification bars is marked.

    A cell is coloured by how many quotas accept it and holds their numbers, in the order of the design; ``~`` marks what holds
    for some months of an age only. Quotas that do not ask for children are listed, but in no cell.

    Parameters
    ----------
    design
        A design, or a survey document, whose design is drawn.
    unit
        ``years``: the ages 0-17; ``months``: the months 1-47.
    template
        The name of a plotly template, such as ``plotly_dark``; the default reads on light and dark grounds.

    Returns
    -------
    A plotly figure, not shown. `frame` has one row a cell, "no children" the last: gender, age (Int64), unit, qualified (the
    whole cell), n_quotas, quotas (their ids, joined by ``; ``), required_count (Int64: their sum, missing where one does not
    say). `alt_text` says it in words.

    Raises
    ------
    InvalidInput
        When the unit is no unit, what is given is neither design nor document, or the document holds no design.
    """
    if unit not in GROUNDS:
        raise InvalidInput(f'unit is {unit!r}; give "years" or "months"')
    design = _design_of(design)
    admitted = EVERY_CODE
    if design.qualification is not None:
        admitted = mask(design.qualification, design.qualification_unit or "years")
    wanted = list(_numbered(design))
    *children, childless = [_seen(cell, admitted, wanted) for cell in (*GROUNDS[unit], NO_CHILD)]
    notes = _notes(wanted, children, unit)
    heading = title or "Quotas by age and gender of the children"
    return Figure.of(
        [_squares(children), _texts(children), *_legend()],
        frame=_frame([*children, childless]),
        alt_text=_alt_text(heading, unit, wanted, admitted),
        template=template,
        **_layout(heading, unit, f"Families without children: {_childless(childless)}", notes),
    )


def _design_of(given: object) -> QuotaDesign:
    if isinstance(given, SurveyDocument):
        return given.design
    if isinstance(given, QuotaDesign):
        return given
    advice = "draw each of its documents" if isinstance(given, list) else "read_survey(...) reads a text, file or dict"
    raise InvalidInput(f"a grid is drawn of a QuotaDesign or a SurveyDocument, not of a {type(given).__name__}: {advice}")


def _numbered(design: QuotaDesign) -> Iterator[_Wanted]:
    for number, quota in enumerate(design.quotas, start=1):
        bits = None if quota.codes is None else mask(quota.codes, quota.unit)
        yield _Wanted(number, quota.id, quota.count, quota.families, bits)


def _seen(cell: Cell, admitted: int, wanted: Sequence[_Wanted]) -> _Seen:
    return _Seen(cell, admitted, tuple(quota for quota in wanted if (quota.bits or 0) & cell.bits))


def _frame(seen: Sequence[_Seen]) -> pd.DataFrame:
    rows = []
    for one in seen:
        counts = [quota.required for quota in one.quotas]
        total = None if None in counts else sum(count for count in counts if count is not None)
        rows.append((*one.cell, one.qualified, len(one.quotas), "; ".join(quota.name for quota in one.quotas), total))
    return frames.from_rows(COLUMNS, rows)


def _squares(seen: Sequence[_Seen]) -> go.Heatmap:
    ages = list(dict.fromkeys(one.cell.age for one in seen))
    rows = [[one for one in seen if one.cell.gender == gender] for gender in GENDERS]
    edges = [(place + side) / len(COLOURS) for place in range(len(COLOURS)) for side in (0, 1)]
    return go.Heatmap(
        x=ages,
        y=list(GENDERS),
        z=[[one.level for one in row] for row in rows],
        customdata=[[_hover(one) for one in row] for row in rows],
        hovertemplate="%{customdata}<extra></extra>",
        colorscale=[[edge, COLOURS[place // 2]] for place, edge in enumerate(edges)],
        zmin=-0.5,
        zmax=len(COLOURS) - 0.5,
        showscale=False,
        xgap=2,
        ygap=2,
    )


def _hover(one: _Seen) -> str:
    quotas = [f"{one.number(quota)} = {quota.told}" for quota in one.quotas] or ["in no quota"]
    return "<br>".join(map(markup.text, [one.cell.text, one.entry, *quotas]))


def _texts(seen: Sequence[_Seen]) -> go.Scatter:
    return go.Scatter(
        x=[one.cell.age for one in seen],
        y=[one.cell.gender for one in seen],
        text=["<br>".join(one.lines()) for one in seen],
        mode="text",
        textfont={"color": [TEXT[one.level] for one in seen], "size": 12},
        hoverinfo="skip",
        showlegend=False,
    )


def _legend() -> Iterator[go.Scatter]:
    """Name the colours; a trace with nothing in it gives each its square."""
    for name, colour in zip(LEVELS, COLOURS, strict=True):
        marker = {"color": colour, "symbol": "square", "size": 13, "line": {"width": 1, "color": INK}}
        yield go.Scatter(x=[None], y=[None], mode="markers", marker=marker, name=name)


def _childless(one: _Seen) -> str:
    asked = [f"quota {quota.number} ({'count not said' if quota.required is None else quota.required})" for quota in one.quotas]
    return f"{one.entry}, {'; '.join(asked) or 'in no quota'}"


def _notes(wanted: Sequence[_Wanted], seen: Sequence[_Seen], unit: Unit) -> list[str]:
    """Write the lines under the grid: what each number stands for, and what the signs mean that are used."""
    told = [f"{quota.short}{'' if quota.bits is not None else ', not by age'}" for quota in wanted[:LISTED]]
    lines = ["Quotas:" if wanted else "No quotas."]
    for entry in [*told, *([f"and {len(wanted) - LISTED} more"] if len(wanted) > LISTED else [])]:
        if len(lines[-1]) + len(entry) > LINE:
            lines.append("")
        lines[-1] += f" {entry};" if lines[-1] else f"{entry};"
    signs = {
        f"{IN_PART} some months of that age only": any(IN_PART in line for one in seen for line in one.lines()),
        "Ages from 4 years on are in the grid of years.": unit == "months",
    }
    return [*(line.removesuffix(";") for line in lines), *(sign for sign, is_used in signs.items() if is_used)]


def _layout(heading: str, unit: Unit, subtitle: str, notes: Sequence[str]) -> dict[str, Any]:
    beneath = {
        "text": "<br>".join(map(markup.text, notes)),
        "align": "left",
        "showarrow": False,
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": 0,
        "xanchor": "left",
        "yanchor": "top",
        "yshift": -52,
    }
    below = 64 + NOTE * len(notes)
    return {
        "title": {"text": f"{markup.text(heading)}<br><sub>{markup.text(subtitle)}</sub>", **TOP},
        "xaxis": {"title": {"text": f"age in {unit}"}, **TICKS[unit], "showgrid": False, "zeroline": False},
        "yaxis": {"autorange": "reversed", "type": "category", "ticksuffix": "  ", "showgrid": False},
        "legend": {"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "itemclick": False, "itemdoubleclick": False},
        "annotations": [beneath],
        "height": 100 + len(GENDERS) * ROW[unit] + below,
        "margin": {"l": 50, "r": 20, "t": 100, "b": below},
    }


def _alt_text(heading: str, unit: Unit, wanted: Sequence[_Wanted], admitted: int) -> str:
    quotas = [f"Quota {quota.number}, {quota.told}: {quota.families}." for quota in wanted] or ["No quotas."]
    covered = 0
    for quota in wanted:
        covered |= quota.bits or 0
    barred = f"Not qualified: {_in_words(EVERY_CODE & ~admitted)}."
    free = f"Qualified and in no quota: {_in_words(admitted & ~covered)}."
    return " ".join([f"Heat map of ages in {unit} by gender. {heading}.", *quotas, barred, free])


def _in_words(bits: int) -> str:
    """Say which codes a mask has; in months where its years are not whole."""
    codes = codes_of(bits)
    return describe_codes(codes, "years" if expanded(codes, "years") == frozenset(codes) else "months")
