"""How Infinity's Config API is asked: paths, filters, sorts, and the parameters of what is written.

Filters, sorts and names of parameters are documented. How the arrays of a body are written is not: brackets, as PHP reads
them and as the documented filters show, are the assumption, JSON the other reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from segkit.errors import InvalidInput
from segkit.findings import Finding, Findings
from segkit.registry.bounds import check_writable, whole
from segkit.registry.operators import OPERATORS
from segkit.transport.call import Call

if TYPE_CHECKING:
    from segkit.registry.drafts import Draft

Encoding = Literal["form", "json"]
Where = Mapping[str, Any] | Iterable[tuple[str, str, Any]]
Sort = str | Iterable[str]
Pairs = list[tuple[str, str]]

SEGMENTS: Mapping[str, str] = {
    "segment_id": "segment",
    "segment_name": "segmentName",
    "segment_ref": "segmentRef",
    "segment_order": "segmentOrder",
    "org_id": "orgId",
    "segment_status": "segmentStatus",
    "segment_group_id": "segmentGroupId",
}
"""The properties that a list of segments is filtered and sorted by, by their column in our frames; ``criteria`` is not one."""

GROUPS: Mapping[str, str] = {
    "segment_group_id": "segmentGroupId",
    "segment_group_name": "segmentGroupName",
    "igrp": "igrp",
    "segment_group_status": "segmentGroupStatus",
}
"""The same of groups."""

_TRIPLE = 3


def path_of(igrp: Any, collection: str, one: object = None) -> str:  # noqa: ANN401 - numbers of numpy, and digits
    """Return the path of a collection of an installation, or of one member of it.

    Raises
    ------
    InvalidInput
        When an id is no whole number from 0, or digits.
    """
    parts = ["/igrps", _id(igrp, "igrp"), collection, *([] if one is None else [_id(one, "the id")])]
    return "/".join(parts)


def _id(given: object, name: str) -> str:
    number = whole(given)
    if number is None or number < 0:
        raise InvalidInput(f"{name} is {given!r}: give its number")
    return str(number)


def filters(where: Where | None, properties: Mapping[str, str]) -> Pairs:
    """Write filters, all of which must hold.

    Parameters
    ----------
    where
        A mapping of property to value, or (property, operator, value) each; properties as in our frames or as the vendor's.

    Raises
    ------
    InvalidInput
        When a property or an operator is none, or a value cannot be sent.
    """
    given: list[Any] = [(name, "eq", value) for name, value in where.items()] if isinstance(where, Mapping) else list(where or ())
    findings: list[Finding] = []
    pairs = []
    for place, each in enumerate(given):
        if not isinstance(each, tuple | list) or len(each) != _TRIPLE:
            raise InvalidInput(f"where[{place}] is {each!r}: give (property, operator, value), or a mapping of property to value")
        name, op, value = each
        where_it_is = f"where[{place}]"
        text = value if isinstance(value, str) else str(whole(value)) if whole(value) is not None else None
        if op not in OPERATORS:
            findings.append(Finding("unknown-operator", "error", where_it_is, f"{op!r} is no operator", "Use one such as eq."))
        if text is None:
            findings.append(Finding("bad-value", "error", where_it_is, f"{value!r} is no text or number", "Give one."))
        findings += [*_unlisted(name, where_it_is, properties), *check_writable(text or "", where_it_is)]
        pairs.append(("filter[]", f"{properties.get(name, name)}-{op}-value-{text}"))
    if findings:
        raise InvalidInput("the list cannot be filtered so; nothing was sent", findings)
    return pairs


def sorts(sort: Sort | None, properties: Mapping[str, str]) -> Pairs:
    """Write what a list is sorted by, one behind the other; a minus before a property is descending.

    Raises
    ------
    InvalidInput
        When a property is none that is sorted by.
    """
    pairs: Pairs = []
    findings: list[Finding] = []
    for place, each in enumerate([sort] if isinstance(sort, str) else sort or ()):
        name = str(each).removeprefix("-")
        findings += _unlisted(name, f"sort[{place}]", properties)
        pairs.append(("sort[]", f"{properties.get(name, name)}-{'desc' if str(each).startswith('-') else 'asc'}"))
    if findings:
        raise InvalidInput("the list cannot be sorted so; nothing was sent", findings)
    return pairs


def _unlisted(name: str, where: str, properties: Mapping[str, str]) -> Iterable[Finding]:
    if name not in properties and name not in properties.values():
        message = (
            "lists are not filtered or sorted by criteria" if name == "criteria" else f"{name!r} is no property of this list"
        )
        yield Finding("not-listed-by", "error", where, message, f"Use one of: {', '.join(properties)}.")


def window(limit: object, offset: object) -> Pairs:
    """Write limit and offset, where they are given.

    Raises
    ------
    InvalidInput
        When one is no whole number from 0.
    """
    return [(name, _id(given, name)) for name, given in (("limit", limit), ("offset", offset)) if given is not None]


def segment_parameters(draft: Draft, *, with_id: bool, clear_ref: bool) -> dict[str, Any]:
    """Return the parameters of a whole segment; what is not known is left out."""
    known = {
        "segment": draft.segment_id if with_id else None,
        "segmentName": draft.name,
        "segmentRef": draft.ref or ("" if clear_ref else None),
        "segmentOrder": draft.order,
        "orgId": draft.org_id,
        "segmentGroupId": draft.group_id,
    }
    criteria = [{"field": each.field, "op": each.op, "value": each.value} for each in draft.criteria]
    return {**{name: value for name, value in known.items() if value is not None}, "criteria": criteria}


def check_found(findings: Findings) -> None:
    """Refuse what has errors.

    Raises
    ------
    InvalidInput
        With them.
    """
    if findings.errors:
        raise InvalidInput("it cannot be sent so; nothing was changed", findings.errors)


def write(method: str, path: str, parameters: Mapping[str, Any], encoding: Encoding, *, replayable: bool) -> Call:
    """Return the call that sends parameters: as a form with brackets, or as JSON."""
    if encoding == "json":
        return Call(method, path, json=msgspec.Raw(msgspec.json.encode(parameters)), replayable=replayable)
    return Call(method, path, form=list(_in_brackets(parameters)), replayable=replayable)


def _in_brackets(parameters: Mapping[str, Any], name: str = "") -> Iterable[tuple[str, str]]:
    for key, value in parameters.items():
        here = f"{name}[{key}]" if name else key
        if isinstance(value, list):
            yield from _in_brackets({str(place): each for place, each in enumerate(value)}, here)
        elif isinstance(value, Mapping):
            yield from _in_brackets(value, here)
        else:
            yield here, str(value)
