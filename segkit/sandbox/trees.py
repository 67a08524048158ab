"""The trees that the sandbox starts with: a parent with its children as they go over the wire, and how it scores.

Each is a file of `trees/`. An object that the vendor's document does not show bears ``x_segkit_provenance``.
"""

from __future__ import annotations

import json
import re
from functools import cached_property
from importlib import resources
from typing import TYPE_CHECKING, Any

from segkit.provenance import weakest
from segkit.sandbox.exchange import LABEL, encode
from segkit.sel.edition import editions
from segkit.sel.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from segkit.provenance import Provenance

_WHOLE_NUMBER = re.compile(r"0|[1-9][0-9]*")


def shipped() -> list[dict[str, Any]]:
    """Return the content of every shipped file, by name."""
    folder = resources.files("segkit.sandbox").joinpath("trees")
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".json")), key=lambda file: file.name)
    return [json.loads(file.read_bytes()) for file in files]


def labels(part: object) -> Iterator[Provenance]:
    """Yield the labels of every object in a body."""
    if isinstance(part, dict):
        if LABEL in part:
            yield part[LABEL]
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from labels(inner)


class Child:
    """A question that a calculation needs.

    Attributes
    ----------
    codes
        For each answer id its position in the rule; empty for an input.
    bounds
        Least and greatest number of an input, None for a single punch.
    """

    def __init__(self, wire: dict[str, Any]) -> None:
        self.wire = wire
        self.id: int = wire["qualification_id"]
        self.codes = {answer["id"]: code for code, answer in enumerate(wire["answers"])}
        least, _, greatest = wire.get("answer_placeholder", "").partition("-")
        self.bounds = (int(least), int(greatest)) if wire["question_type"] == "input" else None

    def number(self, value: object) -> int | None:
        """Return the number that was entered, None when the document's pattern would not let it pass."""
        if isinstance(value, str) and _WHOLE_NUMBER.fullmatch(value) and len(value) <= len(str(self.bounds)):
            value = int(value)
        if type(value) is not int or self.bounds is None:  # a bool is an int, and no number of cars
            return None
        return value if self.bounds[0] <= value <= self.bounds[1] else None


class Tree:
    """A parent qualification in one locale.

    Parameters
    ----------
    content
        As in a file of `trees/`: locale, note, scoring, tree. The scoring names a published standard, or gives points for
        every answer id and the fewest points of every segment id; an input's points are for 0, 1, ... and its last are open.
    """

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.locale: str = content["locale"]
        self.note: str = content["note"]
        self.wire: dict[str, Any] = content["tree"]
        self.id: int = self.wire["qualification_id"]
        self.description: str = self.wire["question_description"]
        self.children = {wire["qualification_id"]: Child(wire) for wire in self.wire["children"]}
        self.provenance = weakest(*labels(self.wire))
        self._scoring = content["scoring"]
        self._documented = [{int(child): answer for child, answer in row.items()} for row in self._scoring["documented"]]
        self._place = {child: place for place, child in enumerate(self.children)}
        self._tables = [table.tolist() for table in self._rule.step]
        self._final = [self._segments[segment] for segment in map(self._rule.segments.__getitem__, self._rule.final.tolist())]

    @cached_property
    def body(self) -> bytes:
        """The tree as one object of the reply."""
        return encode({str(self.id): self.wire})

    @cached_property
    def _rule(self) -> Rule:
        if "standard" in self._scoring:
            wanted = (self._scoring["standard"], self._scoring["edition"])
            rule = next(one.rule for one in editions() if (one.id, one.edition) == wanted)
            asked = tuple(self._scoring["questions"][str(child)] for child in self.children)
            if asked != rule.questions:
                message = f"the children stand for {asked}, the standard asks {rule.questions}"
                raise ValueError(message)
            return rule
        points = {}
        for child in self.children.values():
            given = self._scoring["points"][str(child.id)]
            points[str(child.id)] = {answer: given[str(answer)] for answer in child.codes} or given
        return Rule.from_points(points, self._scoring["cutoffs_min"])

    @cached_property
    def _segments(self) -> dict[str, dict[str, Any]]:
        """For each segment of the rule the parent's answer: by its text in a standard, else by its id."""
        key = "text" if "standard" in self._scoring else "id"
        return {str(answer[key]): answer for answer in self.wire["answers"]}

    def segment(self, codes: Mapping[int, int]) -> dict[str, Any]:
        """Return the parent's answer for one code a child; a number beyond the last class of an input is in it."""
        state = 0
        for child, table in zip(self.children, self._tables, strict=True):
            row = table[state]
            state = row[min(codes[child], len(row) - 1)]
        return self._final[state]

    def is_documented(self, answers: Mapping[int, int]) -> bool:
        """Whether the document prints the result of these answer ids."""
        return answers in self._documented
