"""The laws of work on a cluster, on a real one of two processes; `test_cluster.py` runs them in a process of their own.

Dask brings pyarrow, which changes how pandas holds text: everything else is tested without it.
"""

from __future__ import annotations

import os
import pickle
import signal
import time
from typing import TYPE_CHECKING, Any

import dask.dataframe
import pandas as pd
import pytest
from dask.distributed import Client, LocalCluster

from segkit import cluster
from segkit.errors import InvalidInput
from segkit.findings import Finding, Findings
from segkit.quotas.survey import read_survey
from segkit.sel.population import Population
from segkit.sel.simulated import simulate_answers
from segkit.sel.standards import standard

if TYPE_CHECKING:
    from collections.abc import Iterator

LAWS = {
    "AMAI": Population.default(standard("mx-amai", 2022)),
    "tilted": Population.default(standard("mx-amai", 2022)).tilt({"internet": {"yes": 0.74}}),
    "CCEB": Population.default(standard("br-cceb", 2026)),
}


@pytest.fixture(scope="module", autouse=True)
def two_workers() -> Iterator[LocalCluster]:
    """Two worker processes on 127.0.0.1, and a client that is the default of every compute."""
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0", host="127.0.0.1"
        ) as local,
        Client(local),
    ):
        yield local


@pytest.mark.parametrize("name", LAWS)
@pytest.mark.parametrize("partition", [700, 2_500, 10_000])
def test_rows_are_those_of_one_machine(name: str, partition: int) -> None:
    """The same seed gives the same rows, dtypes, index and label, for any partition; nothing is drawn before it is computed."""
    alone = LAWS[name].sample(10_000, 3)
    rows = cluster.sample(LAWS[name], 10_000, 3, partition=partition)
    assert rows.npartitions == -(-10_000 // partition)
    assert rows.known_divisions
    pd.testing.assert_frame_equal(rows.compute(), alone)
    told = rows.compute().attrs["segkit"]
    assert told == {key: value for key, value in alone.attrs["segkit"].items() if key != "start"}
    assert told["provenance"] == "synthetic"
    pd.testing.assert_frame_equal(rows.loc[4_000:4_100].compute(), alone.loc[4_000:4_100])


@pytest.mark.parametrize("name", LAWS)
def test_counts_are_those_of_the_rows(name: str) -> None:
    """Counts are the tally of the very rows, and say the same of themselves."""
    counted = cluster.counts(LAWS[name], 50_000, 5, partition=7_000).compute()
    alone = LAWS[name].tally(50_000, 5)
    pd.testing.assert_series_equal(counted, alone)
    assert counted.attrs == alone.attrs
    rows = cluster.sample(LAWS[name], 50_000, 5, partition=20_000)
    assert rows["segment"].value_counts().compute().to_dict() == alone.to_dict()


def test_scores_are_those_of_one_machine() -> None:
    """Scored partition by partition the segments are those of the whole frame, columns mapped, index kept."""
    amai = standard("mx-amai", 2022)
    rows = cluster.sample(LAWS["AMAI"], 5_000, 1, partition=900)
    exported = rows.drop(columns="segment").rename(columns={"cars": "Q12"})
    scored = cluster.score(exported, amai, {"Q12": "cars"}).compute()
    alone = LAWS["AMAI"].sample(5_000, 1)
    pd.testing.assert_frame_equal(scored, amai.score(alone.drop(columns="segment")))
    assert (scored["segment"].astype(str) == alone["segment"].astype(str)).all()


def test_codes_for_no_answer_are_handed_on() -> None:
    """A 99 that is named as missing has no segment in any partition: what one machine refuses is refused when it is computed."""
    amai = standard("mx-amai", 2022)
    homes = LAWS["AMAI"].sample(100, 1).drop(columns="segment").astype("str").assign(cars=1)
    homes.loc[60, "cars"] = 99
    rows = dask.dataframe.from_pandas(homes, npartitions=4)
    assert len(cluster.score(rows, amai).compute()) == 100
    with pytest.raises(InvalidInput, match="99 is given as missing"):
        cluster.score(rows, amai, missing=(98, 99)).compute()


def test_a_number_means_the_same_in_every_partition() -> None:
    """A count of 111 is refused whatever stands beside it; with ids=True ids are read as one machine reads them."""
    amai = standard("mx-amai", 2022)
    home = {"education": "none", "bathrooms": 1, "internet": "yes", "workers": 1, "bedrooms": 1}
    frame = pd.DataFrame([{**home, "cars": cars} for cars in (0, 1, 5, 2, 111, 112)])
    with pytest.raises(InvalidInput, match="ids=True"):
        cluster.score(dask.dataframe.from_pandas(frame, npartitions=3), amai).compute()
    scored = cluster.score(dask.dataframe.from_pandas(frame.head(4), npartitions=2), amai).compute()
    assert scored.attrs["segkit"]["rule_provenance"] == "documented"
    pd.testing.assert_frame_equal(scored, amai.score(frame.head(4)))
    ids = simulate_answers(amai.tree, 50, seed=2)
    scored = cluster.score(dask.dataframe.from_pandas(ids, npartitions=3), amai, ids=True).compute()
    pd.testing.assert_frame_equal(scored, amai.score(ids, ids=True))


def test_a_column_that_is_missing_is_said_at_once() -> None:
    """A frame without a question is refused before anything is computed, and the error comes whole from a worker too."""
    rows = cluster.sample(LAWS["AMAI"], 100, 1).drop(columns="cars")
    with pytest.raises(InvalidInput) as caught:
        cluster.score(rows, standard("mx-amai", 2022))
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own
    assert str(again) == str(caught.value)


def test_a_killed_worker_changes_nothing(two_workers: LocalCluster) -> None:
    """A worker that is killed in the middle is replaced, its parts are drawn anew, and the counts are the same."""
    n, partition = 60_000_000, 250_000
    future: Any = Client.current().compute(cluster.counts(LAWS["AMAI"], n, 9, partition=partition))
    until = time.monotonic() + 60
    while time.monotonic() < until and not any(task.state == "memory" for task in two_workers.scheduler.tasks.values()):
        time.sleep(0.005)
    victim = next(iter(two_workers.workers.values())).pid
    assert not future.done()
    os.kill(victim, signal.SIGKILL)
    counted = future.result(timeout=120)
    pd.testing.assert_series_equal(counted, LAWS["AMAI"].tally(n, 9, workers=2))
    assert victim not in {worker.pid for worker in two_workers.workers.values()}


@pytest.mark.parametrize(("n", "partition"), [(-1, 10), (1.5, 10), (10, 0), (10, True)])
def test_numbers_that_cannot_be(n: Any, partition: Any) -> None:
    """Rows and partitions are whole numbers; no rows are one empty partition of the same columns."""
    with pytest.raises(InvalidInput, match="whole number"):
        cluster.sample(LAWS["AMAI"], n, partition=partition)
    empty = cluster.sample(LAWS["AMAI"], 0).compute()
    assert empty.empty
    assert list(empty.columns) == list(LAWS["AMAI"].sample(0).columns)
    assert cluster.counts(LAWS["AMAI"], 0).compute().sum() == 0
    for many, said in ((10**30, "at most 9,223,372"), (10**15, "more than 1,000,000 partitions")):
        for work in (cluster.sample, cluster.counts):
            with pytest.raises(InvalidInput, match=said):
                work(LAWS["AMAI"], many)


def test_half_a_character_keeps_no_frame_from_being_made() -> None:
    """The text of pyarrow holds no half of a character: a frame shows it as U+FFFD, as a document with one is read."""
    assert "Arrow" in type(pd.Series(["a"], dtype="str").array).__name__
    told = Findings([Finding("a-code", "error", "row 'x\ud83d'", "half of an emoji", "Read it again.")]).to_frame()
    assert told["where"].tolist() == ["row 'x\ufffd'"]
    read = read_survey('{"quotas": [{"buyer_quota_id": "x\\ud83d", "required_count": 5, "criteria": []}]}')
    assert read.design.to_frame()["quota_id"].dropna().tolist() == ["x\ufffd"]
