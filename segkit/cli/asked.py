"""What `segkit forecast` is asked: its options, read; what cannot be read is wrong usage."""

from __future__ import annotations

import csv
import json
from io import StringIO
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from segkit.cli import household_law
from segkit.cli.documents import content
from segkit.cli.household_law import unique
from segkit.errors import InvalidInput
from segkit.quotas.field.events import check_match
from segkit.quotas.field.households import Households
from segkit.quotas.field.interviews import Interviews
from segkit.quotas.field.standing import IDS, NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from segkit.quotas.field.admission import Policy
    from segkit.quotas.field.interviews import Incidence

FIRST = 3  # findings of an option that are told


class Typed(NamedTuple):
    """The options as they are typed."""

    households: str | None = None
    policy: Policy = "per_qualification_set"
    match: Sequence[str] | None = None
    replicates: int = 2000
    seed: int = 0
    completes: int | None = None
    ir: str | None = None
    arrivals_per_day: float | None = None
    interview_minutes: float | None = None
    state: str | None = None
    achieved: int | None = None


class Asked(NamedTuple):
    """How to forecast; `completes` is for documents that do not say theirs, `state` for the one document there is."""

    households: Households
    policy: Policy = "per_qualification_set"
    match: Mapping[str, float] | None = None
    replicates: int = 2000
    seed: int = 0
    completes: int | None = None
    interviews: Mapping[str, Any] = {}
    state: Mapping[str, Mapping[str, Any]] | None = None
    achieved: int | None = None


def asked(typed: Typed) -> Asked:
    """Read the options; what cannot be read is wrong usage."""
    try:
        law = Households.default() if typed.households is None else household_law.read(typed.households)
        match = unique([_share(each) for each in typed.match or ()], "--match")
        check_match(match)
        interviews: dict[str, Any] = {
            "ir": None if typed.ir is None else _incidence(typed.ir),
            "arrivals_per_day": typed.arrivals_per_day,
            "interview_minutes": typed.interview_minutes,
        }
        Interviews.of(**interviews)
        state = None if typed.state is None else _state(content(typed.state), typed.state)
    except InvalidInput as error:
        first, *more = str(error).splitlines()
        raise typer.BadParameter("\n".join([first, *more[:FIRST], *(["..."] if len(more) > FIRST else [])])) from None
    common = typed.replicates, typed.seed, typed.completes
    return Asked(law, typed.policy, match or None, *common, interviews, state, typed.achieved)


def _share(typed: str) -> tuple[str, float]:
    """Read ``211:111=0.49``."""
    name, _, share = typed.rpartition("=")
    try:
        return name, float(share)
    except ValueError:
        raise InvalidInput(f"--match {typed!r:.60} has no share: give the criterion and its share, as in 211:111=0.49") from None


def _incidence(typed: str) -> Incidence:
    """Read ``0.6``, or ``0.6/50``: the mean, and the number of interviews that it is known from."""
    mean, is_known, n = typed.partition("/")
    try:
        return (float(mean), float(n)) if is_known else float(mean)
    except ValueError:
        raise InvalidInput(f"--ir is {typed!r:.60}: give a share such as 0.6, or 0.6/50 when known from 50 interviews") from None


def _state(written: bytes, file: str) -> dict[str, dict[str, Any]]:
    """Read how far each quota is filled: JSON, an object by quota id or a list of rows; or CSV with a row a quota."""
    how = f"{' or '.join(IDS)}, and any of {', '.join(NAMES)}"
    try:
        text = written.decode("utf-8-sig")
        is_json = text.lstrip()[:1] in {"{", "["}
        found = json.loads(text, object_pairs_hook=lambda told: unique(told, file)) if is_json else _rows(text)
    except (csv.Error, ValueError, RecursionError) as error:
        raise InvalidInput(f"--state {file} is neither JSON nor CSV: {error}") from None
    if isinstance(found, list) and all(isinstance(row, dict) for row in found):
        ids = [row.get(IDS[0], row.get(IDS[1])) for row in found]
        told = [{name: row[name] for name in NAMES if name in row} for row in found]
        if found and None not in ids and all(told):
            return unique(zip(map(str, ids), told, strict=True), f"--state {file}")
    if isinstance(found, dict) and all(isinstance(told, dict) and set(told) <= set(NAMES) for told in found.values()):
        return found
    raise InvalidInput(f"--state {file} does not tell of quotas: give rows with {how}, or in JSON an object of these by quota id")


def _rows(text: str) -> list[dict[Any, Any]]:
    """Read CSV with a head; a row with more fields than the head is none."""
    rows = list(csv.DictReader(StringIO(text), strict=True))
    if wide := [place for place, row in enumerate(rows, 2) if None in row]:
        raise InvalidInput(f"row {wide[0]} has more fields than the first row names")
    return rows
