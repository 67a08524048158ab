"""A wire that breaks, answers that get lost, a run that is broken off: what the machines that model plan and apply share."""

from __future__ import annotations

import contextlib
import functools
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

import segkit as sk
from segkit.errors import CallError, InvalidInput
from segkit.sandbox.app import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from wsgiref.types import StartResponse, WSGIEnvironment

    import pandas as pd

    from segkit.registry.applied import Applied
    from segkit.registry.plan import Plan
    from segkit.registry.steps import Step

LIFT = ["too-many-deletes", "too-many-updates"]
BREAKS = ("before a call", "after a call", "before it is noted", "after it is noted")
FAULTS = ("500", "503", "429", "html", "echo", "empty", "malformed", "cut-off")
LOST = "carried out, and answered by a gateway"
STEPS = settings(max_examples=85, stateful_step_count=12)


MOSTLY = st.sampled_from([True, True, True, False])
"""Draws what makes plans that can be applied, or what mostly does not."""


class BrokenOff(BaseException):
    """What no `except Exception` catches, as a KeyboardInterrupt."""


class Trouble(NamedTuple):
    """What goes wrong at the n-th call of an apply, its look at the registry included; a fault meets so many calls."""

    kind: str
    at: int
    times: int = 1


def troubles(most_calls: int) -> st.SearchStrategy[list[Trouble]]:
    """Draw one trouble, or two."""
    one = st.builds(Trouble, st.sampled_from([*BREAKS, LOST, *FAULTS]), st.integers(1, most_calls), st.integers(1, 4))
    return st.lists(one, min_size=1, max_size=2)


@functools.cache
def doubled(token: str, **switches: str) -> tuple[Sandbox, Wire]:
    """Return a sandbox and the wire to it, of which there is one for all examples: making one takes as long as a whole run."""
    double = Sandbox(tokens=[token], trees=[], **switches)
    return double, Wire(double)


class Wire:
    """A WSGI app between a client and its double."""

    def __init__(self, double: Sandbox) -> None:
        self._double = double
        self._troubles: list[Trouble] = []
        self._calls = self._notes = 0

    @contextlib.contextmanager
    def meeting(self, met: Iterable[Trouble]) -> Any:
        """Let troubles happen meanwhile."""
        self._troubles, self._calls, self._notes = list(met), 0, 0
        try:
            yield
        finally:
            self._troubles = []
            self._double.faults.clear()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self._calls += 1
        for met in self._troubles:
            if met.kind in FAULTS and met.at == self._calls:
                self._double.faults.add(met.kind, times=met.times)
        self._break("before a call", self._calls)
        body = list(self._double.wsgi(environ, start_response))
        self._break("after a call", self._calls)
        if any(met.kind == LOST and met.at <= self._calls < met.at + met.times for met in self._troubles):
            start_response("502 Bad Gateway", [("Content-Type", "text/html")])
            return [b"<html>Bad gateway</html>"]
        return body

    def noting(self) -> None:
        """Be told that something is about to be taken down."""
        self._notes += 1
        self._break("before it is noted", self._notes)

    def noted(self) -> None:
        """Be told that it was taken down by the store, and not yet in the journal."""
        self._break("after it is noted", self._notes)

    def _break(self, where: str, number: int) -> None:
        # From there on nothing gets through, as where a process is gone.
        if any(met.kind == where and met.at <= number for met in self._troubles):
            raise BrokenOff


class Noting:
    """A store that is broken off where it takes something down, in the thread of its caller."""

    def __init__(self, store: Any, wire: Wire) -> None:
        self._store, self._wire = store, wire

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def note(self, step: Step, refused: Mapping[str, str]) -> None:
        """Take down what was carried out."""
        self._wire.noting()
        self._store.note(step, refused)
        self._wire.noted()


class Promise(NamedTuple):
    """A plan, and what the model says of it.

    Attributes
    ----------
    bars
        Whether it must not be applied, whatever is there.
    moved
        Returns where the plan must say that something moved, of what is there now; nothing where it must be applied.
    fits
        Whether what is there now, of what was there before a run, is as far as a run may have come.
    whole
        Whether what is there now, of what was there before a run, is all that is wanted.
    again
        Makes the same plan of what is there now.
    refused
        Who cannot be as wanted, whatever is sent.
    left
        Who is pending in a plan of what is there once all is carried out; those who are refused where None.
    """

    plan: Plan
    bars: bool
    moved: Callable[[Any], set[str]]
    fits: Callable[[Any, Any], bool]
    whole: Callable[[Any, Any], bool]
    again: Callable[[], Plan]
    refused: Callable[[Any], set[str]] = lambda _: set()
    left: Callable[[Any], set[str]] | None = None


