"""Rows on demand: which answers and which segment the n-th respondent of a seed has, for any n and in any order.

Each respondent takes a fixed number of words of one PCG64 stream, which can be entered anywhere: so the rows of a seed are the
same whatever the chunk, the number of workers or the place where one begins. The segment is read off the state in which the
rule's automaton ends.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from segkit.errors import InvalidInput
from segkit.findings import Finding
from segkit.sel.alias import Aliases
from segkit.sel.law import Flow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from segkit.sel.lattice import Lattice
    from segkit.sel.law import Floats, Law

    Codes = NDArray[np.int8] | NDArray[np.int16]

CHUNK = 2**16
"""Rows drawn at once: enough to spare calls, few enough to bound memory."""

MOST_ROWS = 10**10
"""Rows of one frame: more are counted, or drawn part by part."""

MOST_COUNTED = 2**63 - 1
"""Respondents that are counted, and the last one that can be begun with."""

MOST_WORKERS = 256

_TOP = 2**64 - 1

MOST_OUTCOMES = 2**16
"""The columns of one stage's tables; a rule with more answer vectors is drawn in several stages."""


class Stage(NamedTuple):
    """Some questions in a row, drawn together given the state before them.

    Attributes
    ----------
    codes
        For each variable of the stage, by drawn place, its code; the last of the last stage is the segment.
    following
        By drawn place the state after.
    """

    aliases: Aliases
    codes: tuple[Codes, ...]
    following: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Sampler:
    """Draws respondents of a law; `n_segments` and `stages` are what it needs of it."""

    stages: tuple[Stage, ...]
    n_segments: int

    @classmethod
    def of(cls, law: Law) -> Sampler:
        """Make the tables of a law: one stage where it has few answer vectors, else as few as fit."""
        lattice = law.lattice()
        flow = Flow.through(lattice, law.log_weights(lattice))
        stages: list[Stage] = []
        place = 0
        while place < len(lattice.layers):
            end = _end(lattice, place)
            stages.append(_stage(flow, place, end))
            place = end
        return cls(tuple(stages), lattice.sizes[-1])

    @staticmethod
    def check_numbers(**numbers: tuple[object, int]) -> None:
        """Raise InvalidInput when a value is not a whole number of at least so much."""
        found = [
            Finding("not-a-number", "error", name, f"{value!r:.40} is no whole number from {least}", f"Give one from {least}.")
            for name, (value, least) in numbers.items()
            if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least
        ]
        if found:
            raise InvalidInput("no rows can be drawn", found)

    @classmethod
    def check_draw(cls, n: int, seed: int, start: int, chunk: int, workers: int, most: int) -> None:
        """Raise InvalidInput when respondents cannot be drawn: a number is not whole, too small, or too large."""
        cls.check_numbers(n=(n, 0), seed=(seed, 0), start=(start, 0), chunk=(chunk, 1), workers=(workers, 1))
        if workers > MOST_WORKERS:
            raise InvalidInput(f"workers is too large: at most {MOST_WORKERS} threads draw; one a processor is enough")
        refuse_too_many(n, most)
        if start > MOST_COUNTED - n:
            raise InvalidInput(f"start is too large: the list of a seed has {MOST_COUNTED:,} respondents")

    @property
    def words(self) -> int:
        """How many words of the stream each respondent takes."""
        return len(self.stages)

    def columns(self, n: int, seed: int, *, start: int = 0, chunk: int = CHUNK, workers: int = 1) -> list[Codes]:
        """Return the codes of the respondents `start` to ``start + n``: an array a question, then that of the segments.

        Raises InvalidInput when a number is not whole, too small or too large.
        """
        self.check_draw(n, seed, start, chunk, workers, MOST_ROWS)
        columns = [np.empty(n, dtype=codes.dtype) for stage in self.stages for codes in stage.codes]

        def write(first: int, drawn: list[tuple[Stage, NDArray[np.int64]]]) -> None:
            left = iter(columns)
            for stage, places in drawn:
                for codes in stage.codes:
                    # The places are in range by construction: "clip" only spares the check and its copy.
                    codes.take(places, out=next(left)[first : first + len(places)], mode="clip")

        self._run(write, n, seed, start, chunk, workers)
        return columns

    def tally(self, n: int, seed: int, *, start: int = 0, chunk: int = CHUNK, workers: int = 1) -> NDArray[np.int64]:
        """Return how many of these very respondents are in each segment; no row is kept."""
        self.check_draw(n, seed, start, chunk, workers, MOST_COUNTED)
        last = self.stages[-1]
        # Few places are cheaper to count one by one and to add up by segment at the end than to be looked up row by row.
        by_place = len(last.following) <= chunk
        counts = np.zeros(len(last.following) if by_place else self.n_segments, dtype=np.int64)
        one_at_a_time = Lock()

        def count(_: int, drawn: list[tuple[Stage, NDArray[np.int64]]]) -> None:
            places = drawn[-1][1]
            seen = np.bincount(places if by_place else last.codes[-1].take(places), minlength=len(counts))
            with one_at_a_time:
                np.add(counts, seen, out=counts)

        self._run(count, n, seed, start, chunk, workers)
        if by_place:
            segments = np.zeros(self.n_segments, dtype=np.int64)
            np.add.at(segments, last.codes[-1], counts)
            return segments
        return counts

    def _run(
        self,
        work: Callable[[int, list[tuple[Stage, NDArray[np.int64]]]], None],
        n: int,
        seed: int,
        start: int,
        chunk: int,
        workers: int,
    ) -> None:
        bounds = np.linspace(0, n, workers + 1).astype(np.int64).tolist()

        def part(number: int) -> None:
            for first, drawn in self._drawn(bounds[number], bounds[number + 1], seed, start, chunk):
                work(first, drawn)

        if workers == 1:
            part(0)
        else:
            with ThreadPoolExecutor(workers) as pool:
                list(pool.map(part, range(workers)))

    def _drawn(
        self, first: int, end: int, seed: int, start: int, chunk: int
    ) -> Iterator[tuple[int, list[tuple[Stage, NDArray[np.int64]]]]]:
        stream = np.random.PCG64(seed)
        stream.advance((start + first) * self.words)
        generator = np.random.Generator(stream)
        for at in range(first, end, chunk):
            n = min(chunk, end - at)
            # The stream's own words: over the full range nothing is rejected, and unlike `random_raw` it lets other threads run.
            words = generator.integers(0, _TOP, n * self.words, dtype=np.uint64, endpoint=True).reshape(n, self.words)
            drawn: list[tuple[Stage, NDArray[np.int64]]] = []
            state = None
            for number, stage in enumerate(self.stages):
                places = stage.aliases.draw(np.ascontiguousarray(words[:, number]), state)
                drawn.append((stage, places))
                if number + 1 < len(self.stages):
                    state = stage.following.take(places)
            yield at, drawn


