"""Many respondents: a frame in, the same frame with segments out, resumable and honest about what was asked."""

from __future__ import annotations

import contextlib
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Protocol

import msgspec
import numpy as np
import pandas as pd

from segkit import frames
from segkit.errors import Forbidden, InvalidInput, NotAllowed, SegkitError, Unauthorized, Unreachable
from segkit.findings import Finding
from segkit.provenance import weakest
from segkit.sel import calculation
from segkit.sel.answers import shown
from segkit.sel.calculation import SegmentAnswer
from segkit.sel.respondents import word_of
from segkit.transport.bulk import ask_all
from segkit.transport.journal import Entry, Journal
from segkit.transport.progress import Progress
from segkit.vendors.agenda import agenda

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Generator, Mapping

    from numpy.typing import NDArray

    from segkit.sel.tree import Tree
    from segkit.vendors.agenda import Agenda, Ask, Wanted


CameIn = list[tuple["Ask", "SegmentAnswer | SegkitError"]]


class Calculator(Protocol):
    """What `calculate_many` needs of a client."""

    @property
    def base_url(self) -> str: ...  # noqa: D102

    @property
    def far_side(self) -> str: ...  # noqa: D102

    @property
    def live(self) -> bool: ...  # noqa: D102

    def calculate(self, locale: str, member_id: str, answers: Any, *, tree: Tree | None = None) -> SegmentAnswer: ...  # noqa: ANN401, D102


def calculate_many(
    client: Calculator,
    wanted: Wanted,
    *,
    workers: int = 8,
    journal: str | os.PathLike[str] | None = None,
    progress: bool = True,
    allow_production: bool = False,
) -> pd.DataFrame:
    """Ask for what is wanted and put the answers beside its rows; `PureSpectrum.calculate_many` says what comes back."""
    _check_columns(wanted.frame)
    plan = agenda(wanted, client.base_url, client.far_side)
    if plan.per == "profile" and client.live and not allow_production:
        raise NotAllowed(
            'per="profile" saves segments under ids of nobody at the live vendor: '
            "use the sandbox or staging, or give allow_production=True"
        )
    with Journal(journal) as kept:
        answers: dict[str, SegmentAnswer | SegkitError] = {e.key: _kept(e) for e in kept.find(ask.key for ask in plan.asks)}
        n_kept = len(answers)
        progress_line = Progress("calculate_many", len(plan.asks) - n_kept, shown=progress)

        def keep(came_in: CameIn) -> None:
            kept.write([_entry(ask, outcome) for ask, outcome in came_in if isinstance(outcome, SegmentAnswer)])

        with contextlib.closing(_asked(client, wanted.tree, plan, set(answers), workers, keep)) as calls:
            for came_in in calls:
                keep(came_in)
                answers.update({ask.key: outcome for ask, outcome in came_in})
                progress_line.step(len(came_in))
                _stop_where_not_let_in(came_in)
        failed = sum(isinstance(outcome, SegkitError) for outcome in answers.values())
        line = f"calculate_many: {len(answers) - n_kept} asked, {n_kept} from the journal, {failed} failed"
        progress_line.end(line)
    return _assembled(client, wanted, plan, answers, n_kept)


def _check_columns(frame: pd.DataFrame) -> None:
    taken = [name for name in frames.CALCULATIONS if name in frame.columns]
    if taken and len(taken) < len(frames.CALCULATIONS):
        raise InvalidInput(f"the frame has columns that calculate_many writes: {taken}; rename them")


def _kept(entry: Entry) -> SegmentAnswer:
    return msgspec.json.decode(entry.answer, type=SegmentAnswer)


def _entry(ask: Ask, answer: SegmentAnswer) -> Entry:
    return Entry(ask.key, ask.member_id, msgspec.json.encode(answer), answer.note, answer.provenance)


def _stop_where_not_let_in(came_in: CameIn) -> None:
    for _, outcome in came_in:
        if isinstance(outcome, Unauthorized | Forbidden):
            raise outcome


