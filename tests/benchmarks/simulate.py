"""Respondents against drawing six float32s each with the same generator and nothing else, one thread each."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import numpy as np
from row import at_most, best, interleaved

from segkit.sel.population import Population
from segkit.sel.published import published
from segkit.sel.standards import standard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from row import Row

N = 10_000_000
CHUNK = 2**16


def floats(n: int = N, each: int = 6) -> None:
    """Draw what a respondent needs at least when each answer takes a number, in chunks, and keep nothing."""
    rng = np.random.Generator(np.random.PCG64(0))
    room = np.empty((CHUNK, each), dtype=np.float32)
    for _ in range(0, n, CHUNK):
        rng.random(dtype=np.float32, out=room)


def brazil() -> Population:
    """Fit CCEB 2026 to its six published shares and three invented marginals."""
    cceb = standard("br-cceb", 2026)
    counts = [question.name for question in cceb.asked if question.kind == "count"][:3]
    answers = {question.name: [answer.answer for answer in question.answers] for question in cceb.asked}
    marginals = {name: dict(zip(answers[name], [0.3, 0.3, 0.2, 0.1, 0.1], strict=True)) for name in counts}
    return Population.fit(cceb, published("br-cceb", 2026), marginals)


def peak(population: Population, n: int) -> float:
    """Return the most bytes that counting `n` respondents takes."""
    tracemalloc.start()
    population.tally(n)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


def peak_of_rows(population: Population, n: int) -> float:
    """Return the most bytes that drawing `n` respondents into a frame takes, over those of the frame itself."""
    tracemalloc.start()
    frame = population.sample(n)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / int(frame.memory_usage(index=True).sum())


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
    yield at_most("CCEB 2026, six segments and three marginals, fit", best(brazil, 5), "s", 1.0)
    cceb = brazil()
    cceb.tally(1)
    asked = len(cceb.rule.questions)
    floor, counted = interleaved(lambda: floats(N // 5, asked), lambda: cceb.tally(N // 5), 3)
    yield at_most("2M respondents, CCEB, to counts, over a float32 a question", counted / floor, "x", 2.0)
    floor, framed = interleaved(lambda: floats(N // 5, asked), lambda: cceb.sample(N // 5), 3)
    yield at_most("2M respondents, CCEB, rows in a frame, over a float32 a question", framed / floor, "x", 3.0)
    yield at_most("10M respondents counted, memory over that of 1M", peak(fitted, N) / peak(fitted, N // 10), "x", 1.2)
    yield at_most("10M respondents, rows in a frame, memory over the frame's own", peak_of_rows(fitted, N), "x", 1.5)
    yield at_most("counts of a thousand million respondents", best(lambda: fitted.counts(10**9)) * 1000, "ms", 5.0)