def refuse_too_many(n: int, most: int = MOST_ROWS) -> None:
    """Raise InvalidInput when there are more respondents than can be."""
    if n > most:
        rest = "" if most == MOST_COUNTED else "; Population.counts and tally count more, segkit.cluster draws them part by part"
        verb = "counted" if most == MOST_COUNTED else "drawn into one frame"
        raise InvalidInput(f"n is too large: at most {most:,} respondents are {verb}{rest}")


def _end(lattice: Lattice, place: int) -> int:
    """Return the layer before which the stage that begins here ends."""
    end, outcomes = place, 1 if place == 0 else lattice.layers[place].n_sources
    outcomes = lattice.layers[0].n_sources if place == 0 else outcomes
    while end < len(lattice.layers):
        widest = int(np.bincount(lattice.layers[end].source).max())
        if end > place and outcomes * widest > MOST_OUTCOMES:
            break
        outcomes *= widest
        end += 1
    return end


class _Paths(NamedTuple):
    start: NDArray[np.int64]
    state: NDArray[np.int64]
    probability: Floats
    answers: list[NDArray[np.int64]]


def _stage(flow: Flow, place: int, end: int) -> Stage:
    """Follow every path from the states before a stage to those after it."""
    layers = flow.lattice.layers[place:end]
    n_starts = layers[0].n_sources
    at = np.arange(n_starts)
    paths = _Paths(np.zeros_like(at) if place == 0 else at, at, np.ones(n_starts), [])
    for offset, layer in enumerate(layers):
        paths = _followed(paths, layer.source, layer.target, layer.answer, flow.weight[place + offset])
    probability = paths.probability * flow.after[end][paths.state]
    n_laws = 1 if place == 0 else n_starts
    n_paths = np.bincount(paths.start, minlength=n_laws)
    order = np.argsort(paths.start, kind="stable")
    within = np.arange(len(order)) - np.repeat(np.cumsum(n_paths) - n_paths, n_paths)
    laws = np.zeros((n_laws, int(n_paths.max())))
    number = np.zeros(laws.shape, dtype=np.int64)
    laws[paths.start[order], within] = probability[order]
    number[paths.start[order], within] = order
    # A state that no possible path reaches is never drawn from; any law will do for its table.
    laws[laws.sum(axis=1) == 0, 0] = 1.0
    aliases = Aliases.of(laws)
    law_of_place = np.repeat(np.arange(n_laws), 2 ** (aliases.bits + 1))
    path = number[law_of_place, np.minimum(aliases.outcome, laws.shape[1] - 1)]
    codes = tuple(_small(answers[path]) for answers in paths.answers)
    return Stage(aliases, codes, paths.state[path])


def _followed(
    paths: _Paths, source: NDArray[np.int64], target: NDArray[np.int64], answer: NDArray[np.int64], weight: Floats
) -> _Paths:
    """Lengthen each path by every edge of its last state."""
    degree = np.bincount(source, minlength=int(paths.state.max(initial=0)) + 1)
    first = np.cumsum(degree) - degree
    times = degree[paths.state]
    old = np.repeat(np.arange(len(paths.state)), times)
    edge = np.arange(len(old)) - np.repeat(np.cumsum(times) - times, times) + first[paths.state][old]
    return _Paths(
        paths.start[old], target[edge], paths.probability[old] * weight[edge], [*(a[old] for a in paths.answers), answer[edge]]
    )


def _small(codes: NDArray[np.int64]) -> Codes:
    return codes.astype(np.int8) if int(codes.max(initial=0)) < 2**7 else codes.astype(np.int16)
