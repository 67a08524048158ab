"""Simulated visits to a survey, by the vendor's order of operations; apart from any forecast, so that one can be held to it.

No document has such visits: they go through the sandbox's own routes, and all that comes of them is synthetic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from segkit.errors import InvalidInput
from segkit.findings import Finding
from segkit.sandbox import buyer_reply, fielded
from segkit.sandbox.child_codes import QUALIFICATION
from segkit.sandbox.fielded import Asked, Fielded, Fill

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from segkit.sandbox.state import State
    from segkit.sandbox.surveys import Surveys

UNKNOWN, NOT_LIVE = "unknown-survey", "survey-not-live"
"""The codes of findings about the survey itself."""

_AT_ONCE = 4096


class Match(NamedTuple):
    """Whether a family passes the survey's qualifications, and the places of the quotas that it matches."""

    qualified: bool
    quotas: tuple[int, ...]


class Criteria:
    """The criteria of a survey as bits: a criterion is met by any child, a quota by all of its criteria."""

    def __init__(self, body: dict[str, Any]) -> None:
        parts = [body["qualifications"], *(quota["criteria"] for quota in body["quotas"])]
        self._bits: dict[int, int] = {}
        self._wanted: list[int] = []
        bit = 1
        for part in parts:
            wanted = 0
            for criterion in part:
                for code in map(int, criterion["condition_codes"]):
                    self._bits[code] = self._bits.get(code, 0) | bit
                wanted |= bit
                bit <<= 1
            self._wanted.append(wanted)
        self._matches: dict[int, Match] = {}

    def match(self, family: list[int]) -> Match:
        """Return what a family matches."""
        met = 0
        for code in family:
            met |= self._bits.get(code, 0)
        if met not in self._matches:
            qualified, *quotas = (met & wanted == wanted for wanted in self._wanted)
            self._matches[met] = Match(qualified, tuple(place for place, hit in enumerate(quotas) if hit))
        return self._matches[met]


class Survey:
    """A survey in the field.

    Attributes
    ----------
    achieved, remaining, open, targets
        For each quota its completes, what it still wants, what of that is open now, and the current target if one was set.
    seen
        The respondents who have entered.
    """

    def __init__(self, body: dict[str, Any], policy: fielded.Policy, completes: int) -> None:
        self._criteria = Criteria(body)
        self._goal: int = body["completes_required"]
        self._needs_quota = policy == "any" or (policy == "per_qualification_set" and bool(body["quotas"]))
        self.status: int = body["ps_survey_status"]
        self.completes = completes
        self.achieved: list[int] = []
        self.targets: list[int | None] = []
        self.remaining: list[int] = []
        self.open: list[int] = []
        self.seen: set[str] = set()

    def add(self, required: int, achieved: int, target: int | None) -> None:
        """Add a quota as it stands."""
        self.achieved.append(achieved)
        self.targets.append(target)
        self.remaining.append(max(required - achieved, 0))
        self.open.append(max(min(required, required if target is None else target) - achieved, 0))

    def pause_if_reached(self) -> None:
        """Pause a live survey that has its goal, or all of its quotas."""
        reached = self.completes >= self._goal or (bool(self.remaining) and not any(self.remaining))
        if self.status == buyer_reply.LIVE and reached:
            self.status = buyer_reply.PAUSED

    def visit(self, family: list[int], respondent: str | None) -> int:
        """Return the status that a visit ends with."""
        if self.status != buyer_reply.LIVE:
            return fielded.PAUSED if self.status == buyer_reply.PAUSED else fielded.CLOSED
        if respondent is not None:
            if respondent in self.seen:
                return fielded.DUPLICATE
            self.seen.add(respondent)
        qualified, quotas = self._criteria.match(family)
        if not qualified:
            return fielded.TERMINATED
        return self._closed(quotas) or self._complete(quotas)

    def _closed(self, quotas: tuple[int, ...]) -> int:
        """Return the status by which quotas end a visit, 0 when they let it pass."""
        unopened = 0
        for place in quotas:
            if not self.open[place]:
                if not self.remaining[place]:
                    return fielded.QUOTA_FULL
                unopened = fielded.UNOPENED
        return unopened or (fielded.UNMATCHED if self._needs_quota and not quotas else 0)

    def _complete(self, quotas: tuple[int, ...]) -> int:
        """Count a complete in every quota that it matches."""
        self.completes += 1
        for place in quotas:
            self.achieved[place] += 1
            self.remaining[place] -= 1
            self.open[place] -= 1
        self.pause_if_reached()
        return fielded.COMPLETE


