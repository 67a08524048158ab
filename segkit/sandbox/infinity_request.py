"""What the double of Infinity is sent, held to the documented parameters; which bounds the vendor enforces is not documented."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from segkit.sandbox import infinity_criteria, php_request
from segkit.sandbox.infinity_kept import LIVE, PRIMARY_ORG
from segkit.sandbox.infinity_refusal import refuse, refuse_built_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flask import Request

    from segkit.sandbox.infinity_kept import Row
    from segkit.sandbox.switches import Partial

GREATEST = 65535
LONGEST = 100
_GREATEST_ID = 2**31 - 1


def parameters(request: Request) -> dict[str, Any]:
    """Return the parameters of a request."""
    try:
        return php_request.parameters(request)
    except (ValueError, RecursionError):
        refuse("The request cannot be read.")


def number(sent: object, name: str, least: int, greatest: int = _GREATEST_ID) -> int:
    """Return a whole number, sent as one or as digits."""
    text = str(sent) if isinstance(sent, str | int) and not isinstance(sent, bool) else ""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(_GREATEST_ID)) and least <= int(text) <= greatest):
        refuse(f"{name} is an integer from {least} to {greatest}.")
    return int(text)


def text(sent: object, name: str, longest: int | None = LONGEST) -> str:
    """Return a text of so many characters at most."""
    if not isinstance(sent, str) or any("\ud800" <= char <= "\udfff" for char in sent):
        refuse(f"{name} is a string.")
    if longest and len(sent) > longest:
        refuse(f"{name} has more than {longest} characters.")
    return sent


def group_name(sent: Mapping[str, Any]) -> str:
    """Return the name of a group."""
    name = text(sent.get("segmentGroupName"), "segmentGroupName", None)
    return name if name.strip() else refuse("segmentGroupName is required.")


def segment(sent: Mapping[str, Any], before: Row, partial: Partial) -> Row:
    """Return a segment with the parameters that were sent; `before` is what stands where one is left out.

    On an update too, a segment without an organisation goes to the primary one, and without a group to group 0 (documented).
    """
    row = dict(before)
    if not before["segmentName"] or "segmentName" in sent:
        row["segmentName"] = text(sent.get("segmentName"), "segmentName")
    if not row["segmentName"].strip():
        refuse("segmentName is required.")
    if "segmentRef" in sent:
        row["segmentRef"] = text(sent["segmentRef"], "segmentRef")
    row["segmentOrder"] = number(sent.get("segmentOrder", before["segmentOrder"]), "segmentOrder", 0, GREATEST)
    row["orgId"] = number(sent.get("orgId", PRIMARY_ORG), "orgId", 1)
    row["segmentGroupId"] = number(sent.get("segmentGroupId", 0), "segmentGroupId", 0)
    if "criteria" in sent:
        row["criteria"] = infinity_criteria.read(sent["criteria"])
    elif partial == "clear" and before["segmentName"]:
        row["criteria"] = []
    else:
        refuse("criteria is required.")
    return row


def order(sent: Mapping[str, Any], rows: Iterable[Row]) -> dict[int, int]:
    """Return by segment the order that it is to have: the index of the array."""
    listed = php_request.elements(sent.get("sortedSegments"))
    if not listed:
        refuse("sortedSegments is an array of segment IDs.")
    wanted: dict[int, int] = {}
    known = {row["segment"] for row in rows if row["segmentStatus"] == LIVE}
    for index, each in listed:
        segment_id = number(each, "Each of sortedSegments", 0, GREATEST)
        if segment_id in (0, 1):
            refuse_built_in("Built-in segments may not be ordered.")
        if segment_id not in known or segment_id in wanted:
            refuse(f"Segment {segment_id} does not exist, or is there twice.")
        wanted[segment_id] = number(index, "An index of sortedSegments", 0, GREATEST)
    return wanted
