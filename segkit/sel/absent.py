"""The standards and editions that are not shipped although they are known, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segkit import frames
from segkit.findings import Finding
from segkit.sel import standard_frames

if TYPE_CHECKING:
    import pandas as pd

_ASK = "Ask the vendor: PureSpectrum.calculate for one respondent, calculate_many for a frame"


class Absent(NamedTuple):
    """A standard that is not shipped.

    Attributes
    ----------
    editions
        Which of it; None for all.
    code
        Of the finding: ``not-public``, ``not-verified``, ``no-such-edition``, ``not-a-rule``, ``not-found``.
    why, fix
        Why it is not shipped, and what to do instead.
    called
        What else it is asked for by, its country first.
    """

    id: str
    editions: range | tuple[int, ...] | None
    code: str
    why: str
    fix: str
    called: tuple[str, ...] = ()


_ABSENT = (
    Absent(
        "in-isec",
        None,
        "not-public",
        "MRSI's grid of 12 tiers is in no public source; only its questions are",
        f"{_ASK}, with the tree 4209 (en_IN). in-nccs, which ISEC replaced, is shipped: another classification.",
        ("isec",),
    ),
    Absent(
        "us-acculturation",
        None,
        "not-public",
        "no algorithm over these four questions was ever published, and the public scales ask other questions",
        f"{_ASK}, with the tree 3910 (en_US).",
        ("us", "usa", "acculturation"),
    ),
    Absent(
        "mx-amai",
        (2020,),
        "not-verified",
        "no table of 2020 was found; that it has the points of 2018 is an inference",
        "Use edition 2018 if you share the inference, and say so beside the result.",
    ),
    Absent(
        "mx-amai",
        range(2011, 2018),
        "not-verified",
        "the rule 8x7 of these years was read in one transcription only",
        "Use edition 2018 or 2022 where the six questions were asked.",
    ),
    Absent(
        "br-cceb",
        (2017, 2023, 2025),
        "no-such-edition",
        "ABEP published no edition of this year",
        "Use the edition before it.",
    ),
    Absent(
        "br-cceb",
        range(2008, 2015),
        "not-verified",
        "the regime of 2008 to 2014 was read in one transcription only",
        "Use edition 2015 or 2026 where their questions were asked.",
    ),
    Absent(
        "in-sec",
        None,
        "not-verified",
        "the urban and rural grids from before 2011 were read in one transcription only (confidence C)",
        "Use in-nccs, which came after it, where its two questions were asked.",
        ("in-sec-old",),
    ),
    Absent(
        "cl-gse",
        None,
        "not-verified",
        "AIM's matrix of 2023 was read in one transcription (confidence C); of its income brackets, only those of 2018/19 are "
        "known, and where the matrices of the two editions differ, in 10 of 210 cells, what is a change and what a slip is not",
        f"{_ASK}, where it has a tree for Chile.",
        ("cl", "chile", "gse", "cl-aim"),
    ),
    Absent(
        "uk-nrs",
        None,
        "not-a-rule",
        "the NRS social grade (A, B, C1, C2, D, E) is no sum or grid of answers: its grades (confidence B) go by occupation, "
        "which is coded by the MRS's book",
        "Have occupations coded by that book and bring the grade as a column: segment_table and plots take it as segments.",
        ("uk", "gb", "nrs", "social-grade", "gb-nrs"),
    ),
    Absent(
        "ar-nse",
        None,
        "not-verified",
        "the decision trees of 2006 and 2015 (AAM, SAIMO, CEIM) stand in public documents that were not read (confidence D)",
        f"{_ASK}, where it has a tree for Argentina.",
        ("ar", "argentina"),
    ),
    Absent(
        "ec-nse",
        None,
        "not-verified",
        "of INEC's rule of 2011 the cut-offs and the most points of each of its 25 variables are known, the points of each "
        "answer are not, and its printed borders overlap (confidence D)",
        f"{_ASK}, where it has a tree for Ecuador.",
        ("ec", "ecuador", "ec-inec"),
    ),
    Absent(
        "pe-apeim",
        None,
        "not-verified",
        "APEIM's variables are known, its points were found nowhere (confidence D)",
        f"{_ASK}, where it has a tree for Peru.",
        ("pe", "peru", "apeim", "pe-nse"),
    ),
    Absent(
        "uy-inse",
        None,
        "not-verified",
        "the points of INSE 2018 stand in a public report that was not read (confidence D)",
        f"{_ASK}, where it has a tree for Uruguay.",
        ("uy", "uruguay", "inse"),
    ),
    Absent(
        "ph-1sec",
        None,
        "not-verified",
        "the paper on 1SEC's nine clusters is public, its list of questions was not read (confidence D)",
        f"{_ASK}, where it has a tree for the Philippines.",
        ("ph", "philippines", "1sec"),
    ),
    Absent(
        "co-estrato",
        None,
        "not-a-rule",
        "the estrato (1 to 6) goes by the address, so a respondent states it; nothing of it was looked up",
        "Ask for it, and bring it as a column of segments.",
        ("co", "colombia", "estrato"),
    ),
    *(
        Absent(
            f"{code}-sel",
            None,
            "not-found",
            f"nothing usable was found for {country}",
            f"{_ASK}, where it has a tree for {country}.",
            (code, country.casefold(), *more),
        )
        for code, country, *more in (
            ("za", "South Africa", "za-sem", "za-lsm", "sem", "lsm"),
            ("id", "Indonesia"),
            ("vn", "Vietnam"),
            ("eg", "Egypt"),
            ("ng", "Nigeria"),
            ("ke", "Kenya"),
            ("gt", "Guatemala"),
            ("sv", "El Salvador"),
            ("hn", "Honduras"),
            ("ni", "Nicaragua"),
            ("cr", "Costa Rica"),
            ("pa", "Panama"),
        )
    ),
)


def why_absent(id: str, edition: int | None, where: str) -> Finding | None:  # noqa: A002 - as in `standard`
    """Say why a standard is not shipped, also where it is asked for by its country; None where nothing is known of it."""
    name = str(id).strip().casefold().replace("_", "-")
    for one in _ABSENT:
        if name in {one.id, *one.called} and (one.editions is None or edition in one.editions):
            asked = "" if name == one.id else f"{one.id}: "
            return Finding(one.code, "error", where, f"{asked}{one.why}", one.fix)
    return None


def to_frame() -> pd.DataFrame:
    """Return one row a standard, or some editions of one, that is not shipped (`segkit.sel.standard_frames.ABSENT`)."""
    rows = [
        (one.id, "all" if one.editions is None else ", ".join(map(str, one.editions)), one.code, one.why, one.fix)
        for one in _ABSENT
    ]
    return frames.from_rows(standard_frames.ABSENT, rows)
