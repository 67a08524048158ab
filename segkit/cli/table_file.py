"""A CSV file as a frame of texts, with the lines of the file for its index: what is no table is refused with its line."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pandas as pd

from segkit.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterator

BETWEEN = ",;\t"
"""What may stand between cells: spreadsheets of many countries write semicolons."""


def table(data: bytes, name: str) -> pd.DataFrame:
    """Read a CSV file, every cell as text; only an empty cell is a missing one, for NA is a country too.

    Returns
    -------
    One row a line that is not blank, indexed by its number in the file, the header being line 1.

    Raises
    ------
    InvalidInput
        When it is not UTF-8, has no header, or a line has not as many cells as the header.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInput(f"{name} is not written in UTF-8: save it as CSV UTF-8") from None
    if text.lstrip().startswith(("{", "[")):
        raise InvalidInput(f"{name} is JSON, no CSV file: a kept plan is for `registry apply`")
    try:
        lines = list(_lines(text, name))
    except csv.Error as error:
        raise InvalidInput(f"{name} is no CSV file: {error}") from None
    if not lines:
        raise InvalidInput(f"{name} is empty: its first line names the columns")
    (_, head), *rows = lines
    index = pd.Index([number for number, _ in rows], name="line")
    return pd.DataFrame([[cell or None for cell in cells] for _, cells in rows], columns=head, index=index, dtype="str")


def _lines(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines that are not blank: the number of each, and its cells."""
    first = text.lstrip().partition("\n")[0]
    between = max(BETWEEN, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=between, strict=True)
    width, before = 0, 0
    for cells in reader:
        number, before = before + 1, reader.line_num
        if not any(cells):
            continue
        width = width or len(cells)
        if len(cells) != width:
            told = f"line {number} of {name} has {len(cells)} cells, and its header {width}"
            raise InvalidInput(f"{told}: put a cell with a {between!r} in it into double quotes, and take away what is too much")
        yield number, cells