class Machine(RuleBasedStateMachine):
    """What the machines share: a promise, applied in trouble and out of it. Each says what is `there`, as plain values."""

    store: Any
    wire: Wire
    there: Any
    misread: ClassVar[frozenset[str]] = frozenset()
    """The faults that make another true answer of one: what is refused then may be refused for what nobody can know."""
    longest: ClassVar[int]
    """About how many calls a run makes at the most: so far on something may be met."""

    def __init__(self) -> None:
        super().__init__()
        self.promise: Promise | None = None
        self._folder = tempfile.TemporaryDirectory()
        self._plans = 0

    def look(self) -> Any:
        """Return what the double keeps, not read through the store."""
        raise NotImplementedError

    def teardown(self) -> None:
        """Let go of the journals."""
        self._folder.cleanup()

    def promised(self, promise: Promise) -> None:
        """Take a new plan."""
        self.promise, self._plans = promise, self._plans + 1

    def at_once(self, met: list[Trouble] | None) -> None:
        """Apply a plan that was made, and meet something; not where there is nothing to meet."""
        if met is not None:
            self.run(met, same_journal=True)

    def run(self, met: list[Trouble], *, same_journal: bool, workers: int = 1) -> Applied | None:
        """Apply the plan, and hold what becomes of it to the model; None where it was refused or broken off."""
        assert self.promise is not None
        promise, before, done, refused = self.promise, self.look(), None, None
        moved = promise.moved(before)
        journal = Path(self._folder.name) / f"{self._plans}.sqlite" if same_journal else None
        with self.wire.meeting(met):
            try:
                done = sk.apply(
                    promise.plan, Noting(self.store, self.wire), journal=journal, workers=workers, allow=LIFT, progress=False
                )
            except InvalidInput as error:
                refused = error
            except (BrokenOff, CallError):
                assert met
        now = self.look()
        if refused and not any(trouble.kind in self.misread for trouble in met):
            assert promise.bars or moved, f"refused for no reason: {refused}"
            told = {found.where for found in refused.findings}
            assert promise.bars or told == moved, f"told was {told}, moved are {moved}"
        if promise.bars or moved:
            assert done is None, "a plan that must not be applied was applied"
            assert now == before
            self.promise = None  # there is no sense in asking again
        else:
            assert promise.fits(now, before), f"{before} became {now}"
        if done is not None:
            counts = promise.plan.counts
            assert len(done.rows) == counts["create"] + counts["update"] + counts["delete"]
        if done is not None and not met:
            hopeless = promise.refused(now)
            assert {row.key for row in done.rows if row.outcome == "rejected"} == hopeless, str(done)
            assert done.ok or hopeless, str(done)
            assert promise.whole(now, before), f"{before} became {now}"
            assert done.calls or now == before
            again = promise.again()
            assert {row.key for row in again.rows if row.action != "no-op"} == (promise.left or promise.refused)(now), str(again)
        self.there = now
        return done

    @precondition(lambda self: self.promise is not None)
    @rule(met=st.runner().flatmap(lambda machine: troubles(machine.longest)), same_journal=st.booleans())
    def apply_in_trouble(self, met: list[Trouble], same_journal: bool) -> None:  # noqa: FBT001 - drawn
        """Apply the plan, or go on with it, and meet something."""
        self.run(met, same_journal=same_journal)

    @precondition(lambda self: self.promise is not None)
    @rule(same_journal=st.booleans(), workers=st.integers(1, 3))
    def apply(self, same_journal: bool, workers: int) -> None:  # noqa: FBT001 - drawn
        """Apply the plan, or go on with it: it is refused, or all is as wanted."""
        self.run([], same_journal=same_journal, workers=workers)


def framed(rows: list[dict[str, Any]], columns: Iterable[str]) -> pd.DataFrame:
    """Return a frame with these columns; what a row lacks is missing."""
    import pandas as pd

    return pd.DataFrame({name: pd.Series([row.get(name) for row in rows], dtype="object") for name in columns})
