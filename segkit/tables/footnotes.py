"""What stands below a table: bases, weights, formulas, thresholds, sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segkit.tables.sources import NOT_STATED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from segkit.tables.banner import Banner
    from segkit.tables.benchmark import Benchmark
    from segkit.tables.criterion import Correction, Criterion, Intervals
    from segkit.tables.stub import Stub

_CORRECTIONS: dict[Correction, str] = {
    "none": "no correction for the number of tests",
    "bonferroni": "Bonferroni's correction: each p-value times the number of tests in its row and block",
    "holm": "Holm's correction over the tests in a row and block",
}
_INTERVALS: dict[Intervals, str] = {
    "wilson": "Wilson, {level} for each share",
    "goodman": "Goodman, {level} for all shares of a column at once (Wilson's with the error divided by the number of segments)",
}
_TEST = "z = (p1 - p2) / √(p (1 - p) (1/e1 + 1/e2)), e the effective bases, p = (e1 p1 + e2 p2) / (e1 + e2)"
_DEPENDENT = (
    "z = (p1 - p2) / √(p (1 - p) (1/e1 + 1/e2 - 2 Q12/(W1 W2))), e the effective bases, W the sums of weights, Q12 the sum of "
    "squared weights of those in both, so that p (1 - p) Q12/(W1 W2) is the covariance of the two shares; p is the mean of the "
    "shares of those in one only, in the other only and in both, weighted by their effective bases"
)


def footnotes(
    stubs: tuple[Stub, ...],
    banner: Banner,
    criterion: Criterion,
    *,
    weights: str | None,
    missing_in_base: bool,
    benchmarks: Mapping[str, Benchmark],
) -> Iterator[str]:
    """Say what stands below a table, one sentence or two a note.

    Parameters
    ----------
    weights
        What they are called; None where there are none.
    """
    for stub in stubs:
        yield _base(stub, missing_in_base=missing_in_base)
    for finding in banner.findings:
        yield f"{finding.where}: {finding.message}."
    yield _weights(weights)
    yield f"Intervals: {_INTERVALS[criterion.intervals].format(level=_level(criterion))}, on the effective base."
    yield from _tests(banner, criterion)
    yield _thresholds(criterion)
    for rows, benchmark in benchmarks.items():
        yield _index(rows, benchmark)
        if benchmark.note:
            yield f"{rows}: {benchmark.note}"
    yield "Figures are rounded for display only; shares are not made to add up to 100 %."


def _level(criterion: Criterion) -> str:
    return f"{100 * criterion.confidence:.6g} %"


def _base(stub: Stub, *, missing_in_base: bool) -> str:
    inside = f"{stub.without:,} respondents without a segment are {'in' if missing_in_base else 'not in'} the base."
    return f"{stub.name}: source of the segments: {stub.provenance or NOT_STATED}. {inside}"


def _weights(name: str | None) -> str:
    if name is None:
        return "Unweighted: every base is a number of respondents."
    return f"Weighted by {name}; effective base = (sum of w)² / sum of w² (Kish)."


def _tests(banner: Banner, criterion: Criterion) -> Iterator[str]:
    blocks = [block for block in banner.blocks if len(block.places) > 1]
    if not blocks:
        yield "No columns to test against each other."
        return
    named = ", ".join(dict.fromkeys(block.name for block in blocks))
    yield (
        f"Letters: the share is larger than that of the column with this letter; two-sided z test at {_level(criterion)}, "
        f"{_CORRECTIONS[criterion.correction]}. Tested against each other: the columns within {named}; the total is not tested."
    )
    if any(not block.may_overlap for block in blocks):
        yield f"Columns without common respondents: {_TEST}."
    for block in blocks:
        if block.may_overlap:
            shared = f"may share respondents, and {block.shared:,} are in more than one"
            yield f"{block.name.capitalize()} {shared}; so the test is dependent: {_DEPENDENT}."


def _thresholds(criterion: Criterion) -> str:
    return (
        f"** effective base below {criterion.no_test_below:g}: not tested. "
        f"* effective base below {criterion.small_below:g}: tested, read with care."
    )


def _index(rows: str, benchmark: Benchmark) -> str:
    said = "" if benchmark.column is not None else f" ({benchmark.provenance or NOT_STATED})"
    return f"{rows}: index = 100 times the share over {benchmark.source}{said}."
