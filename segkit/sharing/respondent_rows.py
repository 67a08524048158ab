"""Respondent-level rows: tables in which every row is a person, by a column of ids. Their ids are masked before they are shared.

Found in HTML tables, in what pandas prints, in CSV and in JSON or Python's own writing of it. An id that was masked in one output
is masked in all: a chart or a sentence may hold it too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from bs4 import BeautifulSoup

from segkit.sharing import rows_in_data, rows_in_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from bs4.element import Tag

MASK: Final = "[masked]"
MOST_ROWS: Final = 5
"""So many rows with ids are an example; more are masked."""

ID_COLUMNS: Final = (
    "member_id",
    "document_id",
    "respondent_id",
    "panelist_id",
    "panel_id",
    "person_id",
    "customer_id",
    "user_id",
    "visitor_id",
    "household_id",
    "psid",
    "email",
    "phone",
)
"""Names of columns that hold ids of people; case, spaces, dots, dashes and underscores do not count."""

SHORTEST: Final = 4
"""A shorter id, or one of a few digits alone, may be any word of a text: it is masked in its own column only."""
LONG_NUMBER: Final = 7


_TABLE: Final = re.compile(r"<(?:table|pre)\b", re.IGNORECASE)


def bare(name: str) -> str:
    """Return a column's name as it is compared."""
    return re.sub(r"[\s_.\-]", "", name).casefold()


class Masked(NamedTuple):
    """A text whose ids are masked.

    Attributes
    ----------
    text
        With ``[masked]`` in the place of each id.
    rows
        How many rows were masked; 0 where the text is as it was.
    ids
        What was masked.
    """

    text: str
    rows: int
    ids: frozenset[str]


class Rows:
    """Finds and masks rows of people.

    Parameters
    ----------
    columns
        The names of columns of ids.
    most
        So many rows may stay.
    """

    def __init__(self, columns: Collection[str] = ID_COLUMNS, most: int = MOST_ROWS) -> None:
        self.names = frozenset(map(bare, columns))
        self.most = most
        self._words = rows_in_text.Words(columns)

    def masked(self, text: str, form: str) -> Masked:
        """Return a text with its ids masked, where it has more rows of people than may stay.

        Parameters
        ----------
        form
            The form of the output: in ``text/html`` tables are looked through, in all others lines and entries.
        """
        if not self._words.word.search(text):
            return Masked(text, 0, frozenset())
        if form == "text/html":
            return self._html(text) if _TABLE.search(text) else Masked(text, 0, frozenset())
        return self._plain(text, is_code=form == "python")

    def _html(self, text: str) -> Masked:
        soup = BeautifulSoup(text, "html.parser")
        rows, ids = 0, set[str]()
        for table in soup.find_all("table"):
            cells = [cell for cell in self._cells(table) if cell.get_text(strip=True)]
            if len(cells) > self.most:
                rows += len(cells)
                for cell in cells:
                    ids.add(cell.get_text(strip=True))
                    cell.string = MASK
        for printed in soup.find_all("pre"):
            masked = self._plain(printed.get_text())
            if masked.rows:
                rows, ids = rows + masked.rows, ids | masked.ids
                printed.string = masked.text
        return Masked(str(soup) if rows else text, rows, frozenset(ids))

    def _cells(self, table: Tag) -> Iterator[Tag]:
        """Yield the cells below a heading that names ids, wherever spans of rows and columns put them."""
        wanted: set[int] = set()
        held: dict[int, int] = {}
        rows = table.find_all("tr")
        for row in rows:
            cells = row.find_all(["td", "th"], recursive=False)
            in_head = row.find_parent("thead") is not None
            is_head = in_head or (not wanted and (row is rows[0] or all(cell.name == "th" for cell in cells)))
            if cells and not in_head and row is not rows[0] and cells[0].name == "th" and self._names(cells[0]):
                yield from cells[1:]  # the table lies on its side
            place = 0
            for cell in cells:
                while held.get(place, 0):
                    held[place] -= 1
                    place += 1
                if is_head and self._names(cell):
                    wanted.add(place)
                elif not is_head and place in wanted:
                    yield cell
                wide = _span(cell, "colspan")
                held.update({at: _span(cell, "rowspan") - 1 for at in range(place, place + wide)})
                place += wide
            for at in [at for at in held if at >= place and held[at]]:
                held[at] -= 1

    def _names(self, cell: Tag) -> bool:
        return self._is_id(cell.get_text(strip=True))

    def of_data(self, held: Any) -> tuple[Any, frozenset[str]]:  # noqa: ANN401 - what JSON holds
        """Return data with the ids of people in it masked, where there are more than may stay, and the ids."""
        ids = rows_in_data.named(held, self._is_id)
        return (rows_in_data.without(held, self._is_id, MASK), frozenset(ids)) if len(ids) > self.most else (held, frozenset())

    def of_chart(self, figure: Any) -> frozenset[str]:  # noqa: ANN401 - what JSON holds
        """Return the ids of people by which the traces of a figure are drawn, or which they show, where more than may stay."""
        columns = rows_in_data.drawn(figure, self._is_id)
        return frozenset(one for column in columns if len(column) > self.most for one in column)

    def _is_id(self, name: object) -> bool:
        return isinstance(name, str) and bare(name) in self.names

    def _plain(self, text: str, *, is_code: bool = False) -> Masked:
        spans = sorted(
            {
                span
                for column in rows_in_text.columns(text, self._words, is_code=is_code)
                if len(column) > self.most
                for span in column
            }
        )
        if not spans:
            return Masked(text, 0, frozenset())
        parts, end, ids = [], 0, set[str]()
        for start, stop in spans:
            if start < end:
                continue
            ids.add(text[start:stop])
            parts += [text[end:start], MASK]
            end = stop
        return Masked("".join([*parts, text[end:]]), len(spans), frozenset(ids))


def _span(cell: Tag, name: str) -> int:
    given = str(cell.get(name, "1"))
    return min(int(given), 1000) if given.isdigit() and int(given) else 1


def telling(ids: Collection[str]) -> list[str]:
    """Return the ids that are no other word by chance, the longest first."""
    long = (one for one in ids if len(one) >= (LONG_NUMBER if one.isdigit() else SHORTEST) and re.search(r"\d|@", one))
    return sorted(long, key=lambda one: (-len(one), one))
