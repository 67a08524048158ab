"""Respondents against drawing six float32s each with the same generator and nothing else, one thread each."""

from __future__ import annotations

import sys
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from row import at_most, best, interleaved

from segkit.sel.population import Population
from segkit.sel.standards import standard

sys.path.insert(0, str(Path(__file__).parents[1]))

from made_rules import large

if TYPE_CHECKING:
    from collections.abc import Iterator

    from row import Row

N = 10_000_000
CHUNK = 2**16
SHARES = [0.036, 0.049, 0.151, 0.212, 0.281, 0.271]


def floats(n: int = N, each: int = 6) -> None:
    """Draw what a respondent needs at least when each answer takes a number, in chunks, and keep nothing."""
    rng = np.random.Generator(np.random.PCG64(0))
    room = np.empty((CHUNK, each), dtype=np.float32)
    for _ in range(0, n, CHUNK):
        rng.random(dtype=np.float32, out=room)


def brazil_sized() -> Population:
    """Fit a synthetic rule of 15 questions to six segment shares and three marginals."""
    rule = large()
    marginals = {name: dict(zip("01234", [0.1, 0.2, 0.3, 0.2, 0.2], strict=True)) for name in ("item 0", "item 3", "item 7")}
    return Population.fit(rule, dict(zip(rule.segments, SHARES, strict=True)), marginals)


def peak(population: Population, n: int) -> float:
    """Return the most bytes that counting `n` respondents takes."""
    tracemalloc.start()
    population.tally(n)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


def measure() -> Iterator[Row]:
    """Measure counts and rows of three laws, the fit of a large one, and counts without rows."""
    amai = standard("mx-amai", 2022)
    independent = Population.fit(amai, marginals={"internet": {"yes": 0.74}, "cars": {"0": 0.5, "1": 0.3, "2+": 0.2}})
    fitted = Population.default(amai).tilt({"internet": {"yes": 0.74}})
    for name, population in (("independent", independent), ("fitted", fitted)):
        population.tally(1)
        floor, counted = interleaved(floats, lambda p=population: p.tally(N), 3)
        yield at_most(f"10M respondents, AMAI {name}, to counts, over six float32s", counted / floor, "x", 1.3)
        floor, framed = interleaved(floats, lambda p=population: p.sample(N), 3)
        yield at_most(f"10M respondents, AMAI {name}, rows in a frame, over six float32s", framed / floor, "x", 1.8)
    yield at_most("15 questions, six segments and three marginals, fit", best(brazil_sized, 5), "s", 1.0)
    large_law = brazil_sized()
    large_law.tally(1)
    floor, counted = interleaved(lambda: floats(N // 5, 15), lambda: large_law.tally(N // 5), 3)
    yield at_most("2M respondents of 15 questions to counts, over fifteen float32s", counted / floor, "x", 2.0)
    floor, framed = interleaved(lambda: floats(N // 5, 15), lambda: large_law.sample(N // 5), 3)
    yield at_most("2M respondents of 15 questions, rows in a frame, over fifteen float32s", framed / floor, "x", 3.0)
    yield at_most("10M respondents counted, memory over that of 1M", peak(fitted, N) / peak(fitted, N // 10), "x", 1.2)
    yield at_most("counts of a thousand million respondents", best(lambda: fitted.counts(10**9)) * 1000, "ms", 5.0)
