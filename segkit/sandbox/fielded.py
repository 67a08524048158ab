"""What a simulated fielding is asked for, and what came of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

from segkit.errors import InvalidInput
from segkit.findings import Finding
from segkit.sandbox.child_codes import KNOWN, NO_CHILDREN
from segkit.sandbox.households import FamilyLaw

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Self

    from segkit.provenance import Provenance

Policy = Literal["per_qualification_set", "any", "none"]
Until = Literal["visits", "goal"]

QUOTA_FULL, TERMINATED, DUPLICATE, COMPLETE, CLOSED, PAUSED, UNOPENED, UNMATCHED = 12, 13, 15, 21, 22, 23, 24, 35
OUTCOMES = (QUOTA_FULL, TERMINATED, DUPLICATE, COMPLETE, CLOSED, PAUSED, UNOPENED, UNMATCHED)
"""The vendor's respondent statuses that a visit here can end with."""

ASSUMPTIONS = (
    "a complete counts in every quota that its family matches: how the vendor counts it is not documented",
    "who is admitted completes at once: nobody is in progress, and no admitted visit is lost",
    "the survey pauses by itself when the goal, or every one of its quotas, is reached",
)
MOST_VISITS = 1_000_000


class Fill(NamedTuple):
    """How far a quota is filled, over all fieldings of its survey."""

    achieved: int
    required: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A checked request for visits; attributes as the arguments of `segkit.sandbox.app.Sandbox.field`."""

    visits: int
    seed: int = 0
    families: list[list[int]] | None = None
    respondents: list[str] | None = None
    policy: Policy = "per_qualification_set"
    law: FamilyLaw = field(default_factory=FamilyLaw)
    until: Until = "visits"
    launch: bool = True

    @classmethod
    def of(cls, asked: Mapping[str, Any]) -> Self:
        """Make a request of a mapping with the names of the attributes.

        Raises
        ------
        InvalidInput
            With a finding for each name that is unknown or whose value cannot be used.
        """
        given = {name: value for name, value in asked.items() if value is not None}
        if isinstance(given.get("families"), list | tuple):
            given.setdefault("visits", len(given["families"]))
        given.setdefault("visits", None)
        findings = [
            Finding("fielding", "error", str(name), f"{value!r:.80} cannot be used", _FIXES.get(name, _NAMES))
            for name, value in given.items()
            if name not in _CHECKS or not _CHECKS[name](value)
        ]
        findings += [
            Finding(
                "fielding", "error", name, f"{len(given[name])} {name} for another number of visits", "Give one for each visit."
            )
            for name in ("families", "respondents")
            if not findings and name in given and len(given[name]) != given["visits"]
        ]
        if findings:
            raise InvalidInput("the survey cannot be fielded like this", findings)
        if "families" in given:
            given["families"] = [[int(code) for code in family] for family in given["families"]]
        return cls(**{**given, "law": FamilyLaw.of(given.get("law"))})


_CODES = {spelt: code for code in KNOWN for spelt in (code, str(code))}


def _is_family(value: object) -> bool:
    """Whether these are the codes of children, or that of none alone."""
    if not isinstance(value, list | tuple) or not value:
        return False
    codes = [_CODES.get(code) if isinstance(code, int | str) else None for code in value]
    return None not in codes and (codes == [NO_CHILDREN] or NO_CHILDREN not in codes)


def _is_id(value: object) -> bool:
    """Whether it is a text that can be stored: half of a surrogate pair cannot."""
    return isinstance(value, str) and not any("\ud800" <= char <= "\udfff" for char in value)


_CHECKS: dict[str, Callable[[Any], bool]] = {
    "visits": lambda value: type(value) is int and 0 <= value <= MOST_VISITS,
    "seed": lambda value: type(value) is int and value >= 0,
    "families": lambda value: isinstance(value, list | tuple) and all(map(_is_family, value)),
    "respondents": lambda value: isinstance(value, list | tuple) and all(map(_is_id, value)),
    "policy": lambda value: value in get_args(Policy),
    "law": lambda _: True,  # looked at by itself
    "until": lambda value: value in get_args(Until),
    "launch": lambda value: type(value) is bool,
}
_NAMES = f"A fielding has: {', '.join(_CHECKS)}."
_FIXES = {
    "visits": f"Give their number, up to {MOST_VISITS}, or families.",
    "seed": "Give a whole number from 0 on.",
    "families": "Give for each visit an array of codes of 232: those of its children, or 167 alone.",
    "respondents": "Give for each visit an id, a text.",
    "policy": f"Give one of: {', '.join(get_args(Policy))}.",
    "until": f"Give one of: {', '.join(get_args(Until))}.",
    "launch": "Give true or false.",
}


@dataclass(frozen=True, slots=True, repr=False)
class Fielded:
    """What came of a fielding; all of it is invented.

    Attributes
    ----------
    statuses
        The vendor's status of every visit, in order.
    fills
        By buyer_quota_id, over all fieldings of the survey.
    completes
        Of the survey so far; `outcomes` has those of this fielding.
    survey_status
        11, 22, 33 or 44, after the last visit.
    law
        In words.
    """

    survey_id: int
    statuses: tuple[int, ...]
    fills: dict[str, Fill]
    completes: int
    completes_required: int
    survey_status: int
    seed: int
    policy: Policy
    law: str
    assumptions: tuple[str, ...] = ASSUMPTIONS
    provenance: Provenance = "synthetic"

    @property
    def visits(self) -> int:
        """The number of visits that were made."""
        return len(self.statuses)

    @property
    def outcomes(self) -> dict[int, int]:
        """The number of visits by status; a status that no visit had is there with 0."""
        return dict.fromkeys(OUTCOMES, 0) | dict(sorted(Counter(self.statuses).items()))

    @property
    def state(self) -> dict[str, dict[str, int]]:
        """The completes of each quota as a forecast of the rest takes them, ``state=``; with ``achieved=completes``."""
        return {quota: {"achieved": fill.achieved} for quota, fill in self.fills.items()}

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        names = ("survey_id", "visits", "completes", "completes_required", "survey_status", "seed", "policy", "law")
        return {
            **{name: getattr(self, name) for name in names},
            "outcomes": {str(status): count for status, count in self.outcomes.items()},
            "fills": {quota: fill._asdict() for quota, fill in self.fills.items()},
            "statuses": list(self.statuses),
            "assumptions": list(self.assumptions),
            "provenance": self.provenance,
        }

    def __repr__(self) -> str:
        met = ", ".join(f"{status}: {count}" for status, count in self.outcomes.items() if count)
        wanted = f"{self.completes} of {self.completes_required} completes"
        return f"<Fielded {self.survey_id}: {wanted}; {self.visits} visits ({met}); {self.policy}, seed {self.seed}, synthetic>"
