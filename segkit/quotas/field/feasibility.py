"""What a design could bring at best: the most completes that fit into its quotas, and which quotas stand in each other's way.

Feasible is not attainable: here families are chosen among all that can occur, the vendor admits them as they come. A forecast
says what that brings; no draw of it, without over-delivery, is above the most completes here.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from segkit import frames, markup
from segkit.provenance import weakest
from segkit.quotas.field import clash as clashes
from segkit.quotas.field import programme
from segkit.quotas.field.gate import Gate
from segkit.quotas.field.households import Households
from segkit.quotas.field.opening import open_field
from segkit.quotas.field.wanted import design_of

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from segkit.provenance import Provenance
    from segkit.quotas.design import QuotaDesign
    from segkit.quotas.field.admission import Field, Policy
    from segkit.quotas.field.events import Given
    from segkit.quotas.field.programme import Best
    from segkit.quotas.field.standing import State
    from segkit.quotas.survey import SurveyDocument

BOUND = (
    "a bound: no choice among the families that can occur brings more; first come, first served may bring fewer: see the forecast"
)
EXACT = "no random numbers, so no seed"
SAMPLED = "patterns that were not among the sampled families are taken as impossible"
UNDECIDED = f"not decided within {programme.SECONDS:g} seconds: there may be a better solution"


class Feasibility:
    """The best that a field could bring; its parts are computed when they are first asked for.

    Parameters
    ----------
    field
        As `open_field` makes it, or made by hand.
    provenance
        Of the households.

    Raises
    ------
    InvalidInput
        When the field has no goal and nothing else would ever end it.
    """

    def __init__(self, field: Field, provenance: Provenance = "synthetic") -> None:
        gate = Gate(field)
        self.field = field
        self.provenance = weakest("derived", provenance)
        self._member, place = np.unique(gate.matched[gate.eligible], axis=0, return_inverse=True)
        self._probability = np.zeros(len(self._member))
        np.add.at(self._probability, place.ravel(), gate.probability[gate.eligible])
        self._small = self._member[programme.smallest(self._member)]
        self._places: NDArray[np.int64] = np.maximum(field.open_places, 0)

    @property
    def quota_ids(self) -> tuple[str, ...]:
        """The quotas, in the order of the design."""
        return self.field.patterns.quota_ids

    @property
    def goal(self) -> int | None:
        """Completes that are still needed; None where only the quotas end the field."""
        return self.field.goal

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What it stands on, a line each: households, policy, counting, and what the bound means."""
        sampled = (self.field.patterns.in_words, EXACT if self.field.patterns.exact else SAMPLED)
        undecided = () if self._solution.is_proven else (UNDECIDED,)
        return (*self.field.notes, BOUND, *sampled, *undecided)

    @cached_property
    def max_completes(self) -> int:
        """The most completes that fit into the places and the goal."""
        return self._solution.value

    @property
    def fills(self) -> pd.Series[int]:
        """Fills by quota id in one of the solutions that bring `max_completes`; all places where it is `exact`."""
        return self._by_quota(self._places if self.exact else self._solution.x @ self._small, "fill")

    @cached_property
    def exact(self) -> bool:
        """Whether every quota can be filled to its last place by exactly as many completes as the goal says.

        A quota that is closed by the vendor counts with the places that are open.
        """
        total = int(self._places.sum())
        if self.goal is None:
            return clashes.Filling(self._member, self._places, None)(tuple(range(len(self.quota_ids))))
        found = programme.best(self._member, self._member.sum(axis=1) + 1, self._places, self.goal, total + self.goal)
        return found.value == total + self.goal

    @cached_property
    def clash(self) -> tuple[str, ...]:
        """Ids of quotas that cannot be filled together within the goal, although they can without any one of them.

        The smallest such set up to 12 quotas; beyond, one of which no quota can be spared. Empty when all quotas can be filled
        together, also where the completes that fill them are fewer than the goal. Who is admitted stays as in the whole design.
        """
        if self.exact:
            return ()
        filling = clashes.Filling(self._member, self._places, self.goal)
        return tuple(self.quota_ids[place] for place in clashes.clash(len(self.quota_ids), filling))

    @cached_property
    def is_short_of_goal(self) -> bool:
        """Whether the goal alone makes the clash: with more completes than it says, these quotas could be filled together."""
        some = tuple(self.quota_ids.index(quota_id) for quota_id in self.clash)
        return bool(some) and self.goal is not None and clashes.Filling(self._member, self._places, None)(some)

    @cached_property
    def gains(self) -> pd.Series[int]:
        """By how much `max_completes` rises with one more place in a quota, by re-solving: 0 or 1.

        A solution's dual prices say something else: they are about broken numbers, and about many places.
        """
        one = np.eye(len(self._places), dtype=np.int64)
        return self._by_quota(np.array([self._gain(self._places + more, self.goal) for more in one], dtype=np.int64), "gain")

    @cached_property
    def gain_of_goal(self) -> int | None:
        """By how much `max_completes` rises with a goal of one more; None without a goal."""
        return None if self.goal is None else self._gain(self._places, self.goal + 1)

    @cached_property
    def most(self) -> pd.Series[int]:
        """The most that each quota can get, were it the only one to be filled, while the others keep their limits."""
        return self._by_quota(np.array([self._most(place) for place in range(len(self._places))], dtype=np.int64), "most")

    @property
    def unfillable(self) -> tuple[str, ...]:
        """Ids of the quotas that cannot be filled, whatever becomes of the others."""
        lacking = self.most.to_numpy() < self._places
        return tuple(quota_id for quota_id, lacks in zip(self.quota_ids, lacking, strict=True) if lacks)

    @cached_property
    def fewest_arrivals(self) -> float:
        """A lower bound of the expected arrivals of every rule of admission that always brings `max_completes`.

        It is the least T for which mean completes by pattern exist that fit into the places, add up to `max_completes`, and do
        not exceed p T for a pattern of probability p. First come, first served needs at least as many, mostly more.
        """
        return programme.fewest_arrivals(self._member, self._probability, self._places, self.max_completes)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a quota (`segkit.frames.FEASIBILITY`); the rest is in ``attrs``."""
        told = {
            "quota_id": list(self.quota_ids),
            "places": self._places,
            "fill": self.fills.to_numpy(),
            "most": self.most.to_numpy(),
        }
        told |= {"gain": self.gains.to_numpy(), "in_clash": [quota_id in self.clash for quota_id in self.quota_ids]}
        frame = frames.build(frames.FEASIBILITY, told)
        about = {"provenance": self.provenance, "policy": self.field.policy, "assumptions": list(self.assumptions)}
        frame.attrs["segkit"] = {**about, "max_completes": self.max_completes, "exact": self.exact, "goal": self.goal}
        return frame

    @cached_property
    def _solution(self) -> Best:
        return self._solved(self._small, self._places, self.goal)

    def _solved(self, member: NDArray[np.bool_], places: NDArray[np.int64], goal: int | None) -> Best:
        """Maximise completes; only the smallest sets matter, for a complete in more quotas can be traded for one in fewer."""
        upper = int(places.sum()) if goal is None else goal
        return programme.best(member, np.ones(len(member), dtype=np.int64), places, upper)

    def _gain(self, places: NDArray[np.int64], goal: int | None) -> int:
        limit = self.max_completes if goal is None else goal
        if self.goal is not None and limit <= self.max_completes:
            return 0
        return self._solved(self._small, places, goal).value - self.max_completes

    def _most(self, place: int) -> int:
        """Fill one quota; of the patterns that match it the smallest matter."""
        here = self._member[self._member[:, place]]
        return self._solved(here[programme.smallest(here)], self._places, self.goal).value

    def _by_quota(self, values: NDArray[np.int64], name: str) -> pd.Series[int]:
        import pandas as pd  # noqa: PLC0415 - only when a series is wanted

        return pd.Series(values, pd.Index(self.quota_ids, dtype="str", name="quota_id"), dtype="int64", name=name)

    @property
    def in_words(self) -> str:
        """What it comes to, in one line."""
        goal = "" if self.goal is None else f" of {self.goal}"
        if self.exact:
            return f"at most {self.max_completes}{goal} completes, and every quota can be filled exactly"
        if not self.clash:
            return f"at most {self.max_completes}{goal} completes; every quota can be filled, but not together with the goal"
        together = "cannot be filled" if len(self.clash) == 1 else "cannot be filled together"
        together += " within so few completes" if self.is_short_of_goal else ""
        return f"at most {self.max_completes}{goal} completes; {' + '.join(self.clash)} {together}"

    def __repr__(self) -> str:
        return f"<Feasibility: {self.in_words}>"

    def _repr_html_(self) -> str:
        rows = [
            (row.quota_id, row.places, row.fill, row.most, row.gain, "yes" if row.in_clash else "")
            for row in self.to_frame().itertuples()
        ]
        headers = ["quota", "places", "filled in a solution", "most it can get", "one more place gains", "in the clash"]
        shown = markup.table(f"Feasibility: {self.in_words}", headers, rows)
        goal = [] if self.gain_of_goal is None else [markup.note(f"A goal of one more gains {self.gain_of_goal}.")]
        fewest = f"No rule of admission that always brings them needs fewer than {self.fewest_arrivals:.6g} arrivals on average."
        label = markup.element("strong", f"{self.provenance}: ")
        return markup.join(
            [shown, *goal, markup.note(fewest), markup.note(markup.join([label, "; ".join(self.assumptions)]))]
        ).html


def feasibility(
    design: QuotaDesign | SurveyDocument,
    households: Households | None = None,
    *,
    policy: Policy = "per_qualification_set",
    match: Given | None = None,
    state: State | None = None,
    achieved: int | None = None,
    seed: int = 0,
) -> Feasibility:
    """Find the most completes that a design could bring, whether it can be filled exactly, and what stands in the way.

    Parameters
    ----------
    households, policy, match, state, achieved, seed
        As of `segkit.quotas.field.opening.open_field`.

    Raises
    ------
    InvalidInput
        When a quota has no count, quotas share an id, a criterion is not modelled, or nothing would ever end the field.

    Examples
    --------
    >>> from segkit.quotas.codes import child_codes
    >>> from segkit.quotas.design import QuotaDesign
    >>> boys = QuotaDesign(completes=100, qualification=child_codes("boy")).with_quota("boys", child_codes("boy"), 100)
    >>> feasibility(boys)
    <Feasibility: at most 100 of 100 completes, and every quota can be filled exactly>
    >>> feasibility(boys.with_quota("boys of 4", child_codes("boy", 4), 120)).clash
    ('boys of 4',)
    """
    asked = design_of(design)
    law = Households.of(households)
    field = open_field(asked, law, policy=policy, match=match, state=state, achieved=achieved, seed=seed)
    return Feasibility(field, law.provenance)
