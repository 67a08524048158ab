"""What the respondent simulator needs to go on without Python: who gives which answer, among those who give another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from segkit.provenance import weakest

if TYPE_CHECKING:
    from segkit.sel.law import Floats, Law
    from segkit.sel.scenario import Scenario

PLACES = 11
"""Decimals of a share that is saved: what is mixed of them is right to more than nine."""


def simulator_alone(scenario: Scenario) -> dict[str, Any]:
    """Return the law before anything was moved: its shares, and those among the people who give one answer.

    ``shares`` and the rows of ``among`` run over the questions, and last over the segments; ``among`` is by question and answer,
    and of an answer that nobody gives it is None.
    """
    base = scenario.base
    return {
        "names": list(map(str, base.rule.questions)),
        "moved": {name: list(shares.values()) for name, shares in scenario.moved.items()},
        "shares": _plain(base.law.marginals),
        "among": [
            [_among(base.law, place, code) for code in range(len(answers))] for place, answers in enumerate(base.rule.answers)
        ],
        "law": base.in_words,
        "assumptions": list(base.assumptions),
        "provenance": base.provenance,
        "tilted": weakest("derived", base.provenance, "synthetic"),
    }


def _among(law: Law, place: int, code: int) -> list[list[float]] | None:
    """Return the shares among those who give an answer; nothing for its own question, whose shares are moved."""
    size = len(law.marginals[place])
    if not law.marginals[place][code] > 0:
        return None
    only = np.full(size, -np.inf)
    only[code] = 0
    shares = _plain(law.times({(place,): only}).marginals)
    shares[place] = []
    return shares


def _plain(shares: tuple[Floats, ...]) -> list[list[float]]:
    return [[round(float(share), PLACES) for share in one] for one in shares]
