"""The law of families: how many children they have, and of which gender and age; every forecast stands on one and prints it."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property
from numbers import Integral
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from segkit import frames, markup
from segkit.errors import InvalidInput
from segkit.findings import Finding
from segkit.provenance import WORDS, Provenance
from segkit.quotas import ages as law_of_ages
from segkit.quotas.codes import CODES
from segkit.quotas.field.families import Counted, Independent, Law
from segkit.quotas.field.pattern_law import patterns_of
from segkit.quotas.field.seeds import generator
from segkit.quotas.field.wanted import Wanted
from segkit.quotas.probability import TOLERANCE, is_probability, normalised

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from segkit.quotas.design import QuotaDesign
    from segkit.quotas.field.events import Given
    from segkit.quotas.field.patterns import Patterns

BOY = 0.512
OWN = (0.60, 0.168, 0.152, 0.056, 0.024)
OWN_SOURCE = "segkit's own, invented so that a forecast can run"
MOST_CHILDREN = 99
"""Of a family, where numbers of children are given with their probabilities."""
GIVEN = "given by the caller, no source stated"


@dataclass(frozen=True, repr=False)
class Households:
    """A law of families: children are independent given their number, unless families were counted (`from_frame`).

    Parameters
    ----------
    children
        The probabilities of 0, 1, 2, ... children; or a mapping, or a Series, of numbers of children to their probabilities.
    boy
        The probability that a child is a boy.
    ages
        Ages in years, 0 to 17, and their shares; uniform over the months of a year, of age 0 over the months 1 to 11.
    months
        Months, 1 to 215, and their shares, instead of ages. Neither: uniform over the months 1 to 215.
    source, provenance
        Where the numbers are from. A law that is not ``synthetic`` needs a source.
    counted
        The families that `from_frame` counted.

    Raises
    ------
    InvalidInput
        When a value is no probability, probabilities do not add up to 1, or no code means an age.

    Examples
    --------
    >>> Households(children=[0.5, 0.5], ages={4: 0.25, 5: 0.75}, source="a panel")
    <Households: 0, 1 children: 50 %, 50 %; boys 51.2 %; ages in years 4: 25 %, 5: 75 %; a panel; synthetic>
    """

    children: Sequence[float] | Mapping[int, float] | pd.Series[float]
    boy: float = BOY
    ages: Mapping[int, float] | None = None
    months: Mapping[int, float] | None = None
    source: str = GIVEN
    provenance: Provenance = "synthetic"
    counted: Counted | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        object.__setattr__(self, "children", tuple(normalised(_by_number(self.children), "children")))
        if not is_probability(self.boy):
            raise InvalidInput(f"boy is {self.boy!r}: give the probability that a child is a boy, from 0 to 1")
        if self.ages is not None and self.months is not None:
            raise InvalidInput("ages and months were both given; give one of them")
        if self.ages is not None:
            object.__setattr__(self, "ages", law_of_ages.checked(self.ages, "ages", law_of_ages.YEARS))
        if self.months is not None:
            object.__setattr__(self, "months", law_of_ages.checked(self.months, "months", law_of_ages.MONTHS))
        source: Any = self.source
        if not isinstance(source, str):
            raise InvalidInput(f"source is {source!r:.40}: give a text that says where the numbers are from")
        if self.provenance not in tuple(WORDS):
            raise InvalidInput(f"provenance is {self.provenance!r}: give {', '.join(map(repr, WORDS))}")
        if self.provenance != "synthetic" and self.source in {"", GIVEN}:
            raise InvalidInput(f"a law that is {self.provenance} needs its source: give source=")

    def __hash__(self) -> int:
        return hash((self.children, self.boy, self.source))

    @classmethod
    def default(cls) -> Self:
        """Return segkit's own law, invented; every forecast that uses it says so."""
        return cls(OWN, source=OWN_SOURCE)

    @classmethod
    def of(cls, given: Households | None) -> Households:
        """Return the law that was handed in; None is segkit's own.

        Raises
        ------
        InvalidInput
            When it is no law of families.
        """
        what: Any = given
        if what is not None and not isinstance(what, Households):
            raise InvalidInput(f"households is {what!r:.40}: give Households(...), or None for segkit's own, synthetic")
        return cls.default() if what is None else what

    @classmethod
    def from_frame(
        cls,
        families: pd.DataFrame,
        weights: str | pd.Series[Any] | None = None,
        *,
        source: str = GIVEN,
        provenance: Provenance = "synthetic",
    ) -> Self:
        """Count the families of a frame; see `segkit.quotas.field.family_rows.count` for its columns.

        Parameters
        ----------
        weights
            The column with a family's weight, or a Series of weights by family id; None: each counts once.

        Raises
        ------
        InvalidInput
            With a finding for each row that cannot be used.
        """
        from segkit.quotas.field import family_rows  # noqa: PLC0415 - pandas only when a frame is handed in

        counted = family_rows.count(families, weights)
        boys = sum(share for code, share in counted.shares().items() if CODES[code].gender == "boy")
        return cls(counted.children(), float(boys), source=source, provenance=provenance, counted=counted)

    @cached_property
    def law(self) -> Law:
        """The law of the families' own codes."""
        return self.counted or Independent(tuple(self.children), tuple(self._code_shares.items()))

    @cached_property
    def _code_shares(self) -> dict[int, float]:
        if self.counted:
            return {code: float(share) for code, share in self.counted.shares().items()}
        return law_of_ages.own_codes(law_of_ages.by_month(self.ages, self.months), self.boy)

    def code_shares(self) -> pd.Series[float]:
        """Return the share of children that have each own code of 232, by code, ascending."""
        import pandas as pd  # noqa: PLC0415 - only when a series is wanted

        shares = self._code_shares
        return pd.Series(list(shares.values()), pd.Index(list(shares), dtype="int64", name="code"), dtype=float, name="share")

    def to_frame(self) -> pd.DataFrame:
        """Return one row an own code (`segkit.frames.HOUSEHOLDS`); the law in words is in ``attrs["households"]``."""
        rows = [
            (code, CODES[code].gender, CODES[code].text, share, self.provenance, self.source)
            for code, share in self._code_shares.items()
        ]
        frame = frames.from_rows(frames.HOUSEHOLDS, rows)
        frame.attrs["households"] = self.in_words
        return frame

    def draw(self, n: int, rng: int | np.random.Generator = 0) -> list[list[int]]:
        """Draw families: the own codes of each one's children, an empty list for a family without.

        Parameters
        ----------
        rng
            A seed or a generator.

        Raises
        ------
        InvalidInput
            When `n` is no whole number from 0 on, or `rng` neither.
        """
        wanted: Any = n
        if isinstance(wanted, bool) or not isinstance(wanted, Integral) or wanted < 0:
            raise InvalidInput(f"n is {wanted!r:.40}: give how many families to draw, 0 or more")
        sizes, codes = self.law.sample(int(n), generator(rng))
        return [part.tolist() for part in np.split(codes, np.cumsum(sizes)[:-1])] if n else []

    def patterns_of(self, design: QuotaDesign, match: Given | None = None, *, seed: int = 0) -> Patterns:
        """Compute which quotas of a design a family can match together, and how probable that is.

        Parameters
        ----------
        match
            Shares of the criteria that are not about children, such as ``{"211:111": 0.49}``: the qualification, then its codes
            joined by ``+``; or the bare qualification where only one of its criteria is used.
        seed
            Only for designs beyond `segkit.quotas.field.unions.MAX_PATTERNS`, which are sampled.

        Raises
        ------
        InvalidInput
            When quotas share an id, a criterion is legacy, or (``criterion-not-modelled``) its share is not in `match`.
        """
        return patterns_of(Wanted.of(design, match), self.law, seed)

    def patterns(self, design: QuotaDesign, match: Given | None = None, *, seed: int = 0) -> pd.DataFrame:
        """Return the patterns of a design, one row each (`segkit.frames.PATTERNS`); see `patterns_of`."""
        frame = self.patterns_of(design, match, seed=seed).to_frame()
        frame.attrs["households"] = self.in_words
        return frame

    @property
    def in_words(self) -> str:
        """The law in one line, as every forecast prints it."""
        numbers = ", ".join(map(str, range(len(self.children))))
        shares = ", ".join(map(_percent, self.children))
        return f"{numbers} children: {shares}; boys {_percent(self.boy)}; {self._ages_in_words}; {self.source}; {self.provenance}"

    @property
    def _ages_in_words(self) -> str:
        if self.counted:
            return f"ages and siblings as counted in {self.counted.n} families"
        name, given = ("years", self.ages) if self.ages is not None else ("months", self.months)
        if given is None:
            return f"ages uniform over the months {law_of_ages.MONTHS[0]}-{law_of_ages.MONTHS[-1]}"
        span = f"{min(given)}-{max(given)}"
        if max(given) - min(given) + 1 == len(given) and max(given.values()) - min(given.values()) < TOLERANCE:
            return f"ages uniform over the {name} {span}"
        if len(given) > len(law_of_ages.YEARS):
            return f"ages by the shares of {len(given)} {name} within {span}"
        return f"ages in {name} {', '.join(f'{age}: {_percent(share)}' for age, share in given.items())}"

    def __repr__(self) -> str:
        return f"<Households: {self.in_words}>"

    def _repr_html_(self) -> str:
        shares = [(number, _percent(share)) for number, share in enumerate(self.children)]
        return markup.join([markup.table("Households", ["children", "families"], shares), markup.note(self.in_words)]).html


def _by_number(given: Any) -> list[Any]:  # noqa: ANN401 - whatever was handed in
    """Return the probabilities of 0, 1, 2, ... children, also of a mapping; whatever has no order tells of no number."""
    if isinstance(given, str | bytes | AbstractSet) or not hasattr(given, "__iter__"):
        raise InvalidInput(f"children is {given!r:.60}: give the probabilities of 0, 1, 2, ... children, in this order")
    if not hasattr(given, "items"):
        listed = list(given)
        if len(listed) > MOST_CHILDREN + 1:
            raise InvalidInput(f"children holds {len(listed)} probabilities: give those of 0 to {MOST_CHILDREN} children")
        return listed
    shares = dict(given.items())
    found = [
        Finding("no-number", "error", f"children[{number!r:.40}]", "it is no number of children", f"Give 0 to {MOST_CHILDREN}.")
        for number in shares
        if isinstance(number, bool) or not isinstance(number, Integral) or not 0 <= int(number) <= MOST_CHILDREN
    ]
    if found:
        raise InvalidInput("children holds what is no number of children", found)
    return [shares.get(number, 0.0) for number in range(max(shares, default=0) + 1)]


def _percent(share: float) -> str:
    return f"{100 * share:.4g} %"