class Fieldwork:
    """The fielding of the surveys that a sandbox keeps."""

    def __init__(self, state: State, surveys: Surveys) -> None:
        self._state = state
        self._surveys = surveys

    def launch(self, survey_id: int) -> int:
        """Make a draft or paused survey live, and return its status.

        Raises
        ------
        InvalidInput
            When there is no such survey, or it is closed.
        """
        with self._state.transaction() as connection:
            body = self._find(connection, survey_id)
            if body["ps_survey_status"] == buyer_reply.CLOSED:
                raise _refused(NOT_LIVE, survey_id, "it is closed", "Create it again.")
            body["ps_survey_status"] = buyer_reply.LIVE
            self._surveys.keep(connection, body)
        return buyer_reply.LIVE

    def field(self, survey_id: int, asked: Asked) -> Fielded:
        """Let families visit a survey, and keep what came of it.

        Raises
        ------
        InvalidInput
            When there is no such survey, it is a draft that may not be launched, or it wants what is not modelled here.
        """
        with self._state.transaction() as connection:
            body = self._find(connection, survey_id)
            if body["ps_survey_status"] == buyer_reply.DRAFT:
                if not asked.launch:
                    raise _refused(NOT_LIVE, survey_id, "it is a draft", "Launch it first.")
                body["ps_survey_status"] = buyer_reply.LIVE
            _check_modelled(body)
            before = self._surveys.filled(connection, survey_id)
            survey = Survey(body, asked.policy, self._surveys.completes(connection, survey_id))
            for quota in body["quotas"]:
                survey.add(quota["required_count"], *before.get(quota["ps_quota_id"], (0, None)))
            survey.seen = self._surveys.respondents(connection, survey_id) if asked.respondents else set()
            statuses = tuple(_visits(survey, asked))
            return self._keep(connection, {**body, "ps_survey_status": survey.status}, survey, asked, statuses)

    def _find(self, connection: sqlite3.Connection, survey_id: int) -> dict[str, Any]:
        body = self._surveys.find(connection, survey_id)
        if body is None:
            raise _refused(UNKNOWN, survey_id, "there is no such survey", "Give the ps_survey_id of one that was created here.")
        return body

    def _keep(
        self, connection: sqlite3.Connection, body: dict[str, Any], survey: Survey, asked: Asked, statuses: tuple[int, ...]
    ) -> Fielded:
        """Keep the survey as it is after the visits."""
        survey_id = body["ps_survey_id"]
        self._surveys.keep(connection, body)
        self._surveys.count(connection, survey_id, survey.completes)
        self._surveys.admit(connection, survey_id, survey.seen)
        fills = {}
        for quota, achieved, target in zip(body["quotas"], survey.achieved, survey.targets, strict=True):
            self._surveys.fill(connection, survey_id, quota["ps_quota_id"], achieved, target)
            fills[quota["buyer_quota_id"]] = Fill(achieved, quota["required_count"])
        return Fielded(
            survey_id,
            statuses,
            fills,
            survey.completes,
            body["completes_required"],
            survey.status,
            asked.seed,
            asked.policy,
            "families as given" if asked.families is not None else asked.law.words,
        )


def _visits(survey: Survey, asked: Asked) -> Iterator[int]:
    """Yield the status of each visit, up to the goal or their number."""
    respondents = iter(asked.respondents) if asked.respondents is not None else None
    families = _families(asked)
    survey.pause_if_reached()
    for _ in range(asked.visits):
        if asked.until == "goal" and survey.status != buyer_reply.LIVE:
            return
        yield survey.visit(next(families), next(respondents) if respondents else None)


def _families(asked: Asked) -> Iterator[list[int]]:
    """Yield the families that were given, or draw them: the same for a seed, however many are wanted."""
    if asked.families is not None:
        yield from asked.families
        return
    generator = np.random.default_rng(asked.seed)
    while True:
        yield from asked.law.families(generator, _AT_ONCE)


def _refused(code: str, survey_id: int, message: str, fix: str) -> InvalidInput:
    return InvalidInput(f"survey {survey_id} cannot be fielded", [Finding(code, "error", str(survey_id), message, fix)])


def _check_modelled(body: dict[str, Any]) -> None:
    """Refuse a survey that wants more of a respondent than the family."""
    lists = {"$.qualifications": body["qualifications"]}
    lists |= {f"$.quotas[{place}].criteria": quota["criteria"] for place, quota in enumerate(body["quotas"])}
    findings = [
        Finding(
            "criterion-not-modelled",
            "error",
            f"{where}[{place}]",
            f"qualification {criterion['qualification_code']} is not modelled",
            "Field a survey that targets by 232 alone.",
        )
        for where, criteria in lists.items()
        for place, criterion in enumerate(criteria)
        if criterion["qualification_code"] != QUALIFICATION
    ]
    findings += [
        Finding("setting-not-modelled", "error", f"$.{name}", "it changes what a quota counts", f"Field a survey without {name}.")
        for name, is_on in (("qlc", body["qlc"].get("enable")), ("click_balancing", body["click_balancing"]))
        if is_on
    ]
    if findings:
        raise InvalidInput(f"survey {body['ps_survey_id']} cannot be fielded", findings)
