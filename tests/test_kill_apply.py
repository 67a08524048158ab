"""A real process that is killed in the middle of an apply, and run again."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from doubled import KEY
from far_side import Gate, taking_less_than

from segkit.registry.plan_file import write_plan
from segkit.registry.planning import plan
from segkit.sandbox.app import Sandbox
from segkit.vendors.ciopulse import CIOPulse
from segkit.vendors.ciopulse_store import CIOPulseStore
from segkit.vendors.infinity import Infinity
from segkit.vendors.infinity_store import InfinityStore

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.process

RUN = """
import json, sys
import segkit as sk
vendor, url, key, planned, journal = sys.argv[1:]
if vendor == "ciopulse":
    store = sk.CIOPulseStore(sk.CIOPulse("PORTAL", key, base_url=url))
else:
    store = sk.InfinityStore(sk.Infinity(7, "PORTAL", key, base_url=url))
done = sk.apply(sk.read_plan(planned), store, journal=journal, workers=4, progress=False, allow=["too-many-updates"])
print(json.dumps({**done.counts, "calls": done.calls}))
sys.exit(not done.ok)
"""


class Run:
    """A plan over a sandbox of this process that another process applies: begun, killed, ended."""

    def __init__(self, folder: Path, vendor: str) -> None:
        self.sandbox = Sandbox(tokens=[f"PORTAL:{KEY}"])
        self.sandbox.wsgi = self._gate = Gate(self.sandbox.wsgi)
        self.served = self.sandbox.serve()
        self.vendor = vendor
        self.url = f"{self.served.url}{'/api/v5' if vendor == 'ciopulse' else '/config/v2'}"
        self.files = [folder / "plan.json", folder / "journal.sqlite"]
        self.store: CIOPulseStore | InfinityStore = (
            CIOPulseStore(CIOPulse("PORTAL", KEY, base_url=self.url))
            if vendor == "ciopulse"
            else InfinityStore(Infinity(7, "PORTAL", KEY, base_url=self.url))
        )

    def begin(self) -> subprocess.Popen[str]:
        """Start the process."""
        words = [sys.executable, "-c", RUN, self.vendor, self.url, KEY, *map(str, self.files)]
        return subprocess.Popen(words, stdout=subprocess.PIPE, text=True)

    def writes(self) -> int:
        """Return how many calls changed something."""
        return sum(call.status in {200, 201, 202, 204} and "GET" not in call.endpoint for call in self.sandbox.calls)

    def kill_after(self, calls: int) -> None:
        """Start, and kill when so many more calls changed something."""
        self._gate.shut_after(calls)
        with self.begin() as process:
            while not self._gate.is_reached(0.5):
                assert process.poll() is None, "the run ended before it could be killed"
            process.kill()  # SIGKILL, to this process and no other
        assert process.returncode == -9
        self._gate.open()

    def end(self) -> str:
        """Run to the end."""
        with self.begin() as process:
            out, _ = process.communicate(timeout=300)
            assert process.returncode == 0, out
        return out


@pytest.mark.parametrize("vendor", ["ciopulse", "infinity"])
def test_a_killed_apply_goes_on_where_it_was(tmp_path: Path, vendor: str) -> None:
    """Killed twice in the middle: the registry is as wanted, nothing was made twice, done calls are not made again."""
    run, n = Run(tmp_path, vendor), 150
    with taking_less_than(300):
        if vendor == "ciopulse":
            frame = pd.DataFrame({"system_id": [f"k{i}" for i in range(n)], "segment_name": [f"n{i}" for i in range(n)]})
            frame["segment_code"] = [f"C{i}" for i in range(n)]
        else:
            frame = pd.DataFrame({"segment_ref": [f"r{i}" for i in range(n)], "segment_name": [f"n{i}" for i in range(n)]})
            frame["criteria"], frame["segment_group_name"] = '[["href","inc","/x"]]', [f"G{i % 7}" for i in range(n)]
        made = plan(run.store, frame)
        write_plan(made, run.files[0])
        run.kill_after(40)
        run.kill_after(40)
        run.end()
    assert plan(run.store, frame).empty
    n_rows = n + (7 if vendor == "infinity" else 0)
    assert len(run.store.read()) == n_rows
    # A call that was under way at a kill is found by what is there: only an upsert may be made again, and changes nothing.
    assert run.writes() <= n_rows + (2 * 4 if vendor == "ciopulse" else 0)
    with closing(sqlite3.connect(run.files[1])) as journal:
        labels = [label for (label,) in journal.execute("SELECT label FROM entry")]
    assert labels.count("plan") == 1
    assert set(labels) == {"plan", "done"}
    run.store._client.close()
    run.served.close()


def test_a_killed_exchange_of_codes_goes_on(tmp_path: Path) -> None:
    """Also where a segment was left with a code that nobody else has."""
    run, n = Run(tmp_path, "ciopulse"), 40
    frame = pd.DataFrame(
        {"system_id": [f"k{i}" for i in range(n)], "segment_name": "n", "segment_code": [f"C{i}" for i in range(n)]}
    )
    for row in frame.itertuples():
        run.store._client.upsert_segment(row.system_id, segment_name="n", segment_code=row.segment_code)  # type: ignore[call-arg, union-attr]
    frame["segment_code"] = [f"C{(i + 1) % n}" for i in range(n)]
    with taking_less_than(300):
        write_plan(plan(run.store, frame), run.files[0])
        run.kill_after(1)
        run.kill_after(10)
        run.end()
    assert plan(run.store, frame).empty
    run.store._client.close()
    run.served.close()
