"""What a design wants of an arriving family: code sets of 232 and events of other qualifications, in numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from segkit.errors import InvalidInput
from segkit.findings import Finding
from segkit.printed import step
from segkit.quotas import codes
from segkit.quotas.design import QuotaDesign
from segkit.quotas.field.events import NOT_MODELLED, Event, traits
from segkit.quotas.survey import SurveyDocument
from segkit.quotas.targets import LEGACY, ChildCriterion, listed, whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Self

    from segkit.quotas.field.events import Given, Trait


def design_of(given: QuotaDesign | SurveyDocument) -> QuotaDesign:
    """Return the design that was handed in, also as a document.

    Raises
    ------
    InvalidInput
        When it is neither.
    """
    what: Any = given
    if isinstance(what, SurveyDocument):
        return what.design
    if not isinstance(what, QuotaDesign):
        raise InvalidInput(f"the design is {type(what).__name__}: give a QuotaDesign, or a document of read_survey")
    return what


NOBODY = "nobody can be told to meet this criterion: it has no code of a qualification that can be read"


class Need(NamedTuple):
    """What a quota, or the survey, asks for; all of it must be met.

    Attributes
    ----------
    children
        Which of `Wanted.sets`, as bits.
    events
        Trait and event of it, by place.
    """

    children: int
    events: frozenset[tuple[int, int]]


@dataclass(frozen=True)
class Wanted:
    """A design in numbers.

    Attributes
    ----------
    sets
        The distinct code sets of 232, after the server's expansion, as `codes.mask` writes them.
    needs
        Of each quota, and of the survey last.
    traits
        The other qualifications.
    asked
        The qualification codes that each quota asks for.
    """

    quota_ids: tuple[str, ...]
    sets: tuple[int, ...]
    needs: tuple[Need, ...]
    traits: tuple[Trait, ...]
    asked: tuple[frozenset[int], ...]

    @classmethod
    def of(cls, design: QuotaDesign, match: Given | None = None) -> Self:
        """Read a design.

        Raises
        ------
        InvalidInput
            When it is no design, quotas share an id, a criterion is legacy, or (`quotas.field.events.traits`) not modelled.
        """
        design = design_of(design)
        ids = tuple(quota.id for quota in design.quotas)
        if twice := [quota_id for quota_id, n in Counter(ids).items() if n > 1]:
            raise InvalidInput(f"quotas share the id {', '.join(map(repr, twice))}: give each an id of its own")
        lists = list(_lists(design.payload()))
        _refuse_legacy(lists)
        children, events, found = _sorted_out(lists)
        made, not_modelled = traits([told for listing in events for told in listing], match)
        if found + not_modelled:
            raise InvalidInput("the design asks for what the law of families does not model", found + not_modelled)
        sets = tuple(dict.fromkeys(mask for listing in children for mask in listing))
        places = {event: (n, m) for n, trait in enumerate(made) for m, event in enumerate(trait.events)}
        needs = tuple(
            Need(sum(1 << sets.index(mask) for mask in set(masks)), frozenset(places[event] for _, event in told))
            for masks, told in zip(children, events, strict=True)
        )
        asked = tuple(
            frozenset({codes.CHILD_AGE_GENDER} if masks else ()) | {event.qualification for _, event in told}
            for masks, told in zip(children, events, strict=True)
        )
        return cls(ids, sets, needs, made, asked[:-1])


Listing = list[tuple[str, object]]


def _lists(document: Mapping[str, object]) -> Iterator[Listing]:
    """Yield the criteria of each quota, with their paths, and of the survey last."""
    for place, quota in enumerate(listed(document.get("quotas"))):
        yield _with_paths(quota.get("criteria"), f"{step('$.quotas', place)}.criteria")
    yield _with_paths(document.get("qualifications"), "$.qualifications")


def _with_paths(written: object, path: str) -> Listing:
    return [(step(path, place), criterion) for place, criterion in enumerate(listed(written))]


def _code(criterion: object) -> int | None:
    return whole(criterion.get("qualification_code")) if isinstance(criterion, dict) else None


def _refuse_legacy(lists: list[Listing]) -> None:
    found = [
        Finding(
            "legacy-qualification", "error", path, f"qualification {_code(criterion)} is legacy", "Write it as 232: upgrade()."
        )
        for listing in lists
        for path, criterion in listing
        if _code(criterion) in LEGACY
    ]
    if found:
        raise InvalidInput("the design asks for legacy qualifications: upgrade() the survey first", found)


def _sorted_out(lists: list[Listing]) -> tuple[list[list[int]], list[list[tuple[str, Event]]], list[Finding]]:
    """Tell masks of children from events of others, list by list; what is neither is a finding."""
    children: list[list[int]] = []
    events: list[list[tuple[str, Event]]] = []
    found = []
    for listing in lists:
        children.append([])
        events.append([])
        for path, criterion in listing:
            if isinstance(criterion, dict) and _code(criterion) == codes.CHILD_AGE_GENDER:
                children[-1].append(ChildCriterion.of(criterion, path).mask)
            elif isinstance(criterion, dict) and (event := Event.of(criterion)):
                events[-1].append((path, event))
            else:
                found.append(Finding(NOT_MODELLED, "error", path, NOBODY, "Mend it; lint() says what is wrong with it."))
    return children, events, found
