"""The standards and editions that are not shipped although they are known, and why."""

from __future__ import annotations

from typing import NamedTuple

from segkit.findings import Finding

_ASK = "Ask the vendor: PureSpectrum.calculate for one respondent, calculate_many for a frame"


class Absent(NamedTuple):
    """A standard, its editions (None: all), the code of the finding, why it is not shipped, and what to do instead."""

    id: str
    editions: range | tuple[int, ...] | None
    code: str
    why: str
    fix: str


_ABSENT = (
    Absent(
        "in-isec",
        None,
        "not-public",
        "MRSI's grid of 12 tiers is in no public source; only its questions are",
        f"{_ASK}, with the tree 4209 (en_IN). in-nccs, which ISEC replaced, is shipped: another classification.",
    ),
    Absent(
        "us-acculturation",
        None,
        "not-public",
        "no algorithm over these four questions was ever published, and the public scales ask other questions",
        f"{_ASK}, with the tree 3910 (en_US).",
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
        "cl-gse",
        None,
        "not-verified",
        "AIM's matrix was read in one transcription, and the income brackets of 2023 in none",
        f"{_ASK}, where it has a tree for Chile.",
    ),
)


def why_absent(id: str, edition: int | None, where: str) -> Finding | None:  # noqa: A002 - as in `standard`
    """Say why a standard is not shipped; None where nothing is known of it."""
    for one in _ABSENT:
        if one.id == id and (one.editions is None or edition in one.editions):
            return Finding(one.code, "error", where, one.why, one.fix)
    return None
