"""One run of a plan: which steps are left, what became of each, what is taken down."""

from __future__ import annotations

import contextlib
import hashlib
from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec

from segkit.errors import CallError, Forbidden, RateLimited, SegkitError, Unauthorized, UnexpectedAnswer, Unreachable
from segkit.registry.applied import SO_ALREADY, Applied, Became
from segkit.registry.plan_file import dumped
from segkit.registry.standing import is_as
from segkit.registry.steps import pending
from segkit.transport.bulk import ask_all
from segkit.transport.journal import Entry
from segkit.transport.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from segkit.registry.applied import Outcome
    from segkit.registry.plan import Plan
    from segkit.registry.steps import Stages, Step
    from segkit.registry.store import SegmentStore
    from segkit.transport.journal import Journal

_DONE = "done"
_PARKED = "it has a value that nobody else has for the time being: apply the plan again"
IN_VAIN = 3
"""So many calls in a row for each worker, that reach nobody, end a run."""


class Run:
    """A plan that is being carried out.

    Attributes
    ----------
    became
        Outcome and reason of each segment so far.
    stopped
        What ended the run, None while it goes on.
    """

    def __init__(self, plan: Plan, store: SegmentStore, steps: Sequence[Step], journal: Journal) -> None:
        self._plan, self._store, self._journal = plan, store, journal
        self._places = {id(step): place for place, step in enumerate(steps)}
        self._steps = steps
        self._left = Counter(key for step in steps for key in step.keys)
        self._parked: set[str] = set()
        self._done: Collection[int] = frozenset()
        self._calls = self._in_vain = 0
        self._ended = False
        self.became: dict[str, tuple[Outcome, str]] = {}
        self.stopped: SegkitError | None = None
        self._is_resumed = any(True for _ in journal.find([plan.checksum]))
        journal.write([Entry(plan.checksum, "plan", dumped(plan).encode(), plan.registry, "derived")])

    def close(self) -> None:
        """Let go of the registry: nothing more is begun."""
        self._ended = True

    def skip(self, done: Collection[int]) -> None:
        """Leave out steps whose ends are there already."""
        self._done = done
        noted = {
            entry.key for entry in self._journal.find(self._name(self._steps[place]) for place in done) if entry.label == _DONE
        }
        for place in sorted(done):
            step = self._steps[place]
            for key in step.keys:
                self._left[key] -= 1
                if self._left[key]:
                    continue
                is_ours = self._is_resumed or self._name(step) in noted
                self.became[key] = ("applied", "by a run of this plan before") if is_ours else ("skipped", SO_ALREADY)
            self._store.note(step, {})

    def carry_out(self, stages: Stages, *, workers: int, stop: bool, progress: bool) -> None:
        """Take the steps that are left, a stage after the other."""
        todo = [[step for step in stage if self._places[id(step)] not in self._done] for stage in stages]
        line = Progress("apply", sum(map(len, todo)), shown=progress)
        for stage in todo:
            ready = [step for step in stage if not self._is_barred(step)]
            with contextlib.closing(ask_all(self._while_let_in(ready), self._ask, workers=workers, unheard=self._keep)) as calls:
                for came_in in calls:
                    self._keep(came_in)
                    line.step(len(came_in))
                    self._look(came_in, workers, stop=stop)
            if self.stopped:
                break
        line.end(f"apply: {self._calls} calls{', stopped' if self.stopped else ''}")

    def _while_let_in(self, steps: Sequence[Step]) -> Iterator[Step]:
        for step in steps:
            if self._ended:
                return
            yield step

    def _ask(self, step: Step) -> Mapping[str, str]:
        try:
            return self._store.carry_out(step)
        except (Unauthorized, Forbidden):
            self._ended = True
            raise

    def _is_barred(self, step: Step) -> bool:
        """Skip a step that waits for one that failed."""
        waited = sorted(key for key in {*step.needs, *step.keys} if self.became.get(key, ("applied",))[0] != "applied")
        barred = [key for key in waited if not self._is_so_already(key)]
        for key in step.keys if barred else ():
            self.became.setdefault(key, ("skipped", f"it waits for {', '.join(barred[:5])}, which was not changed"))
        return bool(barred)

    def _is_so_already(self, key: str) -> bool:
        return self.became[key] == ("skipped", SO_ALREADY)

    def _look(self, came_in: Sequence[tuple[Step, Any]], workers: int, *, stop: bool) -> None:
        """End the run where there is no sense in going on."""
        for _, answer in came_in:
            self._in_vain = self._in_vain + 1 if isinstance(answer, Unreachable) else 0
            hopeless = isinstance(answer, Unauthorized | Forbidden) or self._in_vain >= IN_VAIN * workers
            if isinstance(answer, SegkitError) and (hopeless or stop):
                self._ended = True
                self.stopped = self.stopped or answer

    def _keep(self, came_in: Sequence[tuple[Step, Any]]) -> None:
        """Take down what became of calls."""
        entries = []
        for step, answer in came_in:
            self._calls += 1
            refused: Mapping[str, str] = dict.fromkeys(step.keys, str(answer)) if isinstance(answer, SegkitError) else answer
            self._store.note(step, refused)
            for key in step.keys:
                self._left[key] -= 1
                if key in refused:
                    self.became[key] = (_failed(answer), refused[key])
                elif not self._left[key] and self.became.get(key, ("applied",))[0] == "applied":
                    self.became[key] = ("applied", f"by {step.kind}" if step.kind == "order" else "done")
            self._park(step, refused)
            said = msgspec.json.encode({"step": step.kind, "keys": step.keys, "refused": refused})
            entries.append(Entry(self._name(step), "failed" if refused else _DONE, said, "", "derived"))
        self._journal.write(entries)

    def _park(self, step: Step, refused: Mapping[str, str]) -> None:
        """Remember who has a value of ours for the time being."""
        for key in set(step.keys) - set(refused):
            (self._parked.add if step.kind == "park" else self._parked.discard)(key)

    def _name(self, step: Step) -> str:
        """Return what a step goes by in the journal, in every run of the plan."""
        mark = hashlib.sha256("\n".join(step.keys).encode(errors="surrogatepass")).hexdigest()[:32]
        return f"{self._plan.checksum}/{step.kind}/{mark}"

    def applied(self) -> Applied:
        """Say what became of everybody; what is in doubt is looked up where it can be."""
        rows = [Became(row.key, row.action, *self._outcome(row.key)) for row in pending(self._plan.rows)]
        if any(row.outcome == "in_doubt" for row in rows) and self._store.reads_back:
            rows = self._settled(rows)
        plan = self._plan
        return Applied(plan.registry, plan.target, plan.checksum, tuple(rows), self.stopped, self._calls)

    def _outcome(self, key: str) -> tuple[Outcome, str]:
        outcome, reason = self.became.get(key, ("not_attempted", "the run ended before"))
        return outcome, f"{reason}; {_PARKED}" if key in self._parked else reason

    def _settled(self, rows: list[Became]) -> list[Became]:
        """Look up what is in doubt."""
        try:
            now = self._store.read(self._plan.rows)
        except CallError:
            return rows
        results = {row.key: row.result for row in self._plan.rows}
        return [self._looked_up(row, now.get(row.key), results[row.key]) for row in rows]

    def _looked_up(self, row: Became, record: Any, result: Any) -> Became:  # noqa: ANN401 - a segment or None
        if row.outcome != "in_doubt":
            return row
        if is_as(record, result, self._store.schema):
            return row._replace(outcome="applied", reason="no usable answer came, but it is there so")
        return row._replace(outcome="rejected", reason=f"not carried out: {row.reason}")


def _failed(answer: object) -> Outcome:
    """Say what a call without success means for its segments."""
    if isinstance(answer, Unauthorized | Forbidden | Unreachable | RateLimited):
        return "not_attempted"
    return "in_doubt" if getattr(answer, "in_doubt", False) or isinstance(answer, UnexpectedAnswer) else "rejected"
