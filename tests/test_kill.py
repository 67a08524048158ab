"""A real process that is killed in the middle of calculate_many, and run again."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from far_side import Gate, taking_less_than
from members import expected_segment, members

from segkit.sandbox.app import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.process

RUN = """
import sys
sys.modules["pyarrow"] = None  # as in this process, see conftest.py
import pandas as pd
import segkit as sk
url, frame, journal, result = sys.argv[1:]
ps = sk.PureSpectrum("YOUR_SUPPLIER_TOKEN_HERE", base_url=url)
tree = ps.qualifications("en_US", 3910)[3910]
done = ps.calculate_many(pd.read_pickle(frame), tree=tree, workers=8, journal=journal, progress=False)
done.to_pickle(result)
"""


class Run:
    """A run over a sandbox of this process: begun, killed, ended.

    Attributes
    ----------
    sandbox
        The far side, which remembers how often each member was asked for.
    """

    def __init__(self, folder: Path, n: int) -> None:
        self.sandbox = Sandbox()
        self.sandbox.wsgi = self._gate = Gate(self.sandbox.wsgi)
        self._served = self.sandbox.serve()
        self.frame = members(n)
        self._files = [folder / name for name in ("frame.pickle", "journal.sqlite", "result.pickle")]
        self.frame.to_pickle(self._files[0])

    def begin(self) -> subprocess.Popen[bytes]:
        """Start the process."""
        return subprocess.Popen([sys.executable, "-c", RUN, f"{self._served.url}/suppliers/v2", *map(str, self._files)])

    def asked(self) -> dict[str, int]:
        """Return how often each member was asked for."""
        return {member.member_id: member.attempts for member in self.sandbox.members}

    def kill_after(self, calls: int) -> tuple[set[str], dict[str, int]]:
        """Start, kill when so many calls were answered in all; return who is in the journal, and how often each was asked for."""
        self._gate.shut_after(calls - sum(self.asked().values()))
        with self.begin() as process:
            while not self._gate.is_reached(0.5):
                assert process.poll() is None, "the run ended before it could be killed"
            process.kill()  # SIGKILL, to this process and no other
        assert process.returncode == -9
        with closing(sqlite3.connect(self._files[1])) as journal:
            known = {label for (label,) in journal.execute("SELECT label FROM entry")}
        self._gate.open()
        return known, self.asked()

    def end(self) -> pd.DataFrame:
        """Run to the end."""
        with self.begin() as process:
            assert process.wait(300) == 0
        return pd.read_pickle(self._files[2])  # noqa: S301 - our own

    def close(self) -> None:
        """Stop serving."""
        self._served.close()


@pytest.fixture
def run(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Run]:
    """Return a run over so many members."""
    made = Run(tmp_path, request.param)
    yield made
    made.close()


def assert_whole(run: Run, done: pd.DataFrame) -> None:
    """Every row is there, in its place, with its segment."""
    pd.testing.assert_frame_equal(done[list(run.frame.columns)], run.frame)
    assert done["error"].isna().all()
    assert done["segment_id"].tolist() == [expected_segment(row) for _, row in run.frame.iterrows()]


@pytest.mark.parametrize("run", [5000], indirect=True)
def test_a_killed_run_asks_only_for_what_is_not_in_the_journal(run: Run) -> None:
    """Killed in the middle of 5,000 members and run again: 5,000 rows, and who was in the journal is not asked for again."""
    with taking_less_than(300):
        known, before = run.kill_after(2000)
        done = run.end()
    assert_whole(run, done)
    assert 1000 < len(known) < 4500
    after = run.asked()
    assert set(after) == set(run.frame["member_id"])
    assert {member: after[member] - before.get(member, 0) for member in after} == {
        member: int(member not in known) for member in after
    }
    assert max(after.values()) <= 2
    assert (done.attrs["segkit"]["from_journal"], done.attrs["segkit"]["asked"]) == (len(known), 5000 - len(known))
    assert set(before) >= known
    assert len(before) - len(known) < 500, "most of what was answered had not been journalled"


@pytest.mark.parametrize("run", [1500], indirect=True)
def test_killed_twice_at_random_moments(run: Run) -> None:
    """Each kill costs at most one call more for those whose answer was not in the journal then."""
    moments = random.Random(2026)  # noqa: S311 - moments, no secrets
    with taking_less_than(300):
        first, _ = run.kill_after(moments.randint(1, 500))
        second, before = run.kill_after(moments.randint(700, 1200))
        done = run.end()
    assert_whole(run, done)
    assert first <= second
    after = run.asked()
    for member, times in after.items():
        lost = (member not in first) + (member not in second)
        assert times - before.get(member, 0) == int(member not in second)
        assert 1 <= times <= 1 + lost
