"""The qualification ids that the vendor's public text names; its own table of "available qualifications" is printed empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segkit import frames

if TYPE_CHECKING:
    import pandas as pd

_SOURCE = "PureSpectrum, Segmentation API - SEL, section "

_KNOWN: tuple[tuple[int, int | None, str, str, str, str, str], ...] = (
    (3910, None, "Segmentation Parent Edition", "singlepunch", "en_US", "111 Less Acculturated", "3.1"),
    (3911, 3910, "USQ1", "singlepunch", "en_US", "111 0; 112 1 - 5", "3.1, 3.2"),
    (3912, 3910, "USQ2", "singlepunch", "en_US", "111 Spanish Only", "3.1"),
    (3913, 3910, "USQ3", "singlepunch", "en_US", "111 Much closer to Hispanic/Latino Culture", "3.1"),
    (3914, 3910, "USQ4", "singlepunch", "en_US", "111 Spanish media only", "3.1"),
    (4209, None, "ISEC - Segmentation Parent Edition", "singlepunch", "en_IN", "111 ISEC - 1; 120 ISEC - 10", "2.1"),
    (4253, 4209, "ISECQ1", "singlepunch", "en_IN", "111 Labour", "2.1"),
    (4051, None, "MXQ3", "input", "", "a number, 0-99", "3.2"),
)
"""Id, parent, description, type, locale, answers, section. The parent and locale of 4051 are nowhere documented."""

_DERIVED = {3910}


def known_qualifications() -> pd.DataFrame:
    """List the qualifications that the vendor documents, with the answers it shows of them.

    Returns
    -------
    One row an id: qualification_id (int64), role (str: parent, child, or question where its parent is not documented),
    parent_id (Int64), description, question_type, locale, known_answers, source (str), provenance. Parents are what
    `PureSpectrum.qualifications` is asked for. The type of 3910 is derived: its children are single punch.

    Examples
    --------
    >>> known_qualifications().query("role == 'parent'").qualification_id.tolist()
    [3910, 4209]
    """
    rows = [
        (
            own,
            role,
            parent,
            description,
            kind,
            locale or None,
            answers,
            _SOURCE + section,
            "derived" if own in _DERIVED else "documented",
        )
        for own, parent, description, kind, locale, answers, section in _KNOWN
        for role in [_role(own, parent)]
    ]
    return frames.from_rows(frames.KNOWN, rows)


def _role(own: int, parent: int | None) -> str:
    """Say what an id is; 4051 stands alone in the guide."""
    return "child" if parent else "parent" if any(known[1] == own for known in _KNOWN) else "question"
