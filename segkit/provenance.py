"""Three words for where a row, a rule or an answer comes from.

``documented``: the vendor's or the standard body's text says so.
``derived``: it follows from documented facts; the reason stands beside it.
``synthetic``: ours, so that something can run.
"""

from typing import Literal, get_args

Provenance = Literal["documented", "derived", "synthetic"]

WORDS: tuple[Provenance, ...] = get_args(Provenance)
"""The three words, strongest first."""


def weakest(*words: Provenance) -> Provenance:
    """Return the word that a whole made of these parts may bear.

    Examples
    --------
    >>> weakest("documented", "synthetic", "derived")
    'synthetic'
    """
    return max(words, key=WORDS.index, default="documented")
