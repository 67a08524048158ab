"""The laws of rows on demand: the same rows however they are drawn, and the law that they follow."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_rules import additive, automata, brute, grids, large, vectors
from scipy import stats

from segkit.errors import InvalidInput
from segkit.sel import sample
from segkit.sel.alias import Aliases
from segkit.sel.fit import fit
from segkit.sel.given_shares import GivenShares
from segkit.sel.law import Law
from segkit.sel.rule import Rule
from segkit.sel.sample import Sampler
from segkit.sel.standards import standard

AMAI = standard("mx-amai", 2022).rule
PUBLISHED = {"A/B": 0.073, "C+": 0.12, "C": 0.153, "C-": 0.164, "D+": 0.149, "D": 0.254, "E": 0.087}
SEEDS = range(60)
ALPHA = 1e-6


def fitted(rule: Rule, **shares: object) -> Law:
    """Return the law that meets these shares."""
    return fit(Law(rule), GivenShares(**shares).targets(rule)).law


@pytest.fixture(scope="module", params=["AMAI", "AMAI with shares within a segment", "large"])
def law(request: pytest.FixtureRequest) -> Law:
    """Return a law drawn in one stage, one whose states know their segment, and one drawn in several stages."""
    if request.param == "large":
        rule = large()
        return fitted(rule, segments=dict(zip(rule.segments, [0.036, 0.049, 0.151, 0.212, 0.281, 0.271], strict=True)))
    within = {"E": {"internet": {"yes": 0.04}}} if "within" in request.param else None
    return fitted(AMAI, segments=PUBLISHED, marginals={"internet": {"yes": 0.6}}, within=within)


def alike(some: list[np.ndarray], others: list[np.ndarray]) -> bool:
    """Return whether all columns are equal."""
    return all(np.array_equal(one, other) for one, other in zip(some, others, strict=True))


def test_rows_do_not_depend_on_chunks_or_threads(law: Law) -> None:
    """One chunk or eight or odd ones, one thread or several: the same seed gives the same rows, another seed others."""
    sampler = Sampler.of(law)
    rows = sampler.columns(20_000, 5)
    for chunk, workers in [(20_000, 1), (2_500, 1), (777, 1), (20_000, 2), (2_500, 8), (1_001, 3)]:
        assert alike(rows, sampler.columns(20_000, 5, chunk=chunk, workers=workers))
    assert not alike(rows, sampler.columns(20_000, 6))


def test_rows_may_be_drawn_from_anywhere(law: Law) -> None:
    """Eight parts drawn apart, in any order, are the whole; so are rows far down the list, by a sampler made anew."""
    rows = Sampler.of(law).columns(8_000, 7)
    for part in (5, 0, 7, 3):
        assert alike(
            [column[part * 1000 : part * 1000 + 1000] for column in rows], Sampler.of(law).columns(1000, 7, start=part * 1000)
        )
    far = 10**12
    assert alike([c[13:] for c in Sampler.of(law).columns(40, 1, start=far)], Sampler.of(law).columns(27, 1, start=far + 13))


def test_the_stream_is_the_generators_own_words() -> None:
    """Rows stand on PCG64's raw words, one a stage and respondent, which no version of numpy may change."""
    words = np.random.PCG64(3).random_raw(1000)
    drawn = np.random.Generator(np.random.PCG64(3)).integers(0, 2**64 - 1, 1000, dtype=np.uint64, endpoint=True)
    assert np.array_equal(words, drawn)


def test_a_sampled_segment_is_the_rules_own(law: Law) -> None:
    """The segment of every row is what the rule says of its answers."""
    *answers, segments = Sampler.of(law).columns(30_000, 11)
    assert np.array_equal(law.rule.segment_indices(np.column_stack(answers)), segments)


def test_a_tally_counts_the_very_rows(law: Law) -> None:
    """Counting without keeping rows gives the counts of the rows, from any start, for any chunk and threads."""
    sampler = Sampler.of(law)
    segments = sampler.columns(30_000, 2, start=500)[-1]
    wanted = np.bincount(segments, minlength=len(law.rule.segments))
    for chunk, workers in [(2**16, 1), (999, 1), (100, 4)]:
        assert np.array_equal(sampler.tally(30_000, 2, start=500, chunk=chunk, workers=workers), wanted)


def test_samples_follow_the_law_over_many_seeds(law: Law) -> None:
    """Chi-square of each question, the segments and pairs of questions, over sixty seeds together and each one alone."""
    sampler, n = Sampler.of(law), 5_000
    drawn = [sampler.columns(n, seed) for seed in SEEDS]
    last = len(law.rule.questions)
    scopes = [*((variable,) for variable in range(last + 1)), (0, last), (0, last - 1), (last - 2, last - 1)]
    for scope in scopes:
        shares = law.table(scope).reshape(-1)
        shape = [[*map(len, law.rule.answers), len(law.rule.segments)][variable] for variable in scope]
        cells = [np.ravel_multi_index([columns[v].astype(int) for v in scope], shape) for columns in drawn]
        counts = np.array([np.bincount(cell, minlength=len(shares)) for cell in cells])
        assert counts[:, shares == 0].sum() == 0
        assert fits(counts.sum(axis=0), shares) > ALPHA
        assert min(fits(row, shares) for row in counts) > ALPHA / len(SEEDS)


def fits(counts: np.ndarray, shares: np.ndarray) -> float:
    """Return the p-value of counts; cells that expect fewer than eight are taken together."""
    expected = shares * counts.sum()
    rare = expected < 8
    seen = np.append(counts[~rare], counts[rare].sum())
    wanted = np.append(expected[~rare], expected[rare].sum())
    if wanted[-1] < 8:
        seen, wanted = np.append(seen[:-2], seen[-2:].sum()), np.append(wanted[:-2], wanted[-2:].sum())
    return float(stats.chi2.sf(((seen - wanted) ** 2 / wanted).sum(), max(1, len(seen) - 1)))


