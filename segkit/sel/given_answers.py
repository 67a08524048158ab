"""Which answer marginals of a law are numbers that somebody gave, and which only follow from maximum entropy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from segkit.provenance import weakest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from segkit.provenance import Provenance
    from segkit.sel.law import Floats
    from segkit.sel.rule import Rule
    from segkit.sel.target import Target


def given_words(rule: Rule, question: int, targets: Sequence[Target], *, within: int | None = None) -> list[Provenance | None]:
    """Return for each answer of a question the provenance of its share, None where it was not given.

    Given is what a target names, and what is left where it names all but one; of a table of two questions, whole rows.

    Parameters
    ----------
    within
        The place of a segment, whose own shares are asked for; None asks for those of everybody.
    """
    words: list[Provenance | None] = [None] * len(rule.answers[question])
    for target in targets:
        if target.within != within or question not in target.scope:
            continue
        for code in np.flatnonzero(_known(_table(target, question))):
            words[code] = weakest("derived", target.provenance)
    return words


def _table(target: Target, question: int) -> Floats:
    """Return a target's shares with a row an answer of the question."""
    if target.within is not None:
        return target.shares[:, [target.within]]
    shares = np.moveaxis(target.shares, target.scope.index(question), 0)
    return shares.reshape(len(shares), -1)


def _known(table: Floats) -> np.typing.NDArray[np.bool_]:
    free = np.isnan(table).any(axis=1)
    return np.asarray(~free | (free.sum() == 1), dtype=bool)