def _asked(
    client: Calculator, tree: Tree, plan: Agenda, known: set[str], workers: int, unheard: Callable[[CameIn], None]
) -> Generator[CameIn]:
    """Ask for what is not known; stop where the credential is not accepted or nobody can be reached."""
    let_in = True

    def ask(one: Ask) -> SegmentAnswer:
        nonlocal let_in
        answered = plan.respondents.answered(one.row)
        try:
            return client.calculate(
                plan.locale, one.member_id, [calculation.entry(q, given, tree.parent_id) for q, given in answered]
            )
        except (Unauthorized, Forbidden):
            let_in = False
            raise

    pending = (one for one in plan.asks if let_in and one.key not in known)
    in_vain = 0
    with contextlib.closing(ask_all(pending, ask, workers=workers, unheard=unheard)) as calls:
        for came_in in calls:
            yield came_in
            for _, outcome in came_in:
                in_vain = in_vain + 1 if isinstance(outcome, Unreachable) else 0
            if in_vain >= 3 * workers:
                return


def _assembled(
    client: Calculator, wanted: Wanted, plan: Agenda, answers: Mapping[str, SegmentAnswer | SegkitError], n_kept: int
) -> pd.DataFrame:
    """Put the answers beside the rows that they belong to."""
    findings = list(plan.respondents.findings)
    names = wanted.tree.segment_names
    cells = [_cells(wanted, plan, names, ask, answers.get(ask.key), findings) for ask in plan.asks]
    nothing = (None,) * len(frames.CALCULATIONS)
    # Rows that nothing was asked for have place -1, and so take the last entry.
    columns = dict(zip(frames.CALCULATIONS, map(_objects, zip(*cells, nothing, strict=True)), strict=True))
    added = {name: column[plan.ask_of] for name, column in columns.items()}
    added["error"] = np.where(plan.ask_of >= 0, added["error"], plan.errors)
    table = {**frames.CALCULATIONS, "segment": wanted.tree.segments}
    result = wanted.frame.assign(**{name: pd.array(added[name], dtype=dtype) for name, dtype in table.items()})
    words = [answer.provenance for answer in answers.values() if isinstance(answer, SegmentAnswer)]
    respondents = word_of(wanted.frame)
    result.attrs["segkit"] = {
        "vendor": repr(client),
        "parent_id": wanted.tree.parent_id,
        "locale": plan.locale,
        "per": plan.per,
        "asked": len(answers) - n_kept,
        "from_journal": n_kept,
        "provenance": weakest(*words, *([respondents] if respondents else [])) if words else None,
        "respondents_provenance": respondents,
        "segments_provenance": wanted.tree.parent.weakest_provenance,
        "findings": [asdict(finding) for finding in findings],
    }
    return result


def _objects(values: tuple[Any, ...]) -> NDArray[np.object_]:
    return np.array(values, dtype=object)


def _cells(
    wanted: Wanted,
    plan: Agenda,
    names: Mapping[int, str],
    ask: Ask,
    outcome: SegmentAnswer | SegkitError | None,
    findings: list[Finding],
) -> tuple[Any, ...]:
    """Return what one call says of its rows, in the order of the added columns."""
    if not isinstance(outcome, SegmentAnswer):
        error = str(outcome) if outcome else "not asked: the vendor could not be reached"
        return None, None, ask.member_id if outcome else None, None, None, error
    name = names.get(outcome.segment_id) if outcome.qualification_id == wanted.tree.parent_id else None
    error = ""
    if name is None:
        error = f"segment {outcome.segment_id} of {outcome.qualification_id} is not one of the parent's answers"
        where = f"row {shown(wanted.frame.index[ask.row])}, column 'segment'"
        findings.append(Finding("unknown-segment", "error", where, error, "Fetch the tree anew."))
    return name, outcome.segment_id, ask.member_id, plan.per == "member", outcome.provenance, error or None
