"""What changes something at Infinity: looked at before, sent once or whole, and looked at again.

A create is never sent again where it may have been carried out, for its twin would get an id of its own: the new segment is
looked up instead. An update always sends the whole segment, because what is left out goes to a default: the organisation to
the primary one, the group to 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from segkit.errors import InvalidInput, UnexpectedAnswer
from segkit.findings import Finding, Findings
from segkit.registry.bounds import check_id, check_order_of, whole
from segkit.registry.drafts import Draft
from segkit.registry.segment_update import SegmentUpdate, check_update
from segkit.registry.segments import LIVE, Segment, SegmentGroup, Segments
from segkit.vendors.infinity_lookups import alike, gone, made_once, of_id, only, taken
from segkit.vendors.infinity_pages import every_group, every_segment
from segkit.vendors.infinity_wire import check_found

_NEVER_SENT = {"no-criteria", "redacted", "unwritable"}

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from segkit.vendors.infinity_calls import Calls


def create_segment(calls: Calls, draft: Draft, *, check: bool) -> Segment:
    """Create a segment and return it as the vendor keeps it; see `Infinity.create_segment`."""
    found = draft.check()
    check_found(found)
    check_found(Findings(list(taken(calls, draft)) if check else []))
    return msgspec.structs.replace(_made(calls, draft), findings=found)


def _made(calls: Calls, draft: Draft) -> Segment:
    wanted = draft.segment_id
    if wanted is not None:
        return made_once(lambda: calls.create_segment(draft), lambda doubt: of_id(calls, wanted, draft, doubtful=doubt))
    before = {segment.segment_id for segment in alike(calls, draft)}

    def new(_doubt: bool) -> Segment | None:  # noqa: FBT001 - of the lookup's form
        return only([segment for segment in alike(calls, draft, thorough=True) if segment.segment_id not in before])

    return made_once(lambda: calls.create_segment(draft), new)


def update_segment(calls: Calls, segment_id: Any, changes: dict[str, Any], *, check: bool) -> SegmentUpdate:  # noqa: ANN401 - any number
    """Change properties of a segment by sending all of them; see `Infinity.update_segment`."""
    if all(value is None for value in changes.values()):
        raise InvalidInput(f"nothing is changed: give {', '.join(f'{name}=...' for name in changes)}")
    number = _own_id(segment_id)
    before = calls.segment(number).parse()
    there = Draft.of_segment(before)
    draft = there.with_changes(**changes)
    if draft == there:
        told = Finding("nothing-changed", "info", f"segment {number}", "it is kept so already; nothing was sent")
        return SegmentUpdate(before, before, Findings([told]))
    found = _found_in_changes(there, draft)
    check_found(Findings([*_in_use(before), *found]))
    check_found(Findings(list(taken(calls, draft, there)) if check else []))
    calls.update_segment(number, draft, clear_ref=bool(before.ref), check=False).parse()
    sent = {name: getattr(draft, name) for name in ("name", "criteria", "ref", "order", "org_id", "group_id")}
    after = calls.segment(number).parse() if check else msgspec.structs.replace(before, **sent, provenance="derived")
    return SegmentUpdate(before, after, Findings([*found, *check_update(before, draft, after)]))


def _found_in_changes(there: Draft, draft: Draft) -> list[Finding]:
    """Return what is found in a changed draft and was not found before, but for what cannot be sent whoever wrote it."""
    before = set(there.check())
    return [found for found in draft.check() if found not in before or found.code in _NEVER_SENT]


def order_segments(calls: Calls, segment_ids: Iterable[Any]) -> Segments:
    """Give segments the places that they have in a list; see `Infinity.order_segments`."""
    given = list(segment_ids)
    numbers = [number for each in given if (number := whole(each)) is not None]
    if len(numbers) < len(given):
        raise InvalidInput(f"the ids to order are {given!r:.200}: give whole numbers")
    kept = {segment.segment_id for segment in every_segment(calls) if segment.status == LIVE}
    findings = Findings(check_order_of(numbers, kept))
    check_found(findings)
    calls.order_segments(numbers).parse()
    after = sorted((s for s in every_segment(calls) if s.status == LIVE), key=lambda s: (s.order, s.segment_id))
    found = {segment.segment_id: segment.order for segment in after}
    if wrong := [each for place, each in enumerate(numbers) if found.get(each) != place]:
        advice = "PHP may read no more than 1000 fields of a form: try body_encoding='json'" if len(numbers) > len(wrong) else ""
        message = f"{len(wrong)} of {len(numbers)} segments have another order than was sent, {wrong[0]} the first; {advice}"
        raise UnexpectedAnswer(message.rstrip("; "), path=f"segment {wrong[0]}")
    return Segments(after, findings)


def delete_segment(calls: Calls, segment_id: Any) -> None:  # noqa: ANN401 - any number
    """Delete a segment; see `Infinity.delete_segment`."""
    number = _own_id(segment_id)
    gone(lambda: calls.delete_segment(number))


def create_group(calls: Calls, name: str) -> SegmentGroup:
    """Create a group and return it as the vendor keeps it; see `Infinity.create_segment_group`."""
    before = set(map(_group_id, every_group(calls)))

    def new(_doubt: bool) -> SegmentGroup | None:  # noqa: FBT001 - of the lookup's form
        listed = (group for group in every_group(calls) if group.group_id not in before)
        return only([group for group in listed if group.name.strip() == name.strip()])

    return made_once(lambda: calls.create_segment_group(name), new)


def update_group(calls: Calls, group_id: Any, name: str) -> SegmentGroup:  # noqa: ANN401 - any number
    """Rename a group and return it as the vendor keeps it; see `Infinity.update_segment_group`."""
    number = _own_group(group_id)
    calls.update_segment_group(number, name).parse()
    return calls.segment_group(number).parse()


def delete_group(calls: Calls, group_id: Any) -> None:  # noqa: ANN401 - any number
    """Delete a group that holds no segments; see `Infinity.delete_segment_group`."""
    number = _own_group(group_id)
    inside = [
        s.segment_id for s in every_segment(calls, {"segment_group_id": number}) if s.group_id == number and s.status == LIVE
    ]
    if inside:
        shown = ", ".join(map(str, inside[:10])) + (", ..." if len(inside) > 10 else "")  # noqa: PLR2004 - enough to go on with
        fix = "Move them to another group first: update_segment(..., group_id=0)."
        message = f"group {number} contains segments: {shown}"
        check_found(Findings([Finding("group-not-empty", "error", f"group {number}", message, fix)]))
    gone(lambda: calls.delete_segment_group(number))


def _in_use(segment: Segment) -> Iterator[Finding]:
    if segment.status != LIVE:
        message = f"its status is {segment.status}, and not {LIVE}"
        yield Finding("not-in-use", "error", f"segment {segment.segment_id}", message, "Create it anew.")


def _own_id(segment_id: Any) -> int:  # noqa: ANN401 - any number
    """Return the id of a segment that may be changed.

    Raises
    ------
    InvalidInput
        When it is none, or that of a built-in one.
    """
    number = whole(segment_id)
    if number is None:
        raise InvalidInput(f"the segment's id is {segment_id!r}: give its number")
    check_found(Findings(check_id(number)))
    return number


def _own_group(group_id: Any) -> int:  # noqa: ANN401 - any number
    number = whole(group_id)
    if number is None or number < 0:
        raise InvalidInput(f"the group's id is {group_id!r}: give its number")
    if number == 0:
        message = "group 0 is that of every segment without one: it is not changed or deleted"
        check_found(Findings([Finding("built-in", "error", "group_id", message, "Use a group of your own.")]))
    return number


def _group_id(group: SegmentGroup) -> int:
    return group.group_id
