"""The published rules as data: one file a standard and edition in `editions`, each row with its provenance.

To add an edition, add its file: nothing else names it.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from segkit.errors import InvalidInput
from segkit.findings import Finding
from segkit.sel.edition import Edition, editions

if TYPE_CHECKING:
    from collections.abc import Mapping


class Standard(Edition, frozen=True, forbid_unknown_fields=True, dict=True):
    """A published rule in one edition, and what can be done with it."""

    def segment(self, answers: Mapping[str, object]) -> str:
        """Return the segment of one respondent; `answers` holds keys, or whole numbers for counts.

        Raises
        ------
        InvalidInput
            When a question is not answered or not known, or an answer is not one of the question's.

        Examples
        --------
        >>> home = {"education": "upper-secondary", "bathrooms": 1, "cars": 7, "internet": "yes", "workers": 2, "bedrooms": 2}
        >>> standard("mx-amai", 2022).segment(home)
        'C+'
        """
        known = {question.name: question for question in self.questions}
        return self.rule.segment({name: known[name].answer(given) if name in known else given for name, given in answers.items()})


@functools.cache
def standards() -> tuple[Standard, ...]:
    """Return every standard and edition that is shipped, by id and edition."""
    return editions(Standard)


def standard(id: str, edition: int | None = None) -> Standard:  # noqa: A002 - a standard's id is what it is called everywhere
    """Return one standard; without an edition the newest.

    Raises
    ------
    InvalidInput
        When there is no such standard or edition.
    """
    found = [one for one in standards() if one.id == id and edition in {None, one.edition, *one.aliases}]
    if not found:
        known = ", ".join(f"{one.id} {year}" for one in standards() for year in (one.edition, *one.aliases))
        where = id if edition is None else f"{id} {edition}"
        raise InvalidInput(
            "no such standard", [Finding("unknown-standard", "error", where, "it is not shipped", f"Use one of: {known}.")]
        )
    return found[-1]
