"""The patterns of a design: every set of its quotas that one family can match, and how probable it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from segkit import frames, markup

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

NO_QUOTA = "(none)"
_SHOWN = 20


@dataclass(frozen=True, eq=False, repr=False)
class Patterns:
    """Families that match the same quotas are exchangeable: a pattern is such a set of quotas.

    Attributes
    ----------
    quota_ids
        In the order of the design; its columns are the columns of `matched`.
    matched
        Which quotas a pattern matches; shape (n_patterns, n_quotas).
    qualified
        Whether families of the pattern match the survey's qualification; shape (n_patterns,).
    probability
        The share of all arriving families; shape (n_patterns,), sums to 1.
    exact
        Whether the probabilities are computed; else they were counted in `n_sampled` families.
    """

    quota_ids: tuple[str, ...]
    matched: NDArray[np.bool_]
    qualified: NDArray[np.bool_]
    probability: NDArray[np.float64]
    exact: bool = True
    n_sampled: int | None = None

    @property
    def names(self) -> list[str]:
        """Each pattern in words: the ids of its quotas, such as ``boys + girls``, or ``(none)``."""
        return [
            " + ".join(quota_id for quota_id, is_matched in zip(self.quota_ids, row, strict=True) if is_matched) or NO_QUOTA
            for row in self.matched.tolist()
        ]

    @property
    def in_words(self) -> str:
        """How many there are, and how they were found."""
        found = "exact" if self.exact else f"counted in {self.n_sampled} sampled families"
        return f"{len(self.probability)} patterns of {len(self.quota_ids)} quotas, {found}"

    def to_frame(self) -> pd.DataFrame:
        """Return one row a pattern (`segkit.frames.PATTERNS`), the most probable first."""
        order = (-self.probability).argsort(kind="stable")
        columns = {"quotas": self.names, "qualified": self.qualified.tolist(), "probability": self.probability}
        frame = frames.build(frames.PATTERNS, columns).iloc[order].reset_index(drop=True)
        frame.attrs["patterns"] = self.in_words
        return frame

    def __repr__(self) -> str:
        return f"<Patterns: {self.in_words}>"

    def _repr_html_(self) -> str:
        shown = [
            (row.quotas, "yes" if row.qualified else "no", f"{row.probability:.4%}")
            for row in self.to_frame().head(_SHOWN).itertuples()
        ]
        note = f"{self.in_words}; shown: the {len(shown)} most probable" if len(self.probability) > _SHOWN else self.in_words
        return markup.join(
            [markup.table("Patterns", ["quotas", "qualified", "share of families"], shown), markup.note(note)]
        ).html
