"""The frames of tables: segment tables, agreement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from segkit.frames import PROVENANCE

if TYPE_CHECKING:
    from collections.abc import Mapping

SEGMENT_TABLE: Mapping[str, Any] = {
    **dict.fromkeys(("rows", "segment", "banner", "column", "letter"), "str"),
    "n": "int64",
    **dict.fromkeys(("weighted_n", "share", "low", "high"), "Float64"),
    **dict.fromkeys(("letters", "mark"), "str"),
    **dict.fromkeys(("benchmark_share", "benchmark_index"), "Float64"),
    "base_n": "int64",
    **dict.fromkeys(("base_weighted", "base_effective"), "Float64"),
    "provenance": PROVENANCE,
}
"""`SegmentTable.to_frame()`: one row a cell; `letters` are of the columns with a smaller share, `mark` is of the base."""

AGREEMENT: Mapping[str, Any] = {
    "ours": "str",
    "vendor": "str",
    "n": "int64",
    "share": "float64",
    "provenance": PROVENANCE,
}
"""`Agreement.to_frame()`: one row a pair of segments; shares are of the respondents that have both."""
