"""Respondent-level rows: tables in which every row is a person, by a column of ids. Their ids are masked before they are shared.

Found in HTML tables, in what pandas prints, in CSV and in JSON or Python's own writing of it. An id that was masked in one output
is masked in all: a chart or a sentence may hold it too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from bs4 import BeautifulSoup

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
        written = "|".join("[ _.-]?".join(map(re.escape, re.split(r"[\s_.\-]", name))) for name in columns) or "(?!)"
        self._word = re.compile(rf"(?i)(?<![\w-])(?:{written})(?![\w-])")
        self._entry = re.compile(rf"(?i)['\"](?:{written})['\"]\s*:\s*(?P<id>\"[^\"\n]*\"|'[^'\n]*'|-?\d+)")
        self._list = re.compile(rf"(?i)['\"]?(?:{written})['\"]?\s*[:=]\s*\[(?P<ids>[^\[\]{{}}]*)\]")

    def masked(self, text: str, form: str) -> Masked:
        """Return a text with its ids masked, where it has more rows of people than may stay.

        Parameters
        ----------
        form
            The form of the output: in ``text/html`` tables are looked through, in all others lines and entries.
        """
        if not self._word.search(text):
            return Masked(text, 0, frozenset())
        return self._html(text) if form == "text/html" else self._plain(text)

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
        return Masked(str(soup) if rows else text, rows, frozenset(ids))

    def _cells(self, table: Tag) -> Iterator[Tag]:
        """Yield the cells below a heading that names ids, wherever spans of rows and columns put them."""
        wanted: set[int] = set()
        held: dict[int, int] = {}
        for row in table.find_all("tr"):
            cells = row.find_all(["td", "th"], recursive=False)
            is_head = row.find_parent("thead") is not None or (not wanted and all(cell.name == "th" for cell in cells))
            place = 0
            for cell in cells:
                while held.get(place, 0):
                    held[place] -= 1
                    place += 1
                if is_head and bare(cell.get_text(strip=True)) in self.names:
                    wanted.add(place)
                elif not is_head and place in wanted:
                    yield cell
                wide = _span(cell, "colspan")
                held.update({at: _span(cell, "rowspan") - 1 for at in range(place, place + wide)})
                place += wide
            for at in [at for at in held if at >= place and held[at]]:
                held[at] -= 1

    def _plain(self, text: str) -> Masked:
        spans = sorted({*self._entries(text), *self._under_headings(text)})
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

    def _entries(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the ids of JSON or Python: an entry of each row, or all of a column in a list."""
        entries = [_inside(text, *found.span("id")) for found in self._entry.finditer(text)]
        if len(entries) > self.most:
            yield from entries
        for found in self._list.finditer(text):
            start = found.start("ids")
            listed = [
                _inside(text, start + one.start(), start + one.end())
                for one in re.finditer(r"\"[^\"\n]*\"|'[^'\n]*'|-?\d+", found["ids"])
            ]
            if len(listed) > self.most:
                yield from listed

    def _under_headings(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the ids below a heading of CSV, or of the columns that pandas prints, which end where the heading ends."""
        lines = list(re.finditer(r"[^\n]*", text))
        for at, line in enumerate(lines):
            for heading in self._word.finditer(line[0]):
                begin, stop = heading.span()
                below = lines[at + 1 :]
                if "," in line[0] or "\t" in line[0] or ";" in line[0]:
                    found = list(_of_csv(line[0], begin, below))
                else:
                    is_index = line[0] != line[0].rstrip()  # pandas pads a line that has the names of an index alone
                    found = list(_aligned(begin if is_index else None, stop, below))
                if len(found) > self.most:
                    yield from found


def _span(cell: Tag, name: str) -> int:
    given = str(cell.get(name, "1"))
    return min(int(given), 1000) if given.isdigit() and int(given) else 1


def _inside(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a span without the quotes."""
    return (start + 1, end - 1) if text[start] in "\"'" else (start, end)


def _of_csv(head: str, begin: int, below: list[re.Match[str]]) -> Iterator[tuple[int, int]]:
    sign = max(",\t;", key=head.count)
    place = head.count(sign, 0, begin)
    for line in below:
        fields = line[0].split(sign)
        if len(fields) != len(head.split(sign)):
            if line[0].strip():
                return
            continue
        start = line.start() + sum(len(field) + 1 for field in fields[:place])
        if fields[place].strip():
            yield start, start + len(fields[place])


def _aligned(begin: int | None, stop: int, below: list[re.Match[str]]) -> Iterator[tuple[int, int]]:
    """Yield the words that end, or begin, where the heading does: columns are right-aligned, an index is left-aligned."""
    for line in below:
        if not line[0].strip():
            continue
        words = [word.span() for word in re.finditer(r"\S+", line[0])]
        here = next((span for span in words if span[1] == stop), None) or next((span for span in words if span[0] == begin), None)
        if here is None:
            return
        yield line.start() + here[0], line.start() + here[1]


def telling(ids: Collection[str]) -> list[str]:
    """Return the ids that are no other word by chance, the longest first."""
    long = (one for one in ids if len(one) >= (LONG_NUMBER if one.isdigit() else SHORTEST) and re.search(r"\d|@", one))
    return sorted(long, key=lambda one: (-len(one), one))
