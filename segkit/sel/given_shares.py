"""Shares as a caller writes them, and the targets that they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np

from segkit.findings import Finding
from segkit.provenance import WORDS
from segkit.sel.published import Published
from segkit.sel.target import GIVEN, SEGMENTS, Target, checked, completed, position, refuse

if TYPE_CHECKING:
    import pandas as pd

    from segkit.provenance import Provenance
    from segkit.sel.lattice import Scope
    from segkit.sel.law import Floats
    from segkit.sel.rule import Rule

Shares = Mapping[Any, float]
"""A share by answer or by segment; a pandas Series serves as well."""

SOURCELESS = "shares that are not synthetic need their source"


class GivenShares(NamedTuple):
    """All that may be known of a population.

    Attributes
    ----------
    segments
        By segment; or `Published`, which brings its source.
    marginals
        By question the shares of its answers.
    joint
        By two questions a table of shares: by answer of the first, by answer of the second; or a frame with the second's
        answers as columns.
    within
        By segment, by question: shares of that segment.
    """

    segments: Shares | Published | None = None
    marginals: Mapping[str, Shares] | None = None
    joint: Mapping[tuple[str, str], Mapping[Any, Shares] | pd.DataFrame] | None = None
    within: Mapping[str, Mapping[str, Shares]] | None = None
    source: str = GIVEN
    provenance: Provenance = "synthetic"

    def targets(self, rule: Rule) -> tuple[Target, ...]:
        """Return the targets of a rule's law.

        Raises
        ------
        InvalidInput
            With a finding for each question, answer or share that cannot be.
        """
        return _Reader(rule, self).read()


class _Reader:
    def __init__(self, rule: Rule, given: GivenShares) -> None:
        self.rule, self.given = rule, given
        self.findings: list[Finding] = []
        self.targets: list[Target] = []

    def read(self) -> tuple[Target, ...]:
        given = self.given
        source: object = given.source
        if given.provenance not in WORDS:
            self._found("not-a-provenance", "provenance", f"{given.provenance!r:.40} is none of them", f"Use {', '.join(WORDS)}.")
        if not isinstance(source, str):
            self._found("not-a-text", "source", f"{source!r:.40} is no text", "Say where the shares are from.")
        elif given.provenance != "synthetic" and source in {"", GIVEN}:
            self._found("no-source", "source", SOURCELESS, "Give source=.")
        if given.segments is not None:
            self._segments(given.segments)
        for question, shares in self._of("marginals", given.marginals):
            if (place := self._question(question)) is not None:
                self._add(str(question), (place,), self._checked(str(question), shares, self.rule.answers[place]))
        for pair, table in self._of("joint", given.joint):
            self._joint(pair, table)
        for segment, marginals in self._of("within", given.within):
            self._within(segment, marginals)
        refuse(self.findings)
        return tuple(self.targets)

    def _segments(self, given: object) -> None:
        last = (len(self.rule.questions),)
        if isinstance(given, Published):
            shares = self._checked(SEGMENTS, given.shares, self.rule.segments)
            self._add(SEGMENTS, last, shares, source=given.source, provenance=given.provenance)
        else:
            self._add(SEGMENTS, last, self._checked(SEGMENTS, given, self.rule.segments))

    def _joint(self, pair: object, table: object) -> None:
        if not isinstance(pair, tuple) or len(pair) != 2 or pair[0] == pair[1]:  # noqa: PLR2004 - a pair
            self._found("not-a-pair", "joint", f"{pair!r:.60} is no pair of questions", 'Write {("cars", "internet"): ...}.')
            return
        places = [self._question(question) for question in pair]
        if None in places:
            return
        first, second = cast("list[int]", places)
        name = f"{pair[0]} x {pair[1]}"
        rows = _rows(table)
        shares = np.full((len(self.rule.answers[first]), len(self.rule.answers[second])), np.nan)
        for key, row in self._of(name, rows):
            if (code := position(key, self.rule.answers[first])) is None:
                fix = f"Use {', '.join(map(repr, self.rule.answers[first]))}."
                self._found("unknown-answer", name, f"{key!r:.60} is not an answer of {pair[0]}", fix)
            else:
                shares[code] = self._checked(f"{name}, {key}", row, self.rule.answers[second], whole=False)
        shares = completed(name, shares.reshape(-1), self.findings).reshape(shares.shape)
        ordered = (first, second) if first < second else (second, first)
        self._add(name, ordered, shares if first < second else shares.T)

    def _within(self, segment: object, marginals: object) -> None:
        place = position(segment, self.rule.segments)
        if place is None:
            fix = f"Use {', '.join(map(repr, self.rule.segments))}."
            self._found("unknown-segment", "within", f"{segment!r:.60} is not a segment", fix)
            return
        for question, shares in self._of(f"within {segment}", marginals):
            if (column := self._question(question)) is not None:
                name = f"{question} within {segment}"
                table = np.full((len(self.rule.answers[column]), len(self.rule.segments)), np.nan)
                table[:, place] = self._checked(name, shares, self.rule.answers[column])
                self._add(name, (column, len(self.rule.questions)), table, within=place)

    def _add(self, name: str, scope: Scope, shares: Floats, **more: Any) -> None:  # noqa: ANN401 - passed on
        if np.isnan(shares).all():
            return
        labels = {"source": self.given.source, "provenance": self.given.provenance, **more}
        self.targets.append(Target(name, scope, shares, rule=self.rule, **labels))

    def _checked(self, name: str, given: object, known: tuple[Any, ...], *, whole: bool = True) -> Floats:
        return checked(name, dict(self._of(name, given)), known, self.findings, whole=whole)

    def _question(self, question: object) -> int | None:
        if question in self.rule.questions:
            return self.rule.questions.index(str(question))
        self._found("unknown-question", f"{question!r:.60}", "the rule does not ask it", f"Use {', '.join(self.rule.questions)}.")
        return None

    def _of(self, where: str, given: object) -> list[tuple[Any, Any]]:
        if given is None:
            return []
        if isinstance(given, Mapping) or (hasattr(given, "items") and hasattr(given, "index")):
            return list(given.items())
        self._found("not-shares", where, f"{given!r:.60} holds no shares by name", 'Write {"yes": 0.74}.')
        return []

    def _found(self, code: str, where: str, message: str, fix: str) -> None:
        self.findings.append(Finding(code, "error", where, message, fix))


def _rows(table: object) -> object:
    """Return a frame as a mapping of rows."""
    if hasattr(table, "iterrows"):
        return {key: row.dropna().to_dict() for key, row in table.iterrows()}
    return table
