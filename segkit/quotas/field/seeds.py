"""Whence random numbers come: a whole number, or a numpy Generator, which moves on by what is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from segkit.errors import InvalidInput

if TYPE_CHECKING:
    Seed = int | np.random.Generator

_MOST = 2**63


def generator(seed: Seed) -> np.random.Generator:
    """Return the Generator that was handed in, or a PCG64 of the seed.

    Raises
    ------
    InvalidInput
        When it is neither a whole number from 0 on nor a Generator.
    """
    return seed if isinstance(seed, np.random.Generator) else np.random.Generator(np.random.PCG64(whole(seed)))


def whole(seed: Seed) -> int:
    """Return a seed as a whole number, of a Generator the next one that it draws: what shares it shares its random numbers.

    Raises
    ------
    InvalidInput
        As `generator`.
    """
    given: Any = seed
    if isinstance(given, np.random.Generator):
        return int(given.integers(_MOST))
    if isinstance(given, bool) or not isinstance(given, int | np.integer) or given < 0:
        raise InvalidInput(f"seed is {given!r:.40}: give a whole number from 0 on, or a numpy Generator")
    return int(given)
