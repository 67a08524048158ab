"""`calculate_many` on a sandbox in a process of its own, beside the same threads over a bare httpx client."""

from __future__ import annotations

import contextlib
import itertools
import json
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import httpx
import pandas as pd
from row import at_least, at_most, interleaved

import segkit as sk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from row import Row

TOKEN = "YOUR_SUPPLIER_TOKEN_HERE"
SERVE = """
import sys
from segkit.sandbox.app import Sandbox
sandbox = Sandbox()
with sandbox.serve() as running:
    print(running.url, flush=True)
    for line in sys.stdin:
        sandbox.faults.delay = float(line)
        print("ok", flush=True)
"""


@contextlib.contextmanager
def serving() -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Start a sandbox in a process of its own; it ends when its input is closed."""
    process = subprocess.Popen([sys.executable, "-c", SERVE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin
    assert process.stdout
    try:
        yield process.stdout.readline().strip(), process
    finally:
        process.stdin.close()
        process.wait(20)


def _delay(process: subprocess.Popen[str], seconds: float) -> None:
    assert process.stdin
    assert process.stdout
    process.stdin.write(f"{seconds}\n")
    process.stdin.flush()
    process.stdout.readline()


def respondents(n: int, start: int = 0) -> pd.DataFrame:
    """Make n members with answers to tree 3910."""
    ids = range(start, start + n)
    questions = {f"USQ{q}": [111 + i // 5 ** (q - 1) % 5 for i in ids] for q in (1, 2, 3, 4)}
    return pd.DataFrame({"member_id": [f"m-{i}" for i in ids], **questions})


def bare_loop(url: str, contents: list[bytes], workers: int = 8) -> float:
    """Return the seconds that these bodies take over one bare client in so many threads."""
    pending = iter(contents)
    headers = {"x-access-token": TOKEN, "content-type": "application/json"}
    with httpx.Client(base_url=url) as client:

        def loop() -> None:
            for content in pending:
                client.post("/suppliers/v2/segmentation/calculate", content=content, headers=headers).raise_for_status()

        threads = [threading.Thread(target=loop) for _ in range(workers)]
        started = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return time.perf_counter() - started


def measure() -> Iterator[Row]:
    """Rates on loopback, the gain of threads, and the number of calls for repeated profiles."""
    with serving() as (url, process):
        ps = sk.PureSpectrum(TOKEN, "staging", base_url=f"{url}/suppliers/v2")
        tree = ps.qualifications("en_US", [3910])[3910]
        walk = tree.walk()
        for _ in range(4):
            walk.answer(111)
        body = walk.payload("bench")
        n, fresh = 1000, itertools.count(1)

        def many(n: int, workers: int = 8) -> float:
            frame = respondents(n, 1_000_000 * next(fresh))
            started = time.perf_counter()
            done = ps.calculate_many(frame, tree=tree, workers=workers, progress=False)
            seconds = time.perf_counter() - started
            assert done["error"].isna().all()
            return seconds

        def bare(n: int) -> float:
            first = 1_000_000 * next(fresh)  # members that the sandbox does not know, as ours are
            return bare_loop(url, [json.dumps({**body, "member_id": f"m-{first + i}"}).encode() for i in range(n)])

        many(100)
        rounds = [(bare(n), many(n)) for _ in range(9)]
        floor, seconds = (min(column) for column in zip(*rounds, strict=True))
        yield at_least("calculate_many, 8 workers, rate over 8 bare threads", floor / seconds, "x", 0.9)
        with httpx.Client(base_url=url) as client:
            headers = {"x-access-token": TOKEN}

            def bare_one() -> None:
                for _ in range(100):
                    client.post("/suppliers/v2/segmentation/calculate", json=body, headers=headers)

            def ours_one() -> None:
                for _ in range(100):
                    ps.calculate("en_US", "bench", walk)

            floor, seconds = interleaved(bare_one, ours_one, 25)
            yield at_most("calculate, one keep-alive client, over a bare loop", seconds / floor, "x", 1.1)
        _delay(process, 0.05)
        yield at_least("50 ms an answer: 8 workers over one", many(160, 1) / many(160, 8), "x", 7.0)
        _delay(process, 0)
        yield from _profiles(ps, tree)


def _profiles(ps: sk.PureSpectrum, tree: sk.Tree) -> Iterator[Row]:
    base = respondents(625).drop_duplicates(["USQ1", "USQ2", "USQ3", "USQ4"]).head(400)
    frame = pd.concat([base] * 250, ignore_index=True).drop(columns="member_id")
    started = time.perf_counter()
    done = ps.calculate_many(frame, tree=tree, per="profile", progress=False)
    seconds = time.perf_counter() - started
    yield at_most(f"calls for {len(frame)} respondents with {len(base)} profiles", done.attrs["segkit"]["asked"], "calls", 400)
    yield at_most("the same in time", seconds, "s", 10.0)
