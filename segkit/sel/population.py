"""A population: the law of its answers to a standard's questions, and from it exact shares, counts and rows.

The law is the one of maximum entropy that meets what was given. It adds no fact: the answer marginals that segment shares
alone imply are a consequence of the rule, not census marginals, and no result calls them so.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

import numpy as np
import pandas as pd

from segkit.errors import InvalidInput
from segkit.findings import Finding
from segkit.provenance import Provenance, weakest
from segkit.sel import population_frames
from segkit.sel.fit import fit
from segkit.sel.given_shares import GivenShares, Shares
from segkit.sel.law import Law
from segkit.sel.law_frames import IMPLIED
from segkit.sel.published import Published, published
from segkit.sel.rule import Rule
from segkit.sel.sample import CHUNK, MOST_COUNTED, Sampler, refuse_too_many
from segkit.sel.standards import Standard
from segkit.sel.target import GIVEN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from segkit.sel.target import Target

UNIFORM = "uniform: every answer vector is as probable, nothing was given"

Labelled = TypeVar("Labelled", bound="pd.DataFrame | pd.Series[Any]")

_COUNTS_STREAM = 1

"""Respondents that `Population.counts` draws at most: a count is a number of 64 bits."""


@dataclass(frozen=True, eq=False, repr=False)
class Population:
    """Who answers: made by `fit`, `default` or `tilt`.

    Attributes
    ----------
    standard
        The standard, or a bare rule.
    targets
        What the law was made to meet.
    iterations, gap
        Of the fit: its steps, and the largest distance of a given share from the law's.
    base
        The population that a tilt started from.

    Examples
    --------
    >>> from segkit.sel.standards import standard
    >>> mexico = Population.default(standard("mx-amai", 2022))
    >>> float(mexico.shares()["A/B"].round(3))
    0.073
    >>> if_wired = mexico.tilt({"internet": {"yes": 0.9}})
    >>> bool(if_wired.shares()["A/B"] > 0.073)
    True
    """

    standard: Standard | Rule
    law: Law
    targets: tuple[Target, ...]
    iterations: int
    gap: float
    base: Population | None = None

    @classmethod
    def fit(
        cls,
        std: Standard | Rule,
        segments: Shares | Published | None = None,
        marginals: Mapping[str, Shares] | None = None,
        joint: Mapping[tuple[str, str], Mapping[Any, Shares] | pd.DataFrame] | None = None,
        within: Mapping[str, Mapping[str, Shares]] | None = None,
        *,
        source: str = GIVEN,
        provenance: Provenance = "synthetic",
    ) -> Self:
        """Fit the law of maximum entropy to what is known; with nothing given it is uniform over the answer vectors.

        Parameters
        ----------
        segments, marginals, joint, within
            Shares from 0 to 1, as `segkit.sel.given_shares.GivenShares` has them. Answers that are not named share the rest
            freely; a share of 0 stays 0.
        source, provenance
            Of these numbers.

        Raises
        ------
        InvalidInput
            When it is no standard or rule, a share cannot be, or (``targets-clash``, ``target-unattainable``) no law meets them
            all; the findings name which clash and by how much.
        """
        rule = _rule_of(std)
        _check_edition(std, segments)
        targets = GivenShares(segments, marginals, joint, within, source, provenance).targets(rule)
        return cls(std, *_fitted(Law(rule), targets))

    @classmethod
    def default(cls, std: Standard, place: str | None = None) -> Self:
        """Fit to the published segment shares of a place (`segkit.sel.published.published_shares`), by default the country.

        Raises
        ------
        InvalidInput
            When none are shipped for this standard and place (``no-published-shares``), or it is no standard.
        """
        if not isinstance(std, Standard):
            raise InvalidInput(f"{std!r:.60} is no standard: {_STANDARD}")
        return cls.fit(std, published(std.id, std.edition, place))

    def tilt(
        self,
        marginals: Mapping[str, Shares] | None = None,
        *,
        segments: Shares | Published | None = None,
        joint: Mapping[tuple[str, str], Mapping[Any, Shares] | pd.DataFrame] | None = None,
        within: Mapping[str, Mapping[str, Shares]] | None = None,
        source: str = "a what-if of the caller",
    ) -> Self:
        """Return what would be if these shares were others: the law that meets them with the least divergence from this one.

        Whatever is not named is free, segment shares too. Targets of this population need not hold any more.

        Raises
        ------
        InvalidInput
            As `fit` does; also when this law gives an answer no chance at all.
        """
        targets = GivenShares(segments, marginals, joint, within, source, "synthetic").targets(self.rule)
        if not targets:
            raise InvalidInput("nothing to tilt", [Finding("no-targets", "error", "tilt", "no share was given", _EXAMPLE)])
        return type(self)(self.standard, *_fitted(self.law, targets), base=self)

    @property
    def rule(self) -> Rule:
        """The rule that makes segments of answers."""
        return self.law.rule

    def shares(self) -> pd.Series[float]:
        """Return the exact share of each segment, in the standard's order."""
        index = pd.Index(self.rule.segments, dtype="str", name="segment")
        return self._labelled(pd.Series(self.law.marginals[-1], index, name="share"))

    def marginals(self, *, by_segment: bool = False) -> pd.DataFrame:
        """Return the exact share of each answer (`segkit.sel.law_frames.MARGINALS`).

        By segment, shares are of the segment (`segkit.sel.law_frames.SEGMENT_MARGINALS`), NaN in a segment without anybody.
        Shares that were not given are synthetic, even where the segments' are documented: nobody counted these answers.
        """
        made = population_frames.segment_marginals if by_segment else population_frames.marginals
        told = made(self.law, self.standard, self.targets)
        return self._labelled(told, provenance=weakest("derived", *map(_as_word, told["provenance"].unique())))

    def to_frame(self) -> pd.DataFrame:
        """Return one row a share that was given, beside the law's (`segkit.sel.law_frames.POPULATION`)."""
        return self._labelled(population_frames.targets(self.law, self.targets))

    def counts(self, n: int, seed: int = 0) -> pd.Series[int]:
        """Draw how many of `n` respondents are in each segment, without drawing respondents.

        The law is that of `sample`, the respondents are not: `tally` counts the very rows that `sample` gives.
        """
        Sampler.check_numbers(n=(n, 0), seed=(seed, 0))
        refuse_too_many(n, MOST_COUNTED)
        shares = self.law.marginals[-1]
        rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(_COUNTS_STREAM,)))
        return self._counted(rng.multinomial(n, shares / shares.sum()), seed)

    def tally(self, n: int, seed: int = 0, *, start: int = 0, chunk: int = CHUNK, workers: int = 1) -> pd.Series[int]:
        """Count by segment the respondents that `sample` gives for the same arguments; no row is kept."""
        return self._counted(self._sampler.tally(n, seed, start=start, chunk=chunk, workers=workers), seed)

    def sample(self, n: int, seed: int = 0, *, start: int = 0, chunk: int = CHUNK, workers: int = 1) -> pd.DataFrame:
        """Draw respondents: a categorical column a question, then ``segment`` (`segkit.sel.law_frames.SAMPLE`).

        Parameters
        ----------
        seed, start
            The rows are those from `start` on of the seed's endless list of respondents: parts drawn apart fit together.
        chunk, workers
            How many rows are drawn at once, and by how many threads; the rows do not depend on either. Beside the frame
            itself, a few chunks' worth of memory is used.

        Raises
        ------
        InvalidInput
            When a number cannot be: a frame has at most 10^10 rows, and a seed's list ends at 2^63 - 1.
        """
        columns = self._sampler.columns(n, seed, start=start, chunk=chunk, workers=workers)
        return self._labelled(population_frames.rows(self.rule, columns, start), **self._drawn(seed), start=int(start))

    @cached_property
    def _sampler(self) -> Sampler:
        return Sampler.of(self.law)

    def _counted(self, counts: np.typing.NDArray[np.int64], seed: int) -> pd.Series[int]:
        index = pd.Index(self.rule.segments, dtype="str", name="segment")
        return self._labelled(pd.Series(counts, index, name="count", dtype="int64"), **self._drawn(seed))

    def _drawn(self, seed: int) -> dict[str, object]:
        """Say that what was drawn is ours, however good the law it was drawn from: nobody gave these answers."""
        return {"provenance": "synthetic", "law_provenance": self.provenance, "seed": int(seed)}

    def _labelled(self, made: Labelled, **more: object) -> Labelled:
        label = self.standard.label if isinstance(self.standard, Standard) else {}
        about = {"population": self.in_words, "provenance": self.provenance, "assumptions": list(self.assumptions)}
        made.attrs["segkit"] = {**label, **about, **more}
        return made

    @property
    def provenance(self) -> Provenance:
        """``derived`` from documented shares, else ``synthetic``."""
        if not self.targets:
            return "synthetic"
        below: tuple[Provenance, ...] = () if self.base is None else (self.base.provenance,)
        return weakest("derived", *below, *(target.provenance for target in self.targets))

    @property
    def in_words(self) -> str:
        """The law in one line, as every result carries it."""
        return f"{population_frames.name_of(self.standard)}: {self._law_in_words}; {self.provenance}"

    @property
    def _law_in_words(self) -> str:
        if not self.targets:
            return UNIFORM
        names = ", ".join(population_frames.target_in_words(target) for target in self.targets)
        if self.base is None:
            return f"maximum entropy, targets met (given): {names}"
        return f"tilted to {names} with least change from [{self.base._law_in_words}]"  # noqa: SLF001 - one of its own kind

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What it stands on, a line each: sources, the fit, and what is not known."""
        sources = tuple(dict.fromkeys(f"{target.name}: {target.source}; {target.provenance}" for target in self.targets))
        below: tuple[str, ...] = ()
        if self.base is not None:
            was = population_frames.before_tilt(self.base.marginals(), self.targets)
            below = (f"tilted from: {self.base.in_words}", *was)
        steps = f"fit: {self.iterations} steps, largest gap {self.gap:.1e}; {self.law.n_vectors:,} answer vectors"
        return (*sources, *below, steps, IMPLIED)

    def __repr__(self) -> str:
        return f"<Population {self.in_words}; {self.iterations} steps, gap {self.gap:.1e}>"

    def _repr_html_(self) -> str:
        now = {"share": self.shares()} if self.base is None else {"share": self.shares(), "before the tilt": self.base.shares()}
        words = population_frames.Words(self.provenance, self.in_words, self.assumptions)
        return population_frames.page(self.standard, words, pd.DataFrame(now), self.to_frame())


def _as_word(word: Any) -> Provenance:  # noqa: ANN401 - of a categorical of these words
    return cast("Provenance", word)


def _rule_of(standard: object) -> Rule:
    if isinstance(standard, Rule):
        return standard
    if isinstance(standard, Standard):
        return standard.rule
    raise InvalidInput(f"{standard!r:.60} is no standard or rule: {_STANDARD}, or the rule of a learned rule, learned.rule")


_STANDARD = 'give one, such as sk.standard("mx-amai", 2022)'
_EXAMPLE = 'Write pop.tilt({"internet": {"yes": 0.74}}).'


def _fitted(base: Law, targets: tuple[Target, ...]) -> tuple[Law, tuple[Target, ...], int, float]:
    fitted = fit(base, targets)
    return fitted.law, targets, fitted.iterations, fitted.gap


def _check_edition(std: Standard | Rule, segments: object) -> None:
    """Refuse shares that were published for another rule: the same answers are other segments there."""
    if isinstance(std, Rule) or not isinstance(segments, Published):
        return
    if segments.standard != std.id or segments.edition not in {std.edition, *std.aliases}:
        name, own = f"{segments.standard} {segments.edition}", std.in_words
        fix = "Give shares of this edition, or their numbers as a mapping with your own source."
        finding = Finding("other-edition", "error", "segments", f"the shares are of {name}, the standard is {own}", fix)
        raise InvalidInput("the published shares are of another rule", [finding])
