"""The 27 operators of Infinity's criteria, and what they do.

The page on segments prints none of them but ``begins`` and ``nbegins``. The list and the meanings are those of Infinity's own
published class of shared string logic (infinity-common, String/Logic); that the Config API takes all of them is derived. They
work on the bytes of UTF-8, letters of either case are those of ASCII, and a field that is not there is an empty text.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from segkit.registry import glob, pcre
from segkit.registry.loose import compare
from segkit.registry.pcre_sets import BrokenPattern, PatternFault

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Test = Callable[[bytes], bool]

_NETWORK = re.compile(r"[0-9.]+/(?:[0-9]|[12][0-9]|3[0-2])")


class ValueFault(Exception):
    """Why an operator cannot use a value."""


class NotRunHere(ValueFault):
    """Why a value cannot be used here; the vendor may well use it."""


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator.

    Attributes
    ----------
    code
        As the API takes it.
    words
        What it asks, read between field and value.
    made
        Returns what tells whether a field's value (bytes) meets a criterion's value; raises `ValueFault` where none can.
    """

    code: str
    words: str
    made: Callable[[str], Test]


def _on_bytes(meets: Callable[[bytes, bytes], bool], *, any_case: bool = False, negated: bool = False) -> Callable[[str], Test]:
    """Return what makes tests of a comparison; `meets` is given the field's value and the criterion's."""

    def made(value: str) -> Test:
        wanted = value.encode(errors="surrogateescape")
        if any_case:
            wanted = wanted.lower()
            return lambda found: meets(found.lower(), wanted) is not negated
        return lambda found: meets(found, wanted) is not negated

    return made


def _one_of(found: bytes, wanted: bytes) -> bool:
    return any(compare(found, each) == 0 for each in wanted.split(b","))


def _is_set(value: str) -> Test:
    if value not in {"true", "false"}:
        raise ValueFault("give 'true' for a field that is set and not empty, 'false' for one that is not")
    return bool if value == "true" else lambda found: not found


def _pattern(value: str) -> Test:
    try:
        return pcre.compiled(value)
    except BrokenPattern as fault:
        raise ValueFault(f"it is no expression: {fault}") from None
    except PatternFault as fault:
        raise NotRunHere(f"the expression cannot be run here: {fault}") from None


def _no_pattern(value: str) -> Test:
    matches = _pattern(value)
    return lambda found: not matches(found)


def _shell_pattern(value: str) -> Test:
    try:
        return glob.compiled(value)
    except PatternFault as fault:
        raise NotRunHere(f"the pattern cannot be run here: {fault}") from None


def _in_network(value: str) -> Test:
    try:
        network = ipaddress.IPv4Network(value) if _NETWORK.fullmatch(value) else None
    except ValueError:
        network = None
    if network is None:
        raise ValueFault("give an IPv4 network as 192.168.0.0/24, with no bit set behind its length")

    def holds(found: bytes) -> bool:
        try:
            return ipaddress.IPv4Address(found.decode("ascii")) in network
        except ValueError:
            return False

    return holds


def _cased(code: str, words: str, meets: Callable[[bytes, bytes], bool], negated_words: str = "") -> list[Operator]:
    """Return an operator, the same in any case, and their opposites where they have words."""
    found = [Operator(code, words, _on_bytes(meets))]
    found.append(Operator(f"{code}i", f"{words} (any case)", _on_bytes(meets, any_case=True)))
    if negated_words:
        found.append(Operator(f"n{code}", negated_words, _on_bytes(meets, negated=True)))
        found.append(Operator(f"n{code}i", f"{negated_words} (any case)", _on_bytes(meets, any_case=True, negated=True)))
    return found


_ALL = [
    Operator("bool", "is set:", _is_set),
    Operator("eq", "equals", _on_bytes(lambda found, wanted: compare(found, wanted) == 0)),
    Operator("ne", "does not equal", _on_bytes(lambda found, wanted: compare(found, wanted) == 0, negated=True)),
    Operator("eqi", "equals (any case)", _on_bytes(lambda found, wanted: found == wanted, any_case=True)),
    Operator("nei", "does not equal (any case)", _on_bytes(lambda found, wanted: found == wanted, any_case=True, negated=True)),
    Operator("gt", "is greater than", _on_bytes(lambda found, wanted: compare(found, wanted) > 0)),
    Operator("ge", "is at least", _on_bytes(lambda found, wanted: compare(found, wanted) >= 0)),
    Operator("lt", "is less than", _on_bytes(lambda found, wanted: compare(found, wanted) < 0)),
    Operator("le", "is at most", _on_bytes(lambda found, wanted: compare(found, wanted) <= 0)),
    *_cased("inc", "includes", lambda found, wanted: wanted in found, "does not include"),
    *_cased("begins", "begins with", bytes.startswith, "does not begin with"),
    *_cased("ends", "ends with", bytes.endswith),
    *_cased("in", "is one of", _one_of, "is none of"),
    Operator("re", "matches", _pattern),
    Operator("nre", "does not match", _no_pattern),
    Operator("glob", "matches the pattern", _shell_pattern),
    Operator("innet", "is in the network", _in_network),
]

OPERATORS: Mapping[str, Operator] = {operator.code: operator for operator in _ALL}
"""By code; plain ``eq``, ``in`` and the ordering compare numbers as numbers (`segkit.registry.loose`), ``eqi`` does not."""
