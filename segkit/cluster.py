"""Populations and scores on a Dask cluster: the same seed gives the same rows as one machine.

Needs ``pip install "segkit[cluster]"``. On one machine `Population.sample` with two workers is faster; this is for rows that
no machine holds. Everything here is lazy: nothing is drawn before ``compute``, ``to_parquet`` or the like.
"""

from __future__ import annotations

import functools
import pickle
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from segkit.errors import InvalidInput
from segkit.provenance import together
from segkit.sel.sample import MOST_COUNTED, refuse_too_many
from segkit.sel.standard_answers import missing_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from dask.dataframe import DataFrame
    from dask.delayed import Delayed

    from segkit.sel.population import Population
    from segkit.sel.standard_answers import Missing
    from segkit.sel.standards import Standard

PARTITION = 1_000_000
"""Rows of a partition, unless another number is given."""

MOST_PARTITIONS = 10**6
"""Each is a task that the scheduler keeps."""


def sample(population: Population, n: int, seed: int = 0, *, partition: int = PARTITION) -> DataFrame:
    """Draw respondents as `Population.sample` does, each partition on whichever worker is free.

    Parameters
    ----------
    n, seed
        As of `Population.sample`: the rows are the same for any partition and any cluster, and for none.
    partition
        Rows of a partition; a worker holds a few of them at once.

    Returns
    -------
    A dask DataFrame with known divisions: a categorical column a question, then ``segment``. What is computed of it bears
    ``attrs["segkit"]`` as a sample does.

    Raises
    ------
    InvalidInput
        When a number cannot be, or dask is not installed.

    Examples
    --------
    >>> from segkit.sel.population import Population
    >>> from segkit.sel.standards import standard
    >>> mexico = Population.default(standard("mx-amai", 2022))
    >>> rows = sample(mexico, 10**9, seed=7)                                         # doctest: +SKIP
    >>> rows.groupby("segment", observed=False).size().compute()                     # doctest: +SKIP
    """
    parts = _parts(n, partition)
    meta = population.sample(0, seed)
    divisions = (*(start for start, _ in parts), max(n - 1, 0))
    packed = _packed(population)
    return _dask().from_map(_rows, parts, packed=packed, seed=seed, meta=meta, divisions=divisions, label="segkit-sample")


def _rows(part: tuple[int, int], packed: bytes, seed: int) -> pd.DataFrame:
    start, n = part
    rows = _unpacked(packed).sample(n, seed, start=start)
    # Attributes that differ between partitions would be lost when they are put together.
    rows.attrs["segkit"] = {key: value for key, value in rows.attrs["segkit"].items() if key != "start"}
    return rows


def score(
    frame: DataFrame, standard: Standard, columns: Mapping[str, str] | None = None, *, ids: bool = False, missing: Missing = ()
) -> DataFrame:
    """Score respondents as `Standard.score` does, partition by partition.

    Parameters
    ----------
    frame
        A dask DataFrame: one row a respondent, a column a question.
    columns, ids, missing
        As of `Standard.score`.

    Returns
    -------
    A dask DataFrame with the columns of `Standard.score`, and the frame's index and divisions.

    Raises
    ------
    InvalidInput
        At once when a question has no column; when it is computed, where answers are missing or refused. What
        `Standard.score` only warns of, a disputed cell or a count that may be a code, is not told here.
    """
    missing = tuple(sorted(missing_of(missing), key=str))
    meta = standard.score(frame._meta, columns, ids=ids, missing=missing)  # noqa: SLF001 - dask's name for the empty frame of the same columns
    return frame.map_partitions(_scored, standard, columns, ids, missing, meta=meta)


def _scored(
    part: pd.DataFrame,
    standard: Standard,
    columns: Mapping[str, str] | None,
    ids: bool,  # noqa: FBT001 - dask hands it on
    missing: Missing,
) -> pd.DataFrame:
    scored = standard.score(part, columns, ids=ids, missing=missing)
    # Attributes that differ between partitions would be lost: what one partition found stays out.
    about = {key: value for key, value in scored.attrs["segkit"].items() if key != "findings"}
    word = together([standard.provenance, about["respondents_provenance"]])
    scored.attrs["segkit"] = {**about, "provenance": word, "rule_provenance": standard.provenance}
    return scored


def counts(population: Population, n: int, seed: int = 0, *, partition: int = PARTITION) -> Delayed:
    """Count by segment the respondents that `sample` gives for the same arguments; no row leaves its worker.

    Returns
    -------
    A delayed Series: ``.compute()`` gives what `Population.tally` does. For the law of the counts alone, `Population.counts`
    needs neither rows nor a cluster.

    Raises
    ------
    InvalidInput
        When a number cannot be, or dask is not installed.
    """
    _dask()
    import dask  # noqa: PLC0415 - an extra

    tally, packed = dask.delayed(_tally), _packed(population)
    return dask.delayed(_added)([tally(part, packed, seed) for part in _parts(n, partition)])


def _tally(part: tuple[int, int], packed: bytes, seed: int) -> pd.Series[int]:
    start, n = part
    return _unpacked(packed).tally(n, seed, start=start)


def _added(counted: list[pd.Series[int]]) -> pd.Series[int]:
    first = counted[0]
    total = sum(part.to_numpy() for part in counted)
    added = first.copy()
    added[:] = total
    added.attrs = dict(first.attrs)
    return added


def _packed(population: Population) -> bytes:
    """Return the law as bytes, a few kilobytes: every task carries them, and without what a sampler has worked out."""
    return pickle.dumps(replace(population))


@functools.lru_cache(maxsize=8)
def _unpacked(packed: bytes) -> Population:
    """Return the law again; a worker makes its sampler once, not once a partition."""
    return pickle.loads(packed)  # type: ignore[no-any-return] # noqa: S301 - made by `_packed`


def _parts(n: int, partition: int) -> list[tuple[int, int]]:
    """Return start and size of each partition; one that is empty where there are no rows."""
    for name, number, least in (("n", n, 0), ("partition", partition, 1)):
        if type(number) is not int or number < least:
            raise InvalidInput(f"{name} is a whole number, {least} or more: {number!r:.60}")
    refuse_too_many(n, MOST_COUNTED)
    if n > MOST_PARTITIONS * partition:
        raise InvalidInput(f"these are more than {MOST_PARTITIONS:,} partitions: give more rows a partition")
    return [(start, min(partition, n - start)) for start in range(0, n, partition)] or [(0, 0)]


def _dask() -> Any:  # noqa: ANN401 - a module
    try:
        from dask import dataframe  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise InvalidInput('dask is not installed: pip install "segkit[cluster]"') from error
    return dataframe
