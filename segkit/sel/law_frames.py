"""The frames of laws of answers: populations, samples, published shares, learned rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from segkit.frames import PROVENANCE

if TYPE_CHECKING:
    from collections.abc import Mapping

POPULATION: Mapping[str, Any] = {
    "target": "str",
    "segment": "str",
    "question": "str",
    "answer": "str",
    "other_question": "str",
    "other_answer": "str",
    "given": "float64",
    "law": "float64",
    "provenance": PROVENANCE,
    "source": "str",
}
"""`Population.to_frame()`: one row a given share and what the law has; within a segment, both are shares of that segment."""

IMPLIED = "answer marginals that were not given follow from maximum entropy: they are not census marginals"

MARGINALS: Mapping[str, Any] = {
    "question": "str",
    "answer": "str",
    "text": "str",
    "share": "float64",
    "given": "bool",
    "provenance": PROVENANCE,
}
"""`Population.marginals()`: one row an answer; the shares of a question add up to 1.

``given`` is true where the share is one that was given, or what is left of those of its question. The others follow from
maximum entropy: they are not census marginals, and always ``synthetic``.
"""

SEGMENT_MARGINALS: Mapping[str, Any] = {"segment": "category", **MARGINALS}
"""`Population.marginals(by_segment=True)`: one row a segment and answer; shares are of the segment, an ordered categorical."""

LEARNED: Mapping[str, Any] = {"segment": "category"}
"""`LearnedRule.score()`: one row a respondent; ``errors="keep"`` adds ``error`` (str)."""

SAMPLE: Mapping[str, Any] = {"segment": "category"}
"""`Population.sample()`: one row a respondent; a categorical a question stands before the segment, an ordered categorical."""

PUBLISHED_SHARES: Mapping[str, Any] = {
    "standard": "str",
    "edition": "int64",
    "place": "str",
    "name": "str",
    "segment": "str",
    "share": "float64",
    "provenance": PROVENANCE,
    "source": "str",
}
"""`published_shares()`: one row a place and segment."""