def test_every_answer_vector_comes_as_often_as_it_should() -> None:
    """Over a million rows the 4,950 vectors of AMAI are as frequent as their exact probabilities, under two laws."""
    every = vectors(AMAI)[:, :-1]
    for one in (Law(AMAI), fitted(AMAI, segments=PUBLISHED, marginals={"internet": {"yes": 0.74}})):
        columns = Sampler.of(one).columns(1_000_000, 4)[:-1]
        counts = np.bincount(np.ravel_multi_index([c.astype(int) for c in columns], list(map(len, AMAI.answers))), minlength=4950)
        assert fits(counts, one.probability(every)) > ALPHA


def test_p_values_over_seeds_are_uniform() -> None:
    """Over two hundred seeds the p-values of the segments' chi-square are themselves uniform: samples are not too good either."""
    law = fitted(AMAI, segments=PUBLISHED)
    sampler = Sampler.of(law)
    p_values = [fits(sampler.tally(20_000, seed), law.marginals[-1]) for seed in range(200)]
    assert stats.kstest(p_values, "uniform").pvalue > 1e-4


@settings(max_examples=60)
@given(automata() | additive() | grids(), st.integers(0, 2**32), st.integers(1, 40))
def test_tables_of_random_rules_hold_the_exact_law(rule: Rule, seed: int, most: int) -> None:
    """Read off its tables, in however many stages, a sampler draws each vector with its brute-force probability."""
    rng = np.random.default_rng(seed)
    last = len(rule.questions)
    law = Law(rule, {(0,): rng.normal(0, 2, len(rule.answers[0])), (last,): rng.normal(0, 2, len(rule.segments))})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sample, "MOST_OUTCOMES", most)
        sampler = Sampler.of(law)
    found: dict[tuple[int, ...], float] = {}
    follow(sampler, 0, 0, 1.0, (), found)
    for vector, probability in zip(vectors(rule), brute(law), strict=True):
        assert found.pop(tuple(map(int, vector)), 0.0) == pytest.approx(probability, abs=1e-12)
    assert sum(found.values()) == 0


def follow(sampler: Sampler, number: int, state: int, share: float, sofar: tuple[int, ...], found: dict) -> None:
    """Add up what a stage's columns give, and go on from each state after it."""
    if number == len(sampler.stages):
        found[sofar] = found.get(sofar, 0.0) + share
        return
    stage = sampler.stages[number]
    size = 2**stage.aliases.bits
    for column in range(state * size, (state + 1) * size):
        own = float(stage.aliases.threshold[column]) / 2**64
        for place, part in ((2 * column, 1 - own), (2 * column + 1, own)):
            if part > 1e-14:
                codes = tuple(int(codes[place]) for codes in stage.codes)
                follow(sampler, number + 1, int(stage.following[place]), share * part / size, sofar + codes, found)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=70).filter(lambda law: sum(law) > 1e-3))
def test_aliases_hold_their_law_and_never_draw_what_cannot_be(shares: list[float]) -> None:
    """Summed over its columns a table gives back the law, and the first and last word of a column draw nothing impossible."""
    law = np.array(shares) / sum(shares)
    aliases = Aliases.of(law[None])
    size = 2**aliases.bits
    own = aliases.threshold.astype(float) / 2**64
    drawn = np.bincount(aliases.outcome, np.column_stack([1 - own, own]).reshape(-1), size) / size
    np.testing.assert_allclose(drawn[: len(law)], law, atol=1e-14)
    columns = np.arange(size, dtype=np.uint64) << np.uint64(64 - aliases.bits)
    edges = np.concatenate([columns, columns | np.uint64(2 ** (64 - aliases.bits) - 1)])
    assert set(aliases.outcome[aliases.draw(edges)]) <= set(np.flatnonzero(law))


def test_memory_is_bounded_by_chunks(law: Law) -> None:
    """Counting four hundred thousand respondents takes no more than a few chunks; rows take little beside their columns."""
    sampler = Sampler.of(law)
    sampler.tally(10, 0)
    peaks = []
    for n in (100_000, 400_000):
        tracemalloc.start()
        sampler.tally(n, 0, chunk=8192)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]
    tracemalloc.start()
    columns = sampler.columns(400_000, 0, chunk=8192)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < sum(column.nbytes for column in columns) + 3_000_000


def test_nobody_and_everybody_alike() -> None:
    """No respondents have no rows; a law of one vector gives it always."""
    sampler = Sampler.of(Law(Rule.from_points({"cars": {"0": 0}}, {"low": 0})))
    assert [len(column) for column in sampler.columns(0, 0)] == [0, 0]
    assert sampler.tally(0, 0).tolist() == [0]
    assert [set(column) for column in sampler.columns(1000, 9)] == [{0}, {0}]


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"n": -1}, "n"),
        ({"n": 1.5}, "n"),
        ({"seed": -1}, "seed"),
        ({"start": True}, "start"),
        ({"chunk": 0}, "chunk"),
        ({"workers": 0}, "workers"),
    ],
)
def test_numbers_that_draw_nothing_are_refused(given: dict, where: str) -> None:
    """A count, seed, start, chunk or number of workers that cannot be is a finding that names it."""
    arguments = {"n": 10, "seed": 0, **given}
    for draw in (Sampler.of(Law(AMAI)).columns, Sampler.of(Law(AMAI)).tally):
        with pytest.raises(InvalidInput) as refused:
            draw(**arguments)
        assert [finding.where for finding in refused.value.findings] == [where]
