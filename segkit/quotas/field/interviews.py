"""What happens between being admitted and a complete: some never complete, and some are still at it when a quota closes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from segkit.errors import InvalidInput
from segkit.quotas.field.standing import MOST

if TYPE_CHECKING:
    from numpy.typing import NDArray

Incidence = float | tuple[float, float] | Mapping[str, float] | None
"""A share; (its mean, how many interviews it is known from); {"alpha": ..., "beta": ...} of a Beta law; None is everybody."""

RAREST = 1e-6
"""The smallest share that can be said to complete."""
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
    def moments(self) -> int:
        """How many moments of the arrivals are finite, up to 2: not all where the share that completes is too often next to 0."""
        return 2 if self.beta is None or self.alpha > 2 else int(self.alpha > 1)  # noqa: PLR2004 - the second moment

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
        rate, minutes = _amount("arrivals_per_day", arrivals_per_day), _amount("interview_minutes", interview_minutes)
        if conversion is not None and not (_is_number(conversion) and RAREST <= conversion <= 1):
            raise InvalidInput(f"conversion is {conversion!r}: give a share from {RAREST:g} to 1, or None for the mean of ir")
        known = cls(alpha, beta)
        if rate is None or minutes is None:
            why = "needs arrivals_per_day and interview_minutes"
            return cls(alpha, beta, words=(_incidence_words(known), f"over-delivery not modelled: {why}"))
        of_them = "" if conversion is None else f", {conversion:.0%} of them"
        words = (
            f"over-delivery: who is in an interview of {minutes:g} minutes when a quota closes or the goal is reached "
            f"still completes{of_them}; families come at random, {rate:g} a day, and nobody is in an interview when "
            "the field starts"
        )
        length = rate / _MINUTES * minutes
        if length > MOST:
            raise InvalidInput(f"{length:.3g} families come while an interview lasts: forecasts end at {MOST}")
        return cls(alpha, beta, length, None if conversion is None else float(conversion), (_incidence_words(known), words))


def _amount(name: str, given: Any) -> float | None:  # noqa: ANN401 - what is looked at
    if given is None:
        return None
    if not (_is_number(given) and 0 < given <= MOST):
        raise InvalidInput(f"{name} is {given!r:.40}: give a number above 0, up to {MOST}, or None")
    return float(given)


def _is_number(value: Any) -> bool:  # noqa: ANN401 - what is looked at
    return not isinstance(value, bool) and isinstance(value, Real) and isfinite(value)


def _beta(ir: Incidence) -> tuple[float, float | None]:
    if ir is None:
        return 1.0, None
    alpha: float
    beta: float | None
    if isinstance(ir, Mapping) and set(ir) == {"alpha", "beta"} and all(map(_is_number, ir.values())):
        alpha, beta = float(ir["alpha"]), float(ir["beta"])
    elif isinstance(ir, tuple | list) and len(ir) == 2 and all(map(_is_number, ir)):  # noqa: PLR2004 - mean, n
        alpha, beta = float(ir[0] * ir[1]), float((1 - ir[0]) * ir[1])
    elif _is_number(ir):
        alpha, beta = float(ir), None  # type: ignore[arg-type] # a number by now
    else:
        alpha, beta = 0.0, 0.0
    if beta is None and RAREST <= alpha <= 1:
        return alpha, None
    if beta is not None and RAREST <= alpha <= MOST and RAREST <= beta <= MOST:
        return alpha, beta
    raise InvalidInput(
        f"ir is {ir!r:.60}: give the share of admitted families that complete, from {RAREST:g} to 1 (60 % is 0.6), (its mean, "
        'the number of interviews it is known from), or {"alpha": ..., "beta": ...}'
    )


def _incidence_words(known: Interviews) -> str:
    if known.beta is None:
        return "whoever is admitted completes" if known.alpha == 1 else f"of those admitted {100 * known.alpha:.4g} % complete"
    told = f"of those admitted a share completes that is Beta({known.alpha:g}, {known.beta:g}), mean {known.mean:.1%}"
    more = (
        ": alpha is not above 1, so arrivals and days have no finite mean: read the quantiles",
        ": alpha is not above 2, so arrivals and days have no finite sd",
        "",
    )
    return told + more[known.moments]
