"""What happens between being admitted and a complete: some never complete, and some are still at it when a quota closes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from segkit.errors import InvalidInput

if TYPE_CHECKING:
    from numpy.typing import NDArray

Incidence = float | tuple[float, float] | Mapping[str, float] | None
"""A share; (its mean, how many interviews it is known from); {"alpha": ..., "beta": ...} of a Beta law; None is everybody."""

_MINUTES = 24 * 60


@dataclass(frozen=True)
class Interviews:
    """The interviews of a field.

    Attributes
    ----------
    alpha, beta
        Of the Beta law of the share of admitted families that complete; `beta` None is the share `alpha` itself, known exactly.
    length
        Families that come, admitted or not, while an interview lasts, in the mean; 0 is an interview that takes no time.
    conversion
        Of those who are in an interview when a quota of theirs closes, or the field does, the share that completes; None is the
        share of the others.
    words
        All of it, in words.
    """

    alpha: float = 1.0
    beta: float | None = None
    length: float = 0.0
    conversion: float | None = None
    words: tuple[str, ...] = ()

    @property
    def mean(self) -> float:
        """The mean share of admitted families that complete."""
        return self.alpha if self.beta is None else self.alpha / (self.alpha + self.beta)

    @property
    def in_progress(self) -> float:
        """Families that come while an interview lasts, admitted or not, and would complete once admitted; in the mean."""
        return self.length * (self.mean if self.conversion is None else self.conversion)

    def shares(self, rng: np.random.Generator, n: int) -> NDArray[np.float64] | None:
        """Draw the share that completes for each of `n` replicates; None where it is everybody."""
        if self.beta is not None:
            return rng.beta(self.alpha, self.beta, n)
        return None if self.alpha == 1 else np.full(n, self.alpha)

    @classmethod
    def of(
        cls,
        ir: Incidence = None,
        *,
        arrivals_per_day: float | None = None,
        interview_minutes: float | None = None,
        conversion: float | None = None,
    ) -> Interviews:
        """Check what is said of the interviews.

        Parameters
        ----------
        ir
            The share of admitted families that complete; the others leave their places free and cost an arrival more. A number
            from 0 to 1; or (its mean, the number of interviews that it is known from), or ``{"alpha": ..., "beta": ...}``, for a
            Beta law: one share a replicate. None: all complete.
        arrivals_per_day
            Families that come in a day, whether or not they may enter.
        interview_minutes
            The length of an interview. With `arrivals_per_day` a family completes that long after it came, and a quota closes
            with a complete: so who is in an interview when a quota closes, or the goal is reached, still completes and is paid,
            and families are turned away until then. Such completes count in all quotas that they match, and may close others.
        conversion
            The share of those who are in an interview at a closing that completes; None is the share of the others, `ir`.

        Raises
        ------
        InvalidInput
            When a number cannot be one.
        """
        alpha, beta = _beta(ir)
        for name, value in (("arrivals_per_day", arrivals_per_day), ("interview_minutes", interview_minutes)):
            if value is not None and not (_is_number(value) and value > 0):
                raise InvalidInput(f"{name} is {value!r}: give a number above 0, or None")
        if conversion is not None and not (_is_number(conversion) and 0 < conversion <= 1):
            raise InvalidInput(f"conversion is {conversion!r}: give a share above 0 and up to 1, or None for the mean of ir")
        known = cls(alpha, beta)
        if arrivals_per_day is None or interview_minutes is None:
            why = "needs arrivals_per_day and interview_minutes"
            return cls(alpha, beta, words=(_incidence_words(known), f"over-delivery not modelled: {why}"))
        of_them = "" if conversion is None else f", {conversion:.0%} of them"
        words = (
            f"over-delivery: who is in an interview of {interview_minutes:g} minutes when a quota closes or the goal is reached "
            f"still completes{of_them}; families come at random, {arrivals_per_day:g} a day, and nobody is in an interview when "
            "the field starts"
        )
        length = arrivals_per_day / _MINUTES * interview_minutes
        return cls(alpha, beta, length, conversion, (_incidence_words(known), words))


def _is_number(value: Any) -> bool:  # noqa: ANN401 - what is looked at
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < float("inf")


def _beta(ir: Incidence) -> tuple[float, float | None]:
    if ir is None:
        return 1.0, None
    if isinstance(ir, Mapping) and set(ir) == {"alpha", "beta"} and all(_is_number(part) and part > 0 for part in ir.values()):
        return float(ir["alpha"]), float(ir["beta"])
    if isinstance(ir, tuple) and len(ir) == 2 and all(map(_is_number, ir)) and 0 < ir[0] < 1 and ir[1] > 0:  # noqa: PLR2004 - mean, n
        return ir[0] * ir[1], (1 - ir[0]) * ir[1]
    if _is_number(ir) and 0 < ir <= 1:  # type: ignore[operator] # a number by now
        return float(ir), None  # type: ignore[arg-type] # the same
    raise InvalidInput(
        f"ir is {ir!r}: give the share of admitted families that complete (60 % is 0.6), (its mean, the number of interviews it "
        'is known from), or {"alpha": ..., "beta": ...}'
    )


def _incidence_words(known: Interviews) -> str:
    if known.beta is not None:
        return f"of those admitted a share completes that is Beta({known.alpha:g}, {known.beta:g}), mean {known.mean:.1%}"
    return "whoever is admitted completes" if known.alpha == 1 else f"of those admitted {known.alpha:.1%} complete"
