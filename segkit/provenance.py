"""Three words for where a row, a rule or an answer comes from.

``documented``: the vendor's or the standard body's text says so.
``derived``: it follows from documented facts; the reason stands beside it.
``synthetic``: ours, so that something can run.

What a vendor sent, live or saved, is ``documented``: the vendor's own text says so. A text handed in is taken at its word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Iterable

Provenance = Literal["documented", "derived", "synthetic"]

WORDS: tuple[Provenance, ...] = get_args(Provenance)
"""The three words, strongest first."""


LABEL = "x_segkit_provenance"
"""The key under which the sandbox writes one of the words into an object that the vendor's document does not show."""


def weakest(first: Provenance, *others: Provenance) -> Provenance:
    """Return the word that a whole made of these parts may bear.

    Examples
    --------
    >>> weakest("documented", "synthetic", "derived")
    'synthetic'
    """
    return max((first, *others), key=WORDS.index)


def together(words: Iterable[Provenance | None]) -> Provenance | None:
    """Return the word of a whole: the weakest; None where a part does not say and might be weaker than those that do.

    Examples
    --------
    >>> together(["documented", None]) is None
    True
    >>> together(["synthetic", None])
    'synthetic'
    """
    parts = list(words)
    told = [word for word in parts if word is not None]
    if told and (len(told) == len(parts) or "synthetic" in told):
        return weakest(told[0], *told)
    return None
