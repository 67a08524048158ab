"""Published shares of segments: what a population is fitted to when nothing better is known.

To add a distribution, add its file to `distributions`: nothing else names it.
"""

from __future__ import annotations

import functools
from importlib import resources
from typing import TYPE_CHECKING

import msgspec

from segkit import frames
from segkit.errors import InvalidInput
from segkit.findings import Finding
from segkit.provenance import Provenance  # noqa: TC001 - msgspec reads the annotations
from segkit.sel import law_frames

if TYPE_CHECKING:
    import pandas as pd


class Published(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The published shares of a place: ``percent`` as printed, `shares` from 0 to 1."""

    standard: str
    edition: int
    place: str
    name: str
    percent: dict[str, float]
    provenance: Provenance
    source: str

    @property
    def shares(self) -> dict[str, float]:
        """By segment; divided by their sum, which rounding may move off 100."""
        total = sum(self.percent.values())
        return {segment: percent / total for segment, percent in self.percent.items()}

    def __repr__(self) -> str:
        shares = ", ".join(f"{segment} {percent:g} %" for segment, percent in self.percent.items())
        return f"<Published {self.standard} {self.edition}, {self.name}: {shares}; {self.provenance}>"


@functools.cache
def _all() -> tuple[Published, ...]:
    files = [file for file in resources.files("segkit.sel.distributions").iterdir() if file.name.endswith(".json")]
    read = [msgspec.json.decode(file.read_bytes(), type=tuple[Published, ...]) for file in files]
    return tuple(one for rows in sorted(read, key=lambda rows: (rows[0].standard, rows[0].edition)) for one in rows)


def published(standard: str, edition: int, place: str | None = None) -> Published:
    """Return the published shares of a standard's edition; without a place the first, which is the whole country.

    Raises
    ------
    InvalidInput
        When none are shipped: ``no-published-shares``.

    Examples
    --------
    >>> published("mx-amai", 2022)
    <Published mx-amai 2022, Mexico, households, ENIGH 2022: A/B 7.3 %, C+ 12 %, C 15.3 %, C- 16.4 %, D+ 14.9 %, D 25.4 %, \
E 8.7 %; documented>
    """
    theirs = [one for one in _all() if (one.standard, one.edition) == (standard, edition)]
    found = [one for one in theirs if place in {None, one.place}]
    if not found:
        where = f"{standard} {edition}" + ("" if place is None else f", {place}")
        places = ", ".join(one.place for one in theirs)
        fix = f"Use one of the places {places}." if places else "Give segments= of your own, with their source."
        finding = Finding("no-published-shares", "error", where, "no source with its segment shares was verified", fix)
        raise InvalidInput("there are no published shares", [finding])
    return found[0]


def published_shares() -> pd.DataFrame:
    """Return every published share that is shipped, one row a place and segment (`segkit.sel.law_frames.PUBLISHED_SHARES`)."""
    rows = [
        (one.standard, one.edition, one.place, one.name, segment, share, one.provenance, one.source)
        for one in _all()
        for segment, share in one.shares.items()
    ]
    return frames.from_rows(law_frames.PUBLISHED_SHARES, rows)
